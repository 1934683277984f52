/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the tracker remembers of one device. Private to protocol/: numbers.c, commands.c and update.c each own the part
 * that stands under their name here, tracker.c the rest.
 */
#pragma once

#include "event.h"
#include "evidence.h"
#include "finding.h"
#include "number_set.h"
#include "tracker.h"

#include <glib.h>
#include <stdbool.h>

#define GTUPD_HISTORY 8 /* different messages of a direction that a resend is looked for in */
#define GTUPD_SECOND  G_GINT64_CONSTANT(1000000000) /* ns */
#define GTUPD_MINUTE  (60 * GTUPD_SECOND)
#define GTUPD_HOUR    (60 * GTUPD_MINUTE)

/* The channel a message came on, as far as a device's rules care. */
typedef struct {
    guint64 id; /* never used twice; 0 none */
    GtupdTransport transport;
    gboolean gateway; /* several Unique IDs have been heard on it */
} GtupdChannelRef;

/* A message that was seen: its bytes behind the header, as two hashes. */
typedef struct {
    guint64 digest[2];
    gint64 last_seen; /* ns */
    guint64 reports;  /* GTUPD reports heard by then */
    guint32 length;
    GtupdType type;
} GtupdSighting;

/*
 * A ring, filled from its beginning: the sighting before the newest stands before it, before the first the last. What
 * a message is compared with first, and mostly at all, stands together.
 */
typedef struct {
    guint count, newest;
    guint32 tags[GTUPD_HISTORY];            /* of the sightings: part of their digests */
    GtupdSighting sightings[GTUPD_HISTORY]; /* `count` of them are in use */
} GtupdHistory;

/* When a device sent a report, by its own clock and counter. */
typedef struct {
    gboolean known;
    guint run; /* of the counter */
    gboolean has_send, has_count;
    gint64 send_seconds; /* Send Time */
    guint16 count;       /* Count Number */
} GtupdMoment;

/* Count Numbers that are missing before an uplink message. */
typedef struct {
    GtupdEvent event;   /* the message behind the gap */
    gint64 before_time; /* ns; of the message before it */
    gint64 before_send; /* Send Times of the messages beside it */
    gint64 after_send;
    guint run;       /* of the counter */
    guint64 index;   /* from 1 for each device */
    guint16 first;   /* missing number */
    guint count;     /* numbers missed at first */
    guint missing;   /* numbers that no +BUFF has brought */
    guint8 *brought; /* bitmap of `count`, made when the first is brought */
} GtupdGap;

/* A command that an ACK may answer. */
typedef struct {
    GtupdEvent event;
    guint16 serial;
    gboolean excused;  /* the device must ignore it: no ack-missing */
    gboolean answered; /* too late: it is kept to be judged */
    gboolean stop_in_time;
    gboolean feeds; /* it is one of its update's own: no start-while-busy */
} GtupdOpenCommand;

typedef struct _GtupdUpdateRecord GtupdUpdateRecord;

/*
 * What an ordinary report needs, most of what is heard of thousands of devices, stands at the beginning, so that
 * little has to be fetched for it.
 */
