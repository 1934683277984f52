/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One TCP segment or UDP datagram, as decap hands it on: whatever link, tunnel or VLAN it came through. */
#pragma once

#include "address.h"
#include "tracker.h"

#include <glib.h>

#define GTUPD_TCP_FIN 0x01
#define GTUPD_TCP_SYN 0x02
#define GTUPD_TCP_RST 0x04
#define GTUPD_TCP_ACK 0x10

typedef struct {
    GtupdTransport transport;
    guint8 ip_version;                      /* 4 or 6, of the innermost header */
    guint8 source[GTUPD_ADDRESS_SIZE];      /* IPv4: the first four bytes, zeros behind them */
    guint8 destination[GTUPD_ADDRESS_SIZE]; /* the same */
    guint16 source_port;
    guint16 destination_port;
    guint32 seq;           /* TCP */
    guint32 ack;           /* TCP; of use with GTUPD_TCP_ACK only */
    guint8 flags;          /* TCP */
    guint16 window;        /* TCP; unscaled */
    const guint8 *network; /* innermost IP header; borrowed from the packet */
    const guint8 *header;  /* of TCP or UDP; borrowed as the payload is */
    const guint8 *payload; /* borrowed from the packet, or from the fragments until the next packet */
    gsize captured;        /* bytes in `payload` */
    gsize length;          /* bytes of payload by the headers, ≥ captured: more where a snap length cut */
} GtupdSegment;
