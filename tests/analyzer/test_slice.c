/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What stands in a slice. That a slice gives the findings of its capture is checked on all samples, by check_slices.py.
 */
#include "slice_write.h"

#include "merge.h"
#include "savefile.h"
#include "selection.h"
#include "tee.h"

#include <string.h>

#define HOUR (3600 * SAVEFILE_SECOND)

typedef struct {
    char *folder;
    GByteArray *file;
} Fixture;

/*
 * Two devices behind addresses of their own would need another maker of packets; here they differ by port. Frames: 1 to
 * 5 a failed update of one, 6 to 8 others' traffic, 9 another device, 10 to 14 the first device's next update.
 */
static void set_up(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    fixture->folder = savefile_folder_new();
    fixture->file = savefile_new(SAVEFILE_RAW, TRUE);
    savefile_failed_update(fixture->file, SAVEFILE_TIME, FALSE);
    for (guint i = 0; i < 3; i++)
        savefile_datagram_of(fixture->file, SAVEFILE_TIME + 6 * SAVEFILE_SECOND, 4100, i == 1, "hello, world");
    savefile_datagram_of(fixture->file, SAVEFILE_TIME + 7 * SAVEFILE_SECOND, 4001, TRUE,
                         "+RESP:GTUPD,DF0107,867700040022227,cv200,301,,20200910012702,0003$");
    savefile_failed_update(fixture->file, SAVEFILE_TIME + HOUR, FALSE);
}

static void tear_down(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_byte_array_unref(fixture->file);
    savefile_folder_free(fixture->folder);
}

/* The times of the slice's packets, in seconds since the first packet of the capture, with blanks between. */
static char *times_of(const char *path)
{
    g_autoptr(GtupdCapture) capture = gtupd_capture_new(path);
    GString *times = g_string_new(NULL);
    GtupdPacket packet = {0};
    while (gtupd_capture_next(capture, &packet))
        g_string_append_printf(times, "%" G_GINT64_FORMAT " ", (packet.time - SAVEFILE_TIME) / SAVEFILE_SECOND);
    g_assert_null(gtupd_capture_info(capture)->error);
    return g_string_free(times, FALSE);
}

static char *slice_of(const Fixture *fixture, const char *const *devices, const GtupdSelection *selection)
{
    g_autofree char *path = savefile_write(fixture->folder, "x.pcap", fixture->file, fixture->file->len);
    g_autofree char *target = g_build_filename(fixture->folder, "slice.pcap", NULL);
    const char *captures[] = {path, NULL};
    g_autoptr(GtupdModel) model = gtupd_model_new(devices);
    g_autoptr(GtupdSlice) slice = gtupd_slice_new();
    GtupdTee tee = {0};
    const GtupdSink sinks[] = {gtupd_model_sink(model), gtupd_slice_sink(slice)};
    gtupd_tee_add(&tee, &sinks[0]);
    gtupd_tee_add(&tee, &sinks[1]);
    const GtupdSink sink = gtupd_tee_sink(&tee);
    g_autoptr(GtupdEngine) engine = gtupd_engine_new(&sink);
    g_autoptr(GtupdMerge) merge = gtupd_merge_new(captures);
    GtupdPacket packet;
    while (gtupd_merge_next(merge, &packet)) {
        gtupd_slice_hear(slice, &packet);
        gtupd_engine_packet(engine, &packet);
    }
    gtupd_model_complete(model, engine);
    gtupd_selection_apply(selection, model);
    gtupd_slice_choose(slice, model);
    GtupdSliceCounts counts;
    const GtupdSliceOptions options = {0};
    g_autoptr(GError) error = NULL;
    g_assert_true(gtupd_slice_write(slice, captures, &options, target, &counts, &error));
    g_assert_no_error(error);
    g_assert_cmpuint(counts.read, ==, 14);
    return times_of(target);
}

#define FIRST  "0 1 2 3 4 "
#define OTHER  "7 "
#define SECOND "3600 3601 3602 3603 3604 "

