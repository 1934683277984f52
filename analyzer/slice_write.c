/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "slice_write.h"

#include "merge.h"
#include "packets.h"

#define LINKTYPE_ETHERNET 1

static void look(GtupdSlice *slice, const char *const *captures)
{
    g_autoptr(GtupdMerge) merge = gtupd_merge_new(captures);
    GtupdPacket packet;
    while (gtupd_merge_next(merge, &packet))
        gtupd_slice_look(slice, &packet);
    gtupd_slice_rewind(slice);
}

static GtupdPackets *begin(GtupdOutput *output, const GtupdMerge *merge, int link_type, GError **error)
{
    gboolean nanoseconds = FALSE;
    for (guint i = 0; i < gtupd_merge_count(merge); i++)
        nanoseconds = nanoseconds || gtupd_merge_info(merge, i)->nanoseconds;
    return gtupd_packets_new(output, link_type, nanoseconds, error);
}

/* Third pass. The file is begun with its first packet, which says of which link type it is. */
static GtupdPackets *write_all(GtupdSlice *slice, GtupdMerge *merge, const GtupdSliceOptions *options,
                               GtupdOutput *output, GtupdSliceCounts *counts, GError **error)
{
    g_autoptr(GtupdPackets) packets = NULL;
    GtupdPacket packet;
    while (gtupd_merge_next(merge, &packet)) {
        counts->read++;
        if (gtupd_slice_takes(slice, &packet, options->trim, NULL) == GTUPD_SLICE_NO)
            continue;
        if (!packets)
            packets = begin(output, merge, packet.link_type, error);
        if (!packets || !gtupd_packets_write(packets, &packet, error))
            return NULL;
        counts->written++;
    }
    return packets ? g_steal_pointer(&packets) : begin(output, merge, LINKTYPE_ETHERNET, error);
}

gboolean gtupd_slice_write(GtupdSlice *slice, const char *const *captures, const GtupdSliceOptions *options,
                           const char *target, GtupdSliceCounts *counts, GError **error)
{
    g_autoptr(GtupdOutput) output = gtupd_output_open(target, error);
    *counts = (GtupdSliceCounts){0};
    if (!output)
        return FALSE;
    look(slice, captures);
    g_autoptr(GtupdMerge) merge = gtupd_merge_new(captures);
    g_autoptr(GtupdPackets) packets = write_all(slice, merge, options, output, counts, error);
    return packets && gtupd_packets_finish(packets, error) && gtupd_output_finish(output, error);
}
