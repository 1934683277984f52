/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * TCP connections: which of them are @Track, where their streams begin, and when they are over.
 *
 * A connection is undecided until the first segment whose payload begins with a header. While undecided, it costs one
 * look at each payload; only where a SYN was seen, or a segment ended inside what may become a header, is anything kept
 * of it: a small bounded entry, and at most four early segments, for "first" is in stream order there. Capture order
 * decides where no SYN was seen, where a fifth segment comes early, and where what is missing before the early ones
 * will not come any more: acknowledged by the other side, a minute late, or the connection is over.
 *
 * Once @Track, the header's segment says where both directions stand: its sequence number for its own, its
 * acknowledgement number for the other. A new SYN is a new connection; a SYN sent again is not. After FIN from both
 * sides, or RST, the connection is remembered, so that what is sent again late opens no new one.
 */
#pragma once

#include "flow.h"
#include "segment.h"
#include "tracker.h"

#include <glib.h>

typedef struct _GtupdTcp GtupdTcp;

/* Never fails. Borrows `tracker`. */
GtupdTcp *gtupd_tcp_new(GtupdTracker *tracker);
void gtupd_tcp_free(GtupdTcp *tcp);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GtupdTcp, gtupd_tcp_free)

/* Where a segment belongs: the key of its flow, and which side of it has sent it. */
typedef struct {
    GtupdFlowKey key;
    guint side;
} GtupdTcpPlace;

/* Finds the place out, and fetches the beginning of what gtupd_tcp_fetch() fetches. */
void gtupd_tcp_place(const GtupdTcp *tcp, const GtupdSegment *segment, GtupdTcpPlace *place);

/* Fetches to the caches of the processor what the segment will need, from the outside (depth 0) in. Changes nothing. */
#define GTUPD_TCP_FETCH_DEPTHS 4
void gtupd_tcp_fetch(const GtupdTcp *tcp, const GtupdTcpPlace *place, guint depth);

/* The next segment of any connection, with its place and its packet. */
void gtupd_tcp_segment(GtupdTcp *tcp, const GtupdSegment *segment, const GtupdTcpPlace *place,
                       const GtupdAnchor *anchor);

/*
 * No more is to be expected: looks at all that waits for missing segments as if they were lost, in the order of the
 * packets that wait. More may come all the same.
 */
void gtupd_tcp_settle(GtupdTcp *tcp);

/* gtupd_direction_finish() for every open @Track direction. Changes nothing. */
void gtupd_tcp_finish(const GtupdTcp *tcp, const GtupdSink *sink, guint64 *unfinished);
