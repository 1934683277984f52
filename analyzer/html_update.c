/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One update in the HTML report: verdict and diagnosis, what was found, message by message. */
#include "html.h"

#include "download.h"
#include "format.h"
#include "words.h"

#define OPEN_MAX     12  /* so many updates of a device are opened without being asked */
#define FINDINGS_MAX 200 /* of one update that are listed */

/* Downloads */

static void fill_download(GtupdScope *scope, gconstpointer item, gpointer user)
{
    const GtupdHtml *html = user;
    const GtupdTransfer *transfer = item;
    gtupd_scope_text(scope, "tone", gtupd_html_transfer_tone(transfer));
    gtupd_scope_take(scope, "words", gtupd_download_words_dup(transfer, TRUE));
    gtupd_html_time(scope, transfer->request.time);
    gtupd_html_frame(scope, html, &transfer->request);
}

/* Message by message */

/* A message, or the capture's end, in the course of the update. */
typedef struct {
    gint64 time;
    gint64 previous;         /* of the message before; 0 none */
    const GtupdEvent *event; /* NULL: the capture's end */
    GPtrArray *found;        /* its findings */
} Row;

static void row_free(gpointer data)
{
    Row *row = data;
    g_clear_pointer(&row->found, g_ptr_array_unref);
    g_free(row);
}

static void row_add(GPtrArray *rows, gint64 time, gint64 previous, const GtupdEvent *event, GPtrArray *found)
{
    Row *row = g_new0(Row, 1);
    *row = (Row){.time = time, .previous = previous, .event = event, .found = found};
    g_ptr_array_add(rows, row);
}

static void fill_rule(GtupdScope *scope, gconstpointer item, gpointer user G_GNUC_UNUSED)
{
    const GtupdModelFinding *finding = item;
    gtupd_scope_text(scope, "rule", gtupd_rule_info(finding->rule)->id);
    gtupd_scope_text(scope, "severity", gtupd_severity_name(gtupd_model_severity(finding)));
}

static void set_since(GtupdScope *scope, gint64 time, gint64 previous)
{
    g_autofree char *since = previous != 0 ? gtupd_format_duration(time - previous) : NULL;
    gtupd_scope_printf(scope, "since", "%s%s", since && time >= previous ? "+" : "", since ? since : "");
}

static void fill_event(GtupdScope *scope, gconstpointer item, gpointer user)
{
    const GtupdHtml *html = user;
    const Row *row = item;
    const GtupdEvent *event = row->event;
    g_autofree char *date = gtupd_format_date(row->time);
    g_autofree char *previous = row->previous != 0 ? gtupd_format_date(row->previous) : NULL;
    gtupd_scope_text(scope, "date", g_strcmp0(date, previous) == 0 ? NULL : date);
    gtupd_scope_take(scope, "clock", gtupd_format_clock(row->time));
    gtupd_scope_text(scope, "direction", event->uplink ? "up" : "down");
    gtupd_scope_text(scope, "arrow", event->uplink ? "←" : "→");
    gtupd_scope_take(scope, "words", gtupd_words_event(event, TRUE));
    gtupd_html_frame(scope, html, &event->anchor);
    set_since(scope, row->time, row->previous);
    gtupd_scope_rows(scope, "rules", g_ptr_array_ref(row->found), fill_rule);
}

static GPtrArray *found_at(const GPtrArray *findings, const GtupdAnchor *anchor)
{
    GPtrArray *found = g_ptr_array_new();
    for (guint i = 0; i < findings->len; i++) {
        GtupdModelFinding *finding = findings->pdata[i];
        if (gtupd_anchor_equal(&finding->event.anchor, anchor))
            g_ptr_array_add(found, finding);
    }
    return found;
}

static void fill_capture_end(GtupdScope *scope, gconstpointer item, gpointer user G_GNUC_UNUSED)
{
    const Row *row = item;
    gtupd_html_time(scope, row->time);
    set_since(scope, row->time, row->previous);
}

static void set_course(GtupdScope *scope, const GtupdHtml *html, const GtupdModelUpdate *update,
                       const GPtrArray *findings)
{
    GPtrArray *events = g_ptr_array_new_with_free_func(row_free);
    GPtrArray *capture_end = g_ptr_array_new_with_free_func(row_free);
    guint shown = MIN(update->events->len, GTUPD_HTML_EVENTS_MAX);
    gint64 previous = 0;
    for (guint i = 0; i < shown; i++) {
        const GtupdEvent *event = &g_array_index(update->events, GtupdEvent, i);
        row_add(events, event->anchor.time, previous, event, found_at(findings, &event->anchor));
        previous = event->anchor.time;
    }
    if (gtupd_verdict_is_open(update->outcome))
        row_add(capture_end, html->end_time, previous, NULL, NULL);
    g_autofree char *count = gtupd_format_things(update->events->len, "message");
    if (shown < update->events->len)
        gtupd_scope_printf(scope, "event_count", "%s, the first %u of them", count, shown);
    else
        gtupd_scope_text(scope, "event_count", count);
    gtupd_scope_rows(scope, "events", events, fill_event);
    gtupd_scope_rows(scope, "capture_end", capture_end, fill_capture_end);
}

