/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The overview of the HTML report, over all devices: rows with a count, drawn as bars; and what was read. */
#include "html.h"

#include "causes.h"
#include "format.h"
#include "words.h"

#include <string.h>

#define CAPTURES_MAX 12 /* captures that are named */
#define BARS_MAX     8  /* causes, or rules, that are shown without being asked */
#define NAMED_MAX    3  /* devices, or servers, named with a cause */

static double part_of(guint64 count, guint64 all)
{
    return all > 0 ? (double)count / (double)all : 0;
}

/* A list whose first rows are shown, and the rest on demand. Takes the rows. */
static void set_with_rest(GtupdScope *scope, const char *name, const char *rest_name, GPtrArray *rows, GtupdFill fill)
{
    GPtrArray *shown = g_ptr_array_new(), *rest = g_ptr_array_new();
    for (guint i = 0; i < rows->len; i++)
        g_ptr_array_add(i < BARS_MAX ? shown : rest, rows->pdata[i]);
    gtupd_scope_rows(scope, name, shown, fill);
    gtupd_scope_rows(scope, rest_name, rest, fill);
    gtupd_scope_keep(scope, rows, (GDestroyNotify)g_ptr_array_unref);
}

typedef struct {
    guint index; /* of outcome or rule */
    guint64 count, before, all;
} Share;

static void share_add(GPtrArray *shares, guint index, guint64 count)
{
    Share share = {.index = index, .count = count};
    g_ptr_array_add(shares, g_memdup2(&share, sizeof share));
}

static gint compare_shares(gconstpointer a, gconstpointer b)
{
    const Share *left = *(Share *const *)a, *right = *(Share *const *)b;
    return left->count != right->count ? (left->count < right->count ? 1 : -1)
                                       : (left->index > right->index) - (left->index < right->index);
}

static void fill_outcome(GtupdScope *scope, gconstpointer item, gpointer user G_GNUC_UNUSED)
{
    const Share *share = item;
    GtupdOutcome outcome = (GtupdOutcome)share->index;
    double part = part_of(share->count, share->all);
    gtupd_scope_text(scope, "tone", gtupd_html_tone(gtupd_verdict(outcome)));
    gtupd_scope_text(scope, "words", gtupd_verdict_words(outcome));
    gtupd_scope_take(scope, "count", gtupd_format_count(share->count));
    gtupd_scope_printf(scope, "share", part < 0.01 ? "< 1 %%" : "%.0f %%", part * 100);
    gtupd_html_percent(scope, "from", part_of(share->before, share->all));
    gtupd_html_percent(scope, "width", part);
}

/* By verdict, the worst first, so that a colour is one stretch of the picture. */
static void set_outcomes(GtupdScope *scope, const GtupdModel *model, const guint64 counts[GTUPD_OUTCOMES])
{
    GPtrArray *outcomes = g_ptr_array_new_with_free_func(g_free);
    GString *words = g_string_new(NULL);
    guint64 before = 0;
    for (gsize i = 0; i < GTUPD_VERDICTS && model->updates > 1; i++)
        for (guint j = 0; j < GTUPD_OUTCOMES; j++) {
            if (counts[j] == 0 || gtupd_verdict((GtupdOutcome)j) != gtupd_html_order[i])
                continue;
            Share share = {.index = j, .count = counts[j], .before = before, .all = model->updates};
            g_ptr_array_add(outcomes, g_memdup2(&share, sizeof share));
            g_string_append_printf(words, "%s%" G_GUINT64_FORMAT " %s", before > 0 ? ", " : "", counts[j],
                                   gtupd_outcome_name((GtupdOutcome)j));
            before += counts[j];
        }
    gtupd_scope_rows(scope, "outcomes", outcomes, fill_outcome);
    gtupd_scope_take(scope, "stack_words", g_string_free(words, FALSE));
}

/* "a, b, c and 7 more" */
static char *names_dup(const GPtrArray *names)
{
    GString *words = g_string_new(NULL);
    for (guint i = 0; i < MIN(names->len, NAMED_MAX); i++)
        g_string_append_printf(words, "%s%s", i > 0 ? ", " : "", (const char *)names->pdata[i]);
    if (names->len > NAMED_MAX) {
        g_autofree char *more = gtupd_format_count(names->len - NAMED_MAX);
        g_string_append_printf(words, " and %s more", more);
    }
    return g_string_free(words, FALSE);
}

static void fill_cause(GtupdScope *scope, gconstpointer item, gpointer user)
{
    const GtupdHtml *html = user;
    const GtupdCauseCount *cause = item;
    gtupd_scope_text(scope, "words", gtupd_cause_words(cause->cause));
    gtupd_scope_take(scope, "count", gtupd_format_count(cause->updates));
    gtupd_scope_take(scope, "devices", names_dup(cause->devices));
    gtupd_scope_take(scope, "servers", names_dup(cause->servers));
    gtupd_html_percent(scope, "width", part_of(cause->updates, html->most));
}

