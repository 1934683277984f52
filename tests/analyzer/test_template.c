/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "template.h"

#include <string.h>

/* One file, and what it may include. */
static const char *current;

static char *read_file(const char *name)
{
    if (strcmp(name, "page") == 0)
        return g_strdup(current);
    return strcmp(name, "part") == 0 ? g_strdup("({{text}})") : NULL;
}

static void fill_row(GtupdScope *scope, gconstpointer item, gpointer user G_GNUC_UNUSED)
{
    gtupd_scope_text(scope, "row", item);
    gtupd_scope_flag(scope, "is_b", strcmp(item, "b") == 0);
}

static void fill_page(GtupdScope *scope, gconstpointer item, gpointer user G_GNUC_UNUSED)
{
    GPtrArray *rows = g_ptr_array_new();
    g_ptr_array_add(rows, (gpointer) "a");
    g_ptr_array_add(rows, (gpointer) "b");
    gtupd_scope_text(scope, "text", item);
    gtupd_scope_printf(scope, "number", "%d", 7);
    gtupd_scope_text(scope, "absent", NULL);
    gtupd_scope_text(scope, "empty", "");
    gtupd_scope_rows(scope, "rows", rows, fill_row);
    gtupd_scope_rows(scope, "none", g_ptr_array_new(), fill_row);
}

static char *expand(const char *page, const char *text)
{
    current = page;
    g_autoptr(GtupdTemplate) template = gtupd_template_new("page", read_file);
    GString *out = g_string_new(NULL);
    gtupd_template_expand(template, fill_page, text, NULL, out);
    return g_string_free(out, FALSE);
}

typedef struct {
    const char *page, *text, *expected;
} Case;

static void test_marks(void)
{
    static const Case cases[] = {
        {"plain", "t", "plain"},
        {"<p>{{text}}</p>", "t", "<p>t</p>"},
        {"{{number}}{{absent}}{{empty}}", "t", "7"},
        {"{{#rows}}{{row}}{{?is_b}}!{{/is_b}} {{/rows}}", "t", "a b! "},
        {"{{#rows}}{{text}}{{row}}{{/rows}}", "t", "tatb"},
        {"{{#none}}x{{/none}}{{^none}}y{{/none}}{{?none}}z{{/none}}", "t", "y"},
        {"{{?rows}}<ul>{{#rows}}<li>{{row}}</li>{{/rows}}</ul>{{/rows}}", "t", "<ul><li>a</li><li>b</li></ul>"},
        {"{{?text}}yes{{/text}}{{^text}}no{{/text}}", "t", "yes"},
        {"{{?text}}yes{{/text}}{{^text}}no{{/text}}", "", "no"},
        {"{{?absent}}yes{{/absent}}{{^empty}}no{{/empty}}", "t", "no"},
        {"{{>part}}{{>part}}", "t", "(t)(t)"},
        {"<a href=\"#d{{text}}\" title=\"{{text}}\">", "t", "<a href=\"#dt\" title=\"t\">"},
        {"<b{{?text}} open=\"\"{{/text}}>", "t", "<b open=\"\">"},
        {"<style>a { b: c }</style>{{text}}", "t", "<style>a { b: c }</style>t"},
        {"  <p>\n\n    {{text}}\n  {{?text}}\n    x\n  {{/text}}\n  </p>\n", "t", "<p>\nt\nx\n</p>\n"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *got = expand(cases[i].page, cases[i].text);
        g_assert_cmpstr(got, ==, cases[i].expected);
    }
}

static void test_escaping(void)
{
    static const Case cases[] = {
        {"{{text}}", "<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"},
        {"<p title=\"{{text}}\">", "\" onclick=\"x", "<p title=\"&quot; onclick=&quot;x\">"},
        {"{{text}}", "a'b&amp;", "a&#39;b&amp;amp;"},
        {"{{text}}", "{{number}}{{>part}}", "{{number}}{{&gt;part}}"},
        {"{{text}}", "a\nb\x1b[31m\x7f", "a\\x0Ab\\x1B[31m\\x7F"},
        {"{{text}}", "\xff\xc0\xaf<", "\\xFF\\xC0\\xAF&lt;"},
        {"{{text}}", "x\xe2\x80\xaey", "x\\xE2\\x80\\xAEy"},
        {"{{text}}", "\xd7\xa9\xd7\x9c", "\xd7\xa9\xd7\x9c"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *got = expand(cases[i].page, cases[i].text);
        g_assert_cmpstr(got, ==, cases[i].expected);
    }
}

/* Every byte, in text: no markup, no control character, nothing that is no UTF-8. */
static void test_every_byte(void)
{
    for (guint byte = 1; byte < 256; byte++) {
        char text[] = {(char)byte, '\0'};
        g_autofree char *got = expand("{{text}}", text);
        g_assert_true(g_utf8_validate(got, -1, NULL));
        g_assert_null(strpbrk(got, "<>\"'\n\r\t\x7f"));
        g_assert_true(byte != '&' || strcmp(got, "&amp;") == 0);
    }
}

/* Where a value could become more than text, the template is no template. */
static const char *const refused[] = {
    "<p {{text}}>",
    "<{{text}}>",
    "<p title={{text}}>",
    "<a href=\"{{text}}\">",
    "<p onclick=\"x({{text}})\">",
    "<p style=\"x: {{text}}\">",
    "<img src=\"#{{text}}\">",
    "<style>{{text}}</style>",
    "<script>{{text}}</script>",
    "<!-- {{text}} -->",
    "{{?text}}<p {{/text}}>",
    "{{?text}}<p title=\"{{/text}}",
    "{{?text}}x",
    "{{/text}}",
    "{{text",
    "{{{text}}}",
    "{{&text}}",
    "{{>absent}}",
    "{{unknown}}",
};

static void test_refused(gconstpointer data)
{
    if (g_test_subprocess()) {
        g_autofree char *got = expand(data, "t");
        return;
    }
    g_test_trap_subprocess(NULL, 0, 0);
    g_test_trap_assert_failed();
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/template/marks", test_marks);
    g_test_add_func("/template/escaping", test_escaping);
    g_test_add_func("/template/every-byte", test_every_byte);
    for (gsize i = 0; i < G_N_ELEMENTS(refused); i++) {
        g_autofree char *path = g_strdup_printf("/template/refused/%zu", i);
        g_test_add_data_func(path, refused[i], test_refused);
    }
    return g_test_run();
}
