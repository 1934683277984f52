/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A report of lines, written while the captures are being read, so that it needs no memory for what it has written.
 *
 * An update's line is written when the update makes room for the next one of its device, or at the end: until then
 * something may still be heard of it. Its findings follow; one that is made later stands by itself.
 */
#pragma once

#include "output.h"
#include "report.h"
#include "selection.h"

#include <glib.h>

typedef struct _GtupdLines GtupdLines;

/* To be begun before the first packet. Everything is borrowed, and must outlive the lines. */
GtupdLines *gtupd_lines_new(GtupdModel *model, const GtupdLineFormat *format, const GtupdReportOptions *options,
                            const GtupdSelection *selection, GtupdOutput *output);
void gtupd_lines_free(GtupdLines *lines);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GtupdLines, gtupd_lines_free)

/*
 * For those who watch the lines: updates are to be written as soon as a report has ended them, not only when nothing
 * more can be heard of them. The engine is to tell the sink, and after each packet those that have ended are written.
 * Without, lines are written in large pieces.
 */
GtupdSink gtupd_lines_sink(GtupdLines *lines);
void gtupd_lines_hurry(GtupdLines *lines, const GtupdEngine *engine);

/* The same lines of a complete model, which has kept everything. */
void gtupd_lines_render(const GtupdModel *model, const GtupdLineFormat *format, const GtupdReportOptions *options,
                        GString *out);

/*
 * The model is complete: writes the rest, and leaves in the model's totals what was written. FALSE, and an error of
 * domain G_FILE_ERROR, if a line could not be written, now or before.
 */
gboolean gtupd_lines_end(GtupdLines *lines, GError **error);
