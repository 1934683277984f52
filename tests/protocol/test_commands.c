/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Commands and their acknowledgement: who answers, who is busy, what comes too late. */
#include "exchange.h"

/* clang-format off */

static const ExchangeRow acks[] = {
    {"within-60-s", "0 A hb\n+1 A start 0001\n+60 A ack 0001\n", "", "1#1 unanswered 0"},
    {"over-60-s", "0 A hb\n+1 A start 0001\n+60.001 A ack 0001\n", "ack-missing@2", "1#1 unanswered 0"},
    {"capture-ends-before", "0 A hb\n+1 A start 0001\n+59.999 A hb\n", "", "1#1 incomplete 0"},
    {"capture-goes-on-just-so-long", "0 A hb\n+1 A start 0001\n+60 A hb\n", "ack-missing@2", "1#1 unanswered 0"},
    {"capture-goes-on", "0 A hb\n+1 A start 0001\n+60.001 A hb\n", "ack-missing@2", "1#1 unanswered 0"},
    {"capture-goes-on-with-another-device", "0 A hb\n+1 A start 0001\n+61 B hb dev=2\n", "ack-missing@2",
     "1#1 unanswered 0"},
    {"stop", SCRIPT_CONFIRMED("") "+1 A stop 0002\n+61 A rep 102\n", "ack-missing@4", "1#1 cancelled 0"},
    {"other-word", "0 A hb\n+1 A cmd GTRTO 0001\n+61 A hb\n", "", ""},
    {"ack-of-other-word", "0 A hb\n+1 A start 0001\n+1 A ackw GTRTO 0001\n+60 A hb\n", "ack-missing@2",
     "1#1 unanswered 0"},
    {"ack-of-another-device", "0 A hb dev=1\n+1 B hb dev=2\n+1 A start 0001\n+1 B ack 0001 dev=2\n+60 A hb\n",
     "ack-missing@3", "1#1 unanswered 0"},
    {"ack-on-another-channel", "0 A hb\n+1 A start 0001\n+1 B ack 0001\n+60 B hb\n", "", "1#1 unanswered 0"},
    {"not-for-a-busy-start", SCRIPT_DOWNLOADING("") "+1 A start 0002\n+61 A rep 201\n", "start-while-busy@5",
     "1#1 incomplete 1"},
    {"not-for-a-late-stop", SCRIPT_DOWNLOADED("") "+1 A stop 0002\n+61 A rep 300\n", "stop-too-late@6",
     "1#1 incomplete 1"},
    {"for-a-stop-in-time", SCRIPT_DOWNLOADING("") "+1 A stop 0002\n+61 A rep 201\n", "ack-missing@5",
     "1#1 incomplete 1"},
    {"for-a-start-after-failure", SCRIPT_ATTEMPT_FAILED("retry=1") "+1 A start 0002\n+61 A hb\n", "ack-missing@6",
     "1#1 incomplete 1"},
    {"for-a-stop-without-update", SCRIPT_REFUSED("") "+1 A stop 0002\n+61 A hb\n",
     "ack-missing@4 stop-without-update@4", "1#1 refused 0"},
    /* An ACK that may have been among missing messages is not missed. */
    {"gap-within", "0 A hb\n+1 A start 0001\n+30 A hb lost=1\n+60 A hb\n", "count-gap@3", "1#1 unanswered 0"},
    {"gap-reaches-into", "0 A hb\n+1 A start 0001\n+59 A hb\n+60 A hb lost=1\n", "count-gap@4", "1#1 unanswered 0"},
    {"gap-from-before", "0 A hb\n+1 A start 0001\n+200 A hb lost=1\n", "count-gap@3", "1#1 unanswered 0"},
    {"gap-before", "0 A hb\n+1 A hb lost=1\n+1 A start 0001\n+61 A hb\n", "count-gap@2 ack-missing@3",
     "1#1 unanswered 0"},
    {"gap-after", "0 A hb\n+1 A start 0001\n+61 A hb\n+1 A hb lost=1\n", "ack-missing@2 count-gap@4",
     "1#1 unanswered 0"},
    {"gap-filled-later", "0 A hb\n+1 A start 0001\n+30 A hb lost=1\n+60 A bufmsg GTFRI count=0101 sent=-80\n",
     "ack-missing@2", "1#1 unanswered 0"},
    {"gap-of-another-device", "0 A hb\n+0 B hb dev=2\n+1 A start 0001\n+30 B hb dev=2 lost=1\n+60 A hb\n",
     "ack-missing@3 count-gap@4", "1#1 unanswered 0"},
    /* Which command an ACK answers. */
    {"latest-unanswered", SCRIPT_REQUESTED("") "+1 A rep 101\n+1 A again 1\n+1 A rep 101\n+1 A again 1\n+1 A ack 0001\n"
     "+61 A hb\n", "ack-missing@4 serial-reused@4", "1#1 refused 0, 1#2 refused 0, 1#3 unanswered 0"},
    {"two-acks-two-commands", SCRIPT_REQUESTED("") "+1 A rep 101\n+1 A again 1\n+1 A rep 101\n+1 A again 1\n"
     "+1 A ack 0001\n+1 A ack 0001\n+61 A hb\n", "serial-reused@4",
     "1#1 refused 0, 1#2 refused 0, 1#3 unanswered 0"},
    /* Never claimed: judged all the same, with no device and no update. */
    {"never-claimed", "0 A start 0001\n+61 B hb\n", "ack-missing@1", ""},
    {"never-claimed-just-so-long", "0 A start 0001\n+60 B hb\n", "ack-missing@1", ""},
    {"never-claimed-capture-ends", "0 A start 0001\n+59 B hb\n", "", ""},
    {"never-claimed-stop", "0 A stop 0001\n+61 B hb\n", "ack-missing@1", ""},
    {"never-claimed-other-word", "0 A cmd GTRTO 0001\n+61 B hb\n", "", ""},
    {"never-claimed-resent", "0 A start 0001\n+10 A again 1\n+61 B hb\n", "ack-missing@1", ""},
    {"never-claimed-resent-at-ten-minutes", "0 A start 0001\n+10m A again 1\n+61 B hb\n", "ack-missing@1", ""},
    {"never-claimed-new-try", "0 A start 0001\n+10m0.001s A again 1\n+61 B hb\n", "ack-missing@1 ack-missing@2", ""},
    {"never-claimed-no-serial", "0 A down AT+GTUPD=cv200,0,0,10,0,,,http://h/p,,0,,,,00G1$\n+61 B hb\n",
     "field-invalid@1", ""},
    {"never-claimed-no-layout", "0 A down AT+GTUPD=cv200,0,0001$\n+61 B hb\n", "field-count@1", ""},
    {"never-claimed-fields", "0 A start 0001 retry=9\n+61 B hb\n", "ack-missing@1 field-invalid@1", ""},
    {"never-claimed-closed", "0 A start 0001\n+1 A close\n+61 A hb\n", "ack-missing@1", ""},
    {"never-claimed-closed-just-so-long", "0 A start 0001\n+1 A close\n+59 A hb\n", "ack-missing@1", ""},
    {"never-claimed-closed-capture-ends", "0 A start 0001\n+1 A close\n+58.999 A hb\n", "", ""},
    {"no-layout-wants-no-ack", "0 A hb\n+1 A down AT+GTUPD=cv200,0,0001$\n+61 A hb\n", "field-count@2", ""},
    /* Unexpected. */
    {"unexpected", SCRIPT_REQUESTED("") "+1 A ack 0002\n", "ack-unexpected@3", "1#1 incomplete 0"},
    {"unexpected-no-command", "0 A ack 0002\n", "", ""},
    {"unexpected-other-word-only", "0 A hb\n+1 A cmd GTRTO 0001\n+1 A ack 0002\n", "", ""},
    {"unexpected-carried-by-other-word", SCRIPT_REQUESTED("") "+1 A cmd GTRTO 0002\n+1 A ack 0002\n",
     "ack-unexpected@4", "1#1 incomplete 0"},
    {"carried-long-ago", SCRIPT_REFUSED("") "+2h A start 0002\n+1 A ack 0002\n+1 A rep 101\n+1 A ack 0001\n", "",
     "1#1 refused 0, 1#2 refused 0"},
    {"unexpected-other-word", SCRIPT_REQUESTED("") "+1 A ackw GTRTO 0077\n", "", "1#1 incomplete 0"},
    {"unexpected-by-another-device", "0 B hb dev=2\n+0 A start 0001\n+1 A ack 0001\n+1 B ack 0001 dev=2\n", "",
     "1#1 incomplete 0"},
};

