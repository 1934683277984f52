/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * UDP: pairs of addresses and ports that are @Track, from the first datagram that begins with a header on. Of others
 * nothing is kept.
 */
#pragma once

#include "segment.h"
#include "tracker.h"

#include <glib.h>

typedef struct _GtupdUdp GtupdUdp;

/* Never fails. Borrows `tracker`. */
GtupdUdp *gtupd_udp_new(GtupdTracker *tracker);
void gtupd_udp_free(GtupdUdp *udp);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GtupdUdp, gtupd_udp_free)

/* The next datagram of any flow, with its packet. */
void gtupd_udp_datagram(GtupdUdp *udp, const GtupdSegment *datagram, const GtupdAnchor *anchor);

/* gtupd_direction_finish() for every @Track direction. Changes nothing. */
void gtupd_udp_finish(const GtupdUdp *udp, const GtupdSink *sink, guint64 *unfinished);
