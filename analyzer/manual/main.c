/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * gtupd-manual FOLDER [SOURCE...]: writes the manual pages and completions into FOLDER. SOURCE: the plugin's sources,
 * whose tables of fields gtupd(7) shows. Run by the build; not installed.
 */
#include "fields.h"
#include "pages.h"

#include <stdlib.h>

static gboolean save(const char *folder, const char *name, const GString *text, GError **error)
{
    g_autofree char *path = g_build_filename(folder, name, NULL);
    return g_file_set_contents(path, text->str, (gssize)text->len, error);
}

static gboolean make(const char *folder, const char *name, void (*page)(GString *out), GError **error)
{
    g_autoptr(GString) text = g_string_new(NULL);
    page(text);
    return save(folder, name, text, error);
}

static gboolean make_subject(const char *folder, char **sources, GError **error)
{
    g_autoptr(GArray) fields = fields_new();
    for (char **source = sources; *source; source++)
        if (!fields_read(fields, *source, error))
            return FALSE;
    g_autoptr(GString) text = g_string_new(NULL);
    page_subject(text, fields);
    return save(folder, "gtupd.7", text, error);
}

int main(int argc, char **argv)
{
    if (argc < 2) {
        g_printerr("Usage: gtupd-manual FOLDER [SOURCE...]\n");
        return EXIT_FAILURE;
    }
    const char *folder = argv[1];
    g_autoptr(GError) error = NULL;
    if (make(folder, "gtupd-analyzer.1", page_program, &error) && make_subject(folder, argv + 2, &error) &&
        make(folder, "gtupd-analyzer.bash", page_bash, &error) && make(folder, "_gtupd-analyzer", page_zsh, &error))
        return EXIT_SUCCESS;
    g_printerr("gtupd-manual: %s\n", error->message);
    return EXIT_FAILURE;
}
