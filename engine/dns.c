/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "dns.h"

#include "address.h"
#include "bounds.h"
#include "bytes.h"
#include "progress.h"

#include <string.h>

/* RFC 1035 §4.1.1, §3.2.2; RFC 3596 §2.1 */
#define HEADER_SIZE   12
#define FLAG_RESPONSE 0x8000
#define FLAG_CUT      0x0200 /* to be asked again over TCP */
#define RCODE_MASK    0x000f
#define TYPE_A        1
#define TYPE_AAAA     28
#define CLASS_IN      1
#define NAME_MAX_SIZE 256

/* A query that is asked again after this long (ns) had no answer. A and AAAA are asked at once. */
#define RETRY G_GINT64_CONSTANT(900000000)

/* A look-up of a watched name by one client. */
typedef struct {
    char *key; /* "client name" */
    GList link;
    GtupdAnchor query;       /* the first that has had no answer */
    GtupdTransfer *transfer; /* if it failed so far; NULL: not yet */
    gboolean is_open;        /* `query` is set */
} Lookup;

struct _GtupdDns {
    GtupdTracker *tracker;
    GtupdEndpoints *endpoints;
    GHashTable *lookups; /* key → Lookup */
    GQueue order;        /* of Lookup, longest idle first */
};

/* --- Reading --- */

/* A cursor over a message: what cannot be read makes it bad, and reads zeros from then on. */
typedef struct {
    const guint8 *data;
    gsize length, at;
    gboolean bad;
} Cursor;

static gboolean can_read(Cursor *cursor, gsize size)
{
    if (size > cursor->length - cursor->at)
        cursor->bad = TRUE;
    return !cursor->bad;
}

static guint read16(Cursor *cursor)
{
    if (!can_read(cursor, 2))
        return 0;
    cursor->at += 2;
    return gtupd_be16(cursor->data + cursor->at - 2);
}

static void skip(Cursor *cursor, gsize size)
{
    if (can_read(cursor, size))
        cursor->at += size;
}

/* The question's name, in lower case, which is not compressed. */
static void read_name(Cursor *cursor, char name[NAME_MAX_SIZE])
{
    gsize length = 0;
    while (can_read(cursor, 1)) {
        const guint8 size = cursor->data[cursor->at++];
        if (size == 0)
            break;
        if (size >= 64 || !can_read(cursor, size) || length + size + 1 >= NAME_MAX_SIZE) {
            cursor->bad = TRUE;
            break;
        }
        if (length > 0)
            name[length++] = '.';
        for (guint i = 0; i < size; i++)
            name[length++] = g_ascii_tolower((char)cursor->data[cursor->at + i]);
        cursor->at += size;
    }
    name[length] = '\0';
}

/* A record's name is of no interest: labels up to a zero, or to a pointer. */
static void skip_name(Cursor *cursor)
{
    while (can_read(cursor, 1)) {
        const guint8 size = cursor->data[cursor->at++];
        if (size == 0)
            return;
        if (size >= 0xc0) {
            skip(cursor, 1);
            return;
        }
        skip(cursor, size);
    }
}

/* --- Look-ups --- */

static void lookup_free(GtupdDns *dns, Lookup *lookup)
{
    g_queue_unlink(&dns->order, &lookup->link);
    g_hash_table_remove(dns->lookups, lookup->key);
    gtupd_transfer_unref(lookup->transfer);
    g_free(lookup->key);
    g_free(lookup);
}

GtupdDns *gtupd_dns_new(GtupdTracker *tracker, GtupdEndpoints *endpoints)
{
    GtupdDns *dns = g_new0(GtupdDns, 1);
    dns->tracker = tracker;
    dns->endpoints = endpoints;
    dns->lookups = g_hash_table_new(g_str_hash, g_str_equal);
    g_queue_init(&dns->order);
    return dns;
}

void gtupd_dns_free(GtupdDns *dns)
{
    if (dns == NULL)
        return;
    while (dns->order.head != NULL)
        lookup_free(dns, dns->order.head->data);
    g_hash_table_unref(dns->lookups);
    g_free(dns);
}

static Lookup *lookup_of(GtupdDns *dns, const char *client, const char *name)
{
    g_autofree char *key = g_strconcat(client, " ", name, NULL);
    Lookup *lookup = g_hash_table_lookup(dns->lookups, key);
    if (lookup == NULL) {
        lookup = g_new0(Lookup, 1);
        lookup->key = g_steal_pointer(&key);
        lookup->link.data = lookup;
        g_hash_table_insert(dns->lookups, lookup->key, lookup);
    } else {
        g_queue_unlink(&dns->order, &lookup->link);
    }
    g_queue_push_tail_link(&dns->order, &lookup->link);
    if (dns->order.length > GTUPD_MAX_LOOKUPS) {
        lookup_free(dns, dns->order.head->data);
        gtupd_tracker_limit_reached(dns->tracker, GTUPD_LIMIT_TRANSFERS, 1);
    }
    return lookup;
}

