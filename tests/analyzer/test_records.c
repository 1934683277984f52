/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The reader of plain records against libpcap alone: the same packets, and the same end, whatever is damaged. */
#include "capture.h"
#include "savefile.h"

#include <pcap/pcap.h>
#include <string.h>

typedef struct {
    GArray *packets; /* of GtupdPacket, whose data is owned */
    char *error;     /* libpcap's words; NULL: read to its end */
} Reading;

static void packet_clear(gpointer data)
{
    g_free((gpointer)((GtupdPacket *)data)->data);
}

static Reading *reading_new(void)
{
    Reading *reading = g_new0(Reading, 1);
    reading->packets = g_array_new(FALSE, FALSE, sizeof(GtupdPacket));
    g_array_set_clear_func(reading->packets, packet_clear);
    return reading;
}

static void reading_free(Reading *reading)
{
    g_array_unref(reading->packets);
    g_free(reading->error);
    g_free(reading);
}

static void add(Reading *reading, gint64 time, const guint8 *data, gsize captured, gsize length)
{
    GtupdPacket packet = {
        .time = time, .data = g_memdup2(data, captured), .captured = captured, .length = MAX(length, captured)};
    g_array_append_val(reading->packets, packet);
}

static gint64 time_by_pcap(const struct pcap_pkthdr *header)
{
    return MAX((gint64)header->ts.tv_sec, 0) * SAVEFILE_SECOND + CLAMP(header->ts.tv_usec, 0, 5 * SAVEFILE_SECOND);
}

static Reading *read_by_pcap(const char *path)
{
    Reading *reading = reading_new();
    char reason[PCAP_ERRBUF_SIZE] = "";
    pcap_t *pcap = pcap_open_offline_with_tstamp_precision(path, PCAP_TSTAMP_PRECISION_NANO, reason);
    if (!pcap) {
        reading->error = g_strdup(reason);
        return reading;
    }
    struct pcap_pkthdr *header;
    const u_char *data;
    int status;
    while ((status = pcap_next_ex(pcap, &header, &data)) == 1)
        add(reading, time_by_pcap(header), data, header->caplen, header->len);
    if (status != PCAP_ERROR_BREAK)
        reading->error = g_strdup(pcap_geterr(pcap));
    pcap_close(pcap);
    return reading;
}

static Reading *read_by_capture(const char *path)
{
    Reading *reading = reading_new();
    g_autoptr(GtupdCapture) capture = gtupd_capture_new(path);
    GtupdPacket packet = {0};
    while (gtupd_capture_next(capture, &packet)) {
        g_assert_cmpuint(packet.frame, ==, reading->packets->len + 1);
        add(reading, packet.time, packet.data, packet.captured, packet.length);
    }
    const GError *error = gtupd_capture_info(capture)->error;
    reading->error = error ? g_strdup(error->message) : NULL;
    return reading;
}

static void assert_same_packet(const GtupdPacket *got, const GtupdPacket *expected)
{
    g_assert_cmpint(got->time, ==, expected->time);
    g_assert_cmpuint(got->length, ==, expected->length);
    savefile_assert_bytes(got->data, got->captured, expected->data, expected->captured);
}

static void assert_same_reading(const char *folder, const GByteArray *file, gsize length)
{
    g_autofree char *path = savefile_write(folder, "x.pcap", file, length);
    Reading *got = read_by_capture(path), *expected = read_by_pcap(path);
    g_assert_cmpuint(got->packets->len, ==, expected->packets->len);
    for (guint i = 0; i < got->packets->len; i++)
        assert_same_packet(&g_array_index(got->packets, GtupdPacket, i),
                           &g_array_index(expected->packets, GtupdPacket, i));
    g_assert_cmpint(got->error != NULL, ==, expected->error != NULL);
    if (expected->packets->len > 0 && expected->error)
        g_assert_nonnull(strstr(got->error, expected->error));
    reading_free(got);
    reading_free(expected);
}

static GByteArray *sample(gboolean nanoseconds)
{
    static const guint8 payload[200] = {1, 2, 3};
    GByteArray *file = savefile_new(SAVEFILE_RAW, nanoseconds);
    for (guint i = 0; i < 5; i++)
        savefile_packet(file, SAVEFILE_TIME + i * 1234567, payload, i * 50, i * 50 + i % 2);
    return file;
}

static void test_cut(void)
{
    char *folder = savefile_folder_new();
    for (gboolean nanoseconds = FALSE; nanoseconds <= TRUE; nanoseconds++) {
        g_autoptr(GByteArray) file = sample(nanoseconds);
        for (gsize length = 1; length <= file->len; length++)
            assert_same_reading(folder, file, length);
    }
    savefile_folder_free(folder);
}

/*
 * Every field of the file's header and of the records' headers, set to what it should not be. Not the link type: ours
 * refuses what it cannot look into.
 */
static void test_fields(void)
{
    static const guint32 values[] = {0, 1, 2, 0xff, 0x10000, 0x40000, 0x40001, 0x7fffffff, 0x80000000, 0xffffffff};
    char *folder = savefile_folder_new();
    for (gsize at = 0; at < 24 + 16 + 16 + 50 + 16; at += at == 16 ? 8 : 2) {
        for (gsize i = 0; i < G_N_ELEMENTS(values); i++) {
            g_autoptr(GByteArray) file = sample(i % 2 == 0);
            memcpy(file->data + at, &values[i], sizeof values[i]);
            assert_same_reading(folder, file, file->len);
        }
    }
    savefile_folder_free(folder);
}

/* Packets longer than what is read of a file at once, and than the file says that any is. */
static void test_long(void)
{
    enum {
        PACKETS = 20,
        LONGEST = 262144
    };
    char *folder = savefile_folder_new();
    g_autofree guint8 *payload = g_malloc0(LONGEST + 1);
    g_autoptr(GRand) random = g_rand_new_with_seed(5);
    g_autoptr(GByteArray) file = savefile_new(SAVEFILE_RAW, FALSE);
    for (guint i = 0; i < PACKETS; i++) {
        gsize length = i % 4 == 0 ? LONGEST - i : (gsize)g_rand_int_range(random, 0, LONGEST);
        memset(payload, (int)i, length);
        savefile_packet(file, SAVEFILE_TIME + i, payload, length, length);
    }
    assert_same_reading(folder, file, file->len);
    const guint32 snaplen = 1000;
    memcpy(file->data + 16, &snaplen, sizeof snaplen);
    assert_same_reading(folder, file, file->len);
    savefile_packet(file, SAVEFILE_TIME, payload, LONGEST + 1, LONGEST + 1);
    savefile_packet(file, SAVEFILE_TIME, payload, 1, 1);
    assert_same_reading(folder, file, file->len);
    savefile_folder_free(folder);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/records/cut", test_cut);
    g_test_add_func("/records/fields", test_fields);
    g_test_add_func("/records/long", test_long);
    return g_test_run();
}
