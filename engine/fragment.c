/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "fragment.h"

#include "bounds.h"

#include <string.h>

#define BLOCK      8 /* fragments begin and, but for the last, end at multiples of this (RFC 791, RFC 8200) */
#define LENGTH_MAX 65535
#define BLOCKS     (LENGTH_MAX / BLOCK + 1)
#define PATIENCE   (30 * G_GINT64_CONSTANT(1000000000))

typedef struct {
    guint8 source[GTUPD_ADDRESS_SIZE];
    guint8 destination[GTUPD_ADDRESS_SIZE];
    guint32 id;
    guint8 ip_version;
    guint8 protocol; /* IPv4 only: there it is part of a datagram's identity */
} Key;

typedef struct {
    Key key;
    GList link; /* in `pending`, by age */
    gint64 time;
    guint8 protocol;
    guint8 *data;
    gsize size;      /* bytes allocated */
    gsize end;       /* where the fragment that reaches furthest ends */
    gsize available; /* where a snap length first cut */
    gboolean has_length;
    gsize length;
    guint covered;               /* blocks seen */
    guint8 seen[BLOCKS / 8 + 1]; /* a bit a block */
} Pending;

struct _GtupdFragments {
    guint64 dropped;    /* datagrams given up for want of room */
    GHashTable *by_key; /* Pending, which are their own keys */
    GQueue pending;     /* the same, oldest first */
    gsize bytes;
    GPtrArray *whole; /* Pending handed out */
};

static guint key_hash(gconstpointer data)
{
    const Key *key = data;
    guint64 hash = key->id ^ ((guint64)key->protocol << 32);
    for (gsize i = 0; i < GTUPD_ADDRESS_SIZE; i++)
        hash = (hash ^ key->source[i] ^ ((guint64)key->destination[i] << 8)) * G_GUINT64_CONSTANT(0x9e3779b97f4a7c15);
    return (guint)(hash >> 32);
}

static gboolean key_equal(gconstpointer a, gconstpointer b)
{
    const Key *left = a, *right = b;
    return left->id == right->id && left->protocol == right->protocol && left->ip_version == right->ip_version &&
           memcmp(left->source, right->source, GTUPD_ADDRESS_SIZE) == 0 &&
           memcmp(left->destination, right->destination, GTUPD_ADDRESS_SIZE) == 0;
}

static void pending_free(gpointer data)
{
    Pending *pending = data;
    g_free(pending->data);
    g_free(pending);
}

GPtrArray *gtupd_fragments_keeper_new(void)
{
    return g_ptr_array_new_with_free_func(pending_free);
}

GtupdFragments *gtupd_fragments_new(void)
{
    GtupdFragments *fragments = g_new0(GtupdFragments, 1);
    fragments->by_key = g_hash_table_new(key_hash, key_equal);
    g_queue_init(&fragments->pending);
    fragments->whole = gtupd_fragments_keeper_new();
    return fragments;
}

/* Takes it out of the books; it is the caller's then. */
static void unlist(GtupdFragments *fragments, Pending *pending)
{
    g_hash_table_remove(fragments->by_key, &pending->key);
    g_queue_unlink(&fragments->pending, &pending->link);
    fragments->bytes -= sizeof *pending + pending->size;
}

static void drop_oldest(GtupdFragments *fragments)
{
    Pending *oldest = fragments->pending.head->data;
    unlist(fragments, oldest);
    pending_free(oldest);
}

void gtupd_fragments_free(GtupdFragments *fragments)
{
    if (fragments == NULL)
        return;
    while (fragments->pending.head != NULL)
        drop_oldest(fragments);
    g_hash_table_destroy(fragments->by_key);
    g_ptr_array_free(fragments->whole, TRUE);
    g_free(fragments);
}

void gtupd_fragments_release(GtupdFragments *fragments)
{
    if (fragments->whole->len > 0)
        g_ptr_array_set_size(fragments->whole, 0);
}

void gtupd_fragments_hand_over(GtupdFragments *fragments, GPtrArray *keeper)
{
    if (fragments->whole->len > 0)
        g_ptr_array_extend_and_steal(keeper, g_steal_pointer(&fragments->whole));
    if (fragments->whole == NULL)
        fragments->whole = gtupd_fragments_keeper_new();
}

guint64 gtupd_fragments_dropped(const GtupdFragments *fragments)
{
    return fragments->dropped;
}

