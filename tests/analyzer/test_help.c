/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "help.h"

#include "option_table.h"

#include <string.h>

static char *help(gboolean all)
{
    const GtupdReportOptions options = {.width = 100, .utf8 = TRUE};
    GString *out = g_string_new(NULL);
    gtupd_help(all, &options, out);
    return g_string_free(out, FALSE);
}

/* The smallest terminal there is: 24 lines, one of them for the prompt, of 80 columns. */
static void test_one_screen(void)
{
    g_autofree char *text = help(FALSE);
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    g_assert_cmpuint(g_strv_length(lines), <=, 24);
    g_assert_nonnull(strstr(text, "--help-all"));
}

static void test_columns(void)
{
    for (gboolean all = FALSE; all <= TRUE; all++) {
        g_autofree char *text = help(all);
        g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
        for (char **line = lines; *line; line++)
            g_assert_cmpint(g_utf8_strlen(*line, -1), <=, 80);
    }
}

static void test_all(void)
{
    g_autofree char *text = help(TRUE);
    gsize count;
    const GtupdOptionRow *rows = gtupd_option_rows(&count);
    for (gsize i = 0; i < count; i++) {
        g_autofree char *word = g_strconcat("--", rows[i].name, NULL);
        g_assert_nonnull(strstr(text, word));
    }
    g_assert_nonnull(strstr(text, "Exit status"));
    g_assert_nonnull(strstr(text, "Examples"));
}

/* Groups are told under one title each, so their rows stand together; and a value can be named only where one is taken.
 */
static void test_rows(void)
{
    gsize count;
    const GtupdOptionRow *rows = gtupd_option_rows(&count);
    for (gsize i = 0; i < count; i++) {
        g_assert_true(i == 0 || rows[i].group >= rows[i - 1].group);
        g_assert_true((rows[i].argument == NULL) == (rows[i].type == G_OPTION_ARG_NONE));
        g_assert_true(rows[i].argument || rows[i].values == GTUPD_VALUES_FREE);
        for (gsize j = 0; j < i; j++)
            g_assert_true(rows[i].letter == 0 || rows[i].letter != rows[j].letter);
    }
}

static void test_values(void)
{
    static const struct {
        GtupdOptionValues values;
        const char *one;
    } lists[] = {
        {GTUPD_VALUES_FORMAT, "ndjson"},
        {GTUPD_VALUES_SEVERITY, "warning"},
        {GTUPD_VALUES_OUTCOME, "no-result"},
        {GTUPD_VALUES_RULE, "phase-skipped"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(lists); i++) {
        g_auto(GStrv) values = gtupd_option_values(lists[i].values);
        g_assert_true(g_strv_contains((const char *const *)values, lists[i].one));
    }
    g_auto(GStrv) none = gtupd_option_values(GTUPD_VALUES_FILE);
    g_assert_null(none[0]);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/help/one-screen", test_one_screen);
    g_test_add_func("/help/columns", test_columns);
    g_test_add_func("/help/all", test_all);
    g_test_add_func("/options/rows", test_rows);
    g_test_add_func("/options/values", test_values);
    return g_test_run();
}
