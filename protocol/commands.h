/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Commands of one device and their acknowledgements (rules.md "Command and acknowledgement").
 */
#pragma once

#include "device.h"

/* What a GTUPD command means for its acknowledgement, as its update sees it. */
typedef struct {
    gboolean excused;      /* the device must ignore it */
    gboolean stop_in_time; /* a stop that the device must obey */
    gboolean feeds;        /* one of its update's own commands */
} GtupdCommandStanding;

/* A command waits for its ACK from now on. */
void gtupd_commands_open(const GtupdContext *context, GtupdCommandStanding standing);

/* What an ACK answers. */
typedef struct {
    gboolean found;
    GtupdOpenCommand command; /* with `found` */
} GtupdAnswer;

/*
 * The ACK of any word: finds the latest open command of its word and Serial Number, tells the sink, and takes it off
 * the list if the ACK is in time. Notes `ack-unexpected`.
 */
GtupdAnswer gtupd_commands_answer(const GtupdContext *context);

/* The command turned out to be one that the device must ignore. */
void gtupd_commands_excuse_one(GtupdDevice *device, const GtupdAnchor *command);

/* A message's place has become known, or has changed: what is remembered of it follows. */
void gtupd_commands_place(GtupdDevice *device, const GtupdEvent *event);

/* Missing Count Numbers between these times (ns) may have held an ACK: commands of that time are excused. */
void gtupd_commands_excuse(GtupdDevice *device, gint64 from, gint64 to);

/* At the end, the time of the last message: commands without ACK in time. */
void gtupd_commands_finish(const GtupdDevice *device, const GtupdOut *out, gint64 end);

/* A GTUPD command that no device has claimed, seen from the end: notes `ack-missing` if it is due. */
void gtupd_commands_judge_unclaimed(const GtupdOut *out, const GtupdEvent *event, gint64 end);
