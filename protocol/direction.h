/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One direction of one channel: bytes in stream order become messages for the tracker.
 *
 * Keeps the beginning of an unfinished message (at most GTUPD_MESSAGE_MAX bytes) and knows of each byte which packet
 * brought it. Makes the framing decisions that need the neighbourhood: stray bytes, bytes behind a hole, messages
 * without a tail.
 */
#pragma once

#include "tracker.h"

#include <glib.h>

typedef struct _GtupdDirection GtupdDirection;

/*
 * `side`: 0 or 1, as gtupd_tracker_message() has it. `from_start`: the direction is known from its first byte on, so
 * bytes before the first header are stray; else they are skipped. Borrows tracker and channel.
 */
GtupdDirection *gtupd_direction_new(GtupdTracker *tracker, GtupdChannel *channel, guint side, gboolean from_start);
void gtupd_direction_free(GtupdDirection *direction);

/*
 * The next bytes of a TCP stream. *anchor is the packet with which they, and all before them, are there; its ordinal is
 * not looked at. Calls with the same packet may follow each other.
 */
void gtupd_direction_bytes(GtupdDirection *direction, const guint8 *data, gsize length, const GtupdAnchor *anchor);

/* Bytes are missing here: what was begun stays unfinished, and bytes up to the next header are skipped. */
void gtupd_direction_hole(GtupdDirection *direction);

/* The stream ends here for good: what was begun stays unfinished. Nothing may follow. */
void gtupd_direction_end(GtupdDirection *direction);

/* One whole datagram. `cut`: a snap length took its end. */
void gtupd_direction_datagram(GtupdDirection *direction, const guint8 *data, gsize length, gboolean cut,
                              const GtupdAnchor *anchor);

/* Has a message been taken out of it? */
gboolean gtupd_direction_has_spoken(const GtupdDirection *direction);

/* Fetches it (depth 0), what is kept of a message (1), or the beginning of that (2) to the caches of the processor. */
void gtupd_direction_fetch(const GtupdDirection *direction, guint depth);

/*
 * What the capture's end shows: a message left unfinished is added to *unfinished; stray bytes that no message follows
 * are reported to *sink on the message before. Changes nothing.
 */
void gtupd_direction_finish(const GtupdDirection *direction, const GtupdSink *sink, guint64 *unfinished);
