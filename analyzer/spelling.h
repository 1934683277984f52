/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How near what somebody has typed is to a word that there is, for "did you mean …?". */
#pragma once

#include <glib.h>

/*
 * Steps from one to the other: characters inserted, dropped and replaced. Part of a word is nearer than any typing
 * error, 0: "overran" means download-overran.
 */
guint gtupd_spelling_steps(const char *typed, const char *word);
