/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "update.h"

#include "bounds.h"
#include "numbers.h"
#include "update_record.h"

#include <string.h>

#define STALE           GTUPD_HOUR   /* an update that nothing has fed for so long */
#define LONG_OVER       GTUPD_HOUR   /* an end so far back that a report belongs to another update */
#define ANSWER_WINDOW   GTUPD_MINUTE /* in which a report answers a start command that met a busy device */
#define GRACE_SECONDS   30
#define BUSY_STARTS_MAX 64 /* start commands that may still be answered */

/* --- The state machine: rules.md "The course of an update", laid out as there --- */

typedef enum {
    TO,        /* the next state */
    SKIP_TO,   /* the same, though reports are missing before it */
    ENDS,      /* the update ends with the report's outcome */
    SKIP_ENDS, /* the same, though reports are missing before it */
    LATE_ENDS, /* ends, but too late for a cancellation */
    ORDER,     /* does not fit; the state stays */
    NEW,       /* closes this update and begins another */
} Verdict;

typedef struct {
    Verdict verdict;
    GtupdState next;
} Cell;

#define to(state)                                                                                                      \
    {                                                                                                                  \
        TO, GTUPD_STATE_##state                                                                                        \
    }
#define skip_to(state)                                                                                                 \
    {                                                                                                                  \
        SKIP_TO, GTUPD_STATE_##state                                                                                   \
    }
#define ends                                                                                                           \
    {                                                                                                                  \
        ENDS, GTUPD_STATE_ENDED                                                                                        \
    }
#define skip_ends                                                                                                      \
    {                                                                                                                  \
        SKIP_ENDS, GTUPD_STATE_ENDED                                                                                   \
    }
#define late_ends                                                                                                      \
    {                                                                                                                  \
        LATE_ENDS, GTUPD_STATE_ENDED                                                                                   \
    }
#define order                                                                                                          \
    {                                                                                                                  \
        ORDER, GTUPD_STATE_NONE                                                                                        \
    }
#define begins                                                                                                         \
    {                                                                                                                  \
        NEW, GTUPD_STATE_CONFIRMED                                                                                     \
    }

