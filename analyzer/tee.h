/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One sink for several: each is told everything, in the order in which they were added. */
#pragma once

#include "event.h"

#include <glib.h>

#define GTUPD_TEE_MAX 5

/* Zero is an empty one. */
typedef struct {
    GtupdSink sinks[GTUPD_TEE_MAX];
    guint count;
} GtupdTee;

void gtupd_tee_add(GtupdTee *tee, const GtupdSink *sink);

/* Borrows the tee, to which more may be added. */
GtupdSink gtupd_tee_sink(GtupdTee *tee);
