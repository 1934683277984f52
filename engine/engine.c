/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "engine.h"

#include "decap.h"
#include "fragment.h"
#include "tcp.h"
#include "transfers.h"
#include "udp.h"

struct _GtupdEngine {
    GtupdSink sink; /* the caller's */
    GtupdTracker *tracker;
    GtupdFragments *fragments;
    GtupdTcp *tcp;
    GtupdUdp *udp;
    GtupdTransfers *transfers;
    guint64 packets;
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

void gtupd_engine_packet(GtupdEngine *engine, const GtupdPacket *packet)
{
    engine->packets++;
    GtupdSegment segment;
    if (!gtupd_decap(engine->fragments, packet, &segment))
        return;
    GtupdAnchor anchor = {
        .time = packet->time,
        .order = engine->packets,
        .frame = packet->frame,
        .capture = packet->capture,
    };
    if (segment.transport == GTUPD_TRANSPORT_TCP)
        gtupd_tcp_segment(engine->tcp, &segment, &anchor);
    else
        gtupd_udp_datagram(engine->udp, &segment, &anchor);
    gtupd_transfers_segment(engine->transfers, &segment, &anchor);
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
