/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A TCP connection with a file server, as its protocol sees it: the interface between transfers.c, which knows TCP,
 * and http.c and ftp.c, which know what is being said. `self` is the protocol's own object.
 */
#pragma once

#include "event.h"
#include "transfer.h"

#include <glib.h>

typedef struct {
    /* The client has sent its SYN again. */
    void (*knocked)(gpointer self);
    /* The connection stands. */
    void (*connected)(gpointer self);
    /* RST to the SYN. */
    void (*refused)(gpointer self, const GtupdAnchor *anchor);
    /* A segment with payload from the server, in whatever order; `is_new`: not all of it has been seen before. */
    void (*payload)(gpointer self, gboolean is_new, const GtupdAnchor *anchor);
    /* Bytes in stream order, each once. */
    void (*bytes)(gpointer self, gboolean from_server, const guint8 *data, gsize length, const GtupdAnchor *anchor);
    /* Bytes that the capture lacks. */
    void (*hole)(gpointer self, gboolean from_server, gsize length);
    /* The client has acknowledged all that bytes() and hole() have told from the server, by this packet. */
    void (*acknowledged)(gpointer self, const GtupdAnchor *anchor);
    /* The client has sent again what the server has not acknowledged; or the server does so after all. */
    void (*heard)(gpointer self, gboolean is_heard);
    /* The client's receive window has closed, or has opened again. */
    void (*window)(gpointer self, gboolean is_open);
    /* A side has closed, after all its bytes; or both are gone with a reset. Told once a side. */
    void (*closed)(gpointer self, GtupdClosedBy by, gboolean reset, const GtupdAnchor *anchor);
    /*
     * Nothing more will come. `unsure`: bytes behind a gap were left over. Not told where the capture just ends.
     */
    void (*gone)(gpointer self, gboolean unsure);
    void (*free)(gpointer self);
} GtupdConversation;
