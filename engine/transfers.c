/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "transfers.h"

#include "address.h"
#include "bounds.h"
#include "dns.h"
#include "endpoints.h"
#include "flow.h"
#include "ftp.h"
#include "http.h"
#include "stream.h"

#include <string.h>

typedef struct _Wire Wire;

/* One direction's stream, for whoever reads it. */
typedef struct {
    Wire *wire;
    gboolean from_server;
    GtupdStream *stream; /* NULL while nothing says where it begins */
    guint32 isn;         /* with has_isn: of the SYN */
    guint32 acked;       /* with has_acked: the other side has all before this */
    gboolean has_isn, has_acked;
} Way;

/* A connection with a file server. */
struct _Wire {
    GtupdFlow flow; /* first */
    GtupdTransfers *transfers;
    const GtupdConversation *conversation;
    gpointer self; /* the conversation's */
    guint client;  /* side of the flow */
    gboolean is_connected;
    gboolean is_over;    /* closed by both, or reset */
    gboolean is_shut;    /* the client's receive window is closed */
    gboolean is_unheard; /* the client sends again what the server has not acknowledged */
    GtupdAnchor at;      /* the packet at hand */
    Way ways[2];         /* by side of the flow */
};

struct _GtupdTransfers {
    GtupdTracker *tracker;
    GtupdEndpoints *endpoints;
    GtupdDigestBudget digests;
    GtupdHttpReader *http;
    GtupdDns *dns;
    GtupdFlowTable *flows;
    GQueue wires; /* longest idle first */
    GtupdBacklog backlog;
};

/* --- Streams --- */

static void read_bytes(gpointer reader, const guint8 *data, gsize length, const GtupdAnchor *anchor)
{
    const Way *way = reader;
    way->wire->conversation->bytes(way->wire->self, way->from_server, data, length, anchor);
}

static void read_hole(gpointer reader, gsize length)
{
    const Way *way = reader;
    way->wire->conversation->hole(way->wire->self, way->from_server, length);
}

/* All of the direction is there, and its FIN. */
static void read_end(gpointer reader)
{
    const Way *way = reader;
    const GtupdClosedBy by = way->from_server ? GTUPD_CLOSED_BY_SERVER : GTUPD_CLOSED_BY_DEVICE;
    if (!way->wire->is_over)
        way->wire->conversation->closed(way->wire->self, by, FALSE, &way->wire->at);
}

static void start_stream(Wire *wire, guint side, guint32 next)
{
    static const GtupdStreamReader reader = {.bytes = read_bytes, .hole = read_hole, .end = read_end};
    Way *way = &wire->ways[side];
    if (way->stream == NULL)
        way->stream = gtupd_stream_new_for(&reader, way, next, &wire->transfers->backlog);
}

/* --- A connection's life --- */

static Wire *wire_new(GtupdTransfers *transfers, const GtupdFlowKey *key, guint client,
                      const GtupdConversation *conversation, gpointer self)
{
    Wire *wire = g_new0(Wire, 1);
    wire->transfers = transfers;
    wire->conversation = conversation;
    wire->self = self;
    wire->client = client;
    for (guint side = 0; side < 2; side++)
        wire->ways[side] = (Way){.wire = wire, .from_server = side != client};
    gtupd_flow_table_add(transfers->flows, &wire->flow, key);
    gtupd_flow_touch(&wire->flow, &transfers->wires);
    return wire;
}

static gboolean has_leftovers(const Wire *wire)
{
    for (guint side = 0; side < 2; side++)
        if (wire->ways[side].stream != NULL && gtupd_stream_kept(wire->ways[side].stream) != NULL)
            return TRUE;
    return FALSE;
}

static void wire_free(Wire *wire)
{
    gtupd_flow_table_remove(wire->transfers->flows, &wire->flow);
    for (guint side = 0; side < 2; side++)
        gtupd_stream_free(wire->ways[side].stream);
    wire->conversation->free(wire->self);
    g_free(wire);
}

/* Nothing more is to come on it. */
static void dismiss(Wire *wire)
{
    wire->conversation->gone(wire->self, has_leftovers(wire));
    wire_free(wire);
}

