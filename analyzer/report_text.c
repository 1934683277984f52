/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The report for people: first the answer, then what was read, then the devices, those with trouble first, each with
 * its updates message by message and every finding under the message it is about.
 */
#include "download.h"
#include "format.h"
#include "page.h"
#include "summary.h"
#include "trouble.h"
#include "verdict.h"
#include "words.h"

#include <string.h>

#define IDLE_MAX      20 /* devices without an update that are named */
#define SAME_RULE_MAX 3  /* findings of one rule that stand in no update's course, named for a device */

/* Columns of an update's course. */
#define FRAME_WIDTH 9
#define TIME_AT     11
#define SINCE_AT    25
#define ARROW_AT    39
#define WORDS_AT    43
#define FINDING_AT  11

typedef struct {
    GtupdPage page;
    const GtupdModel *model;
    const GtupdReportOptions *options;
    gint64 end_time;                    /* of all captures */
    gboolean advised[GTUPD_RULE_COUNT]; /* the current device has been told what to do about this */
    GHashTable *shown;                  /* findings that have been printed */
} Text;

static gboolean is_listed(const Text *text, const GtupdModelFinding *finding)
{
    return gtupd_model_severity(finding) >= text->options->min_severity;
}

static char *frame_dup(const Text *text, const GtupdAnchor *anchor)
{
    return gtupd_words_frame(text->model, anchor);
}

/* Findings */

static void put_finding(Text *text, const GtupdModelFinding *finding, guint indent)
{
    const GtupdRuleInfo *rule = gtupd_rule_info(finding->rule);
    g_autofree char *severity = g_ascii_strup(gtupd_severity_name(rule->severity), -1);
    gtupd_page_indent(&text->page, indent);
    gtupd_page_put(&text->page, gtupd_page_severity_ink(rule->severity), severity);
    gtupd_page_printf(&text->page, GTUPD_INK_BOLD, " %s", rule->id);
    if (finding->section)
        gtupd_page_printf(&text->page, GTUPD_INK_PLAIN, ", %s%s", gtupd_page_glyph(&text->page, GTUPD_GLYPH_SECTION),
                          finding->section);
    gtupd_page_put(&text->page, GTUPD_INK_PLAIN, ": ");
    gtupd_page_wrap(&text->page, GTUPD_INK_PLAIN, indent + 2, finding->message);
    gtupd_page_newline(&text->page);
    g_hash_table_add(text->shown, (gpointer)finding);
    if (text->advised[finding->rule])
        return;
    text->advised[finding->rule] = TRUE;
    gtupd_page_indent(&text->page, indent + 2);
    gtupd_page_put(&text->page, GTUPD_INK_DIM, "What to do: ");
    gtupd_page_wrap(&text->page, GTUPD_INK_PLAIN, indent + 2, rule->advice);
    gtupd_page_newline(&text->page);
}

/* A finding that stands under no message: with its own frame and time. */
static void put_loose_finding(Text *text, const GtupdModelFinding *finding)
{
    g_autofree char *frame = frame_dup(text, &finding->event.anchor);
    g_autofree char *date = gtupd_format_date(finding->event.anchor.time);
    g_autofree char *clock = gtupd_format_clock(finding->event.anchor.time);
    gtupd_page_indent(&text->page, 4);
    gtupd_page_printf(&text->page, GTUPD_INK_PLAIN, "frame %s, %s %s", frame, date, clock);
    if (finding->event.word[0])
        gtupd_page_printf(&text->page, GTUPD_INK_DIM, ", %s", finding->event.word);
    gtupd_page_newline(&text->page);
    put_finding(text, finding, 6);
}

