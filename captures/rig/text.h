/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * @Track text, as simply as it can be read: up to `$`, then at commas.
 *
 * The rig does not use the analyzer's framing and decoding on purpose: what it records would otherwise prove only that
 * the analyzer agrees with itself.
 */
#pragma once

#include <glib.h>

#define RIG_TEXT_MAX 8192 /* bytes kept of a message without `$` */

/* Cuts a stream of bytes at `$`. */
typedef struct {
    GString *pending;
} RigSplitter;

/* Gets one message, `$` included, without the padding before it. Borrowed for the call. */
typedef void (*RigTextFunc)(const char *text, gpointer data);

void rig_splitter_init(RigSplitter *splitter);
void rig_splitter_clear(RigSplitter *splitter);

/* Forgets what was begun. */
void rig_splitter_reset(RigSplitter *splitter);

/* Calls `found` for each message that is complete now. It may reset the splitter, but not clear it. */
void rig_splitter_feed(RigSplitter *splitter, const char *bytes, gsize length, RigTextFunc found, gpointer data);

/* The fields behind the first `=`, `,` or, for +SACK, `:`; without `$`. Never NULL. Free with g_strfreev(). */
GStrv rig_text_fields(const char *text);

/* The field, counted from 0, or from the end as −1, −2 …; "" if there is none. Borrowed. */
const char *rig_field(GStrv fields, int index);

/* A copy in which a byte outside printable ASCII is shown as \xNN. Free with g_free(). */
char *rig_text_printable(const char *text);

/* One line on standard output: the time of day and the text. Flushed at once, for those who wait for it. */
void rig_log(const char *format, ...) G_GNUC_PRINTF(1, 2);
