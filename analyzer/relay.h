/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Captures read by two threads side by side: one reads and unpacks packets and reads the messages in them, the other,
 * the caller's, follows what they mean. What comes out does not depend on which of them is ahead.
 */
#pragma once

#include "engine.h"
#include "merge.h"

typedef struct _GtupdRelay GtupdRelay;

/*
 * Borrows both. Till the relay is freed nobody else may ask *merge for anything, nor *engine to unpack. Never fails;
 * the second thread is begun only once there is enough for two, and where none can be had, the caller's does it all.
 */
GtupdRelay *gtupd_relay_new(GtupdMerge *merge, GtupdEngine *engine);

/* At any time: what has been read ahead is dropped. */
void gtupd_relay_free(GtupdRelay *relay);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GtupdRelay, gtupd_relay_free)

/*
 * The next run of packets, for gtupd_engine_look(); NULL: there are no more. Borrowed until the next call. *packets:
 * how many packets have been read for it.
 */
const GtupdArrivals *gtupd_relay_next(GtupdRelay *relay, guint *packets);
