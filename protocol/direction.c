/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "direction.h"

#include "bounds.h"
#include "fetch.h"
#include "finding.h"

/* Up to which byte of the pending ones a packet has brought them. */
typedef struct {
    gsize end;
    GtupdAnchor anchor;
} Mark;

struct _GtupdDirection {
    GtupdTracker *tracker;
    GtupdChannel *channel;
    guint side;
    gboolean skipping;   /* bytes up to the next header are passed over */
    gboolean has_header; /* a header has been seen */
    gboolean in_stray;   /* a run of stray bytes goes on */
    guint stray_runs;    /* runs that wait for the next message */

    GByteArray *pending; /* the beginning of a message or header; NULL until there is one */
    GArray *marks;       /* of Mark, for the pending bytes */
    gsize checked;       /* pending bytes that hold no end of the message */
    gsize held;          /* what they cost */
    GList age;           /* with `held`: in the tracker's queue of such */

    gboolean has_last;
    GtupdEvent last;      /* the message before */
    guint64 last_order;   /* the packet of the message before, … */
    guint32 next_ordinal; /* … and how many messages it holds so far */
};

/* Bytes being scanned, and which packet brought which. */
typedef struct {
    const guint8 *data;
    gsize length;
    const Mark *marks;
    guint mark_count;
} Window;

GtupdDirection *gtupd_direction_new(GtupdTracker *tracker, GtupdChannel *channel, guint side, gboolean from_start)
{
    GtupdDirection *direction = g_new0(GtupdDirection, 1);
    direction->tracker = tracker;
    direction->channel = channel;
    direction->side = side;
    direction->skipping = !from_start;
    direction->age.data = direction;
    return direction;
}

static void release_pending(GtupdDirection *direction)
{
    g_clear_pointer(&direction->pending, g_byte_array_unref);
    g_clear_pointer(&direction->marks, g_array_unref);
}

/* Tells what pending bytes cost: the arrays keep the room that they once had, so nothing is held in empty ones. */
static void account(GtupdDirection *direction)
{
    enum {
        ROOM_KEPT = 512
    };
    GtupdPendings *all = gtupd_tracker_pendings(direction->tracker);
    gsize held = direction->pending != NULL ? direction->pending->len : 0;
    if (held > 0)
        held += direction->marks->len * sizeof(Mark);
    else if (direction->held > ROOM_KEPT)
        release_pending(direction);
    if (held > 0 && direction->held == 0)
        g_queue_push_tail_link(&all->queue, &direction->age);
    else if (held == 0 && direction->held > 0)
        g_queue_unlink(&all->queue, &direction->age);
    all->bytes += held - direction->held;
    direction->held = held;
}

void gtupd_direction_free(GtupdDirection *direction)
{
    if (direction == NULL)
        return;
    release_pending(direction);
    account(direction);
    g_free(direction);
}

static const GtupdAnchor *anchor_at(const Window *window, gsize offset)
{
    guint i = 0;
    while (i + 1 < window->mark_count && window->marks[i].end <= offset)
        i++;
    return &window->marks[i].anchor;
}

static void emit(GtupdDirection *direction, const GtupdReading *reading, const GtupdAnchor *anchor)
{
    if (anchor->order != direction->last_order)
        direction->next_ordinal = 0;
    direction->last_order = anchor->order;
    GtupdAnchor place = *anchor;
    place.ordinal = direction->next_ordinal++;

    gtupd_tracker_message(direction->tracker, direction->channel, direction->side, reading, &place,
                          direction->stray_runs, &direction->last);
    direction->has_last = TRUE;
    direction->has_header = TRUE;
    direction->stray_runs = 0;
    direction->in_stray = FALSE;
    direction->skipping = reading->message.end == GTUPD_END_OVERSIZED;
}

static void read_and_emit(GtupdDirection *direction, const guint8 *bytes, const GtupdFrame *frame,
                          const GtupdAnchor *anchor, gboolean at_datagram_end)
{
    GtupdReading reading;
    gtupd_reading_make(&reading, bytes, frame, at_datagram_end);
    emit(direction, &reading, anchor);
}

