/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Numbers and clocks: resends, Serial Numbers, Count Numbers, Send Times. */
#include "exchange.h"

/* clang-format off */

static const ExchangeRow repeats[] = {
    {"resent", "0 A msg GTFRI\n+1 A again 1\n", "message-repeated@2", ""},
    {"ten-minutes", "0 A msg GTFRI\n+10m A again 1\n", "message-repeated@2", ""},
    {"over-ten-minutes", "0 A msg GTFRI\n+10m0.001s A again 1\n", "count-reused@2", ""},
    {"ten-minutes-from-last-sighting", "0 A msg GTFRI\n+9m A again 1\n+9m A again 1\n",
     "message-repeated@2 message-repeated@3", ""},
    {"last-of-eight",
     "0 A msg GTFR0\n+1 A msg GTFR1\n+1 A msg GTFR2\n+1 A msg GTFR3\n+1 A msg GTFR4\n+1 A msg GTFR5\n+1 A msg GTFR6\n"
     "+1 A msg GTFR7\n+1 A again 1\n",
     "message-repeated@9", ""},
    {"ninth-back",
     "0 A msg GTFR0\n+1 A msg GTFR1\n+1 A msg GTFR2\n+1 A msg GTFR3\n+1 A msg GTFR4\n+1 A msg GTFR5\n+1 A msg GTFR6\n"
     "+1 A msg GTFR7\n+1 A msg GTFR8\n+1 A again 1\n",
     "count-backwards@10", ""},
    {"eight-different", /* the repeats in between are no further ones */
     "0 A msg GTFR0\n+1 A msg GTFR1\n+1 A again 2\n+1 A again 2\n+1 A again 2\n+1 A again 2\n+1 A again 2\n"
     "+1 A again 2\n+1 A again 2\n+1 A again 2\n+1 A again 1\n",
     "message-repeated@3 message-repeated@4 message-repeated@5 message-repeated@6 message-repeated@7 "
     "message-repeated@8 message-repeated@9 message-repeated@10 message-repeated@11", ""},
    {"on-another-channel", "0 A msg GTFRI\n+1 B again 1\n", "message-repeated@2", ""},
    {"other-bytes", "0 A msg GTFRI\n+1 A msg GTFRI\n", "", ""},
    {"over-udp", "0 a msg GTFRI\n+1 a again 1\n", "message-repeated@2", ""},
    {"heartbeat", "0 A hb\n+1 A again 1\n", "message-repeated@2", ""},
    /* A report that was sent, and is sent again from the store. */
    {"buffered-after-hours", "0 A msg GTFRI\n+3h A buffer 1\n", "message-repeated@2", ""},
    {"buffered-gtupd", SCRIPT_CONFIRMED("") "+30m A buffer 3\n", "message-repeated@4", "1#1 incomplete 0"},
    {"buffered-other-bytes", "0 A msg GTFRI\n+3h A bufmsg GTFRI count=0100\n", "", ""},
    {"buffered-ninth-back",
     "0 A msg GTFR0\n+1 A msg GTFR1\n+1 A msg GTFR2\n+1 A msg GTFR3\n+1 A msg GTFR4\n+1 A msg GTFR5\n+1 A msg GTFR6\n"
     "+1 A msg GTFR7\n+1 A msg GTFR8\n+1 A buffer 1\n",
     "", ""},
    {"buffered-twice", "0 A bufmsg GTFRI\n+1 A again 1\n", "message-repeated@2", ""},
    {"buffered-twice-over-ten-minutes", "0 A bufmsg GTFRI\n+11m A again 1\n", "", ""},
    /* Commands. */
    {"command-resent", "0 A start 0001\n+5 A again 1\n+1 A ack 0001\n", "message-repeated@2", "1#1 incomplete 0"},
    {"command-resent-after-ack", SCRIPT_REQUESTED("") "+5 A again 1\n", "message-repeated@3", "1#1 incomplete 0"},
    {"stop-resent", SCRIPT_CONFIRMED("") "+1 A stop 0002\n+1 A again 4\n+1 A ack 0002\n+1 A rep 102\n",
     "message-repeated@5", "1#1 cancelled 0"},
    {"command-tried-anew", SCRIPT_REFUSED("") "+30 A again 1\n+1 A ack 0001\n+1 A rep 101\n", "serial-reused@4",
     "1#1 refused 0, 1#2 refused 0"},
    {"command-resent-over-ten-minutes", "0 A start 0001\n+1 A ack 0001\n+10m A again 1\n+1 A ack 0001\n",
     "command-repeated@3 serial-reused@3", "1#1 incomplete 0"},
    {"resent-report-is-none-between",
     SCRIPT_REFUSED("") "+30 A start 0002\n+1 A ack 0002\n+1 A again 3\n+1 A again 4\n",
     "message-repeated@6 message-repeated@7", "1#1 refused 0, 1#2 incomplete 0"},
    {"other-report-is-none-between", SCRIPT_REQUESTED("") "+1 A msg GTFRI\n+1 A again 1\n", "message-repeated@4",
     "1#1 incomplete 0"},
    {"other-command-is-none", "0 A hb\n+1 A cmd GTRTO 0001\n+1 A again 2\n", "", ""},
    {"other-device-is-none", "0 A hb dev=1\n+1 B hb dev=2\n+1 A start 0001\n+1 B start 0001\n+1 A ack 0001 dev=1\n"
     "+1 B ack 0001 dev=2\n", "", "1#1 incomplete 0, 2#1 incomplete 0"},
    /* A repeat goes no further. */
    {"no-event", SCRIPT_ATTEMPT_FAILED("retry=1") "+1 A again 5\n+1 A hb\n", "message-repeated@6",
     "1#1 incomplete 1"},
    {"no-unrelated-report", "0 A msg GTFRI\n+1 A start 0001\n+1 A ack 0001\n+1 A rep 100\n+1 A again 1\n",
     "message-repeated@5", "1#1 incomplete 0"},
    {"counts-go-on", "0 A msg GTFRI\n+1 A msg GTFRI\n+1 A again 1\n+1 A msg GTFRI\n", "message-repeated@3", ""},
    {"but-fields-are-checked", "0 A up +RESP:GTUPD,{1},777,,{time},{count}$\n+1 A again 1\n",
     "code-undefined@1 code-undefined@2 message-repeated@2", ""},
};

