/* SPDX-License-Identifier: GPL-2.0-or-later */
/* gtupd-analyzer: captures in, one report out. What the program decides itself: its exit status and standard error. */
#include "catalogue.h"
#include "format.h"
#include "help.h"
#include "lines.h"
#include "merge.h"
#include "options.h"
#include "privileges.h"
#include "relay.h"
#include "sandbox.h"
#include "slice_write.h"
#include "tap.h"
#include "tee.h"
#include "watch.h"

#include <errno.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* Scripts hold on to these. */
typedef enum {
    STATUS_DONE = 0,
    STATUS_FAIL_ON = 1,     /* --fail-on was met */
    STATUS_WORDS = 2,       /* the command line is off: nothing was analysed */
    STATUS_INPUT = 3,       /* an input could not be read to its end; stronger than STATUS_FAIL_ON */
    STATUS_NOT_WRITTEN = 4, /* the report could not be written */
} Status;

/* Progress */

typedef struct {
    gboolean wanted;
    guint64 packets;
    gint64 next; /* monotonic time, µs, of the next line */
} Progress;

static void progress_step(Progress *progress, guint packets)
{
    enum {
        PACKETS_BETWEEN_LOOKS = 4096,
        MICROSECONDS_BETWEEN_LINES = 200000
    };
    guint64 before = progress->packets;
    progress->packets += packets;
    if (!progress->wanted || before / PACKETS_BETWEEN_LOOKS == progress->packets / PACKETS_BETWEEN_LOOKS)
        return;
    gint64 now = g_get_monotonic_time();
    if (now < progress->next)
        return;
    progress->next = now + MICROSECONDS_BETWEEN_LINES;
    g_autofree char *count = gtupd_format_things(progress->packets, "packet");
    fprintf(stderr, "\r%s read", count);
}

static void progress_end(const Progress *progress)
{
    if (progress->next != 0)
        fputs("\r\033[K", stderr);
}

/* Reporting */

static GtupdReportOptions report_options(const GtupdOptions *options)
{
    enum {
        WIDTH_MIN = 80,
        WIDTH_MAX = 100
    };
    gboolean terminal = !options->output && isatty(STDOUT_FILENO);
    const char *no_colour = g_getenv("NO_COLOR");
    struct winsize window = {0};
    guint width = WIDTH_MAX;
    if (terminal && ioctl(STDOUT_FILENO, TIOCGWINSZ, &window) == 0 && window.ws_col > 0)
        width = CLAMP(window.ws_col, WIDTH_MIN, WIDTH_MAX);
    return (GtupdReportOptions){
        .min_severity = options->min_severity,
        .secrets = options->show_secrets,
        .verbose = options->verbose,
        .colour = terminal && (!no_colour || !no_colour[0]),
        .utf8 = g_get_charset(NULL),
        .width = width,
    };
}

static Status tell_not_written(const GtupdOptions *options, const GError *error)
{
    /* A reader that has seen enough, as `head` has, is no failure. */
    if (g_error_matches(error, G_FILE_ERROR, G_FILE_ERROR_PIPE))
        return STATUS_DONE;
    g_autofree char *target = gtupd_format_printable(options->output ? options->output : "standard output");
    g_printerr("gtupd-analyzer: the report could not be written to %s: %s\n", target, error->message);
    return STATUS_NOT_WRITTEN;
}

static Status write_report(const GtupdOptions *options, const GString *report)
{
    g_autoptr(GError) error = NULL;
    return gtupd_report_write(report, options->output, &error) ? STATUS_DONE : tell_not_written(options, error);
}

/* Analysing */

/* An analysis, and what it is made with. */
typedef struct {
    const GtupdOptions *options;
    GtupdModel *model;
    GtupdTap *tap;           /* packets come from there; NULL: from captures */
    GtupdWatch *watch;       /* NULL: nobody looks on */
    GtupdLines *lines;       /* NULL: the report is made at the end */
    GtupdSlice *slice;       /* NULL: no packets are to be written */
    GtupdDisguise *disguise; /* with `slice`; NULL: as they are */
    GtupdOutput *output;     /* of the report, opened early; NULL: to be opened when it is made */
} Analysis;

/* What is being waited for while it is read. */
static gboolean is_hurried(const Analysis *analysis)
{
    char **captures = analysis->options->captures;
    return analysis->lines && (analysis->tap || (captures && g_strv_contains((const char *const *)captures, "-")));
}

