/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How updates close: the twelve outcomes, results that never come, and what was skipped or lost on the way. */
#include "exchange.h"

/* The 3X0 came from the store. 6 lines. */
#define UPDATING_BUFFERED SCRIPT_DOWNLOADED("") "+1 A buf 300\n"

/* clang-format off */

static const ExchangeRow outcomes[] = {
    {"succeeded", SCRIPT_SUCCEEDED(""), "", "1#1 succeeded 1"},
    {"refused", SCRIPT_REQUESTED("") "+1 A rep 101\n", "", "1#1 refused 0"},
    {"cancelled", SCRIPT_CONFIRMED("") "+1 A stop 0002\n+1 A ack 0002\n+1 A rep 102\n", "", "1#1 cancelled 0"},
    {"battery-low", SCRIPT_REQUESTED("") "+1 A rep 103\n", "", "1#1 battery-low 0"},
    {"download-failed", SCRIPT_ATTEMPT_FAILED("retry=0"), "", "1#1 download-failed 1"},
    {"version-rejected", SCRIPT_CONFIRMED("") "+1 A rep 203\n", "", "1#1 version-rejected 0"},
    {"version-rejected-mcu", SCRIPT_REQUESTED("type=1") "+1 A rep 110\n+1 A rep 210\n+1 A rep 213\n", "",
     "1#1 version-rejected 1"},
    {"update-failed", SCRIPT_UPDATING("") "+60 B rep 302\n", "", "1#1 update-failed 1"},
    {"update-battery-low", SCRIPT_DOWNLOADED("") "+1 A rep 303\n", "", "1#1 update-battery-low 1"},
    {"no-result", SCRIPT_UPDATING("") "+60 B msg GTFRI\n", "result-missing@6", "1#1 no-result 1"},
    {"no-result-new-update", SCRIPT_UPDATING("") "+2h A start 0002\n+1 A ack 0002\n", "",
     "1#1 no-result 1, 1#2 incomplete 0"},
    /* Superseded. */
    {"superseded-requested", SCRIPT_REQUESTED("") "+2h A start 0002\n+1 A ack 0002\n", "",
     "1#1 superseded 0, 1#2 incomplete 0"},
    {"superseded-confirmed", SCRIPT_CONFIRMED("") "+2h A start 0002\n+1 A ack 0002\n", "",
     "1#1 superseded 0, 1#2 incomplete 0"},
    {"superseded-downloading", SCRIPT_DOWNLOADING("") "+2h A start 0002\n+1 A ack 0002\n", "",
     "1#1 superseded 1, 1#2 incomplete 0"},
    {"superseded-downloaded", SCRIPT_DOWNLOADED("") "+2h A start 0002\n+1 A ack 0002\n", "",
     "1#1 superseded 1, 1#2 incomplete 0"},
    {"not-superseded-failed", SCRIPT_ATTEMPT_FAILED("retry=1") "+2h A start 0002\n+1 A ack 0002\n",
     "retries-not-exhausted@5", "1#1 download-failed 1, 1#2 incomplete 0"},
    /* Unanswered. */
    {"unanswered", SCRIPT_REQUESTED("") "+59 A msg GTFRI\n", "", "1#1 unanswered 0"},
    {"unanswered-too-early", SCRIPT_REQUESTED("") "+58.999 A msg GTFRI\n", "", "1#1 incomplete 0"},
    {"unanswered-from-latest-start", SCRIPT_REQUESTED("") "+30 A start 0002\n+1 A ack 0002\n+59 A hb\n",
     "command-repeated@3", "1#1 unanswered 0"},
    {"unanswered-too-early-from-latest-start", SCRIPT_REQUESTED("") "+50 A start 0002\n+1 A ack 0002\n+58.999 A hb\n",
     "command-repeated@3", "1#1 incomplete 0"},
    {"unanswered-not-from-resend", SCRIPT_REQUESTED("") "+58 A again 1\n+1 A hb\n", "message-repeated@3",
     "1#1 unanswered 0"},
    {"unanswered-end-by-another-device", SCRIPT_REQUESTED("") "+60 B hb dev=2\n", "", "1#1 unanswered 0"},
    {"answered", SCRIPT_REQUESTED("") "+60 A rep 100\n", "", "1#1 incomplete 0"},
    {"answered-by-what-means-nothing", SCRIPT_REQUESTED("") "+60 A up +RESP:GTUPD,{1},777,,{time},{count}$\n",
     "code-undefined@3", "1#1 incomplete 0"},
    /* Incomplete. */
    {"incomplete-requested", SCRIPT_REQUESTED(""), "", "1#1 incomplete 0"},
    {"incomplete-confirmed", SCRIPT_CONFIRMED(""), "", "1#1 incomplete 0"},
    {"incomplete-downloading", SCRIPT_DOWNLOADING(""), "", "1#1 incomplete 1"},
    {"incomplete-attempt-failed", SCRIPT_ATTEMPT_FAILED("retry=1"), "", "1#1 incomplete 1"},
    {"incomplete-downloaded", SCRIPT_DOWNLOADED(""), "", "1#1 incomplete 1"},
    {"incomplete-updating", SCRIPT_UPDATING(""), "", "1#1 incomplete 1"},
    {"incomplete-updating-for-hours", SCRIPT_UPDATING("") "+5h B hb dev=2\n", "", "1#1 incomplete 1"},
};

