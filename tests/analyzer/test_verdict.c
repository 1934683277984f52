/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict.h"

static const struct {
    GtupdOutcome outcome;
    GtupdVerdict verdict;
} rows[] = {
    {GTUPD_OUTCOME_SUCCEEDED, GTUPD_VERDICT_GOOD},         {GTUPD_OUTCOME_REFUSED, GTUPD_VERDICT_FAILED},
    {GTUPD_OUTCOME_CANCELLED, GTUPD_VERDICT_STOPPED},      {GTUPD_OUTCOME_BATTERY_LOW, GTUPD_VERDICT_FAILED},
    {GTUPD_OUTCOME_DOWNLOAD_FAILED, GTUPD_VERDICT_FAILED}, {GTUPD_OUTCOME_VERSION_REJECTED, GTUPD_VERDICT_FAILED},
    {GTUPD_OUTCOME_UPDATE_FAILED, GTUPD_VERDICT_FAILED},   {GTUPD_OUTCOME_UPDATE_BATTERY_LOW, GTUPD_VERDICT_FAILED},
    {GTUPD_OUTCOME_SUPERSEDED, GTUPD_VERDICT_STOPPED},     {GTUPD_OUTCOME_NO_RESULT, GTUPD_VERDICT_UNCLEAR},
    {GTUPD_OUTCOME_UNANSWERED, GTUPD_VERDICT_UNCLEAR},     {GTUPD_OUTCOME_INCOMPLETE, GTUPD_VERDICT_UNCLEAR},
};

static void test_every_outcome(void)
{
    g_assert_cmpuint(G_N_ELEMENTS(rows), ==, GTUPD_OUTCOMES);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_assert_cmpint(gtupd_verdict(rows[i].outcome), ==, rows[i].verdict);
        g_assert_nonnull(gtupd_verdict_words(rows[i].outcome));
    }
}

static void test_attempts(void)
{
    GtupdCommand command = {.max_download_retry = 1};
    GtupdCommand unusable = {.max_download_retry = -1};
    GtupdModelUpdate update = {.outcome = GTUPD_OUTCOME_DOWNLOAD_FAILED, .attempts = 2, .command = &command};
    g_autofree char *known = gtupd_verdict_dup(&update);
    g_assert_cmpstr(known, ==, "download failed after 2 of 2 attempts");
    update.command = &unusable;
    g_autofree char *unknown = gtupd_verdict_dup(&update);
    g_assert_cmpstr(unknown, ==, "download failed after 2 attempts");
    update.attempts = 0;
    g_autofree char *none = gtupd_verdict_dup(&update);
    g_assert_cmpstr(none, ==, "download failed");
}

static void test_deciding_event(void)
{
    const GtupdEvent events[] = {
        {.kind = GTUPD_KIND_START_COMMAND, .anchor = {.time = 1, .frame = 1}},
        {.kind = GTUPD_KIND_REFUSED, .anchor = {.time = 2, .frame = 2}},
        {.kind = GTUPD_KIND_UPDATE_STARTED, .anchor = {.time = 3, .frame = 3}},
        {.kind = GTUPD_KIND_OTHER_REPORT, .anchor = {.time = 4, .frame = 4}},
    };
    g_autoptr(GArray) array = g_array_new(FALSE, FALSE, sizeof(GtupdEvent));
    GtupdModelUpdate update = {.events = array};
    g_assert_null(gtupd_verdict_event(&update));
    g_array_append_vals(array, events, G_N_ELEMENTS(events));
    g_assert_cmpuint(gtupd_verdict_event(&update)->anchor.frame, ==, 3);
    update.end_time = 2;
    g_assert_cmpuint(gtupd_verdict_event(&update)->anchor.frame, ==, 2);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/verdict/every-outcome", test_every_outcome);
    g_test_add_func("/verdict/attempts", test_attempts);
    g_test_add_func("/verdict/deciding-event", test_deciding_event);
    return g_test_run();
}
