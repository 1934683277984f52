/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Does every cause have a capture that leads to it, and one that comes near and does not? And do the recorded faults of
 * file servers get the right cause? Read off the golden reports, which the analyzer must make byte for byte.
 *
 * Environment: GTUPD_CAPTURES.
 */
#include "diagnosis.h"

#include <json-glib/json-glib.h>

/* A new cause needs a row here, and so two updates in captures/. */
typedef struct {
    const char *cause;
    const char *leads;       /* "capture device update"; of the device the last three digits */
    const char *near;        /* the same */
    const char *near_gets;   /* "-": no diagnosis, for there is nothing to explain */
    const char *what_is_not; /* … in the near miss */
} Study;

/* clang-format off */
static const Study studies[] = {
    {"low-battery", "13-battery-low 119 1", "11-refused 113 1", "refused-parameters", "the code: it refused with 1X1"},
    {"refused-busy", "29-refused-busy 115 1", "41-serials 110 1", "unknown", "another update before or after"},
    {"refused-parameters", "11-refused 113 1", "33-field-values 118 6", "unknown", "a finding on the command"},
    {"name-not-resolved", "22-server-out-of-reach 110 1", "22-server-out-of-reach 227 1", "server-unreachable", "a failed look-up"},
    {"server-unreachable", "22-server-out-of-reach 227 1", "21-server-refuses 336 1", "server-error", "the silence: it answers"},
    {"server-refused-login", "21-server-refuses 112 1", "21-server-refuses 229 1", "package-missing", "the wrong password"},
    {"package-missing", "21-server-refuses 229 1", "21-server-refuses 336 1", "server-error", "the status that says so"},
    {"server-error", "21-server-refuses 336 1", "21-server-refuses 443 1", "redirect-not-followed", "an error: a redirect"},
    {"redirect-not-followed", "21-server-refuses 443 1", "94-resumed 119 1", "-", "the end there: it is followed"},
    {"url-misread", "26-urls 111 1", "26-urls 335 1", "-", "a failure: the other path is a bystander's"},
    {"bad-url", "26-urls 228 1", "33-field-values 118 2", "refused-parameters", "a download: the device refused the URL"},
    {"too-slow-for-timeout", "24-too-slow 116 1", "rig-http-slow 101 1", "-", "the timeout: slow, but in time"},
    {"stalled", "23-download-broken-off 332 1", "23-download-broken-off 225 1", "transfer-cut-by-network", "an end by the device"},
    {"transfer-cut-by-server", "23-download-broken-off 118 1", "23-download-broken-off 449 1", "transfer-cut-by-device", "the server's doing"},
    {"transfer-cut-by-network", "23-download-broken-off 225 1", "23-download-broken-off 332 1", "stalled", "a loss"},
    {"transfer-cut-by-device", "23-download-broken-off 449 1", "rig-stopped 150 1", "cancelled-by-backend", "the device's own idea"},
    {"package-rejected", "25-package 113 1", "25-package 337 1", "flash-failed", "the rejection: it was accepted"},
    {"package-incomplete", "25-package 220 1", "25-package 337 1", "flash-failed", "a missing byte"},
    {"wrong-firmware-version", "14-version-rejected 117 1", "25-package 113 1", "package-rejected", "the code: it says 2X2"},
    {"flash-failed", "15-update-failed 114 1", "28-versions 331 1", "result-not-reported", "a failure: a new version runs"},
    {"version-unchanged", "28-versions 224 1", "28-versions 117 1", "-", "the same version"},
    {"never-came-back", "27-gone 119 1", "27-gone 333 1", "capture-ends", "the time to be sure"},
    {"result-not-reported", "18-no-result 118 1", "28-versions 448 1", "flash-failed", "the doubt: the old version runs"},
    {"cancelled-by-backend", "12-cancelled 111 1", "63-cancellations 114 2", "unknown", "obedience: the stop is ignored"},
    {"superseded-by-backend", "17-superseded 110 1", "50-impatient-backend 111 1", "refused-busy", "a confirmation of the other start"},
    {"no-answer-from-device", "19-unanswered 116 1", "27-gone 226 1", "device-went-silent", "the silence at first"},
    {"power-lost", "68-power-lost 113 1", "69-stale 111 1", "dropped-by-device", "a restart"},
    {"dropped-by-device", "66-silent-download 117 1", "27-gone 226 1", "device-went-silent", "the talking on"},
    {"device-went-silent", "27-gone 226 1", "20-incomplete 114 1", "capture-ends", "the hour of silence"},
    {"capture-ends", "20-incomplete 114 1", "66-silent-download 117 1", "dropped-by-device", "the early end"},
    {"unknown", "91-three-devices 115 1", "10-download-failed 115 1", "package-missing", "the lack of the download"},
    {"none", "60-phase-skipped 110 1", "01-http-apk 114 1", "-", "a finding"},
};

