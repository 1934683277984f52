/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "pump.h"

#include <string.h>

/* A reader that gives bytes 0, 1, 2, …, as many at once as it was told. */
typedef struct {
    guint64 given, total;
    gsize step;
    guint calls_after_end;
    gboolean ended;
} Counter;

static gsize count_on(gpointer data, guint8 *buffer, gsize size)
{
    Counter *counter = data;
    gsize length = MIN(MIN(size, counter->step), counter->total - counter->given);
    counter->calls_after_end += counter->ended ? 1 : 0;
    counter->ended = length == 0;
    for (gsize i = 0; i < length; i++)
        buffer[i] = (guint8)counter->given++;
    return length;
}

static void test_order(void)
{
    static const struct {
        guint64 total;
        gsize step, read;
    } rows[] = {{0, 1, 1}, {1, 1, 1}, {5000000, 1000000, 70000}, {300000, 7, 100000}, {1000000, 131072, 131072}};
    for (gsize row = 0; row < G_N_ELEMENTS(rows); row++) {
        Counter counter = {.total = rows[row].total, .step = rows[row].step};
        g_autoptr(GtupdPump) pump = gtupd_pump_new(count_on, &counter);
        g_autofree guint8 *buffer = g_malloc(rows[row].read);
        guint64 got = 0;
        gsize length;
        while ((length = gtupd_pump_read(pump, buffer, rows[row].read)) > 0)
            for (gsize i = 0; i < length; i++)
                g_assert_cmpuint(buffer[i], ==, (guint8)got++);
        g_assert_cmpuint(got, ==, rows[row].total);
        g_assert_cmpuint(gtupd_pump_read(pump, buffer, rows[row].read), ==, 0);
        g_assert_cmpuint(counter.calls_after_end, ==, 0);
    }
}

/* It may be given up at any time. */
static void test_given_up(void)
{
    for (guint reads = 0; reads < 20; reads++) {
        Counter counter = {.total = G_MAXUINT64, .step = 100000};
        g_autoptr(GtupdPump) pump = gtupd_pump_new(count_on, &counter);
        guint8 byte;
        for (guint i = 0; i < reads; i++)
            g_assert_cmpuint(gtupd_pump_read(pump, &byte, 1), ==, 1);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/pump/order", test_order);
    g_test_add_func("/pump/given-up", test_given_up);
    return g_test_run();
}
