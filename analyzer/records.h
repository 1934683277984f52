/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The records of a classic pcap file, taken where they lie in the source's window: no copy, no call into libpcap.
 *
 * libpcap has opened the file, and says how its packets are to be understood. Only what is plain is taken here: a whole
 * record of the usual length, in this machine's byte order. Anything else is left where it is, for libpcap to read, so
 * that it has the last word on whatever is damaged, old or odd.
 */
#pragma once

#include "packet.h"
#include "source.h"

#include <glib.h>
#include <pcap/pcap.h>

typedef struct {
    gboolean usable;   /* the file is one whose records can be taken here */
    gint32 tick;       /* ns; of a timestamp's fraction */
    gsize longest;     /* bytes captured of a packet, at most */
    gsize outstanding; /* bytes of the record given out last, still in the window */
} GtupdRecords;

/* Length of a pcap file's header. */
#define GTUPD_RECORDS_HEADER 24

/* `header`: the file's first bytes, as many as there are. `pcap` has read it. */
void gtupd_records_init(GtupdRecords *records, const guint8 *header, gsize length, pcap_t *pcap);

/*
 * Sets time, data, captured and length of *packet; `data` is borrowed until the next call. FALSE: there is nothing to
 * be taken here, and libpcap may read on.
 */
gboolean gtupd_records_next(GtupdRecords *records, GtupdSource *source, GtupdPacket *packet);
