/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "session.h"

#define PIECES_MAX 4

typedef struct {
    gsize offset, length;
} Piece;

/* Bytes from `offset` on of what the end is about to send. */
static void segment(const Session *session, Recorder *recorder, guint from, guint8 flags, gsize offset,
                    gconstpointer data, gsize length)
{
    const WireTcp tcp = {
        .source_port = session->ports[from],
        .destination_port = session->ports[!from],
        .sequence = session->next[from] + (guint32)offset,
        .acknowledgement = flags & WIRE_TCP_ACK ? session->next[!from] : 0,
        .flags = flags,
    };
    recorder_tcp(recorder, session->ends[from], session->ends[!from], &tcp, data, length);
}

static void advance(Session *session, guint from, guint8 flags, gsize length)
{
    session->next[from] += (guint32)length + ((flags & (WIRE_TCP_SYN | WIRE_TCP_FIN)) != 0);
}

void session_open(Session *session, Recorder *recorder)
{
    session->next[0] = g_rand_int(recorder->chance);
    session->next[1] = g_rand_int(recorder->chance);
    segment(session, recorder, 0, WIRE_TCP_SYN, 0, NULL, 0);
    advance(session, 0, WIRE_TCP_SYN, 0);
    segment(session, recorder, 1, WIRE_TCP_SYN | WIRE_TCP_ACK, 0, NULL, 0);
    advance(session, 1, WIRE_TCP_SYN, 0);
}

void session_send(Session *session, Recorder *recorder, guint from, guint8 flags, gconstpointer data, gsize length)
{
    segment(session, recorder, from, flags | WIRE_TCP_ACK, 0, data, length);
    advance(session, from, flags, length);
}

/* Cuts `length` bytes at random places into 2 to 4 pieces; a text has at least 8 bytes. */
static guint cut(Recorder *recorder, gsize length, Piece pieces[PIECES_MAX])
{
    guint count = 2 + recorder_draw(recorder, PIECES_MAX - 1);
    gsize offset = 0;

    for (guint i = 0; i < count; i++) {
        gsize rest = length - offset - (count - 1 - i); /* one byte at least for each that follows */
        gsize share = i + 1 == count ? rest : 1 + recorder_draw(recorder, (guint)MIN(rest, 2 * length / count));
        pieces[i] = (Piece){offset, share};
        offset += share;
    }
    return count;
}

static void reorder(Recorder *recorder, guint percent, Piece *pieces, guint count)
{
    for (guint i = 0; i + 1 < count; i++) {
        if (recorder_draw(recorder, 100) >= percent)
            continue;
        Piece first = pieces[i];
        pieces[i] = pieces[i + 1];
        pieces[++i] = first;
    }
}

void session_say(Session *session, Recorder *recorder, guint from, guint8 flags, const SessionHabits *habits,
                 const GString *text)
{
    Piece pieces[PIECES_MAX] = {{0, text->len}};
    guint count = habits->split ? cut(recorder, text->len, pieces) : 1;

    reorder(recorder, habits->out_of_order, pieces, count);
    for (guint i = 0; i < count; i++) {
        const Piece *piece = &pieces[i];
        gboolean is_last = piece->offset + piece->length == text->len;
        guint8 marks = (guint8)(WIRE_TCP_ACK | (is_last ? flags : 0));
        guint times = recorder_draw(recorder, 100) < habits->resent ? 2 : 1;
        for (guint n = 0; n < times; n++)
            segment(session, recorder, from, marks, piece->offset, text->str + piece->offset, piece->length);
    }
    advance(session, from, flags, text->len);
}
