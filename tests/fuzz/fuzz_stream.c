/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * TCP streams: the first record is a stream and where its numbers begin, the others (FuzzCut) are segments of it in any
 * order, or what else may happen. Whatever is handed on stands where the stream has it; and as long as there are
 * segments only, all that is missing comes at the end, and so nothing is lost.
 */
#include "fuzz.h"
#include "stream.h"

#include <string.h>

/* More of them in the wrong order would reach a limit, and so lose something. */
#define CUTS_MAX 500

/* What has been handed on of the stream: [0, at), with or without holes. */
typedef struct {
    const FuzzBody *stream;
    gsize at;
    gboolean has_holes, ended;
    guint64 order;
} Reader;

static void take_bytes(gpointer data, const guint8 *bytes, gsize length, const GtupdAnchor *anchor)
{
    Reader *reader = data;
    g_assert_false(reader->ended);
    g_assert_cmpuint(length, >, 0);
    g_assert_cmpuint(reader->at + length, <=, reader->stream->length);
    g_assert_true(memcmp(bytes, reader->stream->bytes + reader->at, length) == 0);
    g_assert_cmpuint(anchor->order, >=, reader->has_holes ? 0 : reader->order);
    reader->order = anchor->order;
    reader->at += length;
}

static void take_hole(gpointer data, gsize length)
{
    Reader *reader = data;
    g_assert_false(reader->ended);
    g_assert_cmpuint(length, >, 0);
    reader->has_holes = TRUE;
    reader->at += length;
}

static void take_end(gpointer data)
{
    Reader *reader = data;
    g_assert_false(reader->ended);
    reader->ended = TRUE;
}

static guint16 read16(const guint8 bytes[2])
{
    return (guint16)(bytes[0] << 8 | bytes[1]);
}

/* Gives a part of the stream as a segment, of which `captured` bytes are there. */
static void give(GtupdStream *stream, guint32 isn, const FuzzBody *all, gsize offset, gsize length, gsize captured,
                 const GtupdAnchor *anchor)
{
    g_auto(FuzzBody) exact = fuzz_body(all->bytes + offset, captured);
    gtupd_stream_segment(stream, isn + (guint32)offset, exact.bytes, captured, length, anchor);
}

static void run(FuzzInput input, gboolean only_data)
{
    guint8 isn_bytes[2];
    FuzzCut cut;
    g_auto(FuzzBody) all = {0};
    g_auto(FuzzBody) none = {0};
    if (!fuzz_next(&input, isn_bytes, sizeof isn_bytes, &all))
        return;
    const guint32 isn = (guint32)read16(isn_bytes) << 16;
    GtupdTracker *tracker = gtupd_tracker_new(&(GtupdSink){0});
    GtupdBacklog backlog = {.tracker = tracker};
    Reader reader = {.stream = &all};
    const GtupdStreamReader type = {take_bytes, take_hole, take_end, NULL};
    GtupdStream *stream = gtupd_stream_new_for(&type, &reader, isn, &backlog);
    GtupdAnchor anchor = {.time = FUZZ_TIME};
    while (anchor.order < CUTS_MAX && fuzz_next(&input, &cut, sizeof cut, &none)) {
        const gsize offset = read16(cut.offset) % (all.length + 1);
        const gsize length = read16(cut.length) % (all.length - offset + 1);
        const FuzzCutKind kind = only_data ? FUZZ_STREAM_DATA : cut.kind % FUZZ_STREAM_KINDS;
        anchor.frame = ++anchor.order;
        anchor.time += only_data ? 0 : fuzz_wait(cut.wait);
        if (kind == FUZZ_STREAM_ACKNOWLEDGED)
            gtupd_stream_acknowledged(stream, isn + (guint32)offset);
        else if (kind == FUZZ_STREAM_FIN)
            gtupd_stream_fin(stream, isn + (guint32)offset);
        else if (kind == FUZZ_STREAM_GIVE_UP)
            gtupd_stream_give_up(stream);
        else
            give(stream, isn, &all, offset, length, kind == FUZZ_STREAM_SNAPPED ? length / 2 : length, &anchor);
        g_assert_cmpuint(gtupd_stream_next(stream), ==, isn + (guint32)reader.at);
    }
    if (only_data) {
        give(stream, isn, &all, 0, all.length, all.length, &anchor);
        g_assert_cmpuint(reader.at, ==, all.length);
        g_assert_false(reader.has_holes);
    }
    gtupd_stream_end(stream);
    g_assert_true(reader.ended);
    gtupd_stream_free(stream);
    g_assert_cmpuint(backlog.bytes, ==, 0);
    gtupd_tracker_free(tracker);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const FuzzInput input = {data, size};
    run(input, FALSE);
    run(input, TRUE);
    return 0;
}
