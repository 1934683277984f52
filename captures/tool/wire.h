/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Packets as they stand on the wire: transport header, IP (fragmented or not), a GTP-U tunnel, a link layer; with
 * right lengths, IP identifications and checksums. Stateless but for each host's identification counter.
 */
#pragma once

#include <glib.h>

#define WIRE_TCP_FIN 0x01u
#define WIRE_TCP_SYN 0x02u
#define WIRE_TCP_RST 0x04u
#define WIRE_TCP_PSH 0x08u
#define WIRE_TCP_ACK 0x10u

typedef enum {
    WIRE_ETHERNET,
    WIRE_RAW,  /* IP without a link layer */
    WIRE_SLL,  /* Linux cooked, version 1 */
    WIRE_SLL2, /* Linux cooked, version 2 */
    WIRE_NULL, /* BSD loopback */
    WIRE_LINKS,
} WireLinkKind;

typedef struct {
    char *name;
    guint8 address[16];
    gsize address_length; /* 4 or 16 */
    guint8 station;       /* last byte of the MAC address */
    guint16 next_id;      /* IP identification of the next packet it sends */
} WireHost;

typedef struct {
    WireLinkKind kind;
    guint16 vlans[2]; /* Ethernet only, outermost first */
    guint vlan_count;
    gboolean pad;            /* Ethernet frames are padded to 60 bytes */
    gboolean big_endian;     /* of the capturing machine: the loopback header is in its byte order */
    WireHost *tunnel[2];     /* GTP-U: base station, core; NULL: no tunnel */
    guint32 tunnel_teids[2]; /* of packets to the core, to the base station */
} WireLink;

typedef struct {
    guint16 source_port, destination_port;
    guint32 sequence, acknowledgement;
    guint8 flags;
    gboolean bad_checksum; /* deliberately */
} WireTcp;

/* "ethernet", "raw", "sll", "sll2", "null". FALSE, and *kind untouched, if there is none of this name. */
gboolean wire_link_by_name(const char *name, WireLinkKind *kind);

/* The LINKTYPE_ value of a capture file. */
guint32 wire_link_type(WireLinkKind kind);

/* A TCP segment or UDP datagram, without IP. Caller owns. */
GByteArray *wire_tcp(const WireHost *from, const WireHost *to, const WireTcp *tcp, const guint8 *data, gsize length);
GByteArray *wire_udp(const WireHost *from, const WireHost *to, guint16 source_port, guint16 destination_port,
                     const guint8 *data, gsize length);

/*
 * The packets that carry `transport`: one, or several if `fragment` (bytes of IP payload each, a multiple of 8; 0: do
 * not fragment) makes it so. `uplink`: from the base station to the core, if there is a tunnel. An array of GByteArray;
 * caller owns.
 */
GPtrArray *wire_packets(const WireLink *link, WireHost *from, WireHost *to, gboolean uplink, gboolean is_tcp,
                        const GByteArray *transport, gsize fragment);
