/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The small things a transcript line is made of: words, numbers, times, addresses, and text with escapes.
 *
 * None of these knows which line it is on: on failure they say what is wrong, and transcript.c adds where.
 */
#pragma once

#include <glib.h>

/* The next blank-separated word at *cursor, which moves behind it. "" at the end. Caller owns. */
char *text_word(const char **cursor);

/* A number in decimal, or in hexadecimal after 0x; nothing around it. FALSE if it is none, or outside the range. */
gboolean text_number(const char *word, guint64 min, guint64 max, guint64 *number);

/* [[H:]M:]S[.fraction] in ns, three years at most. FALSE if it is none. */
gboolean text_duration(const char *word, gint64 *duration);

/* A UTC time, as in 2026-01-02T03:04:05Z, in ns since 1970, before 2106. FALSE if it is none. */
gboolean text_time(const char *word, gint64 *time);

/* An IPv4 or IPv6 address: its 4 or 16 bytes. 0 if it is none. */
gsize text_address(const char *word, guint8 address[16]);

/*
 * Appends the bytes that `text` stands for: {NAME} is the text of that name in `names`, \r \n \t \0 \\ and \xHH are
 * single bytes. Returns NULL, or what is wrong: caller owns.
 */
char *text_bytes(const char *text, GHashTable *names, GByteArray *bytes);
