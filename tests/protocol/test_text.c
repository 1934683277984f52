/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "text.h"

#include "exact.h"

static gboolean is_digit(int byte)
{
    return byte >= '0' && byte <= '9';
}

static gboolean is_hex(int byte)
{
    return is_digit(byte) || (byte >= 'A' && byte <= 'F') || (byte >= 'a' && byte <= 'f');
}

static gboolean is_alnum(int byte)
{
    return is_digit(byte) || (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z');
}

static gboolean is_printable(int byte)
{
    return byte >= 0x20 && byte <= 0x7E;
}

typedef gboolean (*TextClass)(const char *text, gsize length);

static gboolean holds(TextClass class, const char *text, gsize length)
{
    g_autofree char *block = (char *)exact_copy(text, length);
    return class(block, length);
}

/* Every byte value in every place of a text that otherwise passes. */
static void test_classes(void)
{
    static const struct {
        TextClass class;
        gboolean (*member)(int byte);
    } rows[] = {
        {gtupd_text_is_alnum, is_alnum},
        {gtupd_text_is_digits, is_digit},
        {gtupd_text_is_hex, is_hex},
        {gtupd_text_is_printable, is_printable},
    };
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        for (int byte = 0; byte < 256; byte++) {
            for (gsize at = 0; at < 4; at++) {
                char text[] = {'0', '9', '5', '1'};
                text[at] = (char)byte;
                g_assert_cmpint(holds(rows[i].class, text, sizeof text), ==, rows[i].member(byte));
            }
        }
    }
}

static void test_url(void)
{
    static const struct {
        const char *url;
        gboolean legal;
    } rows[] = {
        {"http://h", TRUE},
        {"http://h/", TRUE},
        {"HTTP://H", TRUE},
        {"https://example.org", TRUE},
        {"ftp://test:12345678@217.14.46.21:32768/henry/CV200_MCU_R01A01V01.enc", TRUE},
        {"http://[2001:db8::1]:8080/a", TRUE},
        {"http://h/a,b;c?d=e#f", TRUE},
        {"http://h:80", TRUE},
        {"x+y-z.1://h", TRUE},
        {"", FALSE},
        {"h", FALSE},
        {"http", FALSE},
        {"http:", FALSE},
        {"http:/h", FALSE},
        {"http//h", FALSE},
        {"http://", FALSE},
        {"http:///path", FALSE},
        {"http://?query", FALSE},
        {"http://#fragment", FALSE},
        {"http://user:pw@/path", FALSE},
        {"http://:80/path", FALSE},
        {"://h", FALSE},
        {"ht tp://h", FALSE},
        {"ht_tp://h", FALSE},
        {"http://h/a b", FALSE},
        {"http://h/a\tb", FALSE},
        {"http://h/\xc3\xa9", FALSE},
        {"www.example.org/a", FALSE},
    };
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("%s", rows[i].url);
        g_assert_cmpint(holds(gtupd_text_is_url, rows[i].url, strlen(rows[i].url)), ==, rows[i].legal);
    }
}

static void test_url_bytes(void)
{
    for (int byte = 0; byte < 256; byte++) {
        char text[] = "http://host/p?th";
        text[13] = (char)byte;
        g_assert_cmpint(holds(gtupd_text_is_url, text, strlen("http://host/p?th")), ==,
                        is_printable(byte) && byte != ' ');
    }
}

static void test_decimal(void)
{
    static const struct {
        const char *text;
        int value;
    } rows[] = {
        {"0", 0},   {"7", 7},   {"05", 5},  {"30", 30},  {"999999999", 999999999}, {"", -1}, {"-1", -1}, {"+1", -1},
        {" 1", -1}, {"1 ", -1}, {"1a", -1}, {"0x1", -1},
    };
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        gsize length = strlen(rows[i].text);
        g_autofree char *block = (char *)exact_copy(rows[i].text, length);
        g_assert_cmpint(gtupd_text_decimal(block, length), ==, rows[i].value);
    }
}

static void test_hex(void)
{
    static const struct {
        const char *text;
        int value;
    } rows[] = {
        {"0000", 0},  {"FFFF", 0xFFFF}, {"ffff", 0xFFFF}, {"11F0", 0x11F0}, {"aBcD", 0xABCD}, {"7", 7},
        {"32", 0x32}, {"", -1},         {"00000", -1},    {"000G", -1},     {"0x1F", -1},     {" 001", -1},
    };
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        gsize length = strlen(rows[i].text);
        g_autofree char *block = (char *)exact_copy(rows[i].text, length);
        g_assert_cmpint(gtupd_text_hex(block, length), ==, rows[i].value);
    }
}

