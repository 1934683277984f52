/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "connection.h"

#include "bounds.h"
#include "fetch.h"

/* How long (ns) what was sent again may still arrive: twice the maximum segment lifetime (RFC 9293, 3.4.2). */
#define LINGER (240 * G_GINT64_CONSTANT(1000000000))

/* Gives the connection that a SYN belongs to: as it is known, or a new one. */
static GtupdConnection *synchronize(GtupdTcp *tcp, GtupdConnection *connection, const GtupdFlowKey *key,
                                    const GtupdPiece *piece)
{
    if (connection != NULL && !gtupd_connection_owns_syn(connection, piece)) {
        gtupd_connection_finish(tcp, connection);
        gtupd_connection_free(tcp, connection);
        connection = NULL;
    }
    if (connection == NULL)
        connection = gtupd_connection_new(tcp, key);
    if (connection->state == GTUPD_OVER)
        return connection;
    gtupd_connection_learn_isn(tcp, connection, piece->side, piece->seq - 1);
    if (piece->has_ack && !connection->sides[1 - piece->side].has_isn)
        gtupd_connection_learn_isn(tcp, connection, 1 - piece->side, piece->ack - 1);
    return connection;
}

static void fetch_to_go(const GtupdTcp *tcp, const GtupdConnection *connection, guint depth)
{
    if (depth == 0)
        gtupd_flow_table_fetch(tcp->flows, connection->flow.key.hash);
    for (guint side = 0; side < 2; side++)
        if (connection->streams[side] != NULL)
            gtupd_stream_fetch(connection->streams[side], depth);
    if (depth == 0 && connection->channel != NULL)
        gtupd_tracker_channel_fetch(connection->channel, 0);
}

/*
 * Under a flood one goes with nearly every packet, and it is the one that has not been looked at for longest: for the
 * next few their needs are fetched, the sooner they go the further inside.
 */
static void fetch_next_to_go(const GtupdTcp *tcp, const GQueue *queue)
{
    const GList *link = queue->head;
    for (guint depth = GTUPD_TCP_FETCH_DEPTHS; depth-- > 0 && link != NULL; link = link->next)
        fetch_to_go(tcp, link->data, depth);
    gtupd_fetch(link, sizeof(GtupdConnection));
}

/* Of a connection that is undecided, only what may be the beginning of a header is worth a word. */
static gboolean would_be_missed(const GtupdConnection *connection)
{
    return connection->state == GTUPD_TRACK || connection->sides[0].waiting != NULL ||
           connection->sides[1].waiting != NULL || connection->early != NULL;
}

static void remove_longest_idle(GtupdTcp *tcp, GQueue *queue)
{
    GtupdConnection *connection = g_queue_peek_head(queue);
    gtupd_connection_finish(tcp, connection);
    gtupd_connection_free(tcp, connection);
}

static void enforce_limit(GtupdTcp *tcp, GQueue *queue, guint max, GtupdLimit limit)
{
    while (queue->length > max) {
        if (would_be_missed(g_queue_peek_head(queue)))
            gtupd_tracker_limit_reached(tcp->tracker, limit, 1);
        remove_longest_idle(tcp, queue);
        fetch_next_to_go(tcp, queue);
    }
}

static void enforce_limits(GtupdTcp *tcp)
{
    enforce_limit(tcp, &tcp->begun, GTUPD_MAX_BEGUN, GTUPD_LIMIT_CHANNELS);
    enforce_limit(tcp, &tcp->channels, GTUPD_MAX_CHANNELS, GTUPD_LIMIT_CHANNELS);
    enforce_limit(tcp, &tcp->undecided, GTUPD_MAX_FLOWS, GTUPD_LIMIT_FLOWS);
    while (tcp->over.head != NULL && tcp->now - ((const GtupdConnection *)tcp->over.head->data)->closed > LINGER)
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
    g_queue_init(&tcp->begun);
    g_queue_init(&tcp->channels);
    g_queue_init(&tcp->over);
    tcp->backlog.tracker = tracker;
    return tcp;
}

void gtupd_tcp_free(GtupdTcp *tcp)
{
    if (tcp == NULL)
        return;
    GQueue *const queues[] = {&tcp->undecided, &tcp->begun, &tcp->channels, &tcp->over};
    for (gsize i = 0; i < G_N_ELEMENTS(queues); i++)
        while (queues[i]->head != NULL)
            gtupd_connection_free(tcp, queues[i]->head->data);
    gtupd_flow_table_free(tcp->flows);
    g_free(tcp);
}

