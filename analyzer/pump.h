/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A thread that reads ahead, so that reading (decompressing, say) and looking at what was read go on side by side. */
#pragma once

#include <glib.h>

typedef struct _GtupdPump GtupdPump;

/* Gives up to `size` bytes; 0 at the end. */
typedef gsize (*GtupdPumpReader)(gpointer data, guint8 *buffer, gsize size);

/* NULL: there is no thread to be had. Else from now on `reader` is called by the pump's thread only, one call at a
 * time, until it has given 0 bytes. */
GtupdPump *gtupd_pump_new(GtupdPumpReader reader, gpointer data);

/* Waits for the reader to come back from its current call. */
void gtupd_pump_free(GtupdPump *pump);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GtupdPump, gtupd_pump_free)

/* As the reader itself, in the same order. After 0 the reader will not be called any more. */
gsize gtupd_pump_read(GtupdPump *pump, guint8 *buffer, gsize size);
