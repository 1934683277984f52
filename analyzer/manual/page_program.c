/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "help.h"
#include "option_table.h"
#include "pages.h"
#include "roff.h"

static void add_values(GString *out, const GtupdOptionRow *row)
{
    if (row->values == GTUPD_VALUES_RULE) {
        roff_text(out, "The rules stand in gtupd(7).");
        return;
    }
    g_auto(GStrv) values = gtupd_option_values(row->values);
    if (!values[0] || row->values == GTUPD_VALUES_FORMAT)
        return;
    g_autofree char *list = g_strjoinv(", ", values);
    g_autofree char *sentence = g_strdup_printf("One of: %s.", list);
    roff_text(out, sentence);
}

static void add_option(GString *out, const GtupdOptionRow *row)
{
    g_autofree char *name =
        row->letter ? g_strdup_printf("-%c, --%s", row->letter, row->name) : g_strdup_printf("--%s", row->name);
    g_autofree char *argument = row->argument ? g_strdup_printf("=%s", row->argument) : NULL;
    roff_term(out, name, argument);
    g_autofree char *sentence = g_strdup_printf("%s.", row->help);
    roff_text(out, sentence);
    add_values(out, row);
}

static void add_options(GString *out)
{
    gsize count;
    const GtupdOptionRow *rows = gtupd_option_rows(&count);
    roff_section(out, "options");
    for (gsize i = 0; i < count; i++) {
        if (i == 0 || rows[i].group != rows[i - 1].group)
            roff_subsection(out, gtupd_option_group_title(rows[i].group));
        add_option(out, &rows[i]);
    }
}

static void add_rows(GString *out, const char *title, const GtupdHelpRow *rows)
{
    roff_section(out, title);
    for (const GtupdHelpRow *row = rows; row->term; row++) {
        roff_term(out, row->term, NULL);
        roff_text(out, row->meaning);
    }
}

void page_program(GString *out)
{
    roff_title(out, "GTUPD-ANALYZER", 1, "User Commands");
    roff_section(out, "name");
    roff_text(out, "gtupd-analyzer - reads Queclink GTUPD firmware updates out of captures");
    roff_section(out, "synopsis");
    for (gsize i = 0; i < G_N_ELEMENTS(gtupd_help_usages); i++) {
        if (i > 0)
            g_string_append(out, ".br\n");
        roff_text(out, gtupd_help_usages[i]);
    }
    roff_section(out, "description");
    roff_text(out, gtupd_help_purpose);
    roff_paragraph(out, gtupd_help_captures);
    roff_paragraph(out,
                   "Passwords, user names and URL credentials are **** in every report, unless they are asked for.");
    add_options(out);
    add_rows(out, "exit status", gtupd_help_exits);
    roff_section(out, "environment");
    roff_term(out, "NO_COLOR", NULL);
    roff_text(out, "If set, the report is not coloured; it is only on a terminal.");
    add_rows(out, "examples", gtupd_help_examples);
    roff_section(out, "see also");
    roff_text(out, "gtupd(7), tcpdump(1), tshark(1), wireshark(1), pcap-filter(7)");
}
