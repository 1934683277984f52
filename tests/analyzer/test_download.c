/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "download.h"

#include <string.h>

#define SECOND G_GINT64_CONSTANT(1000000000)

static GtupdTransfer *transfer_new(void)
{
    GtupdTransfer *transfer = gtupd_transfer_new(GTUPD_TRANSFER_HTTP);
    g_strlcpy(transfer->server, "198.51.100.9", sizeof transfer->server);
    transfer->server_port = 80;
    transfer->host = g_strdup("files.example.com");
    transfer->path = g_strdup("/a.bin");
    transfer->request = (GtupdAnchor){.time = 10 * SECOND, .order = 1, .frame = 1};
    return transfer;
}

static void assert_words(const GtupdTransfer *transfer, const char *expected)
{
    g_autofree char *words = gtupd_download_words_dup(transfer, FALSE);
    g_assert_cmpstr(words, ==, expected);
}

static void test_complete(void)
{
    g_autoptr(GtupdTransfer) transfer = transfer_new();
    transfer->result = GTUPD_TRANSFER_COMPLETE;
    transfer->status = 200;
    transfer->expected = transfer->delivered = 60000;
    transfer->last_data = (GtupdAnchor){.time = 40 * SECOND, .order = 2, .frame = 2};
    transfer->closed_by = GTUPD_CLOSED_BY_DEVICE;
    g_assert_cmpint(gtupd_download_duration(transfer), ==, 30 * SECOND);
    g_assert_cmpint(gtupd_download_rate(transfer), ==, 2000);
    assert_words(transfer, "HTTP, 198.51.100.9:80 (files.example.com), /a.bin: 200, complete, 60,000 bytes in 30.0 s "
                           "(2,000 bytes/s)");
    g_strlcpy(transfer->sha256, "abc", sizeof transfer->sha256);
    g_autofree char *verbose = gtupd_download_words_dup(transfer, TRUE);
    g_assert_true(g_str_has_suffix(verbose, ", SHA-256 abc"));
}

static void test_broken_off(void)
{
    g_autoptr(GtupdTransfer) transfer = transfer_new();
    transfer->result = GTUPD_TRANSFER_CUT;
    transfer->status = 206;
    transfer->expected = 60000;
    transfer->delivered = 1500;
    transfer->range_from = 4000;
    transfer->longest_stall = 70 * SECOND;
    transfer->retransmitted = 1;
    transfer->has_holes = transfer->reset = TRUE;
    transfer->closed_by = GTUPD_CLOSED_BY_SERVER;
    assert_words(transfer,
                 "HTTP, 198.51.100.9:80 (files.example.com), /a.bin: 206, cut, 1,500 of 60,000 bytes from byte "
                 "4,000 on, standing still for 1 min 10 s, 1 segment sent again, partly not captured, reset by "
                 "the server");
}

static void test_never_begun(void)
{
    g_autoptr(GtupdTransfer) transfer = gtupd_transfer_new(GTUPD_TRANSFER_FTP);
    g_strlcpy(transfer->server, "2001:db8::9", sizeof transfer->server);
    transfer->server_port = 21;
    transfer->result = GTUPD_TRANSFER_UNREACHABLE;
    transfer->retransmitted = 3;
    g_assert_cmpint(gtupd_download_rate(transfer), ==, -1);
    assert_words(transfer, "FTP, [2001:db8::9]:21: not reached (no answer), 3 segments sent again");
    transfer->reset = TRUE;
    transfer->retransmitted = 0;
    assert_words(transfer, "FTP, [2001:db8::9]:21: not reached (RST)");
}

static void test_unasked(void)
{
    g_autoptr(GtupdTransfer) transfer = gtupd_transfer_new(GTUPD_TRANSFER_HTTP);
    g_strlcpy(transfer->server, "198.51.100.9", sizeof transfer->server);
    transfer->server_port = 443;
    transfer->closed_by = GTUPD_CLOSED_BY_SERVER;
    assert_words(transfer, "HTTP, 198.51.100.9:443: no file asked for, closed by the server");
    transfer->secure = TRUE;
    assert_words(transfer, "HTTP, 198.51.100.9:443: encrypted, closed by the server");
}

static void test_nameless(void)
{
    g_autoptr(GtupdTransfer) transfer = gtupd_transfer_new(GTUPD_TRANSFER_HTTP);
    transfer->host = g_strdup("no.example");
    transfer->status = 3;
    transfer->result = GTUPD_TRANSFER_NAME_FAILED;
    assert_words(transfer, "HTTP, no.example: DNS response code 3, no address for the name");
}

static void test_names(void)
{
    g_autoptr(GtupdTransfer) transfer = transfer_new();
    for (guint i = 0; i < GTUPD_TRANSFER_RESULTS; i++) {
        transfer->result = (GtupdTransferResult)i;
        g_assert_nonnull(gtupd_download_result(transfer));
    }
    g_assert_null(gtupd_download_closed_by(transfer));
    transfer->closed_by = GTUPD_CLOSED_BY_NOBODY;
    g_assert_cmpstr(gtupd_download_closed_by(transfer), ==, "nobody");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/download/complete", test_complete);
    g_test_add_func("/download/broken-off", test_broken_off);
    g_test_add_func("/download/never-begun", test_never_begun);
    g_test_add_func("/download/unasked", test_unasked);
    g_test_add_func("/download/nameless", test_nameless);
    g_test_add_func("/download/names", test_names);
    return g_test_run();
}
