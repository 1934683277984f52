/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * DNS over UDP, as far as file servers' names are concerned: answers tell their addresses, failures become transfers
 * that never got anywhere. Names that no start command has named are not looked at any further.
 */
#pragma once

#include "endpoints.h"
#include "segment.h"

#include <glib.h>

#define GTUPD_DNS_PORT 53

typedef struct _GtupdDns GtupdDns;

/* Never fails. Borrows both. */
GtupdDns *gtupd_dns_new(GtupdTracker *tracker, GtupdEndpoints *endpoints);
void gtupd_dns_free(GtupdDns *dns);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GtupdDns, gtupd_dns_free)

/* The next datagram to or from port 53. */
void gtupd_dns_datagram(GtupdDns *dns, const GtupdSegment *datagram, const GtupdAnchor *anchor);