static void set_causes(GtupdScope *scope, GtupdHtml *html)
{
    GPtrArray *causes = gtupd_causes_of(html->model);
    if (html->model->updates < 2)
        g_ptr_array_set_size(causes, 0);
    if (causes->len > 0)
        html->most = ((const GtupdCauseCount *)causes->pdata[0])->updates;
    set_with_rest(scope, "causes", "causes_rest", causes, fill_cause);
}

static void fill_severity(GtupdScope *scope, gconstpointer item, gpointer user G_GNUC_UNUSED)
{
    const Share *share = item;
    const char *name = gtupd_severity_name((GtupdSeverity)share->index);
    gtupd_scope_text(scope, "severity", name);
    gtupd_scope_take(scope, "words", gtupd_format_things(share->count, name));
}

static void fill_rule(GtupdScope *scope, gconstpointer item, gpointer user G_GNUC_UNUSED)
{
    const Share *share = item;
    const GtupdRuleInfo *rule = gtupd_rule_info((GtupdRule)share->index);
    gtupd_scope_text(scope, "severity", gtupd_severity_name(rule->severity));
    gtupd_scope_text(scope, "rule", rule->id);
    gtupd_scope_text(scope, "text", rule->text);
    gtupd_scope_take(scope, "count", gtupd_format_count(share->count));
    gtupd_html_percent(scope, "width", part_of(share->count, share->all));
}

static void set_findings(GtupdScope *scope, const GtupdHtml *html)
{
    const GtupdModel *model = html->model;
    guint64 counts[GTUPD_RULE_COUNT] = {0};
    GPtrArray *rules = g_ptr_array_new_with_free_func(g_free);
    GPtrArray *severities = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < model->findings->len; i++)
        if (gtupd_html_lists(html, model->findings->pdata[i]))
            counts[((GtupdModelFinding *)model->findings->pdata[i])->rule]++;
    for (guint i = 0; i < GTUPD_RULE_COUNT && model->updates != 1; i++)
        if (counts[i] > 0)
            share_add(rules, i, counts[i]);
    g_ptr_array_sort(rules, compare_shares);
    for (guint i = 0; i < rules->len; i++)
        ((Share *)rules->pdata[i])->all = ((Share *)rules->pdata[0])->count;
    for (guint i = GTUPD_SEVERITIES; i-- > 0;)
        if (model->severities[i] > 0)
            share_add(severities, i, model->severities[i]);
    set_with_rest(scope, "rules", "rules_rest", rules, fill_rule);
    gtupd_scope_rows(scope, "severities", severities, fill_severity);
    gtupd_scope_text(
        scope, "least",
        html->options->min_severity > GTUPD_SEVERITY_NOTE ? gtupd_severity_name(html->options->min_severity) : NULL);
}

typedef struct {
    const GtupdModelCapture *capture;
    guint number; /* 0: the only one */
} CaptureRow;

static void fill_capture(GtupdScope *scope, gconstpointer item, gpointer user G_GNUC_UNUSED)
{
    const CaptureRow *row = item;
    const GtupdModelCapture *capture = row->capture;
    gboolean any = capture->packets > 0;
    gtupd_scope_take(scope, "number", row->number > 0 ? g_strdup_printf("%u", row->number) : NULL);
    gtupd_scope_text(scope, "file", strcmp(capture->file, "-") == 0 ? "standard input" : capture->file);
    gtupd_scope_take(scope, "packets", gtupd_format_things(capture->packets, "packet"));
    gtupd_scope_take(scope, "date", any ? gtupd_format_date(capture->first_time) : NULL);
    gtupd_scope_take(scope, "clock", gtupd_format_clock(capture->first_time));
    gtupd_scope_take(scope, "length", gtupd_format_duration(capture->last_time - capture->first_time));
}

static void set_captures(GtupdScope *scope, const GtupdHtml *html)
{
    const GArray *captures = html->model->captures;
    guint listed = html->options->verbose ? captures->len : MIN(captures->len, CAPTURES_MAX);
    GPtrArray *rows = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < listed; i++) {
        CaptureRow row = {.capture = &g_array_index(captures, GtupdModelCapture, i),
                          .number = captures->len > 1 ? i + 1 : 0};
        g_ptr_array_add(rows, g_memdup2(&row, sizeof row));
    }
    gtupd_scope_rows(scope, "captures", rows, fill_capture);
    gtupd_scope_take(scope, "captures_more",
                     listed < captures->len ? gtupd_format_count(captures->len - listed) : NULL);
    gtupd_scope_flag(scope, "several_captures", captures->len > 1);
    gtupd_scope_take(scope, "heard", gtupd_words_heard(html->model));
}

void gtupd_html_overview(GtupdScope *scope, GtupdHtml *html, const guint64 outcomes[GTUPD_OUTCOMES])
{
    set_outcomes(scope, html->model, outcomes);
    set_causes(scope, html);
    set_findings(scope, html);
    set_captures(scope, html);
}
