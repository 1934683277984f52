/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The heart of the matter: on every capture in captures/, Wireshark and the analyzer say the same. Findings as
 * (frame, rule), events of updates as (frame, kind), whatever Wireshark's TCP preferences are; the diagnosis of each
 * update, word by word; and whose downloads are requested where. What tshark says after one pass and after two,
 * test_statistics compares. There are no exceptions, and captures need no entry here.
 */
#include "parity.h"
#include "shark.h"

static const char *const preferences[][2] = {
    {"tcp.desegment_tcp_streams", "TRUE"}, /* the default */
    {"tcp.reassemble_out_of_order", "TRUE"},
    {"tcp.desegment_tcp_streams", "FALSE"},
};
static Sharkd *sharkds[G_N_ELEMENTS(preferences)];

static void test_capture(gconstpointer name)
{
    static const char filter[] = "gtupd.finding or gtupd.event or gtupd.diagnosis or gtupd.download_frame";
    g_autofree char *capture = shark_capture(name);
    g_autoptr(JsonParser) parser = analyze_json(capture);
    Report report = report_read(parser);
    for (gsize i = 0; i < G_N_ELEMENTS(preferences); i++) {
        sharkd_load(sharkds[i], capture);
        Report shown = ask_trees(sharkds[i], filter);
        g_test_message("with %s %s", preferences[i][0], preferences[i][1]);
        assert_same(report.findings, shown.findings, "findings");
        assert_same(report.events, shown.events, "events");
        assert_same(report.diagnoses, shown.diagnoses, "diagnoses");
        assert_same(report.downloads, shown.downloads, "downloads");
        report_free(&shown);
    }
    report_free(&report);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    shark_setup();
    for (gsize i = 0; i < G_N_ELEMENTS(preferences); i++)
        sharkds[i] = sharkd_new(preferences[i][0], preferences[i][1]);
    g_auto(GStrv) names = shark_captures();
    for (char **name = names; *name != NULL; name++) {
        g_autofree char *path = g_strdup_printf("/parity/%s", *name);
        g_test_add_data_func(path, *name, test_capture);
    }
    const int status = g_test_run();
    for (gsize i = 0; i < G_N_ELEMENTS(preferences); i++)
        sharkd_free(sharkds[i]);
    shark_teardown();
    return status;
}
