/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tcp.h"

#include "bounds.h"
#include "flow.h"
#include "frame.h"
#include "stream.h"

#include <string.h>

#define EARLY_MAX 4 /* early segments kept of an undecided connection */

/* How long (ns) what was sent again may still arrive: twice the maximum segment lifetime (RFC 9293, 3.4.2). */
#define LINGER (240 * G_GINT64_CONSTANT(1000000000))

typedef enum {
    UNDECIDED,
    TRACK,
    OVER, /* was @Track; nothing more is looked at but a new SYN */
} State;

/* In which order an undecided side's segments are looked at. */
typedef enum {
    CAPTURE_ORDER,
    AFTER_WAITING, /* `next` follows the waiting beginning of a header; no SYN was seen */
    STREAM_ORDER,  /* `next` is known from the SYN on */
} Order;

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
} Piece;

/* A piece that owns its data. */
typedef struct {
    Piece piece;
    guint8 data[];
} Early;

/* A proper beginning of a header, padding before it dropped. */
typedef struct {
    Piece piece; /* of its first segment; `data` is `bytes` */
    guint8 bytes[GTUPD_HEADER_MAX];
} Waiting;

typedef struct {
    guint32 isn;  /* the number before the first byte */
    guint32 next; /* undecided: the next byte to look at; over: where the stream stood */
    guint32 fin;
    guint8 order;   /* Order */
    guint8 has_isn; /* `isn` is known, from a SYN or from where the stream was joined */
    guint8 has_syn; /* the direction is known from its SYN on */
    guint8 has_fin;
    Waiting *waiting; /* NULL: none */
} Side;

typedef struct {
    GtupdFlow flow; /* first */
    State state;
    Side sides[2];
    GPtrArray *early;        /* Early, in capture order; NULL: none */
    gint64 closed;           /* OVER: capture time of its end */
    GtupdChannel *channel;   /* TRACK */
    GtupdStream *streams[2]; /* TRACK; NULL while nothing says where that direction stands */
} Connection;

struct _GtupdTcp {
    GtupdTracker *tracker;
    GtupdFlowTable *flows;
    GQueue undecided; /* longest idle first */
    GQueue channels;  /* TRACK, longest idle first */
    GQueue over;      /* longest over first */
    gint64 now;       /* capture time of the latest segment */
    GtupdBacklog backlog;
};

static void look(GtupdTcp *tcp, Connection *connection, const Piece *piece);
static void track(GtupdTcp *tcp, Connection *connection, const Piece *piece);

static gint32 ahead(guint32 seq, guint32 base)
{
    return (gint32)(seq - base);
}

/* --- Pieces --- */

/* Drops bytes that have been looked at, or are behind where the stream begins. */
static void skip(Piece *piece, gsize bytes)
{
    gsize held = MIN(bytes, piece->captured);
    piece->data += held;
    piece->captured -= held;
    piece->length -= MIN(bytes, piece->length);
    piece->seq += (guint32)bytes;
}

/* As gtupd_frame_header(), but what is nothing but padding is no beginning of a header. */
static GtupdHeaderMatch match_header(const guint8 *data, gsize length)
{
    if (length == 0)
        return GTUPD_HEADER_NONE;
    GtupdHeaderMatch match = gtupd_frame_header(data, length, NULL);
    if (match == GTUPD_HEADER_PARTIAL && gtupd_frame_is_padding(data[length - 1]))
        return GTUPD_HEADER_NONE;
    return match;
}

static gsize early_cost(const Early *early)
{
    return sizeof *early + early->piece.captured;
}

static Early *early_new(GtupdTcp *tcp, const Piece *piece)
{
    Early *early = g_malloc(sizeof *early + piece->captured);
    early->piece = *piece;
    if (piece->captured > 0)
        memcpy(early->data, piece->data, piece->captured);
    early->piece.data = early->data;
    tcp->backlog.bytes += early_cost(early);
    return early;
}

