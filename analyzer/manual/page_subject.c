/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "diagnosis.h"
#include "event.h"
#include "fields.h"
#include "pages.h"
#include "roff.h"
#include "rules.h"

static void add_rule(GString *out, const GtupdRuleInfo *rule)
{
    g_autofree char *section = rule->section ? g_strdup_printf(", §%s", rule->section) : g_strdup("");
    g_autofree char *qualities =
        g_strdup_printf(" (%s, %s%s)", gtupd_severity_name(rule->severity), gtupd_party_name(rule->party), section);
    roff_term(out, rule->id, qualities);
    roff_text(out, rule->text);
    g_string_append(out, ".br\n");
    g_autofree char *advice = g_strdup_printf("What to do: %s", rule->advice);
    roff_text(out, advice);
}

static void add_rules(GString *out)
{
    roff_section(out, "rules");
    roff_text(out, "A finding is one rule, met once, anchored to one message. An error is against the document; a "
                   "warning is wrong, but the document leaves room or the capture may be to blame; a note is worth "
                   "knowing. Behind each rule stand its severity, whose doing it is, and the document's section.");
    for (guint i = 0; i < GTUPD_RULE_COUNT; i++)
        add_rule(out, gtupd_rule_info((GtupdRule)i));
}

static void add_outcomes(GString *out)
{
    g_autoptr(GString) list = g_string_new("An update ends, or stands when the capture ends, as one of:");
    for (guint i = 0; i < GTUPD_OUTCOMES; i++)
        g_string_append_printf(list, "%s %s", i > 0 ? "," : "", gtupd_outcome_name((GtupdOutcome)i));
    g_string_append_c(list, '.');
    roff_section(out, "outcomes");
    roff_text(out, list->str);
}

static void add_causes(GString *out)
{
    g_autoptr(GString) list = g_string_new("The diagnosis of an update that did not succeed names one cause:");
    for (guint i = 0; i < GTUPD_CAUSE_COUNT; i++)
        g_string_append_printf(list, "%s %s", i > 0 ? "," : "", gtupd_cause_name((GtupdCause)i));
    g_string_append(list, ". It is proven, likely or possible, and tells the frames that show it.");
    roff_section(out, "causes");
    roff_text(out, list->str);
}

static void add_field(GString *out, const Field *field)
{
    g_autofree char *type = g_strdup_printf(" (%s)", fields_type_name(field->type));
    roff_term(out, field->filter, type);
    g_autofree char *sentence =
        field->help ? g_strdup_printf("%s. %s.", field->title, field->help) : g_strdup_printf("%s.", field->title);
    roff_text(out, sentence);
}

static void add_fields(GString *out, const GArray *fields)
{
    roff_section(out, "wireshark");
    roff_text(out,
              "With the plugin, Wireshark and tshark know the protocols attrack (the envelope of every message) and "
              "gtupd (the firmware update), and these fields, by which packets can be filtered:");
    for (guint i = 0; i < fields->len; i++)
        add_field(out, &g_array_index(fields, Field, i));
    roff_paragraph(out, "Each finding is expert info, too, with the name gtupd.rule. and the rule, such as "
                        "gtupd.rule.phase-skipped.");
}

void page_subject(GString *out, const GArray *fields)
{
    roff_title(out, "GTUPD", 7, "Miscellaneous Information");
    roff_section(out, "name");
    roff_text(out, "gtupd - Queclink GTUPD firmware updates: rules, causes, and Wireshark fields");
    roff_section(out, "description");
    roff_text(out, "Queclink CV200 dash cams update their firmware over the air: AT+GTUPD commands start and stop an "
                   "update, +ACK:GTUPD acknowledges them, +RESP:GTUPD and +BUFF:GTUPD report each step with a code. "
                   "The document is the CV200 @Tracker Air Interface Firmware Update Protocol (QSZTRACCV200FTAN0101, "
                   "v1.01); the section numbers below are its own.");
    add_rules(out);
    add_outcomes(out);
    add_causes(out);
    add_fields(out, fields);
    roff_section(out, "see also");
    roff_text(out, "gtupd-analyzer(1), wireshark-filter(4), tshark(1)");
}
