/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "commands.h"

#include "bounds.h"

#include <string.h>

#define ACK_WINDOW GTUPD_MINUTE

static gboolean overlaps_gap(const GtupdDevice *device, gint64 from, gint64 to)
{
    for (const GList *link = device->gaps.head; link != NULL; link = link->next) {
        const GtupdGap *gap = link->data;
        if (gap->missing > 0 && gap->before_time <= to && gap->event.anchor.time >= from)
            return TRUE;
    }
    return FALSE;
}

static void note_missing(const GtupdOut *out, const GtupdEvent *event)
{
    gtupd_note_at(out, event, GTUPD_RULE_ACK_MISSING, "No +ACK:GTUPD with Serial Number %s came within 60 s.",
                  event->serial);
}

/* Settled once the capture has gone on for a minute. */
static void judge(const GtupdDevice *device, const GtupdOut *out, const GtupdOpenCommand *command, gint64 end)
{
    const gint64 sent = command->event.anchor.time;
    if (command->excused || end - sent < ACK_WINDOW || overlaps_gap(device, sent, sent + ACK_WINDOW))
        return;
    note_missing(out, &command->event);
}

static GArray *list_of(GtupdDevice *device, gboolean gtupd)
{
    GArray **list = gtupd ? &device->open_commands : &device->open_others;
    if (*list == NULL)
        *list = g_array_new(FALSE, FALSE, sizeof(GtupdOpenCommand));
    return *list;
}

/* Keeps the list bounded: the oldest is judged by what is known now. */
static void make_room(const GtupdContext *context, GArray *list, gboolean gtupd)
{
    if (list->len < (gtupd ? GTUPD_MAX_UNANSWERED : GTUPD_MAX_UNANSWERED_OTHERS))
        return;
    if (gtupd) {
        judge(context->device, context->out, &g_array_index(list, GtupdOpenCommand, 0), context->event->anchor.time);
        context->out->limits[GTUPD_LIMIT_WAITING_COMMANDS]++;
    }
    g_array_remove_index(list, 0);
}

void gtupd_commands_open(const GtupdContext *context, GtupdCommandStanding standing)
{
    const GtupdMessage *message = context->message;
    if (!message->has_serial)
        return;
    if (message->is_gtupd)
        gtupd_number_set_add(&context->device->serials, message->serial_value);

    GArray *list = list_of(context->device, message->is_gtupd);
    make_room(context, list, message->is_gtupd);
    const GtupdOpenCommand command = {
        .event = *context->event,
        .serial = message->serial_value,
        .excused = standing.excused,
        .stop_in_time = standing.stop_in_time,
        .feeds = standing.feeds,
    };
    g_array_append_val(list, command);
}

static int find_latest(const GArray *list, const char *word, guint16 serial)
{
    for (int i = (int)list->len - 1; i >= 0; i--) {
        const GtupdOpenCommand *command = &g_array_index(list, GtupdOpenCommand, i);
        if (!command->answered && command->serial == serial && strcmp(command->event.word, word) == 0)
            return i;
    }
    return -1;
}

GtupdAnswer gtupd_commands_answer(const GtupdContext *context)
{
    GtupdAnswer answer = {.found = FALSE};
    GtupdDevice *device = context->device;
    const GtupdMessage *message = context->message;
    const GtupdEvent *event = context->event;
    if (!message->has_serial)
        return answer;

    GArray *list = list_of(device, message->is_gtupd);
    const int index = find_latest(list, event->word, message->serial_value);
    if (index < 0) {
        if (message->is_gtupd && !gtupd_number_set_is_empty(&device->serials) &&
            !gtupd_number_set_has(&device->serials, message->serial_value))
            gtupd_note(context->notes, GTUPD_RULE_ACK_UNEXPECTED,
                       "No captured command to this device carried Serial Number %s.", event->serial);
        return answer;
    }

    GtupdOpenCommand *command = &g_array_index(list, GtupdOpenCommand, index);
    answer = (GtupdAnswer){TRUE, *command};
    if (context->out->sink->answer != NULL)
        context->out->sink->answer(&command->event.anchor, &event->anchor, context->out->sink->data);
    if (message->is_gtupd && event->anchor.time - command->event.anchor.time > ACK_WINDOW)
        command->answered = TRUE;
    else
        g_array_remove_index(list, (guint)index);
    return answer;
}

static GtupdOpenCommand *find_open(GtupdDevice *device, const GtupdAnchor *anchor)
{
    for (guint i = 0; device->open_commands != NULL && i < device->open_commands->len; i++) {
        GtupdOpenCommand *open = &g_array_index(device->open_commands, GtupdOpenCommand, i);
        if (gtupd_anchor_equal(&open->event.anchor, anchor))
            return open;
    }
    return NULL;
}

void gtupd_commands_excuse_one(GtupdDevice *device, const GtupdAnchor *command)
{
    GtupdOpenCommand *open = find_open(device, command);
    if (open != NULL)
        open->excused = TRUE;
}

void gtupd_commands_place(GtupdDevice *device, const GtupdEvent *event)
{
    GtupdOpenCommand *open = event->uplink ? NULL : find_open(device, &event->anchor);
    if (open != NULL)
        open->event = *event;
}

void gtupd_commands_excuse(GtupdDevice *device, gint64 from, gint64 to)
{
    for (guint i = 0; device->open_commands != NULL && i < device->open_commands->len; i++) {
        GtupdOpenCommand *open = &g_array_index(device->open_commands, GtupdOpenCommand, i);
        const gint64 sent = open->event.anchor.time;
        if (from <= sent + ACK_WINDOW && to >= sent)
            open->excused = TRUE;
    }
}

void gtupd_commands_finish(const GtupdDevice *device, const GtupdOut *out, gint64 end)
{
    for (guint i = 0; device->open_commands != NULL && i < device->open_commands->len; i++)
        judge(device, out, &g_array_index(device->open_commands, GtupdOpenCommand, i), end);
}

void gtupd_commands_judge_unclaimed(const GtupdOut *out, const GtupdEvent *event, gint64 end)
{
    if (event->gtupd && event->serial[0] != '\0' && end - event->anchor.time >= ACK_WINDOW)
        note_missing(out, event);
}
