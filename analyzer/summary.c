/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "summary.h"

#include "causes.h"
#include "format.h"
#include "verdict.h"
#include "words.h"

#include <string.h>

#define LISTED_MAX 10 /* updates named in the verdict */

typedef struct {
    GtupdPage *page;
    const GtupdModel *model;
    const GtupdReportOptions *options;
} Summary;

/* The verdict */

/* Why, in few words: the sentence and its frames stand with the update. */
static void append_cause(GString *line, const GtupdDiagnosis *diagnosis)
{
    g_string_append_printf(line, ": %s (", gtupd_cause_words(diagnosis->cause));
    if (diagnosis->culprit != GTUPD_CULPRIT_NONE)
        g_string_append_printf(line, "%s, ", gtupd_culprit_name(diagnosis->culprit));
    g_string_append_printf(line, "%s)", gtupd_confidence_name(diagnosis->confidence));
}

static void put_update_verdict(const Summary *summary, const GtupdModelDevice *device, const GtupdModelUpdate *update)
{
    g_autofree char *verdict = gtupd_verdict_dup(update);
    const GtupdEvent *event = gtupd_verdict_event(update);
    g_autofree char *frame = event ? gtupd_words_frame(summary->model, &event->anchor) : NULL;
    gboolean good = gtupd_verdict(update->outcome) == GTUPD_VERDICT_GOOD;
    g_autoptr(GString) line = g_string_new(NULL);
    g_string_append_printf(line, "%s #%u%s%s", device->id, update->number, good ? "" : " ", good ? "" : verdict);
    if (frame)
        g_string_append_printf(line, ", frame %s", frame);
    if (!good && update->diagnosis && update->diagnosis->cause != GTUPD_CAUSE_UNKNOWN)
        append_cause(line, update->diagnosis);
    gtupd_page_wrap(summary->page, GTUPD_INK_PLAIN, 4, line->str);
    gtupd_page_newline(summary->page);
}

static guint count_updates(const GtupdModel *model, GtupdVerdict verdict)
{
    guint count = 0;
    for (guint i = 0; i < model->devices->len; i++) {
        const GtupdModelDevice *device = model->devices->pdata[i];
        for (guint j = 0; j < device->updates->len; j++)
            count += gtupd_verdict(((GtupdModelUpdate *)device->updates->pdata[j])->outcome) == verdict;
    }
    return count;
}

static void list_updates(const Summary *summary, GtupdVerdict verdict, guint count)
{
    guint listed = 0;
    for (guint i = 0; i < summary->model->devices->len; i++) {
        const GtupdModelDevice *device = summary->model->devices->pdata[i];
        for (guint j = 0; j < device->updates->len; j++) {
            const GtupdModelUpdate *update = device->updates->pdata[j];
            if (gtupd_verdict(update->outcome) != verdict)
                continue;
            if (listed++ == LISTED_MAX) {
                gtupd_page_printf(summary->page, GTUPD_INK_PLAIN, "  and %u more, below", count - LISTED_MAX);
                gtupd_page_newline(summary->page);
                return;
            }
            /* A single one stands behind its headline, several below it. */
            gtupd_page_indent(summary->page, summary->page->column > 0 ? summary->page->column + 1 : 2);
            put_update_verdict(summary, device, update);
        }
    }
}

typedef struct {
    GtupdVerdict verdict;
    gboolean named; /* its updates are named: somebody has to look at them */
} Headline;

/* What is wrong comes first. */
static const Headline headlines[] = {
    {GTUPD_VERDICT_FAILED, TRUE},
    {GTUPD_VERDICT_UNCLEAR, TRUE},
    {GTUPD_VERDICT_STOPPED, TRUE},
    {GTUPD_VERDICT_GOOD, FALSE},
};

static void put_headline(const Summary *summary, const Headline *headline)
{
    guint count = count_updates(summary->model, headline->verdict);
    guint all = (guint)summary->model->updates;
    gboolean named = headline->named || all == 1;
    if (count == 0)
        return;
    g_autofree char *words = gtupd_words_headline(headline->verdict, count, all);
    gtupd_page_printf(summary->page, gtupd_page_verdict_ink(headline->verdict), "%s%s", words, named ? ":" : ".");
    if (!named || count > 1)
        gtupd_page_newline(summary->page);
    if (named)
        list_updates(summary, headline->verdict, count);
}

