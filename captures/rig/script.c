/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "script.h"

#include "text.h"

#include <string.h>

#define SERIAL "serial" /* the word whose default is the next Serial Number */

struct _RigScript {
    GHashTable *steps; /* of GPtrArray of RigStep*, by Unique ID; "" for all others */
};

static const char *const actions[RIG_ACTIONS] = {
    [RIG_ACTION_START] = "start", [RIG_ACTION_STOP] = "stop",       [RIG_ACTION_SEND] = "send",
    [RIG_ACTION_AGAIN] = "again", [RIG_ACTION_RESTART] = "restart",
};

/* A field of a command: the word that fills it, and what it holds without. */
typedef struct {
    const char *word;
    const char *fallback;
} Field;

/* §2.1.1 and §2.1.2. The second Reserved after Update Type is left out with layout=sibling. */
static const Field start_fields[] = {
    {"password", "cv200"}, {"sub", "0"},        {"retry", "0"},      {"timeout", "5"}, {"protocol", NULL},
    {"user", ""},          {"pass", ""},        {"url", ""},         {"reserved", ""}, {"type", "0"},
    {"reserved-11", ""},   {"reserved-12", ""}, {"reserved-13", ""}, {SERIAL, NULL},
};
static const Field stop_fields[] = {
    {"password", "cv200"}, {"sub", "1"},       {"reserved-3", ""}, {"reserved-4", ""},
    {"reserved-5", ""},    {"reserved-6", ""}, {SERIAL, NULL},
};

static void step_free(gpointer data)
{
    RigStep *step = data;
    g_free(step->event);
    g_free(step->words);
    g_free(step);
}

static void steps_free(gpointer data)
{
    g_ptr_array_unref(data);
}

static GPtrArray *section(RigScript *script, const char *device)
{
    GPtrArray *steps = g_hash_table_lookup(script->steps, device);
    if (!steps) {
        steps = g_ptr_array_new_with_free_func(step_free);
        g_hash_table_insert(script->steps, g_strdup(device), steps);
    }
    return steps;
}

/* The next word of the line, which is moved on behind it. Free with g_free(). */
static char *take_word(const char **line)
{
    *line += strspn(*line, " \t");
    gsize length = strcspn(*line, " \t");
    char *word = g_strndup(*line, length);
    *line += length;
    *line += strspn(*line, " \t");
    return word;
}

static RigStep *step_parse(const char *line)
{
    g_autofree char *event = take_word(&line);
    double delay = 0;
    if (line[0] == '+') {
        g_autofree char *word = take_word(&line);
        delay = g_ascii_strtod(word, NULL);
    }
    g_autofree char *action = take_word(&line);
    for (guint i = 0; i < RIG_ACTIONS; i++) {
        if (!g_str_equal(action, actions[i]))
            continue;
        RigStep *step = g_new0(RigStep, 1);
        *step = (RigStep){g_steal_pointer(&event), CLAMP(delay, 0, 600), (RigAction)i, g_strdup(line)};
        return step;
    }
    return NULL;
}

static gboolean script_parse(RigScript *script, const char *path, const char *contents, GError **error)
{
    g_auto(GStrv) lines = g_strsplit(contents, "\n", -1);
    GPtrArray *steps = section(script, "");
    for (guint i = 0; lines[i]; i++) {
        const char *line = g_strstrip(lines[i]);
        gsize length = strlen(line);
        if (length == 0 || line[0] == '#')
            continue;
        if (line[0] == '[' && line[length - 1] == ']') {
            g_autofree char *device = g_strndup(line + 1, length - 2);
            steps = section(script, device);
            continue;
        }
        RigStep *step = step_parse(line);
        if (!step) {
            g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_INVAL, "%s, line %u: not EVENT [+SECONDS] ACTION [WORDS]",
                        path, i + 1);
            return FALSE;
        }
        g_ptr_array_add(steps, step);
    }
    return TRUE;
}

RigScript *rig_script_load(const char *path, GError **error)
{
    g_autofree char *contents = NULL;
    if (!g_file_get_contents(path, &contents, NULL, error))
        return NULL;
    g_autoptr(RigScript) script = g_new0(RigScript, 1);
    script->steps = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, steps_free);
    return script_parse(script, path, contents, error) ? g_steal_pointer(&script) : NULL;
}

void rig_script_free(RigScript *script)
{
    if (!script)
        return;
    g_hash_table_unref(script->steps);
    g_free(script);
}

GPtrArray *rig_script_steps(const RigScript *script, const char *device)
{
    GPtrArray *own = g_hash_table_lookup(script->steps, device);
    return own ? own : g_hash_table_lookup(script->steps, "");
}

/* ACK for +ACK:GTUPD, the code with its type as X for a report, else the word. Free with g_free(). */
static char *event_of(const char *text)
{
    const char *colon = strchr(text, ':');
    if (!colon)
        return g_strdup("");
    g_autofree char *word = g_strndup(colon + 1, strcspn(colon + 1, ","));
    if (!g_str_equal(word, "GTUPD"))
        return g_steal_pointer(&word);
    if (g_str_has_prefix(text, "+ACK:"))
        return g_strdup("ACK");
    g_auto(GStrv) fields = rig_text_fields(text);
    const char *code = rig_field(fields, 3);
    gsize length = strlen(code);
    return length >= 3 ? g_strdup_printf("%cX%c", code[0], code[length - 1]) : g_strdup("");
}

gboolean rig_step_awaits(const RigStep *step, const char *text)
{
    g_autofree char *event = event_of(text);
    return g_str_equal(event, step->event);
}

gboolean rig_step_follows(const RigStep *step)
{
    return g_str_equal(step->event, "then");
}

/* --- commands --- */

static const char *find_word(GStrv words, const char *name)
{
    for (guint i = 0; words[i]; i++)
        if (g_str_has_prefix(words[i], name) && words[i][strlen(name)] == '=')
            return words[i] + strlen(name) + 1;
    return NULL;
}

static const char *protocol_for(GStrv words)
{
    const char *url = find_word(words, "url");
    return url && g_str_has_prefix(url, "ftp:") ? "2" : "0";
}

static char *fill_fields(const Field *fields, gsize count, GStrv words, const char *serial)
{
    GString *command = g_string_new("AT+GTUPD=");
    gboolean sibling = g_strcmp0(find_word(words, "layout"), "sibling") == 0;
    for (gsize i = 0; i < count; i++) {
        const char *value = find_word(words, fields[i].word);
        if (sibling && g_str_equal(fields[i].word, "reserved-13"))
            continue;
        if (!value)
            value = fields[i].fallback;
        if (!value)
            value = g_str_equal(fields[i].word, SERIAL) ? serial : protocol_for(words);
        g_string_append_printf(command, "%s%s", i > 0 ? "," : "", value);
    }
    g_string_append_c(command, '$');
    return g_string_free(command, FALSE);
}

char *rig_step_command(const RigStep *step, guint16 serial)
{
    g_autofree char *next = g_strdup_printf("%04X", serial);
    g_auto(GStrv) words = g_strsplit_set(step->words, " \t", -1);
    if (step->action == RIG_ACTION_START)
        return fill_fields(start_fields, G_N_ELEMENTS(start_fields), words, next);
    if (step->action == RIG_ACTION_STOP)
        return fill_fields(stop_fields, G_N_ELEMENTS(stop_fields), words, next);
    g_auto(GStrv) parts = g_strsplit(step->words, "%s", -1);
    return g_strjoinv(next, parts);
}
