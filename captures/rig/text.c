/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void rig_splitter_init(RigSplitter *splitter)
{
    splitter->pending = g_string_new(NULL);
}

void rig_splitter_clear(RigSplitter *splitter)
{
    if (splitter->pending)
        g_string_free(splitter->pending, TRUE);
    splitter->pending = NULL;
}

void rig_splitter_reset(RigSplitter *splitter)
{
    g_string_truncate(splitter->pending, 0);
}

/* NUL is padding on the wire, and would end a C string: it is left out. */
static void append(GString *pending, const char *bytes, gsize length)
{
    for (gsize i = 0; i < length; i++)
        if (bytes[i] != '\0' && pending->len < RIG_TEXT_MAX)
            g_string_append_c(pending, bytes[i]);
}

void rig_splitter_feed(RigSplitter *splitter, const char *bytes, gsize length, RigTextFunc found, gpointer data)
{
    append(splitter->pending, bytes, length);
    for (;;) {
        const char *tail = strchr(splitter->pending->str, '$');
        if (!tail)
            return;
        gsize end = (gsize)(tail - splitter->pending->str) + 1;
        gsize start = strspn(splitter->pending->str, "\r\n ");
        g_autofree char *text = g_strndup(splitter->pending->str + start, end - start);
        g_string_erase(splitter->pending, 0, (gssize)end);
        found(text, data);
    }
}

GStrv rig_text_fields(const char *text)
{
    gsize length = strlen(text);
    if (length > 0 && text[length - 1] == '$')
        length--;
    gsize start = strcspn(text, g_str_has_prefix(text, "+SACK:") ? ":" : "=,");
    g_autofree char *body = start < length ? g_strndup(text + start + 1, length - start - 1) : g_strdup("");
    return g_strsplit(body, ",", -1);
}

const char *rig_field(GStrv fields, int index)
{
    int count = (int)g_strv_length(fields);
    int place = index < 0 ? count + index : index;
    return place >= 0 && place < count ? fields[place] : "";
}

char *rig_text_printable(const char *text)
{
    GString *shown = g_string_new(NULL);
    for (const char *c = text; *c != '\0'; c++) {
        if (g_ascii_isprint(*c))
            g_string_append_c(shown, *c);
        else
            g_string_append_printf(shown, "\\x%02x", (guint)(guchar)*c);
    }
    return g_string_free(shown, FALSE);
}

void rig_log(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *line = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    g_autoptr(GDateTime) now = g_date_time_new_now_utc();
    g_autofree char *time = g_date_time_format(now, "%H:%M:%S.%f");
    printf("%s %s\n", time, line);
    fflush(stdout);
}