static void put_nothing_found(const Summary *summary)
{
    gtupd_page_printf(summary->page, GTUPD_INK_BOLD, "%s.", gtupd_words_nothing_found(summary->model));
    gtupd_page_newline(summary->page);
    if (summary->model->counts.messages > 0 || summary->model->only || !gtupd_model_has_packets(summary->model))
        return;
    gtupd_page_wrap(summary->page, GTUPD_INK_PLAIN, 0,
                    "There is no @Track message at all: is this the right place to capture, and is the traffic "
                    "TCP or UDP, in clear text?");
    gtupd_page_newline(summary->page);
}

static void put_finding_totals(const Summary *summary)
{
    const guint64 *severities = summary->model->severities;
    gboolean any = FALSE;
    gtupd_page_put(summary->page, GTUPD_INK_PLAIN, "Findings: ");
    for (guint i = GTUPD_SEVERITIES; i-- > 0;) {
        if (severities[i] == 0)
            continue;
        g_autofree char *things = gtupd_format_things(severities[i], gtupd_severity_name((GtupdSeverity)i));
        if (any)
            gtupd_page_put(summary->page, GTUPD_INK_PLAIN, ", ");
        gtupd_page_put(summary->page, gtupd_page_severity_ink((GtupdSeverity)i), things);
        any = TRUE;
    }
    gtupd_page_put(summary->page, GTUPD_INK_PLAIN, any ? "." : "none.");
    if (summary->options->min_severity > GTUPD_SEVERITY_NOTE)
        gtupd_page_printf(summary->page, GTUPD_INK_DIM, " Listed below: %s and above.",
                          gtupd_severity_name(summary->options->min_severity));
    gtupd_page_newline(summary->page);
}

static void put_left_out(const Summary *summary)
{
    const GtupdModelLeftOut *left_out = &summary->model->left_out;
    if (!left_out->is_known)
        return;
    g_autofree char *updates = gtupd_format_things(left_out->updates, "update");
    g_autofree char *findings = gtupd_format_things(left_out->findings, "finding");
    g_autofree char *devices = gtupd_format_things(left_out->devices, "whole device");
    gtupd_page_printf(summary->page, GTUPD_INK_PLAIN, "Not selected: %s, %s; %s.", updates, findings, devices);
    gtupd_page_newline(summary->page);
}

static void put_warning(const Summary *summary, const char *title, const char *words)
{
    gtupd_page_put(summary->page, GTUPD_INK_RED, title);
    gtupd_page_put(summary->page, GTUPD_INK_PLAIN, " ");
    gtupd_page_wrap(summary->page, GTUPD_INK_PLAIN, 2, words);
    gtupd_page_newline(summary->page);
}

static void put_drops(const Summary *summary)
{
    for (guint i = 0; i < summary->model->captures->len; i++) {
        const GtupdModelCapture *capture = &g_array_index(summary->model->captures, GtupdModelCapture, i);
        if (capture->dropped == 0)
            continue;
        g_autofree char *words = gtupd_words_dropped(capture);
        put_warning(summary, "NOT ALL WAS CAPTURED:", words);
    }
}

static void put_limits(const Summary *summary)
{
    for (guint i = 0; i < GTUPD_LIMITS; i++) {
        if (summary->model->limits[i] == 0)
            continue;
        g_autofree char *words = gtupd_words_limit((GtupdLimit)i, summary->model->limits[i]);
        put_warning(summary, "LIMIT REACHED", words);
    }
}

static void put_cause(const Summary *summary, const GtupdCauseCount *count)
{
    g_autofree char *updates = gtupd_format_things(count->updates, "update");
    g_autoptr(GString) words = g_string_new(NULL);
    g_string_append_printf(words, ", %s, %s: ", gtupd_cause_words(count->cause), updates);
    for (guint i = 0; i < count->devices->len && i < LISTED_MAX; i++)
        g_string_append_printf(words, "%s%s", i > 0 ? ", " : "", (const char *)count->devices->pdata[i]);
    if (count->devices->len > LISTED_MAX)
        g_string_append_printf(words, " and %u more devices", count->devices->len - LISTED_MAX);
    for (guint i = 0; i < count->servers->len && i < LISTED_MAX; i++)
        g_string_append_printf(words, "%s%s", i > 0 ? ", " : "; server ", (const char *)count->servers->pdata[i]);
    gtupd_page_put(summary->page, GTUPD_INK_PLAIN, "  ");
    gtupd_page_printf(summary->page, GTUPD_INK_BOLD, "%s", gtupd_cause_name(count->cause));
    gtupd_page_wrap(summary->page, GTUPD_INK_PLAIN, 4, words->str);
    gtupd_page_newline(summary->page);
}

