/* SPDX-License-Identifier: GPL-2.0-or-later */
/* gtupd-transcript: makes captures of transcripts. */
#include "transcript.h"

#include <stdio.h>
#include <string.h>

/* "captures/01-name.txt" in "out": "out/01-name". Caller owns. */
static char *target_of(const char *folder, const char *path)
{
    g_autofree char *name = g_path_get_basename(path);
    if (g_str_has_suffix(name, ".txt"))
        name[strlen(name) - strlen(".txt")] = '\0';
    return g_build_filename(folder, name, NULL);
}

static gboolean make(const char *folder, const char *path, GError **error)
{
    g_autofree char *text = NULL;
    g_autofree char *target = target_of(folder, path);
    if (!g_file_get_contents(path, &text, NULL, error))
        return FALSE;

    g_autoptr(GPtrArray) files = transcript_run(path, text, error);
    if (!files)
        return FALSE;
    for (guint i = 0; i < files->len; i++) {
        const TranscriptFile *file = files->pdata[i];
        g_autofree char *name = g_strconcat(target, file->suffix, NULL);
        if (!g_file_set_contents(name, (const char *)file->bytes->data, (gssize)file->bytes->len, error))
            return FALSE;
    }
    return TRUE;
}

int main(int argc, char **argv)
{
    if (argc < 3) {
        fprintf(stderr,
                "usage: %s FOLDER TRANSCRIPT.txt...\nWrites FOLDER/TRANSCRIPT.pcap, .pcapng or .pcap0 .pcap1 ...\n",
                g_get_prgname() ? g_get_prgname() : argv[0]);
        return 2;
    }
    for (int i = 2; i < argc; i++) {
        g_autoptr(GError) error = NULL;
        if (!make(argv[1], argv[i], &error)) {
            fprintf(stderr, "%s\n", error->message);
            return 1;
        }
    }
    return 0;
}