static void early_free(GtupdTcp *tcp, Early *early)
{
    tcp->backlog.bytes -= early_cost(early);
    g_free(early);
}

static void drop_waiting(Side *side)
{
    g_clear_pointer(&side->waiting, g_free);
    if (side->order == AFTER_WAITING)
        side->order = CAPTURE_ORDER;
}

/* --- A connection's life --- */

static Connection *connection_new(GtupdTcp *tcp, const GtupdFlowKey *key)
{
    Connection *connection = g_new0(Connection, 1);
    gtupd_flow_table_add(tcp->flows, &connection->flow, key);
    gtupd_flow_touch(&connection->flow, &tcp->undecided);
    return connection;
}

static void drop_early(GtupdTcp *tcp, Connection *connection)
{
    if (connection->early == NULL)
        return;
    for (guint i = 0; i < connection->early->len; i++)
        early_free(tcp, connection->early->pdata[i]);
    g_clear_pointer(&connection->early, g_ptr_array_unref);
}

static void connection_free(GtupdTcp *tcp, Connection *connection)
{
    gtupd_flow_table_remove(tcp->flows, &connection->flow);
    drop_early(tcp, connection);
    for (guint side = 0; side < 2; side++) {
        g_free(connection->sides[side].waiting);
        gtupd_stream_free(connection->streams[side]);
    }
    g_free(connection);
}

static void start_stream(GtupdTcp *tcp, Connection *connection, guint side, guint32 next, gboolean from_start)
{
    Side *state = &connection->sides[side];
    if (!state->has_isn) {
        state->isn = next - 1;
        state->has_isn = TRUE;
    }
    GtupdDirection *direction = gtupd_direction_new(tcp->tracker, connection->channel, side, from_start);
    connection->streams[side] = gtupd_stream_new(direction, next, &tcp->backlog);
    if (state->has_fin)
        gtupd_stream_fin(connection->streams[side], state->fin);
}

static void close_channel(GtupdTcp *tcp, Connection *connection)
{
    for (guint side = 0; side < 2; side++) {
        GtupdStream *stream = g_steal_pointer(&connection->streams[side]);
        if (stream == NULL)
            continue;
        gtupd_stream_end(stream);
        connection->sides[side].next = gtupd_stream_next(stream);
        gtupd_stream_free(stream);
    }
    gtupd_tracker_channel_close(tcp->tracker, g_steal_pointer(&connection->channel));
    connection->state = OVER;
    connection->closed = tcp->now;
    gtupd_flow_touch(&connection->flow, &tcp->over);
}

static gboolean both_ended(const Connection *connection)
{
    for (guint side = 0; side < 2; side++)
        if (connection->streams[side] == NULL || !gtupd_stream_has_ended(connection->streams[side]))
            return FALSE;
    return TRUE;
}

/* --- Undecided --- */

static void feed(Connection *connection, const Piece *piece)
{
    GtupdStream *stream = connection->streams[piece->side];
    if (stream == NULL)
        return;
    gtupd_stream_segment(stream, piece->seq, piece->data, piece->captured, piece->length, &piece->anchor);
    if (piece->has_fin)
        gtupd_stream_fin(stream, piece->seq + (guint32)piece->length);
}

/*
 * Where the other direction stands when the first header comes: where that segment's acknowledgement says, or further
 * on if more of it has been looked at in stream order and let go.
 */
static guint32 stand_of(const Side *side, guint32 ack)
{
    guint32 looked = side->waiting != NULL ? side->waiting->piece.seq : side->next;
    return side->order != CAPTURE_ORDER && ahead(looked, ack) > 0 ? looked : ack;
}

