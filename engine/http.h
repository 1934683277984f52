/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * HTTP as file transfers: each GET of a connection becomes a transfer, and each HEAD that is not granted, by libhtp. Of
 * requests and answers only the heads are kept, while they are read; bodies are counted. What libhtp cannot follow (a
 * hole in a head, or in a chunked body) is not followed any further: the transfers under way there are marked as having
 * holes.
 */
#pragma once

#include "conversation.h"
#include "digest.h"
#include "endpoints.h"
#include "progress.h"

#include <glib.h>

typedef struct _GtupdHttp GtupdHttp;

/* What all HTTP conversations of an engine share. */
typedef struct _GtupdHttpReader GtupdHttpReader;

/* Never fails. Redirects go to `endpoints`; all are borrowed. */
GtupdHttpReader *gtupd_http_reader_new(GtupdTracker *tracker, GtupdEndpoints *endpoints, GtupdDigestBudget *digests);
void gtupd_http_reader_free(GtupdHttpReader *reader);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GtupdHttpReader, gtupd_http_reader_free)

extern const GtupdConversation gtupd_http_conversation;

/*
 * A new conversation, for gtupd_http_conversation. `syn`: the packet that opens it; NULL: it was open before.
 * `is_secure`: TLS, of which nothing is read. *peers is copied; borrows the reader.
 */
GtupdHttp *gtupd_http_new(GtupdHttpReader *reader, const GtupdPeers *peers, gboolean is_secure, const GtupdAnchor *syn);

/* Is this the beginning of a GET? */
gboolean gtupd_http_is_request(const guint8 *data, gsize length);

/* The host that the beginning of a request asks for, in the form of GtupdServer's `host`; NULL: it does not say. */
char *gtupd_http_dup_host(const guint8 *data, gsize length);