static const ExchangeRow results[] = {
    {"no-reboot", SCRIPT_UPDATING("") "+60 A rep 301\n", "reboot-missing@7", "1#1 succeeded 1"},
    {"no-reboot-failed", SCRIPT_UPDATING("") "+60 A rep 302\n", "reboot-missing@7", "1#1 update-failed 1"},
    {"reboot", SCRIPT_UPDATING("") "+60 B rep 301\n", "", "1#1 succeeded 1"},
    {"reconnected-from-same-port", SCRIPT_UPDATING("") "+60 A close\n+1 A rep 301\n", "", "1#1 succeeded 1"},
    {"no-reboot-udp", SCRIPT_UPDATING_UDP "+60 a rep 301\n", "", "1#1 succeeded 1"},
    {"no-reboot-gateway", SCRIPT_UPDATING_GATEWAY "+60 A rep 301\n", "", "1#1 succeeded 1"},
    {"no-reboot-gateway-by-now", SCRIPT_UPDATING("") "+1 A hb dev=2\n+60 A rep 301\n", "", "1#1 succeeded 1"},
    {"no-reboot-buffered-3X0", UPDATING_BUFFERED "+60 A rep 301\n", "", "1#1 succeeded 1"},
    /* Back, but without result. */
    {"back-on-another-channel", SCRIPT_UPDATING("") "+60 B msg GTFRI\n", "result-missing@6", "1#1 no-result 1"},
    {"back-on-another-channel-udp", SCRIPT_UPDATING_UDP "+60 b msg GTFRI\n", "result-missing@6", "1#1 no-result 1"},
    {"back-with-other-ack", SCRIPT_UPDATING("") "+60 B ackw GTRTO 0007\n", "result-missing@6", "1#1 no-result 1"},
    {"back-with-heartbeat", SCRIPT_UPDATING("") "+60 B hb\n+1h B hb\n", "", "1#1 incomplete 1"},
    {"back-with-gtupd-ack", SCRIPT_UPDATING("") "+60 B stop 0002\n+1 B ack 0002\n", "stop-too-late@7",
     "1#1 incomplete 1"},
    {"back-with-order", SCRIPT_UPDATING("") "+60 B rep 200\n", "result-missing@6 report-out-of-order@7",
     "1#1 no-result 1"},
    {"back-another-device", SCRIPT_UPDATING("") "+60 B msg GTFRI dev=2\n", "", "1#1 incomplete 1"},
    {"five-minutes", SCRIPT_UPDATING("") "+5m A msg GTFRI\n", "unrelated-report-during-update@7", "1#1 incomplete 1"},
    {"over-five-minutes", SCRIPT_UPDATING("") "+5m0.001s A msg GTFRI\n",
     "result-missing@6 unrelated-report-during-update@7", "1#1 no-result 1"},
    {"five-minutes-udp", SCRIPT_UPDATING_UDP "+5m a msg GTFRI\n", "", "1#1 incomplete 1"},
    {"over-five-minutes-udp", SCRIPT_UPDATING_UDP "+5m0.001s a msg GTFRI\n", "result-missing@6", "1#1 no-result 1"},
    {"result-after-all", SCRIPT_UPDATING("") "+60 B msg GTFRI\n+1 B rep 301\n", "", "1#1 succeeded 1"},
    {"new-update-by-report", SCRIPT_UPDATING("") "+60 B rep 100 count=0001\n", "result-missing@6 command-unseen@7",
     "1#1 no-result 1, 1#2 incomplete 0"},
    {"new-update-by-start", SCRIPT_UPDATING("") "+60 B msg GTFRI count=0001\n+1 B start 0002\n+1 B ack 0002\n",
     "result-missing@6", "1#1 no-result 1, 1#2 incomplete 0"},
    /* Where the channel says nothing, only the five minutes do. */
    {"gateway-another-channel", SCRIPT_UPDATING_GATEWAY "+60 B msg GTFRI\n", "", "1#1 incomplete 1"},
    {"gateway-five-minutes", SCRIPT_UPDATING_GATEWAY "+5m A msg GTFRI\n", "", "1#1 incomplete 1"},
    {"gateway-over-five-minutes", SCRIPT_UPDATING_GATEWAY "+5m0.001s A msg GTFRI\n", "result-missing@8",
     "1#1 no-result 1"},
    {"buffered-3X0-another-channel", UPDATING_BUFFERED "+60 B msg GTFRI\n", "", "1#1 incomplete 1"},
    {"buffered-3X0-over-five-minutes", UPDATING_BUFFERED "+5m0.001s B msg GTFRI\n", "result-missing@6",
     "1#1 no-result 1"},
};

