/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Damaged packets: every capture with 2 % of its bytes changed at random, dissected with a memory allocator that stops
 * at an overrun and with dissector bugs made fatal. Wireshark and the analyzer must agree on these too.
 *
 * One seed a capture by default, another for each; 50 each with `-m slow`.
 */
#include "parity.h"
#include "shark.h"

#define SEEDS_SLOW 50

static Sharkd *sharkd;

static char *damage(const char *name, guint seed)
{
    g_autofree char *capture = shark_capture(name);
    g_autofree char *target = g_strdup_printf("damaged-%s", name);
    g_autofree char *number = g_strdup_printf("%u", seed);
    char *damaged = shark_scratch(target);
    g_autofree char *output = shark_run("editcap", "-E", "0.02", "--seed", number, capture, damaged, NULL);
    return damaged;
}

static void test_seed(const char *name, guint seed)
{
    g_autofree char *capture = damage(name, seed);
    g_test_message("seed %u", seed);
    g_autoptr(JsonParser) parser = analyze_json(capture);
    Report expected = report_read(parser);
    sharkd_load(sharkd, capture);
    Report shown = ask_trees(sharkd, "frame"); /* all of them, so that all that is damaged is dissected */
    assert_same(expected.findings, shown.findings, "findings");
    assert_same(expected.events, shown.events, "events");
    sharkd_tap(sharkd);
    report_free(&expected);
    report_free(&shown);
}

typedef struct {
    const char *name;
    guint seed;
} Damage;

static void test_damaged(gconstpointer data)
{
    const Damage *damaged = data;
    if (!g_test_slow())
        test_seed(damaged->name, damaged->seed);
    for (guint seed = 1; g_test_slow() && seed <= SEEDS_SLOW; seed++)
        test_seed(damaged->name, seed);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    shark_setup();
    sharkd = sharkd_new("tcp.desegment_tcp_streams", "TRUE");
    g_auto(GStrv) names = shark_captures();
    for (guint i = 0; names[i] != NULL; i++) {
        g_autofree char *path = g_strdup_printf("/damaged/%s", names[i]);
        Damage *damaged = g_new0(Damage, 1);
        *damaged = (Damage){.name = names[i], .seed = i + 1};
        g_test_add_data_func_full(path, damaged, test_damaged, g_free);
    }
    const int status = g_test_run();
    sharkd_free(sharkd);
    shark_teardown();
    return status;
}
