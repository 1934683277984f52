/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "merge.h"
#include "savefile.h"

#include <stdlib.h>
#include <sys/resource.h>

typedef struct {
    char *folder;
    GPtrArray *files;
} Fixture;

static void set_up(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    fixture->folder = savefile_folder_new();
    fixture->files = g_ptr_array_new_with_free_func(g_free);
}

static void tear_down(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_ptr_array_unref(fixture->files);
    savefile_folder_free(fixture->folder);
}

/* A file whose packets come at these seconds; −1 ends the list. */
static void add_file(Fixture *fixture, const int *seconds)
{
    g_autoptr(GByteArray) file = savefile_new(SAVEFILE_RAW, FALSE);
    for (; *seconds >= 0; seconds++)
        savefile_packet(file, SAVEFILE_TIME + *seconds * SAVEFILE_SECOND, "x", 1, 1);
    g_autofree char *name = g_strdup_printf("%u.pcap", fixture->files->len);
    g_ptr_array_add(fixture->files, savefile_write(fixture->folder, name, file, file->len));
}

static GtupdMerge *open_files(Fixture *fixture)
{
    g_ptr_array_add(fixture->files, NULL);
    return gtupd_merge_new((const char *const *)fixture->files->pdata);
}

/* "0:1 1:1 …": capture and frame of every packet, in the order in which they come. */
static char *order_of(GtupdMerge *merge)
{
    GString *order = g_string_new(NULL);
    GtupdPacket packet;
    while (gtupd_merge_next(merge, &packet)) {
        g_assert_cmpuint(packet.data[0], ==, 'x');
        g_string_append_printf(order, "%s%u:%" G_GUINT64_FORMAT, order->len ? " " : "", packet.capture, packet.frame);
    }
    g_assert_false(gtupd_merge_next(merge, &packet));
    return g_string_free(order, FALSE);
}

static const struct {
    const char *name;
    int files[3][5]; /* seconds */
    const char *order;
} rows[] = {
    {"rotation", {{0, 1, -1}, {2, 3, -1}, {4, -1}}, "0:1 0:2 1:1 1:2 2:1"},
    {"rotation-reversed", {{4, -1}, {2, 3, -1}, {0, 1, -1}}, "0:1 0:2 1:1 1:2 2:1"},
    {"taps", {{0, 2, 4, -1}, {1, 3, 5, -1}, {-1}}, "0:1 1:1 0:2 1:2 0:3 1:3"},
    {"ties", {{1, 1, -1}, {1, 1, -1}, {1, -1}}, "0:1 0:2 1:1 1:2 2:1"},
    {"own-order", {{5, 1, 6, -1}, {4, 5, 7, -1}, {-1}}, "0:1 1:1 1:2 0:2 1:3 0:3"},
    {"empty-last", {{-1}, {3, -1}, {1, -1}}, "0:1 1:1"},
};

static void test_order(Fixture *fixture, gconstpointer data)
{
    gsize row = GPOINTER_TO_SIZE(data);
    for (gsize i = 0; i < 3; i++)
        add_file(fixture, rows[row].files[i]);
    g_autoptr(GtupdMerge) merge = open_files(fixture);
    g_autofree char *order = order_of(merge);
    /* In "own-order" the second file begins first. */
    g_assert_cmpstr(order, ==, rows[row].order);
}

static void test_unreadable_last(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_ptr_array_add(fixture->files, g_strdup("/nonexistent/x.pcap"));
    add_file(fixture, (const int[]){1, -1});
    g_autoptr(GtupdMerge) merge = open_files(fixture);
    g_autofree char *order = order_of(merge);
    g_assert_cmpstr(order, ==, "0:1");
    g_assert_cmpuint(gtupd_merge_count(merge), ==, 2);
    g_assert_null(gtupd_merge_info(merge, 0)->error);
    g_assert_error(gtupd_merge_info(merge, 1)->error, GTUPD_CAPTURE_ERROR, GTUPD_CAPTURE_ERROR_OPEN);
}

/* A rotation of many files, with far fewer open files allowed than there are. */
static void test_many_files(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    enum {
        FILES = 2000
    };
    struct rlimit limit = {.rlim_cur = 32, .rlim_max = 32};
    g_assert_cmpint(setrlimit(RLIMIT_NOFILE, &limit), ==, 0);
    for (int i = 0; i < FILES; i++)
        add_file(fixture, (const int[]){i, i, -1});
    g_autoptr(GtupdMerge) merge = open_files(fixture);
    GtupdPacket packet;
    for (guint i = 0; i < 2 * FILES; i++) {
        g_assert_true(gtupd_merge_next(merge, &packet));
        g_assert_cmpuint(packet.capture, ==, i / 2);
    }
    g_assert_false(gtupd_merge_next(merge, &packet));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *path = g_strconcat("/merge/order/", rows[i].name, NULL);
        g_test_add(path, Fixture, GSIZE_TO_POINTER(i), set_up, test_order, tear_down);
    }
    g_test_add("/merge/unreadable-last", Fixture, NULL, set_up, test_unreadable_last, tear_down);
    g_test_add("/merge/many-files", Fixture, NULL, set_up, test_many_files, tear_down);
    return g_test_run();
}