static const ExchangeRow starts[] = {
    {"unseen", "0 A rep 100\n", "command-unseen@1", "1#1 incomplete 0"},
    {"unseen-after-ack", "0 A ack 0001\n+1 A rep 100\n+1 A rep 200\n", "command-unseen@2", "1#1 incomplete 1"},
    {"unseen-refused", "0 A rep 101\n", "command-unseen@1", "1#1 refused 0"},
    {"unseen-battery", "0 A rep 103\n", "command-unseen@1", "1#1 battery-low 0"},
    {"unseen-joined-mid-way", "0 A rep 201\n+1 A rep 300\n", "command-unseen@1", "1#1 incomplete 0"},
    {"unseen-again", SCRIPT_REFUSED("") "+1 A rep 101\n", "command-unseen@4", "1#1 refused 0, 1#2 refused 0"},
    {"seen", SCRIPT_CONFIRMED(""), "", "1#1 incomplete 0"},
    {"unseen-no-layout", "0 A hb\n+1 A down AT+GTUPD=cv200,0,0001$\n+1 A rep 100\n",
     "field-count@2 command-unseen@3", "1#1 incomplete 0"},
    /* Repeated. */
    {"repeated", SCRIPT_REQUESTED("") "+1 A start 0002\n+1 A ack 0002\n", "command-repeated@3", "1#1 incomplete 0"},
    {"repeated-later-one-holds", SCRIPT_REQUESTED("retry=0")
     "+1 A start 0002 retry=1\n+1 A ack 0002\n+1 A rep 100\n+1 A rep 200\n+1 A rep 202\n+1 A rep 200 times=1\n",
     "command-repeated@3", "1#1 incomplete 2"},
    {"repeated-later-type-holds", SCRIPT_REQUESTED("type=0") "+1 A start 0002 type=1\n+1 A ack 0002\n+1 A rep 110\n",
     "command-repeated@3", "1#1 incomplete 0"},
    {"repeated-thrice", SCRIPT_REQUESTED("") "+1 A start 0002\n+1 A start 0003\n+1 A ack 0002\n+1 A ack 0003\n",
     "command-repeated@3 command-repeated@4", "1#1 incomplete 0"},
    {"resent-is-not-repeated", SCRIPT_REQUESTED("") "+1 A again 1\n", "message-repeated@3", "1#1 incomplete 0"},
    {"repeated-within-the-hour", SCRIPT_REQUESTED("") "+59m59.999s A start 0002\n+1 A ack 0002\n",
     "command-repeated@3", "1#1 incomplete 0"},
    {"stale-at-one-hour", SCRIPT_REQUESTED("") "+1h A start 0002\n+1 A ack 0002\n", "",
     "1#1 superseded 0, 1#2 incomplete 0"},
    {"stale", SCRIPT_REQUESTED("") "+1h0.001s A start 0002\n+1 A ack 0002\n", "",
     "1#1 superseded 0, 1#2 incomplete 0"},
    /* Busy. */
    {"busy-confirmed", SCRIPT_CONFIRMED("") "+1 A start 0002\n", "start-while-busy@4", "1#1 incomplete 0"},
    {"busy-downloading", SCRIPT_DOWNLOADING("") "+1 A start 0002\n", "start-while-busy@5", "1#1 incomplete 1"},
    {"busy-downloaded", SCRIPT_DOWNLOADED("") "+1 A start 0002\n", "start-while-busy@6", "1#1 incomplete 1"},
    {"busy-updating", SCRIPT_UPDATING("") "+1 A start 0002\n", "start-while-busy@7", "1#1 incomplete 1"},
    {"busy-failed-and-goes-on", SCRIPT_ATTEMPT_FAILED("retry=1")
     "+1 A start 0002\n+1 A ack 0002\n+1 A rep 200 times=1\n",
     "start-while-busy@6", "1#1 incomplete 2"},
    {"busy-failed-at-the-end", SCRIPT_ATTEMPT_FAILED("retry=1") "+1 A start 0002\n+1 A ack 0002\n", "",
     "1#1 incomplete 1"},
    {"busy-failed-new-update", SCRIPT_ATTEMPT_FAILED("retry=1") "+1 A start 0002\n+1 A ack 0002\n+1 A rep 100\n",
     "retries-not-exhausted@5", "1#1 download-failed 1, 1#2 incomplete 0"},
    {"not-busy-after-the-end", SCRIPT_SUCCEEDED("") "+1 B start 0002\n+1 B ack 0002\n", "",
     "1#1 succeeded 1, 1#2 incomplete 0"},
    {"not-busy-stale", SCRIPT_DOWNLOADING("") "+1h0.001s A start 0002\n+1 A ack 0002\n", "",
     "1#1 superseded 1, 1#2 incomplete 0"},
    {"busy-within-the-hour", SCRIPT_DOWNLOADING("timeout=30") "+59m59.999s A start 0002\n", "start-while-busy@5",
     "1#1 incomplete 1"},
};

