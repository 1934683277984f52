/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Numbers and clocks of one device (rules.md "Numbers and clocks"): resends, Serial Numbers, Count Numbers, Send Times.
 */
#pragma once

#include "device.h"

/* Is the message a resend? If so `message-repeated` is noted. Remembers the message either way. */
gboolean gtupd_numbers_is_repeat(const GtupdContext *context);

/* Judges the Serial Number of a command of any word. */
void gtupd_numbers_serial(const GtupdContext *context);

/*
 * Judges the Count Number of an uplink message of any word; sets device->gap_here. Returns TRUE if the counter has
 * restarted: the device has rebooted.
 */
gboolean gtupd_numbers_count(const GtupdContext *context);

/* The Send Time of the device's last message on a channel; kept by the channel. */
typedef struct {
    gboolean known;
    gint64 seconds;
} GtupdClock;

/* Judges the Send Time of an uplink message against the clock, and moves the clock on. */
void gtupd_numbers_send_time(const GtupdContext *context, GtupdClock *clock);

/* Is a gap with an index over `index` not filled (or judged to be one)? */
gboolean gtupd_numbers_gap_since(const GtupdDevice *device, guint64 index);

/*
 * The +BUFF at hand was stored before (−1) or after (1) this moment; 0 if nothing tells. Send Times, and at the same
 * second Count Numbers, are compared within one run of the counter only: a reboot may unset the clock.
 */
int gtupd_numbers_compare(const GtupdDevice *device, const GtupdMessage *buffered, const GtupdMoment *moment);

/* A message's place has become known, or has changed: what is remembered of it follows. */
void gtupd_numbers_place(GtupdDevice *device, const GtupdEvent *event);

/* At the end: gaps that no +BUFF has filled. */
void gtupd_numbers_finish(const GtupdDevice *device, const GtupdOut *out);

void gtupd_gap_free(gpointer gap);
