/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A Download URL as a file server is asked for it: where to connect, and which path. Credentials are left out.
 */
#pragma once

#include "transfer.h"

#include <glib.h>

typedef struct {
    GtupdTransferProtocol protocol;
    gboolean secure; /* https: nothing behind the handshake can be read */
    guint16 port;
    char *host; /* lower case; an address as inet_ntop() writes it */
    char *path; /* as in the URL, with its query; at least "/" */
    guint path_hash;
} GtupdFileUrl;

/* TRUE: *out is filled in, to be cleared by the caller. FALSE: neither http, https nor ftp, or not to be understood. */
gboolean gtupd_file_url_parse(const char *url, GtupdFileUrl *out);
void gtupd_file_url_clear(GtupdFileUrl *url);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(GtupdFileUrl, gtupd_file_url_clear)

/* Do both paths name the same file? Percent-encoding and slashes at the beginning make no difference. */
gboolean gtupd_file_url_same_path(const char *a, const char *b);

/* A number that is the same for paths of the same file. */
guint gtupd_file_url_hash_path(const char *path);

/* Was the transfer of this URL's server: by name or by address, and port? */
gboolean gtupd_file_url_is_server_of(const GtupdFileUrl *url, const GtupdTransfer *transfer);

/* A host's name or address in the form of `host`. Free with g_free(). */
char *gtupd_file_url_dup_host(const char *host);
