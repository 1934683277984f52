/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Capture files as bytes in memory: pcap and pcapng, micro- or nanoseconds, either byte order.
 *
 * Written here and not by libpcap, which writes neither pcapng nor a foreign byte order. Nothing of the machine or the
 * moment goes into a file, so the same packets always make the same bytes.
 */
#pragma once

#include <glib.h>

typedef struct {
    gboolean pcapng;
    gboolean nanoseconds;
    gboolean big_endian;
    guint32 snap_length;
    guint32 link_type; /* LINKTYPE_ value */
} SavefileFormat;

/* A capture file with its header and no packet yet. */
GByteArray *savefile_new(const SavefileFormat *format);

/* Appends a packet of `length` bytes, of which the first `captured` are kept. `time`: ns since 1970. */
void savefile_packet(GByteArray *file, const SavefileFormat *format, gint64 time, const guint8 *data, gsize length,
                     gsize captured);