static const ExchangeRow stops[] = {
    {"in-time", SCRIPT_CONFIRMED("") "+1 A stop 0002\n+1 A ack 0002\n+1 A rep 102\n", "", "1#1 cancelled 0"},
    {"in-time-requested", SCRIPT_REQUESTED("") "+1 A stop 0002\n+1 A ack 0002\n+1 A rep 102\n", "", "1#1 cancelled 0"},
    {"in-time-downloading", SCRIPT_DOWNLOADING("") "+1 A stop 0002\n+1 A ack 0002\n+1 A rep 102\n", "",
     "1#1 cancelled 1"},
    {"in-time-attempt-failed", SCRIPT_ATTEMPT_FAILED("retry=1") "+1 A stop 0002\n+1 A ack 0002\n+1 A rep 102\n", "",
     "1#1 cancelled 1"},
    {"without-update", SCRIPT_REFUSED("") "+1 A stop 0002\n+1 A ack 0002\n", "stop-without-update@4", "1#1 refused 0"},
    {"without-update-each-time", SCRIPT_REFUSED("") "+1 A stop 0002\n+1 A ack 0002\n+1 A stop 0003\n+1 A ack 0003\n",
     "stop-without-update@4 stop-without-update@6", "1#1 refused 0"},
    {"no-report-before", "0 A hb\n+1 A stop 0001\n+1 A ack 0001\n", "", ""},
    {"unusable-report-before", "0 A up +RESP:GTUPD,{1},777,,{time},{count}$\n+1 A stop 0001\n+1 A ack 0001\n",
     "code-undefined@1", ""},
    {"no-layout-report-before", "0 A up +RESP:GTUPD,{1},100,{time},{count}$\n+1 A stop 0001\n+1 A ack 0001\n",
     "field-count@1", ""},
    {"report-of-another-device", "0 A hb\n+1 B rep 101 dev=2\n+1 A stop 0001\n+1 A ack 0001\n", "command-unseen@2",
     "2#1 refused 0"},
    {"too-late-downloaded", SCRIPT_DOWNLOADED("") "+1 A stop 0002\n+1 A ack 0002\n", "stop-too-late@6",
     "1#1 incomplete 1"},
    {"too-late-updating", SCRIPT_UPDATING("") "+1 A stop 0002\n+1 A ack 0002\n", "stop-too-late@7",
     "1#1 incomplete 1"},
};

