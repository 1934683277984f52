/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tee.h"

static void count_event(const GtupdEvent *event G_GNUC_UNUSED, gpointer data)
{
    ++*(guint *)data;
}

static void count_update(const GtupdUpdate *update G_GNUC_UNUSED, gpointer data)
{
    *(guint *)data += 10;
}

/* Everybody is told what he wants to hear, and of what nobody does nothing comes. */
static void test_all(void)
{
    guint first = 0, second = 0;
    GtupdTee tee = {0};
    const GtupdSink sinks[] = {{.data = &first, .event = count_event},
                               {.data = &second, .event = count_event, .update = count_update}};
    GtupdSink sink = gtupd_tee_sink(&tee);
    sink.event(NULL, sink.data);
    for (gsize i = 0; i < G_N_ELEMENTS(sinks); i++)
        gtupd_tee_add(&tee, &sinks[i]);
    sink.event(NULL, sink.data);
    sink.update(NULL, sink.data);
    sink.finding(NULL, sink.data);
    sink.message(NULL, NULL, sink.data);
    sink.answer(NULL, NULL, sink.data);
    g_assert_cmpuint(first, ==, 1);
    g_assert_cmpuint(second, ==, 11);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/tee/all", test_all);
    return g_test_run();
}
