/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The bytes of a capture file, decompressed: plain, gzip, zstd, lz4 or xz, told apart by their first bytes.
 *
 * Knows nothing of captures. The bytes can be looked at where they lie, and taken from there or through a FILE * for
 * libpcap, in turn. Whatever can be decompressed of a damaged or cut file is delivered before the error.
 */
#pragma once

#include <glib.h>
#include <stdio.h>

typedef struct _GtupdSource GtupdSource;

/* Goes on at the end of a file? To be asked several times a second, while there is nothing new. */
typedef gboolean (*GtupdSourceGoesOn)(gpointer data);

/*
 * Opens a file, "-" being standard input. NULL, and *error of domain G_FILE_ERROR with the cause alone (no file name),
 * if it cannot be opened or is a directory. An empty or damaged file opens well: reading tells.
 *
 * `goes_on` (NULL: the file is all there) is for a file that is still being written: its end is not the end as long as
 * that says so. The end of what is no regular file is, as always.
 */
GtupdSource *gtupd_source_open(const char *file, GtupdSourceGoesOn goes_on, gpointer data, GError **error);

void gtupd_source_free(GtupdSource *source);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GtupdSource, gtupd_source_free)

/*
 * The next bytes: at least so many, or all that are left; where they have still to come, they are waited for. They stay
 * where they are until skipped. Borrowed until the next peek or read.
 */
const guint8 *gtupd_source_peek(GtupdSource *source, gsize least, gsize *length);

/* Passes over bytes that have been peeked at. */
void gtupd_source_skip(GtupdSource *source, gsize length);

/*
 * A FILE that reads on from where the source stands; to be asked for once. It takes no byte more than is read from it,
 * or `reads_ahead`: without, the C library asks for each byte on its own. It must be closed before the source is freed,
 * and closing it does not free the source.
 */
FILE *gtupd_source_file(GtupdSource *source, gboolean reads_ahead);

/* What stopped the reading, the cause alone; NULL if nothing did, or not all before it has been read. Borrowed. */
const GError *gtupd_source_error(const GtupdSource *source);

/* Size on disk; of what is not a regular file, the bytes read so far. */
guint64 gtupd_source_bytes(const GtupdSource *source);

/* Can it be closed and opened again (a regular file), or is it gone once read (a pipe, standard input)? */
gboolean gtupd_source_is_repeatable(const GtupdSource *source);
