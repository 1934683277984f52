/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Files that grow, and what cannot be opened. Interfaces: check_live.py. */
#include "tap.h"

#include "savefile.h"

#include <glib/gstdio.h>
#include <string.h>

/* Writes a file piece by piece, from a thread of its own. */
typedef struct {
    const char *path;
    const GByteArray *file;
    gsize piece;
    volatile sig_atomic_t stop;
} Writer;

static gpointer write_slowly(gpointer data)
{
    Writer *writer = data;
    FILE *stream = g_fopen(writer->path, "wb");
    for (gsize at = 0; at < writer->file->len; at += writer->piece) {
        fwrite(writer->file->data + at, 1, MIN(writer->piece, writer->file->len - at), stream);
        fflush(stream);
        g_usleep(2000);
    }
    fclose(stream);
    return NULL;
}

static GByteArray *sample(gboolean nanoseconds)
{
    GByteArray *file = savefile_new(SAVEFILE_RAW, nanoseconds);
    savefile_failed_update(file, SAVEFILE_TIME, FALSE);
    return file;
}

static void test_growing(void)
{
    static const gsize pieces[] = {1, 7, 100, 100000};
    for (gsize i = 0; i < 2 * G_N_ELEMENTS(pieces); i++) {
        char *folder = savefile_folder_new();
        g_autofree char *path = g_build_filename(folder, "x.pcap", NULL);
        g_autoptr(GByteArray) file = sample(i % 2 != 0);
        g_assert_true(g_file_set_contents(path, "", 0, NULL));
        Writer writer = {.path = path, .file = file, .piece = pieces[i / 2]};
        const GtupdTapOptions options = {.file = path, .count = 5, .stop = &writer.stop};
        g_autoptr(GtupdTap) tap = gtupd_tap_open(&options, NULL);
        GThread *thread = g_thread_new("writer", write_slowly, &writer);
        GtupdPacket packet = {.capture = 3};
        for (guint number = 1; number <= 5; number++) {
            g_assert_true(gtupd_tap_next(tap, &packet));
            g_assert_cmpuint(packet.frame, ==, number);
            g_assert_cmpuint(packet.capture, ==, 3);
            g_assert_cmpint(packet.time, ==, SAVEFILE_TIME + (number - 1) * SAVEFILE_SECOND);
        }
        g_assert_false(gtupd_tap_next(tap, &packet));
        g_assert_null(gtupd_tap_info(tap)->error);
        g_assert_cmpint(gtupd_tap_info(tap)->nanoseconds, ==, i % 2 != 0);
        g_thread_join(thread);
        savefile_folder_free(folder);
    }
}

/* A packet of which a part is there when it is to stop is none, and no damage. */
static void test_stop(void)
{
    char *folder = savefile_folder_new();
    g_autoptr(GByteArray) file = sample(FALSE);
    g_autofree char *path = savefile_write(folder, "x.pcap", file, file->len - 10);
    const volatile sig_atomic_t stop = 0;
    const GtupdTapOptions options = {.file = path, .duration = G_USEC_PER_SEC / 5, .stop = &stop};
    g_autoptr(GtupdTap) tap = gtupd_tap_open(&options, NULL);
    GtupdPacket packet;
    guint packets = 0;
    while (gtupd_tap_next(tap, &packet))
        packets++;
    g_assert_cmpuint(packets, ==, 4);
    g_assert_null(gtupd_tap_info(tap)->error);
    savefile_folder_free(folder);
}

static void test_filter(void)
{
    static const struct {
        const char *filter;
        guint packets;
    } rows[] = {{"udp", 5}, {"tcp", 0}, {"src host 192.0.2.7", 4}, {"udp dst port 4000 and not icmp", 1}};
    char *folder = savefile_folder_new();
    g_autoptr(GByteArray) file = sample(FALSE);
    g_autofree char *path = savefile_write(folder, "x.pcap", file, file->len);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        const GtupdTapOptions options = {.file = path, .filter = rows[i].filter, .duration = G_USEC_PER_SEC / 10};
        g_autoptr(GtupdTap) tap = gtupd_tap_open(&options, NULL);
        GtupdPacket packet;
        guint packets = 0;
        while (gtupd_tap_next(tap, &packet))
            packets++;
        g_assert_cmpuint(packets, ==, rows[i].packets);
        g_assert_cmpuint(gtupd_tap_info(tap)->packets, ==, 5);
    }
    savefile_folder_free(folder);
}

static void test_refused(void)
{
    const GtupdTapOptions nonsense = {.file = "x", .filter = "nonsense("}, absent = {.file = "/nonexistent/x"};
    g_autoptr(GError) error = NULL;
    g_assert_null(gtupd_tap_open(&nonsense, &error));
    g_assert_error(error, GTUPD_TAP_ERROR, GTUPD_TAP_ERROR_FILTER);
    g_clear_error(&error);
    const GtupdTapOptions interface = {.interface = "no-such-interface"};
    g_assert_null(gtupd_tap_open(&interface, &error));
    g_assert_error(error, GTUPD_TAP_ERROR, GTUPD_TAP_ERROR_OPEN);
    g_autoptr(GtupdTap) tap = gtupd_tap_open(&absent, NULL);
    GtupdPacket packet;
    g_assert_false(gtupd_tap_next(tap, &packet));
    g_assert_error(gtupd_tap_info(tap)->error, GTUPD_CAPTURE_ERROR, GTUPD_CAPTURE_ERROR_OPEN);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/tap/growing", test_growing);
    g_test_add_func("/tap/stop", test_stop);
    g_test_add_func("/tap/filter", test_filter);
    g_test_add_func("/tap/refused", test_refused);
    return g_test_run();
}
