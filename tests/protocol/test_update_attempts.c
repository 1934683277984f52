/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Download attempts: how many, how counted, how long. */
#include "exchange.h"

/* clang-format off */

static const ExchangeRow times[] = {
    {"first-0", SCRIPT_CONFIRMED("retry=1") "+1 A rep 200 times=0\n+1 A rep 201 times=0\n", "", NULL},
    {"first-1", SCRIPT_CONFIRMED("retry=1") "+1 A rep 200 times=1\n+1 A rep 201 times=1\n", "", NULL},
    {"first-2", SCRIPT_CONFIRMED("retry=1") "+1 A rep 200 times=2\n+1 A rep 201 times=2\n", "download-times-wrong@4",
     NULL},
    {"result-not-its-attempts", SCRIPT_CONFIRMED("retry=1") "+1 A rep 200 times=0\n+1 A rep 201 times=1\n",
     "download-times-wrong@5", NULL},
    {"failure-not-its-attempts", SCRIPT_CONFIRMED("retry=1") "+1 A rep 200 times=1\n+1 A rep 202 times=0\n",
     "download-times-wrong@5", NULL},
    {"one-more-each", SCRIPT_CONFIRMED("retry=2") "+1 A rep 200 times=1\n+1 A rep 202 times=1\n+1 A rep 200 times=2\n"
     "+1 A rep 202 times=2\n+1 A rep 200 times=3\n+1 A rep 201 times=3\n", "", "1#1 incomplete 3"},
    {"not-one-more", SCRIPT_ATTEMPT_FAILED("retry=1") "+1 A rep 200 times=0\n+1 A rep 201 times=0\n",
     "download-times-wrong@6", NULL},
    {"two-more", SCRIPT_ATTEMPT_FAILED("retry=1") "+1 A rep 200 times=2\n+1 A rep 201 times=2\n",
     "download-times-wrong@6", NULL},
    {"goes-on-from-what-was-said", SCRIPT_ATTEMPT_FAILED("retry=2") "+1 A rep 200 times=2\n+1 A rep 202 times=2\n"
     "+1 A rep 200 times=3\n", "download-times-wrong@6", NULL},
    {"unusable-is-not-used", SCRIPT_CONFIRMED("")
     "+1 A up +RESP:GTUPD,{1},200,7,{time},{count}$\n+1 A rep 201 times=3\n",
     "field-invalid@4", NULL},
    {"rejection-is-not-judged", SCRIPT_DOWNLOADING("") "+1 A rep 203 times=4\n", "", "1#1 version-rejected 1"},
    /* Not where an attempt was skipped, nor between it and the next. */
    {"skipped-attempt", SCRIPT_CONFIRMED("retry=1") "+1 A rep 202 times=3\n", "phase-skipped@4", NULL},
    {"after-skipped-attempt", SCRIPT_CONFIRMED("retry=3") "+1 A rep 202 times=3\n+1 A rep 200 times=0\n",
     "phase-skipped@4",
     NULL},
    {"result-after-skipped-attempt", SCRIPT_CONFIRMED("retry=3") "+1 A rep 202 times=3\n+1 A rep 200 times=0\n"
     "+1 A rep 202 times=1\n", "phase-skipped@4 download-times-wrong@6", NULL},
    {"second-after-skipped-attempt", SCRIPT_CONFIRMED("retry=3") "+1 A rep 202 times=3\n+1 A rep 200 times=0\n"
     "+1 A rep 202 times=0\n+1 A rep 200 times=2\n", "phase-skipped@4 download-times-wrong@7", NULL},
    {"lost-attempt", SCRIPT_CONFIRMED("retry=1") "+1 A rep 202 lost=1 times=3\n", "count-gap@4 report-lost@4", NULL},
    {"lost-between-2X0-and-result", SCRIPT_DOWNLOADING("retry=3") "+1 A rep 202 lost=2 times=1\n", "count-gap@5", NULL},
    {"lost-between-result-and-2X0", SCRIPT_ATTEMPT_FAILED("retry=3") "+1 A rep 200 lost=2 times=2\n", "count-gap@6",
     NULL},
    {"lost-in-a-restart", SCRIPT_DOWNLOADING("retry=3") "+60 B rep 202 count=0001 times=1\n", "", NULL},
    {"lost-elsewhere", SCRIPT_CONFIRMED("retry=3") "+1 A rep 200 lost=1\n+1 A rep 202 times=1\n",
     "count-gap@4 download-times-wrong@5", NULL},
    {"result-skipped-but-not-the-attempt", SCRIPT_DOWNLOADING("retry=1") "+1 A rep 200 times=2\n",
     "download-times-wrong@5 phase-skipped@5", NULL},
    /* Joined mid-way or not. */
    {"joined-mid-way", "0 A rep 200 times=3\n+1 A rep 202 times=2\n", "command-unseen@1", NULL},
    {"unseen-is-not-mid-way", "0 A rep 100\n+1 A rep 200 times=2\n", "command-unseen@1 download-times-wrong@2", NULL},
    {"begun-with-report-lost-is-mid-way", SCRIPT_REFUSED("") "+1 A rep 200 lost=1 times=3\n+1 A rep 202 times=1\n",
     "command-unseen@4 count-gap@4 report-lost@4", NULL},
};

