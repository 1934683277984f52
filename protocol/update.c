/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "update.h"

#include "numbers.h"
#include "update_machine.h"
#include "update_record.h"

#define LONG_OVER GTUPD_HOUR /* an end so far back that a report belongs to another update */

/* --- Rules that look at one step --- */

static void judge_type(const GtupdContext *context, GtupdUpdateRecord *record, GtupdUpdateType expected)
{
    const GtupdUpdateType type = context->message->code_type;
    if (expected == GTUPD_UPDATE_TYPE_UNKNOWN) {
        record->shown.type = type;
        return;
    }
    if (type == expected || record->type_noted)
        return;
    record->type_noted = TRUE;
    gtupd_note(context->notes, GTUPD_RULE_UPDATE_TYPE_MISMATCH,
               "Code %s is about Update Type %s, but the update is of type %s.", context->event->code,
               gtupd_update_type_name(type), gtupd_update_type_name(expected));
}

static GtupdMoment moment_of(const GtupdContext *context)
{
    const GtupdMessage *message = context->message;
    return (GtupdMoment){
        .known = TRUE,
        .run = context->event->buffered ? context->device->brought_run : context->device->run,
        .has_send = message->has_send_time,
        .has_count = message->has_count,
        .send_seconds = message->send_seconds,
        .count = message->count_value,
    };
}

static void record_skip(const GtupdContext *context, GtupdUpdateRecord *record)
{
    const GtupdSkip skip = {
        .event = *context->event,
        .missing = gtupd_machine_missing(record->shown.state, context->event->kind),
        .gaps_from = record->fed_gap,
        .gaps_to = context->device->gap_count,
        .evidence = context->device->run != record->fed_run,
        .after = context->device->fed,
        .before = moment_of(context),
    };
    if (record->skips == NULL)
        record->skips = g_array_new(FALSE, FALSE, sizeof(GtupdSkip));
    g_array_append_val(record->skips, skip);
    if (context->device->judged_gap > record->fed_gap)
        g_array_index(record->skips, GtupdSkip, record->skips->len - 1).evidence = TRUE;
}

static void judge_stop_ignored(const GtupdContext *context, GtupdUpdateRecord *record)
{
    if (context->event->kind != GTUPD_KIND_DOWNLOAD_STARTED || !record->stop_acked)
        return;
    record->stop_acked = FALSE;
    gtupd_note(context->notes, GTUPD_RULE_STOP_IGNORED,
               "A download started although the device had acknowledged a stop.");
}

static void judge_cancel(const GtupdContext *context, const GtupdUpdateRecord *record)
{
    if (context->event->kind == GTUPD_KIND_CANCELLED && record->has_command && !record->stop_seen)
        gtupd_note(context->notes, GTUPD_RULE_CANCEL_UNREQUESTED,
                   "The update was cancelled, but no stop command is in the capture.");
}

static void judge_reboot(const GtupdContext *context, const GtupdUpdateRecord *record)
{
    const GtupdKind kind = context->event->kind;
    if ((kind != GTUPD_KIND_UPDATE_SUCCEEDED && kind != GTUPD_KIND_UPDATE_FAILED) ||
        record->shown.state != GTUPD_STATE_UPDATING || context->channel.transport != GTUPD_TRANSPORT_TCP ||
        context->channel.gateway || record->update_started.buffered ||
        context->channel.id != record->started_channel.id)
        return;
    gtupd_note(context->notes, GTUPD_RULE_REBOOT_MISSING,
               "The result came on the TCP connection of the 3X0: the device has not rebooted in between.");
}

/* --- The step itself --- */

/* A report ends the update; so does the last failed attempt. */
static void end_update(const GtupdContext *context, GtupdUpdateRecord *record, GtupdOutcome outcome)
{
    record->shown.state = GTUPD_STATE_ENDED;
    record->shown.outcome = outcome;
    record->shown.end_time = gtupd_context_now(context);
    gtupd_update_judge(context->device, record, GTUPD_CLOSING_ENDED, gtupd_context_now(context), context->out);
    g_clear_pointer(&record->skips, g_array_unref);
    context->device->reboots = outcome == GTUPD_OUTCOME_DOWNLOAD_FAILED;
}

