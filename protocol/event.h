/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What comes out of the engine: events, findings, updates. Plain data for both faces.
 */
#pragma once

#include "message.h"
#include "rules.h"

#include <glib.h>
#include <stdbool.h>

/* The packet that a message belongs to: the one with which all its bytes, and all before them, are there. */
typedef struct {
    gint64 time;     /* capture time, ns since 1970 */
    guint64 order;   /* the packet's place among all packets of all captures, from 1 */
    guint64 frame;   /* the packet's number in its capture, from 1 */
    guint32 capture; /* index of the capture */
    guint32 ordinal; /* the message's place in the packet, from 0 */
} GtupdAnchor;

/* The same message? */
gboolean gtupd_anchor_equal(const GtupdAnchor *a, const GtupdAnchor *b);

typedef enum __attribute__((packed)) {
    GTUPD_STATE_NONE, /* no active update */
    GTUPD_STATE_REQUESTED,
    GTUPD_STATE_CONFIRMED,
    GTUPD_STATE_DOWNLOADING,
    GTUPD_STATE_ATTEMPT_FAILED,
    GTUPD_STATE_DOWNLOADED,
    GTUPD_STATE_UPDATING,
    GTUPD_STATE_ENDED,
    GTUPD_STATES,
} GtupdState;

typedef enum {
    GTUPD_OUTCOME_SUCCEEDED,
    GTUPD_OUTCOME_REFUSED,
    GTUPD_OUTCOME_CANCELLED,
    GTUPD_OUTCOME_BATTERY_LOW,
    GTUPD_OUTCOME_DOWNLOAD_FAILED,
    GTUPD_OUTCOME_VERSION_REJECTED,
    GTUPD_OUTCOME_UPDATE_FAILED,
    GTUPD_OUTCOME_UPDATE_BATTERY_LOW,
    GTUPD_OUTCOME_SUPERSEDED,
    GTUPD_OUTCOME_NO_RESULT,
    GTUPD_OUTCOME_UNANSWERED,
    GTUPD_OUTCOME_INCOMPLETE,
    GTUPD_OUTCOMES,
} GtupdOutcome;

/* One message in its place. Compact, as thousands of updates keep a dozen each. */
typedef struct {
    GtupdAnchor anchor;
    GtupdKind kind;
    GtupdType type;
    GtupdState state; /* of the update, after the message */
    bool buffered;    /* +BUFF */
    bool gtupd;       /* the word is GTUPD */
    bool uplink;
    bool has_command;   /* `command` is the start command of the update, or what an ACK answers */
    bool repeated;      /* a resend: in no update */
    char word[16];      /* "GTUPD"; cut if longer; "" for a SACK without word */
    char device[16];    /* Unique ID, upper case; "" where none is known */
    char code[5];       /* as sent, if three or four digits; else "" */
    char serial[5];     /* as sent, if well-formed; else "" */
    char count[5];      /* as sent, if well-formed; else "" */
    char send_time[15]; /* as sent, if well-formed; else "" */
    int download_times; /* −1 unless one digit */

    /* Its place in the device's updates. */
    guint update;           /* number of the update, from 1 for each device; 0 none */
    guint attempt;          /* number of the attempt, from 1; 0 none */
    guint attempts_allowed; /* 1 + Max Download Retry; 0 not known */
    GtupdAnchor command;    /* with has_command */
} GtupdEvent;

typedef struct {
    GtupdRule rule;
    const GtupdEvent *event;     /* the anchor; borrowed for the call */
    guint update;                /* number of the device's update, 0 none */
    const GtupdFieldInfo *field; /* field rules: the field; else NULL */
    GtupdSpan span;              /* the bytes it is about, in the message; length 0: the whole message */
    const char *section;         /* §; NULL where the document has none */
    const char *message;         /* one plain sentence, printable ASCII, no secrets; borrowed for the call */
} GtupdFinding;

/* What the start command asked for. Strings are owned by the update, printable, as sent; NULL if absent. */
typedef struct {
    GtupdAnchor anchor;
    char serial[5];         /* "" if not usable */
    char *url;              /* with credentials: show through gtupd_url_dup_shown() */
    char *password;         /* device password, secret */
    char *user_name;        /* secret */
    char *user_password;    /* secret */
    int protocol;           /* 0 HTTP, 2 FTP, −1 not usable */
    int max_download_retry; /* −1 not usable */
    int download_timeout;   /* minutes; −1 not usable */
    GtupdUpdateType type;
} GtupdCommand;