static const ExchangeRow evidence[] = {
    {"skipped", SCRIPT_CONFIRMED("") "+1 A rep 201\n", "phase-skipped@4", "1#1 incomplete 0"},
    {"lost", SCRIPT_CONFIRMED("") "+1 A rep 201 lost=1\n", "count-gap@4 report-lost@4", "1#1 incomplete 0"},
    {"restarted", SCRIPT_CONFIRMED("") "+60 B rep 201 count=0001\n", "report-lost@4", "1#1 incomplete 0"},
    {"restarted-before", SCRIPT_CONFIRMED("") "+60 B hb count=0001\n+1 B rep 201\n", "report-lost@5",
     "1#1 incomplete 0"},
    {"lost-with-another", SCRIPT_CONFIRMED("") "+1 A hb lost=1\n+1 A rep 201\n", "count-gap@4 report-lost@5",
     "1#1 incomplete 0"},
    {"gap-before-last-report", SCRIPT_REQUESTED("") "+1 A rep 100 lost=1\n+1 A rep 201\n",
     "count-gap@3 phase-skipped@4",
     "1#1 incomplete 0"},
    {"gap-since-start-not-ack", "0 A hb\n+1 A start 0001\n+1 A hb lost=1\n+1 A ack 0001\n+1 A rep 200\n",
     "count-gap@3 report-lost@5", "1#1 incomplete 1"},
    {"gap-over-the-start", "0 A hb\n+1 A start 0001\n+1 A ack 0001 lost=1\n+1 A rep 200\n", "count-gap@3 report-lost@4",
     "1#1 incomplete 1"},
    {"gap-before-the-start", "0 A hb\n+1 A hb lost=1\n+1 A start 0001\n+1 A ack 0001\n+1 A rep 200\n",
     "count-gap@2 phase-skipped@5", "1#1 incomplete 1"},
    {"order-is-no-last-report", SCRIPT_CONFIRMED("") "+1 A rep 101 lost=1\n+1 A rep 201\n",
     "count-gap@4 report-out-of-order@4 report-lost@5", "1#1 incomplete 0"},
    {"gap-of-another-device", SCRIPT_CONFIRMED("") "+0 B hb dev=2\n+1 B hb dev=2 lost=1\n+1 A rep 201\n",
     "count-gap@5 phase-skipped@6", "1#1 incomplete 0"},
    {"twice", SCRIPT_REQUESTED("") "+1 A rep 200\n+1 A rep 300\n", "phase-skipped@3 phase-skipped@4",
     "1#1 incomplete 1"},
    {"one-of-each", SCRIPT_REQUESTED("") "+1 A rep 200 lost=1\n+1 A rep 300\n",
     "count-gap@3 report-lost@3 phase-skipped@4", "1#1 incomplete 1"},
    {"known-at-closing", SCRIPT_CONFIRMED("") "+60 A rep 201 lost=1\n+1 A bufmsg GTFRI count=0102 sent=-30\n",
     "phase-skipped@4", "1#1 incomplete 0"},
    {"joined-mid-way", "0 A rep 300\n+60 B rep 301\n", "command-unseen@1", "1#1 succeeded 0"},
    {"joined-mid-way-then-skipped", "0 A rep 200\n+1 A rep 300\n", "command-unseen@1 phase-skipped@2",
     "1#1 incomplete 1"},
};

