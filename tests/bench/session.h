/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One TCP connection as both its ends see it: sequence numbers are kept, acknowledgements ride on the data. */
#pragma once

#include "recorder.h"

typedef struct {
    WireHost *ends[2]; /* the client opens it; borrowed */
    guint16 ports[2];
    guint32 next[2]; /* sequence number of the next byte that each end sends */
} Session;

/* How a text becomes segments. */
typedef struct {
    gboolean split;     /* over 2 to 4 segments; else one */
    guint resent;       /* percent of the segments are sent again */
    guint out_of_order; /* percent of the segments change place with the next of their text */
} SessionHabits;

/* SYN and SYN ACK; the client's own ACK rides on its first data. */
void session_open(Session *session, Recorder *recorder);

/* `flags` beside ACK: WIRE_TCP_PSH, WIRE_TCP_FIN (of the last segment). */
void session_send(Session *session, Recorder *recorder, guint from, guint8 flags, gconstpointer data, gsize length);

/* The same, by a habit. */
void session_say(Session *session, Recorder *recorder, guint from, guint8 flags, const SessionHabits *habits,
                 const GString *text);
