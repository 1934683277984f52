/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "options.h"

#include "catalogue.h"
#include "option_table.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

GQuark gtupd_options_error_quark(void)
{
    return g_quark_from_static_string("gtupd-options-error-quark");
}

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

static gboolean judge_task(const GtupdOptionWords *words, GtupdOptions *options, GError **error)
{
    if (words->help || words->help_all)
        options->task = words->help_all ? GTUPD_TASK_HELP_ALL : GTUPD_TASK_HELP;
    else if (words->version)
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

static gboolean judge_format(const GtupdOptionWords *words, GtupdOptions *options, GError **error)
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

static gboolean judge_levels(const GtupdOptionWords *words, GtupdOptions *options, GError **error)
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

static gboolean judge_devices(const GtupdOptionWords *words, GtupdOptions *options, GError **error)
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

static gboolean judge_selection(const GtupdOptionWords *words, GtupdSelection *selection, GError **error)
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
    if (words->since && words->until && selection->since > selection->until)
        return refuse(error, "--since: \"%s\" is later than --until, so nothing is selected", words->since);
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

static gboolean judge_tap(const GtupdOptionWords *words, GtupdOptions *options, GError **error)
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

static gboolean judge_captures(const GtupdOptionWords *words, GtupdOptions *options, GError **error)
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
        return refuse(error, "no capture was given (- is standard input)");
    guint inputs = 0;
    for (char **file = words->captures; *file; file++)
        inputs += strcmp(*file, "-") == 0;
    if (g_strv_contains((const char *const *)words->captures, ""))
        return refuse(error, "a capture's name is empty");
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

static gboolean judge_output(const GtupdOptionWords *words, GtupdOptions *options, GError **error)
{
    if (!words->output || strcmp(words->output, "-") == 0)
        return TRUE;
    options->output = g_strdup(words->output);
    return judge_target("--output", words->output, options, error);
}

/* It takes several passes over the captures. */
static gboolean judge_packets(const GtupdOptionWords *words, GtupdOptions *options, GError **error)
{
    options->trim_transfers = words->trim_transfers;
    options->pseudonymise = words->pseudonymise;
    if (!words->packets && words->trim_transfers)
        return refuse(error, "--trim-transfers goes with --write-packets");
    if (!words->packets && words->pseudonymise)
        return refuse(error, "--pseudonymise goes with --write-packets");
    if (!words->packets)
        return TRUE;
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
    g_auto(GtupdOptionWords) words = {0};
    if (!gtupd_option_words_parse(arguments, &words, error))
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