GtupdTransfers *gtupd_transfers_new(GtupdTracker *tracker)
{
    GtupdTransfers *transfers = g_new0(GtupdTransfers, 1);
    transfers->tracker = tracker;
    transfers->endpoints = gtupd_endpoints_new(tracker);
    transfers->digests.tracker = tracker;
    transfers->http = gtupd_http_reader_new(tracker, transfers->endpoints, &transfers->digests);
    transfers->dns = gtupd_dns_new(tracker, transfers->endpoints);
    transfers->flows = gtupd_flow_table_new();
    g_queue_init(&transfers->wires);
    transfers->backlog.tracker = tracker;
    return transfers;
}

void gtupd_transfers_free(GtupdTransfers *transfers)
{
    if (transfers == NULL)
        return;
    while (transfers->wires.head != NULL)
        wire_free(transfers->wires.head->data);
    gtupd_flow_table_free(transfers->flows);
    gtupd_dns_free(transfers->dns);
    gtupd_http_reader_free(transfers->http);
    gtupd_endpoints_free(transfers->endpoints);
    g_free(transfers);
}

void gtupd_transfers_message(GtupdTransfers *transfers, const GtupdMessage *message)
{
    const GtupdFieldValue *url = gtupd_message_field(message, GTUPD_FIELD_DOWNLOAD_URL);
    if (!message->is_gtupd || message->kind != GTUPD_KIND_START_COMMAND || url == NULL || !url->present)
        return;
    g_autofree char *text = gtupd_message_dup_printable(message, url->value);
    gtupd_endpoints_add_url(transfers->endpoints, text);
}

/* --- Which connections are looked into --- */

static GtupdPeers peers_of(const GtupdSegment *segment, gboolean from_client, const char *host)
{
    GtupdPeers peers = {.port = from_client ? segment->destination_port : segment->source_port, .host = (char *)host};
    gtupd_address_format(segment->ip_version, segment->source, from_client ? peers.client : peers.server);
    gtupd_address_format(segment->ip_version, segment->destination, from_client ? peers.server : peers.client);
    return peers;
}

/* A packet as the beginning of what is known of a connection. */
typedef struct {
    const GtupdSegment *segment;
    const GtupdFlowKey *key;
    guint side; /* of its sender */
    const GtupdAnchor *anchor;
} Opening;

static Wire *begin_control(GtupdTransfers *transfers, const Opening *opening, const GtupdServer *server,
                           gboolean from_client)
{
    const gboolean is_syn = (opening->segment->flags & GTUPD_TCP_SYN) != 0 && from_client;
    const guint client = from_client ? opening->side : 1 - opening->side;
    const GtupdPeers peers = peers_of(opening->segment, from_client, server->host);
    if (server->protocol == GTUPD_TRANSFER_FTP)
        return wire_new(transfers, opening->key, client, &gtupd_ftp_conversation,
                        gtupd_ftp_new(&transfers->digests, transfers->endpoints, &peers, !is_syn, opening->anchor));
    return wire_new(transfers, opening->key, client, &gtupd_http_conversation,
                    gtupd_http_new(transfers->http, &peers, server->secure, is_syn ? opening->anchor : NULL));
}

/* Either end may have been announced: by the server for a passive transfer, by the client for an active one. */
static Wire *begin_data(GtupdTransfers *transfers, const Opening *opening)
{
    const GtupdEndpoint source = gtupd_endpoint_of_source(opening->segment);
    const GtupdEndpoint destination = gtupd_endpoint_of_destination(opening->segment);
    GtupdFtp *ftp = gtupd_endpoints_announcer(transfers->endpoints, &destination);
    if (ftp == NULL)
        ftp = gtupd_endpoints_announcer(transfers->endpoints, &source);
    if (ftp == NULL)
        return NULL;
    char sender[GTUPD_ADDRESS_TEXT];
    gtupd_address_format(opening->segment->ip_version, opening->segment->source, sender);
    const guint client = gtupd_ftp_is_server(ftp, sender) ? 1 - opening->side : opening->side;
    return wire_new(transfers, opening->key, client, &gtupd_ftp_data_conversation, gtupd_ftp_data_new(ftp));
}

