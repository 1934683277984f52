/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Packets in which nobody is named: identities (see identities.h) are replaced by stand-ins, wherever segments,
 * retransmissions and fragments cut them, and TCP's and UDP's checksums are as right or wrong as they were.
 *
 *   hear   beside the engine: who is there
 *   learn  all packets that are to be written, in their order: where in the streams identities stand
 *   apply  the same packets in the same order
 *
 * Memory grows with the messages that are to be written, by some tens of bytes for each.
 */
#pragma once

#include "engine.h"
#include "segment.h"

#include <glib.h>

typedef struct _GtupdDisguise GtupdDisguise;

GtupdDisguise *gtupd_disguise_new(void);
void gtupd_disguise_free(GtupdDisguise *disguise);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GtupdDisguise, gtupd_disguise_free)

GtupdSink gtupd_disguise_sink(GtupdDisguise *disguise);

/* `segment`: what the packet holds or, by its fragments, has made whole; NULL: nothing. */
void gtupd_disguise_learn(GtupdDisguise *disguise, const GtupdPacket *packet, const GtupdSegment *segment);

/* All has been learned. */
void gtupd_disguise_ready(GtupdDisguise *disguise);

/* The packet as it may be handed on. Its data are borrowed until the next call. */
GtupdPacket gtupd_disguise_apply(GtupdDisguise *disguise, const GtupdPacket *packet, const GtupdSegment *segment);
