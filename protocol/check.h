/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What one message, seen alone, does against the document: the rules "Framing and fields" of rules.md that need no
 * neighbour. Goes through the layout rows and collects all, not only the first.
 */
#pragma once

#include "message.h"
#include "rules.h"

#include <glib.h>

/*
 * One violation. `field` is NULL where the rule is about no single field; `span` has length 0 for the whole message;
 * `section` may be NULL; `sentence` is printable, holds no secret, and is borrowed for the call.
 */
typedef void (*GtupdCheckFunc)(GtupdRule rule, const GtupdFieldInfo *field, GtupdSpan span, const char *section,
                               const char *sentence, gpointer data);

/* Calls `found` for every violation, in the order of the fields. Nothing but framing for messages of other words. */
void gtupd_check_message(const GtupdMessage *message, GtupdCheckFunc found, gpointer data);

/* The § that describes this message; NULL for other words. Static storage. */
const char *gtupd_check_section(const GtupdMessage *message);
