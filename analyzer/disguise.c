/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "disguise.h"

#include "checksum.h"
#include "decap.h"
#include "dns.h"
#include "flow.h"
#include "frame.h"
#include "identities.h"
#include "stream.h"

#include <string.h>

/* A line that is longer is read in parts, which overlap, so that no word is missed. */
#define LINE_LONGEST 8192
#define LINE_OVERLAP 512

/* A stand-in in a stream. */
typedef struct {
    guint32 seq;
    const GtupdStandIn *stand_in;
} Patch;

/* What one end of a connection says, while it is being read. */
typedef struct {
    GtupdIdentities *identities;
    GArray *patches;    /* of Patch; its side's */
    gboolean *is_track; /* its flow's */
    GByteArray *text;   /* not yet read, from `seq` on */
    guint32 seq;
} Reader;

typedef struct {
    GArray *patches; /* of Patch; once all has been learned, by place */
    guint32 longest; /* of their stand-ins; the same */
    GtupdStream *stream;
} Side;

typedef struct {
    GtupdFlow flow; /* first */
    gboolean is_track;
    Side sides[2];
} Connection;

/* A datagram that came in fragments, before and after. */
typedef struct {
    guint32 id;
    guint8 *from, *to;
    gsize length;
} Datagram;

struct _GtupdDisguise {
    GtupdTracker *tracker; /* nobody listens: the streams count what they drop with it */
    GtupdBacklog backlog;
    GtupdIdentities *identities;
    GtupdFlowTable *connections;
    GPtrArray *all_connections;
    GHashTable *datagrams; /* id → GPtrArray of Datagram */
    guint64 order;         /* packets so far */
    GArray *found;         /* of GtupdIdentity, of the text at hand */
    GByteArray *copy;      /* of the packet at hand */
};

static void side_clear(Side *side)
{
    gtupd_stream_free(side->stream);
    g_array_unref(side->patches);
}

static void connection_free(gpointer data)
{
    Connection *connection = data;
    side_clear(&connection->sides[0]);
    side_clear(&connection->sides[1]);
    g_free(connection);
}

static void datagram_free(gpointer data)
{
    Datagram *datagram = data;
    g_free(datagram->from);
    g_free(datagram->to);
    g_free(datagram);
}

GtupdDisguise *gtupd_disguise_new(void)
{
    const GtupdSink nobody = {0};
    GtupdDisguise *disguise = g_new0(GtupdDisguise, 1);
    disguise->tracker = gtupd_tracker_new(&nobody);
    disguise->backlog.tracker = disguise->tracker;
    disguise->identities = gtupd_identities_new();
    disguise->connections = gtupd_flow_table_new();
    disguise->all_connections = g_ptr_array_new_with_free_func(connection_free);
    disguise->datagrams = g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify)g_ptr_array_unref);
    disguise->found = g_array_new(FALSE, FALSE, sizeof(GtupdIdentity));
    disguise->copy = g_byte_array_new();
    return disguise;
}

void gtupd_disguise_free(GtupdDisguise *disguise)
{
    if (!disguise)
        return;
    g_byte_array_unref(disguise->copy);
    g_array_unref(disguise->found);
    g_hash_table_unref(disguise->datagrams);
    g_ptr_array_unref(disguise->all_connections);
    gtupd_flow_table_free(disguise->connections);
    gtupd_identities_free(disguise->identities);
    gtupd_tracker_free(disguise->tracker);
    g_free(disguise);
}

/* --- Hearing --- */

static void hear_message(const GtupdMessage *message, const GtupdAnchor *anchor G_GNUC_UNUSED, gpointer data)
{
    GtupdDisguise *disguise = data;
    g_array_set_size(disguise->found, 0);
    gtupd_identities_message(disguise->identities, message, 0, disguise->found);
}

GtupdSink gtupd_disguise_sink(GtupdDisguise *disguise)
{
    return (GtupdSink){.data = disguise, .message = hear_message};
}

/* --- Reading --- */

static void read_message(GtupdIdentities *identities, const guint8 *bytes, const GtupdFrame *frame, gsize at,
                         GArray *found)
{
    GtupdMessage message;
    gtupd_message_decode(&message, bytes, frame->length, frame->type, frame->end, FALSE);
    gtupd_identities_message(identities, &message, at, found);
}

