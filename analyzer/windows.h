/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Spans of time, and whether something lies in one of them. */
#pragma once

#include <glib.h>

typedef struct _GtupdWindows GtupdWindows;

GtupdWindows *gtupd_windows_new(void);
void gtupd_windows_free(GtupdWindows *windows);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GtupdWindows, gtupd_windows_free)

/* Both ends are included. */
void gtupd_windows_add(GtupdWindows *windows, gint64 first, gint64 last);

/* Does any window have a moment in common with this span? */
gboolean gtupd_windows_meet(GtupdWindows *windows, gint64 first, gint64 last);
