/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A slice: of all packets those that matter for what was selected, so that a capture can be handed on.
 *
 * They are the whole @Track connections of the selected devices, in the time of the selected updates, and what was
 * going on with the file servers that the updates' URLs name: DNS for them, and the connections there. Where only some
 * devices are selected, of these connections only their downloads, and what came from addresses that are theirs alone.
 *
 * What belongs to it is known only once all has been seen, so the packets are gone through three times:
 *
 *   hear    beside the engine: which flows are @Track, and whose
 *   choose  once the report is made: whose flows, which time, which servers
 *   look    all packets again: where the servers are, what is with them
 *   takes   all packets again: this one?
 *
 * Each pass takes the same packets in the same order. Memory grows with flows, not with packets.
 */
#pragma once

#include "engine.h"
#include "model.h"
#include "segment.h"

#include <glib.h>

/* Of a download's payload each way, so many segments from the beginning and the end are kept where it is trimmed. */
#define GTUPD_SLICE_TRIM 32

typedef struct _GtupdSlice GtupdSlice;

GtupdSlice *gtupd_slice_new(void);
void gtupd_slice_free(GtupdSlice *slice);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GtupdSlice, gtupd_slice_free)

/* First pass: the packet that the engine is about to get, and what the engine tells. */
void gtupd_slice_hear(GtupdSlice *slice, const GtupdPacket *packet);
GtupdSink gtupd_slice_sink(GtupdSlice *slice);

/* `model`: complete, and what was not selected left out of it. */
void gtupd_slice_choose(GtupdSlice *slice, const GtupdModel *model);

/* Second pass. */
void gtupd_slice_look(GtupdSlice *slice, const GtupdPacket *packet);

/* Between second and third, and before any further one. */
void gtupd_slice_rewind(GtupdSlice *slice);

typedef enum {
    GTUPD_SLICE_NO,
    GTUPD_SLICE_TRACK,    /* of an @Track connection */
    GTUPD_SLICE_DOWNLOAD, /* to or from a file server, or DNS about one */
    GTUPD_SLICE_FRAGMENT, /* of a datagram, which is one of both */
} GtupdSliceKind;

/*
 * Third pass. `trim`: of downloads only the ends. *segment is what the packet holds, or what its fragment has made
 * whole; its payload is NULL if that is nothing. It is borrowed until the next packet.
 */
GtupdSliceKind gtupd_slice_takes(GtupdSlice *slice, const GtupdPacket *packet, gboolean trim, GtupdSegment *segment);
