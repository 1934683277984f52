/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Packets are stacks of layers, written outermost first. A layer is its header in hex; where the header holds a
 * length, the test writes it. Every packet is also given cut at every byte and with every byte spoiled, each time as
 * a heap block of exactly its size.
 */
#include "decap.h"
#include "fake_protocol.h"

#include <string.h>

#define PAYLOAD      "AT+GTA$"
#define PAYLOAD_SIZE 7

typedef struct {
    const char *header; /* hex, blanks between; NULL: the end */
    int length_at;      /* where a 16-bit length stands; −1: nowhere */
    guint more;         /* what the length counts besides what is inside */
} Layer;

typedef struct {
    const char *name;
    int link_type;
    Layer layers[9];
    const char *source; /* the innermost source address, hex; NULL: 0a000001 */
} Case;

/* clang-format off */
#define TCP       {"03e8 07d0 01020304 05060708 5018 ffff 0000 0000", -1, 0}
#define TCP_OPT   {"03e8 07d0 01020304 05060708 8018 ffff 0000 0000 0101 080a 00000001 00000002", -1, 0}
#define UDP       {"03e8 07d0 0000 0000", 4, 8}
#define UDP_TO(p) {"03e8 " p " 0000 0000", 4, 8}
#define IP4(p)    {"4500 0000 0001 0000 40 " p " 0000 0a000001 0a000002", 2, 20}
#define IP4_OPT(p) {"4700 0000 0001 0000 40 " p " 0000 0a000001 0a000002 9404 0000 0101 0100", 2, 28}
#define OUTER(p)  {"4500 0000 0001 4000 40 " p " 0000 c0000001 c0000002", 2, 20}
#define A6        "20010db8000000000000000000000001"
#define IP6(p)    {"60000000 0000 " p " 40 " A6 " 20010db8000000000000000000000002", 4, 0}
#define OUTER6(p) {"60000000 0000 " p " 40 fd000000000000000000000000000001 fd000000000000000000000000000002", 4, 0}
#define ETH(t)    {"020000000001 020000000002 " t, -1, 0}
#define VLAN(t)   {"0064 " t, -1, 0}
#define END       {NULL, 0, 0}

