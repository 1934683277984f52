/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analysis.h"
#include "report.h"
#include "savefile.h"

#include <string.h>

static char *render(const GByteArray *file, gboolean secrets)
{
    g_autoptr(GtupdModel) model = analysis_new(file, NULL);
    const GtupdReportOptions options = {.secrets = secrets};
    GString *out = g_string_new(NULL);
    gtupd_report_csv(model, &options, out);
    return g_string_free(out, FALSE);
}

/* Reads RFC 4180 as it is written there, into rows of cells. Free with g_ptr_array_unref(). */
static GPtrArray *parse(const char *text)
{
    GPtrArray *rows = g_ptr_array_new_with_free_func((GDestroyNotify)g_ptr_array_unref);
    GPtrArray *row = g_ptr_array_new_with_free_func(g_free);
    while (*text) {
        GString *cell = g_string_new(NULL);
        gboolean quoted = *text == '"';
        for (text += quoted; quoted ? !(text[0] == '"' && text[1] != '"') : !strchr(",\r", *text); text++) {
            g_assert_cmpint(*text, !=, '\0');
            g_assert_true(quoted || *text != '"');
            text += *text == '"';
            g_string_append_c(cell, *text);
        }
        text += quoted;
        g_ptr_array_add(row, g_string_free(cell, FALSE));
        if (*text == ',') {
            text++;
            continue;
        }
        g_assert_true(g_str_has_prefix(text, "\r\n"));
        text += 2;
        g_ptr_array_add(rows, row);
        row = g_ptr_array_new_with_free_func(g_free);
    }
    g_assert_cmpuint(row->len, ==, 0);
    g_ptr_array_unref(row);
    return rows;
}

/* The cell of this column; row 0 is the first behind the names. */
static const char *cell_of(const GPtrArray *rows, guint index, const char *column)
{
    const GPtrArray *names = rows->pdata[0], *row = rows->pdata[index + 1];
    g_assert_cmpuint(row->len, ==, names->len);
    for (guint i = 0; i < names->len; i++)
        if (strcmp(names->pdata[i], column) == 0)
            return row->pdata[i];
    g_assert_not_reached();
}

static void test_row(void)
{
    static const char *const expected[][2] = {
        {"device", "867700040011113"},
        {"name", "cv200"},
        {"device_type", "DF"},
        {"protocol_version", "1.07"},
        {"update", "1"},
        {"outcome", "download-failed"},
        {"verdict", "download failed after 1 of 1 attempts"},
        {"update_type", "mcu"},
        {"start_time", "2020-09-10 01:27:00.000"},
        {"end_time", "2020-09-10 01:27:04.000"},
        {"duration_s", "4.000"},
        {"attempts", "1"},
        {"serial", "0001"},
        {"url", "ftp://****:****@h.example/p"},
        {"protocol", "ftp"},
        {"max_download_retry", "0"},
        {"download_timeout_min", "10"},
        {"password", "****"},
        {"last_code", "212"},
        {"errors", "0"},
        {"notes", "1"},
        {"rules", "count-gap"},
        {"capture", "x.pcap"},
        {"first_frame", "1"},
        {"last_frame", "5"},
    };
    g_autoptr(GByteArray) file = savefile_new(SAVEFILE_RAW, FALSE);
    savefile_failed_update(file, SAVEFILE_TIME, TRUE);
    g_autofree char *got = render(file, FALSE);
    g_autoptr(GPtrArray) rows = parse(got);
    g_assert_cmpuint(rows->len, ==, 2);
    for (gsize i = 0; i < G_N_ELEMENTS(expected); i++)
        g_assert_cmpstr(cell_of(rows, 0, expected[i][0]), ==, expected[i][1]);
    g_assert_null(strstr(got, "sEcr"));
    g_autofree char *shown = render(file, TRUE);
    g_autoptr(GPtrArray) shown_rows = parse(shown);
    g_assert_cmpstr(cell_of(shown_rows, 0, "download_password"), ==, "sEcr3t");
}

static void test_nothing(void)
{
    g_autoptr(GByteArray) file = savefile_new(SAVEFILE_RAW, FALSE);
    g_autofree char *got = render(file, FALSE);
    g_assert_true(g_str_has_prefix(got, "device,name,"));
    g_assert_true(g_str_has_suffix(got, "\r\n"));
    g_autoptr(GPtrArray) rows = parse(got);
    g_assert_cmpuint(rows->len, ==, 1);
}

/* A device's name and what the sheet may show of it. */
static void test_formulas(void)
{
    static const char *const names[][2] = {
        {"=1+1", "'=1+1"}, {"+1", "'+1"}, {"-2", "'-2"}, {"@SUM(A1)", "'@SUM(A1)"}, {"a;=1", "a;'=1"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autoptr(GByteArray) file = savefile_new(SAVEFILE_RAW, FALSE);
        g_autofree char *message =
            g_strdup_printf("+RESP:GTUPD,DF0107,867700040011113,%s,100,,20200910012702,0002$", names[i][0]);
        savefile_datagram(file, SAVEFILE_TIME, TRUE, message);
        g_autofree char *got = render(file, TRUE);
        g_autoptr(GPtrArray) rows = parse(got);
        g_assert_cmpstr(cell_of(rows, 0, "name"), ==, names[i][1]);
    }
}

/* Whatever a URL holds: no cell of any separator begins with a formula. */
static void test_url(void)
{
    g_autoptr(GByteArray) file = savefile_new(SAVEFILE_RAW, FALSE);
    savefile_datagram(file, SAVEFILE_TIME, FALSE, "AT+GTUPD=gv,0,0,10,0,,,=HYPERLINK(\"http://h/\";@x),,0,,,,0001$");
    savefile_datagram(file, SAVEFILE_TIME + 1, TRUE,
                      "+ACK:GTUPD,DF0107,867700040011113,cv200,0001,20200910012701,0001$");
    g_autofree char *got = render(file, TRUE);
    g_autoptr(GPtrArray) rows = parse(got);
    g_assert_cmpstr(cell_of(rows, 0, "url"), ==, "'=HYPERLINK(\"http://h/\";'@x)");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/report-csv/row", test_row);
    g_test_add_func("/report-csv/nothing", test_nothing);
    g_test_add_func("/report-csv/formulas", test_formulas);
    g_test_add_func("/report-csv/url", test_url);
    return g_test_run();
}
