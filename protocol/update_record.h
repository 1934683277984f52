/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is remembered of an update. Shared by update.c, which writes it, and closing.c, which only reads it. */
#pragma once

#include "device.h"

/* A report that came too early: judged when the update closes. */
typedef struct {
    GtupdEvent event;
    guint missing;     /* bit for each GtupdKind that should have come before */
    guint64 gaps_from; /* gaps with an index over this, up to gaps_to, are evidence of loss */
    guint64 gaps_to;
    gboolean evidence; /* a restart or a judged gap lies in between */
} GtupdSkip;

/* A start command that met an active update. */
typedef struct {
    GtupdEvent event;
    GtupdCommand command;
    gboolean answered;
    gboolean waits; /* sent in ATTEMPT_FAILED: whether it met a busy device shows when the update goes on */
} GtupdBusyStart;

struct _GtupdUpdateRecord {
    GtupdUpdate shown; /* what the sink gets; `device` and `events` borrow from here and the device */
    GArray *events;    /* of GtupdEvent */
    GtupdCommand command;
    gboolean has_command;
    gboolean joined; /* its beginning is not in the capture */

    /* Feeding */
    gint64 last_fed;   /* ns */
    gint64 last_start; /* ns; of the latest start command */
    guint64 fed_gap;   /* device->gap_count when a report last fed it */
    guint fed_run;     /* device->run then */
    gboolean power_lost;

    /* Attempts */
    guint failed;
    gboolean has_times; /* Download Times of the open attempt is known */
    int times;
    GtupdEvent download_started; /* the last 2X0 */
    gboolean has_start_send;     /* … has a Send Time */
    gint64 start_send_seconds;
    GtupdEvent last_failed; /* the last 2X2 */

    /* The reboot */
    GtupdEvent update_started; /* the 3X0 */
    GtupdChannelRef started_channel;

    /* What else the device has sent: any message but GTUPD ACKs and heartbeats */
    gint64 last_spoke; /* ns; 0 never */
    gboolean spoke_since_failed;
    gboolean back_elsewhere; /* on another channel after 3X0 */
    gboolean gtupd_heard;    /* a GTUPD message other than an ACK */

    /* Commands */
    gboolean stop_seen;
    gboolean stop_acked;
    GArray *busy_starts; /* of GtupdBusyStart */

    GArray *skips; /* of GtupdSkip */

    /* Once an update each; in ATTEMPT_FAILED they wait for the update to go on. */
    gboolean type_noted, unrelated_noted, command_noted;
    GtupdEvent waiting_unrelated, waiting_command;
    gboolean has_waiting_unrelated, has_waiting_command;
};

/* Attempts that the start command allows; 0 not known. */
guint gtupd_update_allowed(const GtupdUpdateRecord *record);

/* Why an update closes. */
typedef enum {
    GTUPD_CLOSING_ENDED,      /* a report ended it */
    GTUPD_CLOSING_SUPERSEDED, /* a new one began */
    GTUPD_CLOSING_CAPTURE,    /* the capture ends */
} GtupdClosing;

/*
 * What can be said of an update when it closes: makes the findings that wait for it, and returns the outcome. `end` is
 * the time (ns) of the last message. Changes nothing.
 */
GtupdOutcome gtupd_update_judge(const GtupdDevice *device, const GtupdUpdateRecord *record, GtupdClosing closing,
                                gint64 end, const GtupdOut *out);
