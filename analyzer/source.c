/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * raw bytes (fd) → decoder → [ pump → ] window → peek() and skip(), FILE *
 *
 * gzip is decoded by zlib, the others by libarchive: of a cut gzip file libarchive drops up to 64 KiB that it had
 * already decoded, which can be the whole capture. zstd and lz4 come in blocks that are whole or lost in any case.
 */
#include "source.h"

#include "pump.h"

#include <archive.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

/* Read from the file at once. */
#define RAW_SIZE 65536

/* Fits into a processor's second cache, where what was just read is looked at. */
#define WINDOW_SIZE ((gsize)256 * 1024)

/* Gives up to `size` bytes; 0 at the end, also where source->failure has been set. */
typedef gsize (*Decoder)(GtupdSource *source, guint8 *buffer, gsize size);

struct _GtupdSource {
    int fd;
    gboolean is_regular, is_repeatable;
    guint64 size;              /* of a regular file */
    guint64 bytes_read;        /* raw */
    GError *failure;           /* what stopped the decoder, … */
    const GError *error;       /* … once all that came before has been taken */
    GtupdSourceGoesOn goes_on; /* NULL: the file is all there */
    gpointer goes_on_data;

    guint8 raw[RAW_SIZE]; /* read from fd, [raw_used, raw_length) not yet decoded */
    gsize raw_length, raw_used;
    gboolean raw_ended;

    Decoder decode;
    z_stream inflater;
    gboolean between_members; /* of a gzip file, which may end here */
    struct archive *archive;
    const void *block; /* of the archive's, not yet given out */
    gsize block_length;
    GtupdPump *pump; /* decodes ahead; NULL: it is done when asked for */

