/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where updates begin, what comes after their end, and what they are of. */
#include "exchange.h"

/* clang-format off */

static const ExchangeRow begins[] = {
    {"with-start", "0 A hb\n+1 A start 0001\n+1 A ack 0001\n", "", "1#1 incomplete 0"},
    {"not-with-ack", "0 A ack 0001\n", "", ""},
    {"not-with-stop", "0 A hb\n+1 A stop 0001\n+1 A ack 0001\n", "", ""},
    {"not-with-others", "0 A hb\n+1 A msg GTFRI\n+1 A cmd GTRTO 0001\n", "", ""},
    {"with-1X0", "0 A rep 110\n", "command-unseen@1", "1#1 incomplete 0"},
    /* Any report, where the device has sent none before: joined mid-way. */
    {"mid-way-1X2", "0 A rep 102\n", "command-unseen@1", "1#1 cancelled 0"},
    {"mid-way-2X0", "0 A rep 200 times=3\n", "command-unseen@1", "1#1 incomplete 1"},
    {"mid-way-2X1", "0 A rep 201\n", "command-unseen@1", "1#1 incomplete 0"},
    {"mid-way-2X2", "0 A rep 202\n", "command-unseen@1", "1#1 incomplete 0"},
    {"mid-way-2X3", "0 A rep 203\n", "command-unseen@1", "1#1 version-rejected 0"},
    {"mid-way-3X0", "0 A rep 300\n", "command-unseen@1", "1#1 incomplete 0"},
    {"mid-way-3X1", "0 A rep 301\n", "command-unseen@1", "1#1 succeeded 0"},
    {"mid-way-3X2", "0 A rep 302\n", "command-unseen@1", "1#1 update-failed 0"},
    {"mid-way-3X3", "0 A rep 303\n", "command-unseen@1", "1#1 update-battery-low 0"},
    {"mid-way-buffered", "0 A buf 301\n", "command-unseen@1", "1#1 succeeded 0"},
    {"mid-way-after-other-messages", "0 A hb\n+1 A msg GTFRI\n+1 A rep 201\n", "command-unseen@3", "1#1 incomplete 0"},
    {"mid-way-after-unusable-code", "0 A up +RESP:GTUPD,{1},777,,{time},{count}$\n+1 A rep 301\n",
     "code-undefined@1 command-unseen@2", "1#1 succeeded 0"},
    {"mid-way-after-no-layout", "0 A up +RESP:GTUPD,{1},301,{time},{count}$\n+1 A rep 301\n",
     "field-count@1 command-unseen@2", "1#1 succeeded 0"},
    {"start-of-no-layout", "0 A hb\n+1 A down AT+GTUPD=cv200,0,0001$\n", "field-count@2", ""},
};

static const ExchangeRow ended[] = {
    {"result-again", SCRIPT_SUCCEEDED("") "+1 B rep 301\n", "report-after-end@8", "1#1 succeeded 1"},
    {"result-resent", SCRIPT_SUCCEEDED("") "+1 B again 7\n", "message-repeated@8", "1#1 succeeded 1"},
    {"another-result", SCRIPT_SUCCEEDED("") "+1 B rep 302\n", "report-after-end@8", "1#1 succeeded 1"},
    {"each-of-them", SCRIPT_SUCCEEDED("") "+1 B rep 301\n+1 B rep 301\n", "report-after-end@8 report-after-end@9",
     "1#1 succeeded 1"},
    {"at-one-hour", SCRIPT_SUCCEEDED("") "+1h B rep 301\n", "report-after-end@8", "1#1 succeeded 1"},
    {"over-an-hour", SCRIPT_SUCCEEDED("") "+1h0.001s B rep 301\n", "command-unseen@8 report-lost@8",
     "1#1 succeeded 1, 1#2 succeeded 0"},
    {"after-a-gap", SCRIPT_SUCCEEDED("") "+1 B rep 301 lost=1\n", "command-unseen@8 count-gap@8 report-lost@8",
     "1#1 succeeded 1, 1#2 succeeded 0"},
    {"gap-further-back", SCRIPT_SUCCEEDED("") "+1 B hb lost=1\n+1 B rep 301\n", "count-gap@8 report-after-end@9",
     "1#1 succeeded 1"},
    {"gap-filled-later-is-not-revised", SCRIPT_SUCCEEDED("")
     "+60 B rep 301 lost=1\n+1 B bufmsg GTFRI count=0106 sent=-30\n",
     "command-unseen@8 report-lost@8", "1#1 succeeded 1, 1#2 succeeded 0"},
    {"gap-filled-before", SCRIPT_SUCCEEDED("") "+1 B bufmsg GTFRI count=0106\n+1 B rep 301 lost=1\n",
     "report-after-end@9",
     "1#1 succeeded 1"},
    {"confirmed-begins", SCRIPT_SUCCEEDED("") "+1 B rep 100\n", "command-unseen@8",
     "1#1 succeeded 1, 1#2 incomplete 0"},
    {"refused-begins", SCRIPT_SUCCEEDED("") "+1 B rep 101\n", "command-unseen@8", "1#1 succeeded 1, 1#2 refused 0"},
    {"battery-low-begins", SCRIPT_SUCCEEDED("") "+1 B rep 103\n", "command-unseen@8",
     "1#1 succeeded 1, 1#2 battery-low 0"},
    {"start-begins", SCRIPT_SUCCEEDED("") "+1 B start 0002\n+1 B ack 0002\n+1 B rep 100\n", "",
     "1#1 succeeded 1, 1#2 incomplete 0"},
    {"download-after-refusal", SCRIPT_REFUSED("") "+1 A rep 200\n", "report-after-end@4", "1#1 refused 0"},
    {"download-after-failure", SCRIPT_ATTEMPT_FAILED("") "+1 A rep 200 times=1\n", "too-many-attempts@6",
     "1#1 incomplete 2"},
    {"result-after-failure", SCRIPT_ATTEMPT_FAILED("") "+1 A rep 201\n", "report-after-end@6", "1#1 download-failed 1"},
    {"on-the-last-that-ended", SCRIPT_REFUSED("") "+1 A start 0002\n+1 A ack 0002\n+1 A rep 103\n+1 A rep 200\n",
     "report-after-end@7", "1#1 refused 0, 1#2 battery-low 0"},
    {"buffered", SCRIPT_SUCCEEDED("") "+1 B buf 302\n", "report-after-end@8", "1#1 succeeded 1"},
    {"buffered-late", SCRIPT_SUCCEEDED("") "+1 B buf 302 sent=-30\n", "", "1#1 succeeded 1"},
};

