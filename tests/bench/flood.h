/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Packets that are meant to fill tables: nearly each one of a 5-tuple that has not been seen before. Connections are
 * opened and never used, or begin a message of a device that does not exist and never finish it.
 */
#pragma once

#include "recorder.h"

typedef struct _Flood Flood;

/* Borrows the recorder. */
Flood *flood_new(Recorder *recorder);
void flood_free(Flood *flood);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Flood, flood_free)

/* The next packet. */
void flood_turn(Flood *flood);

/* Messages begun and never finished. */
guint64 flood_unfinished(const Flood *flood);
