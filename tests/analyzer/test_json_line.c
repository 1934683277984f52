/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lines of JSON: byte for byte what json-glib makes of the same values. */
#include "digits.h"
#include "json_line.h"

#include <json-glib/json-glib.h>
#include <string.h>

static GtupdJsonLine line_on(GString *out)
{
    return (GtupdJsonLine){.out = out, .first = TRUE};
}

static char *glib_string(const char *text)
{
    g_autoptr(JsonNode) node = json_node_init_string(json_node_alloc(), text);
    return json_to_string(node, FALSE);
}

static void test_strings(void)
{
    g_autoptr(GPtrArray) texts = g_ptr_array_new_with_free_func(g_free);
    for (int byte = 1; byte < 0x80; byte++)
        if (byte != 0x1f) /* must be escaped (RFC 8259, section 7), which json-glib 1.6 leaves out */
            g_ptr_array_add(texts, g_strdup_printf("a%cb%c", byte, byte));
    g_ptr_array_add(texts, g_strdup(""));
    g_ptr_array_add(texts, g_strdup("Z\xc3\xbcrich \xf0\x9f\x9a\x97"));
    g_ptr_array_add(texts, g_strdup("\"\\\""));
    for (guint i = 0; i < texts->len; i++) {
        g_autoptr(GString) out = g_string_new(NULL);
        GtupdJsonLine line = line_on(out);
        gtupd_json_line_string(&line, NULL, texts->pdata[i]);
        g_autofree char *expected = glib_string(texts->pdata[i]);
        g_assert_cmpstr(out->str, ==, expected);
    }
}

static void test_unit_separator(void)
{
    g_autoptr(GString) out = g_string_new(NULL);
    GtupdJsonLine line = line_on(out);
    gtupd_json_line_string(&line, NULL, "\x1f");
    g_assert_cmpstr(out->str, ==, "\"\\u001f\"");
}

static void test_nesting(void)
{
    g_autoptr(GString) out = g_string_new(NULL);
    GtupdJsonLine line = line_on(out);
    gtupd_json_line_begin_object(&line, NULL);
    gtupd_json_line_begin_array(&line, "none");
    gtupd_json_line_end_array(&line);
    gtupd_json_line_begin_array(&line, "some");
    gtupd_json_line_string(&line, NULL, "a");
    gtupd_json_line_string(&line, NULL, NULL);
    gtupd_json_line_begin_object(&line, NULL);
    gtupd_json_line_number(&line, "n", 1);
    gtupd_json_line_end_object(&line);
    gtupd_json_line_end_array(&line);
    gtupd_json_line_boolean(&line, "yes", TRUE);
    gtupd_json_line_boolean(&line, "no", FALSE);
    gtupd_json_line_end_object(&line);
    g_assert_cmpstr(out->str, ==, "{\"none\":[],\"some\":[\"a\",null,{\"n\":1}],\"yes\":true,\"no\":false}");
}

static void test_numbers(void)
{
    static const gint64 values[] = {0, 1, 9, 10, 99, 100, 1234567890, -1, -10, G_MAXINT64, G_MININT64};
    for (gsize i = 0; i < G_N_ELEMENTS(values); i++) {
        g_autoptr(GString) out = g_string_new(NULL);
        GtupdJsonLine line = line_on(out);
        gtupd_json_line_number(&line, NULL, values[i]);
        g_autofree char *expected = g_strdup_printf("%" G_GINT64_FORMAT, values[i]);
        g_assert_cmpstr(out->str, ==, expected);
    }
}

static void test_digits(void)
{
    static const struct {
        guint64 value;
        gsize least;
        const char *expected;
    } rows[] = {
        {0, 1, "0"}, {0, 3, "000"}, {7, 2, "07"}, {123, 2, "123"}, {G_MAXUINT64, 1, "18446744073709551615"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        char digits[GTUPD_DIGITS_MAX];
        const gsize count = gtupd_digits(rows[i].value, rows[i].least, digits);
        g_assert_cmpuint(count, ==, strlen(rows[i].expected));
        g_assert_true(strncmp(digits, rows[i].expected, count) == 0);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/json-line/strings", test_strings);
    g_test_add_func("/json-line/unit-separator", test_unit_separator);
    g_test_add_func("/json-line/nesting", test_nesting);
    g_test_add_func("/json-line/numbers", test_numbers);
    g_test_add_func("/json-line/digits", test_digits);
    return g_test_run();
}
