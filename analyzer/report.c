/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "report.h"

#include "catalogue.h"
#include "output.h"

#include <string.h>

static const GtupdFormat formats[] = {
    {.name = "text", .render = gtupd_report_text, .rules = gtupd_catalogue_text},
    {.name = "json", .render = gtupd_report_json, .rules = gtupd_catalogue_json},
    {.name = "ndjson", .lines = &gtupd_report_ndjson},
    {.name = "csv", .render = gtupd_report_csv},
    {.name = "html", .render = gtupd_report_html},
    {.name = "ladder", .render = gtupd_report_ladder},
    {.name = "markdown", .rules = gtupd_catalogue_markdown},
};

const GtupdFormat *gtupd_format_find(const char *name)
{
    for (gsize i = 0; i < G_N_ELEMENTS(formats); i++)
        if (strcmp(formats[i].name, name) == 0)
            return &formats[i];
    return NULL;
}

gboolean gtupd_format_reports(const GtupdFormat *format)
{
    return format->render || format->lines;
}

char *gtupd_format_names(gboolean rules)
{
    GString *names = g_string_new(NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(formats); i++)
        if (rules ? formats[i].rules != NULL : gtupd_format_reports(&formats[i]))
            g_string_append_printf(names, "%s%s", names->len > 0 ? ", " : "", formats[i].name);
    return g_string_free(names, FALSE);
}

const char *gtupd_program_version(void)
{
    return "gtupd-analyzer " GTUPD_VERSION;
}

char *gtupd_report_dup_secret(const char *secret, gboolean secrets)
{
    if (!secret || !secret[0])
        return NULL;
    return g_strdup(secrets ? secret : "****");
}

void gtupd_report_spill(const GtupdReportOptions *options, GString *report)
{
    enum {
        MUCH = 1 << 18,
        END = 4
    };
    if (!options->output || report->len < MUCH)
        return;
    /* What follows may depend on how it ends. */
    g_autofree char *end = g_strdup(report->str + report->len - END);
    g_string_truncate(report, report->len - END);
    gtupd_output_write(options->output, report, NULL);
    g_string_assign(report, end);
}

gboolean gtupd_report_write(const GString *report, const char *output, GError **error)
{
    g_autoptr(GtupdOutput) file = gtupd_output_open(output, error);
    return file && gtupd_output_write(file, report, error) && gtupd_output_finish(file, error);
}
