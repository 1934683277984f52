/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Devices and findings in the HTML report. */
#include "html.h"

#include "format.h"
#include "words.h"

#include <string.h>

#define OPEN_MAX      12 /* so many devices, or updates of one, are opened without being asked */
#define SAME_RULE_MAX 3  /* findings of one rule that stand in no update, named for a device */

/* Findings */

gboolean gtupd_html_lists(const GtupdHtml *html, const GtupdModelFinding *finding)
{
    return gtupd_model_severity(finding) >= html->options->min_severity;
}

void gtupd_html_finding(GtupdScope *scope, gconstpointer item, gpointer user)
{
    GtupdHtml *html = user;
    const GtupdModelFinding *finding = item;
    const GtupdRuleInfo *rule = gtupd_rule_info(finding->rule);
    gtupd_scope_text(scope, "severity", gtupd_severity_name(rule->severity));
    gtupd_scope_text(scope, "rule", rule->id);
    gtupd_scope_text(scope, "section", finding->section);
    gtupd_scope_text(scope, "message", finding->message);
    gtupd_scope_text(scope, "word", finding->event.word);
    gtupd_scope_text(scope, "advice", html->advised[finding->rule] ? NULL : rule->advice);
    gtupd_html_time(scope, finding->event.anchor.time);
    gtupd_html_frame(scope, html, &finding->event.anchor);
    html->advised[finding->rule] = TRUE;
}

typedef struct {
    GtupdRule rule;
    guint count;
} More;

static void fill_more(GtupdScope *scope, gconstpointer item, gpointer user G_GNUC_UNUSED)
{
    const More *more = item;
    gtupd_scope_take(scope, "count", gtupd_format_count(more->count));
    gtupd_scope_text(scope, "rule", gtupd_rule_info(more->rule)->id);
}

static GPtrArray *left_out(const guint *counts)
{
    GPtrArray *left = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < GTUPD_RULE_COUNT; i++)
        if (counts[i] > SAME_RULE_MAX)
            g_ptr_array_add(left,
                            g_memdup2(&(More){.rule = (GtupdRule)i, .count = counts[i] - SAME_RULE_MAX}, sizeof(More)));
    return left;
}

void gtupd_html_loose_findings(GtupdScope *scope, const GtupdHtml *html, const GPtrArray *findings, const char *name,
                               const char *more)
{
    guint counts[GTUPD_RULE_COUNT] = {0};
    GPtrArray *listed = g_ptr_array_new();
    for (guint i = 0; i < findings->len; i++) {
        GtupdModelFinding *finding = findings->pdata[i];
        if (gtupd_html_lists(html, finding) && (counts[finding->rule]++ < SAME_RULE_MAX || html->options->verbose))
            g_ptr_array_add(listed, finding);
    }
    gtupd_scope_rows(scope, name, listed, gtupd_html_finding);
    gtupd_scope_rows(scope, more, html->options->verbose ? g_ptr_array_new() : left_out(counts), fill_more);
}

/* Pills */

static void tally_outcomes(GPtrArray *tallies, const GtupdModelDevice *device)
{
    guint counts[GTUPD_OUTCOMES] = {0};
    for (guint i = 0; i < device->updates->len; i++)
        counts[((GtupdModelUpdate *)device->updates->pdata[i])->outcome]++;
    for (guint i = 0; i < GTUPD_OUTCOMES; i++) {
        if (counts[i] == 0)
            continue;
        g_autofree char *name = g_strdelimit(g_strdup(gtupd_outcome_name((GtupdOutcome)i)), "-", ' ');
        char *words = counts[i] > 1 ? g_strdup_printf("%u × %s", counts[i], name) : g_strdup(name);
        gtupd_html_words_add(tallies, gtupd_html_tone(gtupd_verdict((GtupdOutcome)i)), words);
    }
}

static void tally_findings(GPtrArray *tallies, const GtupdHtml *html, const GtupdModelDevice *device)
{
    guint counts[GTUPD_SEVERITIES] = {0};
    for (guint i = 0; i < device->findings->len; i++)
        counts[gtupd_model_severity(device->findings->pdata[i])]++;
    for (guint i = GTUPD_SEVERITIES; i-- > html->options->min_severity;) {
        const char *name = gtupd_severity_name((GtupdSeverity)i);
        if (counts[i] > 0)
            gtupd_html_words_add(tallies, name, gtupd_format_things(counts[i], name));
    }
}

