/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Decimal digits. A report of lines has a million numbers: printf() takes several times as long. */
#pragma once

#include <glib.h>

#define GTUPD_DIGITS_MAX 20 /* of a guint64 */

/* Writes at least `least` digits, zeros before them, and no NUL. Returns how many. `to`: GTUPD_DIGITS_MAX bytes. */
static inline gsize gtupd_digits(guint64 value, gsize least, char *to)
{
    gsize count = 1;
    for (guint64 rest = value / 10; rest > 0; rest /= 10)
        count++;
    count = MAX(count, least);
    for (gsize at = count; at-- > 0; value /= 10)
        to[at] = (char)('0' + value % 10);
    return count;
}