/* Bytes of @Track; `last`: nothing follows, so what was begun is all there is. Returns how many have been read. */
static gsize read_track(GtupdIdentities *identities, const guint8 *bytes, gsize length, gboolean last, GArray *found)
{
    gsize at = 0;
    while (at < length) {
        GtupdFrame frame = gtupd_frame_next(bytes + at, length - at, 0);
        if (frame.kind == GTUPD_FRAME_MORE && !last)
            return at;
        if (frame.kind == GTUPD_FRAME_MORE)
            frame = (GtupdFrame){frame.header ? GTUPD_FRAME_MESSAGE : GTUPD_FRAME_STRAY, length - at, frame.type,
                                 GTUPD_END_HEADER, frame.header};
        if (frame.kind == GTUPD_FRAME_MESSAGE)
            read_message(identities, bytes + at, &frame, at, found);
        else if (frame.kind == GTUPD_FRAME_STRAY)
            gtupd_identities_words(identities, bytes + at, frame.length, at, found);
        at += frame.length;
    }
    return at;
}

/* The same of a file server's or its client's. */
static gsize read_lines(GtupdIdentities *identities, const guint8 *bytes, gsize length, gboolean last, GArray *found)
{
    gsize at = 0;
    while (at < length) {
        const guint8 *end = memchr(bytes + at, '\n', length - at);
        gsize line = end ? (gsize)(end - bytes) + 1 - at : length - at;
        if (!end && !last && line < LINE_LONGEST)
            return at;
        gtupd_identities_line(identities, bytes + at, line, at, found);
        at += end || last ? line : line - LINE_OVERLAP;
    }
    return at;
}

static void read_on(Reader *reader, gboolean last)
{
    g_autoptr(GArray) found = g_array_new(FALSE, FALSE, sizeof(GtupdIdentity));
    gsize (*read)(GtupdIdentities *, const guint8 *, gsize, gboolean, GArray *) =
        *reader->is_track ? read_track : read_lines;
    gsize taken = read(reader->identities, reader->text->data, reader->text->len, last, found);
    for (guint i = 0; i < found->len; i++) {
        const GtupdIdentity *identity = &g_array_index(found, GtupdIdentity, i);
        const Patch patch = {reader->seq + (guint32)identity->at, identity->stand_in};
        g_array_append_val(reader->patches, patch);
    }
    g_byte_array_remove_range(reader->text, 0, (guint)taken);
    reader->seq += (guint32)taken;
}

static void reader_bytes(gpointer data, const guint8 *bytes, gsize length, const GtupdAnchor *anchor G_GNUC_UNUSED)
{
    Reader *reader = data;
    g_byte_array_append(reader->text, bytes, (guint)length);
    read_on(reader, FALSE);
}

static void reader_hole(gpointer data, gsize length)
{
    Reader *reader = data;
    read_on(reader, TRUE);
    reader->seq += (guint32)length;
}

static void reader_end(gpointer data)
{
    read_on(data, TRUE);
}

static void reader_free(gpointer data)
{
    Reader *reader = data;
    g_byte_array_unref(reader->text);
    g_free(reader);
}

/* --- Learning: TCP --- */

static Connection *connection_for(GtupdDisguise *disguise, const GtupdFlowKey *key)
{
    Connection *connection = (Connection *)gtupd_flow_table_find(disguise->connections, key);
    if (connection)
        return connection;
    connection = g_new0(Connection, 1);
    for (guint i = 0; i < G_N_ELEMENTS(connection->sides); i++)
        connection->sides[i].patches = g_array_new(FALSE, FALSE, sizeof(Patch));
    gtupd_flow_table_add(disguise->connections, &connection->flow, key);
    g_ptr_array_add(disguise->all_connections, connection);
    return connection;
}

static void end_stream(Side *side)
{
    if (side->stream)
        gtupd_stream_end(side->stream);
    g_clear_pointer(&side->stream, gtupd_stream_free);
}

static void begin_stream(GtupdDisguise *disguise, Connection *connection, Side *side, guint32 next)
{
    static const GtupdStreamReader type = {reader_bytes, reader_hole, reader_end, reader_free};
    Reader *reader = g_new0(Reader, 1);
    *reader = (Reader){disguise->identities, side->patches, &connection->is_track, g_byte_array_new(), next};
    side->stream = gtupd_stream_new_for(&type, reader, next, &disguise->backlog);
}

/* Is this sequence number where the stream is? */
static gboolean is_of_stream(const Side *side, guint32 seq)
{
    return side->stream && ABS((gint64)gtupd_seq_ahead(seq, gtupd_stream_next(side->stream))) < GTUPD_STREAM_WINDOW;
}

