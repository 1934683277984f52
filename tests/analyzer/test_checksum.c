/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "checksum.h"

#include "bytes.h"

#include <string.h>

/* As a receiver sums up (RFC 1071): 0xffff where the checksum is right. A pseudo-header of nothing but `extra`. */
static guint16 sum(const guint8 *bytes, gsize length, guint16 extra)
{
    guint32 total = extra;
    for (gsize i = 0; i < length; i++)
        total += i % 2 == 0 ? (guint32)bytes[i] << 8 : bytes[i];
    while (total > 0xffff)
        total = (total & 0xffff) + (total >> 16);
    return (guint16)total;
}

typedef struct {
    GtupdTransport transport;
    gsize header, at;
} Row;

static const Row rows[] = {{GTUPD_TRANSPORT_TCP, 20, 16}, {GTUPD_TRANSPORT_UDP, 8, 6}};

static void put(guint8 *bytes, gsize at, guint16 value)
{
    bytes[at] = (guint8)(value >> 8);
    bytes[at + 1] = (guint8)value;
}

/* Whatever is changed, in a payload of even or odd length: right stays right, and wrong by `error` stays so. */
static void check(const Row *row, gsize payload, guint16 error)
{
    enum {
        EXTRA = 0x1234
    };
    guint8 before[64], after[64];
    gsize length = row->header + payload;
    for (gsize i = 0; i < length; i++)
        before[i] = (guint8)(i * 37 + 11);
    put(before, row->at, 0);
    put(before, row->at, (guint16)(~sum(before, length, EXTRA) + error));
    memcpy(after, before, length);
    for (gsize i = row->header; i < length; i += 3) {
        after[i] = (guint8)(after[i] + 100 + i);
        gtupd_checksum_follow(row->transport, before, after, length);
        g_assert_cmphex(sum(after, length, EXTRA), ==, sum(before, length, EXTRA));
        put(after, row->at, gtupd_be16(before + row->at));
    }
}

static void test_follow(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
        for (gsize payload = 1; payload <= 40; payload++) {
            check(&rows[i], payload, 0);
            check(&rows[i], payload, 0x0102);
        }
}

/* No checksum stays none (RFC 768); a header that was cut before it has none to change. */
static void test_none(void)
{
    guint8 before[12] = {1, 2, 3, 4, 0, 12, 0, 0, 'a', 'b', 'c', 'd'}, after[12];
    memcpy(after, before, sizeof before);
    after[9] = 'x';
    gtupd_checksum_follow(GTUPD_TRANSPORT_UDP, before, after, sizeof before);
    g_assert_cmphex(gtupd_be16(after + 6), ==, 0);
    gtupd_checksum_follow(GTUPD_TRANSPORT_TCP, before, after, sizeof before);
    g_assert_cmpint(after[9], ==, 'x');
    g_assert_true(memcmp(after + 10, before + 10, 2) == 0);
}

/* What comes to 0 is sent as 0xffff over UDP, for 0 says that there is none. */
static void test_zero(void)
{
    const guint8 before[10] = {0, 0, 0, 0, 0, 0, 0xff, 0xfe, 0, 0};
    guint8 after[10] = {0, 0, 0, 0, 0, 0, 0xff, 0xfe, 0xff, 0xfe};
    gtupd_checksum_follow(GTUPD_TRANSPORT_UDP, before, after, sizeof before);
    g_assert_cmphex(gtupd_be16(after + 6), ==, 0xffff);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/checksum/follow", test_follow);
    g_test_add_func("/checksum/none", test_none);
    g_test_add_func("/checksum/zero", test_zero);
    return g_test_run();
}
