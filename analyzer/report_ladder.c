/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The exchange of an update as a sequence diagram in plain ASCII, to be pasted where letters have one width: backend,
 * device and file server, a line a message; its findings in words below.
 */
#include "download.h"
#include "format.h"
#include "page.h"
#include "verdict.h"
#include "words.h"

#include <string.h>

/* Columns. Two labels as long as any report's fit between the lanes. */
#define TIME_AT   9
#define LANE_AT   23
#define LANE_STEP 36
#define LANES     3

/* Characters of a path. */
#define PATH_MAX_SHOWN 20

/* A silence this long (ns) is shown. */
#define SILENCE (10 * G_GINT64_CONSTANT(1000000000))

typedef enum {
    LANE_BACKEND,
    LANE_DEVICE,
    LANE_SERVER,
} Lane;

/* A line of the diagram: an event of the update, or the beginning or end of a transfer. */
typedef struct {
    const GtupdAnchor *anchor;
    const GtupdEvent *event;       /* or */
    const GtupdTransfer *transfer; /* with */
    gboolean is_request;
} Step;

typedef struct {
    const GtupdModel *model;
    const GtupdReportOptions *options;
    const GtupdModelDevice *device;
    const GtupdModelUpdate *update;
    GString *out;
} Ladder;

/* Lines */

/* The lanes of a line that has been written up to `from`, a lane or the arrow's head before it. */
static void put_lanes(GString *line, Lane from)
{
    for (guint lane = from; lane < LANES; lane++) {
        gsize column = LANE_AT + lane * LANE_STEP;
        while (line->len < column)
            g_string_append_c(line, ' ');
        if (line->len == column)
            g_string_append_c(line, '|');
    }
}

static void put_line(Ladder *ladder, GString *line)
{
    g_string_append_len(ladder->out, line->str, (gssize)line->len);
    g_string_append_c(ladder->out, '\n');
    g_string_truncate(line, 0);
}

static void put_title(GString *line, gint64 time)
{
    static const char *const names[LANES] = {"backend", "device", "file server"};
    g_autofree char *date = gtupd_format_date(time);
    g_string_append_printf(line, "%*s %s", TIME_AT - 1, "frame", date);
    for (guint lane = 0; lane < LANES; lane++) {
        gsize at = LANE_AT + lane * LANE_STEP - strlen(names[lane]) / 2;
        while (line->len < at)
            g_string_append_c(line, ' ');
        g_string_append(line, names[lane]);
    }
}

/* An arrow between two neighbouring lanes, with its label near the side where it begins. */
static void put_arrow(GString *line, Lane left, gboolean rightward, const char *label)
{
    gsize room = LANE_STEP - strlen("|-- ") - strlen(" -->");
    g_autofree char *shown =
        strlen(label) <= room ? g_strdup(label) : g_strdup_printf("%.*s..", (int)(room - strlen("..")), label);
    put_lanes(line, 0);
    g_string_truncate(line, LANE_AT + left * LANE_STEP + strlen("|"));
    g_string_append_printf(line, "%s %s ", rightward ? "--" : "<--", shown);
    while (line->len < LANE_AT + (left + 1) * LANE_STEP - strlen(">"))
        g_string_append_c(line, '-');
    g_string_append_c(line, rightward ? '>' : '-');
    put_lanes(line, left + 1);
}

/* Labels */

static char *event_label(const GtupdEvent *event)
{
    const char *late = event->buffered ? ", late" : "";
    if (event->kind == GTUPD_KIND_START_COMMAND)
        return g_strdup_printf("start, serial %s", event->serial);
    if (event->kind == GTUPD_KIND_STOP_COMMAND)
        return g_strdup_printf("stop, serial %s", event->serial);
    if (event->kind == GTUPD_KIND_ACK)
        return g_strdup_printf("acknowledged, serial %s", event->serial);
    if (event->kind >= GTUPD_REPORTS)
        return g_strdup_printf("%s%s", event->word, event->gtupd ? ", unusable" : "");
    if (event->attempt > 0 && event->attempts_allowed > 0)
        return g_strdup_printf("%s %s %u/%u%s", event->code, gtupd_kind_name(event->kind), event->attempt,
                               event->attempts_allowed, late);
    return g_strdup_printf("%s %s%s", event->code, gtupd_kind_name(event->kind), late);
}

