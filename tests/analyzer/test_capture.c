/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "capture.h"
#include "savefile.h"

#include <glib/gstdio.h>
#include <string.h>

typedef struct {
    char *folder;
} Fixture;

static void set_up(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    fixture->folder = savefile_folder_new();
}

static void tear_down(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    savefile_folder_free(fixture->folder);
}

/* Reads a file to its end and gives the capture. */
static GtupdCapture *read_file(const char *path)
{
    GtupdCapture *capture = gtupd_capture_new(path);
    gint64 first;
    GtupdPacket packet = {0};
    guint64 frame = 0;
    if (!gtupd_capture_look(capture, &first))
        return capture;
    while (gtupd_capture_next(capture, &packet))
        g_assert_cmpuint(packet.frame, ==, ++frame);
    g_assert_cmpint(gtupd_capture_info(capture)->first_time, ==, first);
    return capture;
}

static GtupdCapture *read_bytes(const Fixture *fixture, const GByteArray *file, gsize length)
{
    g_autofree char *path = savefile_write(fixture->folder, "x.pcap", file, length);
    return read_file(path);
}

static void test_packets(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_autoptr(GByteArray) file = savefile_new(SAVEFILE_RAW, FALSE);
    savefile_packet(file, SAVEFILE_TIME + 123456789, "abc", 3, 1500);
    savefile_packet(file, SAVEFILE_TIME - 5, "", 0, 0);
    g_autofree char *path = savefile_write(fixture->folder, "x.pcap", file, file->len);
    g_autoptr(GtupdCapture) capture = gtupd_capture_new(path);
    gint64 first;
    g_assert_true(gtupd_capture_look(capture, &first));
    g_assert_cmpint(first, ==, SAVEFILE_TIME + 123456000);

    GtupdPacket packet = {.capture = 7};
    g_assert_true(gtupd_capture_next(capture, &packet));
    g_assert_cmpint(packet.link_type, ==, SAVEFILE_RAW);
    g_assert_cmpuint(packet.capture, ==, 7);
    g_assert_cmpuint(packet.frame, ==, 1);
    g_assert_cmpint(packet.time, ==, first);
    savefile_assert_bytes(packet.data, packet.captured, "abc", 3);
    g_assert_cmpuint(packet.length, ==, 1500);
    g_assert_true(gtupd_capture_next(capture, &packet));
    g_assert_cmpuint(packet.frame, ==, 2);
    g_assert_cmpuint(packet.captured, ==, 0);
    g_assert_false(gtupd_capture_next(capture, &packet));
    g_assert_false(gtupd_capture_next(capture, &packet));

    const GtupdCaptureInfo *info = gtupd_capture_info(capture);
    g_assert_null(info->error); /* a snap length is no damage */
    g_assert_cmpuint(info->packets, ==, 2);
    g_assert_cmpuint(info->bytes, ==, file->len);
    g_assert_cmpint(info->last_time, ==, SAVEFILE_TIME - 1000);
    g_assert_false(info->nanoseconds);
}

static void test_nanoseconds(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_autoptr(GByteArray) file = savefile_new(SAVEFILE_RAW, TRUE);
    savefile_packet(file, SAVEFILE_TIME + 1, "abc", 3, 3);
    g_autoptr(GtupdCapture) capture = read_bytes(fixture, file, file->len);
    g_assert_true(gtupd_capture_info(capture)->nanoseconds);
    g_assert_cmpint(gtupd_capture_info(capture)->first_time, ==, SAVEFILE_TIME + 1);
}

