/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One function a layer. Each looks at its header, which it first makes sure is there, strips it, and enters the next
 * layer through one of the tables at the end: by EtherType, PPP protocol, IP protocol or UDP port.
 */
#include "decap.h"

#include "bytes.h"

#include <string.h>

#define DEPTH_MAX 32 /* layers, each tag and extension header being one */

#define IPV4_HEADER 20
#define IPV6_HEADER 40
#define TCP_HEADER  20
#define UDP_HEADER  8

typedef struct {
    GtupdFragments *fragments;
    gint64 time;
    const guint8 *data; /* what is left of the packet */
    gsize captured;     /* bytes in `data` */
    gsize length;       /* bytes by the headers so far, ≥ captured */
    guint depth;
    GtupdFragment *seen; /* fragments are told, and not put together; else NULL */
    GtupdSegment segment;
} Decap;

/* TRUE: there is a segment. */
typedef gboolean (*Layer)(Decap *decap);

typedef struct {
    guint number;
    Layer layer;
} LayerRow;

static gboolean enter_ether_type(Decap *decap, guint type);
static gboolean enter_ppp_protocol(Decap *decap, guint protocol);
static gboolean enter_ip_protocol(Decap *decap, guint protocol);
static Layer find_udp_tunnel(guint source_port, guint destination_port);

/* --- What is left of the packet --- */

static gboolean has(const Decap *decap, gsize bytes)
{
    return decap->captured >= bytes && decap->length >= bytes;
}

/* Drops a header, of which a snap length may have taken the end. */
static void strip(Decap *decap, gsize bytes)
{
    gsize held = MIN(bytes, decap->captured);
    decap->data += held;
    decap->captured -= held;
    decap->length -= bytes;
}

/* A header says how many bytes there are: what is behind them is padding; what is not there was cut. */
static void trim(Decap *decap, gsize length)
{
    decap->length = length;
    decap->captured = MIN(decap->captured, length);
}

static gboolean enter(Decap *decap, Layer layer)
{
    if (layer == NULL || decap->depth >= DEPTH_MAX)
        return FALSE;
    decap->depth++;
    return layer(decap);
}

/* --- Transport --- */

static gboolean hand_out(Decap *decap, GtupdTransport transport, gsize header)
{
    GtupdSegment *segment = &decap->segment;
    segment->transport = transport;
    segment->source_port = gtupd_be16(decap->data);
    segment->destination_port = gtupd_be16(decap->data + 2);
    segment->header = decap->data;
    strip(decap, header);
    segment->payload = decap->data;
    segment->captured = decap->captured;
    segment->length = decap->length;
    return TRUE;
}

static gboolean tcp(Decap *decap)
{
    if (!has(decap, TCP_HEADER))
        return FALSE;
    gsize header = (gsize)(decap->data[12] >> 4) * 4;
    if (header < TCP_HEADER || header > decap->length)
        return FALSE;
    decap->segment.seq = gtupd_be32(decap->data + 4);
    decap->segment.ack = gtupd_be32(decap->data + 8);
    decap->segment.flags = decap->data[13];
    decap->segment.window = gtupd_be16(decap->data + 14);
    return hand_out(decap, GTUPD_TRANSPORT_TCP, header);
}

static gboolean udp(Decap *decap)
{
    if (!has(decap, UDP_HEADER))
        return FALSE;
    gsize length = gtupd_be16(decap->data + 4);
    if (length != 0) {
        if (length < UDP_HEADER)
            return FALSE;
        trim(decap, MIN(length, decap->length));
    }

    Layer tunnel = find_udp_tunnel(gtupd_be16(decap->data), gtupd_be16(decap->data + 2));
    if (tunnel != NULL) { /* what only looks like a tunnel is a datagram of its own */
        Decap inner = *decap;
        strip(&inner, UDP_HEADER);
        if (enter(&inner, tunnel)) {
            *decap = inner;
            return TRUE;
        }
    }
    return hand_out(decap, GTUPD_TRANSPORT_UDP, UDP_HEADER);
}

