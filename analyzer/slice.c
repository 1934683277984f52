/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "slice.h"

#include "decap.h"
#include "dns.h"
#include "endpoints.h"
#include "flow.h"
#include "frame.h"
#include "windows.h"

#include <string.h>

typedef struct {
    guint8 bytes[GTUPD_ADDRESS_SIZE];
} Address;

/* An @Track connection or pair; port reuse makes several one. */
typedef struct {
    GtupdFlow flow;     /* first */
    const char *device; /* the first that was heard on it; interned; NULL: none */
    GHashTable *others; /* of further ones, as of a gateway; interned; NULL: none */
    Address client;     /* the devices' side, with `device` */
    gint64 first_time, last_time;
    gboolean wanted;
} Track;

/* A connection with a file server. */
typedef struct {
    GtupdFlow flow;      /* first */
    guint64 payloads[2]; /* segments with payload, by side: how many there are */
    guint64 passed[2];   /* and how many of them this pass has seen */
} Download;

/* A packet. */
typedef struct {
    guint64 frame;
    guint32 capture;
} Place;

/* Two addresses, of a control connection's client and server. */
typedef struct {
    Address addresses[2]; /* the lower first */
} Pair;

/* What makes a datagram's fragments one. */
typedef struct {
    Address addresses[2];
    guint32 id;
} Datagram;

struct _GtupdSlice {
    /* A tracker that nobody listens to: the engine's parts count what they drop with one. */
    GtupdTracker *tracker;
    GtupdFragments *fragments;
    GtupdFlowTable *tracks, *downloads; /* of Track, of Download */
    GPtrArray *all_tracks, *all_downloads;
    GHashTable *names; /* Unique IDs, the strings of Track */

    /* First pass: the packet at hand. */
    Place place;
    gboolean has_key;
    GtupdFlowKey key;
    Address source, destination;
    gint64 time;

    /* Chosen. */
    gboolean everything;                        /* nothing was selected, so nothing is left out */
    GHashTable *clients;                        /* of Address, of selected devices alone; NULL: any client */
    GHashTable *track_places, *download_places; /* of Place, packets whose flow is wanted */
    GtupdWindows *times;                        /* in which downloads are wanted */
    GtupdEndpoints *servers;
    GtupdDns *dns;
    GHashTable *pairs;     /* of Pair */
    GHashTable *datagrams; /* of Datagram */
};

static guint bytes_hash(const guint8 *bytes, gsize length)
{
    guint32 hash = 2166136261u;
    for (gsize i = 0; i < length; i++)
        hash = (hash ^ bytes[i]) * 16777619u;
    return hash;
}

static guint place_hash(gconstpointer data)
{
    const Place *place = data;
    return (guint)(place->frame * 31 + place->capture);
}

static gboolean place_equal(gconstpointer a, gconstpointer b)
{
    const Place *left = a, *right = b;
    return left->frame == right->frame && left->capture == right->capture;
}

static guint pair_hash(gconstpointer data)
{
    return bytes_hash(data, sizeof(Pair));
}

static gboolean pair_equal(gconstpointer a, gconstpointer b)
{
    return memcmp(a, b, sizeof(Pair)) == 0;
}

static guint address_hash(gconstpointer data)
{
    return bytes_hash(data, sizeof(Address));
}

static gboolean address_equal(gconstpointer a, gconstpointer b)
{
    return memcmp(a, b, sizeof(Address)) == 0;
}

static guint datagram_hash(gconstpointer data)
{
    return bytes_hash(data, sizeof(Datagram));
}

static gboolean datagram_equal(gconstpointer a, gconstpointer b)
{
    return memcmp(a, b, sizeof(Datagram)) == 0;
}

static void track_free(gpointer data)
{
    Track *track = data;
    g_clear_pointer(&track->others, g_hash_table_unref);
    g_free(track);
}

GtupdSlice *gtupd_slice_new(void)
{
    const GtupdSink nobody = {0};
    GtupdSlice *slice = g_new0(GtupdSlice, 1);
    slice->tracker = gtupd_tracker_new(&nobody);
    slice->fragments = gtupd_fragments_new();
    slice->tracks = gtupd_flow_table_new();
    slice->downloads = gtupd_flow_table_new();
    slice->all_tracks = g_ptr_array_new_with_free_func(track_free);
    slice->all_downloads = g_ptr_array_new_with_free_func(g_free);
    slice->names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    slice->track_places = g_hash_table_new_full(place_hash, place_equal, g_free, NULL);
    slice->download_places = g_hash_table_new_full(place_hash, place_equal, g_free, NULL);
    slice->times = gtupd_windows_new();
    slice->servers = gtupd_endpoints_new(slice->tracker);
    slice->dns = gtupd_dns_new(slice->tracker, slice->servers);
    slice->pairs = g_hash_table_new_full(pair_hash, pair_equal, g_free, NULL);
    slice->datagrams = g_hash_table_new_full(datagram_hash, datagram_equal, g_free, NULL);
    return slice;
}

