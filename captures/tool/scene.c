/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "scene.h"

#define MILLISECOND G_GINT64_CONSTANT(1000000)
#define TRIP        (20 * MILLISECOND) /* until the other end answers */
#define SPACING     (MILLISECOND / 5)  /* between segments that are sent at once */
#define SEGMENT_MAX 1400               /* bytes of payload */
#define ISN_STEP    G_GUINT64_CONSTANT(0x9e3779b1)

typedef struct {
    WireHost *host;
    guint16 port;
    guint32 isn;
    guint32 next;      /* sequence number of the next byte it sends */
    GByteArray *sent;  /* all data so far */
    GArray *lines;     /* gsize: where each line begins in `sent` */
    gint64 held_until; /* a late segment is on its way until then, */
    guint32 held_from; /* and the other end has nothing from here on */
} End;

struct _SceneConnection {
    gboolean is_tcp, open;
    End ends[2];
};

static void packet_free(gpointer data)
{
    ScenePacket *packet = data;
    g_byte_array_unref(packet->bytes);
    g_free(packet);
}

void scene_init(Scene *scene)
{
    *scene = (Scene){.snap_length = 262144, .packets = g_ptr_array_new_with_free_func(packet_free)};
}

void scene_clear(Scene *scene)
{
    g_clear_pointer(&scene->packets, g_ptr_array_unref);
}

static gint by_time(gconstpointer left, gconstpointer right)
{
    const ScenePacket *a = *(ScenePacket *const *)left, *b = *(ScenePacket *const *)right;
    return a->time < b->time ? -1 : a->time > b->time;
}

void scene_sort(Scene *scene)
{
    g_ptr_array_sort(scene->packets, by_time); /* GLib's sort is stable */
}

SceneConnection *scene_connection_new(gboolean is_tcp, WireHost *const hosts[2], const guint16 ports[2], guint number)
{
    SceneConnection *connection = g_new0(SceneConnection, 1);
    connection->is_tcp = is_tcp;
    for (guint side = 0; side < 2; side++) {
        End *end = &connection->ends[side];
        end->host = hosts[side];
        end->port = ports[side];
        end->isn = (guint32)(ISN_STEP * (2 * number + side));
        end->sent = g_byte_array_new();
        end->lines = g_array_new(FALSE, FALSE, sizeof(gsize));
    }
    return connection;
}

void scene_connection_free(SceneConnection *connection)
{
    if (!connection)
        return;
    for (guint side = 0; side < 2; side++) {
        g_byte_array_unref(connection->ends[side].sent);
        g_array_unref(connection->ends[side].lines);
    }
    g_free(connection);
}

void scene_connection_isn(SceneConnection *connection, const guint32 isn[2])
{
    for (guint side = 0; side < 2; side++)
        connection->ends[side].isn = isn[side];
}

gboolean scene_is_open(const SceneConnection *connection)
{
    return connection->open || !connection->is_tcp;
}

gboolean scene_is_tcp(const SceneConnection *connection)
{
    return connection->is_tcp;
}

/* How far the other end has got of what this end sent, in full. */
static guint32 received(const End *end, gint64 time)
{
    return time < end->held_until ? end->held_from : end->next;
}

static void capture(Scene *scene, gint64 time, GByteArray *bytes, const SceneLine *line)
{
    ScenePacket *packet = g_new0(ScenePacket, 1);
    packet->time = time;
    packet->bytes = g_byte_array_ref(bytes);
    packet->captured = MIN(bytes->len, scene->snap_length);
    if (line->snap_length > 0)
        packet->captured = MIN(packet->captured, line->snap_length);
    g_ptr_array_add(scene->packets, packet);
}

