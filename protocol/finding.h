/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Making findings. Two ways: about the message at hand, whose update is not known yet (collected, and handed out when
 * the message's place is known); and about an earlier message, at once.
 *
 * A new rule needs one call of gtupd_note() or gtupd_note_at() where its condition is met.
 */
#pragma once

#include "event.h"

#include <glib.h>

/* Where findings and updates go: the tracker's own sink, or that of a finish, which counts nothing. */
typedef struct {
    const GtupdSink *sink;
    guint64 *counted; /* [GTUPD_SEVERITIES] of the device at hand; NULL: nothing is counted and no limit holds */
    guint64 *limits;  /* with `counted`: [GTUPD_LIMITS], what was dropped */
} GtupdOut;

/* The findings of the message at hand, until its place is known. */
typedef struct _GtupdNotes GtupdNotes;

GtupdNotes *gtupd_notes_new(void);
void gtupd_notes_free(GtupdNotes *notes);

/* A finding on the message at hand. */
void gtupd_note(GtupdNotes *notes, GtupdRule rule, const char *format, ...) G_GNUC_PRINTF(3, 4);

/* The same for a rule about a field or a part of the message. `sentence` is copied; `section` is static. */
void gtupd_note_field(GtupdNotes *notes, GtupdRule rule, const GtupdFieldInfo *field, GtupdSpan span,
                      const char *section, const char *sentence);

/* Hands out all collected findings with their anchor and its update, and forgets them. */
void gtupd_notes_flush(GtupdNotes *notes, const GtupdOut *out, const GtupdEvent *event);

/* A finding on an earlier message. */
void gtupd_note_at(const GtupdOut *out, const GtupdEvent *event, GtupdRule rule, const char *format, ...)
    G_GNUC_PRINTF(4, 5);
