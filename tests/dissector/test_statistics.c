/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What tshark prints. On every capture, after one pass and after two: the totals of statistics are the analyzer's, and
 * so are the findings as (frame, rule), and events as (frame, kind). And each of Wireshark's own windows that the
 * plugin fills shows what it should.
 */
#include "parity.h"
#include "shark.h"

#include <string.h>

/* The count of a node of the tree, at the depth that its indentation tells; 0 if it is not there. */
static gint64 node_count(const char *tree, guint depth, const char *name)
{
    g_autofree char *quoted = g_regex_escape_string(name, -1);
    g_autofree char *pattern = g_strdup_printf("(?m)^ {%u}%s +([0-9]+) ", depth, quoted);
    g_autoptr(GRegex) row = g_regex_new(pattern, 0, 0, NULL);
    g_autoptr(GMatchInfo) match = NULL;
    if (!g_regex_match(row, tree, 0, &match))
        return 0;
    g_autofree char *count = g_match_info_fetch(match, 1);
    return g_ascii_strtoll(count, NULL, 10);
}

static JsonObject *totals_of(JsonParser *parser)
{
    return json_object_get_object_member(json_node_get_object(json_parser_get_root(parser)), "totals");
}

static guint count_rows(const char *table, const char *row)
{
    g_autoptr(GRegex) regex = g_regex_new(row, 0, 0, NULL);
    g_autoptr(GMatchInfo) match = NULL;
    guint rows = 0;
    for (g_regex_match(regex, table, 0, &match); g_match_info_matches(match); g_match_info_next(match, NULL))
        rows++;
    return rows;
}

static void compare_totals(const char *text, JsonObject *totals)
{
    JsonObject *findings = json_object_get_object_member(totals, "findings");
    static const char *const severities[] = {"error", "warning", "note"};
    for (gsize i = 0; i < G_N_ELEMENTS(severities); i++)
        g_assert_cmpint(node_count(text, 1, severities[i]), ==, json_object_get_int_member(findings, severities[i]));
    g_assert_cmpint(node_count(text, 1, "GTUPD"), ==, json_object_get_int_member(totals, "messages_gtupd"));
    g_assert_cmpint(node_count(text, 0, "Messages"), ==, json_object_get_int_member(totals, "messages"));
    g_assert_cmpint(node_count(text, 0, "Updates by outcome"), ==, json_object_get_int_member(totals, "updates"));
    g_assert_cmpint(count_rows(text, "(?m)^[0-9A-F]{14,15} +\\|"), ==, json_object_get_int_member(totals, "updates"));
}

static void test_totals(gconstpointer name)
{
    g_autofree char *capture = shark_capture(name);
    g_autoptr(JsonParser) parser = analyze_json(capture);
    Report report = report_read(parser);
    g_autofree char *once = shark_run("tshark", "-q", "-n", "-r", capture, "-z", "gtupd,findings", "-z",
                                      "gtupd,updates", "-z", "attrack,tree", NULL);
    compare_totals(once, totals_of(parser));
    g_autoptr(GPtrArray) listed = listed_findings(once);
    assert_same(report.findings, listed, "findings after one pass");

    g_autofree char *twice = shark_run("tshark", "-2", "-n", "-r", capture, TSHARK_FIELDS, "-z", "gtupd,updates", "-z",
                                       "attrack,tree", NULL);
    compare_totals(twice, totals_of(parser));
    Report shown = listed_fields(twice);
    assert_same(report.findings, shown.findings, "findings after two passes");
    assert_same(report.events, shown.events, "events after two passes");
    report_free(&shown);
    report_free(&report);
}

typedef struct {
    const char *name, *capture, *report, *pattern;
} Window;

