/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "numbers.h"

#include "commands.h"
#include "update.h"

#include <string.h>

#define REPEAT_WINDOW (10 * GTUPD_MINUTE)
#define GAP_MAX       4096 /* numbers: more missing ones are no gap but a step back */
#define GAPS_PENDING  32   /* newer gaps after which one is judged */
#define RESTART_BELOW 16   /* a counter that begins anew is below this */
#define CLOCK_SLACK   60   /* seconds that Send Time may go back */
#define COUNTER       65536

/* --- Resends --- */

static GtupdSighting sighting_of(const GtupdContext *context)
{
    const GtupdMessage *message = context->message;
    return (GtupdSighting){
        .digest = {context->digest[0], context->digest[1]},
        .last_seen = context->event->anchor.time,
        .reports = context->device->reports,
        .length = (guint32)(message->length - gtupd_frame_prefix(message->type)),
        .type = message->type,
    };
}

static gboolean same_body(const GtupdSighting *a, const GtupdSighting *b)
{
    return a->digest[0] == b->digest[0] && a->digest[1] == b->digest[1] && a->length == b->length;
}

static gboolean is_resend_of(const GtupdSighting *now, const GtupdSighting *then)
{
    /* A stored report that was first sent live: at any distance. */
    if (now->type == GTUPD_TYPE_BUFFERED && then->type == GTUPD_TYPE_REPORT)
        return TRUE;
    if (now->type != then->type || ABS(now->last_seen - then->last_seen) > REPEAT_WINDOW)
        return FALSE;
    /* A command after a report is a new try. */
    return now->type != GTUPD_TYPE_COMMAND || now->reports == then->reports;
}

static guint32 tag_of(const GtupdSighting *sighting)
{
    return (guint32)sighting->digest[0];
}

/* `age`: 0 the newest, 1 the one before it, … */
static guint place_of(const GtupdHistory *history, guint age)
{
    return (history->newest + GTUPD_HISTORY - age) % GTUPD_HISTORY;
}

static const GtupdSighting *sighting_at(const GtupdHistory *history, guint age)
{
    return &history->sightings[place_of(history, age)];
}

static void put_sighting(GtupdHistory *history, guint age, const GtupdSighting *sighting)
{
    const guint place = place_of(history, age);
    history->tags[place] = tag_of(sighting);
    history->sightings[place] = *sighting;
}

/* In place of the oldest, once there are as many as may be. */
static void add_sighting(GtupdHistory *history, const GtupdSighting *sighting)
{
    history->newest = (history->newest + 1) % GTUPD_HISTORY;
    history->count = MIN(history->count + 1, GTUPD_HISTORY);
    put_sighting(history, 0, sighting);
}

/* The newest from now on: in place of itself, if it was there. */
static void renew_sighting(GtupdHistory *history, const GtupdSighting *sighting)
{
    guint age = 0;
    while (age < history->count &&
           !(same_body(sighting_at(history, age), sighting) && sighting_at(history, age)->type == sighting->type))
        age++;
    if (age == history->count) {
        add_sighting(history, sighting);
        return;
    }
    for (; age > 0; age--)
        put_sighting(history, age, sighting_at(history, age - 1));
    put_sighting(history, 0, sighting);
}

static gboolean holds_body(const GtupdHistory *history, const GtupdSighting *sighting)
{
    for (guint i = 0; i < history->count; i++)
        if (history->tags[i] == tag_of(sighting) && same_body(&history->sightings[i], sighting))
            return TRUE;
    return FALSE;
}

static gboolean holds_original(const GtupdHistory *history, const GtupdSighting *resend)
{
    for (guint i = 0; i < history->count; i++)
        if (same_body(&history->sightings[i], resend) && is_resend_of(resend, &history->sightings[i]))
            return TRUE;
    return FALSE;
}

