/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where file transfers may be: the servers that start commands (and redirects) have named, the addresses that DNS has
 * given for them, and the ports on which FTP has announced data.
 *
 * It answers one question for each packet, whether one of its ports is worth a look, by a table of flags; and for the
 * few that are, who is there. Names and addresses are bounded (GTUPD_MAX_SERVER…), and never forgotten.
 */
#pragma once

#include "file_url.h"
#include "segment.h"

#include <glib.h>

typedef struct {
    GtupdTransferProtocol protocol;
    gboolean secure; /* TLS: there is nothing to read */
    guint16 port;
    char *host; /* lower case; an address as inet_ntop() writes it */
} GtupdServer;

/* One end of a connection. */
typedef struct {
    guint8 ip_version;
    guint8 address[GTUPD_ADDRESS_SIZE];
    guint16 port;
} GtupdEndpoint;

typedef struct _GtupdEndpoints GtupdEndpoints;

/* Never fails. Limits are counted with *tracker, which must outlive the endpoints. */
GtupdEndpoints *gtupd_endpoints_new(GtupdTracker *tracker);
void gtupd_endpoints_free(GtupdEndpoints *endpoints);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GtupdEndpoints, gtupd_endpoints_free)

/* Is one of the segment's ports worth a look? */
gboolean gtupd_endpoints_may_hold(const GtupdEndpoints *endpoints, const GtupdSegment *segment);

/* From now on this URL's server is watched. What is no URL of a file server is not. */
void gtupd_endpoints_add_url(GtupdEndpoints *endpoints, const char *url);

/* Does a watched server have this name? `name` is in lower case. */
gboolean gtupd_endpoints_has_name(const GtupdEndpoints *endpoints, const char *name);

/* DNS says that the watched name has this address. */
void gtupd_endpoints_add_address(GtupdEndpoints *endpoints, const char *name, guint8 ip_version,
                                 const guint8 address[GTUPD_ADDRESS_SIZE]);

/* The watched server that is at an address, or that has a name; NULL: none. Borrowed. */
const GtupdServer *gtupd_endpoints_find(const GtupdEndpoints *endpoints, const GtupdEndpoint *at);
const GtupdServer *gtupd_endpoints_find_name(const GtupdEndpoints *endpoints, const char *name, guint16 port);

/* `owner` will find its data connection there. The oldest announcement goes when there are too many. */
void gtupd_endpoints_announce(GtupdEndpoints *endpoints, const GtupdEndpoint *at, gpointer owner);

/* Who has announced this, NULL: nobody. Its announcements stand until it withdraws them. */
gpointer gtupd_endpoints_announcer(const GtupdEndpoints *endpoints, const GtupdEndpoint *at);
void gtupd_endpoints_withdraw(GtupdEndpoints *endpoints, gpointer owner);

/* The segment's ends. */
GtupdEndpoint gtupd_endpoint_of_source(const GtupdSegment *segment);
GtupdEndpoint gtupd_endpoint_of_destination(const GtupdSegment *segment);

/* Reads an address as text, of either version. Sets all of *at but the port. */
gboolean gtupd_endpoint_parse(const char *text, GtupdEndpoint *at);
