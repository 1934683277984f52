/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "timeline.h"

#include "analysis.h"
#include "savefile.h"

#include <math.h>

static const GtupdModelUpdate *only_update(const GtupdModel *model)
{
    const GtupdModelDevice *device = model->devices->pdata[0];
    return device->updates->pdata[0];
}

static GtupdTimeline *failed_update(GtupdModel **model)
{
    g_autoptr(GByteArray) file = savefile_new(SAVEFILE_RAW, FALSE);
    savefile_failed_update(file, SAVEFILE_TIME, FALSE);
    *model = analysis_new(file, NULL);
    return gtupd_timeline_new(only_update(*model), gtupd_model_end(*model));
}

/* Start, ACK, confirmed, download started, failed: a second apart. */
static void test_phases(void)
{
    static const GtupdPhase expected[] = {
        {GTUPD_STATE_REQUESTED, 0, 2},
        {GTUPD_STATE_CONFIRMED, 2, 3},
        {GTUPD_STATE_DOWNLOADING, 3, 4},
    };
    g_autoptr(GtupdModel) model = NULL;
    g_autoptr(GtupdTimeline) timeline = failed_update(&model);
    g_assert_cmpint(timeline->from, ==, SAVEFILE_TIME);
    g_assert_cmpint(timeline->to, ==, SAVEFILE_TIME + 4 * SAVEFILE_SECOND);
    g_assert_cmpuint(timeline->phases->len, ==, G_N_ELEMENTS(expected));
    for (guint i = 0; i < G_N_ELEMENTS(expected); i++) {
        const GtupdPhase *phase = &g_array_index(timeline->phases, GtupdPhase, i);
        g_assert_cmpint(phase->state, ==, expected[i].state);
        g_assert_cmpint(phase->from, ==, SAVEFILE_TIME + expected[i].from * SAVEFILE_SECOND);
        g_assert_cmpint(phase->to, ==, SAVEFILE_TIME + expected[i].to * SAVEFILE_SECOND);
    }
}

static void test_attempts(void)
{
    g_autoptr(GtupdModel) model = NULL;
    g_autoptr(GtupdTimeline) timeline = failed_update(&model);
    g_assert_cmpuint(timeline->attempts->len, ==, 1);
    const GtupdAttempt *attempt = &g_array_index(timeline->attempts, GtupdAttempt, 0);
    g_assert_cmpuint(attempt->number, ==, 1);
    g_assert_cmpuint(attempt->allowed, ==, 1);
    g_assert_cmpint(attempt->result, ==, GTUPD_ATTEMPT_FAILED);
    g_assert_cmpint(attempt->to - attempt->from, ==, SAVEFILE_SECOND);
}

/* An update that is still open runs up to the end of the capture, and so does its attempt. */
static void test_open(void)
{
    g_autoptr(GByteArray) file = savefile_new(SAVEFILE_RAW, FALSE);
    savefile_datagram(file, SAVEFILE_TIME, TRUE, "+RESP:GTUPD,DF0107,867700040011113,,100,,20200910012702,0001$");
    savefile_datagram(file, SAVEFILE_TIME + SAVEFILE_SECOND, TRUE,
                      "+RESP:GTUPD,DF0107,867700040011113,,200,1,20200910012703,0002$");
    g_autoptr(GtupdModel) model = analysis_new(file, NULL);
    g_autoptr(GtupdTimeline) timeline = gtupd_timeline_new(only_update(model), SAVEFILE_TIME + 100 * SAVEFILE_SECOND);
    const GtupdAttempt *attempt = &g_array_index(timeline->attempts, GtupdAttempt, 0);
    g_assert_cmpint(timeline->to, ==, SAVEFILE_TIME + 100 * SAVEFILE_SECOND);
    g_assert_cmpint(attempt->result, ==, GTUPD_ATTEMPT_OPEN);
    g_assert_cmpint(attempt->to, ==, timeline->to);
}

static void test_place(void)
{
    g_autoptr(GtupdModel) model = NULL;
    g_autoptr(GtupdTimeline) timeline = failed_update(&model);
    g_assert_true(fabs(gtupd_timeline_place(timeline, timeline->from)) < 1e-9);
    g_assert_true(fabs(gtupd_timeline_place(timeline, timeline->from + SAVEFILE_SECOND) - 0.25) < 1e-9);
    g_assert_true(fabs(gtupd_timeline_place(timeline, timeline->to) - 1) < 1e-9);
    g_assert_true(fabs(gtupd_timeline_place(timeline, G_MAXINT64) - 1) < 1e-9);
    g_assert_true(fabs(gtupd_timeline_place(timeline, 0)) < 1e-9);
}

typedef struct {
    gint64 span;
    guint ticks;
    const char *last;
} TickCase;

/* Whatever the span: a handful of ticks, at round distances. */
static void test_ticks(void)
{
    static const TickCase cases[] = {
        {0, 6, "1.0 s"}, /* shown as a second */
        {5 * G_GINT64_CONSTANT(1000000), 6, "5 ms"},
        {4 * SAVEFILE_SECOND, 5, "4 s"},
        {64 * SAVEFILE_SECOND, 5, "60 s"},
        {90 * 60 * SAVEFILE_SECOND, 4, "90 min"},
        {26 * 3600 * SAVEFILE_SECOND, 5, "24 h"},
        {20 * 86400 * SAVEFILE_SECOND, 5, "20 d"},
        {80000 * (86400 * SAVEFILE_SECOND), 9, "80000 d"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GArray) events = g_array_new(FALSE, FALSE, sizeof(GtupdEvent));
        g_autoptr(GPtrArray) transfers = g_ptr_array_new();
        GtupdModelUpdate update = {
            .start_time = 1, .end_time = 1 + cases[i].span, .events = events, .transfers = transfers};
        g_autoptr(GtupdTimeline) timeline = gtupd_timeline_new(&update, 0);
        g_assert_cmpuint(timeline->ticks->len, ==, cases[i].ticks);
        gint64 last = g_array_index(timeline->ticks, gint64, timeline->ticks->len - 1);
        g_autofree char *words = gtupd_timeline_tick_dup(timeline, last);
        g_assert_cmpstr(words, ==, cases[i].last);
        g_assert_cmpint(last, <=, timeline->to - timeline->from);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/timeline/phases", test_phases);
    g_test_add_func("/timeline/attempts", test_attempts);
    g_test_add_func("/timeline/open", test_open);
    g_test_add_func("/timeline/place", test_place);
    g_test_add_func("/timeline/ticks", test_ticks);
    return g_test_run();
}
