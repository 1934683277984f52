/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Decapsulation: from a captured packet to the one TCP segment or UDP datagram in it.
 *
 * Ethernet, 802.1Q and 802.1ad, LLC/SNAP, Linux cooked v1 and v2, raw IP, null and loopback, PPP, Cisco HDLC, PPPoE,
 * MPLS, IPv4 and IPv6 with options and extension headers, IP in IP, GRE, VXLAN, GTP-U, in any nesting of reasonable
 * depth. Fragments are put together on the way.
 *
 * Every length comes from a header, the innermost holds, and none is believed beyond the bytes that are there: bytes
 * behind the IP packet (Ethernet padding) are no payload, bytes that a header promises and the packet lacks were cut.
 * A total length of 0, as segmentation offload leaves it, reaches to the packet's end.
 * Checksums are not judged. It keeps nothing but fragments.
 */
#pragma once

#include "fragment.h"
#include "packet.h"
#include "segment.h"

#include <glib.h>

/* Can packets of this LINKTYPE_ value (or DLT_ value of raw IP) be looked into? */
gboolean gtupd_decap_knows(int link_type);

/* All of them, ended by −1. Static storage. */
const int *gtupd_decap_link_types(void);

/*
 * TRUE: *segment is what the packet holds, or has made whole; it borrows the packet's bytes, or those of *fragments
 * until the next call. FALSE: nothing of TCP or UDP, damaged, cut before the ports, or a fragment that has to wait.
 */
gboolean gtupd_decap(GtupdFragments *fragments, const GtupdPacket *packet, GtupdSegment *segment);

/* Is the packet a fragment of an IP datagram? TRUE: *fragment says of which; its data are borrowed from the packet. */
gboolean gtupd_decap_fragment(const GtupdPacket *packet, GtupdFragment *fragment);
