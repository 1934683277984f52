/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "script.h"

#include "text.h"
#include "transcript.h"

#include <string.h>

static void host_free(gpointer data)
{
    WireHost *host = data;
    g_free(host->name);
    g_free(host);
}

void script_init(Script *script, const char *name)
{
    *script = (Script){
        .name = name,
        .hosts = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, host_free),
        .connections = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)scene_connection_free),
        .texts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_byte_array_unref),
        .rotations = g_array_new(FALSE, FALSE, sizeof(gint64)),
    };
    scene_init(&script->scene);
}

void script_clear(Script *script)
{
    g_hash_table_unref(script->connections);
    g_hash_table_unref(script->hosts);
    g_hash_table_unref(script->texts);
    g_array_unref(script->rotations);
    scene_clear(&script->scene);
}

gboolean script_wrong(const Script *script, GError **error, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    g_autofree char *what = g_strdup_vprintf(format, args);
    va_end(args);
    g_set_error(error, TRANSCRIPT_ERROR, TRANSCRIPT_ERROR_LINE, "%s:%u: %s", script->name, script->line, what);
    return FALSE;
}

gboolean script_number(const Script *script, const char *word, guint64 min, guint64 max, guint64 *number,
                       GError **error)
{
    if (text_number(word, min, max, number))
        return TRUE;
    return script_wrong(script, error, "\"%s\" is no number from %" G_GUINT64_FORMAT " to %" G_GUINT64_FORMAT, word,
                        min, max);
}

gboolean script_ended(const Script *script, const char *rest, GError **error)
{
    rest += strspn(rest, " \t");
    return *rest == '\0' || script_wrong(script, error, "\"%s\" is too much here", rest);
}

gboolean script_bytes(const Script *script, const char *text, GByteArray *bytes, GError **error)
{
    g_autofree char *what = text_bytes(text, script->texts, bytes);
    return !what || script_wrong(script, error, "%s", what);
}
