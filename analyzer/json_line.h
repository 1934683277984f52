/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * JSON on one line, without blanks, appended to a text as its members come.
 *
 * Of a report of lines there are as many as there are updates. A tree of each, as json-glib writes from, took two
 * thirds of all the time that an analysis took.
 */
#pragma once

#include <glib.h>

typedef struct {
    GString *out;   /* borrowed */
    gboolean first; /* nothing stands before the next member or element */
} GtupdJsonLine;

/* `name`: of the member; NULL: an element of an array, or the whole. */
void gtupd_json_line_begin_object(GtupdJsonLine *line, const char *name);
void gtupd_json_line_end_object(GtupdJsonLine *line);
void gtupd_json_line_begin_array(GtupdJsonLine *line, const char *name);
void gtupd_json_line_end_array(GtupdJsonLine *line);

/* UTF-8; NULL: null. */
void gtupd_json_line_string(GtupdJsonLine *line, const char *name, const char *value);
void gtupd_json_line_number(GtupdJsonLine *line, const char *name, gint64 value);
void gtupd_json_line_boolean(GtupdJsonLine *line, const char *name, gboolean value);