static const Case cases[] = {
    {"ethernet", 1, {ETH("0800"), IP4("06"), TCP, END}, NULL},
    {"ethernet-udp", 1, {ETH("0800"), IP4("11"), UDP, END}, NULL},
    {"ethernet-ipv6", 1, {ETH("86dd"), IP6("06"), TCP, END}, A6},
    {"ethernet-ipv6-udp", 1, {ETH("86dd"), IP6("11"), UDP, END}, A6},
    {"tcp-options", 1, {ETH("0800"), IP4("06"), TCP_OPT, END}, NULL},
    {"ipv4-options", 1, {ETH("0800"), IP4_OPT("06"), TCP, END}, NULL},
    {"vlan", 1, {ETH("8100"), VLAN("0800"), IP4("06"), TCP, END}, NULL},
    {"802.1ad", 1, {ETH("88a8"), VLAN("8100"), VLAN("0800"), IP4("06"), TCP, END}, NULL},
    {"qinq", 1, {ETH("9100"), VLAN("8100"), VLAN("86dd"), IP6("06"), TCP, END}, A6},
    {"snap", 1, {ETH("0040"), {"aaaa03 000000 0800", -1, 0}, IP4("06"), TCP, END}, NULL},
    {"raw", 101, {IP4("06"), TCP, END}, NULL},
    {"raw-ipv6", 101, {IP6("06"), TCP, END}, A6},
    {"raw-12", 12, {IP4("06"), TCP, END}, NULL},
    {"raw-14", 14, {IP6("06"), TCP, END}, A6},
    {"ipv4-link", 228, {IP4("06"), TCP, END}, NULL},
    {"ipv6-link", 229, {IP6("06"), TCP, END}, A6},
    {"cooked", 113, {{"0000 0001 0006 020000000001 0000 0800", -1, 0}, IP4("06"), TCP, END}, NULL},
    {"cooked-vlan", 113, {{"0000 0001 0006 020000000001 0000 8100", -1, 0}, VLAN("0800"), IP4("06"), TCP, END}, NULL},
    {"cooked-v2", 276, {{"86dd 0000 00000002 0001 00 06 0200000000010000", -1, 0}, IP6("06"), TCP, END}, A6},
    {"null-little", 0, {{"02000000", -1, 0}, IP4("06"), TCP, END}, NULL},
    {"null-big", 0, {{"00000002", -1, 0}, IP4("06"), TCP, END}, NULL},
    {"null-ipv6-macos", 0, {{"1e000000", -1, 0}, IP6("06"), TCP, END}, A6},
    {"null-ipv6-freebsd", 0, {{"0000001c", -1, 0}, IP6("06"), TCP, END}, A6},
    {"loop", 108, {{"00000018", -1, 0}, IP6("06"), TCP, END}, A6},
    {"ppp", 9, {{"0021", -1, 0}, IP4("06"), TCP, END}, NULL},
    {"ppp-short-protocol", 9, {{"21", -1, 0}, IP4("06"), TCP, END}, NULL},
    {"ppp-hdlc", 50, {{"ff03 0057", -1, 0}, IP6("06"), TCP, END}, A6},
    {"ppp-mpls", 9, {{"ff03 0281", -1, 0}, {"00010140", -1, 0}, IP4("06"), TCP, END}, NULL},
    {"cisco-hdlc", 50, {{"0f00 0800", -1, 0}, IP4("06"), TCP, END}, NULL},
    {"cisco-hdlc-link", 104, {{"8f00 86dd", -1, 0}, IP6("06"), TCP, END}, A6},
    {"pppoe", 1, {ETH("8864"), {"1100 0001 0000", 4, 0}, {"0021", -1, 0}, IP4("06"), TCP, END}, NULL},
    {"pppoe-link", 51, {{"1100 0001 0000", 4, 0}, {"0057", -1, 0}, IP6("06"), TCP, END}, A6},
    {"mpls", 1, {ETH("8847"), {"00010040", -1, 0}, {"00020140", -1, 0}, IP4("06"), TCP, END}, NULL},
    {"mpls-ipv6", 1, {ETH("8848"), {"00020140", -1, 0}, IP6("06"), TCP, END}, A6},
    {"mpls-pseudowire", 1, {ETH("8847"), {"00020140", -1, 0}, {"00000000", -1, 0}, ETH("0800"), IP4("06"), TCP, END}, NULL},
    {"ip-in-ip", 1, {ETH("0800"), OUTER("04"), IP4("06"), TCP, END}, NULL},
    {"ipv6-in-ipv4", 1, {ETH("0800"), OUTER("29"), IP6("06"), TCP, END}, A6},
    {"ipv4-in-ipv6", 1, {ETH("86dd"), OUTER6("04"), IP4("06"), TCP, END}, NULL},
    {"ipv6-hop-by-hop", 101, {IP6("00"), {"06 00 010400000000", -1, 0}, TCP, END}, A6},
    {"ipv6-extensions", 101, {IP6("00"), {"3c 00 010400000000", -1, 0}, {"2b 01 0104000000000000000000000000", -1, 0},
      {"06 00 000000000000", -1, 0}, TCP, END}, A6},
    {"ipv6-atomic-fragment", 101, {IP6("2c"), {"06 00 0000 00000001", -1, 0}, TCP, END}, A6},
    {"ipv6-authentication", 101, {IP6("33"), {"06 04 0000 00000001 00000001 000000000000000000000000", -1, 0}, TCP, END}, A6},
    {"ipv4-authentication", 101, {IP4("33"), {"06 04 0000 00000001 00000001 000000000000000000000000", -1, 0}, TCP, END}, NULL},
    {"gre", 1, {ETH("0800"), OUTER("2f"), {"0000 0800", -1, 0}, IP4("06"), TCP, END}, NULL},
    {"gre-all-options", 1, {ETH("0800"), OUTER("2f"), {"b000 86dd 00000000 00000001 00000002", -1, 0}, IP6("06"), TCP, END}, A6},
    {"gre-key", 1, {ETH("86dd"), OUTER6("2f"), {"2000 0800 00000001", -1, 0}, IP4("06"), TCP, END}, NULL},
    {"gre-ethernet", 1, {ETH("0800"), OUTER("2f"), {"1000 6558 00000001", -1, 0}, ETH("8100"), VLAN("0800"), IP4("06"), TCP, END}, NULL},
    {"vxlan", 1, {ETH("0800"), OUTER("11"), UDP_TO("12b5"), {"08000000 00000100", -1, 0}, ETH("0800"), IP4("06"), TCP, END}, NULL},
    {"gtp-u", 1, {ETH("0800"), OUTER("11"), UDP_TO("0868"), {"30ff 0000 00000001", 2, 0}, IP4("06"), TCP, END}, NULL},
    {"gtp-u-sequence", 1, {ETH("0800"), OUTER("11"), UDP_TO("0868"), {"32ff 0000 00000001 0001 00 00", 2, 4}, IP4("11"), UDP, END}, NULL},
    {"gtp-u-extensions", 1, {ETH("0800"), OUTER("11"), UDP_TO("0868"),
      {"36ff 0000 00000001 0001 00 85 01 1000 c0 02 000000000000 00", 2, 16}, IP6("06"), TCP, END}, A6},
    {"text-to-tunnel-port", 1, {ETH("0800"), IP4("11"), {"03e8 0868 0000 0000", 4, 8}, END}, NULL},
    {"text-to-vxlan-port", 1, {ETH("0800"), IP4("11"), {"03e8 12b5 0000 0000", 4, 8}, END}, NULL},
};

