/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The report as JSON: schema gtupd-report/1, described in gtupd-report-1.schema.json. */
#include "report_json.h"

#include "causes.h"
#include "download.h"
#include "format.h"
#include "json_line.h"

#include <string.h>

typedef struct {
    const GtupdModel *model;
    const GtupdReportOptions *options;
    JsonBuilder *builder; /* NULL: it is a line */
    GtupdJsonLine line;
} Writer;

void gtupd_report_append_json(JsonBuilder *builder, guint indent, GString *out)
{
    g_autoptr(JsonNode) root = json_builder_get_root(builder);
    g_autoptr(JsonGenerator) generator = json_generator_new();
    json_generator_set_root(generator, root);
    json_generator_set_pretty(generator, TRUE);
    json_generator_set_indent(generator, 2);
    gsize length;
    g_autofree char *text = json_generator_to_data(generator, &length);
    for (const char *at = text; *at; at++) {
        g_string_append_c(out, *at);
        for (guint i = 0; *at == '\n' && i < indent; i++)
            g_string_append_c(out, ' ');
    }
}

/* Members: of a tree, or of a line */

/* A string, or null where there is none. Without a name, an element of an array; and so for the others. */
static void add_string(Writer *writer, const char *name, const char *value)
{
    if (!writer->builder) {
        gtupd_json_line_string(&writer->line, name, value);
        return;
    }
    if (name)
        json_builder_set_member_name(writer->builder, name);
    if (value)
        json_builder_add_string_value(writer->builder, value);
    else
        json_builder_add_null_value(writer->builder);
}

static void add_integer(Writer *writer, const char *name, gint64 value)
{
    if (!writer->builder) {
        gtupd_json_line_number(&writer->line, name, value);
        return;
    }
    json_builder_set_member_name(writer->builder, name);
    json_builder_add_int_value(writer->builder, value);
}

static void add_boolean(Writer *writer, const char *name, gboolean value)
{
    if (!writer->builder) {
        gtupd_json_line_boolean(&writer->line, name, value);
        return;
    }
    json_builder_set_member_name(writer->builder, name);
    json_builder_add_boolean_value(writer->builder, value);
}

static void begin_object(Writer *writer, const char *name)
{
    if (!writer->builder) {
        gtupd_json_line_begin_object(&writer->line, name);
        return;
    }
    if (name)
        json_builder_set_member_name(writer->builder, name);
    json_builder_begin_object(writer->builder);
}

static void end_object(Writer *writer)
{
    if (writer->builder)
        json_builder_end_object(writer->builder);
    else
        gtupd_json_line_end_object(&writer->line);
}

static void begin_array(Writer *writer, const char *name)
{
    if (!writer->builder) {
        gtupd_json_line_begin_array(&writer->line, name);
        return;
    }
    json_builder_set_member_name(writer->builder, name);
    json_builder_begin_array(writer->builder);
}

static void end_array(Writer *writer)
{
    if (writer->builder)
        json_builder_end_array(writer->builder);
    else
        gtupd_json_line_end_array(&writer->line);
}

/* What the values mean */

/* The engine's fixed-size strings are empty where there is nothing. */
static void add_text(Writer *writer, const char *name, const char *value)
{
    add_string(writer, name, value[0] ? value : NULL);
}

static void add_secret(Writer *writer, const char *name, const char *value)
{
    g_autofree char *shown = gtupd_report_dup_secret(value, writer->options->secrets);
    add_string(writer, name, shown);
}

static void add_number(Writer *writer, const char *name, guint64 value)
{
    add_integer(writer, name, (gint64)MIN(value, (guint64)G_MAXINT64));
}

/* Null where the engine says −1. */
static void add_known_number(Writer *writer, const char *name, int value)
{
    if (value >= 0)
        add_number(writer, name, (guint64)value);
    else
        add_string(writer, name, NULL);
}

static void add_time(Writer *writer, const char *name, gint64 time, guint32 capture)
{
    char text[GTUPD_TIME_SIZE];
    gtupd_format_time_to(time, gtupd_model_nanoseconds(writer->model, capture), text);
    add_string(writer, name, text);
}

/* The members of objects, in the order of the schema */

static void add_capture(Writer *writer, guint index)
{
    const GtupdModelCapture *capture = &g_array_index(writer->model->captures, GtupdModelCapture, index);
    add_string(writer, "file", capture->file);
    add_number(writer, "packets", capture->packets);
    add_number(writer, "bytes", capture->bytes);
    if (capture->packets > 0) {
        add_time(writer, "first_time", capture->first_time, index);
        add_time(writer, "last_time", capture->last_time, index);
    } else {
        add_string(writer, "first_time", NULL);
        add_string(writer, "last_time", NULL);
    }
    add_boolean(writer, "complete", !capture->error);
    if (capture->is_live)
        add_number(writer, "dropped", capture->dropped);
}

