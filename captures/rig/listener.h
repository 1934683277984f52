/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The backend's ears: a TCP and a UDP port, and the peers heard there.
 */
#pragma once

#include <glib.h>

/* One TCP connection, or one UDP address and port. Counted references. */
typedef struct _RigPeer RigPeer;

typedef struct _RigListener RigListener;

/* A message, `$` included. Borrowed for the call; keep the peer with rig_peer_ref(). */
typedef void (*RigListenerFunc)(RigPeer *peer, const char *text, gpointer data);

/* Never fails, and does not listen yet. */
RigListener *rig_listener_new(guint16 port, RigListenerFunc received, gpointer data);
void rig_listener_free(RigListener *listener);

/* Listens, on IPv4 and IPv6. FALSE and *error if it cannot. */
gboolean rig_listener_open(RigListener *listener, GError **error);

/* Stops listening and resets every connection, as a process that is killed would. */
void rig_listener_close(RigListener *listener);

RigPeer *rig_peer_ref(RigPeer *peer);
void rig_peer_unref(RigPeer *peer);

/* "tcp 10.77.1.2:4711". Borrowed. */
const char *rig_peer_name(const RigPeer *peer);

/* Sends the text if the peer can still be reached. */
void rig_peer_send(RigPeer *peer, const char *text);