/* The connection is @Track from `first` on. What was kept of both directions goes on to their streams. */
static void begin(GtupdTcp *tcp, Connection *connection, const Piece *first)
{
    connection->state = TRACK;
    connection->channel = gtupd_tracker_channel_new(tcp->tracker, GTUPD_TRANSPORT_TCP);
    gtupd_flow_touch(&connection->flow, &tcp->channels);
    start_stream(tcp, connection, first->side, first->seq, TRUE);
    if (first->has_ack) {
        const Side *other = &connection->sides[1 - first->side];
        guint32 stand = stand_of(other, first->ack);
        start_stream(tcp, connection, 1 - first->side, stand, other->has_syn && stand == other->isn + 1);
    }

    for (guint side = 0; side < 2; side++) {
        if (connection->sides[side].waiting != NULL)
            feed(connection, &connection->sides[side].waiting->piece);
        drop_waiting(&connection->sides[side]);
    }
    for (guint i = 0; connection->early != NULL && i < connection->early->len; i++)
        feed(connection, &((const Early *)connection->early->pdata[i])->piece);
    drop_early(tcp, connection);
}

/* The waiting bytes with the piece behind them. A piece that is a beginning still is taken over. */
static GtupdHeaderMatch match_behind_waiting(Waiting *waiting, const Piece *piece)
{
    guint8 bytes[2 * GTUPD_HEADER_MAX];
    gsize held = waiting->piece.captured;
    gsize more = MIN(piece->captured, GTUPD_HEADER_MAX);
    if (more == 0) /* all of it cut by a snap length */
        return GTUPD_HEADER_NONE;
    memcpy(bytes, waiting->bytes, held);
    memcpy(bytes + held, piece->data, more);

    GtupdHeaderMatch match = match_header(bytes, held + more);
    if (match != GTUPD_HEADER_PARTIAL)
        return match;
    if (piece->captured < piece->length)
        return GTUPD_HEADER_NONE;
    memcpy(waiting->bytes + held, piece->data, more);
    waiting->piece.captured = waiting->piece.length = held + more;
    return match;
}

static void wait_for_rest(Side *side, const Piece *piece)
{
    Piece beginning = *piece;
    while (gtupd_frame_is_padding(*beginning.data))
        skip(&beginning, 1);
    side->waiting = g_new(Waiting, 1);
    memcpy(side->waiting->bytes, beginning.data, beginning.captured);
    side->waiting->piece = beginning;
    side->waiting->piece.data = side->waiting->bytes;
    side->waiting->piece.has_fin = FALSE;
    if (side->order == CAPTURE_ORDER)
        side->order = AFTER_WAITING;
}

/* Looks at the piece whose turn it is. */
static void consider(GtupdTcp *tcp, Connection *connection, const Piece *piece)
{
    Side *side = &connection->sides[piece->side];
    if (side->waiting != NULL) {
        GtupdHeaderMatch match = match_behind_waiting(side->waiting, piece);
        if (match == GTUPD_HEADER_WHOLE) {
            Piece first = side->waiting->piece;
            begin(tcp, connection, &first);
            track(tcp, connection, piece);
            return;
        }
        if (match == GTUPD_HEADER_PARTIAL) {
            side->next = piece->seq + (guint32)piece->length;
            return;
        }
        drop_waiting(side);
    }

    GtupdHeaderMatch match = match_header(piece->data, piece->captured);
    if (match == GTUPD_HEADER_WHOLE) {
        begin(tcp, connection, piece);
        track(tcp, connection, piece);
        return;
    }
    if (match == GTUPD_HEADER_PARTIAL && piece->captured == piece->length)
        wait_for_rest(side, piece);
    side->next = piece->seq + (guint32)piece->length;
}

/* Nobody waits for missing segments any more: capture order decides. */
static void fall_back(GtupdTcp *tcp, Connection *connection)
{
    GPtrArray *early = g_steal_pointer(&connection->early);
    for (guint i = 0; i < 2; i++) {
        Side *side = &connection->sides[i];
        side->order = side->waiting != NULL ? AFTER_WAITING : CAPTURE_ORDER;
    }
    for (guint i = 0; early != NULL && i < early->len; i++) {
        Early *next = early->pdata[i];
        look(tcp, connection, &next->piece);
        early_free(tcp, next);
    }
    if (early != NULL)
        g_ptr_array_unref(early);
}

