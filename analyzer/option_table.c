/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "option_table.h"

#include "report.h"
#include "spelling.h"

#include <string.h>

#define AT(member) G_STRUCT_OFFSET(GtupdOptionWords, member)
#define FLAG       G_OPTION_ARG_NONE
#define TEXT       G_OPTION_ARG_STRING
#define LIST       G_OPTION_ARG_STRING_ARRAY
#define PATH       G_OPTION_ARG_FILENAME
#define INT        G_OPTION_ARG_INT
#define LONG       G_OPTION_ARG_INT64

/* clang-format off */
static const GtupdOptionRow rows[] = {
    /* name, letter, common, group, type, place, argument, values, help */
    {"format",         'f', TRUE,  GTUPD_OPTION_REPORT,    TEXT, AT(format),         "FORMAT",  GTUPD_VALUES_FORMAT,    "How to report: text (default), json, ndjson, csv, html or ladder; with --rules also markdown"},
    {"ladder",         0,   FALSE, GTUPD_OPTION_REPORT,    FLAG, AT(ladder),         NULL,      GTUPD_VALUES_FREE,      "Draw each update's exchange, in plain text: --format=ladder"},
    {"output",         'o', TRUE,  GTUPD_OPTION_REPORT,    PATH, AT(output),         "FILE",    GTUPD_VALUES_FILE,      "Write the report there, whole or not at all"},
    {"min-severity",   0,   TRUE,  GTUPD_OPTION_REPORT,    TEXT, AT(min_severity),   "LEVEL",   GTUPD_VALUES_SEVERITY,  "List findings from note (default), warning or error on"},
    {"fail-on",        0,   TRUE,  GTUPD_OPTION_REPORT,    TEXT, AT(fail_on),        "LEVEL",   GTUPD_VALUES_SEVERITY,  "Exit with 1 if there is a finding of this level or above"},
    {"show-secrets",   0,   FALSE, GTUPD_OPTION_REPORT,    FLAG, AT(show_secrets),   NULL,      GTUPD_VALUES_FREE,      "Show passwords, user names and URL credentials, else ****"},
    {"verbose",        'v', FALSE, GTUPD_OPTION_REPORT,    FLAG, AT(verbose),        NULL,      GTUPD_VALUES_FREE,      "Report everything, of devices without trouble too"},
    {"device",         'd', TRUE,  GTUPD_OPTION_SELECTION, LIST, AT(devices),        "ID",      GTUPD_VALUES_FREE,      "Only the device of this Unique ID; may be repeated"},
    {"update",         'u', FALSE, GTUPD_OPTION_SELECTION, LIST, AT(updates),        "N",       GTUPD_VALUES_FREE,      "Only this update of each device, by its number; may be repeated"},
    {"outcome",        0,   FALSE, GTUPD_OPTION_SELECTION, LIST, AT(outcomes),       "OUTCOME", GTUPD_VALUES_OUTCOME,   "Only updates with this outcome; may be repeated"},
    {"rule",           0,   FALSE, GTUPD_OPTION_SELECTION, LIST, AT(rules_wanted),   "RULE",    GTUPD_VALUES_RULE,      "Only findings of this rule, and updates with one; may be repeated"},
    {"since",          0,   FALSE, GTUPD_OPTION_SELECTION, TEXT, AT(since),          "TIME",    GTUPD_VALUES_FREE,      "Only updates under way, and findings made, at this time or later: 2026-03-12, 2026-03-12T08:15:00; UTC, unless an offset such as +01:00 follows"},
    {"until",          0,   FALSE, GTUPD_OPTION_SELECTION, TEXT, AT(until),          "TIME",    GTUPD_VALUES_FREE,      "The same, at this time or before"},
    {"write-packets",  'w', TRUE,  GTUPD_OPTION_PACKETS,   PATH, AT(packets),        "FILE",    GTUPD_VALUES_FILE,      "Write the packets of what is selected there, as pcap"},
    {"trim-transfers", 0,   FALSE, GTUPD_OPTION_PACKETS,   FLAG, AT(trim_transfers), NULL,      GTUPD_VALUES_FREE,      "With it: of downloads only the first and last 32 segments"},
    {"pseudonymise",   0,   FALSE, GTUPD_OPTION_PACKETS,   FLAG, AT(pseudonymise),   NULL,      GTUPD_VALUES_FREE,      "With it: stand-ins for Unique IDs, names, passwords, users and hosts; addresses stay"},
    {"interface",      'i', TRUE,  GTUPD_OPTION_LIVE,      TEXT, AT(interface),      "NAME",    GTUPD_VALUES_INTERFACE, "Read packets of a network interface as they come; words that follow are a filter, as tcpdump's"},
    {"follow",         0,   FALSE, GTUPD_OPTION_LIVE,      PATH, AT(follow),         "FILE",    GTUPD_VALUES_FILE,      "The same with a capture file that is still being written"},
    {"duration",       0,   FALSE, GTUPD_OPTION_LIVE,      TEXT, AT(duration),       "TIME",    GTUPD_VALUES_FREE,      "Stop after this time: 90, 90s, 15m, 2h, 1d"},
    {"count",          'c', FALSE, GTUPD_OPTION_LIVE,      LONG, AT(count),          "N",       GTUPD_VALUES_FREE,      "Stop after so many packets"},
    {"snaplen",        's', FALSE, GTUPD_OPTION_LIVE,      INT,  AT(snaplen),        "BYTES",   GTUPD_VALUES_FREE,      "Interface: read so many bytes of each packet (default: all)"},
    {"buffer-size",    'B', FALSE, GTUPD_OPTION_LIVE,      INT,  AT(buffer),         "KIB",     GTUPD_VALUES_FREE,      "Interface: let the kernel keep so much while this program is busy"},
    {"promiscuous",    0,   FALSE, GTUPD_OPTION_LIVE,      FLAG, AT(promiscuous),    NULL,      GTUPD_VALUES_FREE,      "Interface: read also what is not for this machine"},
    {"user",           0,   FALSE, GTUPD_OPTION_LIVE,      TEXT, AT(user),           "NAME",    GTUPD_VALUES_USER,      "Become this user once it is open (default for root: nobody)"},
    {"rules",          0,   TRUE,  GTUPD_OPTION_OTHER,     FLAG, AT(rules),          NULL,      GTUPD_VALUES_FREE,      "List all rules"},
    {"explain",        0,   TRUE,  GTUPD_OPTION_OTHER,     TEXT, AT(explain),        "RULE",    GTUPD_VALUES_RULE,      "Explain one rule and what to do about it"},
    {"quiet",          'q', FALSE, GTUPD_OPTION_OTHER,     FLAG, AT(quiet),          NULL,      GTUPD_VALUES_FREE,      "No progress and no remarks on standard error, only errors"},
    {"version",        0,   FALSE, GTUPD_OPTION_OTHER,     FLAG, AT(version),        NULL,      GTUPD_VALUES_FREE,      "Print the version"},
    {"help",           'h', FALSE, GTUPD_OPTION_OTHER,     FLAG, AT(help),           NULL,      GTUPD_VALUES_FREE,      "Show the options that are used most"},
    {"help-all",       0,   TRUE,  GTUPD_OPTION_OTHER,     FLAG, AT(help_all),       NULL,      GTUPD_VALUES_FREE,      "Show all options, the exit status, and examples"},
};
/* clang-format on */

