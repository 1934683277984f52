/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Memory that will soon be looked at, asked for beforehand: what is kept of thousands of devices does not fit into a
 * processor's near caches, and to wait for each piece of it in turn takes longer than to work on it.
 */
#pragma once

#include <glib.h>

#define GTUPD_FETCH_LINE 64 /* bytes that come at once on common processors */

/*
 * All lines that the memory, which need not begin with a line, has a part in. NULL: nothing. To GCC a function that
 * only fetches does nothing, so that it leaves out what calls it: the empty statement says that it does. With `write` 1
 * they are taken away from other processors' caches.
 */
#define GTUPD_FETCH(memory, size, write)                                                                               \
    do {                                                                                                               \
        __asm__ volatile("");                                                                                          \
        const char *const end = (const char *)(memory) + (size);                                                       \
        const char *line = (const char *)(memory) - ((guintptr)(memory) % GTUPD_FETCH_LINE);                           \
        for (; line < end; line += GTUPD_FETCH_LINE)                                                                   \
            __builtin_prefetch(line, write);                                                                           \
    } while (0)

/* To be changed. */
static inline void gtupd_fetch(gconstpointer memory, gsize size)
{
    if (memory != NULL)
        GTUPD_FETCH(memory, size, 1);
}

/* Only to be read, and perhaps written by another thread just now. */
static inline void gtupd_fetch_to_read(gconstpointer memory, gsize size)
{
    if (memory != NULL)
        GTUPD_FETCH(memory, size, 0);
}
