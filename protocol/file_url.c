/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "file_url.h"

#include <arpa/inet.h>
#include <string.h>

/* Lenient: a device is lenient too, and what the URL does against the document is judged elsewhere. */
#define PARSING (G_URI_FLAGS_PARSE_RELAXED | G_URI_FLAGS_NON_DNS | G_URI_FLAGS_ENCODED_PATH | G_URI_FLAGS_ENCODED_QUERY)

static const struct {
    const char *scheme;
    GtupdTransferProtocol protocol;
    gboolean secure;
    guint16 port;
} schemes[] = {
    {"http", GTUPD_TRANSFER_HTTP, FALSE, 80},
    {"https", GTUPD_TRANSFER_HTTP, TRUE, 443},
    {"ftp", GTUPD_TRANSFER_FTP, FALSE, 21},
};

char *gtupd_file_url_dup_host(const char *host)
{
    static const int families[] = {AF_INET, AF_INET6};
    for (gsize i = 0; i < G_N_ELEMENTS(families); i++) {
        guint8 address[16];
        char text[INET6_ADDRSTRLEN];
        if (inet_pton(families[i], host, address) == 1 && inet_ntop(families[i], address, text, sizeof text) != NULL)
            return g_strdup(text);
    }
    char *lower = g_ascii_strdown(host, -1);
    gsize length = strlen(lower);
    if (length > 1 && lower[length - 1] == '.') /* the root of all names, written or not */
        lower[length - 1] = '\0';
    return lower;
}

gboolean gtupd_file_url_parse(const char *url, GtupdFileUrl *out)
{
    g_autofree char *scheme = NULL, *host = NULL, *path = NULL, *query = NULL;
    int port = -1;
    if (!g_uri_split(url, PARSING, &scheme, NULL, &host, &port, &path, &query, NULL, NULL) || scheme == NULL ||
        host == NULL || *host == '\0')
        return FALSE;
    for (gsize i = 0; i < G_N_ELEMENTS(schemes); i++) {
        if (g_ascii_strcasecmp(scheme, schemes[i].scheme) != 0)
            continue;
        *out = (GtupdFileUrl){
            .protocol = schemes[i].protocol,
            .secure = schemes[i].secure,
            .port = port > 0 ? (guint16)port : schemes[i].port,
            .host = gtupd_file_url_dup_host(host),
            .path = g_strconcat(*path != '\0' ? path : "/", query != NULL ? "?" : NULL, query, NULL),
        };
        out->path_hash = gtupd_file_url_hash_path(out->path);
        return TRUE;
    }
    return FALSE;
}

void gtupd_file_url_clear(GtupdFileUrl *url)
{
    g_clear_pointer(&url->host, g_free);
    g_clear_pointer(&url->path, g_free);
}

static char *dup_plain(const char *path)
{
    while (*path == '/')
        path++;
    char *plain = g_uri_unescape_string(path, NULL);
    return plain != NULL ? plain : g_strdup(path);
}

gboolean gtupd_file_url_same_path(const char *a, const char *b)
{
    g_autofree char *left = dup_plain(a), *right = dup_plain(b);
    return strcmp(left, right) == 0;
}

guint gtupd_file_url_hash_path(const char *path)
{
    g_autofree char *plain = dup_plain(path);
    return g_str_hash(plain);
}

gboolean gtupd_file_url_is_server_of(const GtupdFileUrl *url, const GtupdTransfer *transfer)
{
    if (transfer->result == GTUPD_TRANSFER_NAME_FAILED) /* there is neither address nor port yet */
        return g_strcmp0(transfer->host, url->host) == 0;
    return transfer->protocol == url->protocol && transfer->server_port == url->port &&
           (g_strcmp0(transfer->host, url->host) == 0 || strcmp(transfer->server, url->host) == 0);
}
