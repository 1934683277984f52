/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analysis.h"
#include "report.h"
#include "savefile.h"

#include <string.h>

static const GtupdReportOptions plain = {.width = 100, .utf8 = TRUE};

static char *render(const GByteArray *file, const GtupdReportOptions *options)
{
    g_autoptr(GtupdModel) model = analysis_new(file, NULL);
    GString *out = g_string_new(NULL);
    gtupd_report_text(model, options, out);
    return g_string_free(out, FALSE);
}

/* No line is too long, ends in a blank, or holds what is not printable. */
static void assert_sound(const char *text, guint width)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    g_assert_true(g_str_has_suffix(text, "\n"));
    for (char **line = lines; *line; line++) {
        g_assert_cmpint(g_utf8_strlen(*line, -1), <=, width);
        g_assert_false(g_str_has_suffix(*line, " "));
        for (const char *at = *line; *at; at = g_utf8_next_char(at))
            g_assert_true(g_unichar_isprint(g_utf8_get_char(at)));
    }
}

static void test_whole(void)
{
    g_autoptr(GByteArray) file = savefile_new(SAVEFILE_RAW, FALSE);
    savefile_failed_update(file, SAVEFILE_TIME, TRUE);
    g_autofree char *got = render(file, &plain);
    g_autofree char *path = g_test_build_filename(G_TEST_DIST, "report.txt", NULL);
    g_autofree char *expected = NULL;
    g_assert_true(g_file_get_contents(path, &expected, NULL, NULL));
    g_assert_cmpstr(got, ==, expected);
    assert_sound(got, 100);
}

/* The answer is the first line, whatever follows. */
static void test_verdict_comes_first(void)
{
    g_autoptr(GByteArray) file = savefile_new(SAVEFILE_RAW, FALSE);
    savefile_failed_update(file, SAVEFILE_TIME, FALSE);
    g_autofree char *got = render(file, &plain);
    g_assert_true(g_str_has_prefix(got, "The update failed: 867700040011113 #1 download failed after 1 of 1 attempts, "
                                        "frame 5\nFindings: none.\n"));
}

static void test_nothing(void)
{
    g_autoptr(GByteArray) file = savefile_new(SAVEFILE_RAW, FALSE);
    g_autofree char *got = render(file, &plain);
    g_assert_true(g_str_has_prefix(got, "No firmware update in what was captured.\n"));
    assert_sound(got, 100);
}

static void test_secrets(void)
{
    g_autoptr(GByteArray) file = savefile_new(SAVEFILE_RAW, FALSE);
    savefile_failed_update(file, SAVEFILE_TIME, FALSE);
    GtupdReportOptions options = plain;
    options.verbose = TRUE;
    g_autofree char *hidden = render(file, &options);
    g_assert_null(strstr(hidden, "sEcr"));
    g_assert_nonnull(strstr(hidden, "ftp://****:****@h.example/p"));
    options.secrets = TRUE;
    g_autofree char *shown = render(file, &options);
    for (guint i = 1; i <= 5; i++) {
        g_autofree char *secret = g_strdup_printf("sEcr%ut", i);
        g_assert_nonnull(strstr(shown, secret));
    }
}

/* Escape sequences in a device's name reach nobody's terminal, and narrow terminals are kept to. */
static void test_hostile_names(void)
{
    g_autoptr(GByteArray) file = savefile_new(SAVEFILE_RAW, FALSE);
    savefile_datagram(file, SAVEFILE_TIME, TRUE,
                      "+RESP:GTUPD,DF0107,867700040011113,\033[31m\xff,100,,20200910012702,0002$");
    savefile_datagram(file, SAVEFILE_TIME, FALSE,
                      "AT+GTUPD=cv200,0,0,10,0,,,http://h/\033]0;x\007\xe2\x80\xae,,0,,,,0001$");
    savefile_datagram(file, SAVEFILE_TIME, TRUE,
                      "+RESP:GTA\033[2J\xff\xc3,DF0107,867700040011113,,20200910012702,0003$");
    for (guint width = 80; width <= 100; width += 10) {
        GtupdReportOptions options = {.width = width, .verbose = TRUE};
        g_autofree char *got = render(file, &options);
        assert_sound(got, width);
    }
}

/* A device without trouble is one line among others, and everything with -v. */
static void test_clean_devices(void)
{
    static const char *const codes[] = {"100,", "200,1", "201,1", "300,", "301,"};
    g_autoptr(GByteArray) file = savefile_new(SAVEFILE_RAW, FALSE);
    savefile_failed_update(file, SAVEFILE_TIME, FALSE);
    savefile_datagram_of(file, SAVEFILE_TIME, 4001, FALSE, "AT+GTUPD=cv200,0,0,10,0,,,http://h/p,,0,,,,0001$");
    savefile_datagram_of(file, SAVEFILE_TIME, 4001, TRUE,
                         "+ACK:GTUPD,DF0107,867700040022227,bus-8,0001,20200910012700,0001$");
    for (guint i = 0; i < G_N_ELEMENTS(codes); i++) {
        g_autofree char *report =
            g_strdup_printf("+RESP:GTUPD,DF0107,867700040022227,bus-8,%s,20200910012700,%04u$", codes[i], i + 2);
        savefile_datagram_of(file, SAVEFILE_TIME + i * SAVEFILE_SECOND, 4001, TRUE, report);
    }
    g_autoptr(GtupdModel) model = analysis_new(file, NULL);
    g_autoptr(GString) brief = g_string_new(NULL);
    gtupd_report_text(model, &plain, brief);
    g_assert_nonnull(strstr(brief->str, "1 of 2 updates failed:"));
    g_assert_nonnull(strstr(brief->str, "Device 867700040011113"));
    g_assert_nonnull(strstr(brief->str, "1 update succeeded"));
    g_assert_null(strstr(brief->str, "Device 867700040022227"));

    GtupdReportOptions options = plain;
    options.verbose = TRUE;
    g_autoptr(GString) whole = g_string_new(NULL);
    gtupd_report_text(model, &options, whole);
    g_assert_nonnull(strstr(whole->str, "Device 867700040022227"));
    g_assert_true(strstr(whole->str, "Device 867700040011113") < strstr(whole->str, "Device 867700040022227"));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/report-text/whole", test_whole);
    g_test_add_func("/report-text/verdict-comes-first", test_verdict_comes_first);
    g_test_add_func("/report-text/nothing", test_nothing);
    g_test_add_func("/report-text/secrets", test_secrets);
    g_test_add_func("/report-text/hostile-names", test_hostile_names);
    g_test_add_func("/report-text/clean-devices", test_clean_devices);
    return g_test_run();
}