void gtupd_slice_free(GtupdSlice *slice)
{
    if (!slice)
        return;
    g_hash_table_unref(slice->datagrams);
    g_hash_table_unref(slice->pairs);
    g_clear_pointer(&slice->clients, g_hash_table_unref);
    gtupd_dns_free(slice->dns);
    gtupd_endpoints_free(slice->servers);
    gtupd_windows_free(slice->times);
    g_hash_table_unref(slice->download_places);
    g_hash_table_unref(slice->track_places);
    gtupd_flow_table_free(slice->downloads);
    gtupd_flow_table_free(slice->tracks);
    g_ptr_array_unref(slice->all_downloads);
    g_ptr_array_unref(slice->all_tracks);
    g_hash_table_unref(slice->names);
    gtupd_fragments_free(slice->fragments);
    gtupd_tracker_free(slice->tracker);
    g_free(slice);
}

/* First pass */

static const char *intern(GtupdSlice *slice, const char *name)
{
    gpointer key;
    if (g_hash_table_lookup_extended(slice->names, name, &key, NULL))
        return key;
    char *copy = g_strdup(name);
    g_hash_table_add(slice->names, copy);
    return copy;
}

static Track *find_track(const GtupdSlice *slice, const GtupdFlowKey *key)
{
    return (Track *)gtupd_flow_table_find(slice->tracks, key);
}

static Track *track_for(GtupdSlice *slice, const GtupdFlowKey *key, gint64 time)
{
    Track *track = find_track(slice, key);
    if (track)
        return track;
    track = g_new0(Track, 1);
    track->first_time = track->last_time = time;
    gtupd_flow_table_add(slice->tracks, &track->flow, key);
    g_ptr_array_add(slice->all_tracks, track);
    return track;
}

static void add_device(GtupdSlice *slice, Track *track, const char *name)
{
    const char *device = intern(slice, name);
    if (!track->device)
        track->device = device;
    if (track->device == device)
        return;
    if (!track->others)
        track->others = g_hash_table_new(NULL, NULL);
    g_hash_table_add(track->others, (gpointer)device);
}

void gtupd_slice_hear(GtupdSlice *slice, const GtupdPacket *packet)
{
    GtupdSegment segment;
    slice->place = (Place){packet->frame, packet->capture};
    slice->time = packet->time;
    slice->has_key = gtupd_decap(slice->fragments, packet, &segment);
    if (!slice->has_key)
        return;
    gtupd_flow_table_key(slice->tracks, &segment, &slice->key);
    memcpy(slice->source.bytes, segment.source, GTUPD_ADDRESS_SIZE);
    memcpy(slice->destination.bytes, segment.destination, GTUPD_ADDRESS_SIZE);
    Track *track = find_track(slice, &slice->key);
    /* As the engine has it; a message that begins otherwise is told by its event. */
    if (!track && gtupd_frame_header(segment.payload, segment.captured, NULL) == GTUPD_HEADER_WHOLE)
        track = track_for(slice, &slice->key, packet->time);
    if (track) {
        track->first_time = MIN(track->first_time, packet->time);
        track->last_time = MAX(track->last_time, packet->time);
    }
}

static void hear_event(const GtupdEvent *event, gpointer data)
{
    GtupdSlice *slice = data;
    /* Of an earlier packet: a message that waited for others. Its flow is known by those, but for the last at an end.
     */
    const Place place = {event->anchor.frame, event->anchor.capture};
    if (!slice->has_key || !place_equal(&place, &slice->place))
        return;
    Track *track = track_for(slice, &slice->key, slice->time);
    if (!event->device[0])
        return;
    add_device(slice, track, event->device);
    track->client = event->uplink ? slice->source : slice->destination;
}

GtupdSink gtupd_slice_sink(GtupdSlice *slice)
{
    return (GtupdSink){.data = slice, .event = hear_event};
}

/* Choosing */

static gint64 last_time_of(const GtupdModelUpdate *update)
{
    gint64 last = MAX(update->start_time, update->closing_time);
    for (guint i = 0; i < update->events->len; i++)
        last = MAX(last, g_array_index(update->events, GtupdEvent, i).anchor.time);
    return last;
}

