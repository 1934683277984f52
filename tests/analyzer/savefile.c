/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "savefile.h"

#include <archive.h>
#include <archive_entry.h>
#include <glib/gstdio.h>
#include <string.h>

static void append16(GByteArray *file, guint value)
{
    guint16 number = (guint16)value;
    g_byte_array_append(file, (const guint8 *)&number, sizeof number);
}

static void append32(GByteArray *file, guint64 value)
{
    guint32 number = (guint32)value;
    g_byte_array_append(file, (const guint8 *)&number, sizeof number);
}

GByteArray *savefile_new(guint32 link_type, gboolean nanoseconds)
{
    GByteArray *file = g_byte_array_new();
    append32(file, nanoseconds ? 0xa1b23c4d : 0xa1b2c3d4);
    append16(file, 2);
    append16(file, 4);
    append32(file, 0);
    append32(file, 0);
    append32(file, 65535);
    append32(file, link_type);
    return file;
}

void savefile_packet(GByteArray *file, gint64 time, gconstpointer data, gsize captured, gsize length)
{
    guint32 magic;
    memcpy(&magic, file->data, sizeof magic);
    append32(file, (guint64)(time / SAVEFILE_SECOND));
    append32(file, (guint64)(time % SAVEFILE_SECOND / (magic == 0xa1b23c4d ? 1 : 1000)));
    append32(file, captured);
    append32(file, length);
    g_byte_array_append(file, data, (guint)captured);
}

static void append16_network(GByteArray *packet, gsize value)
{
    append16(packet, GUINT16_TO_BE((guint16)value));
}

void savefile_datagram(GByteArray *file, gint64 time, gboolean uplink, const char *payload)
{
    savefile_datagram_of(file, time, 4000, uplink, payload);
}

void savefile_datagram_of(GByteArray *file, gint64 time, guint port, gboolean uplink, const char *payload)
{
    static const guint8 device[4] = {192, 0, 2, 7}, backend[4] = {198, 51, 100, 1};
    static const guint8 head[] = {0x45, 0}, rest[] = {0, 1, 0, 0, 64, 17, 0, 0};
    g_autoptr(GByteArray) packet = g_byte_array_new();
    gsize length = strlen(payload);
    g_byte_array_append(packet, head, sizeof head);
    append16_network(packet, 28 + length);
    g_byte_array_append(packet, rest, sizeof rest);
    g_byte_array_append(packet, uplink ? device : backend, 4);
    g_byte_array_append(packet, uplink ? backend : device, 4);
    append16_network(packet, uplink ? port : 5000);
    append16_network(packet, uplink ? 5000 : port);
    append16_network(packet, 8 + length);
    append16_network(packet, 0);
    g_byte_array_append(packet, (const guint8 *)payload, (guint)length);
    savefile_packet(file, time, packet->data, packet->len, packet->len);
}

void savefile_failed_update(GByteArray *file, gint64 time, gboolean gap)
{
    static const struct {
        gboolean uplink;
        const char *payload;
    } messages[] = {
        {FALSE, "AT+GTUPD=sEcr1t,0,0,10,2,sEcr2t,sEcr3t,ftp://sEcr4t:sEcr5t@h.example/p,,1,,,,0001$"},
        {TRUE, "+ACK:GTUPD,DF0107,867700040011113,cv200,0001,20200910012701,0001$"},
        {TRUE, "+RESP:GTUPD,DF0107,867700040011113,cv200,110,,20200910012702,0002$"},
        {TRUE, "+RESP:GTUPD,DF0107,867700040011113,cv200,210,1,20200910012703,0003$"},
        {TRUE, "+RESP:GTUPD,DF0107,867700040011113,cv200,212,1,20200910012704,0004$"},
    };
    static const char *const after_gap[] = {
        "+RESP:GTUPD,DF0107,867700040011113,cv200,210,1,20200910012703,0005$",
        "+RESP:GTUPD,DF0107,867700040011113,cv200,212,1,20200910012704,0006$",
    };
    for (guint i = 0; i < G_N_ELEMENTS(messages); i++)
        savefile_datagram(file, time + i * SAVEFILE_SECOND, messages[i].uplink,
                          gap && i >= 3 ? after_gap[i - 3] : messages[i].payload);
}

GByteArray *savefile_compressed(const GByteArray *file, const char *filter)
{
    gsize size = file->len + 65536, used = 0;
    GByteArray *out = g_byte_array_new();
    g_byte_array_set_size(out, (guint)size);
    struct archive *archive = archive_write_new();
    g_assert_cmpint(archive_write_add_filter_by_name(archive, filter), ==, ARCHIVE_OK);
    archive_write_set_format_raw(archive);
    archive_write_set_bytes_in_last_block(archive, 1);
    g_assert_cmpint(archive_write_open_memory(archive, out->data, size, &used), ==, ARCHIVE_OK);
    struct archive_entry *entry = archive_entry_new();
    archive_entry_set_pathname(entry, "capture");
    archive_entry_set_filetype(entry, AE_IFREG);
    g_assert_cmpint(archive_write_header(archive, entry), ==, ARCHIVE_OK);
    g_assert_cmpint(archive_write_data(archive, file->data, file->len), ==, file->len);
    archive_entry_free(entry);
    g_assert_cmpint(archive_write_close(archive), ==, ARCHIVE_OK);
    archive_write_free(archive);
    g_byte_array_set_size(out, (guint)used);
    return out;
}

char *savefile_write(const char *folder, const char *name, const GByteArray *file, gsize length)
{
    g_autoptr(GError) error = NULL;
    char *path = g_build_filename(folder, name, NULL);
    g_file_set_contents(path, (const char *)file->data, (gssize)length, &error);
    g_assert_no_error(error);
    return path;
}

char *savefile_folder_new(void)
{
    g_autoptr(GError) error = NULL;
    char *folder = g_dir_make_tmp("gtupd-XXXXXX", &error);
    g_assert_no_error(error);
    return folder;
}

void savefile_folder_free(char *folder)
{
    g_autoptr(GDir) files = g_dir_open(folder, 0, NULL);
    const char *name;
    while ((name = g_dir_read_name(files))) {
        g_autofree char *path = g_build_filename(folder, name, NULL);
        g_remove(path);
    }
    g_rmdir(folder);
    g_free(folder);
}

void savefile_assert_bytes(gconstpointer got, gsize got_length, gconstpointer expected, gsize expected_length)
{
    g_assert_cmpuint(got_length, ==, expected_length);
    g_assert_true(got_length == 0 || memcmp(got, expected, got_length) == 0);
}