/* Takes the transport's bytes. */
static void transmit(Scene *scene, SceneConnection *connection, guint side, gint64 time, GByteArray *transport,
                     const SceneLine *line)
{
    g_autoptr(GPtrArray) packets =
        wire_packets(&scene->link, connection->ends[side].host, connection->ends[1 - side].host, side == 0,
                     connection->is_tcp, transport, line->fragment);
    for (guint i = 0; i < packets->len; i++) {
        for (int copy = 0; copy < (line->twice ? 2 : 1); copy++)
            capture(scene, time, packets->pdata[i], line);
    }
    g_byte_array_unref(transport);
}

static GByteArray *segment(const SceneConnection *connection, guint side, gint64 time, guint flags, guint32 sequence,
                           const guint8 *data, gsize length, const SceneLine *line)
{
    const End *end = &connection->ends[side], *peer = &connection->ends[1 - side];
    const WireTcp tcp = {
        .source_port = end->port,
        .destination_port = peer->port,
        .sequence = sequence,
        .acknowledgement = flags & WIRE_TCP_ACK ? received(peer, time) : 0,
        .flags = (guint8)flags,
        .bad_checksum = line->bad_checksum,
    };
    return wire_tcp(end->host, peer->host, &tcp, data, length);
}

/* A segment without data. */
static void control(Scene *scene, SceneConnection *connection, guint side, gint64 time, guint flags)
{
    static const SceneLine plain;
    guint32 sequence = connection->ends[side].next;
    transmit(scene, connection, side, time, segment(connection, side, time, flags, sequence, NULL, 0, &plain), &plain);
    if (flags & (WIRE_TCP_SYN | WIRE_TCP_FIN))
        connection->ends[side].next++;
}

void scene_open(Scene *scene, SceneConnection *connection, gint64 time)
{
    for (guint side = 0; side < 2; side++)
        connection->ends[side].next = connection->ends[side].isn;
    control(scene, connection, 0, time, WIRE_TCP_SYN);
    control(scene, connection, 1, time + SPACING, WIRE_TCP_SYN | WIRE_TCP_ACK);
    control(scene, connection, 0, time + TRIP, WIRE_TCP_ACK);
    connection->open = TRUE;
}

void scene_knock(Scene *scene, SceneConnection *connection, gint64 time, gboolean refused)
{
    for (guint side = 0; side < 2; side++)
        connection->ends[side].next = connection->ends[side].isn;
    control(scene, connection, 0, time, WIRE_TCP_SYN);
    connection->ends[1].next = 0; /* RFC 9293 §3.10.7.1 */
    if (refused)
        control(scene, connection, 1, time + SPACING, WIRE_TCP_RST | WIRE_TCP_ACK);
}

void scene_join(SceneConnection *connection)
{
    for (guint side = 0; side < 2; side++)
        connection->ends[side].next = connection->ends[side].isn + 1;
    connection->open = TRUE;
}

typedef struct {
    gsize begin, end; /* in the line */
    gboolean last;
} Slice;

/* Where the line is cut: as it asks, and where a segment would grow too long. */
static GArray *slices_of(gsize length, const SceneLine *line)
{
    GArray *slices = g_array_new(FALSE, FALSE, sizeof(Slice));
    guint cut = 0;

    for (gsize begin = 0; begin < length;) {
        gsize end = cut < line->cut_count ? MIN(line->cuts[cut], length) : length;
        Slice slice = {begin, MIN(end, begin + SEGMENT_MAX), FALSE};
        if (slice.end == end)
            cut++;
        slice.last = slice.end == length;
        g_array_append_val(slices, slice);
        begin = slice.end;
    }
    return slices;
}

static gboolean is_lost(const SceneLine *line, guint number)
{
    return (line->lost >> MIN(number, 63) & 1) != 0;
}

