/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The picture of an update in the HTML report, to scale: bars in lanes, messages as arrows, findings as marks. */
#include "html.h"

#include "download.h"
#include "format.h"
#include "words.h"

/* Parts of the picture's width */
#define LABEL_MIN  0.07  /* from which on a bar has a label in it */
#define LABEL_ROOM 0.2   /* that a label needs to be read in full */
#define LABEL_WIDE 0.45  /* the same on a small screen */
#define LABEL_GAP  0.005 /* between a bar and the label beside it */
#define BAR_MIN    0.002 /* narrower bars could not be seen */

/* What the fills of the picture's rows need to know. */
typedef struct {
    const GtupdTimeline *timeline;
    gint64 time; /* of what is shown; of a bar its end */
    gconstpointer item;
    gint64 previous; /* end of the bar before; 0 none */
    gint64 next;     /* beginning of the bar behind; 0 none */
} Row;

static Row *row_add(GPtrArray *rows, const GtupdTimeline *timeline, gint64 time, gconstpointer item)
{
    Row *row = g_new0(Row, 1);
    row->timeline = timeline;
    row->time = time;
    row->item = item;
    g_ptr_array_add(rows, row);
    return row;
}

static GPtrArray *rows_new(void)
{
    return g_ptr_array_new_with_free_func(g_free);
}

static void set_bar(GtupdScope *scope, const GtupdTimeline *timeline, gint64 from, gint64 to)
{
    double begin = gtupd_timeline_place(timeline, from);
    double width = MAX(gtupd_timeline_place(timeline, to) - begin, BAR_MIN);
    gtupd_html_percent(scope, "from", begin);
    gtupd_html_percent(scope, "width", width);
    gtupd_scope_take(scope, "length", gtupd_format_duration(to - from));
}

/* The bar's label stands in it, or where that is too narrow behind it, or before it, as there is room. */
static void set_label(GtupdScope *scope, const Row *row, gint64 from, gint64 to)
{
    double begin = gtupd_timeline_place(row->timeline, from), end = gtupd_timeline_place(row->timeline, to);
    double before = begin - (row->previous != 0 ? gtupd_timeline_place(row->timeline, row->previous) : 0);
    double behind = (row->next != 0 ? gtupd_timeline_place(row->timeline, row->next) : 1) - end;
    double room = end - begin;
    const char *beside = NULL;
    if (room < LABEL_ROOM && behind >= LABEL_ROOM) {
        beside = "after";
        room = behind;
    } else if (room < LABEL_ROOM && before >= LABEL_ROOM) {
        beside = "before";
        room = before;
    }
    gtupd_scope_flag(scope, "label", !beside && room >= LABEL_MIN);
    gtupd_scope_text(scope, "beside", beside);
    gtupd_html_percent(scope, "beside_at", beside && beside[0] == 'b' ? begin - LABEL_GAP : end + LABEL_GAP);
    gtupd_scope_flag(scope, "narrow", room < LABEL_WIDE);
}

typedef struct {
    const char *style, *label, *words;
} PhaseWords;

static void fill_phase(GtupdScope *scope, gconstpointer item, gpointer user G_GNUC_UNUSED)
{
    static const PhaseWords words[GTUPD_STATES] = {
        [GTUPD_STATE_REQUESTED] = {"requested", "requested", "requested"},
        [GTUPD_STATE_CONFIRMED] = {"confirmed", "confirmed", "confirmed"},
        [GTUPD_STATE_DOWNLOADING] = {"downloading", "downloading", "downloading"},
        [GTUPD_STATE_ATTEMPT_FAILED] = {"attempt-failed", "waiting", "waiting after a failed attempt"},
        [GTUPD_STATE_DOWNLOADED] = {"downloaded", "downloaded", "downloaded"},
        [GTUPD_STATE_UPDATING] = {"updating", "installing", "installing, rebooting"},
    };
    const Row *row = item;
    const GtupdPhase *phase = row->item;
    gtupd_scope_text(scope, "state", words[phase->state].style);
    gtupd_scope_text(scope, "name", words[phase->state].label);
    gtupd_scope_text(scope, "words", words[phase->state].words);
    set_bar(scope, row->timeline, phase->from, phase->to);
    set_label(scope, row, phase->from, phase->to);
}

