/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Stand-ins: what names and numbers become in a capture that is handed on.
 *
 * A stand-in is as long as what it replaces, and of the same kind at each place: digits for digits, letters for letters
 * of the same case, everything else as it is. So it passes, or fails, the same checks; an IMEI's check digit fits if
 * that of the original did. The same word always gets the same stand-in, and different words different ones, as far as
 * there are enough of their length.
 */
#pragma once

#include <glib.h>

typedef struct {
    const guint8 *from, *to; /* `length` bytes each; both owned by the dictionary */
    gsize length;
} GtupdStandIn;

typedef struct _GtupdStandIns GtupdStandIns;

GtupdStandIns *gtupd_stand_ins_new(void);
void gtupd_stand_ins_free(GtupdStandIns *dictionary);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GtupdStandIns, gtupd_stand_ins_free)

/* The stand-in of a word, `length` > 0. Borrowed. */
const GtupdStandIn *gtupd_stand_ins_get(GtupdStandIns *dictionary, const guint8 *word, gsize length);
