/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "options.h"

#include "catalogue.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

GQuark gtupd_options_error_quark(void)
{
    return g_quark_from_static_string("gtupd-options-error-quark");
}

static const char summary[] =
    "Why did this device not update? Reads Queclink GTUPD firmware updates out of captures, follows\n"
    "each update message by message, and says what went against the document.\n"
    "\n"
    "Captures are pcap or pcapng, plain or compressed (gzip, zstd, lz4, xz); - is standard input.\n"
    "Several are read as one, merged by packet time.";

static const char description[] =
    "Exit status:\n"
    "  0  analysis done\n"
    "  1  --fail-on met\n"
    "  2  the words of the call are off; nothing was analysed\n"
    "  3  an input could not be opened, or is damaged or cut; all that could be read was reported\n"
    "  4  the report could not be written\n"
    "\n"
    "Examples:\n"
    "  gtupd-analyzer cap.pcap                          what happened, for people\n"
    "  gtupd-analyzer -d 222225555588888 cap.pcap0 ...    one device, over a rotation of captures\n"
    "  gtupd-analyzer -f json -o out.json cap.pcapng.gz for scripts\n"
    "  gtupd-analyzer --fail-on=error -q cap.pcap       in a test: exit 1 if anything broke the document\n"
    "  gtupd-analyzer -i eth0 tcp port 5000             as it happens; Ctrl-C for the report\n"
    "  gtupd-analyzer -d 222225555588888 -w one.pcap cap.pcap   its packets, to be handed on\n"
    "  gtupd-analyzer --explain=phase-skipped           what a finding means, and what to do about it";

/* The words as they stand on the command line, not yet judged. */
typedef struct {
    char *format, *output, *min_severity, *fail_on, *explain;
    char *since, *until, *packets;
    char *interface, *follow, *duration, *user;
    int snaplen, buffer;
    gint64 count;
    gboolean promiscuous;
    char **devices, **updates, **outcomes, **rules_wanted, **captures;
    gboolean show_secrets, trim_transfers, rules, ladder, quiet, verbose, version;
} Words;

static void words_clear(Words *words)
{
    g_free(words->format);
    g_free(words->output);
    g_free(words->min_severity);
    g_free(words->fail_on);
    g_free(words->explain);
    g_free(words->since);
    g_free(words->until);
    g_free(words->packets);
    g_free(words->interface);
    g_free(words->follow);
    g_free(words->duration);
    g_free(words->user);
    g_strfreev(words->devices);
    g_strfreev(words->updates);
    g_strfreev(words->outcomes);
    g_strfreev(words->rules_wanted);
    g_strfreev(words->captures);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Words, words_clear)

