/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The report for spreadsheets: a row an update, RFC 4180, its columns the names of the JSON report.
 *
 * What packets hold must not become a formula: text that a spreadsheet would calculate gets an apostrophe before it.
 */
#include "format.h"
#include "report.h"
#include "verdict.h"

#include <string.h>

typedef struct {
    const GtupdModel *model;
    const GtupdReportOptions *options;
    const GtupdModelDevice *device;
    const GtupdModelUpdate *update;
    GString *cell;
} Row;

/* Cells */

static gboolean starts_formula(char c)
{
    return c != '\0' && strchr("=+-@", c) != NULL;
}

/*
 * Also behind a semicolon or comma: a spreadsheet that takes another separator than ours, as many countries' do, does
 * not see our quotes, and begins a cell there.
 */
static void append_text(GString *out, const char *text)
{
    gboolean at_start = TRUE;
    for (; *text; text++) {
        if (at_start && starts_formula(*text))
            g_string_append_c(out, '\'');
        g_string_append_c(out, *text);
        at_start = *text == ';' || *text == ',' || (at_start && *text == ' ');
    }
}

static void append_cell(GString *out, const char *cell)
{
    if (!strpbrk(cell, ",;\"\r\n\t ")) {
        g_string_append(out, cell);
        return;
    }
    g_string_append_c(out, '"');
    for (; *cell; cell++) {
        if (*cell == '"')
            g_string_append_c(out, '"');
        g_string_append_c(out, *cell);
    }
    g_string_append_c(out, '"');
}

static void put_text(Row *row, const char *text)
{
    if (text)
        append_text(row->cell, text);
}

static void put_number(Row *row, guint64 number)
{
    g_string_append_printf(row->cell, "%" G_GUINT64_FORMAT, number);
}

/* Nothing where it is not known. */
static void put_known(Row *row, int number)
{
    if (number >= 0)
        put_number(row, (guint64)number);
}

/* As spreadsheets know a time: without T and Z, and with milliseconds, all that they keep. UTC. */
static void put_time(Row *row, gint64 time)
{
    g_autofree char *date = gtupd_format_date(time);
    g_autofree char *clock = gtupd_format_clock(time);
    g_string_append_printf(row->cell, "%s %s", date, clock);
}

static void put_secret(Row *row, const char *secret)
{
    g_autofree char *shown = gtupd_report_dup_secret(secret, row->options->secrets);
    put_text(row, shown);
}

/* Columns */

static void put_device(Row *row)
{
    put_text(row, row->device->id);
}

static void put_name(Row *row)
{
    put_text(row, row->device->name);
}

static void put_device_type(Row *row)
{
    put_text(row, row->device->type);
}

static void put_protocol_version(Row *row)
{
    put_text(row, row->device->version);
}

static void put_update(Row *row)
{
    put_number(row, row->update->number);
}

static void put_outcome(Row *row)
{
    put_text(row, gtupd_outcome_name(row->update->outcome));
}

static void put_verdict(Row *row)
{
    g_autofree char *verdict = gtupd_verdict_dup(row->update);
    put_text(row, verdict);
}

static void put_cause(Row *row)
{
    if (row->update->diagnosis)
        put_text(row, gtupd_cause_name(row->update->diagnosis->cause));
}

static void put_party(Row *row)
{
    if (row->update->diagnosis)
        put_text(row, gtupd_culprit_name(row->update->diagnosis->culprit));
}

static void put_confidence(Row *row)
{
    if (row->update->diagnosis)
        put_text(row, gtupd_confidence_name(row->update->diagnosis->confidence));
}

static void put_diagnosis(Row *row)
{
    if (row->update->diagnosis)
        put_text(row, row->update->diagnosis->sentence);
}

static void put_update_type(Row *row)
{
    put_text(row, gtupd_update_type_name(row->update->type));
}

static void put_start_time(Row *row)
{
    put_time(row, row->update->start_time);
}

static void put_end_time(Row *row)
{
    if (row->update->end_time != 0)
        put_time(row, row->update->end_time);
}

static void put_duration(Row *row)
{
    gint64 length = (row->update->end_time - row->update->start_time) / 1000000;
    if (row->update->end_time != 0)
        g_string_append_printf(row->cell, "%" G_GINT64_FORMAT ".%03d", length / 1000, (int)ABS(length % 1000));
}

static void put_attempts(Row *row)
{
    put_number(row, row->update->attempts);
}

static void put_serial(Row *row)
{
    if (row->update->command)
        put_text(row, row->update->command->serial);
}

static void put_url(Row *row)
{
    const GtupdCommand *command = row->update->command;
    if (!command || !command->url)
        return;
    g_autofree char *url = gtupd_url_dup_shown(command->url, strlen(command->url), row->options->secrets);
    put_text(row, url);
}

static void put_protocol(Row *row)
{
    int protocol = row->update->command ? row->update->command->protocol : -1;
    put_text(row, protocol == 0 ? "http" : protocol == 2 ? "ftp" : "");
}

static void put_max_download_retry(Row *row)
{
    put_known(row, row->update->command ? row->update->command->max_download_retry : -1);
}

static void put_download_timeout(Row *row)
{
    put_known(row, row->update->command ? row->update->command->download_timeout : -1);
}