typedef struct {
    const char *tone, *words;
} AttemptWords;

static void fill_attempt(GtupdScope *scope, gconstpointer item, gpointer user G_GNUC_UNUSED)
{
    static const AttemptWords results[] = {
        [GTUPD_ATTEMPT_OPEN] = {"unclear", "no result"},
        [GTUPD_ATTEMPT_FINISHED] = {"good", "finished"},
        [GTUPD_ATTEMPT_FAILED] = {"failed", "failed"},
        [GTUPD_ATTEMPT_ENDED] = {"stopped", "ended"},
    };
    const Row *row = item;
    const GtupdAttempt *attempt = row->item;
    g_autofree char *allowed = attempt->allowed > 0 ? g_strdup_printf(" of %u", attempt->allowed) : NULL;
    gtupd_scope_text(scope, "tone", results[attempt->result].tone);
    gtupd_scope_printf(scope, "words", "attempt %u%s, %s", attempt->number, allowed ? allowed : "",
                       results[attempt->result].words);
    set_bar(scope, row->timeline, attempt->from, attempt->to);
    set_label(scope, row, attempt->from, attempt->to);
}

const char *gtupd_html_transfer_tone(const GtupdTransfer *transfer)
{
    switch (transfer->result) {
    case GTUPD_TRANSFER_COMPLETE:
        return "good";
    case GTUPD_TRANSFER_REDIRECTED:
        return "stopped";
    case GTUPD_TRANSFER_RUNNING:
        return "unclear";
    default:
        return "failed";
    }
}

static gint64 transfer_end(const GtupdTransfer *transfer)
{
    gint64 end = transfer->request.time;
    if (transfer->last_data.order != 0)
        end = MAX(end, transfer->last_data.time);
    if (transfer->end.order != 0)
        end = MAX(end, transfer->end.time);
    return end;
}

static char *rate_dup(const GtupdTransfer *transfer)
{
    gint64 rate = gtupd_download_rate(transfer);
    if (rate < 0)
        return g_strdup(gtupd_download_result(transfer));
    g_autofree char *speed = g_format_size((guint64)rate);
    return g_strdup_printf("%s, %s/s", gtupd_download_result(transfer), speed);
}

static void fill_transfer(GtupdScope *scope, gconstpointer item, gpointer user)
{
    const GtupdHtml *html = user;
    const Row *row = item;
    const GtupdTransfer *transfer = row->item;
    gtupd_scope_text(scope, "tone", gtupd_html_transfer_tone(transfer));
    gtupd_scope_take(scope, "words", gtupd_download_words_dup(transfer, html->options->verbose));
    gtupd_scope_take(scope, "rate", rate_dup(transfer));
    set_bar(scope, row->timeline, transfer->request.time, transfer_end(transfer));
    set_label(scope, row, transfer->request.time, transfer_end(transfer));
}

static void fill_message(GtupdScope *scope, gconstpointer item, gpointer user)
{
    const GtupdHtml *html = user;
    const Row *row = item;
    const GtupdEvent *event = row->item;
    gtupd_scope_text(scope, "direction", event->uplink ? "up" : "down");
    gtupd_scope_flag(scope, "late", event->buffered);
    gtupd_html_percent(scope, "at", gtupd_timeline_place(row->timeline, row->time));
    gtupd_html_time(scope, row->time);
    gtupd_html_frame(scope, html, &event->anchor);
    gtupd_scope_take(scope, "words", gtupd_words_event(event, FALSE));
}

/* A finding's mark lies between backend and device, the worse the higher. */
static void fill_mark(GtupdScope *scope, gconstpointer item, gpointer user)
{
    static const char *const rows[GTUPD_SEVERITIES] = {
        [GTUPD_SEVERITY_NOTE] = "3.3",
        [GTUPD_SEVERITY_WARNING] = "2.6",
        [GTUPD_SEVERITY_ERROR] = "1.9",
    };
    const GtupdHtml *html = user;
    const Row *row = item;
    const GtupdModelFinding *finding = row->item;
    GtupdSeverity severity = gtupd_model_severity(finding);
    gtupd_scope_text(scope, "severity", gtupd_severity_name(severity));
    gtupd_scope_text(scope, "row", rows[severity]);
    gtupd_scope_text(scope, "rule", gtupd_rule_info(finding->rule)->id);
    gtupd_scope_text(scope, "message", finding->message);
    gtupd_html_percent(scope, "at", gtupd_timeline_place(row->timeline, row->time));
    gtupd_html_frame(scope, html, &finding->event.anchor);
}

