/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "transcript.h"

#include "savefile.h"
#include "scene.h"
#include "script.h"
#include "text.h"

#include <string.h>

/* clang-format off */
G_DEFINE_QUARK(transcript-error-quark, transcript_error)
/* clang-format on */

/* TIME or +TIME: since the start, or since the line before. */
static gboolean read_time(Script *script, const char *word, GError **error)
{
    gboolean relative = *word == '+';
    gint64 duration;
    if (!text_duration(word + relative, &duration))
        return script_wrong(script, error, "\"%s\" is no time", word);
    if (script->start == 0)
        return script_wrong(script, error, "the start is not known yet");

    gint64 time = (relative ? script->now : script->start) + duration;
    if (time < script->now)
        return script_wrong(script, error, "\"%s\" is before the line above", word);
    if (time > G_MAXUINT32 * G_GINT64_CONSTANT(1000000000))
        return script_wrong(script, error, "\"%s\" is after 2106, which a capture file cannot say", word);
    script->now = time;
    return TRUE;
}

static gboolean run_event(Script *script, const char *line, GError **error)
{
    g_autofree char *time = text_word(&line);
    g_autofree char *name = text_word(&line);

    if (!read_time(script, time, error))
        return FALSE;
    if (!g_str_equal(name, "rotate"))
        return script_act(script, name, line, error);
    g_array_append_val(script->rotations, script->now);
    return script_ended(script, line, error);
}

static gboolean run_line(Script *script, const char *line, GError **error)
{
    line += strspn(line, " \t");
    if (*line == '\0' || *line == '#')
        return TRUE;
    if (*line == '+' || g_ascii_isdigit(*line))
        return run_event(script, line, error);

    g_autofree char *word = text_word(&line);
    return script_set(script, word, line, error);
}

/* A backslash at the end of a line joins the next one to it, without its indentation. */
static gboolean run_lines(Script *script, const char *text, GError **error)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

    for (guint i = 0; lines[i]; i++) {
        g_autoptr(GString) joined = g_string_new(g_strchomp(lines[i]));
        script->line = i + 1;
        while (joined->len > 0 && joined->str[joined->len - 1] == '\\' && lines[i + 1]) {
            g_string_truncate(joined, joined->len - 1);
            g_string_append(joined, g_strstrip(lines[++i]));
        }
        if (!run_line(script, joined->str, error))
            return FALSE;
    }
    return TRUE;
}

static void file_free(gpointer data)
{
    TranscriptFile *file = data;
    g_free(file->suffix);
    g_byte_array_unref(file->bytes);
    g_free(file);
}

static TranscriptFile *file_new(const Script *script, guint part)
{
    TranscriptFile *file = g_new0(TranscriptFile, 1);
    const char *suffix = script->format.pcapng ? ".pcapng" : ".pcap";
    file->suffix = script->rotations->len > 0 ? g_strdup_printf("%s%u", suffix, part) : g_strdup(suffix);
    file->bytes = savefile_new(&script->format);
    return file;
}

static GPtrArray *write_files(Script *script)
{
    GPtrArray *files = g_ptr_array_new_with_free_func(file_free);
    const GPtrArray *packets = script->scene.packets;
    TranscriptFile *file = file_new(script, 0);

    g_ptr_array_add(files, file);
    for (guint i = 0; i < packets->len; i++) {
        const ScenePacket *packet = packets->pdata[i];
        while (files->len <= script->rotations->len &&
               packet->time >= g_array_index(script->rotations, gint64, files->len - 1)) {
            file = file_new(script, files->len);
            g_ptr_array_add(files, file);
        }
        savefile_packet(file->bytes, &script->format, packet->time, packet->bytes->data, packet->bytes->len,
                        packet->captured);
    }
    return files;
}

GPtrArray *transcript_run(const char *name, const char *text, GError **error)
{
    Script script;
    GPtrArray *files = NULL;

    script_init(&script, name);
    if (run_lines(&script, text, error)) {
        scene_sort(&script.scene);
        script.format.link_type = wire_link_type(script.scene.link.kind);
        script.format.snap_length = (guint32)script.scene.snap_length;
        files = write_files(&script);
    }
    script_clear(&script);
    return files;
}
