/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "catalogue.h"

#include "page.h"
#include "report_json.h"
#include "spelling.h"

#include <string.h>

void gtupd_catalogue_text(const GtupdReportOptions *options, GString *out)
{
    enum {
        SEVERITY_AT = 32,
        PARTY_AT = 41,
        SECTION_AT = 60,
        TEXT_AT = 4
    };
    GtupdPage page = {.out = out, .options = options};
    for (guint i = 0; i < GTUPD_RULE_COUNT; i++) {
        const GtupdRuleInfo *rule = gtupd_rule_info((GtupdRule)i);
        gtupd_page_put(&page, GTUPD_INK_BOLD, rule->id);
        gtupd_page_indent(&page, SEVERITY_AT);
        gtupd_page_put(&page, gtupd_page_severity_ink(rule->severity), gtupd_severity_name(rule->severity));
        gtupd_page_indent(&page, PARTY_AT);
        gtupd_page_put(&page, GTUPD_INK_PLAIN, gtupd_party_name(rule->party));
        gtupd_page_indent(&page, SECTION_AT);
        if (rule->section)
            gtupd_page_printf(&page, GTUPD_INK_PLAIN, "%s%s", gtupd_page_glyph(&page, GTUPD_GLYPH_SECTION),
                              rule->section);
        gtupd_page_newline(&page);
        gtupd_page_indent(&page, TEXT_AT);
        gtupd_page_wrap(&page, GTUPD_INK_PLAIN, TEXT_AT, rule->text);
        gtupd_page_newline(&page);
    }
}

static void add_member(JsonBuilder *builder, const char *name, const char *value)
{
    json_builder_set_member_name(builder, name);
    if (value)
        json_builder_add_string_value(builder, value);
    else
        json_builder_add_null_value(builder);
}

void gtupd_catalogue_json(const GtupdReportOptions *options G_GNUC_UNUSED, GString *out)
{
    g_autoptr(JsonBuilder) builder = json_builder_new_immutable();
    json_builder_begin_object(builder);
    add_member(builder, "schema", "gtupd-rules/1");
    json_builder_set_member_name(builder, "rules");
    json_builder_begin_array(builder);
    for (guint i = 0; i < GTUPD_RULE_COUNT; i++) {
        const GtupdRuleInfo *rule = gtupd_rule_info((GtupdRule)i);
        json_builder_begin_object(builder);
        add_member(builder, "id", rule->id);
        add_member(builder, "severity", gtupd_severity_name(rule->severity));
        add_member(builder, "party", gtupd_party_name(rule->party));
        add_member(builder, "section", rule->section);
        add_member(builder, "text", rule->text);
        add_member(builder, "advice", rule->advice);
        json_builder_end_object(builder);
    }
    json_builder_end_array(builder);
    json_builder_end_object(builder);
    gtupd_report_append_json(builder, 0, out);
    g_string_append_c(out, '\n');
}

void gtupd_catalogue_markdown(const GtupdReportOptions *options G_GNUC_UNUSED, GString *out)
{
    g_string_append(out, "| rule | severity | whose doing | § | meaning |\n| --- | --- | --- | --- | --- |\n");
    for (guint i = 0; i < GTUPD_RULE_COUNT; i++) {
        const GtupdRuleInfo *rule = gtupd_rule_info((GtupdRule)i);
        g_string_append_printf(out, "| `%s` | %s | %s | %s | %s |\n", rule->id, gtupd_severity_name(rule->severity),
                               gtupd_party_name(rule->party), rule->section ? rule->section : "", rule->text);
    }
}

static void explain_row(GtupdPage *page, const char *title, const char *text)
{
    enum {
        TEXT_AT = 12
    };
    gtupd_page_put(page, GTUPD_INK_DIM, title);
    gtupd_page_indent(page, TEXT_AT);
    gtupd_page_wrap(page, GTUPD_INK_PLAIN, TEXT_AT, text);
    gtupd_page_newline(page);
}

void gtupd_catalogue_explain(GtupdRule rule, const GtupdReportOptions *options, GString *out)
{
    GtupdPage page = {.out = out, .options = options};
    const GtupdRuleInfo *info = gtupd_rule_info(rule);
    gtupd_page_printf(&page, GTUPD_INK_BOLD, "%s", info->id);
    gtupd_page_put(&page, GTUPD_INK_PLAIN, ": ");
    gtupd_page_put(&page, gtupd_page_severity_ink(info->severity), gtupd_severity_name(info->severity));
    gtupd_page_newline(&page);
    explain_row(&page, "condition", info->text);
    explain_row(&page, "whose doing", gtupd_party_name(info->party));
    explain_row(&page, "section", info->section ? info->section : "none: the document does not speak of it");
    explain_row(&page, "what to do", info->advice);
}

GtupdRule gtupd_catalogue_nearest(const char *id)
{
    GtupdRule nearest = (GtupdRule)0;
    guint least = G_MAXUINT;
    for (guint i = 0; i < GTUPD_RULE_COUNT; i++) {
        const guint steps = gtupd_spelling_steps(id, gtupd_rule_info((GtupdRule)i)->id);
        if (steps < least) {
            least = steps;
            nearest = (GtupdRule)i;
        }
    }
    return nearest;
}