static void put_password(Row *row)
{
    put_secret(row, row->update->command ? row->update->command->password : NULL);
}

static void put_user_name(Row *row)
{
    put_secret(row, row->update->command ? row->update->command->user_name : NULL);
}

static void put_user_password(Row *row)
{
    put_secret(row, row->update->command ? row->update->command->user_password : NULL);
}

static void put_last_code(Row *row)
{
    const GtupdEvent *event = gtupd_verdict_event(row->update);
    if (event)
        put_text(row, event->code);
}

static void put_severity(Row *row, GtupdSeverity severity)
{
    guint count = 0;
    for (guint i = 0; i < row->device->findings->len; i++) {
        const GtupdModelFinding *finding = row->device->findings->pdata[i];
        count += finding->update == row->update->number && gtupd_model_severity(finding) == severity;
    }
    put_number(row, count);
}

static void put_errors(Row *row)
{
    put_severity(row, GTUPD_SEVERITY_ERROR);
}

static void put_warnings(Row *row)
{
    put_severity(row, GTUPD_SEVERITY_WARNING);
}

static void put_notes(Row *row)
{
    put_severity(row, GTUPD_SEVERITY_NOTE);
}

/* Each rule of a listed finding once, in the catalogue's order. */
static void put_rules(Row *row)
{
    gboolean found[GTUPD_RULE_COUNT] = {0};
    for (guint i = 0; i < row->device->findings->len; i++) {
        const GtupdModelFinding *finding = row->device->findings->pdata[i];
        if (finding->update == row->update->number && gtupd_model_severity(finding) >= row->options->min_severity)
            found[finding->rule] = TRUE;
    }
    for (guint i = 0; i < GTUPD_RULE_COUNT; i++)
        if (found[i])
            g_string_append_printf(row->cell, "%s%s", row->cell->len > 0 ? " " : "", gtupd_rule_info((GtupdRule)i)->id);
}

static const GtupdEvent *first_event(const Row *row)
{
    const GArray *events = row->update->events;
    return events->len > 0 ? &g_array_index(events, GtupdEvent, 0) : NULL;
}

static const GtupdEvent *last_event(const Row *row)
{
    const GArray *events = row->update->events;
    return events->len > 0 ? &g_array_index(events, GtupdEvent, events->len - 1) : NULL;
}

static void put_capture(Row *row)
{
    const GtupdEvent *event = first_event(row);
    if (event && event->anchor.capture < row->model->captures->len)
        put_text(row, g_array_index(row->model->captures, GtupdModelCapture, event->anchor.capture).file);
}

static void put_first_frame(Row *row)
{
    const GtupdEvent *event = first_event(row);
    if (event)
        put_number(row, event->anchor.frame);
}

static void put_last_frame(Row *row)
{
    const GtupdEvent *event = last_event(row);
    if (event)
        put_number(row, event->anchor.frame);
}

typedef struct {
    const char *name;
    void (*put)(Row *row);
} Column;

/* Only to be added to at the end: people's sheets count columns. */
static const Column columns[] = {
    {"device", put_device},
    {"name", put_name},
    {"device_type", put_device_type},
    {"protocol_version", put_protocol_version},
    {"update", put_update},
    {"outcome", put_outcome},
    {"verdict", put_verdict},
    {"cause", put_cause},
    {"party", put_party},
    {"confidence", put_confidence},
    {"diagnosis", put_diagnosis},
    {"update_type", put_update_type},
    {"start_time", put_start_time},
    {"end_time", put_end_time},
    {"duration_s", put_duration},
    {"attempts", put_attempts},
    {"serial", put_serial},
    {"url", put_url},
    {"protocol", put_protocol},
    {"max_download_retry", put_max_download_retry},
    {"download_timeout_min", put_download_timeout},
    {"password", put_password},
    {"download_user_name", put_user_name},
    {"download_password", put_user_password},
    {"last_code", put_last_code},
    {"errors", put_errors},
    {"warnings", put_warnings},
    {"notes", put_notes},
    {"rules", put_rules},
    {"capture", put_capture},
    {"first_frame", put_first_frame},
    {"last_frame", put_last_frame},
};

static void append_row(Row *row, GString *out)
{
    for (gsize i = 0; i < G_N_ELEMENTS(columns); i++) {
        g_string_truncate(row->cell, 0);
        columns[i].put(row);
        g_string_append(out, i > 0 ? "," : "");
        append_cell(out, row->cell->str);
    }
    g_string_append(out, "\r\n");
}

void gtupd_report_csv(const GtupdModel *model, const GtupdReportOptions *options, GString *out)
{
    for (gsize i = 0; i < G_N_ELEMENTS(columns); i++)
        g_string_append_printf(out, "%s%s", i > 0 ? "," : "", columns[i].name);
    g_string_append(out, "\r\n");
    Row row = {.model = model, .options = options, .cell = g_string_new(NULL)};
    for (guint i = 0; i < model->devices->len; i++) {
        row.device = model->devices->pdata[i];
        for (guint j = 0; j < row.device->updates->len; j++) {
            row.update = row.device->updates->pdata[j];
            append_row(&row, out);
            gtupd_report_spill(options, out);
        }
    }
    g_string_free(row.cell, TRUE);
}