static const ExchangeRow serials[] = {
    {"reused", "0 A hb\n+1 A cmd GTRTO 0001\n+1 A start 0001\n+1 A ack 0001\n", "serial-reused@3", "1#1 incomplete 0"},
    {"plus-one", "0 A hb\n+1 A cmd GTRTO 0001\n+1 A start 0002\n+1 A ack 0002\n", "", "1#1 incomplete 0"},
    {"reused-once-a-device",
     SCRIPT_REFUSED("") "+1 A start 0001 retry=1\n+1 A ack 0001\n+1 A rep 101\n+1 A start 0001 retry=2\n"
     "+1 A ack 0001\n+1 A rep 101\n",
     "serial-reused@4", "1#1 refused 0, 1#2 refused 0, 1#3 refused 0"},
    {"reused-by-other-word", SCRIPT_REQUESTED("") "+1 A cmd GTRTO 0001\n", "", NULL},
    {"hex-case", SCRIPT_REFUSED("") "+1 A cmd GTRTO 00AB\n+1 A start 00ab\n+1 A ack 00aB\n", "serial-reused@5", NULL},
    {"gap", SCRIPT_REFUSED("") "+1 A start 0003\n+1 A ack 0003\n", "serial-gap@4", "1#1 refused 0, 1#2 incomplete 0"},
    {"gap-backwards", SCRIPT_REFUSED("") "+1 A start 0000\n+1 A ack 0000\n", "serial-gap@4", NULL},
    {"gap-each-time",
     SCRIPT_REFUSED("") "+1 A start 0003\n+1 A ack 0003\n+1 A rep 101\n+1 A start 0005\n+1 A ack 0005\n",
     "serial-gap@4 serial-gap@7", NULL},
    {"gap-from-other-word", "0 A hb\n+1 A cmd GTRTO 0001\n+1 A start 0004\n+1 A ack 0004\n", "serial-gap@3", NULL},
    {"gap-of-other-word", SCRIPT_REQUESTED("") "+1 A cmd GTRTO 0009\n", "", NULL},
    {"wraps", "0 A hb\n+1 A cmd GTRTO FFFF\n+1 A start 0000\n+1 A ack 0000\n", "", NULL},
    {"first", "0 A start 7777\n+1 A ack 7777\n", "", NULL},
    {"stop", SCRIPT_CONFIRMED("") "+1 A stop 0004\n+1 A ack 0004\n+1 A rep 102\n", "serial-gap@4", "1#1 cancelled 0"},
    {"each-device-its-own", "0 A hb dev=1\n+1 B hb dev=2\n+1 A cmd GTRTO 0010\n+1 B start 0001\n+1 B ack 0001 dev=2\n",
     "", NULL},
    /* The last field of a message whose fields are no layout's is its Serial Number all the same. */
    {"no-layout", SCRIPT_REFUSED("") "+1 A down AT+GTUPD=cv200,0,0003$\n+1 A start 0004\n+1 A ack 0004\n",
     "field-count@4 serial-gap@4", NULL},
    {"no-layout-plus-one", SCRIPT_REFUSED("") "+1 A down AT+GTUPD=cv200,0,0002$\n+1 A start 0003\n+1 A ack 0003\n",
     "field-count@4", NULL},
};

