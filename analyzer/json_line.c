/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "json_line.h"

#include "digits.h"

#include <string.h>

/* Where there is room, in place: most of what is put are a few bytes, and a line has hundreds of them. */
static inline void put(GtupdJsonLine *line, const char *text, gsize length)
{
    GString *out = line->out;
    if (out->allocated_len - out->len <= length) {
        g_string_append_len(out, text, (gssize)length);
        return;
    }
    memcpy(out->str + out->len, text, length);
    out->len += length;
    out->str[out->len] = '\0';
}

/* What stands before a value. Names are ours, and need no escaping. */
static void put_name(GtupdJsonLine *line, const char *name)
{
    if (!line->first)
        g_string_append_c(line->out, ',');
    line->first = FALSE;
    if (!name)
        return;
    g_string_append_c(line->out, '"');
    put(line, name, strlen(name));
    put(line, "\":", 2);
}

static void begin(GtupdJsonLine *line, const char *name, char bracket)
{
    put_name(line, name);
    g_string_append_c(line->out, bracket);
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

/* RFC 8259, section 7; and DEL, as json-glib has it. */
static inline gboolean is_plain(char byte)
{
    return byte != '"' && byte != '\\' && (guchar)byte >= ' ' && byte != '\x7f';
}

static void put_escaped(GtupdJsonLine *line, char byte)
{
    static const char letters[] = "\"\"\\\\\bb\ff\nn\rr\tt"; /* in pairs: what is meant, what stands behind the `\` */
    for (const char *at = letters; *at; at += 2)
        if (*at == byte) {
            const char escape[] = {'\\', at[1]};
            put(line, escape, sizeof escape);
            return;
        }
    g_string_append_printf(line->out, "\\u%04x", (guchar)byte);
}

void gtupd_json_line_string(GtupdJsonLine *line, const char *name, const char *value)
{
    put_name(line, name);
    if (!value) {
        put(line, "null", 4);
        return;
    }
    g_string_append_c(line->out, '"');
    for (const char *at = value; *at;) {
        const char *run = at;
        while (*at && is_plain(*at))
            at++;
        put(line, run, (gsize)(at - run));
        if (*at)
            put_escaped(line, *at++);
    }
    g_string_append_c(line->out, '"');
}

void gtupd_json_line_number(GtupdJsonLine *line, const char *name, gint64 value)
{
    put_name(line, name);
    char digits[GTUPD_DIGITS_MAX];
    if (value < 0)
        g_string_append_c(line->out, '-');
    const guint64 amount = value < 0 ? -(guint64)value : (guint64)value;
    const gsize length = gtupd_digits(amount, 1, digits);
    put(line, digits, length);
}

void gtupd_json_line_boolean(GtupdJsonLine *line, const char *name, gboolean value)
{
    put_name(line, name);
    if (value)
        put(line, "true", 4);
    else
        put(line, "false", 5);
}