static void learn_tcp(GtupdDisguise *disguise, const GtupdSegment *segment, const GtupdAnchor *anchor)
{
    GtupdFlowKey key;
    guint index = gtupd_flow_table_key(disguise->connections, segment, &key);
    Connection *connection = connection_for(disguise, &key);
    Side *side = &connection->sides[index], *other = &connection->sides[1 - index];
    gboolean is_syn = (segment->flags & GTUPD_TCP_SYN) != 0;
    guint32 seq = segment->seq + (is_syn ? 1 : 0);
    if (gtupd_frame_header(segment->payload, segment->captured, NULL) == GTUPD_HEADER_WHOLE)
        connection->is_track = TRUE;
    if (!is_of_stream(side, seq) && (is_syn || segment->length > 0)) {
        end_stream(side);
        begin_stream(disguise, connection, side, seq);
    }
    if (side->stream && segment->length > 0)
        gtupd_stream_segment(side->stream, seq, segment->payload, segment->captured, segment->length, anchor);
    if (other->stream && (segment->flags & GTUPD_TCP_ACK) != 0 && is_of_stream(other, segment->ack))
        gtupd_stream_acknowledged(other->stream, segment->ack);
}

/* --- UDP --- */

static void read_datagram(GtupdDisguise *disguise, const GtupdSegment *segment)
{
    g_array_set_size(disguise->found, 0);
    if (segment->source_port == GTUPD_DNS_PORT || segment->destination_port == GTUPD_DNS_PORT)
        gtupd_identities_dns(disguise->identities, segment->payload, segment->captured, disguise->found);
    else
        read_track(disguise->identities, segment->payload, segment->captured, TRUE, disguise->found);
}

/* --- Replacing --- */

/* Bytes of a stream, or of a datagram, that stand at `seq`. */
typedef struct {
    guint8 *bytes;
    gsize length;
    guint32 seq;
} Stretch;

/* As much of it as stands here, if that is what was there when it was found. */
static void replace(const Stretch *stretch, guint32 seq, const GtupdStandIn *stand_in)
{
    gint32 ahead = gtupd_seq_ahead(seq, stretch->seq);
    gsize skipped = ahead < 0 ? (gsize) - (gint64)ahead : 0, at = ahead < 0 ? 0 : (gsize)ahead;
    if (skipped >= stand_in->length || at >= stretch->length)
        return;
    gsize length = MIN(stand_in->length - skipped, stretch->length - at);
    if (memcmp(stretch->bytes + at, stand_in->from + skipped, length) == 0)
        memcpy(stretch->bytes + at, stand_in->to + skipped, length);
}

static void replace_found(const Stretch *stretch, const GArray *found)
{
    for (guint i = 0; i < found->len; i++) {
        const GtupdIdentity *identity = &g_array_index(found, GtupdIdentity, i);
        replace(stretch, stretch->seq + (guint32)identity->at, identity->stand_in);
    }
}

static gint compare_patches(gconstpointer a, gconstpointer b)
{
    const Patch *left = a, *right = b;
    return left->seq < right->seq ? -1 : left->seq > right->seq;
}

/* The first patch from `seq` on; their number if there is none. */
static guint find_patch(const GArray *patches, guint32 seq)
{
    guint from = 0, to = patches->len;
    while (from < to) {
        guint middle = from + (to - from) / 2;
        if (g_array_index(patches, Patch, middle).seq < seq)
            from = middle + 1;
        else
            to = middle;
    }
    return from;
}

/* From the first that may reach here on; sequence numbers wrap. */
static void replace_in_stream(const Stretch *stretch, const Side *side)
{
    const GArray *patches = side->patches;
    guint32 begin = stretch->seq - side->longest;
    guint first = find_patch(patches, begin);
    for (guint i = 0; i < patches->len; i++) {
        const Patch *patch = &g_array_index(patches, Patch, (first + i) % patches->len);
        if (patch->seq - begin >= side->longest + stretch->length)
            return;
        replace(stretch, patch->seq, patch->stand_in);
    }
}

static void disguise_stretch(GtupdDisguise *disguise, const GtupdSegment *segment, const Stretch *stretch)
{
    if (segment->transport == GTUPD_TRANSPORT_UDP) {
        read_datagram(disguise, segment);
    } else {
        GtupdFlowKey key;
        guint index = gtupd_flow_table_key(disguise->connections, segment, &key);
        const Connection *connection = (Connection *)gtupd_flow_table_find(disguise->connections, &key);
        if (connection)
            replace_in_stream(stretch, &connection->sides[index]);
        /* What no stream has taken: from before it was joined, or sent again with other bytes. */
        g_array_set_size(disguise->found, 0);
        gtupd_identities_words(disguise->identities, stretch->bytes, stretch->length, 0, disguise->found);
    }
    replace_found(stretch, disguise->found);
}