static const ExchangeRow commands_during[] = {
    {"confirmed", SCRIPT_CONFIRMED("") "+1 A cmd GTRTO 0002\n", "command-during-update@4", NULL},
    {"downloading", SCRIPT_DOWNLOADING("") "+1 A cmd GTRTO 0002\n", "command-during-update@5", NULL},
    {"downloaded", SCRIPT_DOWNLOADED("") "+1 A cmd GTRTO 0002\n", "command-during-update@6", NULL},
    {"updating", SCRIPT_UPDATING("") "+1 A cmd GTRTO 0002\n", "command-during-update@7", NULL},
    {"requested", SCRIPT_REQUESTED("") "+1 A cmd GTRTO 0002\n", "", NULL},
    {"ended", SCRIPT_REFUSED("") "+1 A cmd GTRTO 0002\n", "", NULL},
    {"no-update", "0 A hb\n+1 A cmd GTRTO 0002\n", "", NULL},
    {"once-an-update", SCRIPT_CONFIRMED("") "+1 A cmd GTRTO 0002\n+1 A cmd GTRTO 0003\n+1 A rep 200\n"
     "+1 A cmd GTRTO 0004\n", "command-during-update@4", NULL},
    {"once-each-update", SCRIPT_CONFIRMED("") "+1 A cmd GTRTO 0002\n+1 A rep 200\n+1 A rep 203\n+1 A start 0003\n"
     "+1 A ack 0003\n+1 A rep 100\n+1 A cmd GTRTO 0004\n", "command-during-update@4 command-during-update@10",
     "1#1 version-rejected 1, 1#2 incomplete 0"},
    {"failed-and-goes-on", SCRIPT_ATTEMPT_FAILED("retry=1") "+1 A cmd GTRTO 0002\n+1 A rep 200 times=1\n",
     "command-during-update@6", "1#1 incomplete 2"},
    {"failed-first-counts", SCRIPT_ATTEMPT_FAILED("retry=1") "+1 A cmd GTRTO 0002\n+1 A rep 200 times=1\n"
     "+1 A cmd GTRTO 0003\n", "command-during-update@6", "1#1 incomplete 2"},
    {"failed-at-the-end", SCRIPT_ATTEMPT_FAILED("retry=1") "+1 A cmd GTRTO 0002\n+1 A hb\n", "", "1#1 incomplete 1"},
    {"failed-new-update", SCRIPT_ATTEMPT_FAILED("retry=1") "+1 A cmd GTRTO 0002\n+1 A start 0003\n+1 A ack 0003\n"
     "+1 A rep 100\n", "retries-not-exhausted@5", "1#1 download-failed 1, 1#2 incomplete 0"},
    {"updating-another-channel", SCRIPT_UPDATING("") "+1 B hb\n+1 B cmd GTRTO 0002\n", "", "1#1 incomplete 1"},
    {"updating-udp", "0 a start 0001\n+1 a ack 0001\n+1 a rep 100\n+1 a rep 200\n+1 a rep 201\n+1 a rep 300\n"
     "+1 a cmd GTRTO 0002\n", "", "1#1 incomplete 1"},
    {"downloading-udp", "0 a start 0001\n+1 a ack 0001\n+1 a rep 100\n+1 a rep 200\n+1 a cmd GTRTO 0002\n",
     "command-during-update@5", "1#1 incomplete 1"},
    {"downloading-another-channel", SCRIPT_DOWNLOADING("") "+1 B hb\n+1 B cmd GTRTO 0002\n", "command-during-update@6",
     "1#1 incomplete 1"},
    {"updating-buffered-3X0", SCRIPT_DOWNLOADED("") "+1 A buf 300\n+1 A cmd GTRTO 0002\n", "", "1#1 incomplete 1"},
    {"stale", SCRIPT_DOWNLOADING("") "+1h0.001s A cmd GTRTO 0002\n", "", "1#1 incomplete 1"},
    {"within-the-hour", SCRIPT_DOWNLOADING("") "+59m59.999s A cmd GTRTO 0002\n", "command-during-update@5",
     "1#1 incomplete 1"},
    {"stale-then-fed", SCRIPT_DOWNLOADING("timeout=") "+1h1s A cmd GTRTO 0002\n+1 A rep 201\n+1 A cmd GTRTO 0003\n",
     "download-overran@6 command-during-update@7", "1#1 incomplete 1"},
};