static GtupdPiece piece_of(const GtupdSegment *segment, guint side, const GtupdAnchor *anchor)
{
    gboolean is_reset = (segment->flags & GTUPD_TCP_RST) != 0; /* what it carries is a text about the reason */
    return (GtupdPiece){
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
static void tidy(GtupdTcp *tcp, GtupdConnection *connection)
{
    if (connection->state == GTUPD_TRACK && gtupd_connection_has_ended(connection))
        gtupd_connection_close(tcp, connection);
    if (connection->state == GTUPD_TRACK && !connection->has_spoken)
        gtupd_flow_touch(&connection->flow, gtupd_connection_queue(tcp, connection));
    if (connection->state != GTUPD_UNDECIDED)
        return;
    if (connection->sides[0].has_fin && connection->sides[1].has_fin) {
        gtupd_connection_finish(tcp, connection);
        if (connection->state != GTUPD_UNDECIDED)
            return;
    }
    if (gtupd_opening_is_idle(connection))
        gtupd_connection_free(tcp, connection);
}

void gtupd_tcp_segment(GtupdTcp *tcp, const GtupdSegment *segment, const GtupdTcpPlace *place,
                       const GtupdAnchor *anchor)
{
    GtupdConnection *connection = (GtupdConnection *)gtupd_flow_table_find(tcp->flows, &place->key);
    gboolean is_reset = (segment->flags & GTUPD_TCP_RST) != 0;
    gboolean is_syn = !is_reset && (segment->flags & GTUPD_TCP_SYN) != 0;
    if (connection == NULL && !is_syn &&
        (is_reset || gtupd_opening_match(segment->payload, segment->captured) == GTUPD_HEADER_NONE))
        return;

    tcp->now = anchor->time;
    GtupdPiece piece = piece_of(segment, place->side, anchor);
    if (connection != NULL && !is_syn && gtupd_connection_is_foreign(connection, &piece)) {
        /* Not of this connection: the beginning of one whose SYN is not in the capture, or of no interest. */
        if (gtupd_opening_match(piece.data, piece.captured) != GTUPD_HEADER_WHOLE)
            return;
        gtupd_connection_finish(tcp, connection);
        gtupd_connection_free(tcp, connection);
        connection = NULL;
    }
    if (is_syn)
        connection = synchronize(tcp, connection, &place->key, &piece);
    else if (connection == NULL)
        connection = gtupd_connection_new(tcp, &place->key);
    if (connection->state == GTUPD_OVER)
        return;
    gtupd_flow_touch(&connection->flow, gtupd_connection_queue(tcp, connection));

    if (connection->state == GTUPD_UNDECIDED)
        gtupd_opening_segment(tcp, connection, &piece);
    else
        gtupd_connection_segment(tcp, connection, &piece);
    if (is_reset) {
        gtupd_connection_finish(tcp, connection);
        if (connection->state == GTUPD_UNDECIDED) {
            gtupd_connection_free(tcp, connection);
            return;
        }
    }
    tidy(tcp, connection);
    enforce_limits(tcp);
}

/* --- Fetching --- */

void gtupd_tcp_place(const GtupdTcp *tcp, const GtupdSegment *segment, GtupdTcpPlace *place)
{
    place->side = gtupd_flow_table_key(tcp->flows, segment, &place->key);
    gtupd_flow_table_fetch(tcp->flows, place->key.hash);
}

/* What `flow` stands beside will be changed when it moves in its queue. */
static void fetch_neighbours(const GtupdFlow *flow)
{
    gtupd_fetch(flow->link.prev, 1);
    gtupd_fetch(flow->link.next, 1);
}

void gtupd_tcp_fetch(const GtupdTcp *tcp, const GtupdTcpPlace *place, guint depth)
{
    const GtupdConnection *connection = (const GtupdConnection *)gtupd_flow_table_guess(tcp->flows, place->key.hash);
    if (connection == NULL)
        return;
    if (depth == 0) {
        gtupd_fetch(connection, sizeof *connection);
        return;
    }
    const GtupdStream *stream = connection->streams[place->side];
    if (depth == 1) {
        fetch_neighbours(&connection->flow);
        gtupd_fetch(connection->streams[1 - place->side], GTUPD_FETCH_LINE); /* which is only acknowledged */
    }
    if (stream != NULL)
        gtupd_stream_fetch(stream, depth - 1);
    if (connection->channel != NULL)
        gtupd_tracker_channel_fetch(connection->channel, depth - 1);
}

/* --- The end of a capture --- */

/* The order of the first packet that waits for missing segments; 0: none waits. */
static guint64 waits_since(const GtupdConnection *connection)
{
    if (connection->early != NULL && connection->early->len > 0)
        return ((const GtupdEarly *)connection->early->pdata[0])->piece.anchor.order;
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
    guint64 left = waits_since(*(GtupdConnection *const *)a), right = waits_since(*(GtupdConnection *const *)b);
    return left < right ? -1 : left > right;
}

void gtupd_tcp_settle(GtupdTcp *tcp)
{
    g_autoptr(GPtrArray) waiting = g_ptr_array_new();
    collect_waiting(&tcp->undecided, waiting);
    collect_waiting(&tcp->begun, waiting);
    collect_waiting(&tcp->channels, waiting);
    g_ptr_array_sort(waiting, compare_waiting);
    for (guint i = 0; i < waiting->len; i++) {
        GtupdConnection *connection = waiting->pdata[i];
        if (connection->state == GTUPD_UNDECIDED)
            gtupd_opening_fall_back(tcp, connection);
        for (guint side = 0; side < 2; side++)
            if (connection->streams[side] != NULL)
                gtupd_stream_give_up(connection->streams[side]);
        tidy(tcp, connection);
    }
    enforce_limits(tcp);
}

static void finish_queue(const GQueue *queue, const GtupdSink *sink, guint64 *unfinished)
{
    for (const GList *link = queue->head; link != NULL; link = link->next) {
        const GtupdConnection *connection = link->data;
        for (guint side = 0; side < 2; side++) {
            const GtupdStream *stream = connection->streams[side];
            if (stream != NULL && !gtupd_stream_has_ended(stream))
                gtupd_direction_finish(gtupd_stream_direction(stream), sink, unfinished);
        }
    }
}

void gtupd_tcp_finish(const GtupdTcp *tcp, const GtupdSink *sink, guint64 *unfinished)
{
    finish_queue(&tcp->begun, sink, unfinished);
    finish_queue(&tcp->channels, sink, unfinished);
}
