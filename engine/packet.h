/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A captured packet as both faces hand it in. */
#pragma once

#include <glib.h>

typedef struct {
    int link_type;      /* LINKTYPE_ value as in a capture file: 1 Ethernet, 101 raw IP, 113 Linux cooked, … */
    guint32 capture;    /* index of the capture */
    guint64 frame;      /* the packet's number in its capture, from 1 */
    gint64 time;        /* ns since 1970 */
    const guint8 *data; /* borrowed for the call */
    gsize captured;     /* bytes in `data` */
    gsize length;       /* bytes on the wire, ≥ captured */
} GtupdPacket;
