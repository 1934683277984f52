/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "udp.h"

#include "bounds.h"
#include "direction.h"
#include "flow.h"
#include "frame.h"

typedef struct {
    GtupdFlow flow; /* first */
    GtupdChannel *channel;
    GtupdDirection *directions[2];
} Pair;

struct _GtupdUdp {
    GtupdTracker *tracker;
    GtupdFlowTable *flows;
    GQueue pairs; /* longest idle first */
};

GtupdUdp *gtupd_udp_new(GtupdTracker *tracker)
{
    GtupdUdp *udp = g_new0(GtupdUdp, 1);
    udp->tracker = tracker;
    udp->flows = gtupd_flow_table_new();
    g_queue_init(&udp->pairs);
    return udp;
}

/* The side that begins is known from there on; the other one is joined, as no SYN tells where it began. */
static Pair *pair_new(GtupdUdp *udp, const GtupdFlowKey *key, guint first)
{
    Pair *pair = g_new0(Pair, 1);
    pair->channel = gtupd_tracker_channel_new(udp->tracker, GTUPD_TRANSPORT_UDP);
    for (guint side = 0; side < 2; side++)
        pair->directions[side] = gtupd_direction_new(udp->tracker, pair->channel, side, side == first);
    gtupd_flow_table_add(udp->flows, &pair->flow, key);
    gtupd_flow_name_channel(&pair->flow, pair->channel);
    return pair;
}

static void pair_free(GtupdUdp *udp, Pair *pair)
{
    gtupd_flow_table_remove(udp->flows, &pair->flow);
    for (guint side = 0; side < 2; side++)
        gtupd_direction_free(pair->directions[side]);
    g_free(pair);
}

void gtupd_udp_free(GtupdUdp *udp)
{
    if (udp == NULL)
        return;
    while (udp->pairs.head != NULL)
        pair_free(udp, udp->pairs.head->data);
    gtupd_flow_table_free(udp->flows);
    g_free(udp);
}

static void enforce_limit(GtupdUdp *udp)
{
    while (udp->pairs.length > GTUPD_MAX_CHANNELS) {
        Pair *idle = udp->pairs.head->data;
        for (guint side = 0; side < 2; side++)
            gtupd_direction_end(idle->directions[side]);
        gtupd_tracker_channel_close(udp->tracker, idle->channel);
        pair_free(udp, idle);
        gtupd_tracker_limit_reached(udp->tracker, GTUPD_LIMIT_CHANNELS, 1);
    }
}

void gtupd_udp_datagram(GtupdUdp *udp, const GtupdSegment *datagram, const GtupdAnchor *anchor)
{
    GtupdFlowKey key;
    guint side = gtupd_flow_table_key(udp->flows, datagram, &key);
    Pair *pair = (Pair *)gtupd_flow_table_find(udp->flows, &key);
    if (datagram->captured == 0)
        return;
    if (pair == NULL) {
        if (gtupd_frame_header(datagram->payload, datagram->captured, NULL) != GTUPD_HEADER_WHOLE)
            return;
        pair = pair_new(udp, &key, side);
    }
    gtupd_flow_touch(&pair->flow, &udp->pairs);
    gtupd_direction_datagram(pair->directions[side], datagram->payload, datagram->captured,
                             datagram->captured < datagram->length, anchor);
    enforce_limit(udp);
}

void gtupd_udp_finish(const GtupdUdp *udp, const GtupdSink *sink, guint64 *unfinished)
{
    for (const GList *link = udp->pairs.head; link != NULL; link = link->next) {
        const Pair *pair = link->data;
        for (guint side = 0; side < 2; side++)
            gtupd_direction_finish(pair->directions[side], sink, unfinished);
    }
}