static gboolean has_early(const Connection *connection, guint side)
{
    for (guint i = 0; connection->early != NULL && i < connection->early->len; i++)
        if (((const Early *)connection->early->pdata[i])->piece.side == side)
            return TRUE;
    return FALSE;
}

static gboolean is_kept(const Connection *connection, const Piece *piece)
{
    for (guint i = 0; connection->early != NULL && i < connection->early->len; i++) {
        const Piece *early = &((const Early *)connection->early->pdata[i])->piece;
        if (early->side == piece->side && early->seq == piece->seq && early->captured >= piece->captured)
            return TRUE;
    }
    return FALSE;
}

static void keep_early(GtupdTcp *tcp, Connection *connection, const Piece *piece)
{
    if (is_kept(connection, piece))
        return;
    if (connection->early == NULL)
        connection->early = g_ptr_array_sized_new(EARLY_MAX);
    gboolean is_full = tcp->backlog.bytes > GTUPD_MAX_STREAM_TOTAL;
    if (is_full)
        gtupd_tracker_limit_reached(tcp->tracker, GTUPD_LIMIT_STREAM_BYTES, 1);
    if (is_full || connection->early->len >= EARLY_MAX) {
        fall_back(tcp, connection);
        look(tcp, connection, piece);
        return;
    }
    g_ptr_array_add(connection->early, early_new(tcp, piece));
}

/* Looks at early pieces whose turn has come. */
static void take_early(GtupdTcp *tcp, Connection *connection, guint side)
{
    guint i = 0;
    while (connection->early != NULL && i < connection->early->len) {
        Early *early = connection->early->pdata[i];
        if (early->piece.side != side || ahead(early->piece.seq, connection->sides[side].next) > 0) {
            i++;
            continue;
        }
        g_ptr_array_remove_index(connection->early, i);
        look(tcp, connection, &early->piece);
        early_free(tcp, early);
        i = 0;
    }
}

static gboolean is_stale(const Connection *connection, const Piece *piece)
{
    if (connection->early == NULL || connection->early->len == 0)
        return FALSE;
    const Early *oldest = connection->early->pdata[0];
    return piece->anchor.time - oldest->piece.anchor.time > GTUPD_STREAM_PATIENCE;
}

/* A piece of payload of a connection that may have become @Track meanwhile. */
static void look(GtupdTcp *tcp, Connection *connection, const Piece *piece)
{
    if (connection->state == TRACK) {
        track(tcp, connection, piece);
        return;
    }
    Side *side = &connection->sides[piece->side];
    Piece rest = *piece;
    if (side->order != CAPTURE_ORDER) {
        gint32 distance = ahead(piece->seq, side->next);
        if (distance > 0 && side->order == STREAM_ORDER) {
            keep_early(tcp, connection, piece);
            return;
        }
        if (distance > 0)
            drop_waiting(side);
        else
            skip(&rest, (gsize) - (gint64)distance);
    }
    if (rest.length == 0)
        return;
    consider(tcp, connection, &rest);
    take_early(tcp, connection, piece->side);
}

static void undecided(GtupdTcp *tcp, Connection *connection, const Piece *piece)
{
    guint other = 1 - piece->side;
    const Side *sent = &connection->sides[other];
    if (piece->has_ack && sent->order == STREAM_ORDER && has_early(connection, other) &&
        ahead(piece->ack, sent->next) > 0)
        fall_back(tcp, connection);

    if (piece->length > 0)
        look(tcp, connection, piece);
    if (connection->state == UNDECIDED && piece->has_fin) {
        connection->sides[piece->side].has_fin = TRUE;
        connection->sides[piece->side].fin = piece->seq + (guint32)piece->length;
    }
    if (connection->state == UNDECIDED && is_stale(connection, piece))
        fall_back(tcp, connection);
}

