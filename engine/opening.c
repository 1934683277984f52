/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "connection.h"

#include "bounds.h"

#include <string.h>

#define EARLY_MAX 4 /* early segments kept of an undecided connection */

static void look(GtupdTcp *tcp, GtupdConnection *connection, const GtupdPiece *piece);

/* Drops bytes that have been looked at, or are behind where the stream begins. */
static void skip(GtupdPiece *piece, gsize bytes)
{
    gsize held = MIN(bytes, piece->captured);
    piece->data += held;
    piece->captured -= held;
    piece->length -= MIN(bytes, piece->length);
    piece->seq += (guint32)bytes;
}

GtupdHeaderMatch gtupd_opening_match(const guint8 *data, gsize length)
{
    if (length == 0)
        return GTUPD_HEADER_NONE;
    GtupdHeaderMatch match = gtupd_frame_header(data, length, NULL);
    if (match == GTUPD_HEADER_PARTIAL && gtupd_frame_is_padding(data[length - 1]))
        return GTUPD_HEADER_NONE;
    return match;
}

static gsize early_cost(const GtupdEarly *early)
{
    return sizeof *early + early->piece.captured;
}

static GtupdEarly *early_new(GtupdTcp *tcp, const GtupdPiece *piece)
{
    GtupdEarly *early = g_malloc(sizeof *early + piece->captured);
    early->piece = *piece;
    if (piece->captured > 0)
        memcpy(early->data, piece->data, piece->captured);
    early->piece.data = early->data;
    tcp->backlog.bytes += early_cost(early);
    return early;
}

static void early_free(GtupdTcp *tcp, GtupdEarly *early)
{
    tcp->backlog.bytes -= early_cost(early);
    g_free(early);
}

void gtupd_opening_drop_waiting(GtupdSide *side)
{
    g_clear_pointer(&side->waiting, g_free);
    if (side->order == GTUPD_AFTER_WAITING)
        side->order = GTUPD_CAPTURE_ORDER;
}

void gtupd_opening_drop_early(GtupdTcp *tcp, GtupdConnection *connection)
{
    if (connection->early == NULL)
        return;
    for (guint i = 0; i < connection->early->len; i++)
        early_free(tcp, connection->early->pdata[i]);
    g_clear_pointer(&connection->early, g_ptr_array_unref);
}

/* The waiting bytes with the piece behind them. A piece that is a beginning still is taken over. */
static GtupdHeaderMatch match_behind_waiting(GtupdWaiting *waiting, const GtupdPiece *piece)
{
    guint8 bytes[2 * GTUPD_HEADER_MAX];
    gsize held = waiting->piece.captured;
    gsize more = MIN(piece->captured, GTUPD_HEADER_MAX);
    if (more == 0) /* all of it cut by a snap length */
        return GTUPD_HEADER_NONE;
    memcpy(bytes, waiting->bytes, held);
    memcpy(bytes + held, piece->data, more);

    GtupdHeaderMatch match = gtupd_opening_match(bytes, held + more);
    if (match != GTUPD_HEADER_PARTIAL)
        return match;
    if (piece->captured < piece->length)
        return GTUPD_HEADER_NONE;
    memcpy(waiting->bytes + held, piece->data, more);
    waiting->piece.captured = waiting->piece.length = held + more;
    return match;
}

static void wait_for_rest(GtupdSide *side, const GtupdPiece *piece)
{
    GtupdPiece beginning = *piece;
    while (gtupd_frame_is_padding(*beginning.data))
        skip(&beginning, 1);
    side->waiting = g_new(GtupdWaiting, 1);
    memcpy(side->waiting->bytes, beginning.data, beginning.captured);
    side->waiting->piece = beginning;
    side->waiting->piece.data = side->waiting->bytes;
    side->waiting->piece.has_fin = FALSE;
    if (side->order == GTUPD_CAPTURE_ORDER)
        side->order = GTUPD_AFTER_WAITING;
}

/* Looks at the piece whose turn it is. */
static void consider(GtupdTcp *tcp, GtupdConnection *connection, const GtupdPiece *piece)
{
    GtupdSide *side = &connection->sides[piece->side];
    if (side->waiting != NULL) {
        GtupdHeaderMatch match = match_behind_waiting(side->waiting, piece);
        if (match == GTUPD_HEADER_WHOLE) {
            GtupdPiece first = side->waiting->piece;
            gtupd_connection_begin(tcp, connection, &first);
            gtupd_connection_segment(tcp, connection, piece);
            return;
        }
        if (match == GTUPD_HEADER_PARTIAL) {
            side->next = piece->seq + (guint32)piece->length;
            return;
        }
        gtupd_opening_drop_waiting(side);
    }

    GtupdHeaderMatch match = gtupd_opening_match(piece->data, piece->captured);
    if (match == GTUPD_HEADER_WHOLE) {
        gtupd_connection_begin(tcp, connection, piece);
        gtupd_connection_segment(tcp, connection, piece);
        return;
    }
    if (match == GTUPD_HEADER_PARTIAL && piece->captured == piece->length)
        wait_for_rest(side, piece);
    side->next = piece->seq + (guint32)piece->length;
}

