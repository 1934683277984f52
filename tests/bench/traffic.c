/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "traffic.h"

#include "session.h"

#include <string.h>

#define CONNECTIONS   64 /* open at once */
#define CLIENTS       32
#define SERVERS       32
#define CLIENT        0x0a500001u /* 10.80.0.1 */
#define SERVER        0xc6120001u /* 198.18.0.1: none of them is the fleet's file server */
#define RESOLVER      0xc0000235u /* 192.0.2.53 */
#define SEGMENT       1400
#define NOISE         (1 << 16)
#define TLS_HEAD      5
#define LOOKUP        64 /* one turn of so many */
#define LENGTH_LEAST  20000
#define LENGTH_SPREAD 2000000

typedef struct {
    Session session;
    gboolean is_http;
    gsize left; /* bytes that the server has still to send; 0: the connection is over */
} Connection;

struct _Traffic {
    Recorder *recorder;
    WireHost clients[CLIENTS], servers[SERVERS], resolver;
    Connection connections[CONNECTIONS];
    guint16 port;
    guint8 noise[NOISE]; /* whatever is downloaded, or encrypted */
};

Traffic *traffic_new(Recorder *recorder)
{
    Traffic *traffic = g_new0(Traffic, 1);
    traffic->recorder = recorder;
    traffic->resolver = recorder_host(RESOLVER);
    for (guint i = 0; i < CLIENTS; i++)
        traffic->clients[i] = recorder_host(CLIENT + i);
    for (guint i = 0; i < SERVERS; i++)
        traffic->servers[i] = recorder_host(SERVER + i);
    for (gsize i = 0; i < NOISE; i++)
        traffic->noise[i] = (guint8)recorder_draw(recorder, 256);
    return traffic;
}

void traffic_free(Traffic *traffic)
{
    g_free(traffic);
}

static WireHost *draw_client(Traffic *traffic)
{
    return &traffic->clients[recorder_draw(traffic->recorder, CLIENTS)];
}

static guint16 next_port(Traffic *traffic)
{
    traffic->port = (guint16)(traffic->port % 20000 + 1);
    return (guint16)(40000 + traffic->port);
}

static void send_text(Traffic *traffic, Connection *connection, guint from, const char *text)
{
    session_send(&connection->session, traffic->recorder, from, WIRE_TCP_PSH, text, strlen(text));
}

/* A piece of the download, or a record of as many bytes. */
static void send_piece(Traffic *traffic, Connection *connection, gsize length)
{
    guint8 piece[SEGMENT];
    memcpy(piece, traffic->noise + recorder_draw(traffic->recorder, NOISE - SEGMENT), length);
    if (!connection->is_http && length >= TLS_HEAD) {
        gsize record = length - TLS_HEAD;
        const guint8 head[TLS_HEAD] = {0x17, 3, 3, (guint8)(record >> 8), (guint8)record};
        memcpy(piece, head, TLS_HEAD);
    }
    session_send(&connection->session, traffic->recorder, 1, 0, piece, length);
}

static void acknowledge(Traffic *traffic, Connection *connection, guint from)
{
    session_send(&connection->session, traffic->recorder, from, 0, NULL, 0);
}

static void begin_http(Traffic *traffic, Connection *connection)
{
    char head[128];
    send_text(traffic, connection, 0, "GET /media/film.mp4 HTTP/1.1\r\nHost: media.example.com\r\nAccept: */*\r\n\r\n");
    g_snprintf(head, sizeof head, "HTTP/1.1 200 OK\r\nContent-Type: video/mp4\r\nContent-Length: %zu\r\n\r\n",
               connection->left);
    send_text(traffic, connection, 1, head);
}