/* The findings of `all` that have not been shown under a message; of one rule only the first few. */
static void put_loose_findings(Text *text, const GPtrArray *all, const char *title)
{
    guint counts[GTUPD_RULE_COUNT] = {0};
    gboolean titled = FALSE;
    for (guint i = 0; i < all->len; i++) {
        const GtupdModelFinding *finding = all->pdata[i];
        if (!is_listed(text, finding) || g_hash_table_contains(text->shown, finding))
            continue;
        if (!titled) {
            gtupd_page_gap(&text->page);
            gtupd_page_put(&text->page, GTUPD_INK_BOLD, title);
            gtupd_page_newline(&text->page);
            titled = TRUE;
        }
        if (counts[finding->rule]++ < SAME_RULE_MAX || text->options->verbose)
            put_loose_finding(text, finding);
    }
    if (text->options->verbose)
        return;
    for (guint i = 0; i < GTUPD_RULE_COUNT; i++) {
        if (counts[i] <= SAME_RULE_MAX)
            continue;
        g_autofree char *count = gtupd_format_count(counts[i] - SAME_RULE_MAX);
        gtupd_page_printf(&text->page, GTUPD_INK_PLAIN, "    and %s more of %s (-v lists them)", count,
                          gtupd_rule_info((GtupdRule)i)->id);
        gtupd_page_newline(&text->page);
    }
}

/* An update's course */

static void put_course_row(Text *text, const char *frame, gint64 time, gint64 previous)
{
    g_autofree char *clock = gtupd_format_clock(time);
    gtupd_page_printf(&text->page, GTUPD_INK_PLAIN, "%*s", FRAME_WIDTH, frame);
    gtupd_page_indent(&text->page, TIME_AT);
    gtupd_page_put(&text->page, GTUPD_INK_PLAIN, clock);
    if (previous == 0)
        return;
    g_autofree char *since = gtupd_format_duration(time - previous);
    gtupd_page_indent(&text->page, SINCE_AT);
    gtupd_page_printf(&text->page, GTUPD_INK_DIM, "%s%s", time < previous ? "" : "+", since);
}

static void put_date_if_new(Text *text, gint64 time, gint64 previous)
{
    g_autofree char *date = gtupd_format_date(time);
    g_autofree char *previous_date = previous != 0 ? gtupd_format_date(previous) : NULL;
    if (g_strcmp0(date, previous_date) == 0)
        return;
    gtupd_page_indent(&text->page, TIME_AT);
    gtupd_page_put(&text->page, GTUPD_INK_DIM, date);
    if (previous == 0) {
        gtupd_page_indent(&text->page, SINCE_AT);
        gtupd_page_put(&text->page, GTUPD_INK_DIM, "since last");
    }
    gtupd_page_newline(&text->page);
}

static void put_event(Text *text, const GtupdModelDevice *device, const GtupdEvent *event, gint64 previous)
{
    g_autofree char *frame = frame_dup(text, &event->anchor);
    g_autofree char *words = gtupd_words_event(event, text->options->verbose);
    put_date_if_new(text, event->anchor.time, previous);
    put_course_row(text, frame, event->anchor.time, previous);
    gtupd_page_indent(&text->page, ARROW_AT);
    gtupd_page_put(&text->page, GTUPD_INK_DIM,
                   gtupd_page_glyph(&text->page, event->uplink ? GTUPD_GLYPH_FROM_DEVICE : GTUPD_GLYPH_TO_DEVICE));
    gtupd_page_indent(&text->page, WORDS_AT);
    gtupd_page_wrap(&text->page, GTUPD_INK_PLAIN, WORDS_AT + 2, words);
    gtupd_page_newline(&text->page);
    for (guint i = 0; i < device->findings->len; i++) {
        const GtupdModelFinding *finding = device->findings->pdata[i];
        if (is_listed(text, finding) && gtupd_anchor_equal(&finding->event.anchor, &event->anchor))
            put_finding(text, finding, FINDING_AT);
    }
}