void gtupd_html_tallies(GtupdScope *scope, const GtupdHtml *html, const GtupdModelDevice *device)
{
    GPtrArray *tallies = gtupd_html_words_new();
    tally_outcomes(tallies, device);
    tally_findings(tallies, html, device);
    gtupd_scope_rows(scope, "tallies", tallies, gtupd_html_words);
}

/* The device */

GtupdVerdict gtupd_html_worst(const GtupdModelDevice *device)
{
    GtupdVerdict worst = GTUPD_VERDICT_GOOD;
    for (guint i = 0; i < device->updates->len; i++)
        worst = MAX(worst, gtupd_verdict(((GtupdModelUpdate *)device->updates->pdata[i])->outcome));
    return worst;
}

static char *facts_dup(const GtupdModelDevice *device)
{
    GString *facts = g_string_new(device->is_meid ? "MEID" : "IMEI");
    if (device->type[0])
        g_string_append_printf(facts, ", type %s", device->type);
    if (device->version[0])
        g_string_append_printf(facts, ", protocol %s", device->version);
    g_autofree char *messages = gtupd_format_things(device->counts.messages, "message");
    g_string_append_printf(facts, ", %s", messages);
    return g_string_free(facts, FALSE);
}

/* When it was last heard of, for a device that is told in one line. */
static char *last_dup(const GtupdHtml *html, const GtupdModelDevice *device)
{
    if (device->updates->len == 0)
        return NULL;
    const GtupdModelUpdate *last = device->updates->pdata[device->updates->len - 1];
    const GtupdEvent *event = gtupd_verdict_event(last);
    if (!event)
        return NULL;
    g_autofree char *date = gtupd_format_date(event->anchor.time);
    g_autofree char *clock = gtupd_format_clock(event->anchor.time);
    g_autofree char *frame = gtupd_words_frame(html->model, &event->anchor);
    return g_strdup_printf("last %s %s, frame %s", date, clock, frame);
}

static void sort_findings(GtupdHtml *html, const GtupdModelDevice *device)
{
    g_hash_table_remove_all(html->findings);
    for (guint i = 0; i < device->findings->len; i++) {
        GtupdModelFinding *finding = device->findings->pdata[i];
        GPtrArray *findings = g_hash_table_lookup(html->findings, GUINT_TO_POINTER(finding->update));
        if (!findings) {
            findings = g_ptr_array_new();
            g_hash_table_insert(html->findings, GUINT_TO_POINTER(finding->update), findings);
        }
        g_ptr_array_add(findings, finding);
    }
}

static gboolean is_open(const GtupdHtml *html, const GtupdModelDevice *device)
{
    if (html->shown == 1)
        return TRUE;
    return html->troubled <= OPEN_MAX && gtupd_trouble_of(device, html->options->min_severity) != GTUPD_TROUBLE_NONE;
}

void gtupd_html_device(GtupdScope *scope, gconstpointer item, gpointer user)
{
    GtupdHtml *html = user;
    const GtupdModelDevice *device = item;
    const gboolean full = gtupd_html_full(scope, html);
    gtupd_scope_text(scope, "id", device->id);
    gtupd_scope_text(scope, "name", device->name);
    gtupd_scope_text(scope, "tone", device->updates->len > 0 ? gtupd_html_tone(gtupd_html_worst(device)) : NULL);
    gtupd_html_tallies(scope, html, device);
    if (!full) {
        gtupd_scope_take(scope, "last", last_dup(html, device));
        return;
    }
    memset(html->advised, 0, sizeof html->advised);
    sort_findings(html, device);
    gtupd_scope_flag(scope, "open", is_open(html, device));
    gtupd_scope_take(scope, "facts", facts_dup(device));
    gtupd_scope_rows(scope, "updates", g_ptr_array_ref(device->updates), gtupd_html_update);
    const GPtrArray *loose = g_hash_table_lookup(html->findings, GUINT_TO_POINTER(0));
    g_autoptr(GPtrArray) none = g_ptr_array_new();
    gtupd_html_loose_findings(scope, html, loose ? loose : none, "findings", "findings_more");
}
