/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "output.h"

#include "savefile.h"

#include <glib/gstdio.h>
#include <string.h>

static guint count_files(const char *folder)
{
    g_autoptr(GDir) files = g_dir_open(folder, 0, NULL);
    guint count = 0;
    while (g_dir_read_name(files))
        count++;
    return count;
}

static void write_text(GtupdOutput *output, const char *text)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GString) string = g_string_new(text);
    g_assert_true(gtupd_output_write(output, string, &error));
    g_assert_no_error(error);
}

/* Until it is finished, the file that was there stays; given up, nothing remains. */
static void test_whole_or_not(void)
{
    char *folder = savefile_folder_new();
    g_autofree char *path = g_build_filename(folder, "out", NULL);
    g_autofree char *before = NULL, *after = NULL;
    g_assert_true(g_file_set_contents(path, "old", -1, NULL));

    GtupdOutput *given_up = gtupd_output_open(path, NULL);
    write_text(given_up, "half");
    gtupd_output_free(given_up);
    g_assert_cmpuint(count_files(folder), ==, 1);

    g_autoptr(GtupdOutput) output = gtupd_output_open(path, NULL);
    write_text(output, "one\n");
    fputs("two\n", gtupd_output_stream(output));
    write_text(output, "three\n");
    g_assert_true(g_file_get_contents(path, &before, NULL, NULL));
    g_assert_cmpstr(before, ==, "old");
    g_assert_true(gtupd_output_finish(output, NULL));
    g_assert_true(g_file_get_contents(path, &after, NULL, NULL));
    g_assert_cmpstr(after, ==, "one\ntwo\nthree\n");
    g_assert_cmpuint(count_files(folder), ==, 1);
    savefile_folder_free(folder);
}

/* Opened in place, it is emptied by what is written, and not before. */
static void test_in_place(void)
{
    char *folder = savefile_folder_new();
    g_autofree char *path = g_build_filename(folder, "out", NULL);
    g_autofree char *untouched = NULL, *after = NULL;
    g_assert_true(g_file_set_contents(path, "old and long", -1, NULL));
    gtupd_output_free(gtupd_output_open_in_place(path, NULL));
    g_assert_true(g_file_get_contents(path, &untouched, NULL, NULL));
    g_assert_cmpstr(untouched, ==, "old and long");

    g_autoptr(GtupdOutput) output = gtupd_output_open_in_place(path, NULL);
    write_text(output, "new");
    write_text(output, "er");
    g_assert_true(gtupd_output_finish(output, NULL));
    g_assert_true(g_file_get_contents(path, &after, NULL, NULL));
    g_assert_cmpstr(after, ==, "newer");
    g_assert_cmpuint(count_files(folder), ==, 1);
    savefile_folder_free(folder);
}

static void test_failures(void)
{
    g_autoptr(GError) error = NULL;
    g_assert_null(gtupd_output_open("/nonexistent/x", &error));
    g_assert_error(error, G_FILE_ERROR, G_FILE_ERROR_NOENT);
    g_clear_error(&error);

    g_autoptr(GtupdOutput) full = gtupd_output_open("/dev/full", NULL);
    g_autoptr(GString) text = g_string_new("x");
    g_assert_false(gtupd_output_write(full, text, &error));
    g_assert_error(error, G_FILE_ERROR, G_FILE_ERROR_NOSPC);
    g_clear_error(&error);
    g_assert_false(gtupd_output_write(full, text, NULL));
    g_assert_false(gtupd_output_finish(full, &error));
    g_assert_error(error, G_FILE_ERROR, G_FILE_ERROR_NOSPC);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/output/whole-or-not", test_whole_or_not);
    g_test_add_func("/output/in-place", test_in_place);
    g_test_add_func("/output/failures", test_failures);
    return g_test_run();
}