static void put_transfer(Text *text, const GtupdTransfer *transfer, gint64 previous)
{
    g_autofree char *frame = frame_dup(text, &transfer->request);
    g_autofree char *words = gtupd_download_words_dup(transfer, text->options->verbose);
    put_date_if_new(text, transfer->request.time, previous);
    put_course_row(text, frame, transfer->request.time, previous);
    gtupd_page_indent(&text->page, WORDS_AT);
    gtupd_page_put(&text->page, GTUPD_INK_DIM, "Download: ");
    gtupd_page_wrap(&text->page, GTUPD_INK_PLAIN, WORDS_AT + 2, words);
    gtupd_page_newline(&text->page);
}

/* Downloads whose request came before this place in the capture, from *next on. Returns the time of the last row. */
static gint64 put_transfers(Text *text, const GtupdModelUpdate *update, guint *next, guint64 order, gint64 previous)
{
    for (; *next < update->transfers->len; ++*next) {
        const GtupdTransfer *transfer = update->transfers->pdata[*next];
        if (transfer->request.order >= order)
            break;
        put_transfer(text, transfer, previous);
        previous = transfer->request.time;
    }
    return previous;
}

static void put_events(Text *text, const GtupdModelDevice *device, const GtupdModelUpdate *update)
{
    gint64 previous = 0;
    guint next = 0;
    for (guint i = 0; i < update->events->len; i++) {
        const GtupdEvent *event = &g_array_index(update->events, GtupdEvent, i);
        previous = put_transfers(text, update, &next, event->anchor.order, previous);
        put_event(text, device, event, previous);
        previous = event->anchor.time;
    }
    previous = put_transfers(text, update, &next, G_MAXUINT64, previous);
    if (!gtupd_verdict_is_open(update->outcome))
        return;
    put_course_row(text, "end", text->end_time, previous);
    gtupd_page_indent(&text->page, WORDS_AT);
    gtupd_page_put(&text->page, GTUPD_INK_PLAIN, "The capture ends here");
    gtupd_page_newline(&text->page);
}

static void put_command(Text *text, const GtupdCommand *command)
{
    g_autofree char *words = gtupd_words_command(command, text->options->secrets);
    gtupd_page_indent(&text->page, 4);
    gtupd_page_wrap(&text->page, GTUPD_INK_PLAIN, 4, words);
    gtupd_page_newline(&text->page);
}

static void put_versions(Text *text, const GtupdModelUpdate *update)
{
    const char *before = update->version_before.firmware, *after = update->version_after.firmware;
    if (!before[0] && !after[0])
        return;
    gtupd_page_indent(&text->page, 4);
    gtupd_page_printf(&text->page, GTUPD_INK_PLAIN, "Firmware (GTVER): %s before, %s after",
                      before[0] ? before : "unknown", after[0] ? after : "unknown");
    gtupd_page_newline(&text->page);
}

static void append_frames(const Text *text, const GArray *frames, GString *words)
{
    for (guint i = 0; i < frames->len; i++) {
        g_autofree char *frame = frame_dup(text, &g_array_index(frames, GtupdAnchor, i));
        g_string_append_printf(words, "%s%s", i > 0 ? ", " : frames->len == 1 ? "; frame " : "; frames ", frame);
    }
}

static void put_diagnosis(Text *text, const GtupdDiagnosis *diagnosis)
{
    g_autoptr(GString) words = g_string_new(diagnosis->sentence);
    g_string_append_printf(words, " (%s; %s, %s", gtupd_cause_name(diagnosis->cause),
                           gtupd_culprit_name(diagnosis->culprit), gtupd_confidence_name(diagnosis->confidence));
    append_frames(text, diagnosis->frames, words);
    g_string_append_c(words, ')');
    for (guint i = 0; i < diagnosis->doubts->len; i++)
        g_string_append_printf(words, "%s%s", i == 0 ? " In doubt: " : "; ", (const char *)diagnosis->doubts->pdata[i]);
    if (diagnosis->doubts->len > 0)
        g_string_append_c(words, '.');
    if (diagnosis->refuted_by && (text->options->verbose || diagnosis->confidence != GTUPD_CONFIDENCE_PROVEN))
        g_string_append_printf(words, " To be refuted by %s.", diagnosis->refuted_by);
    gtupd_page_indent(&text->page, 4);
    gtupd_page_put(&text->page, GTUPD_INK_BOLD, "Why: ");
    gtupd_page_wrap(&text->page, GTUPD_INK_PLAIN, 6, words->str);
    gtupd_page_newline(&text->page);
}

