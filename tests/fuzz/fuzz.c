/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "fuzz.h"

#include <string.h>

#define SEPARATOR_SIZE (sizeof FUZZ_SEPARATOR - 1)

/* A little before numbers wrap. */
#define FIRST_SEQ 0xffffff00u

/* Records */

FuzzBody fuzz_body(const guint8 *data, gsize length)
{
    FuzzBody body = {g_malloc(MAX(length, 1)), length};
    if (length > 0)
        memcpy(body.bytes, data, length);
    return body;
}

void fuzz_body_clear(FuzzBody *body)
{
    g_clear_pointer(&body->bytes, g_free);
    body->length = 0;
}

gboolean fuzz_next(FuzzInput *input, gpointer head, gsize head_size, FuzzBody *body)
{
    fuzz_body_clear(body);
    if (input->length == 0)
        return FALSE;
    memset(head, 0, head_size);
    gsize taken = MIN(head_size, input->length);
    memcpy(head, input->data, taken);
    const guint8 *from = input->data + taken;
    gsize rest = input->length - taken;
    const guint8 *separator = memmem(from, rest, FUZZ_SEPARATOR, SEPARATOR_SIZE);
    gsize length = separator ? (gsize)(separator - from) : rest;
    *body = fuzz_body(from, length);
    input->data = separator ? separator + SEPARATOR_SIZE : from + length;
    input->length = separator ? rest - length - SEPARATOR_SIZE : 0;
    return TRUE;
}

void fuzz_append(GByteArray *input, gconstpointer head, gsize head_size, const guint8 *bytes, gsize length)
{
    g_byte_array_append(input, head, (guint)head_size);
    g_byte_array_append(input, bytes, (guint)length);
    g_byte_array_append(input, (const guint8 *)FUZZ_SEPARATOR, SEPARATOR_SIZE);
}

/* A tenth of a second, and its multiples by the squares. */

#define WAIT_UNIT G_GINT64_CONSTANT(100000000)

gint64 fuzz_wait(guint8 code)
{
    return code * code * WAIT_UNIT;
}

guint8 fuzz_wait_code(gint64 wait)
{
    guint8 code = 0;
    while (code < G_MAXUINT8 && fuzz_wait(code) < wait)
        code++;
    return code;
}

/* Segments */

FuzzStreams fuzz_streams(void)
{
    return (FuzzStreams){g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free)};
}

void fuzz_streams_clear(FuzzStreams *streams)
{
    g_clear_pointer(&streams->next, g_hash_table_unref);
}

static guint32 *next_of(const FuzzStreams *streams, const GtupdSegment *segment, gboolean reverse)
{
    const guint8 *from = reverse ? segment->destination : segment->source;
    const guint8 *to = reverse ? segment->source : segment->destination;
    g_autofree char *key = g_strdup_printf("%u.%u.%u.%u:%u-%u.%u.%u.%u:%u", from[0], from[1], from[2], from[3],
                                           reverse ? segment->destination_port : segment->source_port, to[0], to[1],
                                           to[2], to[3], reverse ? segment->source_port : segment->destination_port);
    guint32 *next = g_hash_table_lookup(streams->next, key);
    if (!next) {
        next = g_new(guint32, 1);
        *next = FIRST_SEQ;
        g_hash_table_insert(streams->next, g_steal_pointer(&key), next);
    }
    return next;
}

/* What stands behind the segment; older ones leave it where it is. */
static void move_on(guint32 *next, const GtupdSegment *segment)
{
    guint32 end = segment->seq + (guint32)segment->length;
    if (segment->flags & (GTUPD_TCP_SYN | GTUPD_TCP_FIN))
        end++;
    if ((gint32)(end - *next) > 0)
        *next = end;
}

static guint32 moved(guint32 seq, gint32 by)
{
    return seq + (guint32)by;
}

GtupdSegment fuzz_segment(FuzzStreams *streams, const FuzzSegment *head, const FuzzBody *body)
{
    GtupdSegment segment = {
        .transport = head->flags & FUZZ_UDP ? GTUPD_TRANSPORT_UDP : GTUPD_TRANSPORT_TCP,
        .ip_version = 4,
        .source_port = (guint16)(head->source_port[0] << 8 | head->source_port[1]),
        .destination_port = (guint16)(head->destination_port[0] << 8 | head->destination_port[1]),
        .flags = head->flags & (GTUPD_TCP_FIN | GTUPD_TCP_SYN | GTUPD_TCP_RST | GTUPD_TCP_ACK),
        .window = head->flags & FUZZ_SHUT ? 0 : G_MAXUINT16,
        .payload = body->bytes,
        .captured = body->length,
        .length = body->length,
    };
    memcpy(segment.source, head->source, sizeof head->source);
    memcpy(segment.destination, head->destination, sizeof head->destination);
    if (segment.transport == GTUPD_TRANSPORT_UDP)
        return segment;
    guint32 *next = next_of(streams, &segment, FALSE);
    segment.seq = moved(*next, head->ahead);
    segment.ack = moved(*next_of(streams, &segment, TRUE), head->acked);
    move_on(next, &segment);
    return segment;
}

static gint8 distance(guint32 seq, guint32 next)
{
    return (gint8)CLAMP((gint32)(seq - next), G_MININT8, G_MAXINT8);
}

FuzzSegment fuzz_segment_head(FuzzStreams *streams, const GtupdSegment *segment)
{
    FuzzSegment head = {
        .flags = segment->flags & (GTUPD_TCP_FIN | GTUPD_TCP_SYN | GTUPD_TCP_RST | GTUPD_TCP_ACK),
        .source_port = {(guint8)(segment->source_port >> 8), (guint8)segment->source_port},
        .destination_port = {(guint8)(segment->destination_port >> 8), (guint8)segment->destination_port},
    };
    memcpy(head.source, segment->source, sizeof head.source);
    memcpy(head.destination, segment->destination, sizeof head.destination);
    if (segment->transport == GTUPD_TRANSPORT_UDP) {
        head.flags = FUZZ_UDP;
        return head;
    }
    if (segment->window == 0)
        head.flags |= FUZZ_SHUT;
    guint32 *next = next_of(streams, segment, FALSE);
    guint32 *other = next_of(streams, segment, TRUE);
    if (segment->flags & GTUPD_TCP_SYN)
        *next = segment->seq; /* where the capture's own numbers begin */
    head.ahead = distance(segment->seq, *next);
    head.acked = distance(segment->ack, *other);
    move_on(next, segment);
    return head;
}
