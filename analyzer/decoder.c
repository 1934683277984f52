/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "decoder.h"

#include <gio/gio.h>
#include <lz4frame.h>
#include <lzma.h>
#include <string.h>
#include <zlib.h>
#include <zstd.h>
#include <zstd_errors.h>

typedef enum {
    STEP_GOES_ON,
    STEP_ENDS, /* the file is complete, and what follows is another */
    STEP_DAMAGED,
    STEP_TOO_LARGE, /* it needs more than GTUPD_DECODER_MEMORY_MAX */
} Step;

typedef struct {
    const char *name;
    const char *magic;
    gsize magic_length;
    void (*begin)(GtupdDecoder *decoder);
    Step (*step)(GtupdDecoder *decoder, GtupdDecoding *bytes);
} Compression;

struct _GtupdDecoder {
    const Compression *compression;
    z_stream gzip;
    lzma_stream xz;
    ZSTD_DStream *zstd;
    LZ4F_dctx *lz4;
    gsize wanted;     /* zstd, lz4: bytes up to the end of the block, as far as is known; 0 as many as there are */
    gboolean may_end; /* a file is complete, and no other has begun */
    gboolean over;    /* what follows is none */
};

/* RFC 1952 */

static void begin_gzip(GtupdDecoder *decoder)
{
    inflateInit2(&decoder->gzip, 16 + MAX_WBITS); /* 16: gzip's header and trailer */
}

static Step step_gzip(GtupdDecoder *decoder, GtupdDecoding *bytes)
{
    z_stream *gzip = &decoder->gzip;
    const uInt in = (uInt)MIN(bytes->in_length, G_MAXUINT), out = (uInt)MIN(bytes->out_length, G_MAXUINT);
    gzip->next_in = (Bytef *)bytes->in;
    gzip->avail_in = in;
    gzip->next_out = bytes->out;
    gzip->avail_out = out;
    int status = inflate(gzip, Z_NO_FLUSH);
    bytes->in += in - gzip->avail_in;
    bytes->in_length -= in - gzip->avail_in;
    bytes->out += out - gzip->avail_out;
    bytes->out_length -= out - gzip->avail_out;
    if (status == Z_STREAM_END)
        inflateReset(gzip);
    if (status == Z_STREAM_END)
        return STEP_ENDS;
    return status == Z_OK || status == Z_BUF_ERROR ? STEP_GOES_ON : STEP_DAMAGED;
}

/* The .xz file format, 1.1.0 */

static void begin_xz(GtupdDecoder *decoder)
{
    if (lzma_stream_decoder(&decoder->xz, GTUPD_DECODER_MEMORY_MAX, 0) != LZMA_OK)
        g_error("no memory for an xz decoder");
}

static Step step_xz(GtupdDecoder *decoder, GtupdDecoding *bytes)
{
    lzma_stream *xz = &decoder->xz;
    xz->next_in = bytes->in;
    xz->avail_in = bytes->in_length;
    xz->next_out = bytes->out;
    xz->avail_out = bytes->out_length;
    lzma_ret status = lzma_code(xz, LZMA_RUN);
    bytes->in = xz->next_in;
    bytes->in_length = xz->avail_in;
    bytes->out = xz->next_out;
    bytes->out_length = xz->avail_out;
    if (status == LZMA_STREAM_END)
        begin_xz(decoder);
    if (status == LZMA_STREAM_END)
        return STEP_ENDS;
    if (status == LZMA_MEMLIMIT_ERROR)
        return STEP_TOO_LARGE;
    return status == LZMA_OK || status == LZMA_BUF_ERROR ? STEP_GOES_ON : STEP_DAMAGED;
}

/* RFC 8878. Where it fails, what it has decoded in the same step is lost: it gets a block at a time. */

static void begin_zstd(GtupdDecoder *decoder)
{
    decoder->zstd = ZSTD_createDStream();
    decoder->wanted = ZSTD_initDStream(decoder->zstd);
}

static gsize take_wanted(const GtupdDecoder *decoder, const GtupdDecoding *bytes)
{
    return decoder->wanted > 0 ? MIN(decoder->wanted, bytes->in_length) : bytes->in_length;
}

