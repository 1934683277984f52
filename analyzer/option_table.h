/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * All options of the command line, a row each: the one place where an option is told. The parser (options.c), --help
 * (help.c), and the manual page and completions (manual/) are made of these rows.
 */
#pragma once

#include <glib.h>

/* The words as they stand on the command line, not yet judged. */
typedef struct {
    char *format, *output, *min_severity, *fail_on, *explain;
    char *since, *until, *packets;
    char *interface, *follow, *duration, *user;
    int snaplen, buffer;
    gint64 count;
    gboolean promiscuous;
    char **devices, **updates, **outcomes, **rules_wanted, **captures;
    gboolean show_secrets, trim_transfers, pseudonymise, rules, ladder, quiet, verbose, version, help, help_all;
} GtupdOptionWords;

void gtupd_option_words_clear(GtupdOptionWords *words);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(GtupdOptionWords, gtupd_option_words_clear)

/* What an option is about, in the order in which they are told. */
typedef enum {
    GTUPD_OPTION_REPORT,
    GTUPD_OPTION_SELECTION,
    GTUPD_OPTION_PACKETS,
    GTUPD_OPTION_LIVE,
    GTUPD_OPTION_OTHER,
    GTUPD_OPTION_GROUPS,
} GtupdOptionGroup;

/* What can be said of an option's value before it is typed. */
typedef enum {
    GTUPD_VALUES_FREE, /* nothing */
    GTUPD_VALUES_FILE,
    GTUPD_VALUES_FORMAT,
    GTUPD_VALUES_SEVERITY,
    GTUPD_VALUES_OUTCOME,
    GTUPD_VALUES_RULE,
    GTUPD_VALUES_INTERFACE,
    GTUPD_VALUES_USER,
} GtupdOptionValues;

typedef struct {
    const char *name; /* without the dashes */
    char letter;      /* '\0': none */
    gboolean common;  /* on the first screen of help */
    GtupdOptionGroup group;
    GOptionArg type;
    gsize place;          /* in GtupdOptionWords */
    const char *argument; /* NULL: it takes none */
    GtupdOptionValues values;
    const char *help; /* one sentence without its full stop */
} GtupdOptionRow;

/* All rows, ordered by group. Static storage. */
const GtupdOptionRow *gtupd_option_rows(gsize *count);

/* "The report" … Static storage. */
const char *gtupd_option_group_title(GtupdOptionGroup group);

/* What may be given to an option with such values; empty where that is not a list. NULL-terminated; g_strfreev(). */
char **gtupd_option_values(GtupdOptionValues values);

/* Reads the command line into words, unjudged. Whatever comes of it, the caller clears them. */
gboolean gtupd_option_words_parse(char **arguments, GtupdOptionWords *words, GError **error);
