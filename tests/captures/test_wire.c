/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "wire.h"

#include "assert_bytes.h"

#include <string.h>

static WireHost v4_device = {.address = {10, 0, 0, 1}, .address_length = 4, .station = 1};
static WireHost v4_backend = {.address = {192, 0, 2, 9}, .address_length = 4, .station = 2};
static WireHost v6_device = {.address = {0x20, 1}, .address_length = 16, .station = 1};
static WireHost v6_backend = {.address = {0x20, 2}, .address_length = 16, .station = 2};

/* RFC 1071, written afresh: the sum over header and data is all ones. */
static guint sum_of(const guint8 *data, gsize length)
{
    guint sum = 0;
    for (gsize i = 0; i < length; i += 2)
        sum += data[i] * 256u + (i + 1 < length ? data[i + 1] : 0);
    return sum;
}

static gboolean all_ones(guint sum)
{
    return sum % 0xffff == 0 && sum > 0;
}

static void assert_transport(const WireHost *from, const WireHost *to, guint protocol, const GByteArray *transport)
{
    guint sum = sum_of(from->address, from->address_length) + sum_of(to->address, to->address_length) + protocol +
                transport->len;
    g_assert_true(all_ones(sum + sum_of(transport->data, transport->len)));
}

static void test_checksums(void)
{
    static const guint8 data[] = "odd";
    for (gsize length = 0; length <= sizeof data; length++) {
        const WireTcp tcp = {.source_port = 40112, .destination_port = 5000, .sequence = 77, .flags = WIRE_TCP_ACK};
        g_autoptr(GByteArray) segment = wire_tcp(&v4_device, &v4_backend, &tcp, data, length);
        g_autoptr(GByteArray) datagram = wire_udp(&v6_device, &v6_backend, 1, 2, data, length);
        assert_transport(&v4_device, &v4_backend, 6, segment);
        assert_transport(&v6_device, &v6_backend, 17, datagram);
    }

    const WireTcp bad = {.flags = WIRE_TCP_SYN, .bad_checksum = TRUE};
    const WireTcp good = {.flags = WIRE_TCP_SYN};
    g_autoptr(GByteArray) wrong = wire_tcp(&v4_device, &v4_backend, &bad, NULL, 0);
    g_autoptr(GByteArray) right = wire_tcp(&v4_device, &v4_backend, &good, NULL, 0);
    assert_transport(&v4_device, &v4_backend, 6, right);
    assert_bytes(wrong->data, 16, right->data, 16);
    g_assert_true(memcmp(wrong->data + 16, right->data + 16, 2) != 0);
}

/* The link layer of each kind, in front of an IPv4 packet that the device sends. */
static void test_links(void)
{
    static const struct {
        const char *name;
        guint32 type;
        gsize length;
        guint8 header[24];
    } rows[] = {
        {"ethernet", 1, 14, {2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 8, 0}},
        {"raw", 101, 0, {0}},
        {"sll", 113, 16, {0, 0, 0, 1, 0, 6, 2, 0, 0, 0, 0, 1, 0, 0, 8, 0}},
        {"sll2", 276, 20, {8, 0, 0, 0, 0, 0, 0, 2, 0, 1, 0, 6, 2, 0, 0, 0, 0, 1, 0, 0}},
        {"null", 0, 4, {2, 0, 0, 0}},
    };
    g_autoptr(GByteArray) datagram = wire_udp(&v4_device, &v4_backend, 1, 2, NULL, 0);

    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        WireLink link = {0};
        g_assert_true(wire_link_by_name(rows[i].name, &link.kind));
        g_assert_cmpuint(wire_link_type(link.kind), ==, rows[i].type);
        g_autoptr(GPtrArray) packets = wire_packets(&link, &v4_device, &v4_backend, TRUE, FALSE, datagram, 0);
        g_assert_cmpuint(packets->len, ==, 1);
        const GByteArray *packet = packets->pdata[0];
        g_assert_cmpuint(packet->len, ==, rows[i].length + 20 + 8);
        assert_bytes(packet->data, rows[i].length, rows[i].header, rows[i].length);
        g_assert_true(all_ones(sum_of(packet->data + rows[i].length, 20)));
    }

    WireLinkKind kind = WIRE_SLL;
    g_assert_false(wire_link_by_name("token-ring", &kind));
    g_assert_cmpint(kind, ==, WIRE_SLL);
}