gboolean gtupd_numbers_is_repeat(const GtupdContext *context)
{
    GtupdDevice *device = context->device;
    GtupdHistory **history = context->event->uplink ? &device->uplinks : &device->downlinks;
    if (*history == NULL) {
        *history = g_new0(GtupdHistory, 1);
        (*history)->newest = GTUPD_HISTORY - 1;
    }

    const GtupdSighting now = sighting_of(context);
    if (!holds_body(*history, &now)) {
        add_sighting(*history, &now);
        return FALSE;
    }
    const gboolean judged = context->event->uplink || context->message->is_gtupd;
    const gboolean repeat = judged && holds_original(*history, &now);
    renew_sighting(*history, &now);
    if (repeat)
        gtupd_note(context->notes, GTUPD_RULE_MESSAGE_REPEATED,
                   "The same message was seen shortly before: a resend, counted but not judged again.");
    return repeat;
}

/* --- Serial Numbers, §2.1.1 --- */

void gtupd_numbers_serial(const GtupdContext *context)
{
    GtupdDevice *device = context->device;
    const GtupdMessage *message = context->message;
    const guint16 serial = message->serial_value;
    if (message->is_gtupd && message->has_serial && device->has_serial) {
        if (serial == device->last_serial && !device->serial_reuse_noted) {
            device->serial_reuse_noted = TRUE;
            gtupd_note(context->notes, GTUPD_RULE_SERIAL_REUSED,
                       "Serial Number %04X is that of the command before it; expected %04X.", serial,
                       (guint16)(serial + 1));
        } else if (serial != device->last_serial && serial != (guint16)(device->last_serial + 1)) {
            gtupd_note(context->notes, GTUPD_RULE_SERIAL_GAP, "Serial Number %04X follows %04X; expected %04X.", serial,
                       device->last_serial, (guint16)(device->last_serial + 1));
        }
    }
    device->has_serial = message->has_serial;
    device->last_serial = serial;
}

/* --- Count Numbers, §2.1.3 --- */

static gboolean bit(const guint8 *bitmap, guint index)
{
    return bitmap != NULL && (bitmap[index / 8] >> (index % 8) & 1) != 0;
}

static void set_bit(guint8 *bitmap, guint index)
{
    bitmap[index / 8] |= (guint8)(1U << (index % 8));
}

void gtupd_gap_free(gpointer gap)
{
    g_free(((GtupdGap *)gap)->brought);
    g_free(gap);
}

static void note_gap(const GtupdGap *gap, const GtupdOut *out)
{
    const guint16 last = (guint16)(gap->first + gap->count - 1);
    const char *where = "lost, sent another way, or not captured";
    if (gap->missing < gap->count)
        gtupd_note_at(out, &gap->event, GTUPD_RULE_COUNT_GAP,
                      "%u of the Count Numbers %04X to %04X are missing before this message: %s.", gap->missing,
                      gap->first, last, where);
    else if (gap->count == 1)
        gtupd_note_at(out, &gap->event, GTUPD_RULE_COUNT_GAP, "Count Number %04X is missing before this message: %s.",
                      gap->first, where);
    else
        gtupd_note_at(out, &gap->event, GTUPD_RULE_COUNT_GAP,
                      "Count Numbers %04X to %04X (%u messages) are missing before this message: %s.", gap->first, last,
                      gap->count, where);
}

/* The oldest gap has 32 newer ones: what it is, is now settled. */
static void judge_oldest_gap(const GtupdContext *context)
{
    GtupdDevice *device = context->device;
    GtupdGap *gap = g_queue_pop_head(&device->gaps);
    if (gap->missing > 0) {
        device->judged_gap = gap->index;
        note_gap(gap, context->out);
        gtupd_commands_excuse(device, gap->before_time, gap->event.anchor.time);
        gtupd_update_gap_judged(device->update, gap->index);
    }
    gtupd_gap_free(gap);
}

/* Takes out of a new gap the numbers that +BUFFs brought before they were missed. */
static void fill_from_early(GtupdDevice *device, GtupdGap *gap)
{
    for (guint i = 0; i < gap->count && !gtupd_number_set_is_empty(&device->early); i++) {
        const guint16 number = (guint16)(gap->first + i);
        if (!gtupd_number_set_has(&device->early, number))
            continue;
        if (gap->brought == NULL)
            gap->brought = g_malloc0(gap->count / 8 + 1);
        set_bit(gap->brought, i);
        gtupd_number_set_remove(&device->early, number);
        gap->missing--;
    }
}

