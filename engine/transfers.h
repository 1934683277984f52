/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * File transfers: what devices fetch, seen on the wire. Hears the start commands, watches the servers that their URLs
 * name (endpoints.h), follows the TCP connections there, and has HTTP, FTP and DNS read; what comes of it goes to the
 * tracker as GtupdTransfer.
 *
 * All other traffic costs a look at its ports, and none at all before the first start command.
 */
#pragma once

#include "message.h"
#include "segment.h"
#include "tracker.h"

#include <glib.h>

typedef struct _GtupdTransfers GtupdTransfers;

/* Never fails. Borrows `tracker`. */
GtupdTransfers *gtupd_transfers_new(GtupdTracker *tracker);
void gtupd_transfers_free(GtupdTransfers *transfers);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GtupdTransfers, gtupd_transfers_free)

/* Any message; a start command's URL is watched from here on. */
void gtupd_transfers_message(GtupdTransfers *transfers, const GtupdMessage *message);

/* The next segment or datagram of any flow, with its packet. */
void gtupd_transfers_segment(GtupdTransfers *transfers, const GtupdSegment *segment, const GtupdAnchor *anchor);