/* clang-format on */

/* The engine says which command an ACK answers: the latest with its Serial Number that no ACK has answered. */
static void test_answers(void)
{
    static const struct {
        const char *script, *answers;
    } rows[] = {
        {SCRIPT_REQUESTED(""), "1<-2"},
        {"0 A hb\n+1 A start 0001\n+61 A ack 0001\n", "2<-3"},
        {SCRIPT_REQUESTED("") "+1 A rep 101\n+1 A again 1\n+1 A rep 101\n+1 A again 1\n+1 A ack 0001\n+1 A ack 0001\n",
         "1<-2 6<-7 4<-8"},
        {"0 A hb\n+1 A start 0001\n+1 A cmd GTRTO 0001\n+1 A ack 0001\n+1 A ackw GTRTO 0001\n", "2<-4 3<-5"},
        {"0 A hb\n+1 A start 0001\n+1 A start 0002\n+1 A ack 0001\n+1 A ack 0002\n", "2<-4 3<-5"},
        {"0 A hb\n+1 A start 0001\n+1 A ack 0001\n+1 A ack 0001\n", "2<-3"},
        {"0 A hb\n+1 A cmd GTRTO 0001\n+1 A start 0001\n+1 A ackw GTRTO 0001\n+1 A ack 0001\n", "2<-4 3<-5"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(ExchangeResult) result = exchange_run(rows[i].script);
        exchange_assert(rows[i].script, "answers", result->answers, rows[i].answers);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    exchange_add_rows("/commands/acks", acks, G_N_ELEMENTS(acks));
    exchange_add_rows("/commands/starts", starts, G_N_ELEMENTS(starts));
    exchange_add_rows("/commands/stops", stops, G_N_ELEMENTS(stops));
    exchange_add_rows("/commands/others", commands_during, G_N_ELEMENTS(commands_during));
    g_test_add_func("/commands/answers", test_answers);
    return g_test_run();
}