/* clang-format off */
static gboolean parse_words(char **arguments, Words *words, GError **error)
{
    const GOptionEntry entries[] = {
        {"format", 'f', 0, G_OPTION_ARG_STRING, &words->format, "How to report: text (default), json, ndjson, csv, html or ladder; with --rules also markdown", "FORMAT"},
        {"ladder", 0, 0, G_OPTION_ARG_NONE, &words->ladder, "Draw each update's exchange, in plain text: --format=ladder", NULL},
        {"output", 'o', 0, G_OPTION_ARG_FILENAME, &words->output, "Write the report there, whole or not at all", "FILE"},
        {"device", 'd', 0, G_OPTION_ARG_STRING_ARRAY, &words->devices, "Only the device of this Unique ID; may be repeated", "ID"},
        {"update", 'u', 0, G_OPTION_ARG_STRING_ARRAY, &words->updates, "Only this update of each device, by its number; may be repeated", "N"},
        {"since", 0, 0, G_OPTION_ARG_STRING, &words->since, "Only updates under way, and findings made, at this time or later (UTC)", "TIME"},
        {"until", 0, 0, G_OPTION_ARG_STRING, &words->until, "The same, at this time or before", "TIME"},
        {"outcome", 0, 0, G_OPTION_ARG_STRING_ARRAY, &words->outcomes, "Only updates with this outcome; may be repeated", "OUTCOME"},
        {"rule", 0, 0, G_OPTION_ARG_STRING_ARRAY, &words->rules_wanted, "Only findings of this rule, and updates with one; may be repeated", "RULE"},
        {"write-packets", 'w', 0, G_OPTION_ARG_FILENAME, &words->packets, "Write the packets of what is selected there, as pcap", "FILE"},
        {"trim-transfers", 0, 0, G_OPTION_ARG_NONE, &words->trim_transfers, "With it: of downloads only the first and last 32 segments", NULL},
        {"interface", 'i', 0, G_OPTION_ARG_STRING, &words->interface, "Read packets of a network interface as they come; words that follow are a filter, as tcpdump's", "NAME"},
        {"follow", 0, 0, G_OPTION_ARG_FILENAME, &words->follow, "The same with a capture file that is still being written", "FILE"},
        {"duration", 0, 0, G_OPTION_ARG_STRING, &words->duration, "Stop after this time: 90, 90s, 15m, 2h, 1d", "TIME"},
        {"count", 'c', 0, G_OPTION_ARG_INT64, &words->count, "Stop after so many packets", "N"},
        {"snaplen", 's', 0, G_OPTION_ARG_INT, &words->snaplen, "Interface: read so many bytes of each packet (default: all)", "BYTES"},
        {"buffer-size", 'B', 0, G_OPTION_ARG_INT, &words->buffer, "Interface: let the kernel keep so much while this program is busy", "KIB"},
        {"promiscuous", 0, 0, G_OPTION_ARG_NONE, &words->promiscuous, "Interface: read also what is not for this machine", NULL},
        {"user", 0, 0, G_OPTION_ARG_STRING, &words->user, "Become this user once it is open (default for root: nobody)", "NAME"},
        {"min-severity", 0, 0, G_OPTION_ARG_STRING, &words->min_severity, "List findings from note (default), warning or error on", "LEVEL"},
        {"fail-on", 0, 0, G_OPTION_ARG_STRING, &words->fail_on, "Exit with 1 if there is a finding of this level or above", "LEVEL"},
        {"show-secrets", 0, 0, G_OPTION_ARG_NONE, &words->show_secrets, "Show passwords, user names and URL credentials, else ****", NULL},
        {"rules", 0, 0, G_OPTION_ARG_NONE, &words->rules, "List all rules", NULL},
        {"explain", 0, 0, G_OPTION_ARG_STRING, &words->explain, "Explain one rule and what to do about it", "RULE"},
        {"quiet", 'q', 0, G_OPTION_ARG_NONE, &words->quiet, "No progress and no remarks on standard error, only errors", NULL},
        {"verbose", 'v', 0, G_OPTION_ARG_NONE, &words->verbose, "Report everything, of devices without trouble too", NULL},
        {"version", 0, 0, G_OPTION_ARG_NONE, &words->version, "Print the version", NULL},
        {G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &words->captures, NULL, NULL},
        G_OPTION_ENTRY_NULL,
    };
    g_autoptr(GOptionContext) context = g_option_context_new("CAPTURE... | -i NAME [FILTER] - analyse GTUPD firmware updates");
    g_option_context_set_summary(context, summary);
    g_option_context_set_description(context, description);
    g_option_context_add_main_entries(context, entries, NULL);
    g_auto(GStrv) copy = g_strdupv(arguments);
    return g_option_context_parse_strv(context, &copy, error);
}
/* clang-format on */

/* Judging the words */

G_GNUC_PRINTF(2, 3)
static gboolean refuse(GError **error, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    if (error)
        *error = g_error_new_valist(GTUPD_OPTIONS_ERROR, GTUPD_OPTIONS_ERROR_WORDS, format, arguments);
    va_end(arguments);
    return FALSE;
}

