/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "commas.h"

#include <string.h>

#ifdef __SSE2__

#include <emmintrin.h>

#define BLOCK 16
#define SHIFT 0 /* a bit of the mask is a byte */

static guint64 commas_in(const guint8 *bytes)
{
    const __m128i block = _mm_loadu_si128((const __m128i *)(gconstpointer)bytes);
    return (guint64)(guint)_mm_movemask_epi8(_mm_cmpeq_epi8(block, _mm_set1_epi8(',')));
}

#else

#define BLOCK 8
#define SHIFT 3 /* eight bits of the mask are a byte, of which the top one tells */

static guint64 commas_in(const guint8 *bytes)
{
    const guint64 low_bits = G_GUINT64_CONSTANT(0x7f7f7f7f7f7f7f7f);
    const guint64 commas = G_GUINT64_CONSTANT(0x2c2c2c2c2c2c2c2c);
    guint64 word;
    memcpy(&word, bytes, sizeof word);
    word = GUINT64_FROM_LE(word) ^ commas; /* what is 0 now, was a comma */
    return ~(((word & low_bits) + low_bits) | word | low_bits);
}

#endif

guint gtupd_commas_find(const guint8 *bytes, gsize from, gsize end, guint16 *places)
{
    guint count = 0;
    gsize at = from;
    for (; at + BLOCK <= end; at += BLOCK)
        for (guint64 mask = commas_in(bytes + at); mask != 0; mask &= mask - 1)
            places[count++] = (guint16)(at + ((gsize)__builtin_ctzll(mask) >> SHIFT) + 1);
    for (; at < end; at++)
        if (bytes[at] == ',')
            places[count++] = (guint16)(at + 1);
    return count;
}
