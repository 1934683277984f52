/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The engine: packets in, events and findings out. The one interface that both faces call.
 *
 *   packet → decap → fragment → stream or datagram → direction → message → tracker → sink
 *                                └→ transfers: file servers' HTTP, FTP and DNS ──────┘
 *
 * It depends on nothing but the packets, so whoever feeds the same packets hears the same findings.
 */
#pragma once

#include "event.h"
#include "packet.h"
#include "tracker.h"

#include <glib.h>

typedef struct _GtupdEngine GtupdEngine;

/* Never fails. *sink is copied; its `data` must outlive the engine. */
GtupdEngine *gtupd_engine_new(const GtupdSink *sink);
void gtupd_engine_free(GtupdEngine *engine);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GtupdEngine, gtupd_engine_free)

/* Can packets of this LINKTYPE_ value be looked into? */
gboolean gtupd_engine_knows_link_type(int link_type);

/* The link types that can be looked into, ended by −1: for those who must map another numbering. Static storage. */
const int *gtupd_engine_link_types(void);

/* The next packet. Packets that hold no @Track cost a look. Bytes of *packet are not kept. */
void gtupd_engine_packet(GtupdEngine *engine, const GtupdPacket *packet);

/*
 * The same for many packets, which is quicker than one by one, and in two steps, the first of which another thread may
 * do, ahead of the second: it depends on nothing but the packets themselves. Both are to be done for every run of
 * packets, in the packets' order, and each by one thread at a time.
 */
typedef struct _GtupdArrivals GtupdArrivals;

#define GTUPD_ARRIVALS_MAX 512 /* packets of a run */

GtupdArrivals *gtupd_arrivals_new(void);
void gtupd_arrivals_free(GtupdArrivals *arrivals);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GtupdArrivals, gtupd_arrivals_free)

/* *arrivals forgets what it held. The packets' bytes must stay until it has been looked at. */
void gtupd_engine_unpack(GtupdEngine *engine, const GtupdPacket *packets, guint count, GtupdArrivals *arrivals);
void gtupd_engine_look(GtupdEngine *engine, const GtupdArrivals *arrivals);

/*
 * The captures are over, as far as can be known: TCP data that still waits for missing segments is looked at as if
 * they were lost. To be called once before the last gtupd_engine_finish(), which by itself does not look at such data.
 * Packets may follow all the same, as in a live capture that is resumed.
 */
void gtupd_engine_settle(GtupdEngine *engine);

/*
 * The verdict if the capture ended now goes to *sink. Changes nothing: it may be asked again, and packets may follow.
 * *counts (may be NULL) gets the messages in all, those left unfinished at this end included.
 */
void gtupd_engine_finish(const GtupdEngine *engine, const GtupdSink *sink, GtupdCounts *counts);

/* Devices, counts and limits: see tracker.h. Borrowed from the engine. */
const GtupdTracker *gtupd_engine_tracker(const GtupdEngine *engine);