/* The server that a connection without SYN talks to: by its address, or by the name that a request asks for. */
static const GtupdServer *find_server_midway(const GtupdTransfers *transfers, const GtupdSegment *segment)
{
    const GtupdEndpoint destination = gtupd_endpoint_of_destination(segment);
    const GtupdServer *server = gtupd_endpoints_find(transfers->endpoints, &destination);
    if (server != NULL && server->protocol == GTUPD_TRANSFER_FTP)
        return server;
    if (!gtupd_http_is_request(segment->payload, segment->captured))
        return NULL;
    if (server != NULL)
        return server->secure ? NULL : server;
    g_autofree char *host = gtupd_http_dup_host(segment->payload, segment->captured);
    server = host != NULL ? gtupd_endpoints_find_name(transfers->endpoints, host, segment->destination_port) : NULL;
    return server != NULL && server->protocol == GTUPD_TRANSFER_HTTP && !server->secure ? server : NULL;
}

static Wire *begin(GtupdTransfers *transfers, const Opening *opening)
{
    const GtupdSegment *segment = opening->segment;
    const gboolean is_syn = (segment->flags & GTUPD_TCP_SYN) != 0;
    const gboolean is_answer = is_syn && (segment->flags & GTUPD_TCP_ACK) != 0;
    if ((segment->flags & GTUPD_TCP_RST) != 0 || (!is_syn && segment->captured == 0))
        return NULL;
    const GtupdEndpoint server_end =
        is_answer ? gtupd_endpoint_of_source(segment) : gtupd_endpoint_of_destination(segment);
    const GtupdServer *server =
        is_syn ? gtupd_endpoints_find(transfers->endpoints, &server_end) : find_server_midway(transfers, segment);
    return server != NULL ? begin_control(transfers, opening, server, !is_answer) : begin_data(transfers, opening);
}

/* --- Segments --- */

static void connect_up(Wire *wire)
{
    if (wire->is_connected)
        return;
    wire->is_connected = TRUE;
    wire->conversation->connected(wire->self);
}

/* Is it more than before? */
static gboolean note_acked(Way *way, guint32 ack)
{
    if (way->has_acked && gtupd_seq_ahead(ack, way->acked) <= 0)
        return FALSE;
    way->acked = ack;
    way->has_acked = TRUE;
    return TRUE;
}

/* A SYN on a connection that is known already. FALSE: it opens another. */
static gboolean take_syn(Wire *wire, guint side, const GtupdSegment *segment)
{
    Way *way = &wire->ways[side];
    const gboolean is_answer = (segment->flags & GTUPD_TCP_ACK) != 0;
    if (way->has_isn && way->isn != segment->seq)
        return FALSE;
    if (way->has_isn && !is_answer && !wire->is_connected)
        wire->conversation->knocked(wire->self);
    way->has_isn = TRUE;
    way->isn = segment->seq;
    start_stream(wire, side, segment->seq + 1);
    if (is_answer) {
        start_stream(wire, 1 - side, segment->ack);
        note_acked(&wire->ways[1 - side], segment->ack);
        connect_up(wire);
    }
    return TRUE;
}

static void take_reset(Wire *wire, gboolean from_server, const GtupdAnchor *anchor)
{
    wire->is_over = TRUE;
    if (from_server && !wire->is_connected)
        wire->conversation->refused(wire->self, anchor);
    else
        wire->conversation->closed(wire->self, from_server ? GTUPD_CLOSED_BY_SERVER : GTUPD_CLOSED_BY_DEVICE, TRUE,
                                   anchor);
}

static void set_heard(Wire *wire, gboolean is_heard)
{
    if (wire->is_unheard == !is_heard)
        return;
    wire->is_unheard = !is_heard;
    wire->conversation->heard(wire->self, is_heard);
}

static void take_payload(Wire *wire, Way *way, const GtupdSegment *segment, const GtupdAnchor *anchor)
{
    const gint32 new_bytes = (gint32)(segment->seq + (guint32)segment->length - gtupd_stream_next(way->stream));
    const gboolean is_probe = segment->length == 1 && new_bytes == 0; /* a keep-alive repeats one byte */
    const gboolean is_in_vain = new_bytes <= 0 && way->has_acked && gtupd_seq_ahead(way->acked, segment->seq) <= 0;
    if (way->from_server && !is_probe)
        wire->conversation->payload(wire->self, new_bytes > 0, anchor);
    if (!way->from_server && is_in_vain)
        set_heard(wire, FALSE);
    gtupd_stream_segment(way->stream, segment->seq, segment->payload, segment->captured, segment->length, anchor);
}

