/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lines.h"

#include <string.h>

struct _GtupdLines {
    GtupdModel *model;
    const GtupdLineFormat *format;
    const GtupdReportOptions *options;
    const GtupdSelection *selection;
    GtupdOutput *output;
    GString *text; /* not yet written */
    GError *error;

    GPtrArray *ended; /* Unique IDs of devices whose update has just ended */

    /* With a selection: what was taken. */
    GHashTable *taken;   /* of "ID/number" of updates, for findings that are made late */
    GHashTable *devices; /* of Unique IDs */
    guint64 updates, updates_left_out;
    guint64 findings_left_out;
    guint64 severities[GTUPD_SEVERITIES];
};

/* Written at once, unless somebody is waiting. */
#define PIECE (64 * 1024)

static void write_out(GtupdLines *lines)
{
    if (!lines->error && lines->text->len > 0)
        gtupd_output_write(lines->output, lines->text, &lines->error);
    g_string_truncate(lines->text, 0);
}

static void write_much(GtupdLines *lines)
{
    if (lines->text->len >= PIECE)
        write_out(lines);
}

static char *key_of(const char *device, guint number)
{
    return g_strdup_printf("%s/%u", device, number);
}

static void put_finding(GtupdLines *lines, const GtupdModelFinding *finding, gboolean update_taken)
{
    if (!gtupd_selection_takes_finding(lines->selection, finding, update_taken)) {
        lines->findings_left_out++;
        return;
    }
    lines->severities[gtupd_model_severity(finding)]++;
    if (lines->selection->any)
        g_hash_table_add(lines->devices, g_strdup(finding->event.device));
    lines->format->finding(lines->model, finding, lines->options, lines->text);
}

static void take_update(const GtupdModelDevice *device, const GtupdModelUpdate *update, const GPtrArray *findings,
                        gpointer data)
{
    GtupdLines *lines = data;
    gboolean taken = gtupd_selection_takes_update(lines->selection, update, findings);
    if (taken) {
        lines->updates++;
        lines->format->update(lines->model, device, update, lines->options, lines->text);
    } else {
        lines->updates_left_out++;
    }
    if (taken && lines->selection->any) {
        g_hash_table_add(lines->taken, key_of(device->id, update->number));
        g_hash_table_add(lines->devices, g_strdup(device->id));
    }
    for (guint i = 0; i < findings->len; i++)
        put_finding(lines, findings->pdata[i], taken);
    write_much(lines);
}

static void take_finding(const GtupdModelFinding *finding, gpointer data)
{
    GtupdLines *lines = data;
    g_autofree char *key = key_of(finding->event.device, finding->update);
    put_finding(lines, finding, !lines->selection->any || g_hash_table_contains(lines->taken, key));
    write_much(lines);
}

GtupdLines *gtupd_lines_new(GtupdModel *model, const GtupdLineFormat *format, const GtupdReportOptions *options,
                            const GtupdSelection *selection, GtupdOutput *output)
{
    GtupdLines *lines = g_new0(GtupdLines, 1);
    lines->model = model;
    lines->format = format;
    lines->options = options;
    lines->selection = selection;
    lines->output = output;
    lines->text = g_string_new(NULL);
    lines->ended = g_ptr_array_new_with_free_func(g_free);
    lines->taken = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    lines->devices = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    const GtupdModelTaker taker = {.data = lines, .update = take_update, .finding = take_finding};
    gtupd_model_hand_over(model, &taker);
    return lines;
}

void gtupd_lines_free(GtupdLines *lines)
{
    if (!lines)
        return;
    g_string_free(lines->text, TRUE);
    g_ptr_array_unref(lines->ended);
    g_hash_table_unref(lines->taken);
    g_hash_table_unref(lines->devices);
    g_clear_error(&lines->error);
    g_free(lines);
}

static void hear_event(const GtupdEvent *event, gpointer data)
{
    GtupdLines *lines = data;
    if (event->device[0] && event->update != 0 && event->state == GTUPD_STATE_ENDED)
        g_ptr_array_add(lines->ended, g_strdup(event->device));
}

GtupdSink gtupd_lines_sink(GtupdLines *lines)
{
    return (GtupdSink){.data = lines, .event = hear_event};
}

void gtupd_lines_hurry(GtupdLines *lines, const GtupdEngine *engine)
{
    for (guint i = 0; i < lines->ended->len; i++)
        gtupd_model_hand_over_now(lines->model, engine, lines->ended->pdata[i]);
    g_ptr_array_set_size(lines->ended, 0);
    write_out(lines);
}

static void tell_selection(const GtupdLines *lines)
{
    GtupdModel *model = lines->model;
    guint kept = 0, all = model->devices->len;
    for (guint i = 0; i < all; i++) {
        GtupdModelDevice *device = model->devices->pdata[i];
        if (g_hash_table_contains(lines->devices, device->id))
            model->devices->pdata[kept++] = device;
    }
    g_ptr_array_set_size(model->devices, (gint)kept);
    model->updates = lines->updates;
    memcpy(model->severities, lines->severities, sizeof model->severities);
    model->left_out.is_known = TRUE;
    model->left_out.devices += all - kept;
    model->left_out.updates += lines->updates_left_out;
    model->left_out.findings += lines->findings_left_out;
}

gboolean gtupd_lines_end(GtupdLines *lines, GError **error)
{
    if (lines->selection->any)
        tell_selection(lines);
    lines->format->end(lines->model, lines->options, lines->text);
    write_out(lines);
    if (!lines->error)
        return TRUE;
    g_propagate_error(error, g_steal_pointer(&lines->error));
    return FALSE;
}

static void render_update(const GtupdModel *model, const GtupdModelDevice *device, const GtupdModelUpdate *update,
                          const GtupdLineFormat *format, const GtupdReportOptions *options, GString *out)
{
    format->update(model, device, update, options, out);
    for (guint i = 0; i < device->findings->len; i++) {
        const GtupdModelFinding *finding = device->findings->pdata[i];
        if (finding->update == update->number)
            format->finding(model, finding, options, out);
    }
}

void gtupd_lines_render(const GtupdModel *model, const GtupdLineFormat *format, const GtupdReportOptions *options,
                        GString *out)
{
    for (guint i = 0; i < model->devices->len; i++) {
        const GtupdModelDevice *device = model->devices->pdata[i];
        for (guint j = 0; j < device->updates->len; j++)
            render_update(model, device, device->updates->pdata[j], format, options, out);
    }
    for (guint i = 0; i < model->findings->len; i++) {
        const GtupdModelFinding *finding = model->findings->pdata[i];
        if (finding->update == 0)
            format->finding(model, finding, options, out);
    }
    format->end(model, options, out);
}