static const ExchangeRow types[] = {
    {"mismatch", SCRIPT_REQUESTED("type=0") "+1 A rep 110\n", "update-type-mismatch@3", "1#1 incomplete 0"},
    {"mismatch-platform", SCRIPT_REQUESTED("type=11") "+1 A rep 110\n", "update-type-mismatch@3", "1#1 incomplete 0"},
    {"match-platform", SCRIPT_REQUESTED("type=11") "+1 A rep 1110\n", "", "1#1 incomplete 0"},
    {"once-an-update", SCRIPT_REQUESTED("type=0") "+1 A rep 110\n+1 A rep 210\n+1 A rep 1111\n",
     "update-type-mismatch@3 report-out-of-order@5", NULL},
    {"once-each-update", SCRIPT_REQUESTED("type=0") "+1 A rep 111\n+1 A start 0002\n+1 A ack 0002\n+1 A rep 111\n",
     "update-type-mismatch@3 update-type-mismatch@6", "1#1 refused 0, 1#2 refused 0"},
    {"empty-is-0", SCRIPT_REQUESTED("type=") "+1 A rep 110\n", "update-type-mismatch@3", NULL},
    {"later", SCRIPT_DOWNLOADED("type=0") "+1 A rep 310\n", "update-type-mismatch@6", "1#1 incomplete 1"},
    {"from-first-report", "0 A rep 110\n+1 A rep 210\n+1 A rep 301\n",
     "command-unseen@1 phase-skipped@3 update-type-mismatch@3", "1#1 succeeded 1"},
    {"from-first-report-matching", "0 A rep 110\n+1 A rep 210\n", "command-unseen@1", "1#1 incomplete 1"},
    {"unusable-in-command", SCRIPT_REQUESTED("type=7") "+1 A rep 110\n+1 A rep 210\n", "field-invalid@1",
     "1#1 incomplete 1"},
    {"of-a-repeated-command", SCRIPT_REQUESTED("type=0") "+1 A start 0002 type=1\n+1 A ack 0002\n+1 A rep 100\n",
     "command-repeated@3 update-type-mismatch@5", "1#1 incomplete 0"},
};

/* clang-format on */

/* Which update a finding and an event belong to; late reports stand where they arrived. */
static void test_places(void)
{
    static const struct {
        const char *script, *events, *owners;
    } rows[] = {
        {SCRIPT_REFUSED("") "+1 A start 0002\n+1 A ack 0002\n+1 A rep 103\n+1 A rep 200\n", NULL,
         "report-after-end@7#2"},
        {SCRIPT_SUCCEEDED("") "+1h1s B rep 301\n", NULL, "command-unseen@8#2 report-lost@8#2"},
        {SCRIPT_ATTEMPT_FAILED("") "+1 A rep 200 times=1\n",
         "1#1: start-command@1 ack@2 confirmed@3 download-started@4 download-failed@5 download-started@6",
         "too-many-attempts@6#1"},
        {SCRIPT_CONFIRMED("") "+60 A rep 201\n+1 A buf 200 sent=-30\n+1 A rep 300\n",
         "1#1: start-command@1 ack@2 confirmed@3 download-finished@4 download-started@5 update-started@6", ""},
        {SCRIPT_REQUESTED("") "+1 A again 2\n+1 A rep 100\n", "1#1: start-command@1 ack@2 confirmed@4", NULL},
        {"0 A start 0001\n+30 A hb\n+1 A ack 0001\n", "1#1: start-command@1 ack@3", ""},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(ExchangeResult) result = exchange_run(rows[i].script);
        if (rows[i].events != NULL) {
            exchange_assert(rows[i].script, "events", result->events, rows[i].events);
        }
        if (rows[i].owners != NULL) {
            exchange_assert(rows[i].script, "owners", result->owners, rows[i].owners);
        }
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    exchange_add_rows("/update/begins", begins, G_N_ELEMENTS(begins));
    exchange_add_rows("/update/ended", ended, G_N_ELEMENTS(ended));
    exchange_add_rows("/update/types", types, G_N_ELEMENTS(types));
    g_test_add_func("/update/places", test_places);
    return g_test_run();
}