/* --- IP --- */

static void set_addresses(Decap *decap, guint8 version, gsize offset, gsize size)
{
    GtupdSegment *segment = &decap->segment;
    segment->ip_version = version;
    segment->network = decap->data;
    memset(segment->source, 0, sizeof segment->source);
    memset(segment->destination, 0, sizeof segment->destination);
    memcpy(segment->source, decap->data + offset, size);
    memcpy(segment->destination, decap->data + offset + size, size);
}

static gboolean enter_fragment(Decap *decap, guint8 protocol, guint32 id, gsize offset, gboolean more)
{
    GtupdFragment fragment = {
        .ip_version = decap->segment.ip_version,
        .protocol = protocol,
        .id = id,
        .offset = offset,
        .more = more,
        .data = decap->data,
        .captured = decap->captured,
        .length = decap->length,
    };
    memcpy(fragment.source, decap->segment.source, sizeof fragment.source);
    memcpy(fragment.destination, decap->segment.destination, sizeof fragment.destination);
    if (decap->seen != NULL) {
        *decap->seen = fragment;
        return FALSE;
    }

    GtupdDatagram datagram;
    if (!gtupd_fragments_add(decap->fragments, &fragment, decap->time, &datagram))
        return FALSE;
    decap->data = datagram.data;
    decap->captured = datagram.captured;
    decap->length = datagram.length;
    return enter_ip_protocol(decap, datagram.protocol);
}

static gboolean ipv4(Decap *decap)
{
    if (!has(decap, IPV4_HEADER) || decap->data[0] >> 4 != 4)
        return FALSE;
    gsize header = (gsize)(decap->data[0] & 0x0f) * 4;
    gsize total = gtupd_be16(decap->data + 2);
    if (total == 0)
        total = decap->length;
    if (header < IPV4_HEADER || total < header || !has(decap, header))
        return FALSE;
    trim(decap, total);
    set_addresses(decap, 4, 12, 4);

    guint8 protocol = decap->data[9];
    guint16 id = gtupd_be16(decap->data + 4);
    guint16 flags = gtupd_be16(decap->data + 6);
    strip(decap, header);
    gsize offset = (gsize)(flags & 0x1fff) * 8;
    gboolean more = (flags & 0x2000) != 0;
    if (offset != 0 || more)
        return enter_fragment(decap, protocol, id, offset, more);
    return enter_ip_protocol(decap, protocol);
}

static gboolean ipv6(Decap *decap)
{
    if (!has(decap, IPV6_HEADER) || decap->data[0] >> 4 != 6)
        return FALSE;
    gsize length = gtupd_be16(decap->data + 4);
    if (length != 0)
        trim(decap, IPV6_HEADER + length);
    set_addresses(decap, 6, 8, 16);
    guint8 next = decap->data[6];
    strip(decap, IPV6_HEADER);
    return enter_ip_protocol(decap, next);
}

/* Raw IP of either version. */
static gboolean ip(Decap *decap)
{
    if (!has(decap, 1))
        return FALSE;
    return enter(decap, decap->data[0] >> 4 == 4 ? ipv4 : ipv6);
}

/* Hop-by-hop, routing and destination options: Next Header, and a length in units of eight bytes behind the first. */
static gboolean ipv6_extension(Decap *decap)
{
    if (!has(decap, 2))
        return FALSE;
    guint8 next = decap->data[0];
    gsize header = ((gsize)decap->data[1] + 1) * 8;
    if (!has(decap, header))
        return FALSE;
    strip(decap, header);
    return enter_ip_protocol(decap, next);
}

