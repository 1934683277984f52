/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Start and stop commands, and their ACKs, as an update sees them (rules.md "Command and acknowledgement"). */
#include "update.h"

#include "numbers.h"
#include "update_record.h"

#define ANSWER_WINDOW   GTUPD_MINUTE /* in which a report answers a start command that met a busy device */
#define BUSY_STARTS_MAX 64           /* start commands that may still be answered */

/* --- Start commands that met a busy device --- */

/* Tells of an event whose place has changed. */
static void replace_event(const GtupdContext *context, const GtupdEvent *event)
{
    gtupd_commands_place(context->device, event);
    gtupd_numbers_place(context->device, event);
    if (context->out->sink->event != NULL)
        context->out->sink->event(event, context->out->sink->data);
}

static void meet_busy_device(const GtupdContext *context, GtupdUpdateRecord *record)
{
    const gboolean between = record->shown.state == GTUPD_STATE_ATTEMPT_FAILED;
    gtupd_update_append(context, record);
    const GtupdBusyStart start = {
        .event = *context->event, .command = gtupd_update_command_of(context), .waits = between};
    if (record->busy_starts == NULL)
        record->busy_starts = gtupd_busy_starts_new();
    if (record->busy_starts->len >= BUSY_STARTS_MAX)
        g_array_remove_index(record->busy_starts, 0);
    g_array_append_val(record->busy_starts, start);
    if (!between)
        gtupd_note(context->notes, GTUPD_RULE_START_WHILE_BUSY,
                   "A start command was sent while the update was %s: the device ignores or refuses it.",
                   gtupd_state_name(record->shown.state));
    gtupd_commands_open(context, (GtupdCommandStanding){.excused = !between});
}

/*
 * The start command that a 1X0, 1X1 or 1X3 answers: for a confirmation the latest, else the oldest; within 60 s unless
 * `any_age`. NULL if there is none.
 */
GtupdBusyStart *gtupd_update_find_answered(const GtupdContext *context, GtupdUpdateRecord *record, gboolean any_age)
{
    GtupdBusyStart *found = NULL;
    for (guint i = 0; i < gtupd_list_length(record->busy_starts); i++) {
        GtupdBusyStart *start = &g_array_index(record->busy_starts, GtupdBusyStart, i);
        const gboolean in_time =
            (any_age && start->waits) || gtupd_context_now(context) - start->event.anchor.time <= ANSWER_WINDOW;
        if (start->answered || !in_time)
            continue;
        found = start;
        if (context->event->kind != GTUPD_KIND_CONFIRMED)
            break;
    }
    return found;
}

/* Does the event stand with this start command: is it the command, or its ACK? */
static gboolean belongs_to(const GtupdEvent *event, const GtupdAnchor *start)
{
    return gtupd_anchor_equal(&event->anchor, start) ||
           (event->kind == GTUPD_KIND_ACK && event->has_command && gtupd_anchor_equal(&event->command, start));
}

/* Events of a start command that begins a new update after all: taken out of the old one. */
static GArray *take_events(GtupdUpdateRecord *record, const GtupdAnchor *start)
{
    GArray *taken = g_array_new(FALSE, FALSE, sizeof(GtupdEvent));
    for (guint i = 0; i < record->events->len;) {
        const GtupdEvent event = g_array_index(record->events, GtupdEvent, i);
        if (!belongs_to(&event, start)) {
            i++;
            continue;
        }
        g_array_append_val(taken, event);
        g_array_remove_index(record->events, i);
    }
    return taken;
}

/* Closes the update and begins another with the start command that had met it. */
GtupdUpdateRecord *gtupd_update_begin_with(const GtupdContext *context, GtupdUpdateRecord *old, GtupdBusyStart *start)
{
    GtupdCommand command = start->command;
    start->command = (GtupdCommand){.url = NULL};
    g_autoptr(GArray) events = take_events(old, &command.anchor);
    GtupdUpdateRecord *record = gtupd_update_begin(context, command.anchor.time);
    gtupd_update_set_command(record, &command);
    for (guint i = 0; i < events->len; i++) {
        GtupdEvent *event = &g_array_index(events, GtupdEvent, i);
        event->has_command = event->kind == GTUPD_KIND_ACK;
        gtupd_update_place(event, record);
        g_array_append_val(record->events, *event);
        replace_event(context, event);
    }
    return record;
}

