/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "savefile.h"

#include "assert_bytes.h"

/* One packet of 5 bytes, 3 of them kept, at 2 s and 3,004 ns. */
static GByteArray *sample(const SavefileFormat *format)
{
    static const guint8 data[] = {1, 2, 3, 4, 5};
    GByteArray *file = savefile_new(format);
    savefile_packet(file, format, G_GINT64_CONSTANT(2000003004), data, sizeof data, 3);
    return file;
}

static void test_pcap(void)
{
    static const guint8 little[] = {0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 96, 0, 0, 0, 101, 0,
                                    0,    0,    2,    0,    0, 0, 3, 0, 0, 0, 3, 0, 0, 0, 5, 0, 0,  0, 1, 2, 3};
    static const guint8 big[] = {0xa1, 0xb2, 0x3c, 0x4d, 0, 2, 0, 4, 0,    0,    0, 0, 0, 0, 0, 0, 0, 0, 0, 96, 0, 0,
                                 0,    101,  0,    0,    0, 2, 0, 0, 0x0b, 0xbc, 0, 0, 0, 3, 0, 0, 0, 5, 1, 2,  3};
    SavefileFormat format = {.snap_length = 96, .link_type = 101};

    g_autoptr(GByteArray) first = sample(&format);
    assert_bytes(first->data, first->len, little, sizeof little);

    format.nanoseconds = format.big_endian = TRUE;
    g_autoptr(GByteArray) second = sample(&format);
    assert_bytes(second->data, second->len, big, sizeof big);
}

static void test_pcapng(void)
{
    static const guint8 expected[] = {
        0x0a, 0x0d, 0x0d, 0x0a, 28,   0,    0,    0,    0x4d, 0x3c, 0x2b, 0x1a, 1,  0, 0, 0, /* section */
        0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 28,   0,    0,    0,                 /* … */
        1,    0,    0,    0,    32,   0,    0,    0,    101,  0,    0,    0,    96, 0, 0, 0, /* interface */
        9,    0,    1,    0,    9,    0,    0,    0,    0,    0,    0,    0,    32, 0, 0, 0, /* … */
        6,    0,    0,    0,    36,   0,    0,    0,    0,    0,    0,    0,                 /* packet */
        0,    0,    0,    0,    0xbc, 0x9f, 0x35, 0x77, 3,    0,    0,    0,    5,  0, 0, 0, /* … */
        1,    2,    3,    0,    36,   0,    0,    0,                                         /* … */
    };
    const SavefileFormat format = {.pcapng = TRUE, .nanoseconds = TRUE, .snap_length = 96, .link_type = 101};
    g_autoptr(GByteArray) file = sample(&format);
    assert_bytes(file->data, file->len, expected, sizeof expected);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/savefile/pcap", test_pcap);
    g_test_add_func("/savefile/pcapng", test_pcapng);
    return g_test_run();
}