/* Nothing selected: all @Track, and nothing else. */
static void test_everything(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    const GtupdSelection nothing = {0};
    g_autofree char *times = slice_of(fixture, NULL, &nothing);
    g_assert_cmpstr(times, ==, FIRST OTHER SECOND);
}

static void test_device(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    const GtupdSelection nothing = {0};
    const char *const one[] = {"867700040011113", NULL}, *const other[] = {"867700040022227", NULL},
                      *const none[] = {"A1000043D20139", NULL};
    g_autofree char *times = slice_of(fixture, one, &nothing);
    g_autofree char *others = slice_of(fixture, other, &nothing);
    g_autofree char *nobodys = slice_of(fixture, none, &nothing);
    g_assert_cmpstr(times, ==, FIRST SECOND);
    g_assert_cmpstr(others, ==, OTHER);
    g_assert_cmpstr(nobodys, ==, "");
}

/* Whole connections: this one carries both updates. */
static void test_update(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_autoptr(GArray) numbers = g_array_new(FALSE, FALSE, sizeof(guint));
    const guint number = 2;
    g_array_append_val(numbers, number);
    const GtupdSelection second = {.any = TRUE, .numbers = numbers};
    g_autofree char *times = slice_of(fixture, NULL, &second);
    g_assert_cmpstr(times, ==, FIRST SECOND);
}

static void test_link_types(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *target = g_build_filename(fixture->folder, "slice.pcap", NULL);
    g_autoptr(GByteArray) ethernet = savefile_new(SAVEFILE_ETHERNET, FALSE);
    static const guint8 head[] = {0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 2, 8, 0};
    static const guint8 ip[] = {0x45, 0, 0, 38, 0, 1, 0, 0, 64, 17, 0, 0, 192, 0, 2, 8, 198, 51, 100, 1};
    static const guint8 udp[] = {0x0f, 0xa0, 0x13, 0x88, 0, 18, 0, 0};
    g_autoptr(GByteArray) packet = g_byte_array_new();
    g_byte_array_append(packet, head, sizeof head);
    g_byte_array_append(packet, ip, sizeof ip);
    g_byte_array_append(packet, udp, sizeof udp);
    g_byte_array_append(packet, (const guint8 *)"+SACK:0001$", 10);
    savefile_packet(ethernet, SAVEFILE_TIME + SAVEFILE_SECOND, packet->data, packet->len, packet->len);
    g_autofree char *one = savefile_write(fixture->folder, "x.pcap", fixture->file, fixture->file->len);
    g_autofree char *two = savefile_write(fixture->folder, "y.pcap", ethernet, ethernet->len);
    const char *captures[] = {one, two, NULL};
    g_autoptr(GtupdSlice) slice = gtupd_slice_new();
    g_autoptr(GtupdModel) model = gtupd_model_new(NULL);
    GtupdPacket next;
    g_autoptr(GtupdMerge) merge = gtupd_merge_new(captures);
    while (gtupd_merge_next(merge, &next))
        gtupd_slice_hear(slice, &next);
    gtupd_slice_choose(slice, model);
    GtupdSliceCounts counts;
    const GtupdSliceOptions options = {0};
    g_assert_false(gtupd_slice_write(slice, captures, &options, target, &counts, &error));
    g_assert_error(error, GTUPD_CAPTURE_ERROR, GTUPD_CAPTURE_ERROR_LINK_TYPE);
    g_assert_false(g_file_test(target, G_FILE_TEST_EXISTS));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add("/slice/everything", Fixture, NULL, set_up, test_everything, tear_down);
    g_test_add("/slice/device", Fixture, NULL, set_up, test_device, tear_down);
    g_test_add("/slice/update", Fixture, NULL, set_up, test_update, tear_down);
    g_test_add("/slice/link-types", Fixture, NULL, set_up, test_link_types, tear_down);
    return g_test_run();
}
