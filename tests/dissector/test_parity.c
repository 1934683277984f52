/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The heart of the matter: on every capture in captures/, Wireshark and the analyzer say the same. Findings as
 * (frame, rule), events of updates as (frame, kind); whatever Wireshark's TCP preferences are, and also in the list
 * that is complete after one pass. There are no exceptions, and captures need no entry here.
 */
#include "shark.h"

#include <json-glib/json-glib.h>
#include <string.h>

/* A multiset as sorted lines of "frame<TAB>text". */
typedef GPtrArray Pairs;

static Pairs *pairs_new(void)
{
    return g_ptr_array_new_with_free_func(g_free);
}

static void pairs_add(Pairs *pairs, gint64 frame, const char *text)
{
    g_ptr_array_add(pairs, g_strdup_printf("%" G_GINT64_FORMAT "\t%s", frame, text));
}

static int compare_lines(gconstpointer a, gconstpointer b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static char *pairs_text(Pairs *pairs)
{
    GString *text = g_string_new(NULL);
    g_ptr_array_sort(pairs, compare_lines);
    for (guint i = 0; i < pairs->len; i++)
        g_string_append_printf(text, "%s\n", (const char *)g_ptr_array_index(pairs, i));
    return g_string_free(text, FALSE);
}

typedef struct {
    Pairs *findings, *events;
} Report;

static Report report_new(void)
{
    return (Report){.findings = pairs_new(), .events = pairs_new()};
}

static void report_free(Report *report)
{
    g_ptr_array_unref(report->findings);
    g_ptr_array_unref(report->events);
}

/* What the analyzer says. */

static void take_finding(JsonArray *array G_GNUC_UNUSED, guint index G_GNUC_UNUSED, JsonNode *node, gpointer report)
{
    JsonObject *finding = json_node_get_object(node);
    pairs_add(((Report *)report)->findings, json_object_get_int_member(finding, "frame"),
              json_object_get_string_member(finding, "rule"));
}

static void take_event(JsonArray *array G_GNUC_UNUSED, guint index G_GNUC_UNUSED, JsonNode *node, gpointer report)
{
    JsonObject *event = json_node_get_object(node);
    pairs_add(((Report *)report)->events, json_object_get_int_member(event, "frame"),
              json_object_get_string_member(event, "kind"));
}

static void take_update(JsonArray *array G_GNUC_UNUSED, guint index G_GNUC_UNUSED, JsonNode *node, gpointer report)
{
    json_array_foreach_element(json_object_get_array_member(json_node_get_object(node), "events"), take_event, report);
}

static void take_device(JsonArray *array G_GNUC_UNUSED, guint index G_GNUC_UNUSED, JsonNode *node, gpointer report)
{
    json_array_foreach_element(json_object_get_array_member(json_node_get_object(node), "updates"), take_update,
                               report);
}

static Report analyze(const char *capture)
{
    const char *const argv[] = {g_getenv("GTUPD_ANALYZER"), "--format=json", capture, NULL};
    g_autofree char *json = NULL;
    g_autoptr(GError) error = NULL;
    g_spawn_sync(NULL, (char **)argv, NULL, G_SPAWN_DEFAULT, NULL, NULL, &json, NULL, NULL, &error);
    g_assert_no_error(error);
    g_autoptr(JsonParser) parser = json_parser_new();
    json_parser_load_from_data(parser, json, -1, &error);
    g_assert_no_error(error);
    JsonObject *root = json_node_get_object(json_parser_get_root(parser));
    Report report = report_new();
    json_array_foreach_element(json_object_get_array_member(root, "findings"), take_finding, &report);
    json_array_foreach_element(json_object_get_array_member(root, "devices"), take_device, &report);
    return report;
}

/* What Wireshark says. */

static void take_values(Pairs *pairs, gint64 frame, const char *values)
{
    g_auto(GStrv) each = g_strsplit(values, ";", -1);
    for (char **value = each; *value != NULL; value++)
        if (**value != '\0')
            pairs_add(pairs, frame, *value);
}

static Report ask_fields(const char *capture, const char *preference)
{
    g_autofree char *text =
        shark_run("tshark", "-2", "-n", "-r", capture, "-o", preference, "-Y", "gtupd.finding or gtupd.event", "-T",
                  "fields", "-e", "frame.number", "-e", "gtupd.finding", "-e", "gtupd.event", "-E", "occurrence=a",
                  "-E", "aggregator=;", NULL);
    g_auto(GStrv) lines = shark_lines(text);
    Report report = report_new();
    for (char **line = lines; *line != NULL; line++) {
        g_auto(GStrv) columns = g_strsplit(*line, "\t", 3);
        g_assert_cmpuint(g_strv_length(columns), ==, 3);
        const gint64 frame = g_ascii_strtoll(columns[0], NULL, 10);
        take_values(report.findings, frame, columns[1]);
        take_values(report.events, frame, columns[2]);
    }
    return report;
}

/* The report after one pass: lines of frame, severity, rule. */
static Pairs *ask_list(const char *capture)
{
    g_autofree char *text = shark_run("tshark", "-q", "-n", "-r", capture, "-z", "gtupd,findings", NULL);
    g_autoptr(GRegex) row = g_regex_new("(?m)^ *(\\d+)  (?:error|warning|note) +(\\S+) ", 0, 0, NULL);
    g_autoptr(GMatchInfo) match = NULL;
    Pairs *pairs = pairs_new();
    for (g_regex_match(row, text, 0, &match); g_match_info_matches(match); g_match_info_next(match, NULL)) {
        g_autofree char *frame = g_match_info_fetch(match, 1);
        g_autofree char *rule = g_match_info_fetch(match, 2);
        pairs_add(pairs, g_ascii_strtoll(frame, NULL, 10), rule);
    }
    return pairs;
}

static void assert_same(Pairs *expected, Pairs *seen, const char *what)
{
    g_autofree char *left = pairs_text(expected);
    g_autofree char *right = pairs_text(seen);
    if (strcmp(left, right) != 0) {
        g_test_message("%s differ\nanalyzer:\n%sWireshark:\n%s", what, left, right);
        g_test_fail();
    }
}

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
        Report shown = ask_fields(capture, preferences[i]);
        g_test_message("with %s", preferences[i]);
        assert_same(report.findings, shown.findings, "findings");
        assert_same(report.events, shown.events, "events");
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
