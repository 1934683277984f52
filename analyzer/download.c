/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "download.h"

#include "format.h"

#include <string.h>

#define STALL_SHOWN (10 * G_GINT64_CONSTANT(1000000000)) /* ns; a shorter one is nothing to look at */

typedef struct {
    const char *id, *words;
} ResultWords;

static const ResultWords results[GTUPD_TRANSFER_RESULTS] = {
    [GTUPD_TRANSFER_NAME_FAILED] = {"name-failed", "no address for the name"},
    [GTUPD_TRANSFER_UNREACHABLE] = {"unreachable", "not reached"},
    [GTUPD_TRANSFER_LOGIN_REFUSED] = {"login-refused", "login refused"},
    [GTUPD_TRANSFER_MISSING] = {"missing", "package not there"},
    [GTUPD_TRANSFER_REFUSED] = {"refused", "refused"},
    [GTUPD_TRANSFER_REDIRECTED] = {"redirected", "sent elsewhere"},
    [GTUPD_TRANSFER_RUNNING] = {"running", "not finished"},
    [GTUPD_TRANSFER_CUT] = {"cut", "cut"},
    [GTUPD_TRANSFER_COMPLETE] = {"complete", "complete"},
};

const char *gtupd_download_protocol(const GtupdTransfer *transfer)
{
    return transfer->protocol == GTUPD_TRANSFER_FTP ? "ftp" : "http";
}

const char *gtupd_download_result(const GtupdTransfer *transfer)
{
    return results[transfer->result].id;
}

const char *gtupd_download_closed_by(const GtupdTransfer *transfer)
{
    static const char *const names[] = {
        [GTUPD_CLOSED_NOT] = NULL,
        [GTUPD_CLOSED_BY_SERVER] = "server",
        [GTUPD_CLOSED_BY_DEVICE] = "device",
        [GTUPD_CLOSED_BY_NOBODY] = "nobody",
    };
    return names[transfer->closed_by];
}

gint64 gtupd_download_duration(const GtupdTransfer *transfer)
{
    return transfer->last_data.order != 0 ? transfer->last_data.time - transfer->request.time : 0;
}

gint64 gtupd_download_rate(const GtupdTransfer *transfer)
{
    const gint64 duration = gtupd_download_duration(transfer);
    if (duration <= 0 || transfer->delivered <= 0)
        return -1;
    return (gint64)((double)transfer->delivered * 1e9 / (double)duration);
}

char *gtupd_download_server_dup(const GtupdTransfer *transfer)
{
    const gboolean has_address = transfer->server[0] != '\0';
    const char *server = has_address ? transfer->server : transfer->host ? transfer->host : "?";
    if (transfer->server_port == 0)
        return g_strdup(server);
    return g_strdup_printf(strchr(server, ':') ? "[%s]:%u" : "%s:%u", server, transfer->server_port);
}

static void append_answer(GString *words, const GtupdTransfer *transfer)
{
    const gboolean dns = transfer->result == GTUPD_TRANSFER_NAME_FAILED;
    g_string_append(words, ": ");
    if (transfer->status > 0)
        g_string_append_printf(words, dns ? "DNS response code %d, " : "%d, ", transfer->status);
    if (transfer->result == GTUPD_TRANSFER_RUNNING && transfer->secure)
        g_string_append(words, "encrypted");
    else if (transfer->result == GTUPD_TRANSFER_RUNNING && transfer->path == NULL)
        g_string_append(words, "no file asked for");
    else
        g_string_append(words, results[transfer->result].words);
    if (transfer->result == GTUPD_TRANSFER_UNREACHABLE)
        g_string_append(words, transfer->reset ? " (RST)" : " (no answer)");
    if (transfer->redirect)
        g_string_append_printf(words, " to %s", transfer->redirect);
}

static void append_bytes(GString *words, const GtupdTransfer *transfer)
{
    if (transfer->delivered == 0 && transfer->expected < 0)
        return;
    g_autofree char *delivered = gtupd_format_count((guint64)MAX(transfer->delivered, 0));
    g_string_append_printf(words, ", %s", delivered);
    if (transfer->expected >= 0 && transfer->expected != transfer->delivered) {
        g_autofree char *expected = gtupd_format_count((guint64)transfer->expected);
        g_string_append_printf(words, " of %s", expected);
    }
    g_string_append(words, " bytes");
    if (transfer->range_from > 0) {
        g_autofree char *from = gtupd_format_count((guint64)transfer->range_from);
        g_string_append_printf(words, " from byte %s on", from);
    }
    const gint64 rate = gtupd_download_rate(transfer);
    if (rate < 0)
        return;
    g_autofree char *duration = gtupd_format_duration(gtupd_download_duration(transfer));
    g_autofree char *speed = gtupd_format_count((guint64)rate);
    g_string_append_printf(words, " in %s (%s bytes/s)", duration, speed);
}

static void append_trouble(GString *words, const GtupdTransfer *transfer)
{
    if (transfer->longest_stall >= STALL_SHOWN) {
        g_autofree char *stall = gtupd_format_duration(transfer->longest_stall);
        g_string_append_printf(words, ", standing still for %s", stall);
    }
    if (transfer->retransmitted > 0)
        g_string_append_printf(words, ", %u segment%s sent again", transfer->retransmitted,
                               transfer->retransmitted == 1 ? "" : "s");
    if (transfer->has_holes)
        g_string_append(words, ", partly not captured");
    if (transfer->result != GTUPD_TRANSFER_CUT && transfer->result != GTUPD_TRANSFER_RUNNING)
        return;
    if (transfer->closed_by == GTUPD_CLOSED_BY_NOBODY)
        g_string_append(words, ", closed by neither side");
    else if (transfer->closed_by != GTUPD_CLOSED_NOT)
        g_string_append_printf(words, ", %s by the %s", transfer->reset ? "reset" : "closed",
                               gtupd_download_closed_by(transfer));
}

char *gtupd_download_words_dup(const GtupdTransfer *transfer, gboolean verbose)
{
    g_autofree char *server = gtupd_download_server_dup(transfer);
    g_autofree char *protocol = g_ascii_strup(gtupd_download_protocol(transfer), -1);
    GString *words = g_string_new(NULL);
    g_string_append_printf(words, "%s, %s", protocol, server);
    if (transfer->server[0] != '\0' && transfer->host && strcmp(transfer->host, transfer->server) != 0)
        g_string_append_printf(words, " (%s)", transfer->host);
    if (transfer->path)
        g_string_append_printf(words, ", %s", transfer->path);
    append_answer(words, transfer);
    append_bytes(words, transfer);
    append_trouble(words, transfer);
    if (verbose && transfer->sha256[0] != '\0')
        g_string_append_printf(words, ", SHA-256 %s", transfer->sha256);
    return g_string_free(words, FALSE);
}