/* Where several did not succeed: what they have in common. */
static void put_causes(const Summary *summary)
{
    g_autoptr(GPtrArray) causes = gtupd_causes_of(summary->model);
    guint updates = 0;
    for (guint i = 0; i < causes->len; i++)
        updates += ((GtupdCauseCount *)causes->pdata[i])->updates;
    if (updates < 2)
        return;
    gtupd_page_put(summary->page, GTUPD_INK_BOLD, "Causes:");
    gtupd_page_newline(summary->page);
    for (guint i = 0; i < causes->len; i++)
        put_cause(summary, causes->pdata[i]);
}

/* What was read */

static void put_capture(const Summary *summary, guint index)
{
    const GtupdModelCapture *capture = &g_array_index(summary->model->captures, GtupdModelCapture, index);
    g_autofree char *packets = gtupd_format_things(capture->packets, "packet");
    if (summary->model->captures->len > 1)
        gtupd_page_printf(summary->page, GTUPD_INK_BOLD, "  %u: ", index + 1);
    else
        gtupd_page_put(summary->page, GTUPD_INK_PLAIN, "Read: ");
    GString *words = g_string_new(NULL);
    g_string_append_printf(words, "%s, %s", strcmp(capture->file, "-") == 0 ? "standard input" : capture->file,
                           packets);
    if (capture->packets > 0) {
        g_autofree char *date = gtupd_format_date(capture->first_time);
        g_autofree char *clock = gtupd_format_clock(capture->first_time);
        g_autofree char *length = gtupd_format_duration(capture->last_time - capture->first_time);
        g_string_append_printf(words, ", from %s %s UTC on, %s", date, clock, length);
    }
    gtupd_page_wrap(summary->page, GTUPD_INK_PLAIN, summary->page->column, words->str);
    gtupd_page_newline(summary->page);
    g_string_free(words, TRUE);
}

static void put_captures(const Summary *summary)
{
    enum {
        CAPTURES_MAX = 12
    };
    const GtupdModel *model = summary->model;
    guint count = model->captures->len;
    if (count > 1) {
        gtupd_page_printf(summary->page, GTUPD_INK_PLAIN, "Read: %u captures as one; frame 2:17 is capture 2, frame 17",
                          count);
        gtupd_page_newline(summary->page);
    }
    guint listed = summary->options->verbose || count <= CAPTURES_MAX ? count : CAPTURES_MAX;
    for (guint i = 0; i < listed; i++)
        put_capture(summary, i);
    if (listed < count) {
        gtupd_page_printf(summary->page, GTUPD_INK_PLAIN, "  and %u more (-v names them)", count - listed);
        gtupd_page_newline(summary->page);
    }
    g_autofree char *heard = gtupd_words_heard(model);
    g_autofree char *words = g_strdup_printf("Heard: %s", heard);
    gtupd_page_wrap(summary->page, GTUPD_INK_PLAIN, 2, words);
    gtupd_page_newline(summary->page);
}

void gtupd_summary_put(GtupdPage *page, const GtupdModel *model, const GtupdReportOptions *options)
{
    const Summary summary = {page, model, options};
    if (model->updates == 0)
        put_nothing_found(&summary);
    for (gsize i = 0; i < G_N_ELEMENTS(headlines); i++)
        put_headline(&summary, &headlines[i]);
    put_causes(&summary);
    put_finding_totals(&summary);
    put_left_out(&summary);
    for (guint i = 0; i < model->captures->len; i++) {
        const char *error = g_array_index(model->captures, GtupdModelCapture, i).error;
        if (error)
            put_warning(&summary, "NOT ALL WAS READ:", error);
    }
    put_drops(&summary);
    put_limits(&summary);
    gtupd_page_gap(page);
    put_captures(&summary);
}
