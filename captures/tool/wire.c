/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "wire.h"

#define PROTOCOL_TCP      6
#define PROTOCOL_UDP      17
#define PROTOCOL_FRAGMENT 44

#define ETHERTYPE_IPV4 0x0800
#define ETHERTYPE_IPV6 0x86dd
#define ETHERTYPE_VLAN 0x8100
#define ETHERTYPE_QINQ 0x88a8

#define ETHERNET_MIN 60
#define GTPU_PORT    2152
#define TCP_MSS      1400
#define TCP_WINDOW   64240
#define HOPS         64

static const struct {
    const char *name;
    guint32 type;
} links[WIRE_LINKS] = {
    /* clang-format off */
    [WIRE_ETHERNET] = {"ethernet", 1},
    [WIRE_RAW]      = {"raw",      101},
    [WIRE_SLL]      = {"sll",      113},
    [WIRE_SLL2]     = {"sll2",     276},
    [WIRE_NULL]     = {"null",     0},
    /* clang-format on */
};

gboolean wire_link_by_name(const char *name, WireLinkKind *kind)
{
    for (guint i = 0; i < WIRE_LINKS; i++) {
        if (g_str_equal(links[i].name, name)) {
            *kind = (WireLinkKind)i;
            return TRUE;
        }
    }
    return FALSE;
}

guint32 wire_link_type(WireLinkKind kind)
{
    return links[kind].type;
}

static void put8(GByteArray *bytes, guint value)
{
    guint8 byte = (guint8)value;
    g_byte_array_append(bytes, &byte, 1);
}

static void put16(GByteArray *bytes, guint value)
{
    guint16 ordered = GUINT16_TO_BE((guint16)value);
    g_byte_array_append(bytes, (const guint8 *)&ordered, sizeof ordered);
}

static void put32(GByteArray *bytes, guint32 value)
{
    guint32 ordered = GUINT32_TO_BE(value);
    g_byte_array_append(bytes, (const guint8 *)&ordered, sizeof ordered);
}

static void put(GByteArray *bytes, const guint8 *data, gsize length)
{
    if (length > 0)
        g_byte_array_append(bytes, data, (guint)length);
}

/* The Internet checksum, RFC 1071: a running sum, and its end. */

static guint32 sum_bytes(guint32 sum, const guint8 *data, gsize length)
{
    for (gsize i = 0; i < length; i++)
        sum += (i & 1) ? data[i] : (guint32)data[i] << 8;
    return sum;
}

static guint16 sum_end(guint32 sum)
{
    while (sum >> 16)
        sum = (sum & 0xffff) + (sum >> 16);
    return (guint16)~sum;
}

static void set16(GByteArray *bytes, gsize offset, guint16 value)
{
    bytes->data[offset] = (guint8)(value >> 8);
    bytes->data[offset + 1] = (guint8)value;
}

static guint16 transport_checksum(const WireHost *from, const WireHost *to, guint protocol, const GByteArray *transport)
{
    guint32 sum = protocol + transport->len;
    sum = sum_bytes(sum, from->address, from->address_length);
    sum = sum_bytes(sum, to->address, to->address_length);
    return sum_end(sum_bytes(sum, transport->data, transport->len));
}

GByteArray *wire_tcp(const WireHost *from, const WireHost *to, const WireTcp *tcp, const guint8 *data, gsize length)
{
    gboolean with_mss = (tcp->flags & WIRE_TCP_SYN) != 0;
    GByteArray *segment = g_byte_array_new();

    put16(segment, tcp->source_port);
    put16(segment, tcp->destination_port);
    put32(segment, tcp->sequence);
    put32(segment, tcp->acknowledgement);
    put8(segment, with_mss ? 0x60 : 0x50);
    put8(segment, tcp->flags);
    put16(segment, TCP_WINDOW);
    put32(segment, 0); /* checksum, urgent pointer */
    if (with_mss)
        put32(segment, 0x02040000 | TCP_MSS);
    put(segment, data, length);

    guint16 checksum = transport_checksum(from, to, PROTOCOL_TCP, segment);
    set16(segment, 16, tcp->bad_checksum ? checksum ^ 0x5555 : checksum);
    return segment;
}