static const ExchangeRow counts[] = {
    {"plus-one", "0 A msg GTFRI\n+1 A hb\n+1 A ackw GTRTO 0001\n", "", ""},
    {"wraps", "0 A msg GTFRI count=FFFF\n+1 A hb\n", "", ""},
    {"gap", "0 A msg GTFRI\n+1 A hb lost=1\n", "count-gap@2", ""},
    {"gap-over-the-wrap", "0 A msg GTFRI count=FFFE\n+1 A hb count=0001\n", "count-gap@2", ""},
    {"gap-4096", "0 A msg GTFRI\n+1 A hb lost=4096\n", "count-gap@2", ""},
    {"gap-4097", "0 A msg GTFRI\n+1 A hb lost=4097\n", "count-backwards@2", ""},
    {"each-device-its-own", "0 A hb dev=1\n+1 B hb dev=2 count=0900\n+1 A hb dev=1\n+1 B hb dev=2\n", "", ""},
    {"hex-case", "0 A up +ACK:GTHBD,{1},{time},00af$\n+1 A hb count=00B0\n", "", ""},
    {"malformed-takes-no-part", "0 A hb\n+1 A up +RESP:GTFRI,{1},0,{time},01G1$\n+1 A hb\n", "", ""},
    {"no-layout", "0 A hb\n+1 A up +RESP:GTUPD,{1},{time},0102$\n+1 A hb count=0103\n", "count-gap@2 field-count@2",
     ""},
    /* What a +BUFF brings is not missing. */
    {"brought-later", "0 A msg GTFRI\n+1 A hb lost=1\n+1 A bufmsg GTFRI count=0101 sent=-1\n", "", ""},
    {"brought-earlier", "0 A msg GTFRI\n+1 A bufmsg GTFRI count=0101\n+1 A hb count=0102\n", "", ""},
    {"brought-in-part", "0 A msg GTFRI\n+1 A hb lost=2\n+1 A bufmsg GTFRI count=0101 sent=-1\n", "count-gap@2", ""},
    {"brought-by-another-device", "0 A msg GTFRI\n+1 A hb lost=1\n+1 B bufmsg GTFRI dev=2 count=0101\n", "count-gap@2",
     ""},
    {"buffered-takes-no-part", "0 A msg GTFRI\n+1 A bufmsg GTFRI count=0500\n+1 A hb\n", "", ""},
    {"buffered-backwards", "0 A msg GTFRI\n+1 A bufmsg GTFRI count=0050\n+1 A hb\n", "", ""},
    /* Reused and backwards. */
    {"reused", "0 A msg GTFRI\n+1 A hb count=0100\n", "count-reused@2", ""},
    {"backwards", "0 A msg GTFRI\n+1 A hb count=00FF\n", "count-backwards@2", ""},
    {"reused-on-another-channel", "0 A msg GTFRI\n+1 B hb count=0100\n", "count-reused@2", ""},
    /* Restarts. */
    {"restart", "0 A msg GTFRI\n+1 B hb count=000F\n", "", ""},
    {"restart-at-0", "0 A msg GTFRI\n+1 B hb count=0000\n", "", ""},
    {"restart-16", "0 A msg GTFRI\n+1 B hb count=0010\n", "count-backwards@2", ""},
    {"restart-same-channel", "0 A msg GTFRI\n+1 A hb count=0001\n", "count-backwards@2", ""},
    {"restart-before-reused", "0 A msg GTFRI count=0005\n+1 B hb count=0005\n", "", ""},
    {"restart-before-gap", "0 A msg GTFRI count=0005\n+1 B hb count=0008\n", "", ""},
    {"gap-no-restart", "0 A msg GTFRI count=000E\n+1 B hb count=0010\n", "count-gap@2", ""},
    {"channel-since-previous-uplink", "0 A msg GTFRI\n+1 B hb\n+1 B hb count=0001\n", "count-backwards@3", ""},
    {"reconnected", "0 A msg GTFRI\n+1 A close\n+1 A hb count=0001\n", "", ""},
    {"udp-channel-changed", "0 a msg GTFRI\n+1 b hb count=0001\n", "", ""},
    {"udp-same-channel", "0 a msg GTFRI\n+1 a hb count=0001\n", "count-backwards@2", ""},
    {"udp-after-3X0",
     SCRIPT_UPDATING_UDP "+60 a rep 301 count=0001\n",
     "", "1#1 succeeded 1"},
    {"udp-after-last-failed-attempt",
     "0 a start 0001\n+1 a ack 0001\n+1 a rep 100\n+1 a rep 200\n+1 a rep 202\n+60 a hb count=0001\n",
     "", "1#1 download-failed 1"},
    {"udp-after-failed-attempt-not-last",
     "0 a start 0001 retry=1\n+1 a ack 0001\n+1 a rep 100\n+1 a rep 200\n+1 a rep 202\n+60 a hb count=0001\n",
     "count-backwards@6", "1#1 incomplete 1"},
    {"udp-restarts-once",
     SCRIPT_UPDATING_UDP "+60 a hb count=0003\n"
     "+1 a rep 301 count=0001\n",
     "count-backwards@8", "1#1 succeeded 1"},
    {"udp-until-the-update-ends",
     SCRIPT_UPDATING_UDP "+60 a rep 301\n"
     "+1 a hb count=0001\n",
     "count-backwards@8", "1#1 succeeded 1"},
    {"udp-until-restart-through-others",
     SCRIPT_UPDATING_UDP "+1 a hb\n"
     "+60 a rep 301 count=0001\n",
     "", "1#1 succeeded 1"},
    {"tcp-after-3X0-same-channel", SCRIPT_UPDATING("") "+60 A rep 301 count=0001\n",
     "count-backwards@7 reboot-missing@7", "1#1 succeeded 1"},
};