static void expire(GtupdFragments *fragments, gint64 now)
{
    while (fragments->pending.head != NULL) {
        const Pending *oldest = fragments->pending.head->data;
        if (now - oldest->time <= PATIENCE)
            return;
        drop_oldest(fragments);
    }
}

static void enforce_limits(GtupdFragments *fragments)
{
    while (fragments->pending.length > GTUPD_MAX_FRAGMENT_DATAGRAMS || fragments->bytes > GTUPD_MAX_FRAGMENT_BYTES) {
        drop_oldest(fragments);
        fragments->dropped++;
    }
}

static Pending *find_or_begin(GtupdFragments *fragments, const GtupdFragment *fragment, gint64 time)
{
    Key key = {.id = fragment->id, .ip_version = fragment->ip_version};
    if (fragment->ip_version == 4)
        key.protocol = fragment->protocol;
    memcpy(key.source, fragment->source, GTUPD_ADDRESS_SIZE);
    memcpy(key.destination, fragment->destination, GTUPD_ADDRESS_SIZE);

    Pending *pending = g_hash_table_lookup(fragments->by_key, &key);
    if (pending != NULL)
        return pending;
    pending = g_new0(Pending, 1);
    pending->key = key;
    pending->link.data = pending;
    pending->time = time;
    pending->available = LENGTH_MAX;
    g_hash_table_add(fragments->by_key, pending);
    g_queue_push_tail_link(&fragments->pending, &pending->link);
    fragments->bytes += sizeof *pending;
    return pending;
}

static gboolean is_sound(const GtupdFragment *fragment)
{
    if (fragment->length == 0 || fragment->offset % BLOCK != 0 || fragment->offset + fragment->length > LENGTH_MAX)
        return FALSE;
    return !fragment->more || fragment->length % BLOCK == 0;
}

/* Can it be a part of this datagram, by what is known of the datagram's end? */
static gboolean fits(const Pending *pending, const GtupdFragment *fragment)
{
    gsize end = fragment->offset + fragment->length;
    if (pending->has_length)
        return fragment->more ? end < pending->length : end == pending->length;
    return fragment->more || end >= pending->end;
}

static void grow(GtupdFragments *fragments, Pending *pending, gsize size)
{
    if (size <= pending->size)
        return;
    pending->data = g_realloc(pending->data, size);
    fragments->bytes += size - pending->size;
    pending->size = size;
}

static void copy_unseen_blocks(Pending *pending, const GtupdFragment *fragment)
{
    for (gsize begin = 0; begin < fragment->length; begin += BLOCK) {
        gsize block = (fragment->offset + begin) / BLOCK;
        guint8 bit = (guint8)(1U << (block % 8));
        if (pending->seen[block / 8] & bit)
            continue;
        pending->seen[block / 8] |= bit;
        pending->covered++;

        gsize end = MIN(begin + BLOCK, fragment->length);
        gsize held = MIN(end, fragment->captured);
        if (held > begin)
            memcpy(pending->data + fragment->offset + begin, fragment->data + begin, held - begin);
        if (held < end)
            pending->available = MIN(pending->available, fragment->offset + MAX(held, begin));
    }
}

gboolean gtupd_fragments_add(GtupdFragments *fragments, const GtupdFragment *fragment, gint64 time,
                             GtupdDatagram *datagram)
{
    expire(fragments, time);
    if (!is_sound(fragment))
        return FALSE;
    Pending *pending = find_or_begin(fragments, fragment, time);
    if (!fits(pending, fragment))
        return FALSE;

    gsize end = fragment->offset + fragment->length;
    if (!fragment->more) {
        pending->has_length = TRUE;
        pending->length = end;
    }
    if (fragment->offset == 0 && (pending->seen[0] & 1) == 0)
        pending->protocol = fragment->protocol;
    pending->end = MAX(pending->end, end);
    grow(fragments, pending, end);
    copy_unseen_blocks(pending, fragment);

    if (!pending->has_length || pending->covered * BLOCK < pending->length) {
        enforce_limits(fragments);
        return FALSE;
    }
    unlist(fragments, pending);
    g_ptr_array_add(fragments->whole, pending);
    *datagram = (GtupdDatagram){.protocol = pending->protocol,
                                .data = pending->data,
                                .captured = MIN(pending->available, pending->length),
                                .length = pending->length};
    return TRUE;
}
