/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "reading.h"

#include "check.h"
#include "text.h"

#include <string.h>

/* --- The event --- */

static void describe_report(const GtupdMessage *message, GtupdEvent *event)
{
    const GtupdFieldValue *code = gtupd_message_field(message, GTUPD_FIELD_CODE);
    if (code != NULL && gtupd_code_is_numeric(gtupd_message_text(message, code->value), code->value.length))
        gtupd_message_copy(message, code->value, event->code, sizeof event->code);
    const GtupdFieldValue *times = gtupd_message_field(message, GTUPD_FIELD_DOWNLOAD_TIMES);
    if (times != NULL && times->value.length == 1)
        event->download_times = gtupd_text_decimal(gtupd_message_text(message, times->value), 1);
}

static void describe(const GtupdMessage *message, GtupdEvent *event)
{
    *event = (GtupdEvent){
        .kind = message->kind,
        .type = message->type,
        .buffered = message->type == GTUPD_TYPE_BUFFERED,
        .gtupd = message->is_gtupd,
        .uplink = gtupd_type_is_uplink(message->type),
        .download_times = -1,
    };
    gtupd_message_copy(message, message->word, event->word, sizeof event->word);
    if (message->has_serial)
        gtupd_message_copy(message, message->serial, event->serial, sizeof event->serial);
    if (message->has_count)
        gtupd_message_copy(message, message->count, event->count, sizeof event->count);
    if (message->has_send_time)
        gtupd_message_copy(message, message->send_time, event->send_time, sizeof event->send_time);
    if (message->layout != GTUPD_LAYOUT_NONE)
        describe_report(message, event);
}

/* --- The digest --- */

static guint64 mix(guint64 a, guint64 b)
{
    const unsigned __int128 product = (unsigned __int128)a * b;
    return (guint64)product ^ (guint64)(product >> 64);
}

static void mix_in(guint64 digest[2], const guint64 words[2])
{
    digest[0] = mix(digest[0] ^ words[0], G_GUINT64_CONSTANT(0xa0761d6478bd642f) ^ words[1]);
    digest[1] = mix(digest[1] + words[1], G_GUINT64_CONSTANT(0xe7037ed1a0b428db)) ^ words[0];
}

/*
 * Two hashes of the bytes, so that the bytes themselves need not be kept: sixteen bytes at a time, multiplied and
 * folded. 128 bits make an accidental match impossible in practice.
 */
static void digest_bytes(const guint8 *bytes, gsize length, guint64 digest[2])
{
    guint64 words[2] = {0, 0};
    gsize at = 0;
    digest[0] = G_GUINT64_CONSTANT(0x9e3779b97f4a7c15) ^ length;
    digest[1] = G_GUINT64_CONSTANT(0xd6e8feb86659fd93) + length;
    for (; at + sizeof words <= length; at += sizeof words) {
        memcpy(words, bytes + at, sizeof words);
        mix_in(digest, words);
    }
    words[0] = words[1] = 0;
    memcpy(words, bytes + at, length - at);
    mix_in(digest, words);
}

/* --- Is it sound? --- */

static void note_unsound(GtupdRule rule G_GNUC_UNUSED, const GtupdFieldInfo *field G_GNUC_UNUSED,
                         GtupdSpan span G_GNUC_UNUSED, const char *section G_GNUC_UNUSED,
                         const char *sentence G_GNUC_UNUSED, gpointer is_sound)
{
    *(gboolean *)is_sound = FALSE;
}

/* --- The interface --- */

void gtupd_reading_make(GtupdReading *reading, const guint8 *bytes, const GtupdFrame *frame, gboolean at_datagram_end)
{
    const gsize prefix = gtupd_frame_prefix(frame->type);
    gtupd_message_decode(&reading->message, bytes, frame->length, frame->type, frame->end, at_datagram_end);
    describe(&reading->message, &reading->event);
    digest_bytes(bytes + prefix, frame->length - prefix, reading->digest);
    reading->is_sound = TRUE;
    gtupd_check_message(&reading->message, note_unsound, &reading->is_sound);
}

gboolean gtupd_reading_first(GtupdReading *reading, const guint8 *payload, gsize length)
{
    if (length == 0 || gtupd_frame_header(payload, length, NULL) != GTUPD_HEADER_WHOLE)
        return FALSE; /* before other bytes are searched for where the first message begins */
    const GtupdFrame frame = gtupd_frame_next(payload, length, 0);
    if (frame.kind != GTUPD_FRAME_MESSAGE || frame.end != GTUPD_END_TAIL)
        return FALSE;
    gtupd_reading_make(reading, payload, &frame, FALSE);
    return TRUE;
}
