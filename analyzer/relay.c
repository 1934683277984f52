/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "relay.h"

#define LOADS      3 /* one being filled, one being looked at, and one so that neither waits for a moment's delay */
#define LOAD_BYTES ((guint)128 * 1024)

/* A run of packets with their bytes. */
typedef struct {
    guint count;
    gboolean is_last; /* the captures ended with it */
    GtupdPacket packets[GTUPD_ARRIVALS_MAX];
    GByteArray *bytes;
    GtupdArrivals *arrivals;
} Load;

struct _GtupdRelay {
    GtupdMerge *merge;
    GtupdEngine *engine;
    GThread *reader;   /* NULL: not begun yet, or there is none to be had; then the caller does all */
    GAsyncQueue *free; /* of Load: to be filled, … or the relay itself: nobody wants any more */
    GAsyncQueue *full; /* … and to be looked at */
    Load *current;     /* the caller's; NULL: none */
    Load loads[LOADS];
};

/* --- A load --- */

static void read_packets(Load *load, GtupdMerge *merge)
{
    load->count = 0;
    g_byte_array_set_size(load->bytes, 0);
    while (load->count < GTUPD_ARRIVALS_MAX && load->bytes->len < LOAD_BYTES) {
        GtupdPacket *packet = &load->packets[load->count];
        load->is_last = !gtupd_merge_next(merge, packet);
        if (load->is_last)
            break;
        g_byte_array_append(load->bytes, packet->data, (guint)packet->captured);
        load->count++;
    }
    /* Only now do they stay where they are. */
    const guint8 *data = load->bytes->data;
    for (guint i = 0; i < load->count; i++) {
        load->packets[i].data = data;
        data += load->packets[i].captured;
    }
}

static void fill(const GtupdRelay *relay, Load *load)
{
    read_packets(load, relay->merge);
    gtupd_engine_unpack(relay->engine, load->packets, load->count, load->arrivals);
}

/* --- The reader --- */

static gpointer work(gpointer data)
{
    GtupdRelay *relay = data;
    for (gboolean is_over = FALSE; !is_over;) {
        gpointer next = g_async_queue_pop(relay->free);
        if (next == relay)
            break;
        Load *load = next;
        fill(relay, load);
        is_over = load->is_last; /* asked before the load is another's */
        g_async_queue_push(relay->full, load);
    }
    return NULL;
}

/* --- The interface --- */

GtupdRelay *gtupd_relay_new(GtupdMerge *merge, GtupdEngine *engine)
{
    GtupdRelay *relay = g_new0(GtupdRelay, 1);
    relay->merge = merge;
    relay->engine = engine;
    relay->free = g_async_queue_new();
    relay->full = g_async_queue_new();
    for (guint i = 0; i < LOADS; i++) {
        relay->loads[i].bytes = g_byte_array_sized_new(LOAD_BYTES);
        relay->loads[i].arrivals = gtupd_arrivals_new();
    }
    return relay;
}

void gtupd_relay_free(GtupdRelay *relay)
{
    if (!relay)
        return;
    if (relay->reader) {
        g_async_queue_push_front(relay->free, relay);
        g_thread_join(relay->reader);
    }
    for (guint i = 0; i < LOADS; i++) {
        g_byte_array_unref(relay->loads[i].bytes);
        gtupd_arrivals_free(relay->loads[i].arrivals);
    }
    g_async_queue_unref(relay->free);
    g_async_queue_unref(relay->full);
    g_free(relay);
}

/* Most captures that are looked at are small: the caller fills the first load, and with it often the last. */
static Load *first_load(GtupdRelay *relay)
{
    fill(relay, &relay->loads[0]);
    if (relay->loads[0].is_last)
        return &relay->loads[0];
    for (guint i = 1; i < LOADS; i++)
        g_async_queue_push(relay->free, &relay->loads[i]);
    relay->reader = g_thread_try_new("reader", work, relay, NULL);
    return &relay->loads[0];
}

static Load *next_load(GtupdRelay *relay)
{
    if (!relay->current)
        return first_load(relay);
    if (relay->current->is_last)
        return NULL;
    if (!relay->reader) {
        fill(relay, relay->current);
        return relay->current;
    }
    g_async_queue_push(relay->free, relay->current);
    return g_async_queue_pop(relay->full);
}

const GtupdArrivals *gtupd_relay_next(GtupdRelay *relay, guint *packets)
{
    Load *load = next_load(relay);
    if (!load)
        return NULL;
    relay->current = load;
    *packets = load->count;
    return load->arrivals;
}
