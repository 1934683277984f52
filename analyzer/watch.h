/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What happens while one looks on: a line for each message of an update, for each finding, and for an update's end.
 *
 * Says what is known at that moment; the report at the end knows better.
 */
#pragma once

#include "report.h"

#include <glib.h>
#include <stdio.h>

typedef struct _GtupdWatch GtupdWatch;

/* Lines go to `stream`, each at once. Borrows all; `only`: see GtupdModel. */
GtupdWatch *gtupd_watch_new(const GtupdReportOptions *options, GHashTable *only, FILE *stream);
void gtupd_watch_free(GtupdWatch *watch);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GtupdWatch, gtupd_watch_free)

/* What the engine is to tell. */
GtupdSink gtupd_watch_sink(GtupdWatch *watch);
