/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The tracker: what does a message mean in its place?
 *
 * Takes the messages of all channels in the order in which they are known, and tells the sink what they amount to:
 * which device, which update, which state, which findings. It knows devices by Unique ID, lets commands wait for
 * their device, and keeps each device's numbers and its active update. No I/O, no clock of its own.
 *
 * The file-level story: direction.c turns bytes into messages; tracker.c finds whose a message is; numbers.c judges
 * counts, serials and clocks; commands.c pairs commands and acknowledgements; update.c runs the state machine.
 */
#pragma once

#include "address.h"
#include "event.h"
#include "reading.h"
#include "transfer.h"

#include <glib.h>

typedef struct _GtupdTracker GtupdTracker;

/* One TCP connection instance, or one UDP address-and-port pair. */
typedef struct _GtupdChannel GtupdChannel;

typedef enum {
    GTUPD_TRANSPORT_TCP,
    GTUPD_TRANSPORT_UDP,
} GtupdTransport;

/* Never fails. *sink is copied; its `data` must outlive the tracker. */
GtupdTracker *gtupd_tracker_new(const GtupdSink *sink);
void gtupd_tracker_free(GtupdTracker *tracker);

/* A new channel. Owned by the tracker: end it with gtupd_tracker_channel_close(), or with the tracker. */
GtupdChannel *gtupd_tracker_channel_new(GtupdTracker *tracker, GtupdTransport transport);

/* Which addresses a new channel's sides 0 and 1 have. */
void gtupd_tracker_channel_between(GtupdChannel *channel, guint8 ip_version, const guint8 address0[GTUPD_ADDRESS_SIZE],
                                   const guint8 address1[GTUPD_ADDRESS_SIZE]);

/* Fetches the channel (depth 0), its first device (1), what is kept of that (2) to the caches of the processor. */
void gtupd_tracker_channel_fetch(const GtupdChannel *channel, guint depth);

/* Nothing more will come on it. Commands that still wait there are judged. */
void gtupd_tracker_channel_close(GtupdTracker *tracker, GtupdChannel *channel);

/*
 * A framed message, read. `side`: which end of the channel sent it, 0 or 1; the same numbers for the channel's
 * whole life. `stray_runs`: runs of stray bytes before it that are anchored to it. Messages are given in the order in
 * which they are known, which need not be that of their packets. *event is set to where the message belongs.
 */
void gtupd_tracker_message(GtupdTracker *tracker, GtupdChannel *channel, guint side, const GtupdReading *reading,
                           const GtupdAnchor *anchor, guint stray_runs, GtupdEvent *event);

/*
 * Messages of the packet that comes next have been read beforehand: borrowed, in the order of their bytes, each as
 * gtupd_reading_first() reads it. Till the next call; NULL and 0: none.
 */
void gtupd_tracker_foresee(GtupdTracker *tracker, const GtupdReading *readings, guint count);

/*
 * Is the message that begins at `bytes`, and lies within `length` of them, the next one foreseen? It is told by where
 * its bytes lie, so a copy of them is not. Each is given once; NULL: no.
 */
const GtupdReading *gtupd_tracker_foreseen(GtupdTracker *tracker, const guint8 *bytes, gsize length);

/*
 * A file transfer has begun. Takes a reference: what is written to it later is seen when its attempt is judged; client,
 * server and `request.time` stand from here on.
 */
void gtupd_tracker_transfer(GtupdTracker *tracker, GtupdTransfer *transfer);

/* A message on the channel will never be finished: counted. */
void gtupd_tracker_unfinished(GtupdTracker *tracker, GtupdChannel *channel);

/* Stray bytes with no message behind them any more: a finding on the message before, as its `event` was given. */
void gtupd_tracker_stray(GtupdTracker *tracker, const GtupdEvent *before, guint runs);

/* The same as part of a verdict: to *sink, and nothing changes. */
void gtupd_tracker_finish_stray(const GtupdSink *sink, const GtupdEvent *before, guint runs);

/*
 * The verdict if the capture ended now: findings that only the end can show, and every update not yet handed out, go
 * to *sink (not to the tracker's own). Changes nothing, so it may be asked again, and messages may follow.
 */
void gtupd_tracker_finish(const GtupdTracker *tracker, const GtupdSink *sink);

/* The same of one device alone, if there is one of this ID. */
void gtupd_tracker_finish_device(const GtupdTracker *tracker, const char *id, const GtupdSink *sink);

/* Messages so far: of one device (NULL if there is none of this ID), or of all. Borrowed. */
const GtupdCounts *gtupd_tracker_counts(const GtupdTracker *tracker);

/* How often a limit was reached, i.e. how many things were dropped. */
guint64 gtupd_tracker_limit(const GtupdTracker *tracker, GtupdLimit limit);
void gtupd_tracker_limit_reached(GtupdTracker *tracker, GtupdLimit limit, guint64 dropped);

/* Messages under way, over all directions: direction.c bounds them. */
typedef struct {
    GQueue queue; /* of GtupdDirection: those that hold the beginning of a message, oldest beginning first */
    gsize bytes;  /* what they hold */
} GtupdPendings;

GtupdPendings *gtupd_tracker_pendings(GtupdTracker *tracker);

/* A device as a report shows it. Strings are borrowed; NULL or "" where not known. */
typedef struct {
    const char *id;   /* upper case */
    gboolean is_meid; /* else IMEI */
    const char *name; /* printable; NULL if none was heard */
    char type[3];     /* "DF"; "" not known */
    char version[8];  /* "1.07"; "" not known */
    guint updates;    /* begun so far */
    GtupdCounts counts;
    guint64 findings[GTUPD_SEVERITIES]; /* handed out or not; those of a finish aside */
} GtupdDeviceInfo;

/* Devices in the order of their first message: index 0 … count − 1. */
guint gtupd_tracker_device_count(const GtupdTracker *tracker);
void gtupd_tracker_device_info(const GtupdTracker *tracker, guint index, GtupdDeviceInfo *info);
