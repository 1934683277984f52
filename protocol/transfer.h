/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A file transfer as the wire shows it: what the engine saw of one download, for the rules and the diagnosis. Plain
 * data; payload is counted, never kept.
 *
 * A transfer begins with a failed look-up of the server's name, a SYN, or a request on a connection that was open
 * before; each further request on a connection is one of its own. The engine goes on writing to it while its
 * connection lasts, so it is shared and counted by reference.
 */
#pragma once

#include "event.h"

#include <glib.h>

typedef enum {
    GTUPD_TRANSFER_HTTP,
    GTUPD_TRANSFER_FTP,
} GtupdTransferProtocol;

/* How far it came. */
typedef enum {
    GTUPD_TRANSFER_NAME_FAILED,   /* DNS has no address for the host */
    GTUPD_TRANSFER_UNREACHABLE,   /* no answer to the SYN, or RST */
    GTUPD_TRANSFER_LOGIN_REFUSED, /* FTP 430, 530, 331 with no more; HTTP 401, 403, 407 */
    GTUPD_TRANSFER_MISSING,       /* HTTP 404, 410; FTP 550 */
    GTUPD_TRANSFER_REFUSED,       /* any other HTTP status from 400 on, or FTP 4xx/5xx */
    GTUPD_TRANSFER_REDIRECTED,    /* HTTP 3xx: goes on elsewhere */
    GTUPD_TRANSFER_RUNNING,       /* neither complete nor closed when last seen */
    GTUPD_TRANSFER_CUT,           /* closed before the expected length */
    GTUPD_TRANSFER_COMPLETE,
    GTUPD_TRANSFER_RESULTS,
} GtupdTransferResult;

typedef enum {
    GTUPD_CLOSED_NOT,
    GTUPD_CLOSED_BY_SERVER,
    GTUPD_CLOSED_BY_DEVICE,
    GTUPD_CLOSED_BY_NOBODY, /* silence: neither side closed it */
} GtupdClosedBy;

typedef struct {
    GtupdTransferProtocol protocol;
    GtupdTransferResult result;
    guint attempt;               /* of its update, from 1; 0 not known */
    char client[46], server[46]; /* addresses as text */
    guint16 server_port;
    gboolean secure;       /* TLS: nothing of what is asked and answered can be read */
    char *host;            /* as asked for, else as DNS has it, in lower case; printable; NULL not known */
    char *path;            /* as asked for; printable; NULL: nothing has been asked for yet */
    guint path_hash;       /* gtupd_file_url_hash_path() */
    char *redirect;        /* target of a 3xx; printable, credentials masked; NULL none */
    int status;            /* HTTP status, last FTP reply, or DNS response code; 0 none */
    gint64 expected;       /* bytes that this transfer should bring; −1 not known */
    gint64 total;          /* bytes of the whole file; −1 not known */
    gint64 delivered;      /* bytes, each stream byte once; what a hole swallowed is counted too */
    gint64 range_from;     /* first byte that Range or REST asked for and got; 0 from the beginning */
    gboolean acknowledged; /* the client has acknowledged all of it */
    gboolean has_holes;    /* the capture lacks bytes of it */
    gboolean is_shut;      /* the client's latest receive window is closed: it takes no more (RFC 9293, 3.8.6) */
    gboolean is_unheard;   /* the client sent its request again, and the server has not acknowledged it */
    gboolean lacks_data_connection;    /* FTP: the data connection that was agreed on does not come about */
    GtupdAnchor request;               /* the packet of the request (or SYN, or DNS query) */
    GtupdAnchor first_data, last_data; /* order 0: none */
    GtupdAnchor end;                   /* the packet that decided the result; order 0: none */
    gint64 last_payload;               /* ns; of the request, or of the latest packet with new bytes from the server */
    gint64 longest_stall;              /* ns without payload, from the request on, up to last_payload or the close */
    guint retransmitted;               /* segments with nothing new: SYNs while there is no answer, then payload */
    GtupdClosedBy closed_by;
    gboolean reset;                     /* closed by RST */
    char sha256[65];                    /* of the body, wholly captured; "" else */
    GSequenceIter *of_file, *of_client; /* the evidence's: where it is kept; NULL: nowhere */
} GtupdTransfer;

/* A transfer of which nothing is known. Never fails. */
GtupdTransfer *gtupd_transfer_new(GtupdTransferProtocol protocol);
GtupdTransfer *gtupd_transfer_ref(GtupdTransfer *transfer);
void gtupd_transfer_unref(GtupdTransfer *transfer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GtupdTransfer, gtupd_transfer_unref)

/* The file has been asked for by this packet; takes the path. Where the transfer is kept, it takes its new place. */
void gtupd_transfer_ask(GtupdTransfer *transfer, char *path, const GtupdAnchor *request);

/* By request; and by file, then by request. GCompareDataFuncs. */
gint gtupd_transfer_compare_requests(gconstpointer a, gconstpointer b, gpointer data);
gint gtupd_transfer_compare_files(gconstpointer a, gconstpointer b, gpointer data);

/* As it is now, for someone to keep. */
GtupdTransfer *gtupd_transfer_copy(const GtupdTransfer *transfer);
