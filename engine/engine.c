/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "engine.h"

#include "decap.h"
#include "fragment.h"
#include "tcp.h"
#include "transfers.h"
#include "udp.h"

/* A packet that has been unpacked, and is to be looked at. */
typedef struct {
    GtupdSegment segment;
    GtupdAnchor anchor;
    GtupdTcpHint hint;
} Arrival;

#define ARRIVALS_MAX 32

struct _GtupdEngine {
    GtupdSink sink; /* the caller's */
    GtupdTracker *tracker;
    GtupdFragments *fragments;
    GtupdTcp *tcp;
    GtupdUdp *udp;
    GtupdTransfers *transfers;
    guint64 packets;
    Arrival arrivals[ARRIVALS_MAX];
};

/* --- Between the tracker and the caller's sink: start commands are overheard --- */

static void hear_message(const GtupdMessage *message, const GtupdAnchor *anchor, gpointer data)
{
    const GtupdEngine *engine = data;
    gtupd_transfers_message(engine->transfers, message);
    if (engine->sink.message != NULL)
        engine->sink.message(message, anchor, engine->sink.data);
}

static void pass_event(const GtupdEvent *event, gpointer data)
{
    const GtupdEngine *engine = data;
    if (engine->sink.event != NULL)
        engine->sink.event(event, engine->sink.data);
}

static void pass_answer(const GtupdAnchor *command, const GtupdAnchor *ack, gpointer data)
{
    const GtupdEngine *engine = data;
    if (engine->sink.answer != NULL)
        engine->sink.answer(command, ack, engine->sink.data);
}

static void pass_finding(const GtupdFinding *finding, gpointer data)
{
    const GtupdEngine *engine = data;
    if (engine->sink.finding != NULL)
        engine->sink.finding(finding, engine->sink.data);
}

static void pass_update(const GtupdUpdate *update, gpointer data)
{
    const GtupdEngine *engine = data;
    if (engine->sink.update != NULL)
        engine->sink.update(update, engine->sink.data);
}

/* --- Life --- */

GtupdEngine *gtupd_engine_new(const GtupdSink *sink)
{
    GtupdEngine *engine = g_new0(GtupdEngine, 1);
    const GtupdSink between = {engine, hear_message, pass_event, pass_answer, pass_finding, pass_update};
    engine->sink = *sink;
    engine->tracker = gtupd_tracker_new(&between);
    engine->transfers = gtupd_transfers_new(engine->tracker);
    engine->fragments = gtupd_fragments_new(engine->tracker);
    engine->tcp = gtupd_tcp_new(engine->tracker);
    engine->udp = gtupd_udp_new(engine->tracker);
    return engine;
}

void gtupd_engine_free(GtupdEngine *engine)
{
    if (engine == NULL)
        return;
    gtupd_transfers_free(engine->transfers);
    gtupd_udp_free(engine->udp);
    gtupd_tcp_free(engine->tcp);
    gtupd_fragments_free(engine->fragments);
    gtupd_tracker_free(engine->tracker);
    g_free(engine);
}

gboolean gtupd_engine_knows_link_type(int link_type)
{
    return gtupd_decap_knows(link_type);
}

const int *gtupd_engine_link_types(void)
{
    return gtupd_decap_link_types();
}

/* --- Packets --- */

/* FALSE: there is nothing in it to be looked at. */
static gboolean unpack(GtupdEngine *engine, const GtupdPacket *packet, Arrival *arrival)
{
    engine->packets++;
    arrival->anchor = (GtupdAnchor){
        .time = packet->time,
        .order = engine->packets,
        .frame = packet->frame,
        .capture = packet->capture,
    };
    return gtupd_decap(engine->fragments, packet, &arrival->segment);
}

static void look_at(GtupdEngine *engine, const Arrival *arrival)
{
    if (arrival->segment.transport == GTUPD_TRANSPORT_TCP)
        gtupd_tcp_segment(engine->tcp, &arrival->segment, &arrival->anchor);
    else
        gtupd_udp_datagram(engine->udp, &arrival->segment, &arrival->anchor);
    gtupd_transfers_segment(engine->transfers, &arrival->segment, &arrival->anchor);
}

void gtupd_engine_packet(GtupdEngine *engine, const GtupdPacket *packet)
{
    if (unpack(engine, packet, &engine->arrivals[0]))
        look_at(engine, &engine->arrivals[0]);
}

/* Do the payload's bytes go with the next packet, as those of a datagram that was put together do? */
static gboolean is_fleeting(const Arrival *arrival, const GtupdPacket *packet)
{
    const guint8 *payload = arrival->segment.payload;
    return payload < packet->data || payload > packet->data + packet->captured;
}

/* Fetches for the arrivals ahead what they need, the nearer the further inside: each depth is found by way of the one
 * before it, which then has had the time to come. */
static void fetch_ahead(const GtupdEngine *engine, int at, int count)
{
    static const guint8 distances[GTUPD_TCP_FETCH_DEPTHS] = {8, 6, 4, 2};
    for (guint depth = 0; depth < GTUPD_TCP_FETCH_DEPTHS; depth++) {
        const int ahead = at + distances[depth];
        if (ahead < 0 || ahead >= count)
            continue;
        const Arrival *arrival = &engine->arrivals[ahead];
        if (arrival->segment.transport == GTUPD_TRANSPORT_TCP)
            gtupd_tcp_fetch(engine->tcp, &arrival->hint, depth);
    }
}

static void look_at_all(GtupdEngine *engine, int count)
{
    for (int i = 0; i < count; i++)
        engine->arrivals[i].hint = gtupd_tcp_hint(engine->tcp, &engine->arrivals[i].segment);
    for (int i = -8; i < 0; i++)
        fetch_ahead(engine, i, count);
    for (int i = 0; i < count; i++) {
        fetch_ahead(engine, i, count);
        look_at(engine, &engine->arrivals[i]);
    }
}

void gtupd_engine_packets(GtupdEngine *engine, const GtupdPacket *packets, guint count)
{
    int waiting = 0;
    for (guint i = 0; i < count; i++) {
        Arrival *arrival = &engine->arrivals[waiting];
        if (!unpack(engine, &packets[i], arrival))
            continue;
        waiting++;
        if (waiting < ARRIVALS_MAX && !is_fleeting(arrival, &packets[i]))
            continue;
        look_at_all(engine, waiting);
        waiting = 0;
    }
    look_at_all(engine, waiting);
}

void gtupd_engine_settle(GtupdEngine *engine)
{
    gtupd_tcp_settle(engine->tcp);
}

void gtupd_engine_finish(const GtupdEngine *engine, const GtupdSink *sink, GtupdCounts *counts)
{
    guint64 unfinished = 0;
    gtupd_tcp_finish(engine->tcp, sink, &unfinished);
    gtupd_udp_finish(engine->udp, sink, &unfinished);
    gtupd_tracker_finish(engine->tracker, sink);
    if (counts == NULL)
        return;
    *counts = *gtupd_tracker_counts(engine->tracker);
    counts->messages_unfinished += unfinished;
}

const GtupdTracker *gtupd_engine_tracker(const GtupdEngine *engine)
{
    return engine->tracker;
}