static gboolean judge_task(const Words *words, GtupdOptions *options, GError **error)
{
    if (words->version)
        options->task = GTUPD_TASK_VERSION;
    else if (words->rules)
        options->task = GTUPD_TASK_RULES;
    else if (words->explain)
        options->task = GTUPD_TASK_EXPLAIN;
    if (!words->explain || gtupd_rule_by_id(words->explain, &options->explain))
        return TRUE;
    GtupdRule nearest = gtupd_catalogue_nearest(words->explain);
    return refuse(error, "--explain: there is no rule \"%s\"; did you mean %s? (--rules lists all)", words->explain,
                  gtupd_rule_info(nearest)->id);
}

static gboolean judge_format(const Words *words, GtupdOptions *options, GError **error)
{
    const char *name = words->format ? words->format : words->ladder ? "ladder" : "text";
    if (words->ladder && strcmp(name, "ladder") != 0)
        return refuse(error, "--ladder is a format of its own, and --format asks for another");
    gboolean rules = options->task == GTUPD_TASK_RULES;
    options->format = gtupd_format_find(name);
    if (options->format && (rules ? options->format->rules != NULL : gtupd_format_reports(options->format)))
        return TRUE;
    g_autofree char *names = gtupd_format_names(rules);
    return refuse(error, "--format: \"%s\" is none of: %s", name, names);
}

static gboolean judge_level(const char *option, const char *word, GtupdSeverity *level, GError **error)
{
    for (guint i = 0; i < GTUPD_SEVERITIES; i++) {
        if (strcmp(word, gtupd_severity_name((GtupdSeverity)i)) == 0) {
            *level = (GtupdSeverity)i;
            return TRUE;
        }
    }
    return refuse(error, "%s: \"%s\" is none of: note, warning, error", option, word);
}

static gboolean judge_levels(const Words *words, GtupdOptions *options, GError **error)
{
    if (words->min_severity && !judge_level("--min-severity", words->min_severity, &options->min_severity, error))
        return FALSE;
    options->has_fail_on = words->fail_on != NULL;
    return !words->fail_on || judge_level("--fail-on", words->fail_on, &options->fail_on, error);
}

/* An IMEI, 15 digits, or a MEID, 14 hex digits (§2.1.3). */
static gboolean is_unique_id(const char *id)
{
    gsize length = strlen(id);
    return (length == 15 && strspn(id, "0123456789") == length) ||
           (length == 14 && strspn(id, "0123456789ABCDEF") == length);
}

static gboolean judge_devices(const Words *words, GtupdOptions *options, GError **error)
{
    if (!words->devices)
        return TRUE;
    options->devices = g_strdupv(words->devices);
    for (char **id = options->devices; *id; id++) {
        char *upper = g_ascii_strup(*id, -1);
        g_free(*id);
        *id = g_strstrip(upper);
        if (!is_unique_id(*id))
            return refuse(error, "--device: \"%s\" is no Unique ID (15 digits, or 14 hex digits)", *id);
    }
    return TRUE;
}

/* "a,b" and a repeated option are the same. Free with g_strfreev(). */
static char **split_lists(char **words)
{
    g_autofree char *joined = words ? g_strjoinv(",", words) : NULL;
    return joined ? g_strsplit(joined, ",", -1) : g_new0(char *, 1);
}

static char *outcome_names(void)
{
    GString *names = g_string_new(NULL);
    for (guint i = 0; i < GTUPD_OUTCOMES; i++)
        g_string_append_printf(names, "%s%s", i > 0 ? ", " : "", gtupd_outcome_name((GtupdOutcome)i));
    return g_string_free(names, FALSE);
}

