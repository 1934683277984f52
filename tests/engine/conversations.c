/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "conversations.h"

#include <string.h>

GtupdAnchor talk_anchor(Talk *talk)
{
    talk->packets++;
    return (GtupdAnchor){.time = (gint64)talk->packets * 1000000000, .order = talk->packets, .frame = talk->packets};
}

static void tell_bytes(const GtupdConversation *type, gpointer self, gboolean from_server, const char *text,
                       gsize length, gsize step, const GtupdAnchor *anchor)
{
    for (gsize at = 0, size; at < length; at += size) {
        size = step == 0 ? length : MIN(step, length - at);
        g_autofree guint8 *exact = g_memdup2(text + at, size); /* no byte more, for the sanitizer's sake */
        if (from_server)
            type->payload(self, TRUE, anchor);
        type->bytes(self, from_server, exact, size, anchor);
    }
}

static void tell_text(const GtupdConversation *type, gpointer self, gboolean from_server, const char *text, gsize step,
                      const GtupdAnchor *anchor)
{
    g_autoptr(GString) bytes = g_string_new(text);
    g_string_replace(bytes, "|", "\r\n", 0);
    tell_bytes(type, self, from_server, bytes->str, bytes->len, step, anchor);
}

static gsize number(const char *text)
{
    return (gsize)g_ascii_strtoull(text, NULL, 10);
}

static void tell_side(const GtupdConversation *type, gpointer self, const char *line, gsize step,
                      const GtupdAnchor *anchor)
{
    const gboolean from_server = line[0] == '<';
    const GtupdClosedBy by = from_server ? GTUPD_CLOSED_BY_SERVER : GTUPD_CLOSED_BY_DEVICE;
    if (line[1] == '~') {
        type->hole(self, from_server, number(line + 2));
    } else if (line[1] == '*') {
        g_autofree char *body = g_strnfill(number(line + 2), 'x');
        tell_bytes(type, self, from_server, body, strlen(body), step, anchor);
    } else if (g_str_equal(line + 1, " FIN") || g_str_equal(line + 1, " RST")) {
        type->closed(self, by, line[2] == 'R', anchor);
    } else {
        tell_text(type, self, from_server, line + 2, step, anchor);
    }
}

static void tell(const GtupdConversation *type, gpointer self, const char *line, gsize step, const GtupdAnchor *anchor)
{
    if (line[0] == '>' || line[0] == '<')
        tell_side(type, self, line, step, anchor);
    else if (g_str_equal(line, "^"))
        type->acknowledged(self, anchor);
    else if (g_str_equal(line, "open"))
        type->connected(self);
    else if (g_str_equal(line, "knock"))
        type->knocked(self);
    else if (g_str_equal(line, "shut") || g_str_equal(line, "reopen"))
        type->window(self, line[0] == 'r');
    else if (g_str_equal(line, "unheard") || g_str_equal(line, "heard"))
        type->heard(self, line[0] == 'h');
    else if (g_str_equal(line, "refuse"))
        type->refused(self, anchor);
    else if (g_str_equal(line, "gone") || g_str_equal(line, "lost"))
        type->gone(self, line[0] == 'l');
    else
        g_error("no such line: %s", line);
}

void talk_run(Talk *talk, const char *script, gsize step)
{
    g_auto(GStrv) lines = g_strsplit(script, "\n", -1);
    for (guint i = 0; lines[i] != NULL; i++) {
        const GtupdAnchor anchor = talk_anchor(talk);
        if (g_str_has_prefix(lines[i], "data "))
            tell(talk->data_type, talk->data, lines[i] + 5, step, &anchor);
        else if (lines[i][0] != '\0')
            tell(talk->type, talk->self, lines[i], step, &anchor);
    }
}