static void test_vlans_and_padding(void)
{
    static const guint8 tags[] = {0x88, 0xa8, 0, 100, 0x81, 0, 0, 42, 8, 0};
    const WireLink link = {.kind = WIRE_ETHERNET, .vlans = {100, 42}, .vlan_count = 2, .pad = TRUE};
    g_autoptr(GByteArray) datagram = wire_udp(&v4_device, &v4_backend, 1, 2, NULL, 0);
    g_autoptr(GPtrArray) packets = wire_packets(&link, &v4_device, &v4_backend, TRUE, FALSE, datagram, 0);
    const GByteArray *packet = packets->pdata[0];
    g_assert_cmpuint(packet->len, ==, 60);
    assert_bytes(packet->data + 12, sizeof tags, tags, sizeof tags);
}

/* Fragments, laid one behind the other, are the whole; all but the last say that more follow. */
static void test_fragments(void)
{
    static const guint8 data[50] = {1, 2, 3};
    const WireLink link = {.kind = WIRE_RAW};
    g_autoptr(GByteArray) datagram = wire_udp(&v4_device, &v4_backend, 1, 2, data, sizeof data);
    g_autoptr(GPtrArray) packets = wire_packets(&link, &v4_device, &v4_backend, TRUE, FALSE, datagram, 24);
    g_autoptr(GByteArray) whole = g_byte_array_new();

    g_assert_cmpuint(packets->len, ==, 3);
    for (guint i = 0; i < packets->len; i++) {
        const GByteArray *packet = packets->pdata[i];
        guint flags = packet->data[6] * 256u + packet->data[7];
        g_assert_cmpuint(flags, ==, (i < 2 ? 0x2000u : 0) | whole->len / 8);
        assert_bytes(packet->data + 4, 2, ((const GByteArray *)packets->pdata[0])->data + 4, 2);
        g_byte_array_append(whole, packet->data + 20, packet->len - 20);
    }
    assert_bytes(whole->data, whole->len, datagram->data, datagram->len);

    g_autoptr(GPtrArray) v6 = wire_packets(&link, &v6_device, &v6_backend, TRUE, FALSE, datagram, 24);
    const GByteArray *last = v6->pdata[2];
    g_assert_cmpuint(last->data[6], ==, 44);
    g_assert_cmpuint(last->data[40], ==, 17);
    g_assert_cmpuint(last->data[42] * 256u + last->data[43], ==, 48);
}

static void test_tunnel(void)
{
    static const guint8 gtp[] = {0x30, 0xff, 0, 28, 0, 0, 0x20, 2};
    const WireLink link = {.kind = WIRE_RAW, .tunnel = {&v4_device, &v4_backend}, .tunnel_teids = {0x1001, 0x2002}};
    g_autoptr(GByteArray) datagram = wire_udp(&v4_backend, &v4_device, 1, 2, NULL, 0);
    g_autoptr(GPtrArray) packets = wire_packets(&link, &v4_backend, &v4_device, FALSE, FALSE, datagram, 0);
    const GByteArray *packet = packets->pdata[0];
    g_assert_cmpuint(packet->len, ==, 20 + 8 + 8 + 28);
    assert_bytes(packet->data + 28, sizeof gtp, gtp, sizeof gtp);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/wire/checksums", test_checksums);
    g_test_add_func("/wire/links", test_links);
    g_test_add_func("/wire/vlans-and-padding", test_vlans_and_padding);
    g_test_add_func("/wire/fragments", test_fragments);
    g_test_add_func("/wire/tunnel", test_tunnel);
    return g_test_run();
}
