/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A file that is written whole or not at all: a temporary file beside it, renamed at the end.
 *
 * What is no regular file (a pipe, /dev/null) and standard output are written to directly.
 */
#pragma once

#include <glib.h>
#include <stdio.h>

typedef struct _GtupdOutput GtupdOutput;

/* NULL: standard output. Errors, here and below, are of domain G_FILE_ERROR. */
GtupdOutput *gtupd_output_open(const char *file, GError **error);

/*
 * The same for one who will soon be allowed less: the file itself is opened, and emptied only when something is first
 * written, so it may be left half written where the disk is full.
 */
GtupdOutput *gtupd_output_open_in_place(const char *file, GError **error);

/* Gives up what was not finished: the file stays as it was. */
void gtupd_output_free(GtupdOutput *output);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GtupdOutput, gtupd_output_free)

/* To be written to by others too. Borrowed: not to be closed. */
FILE *gtupd_output_stream(GtupdOutput *output);

/* Appends, and sees to it that readers of a pipe get it at once. After a failure nothing is written any more. */
gboolean gtupd_output_write(GtupdOutput *output, const GString *text, GError **error);

/* All has been written: puts the file in its place. Once. */
gboolean gtupd_output_finish(GtupdOutput *output, GError **error);