static void add_limits(Writer *writer)
{
    gboolean any = FALSE;
    for (guint i = 0; i < GTUPD_LIMITS; i++)
        any = any || writer->model->limits[i] > 0;
    if (!any)
        return;
    begin_object(writer, "limits");
    for (guint i = 0; i < GTUPD_LIMITS; i++)
        if (writer->model->limits[i] > 0)
            add_number(writer, gtupd_limit_name((GtupdLimit)i), writer->model->limits[i]);
    end_object(writer);
}

static void add_left_out(Writer *writer)
{
    const GtupdModelLeftOut *left_out = &writer->model->left_out;
    if (!left_out->is_known)
        return;
    begin_object(writer, "left_out");
    add_number(writer, "devices", left_out->devices);
    add_number(writer, "updates", left_out->updates);
    add_number(writer, "findings", left_out->findings);
    end_object(writer);
}

static void add_totals(Writer *writer)
{
    const GtupdModel *model = writer->model;
    add_number(writer, "messages", model->counts.messages);
    add_number(writer, "messages_gtupd", model->counts.messages_gtupd);
    add_number(writer, "messages_unfinished", model->counts.messages_unfinished);
    add_number(writer, "devices", model->devices->len);
    add_number(writer, "updates", model->updates);
    begin_object(writer, "findings");
    for (guint i = GTUPD_SEVERITIES; i-- > 0;)
        add_number(writer, gtupd_severity_name((GtupdSeverity)i), model->severities[i]);
    end_object(writer);
    add_left_out(writer);
    add_limits(writer);
}

static const char *protocol_name(int protocol)
{
    switch (protocol) {
    case 0:
        return "http";
    case 2:
        return "ftp";
    default:
        return NULL;
    }
}

static void add_command(Writer *writer, const GtupdCommand *command)
{
    if (!command) {
        add_string(writer, "command", NULL);
        return;
    }
    gboolean has_url = command->url && command->url[0];
    g_autofree char *url =
        has_url ? gtupd_url_dup_shown(command->url, strlen(command->url), writer->options->secrets) : NULL;
    begin_object(writer, "command");
    add_text(writer, "serial", command->serial);
    add_string(writer, "url", url);
    add_string(writer, "protocol", protocol_name(command->protocol));
    add_known_number(writer, "max_download_retry", command->max_download_retry);
    add_known_number(writer, "download_timeout_min", command->download_timeout);
    add_secret(writer, "password", command->password);
    add_secret(writer, "download_user_name", command->user_name);
    add_secret(writer, "download_password", command->user_password);
    end_object(writer);
}

static void add_event(Writer *writer, const GtupdEvent *event)
{
    begin_object(writer, NULL);
    add_string(writer, "kind", gtupd_kind_name(event->kind));
    add_time(writer, "time", event->anchor.time, event->anchor.capture);
    add_number(writer, "capture", event->anchor.capture);
    add_number(writer, "frame", event->anchor.frame);
    add_text(writer, "code", event->code);
    add_text(writer, "serial", event->serial);
    add_text(writer, "count", event->count);
    add_text(writer, "send_time", event->send_time);
    add_known_number(writer, "download_times", event->download_times);
    add_boolean(writer, "buffered", event->buffered);
    end_object(writer);
}

/* A packet: null where there is none. */
static void add_packet(Writer *writer, const char *name, const GtupdAnchor *anchor)
{
    if (name && anchor->order == 0) {
        add_string(writer, name, NULL);
        return;
    }
    begin_object(writer, name);
    add_number(writer, "capture", anchor->capture);
    add_number(writer, "frame", anchor->frame);
    add_time(writer, "time", anchor->time, anchor->capture);
    end_object(writer);
}

/* Null where it is not known, i.e. negative. */
static void add_known_amount(Writer *writer, const char *name, gint64 value)
{
    if (value >= 0)
        add_number(writer, name, (guint64)value);
    else
        add_string(writer, name, NULL);
}

