/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The device's way to its backend: one TCP connection, a TCP connection a message, or UDP.
 *
 * Messages are sent in the order in which they are given, one after the other: with +SACK each waits for that of the
 * one before, with short connections for the end of the connection before. So whatever the network loses, they arrive
 * in order. What cannot be sent is stored, and goes out as +BUFF once there is a connection again. The link
 * numbers the messages, since a number is used when a message is sent or stored.
 */
#pragma once

#include "device_options.h"

#include <glib.h>

typedef struct _RigLink RigLink;

/* One message for the backend. All zero but `text` for a message as it should be. */
typedef struct {
    char *text;       /* "+RESP:GT…" up to Send Time; Count Number and `$` are added */
    char *before;     /* bytes to be sent in front of it, or NULL */
    int count_step;   /* added to the Count Number */
    gboolean answer;  /* goes out at once, on the connection that there is, and is never stored: an ACK */
    gboolean lost;    /* numbered, but not sent */
    gboolean no_tail; /* without `$` */
    gboolean twice;   /* the same bytes again */
} RigOutgoing;

typedef struct {
    gpointer data;
    void (*opened)(gpointer data);                     /* there is a connection (again); for short ones: may be */
    void (*received)(const char *text, gpointer data); /* a message other than +SACK, `$` included */
} RigLinkEvents;

/* Never fails. Borrows options; copies *events. */
RigLink *rig_link_new(const RigDeviceOptions *options, const RigLinkEvents *events);
void rig_link_free(RigLink *link);

/* Connects, and again whenever the connection ends. */
void rig_link_up(RigLink *link);

/* Ends the connection for now. What has not been sent is stored. */
void rig_link_down(RigLink *link);

/* Power was lost, or the device rebooted: with `restart`, Count Numbers begin anew; a new UDP port, if wanted. */
void rig_link_reboot(RigLink *link, gboolean restart, gboolean new_port);

/* Stored messages wait from now on, or no longer. */
void rig_link_hold_stored(RigLink *link, gboolean hold);

/* Takes the strings of *message. */
void rig_link_send(RigLink *link, const RigOutgoing *message);

/* Sends a message on a second connection, which stays open beside the first. `text` as in RigOutgoing. */
void rig_link_send_aside(RigLink *link, const char *text);

/* Has everything been sent that can be? */
gboolean rig_link_is_idle(const RigLink *link);
