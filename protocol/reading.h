/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a message says by itself, before anything is known of its place among others.
 *
 * It depends on nothing but the message's bytes, so it can be made beforehand, and by another thread than the one that
 * follows the devices: see gtupd_engine_unpack().
 */
#pragma once

#include "event.h"
#include "message.h"

#include <glib.h>

typedef struct {
    GtupdMessage message;
    GtupdEvent event;  /* what stands in the message; its anchor, device and update are not known yet */
    guint64 digest[2]; /* of the bytes behind the header: equal digests, equal bytes */
    gboolean is_sound; /* it does nothing against the document: gtupd_check_message() finds nothing */
} GtupdReading;

/*
 * Reads a framed span: `frame` of kind MESSAGE, as gtupd_frame_next() gave it, or with GTUPD_END_HEADER and
 * `at_datagram_end` for a message that its datagram's end cut. `bytes` are borrowed: they must live as long as
 * *reading. Never fails.
 */
void gtupd_reading_make(GtupdReading *reading, const guint8 *bytes, const GtupdFrame *frame, gboolean at_datagram_end);

/*
 * The whole message, up to its `$`, that TCP or UDP payload begins with, read. FALSE: it begins with none, and nothing
 * is said about what it is instead.
 */
gboolean gtupd_reading_first(GtupdReading *reading, const guint8 *payload, gsize length);
