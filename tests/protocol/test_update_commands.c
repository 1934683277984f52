/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What commands do to an update under way: starts that come too early, stops, and what answers them. */
#include "exchange.h"

/* A new start while the first update downloads: 6 lines, the start on line 5. */
#define BUSY SCRIPT_DOWNLOADING("timeout=30") "+1 A start 0002\n+1 A ack 0002\n"
/* The same while an attempt has failed and another is due: 7 lines, the start on line 6. */
#define FAILED_BUSY SCRIPT_ATTEMPT_FAILED("retry=1") "+1 A start 0002\n+1 A ack 0002\n"

/* clang-format off */

static const ExchangeRow answers[] = {
    {"refused", BUSY "+1 A rep 101\n", "start-while-busy@5", "1#1 incomplete 1"},
    {"battery-low", BUSY "+1 A rep 103\n", "start-while-busy@5", "1#1 incomplete 1"},
    {"refused-at-60-s", BUSY "+59 A rep 101\n", "start-while-busy@5", "1#1 incomplete 1"},
    {"refused-over-60-s", BUSY "+59.001 A rep 101\n", "start-while-busy@5 report-out-of-order@7", "1#1 incomplete 1"},
    {"refused-once", BUSY "+1 A rep 101\n+1 A rep 101\n", "start-while-busy@5 report-out-of-order@8",
     "1#1 incomplete 1"},
    {"refused-then-confirmed", BUSY "+1 A rep 101\n+1 A rep 100\n", "start-while-busy@5 report-out-of-order@8",
     "1#1 incomplete 1"},
    {"update-goes-on", BUSY "+1 A rep 101\n+1 A rep 201\n+1 A rep 300\n+60 B rep 301\n", "start-while-busy@5",
     "1#1 succeeded 1"},
    {"other-report-between", BUSY "+1 A rep 201\n+1 A rep 101\n", "start-while-busy@5", "1#1 incomplete 1"},
    {"without-ack", SCRIPT_DOWNLOADING("") "+1 A start 0002\n+1 A rep 101\n", "start-while-busy@5", "1#1 incomplete 1"},
    {"each-start-its-own", BUSY "+1 A rep 101\n+1 A start 0003\n+1 A ack 0003\n+1 A rep 101\n",
     "start-while-busy@5 start-while-busy@8", "1#1 incomplete 1"},
    {"no-start", SCRIPT_DOWNLOADING("") "+1 A rep 101\n", "report-out-of-order@5", "1#1 incomplete 1"},
    /* The X of the answer is that of the start that it answers. */
    {"type-of-its-start", SCRIPT_DOWNLOADING("type=0") "+1 A start 0002 type=1\n+1 A ack 0002\n+1 A rep 111\n",
     "start-while-busy@5", "1#1 incomplete 1"},
    {"type-of-the-update", SCRIPT_DOWNLOADING("type=0") "+1 A start 0002 type=1\n+1 A ack 0002\n+1 A rep 101\n",
     "start-while-busy@5 update-type-mismatch@7", "1#1 incomplete 1"},
    /* Confirmed: the old update is over. */
    {"confirmed-confirmed", SCRIPT_CONFIRMED("") "+1 A start 0002\n+1 A ack 0002\n+1 A rep 100\n",
     "start-while-busy@4 confirm-while-busy@6", "1#1 superseded 0, 1#2 incomplete 0"},
    {"confirmed-downloading", BUSY "+1 A rep 100\n", "start-while-busy@5 confirm-while-busy@7",
     "1#1 superseded 1, 1#2 incomplete 0"},
    {"confirmed-downloaded", SCRIPT_DOWNLOADED("") "+1 A start 0002\n+1 A ack 0002\n+1 A rep 100\n",
     "start-while-busy@6 confirm-while-busy@8", "1#1 superseded 1, 1#2 incomplete 0"},
    {"confirmed-updating", SCRIPT_UPDATING("") "+1 A start 0002\n+1 A ack 0002\n+1 A rep 100\n",
     "start-while-busy@7 confirm-while-busy@9", "1#1 no-result 1, 1#2 incomplete 0"},
    {"confirmed-at-60-s", BUSY "+59 A rep 100\n", "start-while-busy@5 confirm-while-busy@7",
     "1#1 superseded 1, 1#2 incomplete 0"},
    {"confirmed-over-60-s", BUSY "+59.001 A rep 100\n", "start-while-busy@5 report-out-of-order@7", "1#1 incomplete 1"},
    {"confirmed-new-command-holds", SCRIPT_DOWNLOADING("type=0 retry=0")
     "+1 A start 0002 type=1 retry=1\n+1 A ack 0002\n"
     "+1 A rep 110\n+1 A rep 210\n+1 A rep 212\n+1 A rep 210 times=1\n",
     "start-while-busy@5 confirm-while-busy@7", "1#1 superseded 1, 1#2 incomplete 2"},
    /* A start-while-busy and its ACK do not feed the update. */
    {"do-not-feed", SCRIPT_CONFIRMED("") "+30m A start 0002\n+1 A ack 0002\n+31m A rep 100\n",
     "start-while-busy@4 command-unseen@6", "1#1 superseded 0, 1#2 incomplete 0"},
    {"skip-counts-from-the-report", SCRIPT_CONFIRMED("") "+1 A start 0002 lost=1\n+1 A ack 0002 lost=1\n+1 A rep 201\n",
     "start-while-busy@4 count-gap@5 report-lost@6", "1#1 incomplete 0"},
    /* In ATTEMPT_FAILED. */
    {"failed-refused", FAILED_BUSY "+1 A rep 101\n", "retries-not-exhausted@5", "1#1 download-failed 1"},
    {"failed-battery-low", FAILED_BUSY "+1 A rep 103\n", "retries-not-exhausted@5", "1#1 download-failed 1"},
    {"failed-refused-and-goes-on", FAILED_BUSY "+1 A rep 101\n+1 A rep 200 times=1\n", "start-while-busy@6",
     "1#1 incomplete 2"},
    {"failed-confirmed", FAILED_BUSY "+1 A rep 100\n", "retries-not-exhausted@5",
     "1#1 download-failed 1, 1#2 incomplete 0"},
    {"failed-confirmed-at-any-age", FAILED_BUSY "+50m A rep 100\n", "retries-not-exhausted@5",
     "1#1 download-failed 1, 1#2 incomplete 0"},
    {"failed-confirmed-unseen", SCRIPT_ATTEMPT_FAILED("retry=1") "+1 A rep 100\n",
     "retries-not-exhausted@5 command-unseen@6", "1#1 download-failed 1, 1#2 incomplete 0"},
    {"failed-refused-unasked", SCRIPT_ATTEMPT_FAILED("retry=1") "+1 A rep 101\n+1 A rep 200 times=1\n",
     "report-out-of-order@6", "1#1 incomplete 2"},
    /* With the retry count unknown, whatever answers the start closes the update. */
    {"failed-unknown-refused", "0 A rep 200\n+1 A rep 202\n+1 A start 0002\n+1 A ack 0002\n+1 A rep 101\n",
     "command-unseen@1", "1#1 download-failed 1, 1#2 refused 0"},
    {"failed-unknown-battery-low", "0 A rep 200\n+1 A rep 202\n+1 A start 0002\n+1 A ack 0002\n+1 A rep 103\n",
     "command-unseen@1", "1#1 download-failed 1, 1#2 battery-low 0"},
    {"failed-unknown-confirmed", "0 A rep 200\n+1 A rep 202\n+1 A start 0002\n+1 A ack 0002\n+1 A rep 100\n",
     "command-unseen@1", "1#1 download-failed 1, 1#2 incomplete 0"},
    {"failed-unknown-goes-on", "0 A rep 200\n+1 A rep 202\n+1 A start 0002\n+1 A ack 0002\n+1 A rep 200 times=1\n",
     "command-unseen@1 start-while-busy@3", "1#1 incomplete 2"},
};

