/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Damaged packets: every capture with 2 % of its bytes changed at random, dissected with a memory allocator that stops
 * at an overrun and with dissector bugs made fatal. Wireshark and the analyzer must agree on these too.
 *
 * A few seeds by default; 50 with `-m slow`.
 */
#include "parity.h"
#include "shark.h"

#define SEEDS_QUICK 2
#define SEEDS_SLOW  50

static char *damage(const char *name, guint seed)
{
    g_autofree char *capture = shark_capture(name);
    g_autofree char *target = g_strdup_printf("damaged-%s", name);
    g_autofree char *number = g_strdup_printf("%u", seed);
    char *damaged = shark_scratch(target);
    g_autofree char *output = shark_run("editcap", "-E", "0.02", "--seed", number, capture, damaged, NULL);
    return damaged;
}

static void dissect(const char *capture)
{
    const char *const argv[] = {"tshark", "-2",
                                "-n",     "-V",
                                "-r",     capture,
                                "-z",     "attrack,tree",
                                "-z",     "gtupd,updates",
                                "-z",     "endpoints,attrack",
                                NULL};
    g_autofree char *text = shark_run_with("WIRESHARK_DEBUG_WMEM_OVERRIDE=strict", argv);
    g_assert_null(g_strstr_len(text, -1, "Dissector bug"));
}

static void test_damaged(gconstpointer name)
{
    const guint seeds = g_test_slow() ? SEEDS_SLOW : SEEDS_QUICK;
    for (guint seed = 1; seed <= seeds; seed++) {
        g_autofree char *capture = damage(name, seed);
        g_test_message("seed %u", seed);
        dissect(capture);
        Report expected = analyze(capture);
        Report shown = ask_fields(capture, "tcp.desegment_tcp_streams:TRUE");
        assert_same(expected.findings, shown.findings, "findings");
        assert_same(expected.events, shown.events, "events");
        report_free(&expected);
        report_free(&shown);
    }
}

/* As they are, with the strict allocator too. */
static void test_whole(gconstpointer name)
{
    g_autofree char *capture = shark_capture(name);
    dissect(capture);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    shark_setup();
    g_auto(GStrv) names = shark_captures();
    for (char **name = names; *name != NULL; name++) {
        g_autofree char *whole = g_strdup_printf("/whole/%s", *name);
        g_autofree char *damaged = g_strdup_printf("/damaged/%s", *name);
        g_test_add_data_func(whole, *name, test_whole);
        g_test_add_data_func(damaged, *name, test_damaged);
    }
    const int status = g_test_run();
    shark_teardown();
    return status;
}