/* What the rig's file servers did, so what must come out; and that it is no mere guess. */
static const struct {
    const char *update, *cause, *party;
} faults[] = {
    {"rig-ftp-cut 127 1", "transfer-cut-by-server", "file-server"},
    {"rig-ftp-login-refused 077 1", "server-refused-login", "backend"},
    {"rig-ftp-missing 085 1", "package-missing", "file-server"},
    {"rig-http-404 051 1", "package-missing", "file-server"},
    {"rig-http-cut 119 1", "transfer-cut-by-server", "file-server"},
    {"rig-http-stalled 093 1", "stalled", "file-server"},
    {"rig-http-wrong-credentials 069 1", "server-refused-login", "backend"},
    {"rig-corrupt-package 143 1", "flash-failed", "package"},
    {"rig-wrong-base 135 1", "wrong-firmware-version", "package"},
};
/* clang-format on */

/* Reports by capture: parsed once each. */
static GHashTable *reports;

static JsonObject *report_on(const char *capture)
{
    JsonParser *parser = g_hash_table_lookup(reports, capture);
    if (parser == NULL) {
        g_autofree char *path = g_strdup_printf("%s/%s.json", g_getenv("GTUPD_CAPTURES"), capture);
        g_autoptr(GError) error = NULL;
        parser = json_parser_new();
        json_parser_load_from_file(parser, path, &error);
        g_assert_no_error(error);
        g_hash_table_insert(reports, g_strdup(capture), parser);
    }
    return json_node_get_object(json_parser_get_root(parser));
}

static JsonObject *update_numbered(JsonArray *updates, gint64 number)
{
    for (guint i = 0; i < json_array_get_length(updates); i++) {
        JsonObject *update = json_array_get_object_element(updates, i);
        if (json_object_get_int_member(update, "number") == number)
            return update;
    }
    return NULL;
}

/* The diagnosis of the update that "capture device update" names; NULL: it has none. */
static JsonObject *diagnosis_of(const char *name)
{
    g_auto(GStrv) words = g_strsplit(name, " ", -1);
    g_assert_cmpuint(g_strv_length(words), ==, 3);
    JsonArray *devices = json_object_get_array_member(report_on(words[0]), "devices");
    JsonObject *update = NULL;
    for (guint i = 0; i < json_array_get_length(devices) && update == NULL; i++) {
        JsonObject *device = json_array_get_object_element(devices, i);
        if (g_str_has_suffix(json_object_get_string_member(device, "id"), words[1]))
            update =
                update_numbered(json_object_get_array_member(device, "updates"), g_ascii_strtoll(words[2], NULL, 10));
    }
    if (update == NULL)
        g_error("there is no update %s", name);
    return json_object_get_null_member(update, "diagnosis") ? NULL : json_object_get_object_member(update, "diagnosis");
}

static const char *cause_of(const char *name)
{
    JsonObject *diagnosis = diagnosis_of(name);
    return diagnosis != NULL ? json_object_get_string_member(diagnosis, "cause") : "-";
}

static void test_study(gconstpointer data)
{
    const Study *study = data;
    g_assert_cmpstr(cause_of(study->leads), ==, study->cause);
    g_test_message("near: all but %s", study->what_is_not);
    g_assert_cmpstr(cause_of(study->near), ==, study->near_gets);
    g_assert_cmpstr(study->near_gets, !=, study->cause);
}

static void test_every_cause(void)
{
    g_assert_cmpuint(G_N_ELEMENTS(studies), ==, GTUPD_CAUSE_COUNT);
    for (guint cause = 0; cause < GTUPD_CAUSE_COUNT; cause++) {
        const char *name = gtupd_cause_name((GtupdCause)cause);
        guint rows = 0;
        for (gsize i = 0; i < G_N_ELEMENTS(studies); i++)
            rows += g_str_equal(studies[i].cause, name);
        g_test_message("%s", name);
        g_assert_cmpuint(rows, ==, 1);
    }
}

static void test_faults(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(faults); i++) {
        g_test_message("%s", faults[i].update);
        JsonObject *diagnosis = diagnosis_of(faults[i].update);
        g_assert_nonnull(diagnosis);
        g_assert_cmpstr(json_object_get_string_member(diagnosis, "cause"), ==, faults[i].cause);
        g_assert_cmpstr(json_object_get_string_member(diagnosis, "party"), ==, faults[i].party);
        g_assert_cmpstr(json_object_get_string_member(diagnosis, "confidence"), !=, "possible");
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    reports = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_object_unref);
    g_test_add_func("/diagnoses/every-cause", test_every_cause);
    for (gsize i = 0; i < G_N_ELEMENTS(studies); i++) {
        g_autofree char *path = g_strdup_printf("/diagnoses/%s", studies[i].cause);
        g_test_add_data_func(path, &studies[i], test_study);
    }
    g_test_add_func("/diagnoses/faults-of-file-servers", test_faults);
    const int status = g_test_run();
    g_hash_table_unref(reports);
    return status;
}
