/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The command line: what was asked for. */
#pragma once

#include "report.h"
#include "selection.h"
#include "tap.h"

#include <glib.h>

#define GTUPD_OPTIONS_ERROR (gtupd_options_error_quark())
GQuark gtupd_options_error_quark(void);

typedef enum {
    GTUPD_OPTIONS_ERROR_WORDS, /* the words are off; the message says which, and what would do */
} GtupdOptionsError;

typedef enum {
    GTUPD_TASK_ANALYSE,
    GTUPD_TASK_RULES,
    GTUPD_TASK_EXPLAIN,
    GTUPD_TASK_VERSION,
    GTUPD_TASK_HELP,
    GTUPD_TASK_HELP_ALL,
} GtupdTask;

typedef struct {
    GtupdTask task;
    const GtupdFormat *format;
    char *output;            /* NULL: standard output */
    char *packets;           /* a file for the slice; NULL: none */
    gboolean trim_transfers; /* with `packets` */
    gboolean pseudonymise;   /* the same */
    char **devices;          /* Unique IDs, upper case; NULL: all */
    GtupdSelection selection;
    GtupdSeverity min_severity;
    gboolean has_fail_on;
    GtupdSeverity fail_on; /* with has_fail_on */
    gboolean show_secrets;
    gboolean quiet;
    gboolean verbose;
    GtupdRule explain;   /* with GTUPD_TASK_EXPLAIN */
    char **captures;     /* with GTUPD_TASK_ANALYSE: at least one, or … */
    GtupdTapOptions tap; /* … an interface or a file; its strings are the options' */
    char *user;          /* with `tap`: who is to read; NULL: as gtupd_privileges_drop() has it */
} GtupdOptions;

/*
 * Reads the command line. NULL and an error of domain GTUPD_OPTIONS_ERROR or G_OPTION_ERROR if its words are off.
 */
GtupdOptions *gtupd_options_parse(char **arguments, GError **error);
void gtupd_options_free(GtupdOptions *options);

/* Are packets read as they come, with `tap`? */
gboolean gtupd_options_are_live(const GtupdOptions *options);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GtupdOptions, gtupd_options_free)
