/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "parity.h"

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
    return (Report){.findings = pairs_new(), .events = pairs_new(), .diagnoses = pairs_new(), .downloads = pairs_new()};
}

void report_free(Report *report)
{
    g_ptr_array_unref(report->findings);
    g_ptr_array_unref(report->events);
    g_ptr_array_unref(report->diagnoses);
    g_ptr_array_unref(report->downloads);
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

static void add_member(GString *text, JsonObject *object, const char *name)
{
    g_string_append_printf(text, "%s=%s\n", name, json_object_get_string_member(object, name));
}

/* All that a diagnosis says, in the order of the plugin's tree. */
static char *diagnosis_text(JsonObject *diagnosis)
{
    GString *text = g_string_new(NULL);
    static const char *const names[] = {"cause", "message", "party", "confidence"};
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++)
        add_member(text, diagnosis, names[i]);
    JsonArray *frames = json_object_get_array_member(diagnosis, "frames");
    for (guint i = 0; i < json_array_get_length(frames); i++)
        g_string_append_printf(text, "frame=%" G_GINT64_FORMAT "\n",
                               json_object_get_int_member(json_array_get_object_element(frames, i), "frame"));
    JsonArray *doubts = json_object_get_array_member(diagnosis, "doubts");
    for (guint i = 0; i < json_array_get_length(doubts); i++)
        g_string_append_printf(text, "doubt=%s\n", json_array_get_string_element(doubts, i));
    if (!json_object_get_null_member(diagnosis, "refuted_by"))
        add_member(text, diagnosis, "refuted_by");
    return g_string_free(text, FALSE);
}

static void take_diagnosis(JsonObject *update, Report *report)
{
    if (json_object_get_null_member(update, "diagnosis"))
        return;
    JsonArray *events = json_object_get_array_member(update, "events");
    JsonObject *last = json_array_get_object_element(events, json_array_get_length(events) - 1);
    g_autofree char *text = diagnosis_text(json_object_get_object_member(update, "diagnosis"));
    pairs_add(report->diagnoses, json_object_get_int_member(last, "frame"), text);
}

static void take_downloads(const char *device, JsonObject *update, Report *report)
{
    JsonArray *transfers = json_object_get_array_member(update, "transfers");
    for (guint i = 0; i < json_array_get_length(transfers); i++) {
        JsonObject *transfer = json_array_get_object_element(transfers, i);
        if (json_object_get_null_member(transfer, "attempt"))
            continue;
        g_autofree char *whose =
            g_strdup_printf("attempt %d, update %d of %s", (int)json_object_get_int_member(transfer, "attempt"),
                            (int)json_object_get_int_member(update, "number"), device);
        pairs_add(report->downloads,
                  json_object_get_int_member(json_object_get_object_member(transfer, "request"), "frame"), whose);
    }
}