void gtupd_update_go_on_starts(const GtupdContext *context, GtupdUpdateRecord *record)
{
    for (guint i = 0; i < gtupd_list_length(record->busy_starts); i++) {
        GtupdBusyStart *start = &g_array_index(record->busy_starts, GtupdBusyStart, i);
        if (!start->waits)
            continue;
        start->waits = FALSE;
        gtupd_commands_excuse_one(context->device, &start->event.anchor);
        gtupd_note_at(context->out, &start->event, GTUPD_RULE_START_WHILE_BUSY,
                      "A start command was sent between two download attempts of an update.");
    }
}

/* --- Commands and their ACKs --- */

static void begin_with_start(const GtupdContext *context)
{
    GtupdUpdateRecord *record = gtupd_update_begin(context, gtupd_context_now(context));
    GtupdCommand command = gtupd_update_command_of(context);
    gtupd_update_set_command(record, &command);
    gtupd_update_append(context, record);
    gtupd_commands_open(context, (GtupdCommandStanding){.feeds = TRUE});
}

static void repeat_start(const GtupdContext *context, GtupdUpdateRecord *record)
{
    gtupd_note(context->notes, GTUPD_RULE_COMMAND_REPEATED,
               "Another start command came before the device answered the first; this one's parameters hold.");
    GtupdCommand command = gtupd_update_command_of(context);
    gtupd_update_set_command(record, &command);
    gtupd_update_append(context, record);
    gtupd_update_feed(context, record);
    gtupd_commands_open(context, (GtupdCommandStanding){.feeds = TRUE});
}

static void take_start(const GtupdContext *context)
{
    GtupdUpdateRecord *record = gtupd_update_active(context->device);
    if (record == NULL || gtupd_update_is_stale(record, gtupd_context_now(context)) || record->power_lost)
        begin_with_start(context);
    else if (record->shown.state == GTUPD_STATE_REQUESTED)
        repeat_start(context, record);
    else
        meet_busy_device(context, record);
}

static void take_stop(const GtupdContext *context)
{
    GtupdUpdateRecord *record = gtupd_update_active(context->device);
    if (record == NULL) {
        if (context->device->reported)
            gtupd_note(context->notes, GTUPD_RULE_STOP_WITHOUT_UPDATE,
                       "A stop command was sent, but no update was under way.");
        gtupd_commands_open(context, (GtupdCommandStanding){.excused = FALSE});
        return;
    }
    const GtupdState state = record->shown.state;
    const gboolean late = state == GTUPD_STATE_DOWNLOADED || state == GTUPD_STATE_UPDATING;
    if (late)
        gtupd_note(context->notes, GTUPD_RULE_STOP_TOO_LATE,
                   "A stop command was sent after the package had been downloaded: the device ignores it.");
    record->stop_seen = TRUE;
    gtupd_update_append(context, record);
    gtupd_update_feed(context, record);
    gtupd_commands_open(context, (GtupdCommandStanding){.excused = late, .stop_in_time = !late, .feeds = TRUE});
}

void gtupd_update_command(const GtupdContext *context)
{
    GtupdUpdateRecord *record = gtupd_update_active(context->device);
    if (record != NULL)
        gtupd_update_note_staleness(record, gtupd_context_now(context));
    if (context->event->kind == GTUPD_KIND_STOP_COMMAND)
        take_stop(context);
    else
        take_start(context);
}

void gtupd_update_ack(const GtupdContext *context, const GtupdAnswer *answer)
{
    GtupdUpdateRecord *record = context->device->update;
    if (gtupd_update_is_active(record))
        gtupd_update_note_staleness(record, gtupd_context_now(context));
    if (!answer->found) {
        if (gtupd_update_is_active(record))
            gtupd_update_append(context, record);
        return;
    }
    context->event->has_command = TRUE;
    context->event->command = answer->command.event.anchor;
    if (record == NULL || answer->command.event.update != record->shown.number)
        return;
    gtupd_update_append(context, record);
    if (!gtupd_update_is_active(record))
        return;
    if (answer->command.feeds)
        gtupd_update_feed(context, record);
    if (answer->command.stop_in_time)
        record->stop_acked = TRUE;
}
