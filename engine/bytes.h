/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Numbers in network byte order, out of bytes that the caller has checked to be there. */
#pragma once

#include <glib.h>

static inline guint16 gtupd_be16(const guint8 *bytes)
{
    return (guint16)((bytes[0] << 8) | bytes[1]);
}

static inline guint32 gtupd_be32(const guint8 *bytes)
{
    return ((guint32)gtupd_be16(bytes) << 16) | gtupd_be16(bytes + 2);
}