static const ExchangeRow clocks[] = {
    {"60-s", "0 A msg GTFRI\n+1 A msg GTFRI sent=-61\n", "", ""},
    {"61-s", "0 A msg GTFRI\n+1 A msg GTFRI sent=-62\n", "send-time-backwards@2", ""},
    {"against-the-previous", "0 A msg GTFRI\n+1 A msg GTFRI sent=-62\n+1 A msg GTFRI sent=-62\n",
     "send-time-backwards@2", ""},
    {"another-channel", "0 A msg GTFRI\n+1 B msg GTFRI sent=-9000\n", "", ""},
    {"another-device", "0 A hb dev=1\n+1 A hb dev=2 sent=-9000\n+1 A hb dev=1\n", "", ""},
    {"udp", "0 a msg GTFRI\n+1 a msg GTFRI sent=-62\n", "send-time-backwards@2", ""},
    {"forwards", "0 A msg GTFRI\n+1 A msg GTFRI sent=9000\n", "", ""},
    {"capture-time-is-no-matter", "0 A msg GTFRI sent=9000\n+1 A msg GTFRI sent=9000\n", "", ""},
    {"buffered-takes-no-part", "0 A msg GTFRI\n+1 A bufmsg GTFRI sent=-9000\n+1 A msg GTFRI\n", "", ""},
    {"after-3X0", SCRIPT_UPDATING("") "+60 A rep 301 sent=-9000\n", "reboot-missing@7", "1#1 succeeded 1"},
    {"after-3X0-once", SCRIPT_UPDATING_UDP "+60 a rep 301 sent=-9000\n+1 a hb sent=-18000\n", "send-time-backwards@8",
     "1#1 succeeded 1"},
    {"after-3X0-first-that-takes-part", SCRIPT_UPDATING_UDP
     "+59 a bufmsg GTFRI count=0050 sent=-9000\n+1 a rep 301 sent=-9000\n", "", "1#1 succeeded 1"},
    {"before-3X0", SCRIPT_DOWNLOADED("") "+1 A rep 300 sent=-9000\n", "send-time-backwards@6", "1#1 incomplete 1"},
    {"after-restart", "0 a start 0001\n+1 a ack 0001\n+1 a rep 100\n+1 a rep 200\n+1 a rep 202\n"
     "+60 a hb count=0001 sent=-9000\n", "", "1#1 download-failed 1"},
};

