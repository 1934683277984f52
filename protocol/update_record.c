/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "update_record.h"

#include "bounds.h"
#include "evidence.h"
#include "fetch.h"
#include "numbers.h"
#include "update.h"

#include <string.h>

#define STALE           GTUPD_HOUR /* an update that nothing has fed for so long */
#define EVENTS_EXPECTED 4          /* most updates have more */

gboolean gtupd_update_is_active(const GtupdUpdateRecord *record)
{
    return record != NULL && record->shown.state != GTUPD_STATE_ENDED;
}

GtupdUpdateRecord *gtupd_update_active(const GtupdDevice *device)
{
    return gtupd_update_is_active(device->update) ? device->update : NULL;
}

guint gtupd_update_allowed(const GtupdUpdateRecord *record)
{
    const gboolean known = record->has_command && record->command.max_download_retry >= 0;
    return known ? (guint)record->command.max_download_retry + 1 : 0;
}

/* --- The start command --- */

static char *dup_field(const GtupdMessage *message, GtupdField field)
{
    const GtupdFieldValue *value = gtupd_message_field(message, field);
    return value != NULL && value->present ? gtupd_message_dup_printable(message, value->value) : NULL;
}

GtupdCommand gtupd_update_command_of(const GtupdContext *context)
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

GArray *gtupd_busy_starts_new(void)
{
    GArray *starts = g_array_new(FALSE, FALSE, sizeof(GtupdBusyStart));
    g_array_set_clear_func(starts, busy_start_clear);
    return starts;
}

/* Takes the command over. */
void gtupd_update_set_command(GtupdUpdateRecord *record, GtupdCommand *command)
{
    command_clear(&record->command);
    record->command = *command;
    memset(command, 0, sizeof *command);
    record->has_command = TRUE;
    record->last_start = record->command.anchor.time;
    record->shown.command = &record->command;
    record->shown.type = record->command.type;
}

/* --- Life --- */

static GtupdUpdateRecord *record_new(GtupdDevice *device, gint64 start)
{
    GtupdUpdateRecord *record = g_new0(GtupdUpdateRecord, 1);
    record->events = g_array_sized_new(FALSE, FALSE, sizeof(GtupdEvent), EVENTS_EXPECTED);
    record->downloads = g_ptr_array_new_with_free_func((GDestroyNotify)gtupd_attempt_forget);
    record->shown = (GtupdUpdate){
        .device = device->id,
        .number = ++device->updates,
        .state = GTUPD_STATE_REQUESTED,
        .start_time = start,
        .events = record->events,
        .version_before = device->told,
    };
    record->last_fed = start;
    record->promptest = G_MAXINT64;
    record->fed_gap = device->gap_count;
    record->fed_run = device->run;
    record->earlier = device->fed;
    return record;
}

void gtupd_update_record_free(GtupdUpdateRecord *record)
{
    if (record == NULL)
        return;
    command_clear(&record->command);
    g_array_unref(record->events);
    g_clear_pointer(&record->skips, g_array_unref);
    g_clear_pointer(&record->busy_starts, g_array_unref);
    g_ptr_array_unref(record->downloads);
    g_free(record->waiting_unrelated);
    g_free(record->waiting_command);
    g_free(record);
}

void gtupd_update_record_fetch(const GtupdUpdateRecord *record)
{
    gtupd_fetch(record, GTUPD_FETCH_LINE);
    gtupd_fetch(&record->last_fed, GTUPD_FETCH_LINE);
    gtupd_fetch(&record->last_spoke, GTUPD_FETCH_LINE);
}

static gsize attempt_size(const GtupdAttempt *attempt)
{
    enum {
        TRANSFER_SIZE = sizeof(GtupdTransfer) + 128
    };
    const GPtrArray *transfers = attempt->told != NULL ? attempt->told->claim.transfers : NULL;
    return sizeof *attempt + (attempt->told != NULL ? sizeof *attempt->told : 0) +
           (transfers != NULL ? transfers->len * TRANSFER_SIZE : 0);
}

gsize gtupd_update_record_size(const GtupdUpdateRecord *record)
{
    enum {
        ARRAYS = 4 * 64,
        TEXTS = 256
    };
    if (record == NULL)
        return 0;
    gsize size = sizeof *record + ARRAYS + TEXTS + record->events->len * sizeof(GtupdEvent) * 3 / 2 +
                 gtupd_list_length(record->skips) * sizeof(GtupdSkip) * 3 / 2 +
                 gtupd_list_length(record->busy_starts) * (sizeof(GtupdBusyStart) + TEXTS);
    for (guint i = 0; i < record->downloads->len; i++)
        size += attempt_size(record->downloads->pdata[i]);
    return size;
}

