/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One update of one device: the state machine of rules.md "The course of an update", and the rules about it.
 *
 * A life: a start command, or a report that implies one, begins it; reports move it through the table in update.c; it
 * closes when a report ends it, another update takes its place, or the capture ends. An update that has ended is kept
 * until the next begins, for what comes late.
 */
#pragma once

#include "commands.h"
#include "device.h"

/* A GTUPD command whose fields are one of the layouts. Sets the event's place. */
void gtupd_update_command(const GtupdContext *context);

/* A GTUPD acknowledgement and what it answers. */
void gtupd_update_ack(const GtupdContext *context, const GtupdAnswer *answer);

/* A GTUPD report with a usable code. */
void gtupd_update_report(const GtupdContext *context);

/* Any other message of the device: of another word, or a GTUPD one that no rule can use. */
void gtupd_update_other(const GtupdContext *context);

/* The device's counter restarted with the message at hand. */
void gtupd_update_restarted(GtupdDevice *device);

/* A gap turned out to be one: it is evidence for what was missing. `record` may be NULL. */
void gtupd_update_gap_judged(GtupdUpdateRecord *record, guint64 gap);

/* At the end, the time of the last message: the verdict on the device's update, handed to the sink. */
void gtupd_update_finish(const GtupdDevice *device, const GtupdOut *out, gint64 end);

/* Fetches to the caches what an ordinary report changes of it. */
void gtupd_update_record_fetch(const GtupdUpdateRecord *record);

void gtupd_update_record_free(GtupdUpdateRecord *record);

/* Bytes that it costs, about. `record` may be NULL. */
gsize gtupd_update_record_size(const GtupdUpdateRecord *record);