void gtupd_opening_fall_back(GtupdTcp *tcp, GtupdConnection *connection)
{
    GPtrArray *early = g_steal_pointer(&connection->early);
    for (guint i = 0; i < 2; i++) {
        GtupdSide *side = &connection->sides[i];
        side->order = side->waiting != NULL ? GTUPD_AFTER_WAITING : GTUPD_CAPTURE_ORDER;
    }
    for (guint i = 0; early != NULL && i < early->len; i++) {
        GtupdEarly *next = early->pdata[i];
        look(tcp, connection, &next->piece);
        early_free(tcp, next);
    }
    if (early != NULL)
        g_ptr_array_unref(early);
}

static gboolean has_early(const GtupdConnection *connection, guint side)
{
    for (guint i = 0; connection->early != NULL && i < connection->early->len; i++)
        if (((const GtupdEarly *)connection->early->pdata[i])->piece.side == side)
            return TRUE;
    return FALSE;
}

static gboolean is_kept(const GtupdConnection *connection, const GtupdPiece *piece)
{
    for (guint i = 0; connection->early != NULL && i < connection->early->len; i++) {
        const GtupdPiece *early = &((const GtupdEarly *)connection->early->pdata[i])->piece;
        if (early->side == piece->side && early->seq == piece->seq && early->captured >= piece->captured)
            return TRUE;
    }
    return FALSE;
}

static void keep_early(GtupdTcp *tcp, GtupdConnection *connection, const GtupdPiece *piece)
{
    if (is_kept(connection, piece))
        return;
    if (connection->early == NULL)
        connection->early = g_ptr_array_sized_new(EARLY_MAX);
    gboolean is_full = tcp->backlog.bytes > GTUPD_MAX_STREAM_TOTAL;
    if (is_full)
        gtupd_tracker_limit_reached(tcp->tracker, GTUPD_LIMIT_STREAM_BYTES, 1);
    if (is_full || connection->early->len >= EARLY_MAX) {
        gtupd_opening_fall_back(tcp, connection);
        look(tcp, connection, piece);
        return;
    }
    g_ptr_array_add(connection->early, early_new(tcp, piece));
}

/* Looks at early pieces whose turn has come. */
static void take_early(GtupdTcp *tcp, GtupdConnection *connection, guint side)
{
    guint i = 0;
    while (connection->early != NULL && i < connection->early->len) {
        GtupdEarly *early = connection->early->pdata[i];
        if (early->piece.side != side || gtupd_seq_ahead(early->piece.seq, connection->sides[side].next) > 0) {
            i++;
            continue;
        }
        g_ptr_array_remove_index(connection->early, i);
        look(tcp, connection, &early->piece);
        early_free(tcp, early);
        i = 0;
    }
}

static gboolean is_stale(const GtupdConnection *connection, const GtupdPiece *piece)
{
    if (connection->early == NULL || connection->early->len == 0)
        return FALSE;
    const GtupdEarly *oldest = connection->early->pdata[0];
    return piece->anchor.time - oldest->piece.anchor.time > GTUPD_STREAM_PATIENCE;
}

/* A piece of payload of a connection that may have become @Track meanwhile. */
static void look(GtupdTcp *tcp, GtupdConnection *connection, const GtupdPiece *piece)
{
    if (connection->state == GTUPD_TRACK) {
        gtupd_connection_segment(tcp, connection, piece);
        return;
    }
    GtupdSide *side = &connection->sides[piece->side];
    GtupdPiece rest = *piece;
    if (side->order != GTUPD_CAPTURE_ORDER) {
        gint32 distance = gtupd_seq_ahead(piece->seq, side->next);
        if (distance > 0 && side->order == GTUPD_STREAM_ORDER) {
            keep_early(tcp, connection, piece);
            return;
        }
        if (distance > 0)
            gtupd_opening_drop_waiting(side);
        else
            skip(&rest, (gsize)gtupd_seq_ahead(side->next, piece->seq));
    }
    if (rest.length == 0)
        return;
    consider(tcp, connection, &rest);
    take_early(tcp, connection, piece->side);
}

void gtupd_opening_segment(GtupdTcp *tcp, GtupdConnection *connection, const GtupdPiece *piece)
{
    guint other = 1 - piece->side;
    const GtupdSide *sent = &connection->sides[other];
    if (piece->has_ack && sent->order == GTUPD_STREAM_ORDER && has_early(connection, other) &&
        gtupd_seq_ahead(piece->ack, sent->next) > 0)
        gtupd_opening_fall_back(tcp, connection);

    if (piece->length > 0)
        look(tcp, connection, piece);
    if (connection->state == GTUPD_UNDECIDED && piece->has_fin) {
        connection->sides[piece->side].has_fin = TRUE;
        connection->sides[piece->side].fin = piece->seq + (guint32)piece->length;
    }
    if (connection->state == GTUPD_UNDECIDED && is_stale(connection, piece))
        gtupd_opening_fall_back(tcp, connection);
}

gboolean gtupd_opening_is_idle(const GtupdConnection *connection)
{
    const GtupdSide *sides = connection->sides;
    if (connection->early != NULL && connection->early->len > 0)
        return FALSE;
    if (sides[0].has_fin && sides[1].has_fin)
        return TRUE;
    return !sides[0].has_syn && !sides[1].has_syn && sides[0].waiting == NULL && sides[1].waiting == NULL;
}