static void want_place(GHashTable *places, const GtupdAnchor *anchor)
{
    const Place place = {anchor->frame, anchor->capture};
    if (anchor->order != 0)
        g_hash_table_add(places, g_memdup2(&place, sizeof place));
}

/*
 * The connections of its packets are wanted, and so is the server, whose address is watched as a URL of its own: the
 * engine may have found it by other means than its name.
 */
static void choose_transfer(GtupdSlice *slice, const GtupdTransfer *transfer)
{
    want_place(slice->download_places, &transfer->request);
    want_place(slice->download_places, &transfer->first_data);
    want_place(slice->download_places, &transfer->end);
    const char *scheme = transfer->protocol == GTUPD_TRANSFER_FTP ? "ftp" : "http";
    gboolean is_v6 = strchr(transfer->server, ':') != NULL;
    if (transfer->server[0] == '\0')
        return;
    g_autofree char *url = g_strdup_printf("%s://%s%s%s:%u/", scheme, is_v6 ? "[" : "", transfer->server,
                                           is_v6 ? "]" : "", transfer->server_port);
    gtupd_endpoints_add_url(slice->servers, url);
    if (transfer->redirect)
        gtupd_endpoints_add_url(slice->servers, transfer->redirect);
}

static void choose_update(GtupdSlice *slice, GtupdWindows *times, const GtupdModelUpdate *update)
{
    gint64 last = last_time_of(update);
    gtupd_windows_add(times, update->start_time, last);
    gtupd_windows_add(slice->times, update->start_time, last);
    if (update->command && update->command->url)
        gtupd_endpoints_add_url(slice->servers, update->command->url);
    for (guint i = 0; i < update->transfers->len; i++)
        choose_transfer(slice, update->transfers->pdata[i]);
    for (guint i = 0; i < update->events->len; i++)
        want_place(slice->track_places, &g_array_index(update->events, GtupdEvent, i).anchor);
}

/* The times in which a device's connections are wanted. */
static GtupdWindows *choose_device(GtupdSlice *slice, const GtupdModel *model, const GtupdModelDevice *device)
{
    GtupdWindows *times = gtupd_windows_new();
    for (guint i = 0; i < device->updates->len; i++)
        choose_update(slice, times, device->updates->pdata[i]);
    for (guint i = 0; i < device->findings->len; i++) {
        const GtupdAnchor *anchor = &((GtupdModelFinding *)device->findings->pdata[i])->event.anchor;
        gtupd_windows_add(times, anchor->time, anchor->time);
    }
    if (!model->left_out.is_known)
        gtupd_windows_add(times, G_MININT64, G_MAXINT64);
    return times;
}

static gboolean is_wanted(const Track *track, const char *device, GHashTable *wanted)
{
    GtupdWindows *times = device ? g_hash_table_lookup(wanted, device) : NULL;
    return times && gtupd_windows_meet(times, track->first_time, track->last_time);
}

static void choose_track(Track *track, GHashTable *wanted)
{
    track->wanted = is_wanted(track, track->device, wanted);
    if (track->wanted || !track->others)
        return;
    GHashTableIter iter;
    gpointer device;
    g_hash_table_iter_init(&iter, track->others);
    while (!track->wanted && g_hash_table_iter_next(&iter, &device, NULL))
        track->wanted = is_wanted(track, device, wanted);
}

static gboolean is_shared(const Track *track, GHashTable *wanted)
{
    if (!track->device || !g_hash_table_contains(wanted, track->device))
        return TRUE;
    GHashTableIter iter;
    gpointer device = NULL;
    if (!track->others)
        return FALSE;
    g_hash_table_iter_init(&iter, track->others);
    while (g_hash_table_iter_next(&iter, &device, NULL))
        if (!g_hash_table_contains(wanted, device))
            return TRUE;
    return FALSE;
}

/* Addresses that no other device uses: what comes from there is theirs. */
static void choose_clients(GtupdSlice *slice, GHashTable *wanted)
{
    slice->clients = g_hash_table_new_full(address_hash, address_equal, g_free, NULL);
    for (guint i = 0; i < slice->all_tracks->len; i++) {
        const Track *track = slice->all_tracks->pdata[i];
        if (track->wanted)
            g_hash_table_add(slice->clients, g_memdup2(&track->client, sizeof track->client));
    }
    for (guint i = 0; i < slice->all_tracks->len; i++) {
        const Track *track = slice->all_tracks->pdata[i];
        if (is_shared(track, wanted))
            g_hash_table_remove(slice->clients, &track->client);
    }
}

