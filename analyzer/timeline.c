/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "timeline.h"

#include "verdict.h"

#define MILLISECOND G_GINT64_CONSTANT(1000000)
#define SECOND      (1000 * MILLISECOND)
#define MINUTE      (60 * SECOND)
#define HOUR        (60 * MINUTE)
#define DAY         (24 * HOUR)

typedef struct {
    gint64 length;
    const char *name;
} Unit;

static const Unit units[] = {{DAY, "d"}, {HOUR, "h"}, {MINUTE, "min"}, {SECOND, "s"}, {MILLISECOND, "ms"}};

/* Distances that people count in. */
static const gint64 steps[] = {
    1 * MILLISECOND,   2 * MILLISECOND,   5 * MILLISECOND,   10 * MILLISECOND, 20 * MILLISECOND, 50 * MILLISECOND,
    100 * MILLISECOND, 200 * MILLISECOND, 500 * MILLISECOND, 1 * SECOND,       2 * SECOND,       5 * SECOND,
    10 * SECOND,       15 * SECOND,       30 * SECOND,       1 * MINUTE,       2 * MINUTE,       5 * MINUTE,
    10 * MINUTE,       15 * MINUTE,       30 * MINUTE,       1 * HOUR,         2 * HOUR,         3 * HOUR,
    6 * HOUR,          12 * HOUR,         1 * DAY,           2 * DAY,          5 * DAY,          10 * DAY,
    30 * DAY,          100 * DAY,         365 * DAY,         1000 * DAY,       10000 * DAY,
};

static const GtupdEvent *event_at(const GtupdModelUpdate *update, guint index)
{
    return &g_array_index(update->events, GtupdEvent, index);
}

/* The span */

static void span_include(GtupdTimeline *timeline, gint64 time)
{
    timeline->from = MIN(timeline->from, time);
    timeline->to = MAX(timeline->to, time);
}

static void span_include_transfer(GtupdTimeline *timeline, const GtupdTransfer *transfer)
{
    const GtupdAnchor *anchors[] = {&transfer->request, &transfer->last_data, &transfer->end};
    for (guint i = 0; i < G_N_ELEMENTS(anchors); i++)
        if (anchors[i]->order != 0)
            span_include(timeline, anchors[i]->time);
}

static void find_span(GtupdTimeline *timeline, const GtupdModelUpdate *update, gint64 end)
{
    timeline->from = timeline->to = update->start_time;
    if (update->end_time != 0)
        span_include(timeline, update->end_time);
    for (guint i = 0; i < update->events->len; i++)
        span_include(timeline, event_at(update, i)->anchor.time);
    for (guint i = 0; i < update->transfers->len; i++)
        span_include_transfer(timeline, update->transfers->pdata[i]);
    if (gtupd_verdict_is_open(update->outcome))
        span_include(timeline, end);
    if (timeline->to == timeline->from)
        timeline->to = timeline->from + SECOND;
}

/* Phases and attempts */

static void add_phase(GtupdTimeline *timeline, GtupdState state, gint64 from, gint64 to)
{
    if (state == GTUPD_STATE_NONE || state == GTUPD_STATE_ENDED || to <= from)
        return;
    GtupdPhase phase = {.state = state, .from = from, .to = to};
    g_array_append_val(timeline->phases, phase);
}

/* When the last phase is over: with the update, or with what is known of it. */
static gint64 end_of_phases(const GtupdTimeline *timeline, const GtupdModelUpdate *update)
{
    return update->end_time != 0 ? update->end_time : timeline->to;
}

static void find_phases(GtupdTimeline *timeline, const GtupdModelUpdate *update)
{
    GtupdState state = GTUPD_STATE_NONE;
    gint64 since = update->start_time;
    gint64 end = end_of_phases(timeline, update);
    for (guint i = 0; i < update->events->len; i++) {
        const GtupdEvent *event = event_at(update, i);
        if (event->state == state || event->anchor.time > end)
            continue;
        add_phase(timeline, state, since, event->anchor.time);
        state = event->state;
        since = event->anchor.time;
    }
    add_phase(timeline, state, since, end);
}

