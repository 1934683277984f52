/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who says what to whom: TCP connections and UDP pairs whose packets a capture point writes down.
 *
 * Both ends of a connection behave: sequence numbers run on, data is acknowledged, handshakes are complete. What goes
 * wrong is asked for line by line (SceneLine). Nothing is random, so a scene always gives the same packets.
 */
#pragma once

#include "wire.h"

#include <glib.h>

#define SCENE_MAX_CUTS 32

typedef struct {
    gint64 time; /* ns since 1970 */
    GByteArray *bytes;
    gsize captured; /* how many of them the capture holds */
} ScenePacket;

typedef struct _SceneConnection SceneConnection;

typedef struct {
    WireLink link;
    gsize snap_length;  /* of all packets */
    GPtrArray *packets; /* of ScenePacket, in order of making, which need not be that of time */
} Scene;

/* What happens to the packets of one line. All zero: nothing out of the ordinary. */
typedef struct {
    gsize cuts[SCENE_MAX_CUTS]; /* a new segment begins at these bytes, ascending */
    guint cut_count;
    guint64 lost;          /* bit n: segment n + 1 was sent, but is not in the capture */
    gboolean reversed;     /* the segments arrive in reverse order */
    gboolean twice;        /* each packet is captured twice */
    gboolean no_ack;       /* the other end's acknowledgement is not captured */
    gboolean finish;       /* the last segment has FIN */
    gboolean bad_checksum; /* TCP checksums are wrong */
    gint64 late;           /* the packets arrive so many ns later than they should have */
    gsize fragment;        /* IP fragments of so many bytes */
    gsize snap_length;     /* only so many bytes of each packet are captured */
} SceneLine;

void scene_init(Scene *scene);
void scene_clear(Scene *scene);

/* Puts packets into the order of their times; those of one time stay in the order of making. */
void scene_sort(Scene *scene);

/* `number` (from 1) gives the connection its initial sequence numbers, unless scene_connection_isn() says otherwise. */
SceneConnection *scene_connection_new(gboolean is_tcp, WireHost *const hosts[2], const guint16 ports[2], guint number);
void scene_connection_free(SceneConnection *connection);
void scene_connection_isn(SceneConnection *connection, const guint32 isn[2]);

/* TCP: SYN, SYN ACK, ACK. */
void scene_open(Scene *scene, SceneConnection *connection, gint64 time);

/* TCP: a SYN that is answered by RST, or by nothing. The connection does not open. */
void scene_knock(Scene *scene, SceneConnection *connection, gint64 time, gboolean refused);

/* TCP: the connection was opened before the capture began. */
void scene_join(SceneConnection *connection);

/* TCP: opened or joined, and not ended. UDP: always. */
gboolean scene_is_open(const SceneConnection *connection);
gboolean scene_is_tcp(const SceneConnection *connection);

/* `side` 0: the end that opened the connection. */
void scene_send(Scene *scene, SceneConnection *connection, guint side, gint64 time, const guint8 *data, gsize length,
                const SceneLine *line);

/*
 * TCP: the last `lines` lines of a side once more, as one segment, its last `shortened` bytes left off. FALSE, and
 * nothing done, if that is more than was sent, or leaves no byte.
 */
gboolean scene_resend(Scene *scene, SceneConnection *connection, guint side, gint64 time, guint lines, gsize shortened,
                      const SceneLine *line);

/* TCP: FIN from `side`, FIN ACK, ACK; an RST from `side`; a keep-alive probe of `side` and its answer. */
void scene_close(Scene *scene, SceneConnection *connection, guint side, gint64 time);
void scene_reset(Scene *scene, SceneConnection *connection, guint side, gint64 time);
void scene_keepalive(Scene *scene, SceneConnection *connection, guint side, gint64 time);
