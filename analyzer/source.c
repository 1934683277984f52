/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * raw bytes (fd) → decoder → head → FILE *
 *
 * gzip is decoded by GLib, the others by libarchive: of a cut gzip file libarchive drops up to 64 KiB that it had
 * already decoded, which can be the whole capture. zstd and lz4 come in blocks that are whole or lost in any case.
 */
#include "source.h"

#include <archive.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Read from the file at once. */
#define RAW_SIZE  32768
#define GZIP_STEP 512

/* Gives up to `size` bytes; 0 at the end, also where source->error has been set. */
typedef gsize (*Decoder)(GtupdSource *source, guint8 *buffer, gsize size);

struct _GtupdSource {
    int fd;
    gboolean is_regular, is_repeatable;
    guint64 size;       /* of a regular file */
    guint64 bytes_read; /* raw */
    GError *error;
    GtupdSourceGoesOn goes_on; /* NULL: the file is all there */
    gpointer goes_on_data;

    guint8 raw[RAW_SIZE]; /* read from fd, [raw_used, raw_length) not yet decoded */
    gsize raw_length, raw_used;
    gboolean raw_ended;

    Decoder decode;
    GConverter *inflater;
    gboolean between_members; /* of a gzip file, which may end here */
    struct archive *archive;
    const void *block; /* of the archive's, not yet given out */
    gsize block_length;

    guint8 *head; /* decoded, [head_used, head_length) not yet given out */
    gsize head_length, head_used;
};

/* Raw bytes */

/* Of a file that is still being written: at its end, or interrupted, is it worth another try? */
static gboolean may_come(const GtupdSource *source, ssize_t length)
{
    enum {
        MICROSECONDS_BETWEEN_LOOKS = 50000
    };
    gboolean interrupted = length < 0 && errno == EINTR;
    if (!source->goes_on)
        return interrupted;
    if (!interrupted && (length != 0 || !source->is_regular))
        return FALSE;
    if (!source->goes_on(source->goes_on_data))
        return FALSE;
    if (!interrupted)
        g_usleep(MICROSECONDS_BETWEEN_LOOKS);
    return TRUE;
}

/* Makes raw bytes available; FALSE at the end of the file, and where it cannot be read (source->error). */
static gboolean raw_fill(GtupdSource *source)
{
    if (source->raw_used < source->raw_length)
        return TRUE;
    if (source->raw_ended)
        return FALSE;
    ssize_t length;
    do
        length = read(source->fd, source->raw, sizeof source->raw);
    while (may_come(source, length));
    source->raw_used = 0;
    source->raw_length = length > 0 ? (gsize)length : 0;
    source->bytes_read += source->raw_length;
    source->raw_ended = length <= 0;
    if (length < 0 && errno != EINTR && !source->error)
        source->error = g_error_new_literal(G_FILE_ERROR, (gint)g_file_error_from_errno(errno), g_strerror(errno));
    return length > 0;
}

/* Decoders */

static gsize decode_plain(GtupdSource *source, guint8 *buffer, gsize size)
{
    if (!raw_fill(source))
        return 0;
    gsize length = MIN(size, source->raw_length - source->raw_used);
    memcpy(buffer, source->raw + source->raw_used, length);
    source->raw_used += length;
    return length;
}

/*
 * Several gzip members may follow each other; bytes behind the last that are none are ignored, as gzip does. Small
 * steps, because what a step had decoded before it met damage is lost.
 */
static gsize decode_gzip(GtupdSource *source, guint8 *buffer, gsize size)
{
    for (;;) {
        gboolean more = raw_fill(source);
        gsize consumed = 0, produced = 0;
        g_autoptr(GError) error = NULL;
        GConverterResult result = g_converter_convert(
            source->inflater, source->raw + source->raw_used, source->raw_length - source->raw_used, buffer,
            MIN(size, GZIP_STEP), more ? G_CONVERTER_NO_FLAGS : G_CONVERTER_INPUT_AT_END, &consumed, &produced, &error);
        source->raw_used += consumed;
        if (result == G_CONVERTER_FINISHED)
            g_converter_reset(source->inflater);
        if (result != G_CONVERTER_ERROR)
            source->between_members = result == G_CONVERTER_FINISHED;
        if (produced > 0)
            return produced;
        if (consumed > 0)
            continue;
        if (!source->between_members && !source->error)
            source->error = more ? g_error_new(G_FILE_ERROR, G_FILE_ERROR_IO, "damaged gzip data")
                                 : g_error_new(G_FILE_ERROR, G_FILE_ERROR_IO, "the gzip data is cut");
        return 0;
    }
}

static la_ssize_t archive_read_raw(struct archive *archive, void *data, const void **buffer)
{
    GtupdSource *source = data;
    if (!raw_fill(source)) {
        if (!source->error)
            return 0;
        archive_set_error(archive, EIO, "%s", source->error->message);
        return -1;
    }
    *buffer = source->raw + source->raw_used;
    la_ssize_t length = (la_ssize_t)(source->raw_length - source->raw_used);
    source->raw_used = source->raw_length;
    return length;
}

static void archive_fail(GtupdSource *source)
{
    const char *cause = archive_error_string(source->archive);
    if (!source->error)
        source->error = g_error_new(G_FILE_ERROR, G_FILE_ERROR_IO, "damaged or cut compressed data: %s",
                                    cause ? cause : "unknown cause");
}

