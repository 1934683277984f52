/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "endpoints.h"

#include "bounds.h"
#include "flow.h"

#include <arpa/inet.h>
#include <string.h>

#define URLS_MAX 256

/* An address and port, found as a flow with nobody at its other end. */
typedef struct {
    GtupdFlow flow; /* first */
    const GtupdServer *server;
    gpointer owner; /* announced */
} Place;

struct _GtupdEndpoints {
    GtupdTracker *tracker;
    guint8 *ports;         /* by port: is it worth a look? NULL: none is */
    GPtrArray *servers;    /* of GtupdServer */
    GHashTable *names;     /* host → GPtrArray of GtupdServer with this host */
    GHashTable *urls;      /* of texts: URLs of servers that are known, and need not be taken apart again */
    GtupdFlowTable *table; /* of Place: servers' addresses, in `addresses` */
    GQueue addresses;
    GtupdFlowTable *data; /* of Place: announced, in `announced`, oldest first */
    GQueue announced;
};

static void server_free(gpointer data)
{
    GtupdServer *server = data;
    g_free(server->host);
    g_free(server);
}

GtupdEndpoints *gtupd_endpoints_new(GtupdTracker *tracker)
{
    GtupdEndpoints *endpoints = g_new0(GtupdEndpoints, 1);
    endpoints->tracker = tracker;
    endpoints->servers = g_ptr_array_new_with_free_func(server_free);
    endpoints->names = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, (GDestroyNotify)g_ptr_array_unref);
    endpoints->urls = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    endpoints->table = gtupd_flow_table_new();
    endpoints->data = gtupd_flow_table_new();
    g_queue_init(&endpoints->addresses);
    g_queue_init(&endpoints->announced);
    return endpoints;
}

static void place_free(GtupdFlowTable *table, Place *place)
{
    gtupd_flow_table_remove(table, &place->flow);
    g_free(place);
}

void gtupd_endpoints_free(GtupdEndpoints *endpoints)
{
    if (endpoints == NULL)
        return;
    while (endpoints->addresses.head != NULL)
        place_free(endpoints->table, endpoints->addresses.head->data);
    while (endpoints->announced.head != NULL)
        place_free(endpoints->data, endpoints->announced.head->data);
    gtupd_flow_table_free(endpoints->table);
    gtupd_flow_table_free(endpoints->data);
    g_hash_table_unref(endpoints->names);
    g_hash_table_unref(endpoints->urls);
    g_ptr_array_unref(endpoints->servers);
    g_free(endpoints->ports);
    g_free(endpoints);
}

gboolean gtupd_endpoints_may_hold(const GtupdEndpoints *endpoints, const GtupdSegment *segment)
{
    return endpoints->ports != NULL &&
           (endpoints->ports[segment->source_port] | endpoints->ports[segment->destination_port]) != 0;
}

static void watch_port(GtupdEndpoints *endpoints, guint16 port)
{
    if (endpoints->ports == NULL)
        endpoints->ports = g_new0(guint8, G_MAXUINT16 + 1);
    endpoints->ports[port] = 1;
}

/* --- Places --- */

static GtupdFlowKey key_of(const GtupdFlowTable *table, const GtupdEndpoint *at)
{
    GtupdSegment segment = {.ip_version = at->ip_version, .source_port = at->port};
    memcpy(segment.source, at->address, sizeof segment.source);
    GtupdFlowKey key;
    gtupd_flow_table_key(table, &segment, &key);
    return key;
}

static Place *find_place(const GtupdFlowTable *table, const GtupdEndpoint *at)
{
    const GtupdFlowKey key = key_of(table, at);
    return (Place *)gtupd_flow_table_find(table, &key);
}

static Place *ensure_place(GtupdFlowTable *table, GQueue *queue, const GtupdEndpoint *at)
{
    Place *place = find_place(table, at);
    if (place == NULL) {
        const GtupdFlowKey key = key_of(table, at);
        place = g_new0(Place, 1);
        gtupd_flow_table_add(table, &place->flow, &key);
    }
    gtupd_flow_touch(&place->flow, queue);
    return place;
}

/* --- Servers --- */

static void add_place(GtupdEndpoints *endpoints, const GtupdServer *server, const GtupdEndpoint *at)
{
    ensure_place(endpoints->table, &endpoints->addresses, at)->server = server;
    if (endpoints->addresses.length <= GTUPD_MAX_SERVER_ADDRESSES)
        return;
    place_free(endpoints->table, endpoints->addresses.head->data);
    gtupd_tracker_limit_reached(endpoints->tracker, GTUPD_LIMIT_TRANSFERS, 1);
}

static GPtrArray *servers_named(const GtupdEndpoints *endpoints, const char *name)
{
    return g_hash_table_lookup(endpoints->names, name);
}

static gboolean is_known(const GtupdEndpoints *endpoints, const GtupdFileUrl *url)
{
    const GtupdServer *server = gtupd_endpoints_find_name(endpoints, url->host, url->port);
    return server != NULL && server->protocol == url->protocol;
}