static void test_time(void)
{
    static const struct {
        const char *text; /* 14 characters */
        gint64 seconds;   /* −1: none */
    } rows[] = {
        {"19700101000000", 0},          {"20200910012700", 1599701220}, {"20150201000002", 1422748802},
        {"20000229235959", 951868799},  {"20240229000000", 1709164800}, {"20991231235959", 4102444799},
        {"20200930235959", 1601510399}, {"20201231000000", 1609372800}, {"20230229000000", -1},
        {"21000229000000", -1},         {"20200230000000", -1},         {"20200931000000", -1},
        {"20200431000000", -1},         {"20200132000000", -1},         {"20200100000000", -1},
        {"20200001000000", -1},         {"20201301000000", -1},         {"20200910240000", -1},
        {"20200910016000", -1},         {"20200910012760", -1},         {"2020091001270 ", -1},
        {" 2020091001270", -1},         {"2020091001270x", -1},         {"2020-9-1012700", -1},
        {"+2020910012700", -1},
    };
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("%s", rows[i].text);
        g_assert_cmpuint(strlen(rows[i].text), ==, 14);
        g_autofree char *block = (char *)exact_copy(rows[i].text, 14);
        gint64 seconds = -1;
        g_assert_cmpint(gtupd_text_parse_time(block, &seconds), ==, rows[i].seconds >= 0);
        if (rows[i].seconds >= 0)
            g_assert_cmpint(seconds, ==, rows[i].seconds);
    }
}

/* Luhn as in 3GPP TS 23.003 annex B, said another way: double every second digit from the right, add all digits. */
static gboolean luhn(const char *digits)
{
    int sum = 0;
    for (int i = 0; i < 15; i++) {
        int digit = digits[14 - i] - '0';
        if (i % 2 == 1)
            digit *= 2;
        sum += digit / 10 + digit % 10;
    }
    return sum % 10 == 0;
}

static void test_luhn(void)
{
    static const struct {
        const char *id;
        gboolean fits;
    } rows[] = {
        {"490154203237518", TRUE},  /* the GSMA's sample */
        {"861778060816682", TRUE},  /* heard in the field */
        {"135790246811220", FALSE}, /* the manuals' favourite */
        {"490154203237517", FALSE},
    };
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *block = (char *)exact_copy(rows[i].id, 15);
        g_assert_cmpint(gtupd_text_luhn(block, 15), ==, rows[i].fits);
    }

    g_autoptr(GRand) random = g_rand_new_with_seed(23003);
    for (guint round = 0; round < 2000; round++) {
        char id[15];
        for (guint i = 0; i < sizeof id; i++)
            id[i] = (char)g_rand_int_range(random, '0', '9' + 1);
        g_autofree char *block = (char *)exact_copy(id, sizeof id);
        g_assert_cmpint(gtupd_text_luhn(block, sizeof id), ==, luhn(id));
    }
}

static void test_printable(void)
{
    static const struct {
        const char *text;
        gsize length;
        const char *shown;
    } rows[] = {
        {"plain", 5, "plain"},
        {"", 0, ""},
        {"a\0b", 3, "a\\x00b"},
    };
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *block = (char *)exact_copy(rows[i].text, rows[i].length);
        g_autofree char *shown = gtupd_text_dup_printable(block, rows[i].length);
        g_assert_cmpstr(shown, ==, rows[i].shown);
    }
    for (int byte = 0; byte < 256; byte++) {
        g_autofree char *block = (char *)exact_copy(&(char){(char)byte}, 1);
        g_autofree char *shown = gtupd_text_dup_printable(block, 1);
        if (is_printable(byte)) {
            g_assert_cmpint(shown[0], ==, byte);
            g_assert_cmpint(shown[1], ==, '\0');
            continue;
        }
        g_autofree char *lower = g_strdup_printf("\\x%02x", (guint)byte);
        g_assert_cmpint(g_ascii_strcasecmp(shown, lower), ==, 0);
    }
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/text/classes", test_classes);
    g_test_add_func("/text/url", test_url);
    g_test_add_func("/text/url-bytes", test_url_bytes);
    g_test_add_func("/text/decimal", test_decimal);
    g_test_add_func("/text/hex", test_hex);
    g_test_add_func("/text/time", test_time);
    g_test_add_func("/text/luhn", test_luhn);
    g_test_add_func("/text/printable", test_printable);
    return g_test_run();
}
