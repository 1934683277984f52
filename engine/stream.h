/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One direction of one TCP connection: segments in any order become bytes in stream order.
 *
 * Each stream byte counts once, the copy seen first. Bytes in order go on at once, uncopied; bytes ahead of a gap are
 * kept with their packets. A gap becomes a hole, i.e. is taken for lost by the capture, when
 *   - the other side acknowledges what is behind its first byte, or
 *   - GTUPD_MAX_STREAM_BYTES are kept behind it (GTUPD_MAX_STREAM_TOTAL over all streams), or
 *   - more of the stream comes a minute after what was kept first: acknowledgements may not have been captured, or
 *   - the connection ends, or gtupd_stream_give_up() says so.
 * Then the stream goes on behind it; what comes late for a hole is old. Bytes that a snap length cut off leave a gap
 * like any other.
 *
 * Every chunk of bytes is handed on with the packet with which it and all before it, since the last hole, were there.
 */
#pragma once

#include "direction.h"
#include "tracker.h"

#include <glib.h>

/* Sequence numbers further away than this are not of the same connection. */
#define GTUPD_STREAM_WINDOW (1 << 24)

/* A gap this old (ns) is a hole when more of its stream comes. */
#define GTUPD_STREAM_PATIENCE (60 * G_GINT64_CONSTANT(1000000000))

/* How far `seq` is ahead of `base`; negative: behind. Numbers wrap. */
static inline gint32 gtupd_seq_ahead(guint32 seq, guint32 base)
{
    return (gint32)(seq - base);
}

/* What all streams of an engine share: the bytes kept, and who counts limits. */
typedef struct {
    GtupdTracker *tracker;
    gsize bytes;
} GtupdBacklog;

typedef struct _GtupdStream GtupdStream;

/* Who reads a stream; `reader` is its own. */
typedef struct {
    /* The next bytes; *anchor is the packet with which they, and all before them since the last hole, were there. */
    void (*bytes)(gpointer reader, const guint8 *data, gsize length, const GtupdAnchor *anchor);
    /* So many bytes are missing here. */
    void (*hole)(gpointer reader, gsize length);
    /* The stream ends here for good. */
    void (*end)(gpointer reader);
    void (*free)(gpointer reader); /* NULL: it is not the stream's */
} GtupdStreamReader;

/* The stream's next byte has the sequence number `next`. Borrows *type and `backlog`. */
GtupdStream *gtupd_stream_new_for(const GtupdStreamReader *type, gpointer reader, guint32 next, GtupdBacklog *backlog);

/* The same for a direction of @Track, which it takes. */
GtupdStream *gtupd_stream_new(GtupdDirection *direction, guint32 next, GtupdBacklog *backlog);
void gtupd_stream_free(GtupdStream *stream);

/* `length` bytes from `seq` on, of which the first `captured` are in `data`, came with this packet. */
void gtupd_stream_segment(GtupdStream *stream, guint32 seq, const guint8 *data, gsize captured, gsize length,
                          const GtupdAnchor *anchor);

/* The sender's last byte is the one before `seq`. The stream ends when all before it is there, or lost. */
void gtupd_stream_fin(GtupdStream *stream, guint32 seq);

/* The receiver has everything before `ack`. */
void gtupd_stream_acknowledged(GtupdStream *stream, guint32 ack);

/* All gaps are holes. */
void gtupd_stream_give_up(GtupdStream *stream);

/* Nothing more will come: gives up, and ends the direction. */
void gtupd_stream_end(GtupdStream *stream);
gboolean gtupd_stream_has_ended(const GtupdStream *stream);

/* Sequence number of the next byte. */
guint32 gtupd_stream_next(const GtupdStream *stream);

/* The packet of what is kept behind the first gap; NULL if nothing is. Borrowed until the stream changes. */
const GtupdAnchor *gtupd_stream_kept(const GtupdStream *stream);

/* Fetches itself (depth 0), its direction (1), or that one's needs (2, 3), to the caches. Only of a stream made for a
 * direction. */
void gtupd_stream_fetch(const GtupdStream *stream, guint depth);

/* For its verdict at the end. Borrowed. Only of a stream made for a direction. */
const GtupdDirection *gtupd_stream_direction(const GtupdStream *stream);
