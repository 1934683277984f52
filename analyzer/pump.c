/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "pump.h"

#include <string.h>

#define BLOCKS     4
#define BLOCK_SIZE ((gsize)128 * 1024)

typedef struct {
    gsize length; /* 0: the end */
    guint8 bytes[BLOCK_SIZE];
} Block;

/* Blocks [taken, filled) are ready, counted for ever; each stands at its number modulo BLOCKS. */
struct _GtupdPump {
    GtupdPumpReader reader;
    gpointer data;
    GThread *thread;
    GMutex mutex;
    GCond changed;
    guint64 filled, taken;
    gboolean stop;
    gsize used; /* of the block that is being taken; the consumer's */
    Block blocks[BLOCKS];
};

/* Waits for a free block; NULL: nobody wants any more. */
static Block *free_block(GtupdPump *pump)
{
    g_mutex_lock(&pump->mutex);
    while (!pump->stop && pump->filled - pump->taken == BLOCKS)
        g_cond_wait(&pump->changed, &pump->mutex);
    Block *block = pump->stop ? NULL : &pump->blocks[pump->filled % BLOCKS];
    g_mutex_unlock(&pump->mutex);
    return block;
}

static void advance(GtupdPump *pump, guint64 *counter)
{
    g_mutex_lock(&pump->mutex);
    ++*counter;
    g_cond_signal(&pump->changed);
    g_mutex_unlock(&pump->mutex);
}

static gpointer work(gpointer data)
{
    GtupdPump *pump = data;
    for (Block *block = free_block(pump); block; block = free_block(pump)) {
        block->length = pump->reader(pump->data, block->bytes, BLOCK_SIZE);
        gboolean ended = block->length == 0;
        advance(pump, &pump->filled);
        if (ended)
            return NULL;
    }
    return NULL;
}

GtupdPump *gtupd_pump_new(GtupdPumpReader reader, gpointer data)
{
    GtupdPump *pump = g_new0(GtupdPump, 1);
    pump->reader = reader;
    pump->data = data;
    g_mutex_init(&pump->mutex);
    g_cond_init(&pump->changed);
    pump->thread = g_thread_try_new("pump", work, pump, NULL);
    if (!pump->thread)
        g_clear_pointer(&pump, gtupd_pump_free);
    return pump;
}

void gtupd_pump_free(GtupdPump *pump)
{
    if (!pump)
        return;
    g_mutex_lock(&pump->mutex);
    pump->stop = TRUE;
    g_cond_signal(&pump->changed);
    g_mutex_unlock(&pump->mutex);
    if (pump->thread)
        g_thread_join(pump->thread);
    g_mutex_clear(&pump->mutex);
    g_cond_clear(&pump->changed);
    g_free(pump);
}

static const Block *ready_block(GtupdPump *pump)
{
    g_mutex_lock(&pump->mutex);
    while (pump->filled == pump->taken)
        g_cond_wait(&pump->changed, &pump->mutex);
    const Block *block = &pump->blocks[pump->taken % BLOCKS];
    g_mutex_unlock(&pump->mutex);
    return block;
}

gsize gtupd_pump_read(GtupdPump *pump, guint8 *buffer, gsize size)
{
    const Block *block = ready_block(pump);
    gsize length = MIN(size, block->length - pump->used);
    memcpy(buffer, block->bytes + pump->used, length);
    pump->used += length;
    if (length > 0 && pump->used == block->length) {
        pump->used = 0;
        advance(pump, &pump->taken);
    }
    return length;
}
