/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "format.h"
#include "savefile.h"

static void test_times(void)
{
    static const struct {
        gint64 time;
        gboolean nanoseconds;
        const char *text;
    } rows[] = {
        {SAVEFILE_TIME, FALSE, "2020-09-10T01:27:00.000000Z"},
        {SAVEFILE_TIME + 123456789, FALSE, "2020-09-10T01:27:00.123456Z"},
        {SAVEFILE_TIME + 123456789, TRUE, "2020-09-10T01:27:00.123456789Z"},
        {0, FALSE, "1970-01-01T00:00:00.000000Z"},
        {G_MAXINT64, TRUE, "2262-04-11T23:47:16.854775807Z"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        char text[GTUPD_TIME_SIZE];
        gtupd_format_time_to(rows[i].time, rows[i].nanoseconds, text);
        g_assert_cmpstr(text, ==, rows[i].text);
    }
    g_autofree char *date = gtupd_format_date(SAVEFILE_TIME);
    g_autofree char *clock = gtupd_format_clock(SAVEFILE_TIME + 999999999);
    g_assert_cmpstr(date, ==, "2020-09-10");
    g_assert_cmpstr(clock, ==, "01:27:00.999");
}

static void test_durations(void)
{
    static const struct {
        gint64 milliseconds;
        const char *text;
    } rows[] = {
        {0, "0.000 s"},          {333, "0.333 s"},          {9999, "9.999 s"},      {10000, "10.0 s"},
        {59999, "59.9 s"},       {60000, "1 min 00 s"},     {185000, "3 min 05 s"}, {3599000, "59 min 59 s"},
        {3600000, "1 h 00 min"}, {86399000, "23 h 59 min"}, {86400000, "1 d 0 h"},  {-333, "-0.333 s"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *text = gtupd_format_duration(rows[i].milliseconds * 1000000);
        g_assert_cmpstr(text, ==, rows[i].text);
    }
}

static void test_counts(void)
{
    static const struct {
        guint64 count;
        const char *text;
    } rows[] = {{0, "0 packets"},
                {1, "1 packet"},
                {999, "999 packets"},
                {1000, "1,000 packets"},
                {1234567, "1,234,567 packets"}};
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *text = gtupd_format_things(rows[i].count, "packet");
        g_assert_cmpstr(text, ==, rows[i].text);
    }
}

static void test_printable(void)
{
    static const char *const rows[][2] = {
        {"", ""},
        {"plain.pcap", "plain.pcap"},
        {"größe", "größe"},
        {"a\033[31mb\n", "a\\x1B[31mb\\x0A"},
        {"\xff\xfe", "\\xFF\\xFE"},
        {"cut \xc3", "cut \\xC3"},
        {"\xe2\x80\xae", "\\xE2\\x80\\xAE"}, /* right-to-left override */
        {"\x7f", "\\x7F"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *text = gtupd_format_printable(rows[i][0]);
        g_assert_cmpstr(text, ==, rows[i][1]);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/format/times", test_times);
    g_test_add_func("/format/durations", test_durations);
    g_test_add_func("/format/counts", test_counts);
    g_test_add_func("/format/printable", test_printable);
    return g_test_run();
}