static void take_device(JsonArray *array G_GNUC_UNUSED, guint index G_GNUC_UNUSED, JsonNode *node, gpointer report)
{
    JsonObject *device = json_node_get_object(node);
    JsonArray *updates = json_object_get_array_member(device, "updates");
    for (guint i = 0; i < json_array_get_length(updates); i++) {
        JsonObject *update = json_array_get_object_element(updates, i);
        json_array_foreach_element(json_object_get_array_member(update, "events"), take_event, report);
        take_diagnosis(update, report);
        take_downloads(json_object_get_string_member(device, "id"), update, report);
    }
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

Report report_read(JsonParser *parser)
{
    JsonObject *root = json_node_get_object(json_parser_get_root(parser));
    Report report = report_new();
    json_array_foreach_element(json_object_get_array_member(root, "findings"), take_finding, &report);
    json_array_foreach_element(json_object_get_array_member(root, "devices"), take_device, &report);
    return report;
}

/* What Wireshark says. */

/* Trees as sharkd tells them: of each item its label "l", the filter "f" that its field and value make, and its items.
 */

typedef struct {
    Report *report;
    gint64 frame;
    GString *diagnosis;  /* of this frame */
    Pairs *forth, *back; /* links from 2X0 to request, and the other way; both as (request, 2X0) */
} Reading;

/* The link of a 2X0 to the request, or in the tree of a download, whose it is, back. */
static void add_link(Reading *reading, gint64 target, const char *whose)
{
    g_autofree char *report = g_strdup_printf("%" G_GINT64_FORMAT, whose != NULL ? target : reading->frame);
    pairs_add(whose != NULL ? reading->back : reading->forth, whose != NULL ? reading->frame : target, report);
    if (whose != NULL)
        pairs_add(reading->report->downloads, reading->frame, whose);
}

static void add_diagnosis_field(Reading *reading, const char *name, const char *shown)
{
    static const char *const fields[][2] = {
        {"gtupd.diagnosis", "cause"},       {"gtupd.why", "message"},    {"gtupd.party", "party"},
        {"gtupd.confidence", "confidence"}, {"gtupd.shown_in", "frame"}, {"gtupd.doubt", "doubt"},
        {"gtupd.refuted_by", "refuted_by"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(fields); i++)
        if (strcmp(fields[i][0], name) == 0)
            g_string_append_printf(reading->diagnosis, "%s=%s\n", fields[i][1], shown);
}

static void read_field(Reading *reading, const char *name, const char *shown, const char *whose)
{
    if (strcmp(name, "gtupd.finding") == 0)
        pairs_add(reading->report->findings, reading->frame, shown);
    else if (strcmp(name, "gtupd.event") == 0)
        pairs_add(reading->report->events, reading->frame, shown);
    else if (strcmp(name, "gtupd.download_frame") == 0)
        add_link(reading, g_ascii_strtoll(shown, NULL, 10), whose);
    else
        add_diagnosis_field(reading, name, shown);
}

/* A filter's value: a number as it is, a string out of its quotes. */
static char *value_of(const char *literal)
{
    const gsize length = strlen(literal);
    if (length < 2 || *literal != '"')
        return g_strdup(literal);
    g_autofree char *inner = g_strndup(literal + 1, length - 2);
    return g_strcompress(inner);
}

static void read_items(Reading *reading, JsonArray *items, const char *whose)
{
    static const char download[] = "Queclink Firmware Update: download of ";
    for (guint i = 0; i < json_array_get_length(items); i++) {
        JsonObject *item = json_array_get_object_element(items, i);
        const char *label = json_object_get_string_member_with_default(item, "l", "");
        g_auto(GStrv) field = g_strsplit(json_object_get_string_member_with_default(item, "f", ""), " == ", 2);
        if (g_strv_length(field) == 2) {
            g_autofree char *value = value_of(field[1]);
            read_field(reading, field[0], value, whose);
        }
        if (json_object_has_member(item, "n"))
            read_items(reading, json_object_get_array_member(item, "n"),
                       g_str_has_prefix(label, download) ? label + strlen(download) : whose);
    }
}

static void read_frame(gint64 frame, JsonArray *tree, gpointer data)
{
    Reading *reading = data;
    reading->frame = frame;
    g_string_truncate(reading->diagnosis, 0);
    read_items(reading, tree, NULL);
    if (reading->diagnosis->len > 0)
        pairs_add(reading->report->diagnoses, frame, reading->diagnosis->str);
}

Report ask_trees(Sharkd *sharkd, const char *filter)
{
    Report report = report_new();
    Reading reading = {.report = &report, .diagnosis = g_string_new(NULL), .forth = pairs_new(), .back = pairs_new()};
    sharkd_visit(sharkd, filter, read_frame, &reading);
    assert_same(reading.forth, reading.back, "links of downloads");
    g_ptr_array_unref(reading.forth);
    g_ptr_array_unref(reading.back);
    g_string_free(reading.diagnosis, TRUE);
    return report;
}

/* The words, between commas, of one group of a pattern; the first group is the frame. */
static Pairs *matches(const char *text, const char *pattern, int group)
{
    g_autoptr(GRegex) row = g_regex_new(pattern, 0, 0, NULL);
    g_autoptr(GMatchInfo) match = NULL;
    Pairs *pairs = pairs_new();
    for (g_regex_match(row, text, 0, &match); g_match_info_matches(match); g_match_info_next(match, NULL)) {
        g_autofree char *frame = g_match_info_fetch(match, 1);
        g_autofree char *words = g_match_info_fetch(match, group);
        g_auto(GStrv) all = g_strsplit(words, ",", -1); /* of an empty text: none */
        for (char **word = all; *word != NULL; word++)
            pairs_add(pairs, g_ascii_strtoll(frame, NULL, 10), *word);
    }
    return pairs;
}

Pairs *listed_findings(const char *text)
{
    return matches(text, "(?m)^ *(\\d+)  (?:error|warning|note) +(\\S+) ", 2);
}

Report listed_fields(const char *text)
{
    Report report = report_new();
    static const char line[] = "(?m)^(\\d+)\t([a-z0-9,-]*)\t([a-z0-9,-]*)$";
    g_ptr_array_unref(report.findings);
    g_ptr_array_unref(report.events);
    report.findings = matches(text, line, 2);
    report.events = matches(text, line, 3);
    return report;
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
