/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "options.h"

#include "savefile.h"

#include <string.h>

static GtupdOptions *parse(const char *words, GError **error)
{
    g_autofree char *line = g_strconcat("gtupd-analyzer ", words, NULL);
    g_auto(GStrv) arguments = g_strsplit(line, " ", -1);
    return gtupd_options_parse(arguments, error);
}

static void test_defaults(void)
{
    g_autoptr(GtupdOptions) options = parse("a.pcap - b.pcap", NULL);
    g_assert_nonnull(options);
    g_assert_cmpint(options->task, ==, GTUPD_TASK_ANALYSE);
    g_assert_cmpstr(options->format->name, ==, "text");
    g_assert_null(options->output);
    g_assert_null(options->devices);
    g_assert_cmpint(options->min_severity, ==, GTUPD_SEVERITY_NOTE);
    g_assert_false(options->has_fail_on);
    g_assert_false(options->show_secrets);
    g_assert_cmpuint(g_strv_length(options->captures), ==, 3);
    g_assert_cmpstr(options->captures[1], ==, "-");
}

static void test_everything(void)
{
    g_autoptr(GtupdOptions) options =
        parse("-f json -d 222225555588888 --device=a1000043d20139 --min-severity=warning --fail-on error "
              "--show-secrets -q -v -o - a.pcap",
              NULL);
    g_assert_nonnull(options);
    g_assert_cmpstr(options->format->name, ==, "json");
    g_assert_cmpstr(options->devices[0], ==, "222225555588888");
    g_assert_cmpstr(options->devices[1], ==, "A1000043D20139");
    g_assert_cmpint(options->min_severity, ==, GTUPD_SEVERITY_WARNING);
    g_assert_true(options->has_fail_on);
    g_assert_cmpint(options->fail_on, ==, GTUPD_SEVERITY_ERROR);
    g_assert_true(options->show_secrets && options->quiet && options->verbose);
    g_assert_null(options->output); /* "-": standard output */
}

/* Lists, and options that are repeated, add up. */
static void test_selection(void)
{
    g_autoptr(GtupdOptions) options =
        parse("-u 1,3 --update=2 --outcome=refused,no-result --outcome cancelled --rule=count-gap "
              "--since=2020-09-10 --until=2020-09-11 a.pcap",
              NULL);
    g_assert_nonnull(options);
    const GtupdSelection *selection = &options->selection;
    g_assert_true(selection->any && selection->has_since && selection->has_until && selection->has_rules);
    g_assert_cmpuint(selection->numbers->len, ==, 3);
    g_assert_cmpuint(g_array_index(selection->numbers, guint, 1), ==, 3);
    g_assert_cmpuint(selection->outcomes, ==,
                     1u << GTUPD_OUTCOME_REFUSED | 1u << GTUPD_OUTCOME_NO_RESULT | 1u << GTUPD_OUTCOME_CANCELLED);
    g_assert_true(selection->rules[GTUPD_RULE_COUNT_GAP]);
    g_assert_false(selection->rules[GTUPD_RULE_COUNT_REUSED]);
}

static void test_live(void)
{
    g_autoptr(GtupdOptions) interface =
        parse("-i eth0 --duration=15m -c 7 -s 200 -B 4096 --promiscuous --user=daemon tcp port 5000", NULL);
    g_assert_nonnull(interface);
    g_assert_true(gtupd_options_are_live(interface));
    g_assert_null(interface->captures);
    g_assert_cmpstr(interface->tap.interface, ==, "eth0");
    g_assert_cmpstr(interface->tap.filter, ==, "tcp port 5000");
    g_assert_cmpint(interface->tap.duration, ==, 15 * 60 * G_USEC_PER_SEC);
    g_assert_cmpuint(interface->tap.count, ==, 7);
    g_assert_cmpuint(interface->tap.snaplen, ==, 200);
    g_assert_cmpuint(interface->tap.buffer, ==, 4096);
    g_assert_true(interface->tap.promiscuous);
    g_assert_cmpstr(interface->user, ==, "daemon");
    g_autoptr(GtupdOptions) file = parse("--follow=x.pcap", NULL);
    g_assert_cmpstr(file->tap.file, ==, "x.pcap");
    g_assert_null(file->tap.filter);
    g_autoptr(GtupdOptions) captures = parse("x.pcap", NULL);
    g_assert_false(gtupd_options_are_live(captures));
}