static gboolean ipv6_fragment(Decap *decap)
{
    if (!has(decap, 8))
        return FALSE;
    guint8 next = decap->data[0];
    guint16 flags = gtupd_be16(decap->data + 2);
    guint32 id = gtupd_be32(decap->data + 4);
    strip(decap, 8);
    gsize offset = flags & 0xfff8;
    gboolean more = (flags & 1) != 0;
    if (offset == 0 && !more) /* an atomic fragment (RFC 6946) */
        return enter_ip_protocol(decap, next);
    return enter_fragment(decap, next, id, offset, more);
}

/* Authentication header: its length is in units of four bytes, minus two (RFC 4302). */
static gboolean authentication(Decap *decap)
{
    if (!has(decap, 12))
        return FALSE;
    guint8 next = decap->data[0];
    gsize header = ((gsize)decap->data[1] + 2) * 4;
    if (!has(decap, header))
        return FALSE;
    strip(decap, header);
    return enter_ip_protocol(decap, next);
}

/* --- Links --- */

/* LLC and SNAP, which stand where the EtherType is a length (IEEE 802.3). */
static gboolean snap(Decap *decap)
{
    static const guint8 header[] = {0xaa, 0xaa, 0x03, 0, 0, 0};
    if (!has(decap, 8) || memcmp(decap->data, header, sizeof header) != 0)
        return FALSE;
    guint16 type = gtupd_be16(decap->data + 6);
    strip(decap, 8);
    return enter_ether_type(decap, type);
}

static gboolean ethernet(Decap *decap)
{
    if (!has(decap, 14))
        return FALSE;
    guint16 type = gtupd_be16(decap->data + 12);
    strip(decap, 14);
    return type < 0x0600 ? enter(decap, snap) : enter_ether_type(decap, type);
}

static gboolean vlan(Decap *decap)
{
    if (!has(decap, 4))
        return FALSE;
    guint16 type = gtupd_be16(decap->data + 2);
    strip(decap, 4);
    return type < 0x0600 ? enter(decap, snap) : enter_ether_type(decap, type);
}

static gboolean cooked_v1(Decap *decap)
{
    if (!has(decap, 16))
        return FALSE;
    guint16 type = gtupd_be16(decap->data + 14);
    strip(decap, 16);
    return enter_ether_type(decap, type);
}

static gboolean cooked_v2(Decap *decap)
{
    if (!has(decap, 20))
        return FALSE;
    guint16 type = gtupd_be16(decap->data);
    strip(decap, 20);
    return enter_ether_type(decap, type);
}

/* An address family of the capturing host, in its byte order (null) or network order (loop). */
static gboolean loopback(Decap *decap)
{
    if (!has(decap, 4))
        return FALSE;
    guint32 family = gtupd_be32(decap->data);
    if (family > 0xffff)
        family = GUINT32_SWAP_LE_BE(family);
    strip(decap, 4);
    switch (family) {
    case 2: /* AF_INET everywhere */
        return enter(decap, ipv4);
    case 10: /* AF_INET6 of Linux */
    case 24: /* NetBSD, OpenBSD */
    case 28: /* FreeBSD */
    case 30: /* macOS */
        return enter(decap, ipv6);
    default:
        return FALSE;
    }
}

/* The protocol number takes one byte where its first byte is odd (RFC 1661, 6.5). */
static gboolean ppp(Decap *decap)
{
    if (has(decap, 2) && decap->data[0] == 0xff && decap->data[1] == 0x03)
        strip(decap, 2);
    if (!has(decap, 2))
        return FALSE;
    gsize size = decap->data[0] & 1 ? 1 : 2;
    guint protocol = size == 1 ? decap->data[0] : gtupd_be16(decap->data);
    strip(decap, size);
    return enter_ppp_protocol(decap, protocol);
}

static gboolean cisco_hdlc(Decap *decap)
{
    if (!has(decap, 4))
        return FALSE;
    guint16 type = gtupd_be16(decap->data + 2);
    strip(decap, 4);
    return enter_ether_type(decap, type);
}