static void put_update(Text *text, const GtupdModelDevice *device, const GtupdModelUpdate *update)
{
    const char *type = gtupd_update_type_name(update->type);
    g_autofree char *verdict = gtupd_verdict_dup(update);
    gtupd_page_gap(&text->page);
    gtupd_page_printf(&text->page, GTUPD_INK_BOLD, "  Update %u%s%s", update->number, type ? ", " : "",
                      type ? type : "");
    gtupd_page_put(&text->page, GTUPD_INK_PLAIN, ": ");
    gtupd_page_wrap(&text->page, gtupd_page_verdict_ink(gtupd_verdict(update->outcome)), 4, verdict);
    if (update->end_time != 0) {
        g_autofree char *length = gtupd_format_duration(update->end_time - update->start_time);
        g_autofree char *words = g_strdup_printf(" (took %s)", length);
        gtupd_page_wrap(&text->page, GTUPD_INK_PLAIN, 4, words);
    }
    gtupd_page_newline(&text->page);
    if (update->command) {
        put_command(text, update->command);
    } else {
        gtupd_page_put(&text->page, GTUPD_INK_PLAIN, "    Its start command is not in the capture.");
        gtupd_page_newline(&text->page);
    }
    put_events(text, device, update);
    put_versions(text, update);
    if (update->diagnosis)
        put_diagnosis(text, update->diagnosis);
}

/* Devices */

static GtupdTrouble trouble_of(const Text *text, const GtupdModelDevice *device)
{
    return gtupd_trouble_of(device, text->options->min_severity);
}

static void put_device_title(Text *text, const GtupdModelDevice *device)
{
    g_autofree char *messages = gtupd_format_things(device->counts.messages, "message");
    gtupd_page_gap(&text->page);
    gtupd_page_printf(&text->page, GTUPD_INK_BOLD, "Device %s", device->id);
    GString *words = g_string_new(NULL);
    if (device->name)
        g_string_append_printf(words, " \"%s\"", device->name);
    if (device->type[0])
        g_string_append_printf(words, ", type %s", device->type);
    if (device->version[0])
        g_string_append_printf(words, ", protocol %s", device->version);
    g_string_append_printf(words, ", %s", messages);
    gtupd_page_wrap(&text->page, GTUPD_INK_PLAIN, 2, words->str);
    gtupd_page_newline(&text->page);
    g_string_free(words, TRUE);
}

static void put_device(Text *text, const GtupdModelDevice *device)
{
    memset(text->advised, 0, sizeof text->advised);
    put_device_title(text, device);
    if (device->updates->len == 0) {
        gtupd_page_put(&text->page, GTUPD_INK_PLAIN, "  No update.");
        gtupd_page_newline(&text->page);
    }
    for (guint i = 0; i < device->updates->len; i++) {
        put_update(text, device, device->updates->pdata[i]);
        gtupd_report_spill(text->options, text->page.out);
    }
    put_loose_findings(text, device->findings, "  Other findings");
}