static gboolean judge_selection(const Words *words, GtupdSelection *selection, GError **error)
{
    g_auto(GStrv) numbers = split_lists(words->updates);
    g_auto(GStrv) outcomes = split_lists(words->outcomes);
    g_auto(GStrv) rules = split_lists(words->rules_wanted);
    for (char **number = numbers; *number; number++)
        if (!gtupd_selection_add_number(selection, *number))
            return refuse(error, "--update: \"%s\" is no number of an update, from 1", *number);
    for (char **outcome = outcomes; *outcome; outcome++) {
        if (gtupd_selection_add_outcome(selection, *outcome))
            continue;
        g_autofree char *names = outcome_names();
        return refuse(error, "--outcome: \"%s\" is none of: %s", *outcome, names);
    }
    for (char **rule = rules; *rule; rule++)
        if (!gtupd_selection_add_rule(selection, *rule))
            return refuse(error, "--rule: there is no rule \"%s\"; did you mean %s? (--rules lists all)", *rule,
                          gtupd_rule_info(gtupd_catalogue_nearest(*rule))->id);
    if (words->since && !gtupd_selection_set_since(selection, words->since))
        return refuse(error, "--since: \"%s\" is no time such as 2020-09-10T01:27:00Z", words->since);
    if (words->until && !gtupd_selection_set_until(selection, words->until))
        return refuse(error, "--until: \"%s\" is no time such as 2020-09-10T01:27:00Z", words->until);
    return TRUE;
}

/* Seconds, or with a unit behind them. */
static gboolean parse_duration(const char *text, gint64 *microseconds)
{
    static const struct {
        char unit;
        gint64 seconds;
    } units[] = {{'\0', 1}, {'s', 1}, {'m', 60}, {'h', 3600}, {'d', 86400}};
    char *end;
    guint64 number = g_ascii_strtoull(text, &end, 10);
    if (!g_ascii_isdigit(text[0]) || number == 0 || number > 1000000)
        return FALSE;
    for (gsize i = 0; i < G_N_ELEMENTS(units); i++) {
        *microseconds = (gint64)number * units[i].seconds * G_USEC_PER_SEC;
        if (*end == units[i].unit && (*end == '\0' || end[1] == '\0'))
            return TRUE;
    }
    return FALSE;
}

static gboolean judge_tap(const Words *words, GtupdOptions *options, GError **error)
{
    GtupdTapOptions *tap = &options->tap;
    if (words->interface && words->follow)
        return refuse(error, "--interface and --follow do not go together");
    if (words->follow && (words->snaplen != 0 || words->buffer != 0 || words->promiscuous))
        return refuse(error, "--snaplen, --buffer-size and --promiscuous go with --interface");
    if (words->packets)
        return refuse(error, "--write-packets takes several passes, so it needs captures that are there");
    if (words->duration && !parse_duration(words->duration, &tap->duration))
        return refuse(error, "--duration: \"%s\" is no time such as 90s, 15m, 2h", words->duration);
    if (words->count < 0 || words->snaplen < 0 || words->buffer < 0)
        return refuse(error, "--count, --snaplen and --buffer-size are above 0");
    tap->interface = g_strdup(words->interface);
    tap->file = g_strdup(words->follow);
    tap->filter = words->captures ? g_strjoinv(" ", words->captures) : NULL;
    tap->promiscuous = words->promiscuous;
    tap->snaplen = (guint)words->snaplen;
    tap->buffer = (guint)words->buffer;
    tap->count = (guint64)words->count;
    options->user = g_strdup(words->user);
    return TRUE;
}

static gboolean judge_captures(const Words *words, GtupdOptions *options, GError **error)
{
    if (options->task != GTUPD_TASK_ANALYSE)
        return TRUE;
    if (words->interface || words->follow)
        return judge_tap(words, options, error);
    if (words->duration || words->count != 0 || words->snaplen != 0 || words->buffer != 0 || words->promiscuous ||
        words->user)
        return refuse(error, "--duration, --count, --snaplen, --buffer-size, --promiscuous and --user go with "
                             "--interface or --follow");
    if (!words->captures)
        return refuse(error, "no capture was given");
    guint inputs = 0;
    for (char **file = words->captures; *file; file++)
        inputs += strcmp(*file, "-") == 0;
    if (inputs > 1)
        return refuse(error, "standard input (-) can be read only once");
    options->captures = g_strdupv(words->captures);
    return TRUE;
}

