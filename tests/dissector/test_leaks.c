/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Leaks of the plugin: an instrumented build in tshark, which has leaks of its own. So LeakSanitizer's report is read
 * for the plugin's frames, and the plugin is kept in memory till the end, for else they would have no name.
 *
 * A few captures by default, all with `-m slow`: unwinding every allocation takes its time.
 */
#include "shark.h"

#include <string.h>

/* A frame is named by its source file where there is debug information, else by its module. */
static gboolean is_leak_of_plugin(const char *block, const char *sources)
{
    return strstr(block, "leak of") != NULL && (strstr(block, sources) != NULL || strstr(block, "/gtupd.so") != NULL);
}

static void assert_no_leak(const char *report)
{
    const char *sources = g_getenv("GTUPD_SOURCES");
    g_assert_nonnull(sources);
    g_auto(GStrv) blocks = g_strsplit(report, "\n\n", -1);
    for (char **block = blocks; *block != NULL; block++)
        if (is_leak_of_plugin(*block, sources))
            g_error("the plugin leaks:\n%s", *block);
}

static void test_whose(void)
{
    g_assert_true(
        is_leak_of_plugin("Direct leak of 5\n #1 in dissect_gtupd /src/dissector/packet-gtupd.c:251", "/src/"));
    g_assert_true(is_leak_of_plugin("Indirect leak of 5\n #1 (/tmp/plugins/4.0/epan/gtupd.so+0x1234)", "/src/"));
    g_assert_false(is_leak_of_plugin("Direct leak of 5\n #1 in main (/usr/bin/tshark+0x1234)", "/src/"));
    g_assert_false(is_leak_of_plugin("SUMMARY /src/dissector/packet-gtupd.c", "/src/"));
}

static void test_leaks(gconstpointer name)
{
    g_autofree char *capture = shark_capture(name);
    const char *const argv[] = {"tshark", "-2",
                                "-n",     "-V",
                                "-r",     capture,
                                "-z",     "attrack,tree",
                                "-z",     "gtupd,updates",
                                "-z",     "gtupd,findings",
                                "-z",     "endpoints,attrack",
                                NULL};
    g_autofree char *report = shark_run_for_leaks(argv);
    assert_no_leak(report);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    shark_setup();
    g_test_add_func("/leaks/whose", test_whose);
    static const char *const few[] = {"34-secrets.pcap", "71-tcp-reordered.pcap", "90-gateway.pcap", NULL};
    g_auto(GStrv) all = shark_captures();
    for (const char *const *name = g_test_slow() ? (const char *const *)all : few; *name != NULL; name++) {
        g_autofree char *path = g_strdup_printf("/leaks/%s", *name);
        g_test_add_data_func(path, *name, test_leaks);
    }
    const int status = g_test_run();
    shark_teardown();
    return status;
}