static char *request_label(const GtupdTransfer *transfer)
{
    if (transfer->result == GTUPD_TRANSFER_NAME_FAILED)
        return g_strdup_printf("DNS %s", transfer->host ? transfer->host : "");
    if (!transfer->path)
        return g_strdup_printf("%s connect", gtupd_download_protocol(transfer));
    /* Of a long path the end tells packages apart. */
    gsize length = strlen(transfer->path);
    gboolean is_long = length > PATH_MAX_SHOWN;
    return g_strdup_printf("%s %s%s", transfer->protocol == GTUPD_TRANSFER_FTP ? "RETR" : "GET", is_long ? ".." : "",
                           transfer->path + (is_long ? length - PATH_MAX_SHOWN : 0));
}

static char *result_label(const GtupdTransfer *transfer)
{
    GString *label = g_string_new(gtupd_download_result(transfer));
    if (transfer->result != GTUPD_TRANSFER_COMPLETE && transfer->status > 0)
        g_string_append_printf(label, " %d", transfer->status);
    if (transfer->delivered > 0 && transfer->expected > transfer->delivered)
        g_string_append_printf(label, ", %" G_GINT64_FORMAT "/%" G_GINT64_FORMAT " B", transfer->delivered,
                               transfer->expected);
    else if (transfer->delivered > 0)
        g_string_append_printf(label, ", %" G_GINT64_FORMAT " B", transfer->delivered);
    return g_string_free(label, FALSE);
}

/* Steps */

static gint compare_steps(gconstpointer a, gconstpointer b)
{
    const GtupdAnchor *left = ((const Step *)a)->anchor, *right = ((const Step *)b)->anchor;
    if (left->order != right->order)
        return left->order < right->order ? -1 : 1;
    return left->ordinal < right->ordinal ? -1 : left->ordinal > right->ordinal;
}

/* Where the transfer was over; of one that was not, where its last bytes came. NULL: nothing came. */
static const GtupdAnchor *transfer_end(const GtupdTransfer *transfer)
{
    if (transfer->end.order != 0)
        return &transfer->end;
    return transfer->last_data.order != 0 ? &transfer->last_data : NULL;
}

static GArray *steps_of(const GtupdModelUpdate *update)
{
    GArray *steps = g_array_new(FALSE, FALSE, sizeof(Step));
    for (guint i = 0; i < update->events->len; i++) {
        const GtupdEvent *event = &g_array_index(update->events, GtupdEvent, i);
        const Step step = {.anchor = &event->anchor, .event = event};
        g_array_append_val(steps, step);
    }
    for (guint i = 0; i < update->transfers->len; i++) {
        const GtupdTransfer *transfer = update->transfers->pdata[i];
        const Step request = {.anchor = &transfer->request, .transfer = transfer, .is_request = TRUE};
        const Step end = {.anchor = transfer_end(transfer), .transfer = transfer};
        g_array_append_val(steps, request);
        if (end.anchor)
            g_array_append_val(steps, end);
    }
    g_array_sort(steps, compare_steps);
    return steps;
}

/* Is this finding about the event, or without an event of its own about this update? */
static gboolean is_shown(const Ladder *ladder, const GtupdModelFinding *finding)
{
    return finding->update == ladder->update->number && gtupd_model_severity(finding) >= ladder->options->min_severity;
}

static void put_marks(Ladder *ladder, const GtupdEvent *event, GString *line)
{
    for (guint i = 0; i < ladder->device->findings->len; i++) {
        const GtupdModelFinding *finding = ladder->device->findings->pdata[i];
        if (!is_shown(ladder, finding) || !gtupd_anchor_equal(&finding->event.anchor, &event->anchor))
            continue;
        put_lanes(line, LANE_BACKEND);
        g_string_truncate(line, LANE_AT + strlen("|"));
        g_string_append_printf(line, "  ! %s", gtupd_rule_info(finding->rule)->id);
        put_lanes(line, LANE_DEVICE);
        put_line(ladder, line);
    }
}

static void put_silence(Ladder *ladder, gint64 length, GString *line)
{
    g_autofree char *words = gtupd_format_duration(length);
    g_string_append_printf(line, "%*s... %s", TIME_AT, "", words);
    put_lanes(line, LANE_BACKEND);
    put_line(ladder, line);
}