/* pcapng: a section and an interface whose if_tsresol is the row's; −1 for none. */
static void test_pcapng_resolution(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    static const struct {
        int resolution;
        gboolean nanoseconds;
    } rows[] = {{-1, FALSE}, {3, FALSE}, {6, FALSE}, {7, TRUE}, {9, TRUE}, {0x80 | 20, FALSE}, {0x80 | 30, TRUE}};
    static const guint32 section[] = {0x0a0d0d0a, 28, 0x1a2b3c4d, 1, 0xffffffff, 0xffffffff, 28};
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        const guint32 plain[] = {1, 20, SAVEFILE_RAW, 0, 20};
        const guint32 with_option[] = {1, 32, SAVEFILE_RAW, 0, 0x00010009, (guint32)(rows[i].resolution & 0xff), 0, 32};
        gboolean has = rows[i].resolution >= 0;
        for (guint swapped = 0; swapped < 2; swapped++) {
            g_autoptr(GByteArray) file = g_byte_array_new();
            g_byte_array_append(file, (const guint8 *)section, sizeof section);
            g_byte_array_append(file, (const guint8 *)(has ? with_option : plain),
                                has ? sizeof with_option : sizeof plain);
            guint32 *words = (guint32 *)(void *)file->data;
            for (guint j = 0; swapped && j < file->len / 4; j++)
                words[j] = GUINT32_SWAP_LE_BE(words[j]);
            if (swapped) {
                /* Halves of words and single bytes stay in their order. */
                words[3] = GUINT32_SWAP_LE_BE(0x00010000);
                words[9] = GUINT32_SWAP_LE_BE(SAVEFILE_RAW << 16);
                if (has) {
                    words[11] = GUINT32_SWAP_LE_BE(0x00090001);
                    words[12] = (guint32)(rows[i].resolution & 0xff);
                }
            }
            g_autoptr(GtupdCapture) capture = read_bytes(fixture, file, file->len);
            const GtupdCaptureInfo *info = gtupd_capture_info(capture);
            g_assert_no_error(info->error);
            g_assert_cmpint(info->nanoseconds, ==, rows[i].nanoseconds);
        }
    }
}

/* Cut at every byte: packets before the cut are there, and the error names the file, the packet and a cause. */
static void test_cut_everywhere(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    enum {
        HEADER = 24,
        PACKETS = 3,
        PACKET = 16 + 5
    };
    g_autoptr(GByteArray) file = savefile_new(SAVEFILE_RAW, FALSE);
    for (guint i = 0; i < PACKETS; i++)
        savefile_packet(file, SAVEFILE_TIME, "12345", 5, 5);
    g_assert_cmpuint(file->len, ==, HEADER + PACKETS * PACKET);
    for (gsize length = 0; length <= file->len; length++) {
        g_autoptr(GtupdCapture) capture = read_bytes(fixture, file, length);
        const GtupdCaptureInfo *info = gtupd_capture_info(capture);
        gsize whole = length < HEADER ? 0 : (length - HEADER) / PACKET;
        g_assert_cmpuint(info->packets, ==, whole);
        g_assert_cmpuint(info->bytes, ==, length);
        if (length >= HEADER && (length - HEADER) % PACKET == 0) {
            g_assert_no_error(info->error);
            continue;
        }
        const int code = length < HEADER ? GTUPD_CAPTURE_ERROR_FORMAT : GTUPD_CAPTURE_ERROR_DAMAGED;
        g_assert_error(info->error, GTUPD_CAPTURE_ERROR, code);
        g_autofree char *packet = g_strdup_printf("packet %" G_GSIZE_FORMAT " ", whole + 1);
        g_assert_nonnull(strstr(info->error->message, "x.pcap: "));
        if (length >= HEADER)
            g_assert_nonnull(strstr(info->error->message, packet));
    }
}

/* What a cut gzip file still holds is delivered, to the last whole packet. */
static void test_cut_gzip(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_autoptr(GByteArray) file = savefile_new(SAVEFILE_RAW, FALSE);
    for (guint i = 0; i < 50; i++) {
        g_autofree char *text = g_strdup_printf("%032x", g_str_hash("x") * (i + 1));
        savefile_packet(file, SAVEFILE_TIME + i * SAVEFILE_SECOND, text, 32, 32);
    }
    g_autoptr(GByteArray) packed = savefile_compressed(file, "gzip");
    g_autoptr(GtupdCapture) capture = read_bytes(fixture, packed, packed->len - 20);
    g_assert_error(gtupd_capture_info(capture)->error, GTUPD_CAPTURE_ERROR, GTUPD_CAPTURE_ERROR_DAMAGED);
    g_assert_cmpuint(gtupd_capture_info(capture)->packets, >, 30);
    g_assert_nonnull(strstr(gtupd_capture_info(capture)->error->message, "gzip data is cut"));
}