static const ExchangeRow cancellations[] = {
    {"requested", SCRIPT_CONFIRMED("") "+1 A stop 0002\n+1 A ack 0002\n+1 A rep 102\n", "", "1#1 cancelled 0"},
    {"unrequested", SCRIPT_CONFIRMED("") "+1 A rep 102\n", "cancel-unrequested@4", "1#1 cancelled 0"},
    {"unrequested-unseen-start", "0 A rep 100\n+1 A rep 102\n", "command-unseen@1", "1#1 cancelled 0"},
    {"unrequested-joined", "0 A rep 102\n", "command-unseen@1", "1#1 cancelled 0"},
    {"stop-of-an-earlier-update", SCRIPT_CONFIRMED("") "+1 A stop 0002\n+1 A ack 0002\n+1 A rep 102\n+1 A start 0003\n"
     "+1 A ack 0003\n+1 A rep 102\n", "cancel-unrequested@9", "1#1 cancelled 0, 1#2 cancelled 0"},
    {"stop-on-another-channel", SCRIPT_CONFIRMED("") "+1 B hb\n+1 B stop 0002\n+1 B ack 0002\n+1 B rep 102\n", "",
     "1#1 cancelled 0"},
    {"too-late-downloaded", SCRIPT_DOWNLOADING("") "+1 A stop 0002\n+1 A ack 0002\n+1 A rep 201\n+1 A rep 102\n",
     "cancel-too-late@8", "1#1 cancelled 1"},
    {"too-late-updating", SCRIPT_DOWNLOADING("")
     "+1 A stop 0002\n+1 A ack 0002\n+1 A rep 201\n+1 A rep 300\n+1 A rep 102\n",
     "cancel-too-late@9", "1#1 cancelled 1"},
    {"too-late-for-a-late-stop", SCRIPT_DOWNLOADED("") "+1 A stop 0002\n+1 A ack 0002\n+1 A rep 102\n",
     "stop-too-late@6 cancel-too-late@8", "1#1 cancelled 1"},
    {"in-time-downloading", SCRIPT_DOWNLOADING("") "+1 A stop 0002\n+1 A ack 0002\n+1 A rep 102\n", "",
     "1#1 cancelled 1"},
    /* Ignored. */
    {"ignored", SCRIPT_CONFIRMED("") "+1 A stop 0002\n+1 A ack 0002\n+1 A rep 200\n", "stop-ignored@6",
     "1#1 incomplete 1"},
    {"ignored-requested", SCRIPT_REQUESTED("") "+1 A stop 0002\n+1 A ack 0002\n+1 A rep 100\n+1 A rep 200\n",
     "stop-ignored@6", "1#1 incomplete 1"},
    {"ignored-next-attempt", SCRIPT_DOWNLOADING("retry=1") "+1 A stop 0002\n+1 A ack 0002\n+1 A rep 202\n"
     "+1 A rep 200 times=1\n", "stop-ignored@8", "1#1 incomplete 2"},
    {"ignored-once-a-stop", SCRIPT_CONFIRMED("retry=1") "+1 A stop 0002\n+1 A ack 0002\n+1 A rep 200\n+1 A rep 202\n"
     "+1 A rep 200 times=1\n", "stop-ignored@6", "1#1 incomplete 2"},
    {"ignored-each-stop", SCRIPT_CONFIRMED("retry=1") "+1 A stop 0002\n+1 A ack 0002\n+1 A rep 200\n+1 A rep 202\n"
     "+1 A stop 0003\n+1 A ack 0003\n+1 A rep 200 times=1\n", "stop-ignored@6 stop-ignored@10", "1#1 incomplete 2"},
    {"not-acknowledged", SCRIPT_CONFIRMED("") "+1 A stop 0002\n+1 A rep 200\n", "", "1#1 incomplete 1"},
    {"acknowledged-after", SCRIPT_CONFIRMED("") "+1 A stop 0002\n+1 A rep 200\n+1 A ack 0002\n", "",
     "1#1 incomplete 1"},
    {"download-went-on", SCRIPT_DOWNLOADING("") "+1 A stop 0002\n+1 A ack 0002\n+1 A rep 201\n", "",
     "1#1 incomplete 1"},
    {"without-update-is-not-in-time", SCRIPT_REFUSED("")
     "+1 A stop 0002\n+1 A ack 0002\n+1 A start 0003\n+1 A ack 0003\n"
     "+1 A rep 100\n+1 A rep 200\n", "stop-without-update@4", "1#1 refused 0, 1#2 incomplete 1"},
    {"obeyed-then-new-update", SCRIPT_CONFIRMED("") "+1 A stop 0002\n+1 A ack 0002\n+1 A rep 102\n+1 A start 0003\n"
     "+1 A ack 0003\n+1 A rep 100\n+1 A rep 200\n", "", "1#1 cancelled 0, 1#2 incomplete 1"},
};

