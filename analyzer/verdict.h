/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What an update's end means to whoever has to act on it, in words. */
#pragma once

#include "model.h"

#include <glib.h>

typedef enum {
    GTUPD_VERDICT_GOOD,    /* the new firmware runs */
    GTUPD_VERDICT_STOPPED, /* somebody asked for its end */
    GTUPD_VERDICT_UNCLEAR, /* the capture does not show how it ended */
    GTUPD_VERDICT_FAILED,
    GTUPD_VERDICTS,
} GtupdVerdict;

GtupdVerdict gtupd_verdict(GtupdOutcome outcome);

/* Was it still under way when the capture ended? */
gboolean gtupd_verdict_is_open(GtupdOutcome outcome);

/* "download failed": fits behind "the update: ". Static storage. */
const char *gtupd_verdict_words(GtupdOutcome outcome);

/* The same with what is known of it: "download failed after 2 of 2 attempts". Free with g_free(). */
char *gtupd_verdict_dup(const GtupdModelUpdate *update);

/* The message that decided it: the one that ended the update, or the last heard. NULL without events. Borrowed. */
const GtupdEvent *gtupd_verdict_event(const GtupdModelUpdate *update);