static void add_transfer(Writer *writer, const GtupdTransfer *transfer)
{
    begin_object(writer, NULL);
    add_known_number(writer, "attempt", transfer->attempt > 0 ? (int)transfer->attempt : -1);
    add_string(writer, "protocol", gtupd_download_protocol(transfer));
    add_string(writer, "result", gtupd_download_result(transfer));
    add_text(writer, "client", transfer->client);
    add_text(writer, "server", transfer->server);
    add_known_number(writer, "port", transfer->server_port > 0 ? transfer->server_port : -1);
    add_string(writer, "host", transfer->host);
    add_string(writer, "path", transfer->path);
    add_known_number(writer, "status", transfer->status > 0 ? transfer->status : -1);
    add_string(writer, "redirect", transfer->redirect);
    add_number(writer, "range_from", (guint64)MAX(transfer->range_from, 0));
    add_known_amount(writer, "bytes_expected", transfer->expected);
    add_known_amount(writer, "bytes_total", transfer->total);
    add_number(writer, "bytes_delivered", (guint64)MAX(transfer->delivered, 0));
    add_boolean(writer, "acknowledged", transfer->acknowledged);
    add_boolean(writer, "has_holes", transfer->has_holes);
    add_packet(writer, "request", &transfer->request);
    add_packet(writer, "first_data", &transfer->first_data);
    add_packet(writer, "last_data", &transfer->last_data);
    add_packet(writer, "end", &transfer->end);
    add_number(writer, "duration_ms", (guint64)(gtupd_download_duration(transfer) / 1000000));
    add_known_amount(writer, "bytes_per_second", gtupd_download_rate(transfer));
    add_number(writer, "longest_stall_ms", (guint64)(MAX(transfer->longest_stall, 0) / 1000000));
    add_number(writer, "retransmitted", transfer->retransmitted);
    add_string(writer, "closed_by", gtupd_download_closed_by(transfer));
    add_boolean(writer, "reset", transfer->reset);
    add_text(writer, "sha256", transfer->sha256);
    end_object(writer);
}

static void add_version(Writer *writer, const char *name, const GtupdVersion *version)
{
    if (!version->firmware[0] && !version->protocol[0]) {
        add_string(writer, name, NULL);
        return;
    }
    begin_object(writer, name);
    add_text(writer, "firmware", version->firmware);
    add_text(writer, "hardware", version->hardware);
    add_text(writer, "modem", version->modem);
    add_text(writer, "protocol", version->protocol);
    add_packet(writer, "told", &version->anchor);
    end_object(writer);
}

static void add_diagnosis(Writer *writer, const GtupdDiagnosis *diagnosis)
{
    if (!diagnosis) {
        add_string(writer, "diagnosis", NULL);
        return;
    }
    begin_object(writer, "diagnosis");
    add_string(writer, "cause", gtupd_cause_name(diagnosis->cause));
    add_string(writer, "party", gtupd_culprit_name(diagnosis->culprit));
    add_string(writer, "confidence", gtupd_confidence_name(diagnosis->confidence));
    add_string(writer, "message", diagnosis->sentence);
    begin_array(writer, "frames");
    for (guint i = 0; i < diagnosis->frames->len; i++)
        add_packet(writer, NULL, &g_array_index(diagnosis->frames, GtupdAnchor, i));
    end_array(writer);
    begin_array(writer, "doubts");
    for (guint i = 0; i < diagnosis->doubts->len; i++)
        add_string(writer, NULL, diagnosis->doubts->pdata[i]);
    end_array(writer);
    add_string(writer, "refuted_by", diagnosis->refuted_by);
    end_object(writer);
}

/* The capture in which an update's time was taken: that of the event which bears it. */
static guint32 capture_of_time(const GtupdModelUpdate *update, gint64 time)
{
    for (guint i = 0; i < update->events->len; i++) {
        const GtupdEvent *event = &g_array_index(update->events, GtupdEvent, i);
        if (event->anchor.time == time)
            return event->anchor.capture;
    }
    return update->command ? update->command->anchor.capture : 0;
}

static void add_update(Writer *writer, const GtupdModelUpdate *update)
{
    add_number(writer, "number", update->number);
    add_string(writer, "outcome", gtupd_outcome_name(update->outcome));
    add_string(writer, "update_type", gtupd_update_type_name(update->type));
    add_time(writer, "start_time", update->start_time, capture_of_time(update, update->start_time));
    if (update->end_time != 0)
        add_time(writer, "end_time", update->end_time, capture_of_time(update, update->end_time));
    else
        add_string(writer, "end_time", NULL);
    add_number(writer, "attempts", update->attempts);
    add_command(writer, update->command);
    begin_array(writer, "events");
    for (guint i = 0; i < update->events->len; i++)
        add_event(writer, &g_array_index(update->events, GtupdEvent, i));
    end_array(writer);
    begin_array(writer, "transfers");
    for (guint i = 0; i < update->transfers->len; i++)
        add_transfer(writer, update->transfers->pdata[i]);
    end_array(writer);
    add_version(writer, "version_before", &update->version_before);
    add_version(writer, "version_after", &update->version_after);
    add_diagnosis(writer, update->diagnosis);
}

