/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "watch.h"

#include "format.h"
#include "page.h"
#include "verdict.h"
#include "words.h"

/* Columns. */
#define DEVICE_AT 14
#define ARROW_AT  36
#define WORDS_AT  40

/* How far a device's lines have come: an event may be told several times. */
typedef struct {
    guint64 order;
    guint32 ordinal;
    guint ended; /* number of the last update whose end has been told */
} Progress;

struct _GtupdWatch {
    const GtupdReportOptions *options;
    GHashTable *only;
    FILE *stream;
    GHashTable *devices; /* Unique ID → Progress */
    char *date;          /* of the last line */
};

GtupdWatch *gtupd_watch_new(const GtupdReportOptions *options, GHashTable *only, FILE *stream)
{
    GtupdWatch *watch = g_new0(GtupdWatch, 1);
    watch->options = options;
    watch->only = only;
    watch->stream = stream;
    watch->devices = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    return watch;
}

void gtupd_watch_free(GtupdWatch *watch)
{
    if (!watch)
        return;
    g_hash_table_unref(watch->devices);
    g_free(watch->date);
    g_free(watch);
}

static Progress *progress_of(GtupdWatch *watch, const char *device)
{
    Progress *progress = g_hash_table_lookup(watch->devices, device);
    if (progress)
        return progress;
    progress = g_new0(Progress, 1);
    g_hash_table_insert(watch->devices, g_strdup(device), progress);
    return progress;
}

static gboolean is_watched(const GtupdWatch *watch, const char *device)
{
    return device[0] && (!watch->only || g_hash_table_contains(watch->only, device));
}

/* Lines */

static void write_out(GtupdWatch *watch, GString *line)
{
    fwrite(line->str, 1, line->len, watch->stream);
    fflush(watch->stream);
    g_string_free(line, TRUE);
}

/* Time, device and update; the date above when it is another than before. */
static GtupdPage begin(GtupdWatch *watch, gint64 time, const char *device, guint update)
{
    GtupdPage page = {.out = g_string_new(NULL), .options = watch->options};
    g_autofree char *clock = gtupd_format_clock(time);
    char *date = gtupd_format_date(time);
    if (g_strcmp0(date, watch->date) != 0) {
        gtupd_page_put(&page, GTUPD_INK_DIM, date);
        gtupd_page_newline(&page);
    }
    g_free(watch->date);
    watch->date = date;
    gtupd_page_put(&page, GTUPD_INK_PLAIN, clock);
    gtupd_page_indent(&page, DEVICE_AT);
    gtupd_page_printf(&page, GTUPD_INK_BOLD, "%s #%u", device, update);
    return page;
}

static void tell_event(GtupdWatch *watch, const GtupdEvent *event)
{
    g_autofree char *words = gtupd_words_event(event, watch->options->verbose);
    GtupdPage page = begin(watch, event->anchor.time, event->device, event->update);
    gtupd_page_indent(&page, ARROW_AT);
    gtupd_page_put(&page, GTUPD_INK_DIM,
                   gtupd_page_glyph(&page, event->uplink ? GTUPD_GLYPH_FROM_DEVICE : GTUPD_GLYPH_TO_DEVICE));
    gtupd_page_indent(&page, WORDS_AT);
    gtupd_page_put(&page, GTUPD_INK_PLAIN, words);
    gtupd_page_newline(&page);
    write_out(watch, page.out);
}

static void tell_end(GtupdWatch *watch, const char *device, guint update, gint64 time, GtupdOutcome outcome)
{
    GtupdPage page = begin(watch, time, device, update);
    gtupd_page_indent(&page, WORDS_AT);
    gtupd_page_printf(&page, gtupd_verdict(outcome) == GTUPD_VERDICT_GOOD ? GTUPD_INK_GREEN : GTUPD_INK_RED, "=> %s",
                      gtupd_verdict_words(outcome));
    gtupd_page_newline(&page);
    write_out(watch, page.out);
}

