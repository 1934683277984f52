/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "page.h"

static const GtupdReportOptions narrow = {.width = 20, .utf8 = TRUE};

static void test_wrap(void)
{
    static const struct {
        const char *before, *text, *expected;
    } rows[] = {
        {"", "", ""},
        {"", "one two", "one two"},
        {"", "exactly twenty chars", "exactly twenty chars"},
        {"", "exactly twenty-1 chars", "exactly twenty-1\n  chars"},
        {"label: ", "some words behind it", "label: some words\n  behind it"},
        {"", "abcdefghijklmnopqrstuvwxyz", "abcdefghijklmnopqrst\n  uvwxyz"},
        {"", "a abcdefghijklmnopqrstuvwxyz b", "a abcdefghijklmnopqr\n  stuvwxyz b"},
        {"", "äöü äöü äöü äöü äöü", "äöü äöü äöü äöü äöü"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GString) out = g_string_new(NULL);
        GtupdPage page = {.out = out, .options = &narrow};
        gtupd_page_put(&page, GTUPD_INK_PLAIN, rows[i].before);
        gtupd_page_wrap(&page, GTUPD_INK_PLAIN, 2, rows[i].text);
        g_assert_cmpstr(out->str, ==, rows[i].expected);
    }
}

static void test_columns(void)
{
    g_autoptr(GString) out = g_string_new(NULL);
    GtupdPage page = {.out = out, .options = &narrow};
    gtupd_page_printf(&page, GTUPD_INK_BOLD, "%d", 17);
    gtupd_page_indent(&page, 5);
    gtupd_page_put(&page, GTUPD_INK_PLAIN, gtupd_page_glyph(&page, GTUPD_GLYPH_SECTION));
    gtupd_page_indent(&page, 8);
    gtupd_page_gap(&page);
    gtupd_page_gap(&page);
    g_assert_cmpstr(out->str, ==, "17   §\n\n");
    g_assert_cmpuint(page.column, ==, 0);
}

static void test_colour(void)
{
    const GtupdReportOptions colour = {.width = 20, .colour = TRUE};
    g_autoptr(GString) out = g_string_new(NULL);
    GtupdPage page = {.out = out, .options = &colour};
    gtupd_page_put(&page, GTUPD_INK_RED, "bad");
    gtupd_page_put(&page, GTUPD_INK_PLAIN, gtupd_page_glyph(&page, GTUPD_GLYPH_TO_DEVICE));
    g_assert_cmpstr(out->str, ==, "\033[1;31mbad\033[0m->");
    g_assert_cmpuint(page.column, ==, 5);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/page/wrap", test_wrap);
    g_test_add_func("/page/columns", test_columns);
    g_test_add_func("/page/colour", test_colour);
    return g_test_run();
}