/* Only the three filters are let in: others would start external programs for bytes that look like theirs. */
static void archive_open(GtupdSource *source)
{
    source->archive = archive_read_new();
    archive_read_support_filter_zstd(source->archive);
    archive_read_support_filter_lz4(source->archive);
    archive_read_support_filter_xz(source->archive);
    archive_read_support_format_raw(source->archive);
    archive_read_support_format_empty(source->archive);
    struct archive_entry *entry;
    if (archive_read_open(source->archive, source, NULL, archive_read_raw, NULL) != ARCHIVE_OK ||
        archive_read_next_header(source->archive, &entry) < ARCHIVE_OK)
        archive_fail(source);
}

/* By blocks, because archive_read_data() would drop what it had copied before it met damage. */
static gsize decode_archive(GtupdSource *source, guint8 *buffer, gsize size)
{
    while (source->block_length == 0) {
        la_int64_t offset;
        int status = source->error
                         ? ARCHIVE_EOF
                         : archive_read_data_block(source->archive, &source->block, &source->block_length, &offset);
        if (status == ARCHIVE_EOF)
            return 0;
        if (status < ARCHIVE_OK && status != ARCHIVE_RETRY) {
            source->block_length = 0;
            archive_fail(source);
            return 0;
        }
    }
    gsize length = MIN(size, source->block_length);
    memcpy(buffer, source->block, length);
    source->block = (const guint8 *)source->block + length;
    source->block_length -= length;
    return length;
}

typedef struct {
    const char *magic;
    gsize length;
    Decoder decode;
} Compression;

static const Compression compressions[] = {
    {"\x1f\x8b", 2, decode_gzip},            /* RFC 1952 */
    {"\x28\xb5\x2f\xfd", 4, decode_archive}, /* zstd, RFC 8878 */
    {"\x04\x22\x4d\x18", 4, decode_archive}, /* lz4 frame */
    {"\xfd"
     "7zXZ\0",
     6, decode_archive}, /* xz */
};

static Decoder choose_decoder(GtupdSource *source)
{
    raw_fill(source);
    for (gsize i = 0; i < G_N_ELEMENTS(compressions); i++)
        if (source->raw_length >= compressions[i].length &&
            memcmp(source->raw, compressions[i].magic, compressions[i].length) == 0)
            return compressions[i].decode;
    return decode_plain;
}

/* Opening */

static int open_file(const char *file)
{
    if (strcmp(file, "-") == 0)
        return fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0);
    return open(file, O_RDONLY | O_CLOEXEC);
}

GtupdSource *gtupd_source_open(const char *file, GError **error)
{
    return gtupd_source_follow(file, NULL, NULL, error);
}

GtupdSource *gtupd_source_follow(const char *file, GtupdSourceGoesOn goes_on, gpointer data, GError **error)
{
    int fd = open_file(file);
    struct stat status = {0};
    if (fd >= 0 && fstat(fd, &status) == 0 && S_ISDIR(status.st_mode)) {
        close(fd);
        fd = -1;
        errno = EISDIR;
    }
    if (fd < 0) {
        int code = errno;
        g_set_error_literal(error, G_FILE_ERROR, (gint)g_file_error_from_errno(code), g_strerror(code));
        return NULL;
    }
    GtupdSource *source = g_new0(GtupdSource, 1);
    source->fd = fd;
    source->goes_on = goes_on;
    source->goes_on_data = data;
    source->is_regular = S_ISREG(status.st_mode);
    source->is_repeatable = source->is_regular && strcmp(file, "-") != 0;
    source->size = source->is_regular ? (guint64)status.st_size : 0;
    source->decode = choose_decoder(source);
    if (source->decode == decode_gzip)
        source->inflater = G_CONVERTER(g_zlib_decompressor_new(G_ZLIB_COMPRESSOR_FORMAT_GZIP));
    if (source->decode == decode_archive)
        archive_open(source);
    return source;
}

void gtupd_source_free(GtupdSource *source)
{
    if (!source)
        return;
    g_clear_object(&source->inflater);
    archive_read_free(source->archive);
    close(source->fd);
    g_clear_error(&source->error);
    g_free(source->head);
    g_free(source);
}

/* Reading */

const guint8 *gtupd_source_head(GtupdSource *source, gsize least, gsize *length)
{
    if (!source->head)
        source->head = g_malloc(GTUPD_SOURCE_HEAD);
    gsize got = 1;
    while (got > 0 && source->head_length < MIN(least, GTUPD_SOURCE_HEAD)) {
        got = source->decode(source, source->head + source->head_length, GTUPD_SOURCE_HEAD - source->head_length);
        source->head_length += got;
    }
    *length = source->head_length;
    return source->head;
}

static ssize_t cookie_read(void *cookie, char *buffer, size_t size)
{
    GtupdSource *source = cookie;
    gsize held = source->head_length - source->head_used;
    if (held > 0) {
        gsize length = MIN(size, held);
        memcpy(buffer, source->head + source->head_used, length);
        source->head_used += length;
        return (ssize_t)length;
    }
    gsize length = source->error ? 0 : source->decode(source, (guint8 *)buffer, size);
    if (length > 0 || !source->error)
        return (ssize_t)length;
    errno = EIO;
    return -1;
}

FILE *gtupd_source_file(GtupdSource *source)
{
    static const cookie_io_functions_t functions = {.read = cookie_read};
    return fopencookie(source, "rb", functions);
}

const GError *gtupd_source_error(const GtupdSource *source)
{
    return source->error;
}

guint64 gtupd_source_bytes(const GtupdSource *source)
{
    return source->is_regular ? source->size : source->bytes_read;
}

gboolean gtupd_source_is_repeatable(const GtupdSource *source)
{
    return source->is_repeatable;
}