static void feed_report(const GtupdContext *context, GtupdUpdateRecord *record)
{
    gtupd_update_feed(context, record);
    record->fed_gap = context->device->gap_count;
    record->fed_run = context->device->run;
    record->power_lost = record->shown.restarted = FALSE;
    context->device->fed = moment_of(context);
}

/* The update goes on after a failed attempt: what waited for that is found now. */
static void go_on(const GtupdContext *context, GtupdUpdateRecord *record)
{
    if (record->shown.state != GTUPD_STATE_ATTEMPT_FAILED)
        return;
    gtupd_update_go_on_starts(context, record);
    gtupd_update_go_on_quiet(context, record);
}

/* What a state leaves behind when a report has led to it. */
static void enter(const GtupdContext *context, GtupdUpdateRecord *record, GtupdState next)
{
    const GtupdState left = record->shown.state;
    record->shown.state = next;
    if (next == GTUPD_STATE_ATTEMPT_FAILED) {
        record->last_failed = *context->event;
        record->spoke_since_failed = FALSE;
        context->device->reboots = gtupd_update_allowed(record) == 0;
    } else if (next == GTUPD_STATE_UPDATING) {
        record->update_started = *context->event;
        record->started_channel = context->channel;
        record->back_elsewhere = FALSE;
        context->device->reboots = TRUE;
    } else if (left == GTUPD_STATE_ATTEMPT_FAILED) {
        context->device->reboots = FALSE; /* that attempt was not the last */
    }
}

/* Moves the update by a report that fits, and ends it if so. */
static void advance(const GtupdContext *context, GtupdUpdateRecord *record, const GtupdCell *cell)
{
    const GtupdKind kind = context->event->kind;
    go_on(context, record);
    gtupd_update_count_attempts(context, record);
    gtupd_update_place(context->event, record);
    gtupd_update_follow_download(context, record);
    feed_report(context, record);
    if (cell->next == GTUPD_STATE_ENDED) {
        end_update(context, record, gtupd_machine_outcome(kind));
    } else {
        enter(context, record, cell->next);
        const guint allowed = gtupd_update_allowed(record);
        if (kind == GTUPD_KIND_DOWNLOAD_FAILED && allowed > 0 && record->failed >= allowed)
            end_update(context, record, GTUPD_OUTCOME_DOWNLOAD_FAILED);
    }
    gtupd_update_append(context, record);
}

/* An update whose start command is not in the capture begins with this report. */
static void begin_unseen(const GtupdContext *context, gboolean joined)
{
    GtupdUpdateRecord *record = gtupd_update_begin(context, gtupd_context_now(context));
    record->joined = joined;
    gtupd_note(context->notes, GTUPD_RULE_COMMAND_UNSEEN,
               "The start command of this update is not in the capture (SMS, or before it).");
    judge_type(context, record, record->shown.type);
    advance(context, record, gtupd_machine_cell(GTUPD_STATE_REQUESTED, context->event->kind));
}

/* A 1X0, 1X1 or 1X3 closes the update and begins another, with the start command that it answers, if any. */
static void begin_anew(const GtupdContext *context, GtupdUpdateRecord *old, GtupdBusyStart *start)
{
    if (start == NULL) {
        begin_unseen(context, FALSE);
        return;
    }
    GtupdUpdateRecord *record = gtupd_update_begin_with(context, old, start);
    judge_type(context, record, record->shown.type);
    advance(context, record, gtupd_machine_cell(GTUPD_STATE_REQUESTED, context->event->kind));
}