static const ExchangeRow limits[] = {
    {"all-used", SCRIPT_ATTEMPT_FAILED("retry=1") "+1 A rep 200 times=1\n+1 A rep 202 times=1\n+1 A msg GTFRI\n", "",
     "1#1 download-failed 2"},
    {"no-retry", SCRIPT_ATTEMPT_FAILED("retry=0") "+1 A msg GTFRI\n", "", "1#1 download-failed 1"},
    {"retry-empty-is-0", SCRIPT_ATTEMPT_FAILED("retry=") "+1 A msg GTFRI\n", "", "1#1 download-failed 1"},
    {"retry-unusable", SCRIPT_ATTEMPT_FAILED("retry=9") "+1 A rep 200 times=1\n", "field-invalid@1",
     "1#1 incomplete 2"},
    {"retry-unknown", "0 A rep 100\n+1 A rep 200\n+1 A rep 202\n+1 A rep 200 times=1\n+1 A rep 202 times=1\n"
     "+1 A rep 200 times=2\n+1 A rep 202 times=2\n+1 A rep 200 times=3\n+1 A rep 202 times=3\n+1 A rep 200 times=4\n",
     "command-unseen@1", "1#1 incomplete 5"},
    /* Too many. */
    {"too-many-after-the-end", SCRIPT_ATTEMPT_FAILED("retry=0") "+1 A rep 200 times=1\n", "too-many-attempts@6",
     "1#1 incomplete 2"},
    {"too-many-and-succeeds", SCRIPT_ATTEMPT_FAILED("retry=0")
     "+1 A rep 200 times=1\n+1 A rep 201 times=1\n+1 A rep 300\n"
     "+60 B rep 301\n", "too-many-attempts@6", "1#1 succeeded 2"},
    {"too-many-and-fails-again", SCRIPT_ATTEMPT_FAILED("retry=0") "+1 A rep 200 times=1\n+1 A rep 202 times=1\n"
     "+1 A rep 200 times=2\n+1 A rep 202 times=2\n", "too-many-attempts@6 too-many-attempts@8",
     "1#1 download-failed 3"},
    {"too-many-without-result", SCRIPT_DOWNLOADING("retry=0") "+1 A rep 200 times=1\n",
     "phase-skipped@5 too-many-attempts@5", "1#1 incomplete 2"},
    {"too-many-without-result-last-allowed", SCRIPT_DOWNLOADING("retry=1") "+1 A rep 200 times=1\n", "phase-skipped@5",
     "1#1 incomplete 2"},
    {"too-many-number-from-failed", SCRIPT_CONFIRMED("retry=1") "+1 A rep 202 times=0\n+1 A rep 200 times=1\n"
     "+1 A rep 200 times=2\n", "phase-skipped@4 phase-skipped@6 too-many-attempts@6", "1#1 incomplete 2"},
    {"too-many-within-the-hour", SCRIPT_ATTEMPT_FAILED("retry=0") "+1h A rep 200 times=1\n", "too-many-attempts@6",
     "1#1 incomplete 2"},
    {"over-an-hour-later", SCRIPT_ATTEMPT_FAILED("retry=0") "+1h0.001s A rep 200 times=1\n",
     "command-unseen@6 report-lost@6", "1#1 download-failed 1, 1#2 incomplete 1"},
    {"after-a-gap", SCRIPT_ATTEMPT_FAILED("retry=0") "+1 A rep 200 times=1 lost=1\n",
     "command-unseen@6 count-gap@6 report-lost@6", "1#1 download-failed 1, 1#2 incomplete 1"},
    {"after-a-gap-filled-later", SCRIPT_ATTEMPT_FAILED("retry=0") "+1 A rep 200 times=1 lost=1\n"
     "+1 A bufmsg GTFRI count=0104 sent=-2\n", "command-unseen@6 report-lost@6",
     "1#1 download-failed 1, 1#2 incomplete 1"},
    {"failed-without-result-counts", SCRIPT_DOWNLOADING("retry=1") "+1 A rep 200 times=1\n+1 A rep 202 times=1\n",
     "phase-skipped@5", "1#1 download-failed 2"},
    /* Not exhausted. */
    {"not-exhausted-at-the-end", SCRIPT_ATTEMPT_FAILED("retry=1") "+1 B msg GTFRI\n", "retries-not-exhausted@5",
     "1#1 download-failed 1"},
    {"not-exhausted-new-update", SCRIPT_ATTEMPT_FAILED("retry=1") "+1 A rep 100\n",
     "retries-not-exhausted@5 command-unseen@6", "1#1 download-failed 1, 1#2 incomplete 0"},
    {"not-exhausted-last-2X2", SCRIPT_ATTEMPT_FAILED("retry=2") "+1 A rep 200 times=1\n+1 A rep 202 times=1\n"
     "+1 B msg GTFRI\n", "retries-not-exhausted@7", "1#1 download-failed 2"},
    {"heartbeats-only", SCRIPT_ATTEMPT_FAILED("retry=1") "+1 B hb\n+1h B hb\n", "", "1#1 incomplete 1"},
    {"acks-only", SCRIPT_ATTEMPT_FAILED("retry=1") "+1 A stop 0002\n+1 A ack 0002\n", "", "1#1 incomplete 1"},
    {"nothing-more", SCRIPT_ATTEMPT_FAILED("retry=1"), "", "1#1 incomplete 1"},
    {"unknown-retry-is-not-judged", "0 A rep 100\n+1 A rep 200\n+1 A rep 202\n+1 B msg GTFRI\n", "command-unseen@1",
     "1#1 download-failed 1"},
    {"cancelled-is-not-judged", SCRIPT_ATTEMPT_FAILED("retry=1") "+1 A stop 0002\n+1 A ack 0002\n+1 A rep 102\n", "",
     "1#1 cancelled 1"},
};