static void fail(GtupdDns *dns, Lookup *lookup, const char *client, const char *name, const GtupdAnchor *query)
{
    if (lookup->transfer != NULL)
        return;
    GtupdPeers peers = {.host = (char *)name};
    g_strlcpy(peers.client, client, sizeof peers.client);
    lookup->transfer = gtupd_progress_begin(dns->tracker, &peers, GTUPD_TRANSFER_HTTP, query);
    lookup->transfer->result = GTUPD_TRANSFER_NAME_FAILED;
}

static void take_query(GtupdDns *dns, const char *client, const char *name, const GtupdAnchor *anchor)
{
    Lookup *lookup = lookup_of(dns, client, name);
    if (!lookup->is_open) {
        lookup->query = *anchor;
        lookup->is_open = TRUE;
        g_clear_pointer(&lookup->transfer, gtupd_transfer_unref);
    } else if (anchor->time - lookup->query.time >= RETRY) {
        fail(dns, lookup, client, name, &lookup->query);
    }
}

static void take_failure(GtupdDns *dns, const char *client, const char *name, guint code, const GtupdAnchor *anchor)
{
    Lookup *lookup = lookup_of(dns, client, name);
    fail(dns, lookup, client, name, lookup->is_open ? &lookup->query : anchor);
    lookup->transfer->status = (int)code;
    lookup->transfer->end = *anchor;
    lookup->is_open = FALSE;
}

/* The name has an address: whatever failed before is of no importance. */
static void take_success(GtupdDns *dns, const char *client, const char *name)
{
    Lookup *lookup = lookup_of(dns, client, name);
    if (lookup->transfer != NULL)
        lookup->transfer->result = GTUPD_TRANSFER_RUNNING;
    lookup_free(dns, lookup);
}

/* --- Messages --- */

/* How many addresses the answers have; each is told. */
static guint take_answers(GtupdDns *dns, Cursor *cursor, const char *name, guint count)
{
    guint addresses = 0;
    for (guint i = 0; i < count; i++) {
        skip_name(cursor);
        const guint type = read16(cursor), class = read16(cursor);
        skip(cursor, 4); /* TTL */
        const guint size = read16(cursor);
        if (!can_read(cursor, size))
            break;
        const gboolean is_address =
            class == CLASS_IN && ((type == TYPE_A && size == 4) || (type == TYPE_AAAA && size == GTUPD_ADDRESS_SIZE));
        if (is_address) {
            guint8 address[GTUPD_ADDRESS_SIZE] = {0};
            memcpy(address, cursor->data + cursor->at, size);
            gtupd_endpoints_add_address(dns->endpoints, name, type == TYPE_A ? 4 : 6, address);
            addresses++;
        }
        skip(cursor, size);
    }
    return addresses;
}

static void take_response(GtupdDns *dns, Cursor *cursor, const char *client, const char *name, guint type, guint flags,
                          guint answers, const GtupdAnchor *anchor)
{
    const guint code = flags & RCODE_MASK;
    const guint addresses = take_answers(dns, cursor, name, answers);
    if (addresses > 0)
        take_success(dns, client, name);
    else if (!cursor->bad && (flags & FLAG_CUT) == 0 &&
             (code != 0 || type == TYPE_A)) /* that there is no IPv6 address is no failure */
        take_failure(dns, client, name, code, anchor);
}

void gtupd_dns_datagram(GtupdDns *dns, const GtupdSegment *datagram, const GtupdAnchor *anchor)
{
    Cursor cursor = {.data = datagram->payload, .length = datagram->captured};
    char name[NAME_MAX_SIZE];
    read16(&cursor); /* ID */
    const guint flags = read16(&cursor), questions = read16(&cursor), answers = read16(&cursor);
    skip(&cursor, HEADER_SIZE - cursor.at);
    read_name(&cursor, name);
    const guint type = read16(&cursor), class = read16(&cursor);
    if (cursor.bad || questions != 1 || class != CLASS_IN || (type != TYPE_A && type != TYPE_AAAA) ||
        !gtupd_endpoints_has_name(dns->endpoints, name))
        return;
    const gboolean is_response = (flags & FLAG_RESPONSE) != 0;
    char client[GTUPD_ADDRESS_TEXT];
    gtupd_address_format(datagram->ip_version, is_response ? datagram->destination : datagram->source, client);
    if (is_response)
        take_response(dns, &cursor, client, name, type, flags, answers, anchor);
    else
        take_query(dns, client, name, anchor);
}
