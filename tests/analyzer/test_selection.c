/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "selection.h"

#include "analysis.h"
#include "savefile.h"

#define HOUR (3600 * SAVEFILE_SECOND)

static void selection_cleanup(GtupdSelection *selection)
{
    gtupd_selection_clear(selection);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(GtupdSelection, selection_cleanup)

/* Times as people write them; 0: refused. Behind 2020-09-10T01:27:00Z. */
static void test_times(void)
{
    static const struct {
        const char *text;
        gint64 since, until;
    } rows[] = {
        {"2020-09-10T01:27:00Z", SAVEFILE_TIME, SAVEFILE_TIME},
        {"2020-09-10 01:27:00", SAVEFILE_TIME, SAVEFILE_TIME},
        {"2020-09-10 01:27", SAVEFILE_TIME, SAVEFILE_TIME},
        {"2020-09-10T01:27Z", SAVEFILE_TIME, SAVEFILE_TIME},
        {"2020-09-10T03:27:00+02:00", SAVEFILE_TIME, SAVEFILE_TIME},
        {"2020-09-10T01:27:00.000000001Z", SAVEFILE_TIME + 1, SAVEFILE_TIME + 1},
        {"2020-09-10T01:27:00.123456Z", SAVEFILE_TIME + 123456000, SAVEFILE_TIME + 123456000},
        {"2020-09-10", SAVEFILE_TIME - HOUR - 27 * 60 * SAVEFILE_SECOND,
         SAVEFILE_TIME + 23 * HOUR - 27 * 60 * SAVEFILE_SECOND - 1},
        {"", 0, 0},
        {"yesterday", 0, 0},
        {"2020-13-10", 0, 0},
        {"2020-02-30", 0, 0},
        {"1200-02-20", 0, 0},
        {"9999-01-01", 0, 0},
        {"01:27", 0, 0},
        {"2020-09-10T25:00:00Z", 0, 0},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("%s", rows[i].text);
        g_auto(GtupdSelection) selection = {0};
        g_assert_cmpint(gtupd_selection_set_since(&selection, rows[i].text), ==, rows[i].since != 0);
        g_assert_cmpint(gtupd_selection_set_until(&selection, rows[i].text), ==, rows[i].until != 0);
        g_assert_cmpint(selection.any, ==, rows[i].since != 0);
        if (selection.any) {
            g_assert_cmpint(selection.since, ==, rows[i].since);
            g_assert_cmpint(selection.until, ==, rows[i].until);
        }
    }
}

static void test_words(void)
{
    g_auto(GtupdSelection) selection = {0};
    g_assert_false(gtupd_selection_add_number(&selection, "0"));
    g_assert_false(gtupd_selection_add_number(&selection, "-1"));
    g_assert_false(gtupd_selection_add_number(&selection, "2x"));
    g_assert_false(gtupd_selection_add_number(&selection, "99999999999"));
    g_assert_false(gtupd_selection_add_outcome(&selection, "success"));
    g_assert_false(gtupd_selection_add_rule(&selection, "gap"));
    g_assert_false(selection.any);
    g_assert_true(gtupd_selection_add_number(&selection, "2"));
    g_assert_true(selection.any);
}

/*
 * Three updates, a day apart: the first fails without a finding, the second with count-gap; of the third only a stray
 * report is there, of another device, which joins mid-way.
 */
static GtupdModel *sample(void)
{
    g_autoptr(GByteArray) file = savefile_new(SAVEFILE_RAW, FALSE);
    savefile_failed_update(file, SAVEFILE_TIME, FALSE);
    savefile_failed_update(file, SAVEFILE_TIME + 24 * HOUR, TRUE);
    savefile_datagram_of(file, SAVEFILE_TIME + 48 * HOUR, 4001, TRUE,
                         "+RESP:GTUPD,DF0107,867700040022227,cv200,301,,20200912012702,0003$");
    return analysis_new(file, NULL);
}

typedef enum {
    SINCE,
    UNTIL,
    OUTCOME,
    RULE,
    NUMBER,
} Condition;

static void add(GtupdSelection *selection, Condition condition, const char *word)
{
    static gboolean (*const adders[])(GtupdSelection *, const char *) = {
        [SINCE] = gtupd_selection_set_since,     [UNTIL] = gtupd_selection_set_until,
        [OUTCOME] = gtupd_selection_add_outcome, [RULE] = gtupd_selection_add_rule,
        [NUMBER] = gtupd_selection_add_number,
    };
    g_assert_true(adders[condition](selection, word));
}

/* Up to two conditions, and what remains of three updates of two devices. */
static void test_apply(void)
{
    static const struct {
        Condition first;
        const char *first_word;
        Condition second;
        const char *second_word;
        guint devices, updates;
    } rows[] = {
        {OUTCOME, "download-failed", 0, NULL, 1, 2},
        {OUTCOME, "succeeded", 0, NULL, 1, 1},
        {OUTCOME, "succeeded", OUTCOME, "download-failed", 2, 3},
        {OUTCOME, "refused", 0, NULL, 0, 0},
        {NUMBER, "1", 0, NULL, 2, 2},
        {NUMBER, "2", 0, NULL, 1, 1},
        {NUMBER, "2", OUTCOME, "succeeded", 0, 0},
        {SINCE, "2020-09-11", 0, NULL, 2, 2},
        {UNTIL, "2020-09-10", 0, NULL, 1, 1},
        /* Under way at that time: from the command to the last report. */
        {SINCE, "2020-09-10T01:27:04Z", UNTIL, "2020-09-10T01:27:04Z", 1, 1},
        {SINCE, "2020-09-10T01:27:04.000000001Z", UNTIL, "2020-09-11T01:26:59.999999999Z", 0, 0},
        {RULE, "command-unseen", 0, NULL, 1, 1},
        {RULE, "tail-missing", 0, NULL, 0, 0},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("%s %s", rows[i].first_word, rows[i].second_word ? rows[i].second_word : "");
        g_autoptr(GtupdModel) model = sample();
        g_assert_cmpuint(model->updates, ==, 3);
        guint findings = model->findings->len;
        g_auto(GtupdSelection) selection = {0};
        add(&selection, rows[i].first, rows[i].first_word);
        if (rows[i].second_word)
            add(&selection, rows[i].second, rows[i].second_word);
        gtupd_selection_apply(&selection, model);
        g_assert_cmpuint(model->devices->len, ==, rows[i].devices);
        g_assert_cmpuint(model->updates, ==, rows[i].updates);
        g_assert_true(model->left_out.is_known);
        g_assert_cmpuint(model->left_out.devices, ==, 2 - rows[i].devices);
        g_assert_cmpuint(model->left_out.updates, ==, 3 - rows[i].updates);
        g_assert_cmpuint(model->left_out.findings, ==, findings - model->findings->len);
        guint64 counted = 0;
        for (guint j = 0; j < GTUPD_SEVERITIES; j++)
            counted += model->severities[j];
        g_assert_cmpuint(counted, ==, model->findings->len);
    }
}

/* Of a rule only its findings remain; those about no update fall to no condition of updates. */
static void test_findings(void)
{
    g_autoptr(GtupdModel) model = sample();
    g_auto(GtupdSelection) selection = {0};
    add(&selection, RULE, "command-unseen");
    gtupd_selection_apply(&selection, model);
    g_assert_cmpuint(model->findings->len, ==, 1);

    const GtupdModelFinding about_none = {.rule = GTUPD_RULE_TAIL_MISSING,
                                          .event = {.anchor = {.time = SAVEFILE_TIME}}};
    g_auto(GtupdSelection) timed = {0};
    add(&timed, UNTIL, "2020-09-10");
    g_assert_true(gtupd_selection_takes_finding(&timed, &about_none, FALSE));
    add(&timed, SINCE, "2020-09-10 01:28");
    g_assert_false(gtupd_selection_takes_finding(&timed, &about_none, FALSE));
    g_auto(GtupdSelection) numbered = {0};
    add(&numbered, NUMBER, "1");
    g_assert_false(gtupd_selection_takes_finding(&numbered, &about_none, TRUE));
}

static void test_none(void)
{
    g_autoptr(GtupdModel) model = sample();
    const GtupdSelection nothing = {0};
    gtupd_selection_apply(&nothing, model);
    g_assert_cmpuint(model->updates, ==, 3);
    g_assert_false(model->left_out.is_known);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/selection/times", test_times);
    g_test_add_func("/selection/words", test_words);
    g_test_add_func("/selection/apply", test_apply);
    g_test_add_func("/selection/findings", test_findings);
    g_test_add_func("/selection/none", test_none);
    return g_test_run();
}