/* Is there anything to remember of an undecided connection? */
static gboolean is_idle(const Connection *connection)
{
    const Side *sides = connection->sides;
    if (connection->early != NULL && connection->early->len > 0)
        return FALSE;
    if (sides[0].has_fin && sides[1].has_fin)
        return TRUE;
    return !sides[0].has_syn && !sides[1].has_syn && sides[0].waiting == NULL && sides[1].waiting == NULL;
}

/* --- @Track --- */

static void track(GtupdTcp *tcp, Connection *connection, const Piece *piece)
{
    guint other = 1 - piece->side;
    if (piece->has_ack && connection->streams[other] != NULL)
        gtupd_stream_acknowledged(connection->streams[other], piece->ack);
    else if (piece->has_ack)
        start_stream(tcp, connection, other, piece->ack, FALSE);
    if (connection->streams[piece->side] == NULL && piece->length > 0)
        start_stream(tcp, connection, piece->side, piece->seq, FALSE);
    feed(connection, piece);
}

/* --- SYN, RST, and numbers that do not belong --- */

/* The connection has ended, or nobody cares any more: all that waits is looked at. */
static void finish(GtupdTcp *tcp, Connection *connection)
{
    if (connection->state == UNDECIDED)
        fall_back(tcp, connection);
    if (connection->state == TRACK)
        close_channel(tcp, connection);
}

/* Does a SYN, or SYN and ACK, belong to the connection as it is known? */
static gboolean belongs(const Connection *connection, const Piece *piece)
{
    const Side *own = &connection->sides[piece->side];
    const Side *other = &connection->sides[1 - piece->side];
    guint32 isn = piece->seq - 1;
    gboolean is_same = own->has_isn && own->isn == isn;
    if (!piece->has_ack)
        return connection->state != OVER && (is_same || !own->has_isn);
    if (is_same)
        return TRUE;
    /* It answers a SYN, and data in that SYN (RFC 7413); and has not been answered otherwise. */
    gboolean answers = other->has_isn && piece->ack - (other->isn + 1) <= G_MAXUINT16;
    return answers && (connection->state == UNDECIDED || (connection->state == TRACK && !own->has_isn));
}

static void learn_isn(GtupdTcp *tcp, Connection *connection, guint index, guint32 isn)
{
    Side *side = &connection->sides[index];
    if (side->has_syn && side->isn == isn)
        return;
    if (!side->has_isn || side->isn != isn) {
        drop_waiting(side);
        side->next = isn + 1;
    } else if (side->order == CAPTURE_ORDER) {
        side->next = isn + 1;
    }
    side->isn = isn;
    side->has_isn = side->has_syn = TRUE;
    side->order = STREAM_ORDER;
    if (connection->state == TRACK && connection->streams[index] == NULL)
        start_stream(tcp, connection, index, isn + 1, TRUE);
}

/* Gives the connection that a SYN belongs to: as it is known, or a new one. */
static Connection *synchronize(GtupdTcp *tcp, Connection *connection, const GtupdFlowKey *key, const Piece *piece)
{
    if (connection != NULL && !belongs(connection, piece)) {
        finish(tcp, connection);
        connection_free(tcp, connection);
        connection = NULL;
    }
    if (connection == NULL)
        connection = connection_new(tcp, key);
    if (connection->state == OVER)
        return connection;
    learn_isn(tcp, connection, piece->side, piece->seq - 1);
    if (piece->has_ack && !connection->sides[1 - piece->side].has_isn)
        learn_isn(tcp, connection, 1 - piece->side, piece->ack - 1);
    return connection;
}

/* Is the sequence number too far from where its direction stands? */
static gboolean is_foreign(const Connection *connection, const Piece *piece)
{
    const Side *side = &connection->sides[piece->side];
    guint32 stand = side->next;
    if (connection->state == TRACK) {
        if (connection->streams[piece->side] == NULL)
            return FALSE;
        stand = gtupd_stream_next(connection->streams[piece->side]);
    } else if (connection->state == UNDECIDED && side->order == CAPTURE_ORDER) {
        return FALSE;
    }
    return ABS((gint64)ahead(piece->seq, stand)) > GTUPD_STREAM_WINDOW;
}

