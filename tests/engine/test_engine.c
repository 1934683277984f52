/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The engine with the real tracker behind it: packets in, messages and counts out. */
#include "engine.h"

#include <string.h>

#define SYN 0x02
#define RST 0x04
#define ACK 0x10

#define COMMAND "AT+GTUPD=cv200,0,0,10,0,,,http://h/p,,1,,,,0001$"
#define ANSWER  "+ACK:GTUPD,DF0107,222225555588888,cv200,0001,20200910012700,0001$"
#define REPORT  "+RESP:GTUPD,DF0107,222225555588888,cv200,110,,20200910012700,0002$"

typedef struct {
    GtupdEngine *engine;
    GString *messages; /* "3:+ACK:GTUPD " for a message of packet 3 */
    guint updates;
    guint64 frame;
    GArray *waiting; /* of GtupdPacket, to be given together; NULL: one by one */
} Fixture;

static void note_message(const GtupdMessage *message, const GtupdAnchor *anchor, gpointer data)
{
    Fixture *fixture = data;
    g_string_append_printf(fixture->messages, "%u:%.7s ", (guint)anchor->frame, (const char *)message->bytes);
}

static void note_update(const GtupdUpdate *update, gpointer data)
{
    (void)update;
    ((Fixture *)data)->updates++;
}

static GtupdSink sink_of(Fixture *fixture)
{
    return (GtupdSink){.data = fixture, .message = note_message, .update = note_update};
}

static void set_up(Fixture *fixture, gconstpointer data)
{
    (void)data;
    GtupdSink sink = sink_of(fixture);
    fixture->engine = gtupd_engine_new(&sink);
    fixture->messages = g_string_new(NULL);
}

static void tear_down(Fixture *fixture, gconstpointer data)
{
    (void)data;
    gtupd_engine_free(fixture->engine);
    g_string_free(fixture->messages, TRUE);
}

static void append_be(GByteArray *bytes, guint64 value, guint size)
{
    for (guint i = size; i-- > 0;) {
        guint8 byte = (guint8)(value >> (8 * i));
        g_byte_array_append(bytes, &byte, 1);
    }
}

/* Side 0 is the device, 10.0.0.1:1000; side 1 the backend, 10.0.0.2:2000. */
static GByteArray *ip_packet(guint side, guint8 protocol, gsize transport, const char *payload)
{
    GByteArray *bytes = g_byte_array_new();
    append_be(bytes, 0x4500, 2);
    append_be(bytes, 20 + transport + strlen(payload), 2);
    append_be(bytes, 0, 4);
    append_be(bytes, 0x4000U | protocol, 2);
    append_be(bytes, 0, 2);
    append_be(bytes, 0x0a000001 + side, 4);
    append_be(bytes, 0x0a000002 - side, 4);
    append_be(bytes, side == 0 ? 1000 : 2000, 2);
    append_be(bytes, side == 0 ? 2000 : 1000, 2);
    return bytes;
}

static void give(Fixture *fixture, GByteArray *bytes, const char *payload, gsize cut)
{
    g_byte_array_append(bytes, (const guint8 *)payload, (guint)strlen(payload));
    g_autofree guint8 *data = g_memdup2(bytes->data, bytes->len - cut);
    GtupdPacket packet = {
        .link_type = 101,
        .frame = ++fixture->frame,
        .time = (gint64)fixture->frame * 1000000000,
        .data = data,
        .captured = bytes->len - cut,
        .length = bytes->len,
    };
    if (fixture->waiting != NULL) {
        packet.data = g_steal_pointer(&data);
        g_array_append_val(fixture->waiting, packet);
    } else {
        gtupd_engine_packet(fixture->engine, &packet);
    }
    g_byte_array_unref(bytes);
}

static void packet_clear(gpointer packet)
{
    g_free((gpointer)((GtupdPacket *)packet)->data);
}

static void give_tcp(Fixture *fixture, guint side, guint8 flags, guint32 seq, guint32 ack, const char *payload,
                     gsize cut)
{
    GByteArray *bytes = ip_packet(side, 6, 20, payload);
    append_be(bytes, seq, 4);
    append_be(bytes, ack, 4);
    append_be(bytes, 0x5000U | flags, 2);
    append_be(bytes, 0, 6);
    give(fixture, bytes, payload, cut);
}

static void give_udp(Fixture *fixture, guint side, const char *payload, gsize cut)
{
    GByteArray *bytes = ip_packet(side, 17, 8, payload);
    append_be(bytes, 8 + strlen(payload), 2);
    append_be(bytes, 0, 2);
    give(fixture, bytes, payload, cut);
}

static GtupdCounts verdict(Fixture *fixture)
{
    GtupdSink sink = sink_of(fixture);
    GtupdCounts counts;
    gtupd_engine_finish(fixture->engine, &sink, &counts);
    return counts;
}