static void see_stray(GtupdDirection *direction)
{
    if (!direction->in_stray)
        direction->stray_runs++;
    direction->in_stray = TRUE;
}

/* An oversized message belongs to the packet of its 4096th byte, any other to that of its last. */
static gsize last_byte(const GtupdFrame *frame)
{
    return frame->end == GTUPD_END_OVERSIZED ? GTUPD_MESSAGE_MAX - 1 : frame->length - 1;
}

/* Passes over what is not looked at. Returns the bytes passed; all that is left may begin a header. */
static gsize skip(GtupdDirection *direction, const guint8 *data, gsize length)
{
    const gsize skipped = gtupd_frame_skip(data, length);
    if (skipped < length && gtupd_frame_header(data + skipped, length - skipped, NULL) == GTUPD_HEADER_WHOLE)
        direction->skipping = FALSE;
    return skipped;
}

/* Takes all whole messages out of the window. Returns how many bytes were taken. */
static gsize scan(GtupdDirection *direction, const Window *window)
{
    gsize at = 0;
    while (at < window->length) {
        const guint8 *data = window->data + at;
        const gsize length = window->length - at;
        if (direction->skipping) {
            at += skip(direction, data, length);
            if (direction->skipping)
                break;
            continue;
        }
        const GtupdReading *foreseen = gtupd_tracker_foreseen(direction->tracker, data, length);
        if (foreseen != NULL) {
            at += foreseen->message.length;
            emit(direction, foreseen, anchor_at(window, at - 1));
            continue;
        }
        const GtupdFrame frame = gtupd_frame_next(data, length, at == 0 ? direction->checked : 0);
        if (frame.kind == GTUPD_FRAME_MORE) {
            direction->checked = length;
            return at;
        }
        if (frame.kind == GTUPD_FRAME_MESSAGE)
            read_and_emit(direction, data, &frame, anchor_at(window, at + last_byte(&frame)), FALSE);
        else if (frame.kind == GTUPD_FRAME_STRAY)
            see_stray(direction);
        at += frame.length;
    }
    direction->checked = 0;
    return at;
}

/* Keeps the bytes from `offset` on, which `anchor` brought. */
static void keep(GtupdDirection *direction, const guint8 *data, gsize length, const GtupdAnchor *anchor)
{
    if (direction->pending == NULL) {
        direction->pending = g_byte_array_new();
        direction->marks = g_array_new(FALSE, FALSE, sizeof(Mark));
    }
    g_byte_array_append(direction->pending, data, (guint)length);
    const Mark mark = {direction->pending->len, *anchor};
    g_array_append_val(direction->marks, mark);
}

static void drop_taken(GtupdDirection *direction, gsize taken)
{
    guint done = 0;
    for (guint i = 0; i < direction->marks->len; i++) {
        Mark *mark = &g_array_index(direction->marks, Mark, i);
        if (mark->end <= taken)
            done++;
        else
            mark->end -= taken;
    }
    if (done > 0)
        g_array_remove_range(direction->marks, 0, done);
    g_byte_array_remove_range(direction->pending, 0, (guint)taken);
}

static gboolean has_pending(const GtupdDirection *direction)
{
    return direction->pending != NULL && direction->pending->len > 0;
}

static void forget_pending(GtupdDirection *direction)
{
    if (direction->pending != NULL) {
        g_byte_array_set_size(direction->pending, 0);
        g_array_set_size(direction->marks, 0);
        account(direction);
    }
    direction->checked = 0;
}

/* The messages that were begun first are given up. Never the one at hand. */
static void enforce_limit(GtupdDirection *direction)
{
    GtupdPendings *all = gtupd_tracker_pendings(direction->tracker);
    while (all->bytes > GTUPD_MAX_PENDING_BYTES) {
        GList *oldest = all->queue.head->data != direction ? all->queue.head : all->queue.head->next;
        if (oldest == NULL)
            return;
        gtupd_direction_hole(oldest->data);
        gtupd_tracker_limit_reached(direction->tracker, GTUPD_LIMIT_STREAM_BYTES, 1);
    }
}

