/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "help.h"

#include "option_table.h"
#include "page.h"

const char *const gtupd_help_usages[2] = {"gtupd-analyzer [OPTION...] CAPTURE...",
                                          "gtupd-analyzer [OPTION...] -i NAME [FILTER]"};
const char gtupd_help_purpose[] = "Why did this device not update? Reads Queclink GTUPD firmware updates out of "
                                  "captures, follows each update message "
                                  "by message, and says what went against the document.";
const char gtupd_help_captures[] =
    "Captures are pcap or pcapng, plain or compressed (gzip, zstd, lz4, xz); - is standard input. Several are read as "
    "one, merged by packet time.";

const GtupdHelpRow gtupd_help_exits[] = {
    {"0", "analysis done"},
    {"1", "--fail-on met"},
    {"2", "the words of the call are off; nothing was analysed"},
    {"3", "an input could not be opened, or is damaged or cut; all that could be read was reported"},
    {"4", "the report could not be written"},
    {NULL, NULL},
};

const GtupdHelpRow gtupd_help_examples[] = {
    {"gtupd-analyzer cap.pcap", "what happened, for people"},
    {"gtupd-analyzer -d 222225555588888 cap.pcap0 cap.pcap1", "one device, over a rotation of captures"},
    {"gtupd-analyzer -f json -o out.json cap.pcapng.gz", "for scripts"},
    {"gtupd-analyzer --fail-on=error -q cap.pcap", "in a test: exit 1 if anything broke the document"},
    {"gtupd-analyzer -i eth0 tcp port 5000", "as it happens; Ctrl-C for the report"},
    {"gtupd-analyzer -d 222225555588888 -w one.pcap cap.pcap", "its packets, to be handed on"},
    {"gtupd-analyzer --explain=phase-skipped", "what a finding means, and what to do about it"},
    {NULL, NULL},
};

enum {
    TEXT_AT = 28,
    EXIT_AT = 5,
    EXAMPLE_AT = 6
};

static void put_option(GtupdPage *page, const GtupdOptionRow *row)
{
    if (row->letter)
        gtupd_page_printf(page, GTUPD_INK_BOLD, "  -%c, --%s", row->letter, row->name);
    else
        gtupd_page_printf(page, GTUPD_INK_BOLD, "      --%s", row->name);
    if (row->argument)
        gtupd_page_printf(page, GTUPD_INK_PLAIN, "=%s", row->argument);
    gtupd_page_put(page, GTUPD_INK_PLAIN, " ");
    gtupd_page_indent(page, TEXT_AT);
    gtupd_page_wrap(page, GTUPD_INK_PLAIN, TEXT_AT, row->help);
    gtupd_page_newline(page);
}

static void put_title(GtupdPage *page, const char *title)
{
    gtupd_page_gap(page);
    gtupd_page_printf(page, GTUPD_INK_BOLD, "%s:", title);
    gtupd_page_newline(page);
}

static void put_paragraph(GtupdPage *page, const char *text)
{
    gtupd_page_wrap(page, GTUPD_INK_PLAIN, 0, text);
    gtupd_page_newline(page);
}

static void put_common(GtupdPage *page)
{
    gsize count;
    const GtupdOptionRow *rows = gtupd_option_rows(&count);
    put_title(page, "Options used most");
    for (gsize i = 0; i < count; i++)
        if (rows[i].common)
            put_option(page, &rows[i]);
}

static void put_groups(GtupdPage *page)
{
    gsize count;
    const GtupdOptionRow *rows = gtupd_option_rows(&count);
    for (gsize i = 0; i < count; i++) {
        if (i == 0 || rows[i].group != rows[i - 1].group)
            put_title(page, gtupd_option_group_title(rows[i].group));
        put_option(page, &rows[i]);
    }
}

static void put_exits(GtupdPage *page)
{
    put_title(page, "Exit status");
    for (const GtupdHelpRow *row = gtupd_help_exits; row->term; row++) {
        gtupd_page_printf(page, GTUPD_INK_BOLD, "  %s", row->term);
        gtupd_page_indent(page, EXIT_AT);
        gtupd_page_wrap(page, GTUPD_INK_PLAIN, EXIT_AT, row->meaning);
        gtupd_page_newline(page);
    }
}

static void put_examples(GtupdPage *page)
{
    put_title(page, "Examples");
    for (const GtupdHelpRow *row = gtupd_help_examples; row->term; row++) {
        gtupd_page_printf(page, GTUPD_INK_BOLD, "  %s", row->term);
        gtupd_page_newline(page);
        gtupd_page_indent(page, EXAMPLE_AT);
        gtupd_page_wrap(page, GTUPD_INK_PLAIN, EXAMPLE_AT, row->meaning);
        gtupd_page_newline(page);
    }
}

void gtupd_help(gboolean all, const GtupdReportOptions *options, GString *out)
{
    GtupdReportOptions how = *options;
    how.width = 80;
    GtupdPage page = {.out = out, .options = &how};
    for (gsize i = 0; i < G_N_ELEMENTS(gtupd_help_usages); i++) {
        gtupd_page_printf(&page, GTUPD_INK_PLAIN, "%s%s", i == 0 ? "Usage: " : "       ", gtupd_help_usages[i]);
        gtupd_page_newline(&page);
    }
    gtupd_page_gap(&page);
    put_paragraph(&page, gtupd_help_purpose);
    if (!all) {
        put_common(&page);
        return;
    }
    gtupd_page_gap(&page);
    put_paragraph(&page, gtupd_help_captures);
    put_groups(&page);
    put_exits(&page);
    put_examples(&page);
}
