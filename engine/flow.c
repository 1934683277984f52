/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "flow.h"

#include "fetch.h"

#include <string.h>

/*
 * Open addressing with linear probing: a search reads neighbouring slots and, where the hash is the same, one flow. A
 * removed slot is filled again from behind it (Knuth, The Art of Computer Programming 3, 6.4, algorithm R).
 */
typedef struct {
    GtupdFlow *flow; /* NULL: free */
    guint hash;
} Slot;

struct _GtupdFlowTable {
    Slot *slots; /* mask + 1 of them, never all in use */
    guint mask, count;
    guint64 seed[2];
};

#define SLOTS_MIN 64

static gboolean key_equal(const GtupdFlowKey *left, const GtupdFlowKey *right)
{
    guint64 differ = 0;
    for (guint i = 0; i < G_N_ELEMENTS(left->words); i++)
        differ |= left->words[i] ^ right->words[i];
    return differ == 0;
}

static guint64 random64(void)
{
    return ((guint64)g_random_int() << 32) | g_random_int();
}

GtupdFlowTable *gtupd_flow_table_new(void)
{
    GtupdFlowTable *table = g_new0(GtupdFlowTable, 1);
    table->slots = g_new0(Slot, SLOTS_MIN);
    table->mask = SLOTS_MIN - 1;
    table->seed[0] = random64();
    table->seed[1] = random64();
    return table;
}

void gtupd_flow_table_free(GtupdFlowTable *table)
{
    if (table == NULL)
        return;
    g_free(table->slots);
    g_free(table);
}

/* Both halves of the full product: every bit of either factor reaches every bit of the result. */
static guint64 fold(guint64 a, guint64 b)
{
    __extension__ unsigned __int128 product = (unsigned __int128)a * b;
    return (guint64)product ^ (guint64)(product >> 64);
}

static guint hash_words(const GtupdFlowTable *table, const guint64 words[5])
{
    guint64 hash = table->seed[0];
    for (guint i = 0; i < 5; i++)
        hash = fold(hash ^ words[i], table->seed[1] ^ (G_GUINT64_CONSTANT(0x9e3779b97f4a7c15) * (i + 1)));
    return (guint)(hash ^ (hash >> 32));
}

/* By address, then by port. Two words are compared sooner than memcmp() is called. */
static gboolean goes_behind(const guint8 *left, guint16 left_port, const guint8 *right, guint16 right_port)
{
    guint64 l[2], r[2];
    memcpy(l, left, sizeof l);
    memcpy(r, right, sizeof r);
    for (guint i = 0; i < 2; i++)
        if (l[i] != r[i])
            return GUINT64_FROM_BE(l[i]) > GUINT64_FROM_BE(r[i]);
    return left_port > right_port;
}

guint gtupd_flow_table_key(const GtupdFlowTable *table, const GtupdSegment *segment, GtupdFlowKey *key)
{
    const guint8 *low = segment->source, *high = segment->destination;
    guint16 low_port = segment->source_port, high_port = segment->destination_port;
    guint side = goes_behind(low, low_port, high, high_port) ? 1 : 0;
    if (side == 1) {
        low = segment->destination;
        high = segment->source;
        low_port = segment->destination_port;
        high_port = segment->source_port;
    }
    memcpy(&key->words[0], low, GTUPD_ADDRESS_SIZE);
    memcpy(&key->words[2], high, GTUPD_ADDRESS_SIZE);
    key->words[4] = ((guint64)segment->ip_version << 32) | ((guint64)low_port << 16) | high_port;
    key->hash = hash_words(table, key->words);
    return side;
}

/* The slot of this key, or the free one where it would be. */
static guint place_of(const GtupdFlowTable *table, const GtupdFlowKey *key)
{
    guint at = key->hash & table->mask;
    while (table->slots[at].flow != NULL &&
           !(table->slots[at].hash == key->hash && key_equal(&table->slots[at].flow->key, key)))
        at = (at + 1) & table->mask;
    return at;
}

static void put(GtupdFlowTable *table, GtupdFlow *flow)
{
    guint at = place_of(table, &flow->key);
    g_assert(table->slots[at].flow == NULL);
    table->slots[at] = (Slot){flow, flow->key.hash};
}

/* At least two slots in five stay free, so that searches end soon. */
static void make_room(GtupdFlowTable *table)
{
    const guint size = table->mask + 1;
    if (table->count + 1 <= size / 5 * 3)
        return;
    g_autofree Slot *old = table->slots;
    table->slots = g_new0(Slot, size * 2);
    table->mask = size * 2 - 1;
    for (guint i = 0; i < size; i++)
        if (old[i].flow != NULL)
            put(table, old[i].flow);
}

GtupdFlow *gtupd_flow_table_find(const GtupdFlowTable *table, const GtupdFlowKey *key)
{
    return table->slots[place_of(table, key)].flow;
}

void gtupd_flow_table_fetch(const GtupdFlowTable *table, guint hash)
{
    gtupd_fetch(&table->slots[hash & table->mask], sizeof(Slot));
}

GtupdFlow *gtupd_flow_table_guess(const GtupdFlowTable *table, guint hash)
{
    guint at = hash & table->mask;
    while (table->slots[at].flow != NULL && table->slots[at].hash != hash)
        at = (at + 1) & table->mask;
    return table->slots[at].flow;
}

void gtupd_flow_table_add(GtupdFlowTable *table, GtupdFlow *flow, const GtupdFlowKey *key)
{
    flow->key = *key;
    flow->link.data = flow;
    make_room(table);
    put(table, flow);
    table->count++;
}

static void unlink_flow(GtupdFlow *flow)
{
    if (flow->queue != NULL)
        g_queue_unlink(flow->queue, &flow->link);
    flow->queue = NULL;
}

void gtupd_flow_table_remove(GtupdFlowTable *table, GtupdFlow *flow)
{
    unlink_flow(flow);
    guint hole = place_of(table, &flow->key);
    g_assert(table->slots[hole].flow == flow);
    for (guint at = (hole + 1) & table->mask; table->slots[at].flow != NULL; at = (at + 1) & table->mask) {
        const guint home = table->slots[at].hash & table->mask;
        if (((at - home) & table->mask) < ((at - hole) & table->mask)) /* its home lies behind the hole */
            continue;
        table->slots[hole] = table->slots[at];
        hole = at;
    }
    table->slots[hole].flow = NULL;
    table->count--;
}

void gtupd_flow_name_channel(const GtupdFlow *flow, GtupdChannel *channel)
{
    gtupd_tracker_channel_between(channel, (guint8)(flow->key.words[4] >> 32), (const guint8 *)&flow->key.words[0],
                                  (const guint8 *)&flow->key.words[2]);
}

void gtupd_flow_touch(GtupdFlow *flow, GQueue *queue)
{
    if (queue->tail == &flow->link)
        return;
    unlink_flow(flow);
    flow->queue = queue;
    g_queue_push_tail_link(queue, &flow->link);
}