static const ExchangeRow overruns[] = {
    {"within", SCRIPT_DOWNLOADING("timeout=5") "+5m30s A rep 201\n", "", NULL},
    {"over", SCRIPT_DOWNLOADING("timeout=5") "+5m31s A rep 201\n", "download-overran@5", NULL},
    {"over-failed", SCRIPT_DOWNLOADING("timeout=5 retry=1") "+5m31s A rep 202\n", "download-overran@5", NULL},
    {"over-by-capture-time-only", SCRIPT_DOWNLOADING("timeout=5") "+5m31s A rep 201 sent=-1\n", "", NULL},
    {"over-by-send-time-only", SCRIPT_DOWNLOADING("timeout=5") "+5m30s A rep 201 sent=1\n", "", NULL},
    {"timeout-empty-is-10", SCRIPT_DOWNLOADING("timeout=") "+10m30s A rep 201\n", "", NULL},
    {"timeout-empty-over-10", SCRIPT_DOWNLOADING("timeout=") "+10m31s A rep 201\n", "download-overran@5", NULL},
    {"timeout-unusable", SCRIPT_DOWNLOADING("timeout=4") "+50m A rep 201\n", "field-invalid@1", NULL},
    {"timeout-unknown", "0 A rep 100\n+1 A rep 200\n+50m A rep 201\n", "command-unseen@1", NULL},
    {"rejected-is-not-judged", SCRIPT_DOWNLOADING("timeout=5") "+6m A rep 203\n", "", "1#1 version-rejected 1"},
    {"from-the-last-attempt", SCRIPT_DOWNLOADING("timeout=5 retry=1") "+5m A rep 202\n+5m A rep 200 times=1\n"
     "+5m A rep 201 times=1\n", "", NULL},
    {"no-start-no-overrun", SCRIPT_CONFIRMED("timeout=5") "+50m A rep 201\n", "phase-skipped@4", NULL},
};

