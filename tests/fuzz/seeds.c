/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * gtupd-fuzz-seeds FOLDER CAPTURE…
 *
 * Makes a folder of inputs for each fuzz target of what the captures hold, in the form that the target reads.
 */
#include "capture.h"
#include "decap.h"
#include "flow.h"
#include "fuzz.h"
#include "savefile.h"

#include <stdlib.h>
#include <string.h>

/* Bytes of an input: small ones are tried more often. */
#define INPUT_MAX 12000

/* What becomes of one capture. */
typedef struct {
    const char *folder;
    const char *name; /* of its inputs */
    GtupdTracker *tracker;
    GtupdFragments *fragments;
    GtupdFlowTable *flows;
    FuzzStreams streams;
    guint messages;
    gint64 time; /* of the packet before; 0 none */
    GByteArray *frame, *tracks, *decap, *stream, *transfers;
} Seeds;

static void fail(const GError *error)
{
    g_printerr("gtupd-fuzz-seeds: %s\n", error->message);
    exit(EXIT_FAILURE);
}

static void write_input(const Seeds *seeds, const char *target, const char *suffix, const guint8 *bytes, gsize length)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *folder = g_build_filename(seeds->folder, target, NULL);
    g_autofree char *file = g_strdup_printf("%s/%s%s", folder, seeds->name, suffix);
    g_mkdir_with_parents(folder, 0777);
    if (!g_file_set_contents(file, (const char *)bytes, (gssize)length, &error))
        fail(error);
}

static void append(GByteArray *input, gconstpointer head, gsize head_size, const guint8 *bytes, gsize length)
{
    if (input->len + head_size + length + strlen(FUZZ_SEPARATOR) <= INPUT_MAX)
        fuzz_append(input, head, head_size, bytes, length);
}

static void take_message(Seeds *seeds, const guint8 *bytes, gsize length, FuzzMessage *head)
{
    g_autofree char *suffix = g_strdup_printf("-%u", ++seeds->messages);
    write_input(seeds, "message", suffix, bytes, length);
    append(seeds->tracks, head, sizeof *head, bytes, length);
    head->wait = 0;
}

/* All messages of a payload that begins with one. */
static void take_payload(Seeds *seeds, const GtupdSegment *segment, guint8 wait)
{
    const guint8 *bytes = segment->payload;
    gsize length = segment->captured;
    if (gtupd_frame_header(bytes, length, NULL) != GTUPD_HEADER_WHOLE)
        return;
    GtupdFlowKey key;
    const gboolean side = gtupd_flow_table_key(seeds->flows, segment, &key) != 0;
    const guint port =
        MIN(segment->source_port, segment->destination_port) ^ MAX(segment->source_port, segment->destination_port);
    FuzzMessage head = {
        .channel = (guint8)((port & 1) | (segment->transport == GTUPD_TRANSPORT_UDP ? 2 : 0) | (side ? FUZZ_SIDE : 0)),
        .wait = wait,
    };
    if (seeds->frame->len + length <= INPUT_MAX)
        g_byte_array_append(seeds->frame, bytes, (guint)length);
    while (length > 0) {
        GtupdFrame frame = gtupd_frame_next(bytes, length, 0);
        if (frame.kind == GTUPD_FRAME_MESSAGE)
            take_message(seeds, bytes, frame.length, &head);
        if (frame.kind == GTUPD_FRAME_MORE)
            return;
        bytes += frame.length;
        length -= frame.length;
    }
}

static void take_segment(Seeds *seeds, const GtupdSegment *segment, guint8 wait)
{
    take_payload(seeds, segment, wait);
    if (segment->ip_version != 4)
        return;
    FuzzSegment head = fuzz_segment_head(&seeds->streams, segment);
    head.wait = wait;
    append(seeds->transfers, &head, sizeof head, segment->payload, segment->captured);
}

static guint8 link_type_code(int link_type)
{
    guint8 code = 0;
    while (gtupd_decap_link_types()[code] != link_type)
        code++;
    return code;
}

static void take_packet(Seeds *seeds, const GtupdPacket *packet)
{
    const guint8 wait = fuzz_wait_code(seeds->time == 0 ? 0 : packet->time - seeds->time);
    const FuzzPacket head = {
        .link_type = link_type_code(packet->link_type),
        .wait = wait,
        .cut = (guint8)MIN(packet->length - packet->captured, G_MAXUINT8),
    };
    append(seeds->decap, &head, sizeof head, packet->data, packet->captured);
    GtupdSegment segment;
    if (gtupd_decap(seeds->fragments, packet, &segment))
        take_segment(seeds, &segment, wait);
    seeds->time = packet->time;
}

