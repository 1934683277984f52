/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where the fields of a message begin.
 *
 * Fields are short, so that a search for each comma would be mostly calls: a block of bytes is looked at at once.
 */
#pragma once

#include <glib.h>

/*
 * Looks for commas in bytes[from … end), and writes the place behind each to `places`, which has room for end − from.
 * Returns how many there are. `end`: at most 65535.
 */
guint gtupd_commas_find(const guint8 *bytes, gsize from, gsize end, guint16 *places);
