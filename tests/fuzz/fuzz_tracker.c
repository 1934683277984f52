/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The tracker: messages of four channels in records (FuzzMessage). What it tells is in its bounds and printable, a
 * verdict asked for twice is the same, and one asked for after every message changes nothing.
 */
#include "fuzz.h"
#include "tracker.h"

#include <string.h>

/* A verdict after each of more of them would only take time. */
#define MESSAGES_MAX 200

static void take_finding(const GtupdFinding *finding, gpointer data)
{
    for (const char *c = finding->message; *c; c++)
        g_assert_true(g_ascii_isprint(*c));
    g_string_append_printf(data, "%d@%" G_GUINT64_FORMAT "#%u %s\n", (int)finding->rule, finding->event->anchor.order,
                           finding->update, finding->message);
}

static void take_event(const GtupdEvent *event, gpointer data)
{
    g_assert_nonnull(memchr(event->word, '\0', sizeof event->word));
    g_assert_nonnull(memchr(event->device, '\0', sizeof event->device));
    g_assert_cmpint(event->state, <, GTUPD_STATES);
    g_string_append_printf(data, "%d@%" G_GUINT64_FORMAT "#%u %d\n", (int)event->kind, event->anchor.order,
                           event->update, (int)event->state);
}

static void take_update(const GtupdUpdate *update, gpointer data)
{
    g_assert_cmpuint(update->number, >, 0);
    g_assert_cmpint(update->outcome, <, GTUPD_OUTCOMES);
    g_string_append_printf(data, "%s#%u %d %u\n", update->device, update->number, (int)update->outcome,
                           update->events->len);
}

static GtupdSink sink_to(GString *told)
{
    return (GtupdSink){.data = told, .event = take_event, .finding = take_finding, .update = take_update};
}

static GString *verdict(const GtupdTracker *tracker)
{
    GString *told = g_string_new(NULL);
    const GtupdSink sink = sink_to(told);
    gtupd_tracker_finish(tracker, &sink);
    return told;
}

static void ask_twice(const GtupdTracker *tracker)
{
    g_autoptr(GString) first = verdict(tracker);
    g_autoptr(GString) second = verdict(tracker);
    g_assert_cmpstr(first->str, ==, second->str);
}

static GtupdChannel *channel_of(GtupdTracker *tracker, GtupdChannel *channels[], guint8 code)
{
    const guint which = code % FUZZ_CHANNELS;
    if (channels[which] && code & FUZZ_CLOSE)
        gtupd_tracker_channel_close(tracker, g_steal_pointer(&channels[which]));
    if (!channels[which])
        channels[which] = gtupd_tracker_channel_new(tracker, which < 2 ? GTUPD_TRANSPORT_TCP : GTUPD_TRANSPORT_UDP);
    return channels[which];
}

/* FALSE: these bytes are no message. */
static gboolean read_message(GtupdReading *reading, const FuzzBody *body, gboolean at_datagram_end)
{
    GtupdType type;
    if (gtupd_frame_header(body->bytes, body->length, &type) != GTUPD_HEADER_WHOLE ||
        gtupd_frame_is_padding(body->bytes[0]) || body->length > GTUPD_MESSAGE_MAX)
        return FALSE;
    const gboolean has_tail = body->bytes[body->length - 1] == '$';
    const GtupdFrame frame = {GTUPD_FRAME_MESSAGE, body->length, type, has_tail ? GTUPD_END_TAIL : GTUPD_END_HEADER,
                              TRUE};
    gtupd_reading_make(reading, body->bytes, &frame, at_datagram_end && !has_tail);
    return TRUE;
}

static GString *track(FuzzInput input, gboolean asking)
{
    GString *told = g_string_new(NULL);
    const GtupdSink sink = sink_to(told);
    GtupdTracker *tracker = gtupd_tracker_new(&sink);
    GtupdChannel *channels[FUZZ_CHANNELS] = {NULL};
    GtupdAnchor anchor = {.time = FUZZ_TIME};
    FuzzMessage head;
    g_auto(FuzzBody) body = {0};
    while (anchor.order < MESSAGES_MAX && fuzz_next(&input, &head, sizeof head, &body)) {
        GtupdReading reading;
        GtupdEvent event;
        anchor.time += fuzz_wait(head.wait);
        anchor.frame = ++anchor.order;
        GtupdChannel *channel = channel_of(tracker, channels, head.channel);
        if (read_message(&reading, &body, (head.channel & FUZZ_DATAGRAM_END) != 0))
            gtupd_tracker_message(tracker, channel, (head.channel & FUZZ_SIDE) != 0, &reading, &anchor,
                                  (head.channel & FUZZ_STRAY) != 0, &event);
        if (asking)
            ask_twice(tracker);
    }
    g_autoptr(GString) end = verdict(tracker);
    g_string_append(told, end->str);
    gtupd_tracker_free(tracker);
    return told;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const FuzzInput input = {data, size};
    g_autoptr(GString) plain = track(input, FALSE);
    g_autoptr(GString) asking = track(input, TRUE);
    g_assert_cmpstr(plain->str, ==, asking->str);
    return 0;
}
