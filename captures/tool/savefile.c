/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "savefile.h"

#define PCAP_MAGIC_US 0xa1b2c3d4u
#define PCAP_MAGIC_NS 0xa1b23c4du

#define PCAPNG_SECTION_HEADER  0x0a0d0d0au
#define PCAPNG_BYTE_ORDER      0x1a2b3c4du
#define PCAPNG_INTERFACE       1u
#define PCAPNG_ENHANCED_PACKET 6u
#define PCAPNG_OPTION_TSRESOL  9u

static void put16(GByteArray *file, const SavefileFormat *format, guint16 value)
{
    guint16 ordered = (guint16)(format->big_endian ? GUINT16_TO_BE(value) : GUINT16_TO_LE(value));
    g_byte_array_append(file, (const guint8 *)&ordered, sizeof ordered);
}

static void put32(GByteArray *file, const SavefileFormat *format, guint32 value)
{
    guint32 ordered = format->big_endian ? GUINT32_TO_BE(value) : GUINT32_TO_LE(value);
    g_byte_array_append(file, (const guint8 *)&ordered, sizeof ordered);
}

static void put_pcap_header(GByteArray *file, const SavefileFormat *format)
{
    put32(file, format, format->nanoseconds ? PCAP_MAGIC_NS : PCAP_MAGIC_US);
    put16(file, format, 2);
    put16(file, format, 4);
    put32(file, format, 0);
    put32(file, format, 0);
    put32(file, format, format->snap_length);
    put32(file, format, format->link_type);
}

static void put_pcapng_header(GByteArray *file, const SavefileFormat *format)
{
    put32(file, format, PCAPNG_SECTION_HEADER);
    put32(file, format, 28);
    put32(file, format, PCAPNG_BYTE_ORDER);
    put16(file, format, 1);
    put16(file, format, 0);
    put32(file, format, G_MAXUINT32); /* section length: not given */
    put32(file, format, G_MAXUINT32);
    put32(file, format, 28);

    const guint8 resolution[4] = {format->nanoseconds ? 9 : 6};
    put32(file, format, PCAPNG_INTERFACE);
    put32(file, format, 32);
    put16(file, format, (guint16)format->link_type);
    put16(file, format, 0);
    put32(file, format, format->snap_length);
    put16(file, format, PCAPNG_OPTION_TSRESOL);
    put16(file, format, 1);
    g_byte_array_append(file, resolution, sizeof resolution);
    put32(file, format, 0); /* end of options */
    put32(file, format, 32);
}

GByteArray *savefile_new(const SavefileFormat *format)
{
    GByteArray *file = g_byte_array_new();
    if (format->pcapng)
        put_pcapng_header(file, format);
    else
        put_pcap_header(file, format);
    return file;
}

static void put_pcapng_packet(GByteArray *file, const SavefileFormat *format, gint64 time, const guint8 *data,
                              gsize length, gsize captured)
{
    static const guint8 zeros[3];
    guint padding = (guint)(-captured & 3);
    guint32 block = 32 + (guint32)captured + padding;
    guint64 ticks = (guint64)(format->nanoseconds ? time : time / 1000);

    put32(file, format, PCAPNG_ENHANCED_PACKET);
    put32(file, format, block);
    put32(file, format, 0);
    put32(file, format, (guint32)(ticks >> 32));
    put32(file, format, (guint32)ticks);
    put32(file, format, (guint32)captured);
    put32(file, format, (guint32)length);
    g_byte_array_append(file, data, (guint)captured);
    g_byte_array_append(file, zeros, padding);
    put32(file, format, block);
}

void savefile_packet(GByteArray *file, const SavefileFormat *format, gint64 time, const guint8 *data, gsize length,
                     gsize captured)
{
    if (format->pcapng) {
        put_pcapng_packet(file, format, time, data, length, captured);
        return;
    }

    gint64 fraction = time % G_GINT64_CONSTANT(1000000000);
    put32(file, format, (guint32)(time / G_GINT64_CONSTANT(1000000000)));
    put32(file, format, (guint32)(format->nanoseconds ? fraction : fraction / 1000));
    put32(file, format, (guint32)captured);
    put32(file, format, (guint32)length);
    g_byte_array_append(file, data, (guint)captured);
}
