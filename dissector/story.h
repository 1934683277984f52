/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A message in one line, for the Info column and the tree: what it says, and where in its update it stands. */
#pragma once

#include "judge.h"
#include "message.h"

/*
 * "Report 202 Download failed, attempt 1 of 2, 222225555588888". No secrets, printable only. `judged` may be NULL: then
 * the message speaks for itself.
 */
char *story_line(wmem_allocator_t *pool, const GtupdMessage *message, const JudgeMessage *judged);

/* The rules that the message met: " [phase-skipped, count-gap]"; "" for none. */
char *story_findings(wmem_allocator_t *pool, const JudgeMessage *judged);