void gtupd_slice_choose(GtupdSlice *slice, const GtupdModel *model)
{
    g_autoptr(GHashTable) wanted =
        g_hash_table_new_full(g_str_hash, g_str_equal, NULL, (GDestroyNotify)gtupd_windows_free);
    slice->everything = !model->only && !model->left_out.is_known;
    for (guint i = 0; i < model->devices->len; i++) {
        GtupdModelDevice *device = model->devices->pdata[i];
        g_hash_table_insert(wanted, device->id, choose_device(slice, model, device));
    }
    for (guint i = 0; i < model->findings->len; i++)
        want_place(slice->track_places, &((GtupdModelFinding *)model->findings->pdata[i])->event.anchor);
    for (guint i = 0; i < slice->all_tracks->len; i++) {
        Track *track = slice->all_tracks->pdata[i];
        choose_track(track, wanted);
        track->wanted = track->wanted || slice->everything;
    }
    if (model->only)
        choose_clients(slice, wanted);
    gtupd_slice_rewind(slice);
}

void gtupd_slice_rewind(GtupdSlice *slice)
{
    gtupd_fragments_free(slice->fragments);
    slice->fragments = gtupd_fragments_new();
    for (guint i = 0; i < slice->all_downloads->len; i++) {
        Download *download = slice->all_downloads->pdata[i];
        memset(download->passed, 0, sizeof download->passed);
    }
}

/* Second pass */

static gboolean is_in_time(const GtupdSlice *slice, gint64 time)
{
    return slice->everything || gtupd_windows_meet(slice->times, time, time);
}

static Pair pair_of(const GtupdSegment *segment)
{
    gboolean swapped = memcmp(segment->source, segment->destination, GTUPD_ADDRESS_SIZE) > 0;
    Pair pair;
    memcpy(pair.addresses[0].bytes, swapped ? segment->destination : segment->source, GTUPD_ADDRESS_SIZE);
    memcpy(pair.addresses[1].bytes, swapped ? segment->source : segment->destination, GTUPD_ADDRESS_SIZE);
    return pair;
}

static Datagram datagram_of(const GtupdFragment *fragment)
{
    Datagram datagram = {.id = fragment->id};
    memcpy(datagram.addresses[0].bytes, fragment->source, GTUPD_ADDRESS_SIZE);
    memcpy(datagram.addresses[1].bytes, fragment->destination, GTUPD_ADDRESS_SIZE);
    return datagram;
}

/* The file server at one end of the segment; NULL: there is none. */
static const GtupdServer *server_of(const GtupdSlice *slice, const GtupdSegment *segment)
{
    const GtupdEndpoint destination = gtupd_endpoint_of_destination(segment);
    const GtupdEndpoint source = gtupd_endpoint_of_source(segment);
    const GtupdServer *server = gtupd_endpoints_find(slice->servers, &destination);
    return server ? server : gtupd_endpoints_find(slice->servers, &source);
}

/* Is one end a device's own? */
static gboolean has_client(const GtupdSlice *slice, const GtupdSegment *segment)
{
    return !slice->clients || g_hash_table_contains(slice->clients, segment->source) ||
           g_hash_table_contains(slice->clients, segment->destination);
}

/* The name that a DNS message (RFC 1035 §4.1) asks for, in lower case; FALSE: it is none that can be read. */
static gboolean read_question(const GtupdSegment *segment, char name[256])
{
    enum {
        HEADER = 12
    };
    gsize at = HEADER, length = 0;
    while (at < segment->captured && segment->payload[at] != 0) {
        gsize label = segment->payload[at++];
        if (label > 63 || label > segment->captured - at || length + label + 1 > 255)
            return FALSE;
        if (length > 0)
            name[length++] = '.';
        for (gsize i = 0; i < label; i++)
            name[length++] = g_ascii_tolower((char)segment->payload[at + i]);
        at += label;
    }
    name[length] = '\0';
    return at < segment->captured && length > 0;
}

static gboolean is_look_up(const GtupdSlice *slice, const GtupdSegment *segment)
{
    char name[256];
    return segment->transport == GTUPD_TRANSPORT_UDP &&
           (segment->source_port == GTUPD_DNS_PORT || segment->destination_port == GTUPD_DNS_PORT) &&
           has_client(slice, segment) && read_question(segment, name) && gtupd_endpoints_has_name(slice->servers, name);
}

static Download *download_for(GtupdSlice *slice, const GtupdFlowKey *key)
{
    Download *download = (Download *)gtupd_flow_table_find(slice->downloads, key);
    if (download)
        return download;
    download = g_new0(Download, 1);
    gtupd_flow_table_add(slice->downloads, &download->flow, key);
    g_ptr_array_add(slice->all_downloads, download);
    return download;
}

