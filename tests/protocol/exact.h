/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Inputs in heap blocks of exactly their size, so that a sanitizer sees the first byte read too far.
 */
#pragma once

#include "message.h"

#include <glib.h>
#include <string.h>

/* Free with g_free(). */
static inline guint8 *exact_copy(const void *data, gsize length)
{
    guint8 *block = g_malloc(MAX(length, 1));
    if (length > 0)
        memcpy(block, data, length);
    return block;
}

/* The message that these bytes are; they must begin with a header. `message` borrows `bytes`. */
static inline void exact_decode(GtupdMessage *message, const guint8 *bytes, gsize length, GtupdFrameEnd end,
                                gboolean at_datagram_end)
{
    GtupdType type = GTUPD_TYPES;
    g_assert_cmpint(gtupd_frame_header(bytes, length, &type), ==, GTUPD_HEADER_WHOLE);
    gtupd_message_decode(message, bytes, length, type, end, at_datagram_end);
}
