/* SPDX-License-Identifier: GPL-2.0-or-later */
/* In place of http.c where libhtp is not to be had: HTTP is not read, so no download over it is ever seen. */
#include "http.h"

struct _GtupdHttp {
    gboolean secure;
};

GtupdHttpReader *gtupd_http_reader_new(GtupdTracker *tracker, GtupdEndpoints *endpoints, GtupdDigestBudget *digests)
{
    (void)tracker;
    (void)endpoints;
    (void)digests;
    return NULL;
}

void gtupd_http_reader_free(GtupdHttpReader *reader)
{
    (void)reader;
}

GtupdHttp *gtupd_http_new(GtupdHttpReader *reader, const GtupdPeers *peers, gboolean is_secure, const GtupdAnchor *syn)
{
    (void)reader;
    (void)peers;
    (void)syn;
    GtupdHttp *http = g_new(GtupdHttp, 1);
    http->secure = is_secure;
    return http;
}

gboolean gtupd_http_is_request(const guint8 *data, gsize length)
{
    (void)data;
    (void)length;
    return FALSE;
}

char *gtupd_http_dup_host(const guint8 *data, gsize length)
{
    (void)data;
    (void)length;
    return NULL;
}

static void see_nothing(gpointer self)
{
    (void)self;
}

static void see_no_refusal(gpointer self, const GtupdAnchor *anchor)
{
    (void)self;
    (void)anchor;
}

static void see_no_payload(gpointer self, gboolean is_new, const GtupdAnchor *anchor)
{
    (void)self;
    (void)is_new;
    (void)anchor;
}

static void see_no_bytes(gpointer self, gboolean from_server, const guint8 *data, gsize length,
                         const GtupdAnchor *anchor)
{
    (void)self;
    (void)from_server;
    (void)data;
    (void)length;
    (void)anchor;
}

static void see_no_hole(gpointer self, gboolean from_server, gsize length)
{
    (void)self;
    (void)from_server;
    (void)length;
}

static void see_no_change(gpointer self, gboolean is_so)
{
    (void)self;
    (void)is_so;
}

static void see_no_end(gpointer self, GtupdClosedBy by, gboolean reset, const GtupdAnchor *anchor)
{
    (void)self;
    (void)by;
    (void)reset;
    (void)anchor;
}

static void let_go(gpointer self, gboolean unsure)
{
    (void)self;
    (void)unsure;
}

const GtupdConversation gtupd_http_conversation = {
    .knocked = see_nothing,
    .connected = see_nothing,
    .refused = see_no_refusal,
    .payload = see_no_payload,
    .bytes = see_no_bytes,
    .hole = see_no_hole,
    .acknowledged = see_no_refusal,
    .heard = see_no_change,
    .window = see_no_change,
    .closed = see_no_end,
    .gone = let_go,
    .free = g_free,
};