/* clang-format on */

/* Whose the events and findings of a start are that came while an update was under way. */
static void test_places(void)
{
    static const struct {
        const char *script, *events, *owners;
    } rows[] = {
        {BUSY "+1 A rep 101\n",
         "1#1: start-command@1 ack@2 confirmed@3 download-started@4 start-command@5 ack@6 refused@7",
         "start-while-busy@5#1"},
        {BUSY "+1 A rep 100\n",
         "1#1: start-command@1 ack@2 confirmed@3 download-started@4, 1#2: start-command@5 ack@6 confirmed@7", NULL},
        {FAILED_BUSY "+1 A rep 100\n",
         "1#1: start-command@1 ack@2 confirmed@3 download-started@4 download-failed@5, "
         "1#2: start-command@6 ack@7 confirmed@8",
         "retries-not-exhausted@5#1"},
        {FAILED_BUSY "+1 A rep 200 times=1\n",
         "1#1: start-command@1 ack@2 confirmed@3 download-started@4 download-failed@5 start-command@6 ack@7 "
         "download-started@8",
         "start-while-busy@6#1"},
        {SCRIPT_DOWNLOADING("") "+1 A rep 101\n", "1#1: start-command@1 ack@2 confirmed@3 download-started@4 refused@5",
         "report-out-of-order@5#1"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(ExchangeResult) result = exchange_run(rows[i].script);
        exchange_assert(rows[i].script, "events", result->events, rows[i].events);
        if (rows[i].owners != NULL) {
            exchange_assert(rows[i].script, "owners", result->owners, rows[i].owners);
        }
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    exchange_add_rows("/update/commands/answers", answers, G_N_ELEMENTS(answers));
    exchange_add_rows("/update/commands/cancellations", cancellations, G_N_ELEMENTS(cancellations));
    g_test_add_func("/update/commands/places", test_places);
    return g_test_run();
}
