/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lines as they come. That they say what the JSON report says is checked on all samples by check_schema.py. */
#include "lines.h"

#include "savefile.h"

#include <json-glib/json-glib.h>
#include <string.h>

#define HOUR (3600 * SAVEFILE_SECOND)

typedef struct {
    char *folder, *path, *out;
    guint64 updates;
    gsize heap; /* things that the model keeps at the end */
} Run;

static void run_clear(Run *run)
{
    savefile_folder_free(run->folder);
    g_free(run->path);
    g_free(run->out);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Run, run_clear)

/* Feeds the file and gives what was written; `at`: how much of it was there after so many packets. */
static Run run(const GByteArray *file, const GtupdSelection *selection, guint packets, gsize *at)
{
    Run result = {.folder = savefile_folder_new()};
    result.path = g_build_filename(result.folder, "out", NULL);
    g_autofree char *capture_path = savefile_write(result.folder, "x.pcap", file, file->len);
    g_autoptr(GtupdCapture) capture = gtupd_capture_new(capture_path);
    g_autoptr(GtupdModel) model = gtupd_model_new(NULL);
    GtupdSink sink = gtupd_model_sink(model);
    g_autoptr(GtupdEngine) engine = gtupd_engine_new(&sink);
    g_autoptr(GtupdOutput) output = gtupd_output_open(result.path, NULL);
    const GtupdReportOptions options = {0};
    g_autoptr(GtupdLines) lines =
        gtupd_lines_new(model, gtupd_format_find("ndjson")->lines, &options, selection, output);
    GtupdPacket packet = {0};
    for (guint count = 1; gtupd_capture_next(capture, &packet); count++) {
        gtupd_engine_packet(engine, &packet);
        gtupd_lines_hurry(lines, engine); /* writes what there is; which updates have ended it is not told */
        if (count == packets)
            *at = (gsize)ftell(gtupd_output_stream(output));
    }
    gtupd_model_add_capture(model, gtupd_capture_info(capture));
    gtupd_engine_settle(engine);
    gtupd_model_complete(model, engine);
    g_assert_true(gtupd_lines_end(lines, NULL));
    g_assert_true(gtupd_output_finish(output, NULL));
    g_assert_true(g_file_get_contents(result.path, &result.out, NULL, NULL));
    result.updates = model->updates;
    result.heap = model->findings->len;
    for (guint i = 0; i < model->devices->len; i++)
        result.heap += ((GtupdModelDevice *)model->devices->pdata[i])->updates->len;
    return result;
}

/* The type of each line, and that it is an object on its own. */
static char *types_of(const char *out)
{
    g_auto(GStrv) lines = g_strsplit(out, "\n", -1);
    GString *types = g_string_new(NULL);
    for (guint i = 0; lines[i][0]; i++) {
        g_autoptr(JsonParser) parser = json_parser_new();
        g_assert_true(json_parser_load_from_data(parser, lines[i], -1, NULL));
        JsonObject *object = json_node_get_object(json_parser_get_root(parser));
        g_string_append_printf(types, "%s ", json_object_get_string_member(object, "type"));
    }
    return g_string_free(types, FALSE);
}

static GByteArray *two_updates(void)
{
    GByteArray *file = savefile_new(SAVEFILE_RAW, FALSE);
    savefile_failed_update(file, SAVEFILE_TIME, TRUE);
    savefile_failed_update(file, SAVEFILE_TIME + 24 * HOUR, FALSE);
    return file;
}

/* An update is written when the next one begins: with its findings, and forgotten. */
static void test_as_they_come(void)
{
    g_autoptr(GByteArray) file = two_updates();
    const GtupdSelection all = {0};
    gsize before = 1, after = 0;
    g_auto(Run) early = run(file, &all, 5, &before);
    g_auto(Run) later = run(file, &all, 6, &after);
    g_autofree char *types = types_of(later.out);
    g_assert_true(g_str_has_prefix(types, "update "));
    g_assert_true(g_str_has_suffix(types, "device capture totals "));
    g_assert_cmpuint(before, ==, 0);
    g_assert_cmpuint(after, >, 0);
    g_assert_cmpuint(later.updates, ==, 2);
    g_assert_cmpuint(later.heap, ==, 0);
}

static void test_selection(void)
{
    g_autoptr(GByteArray) file = two_updates();
    GtupdSelection selection = {0};
    gsize at = 0;
    g_assert_true(gtupd_selection_set_since(&selection, "2020-09-11"));
    g_auto(Run) selected = run(file, &selection, 0, &at);
    g_assert_null(strstr(selected.out, "\"number\":1,"));
    g_assert_nonnull(strstr(selected.out, "\"number\":2,"));
    g_assert_nonnull(strstr(selected.out, "\"left_out\":{\"devices\":0,\"updates\":1,"));
    g_assert_cmpuint(selected.updates, ==, 1);

    GtupdSelection none = {0};
    g_assert_true(gtupd_selection_add_outcome(&none, "refused"));
    g_auto(Run) nothing = run(file, &none, 0, &at);
    g_autofree char *types = types_of(nothing.out);
    g_assert_cmpstr(types, ==, "capture totals ");
}

static void test_empty(void)
{
    g_autoptr(GByteArray) file = savefile_new(SAVEFILE_RAW, FALSE);
    const GtupdSelection all = {0};
    gsize at = 0;
    g_auto(Run) empty = run(file, &all, 0, &at);
    g_autofree char *types = types_of(empty.out);
    g_assert_cmpstr(types, ==, "capture totals ");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/lines/as-they-come", test_as_they_come);
    g_test_add_func("/lines/selection", test_selection);
    g_test_add_func("/lines/empty", test_empty);
    return g_test_run();
}
