/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Decapsulation: packets in records (FuzzPacket), fragments among them. All that a segment borrows can be read. */
#include "decap.h"
#include "fuzz.h"

static void read_through(const guint8 *bytes, gsize length)
{
    static volatile guint8 sum;
    for (gsize i = 0; i < length; i++)
        sum = (guint8)(sum + bytes[i]);
}

static void check(const GtupdSegment *segment)
{
    enum {
        IPV4_HEADER = 20,
        IPV6_HEADER = 40,
        PORTS = 4
    };
    g_assert_true(segment->ip_version == 4 || segment->ip_version == 6);
    g_assert_cmpuint(segment->captured, <=, segment->length);
    read_through(segment->payload, segment->captured);
    read_through(segment->header, PORTS);
    read_through(segment->network, segment->ip_version == 4 ? IPV4_HEADER : IPV6_HEADER);
}

static guint count_link_types(void)
{
    guint count = 0;
    while (gtupd_decap_link_types()[count] >= 0)
        count++;
    return count;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autoptr(GtupdFragments) fragments = gtupd_fragments_new();
    GtupdPacket packet = {.time = FUZZ_TIME};
    FuzzInput input = {data, size};
    FuzzPacket head;
    g_auto(FuzzBody) body = {0};
    while (fuzz_next(&input, &head, sizeof head, &body)) {
        GtupdSegment segment;
        GtupdFragment fragment;
        packet.link_type = gtupd_decap_link_types()[head.link_type % count_link_types()];
        packet.time += fuzz_wait(head.wait);
        packet.data = body.bytes;
        packet.captured = body.length;
        packet.length = body.length + head.cut;
        if (gtupd_decap(fragments, &packet, &segment))
            check(&segment);
        if (gtupd_decap_fragment(&packet, &fragment))
            read_through(fragment.data, fragment.captured);
    }
    g_clear_pointer(&fragments, gtupd_fragments_free);
    return 0;
}