/* `to`: a copy of the segment from its header on. */
static void disguise_segment(GtupdDisguise *disguise, const GtupdSegment *segment, guint8 *to, gsize length)
{
    gsize header = length - segment->captured;
    const Stretch stretch = {to + header, segment->captured,
                             segment->seq + ((segment->flags & GTUPD_TCP_SYN) != 0 ? 1 : 0)};
    disguise_stretch(disguise, segment, &stretch);
    gtupd_checksum_follow(segment->transport, segment->header, to, length);
}

static gsize length_of(const GtupdSegment *segment)
{
    return (gsize)(segment->payload - segment->header) + segment->captured;
}

/* --- Fragments --- */

static void keep_datagram(GtupdDisguise *disguise, const GtupdFragment *fragment, const GtupdSegment *segment)
{
    Datagram *datagram = g_new0(Datagram, 1);
    datagram->id = fragment->id;
    datagram->length = length_of(segment);
    datagram->from = g_memdup2(segment->header, datagram->length);
    datagram->to = g_memdup2(segment->header, datagram->length);
    disguise_segment(disguise, segment, datagram->to, datagram->length);
    gpointer id = GUINT_TO_POINTER(fragment->id);
    GPtrArray *same = g_hash_table_lookup(disguise->datagrams, id);
    if (!same) {
        same = g_ptr_array_new_with_free_func(datagram_free);
        g_hash_table_insert(disguise->datagrams, id, same);
    }
    g_ptr_array_add(same, datagram);
}

/* By what it holds: identifications come again. `bytes`: the fragment's own. */
static void disguise_fragment(const GtupdDisguise *disguise, const GtupdFragment *fragment, guint8 *bytes)
{
    const GPtrArray *same = g_hash_table_lookup(disguise->datagrams, GUINT_TO_POINTER(fragment->id));
    for (guint i = 0; same && i < same->len; i++) {
        const Datagram *datagram = same->pdata[i];
        gsize end = fragment->offset + fragment->captured;
        if (end > datagram->length || memcmp(datagram->from + fragment->offset, bytes, fragment->captured) != 0)
            continue;
        memcpy(bytes, datagram->to + fragment->offset, fragment->captured);
        return;
    }
}

/* --- The passes --- */

void gtupd_disguise_learn(GtupdDisguise *disguise, const GtupdPacket *packet, const GtupdSegment *segment)
{
    const GtupdAnchor anchor = {packet->time, ++disguise->order, packet->frame, packet->capture, 0};
    GtupdFragment fragment;
    if (!segment)
        return;
    if (segment->transport == GTUPD_TRANSPORT_TCP)
        learn_tcp(disguise, segment, &anchor);
    else
        read_datagram(disguise, segment);
    if (gtupd_decap_fragment(packet, &fragment))
        keep_datagram(disguise, &fragment, segment);
}

static void finish_side(Side *side)
{
    end_stream(side);
    g_array_sort(side->patches, compare_patches);
    for (guint i = 0; i < side->patches->len; i++)
        side->longest = MAX(side->longest, (guint32)g_array_index(side->patches, Patch, i).stand_in->length);
}

void gtupd_disguise_ready(GtupdDisguise *disguise)
{
    for (guint i = 0; i < disguise->all_connections->len; i++) {
        Connection *connection = disguise->all_connections->pdata[i];
        for (guint side = 0; side < G_N_ELEMENTS(connection->sides); side++)
            finish_side(&connection->sides[side]);
    }
}

GtupdPacket gtupd_disguise_apply(GtupdDisguise *disguise, const GtupdPacket *packet, const GtupdSegment *segment)
{
    GtupdFragment fragment;
    GtupdPacket out = *packet;
    g_byte_array_set_size(disguise->copy, 0);
    g_byte_array_append(disguise->copy, packet->data, (guint)packet->captured);
    out.data = disguise->copy->data;
    if (gtupd_decap_fragment(packet, &fragment))
        disguise_fragment(disguise, &fragment, disguise->copy->data + (fragment.data - packet->data));
    else if (segment)
        disguise_segment(disguise, segment, disguise->copy->data + (segment->header - packet->data),
                         length_of(segment));
    return out;
}
