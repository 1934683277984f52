/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "windows.h"

static void test_meet(void)
{
    g_autoptr(GtupdWindows) windows = gtupd_windows_new();
    g_assert_false(gtupd_windows_meet(windows, G_MININT64, G_MAXINT64));
    gtupd_windows_add(windows, 20, 30);
    gtupd_windows_add(windows, 5, 5);
    gtupd_windows_add(windows, 25, 40);
    gtupd_windows_add(windows, 100, 90); /* an end before the beginning is none */
    static const struct {
        gint64 first, last;
        gboolean meets;
    } rows[] = {
        {0, 4, FALSE},    {0, 5, TRUE},   {5, 5, TRUE},    {6, 19, FALSE},         {6, 20, TRUE},
        {31, 32, TRUE},   {40, 50, TRUE}, {41, 99, FALSE}, {100, 100, TRUE},       {101, 200, FALSE},
        {-10, -1, FALSE}, {0, 200, TRUE}, {26, 27, TRUE},  {G_MININT64, 0, FALSE}, {G_MININT64, G_MAXINT64, TRUE},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
        g_assert_cmpint(gtupd_windows_meet(windows, rows[i].first, rows[i].last), ==, rows[i].meets);
    gtupd_windows_add(windows, 6, 19);
    g_assert_true(gtupd_windows_meet(windows, 10, 10));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/windows/meet", test_meet);
    return g_test_run();
}
