/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analysis.h"
#include "report.h"
#include "savefile.h"

#include <json-glib/json-glib.h>
#include <string.h>

static char *render(const GByteArray *file, const GtupdReportOptions *options)
{
    g_autoptr(GtupdModel) model = analysis_new(file, NULL);
    GString *out = g_string_new(NULL);
    gtupd_report_json(model, options, out);
    return g_string_free(out, FALSE);
}

/* The whole report, so that no member moves, vanishes or changes its form unseen. */
static void test_whole(void)
{
    g_autoptr(GByteArray) file = savefile_new(SAVEFILE_RAW, FALSE);
    savefile_failed_update(file, SAVEFILE_TIME, TRUE);
    GtupdReportOptions options = {0};
    g_autofree char *got = render(file, &options);
    g_autofree char *path = g_test_build_filename(G_TEST_DIST, "report.json", NULL);
    g_autofree char *expected = NULL;
    g_assert_true(g_file_get_contents(path, &expected, NULL, NULL));
    g_assert_cmpstr(got, ==, expected);
}

static void test_nothing(void)
{
    g_autoptr(GByteArray) file = savefile_new(SAVEFILE_RAW, FALSE);
    GtupdReportOptions options = {0};
    g_autofree char *got = render(file, &options);
    g_assert_nonnull(strstr(got, "\"first_time\" : null"));
    g_assert_nonnull(strstr(got, "\"devices\" : []"));
    g_assert_null(strstr(got, "limits"));
}

static void test_precision(void)
{
    g_autoptr(GByteArray) file = savefile_new(SAVEFILE_RAW, TRUE);
    savefile_failed_update(file, SAVEFILE_TIME + 1, FALSE);
    GtupdReportOptions options = {0};
    g_autofree char *got = render(file, &options);
    g_assert_nonnull(strstr(got, "\"start_time\" : \"2020-09-10T01:27:00.000000001Z\""));
}

/* Whatever packets hold, the report is UTF-8 without control characters. */
static void test_hostile(void)
{
    g_autoptr(GByteArray) file = savefile_new(SAVEFILE_RAW, FALSE);
    savefile_datagram(file, SAVEFILE_TIME, TRUE,
                      "+RESP:GTUPD,DF0107,867700040011113,\033[31m\xff,100,,20200910012702,0002$");
    savefile_datagram(file, SAVEFILE_TIME, TRUE,
                      "+RESP:GTA\033[2J\xff\xc3,DF0107,867700040011113,,20200910012702,0003$");
    savefile_datagram(file, SAVEFILE_TIME, FALSE,
                      "AT+GTUPD=\001\377,0,0,10,0,\300\200,\r\n,http://h/\"\\\x80,,0,,,,0001$");
    GtupdReportOptions options = {.secrets = TRUE};
    g_autofree char *got = render(file, &options);
    g_assert_true(g_utf8_validate(got, -1, NULL));
    for (const char *at = got; *at; at++)
        g_assert_true(*at == '\n' || (guint8)*at >= ' ');
    g_autoptr(JsonParser) parser = json_parser_new();
    g_assert_true(json_parser_load_from_data(parser, got, -1, NULL));
}

/* What is below the level is counted, but not listed. */
static void test_min_severity(void)
{
    g_autoptr(GByteArray) file = savefile_new(SAVEFILE_RAW, FALSE);
    savefile_failed_update(file, SAVEFILE_TIME, TRUE);
    GtupdReportOptions options = {.min_severity = GTUPD_SEVERITY_ERROR};
    g_autofree char *got = render(file, &options);
    g_assert_null(strstr(got, "count-gap"));
    g_assert_null(strstr(got, "\"note\" : 0"));
}

static void test_limits(void)
{
    g_autoptr(GtupdModel) model = gtupd_model_new(NULL);
    model->limits[GTUPD_LIMIT_EVENTS] = 12;
    GtupdReportOptions options = {0};
    g_autoptr(GString) out = g_string_new(NULL);
    gtupd_report_json(model, &options, out);
    g_assert_nonnull(strstr(out->str, "\"limits\" : {\n      \"events\" : 12\n    }"));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/report-json/whole", test_whole);
    g_test_add_func("/report-json/nothing", test_nothing);
    g_test_add_func("/report-json/precision", test_precision);
    g_test_add_func("/report-json/hostile", test_hostile);
    g_test_add_func("/report-json/min-severity", test_min_severity);
    g_test_add_func("/report-json/limits", test_limits);
    return g_test_run();
}