static void test_tcp(Fixture *fixture, gconstpointer data)
{
    (void)data;
    guint32 device = 100, backend = 500;
    give_tcp(fixture, 0, SYN, device - 1, 0, "", 0);
    give_tcp(fixture, 1, SYN | ACK, backend - 1, device, "", 0);
    give_tcp(fixture, 1, ACK, backend, device, COMMAND, 0);
    give_tcp(fixture, 0, ACK, device, backend + (guint32)strlen(COMMAND), ANSWER REPORT, 0);
    give_tcp(fixture, 0, RST, device + (guint32)strlen(ANSWER REPORT), 0, "", 0);
    g_assert_cmpstr(fixture->messages->str, ==, "3:AT+GTUP 4:+ACK:GT 4:+RESP:G ");
    GtupdCounts counts = verdict(fixture);
    g_assert_cmpuint(counts.messages, ==, 3);
    g_assert_cmpuint(counts.messages_unfinished, ==, 0);
    g_assert_cmpuint(fixture->updates, ==, 1);
}

static void test_udp(Fixture *fixture, gconstpointer data)
{
    (void)data;
    give_udp(fixture, 1, COMMAND, 0);
    give_udp(fixture, 0, ANSWER, 0);
    give_udp(fixture, 0, REPORT, 10);
    g_assert_cmpstr(fixture->messages->str, ==, "1:AT+GTUP 2:+ACK:GT ");
    g_assert_cmpuint(verdict(fixture).messages_unfinished, ==, 1);
}

/* A verdict changes nothing: it can be asked for twice, and packets may follow. */
static void test_verdict_repeats(Fixture *fixture, gconstpointer data)
{
    (void)data;
    give_tcp(fixture, 0, ACK, 100, 500, ANSWER "+RESP:GTUPD,", 0);
    g_assert_cmpuint(verdict(fixture).messages_unfinished, ==, 1);
    g_assert_cmpuint(verdict(fixture).messages_unfinished, ==, 1);
    give_tcp(fixture, 0, ACK, 100 + (guint32)strlen(ANSWER "+RESP:GTUPD,"), 500, REPORT + strlen("+RESP:GTUPD,"), 0);
    g_assert_cmpstr(fixture->messages->str, ==, "1:+ACK:GT 2:+RESP:G ");
    g_assert_cmpuint(verdict(fixture).messages_unfinished, ==, 0);
}

/* No acknowledgement is captured: what stands behind a gap is looked at when no more is to come. */
static void test_settle(Fixture *fixture, gconstpointer data)
{
    (void)data;
    give_tcp(fixture, 0, ACK, 100, 500, ANSWER, 0);
    give_tcp(fixture, 0, ACK, 1000, 500, REPORT, 0);
    verdict(fixture);
    g_assert_cmpstr(fixture->messages->str, ==, "1:+ACK:GT ");
    gtupd_engine_settle(fixture->engine);
    g_assert_cmpstr(fixture->messages->str, ==, "1:+ACK:GT 2:+RESP:G ");
    gtupd_engine_settle(fixture->engine);
    g_assert_cmpuint(verdict(fixture).messages, ==, 2);
    give_tcp(fixture, 0, ACK, 1000 + (guint32)strlen(REPORT), 500, "+RESP:GTUPD,x$", 0);
    g_assert_cmpuint(verdict(fixture).messages, ==, 3);
}

/* Many connections, each with its device, that come and go: more packets than are fetched for at once. */
static void give_crowd(Fixture *fixture)
{
    for (guint round = 0; round < 100; round++) {
        const guint32 seq = 100 + round * (guint32)strlen(REPORT);
        give_tcp(fixture, 0, round % 7 == 0 ? SYN : ACK, seq, 500, round % 7 == 0 ? "" : REPORT, 0);
        give_udp(fixture, 0, ANSWER, 0);
        give_tcp(fixture, 1, ACK, 500, seq, "", 0);
        if (round % 10 == 9)
            give_tcp(fixture, 0, RST, seq + (guint32)strlen(REPORT), 0, "", 0);
    }
}

/* Packets given together say the same as packets given one by one. */
static void test_together(Fixture *fixture, gconstpointer data)
{
    give_crowd(fixture);
    Fixture other = {0};
    set_up(&other, data);
    other.waiting = g_array_new(FALSE, FALSE, sizeof(GtupdPacket));
    g_array_set_clear_func(other.waiting, packet_clear);
    give_crowd(&other);
    g_autoptr(GtupdArrivals) arrivals = gtupd_arrivals_new();
    gtupd_engine_unpack(other.engine, (const GtupdPacket *)other.waiting->data, other.waiting->len, arrivals);
    gtupd_engine_look(other.engine, arrivals);
    g_assert_cmpuint(fixture->messages->len, >, 0);
    g_assert_cmpstr(other.messages->str, ==, fixture->messages->str);
    g_assert_cmpuint(verdict(&other).messages, ==, verdict(fixture).messages);
    g_array_unref(other.waiting);
    tear_down(&other, data);
}

static void test_link_types(void)
{
    for (const int *type = gtupd_engine_link_types(); *type >= 0; type++)
        g_assert_true(gtupd_engine_knows_link_type(*type));
    g_assert_false(gtupd_engine_knows_link_type(105));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add("/engine/tcp", Fixture, NULL, set_up, test_tcp, tear_down);
    g_test_add("/engine/udp", Fixture, NULL, set_up, test_udp, tear_down);
    g_test_add("/engine/verdict-repeats", Fixture, NULL, set_up, test_verdict_repeats, tear_down);
    g_test_add("/engine/settle", Fixture, NULL, set_up, test_settle, tear_down);
    g_test_add("/engine/together", Fixture, NULL, set_up, test_together, tear_down);
    g_test_add_func("/engine/link-types", test_link_types);
    return g_test_run();
}
