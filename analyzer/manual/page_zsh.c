/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "option_table.h"
#include "pages.h"

/* What completes an option's value. Free with g_free(). */
static char *value_action(GtupdOptionValues values)
{
    g_auto(GStrv) list = gtupd_option_values(values);
    if (list[0]) {
        g_autofree char *joined = g_strjoinv(" ", list);
        return g_strdup_printf("(%s)", joined);
    }
    if (values == GTUPD_VALUES_FILE)
        return g_strdup("_files");
    if (values == GTUPD_VALUES_INTERFACE)
        return g_strdup("_net_interfaces");
    return g_strdup(values == GTUPD_VALUES_USER ? "_users" : " ");
}

/* Inside single quotes, a bracket or colon ends the text, and a quote the string. */
static char *escape(const char *text)
{
    GString *escaped = g_string_new(NULL);
    for (; *text; text++) {
        if (*text == '\'')
            g_string_append(escaped, "'\\'");
        else if (*text == '[' || *text == ']' || *text == ':' || *text == '\\')
            g_string_append_c(escaped, '\\');
        g_string_append_c(escaped, *text);
    }
    return g_string_free(escaped, FALSE);
}

static void add_option(GString *out, const GtupdOptionRow *row)
{
    const gboolean repeated = row->type == G_OPTION_ARG_STRING_ARRAY;
    g_autofree char *help = escape(row->help);
    g_autofree char *action = row->argument ? value_action(row->values) : NULL;
    g_autofree char *tail = action ? g_strdup_printf(":%s:%s", row->argument, action) : g_strdup("");
    const char *equals = row->argument ? "=" : "";
    const char *plus = row->argument ? "+" : "";
    if (row->letter && repeated)
        g_string_append_printf(out, "    \\*{-%c%s,--%s%s}", row->letter, plus, row->name, equals);
    else if (row->letter)
        g_string_append_printf(out, "    '(-%c --%s)'{-%c%s,--%s%s}", row->letter, row->name, row->letter, plus,
                               row->name, equals);
    else
        g_string_append_printf(out, "    %s--%s%s", repeated ? "\\*" : "", row->name, equals);
    g_string_append_printf(out, "'[%s]%s' \\\n", help, tail);
}

void page_zsh(GString *out)
{
    gsize count;
    const GtupdOptionRow *rows = gtupd_option_rows(&count);
    g_string_append(out, "#compdef gtupd-analyzer\n"
                         "# zsh completion for gtupd-analyzer, made by gtupd-manual\n"
                         "_arguments -s -S \\\n");
    for (gsize i = 0; i < count; i++)
        add_option(out, &rows[i]);
    g_string_append(out, "    '*:CAPTURE:_files'\n");
}