/* What runs on a device, as far as it has said so: see versions.h. "" where it has not. */
typedef struct {
    char protocol[8];   /* Protocol Version: "1.07"; compared with every message, so it stands first */
    char firmware[8];   /* "1.10" */
    char hardware[8];   /* the same */
    char modem[40];     /* what newer models say behind these, printable; cut if longer */
    GtupdAnchor anchor; /* the +RESP:GTVER; order 0: none was heard */
} GtupdVersion;

/* One update of one device, as it stands. */
typedef struct {
    const char *device; /* Unique ID, upper case; owned by the tracker */
    guint number;       /* from 1 for each device */
    GtupdState state;
    GtupdOutcome outcome; /* with state ENDED; else what it would be if the capture ended now */
    GtupdUpdateType type;
    gint64 start_time;           /* ns; of its first message */
    gint64 end_time;             /* ns; of the report that ended it; 0 none did */
    guint attempts;              /* 2X0 reports heard */
    const GtupdCommand *command; /* NULL: not in the capture */
    const GArray *events;        /* of GtupdEvent, in order of arrival; borrowed */
    const GPtrArray *transfers;  /* of GtupdTransfer (transfer.h), by request; borrowed; NULL: none was seen */
    gboolean has_disputed;       /* the capture has downloads that may be this update's or another device's */
    GtupdVersion version_before; /* before it, and after its end or the device's return */
    GtupdVersion version_after;
    gint64 closing_time; /* ns; when it ended, gave way or, still open, when the last message of all came */
    gint64 last_heard;   /* ns; the device's latest message by then, of any word; 0 none */
    gboolean restarted;  /* the device has restarted under way, and no report of the update has come since */
} GtupdUpdate;

/* Limits: see bounds.h. */
typedef enum {
    GTUPD_LIMIT_DEVICES,
    GTUPD_LIMIT_WAITING_COMMANDS,
    GTUPD_LIMIT_EVENTS,
    GTUPD_LIMIT_FINDINGS,
    GTUPD_LIMIT_CHANNELS,
    GTUPD_LIMIT_FLOWS,
    GTUPD_LIMIT_STREAM_BYTES,
    GTUPD_LIMIT_FRAGMENTS,
    GTUPD_LIMIT_TRANSFERS,
    GTUPD_LIMIT_DIGESTS,
    GTUPD_LIMIT_DEVICE_BYTES,
    GTUPD_LIMIT_GATEWAY_DEVICES,
    GTUPD_LIMIT_UPDATES,
    GTUPD_LIMITS,
} GtupdLimit;

/*
 * Who wants to know. Each callback may be NULL. Everything pointed to is borrowed for the call.
 */
typedef struct {
    gpointer data; /* given back as the last argument */
    /* A message has been framed: exactly once each, in the order in which they are known. */
    void (*message)(const GtupdMessage *message, const GtupdAnchor *anchor, gpointer data);
    /* A message's place is known, or known better: may come again for the same anchor; the last word holds. */
    void (*event)(const GtupdEvent *event, gpointer data);
    /* A command is answered: by an ACK of its word and Serial Number. */
    void (*answer)(const GtupdAnchor *command, const GtupdAnchor *ack, gpointer data);
    void (*finding)(const GtupdFinding *finding, gpointer data);
    /* An update is over and forgotten; at a finish: how it stands. */
    void (*update)(const GtupdUpdate *update, gpointer data);
} GtupdSink;

typedef struct {
    guint64 messages; /* framed messages of any kind */
    guint64 messages_gtupd;
    guint64 messages_unfinished; /* cut by the end of a stream or the capture, a hole, or a snap length */
} GtupdCounts;

/* "REQUESTED", … ; "" for NONE. Static storage. */
const char *gtupd_state_name(GtupdState state);

/* "succeeded", "download-failed", … Static storage. */
const char *gtupd_outcome_name(GtupdOutcome outcome);

/* "devices", "waiting-commands", … : the keys of JSON's totals.limits. Static storage. */
const char *gtupd_limit_name(GtupdLimit limit);