/*
 * Is it with a file server? `known`: it is, whatever the server's address. What FTP carries on other ports follows its
 * control connection.
 */
static gboolean look_at_download(GtupdSlice *slice, const GtupdSegment *segment, gboolean known)
{
    GtupdFlowKey key;
    guint side = gtupd_flow_table_key(slice->downloads, segment, &key);
    gboolean is_tcp = segment->transport == GTUPD_TRANSPORT_TCP;
    const GtupdServer *server = is_tcp && has_client(slice, segment) ? server_of(slice, segment) : NULL;
    const Pair pair = pair_of(segment);
    if (server && server->protocol == GTUPD_TRANSFER_FTP)
        g_hash_table_add(slice->pairs, g_memdup2(&pair, sizeof pair));
    if (!known && !server && !gtupd_flow_table_find(slice->downloads, &key) &&
        !(is_tcp && g_hash_table_contains(slice->pairs, &pair)))
        return FALSE;
    download_for(slice, &key)->payloads[side] += segment->length > 0;
    return TRUE;
}

static gboolean look_at_segment(GtupdSlice *slice, const GtupdPacket *packet, const GtupdSegment *segment)
{
    const Place place = {packet->frame, packet->capture};
    GtupdFlowKey key;
    gtupd_flow_table_key(slice->tracks, segment, &key);
    Track *track = find_track(slice, &key);
    if (g_hash_table_contains(slice->track_places, &place)) {
        track = track_for(slice, &key, packet->time);
        track->wanted = TRUE;
    }
    if (track)
        return track->wanted;
    if (!is_in_time(slice, packet->time))
        return FALSE;
    if (is_look_up(slice, segment)) {
        const GtupdAnchor anchor = {packet->time, 1, packet->frame, packet->capture, 0};
        gtupd_dns_datagram(slice->dns, segment, &anchor);
        return TRUE;
    }
    return look_at_download(slice, segment, g_hash_table_contains(slice->download_places, &place));
}

void gtupd_slice_look(GtupdSlice *slice, const GtupdPacket *packet)
{
    GtupdSegment segment;
    GtupdFragment fragment;
    if (!gtupd_decap(slice->fragments, packet, &segment) || !look_at_segment(slice, packet, &segment))
        return;
    if (!gtupd_decap_fragment(packet, &fragment))
        return;
    const Datagram datagram = datagram_of(&fragment);
    g_hash_table_add(slice->datagrams, g_memdup2(&datagram, sizeof datagram));
}

/* Third pass */

static gboolean is_trimmed(Download *download, guint side, const GtupdSegment *segment)
{
    if (segment->length == 0)
        return FALSE;
    guint64 number = download->passed[side]++;
    return number >= GTUPD_SLICE_TRIM && number + GTUPD_SLICE_TRIM < download->payloads[side];
}

static GtupdSliceKind judge_segment(GtupdSlice *slice, const GtupdPacket *packet, const GtupdSegment *segment,
                                    gboolean trim)
{
    GtupdFlowKey key;
    gtupd_flow_table_key(slice->tracks, segment, &key);
    const Track *track = find_track(slice, &key);
    if (track)
        return track->wanted ? GTUPD_SLICE_TRACK : GTUPD_SLICE_NO;
    if (is_in_time(slice, packet->time) && is_look_up(slice, segment))
        return GTUPD_SLICE_DOWNLOAD;
    guint side = gtupd_flow_table_key(slice->downloads, segment, &key);
    Download *download = (Download *)gtupd_flow_table_find(slice->downloads, &key);
    if (!download || (trim && is_trimmed(download, side, segment)))
        return GTUPD_SLICE_NO;
    return GTUPD_SLICE_DOWNLOAD;
}

GtupdSliceKind gtupd_slice_takes(GtupdSlice *slice, const GtupdPacket *packet, gboolean trim, GtupdSegment *segment)
{
    GtupdFragment fragment;
    *segment = (GtupdSegment){0};
    gboolean has_segment = gtupd_decap(slice->fragments, packet, segment);
    if (g_hash_table_size(slice->datagrams) > 0 && gtupd_decap_fragment(packet, &fragment)) {
        const Datagram datagram = datagram_of(&fragment);
        return g_hash_table_contains(slice->datagrams, &datagram) ? GTUPD_SLICE_FRAGMENT : GTUPD_SLICE_NO;
    }
    return has_segment ? judge_segment(slice, packet, segment, trim) : GTUPD_SLICE_NO;
}
