/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sharkd.h"

#include "shark.h"

#include <string.h>

static const char *const argv[] = {"sharkd", "-", NULL};

struct Sharkd {
    GSubprocess *process;
    GOutputStream *requests;   /* the process's */
    GDataInputStream *answers; /* a line each */
    char *errors;              /* the file of its standard error */
    guint asked;
};

static void complain(Sharkd *sharkd)
{
    g_autofree char *text = NULL;
    g_assert_true(g_file_get_contents(sharkd->errors, &text, NULL, NULL));
    shark_assert_quiet(argv, text);
}

/* The result of a request: a method and the members of its parameters. */
static JsonNode *ask(Sharkd *sharkd, const char *method, const char *parameters)
{
    g_autofree char *request = g_strdup_printf("{\"jsonrpc\":\"2.0\",\"id\":%u,\"method\":\"%s\",\"params\":{%s}}\n",
                                               ++sharkd->asked, method, parameters);
    g_autoptr(GError) error = NULL;
    g_output_stream_write_all(sharkd->requests, request, strlen(request), NULL, NULL, &error);
    g_assert_no_error(error);
    g_autofree char *line = g_data_input_stream_read_line(sharkd->answers, NULL, NULL, &error);
    g_assert_no_error(error);
    if (line == NULL || strstr(line, "Dissector bug") != NULL) {
        complain(sharkd);
        g_error("sharkd to %s: %s", request, line != NULL ? line : "no answer");
    }
    g_autofree char *json = g_utf8_make_valid(line, -1); /* of damaged frames other dissectors show bytes as they are */
    g_autoptr(JsonNode) answer = json_from_string(json, &error);
    g_assert_no_error(error);
    JsonNode *result = json_object_get_member(json_node_get_object(answer), "result");
    if (result == NULL)
        g_error("sharkd to %s: %s", request, line);
    return json_node_ref(result);
}

Sharkd *sharkd_new(const char *preference, const char *value)
{
    Sharkd *sharkd = g_new0(Sharkd, 1);
    g_autofree char *name = g_strdup_printf("sharkd-%s-%s", preference, value);
    sharkd->errors = shark_scratch(name);
    sharkd->process = shark_start(argv, sharkd->errors);
    sharkd->requests = g_subprocess_get_stdin_pipe(sharkd->process);
    sharkd->answers = g_data_input_stream_new(g_subprocess_get_stdout_pipe(sharkd->process));
    g_autofree char *setting = g_strdup_printf("\"name\":\"%s\",\"value\":\"%s\"", preference, value);
    g_autoptr(JsonNode) done = ask(sharkd, "setconf", setting);
    return sharkd;
}

void sharkd_free(Sharkd *sharkd)
{
    g_autoptr(GError) error = NULL;
    g_output_stream_close(sharkd->requests, NULL, &error);
    g_assert_no_error(error);
    g_subprocess_wait_check(sharkd->process, NULL, &error);
    g_assert_no_error(error);
    complain(sharkd);
    g_object_unref(sharkd->answers);
    g_object_unref(sharkd->process);
    g_free(sharkd->errors);
    g_free(sharkd);
}

void sharkd_load(Sharkd *sharkd, const char *capture)
{
    g_autofree char *file = g_strdup_printf("\"file\":\"%s\"", capture);
    g_autoptr(JsonNode) done = ask(sharkd, "load", file);
    g_assert_cmpstr(json_object_get_string_member(json_node_get_object(done), "status"), ==, "OK");
}

void sharkd_visit(Sharkd *sharkd, const char *filter, SharkdVisit visit, gpointer data)
{
    /* It remembers a filter's frames by its text, beyond the file: so no text twice. */
    g_autofree char *fresh =
        g_strdup_printf("\"filter\":\"(%s) and frame.number != %u\"", filter, G_MAXINT32 - sharkd->asked);
    g_autoptr(JsonNode) frames = ask(sharkd, "frames", fresh);
    JsonArray *rows = json_node_get_array(frames);
    for (guint i = 0; i < json_array_get_length(rows); i++) {
        const gint64 frame = json_object_get_int_member(json_array_get_object_element(rows, i), "num");
        g_autofree char *which = g_strdup_printf("\"frame\":%" G_GINT64_FORMAT ",\"proto\":true", frame);
        g_autoptr(JsonNode) shown = ask(sharkd, "frame", which);
        visit(frame, json_object_get_array_member(json_node_get_object(shown), "tree"), data);
    }
}

void sharkd_tap(Sharkd *sharkd)
{
    g_autoptr(JsonNode) shown =
        ask(sharkd, "tap", "\"tap0\":\"stat:attrack\",\"tap1\":\"nstat:gtupd,updates\",\"tap2\":\"endpt:@Track\"");
    JsonArray *taps = json_object_get_array_member(json_node_get_object(shown), "taps");
    g_assert_cmpuint(json_array_get_length(taps), >=, 3);
}
