/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "frame.h"

#include <string.h>

/* A header and, for all but +SACK:, the first letter or digit behind it. */
typedef struct {
    const char *text;
    gsize length;
    gsize word; /* where the word begins */
    gboolean needs_letter;
    const char *name;
} Header;

static const Header headers[GTUPD_TYPES] = {
    [GTUPD_TYPE_COMMAND] = {"AT+GT", 5, 3, TRUE, "command"},
    [GTUPD_TYPE_ACK] = {"+ACK:GT", 7, 5, TRUE, "ack"},
    [GTUPD_TYPE_REPORT] = {"+RESP:GT", 8, 6, TRUE, "report"},
    [GTUPD_TYPE_BUFFERED] = {"+BUFF:GT", 8, 6, TRUE, "buffered"},
    [GTUPD_TYPE_SACK] = {"+SACK:", 6, 6, FALSE, "sack"},
};

static GtupdHeaderMatch match_header(const Header *header, const guint8 *data, gsize length)
{
    if (length > 1 && data[1] != (guint8)header->text[1]) /* it alone tells the headers apart */
        return GTUPD_HEADER_NONE;
    if (memcmp(data, header->text, MIN(length, header->length)) != 0)
        return GTUPD_HEADER_NONE;
    if (length < header->length + (header->needs_letter ? 1 : 0))
        return GTUPD_HEADER_PARTIAL;
    if (header->needs_letter && !g_ascii_isalnum(data[header->length]))
        return GTUPD_HEADER_NONE;
    return GTUPD_HEADER_WHOLE;
}

/* What begins at the first byte? `length` > 0. */
static GtupdHeaderMatch match_any(const guint8 *data, gsize length, GtupdType *type)
{
    if (data[0] != '+' && data[0] != 'A')
        return GTUPD_HEADER_NONE;

    GtupdHeaderMatch best = GTUPD_HEADER_NONE;
    for (guint i = 0; i < GTUPD_TYPES; i++) {
        const GtupdHeaderMatch match = match_header(&headers[i], data, length);
        if (match == GTUPD_HEADER_WHOLE) {
            *type = (GtupdType)i;
            return match;
        }
        best = MAX(best, match);
    }
    return best;
}

static gboolean is_whole(const guint8 *data, gsize begin, gsize length)
{
    GtupdType type;
    return match_any(data + begin, length - begin, &type) == GTUPD_HEADER_WHOLE;
}

/*
 * The first whole header that begins at `from` or behind; `length` if there is none. Every header has a `+`: as its
 * first byte, or behind "AT". An "AT" before a `+` need not belong to it: it may be the end of other text.
 */
static gsize find_header(const guint8 *data, gsize from, gsize length)
{
    gsize at = from;
    while (at < length) {
        const guint8 *found = memchr(data + at, '+', length - at);
        if (found == NULL)
            break;
        const gsize plus = (gsize)(found - data);
        if (plus >= from + 2 && data[plus - 2] == 'A' && is_whole(data, plus - 2, length))
            return plus - 2;
        if (is_whole(data, plus, length))
            return plus;
        at = plus + 1;
    }
    return length;
}

/* Length of the proper beginning of a header that the bytes end with; 0 if there is none. */
static gsize partial_header_at_end(const guint8 *data, gsize length)
{
    for (gsize tail = MIN(length, GTUPD_HEADER_MAX - 1); tail > 0; tail--) {
        GtupdType type;
        if (match_any(data + length - tail, tail, &type) == GTUPD_HEADER_PARTIAL)
            return tail;
    }
    return 0;
}

static GtupdFrame next_message(const guint8 *data, gsize length, gsize checked, GtupdType type)
{
    GtupdFrame frame = {.kind = GTUPD_FRAME_MESSAGE, .type = type};
    const gsize limit = MIN(length, GTUPD_MESSAGE_MAX);
    const gsize seen = MIN(checked, limit);
    const guint8 *tail = memchr(data + seen, '$', limit - seen);
    const gsize end = tail != NULL ? (gsize)(tail - data) : limit;

    const gsize from = seen > GTUPD_HEADER_MAX ? seen - GTUPD_HEADER_MAX : 1;
    const gsize next = find_header(data, from, end);
    if (next < end) {
        frame.end = GTUPD_END_HEADER;
        frame.length = gtupd_frame_trim(data, next);
    } else if (tail != NULL) {
        frame.end = GTUPD_END_TAIL;
        frame.length = end + 1;
    } else if (limit == GTUPD_MESSAGE_MAX) {
        frame.end = GTUPD_END_OVERSIZED;
        /* A header may begin in the last bytes: it is where the next message is looked for. */
        frame.length = limit - partial_header_at_end(data, limit);
    } else {
        frame = (GtupdFrame){.kind = GTUPD_FRAME_MORE, .type = type, .header = TRUE};
    }
    return frame;
}

static gsize padding_run(const guint8 *data, gsize length)
{
    gsize run = 0;
    while (run < length && gtupd_frame_is_padding(data[run]))
        run++;
    return run;
}

GtupdFrame gtupd_frame_next(const guint8 *data, gsize length, gsize checked)
{
    const gsize padding = padding_run(data, length);
    if (padding > 0)
        return (GtupdFrame){.kind = GTUPD_FRAME_PADDING, .length = padding};

    GtupdType type;
    switch (match_any(data, length, &type)) {
    case GTUPD_HEADER_WHOLE:
        return next_message(data, length, checked, type);
    case GTUPD_HEADER_PARTIAL:
        return (GtupdFrame){.kind = GTUPD_FRAME_MORE};
    case GTUPD_HEADER_NONE:
        break;
    }
    return (GtupdFrame){.kind = GTUPD_FRAME_STRAY, .length = gtupd_frame_skip(data, length)};
}

gsize gtupd_frame_trim(const guint8 *data, gsize length)
{
    while (length > 0 && gtupd_frame_is_padding(data[length - 1]))
        length--;
    return length;
}

GtupdHeaderMatch gtupd_frame_header(const guint8 *data, gsize length, GtupdType *type)
{
    const gsize padding = padding_run(data, length);
    if (padding == length)
        return GTUPD_HEADER_PARTIAL;

    GtupdType found;
    const GtupdHeaderMatch match = match_any(data + padding, length - padding, &found);
    if (match == GTUPD_HEADER_WHOLE && type != NULL)
        *type = found;
    return match;
}

gsize gtupd_frame_skip(const guint8 *data, gsize length)
{
    const gsize whole = find_header(data, 0, length);
    return whole < length ? whole : length - partial_header_at_end(data, length);
}

gboolean gtupd_frame_is_padding(guint8 byte)
{
    return byte == ' ' || byte == '\r' || byte == '\n' || byte == '\0';
}

gsize gtupd_frame_prefix(GtupdType type)
{
    return headers[type].word;
}

const char *gtupd_type_name(GtupdType type)
{
    return headers[type].name;
}

gboolean gtupd_type_is_uplink(GtupdType type)
{
    return type == GTUPD_TYPE_ACK || type == GTUPD_TYPE_REPORT || type == GTUPD_TYPE_BUFFERED;
}