void gtupd_direction_bytes(GtupdDirection *direction, const guint8 *data, gsize length, const GtupdAnchor *anchor)
{
    if (length == 0)
        return;
    if (!has_pending(direction)) {
        const Mark mark = {length, *anchor};
        const gsize taken = scan(direction, &(Window){data, length, &mark, 1});
        if (taken < length) {
            keep(direction, data + taken, length - taken, anchor);
            account(direction);
            enforce_limit(direction);
        }
        return;
    }
    keep(direction, data, length, anchor);
    const Window window = {direction->pending->data, direction->pending->len, (const Mark *)direction->marks->data,
                           direction->marks->len};
    const gsize taken = scan(direction, &window);
    if (taken > 0)
        drop_taken(direction, taken);
    account(direction);
    enforce_limit(direction);
}

/* Has a message been begun whose end is not there? */
static gboolean has_begun(const GtupdDirection *direction)
{
    return has_pending(direction) && !direction->skipping &&
           gtupd_frame_header(direction->pending->data, direction->pending->len, NULL) == GTUPD_HEADER_WHOLE;
}

void gtupd_direction_hole(GtupdDirection *direction)
{
    if (has_begun(direction))
        gtupd_tracker_unfinished(direction->tracker, direction->channel);
    forget_pending(direction);
    direction->skipping = TRUE;
    direction->in_stray = FALSE;
}

void gtupd_direction_end(GtupdDirection *direction)
{
    gtupd_direction_hole(direction);
    if (direction->has_last && direction->stray_runs > 0)
        gtupd_tracker_stray(direction->tracker, &direction->last, direction->stray_runs);
    direction->stray_runs = 0;
}

/* What a datagram leaves over: a message without tail, or stray bytes; if it was cut, nothing can be said of it. */
static void take_rest(GtupdDirection *direction, const guint8 *data, gsize length, gboolean cut,
                      const GtupdAnchor *anchor)
{
    GtupdType type;
    const gboolean begun = gtupd_frame_header(data, length, &type) == GTUPD_HEADER_WHOLE;
    if (cut) {
        if (begun)
            gtupd_tracker_unfinished(direction->tracker, direction->channel);
    } else if (begun) {
        const GtupdFrame frame = {GTUPD_FRAME_MESSAGE, gtupd_frame_trim(data, length), type, GTUPD_END_HEADER, TRUE};
        read_and_emit(direction, data, &frame, anchor, TRUE);
    } else {
        see_stray(direction);
    }
}

void gtupd_direction_datagram(GtupdDirection *direction, const guint8 *data, gsize length, gboolean cut,
                              const GtupdAnchor *anchor)
{
    const Mark mark = {length, *anchor};
    const gsize taken = scan(direction, &(Window){data, length, &mark, 1});
    if (taken < length && !direction->skipping)
        take_rest(direction, data + taken, length - taken, cut, anchor);
    direction->checked = 0;
    direction->in_stray = FALSE;
    direction->skipping = !direction->has_header;
}

gboolean gtupd_direction_has_spoken(const GtupdDirection *direction)
{
    return direction->has_header;
}

void gtupd_direction_fetch(const GtupdDirection *direction, guint depth)
{
    const GByteArray *pending = depth > 0 ? direction->pending : NULL;
    const GArray *marks = depth > 0 ? direction->marks : NULL;
    if (depth == 0) {
        gtupd_fetch(direction, sizeof *direction);
    } else if (depth == 1) {
        gtupd_fetch(pending, sizeof *pending);
        gtupd_fetch(marks, sizeof *marks);
    } else if (pending != NULL) {
        gtupd_fetch(pending->data, MIN(pending->len, GTUPD_HEADER_MAX));
        gtupd_fetch(marks->data, sizeof(Mark));
    }
}

void gtupd_direction_finish(const GtupdDirection *direction, const GtupdSink *sink, guint64 *unfinished)
{
    if (has_begun(direction))
        (*unfinished)++;
    if (direction->has_last)
        gtupd_tracker_finish_stray(sink, &direction->last, direction->stray_runs);
}
