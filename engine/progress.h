/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A transfer in the making: what the packets of a conversation with a file server do to its GtupdTransfer, whatever
 * the protocol. Counts bytes, pauses and repetitions, and says how it ended.
 */
#pragma once

#include "tracker.h"
#include "transfer.h"

#include <glib.h>

/* Who talks to whom. */
typedef struct {
    char client[46], server[46]; /* addresses as text */
    guint16 port;                /* of the server */
    char *host;                  /* the watched name that led here; owned by whoever has the peers; NULL none */
} GtupdPeers;

/* A new transfer, which the tracker hears of. The caller owns a reference. */
GtupdTransfer *gtupd_progress_begin(GtupdTracker *tracker, const GtupdPeers *peers, GtupdTransferProtocol protocol,
                                    const GtupdAnchor *anchor);

/* Text as it is kept of a transfer: printable, and not longer than GTUPD_MAX_TEXT. Free with g_free(). */
char *gtupd_progress_dup_text(const char *text, gsize length);

/* A file is asked for by this packet. `path` need not be NUL-terminated. */
void gtupd_progress_ask(GtupdTransfer *transfer, const char *path, gsize length, const GtupdAnchor *anchor);

/* It was asked about the file only, not for it. */
void gtupd_progress_unask(GtupdTransfer *transfer);

/* The server has sent a segment with payload; `is_new`: some of it had not been seen before. */
void gtupd_progress_payload(GtupdTransfer *transfer, gboolean is_new, const GtupdAnchor *anchor);

/* Bytes of the file, in order, known with this packet. */
void gtupd_progress_bytes(GtupdTransfer *transfer, gsize length, const GtupdAnchor *anchor);

/* The client has these bytes of the file, but the capture has not. */
void gtupd_progress_hole(GtupdTransfer *transfer, gsize length);

/* This packet decides the result. */
void gtupd_progress_decide(GtupdTransfer *transfer, GtupdTransferResult result, const GtupdAnchor *anchor);

/* The client has acknowledged the end of the file with this packet. */
void gtupd_progress_acknowledge(GtupdTransfer *transfer, const GtupdAnchor *anchor);

/* The connection is being closed; the first word holds. `anchor` NULL: by no packet. */
void gtupd_progress_close(GtupdTransfer *transfer, GtupdClosedBy by, gboolean reset, const GtupdAnchor *anchor);

/*
 * The device has closed its side: unless bytes of the file come all the same (half-closed, RFC 9293, 3.6), it has
 * broken the transfer off with this packet.
 */
void gtupd_progress_give_up(GtupdTransfer *transfer, const GtupdAnchor *anchor);

/* Bytes have come from the server: what only the device has closed goes on. */
void gtupd_progress_go_on(GtupdTransfer *transfer);
