/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "text.h"

#include <arpa/inet.h>
#include <string.h>

#define SECOND      G_GINT64_CONSTANT(1000000000)
#define SECONDS_MAX 100000000 /* three years: no sum of a start and a duration overflows */

char *text_word(const char **cursor)
{
    const char *begin = *cursor + strspn(*cursor, " \t");
    gsize length = strcspn(begin, " \t");
    *cursor = begin + length;
    return g_strndup(begin, length);
}

gboolean text_number(const char *word, guint64 min, guint64 max, guint64 *number)
{
    if (g_str_has_prefix(word, "0x"))
        return g_ascii_string_to_unsigned(word + 2, 16, min, max, number, NULL);
    return g_ascii_string_to_unsigned(word, 10, min, max, number, NULL);
}

/* ".25" in ns: nine digits at most. */
static gboolean fraction_of(const char *digits, gint64 *fraction)
{
    gint64 unit = SECOND;
    *fraction = 0;
    for (; g_ascii_isdigit(*digits) && unit > 1; digits++) {
        unit /= 10;
        *fraction += unit * (*digits - '0');
    }
    return *digits == '\0' && unit < SECOND;
}

gboolean text_duration(const char *word, gint64 *duration)
{
    gint64 fraction = 0, seconds = 0;
    g_auto(GStrv) halves = g_strsplit(word, ".", 2);
    g_auto(GStrv) parts = g_strsplit(halves[0] ? halves[0] : "", ":", 3);

    if (!parts[0] || (halves[1] && !fraction_of(halves[1], &fraction)))
        return FALSE;
    for (guint i = 0; parts[i]; i++) {
        guint64 part;
        if (!text_number(parts[i], 0, i == 0 ? SECONDS_MAX : 59, &part))
            return FALSE;
        seconds = seconds * 60 + (gint64)part;
    }
    if (seconds > SECONDS_MAX)
        return FALSE;
    *duration = seconds * SECOND + fraction;
    return TRUE;
}

gboolean text_time(const char *word, gint64 *time)
{
    if (!g_str_has_suffix(word, "Z"))
        return FALSE;
    g_autoptr(GDateTime) date = g_date_time_new_from_iso8601(word, NULL);
    if (!date || g_date_time_to_unix(date) < 0 || g_date_time_to_unix(date) > G_MAXUINT32)
        return FALSE;
    *time = g_date_time_to_unix(date) * SECOND + (gint64)g_date_time_get_microsecond(date) * 1000;
    return TRUE;
}

gsize text_address(const char *word, guint8 address[16])
{
    if (inet_pton(AF_INET, word, address) == 1)
        return 4;
    return inet_pton(AF_INET6, word, address) == 1 ? 16 : 0;
}

/* One escape; *cursor stands behind the backslash, and moves behind the escape. FALSE if it is none. */
static gboolean escape(const char **cursor, GByteArray *bytes)
{
    static const char letters[] = "rnt0\\";
    static const guint8 values[] = "\r\n\t\0\\";
    const char *at = *cursor;
    const char *letter = *at ? strchr(letters, *at) : NULL;

    if (letter) {
        g_byte_array_append(bytes, &values[letter - letters], 1);
        *cursor = at + 1;
        return TRUE;
    }
    if (at[0] != 'x' || !g_ascii_isxdigit(at[1]) || !g_ascii_isxdigit(at[2]))
        return FALSE;
    guint8 value = (guint8)(g_ascii_xdigit_value(at[1]) * 16 + g_ascii_xdigit_value(at[2]));
    g_byte_array_append(bytes, &value, 1);
    *cursor = at + 3;
    return TRUE;
}

char *text_bytes(const char *text, GHashTable *names, GByteArray *bytes)
{
    while (*text) {
        gsize plain = strcspn(text, "\\{");
        g_byte_array_append(bytes, (const guint8 *)text, (guint)plain);
        text += plain;
        if (*text == '\\') {
            text++;
            if (!escape(&text, bytes))
                return g_strdup_printf("\\%c is no escape", *text ? *text : ' ');
        } else if (*text == '{') {
            const char *end = strchr(text, '}');
            g_autofree char *name = g_strndup(text + 1, end ? (gsize)(end - text - 1) : 0);
            const GByteArray *value = g_hash_table_lookup(names, name);
            if (!value)
                return g_strdup_printf("{%s} has not been given a text", name);
            g_byte_array_append(bytes, value->data, value->len);
            text = end + 1;
        }
    }
    return NULL;
}
