/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "engine.h"

#include "decap.h"
#include "fetch.h"
#include "fragment.h"
#include "tcp.h"
#include "transfers.h"
#include "udp.h"

/* A packet that has been unpacked, and is to be looked at. */
typedef struct {
    GtupdSegment segment;
    GtupdAnchor anchor;
    guint readings_from, readings; /* which of the readings are of the messages that its payload begins with */
} Arrival;

struct _GtupdArrivals {
    guint count, readings_count;
    guint64 fragments_dropped; /* so far */
    GPtrArray *datagrams;      /* payloads that are no packet's own bytes */
    Arrival list[GTUPD_ARRIVALS_MAX];
    GtupdReading readings[GTUPD_ARRIVALS_MAX];
};

struct _GtupdEngine {
    /* Unpacking, which another thread may do. */
    GtupdFragments *fragments;
    guint64 packets;

    /* Looking. */
    GtupdSink sink; /* the caller's */
    GtupdTracker *tracker;
    GtupdTcp *tcp;
    GtupdUdp *udp;
    GtupdTransfers *transfers;
    guint64 fragments_dropped;                /* as far as the tracker knows */
    GtupdArrivals *arrivals;                  /* of those who do not unpack beforehand; NULL: there were none yet */
    GtupdTcpPlace places[GTUPD_ARRIVALS_MAX]; /* of TCP arrivals that will soon be looked at */
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
    engine->fragments = gtupd_fragments_new();
    engine->tcp = gtupd_tcp_new(engine->tracker);
    engine->udp = gtupd_udp_new(engine->tracker);
    return engine;
}

