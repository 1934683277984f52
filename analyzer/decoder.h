/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Decompression: gzip, zstd, lz4 and xz, told apart by their first bytes. Bytes in, bytes out; knows no files.
 *
 * Each library is asked itself, and in steps so small that whatever can be decoded comes out, also of data that are cut
 * or damaged a little further on: a small capture may well lie within what a library decodes at once.
 */
#pragma once

#include <glib.h>

/* Beyond this (bytes) a decoder gets no memory for what it must look back to; zstd's own limit is the same. */
#define GTUPD_DECODER_MEMORY_MAX (G_GUINT64_CONSTANT(128) << 20)

typedef struct _GtupdDecoder GtupdDecoder;

/* For data that begin like this; NULL: they are not compressed. */
GtupdDecoder *gtupd_decoder_new_for(const guint8 *head, gsize length);
void gtupd_decoder_free(GtupdDecoder *decoder);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GtupdDecoder, gtupd_decoder_free)

/* Where a decoder takes bytes from, and where it puts them: both move on. */
typedef struct {
    const guint8 *in;
    gsize in_length;
    guint8 *out;
    gsize out_length;
} GtupdDecoding;

/*
 * Decodes some of the bytes, or what it has held back of those before, for which there was no room. Asked again without
 * bytes, and with room left, it has nothing more to give. FALSE, and *error of domain G_FILE_ERROR: they are damaged.
 */
gboolean gtupd_decoder_run(GtupdDecoder *decoder, GtupdDecoding *bytes, GError **error);

/*
 * May the data end here? Several compressed files may follow each other as one; bytes behind the last of them that are
 * none are passed over, as gzip does it.
 */
gboolean gtupd_decoder_may_end(const GtupdDecoder *decoder);

/* "gzip", … Static storage. */
const char *gtupd_decoder_name(const GtupdDecoder *decoder);
