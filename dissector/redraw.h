/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Statistics that show the verdict. Wireshark fills its tables packet by packet, but how an update ends, and some of
 * the findings, are known only after the last packet. So the packets only say what is wanted, and what is shown is
 * filled in just before it is drawn. With that, statistics are complete after one pass.
 */
#pragma once

#include "judge.h"

/*
 * `fill` is called before statistics are drawn, with an up-to-date verdict; `forget` when the file is closed, and with
 * it everything that came of the judge. At most REDRAW_MAX, at start-up.
 */
#define REDRAW_MAX 4
void redraw_register(void (*fill)(void), void (*forget)(void));

/* To be called when a statistic begins anew, and in the packet callback of every statistic that is filled so. */
void redraw_disarm(void);
void redraw_arm(void);

/* The updates that these messages belong to: a set of JudgeUpdate. Free with g_hash_table_unref(). */
GHashTable *redraw_updates(const GPtrArray *messages);
