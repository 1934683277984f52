/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "fields.h"

#include <gio/gio.h>

#include <string.h>

#define STRING "\"((?:[^\"\\\\]|\\\\.)*)\""

/* {&hf_x, {"Title", "filter", FT_…, base, strings, bitmask, "help" or NULL, HFILL}} */
static const char row_pattern[] =
    "\\{\\s*&hf_\\w+,\\s*\\{\\s*" STRING ",\\s*" STRING
    ",\\s*(FT_\\w+),\\s*\\w+,\\s*(?:\\w+|\\w+\\(\\w+\\)),\\s*\\w+,\\s*(?:NULL|" STRING "),\\s*HFILL\\}\\}";

static void field_clear(gpointer data)
{
    Field *field = data;
    g_free(field->title);
    g_free(field->filter);
    g_free(field->type);
    g_free(field->help);
}

GArray *fields_new(void)
{
    GArray *fields = g_array_new(FALSE, FALSE, sizeof(Field));
    g_array_set_clear_func(fields, field_clear);
    return fields;
}

/* Whatever begins as a row does. */
static guint count_rows(const char *text)
{
    g_autoptr(GRegex) regex = g_regex_new("\\{\\s*&hf_\\w+,\\s*\\{", 0, 0, NULL);
    g_auto(GStrv) pieces = g_regex_split(regex, text, 0);
    return g_strv_length(pieces) - 1;
}

static char *fetch_unescaped(const GMatchInfo *match, int group)
{
    g_autofree char *text = g_match_info_fetch(match, group);
    return text && text[0] ? g_strcompress(text) : NULL;
}

gboolean fields_read(GArray *fields, const char *file, GError **error)
{
    g_autofree char *text = NULL;
    if (!g_file_get_contents(file, &text, NULL, error))
        return FALSE;
    g_autoptr(GRegex) regex = g_regex_new(row_pattern, 0, 0, NULL);
    g_autoptr(GMatchInfo) match = NULL;
    guint found = 0;
    for (g_regex_match(regex, text, 0, &match); g_match_info_matches(match); g_match_info_next(match, NULL)) {
        Field field = {.title = fetch_unescaped(match, 1),
                       .filter = g_match_info_fetch(match, 2),
                       .type = g_match_info_fetch(match, 3),
                       .help = fetch_unescaped(match, 4)};
        g_array_append_val(fields, field);
        found++;
    }
    if (found == count_rows(text))
        return TRUE;
    g_set_error(error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "%s: %u of %u rows of fields are of the form known", file,
                found, count_rows(text));
    return FALSE;
}

const char *fields_type_name(const char *type)
{
    static const struct {
        const char *type, *name;
    } names[] = {
        {"FT_STRING", "text"},           {"FT_UINT16", "number"},         {"FT_UINT32", "number"},
        {"FT_FRAMENUM", "frame number"}, {"FT_RELATIVE_TIME", "seconds"}, {"FT_NONE", "mark"},
        {"FT_BOOLEAN", "yes or no"},     {"FT_BYTES", "bytes"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++)
        if (strcmp(names[i].type, type) == 0)
            return names[i].name;
    return NULL;
}