static const Window windows[] = {
    {"updates", "10-download-failed.pcap", "gtupd,updates",
     "(?m)^\\d{15} +\\|1 +\\|apk +\\|8 +\\|download-failed +\\|2 "},
    {"updates-cause", "13-battery-low.pcap", "gtupd,updates", "\\|battery-low .*\\|low-battery "},
    {"updates-filtered", "10-download-failed.pcap", "gtupd,updates,gtupd.code == 999", "GTUPD Updates\\s+=+\\s*$"},
    {"findings", "60-phase-skipped.pcap", "gtupd,findings", "(?m)^ +14  error +phase-skipped +\\d{15} +1  "},
    {"findings-filtered", "60-phase-skipped.pcap", "gtupd,findings,frame.number == 8", "What was seen\\n0 errors"},
    {"outcome", "60-phase-skipped.pcap", "attrack,tree", "(?m)^ succeeded +1 "},
    {"rule", "60-phase-skipped.pcap", "attrack,tree", "(?m)^  phase-skipped +1 "},
    {"tree-filtered", "60-phase-skipped.pcap", "attrack,tree,gtupd.code == 311", "(?m)^ update-succeeded +1 +.*100"},
    {"endpoints", "91-three-devices.pcap", "endpoints,attrack", "(?m)(^\\d{15} .*\\n){3}"},
    {"conversations", "60-phase-skipped.pcap", "conv,attrack", "(?m)^\\d{15} +<-> 203\\.0\\.113\\.5 "},
    {"follow", "60-phase-skipped.pcap", "follow,attrack,ascii,0", "\\+ACK:GTHBD,[^$]*\\$\\s+24\\s+\\+SACK:GTHBD"},
    {"follow-udp", "04-udp.pcap", "follow,attrack,ascii,0", "\\+RESP:GTUPD,"},
    {"credentials", "34-secrets.pcap", "credentials", "(?m)^8 +GTUPD +fleet +Download of the package"},
    {"expert", "60-phase-skipped.pcap", "expert", "(?m)^ +1 +Sequence +GTUPD  2X1"},
};

static void test_window(gconstpointer data)
{
    const Window *window = data;
    g_autofree char *capture = shark_capture(window->capture);
    g_autofree char *text = shark_run("tshark", "-2", "-q", "-n", "-r", capture, "-z", window->report, NULL);
    if (!g_regex_match_simple(window->pattern, text, 0, 0))
        g_error("-z %s shows no %s:\n%s", window->report, window->pattern, text);
}

/* A second window on the same file is filled as the first was. */
static void test_sharkd(void)
{
    g_autofree char *capture = shark_capture("60-phase-skipped.pcap");
    g_autoptr(GString) requests = g_string_new(NULL);
    g_string_printf(requests, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"load\",\"params\":{\"file\":\"%s\"}}\n",
                    capture);
    for (guint id = 2; id <= 3; id++)
        g_string_append_printf(requests,
                               "{\"jsonrpc\":\"2.0\",\"id\":%u,\"method\":\"tap\",\"params\":"
                               "{\"tap0\":\"stat:attrack\",\"tap1\":\"nstat:gtupd,updates\"}}\n",
                               id);
    const char *const argv[] = {"sharkd", "-", NULL};
    g_autofree char *output = shark_run_with_input(argv, requests->str);
    g_auto(GStrv) lines = shark_lines(output);
    g_assert_cmpuint(g_strv_length(lines), ==, 3);
    for (guint i = 1; i <= 2; i++) {
        g_assert_nonnull(strstr(lines[i], ",1,\"mcu\",8,\"succeeded\","));
        g_assert_nonnull(strstr(lines[i], "{\"name\":\"phase-skipped\",\"count\":1"));
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    shark_setup();
    g_auto(GStrv) names = shark_captures();
    for (char **name = names; *name != NULL; name++) {
        g_autofree char *path = g_strdup_printf("/totals/%s", *name);
        g_test_add_data_func(path, *name, test_totals);
    }
    for (gsize i = 0; i < G_N_ELEMENTS(windows); i++) {
        g_autofree char *path = g_strdup_printf("/windows/%s", windows[i].name);
        g_test_add_data_func(path, &windows[i], test_window);
    }
    g_test_add_func("/windows/sharkd", test_sharkd);
    const int status = g_test_run();
    shark_teardown();
    return status;
}