static void open_gap(const GtupdContext *context, guint16 first, guint count)
{
    GtupdDevice *device = context->device;
    GtupdGap *gap = g_new0(GtupdGap, 1);
    gap->event = *context->event;
    gap->before_time = device->last_uplink_time;
    gap->before_send = device->last_send_seconds;
    gap->after_send = context->message->send_seconds;
    gap->run = device->run;
    gap->index = ++device->gap_count;
    gap->first = first;
    gap->count = gap->missing = count;
    fill_from_early(device, gap);
    device->gap_here = gap->missing > 0;
    g_queue_push_tail(&device->gaps, gap);
    if (device->gaps.length > GAPS_PENDING)
        judge_oldest_gap(context);
}

static gboolean lacks(const GtupdGap *gap, guint16 number)
{
    const guint16 offset = (guint16)(number - gap->first);
    return offset < gap->count && !bit(gap->brought, offset);
}

/* Was a message of this Send Time stored between the two messages beside the gap? */
static gboolean brackets(const GtupdGap *gap, const GtupdMessage *buffered)
{
    return buffered->has_send_time && gap->before_send <= buffered->send_seconds &&
           buffered->send_seconds <= gap->after_send;
}

/* The gap that a +BUFF fills: where two runs of the counter lack its number, Send Time decides, else the later. */
static GtupdGap *find_gap(const GtupdDevice *device, const GtupdMessage *buffered)
{
    GtupdGap *found = NULL;
    for (const GList *link = device->gaps.tail; link != NULL; link = link->prev) {
        GtupdGap *gap = link->data;
        if (!lacks(gap, buffered->count_value))
            continue;
        if (brackets(gap, buffered))
            return gap;
        if (found == NULL)
            found = gap;
    }
    return found;
}

/* How far two numbers are from each other on the counter's ring. */
static guint distance(guint16 a, guint16 b)
{
    const guint16 forth = (guint16)(a - b);
    const guint16 back = (guint16)(b - a);
    return MIN(forth, back);
}

/* The run of the counter that a number not known to be missing comes from: this one, or the one before. */
static guint likely_run(const GtupdDevice *device, guint16 number)
{
    const guint32 since = (guint16)(device->last_count - number);
    if (device->run == 0)
        return 0;
    if (since <= device->run_length) /* this run has had the number */
        return device->run - 1;
    const guint here = MIN(distance(number, device->last_count), distance(number, device->run_first));
    return here <= distance(number, device->earlier_last) ? device->run : device->run - 1;
}

/* A +BUFF brings its number: it fills a gap, or will be missed later. */
static void bring(GtupdDevice *device, const GtupdMessage *buffered)
{
    const guint16 number = buffered->count_value;
    GtupdGap *gap = find_gap(device, buffered);
    if (gap == NULL) {
        device->brought_run = likely_run(device, number);
        if (device->brought_run == device->run)
            gtupd_number_set_add(&device->early, number);
        return;
    }
    device->brought_run = gap->run;
    if (gap->brought == NULL)
        gap->brought = g_malloc0(gap->count / 8 + 1);
    set_bit(gap->brought, (guint16)(number - gap->first));
    gap->missing--;
}

static gboolean channel_changed(const GtupdContext *context)
{
    const GtupdDevice *device = context->device;
    return context->channel.id != device->last_channel ||
           (context->channel.transport == GTUPD_TRANSPORT_UDP && device->reboots);
}

static void restart(GtupdDevice *device, guint16 count)
{
    device->run++;
    device->earlier_last = device->last_count;
    device->run_first = count;
    device->run_length = 0;
    gtupd_number_set_clear(&device->early);
    device->reboots = FALSE;
    device->clock_unsure = TRUE;
}

