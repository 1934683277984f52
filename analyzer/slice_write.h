/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The slice of captures as a file: the passes after the first. */
#pragma once

#include "disguise.h"
#include "slice.h"

#include <glib.h>

typedef struct {
    gboolean trim;           /* of downloads only the ends */
    GtupdDisguise *disguise; /* has heard the captures; NULL: packets are written as they are */
} GtupdSliceOptions;

typedef struct {
    guint64 read, written; /* packets */
} GtupdSliceCounts;

/*
 * Reads the captures again, which must be regular files, and writes the packets that the slice takes to `target`, whole
 * or not at all, with their own times. `slice`: chosen. FALSE: *error is of domain G_FILE_ERROR or GTUPD_CAPTURE_ERROR.
 */
gboolean gtupd_slice_write(GtupdSlice *slice, const char *const *captures, const GtupdSliceOptions *options,
                           const char *target, GtupdSliceCounts *counts, GError **error);