/* Packets that hold nothing of TCP or UDP. */
static const Case nothing[] = {
    {"arp", 1, {ETH("0806"), {"0001 0800 06 04 0001", -1, 0}, END}, NULL},
    {"icmp", 1, {ETH("0800"), IP4("01"), {"0800 0000", -1, 0}, END}, NULL},
    {"unknown-link", 147, {ETH("0800"), IP4("06"), TCP, END}, NULL},
    {"wrong-version", 228, {IP6("06"), TCP, END}, NULL},
    {"short-ipv4-header", 101, {{"4400 0000 0001 0000 40 06 0000 0a000001 0a000002", 2, 20}, TCP, END}, NULL},
    {"ipv4-total-within-header", 101, {{"4500 0013 0001 0000 40 06 0000 0a000001 0a000002", -1, 0}, TCP, END}, NULL},
    {"short-tcp-header", 101, {IP4("06"), {"03e8 07d0 01020304 05060708 4018 ffff 0000 0000", -1, 0}, END}, NULL},
    {"tcp-header-beyond", 101, {IP4("06"), {"03e8 07d0 01020304 05060708 f018 ffff 0000 0000", -1, 0}, END}, NULL},
    {"udp-length-within-header", 101, {IP4("11"), {"03e8 07d0 0007 0000", -1, 0}, END}, NULL},
    {"gre-routing", 101, {OUTER("2f"), {"4000 0800 0000 0000", -1, 0}, IP4("06"), TCP, END}, NULL},
    {"gre-version-1", 101, {OUTER("2f"), {"3001 880b 0000 0000 00000000", -1, 0}, IP4("06"), TCP, END}, NULL},
    {"pppoe-discovery", 1, {ETH("8864"), {"1109 0001 0000", 4, 0}, {"0021", -1, 0}, IP4("06"), TCP, END}, NULL},
    {"fragment", 101, {{"4500 0000 0001 2000 40 06 0000 0a000001 0a000002", 2, 20}, TCP_OPT, END}, NULL},
};
/* clang-format on */