static void take_packet(const Analysis *analysis, GtupdEngine *engine, const GtupdPacket *packet, gboolean hurried)
{
    if (analysis->slice)
        gtupd_slice_hear(analysis->slice, packet);
    gtupd_engine_packet(engine, packet);
    if (hurried)
        gtupd_lines_hurry(analysis->lines, engine);
}

/* Who is in a hurry, or has to know which packet is at hand, is told one by one. */
static void feed_one_by_one(const Analysis *analysis, GtupdEngine *engine, GtupdMerge *merge, Progress *progress)
{
    const gboolean hurried = is_hurried(analysis);
    GtupdPacket packet;
    while (gtupd_merge_next(merge, &packet)) {
        take_packet(analysis, engine, &packet, hurried);
        progress_step(progress, 1);
    }
}

static void feed_by_two(GtupdEngine *engine, GtupdMerge *merge, Progress *progress)
{
    g_autoptr(GtupdRelay) relay = gtupd_relay_new(merge, engine);
    guint packets;
    for (const GtupdArrivals *arrivals; (arrivals = gtupd_relay_next(relay, &packets));) {
        gtupd_engine_look(engine, arrivals);
        progress_step(progress, packets);
    }
}

static void feed_captures(const Analysis *analysis, GtupdEngine *engine, GtupdMerge *merge)
{
    Progress progress = {.wanted = !analysis->options->quiet && isatty(STDERR_FILENO)};
    if (is_hurried(analysis) || analysis->slice)
        feed_one_by_one(analysis, engine, merge, &progress);
    else
        feed_by_two(engine, merge, &progress);
    progress_end(&progress);
}

/* Names what could not be read. TRUE if everything could. */
static gboolean tell_inputs(const GtupdModel *model)
{
    gboolean complete = TRUE;
    for (guint i = 0; i < model->captures->len; i++) {
        const char *cause = g_array_index(model->captures, GtupdModelCapture, i).error;
        complete = complete && !cause;
        if (cause)
            g_printerr("gtupd-analyzer: %s\n", cause);
    }
    return complete;
}

static void tell_absent_devices(const GtupdOptions *options, const GtupdModel *model)
{
    if (options->quiet)
        return;
    for (char **id = options->devices; id && *id; id++)
        if (!gtupd_model_device(model, *id))
            g_printerr("gtupd-analyzer: no message of device %s was heard\n", *id);
}

/* As far as they have been read. */
static void tell_captures(GtupdModel *model, const GtupdMerge *merge)
{
    gtupd_model_clear_captures(model);
    for (guint i = 0; i < gtupd_merge_count(merge); i++)
        gtupd_model_add_capture(model, gtupd_merge_info(merge, i));
}

static void read_captures(const Analysis *analysis, GtupdEngine *engine)
{
    g_autoptr(GtupdMerge) merge = gtupd_merge_new((const char *const *)analysis->options->captures);
    tell_captures(analysis->model, merge);
    feed_captures(analysis, engine, merge);
    tell_captures(analysis->model, merge);
}

static void read_tap(const Analysis *analysis, GtupdEngine *engine)
{
    GtupdPacket packet = {0};
    gtupd_model_add_capture(analysis->model, gtupd_tap_info(analysis->tap));
    while (gtupd_tap_next(analysis->tap, &packet))
        take_packet(analysis, engine, &packet, is_hurried(analysis));
    gtupd_model_clear_captures(analysis->model);
    gtupd_model_add_capture(analysis->model, gtupd_tap_info(analysis->tap));
}

static void add_sinks(const Analysis *analysis, GtupdTee *tee)
{
    const GtupdSink model = gtupd_model_sink(analysis->model);
    gtupd_tee_add(tee, &model);
    if (analysis->slice) {
        const GtupdSink slice = gtupd_slice_sink(analysis->slice);
        gtupd_tee_add(tee, &slice);
    }
    if (analysis->disguise) {
        const GtupdSink disguise = gtupd_disguise_sink(analysis->disguise);
        gtupd_tee_add(tee, &disguise);
    }
    if (is_hurried(analysis)) {
        const GtupdSink lines = gtupd_lines_sink(analysis->lines);
        gtupd_tee_add(tee, &lines);
    }
    if (analysis->watch) {
        const GtupdSink watch = gtupd_watch_sink(analysis->watch);
        gtupd_tee_add(tee, &watch);
    }
}

/* Reads all there is, and completes the model. */
static void read_all(const Analysis *analysis)
{
    GtupdTee tee = {0};
    add_sinks(analysis, &tee);
    const GtupdSink sink = gtupd_tee_sink(&tee);
    g_autoptr(GtupdEngine) engine = gtupd_engine_new(&sink);
    if (analysis->tap)
        read_tap(analysis, engine);
    else
        read_captures(analysis, engine);
    gtupd_engine_settle(engine);
    gtupd_model_complete(analysis->model, engine);
}

