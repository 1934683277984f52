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

/* Trees as PDML: a field is an element with a name and what it shows. */

typedef struct {
    Report *report;
    gint64 frame;
    char *whose;         /* the download that the next link is in the tree of */
    GString *diagnosis;  /* of this frame */
    Pairs *forth, *back; /* links from 2X0 to request, and the other way; both as (request, 2X0) */
} Reading;

static void add_link(Reading *reading, gint64 target)
{
    char text[24];
    const gint64 request = reading->whose != NULL ? reading->frame : target;
    g_snprintf(text, sizeof text, "%" G_GINT64_FORMAT, reading->whose != NULL ? target : reading->frame);
    pairs_add(reading->whose != NULL ? reading->back : reading->forth, request, text);
    if (reading->whose != NULL)
        pairs_add(reading->report->downloads, reading->frame, reading->whose);
    g_clear_pointer(&reading->whose, g_free);
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

static void read_field(GMarkupParseContext *context G_GNUC_UNUSED, const char *element, const char **names,
                       const char **values, gpointer data, GError **error G_GNUC_UNUSED)
{
    static const char download[] = "Queclink Firmware Update: download of ";
    Reading *reading = data;
    const char *name = "", *shown = "";
    for (; strcmp(element, "field") == 0 && *names != NULL; names++, values++) {
        if (strcmp(*names, "name") == 0)
            name = *values;
        else if (strcmp(*names, "show") == 0)
            shown = *values;
    }
    if (strcmp(name, "num") == 0)
        reading->frame = g_ascii_strtoll(shown, NULL, 10);
    else if (g_str_has_prefix(shown, download))
        reading->whose = g_strdup(shown + strlen(download));
    else if (strcmp(name, "gtupd.finding") == 0)
        pairs_add(reading->report->findings, reading->frame, shown);
    else if (strcmp(name, "gtupd.event") == 0)
        pairs_add(reading->report->events, reading->frame, shown);
    else if (strcmp(name, "gtupd.download_frame") == 0)
        add_link(reading, g_ascii_strtoll(shown, NULL, 10));
    else
        add_diagnosis_field(reading, name, shown);
}

static void end_element(GMarkupParseContext *context G_GNUC_UNUSED, const char *element, gpointer data,
                        GError **error G_GNUC_UNUSED)
{
    Reading *reading = data;
    if (strcmp(element, "packet") != 0 || reading->diagnosis->len == 0)
        return;
    pairs_add(reading->report->diagnoses, reading->frame, reading->diagnosis->str);
    g_string_truncate(reading->diagnosis, 0);
}

Report ask_trees(const char *capture, const char *preference)
{
    static const GMarkupParser parser = {.start_element = read_field, .end_element = end_element};
    static const char filter[] = "gtupd.finding or gtupd.event or gtupd.diagnosis or gtupd.download_frame";
    const char *const argv[] = {"tshark",   "-2", "-n",   "-r", capture, "-o",
                                preference, "-Y", filter, "-T", "pdml",  NULL};
    g_autofree char *raw = shark_run_strict(argv);
    g_autofree char *pdml = g_utf8_make_valid(raw, -1); /* other dissectors show bytes of a damaged frame as they are */
    Report report = report_new();
    Reading reading = {.report = &report, .diagnosis = g_string_new(NULL), .forth = pairs_new(), .back = pairs_new()};
    g_autoptr(GMarkupParseContext) context = g_markup_parse_context_new(&parser, 0, &reading, NULL);
    g_autoptr(GError) error = NULL;
    g_markup_parse_context_parse(context, pdml, -1, &error);
    g_assert_no_error(error);
    assert_same(reading.forth, reading.back, "links of downloads");
    g_ptr_array_unref(reading.forth);
    g_ptr_array_unref(reading.back);
    g_string_free(reading.diagnosis, TRUE);
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
