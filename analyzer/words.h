/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What several reports say in the same words, whatever their form: plain text, printable. All results: free with
 * g_free().
 */
#pragma once

#include "verdict.h"

#include <glib.h>

/* "17", or where there are several captures "2:17": the second capture's frame 17. */
char *gtupd_words_frame(const GtupdModel *model, const GtupdAnchor *anchor);

/* What the message says: "Download started (code 210), attempt 1 of 3". `verbose`: its count and device time too. */
char *gtupd_words_event(const GtupdEvent *event, gboolean verbose);

/* What the start command asked for: URL, protocol, attempts, time, credentials as far as `secrets` lets them be seen.
 */
char *gtupd_words_command(const GtupdCommand *command, gboolean secrets);

/* "The update failed", "Both updates succeeded", "2 of 5 updates came to no known end": `count` of all. */
char *gtupd_words_headline(GtupdVerdict verdict, guint64 count, guint64 all);

/* The headline where there is no update: that none was captured or selected, or that nothing could be read. Static. */
const char *gtupd_words_nothing_found(const GtupdModel *model);

/* That a limit was reached, and what this means for the report. */
char *gtupd_words_limit(GtupdLimit limit, guint64 dropped);

/* That the kernel dropped packets of a live capture, and what helps. */
char *gtupd_words_dropped(const GtupdModelCapture *capture);

/* What was heard in the captures: "12 messages, 7 of them GTUPD, of 1 device". */
char *gtupd_words_heard(const GtupdModel *model);