static void step(const GtupdContext *context, GtupdUpdateRecord *record)
{
    const GtupdCell *cell = gtupd_machine_cell(record->shown.state, context->event->kind);
    gtupd_update_place(context->event, record);
    judge_stop_ignored(context, record);
    switch (cell->verdict) {
    case GTUPD_VERDICT_NEW:
        begin_anew(context, record, gtupd_update_find_answered(context, record, TRUE));
        return;
    case GTUPD_VERDICT_ORDER:
        judge_type(context, record, record->shown.type);
        if (!gtupd_update_is_stale(record, gtupd_context_now(context)))
            gtupd_note(context->notes, GTUPD_RULE_REPORT_OUT_OF_ORDER, "This report does not fit: the update is %s.",
                       gtupd_state_name(record->shown.state));
        gtupd_update_append(context, record);
        return;
    case GTUPD_VERDICT_SKIP_TO:
    case GTUPD_VERDICT_SKIP_ENDS:
        record_skip(context, record);
        break;
    case GTUPD_VERDICT_LATE_ENDS:
        gtupd_note(context->notes, GTUPD_RULE_CANCEL_TOO_LATE,
                   "The update was cancelled although the package had been downloaded.");
        break;
    case GTUPD_VERDICT_TO:
    case GTUPD_VERDICT_ENDS:
        break;
    }
    judge_type(context, record, record->shown.type);
    judge_cancel(context, record);
    judge_reboot(context, record);
    advance(context, record, cell);
}

/*
 * A 1X0, 1X1 or 1X3 that answers a start command which met an active update (rules.md: "What answers a
 * start-while-busy"). FALSE if it answers none.
 */
static gboolean answer_busy_start(const GtupdContext *context, GtupdUpdateRecord *record)
{
    const gboolean confirmed = context->event->kind == GTUPD_KIND_CONFIRMED;
    const gboolean between = record->shown.state == GTUPD_STATE_ATTEMPT_FAILED;
    GtupdBusyStart *start = gtupd_update_find_answered(context, record, confirmed && between);
    if (start == NULL)
        return FALSE;
    if (confirmed || (between && gtupd_update_allowed(record) == 0)) {
        if (!between)
            gtupd_note(context->notes, GTUPD_RULE_CONFIRM_WHILE_BUSY,
                       "The device confirmed a new start command while the update was %s.",
                       gtupd_state_name(record->shown.state));
        begin_anew(context, record, start);
        return TRUE;
    }
    start->answered = TRUE;
    if (start->command.type != GTUPD_UPDATE_TYPE_UNKNOWN)
        judge_type(context, record, start->command.type);
    gtupd_update_append(context, record);
    return TRUE;
}

/* --- Reports without an active update --- */

static void come_after_end(const GtupdContext *context, GtupdUpdateRecord *last)
{
    if (context->event->kind == GTUPD_KIND_DOWNLOAD_STARTED && last->shown.outcome == GTUPD_OUTCOME_DOWNLOAD_FAILED) {
        /* The device goes on trying: the update is active again. */
        last->shown.state = GTUPD_STATE_ATTEMPT_FAILED;
        last->shown.end_time = 0;
        judge_type(context, last, last->shown.type);
        judge_stop_ignored(context, last);
        advance(context, last, gtupd_machine_cell(GTUPD_STATE_ATTEMPT_FAILED, GTUPD_KIND_DOWNLOAD_STARTED));
        return;
    }
    gtupd_note(context->notes, GTUPD_RULE_REPORT_AFTER_END, "The update had already ended as %s.",
               gtupd_outcome_name(last->shown.outcome));
    gtupd_update_append(context, last);
}

static void report_without_update(const GtupdContext *context, gboolean opens)
{
    GtupdDevice *device = context->device;
    GtupdUpdateRecord *last = device->update;
    if (opens && last != NULL) {
        begin_anew(context, last, gtupd_update_find_answered(context, last, FALSE));
    } else if (opens || !device->reported || last == NULL) {
        begin_unseen(context, !opens);
    } else if (device->gap_here || gtupd_context_now(context) - last->shown.end_time > LONG_OVER) {
        gtupd_note(context->notes, GTUPD_RULE_REPORT_LOST,
                   "This report is of an update whose earlier reports are not in the capture.");
        begin_unseen(context, TRUE);
    } else {
        come_after_end(context, last);
    }
}