void gtupd_update_hand_out(const GtupdDevice *device, const GtupdUpdate *update, gint64 now, const GtupdOut *out)
{
    if (out->sink->update == NULL)
        return;
    GtupdUpdate shown = *update;
    shown.closing_time = shown.end_time != 0 ? shown.end_time : now;
    shown.last_heard = device->last_uplink_time;
    out->sink->update(&shown, out->sink->data);
}

/* The device's update makes room for another: an active one closes now. */
static void let_go(const GtupdContext *context)
{
    GtupdDevice *device = context->device;
    GtupdUpdateRecord *record = g_steal_pointer(&device->update);
    if (record == NULL)
        return;
    if (gtupd_update_is_active(record)) {
        record->shown.outcome =
            gtupd_update_judge(device, record, GTUPD_CLOSING_SUPERSEDED, gtupd_context_now(context), context->out);
        if (record->shown.outcome == GTUPD_OUTCOME_DOWNLOAD_FAILED)
            record->shown.end_time = record->last_failed.anchor.time;
    }
    g_autoptr(GPtrArray) transfers = gtupd_update_judge_downloads(device, record, gtupd_context_now(context),
                                                                  context->out, &record->shown.has_disputed);
    record->shown.transfers = transfers;
    gtupd_update_hand_out(device, &record->shown, gtupd_context_now(context), context->out);
    gtupd_update_record_free(record);
}

GtupdUpdateRecord *gtupd_update_begin(const GtupdContext *context, gint64 start)
{
    let_go(context);
    context->device->update = record_new(context->device, start);
    return context->device->update;
}

/* --- Events --- */

guint gtupd_update_attempt_number(const GtupdUpdateRecord *record)
{
    return MAX(record->shown.attempts, record->failed + 1);
}

/* Where the message at hand stands in the update, as far as the update knows. */
void gtupd_update_place(GtupdEvent *event, const GtupdUpdateRecord *record)
{
    event->update = record->shown.number;
    event->state = record->shown.state;
    event->attempts_allowed = gtupd_update_allowed(record);
    if (record->has_command && event->kind != GTUPD_KIND_ACK && event->kind != GTUPD_KIND_START_COMMAND) {
        event->has_command = TRUE;
        event->command = record->command.anchor;
    }
}

void gtupd_update_append(const GtupdContext *context, GtupdUpdateRecord *record)
{
    gtupd_update_place(context->event, record);
    if (record->events->len < GTUPD_MAX_EVENTS)
        g_array_append_val(record->events, *context->event);
    else
        context->out->limits[GTUPD_LIMIT_EVENTS]++;
}

void gtupd_update_feed(const GtupdContext *context, GtupdUpdateRecord *record)
{
    record->last_fed = MAX(record->last_fed, gtupd_context_now(context));
    if (context->event->uplink && context->message->has_send_time)
        record->promptest = MIN(record->promptest, gtupd_context_lead(context));
}

/* --- Staleness and power loss --- */

gboolean gtupd_update_is_stale(const GtupdUpdateRecord *record, gint64 now)
{
    return now - record->last_fed >= STALE;
}

gboolean gtupd_update_is_underway(const GtupdUpdateRecord *record)
{
    return record->shown.state >= GTUPD_STATE_CONFIRMED && record->shown.state <= GTUPD_STATE_UPDATING;
}

/* Once stale, the device may have been switched off and on: that holds until a report feeds the update again. */
void gtupd_update_note_staleness(GtupdUpdateRecord *record, gint64 now)
{
    if (gtupd_update_is_underway(record) && gtupd_update_is_stale(record, now))
        record->power_lost = TRUE;
}

void gtupd_update_restarted(GtupdDevice *device)
{
    GtupdUpdateRecord *record = gtupd_update_active(device);
    if (record != NULL && gtupd_update_is_underway(record))
        record->power_lost = record->shown.restarted = TRUE;
}

void gtupd_update_gap_judged(GtupdUpdateRecord *record, guint64 gap)
{
    for (guint i = 0; record != NULL && i < gtupd_list_length(record->skips); i++) {
        GtupdSkip *skip = &g_array_index(record->skips, GtupdSkip, i);
        if (gap > skip->gaps_from && gap <= skip->gaps_to)
            skip->evidence = TRUE;
    }
}
