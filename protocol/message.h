/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Messages: what does a framed message say?
 *
 * Decodes the envelope of every @Track message and the whole body of a GTUPD message. The structure is judged once,
 * here; what a sequence rule may use afterwards is what `usable` says. All spans borrow the caller's bytes. What the
 * fields do against the document is told by check.h.
 */
#pragma once

#include "frame.h"
#include "layout.h"

#include <glib.h>
#include <stdbool.h>

#define GTUPD_LAYOUT_ROWS_MAX 14 /* rows of the longest layout */

/* Part of a message, as an offset from the message's first byte. */
typedef struct {
    guint16 offset;
    guint16 length;
} GtupdSpan;

/* What a message reports or asks: the events of protocol.md section 4, and the commands. Names are public. */
typedef enum __attribute__((packed)) {
    GTUPD_KIND_CONFIRMED,          /* 1X0 */
    GTUPD_KIND_REFUSED,            /* 1X1 */
    GTUPD_KIND_CANCELLED,          /* 1X2 */
    GTUPD_KIND_BATTERY_LOW,        /* 1X3 */
    GTUPD_KIND_DOWNLOAD_STARTED,   /* 2X0 */
    GTUPD_KIND_DOWNLOAD_FINISHED,  /* 2X1 */
    GTUPD_KIND_DOWNLOAD_FAILED,    /* 2X2 */
    GTUPD_KIND_VERSION_REJECTED,   /* 2X3 */
    GTUPD_KIND_UPDATE_STARTED,     /* 3X0 */
    GTUPD_KIND_UPDATE_SUCCEEDED,   /* 3X1 */
    GTUPD_KIND_UPDATE_FAILED,      /* 3X2 */
    GTUPD_KIND_UPDATE_BATTERY_LOW, /* 3X3 */
    GTUPD_REPORTS,                 /* kinds before this one are reports */
    GTUPD_KIND_START_COMMAND = GTUPD_REPORTS,
    GTUPD_KIND_STOP_COMMAND,
    GTUPD_KIND_ACK,
    GTUPD_KIND_OTHER_COMMAND, /* of another word, or a GTUPD command whose fields are no layout's */
    GTUPD_KIND_OTHER_REPORT,  /* the same, uplink; also a GTUPD report whose code means nothing */
    GTUPD_KINDS,
} GtupdKind;

typedef enum {
    GTUPD_UPDATE_TYPE_UNKNOWN,
    GTUPD_UPDATE_TYPE_APK,      /* 0 */
    GTUPD_UPDATE_TYPE_MCU,      /* 1 */
    GTUPD_UPDATE_TYPE_PLATFORM, /* 11 */
    GTUPD_UPDATE_TYPES,
} GtupdUpdateType;

/* One field of a GTUPD message as its layout row says. */
typedef struct {
    GtupdSpan raw;   /* as sent */
    GtupdSpan value; /* without the blanks around it */
    bool usable;     /* passes its row; an empty value with a fallback is usable and empty */
    bool present;    /* the span is not empty after trimming */
} GtupdFieldValue;

typedef struct {
    const guint8 *bytes; /* borrowed: the framed span */
    gsize length;
    GtupdType type;
    GtupdFrameEnd end;
    gboolean at_datagram_end; /* no tail, and its datagram ended */

    GtupdSpan word;     /* "GTUPD"; empty for a SACK without word */
    gboolean is_gtupd;  /* the word is GTUPD */
    gboolean complete;  /* it may be used: it has its tail, or its fields are complete without it */
    gboolean non_ascii; /* holds a byte outside 0x20–0x7E */
    guint field_count;  /* comma-separated fields behind the word */

    /* The envelope; a span of length 0 where the message has none. Trimmed. */
    GtupdSpan version, unique_id, device_name, serial, send_time, count;
    gboolean has_unique_id, has_serial, has_count, has_send_time; /* present and well-formed */
    char id[16];                                                  /* with has_unique_id: upper case, NUL-terminated */
    guint16 serial_value;                                         /* with has_serial */
    guint16 count_value;                                          /* with has_count */
    gint64 send_seconds; /* with has_send_time: since 1970, device local time taken as if it were UTC */

    /* The GTUPD body. */
    GtupdLayoutKind layout;
    GtupdFieldValue fields[GTUPD_LAYOUT_ROWS_MAX]; /* by layout row */
    GtupdKind kind;
    GtupdUpdateType code_type;   /* X of a usable code */
    int max_download_retry;      /* start: 0–3; −1 not usable */
    int download_timeout;        /* start: minutes; −1 not usable */
    int download_protocol;       /* start: 0 HTTP, 2 FTP; −1 not usable */
    GtupdUpdateType update_type; /* start; UNKNOWN if not usable */
    int download_times;          /* 2XY reports: 0–4; −1 not usable */
} GtupdMessage;

/*
 * Decodes a framed span: `frame` as gtupd_frame_next() gave it, or GTUPD_END_HEADER with `at_datagram_end` for a
 * message that its datagram's end cut. `bytes` must live as long as *message. Never fails: what is wrong stands in
 * *message.
 */
void gtupd_message_decode(GtupdMessage *message, const guint8 *bytes, gsize length, GtupdType type, GtupdFrameEnd end,
                          gboolean at_datagram_end);

/* The span's text, not NUL-terminated; borrowed. */
const char *gtupd_message_text(const GtupdMessage *message, GtupdSpan span);

/* Copies the span, cut to `size` − 1 bytes, and ends it with a NUL. */
void gtupd_message_copy(const GtupdMessage *message, GtupdSpan span, char *to, gsize size);

/* The first value of this field in the message's layout, or NULL if it has none. Borrowed. */
const GtupdFieldValue *gtupd_message_field(const GtupdMessage *message, GtupdField field);

/*
 * A copy of the span that may be shown to people: bytes outside printable ASCII as \xNN. Free with g_free().
 */
char *gtupd_message_dup_printable(const GtupdMessage *message, GtupdSpan span);

/*
 * A copy of a URL that may be shown: unless `secrets`, user name and password are replaced by `****:****`; also for a
 * text that is no legal URL. Bytes outside printable ASCII as \xNN. Free with g_free().
 */
char *gtupd_url_dup_shown(const char *url, gsize length, gboolean secrets);

/* "confirmed", "start-command", … Static storage. */
const char *gtupd_kind_name(GtupdKind kind);

/* The kind in words for people: "Download failed". Static storage. */
const char *gtupd_kind_words(GtupdKind kind);

/* "apk", "mcu", "platform"; NULL for UNKNOWN. Static storage. */
const char *gtupd_update_type_name(GtupdUpdateType type);

/* Three or four digits, whether or not the document gives them a meaning. */
gboolean gtupd_code_is_numeric(const char *code, gsize length);

/* The kind of a code, e.g. "202" or "1110", and its X. FALSE if the document does not define it. */
gboolean gtupd_code_parse(const char *code, gsize length, GtupdKind *kind, GtupdUpdateType *type);
