/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "catalogue.h"

#include <json-glib/json-glib.h>
#include <string.h>

static const GtupdReportOptions options = {.width = 100, .utf8 = TRUE};

static guint lines_of(const char *text)
{
    guint lines = 0;
    for (; *text; text++)
        lines += *text == '\n';
    return lines;
}

static void test_every_format_has_every_rule(void)
{
    static const GtupdRenderRules renderers[] = {gtupd_catalogue_text, gtupd_catalogue_json, gtupd_catalogue_markdown};
    for (gsize i = 0; i < G_N_ELEMENTS(renderers); i++) {
        g_autoptr(GString) out = g_string_new(NULL);
        renderers[i](&options, out);
        for (guint rule = 0; rule < GTUPD_RULE_COUNT; rule++)
            g_assert_nonnull(strstr(out->str, gtupd_rule_info((GtupdRule)rule)->id));
    }
}

static void test_markdown_is_a_table(void)
{
    g_autoptr(GString) out = g_string_new(NULL);
    gtupd_catalogue_markdown(&options, out);
    g_assert_cmpuint(lines_of(out->str), ==, GTUPD_RULE_COUNT + 2);
    g_auto(GStrv) lines = g_strsplit(out->str, "\n", -1);
    for (guint i = 0; i < GTUPD_RULE_COUNT + 2; i++) {
        guint bars = 0;
        for (const char *at = lines[i]; *at; at++)
            bars += *at == '|';
        g_assert_cmpuint(bars, ==, 6);
    }
}

static void test_json(void)
{
    g_autoptr(GString) out = g_string_new(NULL);
    gtupd_catalogue_json(&options, out);
    g_autoptr(JsonParser) parser = json_parser_new();
    g_assert_true(json_parser_load_from_data(parser, out->str, -1, NULL));
    JsonObject *root = json_node_get_object(json_parser_get_root(parser));
    g_assert_cmpstr(json_object_get_string_member(root, "schema"), ==, "gtupd-rules/1");
    g_assert_cmpuint(json_array_get_length(json_object_get_array_member(root, "rules")), ==, GTUPD_RULE_COUNT);
}

static void test_explain(void)
{
    for (guint rule = 0; rule < GTUPD_RULE_COUNT; rule++) {
        g_autoptr(GString) out = g_string_new(NULL);
        gtupd_catalogue_explain((GtupdRule)rule, &options, out);
        g_assert_true(g_str_has_prefix(out->str, gtupd_rule_info((GtupdRule)rule)->id));
        g_assert_nonnull(strstr(out->str, "what to do"));
    }
}

static void test_nearest(void)
{
    static const struct {
        const char *typed;
        GtupdRule rule;
    } rows[] = {
        {"phase-skiped", GTUPD_RULE_PHASE_SKIPPED}, {"Phase-Skipped", GTUPD_RULE_PHASE_SKIPPED},
        {"overran", GTUPD_RULE_DOWNLOAD_OVERRAN},   {"count_gap", GTUPD_RULE_COUNT_GAP},
        {"ack-mising", GTUPD_RULE_ACK_MISSING},     {"reboot", GTUPD_RULE_REBOOT_MISSING},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
        g_assert_cmpint(gtupd_catalogue_nearest(rows[i].typed), ==, rows[i].rule);
    gtupd_catalogue_nearest("");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/catalogue/every-format-has-every-rule", test_every_format_has_every_rule);
    g_test_add_func("/catalogue/markdown-is-a-table", test_markdown_is_a_table);
    g_test_add_func("/catalogue/json", test_json);
    g_test_add_func("/catalogue/explain", test_explain);
    g_test_add_func("/catalogue/nearest", test_nearest);
    return g_test_run();
}