static const ExchangeRow buffered[] = {
    {"fed", SCRIPT_CONFIRMED("") "+1 A buf 200\n+1 A rep 201\n", "", "1#1 incomplete 1"},
    {"fed-at-the-same-second", SCRIPT_CONFIRMED("") "+1 A buf 200 sent=-1\n+1 A rep 201\n", "", "1#1 incomplete 1"},
    {"fed-result", SCRIPT_UPDATING("") "+60 B buf 301\n", "", "1#1 succeeded 1"},
    {"late-is-not-fed", SCRIPT_DOWNLOADING("") "+60 A buf 301 sent=-61\n", "", "1#1 incomplete 1"},
    {"late-is-no-order", SCRIPT_DOWNLOADED("") "+60 A buf 101 sent=-100\n", "", "1#1 incomplete 1"},
    /* Lifting. */
    {"lifts-lost", SCRIPT_CONFIRMED("") "+60 A rep 201 lost=1\n+1 A buf 200 count=0102 sent=-30\n", "",
     "1#1 incomplete 1"},
    {"lifts-skipped", SCRIPT_CONFIRMED("") "+60 A rep 201\n+1 A buf 200 sent=-30\n", "", "1#1 incomplete 1"},
    {"lifts-lost-though-more-is-missing", SCRIPT_CONFIRMED("")
     "+60 A rep 201 lost=2\n+1 A buf 200 count=0102 sent=-30\n",
     "count-gap@4", "1#1 incomplete 1"},
    {"in-part", SCRIPT_REQUESTED("") "+60 A rep 201\n+1 A buf 200 sent=-30\n", "phase-skipped@3", "1#1 incomplete 1"},
    {"all", SCRIPT_REQUESTED("") "+60 A rep 201\n+1 A buf 200 sent=-30\n+1 A buf 100 sent=-32\n", "",
     "1#1 incomplete 1"},
    {"another-report", SCRIPT_CONFIRMED("") "+60 A rep 201\n+1 A buf 100 sent=-30\n", "phase-skipped@4",
     "1#1 incomplete 0"},
    {"failure-of-first-attempt", SCRIPT_DOWNLOADING("retry=1") "+60 A rep 200 times=1\n+1 A buf 202 sent=-30\n", "",
     "1#1 incomplete 2"},
    {"second-attempt-begun", SCRIPT_ATTEMPT_FAILED("retry=1") "+60 A rep 201 times=1\n+1 A buf 200 times=1 sent=-30\n",
     "",
     "1#1 incomplete 2"},
    {"update-begun", SCRIPT_DOWNLOADED("") "+60 B rep 301\n", "phase-skipped@6", "1#1 succeeded 1"},
    /* A clock that a restart unset does not make a report late. */
    {"from-before-a-restart", SCRIPT_CONFIRMED("") "+60 B rep 201 count=0001 sent=-90000\n"
     "+1 B buf 200 count=0102 sent=-30\n", "", "1#1 incomplete 1"},
    {"not-from-before-a-restart", SCRIPT_CONFIRMED("") "+60 B rep 201 count=0001\n+1 B buf 300 count=0002\n",
     "report-lost@4", "1#1 incomplete 0"},
    {"another-run-of-the-counter", SCRIPT_UPDATING("") "+60 B hb count=0001 sent=-90000\n+1 B buf 301 sent=-90000\n",
     "",
     "1#1 succeeded 1"},
};

/* clang-format on */

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    exchange_add_rows("/update/closing/outcomes", outcomes, G_N_ELEMENTS(outcomes));
    exchange_add_rows("/update/closing/results", results, G_N_ELEMENTS(results));
    exchange_add_rows("/update/closing/evidence", evidence, G_N_ELEMENTS(evidence));
    exchange_add_rows("/update/closing/buffered", buffered, G_N_ELEMENTS(buffered));
    return g_test_run();
}