/* Serial lines: PPP, or Cisco's framing, which its address byte tells. */
static gboolean ppp_hdlc(Decap *decap)
{
    if (has(decap, 1) && (decap->data[0] == 0x0f || decap->data[0] == 0x8f))
        return enter(decap, cisco_hdlc);
    return enter(decap, ppp);
}

static gboolean pppoe(Decap *decap)
{
    if (!has(decap, 6) || decap->data[0] != 0x11 || decap->data[1] != 0)
        return FALSE;
    gsize length = gtupd_be16(decap->data + 4);
    strip(decap, 6);
    trim(decap, length);
    return enter(decap, ppp);
}

/* Behind the last label there is no type: IP is told by its version, a pseudowire by its control word (RFC 4385). */
static gboolean mpls(Decap *decap)
{
    if (!has(decap, 4))
        return FALSE;
    gboolean bottom = decap->data[2] & 1;
    strip(decap, 4);
    if (!bottom)
        return enter(decap, mpls);
    if (!has(decap, 4) || decap->data[0] >> 4 != 0)
        return enter(decap, ip);
    strip(decap, 4);
    return enter(decap, ethernet);
}

/* --- Tunnels --- */

/* Version 0, without the source routes of RFC 1701. */
static gboolean gre(Decap *decap)
{
    if (!has(decap, 4))
        return FALSE;
    guint16 flags = gtupd_be16(decap->data);
    guint16 type = gtupd_be16(decap->data + 2);
    if ((flags & 0x4007) != 0)
        return FALSE;
    gsize header = 4;
    for (guint16 option = 0x8000; option >= 0x1000; option >>= 1) /* checksum, (routing), key, sequence number */
        header += flags & option ? 4 : 0;
    if (!has(decap, header))
        return FALSE;
    strip(decap, header);
    return enter_ether_type(decap, type);
}

/* The I flag, and a last byte that is reserved: no text begins like that. */
static gboolean vxlan(Decap *decap)
{
    if (!has(decap, 8) || (decap->data[0] & 0x08) == 0 || decap->data[7] != 0)
        return FALSE;
    strip(decap, 8);
    return enter(decap, ethernet);
}

/* GTPv1-U, G-PDU (3GPP TS 29.281). Length counts what is behind the first eight bytes. */
static gboolean gtp_u(Decap *decap)
{
    if (!has(decap, 8) || decap->data[0] >> 4 != 3 || decap->data[1] != 255)
        return FALSE;
    guint8 flags = decap->data[0];
    gsize length = gtupd_be16(decap->data + 2);
    strip(decap, 8);
    trim(decap, length);
    if ((flags & 0x07) != 0) {
        if (!has(decap, 4))
            return FALSE;
        guint8 extension = flags & 0x04 ? decap->data[3] : 0;
        strip(decap, 4);
        while (extension != 0) {
            gsize size = has(decap, 1) ? (gsize)decap->data[0] * 4 : 0;
            if (size == 0 || !has(decap, size))
                return FALSE;
            extension = decap->data[size - 1];
            strip(decap, size);
        }
    }
    return enter(decap, ip);
}

/* --- What is inside what --- */

/* X(LINKTYPE_ value, layer) */
#define LINK_TYPES(X)                                                                                                  \
    X(0, loopback)     /* NULL */                                                                                      \
    X(1, ethernet)     /* ETHERNET */                                                                                  \
    X(9, ppp)          /* PPP */                                                                                       \
    X(12, ip)          /* DLT_RAW */                                                                                   \
    X(14, ip)          /* DLT_RAW of OpenBSD */                                                                        \
    X(50, ppp_hdlc)    /* PPP_HDLC */                                                                                  \
    X(51, pppoe)       /* PPP_ETHER */                                                                                 \
    X(101, ip)         /* RAW */                                                                                       \
    X(104, cisco_hdlc) /* C_HDLC */                                                                                    \
    X(108, loopback)   /* LOOP */                                                                                      \
    X(113, cooked_v1)  /* LINUX_SLL */                                                                                 \
    X(228, ipv4)       /* IPV4 */                                                                                      \
    X(229, ipv6)       /* IPV6 */                                                                                      \
    X(276, cooked_v2)  /* LINUX_SLL2 */

