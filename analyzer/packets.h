/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Packets into a capture file. */
#pragma once

#include "output.h"
#include "packet.h"

#include <glib.h>

typedef struct _GtupdPackets GtupdPackets;

/*
 * A pcap file on an output, which it borrows: nothing else may be written there. All packets of a file have one link
 * type. `nanoseconds`: its times are that fine, else microseconds.
 */
GtupdPackets *gtupd_packets_new(GtupdOutput *output, int link_type, gboolean nanoseconds, GError **error);
void gtupd_packets_free(GtupdPackets *packets);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GtupdPackets, gtupd_packets_free)

/* FALSE, and an error of domain GTUPD_CAPTURE_ERROR, if the packet is of another link type. */
gboolean gtupd_packets_write(GtupdPackets *packets, const GtupdPacket *packet, GError **error);

/* All has been handed to the output. FALSE, and an error of domain G_FILE_ERROR, if it could not be written. */
gboolean gtupd_packets_finish(GtupdPackets *packets, GError **error);
