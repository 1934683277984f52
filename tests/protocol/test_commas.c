/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "commas.h"

#include <string.h>

#define BYTES 100

/* As it would be done byte by byte. */
static guint find_one_by_one(const guint8 *bytes, gsize from, gsize end, guint16 *places)
{
    guint count = 0;
    for (gsize at = from; at < end; at++)
        if (bytes[at] == ',')
            places[count++] = (guint16)(at + 1);
    return count;
}

static void assert_same(const guint8 *bytes, gsize from, gsize end)
{
    guint16 got[BYTES], expected[BYTES];
    guint count = find_one_by_one(bytes, from, end, expected);
    g_assert_cmpuint(gtupd_commas_find(bytes, from, end, got), ==, count);
    g_assert_true(memcmp(got, expected, count * sizeof *got) == 0);
}

/* Bytes next to a comma, with the top bit set, and 0 and 0xff are those that a trick with whole words may take for one.
 */
static void test_ranges(void)
{
    static const guint8 letters[] = {',', ',', ',', '+', '-', ',' | 0x80, 0x00, 0xff, 0x2d, 'A'};
    g_autoptr(GRand) random = g_rand_new_with_seed(3);
    for (guint round = 0; round < 50; round++) {
        guint8 bytes[BYTES];
        for (gsize i = 0; i < sizeof bytes; i++)
            bytes[i] = letters[g_rand_int_range(random, 0, G_N_ELEMENTS(letters))];
        for (gsize from = 0; from <= 20; from++)
            for (gsize end = from; end <= sizeof bytes; end++)
                assert_same(bytes, from, end);
    }
}

static void test_all(void)
{
    guint8 bytes[BYTES];
    memset(bytes, ',', sizeof bytes);
    assert_same(bytes, 0, sizeof bytes);
    assert_same(bytes, 7, 7);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/commas/ranges", test_ranges);
    g_test_add_func("/commas/all", test_all);
    return g_test_run();
}