GByteArray *wire_udp(const WireHost *from, const WireHost *to, guint16 source_port, guint16 destination_port,
                     const guint8 *data, gsize length)
{
    GByteArray *datagram = g_byte_array_new();

    put16(datagram, source_port);
    put16(datagram, destination_port);
    put16(datagram, (guint)(8 + length));
    put16(datagram, 0);
    put(datagram, data, length);

    guint16 checksum = transport_checksum(from, to, PROTOCOL_UDP, datagram);
    set16(datagram, 6, checksum ? checksum : 0xffff); /* 0 would say that there is none */
    return datagram;
}

typedef struct {
    guint protocol;
    guint16 id;
    gsize offset;  /* of this piece in the whole IP payload */
    gboolean more; /* pieces follow */
    gboolean whole;
} Piece;

static GByteArray *ipv4(const WireHost *from, const WireHost *to, const Piece *piece, const guint8 *data, gsize length)
{
    GByteArray *packet = g_byte_array_new();
    guint flags = piece->whole && piece->protocol == PROTOCOL_TCP ? 0x4000 : piece->more ? 0x2000 : 0;

    put8(packet, 0x45);
    put8(packet, 0);
    put16(packet, (guint)(20 + length));
    put16(packet, piece->id);
    put16(packet, flags | (guint)(piece->offset / 8));
    put8(packet, HOPS);
    put8(packet, piece->protocol);
    put16(packet, 0);
    put(packet, from->address, 4);
    put(packet, to->address, 4);
    set16(packet, 10, sum_end(sum_bytes(0, packet->data, packet->len)));
    put(packet, data, length);
    return packet;
}

static GByteArray *ipv6(const WireHost *from, const WireHost *to, const Piece *piece, const guint8 *data, gsize length)
{
    GByteArray *packet = g_byte_array_new();

    put32(packet, 0x60000000);
    put16(packet, (guint)(length + (piece->whole ? 0 : 8)));
    put8(packet, piece->whole ? piece->protocol : PROTOCOL_FRAGMENT);
    put8(packet, HOPS);
    put(packet, from->address, 16);
    put(packet, to->address, 16);
    if (!piece->whole) {
        put8(packet, piece->protocol);
        put8(packet, 0);
        put16(packet, (guint)piece->offset | (piece->more ? 1 : 0));
        put32(packet, piece->id);
    }
    put(packet, data, length);
    return packet;
}

static GByteArray *ip(const WireHost *from, const WireHost *to, const Piece *piece, const guint8 *data, gsize length)
{
    return from->address_length == 4 ? ipv4(from, to, piece, data, length) : ipv6(from, to, piece, data, length);
}

/* Takes the inner packet, gives the outer one. */
static GByteArray *tunnelled(const WireLink *link, gboolean uplink, GByteArray *inner)
{
    WireHost *from = link->tunnel[uplink ? 0 : 1];
    WireHost *to = link->tunnel[uplink ? 1 : 0];
    if (!from)
        return inner;

    g_autoptr(GByteArray) gtp = g_byte_array_new();
    put8(gtp, 0x30); /* version 1, no options */
    put8(gtp, 0xff); /* G-PDU */
    put16(gtp, inner->len);
    put32(gtp, link->tunnel_teids[uplink ? 0 : 1]);
    put(gtp, inner->data, inner->len);
    g_byte_array_unref(inner);

    g_autoptr(GByteArray) udp = wire_udp(from, to, GTPU_PORT, GTPU_PORT, gtp->data, gtp->len);
    const Piece piece = {.protocol = PROTOCOL_UDP, .id = from->next_id++, .whole = TRUE};
    return ip(from, to, &piece, udp->data, udp->len);
}