void gtupd_engine_free(GtupdEngine *engine)
{
    if (engine == NULL)
        return;
    gtupd_arrivals_free(engine->arrivals);
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

/* --- Unpacking: each packet by itself --- */

GtupdArrivals *gtupd_arrivals_new(void)
{
    GtupdArrivals *arrivals = g_new(GtupdArrivals, 1);
    arrivals->count = arrivals->readings_count = 0;
    arrivals->fragments_dropped = 0;
    arrivals->datagrams = gtupd_fragments_keeper_new();
    return arrivals;
}

void gtupd_arrivals_free(GtupdArrivals *arrivals)
{
    if (arrivals == NULL)
        return;
    g_ptr_array_unref(arrivals->datagrams);
    g_free(arrivals);
}

/* The messages that the payload begins with, one behind the other. */
static void read_ahead(GtupdArrivals *arrivals, Arrival *arrival)
{
    const GtupdSegment *segment = &arrival->segment;
    gsize at = 0;
    arrival->readings_from = arrivals->readings_count;
    while (arrivals->readings_count < GTUPD_ARRIVALS_MAX) {
        GtupdReading *reading = &arrivals->readings[arrivals->readings_count];
        if (!gtupd_reading_first(reading, segment->payload + at, segment->captured - at))
            break;
        at += reading->message.length;
        arrivals->readings_count++;
    }
    arrival->readings = arrivals->readings_count - arrival->readings_from;
}

static void unpack(GtupdEngine *engine, const GtupdPacket *packet, GtupdArrivals *arrivals)
{
    Arrival *arrival = &arrivals->list[arrivals->count];
    engine->packets++;
    if (!gtupd_decap(engine->fragments, packet, &arrival->segment))
        return;
    gtupd_fragments_hand_over(engine->fragments, arrivals->datagrams);
    arrival->anchor = (GtupdAnchor){
        .time = packet->time,
        .order = engine->packets,
        .frame = packet->frame,
        .capture = packet->capture,
    };
    read_ahead(arrivals, arrival);
    arrivals->count++;
}

void gtupd_engine_unpack(GtupdEngine *engine, const GtupdPacket *packets, guint count, GtupdArrivals *arrivals)
{
    g_assert(count <= GTUPD_ARRIVALS_MAX);
    arrivals->count = arrivals->readings_count = 0;
    g_ptr_array_set_size(arrivals->datagrams, 0);
    for (guint i = 0; i < count; i++)
        unpack(engine, &packets[i], arrivals);
    arrivals->fragments_dropped = gtupd_fragments_dropped(engine->fragments);
}

/* --- Looking: what they mean one after the other --- */

static void look_at(GtupdEngine *engine, const GtupdArrivals *arrivals, guint at)
{
    const Arrival *arrival = &arrivals->list[at];
    gtupd_tracker_foresee(engine->tracker, &arrivals->readings[arrival->readings_from], arrival->readings);
    if (arrival->segment.transport == GTUPD_TRANSPORT_TCP)
        gtupd_tcp_segment(engine->tcp, &arrival->segment, &engine->places[at], &arrival->anchor);
    else
        gtupd_udp_datagram(engine->udp, &arrival->segment, &arrival->anchor);
    gtupd_transfers_segment(engine->transfers, &arrival->segment, &arrival->anchor);
}

/*
 * How far ahead packets are fetched for, farthest what the other thread has written of them, then where they lie, then
 * what is kept of their flow: the nearer, the further inside, each depth by way of the one before it, which then has
 * had the time to come.
 */
#define FETCHED_AHEAD 24
#define PLACED_AHEAD  16
static const guint8 distances[GTUPD_TCP_FETCH_DEPTHS] = {12, 9, 6, 3};

/* Of a message, without the fields that only GTUPD's have. */
static void fetch_arrival(const GtupdArrivals *arrivals, guint at)
{
    if (at + PLACED_AHEAD < arrivals->count)
        gtupd_fetch_to_read(&arrivals->list[at + PLACED_AHEAD], sizeof(Arrival));
    if (at >= arrivals->count || arrivals->list[at].readings == 0)
        return;
    const Arrival *arrival = &arrivals->list[at];
    const GtupdReading *reading = &arrivals->readings[arrival->readings_from];
    gtupd_fetch_to_read(&reading->message, offsetof(GtupdMessage, fields));
    gtupd_fetch_to_read(&reading->event, sizeof *reading - offsetof(GtupdReading, event));
    gtupd_fetch_to_read(arrival->segment.payload, 2 * (gsize)GTUPD_FETCH_LINE);
}

static gboolean is_tcp(const GtupdArrivals *arrivals, guint at)
{
    return at < arrivals->count && arrivals->list[at].segment.transport == GTUPD_TRANSPORT_TCP;
}

static void place(GtupdEngine *engine, const GtupdArrivals *arrivals, guint at)
{
    if (is_tcp(arrivals, at))
        gtupd_tcp_place(engine->tcp, &arrivals->list[at].segment, &engine->places[at]);
}

static void fetch_ahead(GtupdEngine *engine, const GtupdArrivals *arrivals, guint at)
{
    fetch_arrival(arrivals, at + FETCHED_AHEAD);
    place(engine, arrivals, at + PLACED_AHEAD);
    for (guint depth = 0; depth < GTUPD_TCP_FETCH_DEPTHS; depth++) {
        const guint ahead = at + distances[depth];
        if (is_tcp(arrivals, ahead))
            gtupd_tcp_fetch(engine->tcp, &engine->places[ahead], depth);
    }
}

void gtupd_engine_look(GtupdEngine *engine, const GtupdArrivals *arrivals)
{
    for (guint i = 0; i < PLACED_AHEAD; i++)
        place(engine, arrivals, i);
    for (guint i = 0; i < arrivals->count; i++) {
        fetch_ahead(engine, arrivals, i);
        look_at(engine, arrivals, i);
    }
    gtupd_tracker_foresee(engine->tracker, NULL, 0);
    gtupd_tracker_limit_reached(engine->tracker, GTUPD_LIMIT_FRAGMENTS,
                                arrivals->fragments_dropped - engine->fragments_dropped);
    engine->fragments_dropped = arrivals->fragments_dropped;
}

void gtupd_engine_packet(GtupdEngine *engine, const GtupdPacket *packet)
{
    if (engine->arrivals == NULL)
        engine->arrivals = gtupd_arrivals_new();
    gtupd_engine_unpack(engine, packet, 1, engine->arrivals);
    gtupd_engine_look(engine, engine->arrivals);
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
