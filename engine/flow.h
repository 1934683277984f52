/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Flows: what is known of an unordered pair of addresses and ports, found again by any packet between them.
 *
 * The table only finds; what is kept of a flow begins with a GtupdFlow and belongs to whoever put it there. How long a
 * flow has been idle is told by its place in one of its owner's queues. Keys are hashed with a seed of the table's
 * own, so that no capture can be made to collide.
 */
#pragma once

#include "segment.h"

#include <glib.h>

typedef struct {
    guint64 words[5];
    guint hash;
} GtupdFlowKey;

/* First member of what is kept of a flow; zero before it is added. */
typedef struct {
    GtupdFlowKey key;
    GQueue *queue; /* where it stands; NULL nowhere */
    GList link;
} GtupdFlow;

typedef struct _GtupdFlowTable GtupdFlowTable;

GtupdFlowTable *gtupd_flow_table_new(void);
/* The flows themselves are their owner's. */
void gtupd_flow_table_free(GtupdFlowTable *table);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GtupdFlowTable, gtupd_flow_table_free)

/* Sets *key to the segment's flow, and says which side of it sent the segment: 0 or 1, the same for its whole life. */
guint gtupd_flow_table_key(const GtupdFlowTable *table, const GtupdSegment *segment, GtupdFlowKey *key);

/* NULL: not there. */
GtupdFlow *gtupd_flow_table_find(const GtupdFlowTable *table, const GtupdFlowKey *key);

/* Fetches to the caches where a flow of this hash is looked for. */
void gtupd_flow_table_fetch(const GtupdFlowTable *table, guint hash);

/* A flow whose key probably has this hash, without a look at the flow itself; NULL: none has. */
GtupdFlow *gtupd_flow_table_guess(const GtupdFlowTable *table, guint hash);

/* No flow of this key may be there yet. */
void gtupd_flow_table_add(GtupdFlowTable *table, GtupdFlow *flow, const GtupdFlowKey *key);

/* Takes it out of the table and of its queue. */
void gtupd_flow_table_remove(GtupdFlowTable *table, GtupdFlow *flow);

/* Tells the channel whose addresses its two sides have. The flow has been added. */
void gtupd_flow_name_channel(const GtupdFlow *flow, GtupdChannel *channel);

/* Puts it at the end of this queue, where the most recently used stand. */
void gtupd_flow_touch(GtupdFlow *flow, GQueue *queue);