static void add_server(GtupdEndpoints *endpoints, GtupdFileUrl *url)
{
    GtupdServer *server = g_new0(GtupdServer, 1);
    server->protocol = url->protocol;
    server->secure = url->secure;
    server->port = url->port;
    server->host = g_steal_pointer(&url->host);
    g_ptr_array_add(endpoints->servers, server);
    watch_port(endpoints, server->port);

    GPtrArray *named = servers_named(endpoints, server->host);
    if (named == NULL) {
        named = g_ptr_array_new();
        g_hash_table_insert(endpoints->names, server->host, named);
    }
    g_ptr_array_add(named, server);

    GtupdEndpoint at = {.port = server->port};
    if (gtupd_endpoint_parse(server->host, &at))
        add_place(endpoints, server, &at);
}

static gboolean has_room(const GtupdEndpoints *endpoints, const char *host)
{
    const GPtrArray *named = servers_named(endpoints, host);
    return endpoints->servers->len < GTUPD_MAX_SERVERS && (named == NULL || named->len < GTUPD_MAX_HOST_PORTS);
}

static void remember_url(GtupdEndpoints *endpoints, const char *url)
{
    if (g_hash_table_size(endpoints->urls) >= URLS_MAX)
        g_hash_table_remove_all(endpoints->urls);
    g_hash_table_add(endpoints->urls, g_strdup(url));
}

void gtupd_endpoints_add_url(GtupdEndpoints *endpoints, const char *url)
{
    g_auto(GtupdFileUrl) parsed = {0};
    if (g_hash_table_contains(endpoints->urls, url) || !gtupd_file_url_parse(url, &parsed))
        return;
    if (is_known(endpoints, &parsed))
        remember_url(endpoints, url);
    else if (has_room(endpoints, parsed.host))
        add_server(endpoints, &parsed);
    else
        gtupd_tracker_limit_reached(endpoints->tracker, GTUPD_LIMIT_TRANSFERS, 1);
}

gboolean gtupd_endpoints_has_name(const GtupdEndpoints *endpoints, const char *name)
{
    return servers_named(endpoints, name) != NULL;
}

void gtupd_endpoints_add_address(GtupdEndpoints *endpoints, const char *name, guint8 ip_version,
                                 const guint8 address[GTUPD_ADDRESS_SIZE])
{
    const GPtrArray *named = servers_named(endpoints, name);
    GtupdEndpoint at = {.ip_version = ip_version};
    memcpy(at.address, address, sizeof at.address);
    for (guint i = 0; named != NULL && i < named->len; i++) {
        const GtupdServer *server = named->pdata[i];
        at.port = server->port;
        add_place(endpoints, server, &at);
    }
}

const GtupdServer *gtupd_endpoints_find(const GtupdEndpoints *endpoints, const GtupdEndpoint *at)
{
    const Place *place = find_place(endpoints->table, at);
    return place != NULL ? place->server : NULL;
}

const GtupdServer *gtupd_endpoints_find_name(const GtupdEndpoints *endpoints, const char *name, guint16 port)
{
    const GPtrArray *named = servers_named(endpoints, name);
    for (guint i = 0; named != NULL && i < named->len; i++) {
        const GtupdServer *server = named->pdata[i];
        if (server->port == port)
            return server;
    }
    return NULL;
}

/* --- Announced --- */

static void drop_oldest_announced(GtupdEndpoints *endpoints)
{
    place_free(endpoints->data, endpoints->announced.head->data);
    gtupd_tracker_limit_reached(endpoints->tracker, GTUPD_LIMIT_TRANSFERS, 1);
}

void gtupd_endpoints_announce(GtupdEndpoints *endpoints, const GtupdEndpoint *at, gpointer owner)
{
    watch_port(endpoints, at->port);
    ensure_place(endpoints->data, &endpoints->announced, at)->owner = owner;
    if (endpoints->announced.length > GTUPD_MAX_DATA_PORTS)
        drop_oldest_announced(endpoints);
}

gpointer gtupd_endpoints_announcer(const GtupdEndpoints *endpoints, const GtupdEndpoint *at)
{
    const Place *place = find_place(endpoints->data, at);
    return place != NULL ? place->owner : NULL;
}

void gtupd_endpoints_withdraw(GtupdEndpoints *endpoints, gpointer owner)
{
    for (GList *link = endpoints->announced.head; link != NULL;) {
        Place *place = link->data;
        link = link->next;
        if (place->owner == owner)
            place_free(endpoints->data, place);
    }
}

/* --- Ends --- */

static GtupdEndpoint endpoint(const GtupdSegment *segment, const guint8 *address, guint16 port)
{
    GtupdEndpoint at = {.ip_version = segment->ip_version, .port = port};
    memcpy(at.address, address, sizeof at.address);
    return at;
}

GtupdEndpoint gtupd_endpoint_of_source(const GtupdSegment *segment)
{
    return endpoint(segment, segment->source, segment->source_port);
}

GtupdEndpoint gtupd_endpoint_of_destination(const GtupdSegment *segment)
{
    return endpoint(segment, segment->destination, segment->destination_port);
}

gboolean gtupd_endpoint_parse(const char *text, GtupdEndpoint *at)
{
    memset(at->address, 0, sizeof at->address);
    at->ip_version = inet_pton(AF_INET, text, at->address) == 1 ? 4 : 6;
    return at->ip_version == 4 || inet_pton(AF_INET6, text, at->address) == 1;
}
