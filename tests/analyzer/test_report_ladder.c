/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analysis.h"
#include "report.h"
#include "savefile.h"

#include <string.h>

static char *render(const GByteArray *file, const GtupdReportOptions *options)
{
    g_autoptr(GtupdModel) model = analysis_new(file, NULL);
    GString *out = g_string_new(NULL);
    gtupd_report_ladder(model, options, out);
    return g_string_free(out, FALSE);
}

/* Only what any ticket shows as it is, and the lanes below each other. */
static void assert_is_drawn(const char *text)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    for (char **line = lines; *line; line++) {
        g_assert_cmpuint(strlen(*line), <=, 101);
        for (const char *c = *line; *c; c++)
            g_assert_true(g_ascii_isprint(*c));
        if (strstr(*line, "|--") || strstr(*line, "<--")) {
            g_assert_cmpint((*line)[23], ==, '|');
            g_assert_cmpint((*line)[59], ==, '|');
            g_assert_cmpint((*line)[95], ==, '|');
        }
    }
}

/* The whole drawing, so that nothing moves unseen. */
static void test_whole(void)
{
    g_autoptr(GByteArray) file = savefile_new(SAVEFILE_RAW, FALSE);
    savefile_failed_update(file, SAVEFILE_TIME, TRUE);
    const GtupdReportOptions options = {.utf8 = TRUE, .colour = TRUE, .width = 40};
    g_autofree char *got = render(file, &options);
    g_autofree char *path = g_test_build_filename(G_TEST_DIST, "ladder.txt", NULL);
    g_autofree char *expected = NULL;
    g_assert_true(g_file_get_contents(path, &expected, NULL, NULL));
    g_assert_cmpstr(got, ==, expected);
    assert_is_drawn(got);
    g_assert_null(strstr(got, "sEcr"));
}

static void test_nothing(void)
{
    g_autoptr(GByteArray) file = savefile_new(SAVEFILE_RAW, FALSE);
    const GtupdReportOptions options = {0};
    g_autofree char *got = render(file, &options);
    g_assert_cmpstr(got, ==, "No update to draw.\n");
}

/* Silences, midnight, and the next update behind the first. */
static void test_time(void)
{
    g_autoptr(GByteArray) file = savefile_new(SAVEFILE_RAW, FALSE);
    const gint64 midnight = SAVEFILE_TIME + (22 * 60 + 33) * 60 * SAVEFILE_SECOND;
    savefile_failed_update(file, midnight - 2 * SAVEFILE_SECOND, FALSE);
    savefile_failed_update(file, midnight + 3600 * SAVEFILE_SECOND, FALSE);
    const GtupdReportOptions options = {.min_severity = GTUPD_SEVERITY_ERROR};
    g_autofree char *got = render(file, &options);
    assert_is_drawn(got);
    g_assert_nonnull(strstr(got, "frame 2020-09-10 backend"));
    g_assert_nonnull(strstr(got, "frame 2020-09-11 backend"));
    g_assert_nonnull(strstr(got, "update 2, mcu"));
    g_assert_null(strstr(got, "!"));
}

/* Labels too long for their place are cut. */
static void test_long(void)
{
    g_autoptr(GByteArray) file = savefile_new(SAVEFILE_RAW, FALSE);
    savefile_datagram(file, SAVEFILE_TIME, TRUE, "+RESP:GTUPD,DF0107,867700040011113,cv200,100,,20200910012702,0002$");
    savefile_datagram(file, SAVEFILE_TIME + SAVEFILE_SECOND, TRUE,
                      "+RESP:GTAVERYLONGWORDTHATNOBODYHASEVERSEEN,DF0107,867700040011113,cv200,20200910012702,0009$");
    savefile_datagram(file, SAVEFILE_TIME + 20 * SAVEFILE_SECOND, TRUE,
                      "+BUFF:GTUPD,DF0107,867700040011113,cv200,200,0,20200910012703,0003$");
    const GtupdReportOptions options = {0};
    g_autofree char *got = render(file, &options);
    assert_is_drawn(got);
    g_assert_nonnull(strstr(got, ", late"));
    g_assert_nonnull(strstr(got, "... 19.0 s"));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/report-ladder/whole", test_whole);
    g_test_add_func("/report-ladder/nothing", test_nothing);
    g_test_add_func("/report-ladder/time", test_time);
    g_test_add_func("/report-ladder/long", test_long);
    return g_test_run();
}
