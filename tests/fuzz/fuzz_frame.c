/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Framing: the first two bytes say in how large pieces the others come. Spans lie within the input and make progress,
 * messages are the same however the input is cut, and each can be decoded.
 */
#include "frame.h"
#include "fuzz.h"
#include "message.h"

typedef struct {
    gsize at, length;
    GtupdType type;
    GtupdFrameEnd end;
} Found;

static void check(const GtupdFrame *frame, const FuzzBody *bytes)
{
    g_assert_cmpuint(frame->length, <=, bytes->length);
    g_assert_true((frame->kind == GTUPD_FRAME_MORE) == (frame->length == 0));
    if (frame->kind != GTUPD_FRAME_MESSAGE)
        return;
    GtupdType type;
    g_assert_cmpuint(frame->length, <=, GTUPD_MESSAGE_MAX);
    g_assert_cmpuint(frame->length, >=, gtupd_frame_prefix(frame->type));
    g_assert_cmpint(gtupd_frame_header(bytes->bytes, bytes->length, &type), ==, GTUPD_HEADER_WHOLE);
    g_assert_cmpint(type, ==, frame->type);
    g_assert_cmpuint(gtupd_frame_trim(bytes->bytes, frame->length), <=, frame->length);
    g_assert_true((frame->end == GTUPD_END_TAIL) == (bytes->bytes[frame->length - 1] == '$'));

    GtupdMessage message;
    g_auto(FuzzBody) exact = fuzz_body(bytes->bytes, frame->length);
    gtupd_message_decode(&message, exact.bytes, exact.length, frame->type, frame->end, FALSE);
}

/* The messages, as they are found when `step` more bytes become known at a time. */
static GArray *scan(const guint8 *data, gsize size, gsize step)
{
    GArray *found = g_array_new(FALSE, TRUE, sizeof(Found));
    gsize at = 0, checked = 0;
    for (gsize known = MIN(step, size); at < size;) {
        g_auto(FuzzBody) exact = fuzz_body(data + at, known - at);
        const GtupdFrame frame = exact.length > 0 ? gtupd_frame_next(exact.bytes, exact.length, checked)
                                                  : (GtupdFrame){.kind = GTUPD_FRAME_MORE};
        check(&frame, &exact);
        checked = frame.kind == GTUPD_FRAME_MORE ? exact.length : 0;
        if (frame.kind == GTUPD_FRAME_MESSAGE) {
            const Found message = {at, frame.length, frame.type, frame.end};
            g_array_append_val(found, message);
        }
        if (frame.kind == GTUPD_FRAME_MORE && known == size)
            break;
        if (frame.kind == GTUPD_FRAME_MORE)
            known += MIN(step, size - known);
        at += frame.length;
    }
    return found;
}

static void check_same(const Found *a, const Found *b)
{
    g_assert_cmpuint(a->at, ==, b->at);
    g_assert_cmpuint(a->length, ==, b->length);
    g_assert_true(a->type == b->type && a->end == b->end);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    enum {
        HEAD = 2
    };
    if (size <= HEAD)
        return 0;
    const gsize step = ((gsize)data[0] | (gsize)data[1] << 8) + 1;
    g_autoptr(GArray) whole = scan(data + HEAD, size - HEAD, size);
    g_autoptr(GArray) cut = scan(data + HEAD, size - HEAD, step);
    g_assert_cmpuint(whole->len, ==, cut->len);
    for (guint i = 0; i < whole->len; i++)
        check_same(&g_array_index(whole, Found, i), &g_array_index(cut, Found, i));
    g_assert_cmpuint(gtupd_frame_skip(data, size), <=, size);
    return 0;
}
