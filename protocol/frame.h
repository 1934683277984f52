/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Framing: where does an @Track message begin and end?
 *
 * A pull scanner over the bytes of one direction of one channel. It owns nothing, copies nothing, allocates nothing,
 * and is the only place that knows the headers and `$`. It does not look inside a message.
 *
 *   header   AT+GT, +ACK:GT, +RESP:GT or +BUFF:GT and a letter or digit; or +SACK:
 *   message  from a header to `$`, to the next header (no tail), or to GTUPD_MESSAGE_MAX bytes (oversized)
 *   padding  CR, LF, NUL and blanks between messages
 *   stray    any other bytes between messages
 */
#pragma once

#include <glib.h>

#define GTUPD_MESSAGE_MAX 4096 /* bytes from a header's first byte to `$`, both included */
#define GTUPD_HEADER_MAX  9    /* bytes of the longest header: "+RESP:GT" and one letter */

/* The order of the downlink types before the uplink types is of no meaning. */
typedef enum __attribute__((packed)) {
    GTUPD_TYPE_COMMAND,  /* AT+GT…    downlink */
    GTUPD_TYPE_ACK,      /* +ACK:GT…  uplink */
    GTUPD_TYPE_REPORT,   /* +RESP:GT… uplink */
    GTUPD_TYPE_BUFFERED, /* +BUFF:GT… uplink: a report that was stored and is sent late */
    GTUPD_TYPE_SACK,     /* +SACK:…   downlink */
    GTUPD_TYPES,
} GtupdType;

typedef enum {
    GTUPD_FRAME_MESSAGE, /* `length` bytes are one message of `type`, ended as `end` says */
    GTUPD_FRAME_PADDING, /* `length` bytes are padding */
    GTUPD_FRAME_STRAY,   /* `length` bytes belong to no message */
    GTUPD_FRAME_MORE,    /* all bytes are the beginning of a message or header: call again with more behind them */
} GtupdFrameKind;

typedef enum {
    GTUPD_END_TAIL,      /* `$`, which is part of the span */
    GTUPD_END_HEADER,    /* the next header follows; padding before it is not part of the span */
    GTUPD_END_OVERSIZED, /* GTUPD_MESSAGE_MAX bytes without `$` */
} GtupdFrameEnd;

typedef struct {
    GtupdFrameKind kind;
    gsize length;      /* of the span, which begins at the first byte given; 0 for MORE */
    GtupdType type;    /* of MESSAGE; of MORE, if `header` */
    GtupdFrameEnd end; /* of MESSAGE */
    gboolean header;   /* of MORE: the header is complete, so this is an unfinished message */
} GtupdFrame;

/*
 * Says what stands at the beginning of `data` (length > 0).
 * `checked`: how many of the first bytes an earlier call with kind MORE has seen, else 0; saves looking at them again.
 */
GtupdFrame gtupd_frame_next(const guint8 *data, gsize length, gsize checked);

/*
 * Says what a message without `$` looks like when nothing can follow it, as at the end of a datagram: its length
 * without padding behind it.
 */
gsize gtupd_frame_trim(const guint8 *data, gsize length);

typedef enum {
    GTUPD_HEADER_NONE,    /* cannot become a header */
    GTUPD_HEADER_PARTIAL, /* a proper beginning of one, or nothing but padding */
    GTUPD_HEADER_WHOLE,
} GtupdHeaderMatch;

/* Does the payload begin with a header, padding aside? `type` (may be NULL) is set for WHOLE only. */
GtupdHeaderMatch gtupd_frame_header(const guint8 *data, gsize length, GtupdType *type);

/* Bytes up to the first place where a header begins, or might begin if more bytes came; `length` if there is none. */
gsize gtupd_frame_skip(const guint8 *data, gsize length);

/* CR, LF, NUL or blank. */
gboolean gtupd_frame_is_padding(guint8 byte);

/* Bytes of a header of this type up to where the word begins: 3 for AT+GTxxx, 5 for +ACK:GTxxx, 6 for +SACK: … */
gsize gtupd_frame_prefix(GtupdType type);

/* "command", "ack", "report", "buffered", "sack". Static storage. */
const char *gtupd_type_name(GtupdType type);

/* TRUE for what a device sends. */
gboolean gtupd_type_is_uplink(GtupdType type);