static Status report_whole(const Analysis *analysis)
{
    const GtupdOptions *options = analysis->options;
    g_autoptr(GString) report = g_string_new(NULL);
    g_autoptr(GError) error = NULL;
    GtupdReportOptions how = report_options(options);
    g_autoptr(GtupdOutput) own = analysis->output ? NULL : gtupd_output_open(options->output, &error);
    how.output = own ? own : analysis->output;
    if (!how.output)
        return tell_not_written(options, error);
    /* Apart from the lines of those who looked on. */
    if (analysis->watch && options->format->render == gtupd_report_text && !options->output)
        puts("");
    if (options->format->lines)
        gtupd_lines_render(analysis->model, options->format->lines, &how, report);
    else
        options->format->render(analysis->model, &how, report);
    gboolean written = gtupd_output_write(how.output, report, &error) && gtupd_output_finish(how.output, &error);
    return written ? STATUS_DONE : tell_not_written(options, error);
}

static Status report_lines(Analysis *analysis)
{
    const GtupdOptions *options = analysis->options;
    g_autoptr(GError) error = NULL;
    GtupdReportOptions how = report_options(options);
    g_autoptr(GtupdOutput) own = analysis->output ? NULL : gtupd_output_open(options->output, &error);
    GtupdOutput *output = own ? own : analysis->output;
    if (!output)
        return tell_not_written(options, error);
    g_autoptr(GtupdLines) lines =
        gtupd_lines_new(analysis->model, options->format->lines, &how, &options->selection, output);
    analysis->lines = lines;
    read_all(analysis);
    analysis->lines = NULL;
    if (gtupd_lines_end(lines, &error) && gtupd_output_finish(output, &error))
        return STATUS_DONE;
    return tell_not_written(options, error);
}

static Status write_packets(const Analysis *analysis)
{
    const GtupdOptions *options = analysis->options;
    g_autoptr(GError) error = NULL;
    const GtupdSliceOptions how = {.trim = options->trim_transfers, .disguise = analysis->disguise};
    GtupdSliceCounts counts;
    gtupd_slice_choose(analysis->slice, analysis->model);
    g_autofree char *target = gtupd_format_printable(options->packets);
    if (!gtupd_slice_write(analysis->slice, (const char *const *)options->captures, &how, options->packets, &counts,
                           &error)) {
        g_printerr("gtupd-analyzer: the packets could not be written to %s: %s\n", target, error->message);
        return STATUS_NOT_WRITTEN;
    }
    g_autofree char *written = gtupd_format_count(counts.written);
    g_autofree char *all = gtupd_format_things(counts.read, "packet");
    if (!options->quiet)
        g_printerr("gtupd-analyzer: %s of %s written to %s\n", written, all, target);
    return STATUS_DONE;
}

/* What is to be written needs all there is, so it is kept. */
static Status report_and_write_packets(Analysis *analysis)
{
    g_autoptr(GtupdSlice) slice = gtupd_slice_new();
    g_autoptr(GtupdDisguise) disguise = analysis->options->pseudonymise ? gtupd_disguise_new() : NULL;
    analysis->slice = slice;
    analysis->disguise = disguise;
    read_all(analysis);
    gtupd_selection_apply(&analysis->options->selection, analysis->model);
    Status written = write_packets(analysis);
    analysis->slice = NULL;
    analysis->disguise = NULL;
    Status reported = report_whole(analysis);
    return reported == STATUS_DONE ? written : reported;
}

static Status report(Analysis *analysis)
{
    if (analysis->options->packets)
        return report_and_write_packets(analysis);
    if (analysis->options->format->lines)
        return report_lines(analysis);
    read_all(analysis);
    gtupd_selection_apply(&analysis->options->selection, analysis->model);
    return report_whole(analysis);
}

/* Confined */

/* What is about to be read comes from strangers. */
static void confine(const Analysis *analysis)
{
    const GtupdOptions *options = analysis->options;
    const GtupdSandboxNeeds needs = {
        .files = options->packets || (options->output && !analysis->output),
        .interface = options->tap.interface != NULL,
    };
    g_autoptr(GError) error = NULL;
    if (gtupd_sandbox_enter(&needs, &error))
        return;
    gboolean is_news = g_error_matches(error, GTUPD_SANDBOX_ERROR, GTUPD_SANDBOX_ERROR_KERNEL);
    if (options->verbose || (is_news && !options->quiet))
        g_printerr("gtupd-analyzer: reading without a sandbox: %s\n", error->message);
}

