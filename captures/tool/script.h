/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A transcript while it is being carried out: what has been set, named and sent so far. Shared by the three files that
 * carry out lines; transcript.h is what others see.
 *
 * Whatever reads a part of a line gives FALSE with *error set, naming file and line, if it is wrong.
 */
#pragma once

#include "savefile.h"
#include "scene.h"

#include <glib.h>

typedef struct {
    const char *name;
    guint line;
    SavefileFormat format;
    Scene scene;
    gint64 start, now;       /* ns since 1970; start 0: not given yet */
    GHashTable *hosts;       /* name → WireHost */
    GHashTable *connections; /* name → SceneConnection */
    GHashTable *texts;       /* name → GByteArray */
    GArray *rotations;       /* gint64: a new file begins at these times */
} Script;

void script_init(Script *script, const char *name);
void script_clear(Script *script);

/* Reading parts of a line. */

/* Says what is wrong with the line; always FALSE. */
gboolean script_wrong(const Script *script, GError **error, const char *format, ...) G_GNUC_PRINTF(3, 4);

gboolean script_number(const Script *script, const char *word, guint64 min, guint64 max, guint64 *number,
                       GError **error);

/* Nothing but blanks may be left. */
gboolean script_ended(const Script *script, const char *rest, GError **error);

/* Appends what a text with escapes and {NAME}s stands for. */
gboolean script_bytes(const Script *script, const char *text, GByteArray *bytes, GError **error);

/* Carrying out lines. */

/* settings.c: a line that begins with `word` and goes on as `rest`. */
gboolean script_set(Script *script, const char *word, const char *rest, GError **error);

/* actions.c: something happens now on the connection of this name; `rest` says what. */
gboolean script_act(Script *script, const char *connection, const char *rest, GError **error);