/* What is written must not replace what it is about. */
static gboolean is_input(const GtupdOptions *options, const struct stat *output)
{
    for (char **file = options->captures; file && *file; file++) {
        struct stat input;
        if (stat(*file, &input) == 0 && input.st_dev == output->st_dev && input.st_ino == output->st_ino)
            return TRUE;
    }
    return FALSE;
}

/* What can be known to fail is refused before hours of analysis, not after. */
static gboolean judge_target(const char *option, const char *target, const GtupdOptions *options, GError **error)
{
    g_autofree char *shown = g_filename_display_name(target);
    g_autofree char *folder = g_path_get_dirname(target);
    struct stat status;
    gboolean exists = stat(target, &status) == 0;
    if (!target[0] || (exists && S_ISDIR(status.st_mode)))
        return refuse(error, "%s: \"%s\" is no file name", option, shown);
    if (exists && S_ISREG(status.st_mode) && is_input(options, &status))
        return refuse(error, "%s: \"%s\" is also an input, which would be lost", option, shown);
    if (!g_file_test(folder, G_FILE_TEST_IS_DIR))
        return refuse(error, "%s: \"%s\" is in a folder that does not exist", option, shown);
    if ((!exists || S_ISREG(status.st_mode)) && access(folder, W_OK | X_OK) != 0)
        return refuse(error, "%s: \"%s\" is in a folder that cannot be written to", option, shown);
    return TRUE;
}

static gboolean judge_output(const Words *words, GtupdOptions *options, GError **error)
{
    if (!words->output || strcmp(words->output, "-") == 0)
        return TRUE;
    options->output = g_strdup(words->output);
    return judge_target("--output", words->output, options, error);
}

/* It takes several passes over the captures. */
static gboolean judge_packets(const Words *words, GtupdOptions *options, GError **error)
{
    options->trim_transfers = words->trim_transfers;
    if (!words->packets)
        return !words->trim_transfers || refuse(error, "--trim-transfers goes with --write-packets");
    for (char **file = options->captures; file && *file; file++) {
        struct stat status;
        if (strcmp(*file, "-") == 0 || (stat(*file, &status) == 0 && !S_ISREG(status.st_mode)))
            return refuse(error, "--write-packets: \"%s\" is no regular file, and can be read only once", *file);
    }
    if (g_strcmp0(words->packets, options->output) == 0)
        return refuse(error, "--write-packets and --output name the same file");
    options->packets = g_strdup(words->packets);
    return judge_target("--write-packets", words->packets, options, error);
}

GtupdOptions *gtupd_options_parse(char **arguments, GError **error)
{
    g_auto(Words) words = {0};
    if (!parse_words(arguments, &words, error))
        return NULL;
    g_autoptr(GtupdOptions) options = g_new0(GtupdOptions, 1);
    options->show_secrets = words.show_secrets;
    options->quiet = words.quiet;
    options->verbose = words.verbose;
    if (!judge_task(&words, options, error) || !judge_format(&words, options, error) ||
        !judge_levels(&words, options, error) || !judge_devices(&words, options, error) ||
        !judge_selection(&words, &options->selection, error) || !judge_captures(&words, options, error) ||
        !judge_output(&words, options, error) || !judge_packets(&words, options, error))
        return NULL;
    return g_steal_pointer(&options);
}

gboolean gtupd_options_are_live(const GtupdOptions *options)
{
    return options->tap.interface || options->tap.file;
}

void gtupd_options_free(GtupdOptions *options)
{
    if (!options)
        return;
    g_free(options->output);
    g_free(options->packets);
    g_strfreev(options->devices);
    gtupd_selection_clear(&options->selection);
    g_strfreev(options->captures);
    g_free((char *)options->tap.interface);
    g_free((char *)options->tap.file);
    g_free((char *)options->tap.filter);
    g_free(options->user);
    g_free(options);
}
