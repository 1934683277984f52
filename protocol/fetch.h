/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Memory that will soon be looked at, asked for beforehand: what is kept of thousands of devices does not fit into a
 * processor's near caches, and to wait for each piece of it in turn takes longer than to work on it.
 */
#pragma once

#include <glib.h>

#define GTUPD_FETCH_LINE 64 /* bytes that come at once on common processors */

/* NULL: nothing. */
static inline void gtupd_fetch(gconstpointer memory, gsize size)
{
    if (memory == NULL)
        return;
    for (gsize at = 0; at < size; at += GTUPD_FETCH_LINE)
        __builtin_prefetch((const char *)memory + at, 1);
}