static void put_step(Ladder *ladder, const Step *step, GString *line)
{
    g_autofree char *frame = gtupd_words_frame(ladder->model, step->anchor);
    g_autofree char *clock = gtupd_format_clock(step->anchor->time);
    g_autofree char *label = step->event        ? event_label(step->event)
                             : step->is_request ? request_label(step->transfer)
                                                : result_label(step->transfer);
    g_string_append_printf(line, "%*s %s", TIME_AT - 1, frame, clock);
    put_arrow(line, step->event ? LANE_BACKEND : LANE_DEVICE, step->event ? !step->event->uplink : step->is_request,
              label);
    put_line(ladder, line);
    if (step->event)
        put_marks(ladder, step->event, line);
}

static void put_steps(Ladder *ladder)
{
    g_autoptr(GArray) steps = steps_of(ladder->update);
    GString *line = g_string_new(NULL);
    gint64 previous = 0;
    for (guint i = 0; i < steps->len; i++) {
        const Step *step = &g_array_index(steps, Step, i);
        gint64 time = step->anchor->time;
        g_autofree char *date = gtupd_format_date(time);
        g_autofree char *previous_date = gtupd_format_date(previous);
        if (i > 0 && time - previous >= SILENCE)
            put_silence(ladder, time - previous, line);
        if (i == 0 || strcmp(date, previous_date) != 0) {
            put_title(line, time);
            put_line(ladder, line);
        }
        put_step(ladder, step, line);
        previous = time;
    }
    g_string_free(line, TRUE);
}

/* Above and below */

static void put_wrapped(Ladder *ladder, guint indent, const char *text)
{
    GtupdReportOptions plain = *ladder->options;
    plain.colour = FALSE;
    plain.width = LANE_AT + (LANES - 1) * LANE_STEP;
    GtupdPage page = {.out = ladder->out, .options = &plain};
    gtupd_page_wrap(&page, GTUPD_INK_PLAIN, indent, text);
    gtupd_page_newline(&page);
}

static void put_headline(Ladder *ladder)
{
    const GtupdModelDevice *device = ladder->device;
    const char *type = gtupd_update_type_name(ladder->update->type);
    g_autofree char *verdict = gtupd_verdict_dup(ladder->update);
    g_autofree char *name = device->name ? g_strdup_printf(" \"%s\"", device->name) : g_strdup("");
    g_autofree char *words = g_strdup_printf("Device %s%s, update %u%s%s: %s", device->id, name, ladder->update->number,
                                             type ? ", " : "", type ? type : "", verdict);
    put_wrapped(ladder, 2, words);
    if (ladder->update->command) {
        g_autofree char *command = gtupd_words_command(ladder->update->command, ladder->options->secrets);
        put_wrapped(ladder, 2, command);
    }
    g_string_append_c(ladder->out, '\n');
}

static void put_findings(Ladder *ladder)
{
    gboolean any = FALSE;
    for (guint i = 0; i < ladder->device->findings->len; i++) {
        const GtupdModelFinding *finding = ladder->device->findings->pdata[i];
        if (!is_shown(ladder, finding))
            continue;
        if (!any)
            g_string_append_c(ladder->out, '\n');
        any = TRUE;
        g_autofree char *frame = gtupd_words_frame(ladder->model, &finding->event.anchor);
        g_autofree char *words =
            g_strdup_printf("! %s (%s, frame %s): %s", gtupd_rule_info(finding->rule)->id,
                            gtupd_severity_name(gtupd_model_severity(finding)), frame, finding->message);
        put_wrapped(ladder, 4, words);
    }
    if (!ladder->update->diagnosis)
        return;
    g_autofree char *why = g_strdup_printf("Why: %s", ladder->update->diagnosis->sentence);
    g_string_append_c(ladder->out, '\n');
    put_wrapped(ladder, 4, why);
}

void gtupd_report_ladder(const GtupdModel *model, const GtupdReportOptions *options, GString *out)
{
    if (model->updates == 0)
        g_string_append(out, "No update to draw.\n");
    for (guint i = 0; i < model->devices->len; i++) {
        const GtupdModelDevice *device = model->devices->pdata[i];
        for (guint j = 0; j < device->updates->len; j++) {
            Ladder ladder = {model, options, device, device->updates->pdata[j], out};
            g_string_append(out, out->len > 0 ? "\n\n" : "");
            put_headline(&ladder);
            put_steps(&ladder);
            put_findings(&ladder);
            gtupd_report_spill(options, out);
        }
    }
}