/* Diagnosis */

static char *frames_dup(const GtupdHtml *html, const GArray *frames)
{
    GString *words = g_string_new(NULL);
    for (guint i = 0; i < frames->len; i++) {
        g_autofree char *frame = gtupd_words_frame(html->model, &g_array_index(frames, GtupdAnchor, i));
        g_string_append_printf(words, "%s%s", i > 0 ? ", " : frames->len == 1 ? "frame " : "frames ", frame);
    }
    return g_string_free(words, FALSE);
}

static void fill_diagnosis(GtupdScope *scope, gconstpointer item, gpointer user)
{
    const GtupdHtml *html = user;
    const GtupdDiagnosis *diagnosis = item;
    GString *doubts = g_string_new(NULL);
    for (guint i = 0; i < diagnosis->doubts->len; i++)
        g_string_append_printf(doubts, "%s%s", i > 0 ? "; " : "", (const char *)diagnosis->doubts->pdata[i]);
    gtupd_scope_text(scope, "sentence", diagnosis->sentence);
    gtupd_scope_text(scope, "cause", gtupd_cause_name(diagnosis->cause));
    gtupd_scope_text(scope, "culprit",
                     diagnosis->culprit == GTUPD_CULPRIT_NONE ? NULL : gtupd_culprit_name(diagnosis->culprit));
    gtupd_scope_text(scope, "confidence", gtupd_confidence_name(diagnosis->confidence));
    gtupd_scope_take(scope, "frames", frames_dup(html, diagnosis->frames));
    gtupd_scope_take(scope, "doubts", g_string_free(doubts, FALSE));
    gtupd_scope_text(scope, "refuted_by", diagnosis->refuted_by);
}

static void set_diagnosis(GtupdScope *scope, const GtupdModelUpdate *update)
{
    GPtrArray *rows = g_ptr_array_new();
    if (update->diagnosis)
        g_ptr_array_add(rows, update->diagnosis);
    gtupd_scope_rows(scope, "diagnosis", rows, fill_diagnosis);
}

static char *versions_dup(const GtupdModelUpdate *update)
{
    const char *before = update->version_before.firmware, *after = update->version_after.firmware;
    if (!before[0] && !after[0])
        return NULL;
    return g_strdup_printf("Firmware (GTVER): %s before, %s after", before[0] ? before : "unknown",
                           after[0] ? after : "unknown");
}

/* The update */

static GPtrArray *listed_findings(const GtupdHtml *html, const GtupdModelUpdate *update)
{
    GPtrArray *listed = g_ptr_array_new();
    const GPtrArray *all = g_hash_table_lookup(html->findings, GUINT_TO_POINTER(update->number));
    for (guint i = 0; all && i < all->len && listed->len < FINDINGS_MAX; i++)
        if (gtupd_html_lists(html, all->pdata[i]))
            g_ptr_array_add(listed, all->pdata[i]);
    return listed;
}

static void set_title(GtupdScope *scope, const GtupdModelUpdate *update)
{
    gtupd_scope_printf(scope, "number", "%u", update->number);
    gtupd_scope_text(scope, "tone", gtupd_html_tone(gtupd_verdict(update->outcome)));
    gtupd_scope_text(scope, "type", gtupd_update_type_name(update->type));
    gtupd_scope_take(scope, "verdict", gtupd_verdict_dup(update));
    gtupd_scope_take(scope, "length",
                     update->end_time != 0 ? gtupd_format_duration(update->end_time - update->start_time) : NULL);
    gtupd_html_time(scope, update->start_time);
}

static void set_details(GtupdScope *scope, const GtupdHtml *html, const GtupdModelUpdate *update)
{
    g_autoptr(GPtrArray) findings = listed_findings(html, update);
    GtupdTimeline *timeline = gtupd_timeline_new(update, html->end_time);
    gtupd_scope_keep(scope, timeline, (GDestroyNotify)gtupd_timeline_free);
    gboolean clean = gtupd_verdict(update->outcome) == GTUPD_VERDICT_GOOD && findings->len == 0;
    gtupd_scope_flag(scope, "open", html->model->updates == 1 || (!clean && update->number <= OPEN_MAX));
    gtupd_scope_take(scope, "command",
                     update->command ? gtupd_words_command(update->command, html->options->secrets) : NULL);
    gtupd_scope_take(scope, "versions", versions_dup(update));
    gtupd_scope_rows(scope, "downloads", g_ptr_array_ref(update->transfers), fill_download);
    set_diagnosis(scope, update);
    gtupd_html_picture(scope, timeline, update, findings);
    set_course(scope, html, update, findings);
    gtupd_scope_rows(scope, "findings", g_ptr_array_ref(findings), gtupd_html_finding);
}

void gtupd_html_update(GtupdScope *scope, gconstpointer item, gpointer user)
{
    GtupdHtml *html = user;
    const GtupdModelUpdate *update = item;
    const gboolean full = gtupd_html_full(scope, html);
    set_title(scope, update);
    const GtupdEvent *event = gtupd_verdict_event(update);
    gtupd_scope_take(scope, "frame", event ? gtupd_words_frame(html->model, &event->anchor) : NULL);
    if (full)
        set_details(scope, html, update);
}