static void put_station(GByteArray *frame, const WireHost *host)
{
    const guint8 address[6] = {0x02, 0, 0, 0, 0, host->station};
    put(frame, address, sizeof address);
}

static void put_ethernet(GByteArray *frame, const WireLink *link, const WireHost *from, const WireHost *to, guint type)
{
    put_station(frame, to);
    put_station(frame, from);
    for (guint i = 0; i < link->vlan_count; i++) {
        put16(frame, i + 1 < link->vlan_count ? ETHERTYPE_QINQ : ETHERTYPE_VLAN);
        put16(frame, link->vlans[i]);
    }
    put16(frame, type);
}

static void put_sll(GByteArray *frame, const WireHost *from, gboolean uplink, guint type)
{
    put16(frame, uplink ? 0 : 4); /* to us, or sent by us: the capture point is the backend */
    put16(frame, 1);
    put16(frame, 6);
    put_station(frame, from);
    put16(frame, 0);
    put16(frame, type);
}

static void put_sll2(GByteArray *frame, const WireHost *from, gboolean uplink, guint type)
{
    put16(frame, type);
    put16(frame, 0);
    put32(frame, 2); /* interface */
    put16(frame, 1);
    put8(frame, uplink ? 0 : 4);
    put8(frame, 6);
    put_station(frame, from);
    put16(frame, 0);
}

static void put_null(GByteArray *frame, const WireLink *link, guint type)
{
    guint32 family = type == ETHERTYPE_IPV4 ? 2 : 30;
    put32(frame, link->big_endian ? family : GUINT32_SWAP_LE_BE(family));
}

/* Takes the packet, gives the frame. */
static GByteArray *framed(const WireLink *link, const WireHost *from, const WireHost *to, gboolean uplink,
                          GByteArray *packet)
{
    GByteArray *frame = g_byte_array_new();
    guint type = packet->data[0] >> 4 == 4 ? ETHERTYPE_IPV4 : ETHERTYPE_IPV6;

    switch (link->kind) {
    case WIRE_ETHERNET:
        put_ethernet(frame, link, from, to, type);
        break;
    case WIRE_SLL:
        put_sll(frame, from, uplink, type);
        break;
    case WIRE_SLL2:
        put_sll2(frame, from, uplink, type);
        break;
    case WIRE_NULL:
        put_null(frame, link, type);
        break;
    case WIRE_RAW:
    case WIRE_LINKS:
        break;
    }
    put(frame, packet->data, packet->len);
    g_byte_array_unref(packet);
    while (link->kind == WIRE_ETHERNET && link->pad && frame->len < ETHERNET_MIN)
        put8(frame, 0);
    return frame;
}

GPtrArray *wire_packets(const WireLink *link, WireHost *from, WireHost *to, gboolean uplink, gboolean is_tcp,
                        const GByteArray *transport, gsize fragment)
{
    GPtrArray *packets = g_ptr_array_new_with_free_func((GDestroyNotify)g_byte_array_unref);
    const WireHost *near = link->tunnel[0] ? link->tunnel[uplink ? 0 : 1] : from;
    const WireHost *far = link->tunnel[0] ? link->tunnel[uplink ? 1 : 0] : to;
    gsize step = fragment > 0 ? fragment : transport->len;
    Piece piece = {.protocol = is_tcp ? PROTOCOL_TCP : PROTOCOL_UDP, .id = from->next_id++};

    piece.whole = step >= transport->len;
    for (gsize offset = 0; offset < transport->len; offset += step) {
        gsize length = MIN(step, transport->len - offset);
        piece.offset = offset;
        piece.more = offset + length < transport->len;
        GByteArray *packet = ip(from, to, &piece, transport->data + offset, length);
        packet = tunnelled(link, uplink, packet);
        g_ptr_array_add(packets, framed(link, near, far, uplink, packet));
    }
    return packets;
}