    guint8 *window; /* decoded, [used, length) not yet given out */
    gsize window_size, used, length;
    guint64 fills;
    gboolean ended;
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

/* Reads what comes next of the file; 0 at its end, and where it cannot be read (source->failure). */
static gsize raw_read(GtupdSource *source, guint8 *buffer, gsize size)
{
    ssize_t length = 0;
    if (source->raw_ended)
        return 0;
    do
        length = read(source->fd, buffer, size);
    while (may_come(source, length));
    source->raw_ended = length <= 0;
    source->bytes_read += length > 0 ? (gsize)length : 0;
    if (length < 0 && errno != EINTR && !source->failure)
        source->failure = g_error_new_literal(G_FILE_ERROR, (gint)g_file_error_from_errno(errno), g_strerror(errno));
    return length > 0 ? (gsize)length : 0;
}

/* Makes raw bytes available; FALSE where there are none any more. */
static gboolean raw_fill(GtupdSource *source)
{
    if (source->raw_used < source->raw_length)
        return !source->raw_ended;
    source->raw_used = 0;
    source->raw_length = raw_read(source, source->raw, sizeof source->raw);
    return source->raw_length > 0;
}

/* Decoders */

static gsize decode_plain(GtupdSource *source, guint8 *buffer, gsize size)
{
    if (source->raw_used == source->raw_length && size >= RAW_SIZE)
        return raw_read(source, buffer, size);
    if (!raw_fill(source))
        return 0;
    gsize length = MIN(size, source->raw_length - source->raw_used);
    memcpy(buffer, source->raw + source->raw_used, length);
    source->raw_used += length;
    return length;
}

static void inflate_raw(GtupdSource *source)
{
    z_stream *inflater = &source->inflater;
    inflater->next_in = source->raw + source->raw_used;
    inflater->avail_in = (uInt)(source->raw_length - source->raw_used);
    int status = inflate(inflater, Z_NO_FLUSH);
    gsize consumed = source->raw_length - source->raw_used - inflater->avail_in;
    source->raw_used += consumed;
    if (status == Z_STREAM_END)
        inflateReset(inflater);
    else if (status != Z_OK && status != Z_BUF_ERROR && !source->between_members && !source->failure)
        source->failure = g_error_new(G_FILE_ERROR, G_FILE_ERROR_IO, "damaged gzip data");
    else if (status != Z_OK && status != Z_BUF_ERROR)
        source->raw_ended = TRUE;
    if (status == Z_STREAM_END || status == Z_OK)
        source->between_members = status == Z_STREAM_END;
}

/* Several gzip members may follow each other; bytes behind the last that are none are ignored, as gzip does. */
static gsize decode_gzip(GtupdSource *source, guint8 *buffer, gsize size)
{
    z_stream *inflater = &source->inflater;
    inflater->next_out = buffer;
    inflater->avail_out = (uInt)size;
    while (inflater->avail_out == size && !source->failure) {
        if (!raw_fill(source)) {
            if (!source->between_members && !source->failure)
                source->failure = g_error_new(G_FILE_ERROR, G_FILE_ERROR_IO, "the gzip data is cut");
            return 0;
        }
        inflate_raw(source);
    }
    return size - inflater->avail_out;
}

static la_ssize_t archive_read_raw(struct archive *archive, void *data, const void **buffer)
{
    GtupdSource *source = data;
    if (!raw_fill(source)) {
        if (!source->failure)
            return 0;
        archive_set_error(archive, EIO, "%s", source->failure->message);
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
    if (!source->failure)
        source->failure = g_error_new(G_FILE_ERROR, G_FILE_ERROR_IO, "damaged or cut compressed data: %s",
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
        int status = source->failure
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
        inflateInit2(&source->inflater, 16 + MAX_WBITS); /* 16: gzip's header and trailer */
    if (source->decode == decode_archive)
        archive_open(source);
    return source;
}

void gtupd_source_free(GtupdSource *source)
{
    if (!source)
        return;
    gtupd_pump_free(source->pump);
    if (source->decode == decode_gzip)
        inflateEnd(&source->inflater);
    archive_read_free(source->archive);
    close(source->fd);
    g_clear_error(&source->failure);
    g_free(source->window);
    g_free(source);
}

/* The window */

static gsize decode_for_pump(gpointer data, guint8 *buffer, gsize size)
{
    GtupdSource *source = data;
    return source->failure ? 0 : source->decode(source, buffer, size);
}

/*
 * Decompressing goes on beside whoever looks at the packets. Not of pipes, which may be silent for ever, nor of files
 * that are followed, and not for the first bytes, as many a file is opened only to look at these.
 */
static gboolean is_worth_a_pump(const GtupdSource *source)
{
    enum {
        FILLS_WITHOUT = 2
    };
    return source->decode != decode_plain && source->is_regular && !source->goes_on && source->fills >= FILLS_WITHOUT;
}

/* Moves what is left to the window's beginning, and makes room for `least` bytes. */
static void make_room(GtupdSource *source, gsize least)
{
    gsize left = source->length - source->used;
    if (left > 0 && source->used > 0)
        memmove(source->window, source->window + source->used, left);
    source->used = 0;
    source->length = left;
    if (source->window_size >= MAX(least, WINDOW_SIZE))
        return;
    source->window_size = MAX(least, WINDOW_SIZE);
    source->window = g_realloc(source->window, source->window_size);
}

/* FALSE at the end. */
static gboolean fill_window(GtupdSource *source)
{
    if (source->ended)
        return FALSE;
    if (!source->pump && is_worth_a_pump(source))
        source->pump = gtupd_pump_new(decode_for_pump, source);
    guint8 *to = source->window + source->length;
    gsize room = source->window_size - source->length;
    gsize got = source->pump ? gtupd_pump_read(source->pump, to, room) : decode_for_pump(source, to, room);
    source->length += got;
    source->fills++;
    source->ended = got == 0;
    if (source->ended)
        source->error = source->failure;
    return got > 0;
}

const guint8 *gtupd_source_peek(GtupdSource *source, gsize least, gsize *length)
{
    if (source->length - source->used < least && !source->ended) {
        make_room(source, least);
        while (source->length < least && fill_window(source))
            ;
    }
    *length = source->length - source->used;
    return source->window + source->used;
}

void gtupd_source_skip(GtupdSource *source, gsize length)
{
    source->used += length;
}

static ssize_t cookie_read(void *cookie, char *buffer, size_t size)
{
    GtupdSource *source = cookie;
    gsize length;
    const guint8 *bytes = gtupd_source_peek(source, 1, &length);
    length = MIN(length, size);
    if (length == 0 && source->error) {
        errno = EIO;
        return -1;
    }
    memcpy(buffer, bytes, length);
    gtupd_source_skip(source, length);
    return (ssize_t)length;
}

FILE *gtupd_source_file(GtupdSource *source)
{
    static const cookie_io_functions_t functions = {.read = cookie_read};
    FILE *file = fopencookie(source, "rb", functions);
    setvbuf(file, NULL, _IONBF, 0);
    return file;
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
