/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The whole way of a capture file: read, analysed, reported in every format, and its packets written again. Reports are
 * UTF-8 and, as their format has it, JSON, XML or printable.
 */
#include "fuzz.h"
#include "lines.h"
#include "merge.h"
#include "report.h"
#include "slice_write.h"
#include "tee.h"

#include <json-glib/json-glib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* So many of a file that is small only because it is compressed are enough. */
#define PACKETS_MAX 20000

static void check_json(const char *text)
{
    g_autoptr(JsonParser) parser = json_parser_new();
    g_autoptr(GError) error = NULL;
    json_parser_load_from_data(parser, text, -1, &error);
    g_assert_no_error(error);
}

static void check_json_lines(const char *text)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    for (char **line = lines; *line && **line; line++)
        check_json(*line);
}

static void check_markup(const char *text)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GMarkupParseContext) context =
        g_markup_parse_context_new(&(GMarkupParser){0}, G_MARKUP_DEFAULT_FLAGS, NULL, NULL);
    if (g_markup_parse_context_parse(context, text, -1, &error))
        g_markup_parse_context_end_parse(context, &error);
    g_assert_no_error(error);
}

/* For a terminal, or a spreadsheet. */
static void check_text(const char *text)
{
    for (; *text; text = g_utf8_next_char(text))
        g_assert_true(*text == '\n' || *text == '\r' || g_unichar_isprint(g_utf8_get_char(text)));
}

static GString *render(const GtupdModel *model, const GtupdFormat *format, gboolean verbose)
{
    GString *out = g_string_new(NULL);
    const GtupdReportOptions options = {.verbose = verbose, .secrets = verbose, .utf8 = TRUE, .width = 80};
    if (format->lines)
        gtupd_lines_render(model, format->lines, &options, out);
    else
        format->render(model, &options, out);
    g_assert_true(g_utf8_validate(out->str, (gssize)out->len, NULL));
    return out;
}

static void report(const GtupdModel *model)
{
    static const struct {
        const char *name;
        void (*check)(const char *text);
    } formats[] = {
        {"text", check_text}, {"json", check_json},   {"ndjson", check_json_lines},
        {"csv", check_text},  {"html", check_markup}, {"ladder", check_text},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(formats); i++) {
        const GtupdFormat *format = gtupd_format_find(formats[i].name);
        for (gboolean verbose = FALSE; verbose <= TRUE; verbose++) {
            g_autoptr(GString) out = render(model, format, verbose);
            formats[i].check(out->str);
        }
    }
}

static void write_packets(GtupdSlice *slice, const GtupdModel *model, const char *const *files)
{
    GtupdSliceCounts counts;
    g_autoptr(GError) error = NULL;
    gtupd_slice_choose(slice, model);
    if (gtupd_slice_write(slice, files, &(GtupdSliceOptions){.trim = TRUE}, "/dev/null", &counts, &error))
        g_assert_cmpuint(counts.written, <=, counts.read);
}

/* FALSE: there are too many packets. */
static gboolean feed(GtupdEngine *engine, GtupdSlice *slice, GtupdMerge *merge)
{
    GtupdPacket packet;
    guint count = 0;
    while (gtupd_merge_next(merge, &packet)) {
        if (++count > PACKETS_MAX)
            return FALSE;
        gtupd_slice_hear(slice, &packet);
        gtupd_engine_packet(engine, &packet);
    }
    return TRUE;
}

static void analyse(const char *file)
{
    const char *const files[] = {file, NULL};
    g_autoptr(GtupdModel) model = gtupd_model_new(NULL);
    g_autoptr(GtupdSlice) slice = gtupd_slice_new();
    g_autoptr(GtupdMerge) merge = gtupd_merge_new(files);
    GtupdTee tee = {0};
    const GtupdSink sinks[] = {gtupd_model_sink(model), gtupd_slice_sink(slice)};
    gtupd_tee_add(&tee, &sinks[0]);
    gtupd_tee_add(&tee, &sinks[1]);
    const GtupdSink sink = gtupd_tee_sink(&tee);
    g_autoptr(GtupdEngine) engine = gtupd_engine_new(&sink);
    gboolean whole = feed(engine, slice, merge);
    gtupd_model_add_capture(model, gtupd_merge_info(merge, 0));
    gtupd_engine_settle(engine);
    gtupd_model_complete(model, engine);
    report(model);
    if (whole)
        write_packets(slice, model, files);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    int fd = memfd_create("capture", MFD_CLOEXEC);
    g_assert_cmpint(write(fd, data, size), ==, (gssize)size);
    g_autofree char *file = g_strdup_printf("/proc/self/fd/%d", fd);
    analyse(file);
    close(fd);
    return 0;
}
