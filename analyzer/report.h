/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reports: a finished model, shown in one of several formats.
 *
 * A format is a row of the table in report.c and a file of its own; nothing else knows which formats there are.
 */
#pragma once

#include "model.h"

#include <glib.h>

typedef struct {
    GtupdSeverity min_severity; /* findings below it are not listed; totals count them all the same */
    gboolean secrets;           /* show passwords, user names and URL credentials, else **** */
    gboolean verbose;           /* tell everything, of clean devices too */
    gboolean colour;            /* for a terminal */
    gboolean utf8;              /* arrows and the like may be used */
    guint width;                /* columns, for formats that wrap */
} GtupdReportOptions;

typedef void (*GtupdRender)(const GtupdModel *model, const GtupdReportOptions *options, GString *out);
typedef void (*GtupdRenderRules)(const GtupdReportOptions *options, GString *out);

typedef struct {
    const char *name;       /* as --format takes it */
    GtupdRender render;     /* NULL: the format is for the rule catalogue only */
    GtupdRenderRules rules; /* the rule catalogue; NULL: the format cannot show it */
} GtupdFormat;

/* The format of this name, or NULL. Static storage. */
const GtupdFormat *gtupd_format_find(const char *name);

/* "text, json, …": the formats that can show a report, or with `rules` the catalogue. Free with g_free(). */
char *gtupd_format_names(gboolean rules);

/* The formats, each in its own file. */
void gtupd_report_text(const GtupdModel *model, const GtupdReportOptions *options, GString *out);
void gtupd_report_json(const GtupdModel *model, const GtupdReportOptions *options, GString *out);

/* "gtupd-analyzer 0.1.0" */
const char *gtupd_program_version(void);

/* A password or user name as it may be shown: **** unless `secrets`; NULL for one that is empty. Free with g_free(). */
char *gtupd_report_dup_secret(const char *secret, gboolean secrets);

/*
 * Writes the report to a file, whole or not at all: a temporary file beside it is renamed. What is no regular file (a
 * pipe, /dev/null) is written to directly. NULL: standard output. Errors are of domain G_FILE_ERROR.
 */
gboolean gtupd_report_write(const GString *report, const char *output, GError **error);