/* What a report that ends an update makes of it (protocol.md section 4). */
static GtupdOutcome outcome_of(GtupdKind kind)
{
    static const GtupdOutcome outcomes[GTUPD_REPORTS] = {
        [GTUPD_KIND_CONFIRMED] = GTUPD_OUTCOME_INCOMPLETE,
        [GTUPD_KIND_REFUSED] = GTUPD_OUTCOME_REFUSED,
        [GTUPD_KIND_CANCELLED] = GTUPD_OUTCOME_CANCELLED,
        [GTUPD_KIND_BATTERY_LOW] = GTUPD_OUTCOME_BATTERY_LOW,
        [GTUPD_KIND_DOWNLOAD_STARTED] = GTUPD_OUTCOME_INCOMPLETE,
        [GTUPD_KIND_DOWNLOAD_FINISHED] = GTUPD_OUTCOME_INCOMPLETE,
        [GTUPD_KIND_DOWNLOAD_FAILED] = GTUPD_OUTCOME_DOWNLOAD_FAILED,
        [GTUPD_KIND_VERSION_REJECTED] = GTUPD_OUTCOME_VERSION_REJECTED,
        [GTUPD_KIND_UPDATE_STARTED] = GTUPD_OUTCOME_INCOMPLETE,
        [GTUPD_KIND_UPDATE_SUCCEEDED] = GTUPD_OUTCOME_SUCCEEDED,
        [GTUPD_KIND_UPDATE_FAILED] = GTUPD_OUTCOME_UPDATE_FAILED,
        [GTUPD_KIND_UPDATE_BATTERY_LOW] = GTUPD_OUTCOME_UPDATE_BATTERY_LOW,
    };
    return kind < GTUPD_REPORTS ? outcomes[kind] : GTUPD_OUTCOME_INCOMPLETE;
}

/* What the engine tells */

static void hear_event(const GtupdEvent *event, gpointer data)
{
    GtupdWatch *watch = data;
    gboolean is_other = event->kind == GTUPD_KIND_OTHER_COMMAND || event->kind == GTUPD_KIND_OTHER_REPORT;
    if (!is_watched(watch, event->device) || event->update == 0 || event->repeated || is_other)
        return;
    Progress *progress = progress_of(watch, event->device);
    const GtupdAnchor *anchor = &event->anchor;
    if (anchor->order < progress->order || (anchor->order == progress->order && anchor->ordinal < progress->ordinal))
        return;
    progress->order = anchor->order;
    progress->ordinal = anchor->ordinal + 1;
    tell_event(watch, event);
    GtupdOutcome outcome = outcome_of(event->kind);
    if (event->state != GTUPD_STATE_ENDED || outcome == GTUPD_OUTCOME_INCOMPLETE || progress->ended >= event->update)
        return;
    progress->ended = event->update;
    tell_end(watch, event->device, event->update, anchor->time, outcome);
}

static void hear_finding(const GtupdFinding *finding, gpointer data)
{
    GtupdWatch *watch = data;
    const GtupdRuleInfo *rule = gtupd_rule_info(finding->rule);
    const GtupdEvent *event = finding->event;
    if (!is_watched(watch, event->device) || finding->update == 0 || rule->severity < watch->options->min_severity)
        return;
    g_autofree char *severity = g_ascii_strup(gtupd_severity_name(rule->severity), -1);
    GtupdPage page = begin(watch, event->anchor.time, event->device, finding->update);
    gtupd_page_indent(&page, WORDS_AT);
    gtupd_page_put(&page, gtupd_page_severity_ink(rule->severity), severity);
    gtupd_page_printf(&page, GTUPD_INK_PLAIN, " %s, frame %" G_GUINT64_FORMAT ": %s", rule->id, event->anchor.frame,
                      finding->message);
    gtupd_page_newline(&page);
    write_out(watch, page.out);
}

/* One that no report has ended, and that makes room for the next. */
static void hear_update(const GtupdUpdate *update, gpointer data)
{
    GtupdWatch *watch = data;
    if (!is_watched(watch, update->device))
        return;
    Progress *progress = progress_of(watch, update->device);
    if (progress->ended >= update->number)
        return;
    progress->ended = update->number;
    tell_end(watch, update->device, update->number, update->closing_time, update->outcome);
}

GtupdSink gtupd_watch_sink(GtupdWatch *watch)
{
    return (GtupdSink){.data = watch, .event = hear_event, .finding = hear_finding, .update = hear_update};
}
