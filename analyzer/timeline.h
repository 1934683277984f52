/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An update as a picture to scale: which phase lasted from when to when, which attempts and downloads, and where each
 * moment lies. Knows nothing of how it is drawn.
 */
#pragma once

#include "model.h"

#include <glib.h>

typedef struct {
    GtupdState state;
    gint64 from, to; /* ns since 1970 */
} GtupdPhase;

typedef enum {
    GTUPD_ATTEMPT_OPEN, /* no result was heard */
    GTUPD_ATTEMPT_FINISHED,
    GTUPD_ATTEMPT_FAILED,
    GTUPD_ATTEMPT_ENDED, /* with the update, by something else */
} GtupdAttemptResult;

typedef struct {
    guint number, allowed; /* 0 not known */
    gint64 from, to;
    GtupdAttemptResult result;
} GtupdAttempt;

typedef struct {
    gint64 from, to;  /* ns since 1970; all that is shown lies between, and to > from */
    GArray *phases;   /* of GtupdPhase, in order, without gaps */
    GArray *attempts; /* of GtupdAttempt, in order, as the device reported them */
    GArray *ticks;    /* of gint64: round distances from the beginning, ns, 0 first; some two to eight */
    gint64 step;      /* between two of them */
} GtupdTimeline;

/* `end`: of the captures, which an update without end runs up to. */
GtupdTimeline *gtupd_timeline_new(const GtupdModelUpdate *update, gint64 end);
void gtupd_timeline_free(GtupdTimeline *timeline);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GtupdTimeline, gtupd_timeline_free)

/* Where a moment lies: 0 the beginning, 1 the end; never outside. */
double gtupd_timeline_place(const GtupdTimeline *timeline, gint64 time);

/* A tick in words: "90 s", "2 h". Free with g_free(). */
char *gtupd_timeline_tick_dup(const GtupdTimeline *timeline, gint64 tick);
