/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Character classes and small conversions on text that is not NUL-terminated. ASCII only, whatever the locale.
 */
#pragma once

#include <glib.h>

gboolean gtupd_text_is_alnum(const char *text, gsize length);
gboolean gtupd_text_is_digits(const char *text, gsize length);
gboolean gtupd_text_is_hex(const char *text, gsize length);

/* Only 0x20–0x7E. */
gboolean gtupd_text_is_printable(const char *text, gsize length);

/* `scheme://`, a host, and printable characters without blank (protocol.md: "legal URL"). */
gboolean gtupd_text_is_url(const char *text, gsize length);

/* Does this character end the authority (credentials, host, port) of a URL? RFC 3986 §3.2 */
gboolean gtupd_text_ends_authority(char c);

/* Decimal value of up to 9 digits; −1 if it is not all digits, or empty. */
int gtupd_text_decimal(const char *text, gsize length);

/* Value of 1 to 4 hex digits of either case; −1 if it is anything else. */
int gtupd_text_hex(const char *text, gsize length);

/* YYYYMMDDHHMMSS, 14 characters: seconds since 1970 as if UTC. FALSE if it is no real date and time. */
gboolean gtupd_text_parse_time(const char *text, gint64 *seconds);

/* Does the Luhn check digit of 15 digits fit? (IMEI, 3GPP TS 23.003 annex B) */
gboolean gtupd_text_luhn(const char *digits, gsize length);

/* A copy with every byte outside 0x20–0x7E as \xNN. Free with g_free(). */
char *gtupd_text_dup_printable(const char *text, gsize length);
