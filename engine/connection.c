/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "connection.h"

GtupdConnection *gtupd_connection_new(GtupdTcp *tcp, const GtupdFlowKey *key)
{
    GtupdConnection *connection = g_new0(GtupdConnection, 1);
    gtupd_flow_table_add(tcp->flows, &connection->flow, key);
    gtupd_flow_touch(&connection->flow, &tcp->undecided);
    return connection;
}

void gtupd_connection_free(GtupdTcp *tcp, GtupdConnection *connection)
{
    gtupd_flow_table_remove(tcp->flows, &connection->flow);
    gtupd_opening_drop_early(tcp, connection);
    for (guint side = 0; side < 2; side++) {
        g_free(connection->sides[side].waiting);
        gtupd_stream_free(connection->streams[side]);
    }
    g_free(connection);
}

static void start_stream(GtupdTcp *tcp, GtupdConnection *connection, guint side, guint32 next, gboolean from_start)
{
    GtupdSide *state = &connection->sides[side];
    if (!state->has_isn) {
        state->isn = next - 1;
        state->has_isn = TRUE;
    }
    GtupdDirection *direction = gtupd_direction_new(tcp->tracker, connection->channel, side, from_start);
    connection->streams[side] = gtupd_stream_new(direction, next, &tcp->backlog);
    if (state->has_fin)
        gtupd_stream_fin(connection->streams[side], state->fin);
}

static void feed(GtupdConnection *connection, const GtupdPiece *piece)
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
static guint32 stand_of(const GtupdSide *side, guint32 ack)
{
    guint32 looked = side->waiting != NULL ? side->waiting->piece.seq : side->next;
    return side->order != GTUPD_CAPTURE_ORDER && gtupd_seq_ahead(looked, ack) > 0 ? looked : ack;
}

void gtupd_connection_begin(GtupdTcp *tcp, GtupdConnection *connection, const GtupdPiece *first)
{
    connection->state = GTUPD_TRACK;
    connection->channel = gtupd_tracker_channel_new(tcp->tracker, GTUPD_TRANSPORT_TCP);
    gtupd_flow_name_channel(&connection->flow, connection->channel);
    gtupd_flow_touch(&connection->flow, &tcp->begun);
    start_stream(tcp, connection, first->side, first->seq, TRUE);
    if (first->has_ack) {
        const GtupdSide *other = &connection->sides[1 - first->side];
        guint32 stand = stand_of(other, first->ack);
        start_stream(tcp, connection, 1 - first->side, stand, other->has_syn && stand == other->isn + 1);
    }

    for (guint side = 0; side < 2; side++) {
        if (connection->sides[side].waiting != NULL)
            feed(connection, &connection->sides[side].waiting->piece);
        gtupd_opening_drop_waiting(&connection->sides[side]);
    }
    for (guint i = 0; connection->early != NULL && i < connection->early->len; i++)
        feed(connection, &((const GtupdEarly *)connection->early->pdata[i])->piece);
    gtupd_opening_drop_early(tcp, connection);
}

void gtupd_connection_segment(GtupdTcp *tcp, GtupdConnection *connection, const GtupdPiece *piece)
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

gboolean gtupd_connection_has_ended(const GtupdConnection *connection)
{
    for (guint side = 0; side < 2; side++)
        if (connection->streams[side] == NULL || !gtupd_stream_has_ended(connection->streams[side]))
            return FALSE;
    return TRUE;
}

static gboolean has_spoken(const GtupdConnection *connection)
{
    for (guint side = 0; side < 2; side++)
        if (connection->streams[side] != NULL &&
            gtupd_direction_has_spoken(gtupd_stream_direction(connection->streams[side])))
            return TRUE;
    return FALSE;
}

GQueue *gtupd_connection_queue(GtupdTcp *tcp, GtupdConnection *connection)
{
    switch (connection->state) {
    case GTUPD_UNDECIDED:
        return &tcp->undecided;
    case GTUPD_TRACK:
        connection->has_spoken = connection->has_spoken || has_spoken(connection);
        return connection->has_spoken ? &tcp->channels : &tcp->begun;
    case GTUPD_OVER:
        break;
    }
    return &tcp->over;
}

void gtupd_connection_close(GtupdTcp *tcp, GtupdConnection *connection)
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
    connection->state = GTUPD_OVER;
    connection->closed = tcp->now;
    gtupd_flow_touch(&connection->flow, &tcp->over);
}

void gtupd_connection_finish(GtupdTcp *tcp, GtupdConnection *connection)
{
    if (connection->state == GTUPD_UNDECIDED)
        gtupd_opening_fall_back(tcp, connection);
    if (connection->state == GTUPD_TRACK)
        gtupd_connection_close(tcp, connection);
}

gboolean gtupd_connection_owns_syn(const GtupdConnection *connection, const GtupdPiece *piece)
{
    const GtupdSide *own = &connection->sides[piece->side];
    const GtupdSide *other = &connection->sides[1 - piece->side];
    guint32 isn = piece->seq - 1;
    gboolean is_same = own->has_isn && own->isn == isn;
    if (!piece->has_ack)
        return connection->state != GTUPD_OVER && (is_same || !own->has_isn);
    if (is_same)
        return TRUE;
    /* It answers a SYN, and data in that SYN (RFC 7413); and has not been answered otherwise. */
    gboolean answers = other->has_isn && piece->ack - (other->isn + 1) <= G_MAXUINT16;
    return answers && (connection->state == GTUPD_UNDECIDED || (connection->state == GTUPD_TRACK && !own->has_isn));
}

void gtupd_connection_learn_isn(GtupdTcp *tcp, GtupdConnection *connection, guint index, guint32 isn)
{
    GtupdSide *side = &connection->sides[index];
    if (side->has_syn && side->isn == isn)
        return;
    if (!side->has_isn || side->isn != isn) {
        gtupd_opening_drop_waiting(side);
        side->next = isn + 1;
    } else if (side->order == GTUPD_CAPTURE_ORDER) {
        side->next = isn + 1;
    }
    side->isn = isn;
    side->has_isn = side->has_syn = TRUE;
    side->order = GTUPD_STREAM_ORDER;
    if (connection->state == GTUPD_TRACK && connection->streams[index] == NULL)
        start_stream(tcp, connection, index, isn + 1, TRUE);
}

gboolean gtupd_connection_is_foreign(const GtupdConnection *connection, const GtupdPiece *piece)
{
    const GtupdSide *side = &connection->sides[piece->side];
    guint32 stand = side->next;
    if (connection->state == GTUPD_TRACK) {
        if (connection->streams[piece->side] == NULL)
            return FALSE;
        stand = gtupd_stream_next(connection->streams[piece->side]);
    } else if (connection->state == GTUPD_UNDECIDED && side->order == GTUPD_CAPTURE_ORDER) {
        return FALSE;
    }
    return ABS((gint64)gtupd_seq_ahead(piece->seq, stand)) > GTUPD_STREAM_WINDOW;
}
