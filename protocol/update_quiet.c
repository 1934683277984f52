/* SPDX-License-Identifier: GPL-2.0-or-later */
/* §3.2: while an update is under way, the device sends nothing else and takes no other command. */
#include "update.h"
#include "update_record.h"

#include <string.h>

static gboolean is_heartbeat(const GtupdContext *context)
{
    return strcmp(context->event->word, "GTHBD") == 0;
}

/* "Another message that the device has sent": not a heartbeat, and no GTUPD ACK. */
void gtupd_update_hear(const GtupdContext *context, GtupdUpdateRecord *record)
{
    const gboolean gtupd_ack = context->message->is_gtupd && context->message->type == GTUPD_TYPE_ACK;
    if (gtupd_ack || is_heartbeat(context))
        return;
    record->last_spoke = MAX(record->last_spoke, gtupd_context_now(context));
    if (!context->event->buffered) /* what was stored says nothing of how the device fares now */
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
    if (!gtupd_update_is_underway(record) || record->power_lost)
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
        if (record->waiting_unrelated == NULL)
            record->waiting_unrelated = g_memdup2(context->event, sizeof *context->event);
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
        if (record->waiting_command == NULL)
            record->waiting_command = g_memdup2(context->event, sizeof *context->event);
        return;
    }
    record->command_noted = TRUE;
    gtupd_note(context->notes, GTUPD_RULE_COMMAND_DURING_UPDATE,
               "AT+%s was sent while the update was %s: the device ignores it.", context->event->word,
               gtupd_state_name(record->shown.state));
}

void gtupd_update_other(const GtupdContext *context)
{
    GtupdUpdateRecord *record = gtupd_update_active(context->device);
    if (record == NULL)
        return;
    gtupd_update_note_staleness(record, gtupd_context_now(context));
    if (context->event->uplink)
        gtupd_update_hear(context, record);
    if (context->message->is_gtupd) {
        gtupd_update_append(context, record);
        return;
    }
    gtupd_update_place(context->event, record);
    if (context->event->uplink)
        judge_unrelated(context, record);
    else
        judge_other_command(context, record);
}

void gtupd_update_go_on_quiet(const GtupdContext *context, GtupdUpdateRecord *record)
{
    if (record->waiting_unrelated != NULL && !record->unrelated_noted) {
        record->unrelated_noted = TRUE;
        gtupd_note_at(context->out, record->waiting_unrelated, GTUPD_RULE_UNRELATED_REPORT_DURING_UPDATE,
                      "The device sent %s between two download attempts; expected nothing but the update's reports.",
                      record->waiting_unrelated->word);
    }
    if (record->waiting_command != NULL && !record->command_noted) {
        record->command_noted = TRUE;
        gtupd_note_at(context->out, record->waiting_command, GTUPD_RULE_COMMAND_DURING_UPDATE,
                      "AT+%s was sent between two download attempts: the device ignores it.",
                      record->waiting_command->word);
    }
    g_clear_pointer(&record->waiting_unrelated, g_free);
    g_clear_pointer(&record->waiting_command, g_free);
}
