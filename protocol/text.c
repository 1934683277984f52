/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "text.h"

#include <string.h>

gboolean gtupd_text_is_alnum(const char *text, gsize length)
{
    for (gsize i = 0; i < length; i++) {
        if (!g_ascii_isalnum(text[i]))
            return FALSE;
    }
    return TRUE;
}

/* Without a way out of the loop: that is what lets compilers look at many bytes at once. */
static gboolean is_within(const char *text, gsize length, guint8 first, guint8 last)
{
    guint8 outside = 0;
    for (gsize i = 0; i < length; i++)
        outside |= (guint8)((guint8)((guint8)text[i] - first) > (guint8)(last - first));
    return outside == 0;
}

gboolean gtupd_text_is_digits(const char *text, gsize length)
{
    return is_within(text, length, '0', '9');
}

gboolean gtupd_text_is_hex(const char *text, gsize length)
{
    for (gsize i = 0; i < length; i++) {
        if (!g_ascii_isxdigit(text[i]))
            return FALSE;
    }
    return TRUE;
}

gboolean gtupd_text_is_printable(const char *text, gsize length)
{
    return is_within(text, length, ' ', '~');
}

/* RFC 3986 §3.1; 0 if the text does not begin with a scheme and "://", else the length of both. */
static gsize scheme_length(const char *text, gsize length)
{
    gsize i = 0;
    while (i < length && (g_ascii_isalnum(text[i]) || (i > 0 && strchr("+-.", text[i]) != NULL && text[i] != '\0')))
        i++;
    if (i == 0 || !g_ascii_isalpha(text[0]) || length - i < 3 || memcmp(text + i, "://", 3) != 0)
        return 0;
    return i + 3;
}

gboolean gtupd_text_is_url(const char *text, gsize length)
{
    for (gsize i = 0; i < length; i++) {
        if (!g_ascii_isgraph(text[i]))
            return FALSE;
    }
    gsize host = scheme_length(text, length);
    if (host == 0)
        return FALSE;

    gsize end = host;
    for (; end < length && !gtupd_text_ends_authority(text[end]); end++) {
        if (text[end] == '@')
            host = end + 1;
    }
    return host < end && text[host] != ':';
}

gboolean gtupd_text_ends_authority(char c)
{
    return c == '/' || c == '?' || c == '#';
}

int gtupd_text_decimal(const char *text, gsize length)
{
    if (length == 0 || length > 9 || !gtupd_text_is_digits(text, length))
        return -1;
    int value = 0;
    for (gsize i = 0; i < length; i++)
        value = value * 10 + (text[i] - '0');
    return value;
}

int gtupd_text_hex(const char *text, gsize length)
{
    if (length == 0 || length > 4 || !gtupd_text_is_hex(text, length))
        return -1;
    int value = 0;
    for (gsize i = 0; i < length; i++) /* letters are 9 more than their last four bits */
        value = value * 16 + (text[i] & 0x0f) + (text[i] > '9' ? 9 : 0);
    return value;
}

/* Sets *wrong to TRUE if these are no digits. */
static int two_digits(const char *text, gboolean *wrong)
{
    const guint tens = (guint8)text[0] - (guint)'0', ones = (guint8)text[1] - (guint)'0';
    *wrong |= (tens > 9) | (ones > 9);
    return (int)(tens * 10 + ones);
}

static int days_in_month(int year, int month)
{
    static const gint8 days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    const gboolean leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return month == 2 && leap ? 29 : days[month - 1];
}

gboolean gtupd_text_parse_time(const char *text, gint64 *seconds)
{
    gboolean wrong = FALSE;
    const int century = two_digits(text, &wrong);
    const int year = century * 100 + two_digits(text + 2, &wrong);
    const int month = two_digits(text + 4, &wrong);
    const int day = two_digits(text + 6, &wrong);
    const int hour = two_digits(text + 8, &wrong);
    const int minute = two_digits(text + 10, &wrong);
    const int second = two_digits(text + 12, &wrong);
    if (wrong || hour > 23 || minute > 59 || second > 59 || year == 0 || month < 1 || month > 12 || day < 1 ||
        day > days_in_month(year, month))
        return FALSE;

    /* Days since 1970-01-01 in the Gregorian calendar, with March as the year's first month. */
    const gint64 shifted = month <= 2 ? year - 1 : year;
    const gint64 of_year = (153 * (gint64)((month + 9) % 12) + 2) / 5 + day - 1;
    const gint64 days = shifted * 365 + shifted / 4 - shifted / 100 + shifted / 400 + of_year - 719468;
    *seconds = ((days * 24 + hour) * 60 + minute) * 60 + second;
    return TRUE;
}

gboolean gtupd_text_luhn(const char *digits, gsize length)
{
    int sum = 0;
    for (gsize i = 0; i < length; i++) {
        int digit = digits[length - 1 - i] - '0';
        if (i % 2 == 1)
            digit = digit < 5 ? digit * 2 : digit * 2 - 9;
        sum += digit;
    }
    return sum % 10 == 0;
}

char *gtupd_text_dup_printable(const char *text, gsize length)
{
    if (gtupd_text_is_printable(text, length)) /* as mostly */
        return g_strndup(text, length);
    GString *shown = g_string_sized_new(length + 1);
    for (gsize i = 0; i < length; i++) {
        if (g_ascii_isprint(text[i]))
            g_string_append_c(shown, text[i]);
        else
            g_string_append_printf(shown, "\\x%02x", (guint)(guchar)text[i]);
    }
    return g_string_free(shown, FALSE);
}