static void append_hex(GByteArray *bytes, const char *hex)
{
    for (; *hex != '\0'; hex++) {
        if (*hex == ' ')
            continue;
        guint8 byte = (guint8)(g_ascii_xdigit_value(hex[0]) << 4 | g_ascii_xdigit_value(hex[1]));
        g_byte_array_append(bytes, &byte, 1);
        hex++;
    }
}

static GByteArray *build(const Case *test)
{
    GByteArray *packet = g_byte_array_new();
    gsize starts[G_N_ELEMENTS(test->layers)], ends[G_N_ELEMENTS(test->layers)];
    gsize count = 0;
    for (; test->layers[count].header != NULL; count++) {
        starts[count] = packet->len;
        append_hex(packet, test->layers[count].header);
        ends[count] = packet->len;
    }
    g_byte_array_append(packet, (const guint8 *)PAYLOAD, PAYLOAD_SIZE);
    for (gsize i = 0; i < count; i++) {
        const Layer *layer = &test->layers[i];
        if (layer->length_at < 0)
            continue;
        gsize length = packet->len - ends[i] + layer->more;
        packet->data[starts[i] + (gsize)layer->length_at] = (guint8)(length >> 8);
        packet->data[starts[i] + (gsize)layer->length_at + 1] = (guint8)length;
    }
    return packet;
}

/* Gives the first `captured` bytes; what comes out must lie within them. */
static gboolean decap(const Case *test, const guint8 *data, gsize captured, gsize length, GtupdSegment *segment)
{
    g_autoptr(GtupdFragments) fragments = gtupd_fragments_new();
    g_autofree guint8 *copy = g_memdup2(data, captured);
    GtupdPacket packet = {
        .link_type = test->link_type, .frame = 1, .data = copy, .captured = captured, .length = length};
    if (!gtupd_decap(fragments, &packet, segment))
        return FALSE;
    g_assert_cmpuint(segment->captured, <=, segment->length);
    if (segment->captured > 0) {
        g_assert_true(segment->payload >= copy && segment->payload + segment->captured <= copy + captured);
        segment->payload = data + (segment->payload - copy);
    } else {
        segment->payload = NULL;
    }
    return TRUE;
}

static void expect_segment(const Case *test, const GtupdSegment *segment)
{
    g_assert_cmpuint(segment->source_port, ==, 1000);
    g_assert_cmpuint(segment->length, ==, PAYLOAD_SIZE);
    g_autofree char *payload = g_strndup((const char *)segment->payload, segment->captured);
    g_assert_cmpstr(payload, ==, PAYLOAD);

    g_autoptr(GByteArray) source = g_byte_array_new();
    append_hex(source, test->source != NULL ? test->source : "0a000001000000000000000000000000");
    g_assert_true(memcmp(segment->source, source->data, GTUPD_ADDRESS_SIZE) == 0);
    g_assert_cmpuint(segment->ip_version, ==, test->source != NULL ? 6 : 4);
    if (segment->transport == GTUPD_TRANSPORT_TCP) {
        g_assert_cmpuint(segment->destination_port, ==, 2000);
        g_assert_cmphex(segment->seq, ==, 0x01020304);
        g_assert_cmphex(segment->ack, ==, 0x05060708);
        g_assert_cmphex(segment->flags, ==, 0x18);
    }
}

static void test_whole(gconstpointer data)
{
    const Case *test = data;
    g_autoptr(GByteArray) packet = build(test);
    GtupdSegment segment;
    g_assert_true(decap(test, packet->data, packet->len, packet->len, &segment));
    expect_segment(test, &segment);

    /* Padding behind the IP packet is no payload. */
    g_byte_array_append(packet, (const guint8 *)"\0\0\0\0\0\0", 6);
    g_assert_true(decap(test, packet->data, packet->len, packet->len, &segment));
    expect_segment(test, &segment);
}

