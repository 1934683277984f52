/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Fragmented IP datagrams, put together again: IPv4 and IPv6, fragments in any order.
 *
 * Where fragments overlap, the bytes seen first win; so an exact duplicate changes nothing. A datagram is whole when
 * every byte of it has been announced by a fragment's header; bytes that a snap length cut off do not hold it up, they
 * shorten what can be used. Memory is bounded (GTUPD_MAX_FRAGMENT_…: the oldest datagram goes), and a datagram not
 * whole within 30 s of capture time is forgotten, as a receiver would.
 */
#pragma once

#include "segment.h"

#include <glib.h>

typedef struct _GtupdFragments GtupdFragments;

typedef struct {
    guint8 ip_version;
    guint8 protocol; /* IPv4: Protocol; IPv6: Next Header, of use at offset 0 only */
    guint8 source[GTUPD_ADDRESS_SIZE];
    guint8 destination[GTUPD_ADDRESS_SIZE];
    guint32 id;         /* Identification */
    gsize offset;       /* in the datagram's payload, a multiple of 8 */
    gboolean more;      /* more fragments follow */
    const guint8 *data; /* behind the IP header; borrowed for the call */
    gsize captured;     /* bytes in `data` */
    gsize length;       /* bytes by the IP header, ≥ captured */
} GtupdFragment;

/* A whole datagram's payload. */
typedef struct {
    guint8 protocol;
    const guint8 *data; /* owned by the fragments, until gtupd_fragments_release() */
    gsize captured;     /* bytes in `data`, up to the first that a snap length took */
    gsize length;
} GtupdDatagram;

/* Never fails. */
GtupdFragments *gtupd_fragments_new(void);
void gtupd_fragments_free(GtupdFragments *fragments);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GtupdFragments, gtupd_fragments_free)

/* Takes a fragment in, at capture time `time` (ns). TRUE: it made a datagram whole, which is now in *datagram. */
gboolean gtupd_fragments_add(GtupdFragments *fragments, const GtupdFragment *fragment, gint64 time,
                             GtupdDatagram *datagram);

/* Gives up the datagrams handed out so far. */
void gtupd_fragments_release(GtupdFragments *fragments);

/*
 * For those who need the datagrams handed out so far for longer: from now on they live as long as they stand in
 * *keeper, which is made by gtupd_fragments_keeper_new(). Free it with g_ptr_array_unref().
 */
void gtupd_fragments_hand_over(GtupdFragments *fragments, GPtrArray *keeper);
GPtrArray *gtupd_fragments_keeper_new(void);

/* Datagrams given up so far because there were too many (GTUPD_LIMIT_FRAGMENTS). */
guint64 gtupd_fragments_dropped(const GtupdFragments *fragments);
