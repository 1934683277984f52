/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "parity.h"

#include "shark.h"

#include <string.h>

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

static Report report_new(void)
{
    return (Report){.findings = pairs_new(), .events = pairs_new()};
}

void report_free(Report *report)
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

JsonParser *analyze_json(const char *capture)
{
    const char *const argv[] = {g_getenv("GTUPD_ANALYZER"), "--format=json", capture, NULL};
    g_autofree char *json = NULL;
    g_autoptr(GError) error = NULL;
    g_spawn_sync(NULL, (char **)argv, NULL, G_SPAWN_DEFAULT, NULL, NULL, &json, NULL, NULL, &error);
    g_assert_no_error(error);
    JsonParser *parser = json_parser_new();
    json_parser_load_from_data(parser, json, -1, &error);
    g_assert_no_error(error);
    return parser;
}

Report analyze(const char *capture)
{
    g_autoptr(JsonParser) parser = analyze_json(capture);
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

Report ask_fields(const char *capture, const char *preference)
{
    const char *const argv[] = {"tshark",
                                "-2",
                                "-n",
                                "-r",
                                capture,
                                "-o",
                                preference,
                                "-Y",
                                "gtupd.finding or gtupd.event",
                                "-T",
                                "fields",
                                "-e",
                                "frame.number",
                                "-e",
                                "gtupd.finding",
                                "-e",
                                "gtupd.event",
                                "-E",
                                "occurrence=a",
                                "-E",
                                "aggregator=;",
                                NULL};
    g_autofree char *text = shark_run_strict(argv);
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
Pairs *ask_list(const char *capture)
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

void assert_same(Pairs *expected, Pairs *seen, const char *what)
{
    g_autofree char *left = pairs_text(expected);
    g_autofree char *right = pairs_text(seen);
    if (strcmp(left, right) != 0) {
        g_test_message("%s differ\nanalyzer:\n%sWireshark:\n%s", what, left, right);
        g_test_fail();
    }
}
