/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The heart of the matter: on every capture in captures/, Wireshark and the analyzer say the same. Findings as
 * (frame, rule), events of updates as (frame, kind), whatever Wireshark's TCP preferences are, and also in the list
 * that is complete after one pass; the diagnosis of each update, word by word; and whose downloads are requested where.
 * There are no exceptions, and captures need no entry here.
 */
#include "parity.h"
#include "shark.h"

static void test_capture(gconstpointer name)
{
    static const char *const preferences[] = {
        "tcp.desegment_tcp_streams:TRUE", /* the default */
        "tcp.reassemble_out_of_order:TRUE",
        "tcp.desegment_tcp_streams:FALSE",
    };
    g_autofree char *capture = shark_capture(name);
    Report report = analyze(capture);
    for (gsize i = 0; i < G_N_ELEMENTS(preferences); i++) {
        Report shown = ask_trees(capture, preferences[i]);
        g_test_message("with %s", preferences[i]);
        assert_same(report.findings, shown.findings, "findings");
        assert_same(report.events, shown.events, "events");
        assert_same(report.diagnoses, shown.diagnoses, "diagnoses");
        assert_same(report.downloads, shown.downloads, "downloads");
        report_free(&shown);
    }
    g_autoptr(GPtrArray) listed = ask_list(capture);
    assert_same(report.findings, listed, "findings after one pass");
    report_free(&report);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    shark_setup();
    g_auto(GStrv) names = shark_captures();
    for (char **name = names; *name != NULL; name++) {
        g_autofree char *path = g_strdup_printf("/parity/%s", *name);
        g_test_add_data_func(path, *name, test_capture);
    }
    const int status = g_test_run();
    shark_teardown();
    return status;
}
