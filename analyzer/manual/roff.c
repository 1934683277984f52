/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "roff.h"

/* A dot or quote at a line's beginning would be a macro; a bare - is a hyphen, which no one can copy and paste. */
static void append(GString *out, const char *text)
{
    if (text[0] == '.' || text[0] == '\'')
        g_string_append(out, "\\&");
    for (; *text; text = g_utf8_next_char(text)) {
        if (*text == '\\')
            g_string_append(out, "\\e");
        else if (*text == '-')
            g_string_append(out, "\\-");
        else if (*text == '"')
            g_string_append(out, "\\(dq");
        else if ((guchar)*text < 0x80)
            g_string_append_c(out, *text);
        else
            g_string_append_printf(out, "\\[u%04X]", g_utf8_get_char(text));
    }
}

void roff_title(GString *out, const char *name, guint section, const char *title)
{
    g_string_append(out, ".\\\" Made by gtupd-manual. What is wrong here is to be mended where it comes from.\n");
    g_string_append_printf(out, ".TH %s %u \"\" \"gtupd " GTUPD_VERSION "\" \"%s\"\n", name, section, title);
    g_string_append(out, ".nh\n.ad l\n"); /* ids must not be torn apart */
}

static void append_macro(GString *out, const char *macro, const char *text)
{
    g_string_append_printf(out, ".%s ", macro);
    append(out, text);
    g_string_append_c(out, '\n');
}

void roff_section(GString *out, const char *title)
{
    g_autofree char *upper = g_ascii_strup(title, -1);
    append_macro(out, "SH", upper);
}

void roff_subsection(GString *out, const char *title)
{
    append_macro(out, "SS", title);
}

void roff_text(GString *out, const char *text)
{
    append(out, text);
    g_string_append_c(out, '\n');
}

void roff_paragraph(GString *out, const char *text)
{
    g_string_append(out, ".PP\n");
    roff_text(out, text);
}

void roff_term(GString *out, const char *bold, const char *roman)
{
    g_string_append(out, ".TP\n\\fB");
    append(out, bold);
    g_string_append(out, "\\fR");
    if (roman)
        append(out, roman);
    g_string_append_c(out, '\n');
}
