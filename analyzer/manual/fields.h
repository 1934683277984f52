/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Wireshark's fields, read out of the plugin's own tables (`static hf_register_info hf[]`).
 *
 * They are read as text: so the page can be made where Wireshark is not, and no field has to be told twice. A row of
 * another form than the house's is an error, not a field less; a test compares with what tshark knows.
 */
#pragma once

#include <glib.h>

typedef struct {
    char *title;  /* "Send Time" */
    char *filter; /* "attrack.send_time" */
    char *type;   /* "FT_STRING" */
    char *help;   /* NULL: the title says it all */
} Field;

/* Adds all fields of a source file to an array of Field. FALSE, with an error that names the file. */
gboolean fields_read(GArray *fields, const char *file, GError **error);

/* A new array of Field, which frees them. */
GArray *fields_new(void);

/* "character string", for "FT_STRING"; NULL for a type that is not known here. Static storage. */
const char *fields_type_name(const char *type);