static void fill_tick(GtupdScope *scope, gconstpointer item, gpointer user G_GNUC_UNUSED)
{
    const Row *row = item;
    gtupd_html_percent(scope, "at", gtupd_timeline_place(row->timeline, row->time));
    gtupd_scope_take(scope, "words", gtupd_timeline_tick_dup(row->timeline, row->time - row->timeline->from));
}

static GPtrArray *pick_marks(const GtupdTimeline *timeline, const GPtrArray *findings)
{
    GPtrArray *rows = rows_new();
    for (guint i = 0; i < findings->len; i++) {
        const GtupdModelFinding *finding = findings->pdata[i];
        gint64 time = finding->event.anchor.time;
        if (time >= timeline->from && time <= timeline->to)
            row_add(rows, timeline, time, finding);
    }
    return rows;
}

/* Bars of one lane; each knows the ends of its neighbours. */
static void bar_add(GPtrArray *bars, const GtupdTimeline *timeline, gint64 from, gint64 to, gconstpointer item)
{
    Row *before = bars->len > 0 ? bars->pdata[bars->len - 1] : NULL;
    Row *bar = row_add(bars, timeline, to, item);
    if (!before)
        return;
    before->next = from;
    bar->previous = before->time;
}

static void set_bars(GtupdScope *scope, const GtupdTimeline *timeline, const GtupdModelUpdate *update)
{
    GPtrArray *phases = rows_new(), *attempts = rows_new(), *transfers = rows_new();
    for (guint i = 0; i < timeline->phases->len; i++) {
        const GtupdPhase *phase = &g_array_index(timeline->phases, GtupdPhase, i);
        bar_add(phases, timeline, phase->from, phase->to, phase);
    }
    for (guint i = 0; i < timeline->attempts->len; i++) {
        const GtupdAttempt *attempt = &g_array_index(timeline->attempts, GtupdAttempt, i);
        bar_add(attempts, timeline, attempt->from, attempt->to, attempt);
    }
    for (guint i = 0; i < update->transfers->len; i++) {
        const GtupdTransfer *transfer = update->transfers->pdata[i];
        bar_add(transfers, timeline, transfer->request.time, transfer_end(transfer), transfer);
    }
    gtupd_scope_rows(scope, "phases", phases, fill_phase);
    gtupd_scope_rows(scope, "attempts", attempts, fill_attempt);
    gtupd_scope_rows(scope, "transfers", transfers, fill_transfer);
}

void gtupd_html_picture(GtupdScope *scope, const GtupdTimeline *timeline, const GtupdModelUpdate *update,
                        const GPtrArray *findings)
{
    GPtrArray *ticks = rows_new(), *messages = rows_new();
    for (guint i = 0; i < timeline->ticks->len; i++)
        row_add(ticks, timeline, timeline->from + g_array_index(timeline->ticks, gint64, i), NULL);
    for (guint i = 0; i < MIN(update->events->len, GTUPD_HTML_EVENTS_MAX); i++) {
        const GtupdEvent *event = &g_array_index(update->events, GtupdEvent, i);
        row_add(messages, timeline, event->anchor.time, event);
    }
    g_autofree char *length = gtupd_format_duration(timeline->to - timeline->from);
    gtupd_scope_printf(scope, "picture", "Timeline of %s: %u messages, %u attempts, %u downloads, %u findings", length,
                       update->events->len, timeline->attempts->len, update->transfers->len, findings->len);
    gtupd_scope_text(scope, "no_transfers",
                     timeline->attempts->len > 0 ? "its traffic with the device is not in the capture" : NULL);
    gtupd_scope_rows(scope, "ticks", ticks, fill_tick);
    gtupd_scope_rows(scope, "messages", messages, fill_message);
    gtupd_scope_rows(scope, "marks", pick_marks(timeline, findings), fill_mark);
    set_bars(scope, timeline, update);
}
