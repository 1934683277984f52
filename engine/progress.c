/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "progress.h"

#include "bounds.h"
#include "text.h"

char *gtupd_progress_dup_text(const char *text, gsize length)
{
    g_autofree char *printable = gtupd_text_dup_printable(text, MIN(length, GTUPD_MAX_TEXT));
    return g_strconcat(printable, length > GTUPD_MAX_TEXT ? "..." : NULL, NULL);
}

GtupdTransfer *gtupd_progress_begin(GtupdTracker *tracker, const GtupdPeers *peers, GtupdTransferProtocol protocol,
                                    const GtupdAnchor *anchor)
{
    GtupdTransfer *transfer = gtupd_transfer_new(protocol);
    g_strlcpy(transfer->client, peers->client, sizeof transfer->client);
    g_strlcpy(transfer->server, peers->server, sizeof transfer->server);
    transfer->server_port = peers->port;
    transfer->host = g_strdup(peers->host);
    transfer->request = *anchor;
    gtupd_tracker_transfer(tracker, transfer);
    return transfer;
}

void gtupd_progress_ask(GtupdTransfer *transfer, const char *path, gsize length, const GtupdAnchor *anchor)
{
    gtupd_transfer_ask(transfer, gtupd_progress_dup_text(path, length), anchor);
    transfer->last_payload = anchor->time;
}

void gtupd_progress_unask(GtupdTransfer *transfer)
{
    g_clear_pointer(&transfer->path, g_free);
    transfer->status = 0;
    transfer->last_payload = transfer->longest_stall = 0;
}

/* Nothing has come since the last payload, until `now`. */
static void note_pause(GtupdTransfer *transfer, gint64 now)
{
    if (transfer->last_payload != 0)
        transfer->longest_stall = MAX(transfer->longest_stall, now - transfer->last_payload);
}

void gtupd_progress_payload(GtupdTransfer *transfer, gboolean is_new, const GtupdAnchor *anchor)
{
    if (!is_new) {
        transfer->retransmitted++;
        return;
    }
    if (transfer->last_payload == 0 || transfer->result != GTUPD_TRANSFER_RUNNING)
        return;
    note_pause(transfer, anchor->time);
    transfer->last_payload = MAX(transfer->last_payload, anchor->time);
}

void gtupd_progress_bytes(GtupdTransfer *transfer, gsize length, const GtupdAnchor *anchor)
{
    if (transfer->first_data.order == 0)
        transfer->first_data = *anchor;
    transfer->last_data = *anchor;
    transfer->delivered += (gint64)length;
}

void gtupd_progress_hole(GtupdTransfer *transfer, gsize length)
{
    transfer->has_holes = TRUE;
    transfer->delivered += (gint64)length;
}

void gtupd_progress_decide(GtupdTransfer *transfer, GtupdTransferResult result, const GtupdAnchor *anchor)
{
    transfer->result = result;
    transfer->end = *anchor;
}

void gtupd_progress_acknowledge(GtupdTransfer *transfer, const GtupdAnchor *anchor)
{
    transfer->acknowledged = TRUE;
    if (transfer->result == GTUPD_TRANSFER_COMPLETE && anchor->order > transfer->end.order)
        transfer->end = *anchor;
}

void gtupd_progress_close(GtupdTransfer *transfer, GtupdClosedBy by, gboolean reset, const GtupdAnchor *anchor)
{
    if (transfer->closed_by != GTUPD_CLOSED_NOT)
        return;
    transfer->closed_by = by;
    transfer->reset = reset;
    if (transfer->result == GTUPD_TRANSFER_RUNNING && anchor != NULL)
        note_pause(transfer, anchor->time);
}

void gtupd_progress_give_up(GtupdTransfer *transfer, const GtupdAnchor *anchor)
{
    if (transfer->result == GTUPD_TRANSFER_RUNNING)
        gtupd_progress_decide(transfer, GTUPD_TRANSFER_CUT, anchor);
}

void gtupd_progress_go_on(GtupdTransfer *transfer)
{
    if (transfer->result != GTUPD_TRANSFER_CUT || transfer->closed_by != GTUPD_CLOSED_BY_DEVICE || transfer->reset)
        return;
    transfer->result = GTUPD_TRANSFER_RUNNING;
    transfer->end = (GtupdAnchor){0};
}