static const ExchangeRow silences[] = {
    {"result-missing", SCRIPT_DOWNLOADING("timeout=5") "+5m31s A msg GTFRI\n",
     "download-result-missing@4 unrelated-report-during-update@5", "1#1 incomplete 1"},
    {"other-message-before-the-deadline", SCRIPT_DOWNLOADING("timeout=5") "+5m29s A msg GTFRI\n+2m A hb\n",
     "unrelated-report-during-update@5", "1#1 incomplete 1"},
    {"not-over", SCRIPT_DOWNLOADING("timeout=5") "+5m30s A msg GTFRI\n", "unrelated-report-during-update@5",
     "1#1 incomplete 1"},
    {"heartbeat", SCRIPT_DOWNLOADING("timeout=5") "+6m A hb\n", "", "1#1 incomplete 1"},
    {"gtupd-ack", SCRIPT_DOWNLOADING("timeout=5") "+6m A stop 0002\n+1 A ack 0002\n", "", "1#1 incomplete 1"},
    {"other-ack", SCRIPT_DOWNLOADING("timeout=5") "+6m A cmd GTRTO 0002\n+1 A ackw GTRTO 0002\n",
     "download-result-missing@4 command-during-update@5 unrelated-report-during-update@6", "1#1 incomplete 1"},
    {"another-device", SCRIPT_DOWNLOADING("timeout=5") "+6m B msg GTFRI dev=2\n", "", "1#1 incomplete 1"},
    {"timeout-unknown", "0 A rep 100\n+1 A rep 200\n+30m31s A msg GTFRI\n",
     "command-unseen@1 download-result-missing@2 unrelated-report-during-update@3", "1#1 incomplete 1"},
    {"timeout-unknown-within", "0 A rep 100\n+1 A rep 200\n+30m30s A msg GTFRI\n",
     "command-unseen@1 unrelated-report-during-update@3", "1#1 incomplete 1"},
    {"timeout-empty-is-10", SCRIPT_DOWNLOADING("timeout=") "+10m31s A msg GTFRI\n",
     "download-result-missing@4 unrelated-report-during-update@5", "1#1 incomplete 1"},
    {"last-2X0", SCRIPT_DOWNLOADING("timeout=5 retry=1") "+1 A rep 200 times=1\n+5m31s A msg GTFRI\n",
     "download-result-missing@5 phase-skipped@5 unrelated-report-during-update@6", "1#1 incomplete 2"},
    {"superseded", SCRIPT_DOWNLOADING("timeout=5") "+5m31s A msg GTFRI\n+2h A start 0002\n+1 A ack 0002\n",
     "download-result-missing@4 unrelated-report-during-update@5", "1#1 superseded 1, 1#2 incomplete 0"},
    {"superseded-in-silence", SCRIPT_DOWNLOADING("timeout=5") "+2h A start 0002\n+1 A ack 0002\n", "",
     "1#1 superseded 1, 1#2 incomplete 0"},
    {"superseded-by-report", SCRIPT_DOWNLOADING("timeout=5") "+2h A rep 100\n",
     "download-result-missing@4 command-unseen@5", "1#1 superseded 1, 1#2 incomplete 0"},
    {"came-late", SCRIPT_DOWNLOADING("timeout=5") "+5m31s A msg GTFRI\n+1 A rep 201\n",
     "unrelated-report-during-update@5 download-overran@6", "1#1 incomplete 1"},
    {"cancelled-is-not-judged", SCRIPT_DOWNLOADING("timeout=5") "+5m31s A msg GTFRI\n+1 A rep 102\n",
     "unrelated-report-during-update@5 cancel-unrequested@6", "1#1 cancelled 1"},
    {"rejected-is-not-judged", SCRIPT_DOWNLOADING("timeout=5") "+5m31s A msg GTFRI\n+1 A rep 203\n",
     "unrelated-report-during-update@5", "1#1 version-rejected 1"},
};

/* clang-format on */

/* An attempt's number: the attempts opened so far, or failed attempts plus one if that is more. */
static void test_numbers(void)
{
    static const struct {
        const char *script;
        guint attempt;
    } rows[] = {
        {SCRIPT_DOWNLOADING("retry=1"), 1},
        {SCRIPT_ATTEMPT_FAILED("retry=1") "+1 A rep 200 times=1\n", 2},
        {SCRIPT_CONFIRMED("retry=1") "+1 A rep 202\n+1 A rep 200 times=1\n", 2},
        {SCRIPT_DOWNLOADING("retry=3") "+1 A rep 200 times=1\n+1 A rep 202 times=1\n+1 A rep 200 times=2\n", 3},
        {SCRIPT_ATTEMPT_FAILED("retry=0") "+1 A rep 200 times=1\n", 2},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(ExchangeResult) result = exchange_run(rows[i].script);
        g_assert_cmpuint(result->last.attempt, ==, rows[i].attempt);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    exchange_add_rows("/update/attempts/times", times, G_N_ELEMENTS(times));
    exchange_add_rows("/update/attempts/limits", limits, G_N_ELEMENTS(limits));
    exchange_add_rows("/update/attempts/overruns", overruns, G_N_ELEMENTS(overruns));
    exchange_add_rows("/update/attempts/silences", silences, G_N_ELEMENTS(silences));
    g_test_add_func("/update/attempts/numbers", test_numbers);
    return g_test_run();
}