/* The capture's messages as one stream, which comes in pieces of all kinds; the same ones in every run. */
static void make_stream(const Seeds *seeds)
{
    enum {
        CUTS = 40
    };
    static const guint8 isn[2] = {0xff, 0xff};
    g_autoptr(GRand) random = g_rand_new_with_seed(seeds->frame->len);
    append(seeds->stream, isn, sizeof isn, seeds->frame->data, MIN(seeds->frame->len, INPUT_MAX / 4));
    for (guint i = 0; i < CUTS; i++) {
        const guint32 noise = g_rand_int(random);
        const FuzzCut cut = {
            .kind = (guint8)(noise % 64 < FUZZ_STREAM_KINDS ? noise % 64 : FUZZ_STREAM_DATA),
            .wait = (guint8)(noise >> 6 & 3),
            .offset = {(guint8)(noise >> 8 & 0x0f), (guint8)(noise >> 16)},
            .length = {0, (guint8)(noise >> 24)},
        };
        append(seeds->stream, &cut, sizeof cut, NULL, 0);
    }
}

/* The file itself; a small one also compressed, and cut. */
static void make_capture(const Seeds *seeds, const char *file)
{
    static const char *const filters[] = {"gzip", "zstd", "lz4", "xz"};
    enum {
        SMALL = 1500
    };
    g_autoptr(GError) error = NULL;
    char *bytes;
    gsize length;
    if (!g_file_get_contents(file, &bytes, &length, &error))
        fail(error);
    g_autoptr(GByteArray) capture = g_byte_array_new_take((guint8 *)bytes, length);
    if (length <= INPUT_MAX)
        write_input(seeds, "capture", "", capture->data, length);
    for (gsize i = 0; length <= SMALL && i < G_N_ELEMENTS(filters); i++) {
        g_autoptr(GByteArray) packed = savefile_compressed(capture, filters[i]);
        write_input(seeds, "capture", filters[i], packed->data, packed->len);
    }
}

static void make(Seeds *seeds, const char *file)
{
    static const guint8 step[] = {100, 0}; /* fuzz_frame.c */
    GtupdPacket packet = {0};
    g_byte_array_append(seeds->frame, step, sizeof step);
    g_autoptr(GtupdCapture) capture = gtupd_capture_new(file);
    while (gtupd_capture_next(capture, &packet))
        take_packet(seeds, &packet);
    if (gtupd_capture_info(capture)->error)
        fail(gtupd_capture_info(capture)->error);
    make_stream(seeds);
    make_capture(seeds, file);
    const struct {
        const char *target;
        const GByteArray *input;
    } rows[] = {
        {"frame", seeds->frame},   {"tracker", seeds->tracks},      {"decap", seeds->decap},
        {"stream", seeds->stream}, {"transfers", seeds->transfers},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
        if (rows[i].input->len > 0)
            write_input(seeds, rows[i].target, "", rows[i].input->data, rows[i].input->len);
}

static void make_all(const char *folder, const char *file)
{
    g_autofree char *name = g_path_get_basename(file);
    GtupdTracker *tracker = gtupd_tracker_new(&(GtupdSink){0});
    g_autoptr(GtupdFragments) fragments = gtupd_fragments_new();
    g_autoptr(GtupdFlowTable) flows = gtupd_flow_table_new();
    g_auto(FuzzStreams) streams = fuzz_streams();
    g_autoptr(GByteArray) frame = g_byte_array_new();
    g_autoptr(GByteArray) tracks = g_byte_array_new();
    g_autoptr(GByteArray) decap = g_byte_array_new();
    g_autoptr(GByteArray) stream = g_byte_array_new();
    g_autoptr(GByteArray) transfers = g_byte_array_new();
    Seeds seeds = {
        .folder = folder,
        .name = name,
        .tracker = tracker,
        .fragments = fragments,
        .flows = flows,
        .streams = streams,
        .frame = frame,
        .tracks = tracks,
        .decap = decap,
        .stream = stream,
        .transfers = transfers,
    };
    make(&seeds, file);
    g_clear_pointer(&fragments, gtupd_fragments_free);
    gtupd_tracker_free(tracker);
}

int main(int argc, char **argv)
{
    if (argc < 3) {
        g_printerr("gtupd-fuzz-seeds FOLDER CAPTURE…\n");
        return EXIT_FAILURE;
    }
    for (int i = 2; i < argc; i++)
        make_all(argv[1], argv[i]);
    return EXIT_SUCCESS;
}