static void take_acknowledgement(Wire *wire, guint side, guint32 ack, const GtupdAnchor *anchor)
{
    GtupdStream *acknowledged = wire->ways[1 - side].stream;
    if (note_acked(&wire->ways[1 - side], ack) && side != wire->client)
        set_heard(wire, TRUE);
    gtupd_stream_acknowledged(acknowledged, ack);
    if (side == wire->client && (gint32)(ack - gtupd_stream_next(acknowledged)) >= 0)
        wire->conversation->acknowledged(wire->self, anchor);
}

/* Of a way that nothing has been heard of, nothing has. */
static gboolean has_ended(const Way *way)
{
    return way->stream != NULL && gtupd_stream_has_ended(way->stream);
}

static void take_window(Wire *wire, const GtupdSegment *segment)
{
    const gboolean is_shut = segment->window == 0;
    if (is_shut == wire->is_shut)
        return;
    wire->is_shut = is_shut;
    wire->conversation->window(wire->self, !is_shut);
}

static void take_segment(Wire *wire, guint side, const GtupdSegment *segment, const GtupdAnchor *anchor)
{
    const gboolean has_ack = (segment->flags & GTUPD_TCP_ACK) != 0;
    start_stream(wire, side, segment->seq);
    if (has_ack) {
        start_stream(wire, 1 - side, segment->ack);
        connect_up(wire);
    }
    if (segment->length > 0)
        take_payload(wire, &wire->ways[side], segment, anchor);
    if (has_ack)
        take_acknowledgement(wire, side, segment->ack, anchor);
    if (side == wire->client)
        take_window(wire, segment);
    if ((segment->flags & GTUPD_TCP_FIN) != 0)
        gtupd_stream_fin(wire->ways[side].stream, segment->seq + (guint32)segment->length);
    wire->is_over = has_ended(&wire->ways[0]) && has_ended(&wire->ways[1]);
}

static void take_tcp(GtupdTransfers *transfers, const GtupdSegment *segment, const GtupdAnchor *anchor)
{
    GtupdFlowKey key;
    const guint side = gtupd_flow_table_key(transfers->flows, segment, &key);
    const gboolean is_reset = (segment->flags & GTUPD_TCP_RST) != 0;
    const gboolean is_syn = !is_reset && (segment->flags & GTUPD_TCP_SYN) != 0;
    Wire *wire = (Wire *)gtupd_flow_table_find(transfers->flows, &key);
    if (wire != NULL && is_syn && !take_syn(wire, side, segment)) {
        dismiss(wire);
        wire = NULL;
    } else if (wire != NULL && is_syn) {
        return;
    }
    if (wire == NULL) {
        const Opening opening = {segment, &key, side, anchor};
        wire = begin(transfers, &opening);
        if (wire == NULL)
            return;
        if (is_syn)
            take_syn(wire, side, segment);
    }
    gtupd_flow_touch(&wire->flow, &transfers->wires);
    wire->at = *anchor;
    if (is_reset)
        take_reset(wire, side != wire->client, anchor);
    else if (!is_syn)
        take_segment(wire, side, segment, anchor);
    if (wire->is_over)
        dismiss(wire);
    for (; transfers->wires.length > GTUPD_MAX_TRANSFER_FLOWS;
         gtupd_tracker_limit_reached(transfers->tracker, GTUPD_LIMIT_TRANSFERS, 1))
        dismiss(transfers->wires.head->data);
}

void gtupd_transfers_segment(GtupdTransfers *transfers, const GtupdSegment *segment, const GtupdAnchor *anchor)
{
    if (segment->transport == GTUPD_TRANSPORT_TCP) {
        if (gtupd_endpoints_may_hold(transfers->endpoints, segment))
            take_tcp(transfers, segment, anchor);
    } else if (segment->source_port == GTUPD_DNS_PORT || segment->destination_port == GTUPD_DNS_PORT) {
        gtupd_dns_datagram(transfers->dns, segment, anchor);
    }
}