/* Cut at every byte: what is left of the payload, its length still known; never a byte too many. */
static void test_cut(gconstpointer data)
{
    const Case *test = data;
    g_autoptr(GByteArray) packet = build(test);
    gsize headers = packet->len - PAYLOAD_SIZE;
    for (gsize captured = 0; captured < packet->len; captured++) {
        GtupdSegment segment;
        gboolean found = decap(test, packet->data, captured, packet->len, &segment);
        if (captured < headers)
            continue;
        g_assert_true(found);
        g_assert_cmpuint(segment.captured, ==, captured - headers);
        g_assert_cmpuint(segment.length, ==, PAYLOAD_SIZE);
    }
}

static void test_spoiled(gconstpointer data)
{
    const Case *test = data;
    g_autoptr(GByteArray) packet = build(test);
    for (gsize at = 0; at < packet->len; at++) {
        guint8 right = packet->data[at];
        for (guint value = 0; value < 256; value++) {
            packet->data[at] = (guint8)value;
            GtupdSegment segment;
            decap(test, packet->data, packet->len, packet->len, &segment);
            decap(test, packet->data, packet->len / 2, packet->len, &segment);
        }
        packet->data[at] = right;
    }
}

static void test_nothing(gconstpointer data)
{
    const Case *test = data;
    g_autoptr(GByteArray) packet = build(test);
    GtupdSegment segment;
    g_assert_false(decap(test, packet->data, packet->len, packet->len, &segment));
}

/* Segmentation offload leaves a length of 0: to the end of the packet. */
static void test_offload(void)
{
    static const Case rows[] = {
        {"ipv4", 101, {{"4500 0000 0001 0000 40 06 0000 0a000001 0a000002", -1, 0}, TCP, END}, NULL},
        {"ipv6", 101, {{"60000000 0000 06 40 " A6 " 20010db8000000000000000000000002", -1, 0}, TCP, END}, A6},
        {"udp", 101, {IP4("11"), {"03e8 07d0 0000 0000", -1, 0}, END}, NULL},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GByteArray) packet = build(&rows[i]);
        GtupdSegment segment;
        g_assert_true(decap(&rows[i], packet->data, packet->len, packet->len, &segment));
        expect_segment(&rows[i], &segment);
        g_assert_true(decap(&rows[i], packet->data, packet->len - 3, packet->len, &segment));
        g_assert_cmpuint(segment.captured, ==, PAYLOAD_SIZE - 3);
        g_assert_cmpuint(segment.length, ==, PAYLOAD_SIZE);
    }
}

/* The IP header promises more than the packet has, and the capture does not say that it was cut. */
static void test_promised(void)
{
    const Case *test = &cases[0];
    g_autoptr(GByteArray) packet = build(test);
    GtupdSegment segment;
    g_assert_true(decap(test, packet->data, packet->len - 2, packet->len - 2, &segment));
    g_assert_cmpuint(segment.captured, ==, PAYLOAD_SIZE - 2);
    g_assert_cmpuint(segment.length, ==, PAYLOAD_SIZE);
}

/* Cut within the TCP options: the segment's place in its stream is known all the same. */
static void test_cut_in_options(void)
{
    static const Case row = {"options", 101, {IP4("06"), TCP_OPT, END}, NULL};
    g_autoptr(GByteArray) packet = build(&row);
    GtupdSegment segment;
    g_assert_true(decap(&row, packet->data, 40, packet->len, &segment));
    g_assert_cmpuint(segment.captured, ==, 0);
    g_assert_cmpuint(segment.length, ==, PAYLOAD_SIZE);
    g_assert_cmphex(segment.seq, ==, 0x01020304);
}

