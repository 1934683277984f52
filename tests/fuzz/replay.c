/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A fuzz target as a plain program, for any compiler: replay FOLDER… gives it each file of the folders, and a folder
 * that is missing or holds nothing fails.
 */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

static gint compare(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* By name, so that one run is like the other. */
static GPtrArray *files_of(const char *folder)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GDir) entries = g_dir_open(folder, 0, &error);
    if (!entries)
        g_printerr("%s\n", error->message);
    GPtrArray *files = g_ptr_array_new_with_free_func(g_free);
    for (const char *name = entries ? g_dir_read_name(entries) : NULL; name; name = g_dir_read_name(entries))
        g_ptr_array_add(files, g_build_filename(folder, name, NULL));
    g_ptr_array_sort(files, compare);
    return files;
}

static gboolean replay(const char *file)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *bytes = NULL;
    gsize length;
    if (!g_file_get_contents(file, &bytes, &length, &error)) {
        g_printerr("%s\n", error->message);
        return FALSE;
    }
    if (g_getenv("FUZZ_VERBOSE"))
        g_printerr("%s\n", file);
    FuzzBody exact = fuzz_body((const guint8 *)bytes, length);
    LLVMFuzzerTestOneInput(exact.bytes, exact.length);
    fuzz_body_clear(&exact);
    return TRUE;
}

int main(int argc, char **argv)
{
    gboolean good = argc > 1;
    for (int i = 1; i < argc; i++) {
        g_autoptr(GPtrArray) files = files_of(argv[i]);
        for (guint j = 0; j < files->len; j++)
            good = replay(files->pdata[j]) && good;
        g_print("%s: %u inputs\n", argv[i], files->len);
        good = good && files->len > 0;
    }
    return good ? EXIT_SUCCESS : EXIT_FAILURE;
}
