/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "transfer.h"

#include "file_url.h"

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

void gtupd_transfer_ask(GtupdTransfer *transfer, char *path, const GtupdAnchor *request)
{
    g_free(transfer->path);
    transfer->path = path;
    transfer->path_hash = gtupd_file_url_hash_path(path);
    transfer->request = *request;
    if (transfer->of_file == NULL)
        return;
    g_sequence_sort_changed(transfer->of_file, gtupd_transfer_compare_files, NULL);
    g_sequence_sort_changed(transfer->of_client, gtupd_transfer_compare_requests, NULL);
}

gint gtupd_transfer_compare_requests(gconstpointer a, gconstpointer b, gpointer data G_GNUC_UNUSED)
{
    const GtupdAnchor *left = &((const GtupdTransfer *)a)->request, *right = &((const GtupdTransfer *)b)->request;
    if (left->time != right->time)
        return left->time < right->time ? -1 : 1;
    return (left->order > right->order) - (left->order < right->order);
}

gint gtupd_transfer_compare_files(gconstpointer a, gconstpointer b, gpointer data)
{
    const guint left = ((const GtupdTransfer *)a)->path_hash, right = ((const GtupdTransfer *)b)->path_hash;
    return left != right ? (left > right) - (left < right) : gtupd_transfer_compare_requests(a, b, data);
}

GtupdTransfer *gtupd_transfer_copy(const GtupdTransfer *transfer)
{
    GtupdTransfer *copy = gtupd_transfer_new(transfer->protocol);
    *copy = *transfer;
    copy->of_file = copy->of_client = NULL;
    copy->host = g_strdup(transfer->host);
    copy->path = g_strdup(transfer->path);
    copy->redirect = g_strdup(transfer->redirect);
    return copy;
}
