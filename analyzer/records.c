/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "records.h"

#include <string.h>

#define MAGIC_MICROSECONDS 0xa1b2c3d4u
#define MAGIC_NANOSECONDS  0xa1b23c4du

#define SECOND G_GINT64_CONSTANT(1000000000)

/* draft-ietf-opsawg-pcap, sections 4 and 5 */
typedef struct {
    guint32 magic;
    guint16 major, minor;
    guint32 reserved[2];
    guint32 snaplen;
    guint32 link_type;
} FileHeader;

typedef struct {
    gint32 seconds, fraction;
    guint32 captured, length;
} RecordHeader;

G_STATIC_ASSERT(sizeof(FileHeader) == GTUPD_RECORDS_HEADER);

void gtupd_records_init(GtupdRecords *records, const guint8 *header, gsize length, pcap_t *pcap)
{
    FileHeader file = {0};
    memcpy(&file, header, MIN(length, sizeof file));
    *records = (GtupdRecords){
        .usable = (file.magic == MAGIC_MICROSECONDS || file.magic == MAGIC_NANOSECONDS) && file.major == 2 &&
                  file.minor == 4 && pcap_snapshot(pcap) > 0,
        .tick = file.magic == MAGIC_NANOSECONDS ? 1 : 1000,
        .longest = (gsize)MAX(pcap_snapshot(pcap), 0),
    };
}

/* As libpcap tells them: a time before 1970 or beyond 2262 is damage, and shown as the limit. */
static gint64 time_of(const GtupdRecords *records, const RecordHeader *header)
{
    return MAX(header->seconds, 0) * SECOND + CLAMP((gint64)header->fraction * records->tick, 0, 5 * SECOND);
}

gboolean gtupd_records_next(GtupdRecords *records, GtupdSource *source, GtupdPacket *packet)
{
    if (!records->usable)
        return FALSE;
    gtupd_source_skip(source, records->outstanding);
    records->outstanding = 0;

    RecordHeader header;
    gsize held;
    const guint8 *bytes = gtupd_source_peek(source, sizeof header, &held);
    if (held < sizeof header)
        return FALSE;
    memcpy(&header, bytes, sizeof header);
    if (header.captured > records->longest)
        return FALSE;
    gsize size = sizeof header + header.captured;
    if (held < size)
        bytes = gtupd_source_peek(source, size, &held);
    if (held < size)
        return FALSE;

    packet->time = time_of(records, &header);
    packet->data = bytes + sizeof header;
    packet->captured = header.captured;
    packet->length = MAX(header.length, header.captured);
    records->outstanding = size;
    return TRUE;
}