static void add_device_members(Writer *writer, const GtupdModelDevice *device)
{
    add_string(writer, "id", device->id);
    add_string(writer, "id_kind", device->is_meid ? "meid" : "imei");
    add_string(writer, "name", device->name);
    add_text(writer, "device_type", device->type);
    add_text(writer, "protocol_version", device->version);
}

static void add_finding(Writer *writer, const GtupdModelFinding *finding)
{
    const GtupdEvent *event = &finding->event;
    add_string(writer, "rule", gtupd_rule_info(finding->rule)->id);
    add_string(writer, "severity", gtupd_severity_name(gtupd_model_severity(finding)));
    add_number(writer, "capture", event->anchor.capture);
    add_number(writer, "frame", event->anchor.frame);
    add_time(writer, "time", event->anchor.time, event->anchor.capture);
    add_text(writer, "device", event->device);
    add_known_number(writer, "update", finding->update > 0 ? (int)finding->update : -1);
    add_text(writer, "word", event->type == GTUPD_TYPE_SACK ? "" : event->word);
    add_string(writer, "field", finding->field);
    add_string(writer, "section", finding->section);
    add_string(writer, "message", finding->message);
}

static void add_cause(Writer *writer, const GtupdCauseCount *count)
{
    add_string(writer, "cause", gtupd_cause_name(count->cause));
    add_number(writer, "updates", count->updates);
    begin_array(writer, "devices");
    for (guint i = 0; i < count->devices->len; i++)
        add_string(writer, NULL, count->devices->pdata[i]);
    end_array(writer);
    begin_array(writer, "servers");
    for (guint i = 0; i < count->servers->len; i++)
        add_string(writer, NULL, count->servers->pdata[i]);
    end_array(writer);
}

/* The report itself: a tree of it all would take ten times the room of the text, so it is made part by part. */

static Writer writer_begin(const GtupdModel *model, const GtupdReportOptions *options)
{
    Writer writer = {.model = model, .options = options, .builder = json_builder_new_immutable()};
    begin_object(&writer, NULL);
    return writer;
}

static void writer_end(Writer *writer, guint indent, GString *out)
{
    end_object(writer);
    gtupd_report_append_json(writer->builder, indent, out);
    g_object_unref(writer->builder);
}

/* Between the elements of an array, and at its end. */
static void append_element_start(GString *out, gboolean first)
{
    g_string_append(out, first ? "\n    " : ",\n    ");
}

static void append_array_end(GString *out, gboolean empty)
{
    g_string_append(out, empty ? "]" : "\n  ]");
}

static void append_captures(const GtupdModel *model, const GtupdReportOptions *options, GString *out)
{
    g_string_append(out, "  \"captures\" : [");
    for (guint i = 0; i < model->captures->len; i++) {
        Writer writer = writer_begin(model, options);
        append_element_start(out, i == 0);
        add_capture(&writer, i);
        writer_end(&writer, 4, out);
    }
    append_array_end(out, model->captures->len == 0);
}

static void append_totals(const GtupdModel *model, const GtupdReportOptions *options, GString *out)
{
    Writer writer = writer_begin(model, options);
    g_string_append(out, "  \"totals\" : ");
    add_totals(&writer);
    writer_end(&writer, 2, out);
}

static void append_causes(const GtupdModel *model, const GtupdReportOptions *options, GString *out)
{
    g_autoptr(GPtrArray) causes = gtupd_causes_of(model);
    g_string_append(out, "  \"causes\" : [");
    for (guint i = 0; i < causes->len; i++) {
        Writer writer = writer_begin(model, options);
        append_element_start(out, i == 0);
        add_cause(&writer, causes->pdata[i]);
        writer_end(&writer, 4, out);
    }
    append_array_end(out, causes->len == 0);
}

