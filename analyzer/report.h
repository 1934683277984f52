/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reports: a finished model, shown in one of several formats.
 *
 * A format is a row of the table in report.c and a file of its own; nothing else knows which formats there are.
 */
#pragma once

#include "model.h"
#include "output.h"

#include <glib.h>

typedef struct {
    GtupdSeverity min_severity; /* findings below it are not listed; totals count them all the same */
    gboolean secrets;           /* show passwords, user names and URL credentials, else **** */
    gboolean verbose;           /* tell everything, of clean devices too */
    gboolean colour;            /* for a terminal */
    gboolean utf8;              /* arrows and the like may be used */
    guint width;                /* columns, for formats that wrap */
    GtupdOutput *output;        /* where long reports may be written as they are made; NULL: they stay in one piece */
} GtupdReportOptions;

typedef void (*GtupdRender)(const GtupdModel *model, const GtupdReportOptions *options, GString *out);
typedef void (*GtupdRenderRules)(const GtupdReportOptions *options, GString *out);

/*
 * A format of lines, which can be written while the captures are still being read. Each appends what it is about.
 * `device` is as far known as it is then.
 */
typedef struct {
    void (*update)(const GtupdModel *model, const GtupdModelDevice *device, const GtupdModelUpdate *update,
                   const GtupdReportOptions *options, GString *out);
    void (*finding)(const GtupdModel *model, const GtupdModelFinding *finding, const GtupdReportOptions *options,
                    GString *out);
    /* All the rest, once the model is complete. */
    void (*end)(const GtupdModel *model, const GtupdReportOptions *options, GString *out);
} GtupdLineFormat;

/* What a format can do: a report is rendered or made of lines, or the format is for the rule catalogue only. */
typedef struct {
    const char *name;             /* as --format takes it */
    GtupdRender render;           /* NULL: it cannot */
    const GtupdLineFormat *lines; /* NULL: it cannot */
    GtupdRenderRules rules;       /* the rule catalogue; NULL: it cannot show it */
} GtupdFormat;

/* The format of this name, or NULL. Static storage. */
const GtupdFormat *gtupd_format_find(const char *name);

/* Can it show a report? */
gboolean gtupd_format_reports(const GtupdFormat *format);

/* "text, json, …": the formats that can show a report, or with `rules` the catalogue. Free with g_free(). */
char *gtupd_format_names(gboolean rules);

/* The formats, each in its own file. */
void gtupd_report_text(const GtupdModel *model, const GtupdReportOptions *options, GString *out);
void gtupd_report_json(const GtupdModel *model, const GtupdReportOptions *options, GString *out);
void gtupd_report_html(const GtupdModel *model, const GtupdReportOptions *options, GString *out);
void gtupd_report_ladder(const GtupdModel *model, const GtupdReportOptions *options, GString *out);
void gtupd_report_csv(const GtupdModel *model, const GtupdReportOptions *options, GString *out);
extern const GtupdLineFormat gtupd_report_ndjson;

/* "gtupd-analyzer 0.1.0" */
const char *gtupd_program_version(void);

/* A password or user name as it may be shown: **** unless `secrets`; NULL for one that is empty. Free with g_free(). */
char *gtupd_report_dup_secret(const char *secret, gboolean secrets);

/*
 * To be called now and then while a report is made: writes what there is of it, if that is much, and empties it. What
 * goes wrong is told by gtupd_output_finish().
 */
void gtupd_report_spill(const GtupdReportOptions *options, GString *report);

/* Writes the report as gtupd_output_open() does it, and finishes it. */
gboolean gtupd_report_write(const GString *report, const char *output, GError **error);