static const LayerRow link_layers[] = {
#define X(number, layer) {number, layer},
    LINK_TYPES(X)
#undef X
};

static const LayerRow ether_layers[] = {
    {0x0800, ipv4},  {0x86dd, ipv6}, {0x8100, vlan},     /* 802.1Q */
    {0x88a8, vlan},                                      /* 802.1ad */
    {0x9100, vlan},                                      /* QinQ before 802.1ad */
    {0x8847, mpls},  {0x8848, mpls},                     /* multicast, or labels assigned upstream */
    {0x8864, pppoe}, {0x880b, ppp},  {0x6558, ethernet}, /* transparent Ethernet bridging */
};

static const LayerRow ppp_layers[] = {
    {0x0021, ipv4},
    {0x0057, ipv6},
    {0x0281, mpls},
};

static const LayerRow ip_layers[] = {
    {6, tcp},
    {17, udp},
    {0, ipv6_extension},  /* hop-by-hop options */
    {43, ipv6_extension}, /* routing */
    {60, ipv6_extension}, /* destination options */
    {44, ipv6_fragment},
    {51, authentication},
    {4, ipv4},
    {41, ipv6},
    {47, gre},
    {137, mpls},
};

static const LayerRow udp_layers[] = {
    {2152, gtp_u},
    {4789, vxlan},
};

static Layer find(const LayerRow *rows, gsize count, guint number)
{
    for (gsize i = 0; i < count; i++)
        if (rows[i].number == number)
            return rows[i].layer;
    return NULL;
}

static gboolean enter_ether_type(Decap *decap, guint type)
{
    return enter(decap, find(ether_layers, G_N_ELEMENTS(ether_layers), type));
}

static gboolean enter_ppp_protocol(Decap *decap, guint protocol)
{
    return enter(decap, find(ppp_layers, G_N_ELEMENTS(ppp_layers), protocol));
}

static gboolean enter_ip_protocol(Decap *decap, guint protocol)
{
    return enter(decap, find(ip_layers, G_N_ELEMENTS(ip_layers), protocol));
}

/* Of one of the ports; NULL if there is none. */
static Layer find_udp_tunnel(guint source_port, guint destination_port)
{
    Layer layer = find(udp_layers, G_N_ELEMENTS(udp_layers), destination_port);
    return layer != NULL ? layer : find(udp_layers, G_N_ELEMENTS(udp_layers), source_port);
}

gboolean gtupd_decap_knows(int link_type)
{
    return link_type >= 0 && find(link_layers, G_N_ELEMENTS(link_layers), (guint)link_type) != NULL;
}

const int *gtupd_decap_link_types(void)
{
    static const int types[] = {
#define X(number, layer) number,
        LINK_TYPES(X)
#undef X
            - 1,
    };
    return types;
}

static gboolean decapsulate(Decap *decap, const GtupdPacket *packet)
{
    decap->time = packet->time;
    decap->data = packet->data;
    decap->captured = packet->captured;
    decap->length = MAX(packet->length, packet->captured);
    return gtupd_decap_knows(packet->link_type) &&
           enter(decap, find(link_layers, G_N_ELEMENTS(link_layers), (guint)packet->link_type));
}

gboolean gtupd_decap(GtupdFragments *fragments, const GtupdPacket *packet, GtupdSegment *segment)
{
    gtupd_fragments_release(fragments);
    Decap decap = {.fragments = fragments};
    if (!decapsulate(&decap, packet))
        return FALSE;
    *segment = decap.segment;
    return TRUE;
}

gboolean gtupd_decap_fragment(const GtupdPacket *packet, GtupdFragment *fragment)
{
    Decap decap = {.seen = fragment};
    fragment->ip_version = 0;
    decapsulate(&decap, packet);
    return fragment->ip_version != 0;
}