static void test_tasks(void)
{
    static const struct {
        const char *words;
        GtupdTask task;
    } rows[] = {
        {"--version", GTUPD_TASK_VERSION},
        {"--rules", GTUPD_TASK_RULES},
        {"--rules -f markdown", GTUPD_TASK_RULES},
        {"--explain=count-gap", GTUPD_TASK_EXPLAIN},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(GtupdOptions) options = parse(rows[i].words, &error);
        g_assert_no_error(error);
        g_assert_cmpint(options->task, ==, rows[i].task);
    }
}

/* Words that are off, and what the message must say. */
static void test_refused(void)
{
    static const char *const rows[][2] = {
        {"--nonsense a.pcap", "--nonsense"},
        {"--formt=json a.pcap", "--formt=json; did you mean --format?"},
        {"--pseudonymize a.pcap", "did you mean --pseudonymise?"},
        {"--format=xml a.pcap", "text, json"},
        {"--format=markdown a.pcap", "text, json"},
        {"--rules --format=xml", "markdown"},
        {"--min-severity=bad a.pcap", "note, warning, error"},
        {"--fail-on=E a.pcap", "--fail-on"},
        {"--explain=phase-skiped", "did you mean phase-skipped"},
        {"--device=12345 a.pcap", "12345"},
        {"--device=22222555558888X a.pcap", "Unique ID"},
        {"- -", "only once"},
        {"-f", "-f"},
        {"-o / a.pcap", "no file name"},
        {"-o /nonexistent/x a.pcap", "folder that does not exist"},
        {"-q", "no capture"},
        {"--ladder -f json a.pcap", "--ladder"},
        {"-i eth0 --follow=x", "do not go together"},
        {"--follow=x -s 100", "--interface"},
        {"-i eth0 -w x.pcap", "--write-packets"},
        {"-i eth0 --duration=5y", "--duration"},
        {"-i eth0 --duration=0", "--duration"},
        {"-i eth0 --duration=-5", "--duration"},
        {"-i eth0 --count=-5", "--count"},
        {"--duration=5 a.pcap", "--follow"},
        {"--user=nobody a.pcap", "--follow"},
        {"-w / a.pcap", "no file name"},
        {"-w x.pcap -o x.pcap a.pcap", "same file"},
        {"-w x.pcap -", "only once"},
        {"-w x.pcap a.pcap /dev/null", "/dev/null"},
        {"--trim-transfers a.pcap", "--write-packets"},
        {"--pseudonymise a.pcap", "--write-packets"},
        {"-u 0 a.pcap", "--update"},
        {"--outcome=success a.pcap", "no-result"},
        {"--outcome=succeeded,nonsense a.pcap", "\"nonsense\""},
        {"--rule=count-gab a.pcap", "did you mean count-gap"},
        {"--since=tomorrow a.pcap", "--since"},
        {"--since=2020-09-11 --until=2020-09-10T23:59:59 a.pcap", "--since"},
        {"--until=2020-09-31 a.pcap", "2020-09-31"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(GtupdOptions) options = parse(rows[i][0], &error);
        g_assert_null(options);
        g_assert_nonnull(error);
        g_assert_nonnull(strstr(error->message, rows[i][1]));
    }
}

static void test_output_over_input(void)
{
    char *folder = savefile_folder_new();
    g_autoptr(GByteArray) file = savefile_new(SAVEFILE_RAW, FALSE);
    g_autofree char *path = savefile_write(folder, "a.pcap", file, file->len);
    g_autofree char *words = g_strdup_printf("-o %s/../%s/a.pcap %s", folder, strrchr(folder, '/') + 1, path);
    g_autoptr(GError) error = NULL;
    g_assert_null(parse(words, &error));
    g_assert_error(error, GTUPD_OPTIONS_ERROR, GTUPD_OPTIONS_ERROR_WORDS);
    g_assert_nonnull(strstr(error->message, "input"));
    savefile_folder_free(folder);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/options/defaults", test_defaults);
    g_test_add_func("/options/everything", test_everything);
    g_test_add_func("/options/selection", test_selection);
    g_test_add_func("/options/live", test_live);
    g_test_add_func("/options/tasks", test_tasks);
    g_test_add_func("/options/refused", test_refused);
    g_test_add_func("/options/output-over-input", test_output_over_input);
    return g_test_run();
}
