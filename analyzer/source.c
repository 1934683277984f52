/* SPDX-License-Identifier: GPL-2.0-or-later */
/* raw bytes (fd) → [ decoder → [ pump → ]] window → peek() and skip(), FILE * */
#include "source.h"

#include "decoder.h"
#include "pump.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Read from the file at once. */
#define RAW_SIZE 65536

/* Fits into a processor's second cache, where what was just read is looked at. */
#define WINDOW_SIZE ((gsize)256 * 1024)

struct _GtupdSource {
    int fd;
    gboolean is_regular, is_repeatable;
    guint64 size;              /* of a regular file */
    guint64 bytes_read;        /* raw */
    GError *failure;           /* what stopped the reading, … */
    const GError *error;       /* … once all that came before has been taken */
    GtupdSourceGoesOn goes_on; /* NULL: the file is all there */
    gpointer goes_on_data;

    guint8 raw[RAW_SIZE]; /* read from fd, [raw_used, raw_length) not yet decoded */
    gsize raw_length, raw_used;
    gboolean raw_ended;

    GtupdDecoder *decoder; /* NULL: they are not compressed */
    GtupdPump *pump;       /* decodes ahead; NULL: it is done when asked for */

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

/* Decoding: each gives up to `size` bytes; 0 at the end, also where source->failure has been set. */

static gsize read_plain(GtupdSource *source, guint8 *buffer, gsize size)
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

/* Also behind the last raw byte the decoder is asked, for what it has held back. */
/* NOLINTNEXTLINE(readability-non-const-parameter): it is written to through `bytes` */
static gsize read_compressed(GtupdSource *source, guint8 *buffer, gsize size)
{
    GtupdDecoding bytes = {.out = buffer, .out_length = size};
    gboolean more = TRUE;
    while (more && bytes.out_length == size && !source->failure) {
        more = raw_fill(source);
        bytes.in = source->raw + source->raw_used;
        bytes.in_length = source->raw_length - source->raw_used;
        gtupd_decoder_run(source->decoder, &bytes, source->failure ? NULL : &source->failure);
        source->raw_used = source->raw_length - bytes.in_length;
    }
    if (bytes.out_length == size && !source->failure && !gtupd_decoder_may_end(source->decoder))
        source->failure =
            g_error_new(G_FILE_ERROR, G_FILE_ERROR_IO, "the %s data is cut", gtupd_decoder_name(source->decoder));
    return size - bytes.out_length;
}

static gsize read_decoded(GtupdSource *source, guint8 *buffer, gsize size)
{
    return source->decoder ? read_compressed(source, buffer, size) : read_plain(source, buffer, size);
}

/* Opening */

static int open_file(const char *file)
{
    if (strcmp(file, "-") == 0)
        return fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0);
    return open(file, O_RDONLY | O_CLOEXEC);
}

GtupdSource *gtupd_source_open(const char *file, GtupdSourceGoesOn goes_on, gpointer data, GError **error)
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
    raw_fill(source);
    source->decoder = gtupd_decoder_new_for(source->raw, source->raw_length);
    return source;
}

void gtupd_source_free(GtupdSource *source)
{
    if (!source)
        return;
    gtupd_pump_free(source->pump);
    gtupd_decoder_free(source->decoder);
    close(source->fd);
    g_clear_error(&source->failure);
    g_free(source->window);
    g_free(source);
}

/* The window */

static gsize decode_for_pump(gpointer data, guint8 *buffer, gsize size)
{
    GtupdSource *source = data;
    return source->failure ? 0 : read_decoded(source, buffer, size);
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
    return source->decoder && source->is_regular && !source->goes_on && source->fills == FILLS_WITHOUT;
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

FILE *gtupd_source_file(GtupdSource *source, gboolean reads_ahead)
{
    static const cookie_io_functions_t functions = {.read = cookie_read};
    FILE *file = fopencookie(source, "rb", functions);
    if (!reads_ahead)
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