/* One device may have had any number of updates, so they are made one by one, too. */
static void append_device(const GtupdModel *model, const GtupdModelDevice *device, const GtupdReportOptions *options,
                          GString *out)
{
    Writer writer = writer_begin(model, options);
    begin_object(&writer, NULL);
    add_device_members(&writer, device);
    json_builder_end_object(writer.builder);
    writer_end(&writer, 4, out);
    g_string_truncate(out, out->len - strlen("\n    }"));
    g_string_append(out, ",\n      \"updates\" : [");
    for (guint i = 0; i < device->updates->len; i++) {
        Writer part = writer_begin(model, options);
        g_string_append(out, i == 0 ? "\n        " : ",\n        ");
        add_update(&part, device->updates->pdata[i]);
        writer_end(&part, 8, out);
        gtupd_report_spill(options, out);
    }
    g_string_append(out, device->updates->len == 0 ? "]\n    }" : "\n      ]\n    }");
}

static void append_devices(const GtupdModel *model, const GtupdReportOptions *options, GString *out)
{
    g_string_append(out, "  \"devices\" : [");
    for (guint i = 0; i < model->devices->len; i++) {
        append_element_start(out, i == 0);
        append_device(model, model->devices->pdata[i], options, out);
        gtupd_report_spill(options, out);
    }
    append_array_end(out, model->devices->len == 0);
}

static void append_findings(const GtupdModel *model, const GtupdReportOptions *options, GString *out)
{
    gboolean empty = TRUE;
    g_string_append(out, "  \"findings\" : [");
    for (guint i = 0; i < model->findings->len; i++) {
        const GtupdModelFinding *finding = model->findings->pdata[i];
        if (gtupd_model_severity(finding) < options->min_severity)
            continue;
        Writer writer = writer_begin(model, options);
        append_element_start(out, empty);
        add_finding(&writer, finding);
        writer_end(&writer, 4, out);
        gtupd_report_spill(options, out);
        empty = FALSE;
    }
    append_array_end(out, empty);
}

void gtupd_report_json(const GtupdModel *model, const GtupdReportOptions *options, GString *out)
{
    g_string_append_printf(out, "{\n  \"schema\" : \"gtupd-report/1\",\n  \"analyzer\" : \"%s\",\n",
                           gtupd_program_version());
    append_captures(model, options, out);
    g_string_append(out, ",\n");
    append_totals(model, options, out);
    g_string_append(out, ",\n");
    append_causes(model, options, out);
    g_string_append(out, ",\n");
    append_devices(model, options, out);
    g_string_append(out, ",\n");
    append_findings(model, options, out);
    g_string_append(out, "\n}\n");
}

/* The same parts as lines: what each is stands first. */

static Writer line_begin(const GtupdModel *model, const GtupdReportOptions *options, const char *type, GString *out)
{
    Writer writer = {.model = model, .options = options, .line = {.out = out, .first = TRUE}};
    begin_object(&writer, NULL);
    add_string(&writer, "type", type);
    return writer;
}

static void line_end(Writer *writer)
{
    end_object(writer);
    g_string_append_c(writer->line.out, '\n');
}

static void line_update(const GtupdModel *model, const GtupdModelDevice *device, const GtupdModelUpdate *update,
                        const GtupdReportOptions *options, GString *out)
{
    Writer writer = line_begin(model, options, "update", out);
    add_string(&writer, "device", device->id);
    add_update(&writer, update);
    line_end(&writer);
}

static void line_finding(const GtupdModel *model, const GtupdModelFinding *finding, const GtupdReportOptions *options,
                         GString *out)
{
    if (gtupd_model_severity(finding) < options->min_severity)
        return;
    Writer writer = line_begin(model, options, "finding", out);
    add_finding(&writer, finding);
    line_end(&writer);
}

static void line_device(const GtupdModel *model, const GtupdModelDevice *device, const GtupdReportOptions *options,
                        GString *out)
{
    Writer writer = line_begin(model, options, "device", out);
    add_device_members(&writer, device);
    line_end(&writer);
}

static void lines_end(const GtupdModel *model, const GtupdReportOptions *options, GString *out)
{
    for (guint i = 0; i < model->devices->len; i++)
        line_device(model, model->devices->pdata[i], options, out);
    for (guint i = 0; i < model->captures->len; i++) {
        Writer writer = line_begin(model, options, "capture", out);
        add_capture(&writer, i);
        line_end(&writer);
    }
    /* The last line tells what the lines are, and that they are all there. */
    Writer writer = line_begin(model, options, "totals", out);
    add_totals(&writer);
    add_string(&writer, "schema", "gtupd-report/1");
    add_string(&writer, "analyzer", gtupd_program_version());
    line_end(&writer);
}

const GtupdLineFormat gtupd_report_ndjson = {.update = line_update, .finding = line_finding, .end = lines_end};