/* --- Late +BUFF reports --- */

static gboolean is_late(const GtupdContext *context, const GtupdUpdateRecord *record)
{
    const GtupdDevice *device = context->device;
    return context->event->buffered && record != NULL &&
           gtupd_numbers_compare(device, context->message, &device->fed) < 0;
}

/* The first report that came too early, and that this one should have preceded, lacks one less. */
static void stand_for_missing(const GtupdContext *context, GtupdUpdateRecord *record)
{
    const guint kind = 1U << context->event->kind;
    for (guint i = 0; i < gtupd_list_length(record->skips); i++) {
        GtupdSkip *skip = &g_array_index(record->skips, GtupdSkip, i);
        if ((skip->missing & kind) == 0 || gtupd_numbers_compare(context->device, context->message, &skip->after) < 0 ||
            gtupd_numbers_compare(context->device, context->message, &skip->before) > 0)
            continue;
        skip->missing &= ~kind;
        return;
    }
}

/* Placed in the timeline, it stands for a report that was missed; it is not fed. */
static void place_late(const GtupdContext *context, GtupdUpdateRecord *record)
{
    if (record->earlier.known && gtupd_numbers_compare(context->device, context->message, &record->earlier) <= 0)
        return; /* of an update before this one */
    if (context->event->kind == GTUPD_KIND_DOWNLOAD_STARTED)
        record->shown.attempts++;
    stand_for_missing(context, record);
    judge_type(context, record, record->shown.type);
    gtupd_update_append(context, record);
}

/* --- The entry --- */

static gboolean in_download(GtupdKind kind)
{
    return kind >= GTUPD_KIND_DOWNLOAD_STARTED && kind <= GTUPD_KIND_VERSION_REJECTED;
}

static void take_report(const GtupdContext *context)
{
    GtupdUpdateRecord *record = gtupd_update_active(context->device);
    const GtupdKind kind = context->event->kind;
    const gboolean opens = kind == GTUPD_KIND_CONFIRMED || kind == GTUPD_KIND_REFUSED || kind == GTUPD_KIND_BATTERY_LOW;
    if (is_late(context, context->device->update)) {
        place_late(context, context->device->update);
        return;
    }
    if (record == NULL) {
        report_without_update(context, opens);
        return;
    }
    if (opens && record->power_lost) {
        begin_anew(context, record, gtupd_update_find_answered(context, record, kind == GTUPD_KIND_CONFIRMED));
        return;
    }
    if (opens && answer_busy_start(context, record))
        return;
    step(context, record);
}

void gtupd_update_report(const GtupdContext *context)
{
    GtupdUpdateRecord *record = gtupd_update_active(context->device);
    if (record != NULL) {
        gtupd_update_note_staleness(record, gtupd_context_now(context));
        gtupd_update_hear(context, record);
    }
    if (context->event->kind == GTUPD_KIND_UPDATE_STARTED)
        context->device->clock_unsure = TRUE;
    context->event->attempt =
        record != NULL && in_download(context->event->kind) ? gtupd_update_attempt_number(record) : 0;
    take_report(context);
    context->device->reported = TRUE;
}

void gtupd_update_finish(const GtupdDevice *device, const GtupdOut *out, gint64 end)
{
    const GtupdUpdateRecord *record = device->update;
    if (record == NULL)
        return;
    GtupdUpdate shown = record->shown;
    if (gtupd_update_is_active(record)) {
        shown.outcome = gtupd_update_judge(device, record, GTUPD_CLOSING_CAPTURE, end, out);
        if (shown.outcome == GTUPD_OUTCOME_DOWNLOAD_FAILED)
            shown.end_time = record->last_failed.anchor.time;
    }
    g_autoptr(GPtrArray) transfers = gtupd_update_judge_downloads(device, record, end, out, &shown.has_disputed);
    shown.transfers = transfers;
    gtupd_update_hand_out(device, &shown, end, out);
}