typedef struct _GtupdDevice {
    char id[16];
    GtupdCounts counts;
    GtupdUpdateRecord *update; /* update.c: the active one, or the one that ended last */
    gsize size;                /* tracker.c: what it costs (device.c knows) */

    /* numbers.c */
    GtupdHistory *uplinks;
    guint64 reports;          /* GTUPD reports heard, resends aside */
    gint64 last_uplink_time;  /* ns */
    gint64 last_send_seconds; /* Send Time of that message */
    guint64 last_channel;
    guint run;          /* of the counter: restarts so far */
    guint32 run_length; /* numbers that went by in this run, at most 65535 */
    guint16 run_first;  /* first number of this run */
    guint16 last_count;
    guint16 earlier_last; /* last number of the run before */
    bool has_count;
    bool gap_here;        /* there is a gap right before the message at hand */
    bool reboots;         /* UDP: 3X0 or the last failed attempt has been, so the counter may restart */
    bool clock_unsure;    /* the next Send Time is not compared */
    guint brought_run;    /* the run that the +BUFF at hand comes from */
    GQueue gaps;          /* of GtupdGap, oldest first, not judged yet */
    GtupdNumberSet early; /* numbers that a +BUFF brought before they were missed */

    /* tracker.c: on which TCP connections it speaks */
    guint64 last_tcp_channel;
    GHashTable *conflicts; /* pairs of channels already noted */

    /* Who it is, for the report. */
    char name[11];
    char type[3];
    char version[8];
    bool name_from_gtupd;
    bool type_judged, identity_judged;
    bool was_forgotten; /* tracker.c: without a loss, unless it speaks again */

    /* commands.c */
    GArray *open_commands; /* of GtupdOpenCommand: GTUPD commands without ACK in time; NULL: never any */
    GArray *open_others;   /* the same for other words: for links only */

    /* versions.c: what runs now, as told */
    GtupdVersion told;

    /* What follows is for the rarer messages. */
    bool is_meid;
    bool reported; /* update.c: has sent a usable GTUPD report */
    guint64 findings[GTUPD_SEVERITIES];
    GList news; /* tracker.c: among those that cost something; nothing has changed for longest in the first */

    /* numbers.c */
    GtupdHistory *downlinks;
    guint64 gap_count;
    guint64 judged_gap; /* index of the newest gap judged to be one */
    bool has_serial;
    bool serial_reuse_noted;
    guint16 last_serial;

    GtupdNumberSet serials;  /* commands.c: Serial Numbers that GTUPD commands have carried */
    GtupdEvidence *evidence; /* the tracker's, for all devices */
    guint updates;           /* update.c */
    GtupdMoment fed;         /* update.c: the last report that fed an update */
} GtupdDevice;

/* The message at hand with all that its rules need. */
typedef struct {
    GtupdDevice *device;
    const GtupdMessage *message;
    const guint64 *digest; /* the two of the message (reading.h) */
    GtupdEvent *event;     /* being filled in */
    GtupdChannelRef channel;
    guint8 ip_version;
    const guint8 *address; /* of the device's side, GTUPD_ADDRESS_SIZE bytes; NULL not known */
    GtupdNotes *notes;
    const GtupdOut *out;
} GtupdContext;

/* Capture time of the message at hand, ns. */
static inline gint64 gtupd_context_now(const GtupdContext *context)
{
    return context->event->anchor.time;
}

/*
 * By how much (ns) capture time is ahead of the Send Time of the message at hand, which has one. A clock that is wrong
 * by 73 years and more is told as that: the years 0000 and 9999 are not within the reach of nanoseconds, and leads must
 * be comparable.
 */
static inline gint64 gtupd_context_lead(const GtupdContext *context)
{
    const gint64 most = G_MAXINT64 / 4 / GTUPD_SECOND;
    const gint64 now = gtupd_context_now(context);
    return CLAMP(now / GTUPD_SECOND - context->message->send_seconds, -most, most) * GTUPD_SECOND + now % GTUPD_SECOND;
}

/* A device that has said nothing yet. `id`: Unique ID, upper case. */
GtupdDevice *gtupd_device_new(const char *id);
void gtupd_device_free(GtupdDevice *device);

/* Fetches to the caches what an ordinary report needs of the device itself (depth 0), and of what is kept of it (1). */
void gtupd_device_fetch(const GtupdDevice *device, guint depth);

/* Bytes remembered of the device, beside what every device costs. About. */
gsize gtupd_device_size(const GtupdDevice *device);

/*
 * Forgets all that gtupd_device_size() counts, as if the device were heard for the first time when it speaks again.
 * What is open is judged as at the end, at the time `end` (ns), and goes to *out. TRUE: something was open.
 */
gboolean gtupd_device_forget(GtupdDevice *device, const GtupdOut *out, gint64 end);