const GtupdOptionRow *gtupd_option_rows(gsize *count)
{
    *count = G_N_ELEMENTS(rows);
    return rows;
}

const char *gtupd_option_group_title(GtupdOptionGroup group)
{
    static const char *const titles[GTUPD_OPTION_GROUPS] = {
        [GTUPD_OPTION_REPORT] = "The report",
        [GTUPD_OPTION_SELECTION] = "Only a part of what is there",
        [GTUPD_OPTION_PACKETS] = "Packets to be handed on",
        [GTUPD_OPTION_LIVE] = "Packets as they come",
        [GTUPD_OPTION_OTHER] = "Other",
    };
    return titles[group];
}

char **gtupd_option_values(GtupdOptionValues values)
{
    g_autoptr(GStrvBuilder) list = g_strv_builder_new();
    if (values == GTUPD_VALUES_FORMAT) {
        g_autofree char *names = gtupd_format_names(FALSE);
        return g_strsplit(names, ", ", -1);
    }
    for (guint i = 0; values == GTUPD_VALUES_SEVERITY && i < GTUPD_SEVERITIES; i++)
        g_strv_builder_add(list, gtupd_severity_name((GtupdSeverity)i));
    for (guint i = 0; values == GTUPD_VALUES_OUTCOME && i < GTUPD_OUTCOMES; i++)
        g_strv_builder_add(list, gtupd_outcome_name((GtupdOutcome)i));
    for (guint i = 0; values == GTUPD_VALUES_RULE && i < GTUPD_RULE_COUNT; i++)
        g_strv_builder_add(list, gtupd_rule_info((GtupdRule)i)->id);
    return g_strv_builder_end(list);
}

