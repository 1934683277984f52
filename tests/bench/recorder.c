/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "recorder.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define BEGIN       (G_GINT64_CONSTANT(1772438400) * G_USEC_PER_SEC * 1000) /* 2026-03-02T08:00:00Z */
#define BUFFER_SIZE (1 << 20)

static const SavefileFormat format = {.snap_length = 262144, .link_type = 1};

G_NORETURN static void give_up(const char *what)
{
    fprintf(stderr, "%s: %s\n", what, strerror(errno));
    exit(EXIT_FAILURE);
}

static void flush_buffer(Recorder *recorder)
{
    if (fwrite(recorder->buffer->data, recorder->buffer->len, 1, recorder->file) != 1)
        give_up("the capture cannot be written");
    recorder->bytes += recorder->buffer->len;
    g_byte_array_set_size(recorder->buffer, 0);
}

void recorder_open(Recorder *recorder, const char *path, guint32 seed)
{
    *recorder = (Recorder){.now = BEGIN, .chance = g_rand_new_with_seed(seed), .buffer = savefile_new(&format)};
    recorder->file = fopen(path, "wb");
    if (!recorder->file)
        give_up(path);
    setvbuf(recorder->file, NULL, _IOFBF, BUFFER_SIZE);
    flush_buffer(recorder);
}

void recorder_close(Recorder *recorder)
{
    if (fclose(recorder->file) != 0)
        give_up("the capture cannot be written");
    g_byte_array_unref(recorder->buffer);
    g_rand_free(recorder->chance);
}

void recorder_packet(Recorder *recorder, gconstpointer data, gsize length)
{
    savefile_packet(recorder->buffer, &format, recorder->now, data, length, length);
    flush_buffer(recorder);
    recorder->packets++;
    recorder->now += 1000;
}

/* Takes `transport`. */
static void record(Recorder *recorder, WireHost *from, WireHost *to, gboolean is_tcp, GByteArray *transport)
{
    static const WireLink ethernet = {.kind = WIRE_ETHERNET};
    g_autoptr(GPtrArray) packets = wire_packets(&ethernet, from, to, FALSE, is_tcp, transport, 0);
    const GByteArray *packet = g_ptr_array_index(packets, 0);

    recorder_packet(recorder, packet->data, packet->len);
    g_byte_array_unref(transport);
}

void recorder_tcp(Recorder *recorder, WireHost *from, WireHost *to, const WireTcp *tcp, gconstpointer data,
                  gsize length)
{
    record(recorder, from, to, TRUE, wire_tcp(from, to, tcp, data, length));
}

void recorder_udp(Recorder *recorder, WireHost *from, WireHost *to, guint16 source_port, guint16 destination_port,
                  gconstpointer data, gsize length)
{
    record(recorder, from, to, FALSE, wire_udp(from, to, source_port, destination_port, data, length));
}

guint recorder_draw(Recorder *recorder, guint below)
{
    return (guint)g_rand_int_range(recorder->chance, 0, (gint32)below);
}

WireHost recorder_host(guint32 address)
{
    WireHost host = {.address_length = 4, .station = (guint8)address};
    guint32 ordered = GUINT32_TO_BE(address);
    memcpy(host.address, &ordered, sizeof ordered);
    return host;
}