static void put_clean_device(Text *text, const GtupdModelDevice *device)
{
    const GtupdModelUpdate *last = device->updates->pdata[device->updates->len - 1];
    g_autofree char *updates = gtupd_format_things(device->updates->len, "update");
    g_autofree char *length = gtupd_format_duration(last->end_time - last->start_time);
    const GtupdEvent *event = gtupd_verdict_event(last);
    g_autofree char *frame = event ? frame_dup(text, &event->anchor) : g_strdup("?");
    gtupd_page_printf(&text->page, GTUPD_INK_PLAIN, "  %-16s %-12s ", device->id, device->name ? device->name : "");
    gtupd_page_printf(&text->page, GTUPD_INK_GREEN, "%s succeeded", updates);
    gtupd_page_printf(&text->page, GTUPD_INK_PLAIN, ", the last in %s, frame %s", length, frame);
    gtupd_page_newline(&text->page);
}

static void put_idle_devices(Text *text, const GPtrArray *idle)
{
    if (idle->len == 0)
        return;
    guint listed = text->options->verbose ? idle->len : MIN(idle->len, IDLE_MAX);
    g_autofree char *devices = gtupd_format_things(idle->len, "device");
    gtupd_page_gap(&text->page);
    gtupd_page_printf(&text->page, GTUPD_INK_PLAIN, "%s without an update: ", devices);
    GString *words = g_string_new(NULL);
    for (guint i = 0; i < listed; i++)
        g_string_append_printf(words, "%s%s", i > 0 ? ", " : "", ((GtupdModelDevice *)idle->pdata[i])->id);
    if (listed < idle->len)
        g_string_append_printf(words, " and %u more (-v names them)", idle->len - listed);
    gtupd_page_wrap(&text->page, GTUPD_INK_PLAIN, 2, words->str);
    gtupd_page_newline(&text->page);
    g_string_free(words, TRUE);
}

static void put_devices(Text *text)
{
    g_autoptr(GPtrArray) idle = g_ptr_array_new();
    g_autoptr(GPtrArray) clean = g_ptr_array_new();
    const GPtrArray *devices = text->model->devices;
    gboolean whole = text->options->verbose || devices->len == 1;
    for (GtupdTrouble trouble = GTUPD_TROUBLE_ERRORS; trouble > GTUPD_TROUBLE_NONE; trouble--)
        for (guint i = 0; i < devices->len; i++)
            if (trouble_of(text, devices->pdata[i]) == trouble)
                put_device(text, devices->pdata[i]);
    for (guint i = 0; i < devices->len; i++) {
        GtupdModelDevice *device = devices->pdata[i];
        if (trouble_of(text, device) != GTUPD_TROUBLE_NONE)
            continue;
        if (device->updates->len == 0)
            g_ptr_array_add(idle, device);
        else if (whole)
            put_device(text, device);
        else
            g_ptr_array_add(clean, device);
    }
    if (clean->len > 0) {
        gtupd_page_gap(&text->page);
        gtupd_page_put(&text->page, GTUPD_INK_BOLD, "Without trouble");
        gtupd_page_newline(&text->page);
    }
    for (guint i = 0; i < clean->len; i++) {
        put_clean_device(text, clean->pdata[i]);
        gtupd_report_spill(text->options, text->page.out);
    }
    put_idle_devices(text, idle);
}

static void put_findings_without_device(Text *text)
{
    g_autoptr(GPtrArray) findings = g_ptr_array_new();
    for (guint i = 0; i < text->model->findings->len; i++) {
        GtupdModelFinding *finding = text->model->findings->pdata[i];
        if (!finding->event.device[0])
            g_ptr_array_add(findings, finding);
    }
    memset(text->advised, 0, sizeof text->advised);
    put_loose_findings(text, findings, "Of no known device");
}

void gtupd_report_text(const GtupdModel *model, const GtupdReportOptions *options, GString *out)
{
    Text text = {
        .page = {.out = out, .options = options},
        .model = model,
        .options = options,
        .end_time = gtupd_model_end(model),
        .shown = g_hash_table_new(NULL, NULL),
    };
    gtupd_summary_put(&text.page, model, options);
    put_devices(&text);
    put_findings_without_device(&text);
    g_hash_table_unref(text.shown);
}
