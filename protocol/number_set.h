/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A set of 16-bit numbers (Serial Numbers, Count Numbers), small for the few that a device uses: a sorted array.
 */
#pragma once

#include <glib.h>

typedef struct {
    GArray *sorted; /* of guint16; NULL: empty */
} GtupdNumberSet;

void gtupd_number_set_add(GtupdNumberSet *set, guint16 number);
void gtupd_number_set_remove(GtupdNumberSet *set, guint16 number);
gboolean gtupd_number_set_has(const GtupdNumberSet *set, guint16 number);
gboolean gtupd_number_set_is_empty(const GtupdNumberSet *set);
void gtupd_number_set_clear(GtupdNumberSet *set);