static void test_absurd_length(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_autoptr(GByteArray) file = savefile_new(SAVEFILE_RAW, FALSE);
    savefile_packet(file, SAVEFILE_TIME, "abc", 3, 3);
    gsize at = file->len;
    savefile_packet(file, SAVEFILE_TIME, "abc", 3, 3);
    memset(file->data + at + 8, 0xff, 4);
    g_autoptr(GtupdCapture) capture = read_bytes(fixture, file, file->len);
    g_assert_error(gtupd_capture_info(capture)->error, GTUPD_CAPTURE_ERROR, GTUPD_CAPTURE_ERROR_DAMAGED);
    g_assert_cmpuint(gtupd_capture_info(capture)->packets, ==, 1);
}

static void test_link_type(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_autoptr(GByteArray) file = savefile_new(SAVEFILE_WIFI, FALSE);
    g_autoptr(GtupdCapture) empty = read_bytes(fixture, file, file->len);
    g_assert_no_error(gtupd_capture_info(empty)->error); /* no packet, nothing that cannot be looked into */

    savefile_packet(file, SAVEFILE_TIME, "abc", 3, 3);
    g_autoptr(GtupdCapture) capture = read_bytes(fixture, file, file->len);
    const GError *error = gtupd_capture_info(capture)->error;
    g_assert_error(error, GTUPD_CAPTURE_ERROR, GTUPD_CAPTURE_ERROR_LINK_TYPE);
    g_assert_nonnull(strstr(error->message, "x.pcap: packet 1"));
    g_assert_nonnull(strstr(error->message, "IEEE802_11"));
}

static void test_no_capture(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    static const char *const texts[] = {"", "x", "hello, world: this is a text and no capture at all\n"};
    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_autoptr(GByteArray) file = g_byte_array_new();
        g_byte_array_append(file, (const guint8 *)texts[i], (guint)strlen(texts[i]));
        g_autoptr(GtupdCapture) capture = read_bytes(fixture, file, file->len);
        g_assert_error(gtupd_capture_info(capture)->error, GTUPD_CAPTURE_ERROR, GTUPD_CAPTURE_ERROR_FORMAT);
    }
}

/* The file is gone between the look and the reading. */
static void test_vanished(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_autoptr(GByteArray) file = savefile_new(SAVEFILE_RAW, FALSE);
    savefile_packet(file, SAVEFILE_TIME, "abc", 3, 3);
    g_autofree char *path = savefile_write(fixture->folder, "x.pcap", file, file->len);
    g_autoptr(GtupdCapture) capture = gtupd_capture_new(path);
    gint64 first;
    GtupdPacket packet = {0};
    g_assert_true(gtupd_capture_look(capture, &first));
    g_remove(path);
    g_assert_false(gtupd_capture_next(capture, &packet));
    g_assert_error(gtupd_capture_info(capture)->error, GTUPD_CAPTURE_ERROR, GTUPD_CAPTURE_ERROR_OPEN);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add("/capture/packets", Fixture, NULL, set_up, test_packets, tear_down);
    g_test_add("/capture/nanoseconds", Fixture, NULL, set_up, test_nanoseconds, tear_down);
    g_test_add("/capture/pcapng-resolution", Fixture, NULL, set_up, test_pcapng_resolution, tear_down);
    g_test_add("/capture/cut-everywhere", Fixture, NULL, set_up, test_cut_everywhere, tear_down);
    g_test_add("/capture/cut-gzip", Fixture, NULL, set_up, test_cut_gzip, tear_down);
    g_test_add("/capture/absurd-length", Fixture, NULL, set_up, test_absurd_length, tear_down);
    g_test_add("/capture/link-type", Fixture, NULL, set_up, test_link_type, tear_down);
    g_test_add("/capture/no-capture", Fixture, NULL, set_up, test_no_capture, tear_down);
    g_test_add("/capture/vanished", Fixture, NULL, set_up, test_vanished, tear_down);
    return g_test_run();
}