static void close_attempt(GArray *attempts, gint64 time, GtupdAttemptResult result)
{
    if (attempts->len == 0)
        return;
    GtupdAttempt *last = &g_array_index(attempts, GtupdAttempt, attempts->len - 1);
    if (last->to != 0)
        return;
    last->to = MAX(time, last->from);
    last->result = result;
}

static void find_attempts(GtupdTimeline *timeline, const GtupdModelUpdate *update)
{
    for (guint i = 0; i < update->events->len; i++) {
        const GtupdEvent *event = event_at(update, i);
        gint64 time = event->anchor.time;
        if (event->kind == GTUPD_KIND_DOWNLOAD_STARTED) {
            GtupdAttempt attempt = {.number = event->attempt, .allowed = event->attempts_allowed, .from = time};
            close_attempt(timeline->attempts, time, GTUPD_ATTEMPT_OPEN);
            g_array_append_val(timeline->attempts, attempt);
        } else if (event->kind == GTUPD_KIND_DOWNLOAD_FINISHED) {
            close_attempt(timeline->attempts, time, GTUPD_ATTEMPT_FINISHED);
        } else if (event->kind == GTUPD_KIND_DOWNLOAD_FAILED) {
            close_attempt(timeline->attempts, time, GTUPD_ATTEMPT_FAILED);
        } else if (event->state == GTUPD_STATE_ENDED || event->state == GTUPD_STATE_UPDATING) {
            close_attempt(timeline->attempts, time, GTUPD_ATTEMPT_ENDED);
        }
    }
    close_attempt(timeline->attempts, end_of_phases(timeline, update), GTUPD_ATTEMPT_OPEN);
}

/* Ticks */

static void find_ticks(GtupdTimeline *timeline)
{
    enum {
        TICKS_MAX = 6
    };
    gint64 span = timeline->to - timeline->from;
    guint chosen = 0;
    while (chosen + 1 < G_N_ELEMENTS(steps) && span / steps[chosen] >= TICKS_MAX)
        chosen++;
    timeline->step = steps[chosen];
    for (gint64 i = 0; i <= MIN(span / timeline->step, 2 * TICKS_MAX); i++) {
        gint64 tick = i * timeline->step;
        g_array_append_val(timeline->ticks, tick);
    }
}

char *gtupd_timeline_tick_dup(const GtupdTimeline *timeline, gint64 tick)
{
    if (timeline->step < SECOND && timeline->to - timeline->from >= SECOND)
        return g_strdup_printf("%" G_GINT64_FORMAT ".%" G_GINT64_FORMAT " s", tick / SECOND,
                               tick % SECOND / (SECOND / 10));
    const Unit *unit = units;
    while (unit->length > timeline->step && unit + 1 < units + G_N_ELEMENTS(units))
        unit++;
    return g_strdup_printf("%" G_GINT64_FORMAT " %s", tick / unit->length, unit->name);
}

GtupdTimeline *gtupd_timeline_new(const GtupdModelUpdate *update, gint64 end)
{
    GtupdTimeline *timeline = g_new0(GtupdTimeline, 1);
    timeline->phases = g_array_new(FALSE, FALSE, sizeof(GtupdPhase));
    timeline->attempts = g_array_new(FALSE, FALSE, sizeof(GtupdAttempt));
    timeline->ticks = g_array_new(FALSE, FALSE, sizeof(gint64));
    find_span(timeline, update, end);
    find_phases(timeline, update);
    find_attempts(timeline, update);
    find_ticks(timeline);
    return timeline;
}

void gtupd_timeline_free(GtupdTimeline *timeline)
{
    if (!timeline)
        return;
    g_array_unref(timeline->phases);
    g_array_unref(timeline->attempts);
    g_array_unref(timeline->ticks);
    g_free(timeline);
}

double gtupd_timeline_place(const GtupdTimeline *timeline, gint64 time)
{
    double place = (double)(time - timeline->from) / (double)(timeline->to - timeline->from);
    return CLAMP(place, 0.0, 1.0);
}