static Status confine_and_report(Analysis *analysis)
{
    confine(analysis);
    return report(analysis);
}

/* Live */

static volatile sig_atomic_t stop_asked;

static void ask_to_stop(int signal_number G_GNUC_UNUSED)
{
    stop_asked = 1;
}

/* The first one asks for the report, the second one ends the program as always. */
static void catch_signals(void)
{
    struct sigaction action = {.sa_handler = ask_to_stop, .sa_flags = (int)SA_RESETHAND};
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
}

/* Where the report itself is not being written; NULL: nowhere. */
static FILE *watch_stream(const GtupdOptions *options)
{
    if (options->output || options->format->render == gtupd_report_text)
        return stdout;
    return !options->quiet && isatty(STDERR_FILENO) ? stderr : NULL;
}

/* Everything that needs rights is opened before they are given up. */
static Status open_live(Analysis *analysis, GError **error)
{
    const GtupdOptions *options = analysis->options;
    GtupdTapOptions tap = options->tap;
    tap.stop = &stop_asked;
    analysis->tap = gtupd_tap_open(&tap, error);
    if (!analysis->tap)
        return g_error_matches(*error, GTUPD_TAP_ERROR, GTUPD_TAP_ERROR_FILTER) ? STATUS_WORDS : STATUS_INPUT;
    if (geteuid() == 0) {
        analysis->output = gtupd_output_open_in_place(options->output, error);
        if (!analysis->output)
            return STATUS_NOT_WRITTEN;
    }
    return gtupd_privileges_drop(options->user, error) ? STATUS_DONE : STATUS_WORDS;
}

static Status watch_and_report(Analysis *analysis)
{
    const GtupdOptions *options = analysis->options;
    g_autoptr(GError) error = NULL;
    catch_signals();
    Status status = open_live(analysis, &error);
    g_autoptr(GtupdTap) tap = analysis->tap;
    g_autoptr(GtupdOutput) output = analysis->output;
    if (error) {
        g_autofree char *cause = gtupd_format_printable(error->message);
        g_printerr("gtupd-analyzer: %s\n", cause);
        return status;
    }
    FILE *stream = watch_stream(options);
    GtupdReportOptions how = report_options(options);
    g_autoptr(GtupdWatch) watch = stream ? gtupd_watch_new(&how, analysis->model->only, stream) : NULL;
    analysis->watch = watch;
    status = confine_and_report(analysis);
    analysis->watch = NULL;
    analysis->tap = NULL;
    analysis->output = NULL;
    return status;
}

static Status analyse(const GtupdOptions *options)
{
    g_autoptr(GtupdModel) model = gtupd_model_new((const char *const *)options->devices);
    Analysis analysis = {.options = options, .model = model};
    Status status = gtupd_options_are_live(options) ? watch_and_report(&analysis) : confine_and_report(&analysis);
    tell_absent_devices(options, model);
    if (!tell_inputs(model))
        return STATUS_INPUT;
    if (status == STATUS_DONE && options->has_fail_on && gtupd_model_has_severity(model, options->fail_on))
        return STATUS_FAIL_ON;
    return status;
}

static Status run(const GtupdOptions *options)
{
    if (options->task == GTUPD_TASK_ANALYSE)
        return analyse(options);
    g_autoptr(GString) text = g_string_new(NULL);
    GtupdReportOptions how = report_options(options);
    if (options->task == GTUPD_TASK_RULES)
        options->format->rules(&how, text);
    else if (options->task == GTUPD_TASK_EXPLAIN)
        gtupd_catalogue_explain(options->explain, &how, text);
    else if (options->task == GTUPD_TASK_VERSION)
        g_string_printf(text, "%s\n", gtupd_program_version());
    else
        gtupd_help(options->task == GTUPD_TASK_HELP_ALL, &how, text);
    return write_report(options, text);
}

int main(int argc G_GNUC_UNUSED, char **argv)
{
    setlocale(LC_CTYPE, "");
    g_set_prgname("gtupd-analyzer");
    g_autoptr(GError) error = NULL;
    g_autoptr(GtupdOptions) options = gtupd_options_parse(argv, &error);
    if (!options) {
        g_autofree char *cause = gtupd_format_printable(error->message);
        g_printerr("gtupd-analyzer: %s\nTry gtupd-analyzer --help.\n", cause);
        return STATUS_WORDS;
    }
    return (int)run(options);
}
