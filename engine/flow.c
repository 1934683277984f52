/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "flow.h"

#include "address.h"

#include <string.h>

struct _GtupdFlowTable {
    GHashTable *flows; /* keys of GtupdFlow, which begin with them */
    guint64 seed[2];
};

static guint key_hash(gconstpointer key)
{
    return ((const GtupdFlowKey *)key)->hash;
}

static gboolean key_equal(gconstpointer a, gconstpointer b)
{
    const GtupdFlowKey *left = a, *right = b;
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
    table->flows = g_hash_table_new(key_hash, key_equal);
    table->seed[0] = random64();
    table->seed[1] = random64();
    return table;
}

void gtupd_flow_table_free(GtupdFlowTable *table)
{
    if (table == NULL)
        return;
    g_hash_table_destroy(table->flows);
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

guint gtupd_flow_table_key(const GtupdFlowTable *table, const GtupdSegment *segment, GtupdFlowKey *key)
{
    const guint8 *low = segment->source, *high = segment->destination;
    guint16 low_port = segment->source_port, high_port = segment->destination_port;
    int order = memcmp(low, high, GTUPD_ADDRESS_SIZE);
    guint side = order > 0 || (order == 0 && low_port > high_port) ? 1 : 0;
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

GtupdFlow *gtupd_flow_table_find(const GtupdFlowTable *table, const GtupdFlowKey *key)
{
    return g_hash_table_lookup(table->flows, key);
}

void gtupd_flow_table_add(GtupdFlowTable *table, GtupdFlow *flow, const GtupdFlowKey *key)
{
    flow->key = *key;
    flow->link.data = flow;
    gboolean is_new = g_hash_table_add(table->flows, flow);
    g_assert(is_new);
}

void gtupd_flow_table_remove(GtupdFlowTable *table, GtupdFlow *flow)
{
    if (flow->queue != NULL)
        g_queue_unlink(flow->queue, &flow->link);
    flow->queue = NULL;
    g_hash_table_remove(table->flows, flow);
}

void gtupd_flow_name_channel(const GtupdFlow *flow, GtupdChannel *channel)
{
    const guint8 ip_version = (guint8)(flow->key.words[4] >> 32);
    char texts[2][GTUPD_ADDRESS_TEXT];
    for (guint side = 0; side < 2; side++) {
        guint8 address[GTUPD_ADDRESS_SIZE];
        memcpy(address, &flow->key.words[2 * side], sizeof address);
        gtupd_address_format(ip_version, address, texts[side]);
    }
    gtupd_tracker_channel_between(channel, texts[0], texts[1]);
}

void gtupd_flow_touch(GtupdFlow *flow, GQueue *queue)
{
    if (flow->queue != NULL)
        g_queue_unlink(flow->queue, &flow->link);
    flow->queue = queue;
    g_queue_push_tail_link(queue, &flow->link);
}
