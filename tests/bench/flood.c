/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "flood.h"

#include <string.h>

#define TARGET_ADDRESS 0xcb007105u /* 203.0.113.5, the fleet's backend */
#define TARGET_PORT    5000
#define RECENT         256 /* beginnings that may be gone on with */

/* A message under way: where its next bytes stand in the stream. */
typedef struct {
    WireHost host;
    WireTcp tcp;
} Beginning;

struct _Flood {
    Recorder *recorder;
    WireHost target;
    Beginning recent[RECENT];
    guint64 begun;
};

typedef enum {
    HALF_OPEN,
    BEGIN_MESSAGE,
    GO_ON,
    OTHER_TCP,
    OTHER_UDP,
    KINDS,
} Kind;

static const guint percent[KINDS] = {
    [HALF_OPEN] = 45, [BEGIN_MESSAGE] = 35, [GO_ON] = 5, [OTHER_TCP] = 5, [OTHER_UDP] = 10,
};

Flood *flood_new(Recorder *recorder)
{
    Flood *flood = g_new0(Flood, 1);
    flood->recorder = recorder;
    flood->target = recorder_host(TARGET_ADDRESS);
    return flood;
}

void flood_free(Flood *flood)
{
    g_free(flood);
}

guint64 flood_unfinished(const Flood *flood)
{
    return flood->begun;
}

/* Somebody who has not been heard of, nearly always. Never of the fleet's 10.0.0.0/8. */
static Beginning draw_stranger(Flood *flood)
{
    GRand *chance = flood->recorder->chance;
    guint32 address = 0x0b000000u + (guint32)g_rand_int_range(chance, 0, 0x70000000);
    guint16 port = (guint16)g_rand_int_range(chance, 1024, 65536);
    return (Beginning){
        .host = recorder_host(address),
        .tcp = {.source_port = port, .destination_port = TARGET_PORT, .sequence = g_rand_int(chance)},
    };
}

static void send_bytes(Flood *flood, Beginning *beginning, guint8 flags, gconstpointer data, gsize length)
{
    beginning->tcp.flags = flags;
    recorder_tcp(flood->recorder, &beginning->host, &flood->target, &beginning->tcp, data, length);
    beginning->tcp.sequence += (guint32)length;
}

static void begin_message(Flood *flood, Beginning *beginning)
{
    GRand *chance = flood->recorder->chance;
    char text[80];
    int length = g_snprintf(text, sizeof text, "+RESP:GTUPD,BD0214,%07d%08d,cv200,100,,",
                            g_rand_int_range(chance, 0, 10000000), g_rand_int_range(chance, 0, 100000000));
    beginning->tcp.acknowledgement = g_rand_int(chance);
    send_bytes(flood, beginning, WIRE_TCP_ACK | WIRE_TCP_PSH, text, (gsize)length);
    flood->recent[flood->begun++ % RECENT] = *beginning;
}

static void go_on(Flood *flood)
{
    static const char more[] = "202603020800";
    if (flood->begun == 0)
        return;
    Beginning *beginning = &flood->recent[recorder_draw(flood->recorder, (guint)MIN(flood->begun, RECENT))];
    send_bytes(flood, beginning, WIRE_TCP_ACK | WIRE_TCP_PSH, more, strlen(more));
}

static Kind draw_kind(Recorder *recorder)
{
    guint drawn = recorder_draw(recorder, 100), kind = 0;
    for (; drawn >= percent[kind]; kind++)
        drawn -= percent[kind];
    return (Kind)kind;
}

void flood_turn(Flood *flood)
{
    static const char other[] = "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03";
    Beginning stranger = draw_stranger(flood);

    switch (draw_kind(flood->recorder)) {
    case HALF_OPEN:
        send_bytes(flood, &stranger, WIRE_TCP_SYN, NULL, 0);
        break;
    case BEGIN_MESSAGE:
        begin_message(flood, &stranger);
        break;
    case GO_ON:
        go_on(flood);
        break;
    case OTHER_TCP:
        send_bytes(flood, &stranger, WIRE_TCP_ACK, other, sizeof other - 1);
        break;
    case OTHER_UDP:
    case KINDS:
        recorder_udp(flood->recorder, &stranger.host, &flood->target, stranger.tcp.source_port, TARGET_PORT, other,
                     sizeof other - 1);
        break;
    }
}
