/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is remembered of an update, and what its files offer each other: update_record.c keeps it, update.c moves it by
 * reports, update_commands.c by commands, update_attempts.c counts downloads, update_evidence.c compares them with what
 * the wire shows of them, update_quiet.c watches what else is said, and update_closing.c judges it at its end. Nobody
 * else includes this.
 */
#pragma once

#include "device.h"

/* A report that came too early: judged when the update closes. */
typedef struct {
    GtupdEvent event;
    guint missing;     /* bit for each GtupdKind that should have come before */
    guint64 gaps_from; /* gaps with an index over this, up to gaps_to, are evidence of loss */
    guint64 gaps_to;
    GtupdMoment after;  /* the report fed before it */
    GtupdMoment before; /* its own */
    gboolean evidence;  /* a restart or a judged gap lies in between */
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
    gint64 last_fed;     /* ns */
    gint64 last_start;   /* ns; of the latest start command */
    gint64 promptest;    /* ns; the least by which capture time was ahead of the Send Time of what fed it */
    guint64 fed_gap;     /* device->gap_count when a report last fed it */
    guint fed_run;       /* device->run then */
    GtupdMoment earlier; /* the last report that fed the update before this one */
    gboolean power_lost;

    /* Attempts */
    guint failed;
    gboolean has_times; /* Download Times of the open attempt is known */
    int times;
    GtupdEvent download_started; /* the last 2X0 */
    gboolean has_start_send;     /* … has a Send Time */
    gint64 start_send_seconds;
    GtupdEvent last_failed; /* the last 2X2 */
    GPtrArray *downloads;   /* of GtupdAttempt (evidence.h), shared with the device's evidence */

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
    GArray *busy_starts; /* of GtupdBusyStart; NULL: none, as mostly */

    GArray *skips; /* of GtupdSkip; NULL: none, as mostly */

    /* Once an update each; in ATTEMPT_FAILED they wait for the update to go on. */
    gboolean type_noted, unrelated_noted, command_noted;
    GtupdEvent *waiting_unrelated, *waiting_command; /* NULL: none, as mostly */
};

/* Of a list that is made when the first is put in. */
static inline guint gtupd_list_length(const GArray *list)
{
    return list != NULL ? list->len : 0;
}

/* --- update_record.c --- */

/* Begun and not ended. `record` may be NULL. */
gboolean gtupd_update_is_active(const GtupdUpdateRecord *record);

/* The device's active update, or NULL. */
GtupdUpdateRecord *gtupd_update_active(const GtupdDevice *device);

/* CONFIRMED … UPDATING. */
gboolean gtupd_update_is_underway(const GtupdUpdateRecord *record);

/* Attempts that the start command allows; 0 not known. */
guint gtupd_update_allowed(const GtupdUpdateRecord *record);

/* The number of the open attempt, or of the next one. */
guint gtupd_update_attempt_number(const GtupdUpdateRecord *record);

/* The start command of the message at hand. The caller owns its strings. */
GtupdCommand gtupd_update_command_of(const GtupdContext *context);

/* For `busy_starts`: owns its elements. */
GArray *gtupd_busy_starts_new(void);

/* Takes over *command, which is empty afterwards. */
void gtupd_update_set_command(GtupdUpdateRecord *record, GtupdCommand *command);

/* Closes the device's update, if it has one, and begins another in REQUESTED. `start`: ns. */
GtupdUpdateRecord *gtupd_update_begin(const GtupdContext *context, gint64 start);

/* Hands an update of the device to the sink, as it is left `now` (ns). */
void gtupd_update_hand_out(const GtupdDevice *device, const GtupdUpdate *update, gint64 now, const GtupdOut *out);

/* Fills in where an event stands in the update. */
void gtupd_update_place(GtupdEvent *event, const GtupdUpdateRecord *record);

/* Adds the event at hand to the update. */
void gtupd_update_append(const GtupdContext *context, GtupdUpdateRecord *record);

/* The message at hand feeds the update (rules.md, "Feeds"). */
void gtupd_update_feed(const GtupdContext *context, GtupdUpdateRecord *record);

/* Has nothing fed it for an hour? `now`: ns. */
gboolean gtupd_update_is_stale(const GtupdUpdateRecord *record, gint64 now);

/* Remembers that the update is stale: its device may have lost power. */
void gtupd_update_note_staleness(GtupdUpdateRecord *record, gint64 now);

/* --- update_commands.c --- */

/*
 * The start command, among those that met the active update, that the 1X0, 1X1 or 1X3 at hand answers: for a 1X0 the
 * latest, else the oldest; within 60 s, or at any age if it was sent in ATTEMPT_FAILED and `any_age`. NULL if none.
 */
GtupdBusyStart *gtupd_update_find_answered(const GtupdContext *context, GtupdUpdateRecord *record, gboolean any_age);

/* Closes the update and begins another with the start command that had met it; its events go along. */
GtupdUpdateRecord *gtupd_update_begin_with(const GtupdContext *context, GtupdUpdateRecord *old, GtupdBusyStart *start);

/* The update goes on after a failed attempt: start commands sent in between met a busy device. */
void gtupd_update_go_on_starts(const GtupdContext *context, GtupdUpdateRecord *record);

/* --- update_quiet.c --- */

/* "Another message that the device has sent": anything but heartbeats and GTUPD ACKs. */
void gtupd_update_hear(const GtupdContext *context, GtupdUpdateRecord *record);

/* The update goes on after a failed attempt: other messages and commands in between were out of place. */
void gtupd_update_go_on_quiet(const GtupdContext *context, GtupdUpdateRecord *record);

/* --- update_attempts.c --- */

/* A 2X0, 2X1 or 2X2 opens or ends an attempt: counts it, and judges its number, Download Times and duration. */
void gtupd_update_count_attempts(const GtupdContext *context, GtupdUpdateRecord *record);

/* --- update_evidence.c --- */

/* A report moves the update, which it does not feed yet: an attempt begins, or is over. */
void gtupd_update_follow_download(const GtupdContext *context, GtupdUpdateRecord *record);

/*
 * When the update is handed out, at the time `now` (ns): findings on what the wire shows of its downloads. Returns the
 * transfers, for GtupdUpdate; the caller owns them. *disputed: are there some that may be another device's as well?
 */
GPtrArray *gtupd_update_judge_downloads(const GtupdDevice *device, const GtupdUpdateRecord *record, gint64 now,
                                        const GtupdOut *out, gboolean *disputed);

/* --- update_closing.c --- */

/* Is the device back from the reboot after 3X0, though it has not said how the update went? */
gboolean gtupd_update_is_back(const GtupdUpdateRecord *record);

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