#define ROW(report, requested, confirmed, downloading, attempt_failed, downloaded, updating)                           \
    [GTUPD_STATE_REQUESTED][GTUPD_KIND_##report] = requested,                                                          \
    [GTUPD_STATE_CONFIRMED][GTUPD_KIND_##report] = confirmed,                                                          \
    [GTUPD_STATE_DOWNLOADING][GTUPD_KIND_##report] = downloading,                                                      \
    [GTUPD_STATE_ATTEMPT_FAILED][GTUPD_KIND_##report] = attempt_failed,                                                \
    [GTUPD_STATE_DOWNLOADED][GTUPD_KIND_##report] = downloaded, [GTUPD_STATE_UPDATING][GTUPD_KIND_##report] = updating

/* clang-format off */
static const Cell table[GTUPD_STATES][GTUPD_REPORTS] = {
    /*                            REQUESTED                CONFIRMED                DOWNLOADING              ATTEMPT_FAILED           DOWNLOADED    UPDATING */
    ROW(CONFIRMED          /*1X0*/, to(CONFIRMED),           order,                   order,                   begins,                  order,        order),
    ROW(REFUSED            /*1X1*/, ends,                    order,                   order,                   order,                   order,        order),
    ROW(BATTERY_LOW        /*1X3*/, ends,                    order,                   order,                   order,                   order,        order),
    ROW(CANCELLED          /*1X2*/, ends,                    ends,                    ends,                    ends,                    late_ends,    late_ends),
    ROW(DOWNLOAD_STARTED   /*2X0*/, skip_to(DOWNLOADING),    to(DOWNLOADING),         skip_to(DOWNLOADING),    to(DOWNLOADING),         order,        order),
    ROW(DOWNLOAD_FINISHED  /*2X1*/, skip_to(DOWNLOADED),     skip_to(DOWNLOADED),     to(DOWNLOADED),          skip_to(DOWNLOADED),     order,        order),
    ROW(DOWNLOAD_FAILED    /*2X2*/, skip_to(ATTEMPT_FAILED), skip_to(ATTEMPT_FAILED), to(ATTEMPT_FAILED),      skip_to(ATTEMPT_FAILED), order,        order),
    ROW(VERSION_REJECTED   /*2X3*/, skip_ends,               ends,                    ends,                    ends,                    ends,         order),
    ROW(UPDATE_STARTED     /*3X0*/, skip_to(UPDATING),       skip_to(UPDATING),       skip_to(UPDATING),       skip_to(UPDATING),       to(UPDATING), order),
    ROW(UPDATE_SUCCEEDED   /*3X1*/, skip_ends,               skip_ends,               skip_ends,               skip_ends,               skip_ends,    ends),
    ROW(UPDATE_FAILED      /*3X2*/, skip_ends,               skip_ends,               skip_ends,               skip_ends,               skip_ends,    ends),
    ROW(UPDATE_BATTERY_LOW /*3X3*/, skip_ends,               skip_ends,               skip_ends,               skip_ends,               ends,         order),
};

/* protocol.md section 4, "ends the update as" */
static const GtupdOutcome outcomes[GTUPD_REPORTS] = {
    [GTUPD_KIND_REFUSED]            = GTUPD_OUTCOME_REFUSED,
    [GTUPD_KIND_CANCELLED]          = GTUPD_OUTCOME_CANCELLED,
    [GTUPD_KIND_BATTERY_LOW]        = GTUPD_OUTCOME_BATTERY_LOW,
    [GTUPD_KIND_VERSION_REJECTED]   = GTUPD_OUTCOME_VERSION_REJECTED,
    [GTUPD_KIND_UPDATE_SUCCEEDED]   = GTUPD_OUTCOME_SUCCEEDED,
    [GTUPD_KIND_UPDATE_FAILED]      = GTUPD_OUTCOME_UPDATE_FAILED,
    [GTUPD_KIND_UPDATE_BATTERY_LOW] = GTUPD_OUTCOME_UPDATE_BATTERY_LOW,
};

#define BIT(kind) (1U << GTUPD_KIND_##kind)
#define THROUGH_CONFIRMED BIT(CONFIRMED)
#define THROUGH_STARTED   (THROUGH_CONFIRMED | BIT(DOWNLOAD_STARTED))
#define THROUGH_FINISHED  (THROUGH_STARTED | BIT(DOWNLOAD_FINISHED))
#define THROUGH_UPDATING  (THROUGH_FINISHED | BIT(UPDATE_STARTED))

/* §3: what must come before a report … */
static const guint needed[GTUPD_REPORTS] = {
    [GTUPD_KIND_DOWNLOAD_STARTED]   = THROUGH_CONFIRMED,
    [GTUPD_KIND_DOWNLOAD_FINISHED]  = THROUGH_STARTED,
    [GTUPD_KIND_DOWNLOAD_FAILED]    = THROUGH_STARTED,
    [GTUPD_KIND_VERSION_REJECTED]   = THROUGH_CONFIRMED,
    [GTUPD_KIND_UPDATE_STARTED]     = THROUGH_FINISHED,
    [GTUPD_KIND_UPDATE_SUCCEEDED]   = THROUGH_UPDATING,
    [GTUPD_KIND_UPDATE_FAILED]      = THROUGH_UPDATING,
    [GTUPD_KIND_UPDATE_BATTERY_LOW] = THROUGH_FINISHED,
};

/* … and what has come in a state. */
static const guint passed[GTUPD_STATES] = {
    [GTUPD_STATE_CONFIRMED]      = THROUGH_CONFIRMED,
    [GTUPD_STATE_DOWNLOADING]    = THROUGH_STARTED,
    [GTUPD_STATE_ATTEMPT_FAILED] = THROUGH_CONFIRMED,
    [GTUPD_STATE_DOWNLOADED]     = THROUGH_FINISHED,
    [GTUPD_STATE_UPDATING]       = THROUGH_UPDATING,
};
/* clang-format on */

static gboolean is_active(const GtupdUpdateRecord *record)
{
    return record != NULL && record->shown.state != GTUPD_STATE_ENDED;
}

static GtupdUpdateRecord *active(const GtupdDevice *device)
{
    return is_active(device->update) ? device->update : NULL;
}

static gint64 now_of(const GtupdContext *context)
{
    return context->event->anchor.time;
}

guint gtupd_update_allowed(const GtupdUpdateRecord *record)
{
    const gboolean known = record->has_command && record->command.max_download_retry >= 0;
    return known ? (guint)record->command.max_download_retry + 1 : 0;
}

/* --- Commands kept with an update --- */

static char *dup_field(const GtupdMessage *message, GtupdField field)
{
    const GtupdFieldValue *value = gtupd_message_field(message, field);
    return value != NULL && value->present ? gtupd_message_dup_printable(message, value->value) : NULL;
}

static GtupdCommand command_of(const GtupdContext *context)
{
    const GtupdMessage *message = context->message;
    const GtupdFieldValue *url = gtupd_message_field(message, GTUPD_FIELD_DOWNLOAD_URL);
    GtupdCommand command = {
        .anchor = context->event->anchor,
        .password = dup_field(message, GTUPD_FIELD_PASSWORD),
        .user_name = dup_field(message, GTUPD_FIELD_DOWNLOAD_USER_NAME),
        .user_password = dup_field(message, GTUPD_FIELD_DOWNLOAD_PASSWORD),
        .protocol = message->download_protocol,
        .max_download_retry = message->max_download_retry,
        .download_timeout = message->download_timeout,
        .type = message->update_type,
    };
    if (url != NULL && url->present)
        command.url = gtupd_message_dup_printable(message, url->value);
    g_strlcpy(command.serial, context->event->serial, sizeof command.serial);
    return command;
}

static void command_clear(GtupdCommand *command)
{
    g_clear_pointer(&command->url, g_free);
    g_clear_pointer(&command->password, g_free);
    g_clear_pointer(&command->user_name, g_free);
    g_clear_pointer(&command->user_password, g_free);
}

static void busy_start_clear(gpointer start)
{
    command_clear(&((GtupdBusyStart *)start)->command);
}

/* Takes the command over. */
static void set_command(GtupdUpdateRecord *record, GtupdCommand *command)
{
    command_clear(&record->command);
    record->command = *command;
    memset(command, 0, sizeof *command);
    record->has_command = TRUE;
    record->last_start = record->command.anchor.time;
    record->shown.command = &record->command;
    if (record->command.type != GTUPD_UPDATE_TYPE_UNKNOWN)
        record->shown.type = record->command.type;
}

/* --- Life --- */

static GtupdUpdateRecord *record_new(GtupdDevice *device, gint64 start)
{
    GtupdUpdateRecord *record = g_new0(GtupdUpdateRecord, 1);
    record->events = g_array_new(FALSE, FALSE, sizeof(GtupdEvent));
    record->skips = g_array_new(FALSE, FALSE, sizeof(GtupdSkip));
    record->busy_starts = g_array_new(FALSE, FALSE, sizeof(GtupdBusyStart));
    g_array_set_clear_func(record->busy_starts, busy_start_clear);
    record->shown = (GtupdUpdate){
        .device = device->id,
        .number = ++device->updates,
        .state = GTUPD_STATE_REQUESTED,
        .start_time = start,
        .events = record->events,
    };
    record->last_fed = start;
    record->fed_gap = device->gap_count;
    record->fed_run = device->run;
    return record;
}

void gtupd_update_record_free(GtupdUpdateRecord *record)
{
    if (record == NULL)
        return;
    command_clear(&record->command);
    g_array_unref(record->events);
    g_array_unref(record->skips);
    g_array_unref(record->busy_starts);
    g_free(record);
}

static void hand_out(const GtupdUpdate *update, const GtupdOut *out)
{
    if (out->sink->update != NULL)
        out->sink->update(update, out->sink->data);
}

/* The device's update makes room for another: an active one closes now. */
static void let_go(const GtupdContext *context)
{
    GtupdDevice *device = context->device;
    GtupdUpdateRecord *record = g_steal_pointer(&device->update);
    if (record == NULL)
        return;
    if (is_active(record)) {
        if (record->shown.state == GTUPD_STATE_UPDATING)
            device->reboots = FALSE;
        record->shown.outcome =
            gtupd_update_judge(device, record, GTUPD_CLOSING_SUPERSEDED, now_of(context), context->out);
        if (record->shown.outcome == GTUPD_OUTCOME_DOWNLOAD_FAILED)
            record->shown.end_time = record->last_failed.anchor.time;
    }
    hand_out(&record->shown, context->out);
    gtupd_update_record_free(record);
}

static GtupdUpdateRecord *begin(const GtupdContext *context, gint64 start)
{
    let_go(context);
    context->device->update = record_new(context->device, start);
    return context->device->update;
}

/* A report ends the update; so does the last failed attempt. */
static void end_update(const GtupdContext *context, GtupdUpdateRecord *record, GtupdOutcome outcome)
{
    record->shown.state = GTUPD_STATE_ENDED;
    record->shown.outcome = outcome;
    record->shown.end_time = now_of(context);
    gtupd_update_judge(context->device, record, GTUPD_CLOSING_ENDED, now_of(context), context->out);
    g_array_set_size(record->skips, 0);
    context->device->reboots = outcome == GTUPD_OUTCOME_DOWNLOAD_FAILED;
}

/* --- Events --- */

static guint attempt_number(const GtupdUpdateRecord *record)
{
    return MAX(record->shown.attempts, record->failed + 1);
}

static gboolean in_download(GtupdKind kind)
{
    return kind >= GTUPD_KIND_DOWNLOAD_STARTED && kind <= GTUPD_KIND_VERSION_REJECTED;
}

/* Where the message at hand stands in the update, as far as the update knows. */
static void place_event(GtupdEvent *event, const GtupdUpdateRecord *record)
{
    event->update = record->shown.number;
    event->state = record->shown.state;
    event->attempts_allowed = gtupd_update_allowed(record);
    if (record->has_command && event->kind != GTUPD_KIND_ACK && event->kind != GTUPD_KIND_START_COMMAND) {
        event->has_command = TRUE;
        event->command = record->command.anchor;
    }
}

/* Tells of an event whose place has changed. */
static void replace_event(const GtupdContext *context, const GtupdEvent *event)
{
    gtupd_commands_place(context->device, event);
    gtupd_numbers_place(context->device, event);
    if (context->out->sink->event != NULL)
        context->out->sink->event(event, context->out->sink->data);
}

static void append_event(const GtupdContext *context, GtupdUpdateRecord *record)
{
    place_event(context->event, record);
    if (record->events->len < GTUPD_MAX_EVENTS)
        g_array_append_val(record->events, *context->event);
    else
        context->out->limits[GTUPD_LIMIT_EVENTS]++;
}

static void feed(const GtupdContext *context, GtupdUpdateRecord *record)
{
    record->last_fed = MAX(record->last_fed, now_of(context));
}

static void feed_report(const GtupdContext *context, GtupdUpdateRecord *record)
{
    const GtupdMessage *message = context->message;
    feed(context, record);
    record->fed_gap = context->device->gap_count;
    record->fed_run = context->device->run;
    context->device->fed_run = context->device->run;
    record->power_lost = FALSE;
    context->device->has_fed_time = message->has_send_time;
    context->device->fed_send_seconds = message->send_seconds;
}

/* --- Staleness and power loss --- */

static gboolean is_stale(const GtupdUpdateRecord *record, gint64 now)
{
    return now - record->last_fed >= STALE;
}

static gboolean is_underway(const GtupdUpdateRecord *record)
{
    return record->shown.state >= GTUPD_STATE_CONFIRMED && record->shown.state <= GTUPD_STATE_UPDATING;
}

/* Once stale, the device may have been switched off and on: that holds until a report feeds the update again. */
static void note_staleness(GtupdUpdateRecord *record, gint64 now)
{
    if (is_underway(record) && is_stale(record, now))
        record->power_lost = TRUE;
}

void gtupd_update_restarted(GtupdDevice *device)
{
    GtupdUpdateRecord *record = active(device);
    if (record != NULL && is_underway(record))
        record->power_lost = TRUE;
}

void gtupd_update_gap_judged(GtupdUpdateRecord *record, guint64 gap)
{
    for (guint i = 0; record != NULL && i < record->skips->len; i++) {
        GtupdSkip *skip = &g_array_index(record->skips, GtupdSkip, i);
        if (gap > skip->gaps_from && gap <= skip->gaps_to)
            skip->evidence = TRUE;
    }
}

/* --- What the device says besides --- */

static gboolean is_heartbeat(const GtupdContext *context)
{
    return strcmp(context->event->word, "GTHBD") == 0;
}

/* "Another message that the device has sent": not a heartbeat, and no GTUPD ACK. */
static void hear_device(const GtupdContext *context, GtupdUpdateRecord *record)
{
    const gboolean gtupd_ack = context->message->is_gtupd && context->message->type == GTUPD_TYPE_ACK;
    if (gtupd_ack || is_heartbeat(context))
        return;
    record->last_spoke = MAX(record->last_spoke, now_of(context));
    record->spoke_since_failed = TRUE;
    if (context->message->is_gtupd)
        record->gtupd_heard = TRUE;
    if (record->shown.state == GTUPD_STATE_UPDATING && !context->channel.gateway && !record->started_channel.gateway &&
        !record->update_started.buffered && context->channel.id != record->started_channel.id)
        record->back_elsewhere = TRUE;
}

/* May the device be expected to say and take nothing else now, as far as the state tells? */
static gboolean is_non_interactive(const GtupdContext *context, const GtupdUpdateRecord *record)
{
    if (!is_underway(record) || record->power_lost)
        return FALSE;
    if (record->shown.state != GTUPD_STATE_UPDATING)
        return TRUE;
    return context->channel.transport == GTUPD_TRANSPORT_TCP && !context->channel.gateway &&
           !record->started_channel.gateway && !record->update_started.buffered &&
           context->channel.id == record->started_channel.id;
}

static void judge_unrelated(const GtupdContext *context, GtupdUpdateRecord *record)
{
    if (record->unrelated_noted || context->event->buffered || is_heartbeat(context) ||
        !is_non_interactive(context, record))
        return;
    if (record->shown.state == GTUPD_STATE_ATTEMPT_FAILED) {
        if (!record->has_waiting_unrelated)
            record->waiting_unrelated = *context->event;
        record->has_waiting_unrelated = TRUE;
        return;
    }
    record->unrelated_noted = TRUE;
    gtupd_note(context->notes, GTUPD_RULE_UNRELATED_REPORT_DURING_UPDATE,
               "The device sent %s while %s; expected nothing but the update's reports.", context->event->word,
               gtupd_state_name(record->shown.state));
}

static void judge_other_command(const GtupdContext *context, GtupdUpdateRecord *record)
{
    if (record->command_noted || !is_non_interactive(context, record))
        return;
    if (record->shown.state == GTUPD_STATE_ATTEMPT_FAILED) {
        if (!record->has_waiting_command)
            record->waiting_command = *context->event;
        record->has_waiting_command = TRUE;
        return;
    }
    record->command_noted = TRUE;
    gtupd_note(context->notes, GTUPD_RULE_COMMAND_DURING_UPDATE,
               "AT+%s was sent while the update was %s: the device ignores it.", context->event->word,
               gtupd_state_name(record->shown.state));
}

void gtupd_update_other(const GtupdContext *context)
{
    GtupdUpdateRecord *record = active(context->device);
    if (record == NULL)
        return;
    note_staleness(record, now_of(context));
    if (context->event->uplink)
        hear_device(context, record);
    if (context->message->is_gtupd) {
        append_event(context, record);
        return;
    }
    place_event(context->event, record);
    if (context->event->uplink)
        judge_unrelated(context, record);
    else
        judge_other_command(context, record);
}

/* --- Start commands that met a busy device --- */

/* The update goes on after a failed attempt: what waited for that is found now. */
static void go_on(const GtupdContext *context, GtupdUpdateRecord *record)
{
    if (record->shown.state != GTUPD_STATE_ATTEMPT_FAILED)
        return;
    for (guint i = 0; i < record->busy_starts->len; i++) {
        GtupdBusyStart *start = &g_array_index(record->busy_starts, GtupdBusyStart, i);
        if (!start->waits)
            continue;
        start->waits = FALSE;
        gtupd_commands_excuse_one(context->device, &start->event.anchor);
        gtupd_note_at(context->out, &start->event, GTUPD_RULE_START_WHILE_BUSY,
                      "A start command was sent between two download attempts of an update.");
    }
    if (record->has_waiting_unrelated && !record->unrelated_noted) {
        record->unrelated_noted = TRUE;
        gtupd_note_at(context->out, &record->waiting_unrelated, GTUPD_RULE_UNRELATED_REPORT_DURING_UPDATE,
                      "The device sent %s between two download attempts; expected nothing but the update's reports.",
                      record->waiting_unrelated.word);
    }
    if (record->has_waiting_command && !record->command_noted) {
        record->command_noted = TRUE;
        gtupd_note_at(context->out, &record->waiting_command, GTUPD_RULE_COMMAND_DURING_UPDATE,
                      "AT+%s was sent between two download attempts: the device ignores it.",
                      record->waiting_command.word);
    }
    record->has_waiting_unrelated = record->has_waiting_command = FALSE;
}

static void meet_busy_device(const GtupdContext *context, GtupdUpdateRecord *record)
{
    const gboolean between = record->shown.state == GTUPD_STATE_ATTEMPT_FAILED;
    append_event(context, record);
    const GtupdBusyStart start = {.event = *context->event, .command = command_of(context), .waits = between};
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
static GtupdBusyStart *find_answered(const GtupdContext *context, GtupdUpdateRecord *record, gboolean any_age)
{
    GtupdBusyStart *found = NULL;
    for (guint i = 0; i < record->busy_starts->len; i++) {
        GtupdBusyStart *start = &g_array_index(record->busy_starts, GtupdBusyStart, i);
        const gboolean in_time =
            (any_age && start->waits) || now_of(context) - start->event.anchor.time <= ANSWER_WINDOW;
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
static GtupdUpdateRecord *begin_with_busy_start(const GtupdContext *context, GtupdUpdateRecord *old,
                                                GtupdBusyStart *start)
{
    GtupdCommand command = start->command;
    start->command = (GtupdCommand){.url = NULL};
    g_autoptr(GArray) events = take_events(old, &command.anchor);
    GtupdUpdateRecord *record = begin(context, command.anchor.time);
    set_command(record, &command);
    for (guint i = 0; i < events->len; i++) {
        GtupdEvent *event = &g_array_index(events, GtupdEvent, i);
        event->has_command = event->kind == GTUPD_KIND_ACK;
        place_event(event, record);
        g_array_append_val(record->events, *event);
        replace_event(context, event);
    }
    return record;
}

/* --- Commands --- */

static void begin_with_start(const GtupdContext *context)
{
    GtupdUpdateRecord *record = begin(context, now_of(context));
    GtupdCommand command = command_of(context);
    set_command(record, &command);
    append_event(context, record);
    gtupd_commands_open(context, (GtupdCommandStanding){.feeds = TRUE});
}

static void repeat_start(const GtupdContext *context, GtupdUpdateRecord *record)
{
    gtupd_note(context->notes, GTUPD_RULE_COMMAND_REPEATED,
               "Another start command came before the device answered the first; this one's parameters hold.");
    GtupdCommand command = command_of(context);
    set_command(record, &command);
    append_event(context, record);
    feed(context, record);
    gtupd_commands_open(context, (GtupdCommandStanding){.feeds = TRUE});
}

static void take_start(const GtupdContext *context)
{
    GtupdUpdateRecord *record = active(context->device);
    if (record == NULL || is_stale(record, now_of(context)) || record->power_lost)
        begin_with_start(context);
    else if (record->shown.state == GTUPD_STATE_REQUESTED)
        repeat_start(context, record);
    else
        meet_busy_device(context, record);
}

static void take_stop(const GtupdContext *context)
{
    GtupdUpdateRecord *record = active(context->device);
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
    append_event(context, record);
    feed(context, record);
    gtupd_commands_open(context, (GtupdCommandStanding){.excused = late, .stop_in_time = !late, .feeds = TRUE});
}

void gtupd_update_command(const GtupdContext *context)
{
    GtupdUpdateRecord *record = active(context->device);
    if (record != NULL)
        note_staleness(record, now_of(context));
    if (context->event->kind == GTUPD_KIND_STOP_COMMAND)
        take_stop(context);
    else
        take_start(context);
}

void gtupd_update_ack(const GtupdContext *context, const GtupdAnswer *answer)
{
    GtupdUpdateRecord *record = context->device->update;
    if (is_active(record))
        note_staleness(record, now_of(context));
    if (!answer->found) {
        if (is_active(record))
            append_event(context, record);
        return;
    }
    context->event->has_command = TRUE;
    context->event->command = answer->command.event.anchor;
    if (record == NULL || answer->command.event.update != record->shown.number)
        return;
    append_event(context, record);
    if (!is_active(record))
        return;
    if (answer->command.feeds)
        feed(context, record);
    if (answer->command.stop_in_time)
        record->stop_acked = TRUE;
}

/* --- Reports: rules that look at one step --- */

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

static gboolean has_loss_since_fed(const GtupdContext *context, const GtupdUpdateRecord *record)
{
    return context->device->run != record->fed_run || gtupd_numbers_gap_since(context->device, record->fed_gap);
}

static void record_skip(const GtupdContext *context, GtupdUpdateRecord *record)
{
    const GtupdKind kind = context->event->kind;
    const GtupdState state = record->shown.state;
    guint missing = needed[kind] & ~passed[state];
    if (state == GTUPD_STATE_DOWNLOADING && kind == GTUPD_KIND_DOWNLOAD_STARTED)
        missing = BIT(DOWNLOAD_FAILED); /* the result of the attempt before */
    const GtupdSkip skip = {
        .event = *context->event,
        .missing = missing,
        .gaps_from = record->fed_gap,
        .gaps_to = context->device->gap_count,
        .evidence = context->device->run != record->fed_run,
    };
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

/* --- Reports: attempts, §2.2.2, §3.3 --- */

static void judge_first_times(const GtupdContext *context, int times)
{
    if (times > 1)
        gtupd_note(context->notes, GTUPD_RULE_DOWNLOAD_TIMES_WRONG,
                   "Download Times of the first attempt is %d; expected 0 or 1.", times);
}

static void judge_start_times(const GtupdContext *context, GtupdUpdateRecord *record, gboolean loss)
{
    const int times = context->message->download_times;
    if (times >= 0 && !record->joined && !loss) {
        if (attempt_number(record) == 1)
            judge_first_times(context, times);
        else if (record->has_times && times != record->times + 1)
            gtupd_note(context->notes, GTUPD_RULE_DOWNLOAD_TIMES_WRONG,
                       "Download Times is %d; expected %d, one more than the attempt before.", times,
                       record->times + 1);
    }
    record->has_times = times >= 0;
    record->times = times;
}

static void start_attempt(const GtupdContext *context, GtupdUpdateRecord *record, gboolean loss)
{
    if (record->shown.state == GTUPD_STATE_DOWNLOADING)
        record->failed++; /* another attempt shows that the one before failed */
    record->shown.attempts++;
    context->event->attempt = attempt_number(record);

    const guint allowed = gtupd_update_allowed(record);
    if (allowed > 0 && context->event->attempt > allowed)
        gtupd_note(context->notes, GTUPD_RULE_TOO_MANY_ATTEMPTS,
                   "Download attempt %u began, but the start command allows %u.", context->event->attempt, allowed);
    judge_start_times(context, record, loss);
    record->download_started = *context->event;
    record->has_start_send = context->message->has_send_time;
    record->start_send_seconds = context->message->send_seconds;
}

static void judge_duration(const GtupdContext *context, const GtupdUpdateRecord *record)
{
    const GtupdMessage *message = context->message;
    if (!record->has_command || record->command.download_timeout < 0 || !record->has_start_send ||
        !message->has_send_time)
        return;
    const gint64 allowed = record->command.download_timeout * 60 + GRACE_SECONDS;
    const gint64 captured = now_of(context) - record->download_started.anchor.time;
    const gint64 told = message->send_seconds - record->start_send_seconds;
    if (captured <= allowed * GTUPD_SECOND || told <= allowed)
        return;
    gtupd_note(context->notes, GTUPD_RULE_DOWNLOAD_OVERRAN,
               "The attempt took %" G_GINT64_FORMAT " s; Download Timeout is %d min.", captured / GTUPD_SECOND,
               record->command.download_timeout);
}

/* 2X1 or 2X2. */
static void finish_attempt(const GtupdContext *context, GtupdUpdateRecord *record, gboolean loss)
{
    const int times = context->message->download_times;
    context->event->attempt = attempt_number(record);
    if (record->shown.state != GTUPD_STATE_DOWNLOADING) {
        record->has_times = FALSE; /* the attempt's 2X0 was skipped or lost */
        return;
    }
    const gboolean differs = record->has_times && times >= 0 && times != record->times;
    if (!(differs && loss))
        judge_duration(context, record);
    if (differs && !loss && !record->joined)
        gtupd_note(context->notes, GTUPD_RULE_DOWNLOAD_TIMES_WRONG,
                   "Download Times is %d; expected %d, that of its attempt.", times, record->times);
    if (differs && loss)
        record->has_times = FALSE;
}

static void count_attempts(const GtupdContext *context, GtupdUpdateRecord *record)
{
    const gboolean loss = has_loss_since_fed(context, record);
    switch (context->event->kind) {
    case GTUPD_KIND_DOWNLOAD_STARTED:
        start_attempt(context, record, loss);
        break;
    case GTUPD_KIND_DOWNLOAD_FINISHED:
        finish_attempt(context, record, loss);
        break;
    case GTUPD_KIND_DOWNLOAD_FAILED:
        finish_attempt(context, record, loss);
        record->failed++;
        break;
    default:
        break;
    }
}

/* --- Reports: the step itself --- */

/* What a state leaves behind when a report has led to it. */
static void enter(const GtupdContext *context, GtupdUpdateRecord *record, GtupdState next)
{
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
        context->device->clock_unsure = TRUE;
    } else {
        context->device->reboots = FALSE;
    }
}

/* Moves the update by a report that fits, and ends it if so. */
static void advance(const GtupdContext *context, GtupdUpdateRecord *record, const Cell *cell)
{
    const GtupdKind kind = context->event->kind;
    go_on(context, record);
    count_attempts(context, record);
    place_event(context->event, record);
    feed_report(context, record);
    if (cell->next == GTUPD_STATE_ENDED) {
        end_update(context, record, outcomes[kind]);
    } else {
        enter(context, record, cell->next);
        const guint allowed = gtupd_update_allowed(record);
        if (kind == GTUPD_KIND_DOWNLOAD_FAILED && allowed > 0 && record->failed >= allowed)
            end_update(context, record, GTUPD_OUTCOME_DOWNLOAD_FAILED);
    }
    append_event(context, record);
}

/* An update whose start command is not in the capture begins with this report. */
static void begin_unseen(const GtupdContext *context, gboolean joined)
{
    GtupdUpdateRecord *record = begin(context, now_of(context));
    record->joined = joined;
    gtupd_note(context->notes, GTUPD_RULE_COMMAND_UNSEEN,
               "The start command of this update is not in the capture (SMS, or before it).");
    judge_type(context, record, record->shown.type);
    Cell cell = table[GTUPD_STATE_REQUESTED][context->event->kind];
    advance(context, record, &cell);
}

/* A 1X0, 1X1 or 1X3 closes the update and begins another, with the start command that it answers, if any. */
static void begin_anew(const GtupdContext *context, GtupdUpdateRecord *old, GtupdBusyStart *start)
{
    if (start == NULL) {
        begin_unseen(context, FALSE);
        return;
    }
    GtupdUpdateRecord *record = begin_with_busy_start(context, old, start);
    judge_type(context, record, record->shown.type);
    advance(context, record, &table[GTUPD_STATE_REQUESTED][context->event->kind]);
}

static void step(const GtupdContext *context, GtupdUpdateRecord *record)
{
    const Cell *cell = &table[record->shown.state][context->event->kind];
    place_event(context->event, record);
    judge_stop_ignored(context, record);
    switch (cell->verdict) {
    case NEW:
        begin_anew(context, record, find_answered(context, record, TRUE));
        return;
    case ORDER:
        judge_type(context, record, record->shown.type);
        if (!is_stale(record, now_of(context)))
            gtupd_note(context->notes, GTUPD_RULE_REPORT_OUT_OF_ORDER, "This report does not fit: the update is %s.",
                       gtupd_state_name(record->shown.state));
        append_event(context, record);
        return;
    case SKIP_TO:
    case SKIP_ENDS:
        record_skip(context, record);
        break;
    case LATE_ENDS:
        gtupd_note(context->notes, GTUPD_RULE_CANCEL_TOO_LATE,
                   "The update was cancelled although the package had been downloaded.");
        break;
    case TO:
    case ENDS:
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
    GtupdBusyStart *start = find_answered(context, record, confirmed && between);
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
    append_event(context, record);
    return TRUE;
}

/* --- Reports without an active update --- */

static void come_after_end(const GtupdContext *context, GtupdUpdateRecord *last)
{
    judge_type(context, last, last->shown.type);
    if (context->event->kind == GTUPD_KIND_DOWNLOAD_STARTED && last->shown.outcome == GTUPD_OUTCOME_DOWNLOAD_FAILED) {
        /* The device goes on trying: the update is active again. */
        last->shown.state = GTUPD_STATE_ATTEMPT_FAILED;
        last->shown.end_time = 0;
        judge_stop_ignored(context, last);
        advance(context, last, &table[GTUPD_STATE_ATTEMPT_FAILED][GTUPD_KIND_DOWNLOAD_STARTED]);
        return;
    }
    gtupd_note(context->notes, GTUPD_RULE_REPORT_AFTER_END, "The update had already ended as %s.",
               gtupd_outcome_name(last->shown.outcome));
    append_event(context, last);
}

static void report_without_update(const GtupdContext *context, gboolean opens)
{
    GtupdDevice *device = context->device;
    GtupdUpdateRecord *last = device->update;
    if (opens || !device->reported || last == NULL) {
        begin_unseen(context, !opens);
    } else if (device->gap_here || now_of(context) - last->shown.end_time > LONG_OVER) {
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
    return context->event->buffered && record != NULL && device->has_fed_time &&
           gtupd_numbers_is_earlier(device, context->message, device->fed_run, device->fed_send_seconds);
}

/* Placed in the timeline, it stands for a report that was missed; it is not fed. */
static void place_late(const GtupdContext *context, GtupdUpdateRecord *record)
{
    const GtupdKind kind = context->event->kind;
    if (kind == GTUPD_KIND_DOWNLOAD_STARTED)
        record->shown.attempts++;
    for (guint i = 0; i < record->skips->len; i++)
        g_array_index(record->skips, GtupdSkip, i).missing &= ~(1U << kind);
    judge_type(context, record, record->shown.type);
    append_event(context, record);
}

/* --- The entry --- */

static void take_report(const GtupdContext *context)
{
    GtupdUpdateRecord *record = active(context->device);
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
        begin_anew(context, record, find_answered(context, record, FALSE));
        return;
    }
    if (opens && answer_busy_start(context, record))
        return;
    step(context, record);
}

void gtupd_update_report(const GtupdContext *context)
{
    GtupdUpdateRecord *record = active(context->device);
    if (record != NULL) {
        note_staleness(record, now_of(context));
        hear_device(context, record);
    }
    context->event->attempt = record != NULL && in_download(context->event->kind) ? attempt_number(record) : 0;
    take_report(context);
    context->device->reported = TRUE;
}

void gtupd_update_finish(const GtupdDevice *device, const GtupdOut *out, gint64 end)
{
    const GtupdUpdateRecord *record = device->update;
    if (record == NULL)
        return;
    GtupdUpdate shown = record->shown;
    if (is_active(record)) {
        shown.outcome = gtupd_update_judge(device, record, GTUPD_CLOSING_CAPTURE, end, out);
        if (shown.outcome == GTUPD_OUTCOME_DOWNLOAD_FAILED)
            shown.end_time = record->last_failed.anchor.time;
    }
    hand_out(&shown, out);
}
