/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "format.h"

#define SECOND      G_GINT64_CONSTANT(1000000000)
#define DAY         (24 * 60 * 60)
#define JULIAN_1970 719163 /* GDate's number of 1 January 1970 */

static char *format_utc(gint64 time, const char *pattern)
{
    g_autoptr(GDateTime) date = g_date_time_new_from_unix_utc(time / SECOND);
    return g_date_time_format(date, pattern);
}

/* Writes the last `digits` digits of a number and the character behind them; returns the place behind it. */
static inline char *put_number(char *at, guint value, guint digits, char behind)
{
    for (guint i = digits; i-- > 0; value /= 10)
        at[i] = (char)('0' + value % 10);
    at[digits] = behind;
    return at + digits + 1;
}

void gtupd_format_time_to(gint64 time, gboolean nanoseconds, char text[GTUPD_TIME_SIZE])
{
    const guint seconds = (guint)(time / SECOND % DAY);
    const guint fraction = (guint)(time % SECOND);
    GDate date;
    g_date_clear(&date, 1);
    g_date_set_julian(&date, JULIAN_1970 + (guint32)(time / SECOND / DAY));
    char *at = put_number(text, g_date_get_year(&date), 4, '-');
    at = put_number(at, (guint)g_date_get_month(&date), 2, '-');
    at = put_number(at, g_date_get_day(&date), 2, 'T');
    at = put_number(at, seconds / 3600, 2, ':');
    at = put_number(at, seconds / 60 % 60, 2, ':');
    at = put_number(at, seconds % 60, 2, '.');
    at = nanoseconds ? put_number(at, fraction, 9, 'Z') : put_number(at, fraction / 1000, 6, 'Z');
    *at = '\0';
}

char *gtupd_format_date(gint64 time)
{
    return format_utc(time, "%Y-%m-%d");
}

char *gtupd_format_clock(gint64 time)
{
    g_autofree char *seconds = format_utc(time, "%H:%M:%S");
    return g_strdup_printf("%s.%03d", seconds, (int)(time % SECOND / 1000000));
}

static char *format_positive(gint64 length)
{
    gint64 seconds = length / SECOND;
    int milliseconds = (int)(length % SECOND / 1000000);
    if (seconds < 10)
        return g_strdup_printf("%d.%03d s", (int)seconds, milliseconds);
    if (seconds < 60)
        return g_strdup_printf("%d.%d s", (int)seconds, milliseconds / 100);
    if (seconds < 3600)
        return g_strdup_printf("%d min %02d s", (int)(seconds / 60), (int)(seconds % 60));
    if (seconds < 86400)
        return g_strdup_printf("%d h %02d min", (int)(seconds / 3600), (int)(seconds / 60 % 60));
    return g_strdup_printf("%d d %d h", (int)(seconds / 86400), (int)(seconds / 3600 % 24));
}

char *gtupd_format_duration(gint64 length)
{
    if (length >= 0)
        return format_positive(length);
    g_autofree char *positive = format_positive(-length);
    return g_strconcat("-", positive, NULL);
}

char *gtupd_format_count(guint64 count)
{
    g_autofree char *digits = g_strdup_printf("%" G_GUINT64_FORMAT, count);
    GString *out = g_string_new(NULL);
    gsize length = strlen(digits);
    for (gsize i = 0; i < length; i++) {
        if (i > 0 && (length - i) % 3 == 0)
            g_string_append_c(out, ',');
        g_string_append_c(out, digits[i]);
    }
    return g_string_free(out, FALSE);
}

char *gtupd_format_things(guint64 count, const char *thing)
{
    g_autofree char *number = gtupd_format_count(count);
    return g_strdup_printf("%s %s%s", number, thing, count == 1 ? "" : "s");
}

char *gtupd_format_printable(const char *text)
{
    GString *out = g_string_new(NULL);
    const char *at = text;
    while (*at) {
        gunichar character = g_utf8_get_char_validated(at, -1);
        gboolean valid = character != (gunichar)-1 && character != (gunichar)-2;
        gsize length = valid ? (gsize)(g_utf8_next_char(at) - at) : 1;
        gboolean printable = valid && g_unichar_isprint(character);
        for (gsize i = 0; i < length; i++) {
            if (printable)
                g_string_append_c(out, at[i]);
            else
                g_string_append_printf(out, "\\x%02X", (guint8)at[i]);
        }
        at += length;
    }
    return g_string_free(out, FALSE);
}
