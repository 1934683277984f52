/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Framing: the first byte says in how large pieces the others come. Spans lie within the input and make progress, and
 * messages are the same however the input is cut.
 */
#include "frame.h"
#include "fuzz.h"

typedef struct {
    gsize at, length;
    GtupdType type;
    GtupdFrameEnd end;
} Found;

static void check(const GtupdFrame *frame, const guint8 *data, gsize length)
{
    g_assert_cmpuint(frame->length, <=, length);
    g_assert_true((frame->kind == GTUPD_FRAME_MORE) == (frame->length == 0));
    if (frame->kind != GTUPD_FRAME_MESSAGE)
        return;
    GtupdType type;
    g_assert_cmpuint(frame->length, <=, GTUPD_MESSAGE_MAX);
    g_assert_cmpint(gtupd_frame_header(data, frame->length, &type), ==, GTUPD_HEADER_WHOLE);
    g_assert_cmpint(type, ==, frame->type);
    g_assert_cmpuint(gtupd_frame_trim(data, frame->length), <=, frame->length);
    g_assert_true((frame->end == GTUPD_END_TAIL) == (data[frame->length - 1] == '$'));
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
        check(&frame, exact.bytes, exact.length);
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

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 1)
        return 0;
    g_autoptr(GArray) whole = scan(data + 1, size - 1, size);
    g_autoptr(GArray) cut = scan(data + 1, size - 1, (gsize)data[0] + 1);
    g_assert_cmpmem(whole->data, whole->len * sizeof(Found), cut->data, cut->len * sizeof(Found));
    g_assert_cmpuint(gtupd_frame_skip(data, size), <=, size);
    return 0;
}
