/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Many captures as one: by packet time, ties in the order of the arguments, each file's packets in its own order.
 *
 * Holds one packet a file. A file is open only from its first packet to its last, so a rotation of thousands of files
 * needs one or two at a time; for taps that overlap, the limit of open files is raised as far as the system lets it.
 */
#pragma once

#include "capture.h"

typedef struct _GtupdMerge GtupdMerge;

/*
 * Looks at each file's first packet. Never fails: a file that cannot be read has its error in its info.
 * `files`: NULL-terminated; "-" is standard input.
 */
GtupdMerge *gtupd_merge_new(const char *const *files);
void gtupd_merge_free(GtupdMerge *merge);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GtupdMerge, gtupd_merge_free)

/* The next packet of all, `capture` being the index of its capture. Its bytes are borrowed until the next call. */
gboolean gtupd_merge_next(GtupdMerge *merge, GtupdPacket *packet);

/* Captures stand in order of their first packet, those without packets last. */
guint gtupd_merge_count(const GtupdMerge *merge);
const GtupdCaptureInfo *gtupd_merge_info(const GtupdMerge *merge, guint index);
