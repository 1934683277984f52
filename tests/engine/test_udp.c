/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "bounds.h"
#include "fake_protocol.h"
#include "udp.h"

#include <string.h>

static void give(GtupdUdp *udp, char side, guint16 port, const char *payload, gsize cut, guint64 order)
{
    gsize length = strlen(payload);
    g_autofree guint8 *data = g_memdup2(payload, length - cut);
    GtupdSegment datagram = {
        .transport = GTUPD_TRANSPORT_UDP,
        .ip_version = 4,
        .source_port = side == 'a' ? port : 9000,
        .destination_port = side == 'a' ? 9000 : port,
        .payload = data,
        .captured = length - cut,
        .length = length,
    };
    datagram.source[0] = side == 'a' ? 1 : 2;
    datagram.destination[0] = side == 'a' ? 2 : 1;
    gtupd_udp_datagram(udp, &datagram, &(GtupdAnchor){.order = order});
}

static void expect(const char *expected)
{
    g_autofree char *log = fake_protocol_take_log();
    g_assert_cmpstr(log, ==, expected);
}

static void test_begins_with_header(void)
{
    g_autoptr(GtupdUdp) udp = gtupd_udp_new(NULL);
    give(udp, 'b', 1, "AT+G", 0, 1);
    give(udp, 'b', 1, "TA$", 0, 2);
    give(udp, 'a', 1, "xAT+GTA$", 0, 3);
    give(udp, 'a', 1, "", 0, 4);
    expect("");
    give(udp, 'a', 1, "\r\n+RESP:GTA$", 0, 5);
    give(udp, 'b', 1, "x", 0, 6);
    give(udp, 'a', 1, "AT+GTB=123$", 4, 7);
    give(udp, 'a', 1, "AT+GTB=123$", 11, 8);
    expect("1a:start 1b:joined 1a{\r\n+RESP:GTA$@5} 1b{x@6} 1a{AT+GTB=~@7}");
}

static void test_pairs(void)
{
    g_autoptr(GtupdUdp) udp = gtupd_udp_new(NULL);
    give(udp, 'b', 1, "AT+GTA$", 0, 1);
    give(udp, 'a', 2, "AT+GTB$", 0, 2);
    give(udp, 'a', 1, "y", 0, 3);
    expect("1a:joined 1b:start 1b{AT+GTA$@1} 2a:start 2b:joined 2a{AT+GTB$@2} 1a{y@3}");
    guint64 unfinished = 0;
    gtupd_udp_finish(udp, NULL, &unfinished);
    g_assert_cmpuint(unfinished, ==, 4);
}

static void test_many(void)
{
    g_autoptr(GtupdUdp) udp = gtupd_udp_new(NULL);
    fake_protocol_be_quiet(TRUE);
    for (guint32 i = 0; i < GTUPD_MAX_CHANNELS + 5; i++) {
        GtupdSegment datagram = {.ip_version = 4,
                                 .source_port = (guint16)i,
                                 .payload = (const guint8 *)"AT+GTA$",
                                 .captured = 7,
                                 .length = 7};
        datagram.destination[0] = (guint8)(1 + (i >> 16));
        gtupd_udp_datagram(udp, &datagram, &(GtupdAnchor){.order = i + 1});
    }
    fake_protocol_be_quiet(FALSE);
    g_assert_cmpuint(fake_protocol_limits(), ==, 5);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/udp/begins-with-header", test_begins_with_header);
    g_test_add_func("/udp/pairs", test_pairs);
    g_test_add_func("/udp/many", test_many);
    return g_test_run();
}
