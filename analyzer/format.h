/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Times, lengths of time, numbers and foreign text as people and scripts read them. All results: free with g_free(). */
#pragma once

#include <glib.h>

/*
 * RFC 3339 in UTC, "2020-09-10T01:27:00.123456Z", nine digits with `nanoseconds`. `time`: ns since 1970. Into a buffer,
 * for reports have a million of them.
 */
#define GTUPD_TIME_SIZE 48
void gtupd_format_time_to(gint64 time, gboolean nanoseconds, char text[GTUPD_TIME_SIZE]);

/* "2020-09-10" and "01:27:00.123" of it, UTC. */
char *gtupd_format_date(gint64 time);
char *gtupd_format_clock(gint64 time);

/* "0.333 s", "12.4 s", "3 min 05 s", "2 h 10 min", "3 d 4 h". `length`: ns, may be negative. */
char *gtupd_format_duration(gint64 length);

/* "1,234,567" */
char *gtupd_format_count(guint64 count);

/* "1 packet", "3 packets" */
char *gtupd_format_things(guint64 count, const char *thing);

/*
 * Foreign text that may be shown: valid UTF-8 without control, format or unassigned characters, which become \xNN, as
 * do bytes that are no UTF-8.
 */
char *gtupd_format_printable(const char *text);
