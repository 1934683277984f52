/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A fleet of devices and its backend: position reports and heartbeats, and now and then an update, of every outcome,
 * each report answered by a SACK. Whatever the devices do is by the document, so no rule has anything to say; and it
 * is counted as it is said.
 */
#pragma once

#include "session.h"

#define FLEET_OUTCOMES 8

typedef struct _Fleet Fleet;

/* What has been said, for whoever counts it again. */
typedef struct {
    guint64 messages; /* framed, SACKs included */
    guint64 messages_gtupd;
    guint64 updates;
    guint64 outcomes[FLEET_OUTCOMES];
    guint devices;
} FleetTruth;

/* Borrows the recorder. */
Fleet *fleet_new(Recorder *recorder, guint devices, const SessionHabits *habits);
void fleet_free(Fleet *fleet);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Fleet, fleet_free)

/* The next device's turn: one message of its, or the backend's word to it. A device has a turn about every second. */
void fleet_turn(Fleet *fleet);

/* No update begins any more. */
void fleet_wind_up(Fleet *fleet);

/* Turns until every update has ended and every report is answered. */
void fleet_finish(Fleet *fleet);

const FleetTruth *fleet_truth(const Fleet *fleet);

/* "succeeded", …: `outcomes` of the truth are in this order. */
const char *fleet_outcome_name(guint outcome);
