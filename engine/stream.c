/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "stream.h"

#include "bounds.h"
#include "fetch.h"

#include <string.h>

/*
 * What a kept chunk costs besides its bytes, set high: it bounds the number of chunks, and so the time to find a
 * chunk's place among them.
 */
#define CHUNK_COST 256

typedef struct {
    GList link; /* in `kept` */
    GtupdAnchor anchor;
    guint32 seq;
    gsize length;
    guint8 data[];
} Chunk;

struct _GtupdStream {
    const GtupdStreamReader *type;
    gpointer reader;
    GtupdBacklog *backlog;
    guint32 next;
    guint32 fin; /* the number behind the last byte */
    gboolean has_fin;
    gboolean ended;
    GtupdAnchor latest; /* the latest packet since the last hole; order 0: none yet */
    GQueue kept;        /* Chunk, by sequence number, disjoint, all ahead of `next` */
    gsize bytes;        /* their cost */
};

static guint32 chunk_end(const Chunk *chunk)
{
    return chunk->seq + (guint32)chunk->length;
}

static Chunk *first_kept(const GtupdStream *stream)
{
    return stream->kept.head != NULL ? stream->kept.head->data : NULL;
}

static Chunk *chunk_new(guint32 seq, const guint8 *data, gsize length, const GtupdAnchor *anchor)
{
    Chunk *chunk = g_malloc(sizeof *chunk + length);
    chunk->link = (GList){.data = chunk};
    chunk->anchor = *anchor;
    chunk->seq = seq;
    chunk->length = length;
    memcpy(chunk->data, data, length);
    return chunk;
}

static void account(GtupdStream *stream, const Chunk *chunk)
{
    stream->bytes += chunk->length + CHUNK_COST;
    stream->backlog->bytes += chunk->length + CHUNK_COST;
}

static Chunk *take_first(GtupdStream *stream)
{
    Chunk *chunk = g_queue_pop_head_link(&stream->kept)->data;
    stream->bytes -= chunk->length + CHUNK_COST;
    stream->backlog->bytes -= chunk->length + CHUNK_COST;
    return chunk;
}

static void drop_kept(GtupdStream *stream)
{
    while (stream->kept.head != NULL)
        g_free(take_first(stream));
}

/* --- A direction as reader --- */

static void direction_bytes(gpointer reader, const guint8 *data, gsize length, const GtupdAnchor *anchor)
{
    gtupd_direction_bytes(reader, data, length, anchor);
}

static void direction_hole(gpointer reader, gsize length G_GNUC_UNUSED)
{
    gtupd_direction_hole(reader);
}

static void direction_end(gpointer reader)
{
    gtupd_direction_end(reader);
}

static void direction_free(gpointer reader)
{
    gtupd_direction_free(reader);
}

GtupdStream *gtupd_stream_new(GtupdDirection *direction, guint32 next, GtupdBacklog *backlog)
{
    static const GtupdStreamReader type = {direction_bytes, direction_hole, direction_end, direction_free};
    return gtupd_stream_new_for(&type, direction, next, backlog);
}

/* --- Life --- */

GtupdStream *gtupd_stream_new_for(const GtupdStreamReader *type, gpointer reader, guint32 next, GtupdBacklog *backlog)
{
    GtupdStream *stream = g_new0(GtupdStream, 1);
    stream->type = type;
    stream->reader = reader;
    stream->backlog = backlog;
    stream->next = next;
    g_queue_init(&stream->kept);
    return stream;
}

void gtupd_stream_free(GtupdStream *stream)
{
    if (stream == NULL)
        return;
    drop_kept(stream);
    if (stream->type->free != NULL)
        stream->type->free(stream->reader);
    g_free(stream);
}

static void deliver(GtupdStream *stream, const guint8 *data, gsize length, const GtupdAnchor *anchor)
{
    if (anchor->order > stream->latest.order)
        stream->latest = *anchor;
    stream->next += (guint32)length;
    stream->type->bytes(stream->reader, data, length, &stream->latest);
}

static void deliver_kept(GtupdStream *stream)
{
    for (Chunk *chunk = first_kept(stream); chunk != NULL && chunk->seq == stream->next; chunk = first_kept(stream)) {
        take_first(stream);
        deliver(stream, chunk->data, chunk->length, &chunk->anchor);
        g_free(chunk);
    }
}

/* Nothing kept lies before `next`: chunks do not overlap, and a hole ends where the first of them begins or before. */
static void skip_to(GtupdStream *stream, guint32 next)
{
    const gsize length = next - stream->next;
    stream->next = next;
    stream->latest.order = 0;
    stream->type->hole(stream->reader, length);
    deliver_kept(stream);
}

/* Whatever is still kept claims to lie behind the end. */
static void end(GtupdStream *stream)
{
    stream->ended = TRUE;
    drop_kept(stream);
    stream->type->end(stream->reader);
}

static void end_if_complete(GtupdStream *stream)
{
    if (!stream->ended && stream->has_fin && stream->next == stream->fin)
        end(stream);
}

