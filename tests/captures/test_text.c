/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "text.h"

#include "assert_bytes.h"

#define SECOND G_GINT64_CONSTANT(1000000000)

static void test_word(void)
{
    const char *cursor = "  one\ttwo ";
    g_autofree char *one = text_word(&cursor);
    g_autofree char *two = text_word(&cursor);
    g_autofree char *end = text_word(&cursor);
    g_assert_cmpstr(one, ==, "one");
    g_assert_cmpstr(two, ==, "two");
    g_assert_cmpstr(end, ==, "");
}

static void test_number(void)
{
    static const struct {
        const char *word;
        gboolean good;
        guint64 number;
    } rows[] = {
        {"5", TRUE, 5}, {"0x10", TRUE, 16}, {"100", TRUE, 100}, {"4", FALSE, 0},  {"101", FALSE, 0},
        {"", FALSE, 0}, {"-5", FALSE, 0},   {"0x", FALSE, 0},   {"5x", FALSE, 0}, {" 5", FALSE, 0},
    };
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        guint64 number = 0;
        g_assert_cmpint(text_number(rows[i].word, 5, 100, &number), ==, rows[i].good);
        if (rows[i].good)
            g_assert_cmpuint(number, ==, rows[i].number);
    }
}

static void test_duration(void)
{
    static const struct {
        const char *word;
        gint64 duration; /* −1: none */
    } rows[] = {
        {"0", 0},
        {"12", 12 * SECOND},
        {"1:02", 62 * SECOND},
        {"100:00", 6000 * SECOND},
        {"1:02:03.5", 3723 * SECOND + SECOND / 2},
        {"0.000000001", 1},
        {"7.25", 7 * SECOND + SECOND / 4},
        {"", -1},
        {"1:60", -1},
        {"1:2:3:4", -1},
        {"1.", -1},
        {".5", -1},
        {"1.0000000001", -1},
        {"-1", -1},
        {"1.2x", -1},
        {"100000000", 100000000 * SECOND},
        {"100000001", -1},
    };
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        gint64 duration = -1;
        g_assert_cmpint(text_duration(rows[i].word, &duration), ==, rows[i].duration >= 0);
        if (rows[i].duration >= 0)
            g_assert_cmpint(duration, ==, rows[i].duration);
    }
}

static void test_time(void)
{
    gint64 time;
    g_assert_true(text_time("2026-03-02T08:15:00Z", &time));
    g_assert_cmpint(time, ==, G_GINT64_CONSTANT(1772439300) * SECOND);
    g_assert_true(text_time("1970-01-01T00:00:01.5Z", &time));
    g_assert_cmpint(time, ==, SECOND + SECOND / 2);
    g_assert_false(text_time("2026-03-02T08:15:00", &time));
    g_assert_false(text_time("2026-02-30T08:15:00Z", &time));
    g_assert_false(text_time("2106-02-07T06:28:16Z", &time));
    g_assert_false(text_time("1969-12-31T23:59:59Z", &time));
}

static void test_address(void)
{
    guint8 address[16];
    g_assert_cmpuint(text_address("203.0.113.5", address), ==, 4);
    assert_bytes(address, 4, "\xcb\x00\x71\x05", 4);
    g_assert_cmpuint(text_address("2001:db8::5", address), ==, 16);
    assert_bytes(address, 16, "\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x05", 16);
    g_assert_cmpuint(text_address("203.0.113", address), ==, 0);
}

static void test_bytes(void)
{
    static const struct {
        const char *text;
        gsize length;
        const char *bytes; /* NULL: wrong */
    } rows[] = {
        {"", 0, ""},
        {"plain $,#", 9, "plain $,#"},
        {"\\r\\n\\t\\0\\\\", 5, "\r\n\t\0\\"},
        {"\\x00\\xfF.", 3, "\0\xff."},
        {"<{NAME}{NAME}>", 6, "<nono>"},
        {"\\", 0, NULL},
        {"\\q", 0, NULL},
        {"\\x1", 0, NULL},
        {"\\xg0", 0, NULL},
        {"{NAME", 0, NULL},
        {"{OTHER}", 0, NULL},
        {"{}", 0, NULL},
    };
    g_autoptr(GHashTable) names = g_hash_table_new(g_str_hash, g_str_equal);
    g_autoptr(GByteArray) value = g_byte_array_new();
    g_byte_array_append(value, (const guint8 *)"no", 2);
    g_hash_table_insert(names, (gpointer) "NAME", value);

    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GByteArray) bytes = g_byte_array_new();
        g_autofree char *what = text_bytes(rows[i].text, names, bytes);
        g_assert_cmpint(what == NULL, ==, rows[i].bytes != NULL);
        if (rows[i].bytes)
            assert_bytes(bytes->data, bytes->len, rows[i].bytes, rows[i].length);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/text/word", test_word);
    g_test_add_func("/text/number", test_number);
    g_test_add_func("/text/duration", test_duration);
    g_test_add_func("/text/time", test_time);
    g_test_add_func("/text/address", test_address);
    g_test_add_func("/text/bytes", test_bytes);
    return g_test_run();
}