/* clang-format on */

/* An update as far as CONFIRMED, on a connection already in use. 3 lines. */
#define SCRIPT_AFTER "+1 A start 0001\n+1 A ack 0001\n+1 A rep 100\n"

static void append_gaps(GString *script, guint count)
{
    for (guint i = 0; i < count; i++) {
        g_string_append(script, "+1 A hb lost=1\n");
    }
}

/*
 * A gap waits for a +BUFF until the device has 32 newer ones. The script: a heartbeat 0100, a gap at 0101 on line 2,
 * `newer` more gaps, and a +BUFF that brings 0101.
 */
static void check_gaps(guint newer, guint first_line)
{
    g_autoptr(GString) script = g_string_new("0 A hb\n");
    g_autoptr(GString) expected = g_string_new(NULL);
    append_gaps(script, newer + 1);
    g_string_append(script, "+1 A bufmsg GTFRI count=0101 sent=-100\n");
    for (guint line = first_line; line <= newer + 2; line++) {
        g_string_append_printf(expected, "%scount-gap@%u", expected->len > 0 ? " " : "", line);
    }
    g_autoptr(ExchangeResult) result = exchange_run(script->str);
    exchange_assert(script->str, "findings", result->findings, expected->str);
}

static void test_gaps_waiting(void)
{
    check_gaps(31, 3);
    check_gaps(32, 2);
}

/* A gap that is judged already is evidence all the same, for what came in its time and for nothing else. */
static void test_gaps_judged(void)
{
    static const struct {
        const char *before, *after;
        const char *found; /* besides the gaps */
    } rows[] = {
        {"0 A hb\n+1 A start 0001\n+1 A hb lost=1\n+60 A hb\n", "+1 A hb\n", ""},
        {"0 A hb\n+1 A start 0001\n+61 A hb\n", "+1 A hb\n", "ack-missing@2"},
        {"0 A hb\n", "+1 A start 0001\n+61 A hb\n", "ack-missing@42"},
        {SCRIPT_CONFIRMED(""), "+1 A rep 201\n", "report-lost@44"},
        {"0 A hb\n", SCRIPT_AFTER "+1 A rep 201\n", "phase-skipped@45"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GString) script = g_string_new(rows[i].before);
        append_gaps(script, 40);
        g_string_append(script, rows[i].after);
        g_autoptr(ExchangeResult) result = exchange_run(script->str);
        g_autoptr(GRegex) gaps = g_regex_new("count-gap@[0-9]+ ?", 0, 0, NULL);
        g_autofree char *others = g_regex_replace_literal(gaps, result->findings, -1, 0, "", 0, NULL);
        exchange_assert(script->str, "findings but gaps", g_strchomp(others), rows[i].found);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    exchange_add_rows("/numbers/repeats", repeats, G_N_ELEMENTS(repeats));
    exchange_add_rows("/numbers/serials", serials, G_N_ELEMENTS(serials));
    exchange_add_rows("/numbers/counts", counts, G_N_ELEMENTS(counts));
    exchange_add_rows("/numbers/clocks", clocks, G_N_ELEMENTS(clocks));
    g_test_add_func("/numbers/counts/gaps-waiting", test_gaps_waiting);
    g_test_add_func("/numbers/counts/gaps-judged", test_gaps_judged);
    return g_test_run();
}