/* The segments of a line whose first byte is `sequence`. Gives the time of the last one. */
static gint64 send_segments(Scene *scene, SceneConnection *connection, guint side, gint64 time, guint32 sequence,
                            const guint8 *data, gsize length, const SceneLine *line)
{
    g_autoptr(GArray) slices = slices_of(length, line);

    for (guint i = 0; i < slices->len; i++) {
        guint number = line->reversed ? slices->len - 1 - i : i;
        const Slice *slice = &g_array_index(slices, Slice, number);
        guint flags =
            WIRE_TCP_ACK | (slice->last ? WIRE_TCP_PSH : 0) | (slice->last && line->finish ? WIRE_TCP_FIN : 0);
        GByteArray *bytes = segment(connection, side, time, flags, sequence + (guint32)slice->begin,
                                    data + slice->begin, slice->end - slice->begin, line);
        if (is_lost(line, number))
            g_byte_array_unref(bytes);
        else
            transmit(scene, connection, side, time + SPACING * i, bytes, line);
    }
    return time + SPACING * MAX(slices->len, 1);
}

static void send_tcp(Scene *scene, SceneConnection *connection, guint side, gint64 time, const guint8 *data,
                     gsize length, const SceneLine *line)
{
    End *end = &connection->ends[side];
    guint32 sequence = end->next;
    gsize begin = end->sent->len;

    g_array_append_val(end->lines, begin);
    g_byte_array_append(end->sent, data, (guint)length);
    end->next += (guint32)length + (line->finish ? 1 : 0);

    gint64 last = send_segments(scene, connection, side, time + line->late, sequence, data, length, line);
    if (line->late > 0) {
        end->held_until = last;
        end->held_from = sequence;
    }
    if (!line->no_ack && !line->late)
        control(scene, connection, 1 - side, last + TRIP, WIRE_TCP_ACK);
}

void scene_send(Scene *scene, SceneConnection *connection, guint side, gint64 time, const guint8 *data, gsize length,
                const SceneLine *line)
{
    if (connection->is_tcp) {
        send_tcp(scene, connection, side, time, data, length, line);
        return;
    }

    const End *end = &connection->ends[side], *peer = &connection->ends[1 - side];
    GByteArray *datagram = wire_udp(end->host, peer->host, end->port, peer->port, data, length);
    if (is_lost(line, 0))
        g_byte_array_unref(datagram);
    else
        transmit(scene, connection, side, time + line->late, datagram, line);
}

gboolean scene_resend(Scene *scene, SceneConnection *connection, guint side, gint64 time, guint lines, gsize shortened,
                      const SceneLine *line)
{
    const End *end = &connection->ends[side];
    if (lines == 0 || lines > end->lines->len)
        return FALSE;

    gsize begin = g_array_index(end->lines, gsize, end->lines->len - lines);
    gsize length = end->sent->len - begin;
    if (shortened >= length)
        return FALSE;

    gint64 last = send_segments(scene, connection, side, time, end->next - (guint32)length, end->sent->data + begin,
                                length - shortened, line);
    if (!line->no_ack)
        control(scene, connection, 1 - side, last + TRIP, WIRE_TCP_ACK);
    return TRUE;
}

void scene_close(Scene *scene, SceneConnection *connection, guint side, gint64 time)
{
    control(scene, connection, side, time, WIRE_TCP_FIN | WIRE_TCP_ACK);
    control(scene, connection, 1 - side, time + TRIP, WIRE_TCP_FIN | WIRE_TCP_ACK);
    control(scene, connection, side, time + 2 * TRIP, WIRE_TCP_ACK);
    connection->open = FALSE;
}

void scene_reset(Scene *scene, SceneConnection *connection, guint side, gint64 time)
{
    control(scene, connection, side, time, WIRE_TCP_RST | WIRE_TCP_ACK);
    connection->open = FALSE;
}

void scene_keepalive(Scene *scene, SceneConnection *connection, guint side, gint64 time)
{
    static const SceneLine plain;
    guint32 sequence = connection->ends[side].next - 1;
    transmit(scene, connection, side, time, segment(connection, side, time, WIRE_TCP_ACK, sequence, NULL, 0, &plain),
             &plain);
    control(scene, connection, 1 - side, time + TRIP, WIRE_TCP_ACK);
}