/* Inserts the part of the segment that no chunk holds yet, as one chunk for each gap that it fills. */
static void keep(GtupdStream *stream, guint32 seq, const guint8 *data, gsize length, const GtupdAnchor *anchor)
{
    GList *link = stream->kept.head;
    const Chunk *last = stream->kept.tail != NULL ? stream->kept.tail->data : NULL;
    if (last != NULL && gtupd_seq_ahead(seq, chunk_end(last)) >= 0)
        link = NULL;

    while (length > 0) {
        const Chunk *neighbour = link != NULL ? link->data : NULL;
        gsize piece = length;
        gboolean is_known = FALSE;
        if (neighbour != NULL) {
            gint32 room = gtupd_seq_ahead(neighbour->seq, seq);
            gint32 rest = gtupd_seq_ahead(chunk_end(neighbour), seq);
            if (rest <= 0) {
                link = link->next;
                continue;
            }
            is_known = room <= 0;
            piece = MIN(length, (gsize)(is_known ? rest : room));
        }
        if (!is_known) {
            Chunk *chunk = chunk_new(seq, data, piece, anchor);
            g_queue_insert_before_link(&stream->kept, link, &chunk->link);
            account(stream, chunk);
        }
        seq += (guint32)piece;
        data += piece;
        length -= piece;
    }
}

static void enforce_limits(GtupdStream *stream, const GtupdAnchor *anchor)
{
    const Chunk *first;
    while ((first = first_kept(stream)) != NULL) {
        gboolean is_full = stream->bytes > GTUPD_MAX_STREAM_BYTES || stream->backlog->bytes > GTUPD_MAX_STREAM_TOTAL;
        if (is_full)
            gtupd_tracker_limit_reached(stream->backlog->tracker, GTUPD_LIMIT_STREAM_BYTES, 1);
        else if (anchor->time - first->anchor.time <= GTUPD_STREAM_PATIENCE)
            return;
        skip_to(stream, first->seq);
    }
}

void gtupd_stream_segment(GtupdStream *stream, guint32 seq, const guint8 *data, gsize captured, gsize length,
                          const GtupdAnchor *anchor)
{
    gint32 distance = gtupd_seq_ahead(seq, stream->next);
    if (stream->ended || ABS((gint64)distance) > GTUPD_STREAM_WINDOW)
        return;
    captured = MIN(captured, length);
    if (stream->has_fin) {
        gint32 room = gtupd_seq_ahead(stream->fin, seq);
        captured = room > 0 ? MIN(captured, (gsize)room) : 0;
    }
    if (distance < 0) {
        gsize old = (gsize)gtupd_seq_ahead(stream->next, seq);
        if (captured <= old)
            return;
        data += old;
        captured -= old;
        seq = stream->next;
    }
    if (captured == 0)
        return;

    if (seq == stream->next && stream->kept.head == NULL) {
        deliver(stream, data, captured, anchor);
    } else {
        keep(stream, seq, data, captured, anchor);
        deliver_kept(stream);
        enforce_limits(stream, anchor);
    }
    end_if_complete(stream);
}

void gtupd_stream_fin(GtupdStream *stream, guint32 seq)
{
    if (seq + 1 == stream->next) /* its own number was acknowledged before it was captured */
        seq = stream->next;
    gint32 distance = gtupd_seq_ahead(seq, stream->next);
    if (stream->ended || stream->has_fin || distance < 0 || distance > GTUPD_STREAM_WINDOW)
        return;
    stream->has_fin = TRUE;
    stream->fin = seq;
    end_if_complete(stream);
}

void gtupd_stream_acknowledged(GtupdStream *stream, guint32 ack)
{
    if (stream->ended || gtupd_seq_ahead(ack, stream->next) <= 0 ||
        gtupd_seq_ahead(ack, stream->next) > GTUPD_STREAM_WINDOW)
        return;
    if (stream->has_fin && gtupd_seq_ahead(ack, stream->fin) > 0)
        ack = stream->fin; /* a FIN takes a number of its own */
    while (gtupd_seq_ahead(ack, stream->next) > 0) {
        const Chunk *first = first_kept(stream);
        skip_to(stream, first != NULL && gtupd_seq_ahead(ack, first->seq) > 0 ? first->seq : ack);
    }
    end_if_complete(stream);
}

void gtupd_stream_give_up(GtupdStream *stream)
{
    for (const Chunk *first = first_kept(stream); first != NULL; first = first_kept(stream))
        skip_to(stream, first->seq);
    end_if_complete(stream);
}

void gtupd_stream_end(GtupdStream *stream)
{
    gtupd_stream_give_up(stream);
    if (!stream->ended)
        end(stream);
}

gboolean gtupd_stream_has_ended(const GtupdStream *stream)
{
    return stream->ended;
}

guint32 gtupd_stream_next(const GtupdStream *stream)
{
    return stream->next;
}

const GtupdAnchor *gtupd_stream_kept(const GtupdStream *stream)
{
    const Chunk *first = first_kept(stream);
    return first != NULL ? &first->anchor : NULL;
}

void gtupd_stream_fetch(const GtupdStream *stream, guint depth)
{
    if (depth == 0)
        gtupd_fetch(stream, sizeof *stream);
    else
        gtupd_direction_fetch(stream->reader, depth - 1);
}

const GtupdDirection *gtupd_stream_direction(const GtupdStream *stream)
{
    return stream->reader;
}