void gtupd_option_words_clear(GtupdOptionWords *words)
{
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        if (rows[i].type == TEXT || rows[i].type == PATH)
            g_free(G_STRUCT_MEMBER(char *, words, rows[i].place));
        else if (rows[i].type == LIST)
            g_strfreev(G_STRUCT_MEMBER(char **, words, rows[i].place));
    }
    g_strfreev(words->captures);
}

/* The option that is nearest to a word that is none; NULL if none is near. */
static const char *nearest_option(const char *word)
{
    enum {
        STEPS_MAX = 2
    };
    const char *nearest = NULL;
    guint least = STEPS_MAX + 1;
    for (gsize i = 0; i < G_N_ELEMENTS(rows) && strlen(word) > STEPS_MAX; i++) {
        const guint steps = gtupd_spelling_steps(word, rows[i].name);
        if (steps < least) {
            least = steps;
            nearest = rows[i].name;
        }
    }
    return nearest;
}

/* Completes GLib's "Unknown option --formt=json". */
static void suggest_option(GError *error)
{
    const char *dashes = strstr(error->message, "--");
    if (!g_error_matches(error, G_OPTION_ERROR, G_OPTION_ERROR_UNKNOWN_OPTION) || !dashes)
        return;
    g_autofree char *word = g_strndup(dashes + 2, strcspn(dashes + 2, "="));
    const char *nearest = nearest_option(word);
    if (!nearest)
        return;
    char *message = g_strdup_printf("%s; did you mean --%s?", error->message, nearest);
    g_free(error->message);
    error->message = message;
}

/* Help is ours, for GLib's has one length only. */
gboolean gtupd_option_words_parse(char **arguments, GtupdOptionWords *words, GError **error)
{
    GOptionEntry entries[G_N_ELEMENTS(rows) + 2] = {0};
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
        entries[i] =
            (GOptionEntry){rows[i].name, rows[i].letter,  0, rows[i].type, G_STRUCT_MEMBER_P(words, rows[i].place),
                           rows[i].help, rows[i].argument};
    entries[G_N_ELEMENTS(rows)] =
        (GOptionEntry){G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &words->captures, NULL, NULL};
    g_autoptr(GOptionContext) context = g_option_context_new(NULL);
    g_option_context_set_help_enabled(context, FALSE);
    g_option_context_add_main_entries(context, entries, NULL);
    g_auto(GStrv) copy = g_strdupv(arguments);
    GError *fault = NULL;
    if (g_option_context_parse_strv(context, &copy, &fault))
        return TRUE;
    suggest_option(fault);
    g_propagate_error(error, fault);
    return FALSE;
}
