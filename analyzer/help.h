/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the program says of itself: --help, and the texts that the manual page shares with it. */
#pragma once

#include "report.h"

#include <glib.h>

/* The ways to call the program, what it is for, and what it reads. */
extern const char *const gtupd_help_usages[2];
extern const char gtupd_help_purpose[];
extern const char gtupd_help_captures[];

/* A word or call, and what it means. The last row of a list has NULL. */
typedef struct {
    const char *term;
    const char *meaning;
} GtupdHelpRow;

extern const GtupdHelpRow gtupd_help_exits[];
extern const GtupdHelpRow gtupd_help_examples[];

/* One screen of 24 lines and 80 columns; `all`: every option, the exit status, and examples. */
void gtupd_help(gboolean all, const GtupdReportOptions *options, GString *out);