static void remove_longest_idle(GtupdTcp *tcp, GQueue *queue)
{
    Connection *connection = queue->head->data;
    finish(tcp, connection);
    connection_free(tcp, connection);
}

static void enforce_limit(GtupdTcp *tcp, GQueue *queue, guint max, GtupdLimit limit)
{
    while (queue->length > max) {
        remove_longest_idle(tcp, queue);
        gtupd_tracker_limit_reached(tcp->tracker, limit, 1);
    }
}

static void enforce_limits(GtupdTcp *tcp)
{
    enforce_limit(tcp, &tcp->channels, GTUPD_MAX_CHANNELS, GTUPD_LIMIT_CHANNELS);
    enforce_limit(tcp, &tcp->undecided, GTUPD_MAX_FLOWS, GTUPD_LIMIT_FLOWS);
    while (tcp->over.head != NULL && tcp->now - ((const Connection *)tcp->over.head->data)->closed > LINGER)
        remove_longest_idle(tcp, &tcp->over);
    enforce_limit(tcp, &tcp->over, GTUPD_MAX_FLOWS, GTUPD_LIMIT_FLOWS);
}

/* --- The interface --- */

GtupdTcp *gtupd_tcp_new(GtupdTracker *tracker)
{
    GtupdTcp *tcp = g_new0(GtupdTcp, 1);
    tcp->tracker = tracker;
    tcp->flows = gtupd_flow_table_new();
    g_queue_init(&tcp->undecided);
    g_queue_init(&tcp->channels);
    g_queue_init(&tcp->over);
    tcp->backlog.tracker = tracker;
    return tcp;
}

void gtupd_tcp_free(GtupdTcp *tcp)
{
    if (tcp == NULL)
        return;
    GQueue *const queues[] = {&tcp->undecided, &tcp->channels, &tcp->over};
    for (gsize i = 0; i < G_N_ELEMENTS(queues); i++)
        while (queues[i]->head != NULL)
            connection_free(tcp, queues[i]->head->data);
    gtupd_flow_table_free(tcp->flows);
    g_free(tcp);
}

static Piece piece_of(const GtupdSegment *segment, guint side, const GtupdAnchor *anchor)
{
    gboolean is_reset = (segment->flags & GTUPD_TCP_RST) != 0; /* what it carries is a text about the reason */
    return (Piece){
        .side = side,
        .has_ack = (segment->flags & GTUPD_TCP_ACK) != 0,
        .has_fin = (segment->flags & GTUPD_TCP_FIN) != 0,
        .seq = segment->seq + (segment->flags & GTUPD_TCP_SYN ? 1 : 0),
        .ack = segment->ack,
        .data = segment->payload,
        .captured = is_reset ? 0 : segment->captured,
        .length = is_reset ? 0 : segment->length,
        .anchor = *anchor,
    };
}

/* After each segment: is the connection over, or not worth its memory? */
static void tidy(GtupdTcp *tcp, Connection *connection)
{
    if (connection->state == TRACK && both_ended(connection))
        close_channel(tcp, connection);
    if (connection->state != UNDECIDED)
        return;
    if (connection->sides[0].has_fin && connection->sides[1].has_fin) {
        finish(tcp, connection);
        if (connection->state != UNDECIDED)
            return;
    }
    if (is_idle(connection))
        connection_free(tcp, connection);
}

