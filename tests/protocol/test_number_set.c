/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "number_set.h"

/* Against a plain table of truth, in an order that is neither rising nor falling. */
static void test_all_numbers(void)
{
    GtupdNumberSet set = {NULL};
    g_autofree gboolean *truth = g_new0(gboolean, 65536);
    guint16 number = 1;
    for (guint i = 0; i < 20000; i++) {
        number = (guint16)(number * 25173U + 13849U);
        if (i % 3 == 2)
            gtupd_number_set_remove(&set, (guint16)(number ^ (i % 2)));
        else
            gtupd_number_set_add(&set, number);
        truth[i % 3 == 2 ? (guint16)(number ^ (i % 2)) : number] = i % 3 != 2;
    }
    for (guint i = 0; i < 65536; i++)
        g_assert_cmpint(gtupd_number_set_has(&set, (guint16)i), ==, truth[i]);
    gtupd_number_set_clear(&set);
}

static void test_ends(void)
{
    GtupdNumberSet set = {NULL};
    g_assert_true(gtupd_number_set_is_empty(&set));
    g_assert_false(gtupd_number_set_has(&set, 0));
    gtupd_number_set_remove(&set, 7);
    gtupd_number_set_add(&set, 0xFFFF);
    gtupd_number_set_add(&set, 0);
    gtupd_number_set_add(&set, 0);
    g_assert_false(gtupd_number_set_is_empty(&set));
    g_assert_true(gtupd_number_set_has(&set, 0) && gtupd_number_set_has(&set, 0xFFFF));
    g_assert_false(gtupd_number_set_has(&set, 1));
    gtupd_number_set_remove(&set, 0);
    g_assert_false(gtupd_number_set_has(&set, 0));
    gtupd_number_set_remove(&set, 0xFFFF);
    g_assert_true(gtupd_number_set_is_empty(&set));
    gtupd_number_set_clear(&set);
    g_assert_true(gtupd_number_set_is_empty(&set));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/number-set/all-numbers", test_all_numbers);
    g_test_add_func("/number-set/ends", test_ends);
    return g_test_run();
}
