/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "merge.h"

#include <sys/resource.h>

/* A capture and the packet with which it stands in the queue. */
typedef struct {
    GtupdCapture *capture;
    guint argument; /* place among the arguments */
    gboolean has_packet;
    gboolean is_read; /* `packet` has been read; else only its time is known */
    GtupdPacket packet;
} Lane;

struct _GtupdMerge {
    Lane *lanes; /* in report order */
    guint count;
    Lane **heap; /* lanes that have a packet, the next one first */
    guint heap_length;
    gboolean given; /* the first lane's packet has been given out */
};

/* The queue: a binary heap, because there may be thousands of captures */

static gboolean goes_before(const Lane *a, const Lane *b)
{
    return a->packet.time != b->packet.time ? a->packet.time < b->packet.time : a->argument < b->argument;
}

static void sift_down(GtupdMerge *merge, guint at)
{
    for (;;) {
        guint least = at;
        for (guint child = 2 * at + 1; child <= 2 * at + 2 && child < merge->heap_length; child++)
            if (goes_before(merge->heap[child], merge->heap[least]))
                least = child;
        if (least == at)
            return;
        Lane *lane = merge->heap[at];
        merge->heap[at] = merge->heap[least];
        merge->heap[least] = lane;
        at = least;
    }
}

/* Moves the first lane on to its next packet, or out. */
static void advance(GtupdMerge *merge)
{
    Lane *lane = merge->heap[0];
    lane->is_read = gtupd_capture_next(lane->capture, &lane->packet);
    if (!lane->is_read)
        merge->heap[0] = merge->heap[--merge->heap_length];
    sift_down(merge, 0);
}

/* Opening */

static gint lane_compare(gconstpointer a, gconstpointer b)
{
    const Lane *left = a, *right = b;
    if (left->has_packet != right->has_packet)
        return left->has_packet ? -1 : 1;
    if (left->packet.time != right->packet.time)
        return left->packet.time < right->packet.time ? -1 : 1;
    return left->argument < right->argument ? -1 : 1;
}

static void raise_open_files(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return;
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

GtupdMerge *gtupd_merge_new(const char *const *files)
{
    raise_open_files();
    GtupdMerge *merge = g_new0(GtupdMerge, 1);
    merge->count = g_strv_length((char **)files);
    merge->lanes = g_new0(Lane, merge->count);
    merge->heap = g_new0(Lane *, merge->count);
    for (guint i = 0; i < merge->count; i++) {
        Lane *lane = &merge->lanes[i];
        lane->capture = gtupd_capture_new(files[i]);
        lane->argument = i;
        lane->has_packet = gtupd_capture_look(lane->capture, &lane->packet.time);
    }
    qsort(merge->lanes, merge->count, sizeof *merge->lanes, lane_compare);
    /* Sorted is a heap already. */
    for (guint i = 0; i < merge->count && merge->lanes[i].has_packet; i++) {
        merge->lanes[i].packet.capture = i;
        merge->heap[merge->heap_length++] = &merge->lanes[i];
    }
    return merge;
}

void gtupd_merge_free(GtupdMerge *merge)
{
    if (!merge)
        return;
    for (guint i = 0; i < merge->count; i++)
        gtupd_capture_free(merge->lanes[i].capture);
    g_free(merge->lanes);
    g_free(merge->heap);
    g_free(merge);
}

gboolean gtupd_merge_next(GtupdMerge *merge, GtupdPacket *packet)
{
    if (merge->given)
        advance(merge);
    /* A lane is opened when it is first in the queue; a file that has changed meanwhile may then move back. */
    while (merge->heap_length > 0 && !merge->heap[0]->is_read)
        advance(merge);
    merge->given = merge->heap_length > 0;
    if (merge->given)
        *packet = merge->heap[0]->packet;
    return merge->given;
}

guint gtupd_merge_count(const GtupdMerge *merge)
{
    return merge->count;
}

const GtupdCaptureInfo *gtupd_merge_info(const GtupdMerge *merge, guint index)
{
    return gtupd_capture_info(merge->lanes[index].capture);
}