void gtupd_tcp_segment(GtupdTcp *tcp, const GtupdSegment *segment, const GtupdAnchor *anchor)
{
    GtupdFlowKey key;
    guint side = gtupd_flow_table_key(tcp->flows, segment, &key);
    Connection *connection = (Connection *)gtupd_flow_table_find(tcp->flows, &key);
    gboolean is_reset = (segment->flags & GTUPD_TCP_RST) != 0;
    gboolean is_syn = !is_reset && (segment->flags & GTUPD_TCP_SYN) != 0;
    if (connection == NULL && !is_syn &&
        (is_reset || match_header(segment->payload, segment->captured) == GTUPD_HEADER_NONE))
        return;

    tcp->now = anchor->time;
    Piece piece = piece_of(segment, side, anchor);
    if (connection != NULL && !is_syn && is_foreign(connection, &piece)) {
        /* Not of this connection: the beginning of one whose SYN is not in the capture, or of no interest. */
        if (match_header(piece.data, piece.captured) != GTUPD_HEADER_WHOLE)
            return;
        finish(tcp, connection);
        connection_free(tcp, connection);
        connection = NULL;
    }
    if (is_syn)
        connection = synchronize(tcp, connection, &key, &piece);
    else if (connection == NULL)
        connection = connection_new(tcp, &key);
    if (connection->state == OVER)
        return;
    gtupd_flow_touch(&connection->flow, connection->state == TRACK ? &tcp->channels : &tcp->undecided);

    if (connection->state == UNDECIDED)
        undecided(tcp, connection, &piece);
    else
        track(tcp, connection, &piece);
    if (is_reset) {
        finish(tcp, connection);
        if (connection->state == UNDECIDED) {
            connection_free(tcp, connection);
            return;
        }
    }
    tidy(tcp, connection);
    enforce_limits(tcp);
}

/* --- The end of a capture --- */

/* The order of the first packet that waits for missing segments; 0: none waits. */
static guint64 waits_since(const Connection *connection)
{
    if (connection->early != NULL && connection->early->len > 0)
        return ((const Early *)connection->early->pdata[0])->piece.anchor.order;
    guint64 since = 0;
    for (guint side = 0; side < 2; side++) {
        const GtupdStream *stream = connection->streams[side];
        const GtupdAnchor *kept = stream != NULL ? gtupd_stream_kept(stream) : NULL;
        if (kept != NULL && (since == 0 || kept->order < since))
            since = kept->order;
    }
    return since;
}

static void collect_waiting(const GQueue *queue, GPtrArray *waiting)
{
    for (const GList *link = queue->head; link != NULL; link = link->next)
        if (waits_since(link->data) != 0)
            g_ptr_array_add(waiting, link->data);
}

static gint compare_waiting(gconstpointer a, gconstpointer b)
{
    guint64 left = waits_since(*(Connection *const *)a), right = waits_since(*(Connection *const *)b);
    return left < right ? -1 : left > right;
}

void gtupd_tcp_settle(GtupdTcp *tcp)
{
    g_autoptr(GPtrArray) waiting = g_ptr_array_new();
    collect_waiting(&tcp->undecided, waiting);
    collect_waiting(&tcp->channels, waiting);
    g_ptr_array_sort(waiting, compare_waiting);
    for (guint i = 0; i < waiting->len; i++) {
        Connection *connection = waiting->pdata[i];
        if (connection->state == UNDECIDED)
            fall_back(tcp, connection);
        for (guint side = 0; side < 2; side++)
            if (connection->streams[side] != NULL)
                gtupd_stream_give_up(connection->streams[side]);
        tidy(tcp, connection);
    }
    enforce_limits(tcp);
}

void gtupd_tcp_finish(const GtupdTcp *tcp, const GtupdSink *sink, guint64 *unfinished)
{
    for (const GList *link = tcp->channels.head; link != NULL; link = link->next) {
        const Connection *connection = link->data;
        for (guint side = 0; side < 2; side++) {
            const GtupdStream *stream = connection->streams[side];
            if (stream != NULL && !gtupd_stream_has_ended(stream))
                gtupd_direction_finish(gtupd_stream_direction(stream), sink, unfinished);
        }
    }
}
