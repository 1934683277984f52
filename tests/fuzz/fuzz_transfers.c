/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Downloads: segments and datagrams in records (FuzzSegment), as behind decapsulation: @Track, HTTP, FTP, DNS. What is
 * told of a download is in its bounds and can be shown.
 */
#include "fuzz.h"
#include "tcp.h"
#include "transfers.h"
#include "udp.h"

#include <string.h>

/* So many of an endless input are enough. */
#define SEGMENTS_MAX 2000

static void hear_message(const GtupdMessage *message, const GtupdAnchor *anchor G_GNUC_UNUSED, gpointer data)
{
    gtupd_transfers_message(*(GtupdTransfers **)data, message);
}

static void check_shown(const char *text)
{
    for (; text && *text; text++)
        g_assert_true(g_ascii_isprint(*text));
}

static void check_transfer(const GtupdTransfer *transfer)
{
    g_assert_cmpint(transfer->result, <, GTUPD_TRANSFER_RESULTS);
    g_assert_cmpint(transfer->expected, >=, -1);
    g_assert_cmpint(transfer->total, >=, -1);
    g_assert_cmpint(transfer->delivered, >=, 0);
    g_assert_cmpint(transfer->range_from, >=, 0);
    g_assert_cmpint(transfer->longest_stall, >=, 0);
    g_assert_true(transfer->sha256[0] == '\0' || strlen(transfer->sha256) == 64);
    check_shown(transfer->client);
    check_shown(transfer->server);
    check_shown(transfer->host);
    check_shown(transfer->path);
    check_shown(transfer->redirect);
}

static void check_finding(const GtupdFinding *finding, gpointer data G_GNUC_UNUSED)
{
    check_shown(finding->message);
}

static void check_update(const GtupdUpdate *update, gpointer data G_GNUC_UNUSED)
{
    for (guint i = 0; update->transfers && i < update->transfers->len; i++)
        check_transfer(update->transfers->pdata[i]);
}

static void take(GtupdTcp *tcp, GtupdUdp *udp, GtupdTransfers *transfers, const GtupdSegment *segment,
                 const GtupdAnchor *anchor)
{
    if (segment->transport == GTUPD_TRANSPORT_TCP) {
        GtupdTcpPlace place;
        gtupd_tcp_place(tcp, segment, &place);
        gtupd_tcp_segment(tcp, segment, &place, anchor);
    } else {
        gtupd_udp_datagram(udp, segment, anchor);
    }
    gtupd_transfers_segment(transfers, segment, anchor);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    GtupdTransfers *transfers = NULL;
    const GtupdSink sink = {
        .data = &transfers, .message = hear_message, .finding = check_finding, .update = check_update};
    GtupdTracker *tracker = gtupd_tracker_new(&sink);
    transfers = gtupd_transfers_new(tracker);
    GtupdTcp *tcp = gtupd_tcp_new(tracker);
    GtupdUdp *udp = gtupd_udp_new(tracker);
    g_auto(FuzzStreams) streams = fuzz_streams();
    GtupdAnchor anchor = {.time = FUZZ_TIME};
    FuzzInput input = {data, size};
    FuzzSegment head;
    g_auto(FuzzBody) body = {0};
    while (anchor.order < SEGMENTS_MAX && fuzz_next(&input, &head, sizeof head, &body)) {
        const GtupdSegment segment = fuzz_segment(&streams, &head, &body);
        anchor.time += fuzz_wait(head.wait);
        anchor.frame = ++anchor.order;
        take(tcp, udp, transfers, &segment, &anchor);
    }
    gtupd_tcp_settle(tcp);
    gtupd_tracker_finish(tracker, &sink);
    gtupd_transfers_free(transfers);
    gtupd_udp_free(udp);
    gtupd_tcp_free(tcp);
    gtupd_tracker_free(tracker);
    return 0;
}