/* The step from the previous number to this one. Returns TRUE for a restart. */
static gboolean judge_step(const GtupdContext *context, guint16 count)
{
    GtupdDevice *device = context->device;
    const guint16 previous = device->last_count;
    const guint16 step = (guint16)(count - previous);
    if (step == 1)
        return FALSE;
    if (channel_changed(context) && count < RESTART_BELOW) {
        restart(device, count);
        return TRUE;
    }
    if (step == 0)
        gtupd_note(context->notes, GTUPD_RULE_COUNT_REUSED,
                   "Count Number %04X is that of the message before it; expected %04X.", count,
                   (guint16)(previous + 1));
    else if (step <= GAP_MAX + 1)
        open_gap(context, (guint16)(previous + 1), step - 1U);
    else
        gtupd_note(context->notes, GTUPD_RULE_COUNT_BACKWARDS,
                   "Count Number %04X follows %04X; expected %04X, and no restart explains it.", count, previous,
                   (guint16)(previous + 1));
    return FALSE;
}

gboolean gtupd_numbers_count(const GtupdContext *context)
{
    GtupdDevice *device = context->device;
    const GtupdMessage *message = context->message;
    device->gap_here = FALSE;
    device->brought_run = device->run;
    if (!message->has_count)
        return FALSE;
    if (message->type == GTUPD_TYPE_BUFFERED) {
        bring(device, message);
        return FALSE;
    }

    const guint16 count = message->count_value;
    gboolean restarted = FALSE;
    if (device->has_count) {
        const guint16 step = (guint16)(count - device->last_count);
        restarted = judge_step(context, count);
        if (!restarted && step <= GAP_MAX + 1)
            device->run_length = MIN(device->run_length + step, COUNTER - 1);
    } else {
        device->run_first = count;
    }
    gtupd_number_set_remove(&device->early, count);
    device->has_count = TRUE;
    device->last_count = count;
    device->last_uplink_time = context->event->anchor.time;
    device->last_send_seconds = message->send_seconds;
    device->last_channel = context->channel.id;
    return restarted;
}

gboolean gtupd_numbers_gap_since(const GtupdDevice *device, guint64 index)
{
    if (device->judged_gap > index)
        return TRUE;
    for (const GList *link = device->gaps.tail; link != NULL; link = link->prev) {
        const GtupdGap *gap = link->data;
        if (gap->index <= index)
            return FALSE;
        if (gap->missing > 0)
            return TRUE;
    }
    return FALSE;
}

/* --- Send Times, §2.1.3 --- */

void gtupd_numbers_send_time(const GtupdContext *context, GtupdClock *clock)
{
    const GtupdMessage *message = context->message;
    if (!message->has_send_time || message->type == GTUPD_TYPE_BUFFERED)
        return;
    const gboolean unsure = context->device->clock_unsure;
    context->device->clock_unsure = FALSE;
    if (!unsure && clock->known && message->send_seconds < clock->seconds - CLOCK_SLACK)
        gtupd_note(context->notes, GTUPD_RULE_SEND_TIME_BACKWARDS,
                   "Send Time is %" G_GINT64_FORMAT " s before that of the previous message on this channel.",
                   clock->seconds - message->send_seconds);
    clock->known = TRUE;
    clock->seconds = message->send_seconds;
}

int gtupd_numbers_compare(const GtupdDevice *device, const GtupdMessage *buffered, const GtupdMoment *moment)
{
    if (!moment->known)
        return 0;
    if (device->brought_run != moment->run)
        return device->brought_run < moment->run ? -1 : 1;
    if (buffered->has_send_time && moment->has_send && buffered->send_seconds != moment->send_seconds)
        return buffered->send_seconds < moment->send_seconds ? -1 : 1;
    if (!buffered->has_count || !moment->has_count || buffered->count_value == moment->count)
        return 0;
    return (gint16)(buffered->count_value - moment->count) < 0 ? -1 : 1;
}

void gtupd_numbers_place(GtupdDevice *device, const GtupdEvent *event)
{
    for (GList *link = device->gaps.tail; link != NULL; link = link->prev) {
        GtupdGap *gap = link->data;
        if (gtupd_anchor_equal(&gap->event.anchor, &event->anchor))
            gap->event = *event;
    }
}

void gtupd_numbers_finish(const GtupdDevice *device, const GtupdOut *out)
{
    for (const GList *link = device->gaps.head; link != NULL; link = link->next) {
        const GtupdGap *gap = link->data;
        if (gap->missing > 0)
            note_gap(gap, out);
    }
}
