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

/* What the packet holds or has made whole, of a taken packet; NULL: nothing. */
static const GtupdSegment *held(const GtupdSegment *segment)
{
    return segment->payload ? segment : NULL;
}

static void learn(GtupdSlice *slice, const char *const *captures, GtupdDisguise *disguise)
{
    g_autoptr(GtupdMerge) merge = gtupd_merge_new(captures);
    GtupdPacket packet;
    GtupdSegment segment;
    while (gtupd_merge_next(merge, &packet))
        if (gtupd_slice_takes(slice, &packet, FALSE, &segment) != GTUPD_SLICE_NO)
            gtupd_disguise_learn(disguise, &packet, held(&segment));
    gtupd_disguise_ready(disguise);
    gtupd_slice_rewind(slice);
}

static GtupdPackets *begin(GtupdOutput *output, const GtupdMerge *merge, int link_type, GError **error)
{
    gboolean nanoseconds = FALSE;
    for (guint i = 0; i < gtupd_merge_count(merge); i++)
        nanoseconds = nanoseconds || gtupd_merge_info(merge, i)->nanoseconds;
    return gtupd_packets_new(output, link_type, nanoseconds, error);
}

/* The last pass. The file is begun with its first packet, which says of which link type it is. */
static GtupdPackets *write_all(GtupdSlice *slice, GtupdMerge *merge, const GtupdSliceOptions *options,
                               GtupdOutput *output, GtupdSliceCounts *counts, GError **error)
{
    g_autoptr(GtupdPackets) packets = NULL;
    GtupdPacket packet;
    GtupdSegment segment;
    while (gtupd_merge_next(merge, &packet)) {
        counts->read++;
        if (gtupd_slice_takes(slice, &packet, options->trim, &segment) == GTUPD_SLICE_NO)
            continue;
        if (options->disguise)
            packet = gtupd_disguise_apply(options->disguise, &packet, held(&segment));
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
    if (options->disguise)
        learn(slice, captures, options->disguise);
    g_autoptr(GtupdMerge) merge = gtupd_merge_new(captures);
    g_autoptr(GtupdPackets) packets = write_all(slice, merge, options, output, counts, error);
    return packets && gtupd_packets_finish(packets, error) && gtupd_output_finish(output, error);
}