/* One handshake record: the kind of hello, chance, and behind it one extension of zeros that fills it. */
static void send_hello(Traffic *traffic, Connection *connection, guint from)
{
    static const guint8 heads[2][9] = {{0x16, 3, 1, 1, 0x3b, 1, 0, 1, 0x37}, {0x16, 3, 3, 1, 0x3b, 2, 0, 1, 0x37}};
    static const guint8 tails[2][13] = {{0, 0, 2, 0x13, 1, 1, 0, 1, 0x0c, 0, 21, 1, 8},
                                        {0, 0x13, 1, 0, 1, 0x0f, 0, 21, 1, 0x0b}};
    guint8 hello[320] = {0};
    memcpy(hello, heads[from], sizeof heads[from]);
    hello[9] = hello[10] = 3;
    memcpy(hello + 11, traffic->noise + recorder_draw(traffic->recorder, NOISE - 32), 32);
    memcpy(hello + 43, tails[from], sizeof tails[from]);
    session_send(&connection->session, traffic->recorder, from, WIRE_TCP_PSH, hello, sizeof hello);
}

static void begin_tls(Traffic *traffic, Connection *connection)
{
    send_hello(traffic, connection, 0);
    send_hello(traffic, connection, 1);
}

static void begin(Traffic *traffic, Connection *connection)
{
    connection->is_http = recorder_draw(traffic->recorder, 3) == 0;
    connection->left = LENGTH_LEAST + recorder_draw(traffic->recorder, LENGTH_SPREAD);
    connection->session = (Session){
        .ends = {draw_client(traffic), &traffic->servers[recorder_draw(traffic->recorder, SERVERS)]},
        .ports = {next_port(traffic), connection->is_http ? 80 : 443},
    };
    session_open(&connection->session, traffic->recorder);
    acknowledge(traffic, connection, 0);
    if (connection->is_http)
        begin_http(traffic, connection);
    else
        begin_tls(traffic, connection);
}

/* One in ten is torn down by the client; the others are closed by both. */
static void end(Traffic *traffic, Connection *connection)
{
    Session *session = &connection->session;
    if (recorder_draw(traffic->recorder, 10) == 0) {
        session_send(session, traffic->recorder, 0, WIRE_TCP_RST, NULL, 0);
        return;
    }
    session_send(session, traffic->recorder, 1, WIRE_TCP_FIN, NULL, 0);
    session_send(session, traffic->recorder, 0, WIRE_TCP_FIN, NULL, 0);
    acknowledge(traffic, connection, 1);
}

/* Two segments of the answer, and the ACK of both. */
static void download(Traffic *traffic, Connection *connection)
{
    for (guint i = 0; i < 2 && connection->left > 0; i++) {
        gsize length = MIN(connection->left, SEGMENT);
        send_piece(traffic, connection, length);
        connection->left -= length;
    }
    acknowledge(traffic, connection, 0);
    if (connection->left == 0)
        end(traffic, connection);
}

static void look_up(Traffic *traffic)
{
    static const guint8 question[] = "\5media\7example\3com\0\0\1\0";
    static const guint8 answer[] = "\300\14\0\1\0\1\0\0\0\74\0\4\306\22\0\1";
    guint8 message[12 + sizeof question + sizeof answer - 1] = {0, 0, 1, 0, 0, 1};
    WireHost *client = draw_client(traffic);
    guint16 port = next_port(traffic);

    message[0] = (guint8)recorder_draw(traffic->recorder, 256);
    message[1] = (guint8)recorder_draw(traffic->recorder, 256);
    memcpy(message + 12, question, sizeof question);
    recorder_udp(traffic->recorder, client, &traffic->resolver, port, 53, message, 12 + sizeof question);
    message[2] = 0x81;
    message[3] = 0x80;
    message[7] = 1;
    memcpy(message + 12 + sizeof question, answer, sizeof answer - 1);
    recorder_udp(traffic->recorder, &traffic->resolver, client, 53, port, message, sizeof message);
}

void traffic_turn(Traffic *traffic)
{
    Connection *connection = &traffic->connections[recorder_draw(traffic->recorder, CONNECTIONS)];
    if (recorder_draw(traffic->recorder, LOOKUP) == 0)
        look_up(traffic);
    else if (connection->left == 0)
        begin(traffic, connection);
    else
        download(traffic, connection);
}
