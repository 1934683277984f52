/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * TCP connections, from the inside: shared by connection.c, opening.c and tcp.c only.
 *
 * tcp.c finds the connection of a segment and bounds how many are known; opening.c is a connection's life while it is
 * undecided; connection.c is its beginning and end as a channel, and what SYNs have to do with it.
 */
#pragma once

#include "flow.h"
#include "frame.h"
#include "stream.h"
#include "tcp.h"

#include <glib.h>

typedef enum {
    GTUPD_UNDECIDED,
    GTUPD_TRACK,
    GTUPD_OVER, /* was @Track; nothing more is looked at but a new SYN */
} GtupdConnectionState;

/* In which order an undecided side's segments are looked at. */
typedef enum {
    GTUPD_CAPTURE_ORDER,
    GTUPD_AFTER_WAITING, /* `next` follows the waiting beginning of a header; no SYN was seen */
    GTUPD_STREAM_ORDER,  /* `next` is known from the SYN on */
} GtupdOrder;

/* What of a segment matters to its connection. */
typedef struct {
    guint side;
    gboolean has_ack;
    gboolean has_fin;
    guint32 seq; /* of the first payload byte */
    guint32 ack;
    const guint8 *data;
    gsize captured;
    gsize length;
    GtupdAnchor anchor;
} GtupdPiece;

/* A piece that owns its data. */
typedef struct {
    GtupdPiece piece;
    guint8 data[];
} GtupdEarly;

/* A proper beginning of a header, padding before it dropped. */
typedef struct {
    GtupdPiece piece; /* of its first segment; `data` is `bytes` */
    guint8 bytes[GTUPD_HEADER_MAX];
} GtupdWaiting;

typedef struct {
    guint32 isn;  /* the number before the first byte */
    guint32 next; /* undecided: the next byte to look at; over: where the stream stood */
    guint32 fin;
    guint8 order;   /* GtupdOrder */
    guint8 has_isn; /* `isn` is known, from a SYN or from where the stream was joined */
    guint8 has_syn; /* the direction is known from its SYN on */
    guint8 has_fin;
    GtupdWaiting *waiting; /* NULL: none */
} GtupdSide;

typedef struct {
    GtupdFlow flow; /* first */
    GtupdConnectionState state;
    gboolean has_spoken; /* @Track: a message has ended */
    GtupdSide sides[2];
    GPtrArray *early;        /* GtupdEarly, in capture order; NULL: none */
    gint64 closed;           /* over: capture time of its end */
    GtupdChannel *channel;   /* @Track */
    GtupdStream *streams[2]; /* @Track; NULL while nothing says where that direction stands */
} GtupdConnection;

struct _GtupdTcp {
    GtupdTracker *tracker;
    GtupdFlowTable *flows;
    GQueue undecided; /* longest idle first */
    GQueue begun;     /* @Track, but no message has ended there yet; longest idle first */
    GQueue channels;  /* other @Track, longest idle first */
    GQueue over;      /* longest over first */
    gint64 now;       /* capture time of the latest segment */
    GtupdBacklog backlog;
};

/* --- connection.c --- */

/* In the table and among the undecided. */
GtupdConnection *gtupd_connection_new(GtupdTcp *tcp, const GtupdFlowKey *key);
void gtupd_connection_free(GtupdTcp *tcp, GtupdConnection *connection);

/* The connection is @Track from `first` on. What was kept of both directions goes on to their streams. */
void gtupd_connection_begin(GtupdTcp *tcp, GtupdConnection *connection, const GtupdPiece *first);

/* The next segment of an @Track connection. */
void gtupd_connection_segment(GtupdTcp *tcp, GtupdConnection *connection, const GtupdPiece *piece);

/* Have both its directions ended? */
gboolean gtupd_connection_has_ended(const GtupdConnection *connection);

/* @Track: it is over from now on. */
void gtupd_connection_close(GtupdTcp *tcp, GtupdConnection *connection);

/* Where it stands by now. */
GQueue *gtupd_connection_queue(GtupdTcp *tcp, GtupdConnection *connection);

/* It has ended, or nobody cares any more: all that waits is looked at, and a channel is closed. */
void gtupd_connection_finish(GtupdTcp *tcp, GtupdConnection *connection);

/* Does a SYN, or SYN and ACK, belong to the connection as it is known? */
gboolean gtupd_connection_owns_syn(const GtupdConnection *connection, const GtupdPiece *piece);

/* A SYN says where the stream of side `index` begins. */
void gtupd_connection_learn_isn(GtupdTcp *tcp, GtupdConnection *connection, guint index, guint32 isn);

/* Is the sequence number too far from where its direction stands? */
gboolean gtupd_connection_is_foreign(const GtupdConnection *connection, const GtupdPiece *piece);

/* --- opening.c --- */

/* As gtupd_frame_header(), but what is nothing but padding is no beginning of a header. */
GtupdHeaderMatch gtupd_opening_match(const guint8 *data, gsize length);

/* The next segment of an undecided connection, which may be @Track then. */
void gtupd_opening_segment(GtupdTcp *tcp, GtupdConnection *connection, const GtupdPiece *piece);

/* Nobody waits for missing segments any more: capture order decides. The connection may be @Track then. */
void gtupd_opening_fall_back(GtupdTcp *tcp, GtupdConnection *connection);

/* Is there nothing to remember of an undecided connection? */
gboolean gtupd_opening_is_idle(const GtupdConnection *connection);

void gtupd_opening_drop_waiting(GtupdSide *side);
void gtupd_opening_drop_early(GtupdTcp *tcp, GtupdConnection *connection);