static void test_fragments(void)
{
    static const char *const first[] = {
        "4500 001c 0001 2000 40 11 0000 0a000001 0a000002 03e8 07d0 000f 0000",
        "60000000 0010 2c 40 " A6 " 20010db8000000000000000000000002 11 00 0001 00000005 03e8 07d0 000f 0000",
    };
    static const char *const last[] = {
        "4500 001b 0001 0001 40 11 0000 0a000001 0a000002 41542b47544124",
        "60000000 000f 2c 40 " A6 " 20010db8000000000000000000000002 11 00 0008 00000005 41542b47544124",
    };
    for (gsize i = 0; i < G_N_ELEMENTS(first); i++) {
        g_autoptr(GtupdFragments) fragments = gtupd_fragments_new();
        GtupdSegment segment;
        for (guint backwards = 0; backwards < 2; backwards++) {
            g_autoptr(GByteArray) one = g_byte_array_new();
            g_autoptr(GByteArray) two = g_byte_array_new();
            append_hex(one, backwards ? last[i] : first[i]);
            append_hex(two, backwards ? first[i] : last[i]);
            GtupdPacket packet = {.link_type = 101, .data = one->data, .captured = one->len, .length = one->len};
            g_assert_false(gtupd_decap(fragments, &packet, &segment));
            packet.data = two->data;
            packet.captured = packet.length = two->len;
            g_assert_true(gtupd_decap(fragments, &packet, &segment));
            g_autofree char *payload = g_strndup((const char *)segment.payload, segment.captured);
            g_assert_cmpstr(payload, ==, PAYLOAD);
            g_assert_cmpuint(segment.source_port, ==, 1000);
        }
    }
}

/* Tags without end, labels without end, tunnels in tunnels: given up, not followed. */
static void test_depth(void)
{
    static const struct {
        const char *start;
        const char *again;
    } rows[] = {
        {"020000000001 020000000002 8100", "0001 8100"},
        {"020000000001 020000000002 8847", "00010040"},
        {"020000000001 020000000002 86dd 60000000 ffff 00 40 " A6 A6, "00 00 000000000000"},
        {"020000000001 020000000002 0800", "4500 ffff 0001 0000 40 04 0000 0a000001 0a000002"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GByteArray) bytes = g_byte_array_new();
        append_hex(bytes, rows[i].start);
        for (guint n = 0; n < 2000; n++)
            append_hex(bytes, rows[i].again);
        static const Case ethernet = {"", 1, {END}, NULL};
        GtupdSegment segment;
        g_assert_false(decap(&ethernet, bytes->data, bytes->len, bytes->len, &segment));
    }
}

static void test_link_types(void)
{
    guint count = 0;
    for (const int *type = gtupd_decap_link_types(); *type >= 0; type++, count++)
        g_assert_true(gtupd_decap_knows(*type));
    g_assert_cmpuint(count, ==, 14);
    g_assert_false(gtupd_decap_knows(-1));
    g_assert_false(gtupd_decap_knows(2));
}

static void add(const char *group, const Case *rows, gsize count, GTestDataFunc function)
{
    for (gsize i = 0; i < count; i++) {
        g_autofree char *path = g_strdup_printf("/decap/%s/%s", group, rows[i].name);
        g_test_add_data_func(path, &rows[i], function);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_set_nonfatal_assertions();
    add("whole", cases, G_N_ELEMENTS(cases), test_whole);
    add("cut", cases, G_N_ELEMENTS(cases), test_cut);
    add("spoiled", cases, G_N_ELEMENTS(cases), test_spoiled);
    add("nothing", nothing, G_N_ELEMENTS(nothing), test_nothing);
    g_test_add_func("/decap/offload", test_offload);
    g_test_add_func("/decap/promised", test_promised);
    g_test_add_func("/decap/cut-in-options", test_cut_in_options);
    g_test_add_func("/decap/fragments", test_fragments);
    g_test_add_func("/decap/depth", test_depth);
    g_test_add_func("/decap/link-types", test_link_types);
    return g_test_run();
}
