/* SPDX-License-Identifier: GPL-2.0-or-later */
/* gtupd-analyzer: captures in, one report out. What the program decides itself: its exit status and standard error. */
#include "catalogue.h"
#include "format.h"
#include "lines.h"
#include "merge.h"
#include "options.h"
#include "slice_write.h"
#include "tee.h"

#include <errno.h>
#include <locale.h>
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

static void progress_step(Progress *progress)
{
    enum {
        PACKETS_BETWEEN_LOOKS = 4096,
        MICROSECONDS_BETWEEN_LINES = 200000
    };
    if (!progress->wanted || ++progress->packets % PACKETS_BETWEEN_LOOKS != 0)
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

/* An analysis and what it makes of its captures. */
typedef struct {
    const GtupdOptions *options;
    GtupdModel *model;
    GtupdSlice *slice; /* NULL: no packets are to be written */
} Analysis;

static void feed(const Analysis *analysis, GtupdEngine *engine, GtupdMerge *merge)
{
    Progress progress = {.wanted = !analysis->options->quiet && isatty(STDERR_FILENO)};
    GtupdPacket packet;
    while (gtupd_merge_next(merge, &packet)) {
        if (analysis->slice)
            gtupd_slice_hear(analysis->slice, &packet);
        gtupd_engine_packet(engine, &packet);
        progress_step(&progress);
    }
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

/* Reads all captures, and completes the model. */
static void read_captures(const Analysis *analysis)
{
    GtupdModel *model = analysis->model;
    GtupdTee tee = {0};
    GtupdSink model_sink = gtupd_model_sink(model);
    gtupd_tee_add(&tee, &model_sink);
    if (analysis->slice) {
        GtupdSink slice_sink = gtupd_slice_sink(analysis->slice);
        gtupd_tee_add(&tee, &slice_sink);
    }
    GtupdSink sink = gtupd_tee_sink(&tee);
    g_autoptr(GtupdEngine) engine = gtupd_engine_new(&sink);
    g_autoptr(GtupdMerge) merge = gtupd_merge_new((const char *const *)analysis->options->captures);
    tell_captures(model, merge);
    feed(analysis, engine, merge);
    tell_captures(model, merge);
    gtupd_engine_settle(engine);
    gtupd_model_complete(model, engine);
}

static Status report_whole(const Analysis *analysis)
{
    const GtupdOptions *options = analysis->options;
    g_autoptr(GString) report = g_string_new(NULL);
    GtupdReportOptions how = report_options(options);
    if (options->format->lines)
        gtupd_lines_render(analysis->model, options->format->lines, &how, report);
    else
        options->format->render(analysis->model, &how, report);
    return write_report(options, report);
}

static Status report_lines(const Analysis *analysis)
{
    const GtupdOptions *options = analysis->options;
    g_autoptr(GError) error = NULL;
    GtupdReportOptions how = report_options(options);
    g_autoptr(GtupdOutput) output = gtupd_output_open(options->output, &error);
    if (!output)
        return tell_not_written(options, error);
    g_autoptr(GtupdLines) lines =
        gtupd_lines_new(analysis->model, options->format->lines, &how, &options->selection, output);
    read_captures(analysis);
    if (gtupd_lines_end(lines, &error) && gtupd_output_finish(output, &error))
        return STATUS_DONE;
    return tell_not_written(options, error);
}

static Status write_packets(const Analysis *analysis)
{
    const GtupdOptions *options = analysis->options;
    g_autoptr(GError) error = NULL;
    const GtupdSliceOptions how = {.trim = options->trim_transfers};
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
    analysis->slice = slice;
    read_captures(analysis);
    gtupd_selection_apply(&analysis->options->selection, analysis->model);
    Status written = write_packets(analysis);
    analysis->slice = NULL;
    Status reported = report_whole(analysis);
    return reported == STATUS_DONE ? written : reported;
}

static Status report(Analysis *analysis)
{
    if (analysis->options->packets)
        return report_and_write_packets(analysis);
    if (analysis->options->format->lines)
        return report_lines(analysis);
    read_captures(analysis);
    gtupd_selection_apply(&analysis->options->selection, analysis->model);
    return report_whole(analysis);
}

static Status analyse(const GtupdOptions *options)
{
    g_autoptr(GtupdModel) model = gtupd_model_new((const char *const *)options->devices);
    Analysis analysis = {.options = options, .model = model};
    Status status = report(&analysis);
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
    else
        g_string_printf(text, "%s\n", gtupd_program_version());
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
