/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "checksum.h"

#include "bytes.h"

/* The sum in ones' complement; an odd byte at the end has a zero behind it (RFC 1071). */
static guint16 sum_of(const guint8 *bytes, gsize length)
{
    guint64 sum = 0;
    for (gsize i = 0; i + 1 < length; i += 2)
        sum += gtupd_be16(bytes + i);
    if (length % 2 == 1)
        sum += (guint64)bytes[length - 1] << 8;
    while (sum > 0xffff)
        sum = (sum & 0xffff) + (sum >> 16);
    return (guint16)sum;
}

static guint16 add(guint16 a, guint16 b)
{
    guint32 sum = (guint32)a + b;
    return (guint16)((sum & 0xffff) + (sum >> 16));
}

void gtupd_checksum_follow(GtupdTransport transport, const guint8 *before, guint8 *after, gsize length)
{
    gsize at = transport == GTUPD_TRANSPORT_TCP ? 16 : 6;
    if (length < at + 2)
        return;
    guint16 old = gtupd_be16(before + at);
    if (transport == GTUPD_TRANSPORT_UDP && old == 0)
        return;
    guint16 was = sum_of(before, length), is = sum_of(after, length);
    if (was == is)
        return;
    guint16 follows = (guint16)~add(add((guint16)~old, (guint16)~was), is);
    if (transport == GTUPD_TRANSPORT_UDP && follows == 0)
        follows = 0xffff; /* none is 0 (RFC 768) */
    after[at] = (guint8)(follows >> 8);
    after[at + 1] = (guint8)follows;
}
