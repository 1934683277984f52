/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "transfer.h"

GtupdTransfer *gtupd_transfer_new(GtupdTransferProtocol protocol)
{
    GtupdTransfer *transfer = g_rc_box_new0(GtupdTransfer);
    transfer->protocol = protocol;
    transfer->result = GTUPD_TRANSFER_RUNNING;
    transfer->expected = transfer->total = -1;
    return transfer;
}

GtupdTransfer *gtupd_transfer_ref(GtupdTransfer *transfer)
{
    return g_rc_box_acquire(transfer);
}

static void clear(gpointer data)
{
    GtupdTransfer *transfer = data;
    g_free(transfer->host);
    g_free(transfer->path);
    g_free(transfer->redirect);
}

void gtupd_transfer_unref(GtupdTransfer *transfer)
{
    if (transfer != NULL)
        g_rc_box_release_full(transfer, clear);
}

GtupdTransfer *gtupd_transfer_copy(const GtupdTransfer *transfer)
{
    GtupdTransfer *copy = gtupd_transfer_new(transfer->protocol);
    *copy = *transfer;
    copy->host = g_strdup(transfer->host);
    copy->path = g_strdup(transfer->path);
    copy->redirect = g_strdup(transfer->redirect);
    return copy;
}