static Step step_zstd(GtupdDecoder *decoder, GtupdDecoding *bytes)
{
    ZSTD_inBuffer in = {bytes->in, take_wanted(decoder, bytes), 0};
    ZSTD_outBuffer out = {bytes->out, bytes->out_length, 0};
    gsize status = ZSTD_decompressStream(decoder->zstd, &out, &in);
    bytes->in += in.pos;
    bytes->in_length -= in.pos;
    bytes->out += out.pos;
    bytes->out_length -= out.pos;
    if (ZSTD_isError(status))
        return ZSTD_getErrorCode(status) == ZSTD_error_frameParameter_windowTooLarge ? STEP_TOO_LARGE : STEP_DAMAGED;
    decoder->wanted = status > 0 ? status : ZSTD_initDStream(decoder->zstd);
    return status == 0 ? STEP_ENDS : STEP_GOES_ON;
}

/* LZ4 Frame Format, 1.6.2; the same goes for it. */

static void begin_lz4(GtupdDecoder *decoder)
{
    if (LZ4F_isError(LZ4F_createDecompressionContext(&decoder->lz4, LZ4F_VERSION)))
        g_error("no memory for an lz4 decoder");
}

static Step step_lz4(GtupdDecoder *decoder, GtupdDecoding *bytes)
{
    gsize in = take_wanted(decoder, bytes), out = bytes->out_length;
    gsize status = LZ4F_decompress(decoder->lz4, bytes->out, &out, bytes->in, &in, NULL);
    if (LZ4F_isError(status))
        return STEP_DAMAGED;
    bytes->in += in;
    bytes->in_length -= in;
    bytes->out += out;
    bytes->out_length -= out;
    decoder->wanted = status;
    return status == 0 ? STEP_ENDS : STEP_GOES_ON;
}

static const Compression compressions[] = {
    {"gzip", "\x1f\x8b", 2, begin_gzip, step_gzip},
    {"zstd", "\x28\xb5\x2f\xfd", 4, begin_zstd, step_zstd},
    {"zstd", "\x50\x2a\x4d\x18", 4, begin_zstd, step_zstd}, /* as pzstd begins: a frame that tells of the next */
    {"lz4", "\x04\x22\x4d\x18", 4, begin_lz4, step_lz4},
    {"xz",
     "\xfd"
     "7zXZ\0",
     6, begin_xz, step_xz},
};

GtupdDecoder *gtupd_decoder_new_for(const guint8 *head, gsize length)
{
    for (gsize i = 0; i < G_N_ELEMENTS(compressions); i++) {
        const Compression *compression = &compressions[i];
        if (length < compression->magic_length || memcmp(head, compression->magic, compression->magic_length) != 0)
            continue;
        GtupdDecoder *decoder = g_new0(GtupdDecoder, 1);
        decoder->compression = compression;
        compression->begin(decoder);
        return decoder;
    }
    return NULL;
}

void gtupd_decoder_free(GtupdDecoder *decoder)
{
    if (!decoder)
        return;
    inflateEnd(&decoder->gzip);
    lzma_end(&decoder->xz);
    ZSTD_freeDStream(decoder->zstd);
    LZ4F_freeDecompressionContext(decoder->lz4);
    g_free(decoder);
}

static gboolean fail(const GtupdDecoder *decoder, Step step, GError **error)
{
    const char *name = decoder->compression->name;
    if (step == STEP_TOO_LARGE)
        g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_NOMEM,
                    "%s data that need more than %" G_GUINT64_FORMAT " MiB of memory", name,
                    GTUPD_DECODER_MEMORY_MAX >> 20);
    else
        g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_IO, "damaged %s data", name);
    return FALSE;
}

gboolean gtupd_decoder_run(GtupdDecoder *decoder, GtupdDecoding *bytes, GError **error)
{
    if (decoder->over) {
        bytes->in_length = 0;
        return TRUE;
    }
    const gsize in = bytes->in_length, out = bytes->out_length;
    Step step = decoder->compression->step(decoder, bytes);
    decoder->over = step >= STEP_DAMAGED && decoder->may_end;
    if (step >= STEP_DAMAGED && !decoder->may_end)
        return fail(decoder, step, error);
    if (step == STEP_ENDS || bytes->in_length < in || bytes->out_length < out)
        decoder->may_end = step == STEP_ENDS || decoder->over;
    return TRUE;
}

gboolean gtupd_decoder_may_end(const GtupdDecoder *decoder)
{
    return decoder->may_end;
}

const char *gtupd_decoder_name(const GtupdDecoder *decoder)
{
    return decoder->compression->name;
}
