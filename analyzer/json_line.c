/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "json_line.h"

#include "digits.h"

#include <string.h>

/* Where `length` bytes more may be written. */
static inline char *room(GtupdJsonLine *line, gsize length)
{
    GString *out = line->out;
    const gsize used = out->len;
    if (out->allocated_len - used <= length) {
        g_string_set_size(out, used + length);
        g_string_truncate(out, used);
    }
    return out->str + used;
}

/* What was written into room() ends there. */
static inline void stop(GtupdJsonLine *line, char *end)
{
    *end = '\0';
    line->out->len = (gsize)(end - line->out->str);
}

/*
 * Writes what stands before a value, where there is room for that and for `behind` bytes more. Returns its end. Names
 * are ours, and need no escaping.
 */
static inline char *put_name(GtupdJsonLine *line, const char *name, gsize behind)
{
    enum {
        BESIDE = 4 /* bytes of `,"":` */
    };
    const gsize length = name ? strlen(name) : 0;
    char *at = room(line, length + BESIDE + behind);
    if (!line->first)
        *at++ = ',';
    line->first = FALSE;
    if (!name)
        return at;
    *at++ = '"';
    /* NOLINTNEXTLINE(bugprone-not-null-terminated-result): more of the line follows */
    memcpy(at, name, length);
    at += length;
    *at++ = '"';
    *at++ = ':';
    return at;
}

static void put_word(GtupdJsonLine *line, const char *name, const char *word, gsize length)
{
    char *at = put_name(line, name, length);
    memcpy(at, word, length);
    stop(line, at + length);
}

static void begin(GtupdJsonLine *line, const char *name, char bracket)
{
    put_word(line, name, &bracket, 1);
    line->first = TRUE;
}

static void end(GtupdJsonLine *line, char bracket)
{
    g_string_append_c(line->out, bracket);
    line->first = FALSE;
}

void gtupd_json_line_begin_object(GtupdJsonLine *line, const char *name)
{
    begin(line, name, '{');
}

void gtupd_json_line_end_object(GtupdJsonLine *line)
{
    end(line, '}');
}

void gtupd_json_line_begin_array(GtupdJsonLine *line, const char *name)
{
    begin(line, name, '[');
}

void gtupd_json_line_end_array(GtupdJsonLine *line)
{
    end(line, ']');
}

/* RFC 8259, section 7; and DEL, as json-glib has it. Not so NUL. */
static const gboolean is_plain[256] = {
    [' ' ... '!'] = TRUE,
    ['#' ... '['] = TRUE,
    [']' ... '~'] = TRUE,
    [0x80 ... 0xff] = TRUE,
};

static void put_escaped(GtupdJsonLine *line, char byte)
{
    static const char letters[] = "\"\"\\\\\bb\ff\nn\rr\tt"; /* in pairs: what is meant, what stands behind the `\` */
    for (const char *at = letters; *at; at += 2)
        if (*at == byte) {
            g_string_append_c(line->out, '\\');
            g_string_append_c(line->out, at[1]);
            return;
        }
    g_string_append_printf(line->out, "\\u%04x", (guchar)byte);
}

/* From the first byte on that may not stand as it is. */
static void put_rest(GtupdJsonLine *line, const char *rest)
{
    while (*rest) {
        const char *run = rest;
        while (is_plain[(guchar)*rest])
            rest++;
        g_string_append_len(line->out, run, rest - run);
        if (*rest)
            put_escaped(line, *rest++);
    }
    g_string_append_c(line->out, '"');
}

void gtupd_json_line_string(GtupdJsonLine *line, const char *name, const char *value)
{
    if (!value) {
        put_word(line, name, "null", 4);
        return;
    }
    char *at = put_name(line, name, strlen(value) + 2);
    *at++ = '"';
    while (is_plain[(guchar)*value])
        *at++ = *value++;
    if (!*value)
        *at++ = '"';
    stop(line, at);
    if (*value)
        put_rest(line, value);
}

void gtupd_json_line_number(GtupdJsonLine *line, const char *name, gint64 value)
{
    char *at = put_name(line, name, 1 + GTUPD_DIGITS_MAX);
    if (value < 0)
        *at++ = '-';
    const guint64 amount = value < 0 ? -(guint64)value : (guint64)value;
    stop(line, at + gtupd_digits(amount, 1, at));
}

void gtupd_json_line_boolean(GtupdJsonLine *line, const char *name, gboolean value)
{
    if (value)
        put_word(line, name, "true", 4);
    else
        put_word(line, name, "false", 5);
}
