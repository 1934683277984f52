/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "model.h"

#include "bounds.h"
#include "case.h"
#include "format.h"

#include <string.h>

/* Owned parts */

static void capture_clear(gpointer data)
{
    GtupdModelCapture *capture = data;
    g_free(capture->file);
    g_free(capture->error);
}

static void finding_free(gpointer data)
{
    GtupdModelFinding *finding = data;
    g_free(finding->message);
    g_free(finding);
}

static void update_free(gpointer data)
{
    GtupdModelUpdate *update = data;
    gtupd_command_free(update->command);
    g_array_unref(update->events);
    g_ptr_array_unref(update->transfers);
    gtupd_diagnosis_free(update->diagnosis);
    g_free(update);
}

static void device_free(gpointer data)
{
    GtupdModelDevice *device = data;
    g_free(device->name);
    g_ptr_array_unref(device->updates);
    g_ptr_array_unref(device->findings);
    g_free(device);
}

/* What is kept, and what it costs: about, with what the allocator needs for itself. */

static gsize finding_size(const GtupdModelFinding *finding)
{
    enum {
        BESIDE = 48
    };
    return sizeof *finding + strlen(finding->message) + BESIDE;
}

static gsize text_size(const char *text)
{
    return text ? strlen(text) + 16 : 0;
}

static gsize transfer_size(const GtupdTransfer *transfer)
{
    return sizeof *transfer + text_size(transfer->host) + text_size(transfer->path) + text_size(transfer->redirect);
}

/* Of what an update is made of besides itself. */
static gsize details_size(const GArray *events, const GPtrArray *transfers)
{
    gsize size = events->len * sizeof(GtupdEvent);
    for (guint i = 0; transfers && i < transfers->len; i++)
        size += transfer_size(transfers->pdata[i]);
    return size;
}

/* What it costs in any case: with its command, and the diagnosis that it will get. */
static gsize bare_size(const GtupdUpdate *update)
{
    enum {
        BESIDE = 256,
        COMMAND = sizeof(GtupdCommand) + 192,
        DIAGNOSIS = 1024
    };
    return sizeof(GtupdModelUpdate) + BESIDE + (update->command ? COMMAND : 0) +
           (update->outcome == GTUPD_OUTCOME_SUCCEEDED ? 0 : DIAGNOSIS);
}

static gboolean has_room(const GtupdModel *model, gsize size)
{
    return model->size + size <= GTUPD_MAX_REPORT_BYTES;
}

static void strip(GtupdModelUpdate *update)
{
    g_array_unref(update->events);
    update->events = g_array_new(FALSE, FALSE, sizeof(GtupdEvent));
    g_ptr_array_set_size(update->transfers, 0);
}

/* Takes the events of clean updates, oldest first, until there is room for `size` bytes. FALSE: that does not do. */
static gboolean make_room(GtupdModel *model, gsize size)
{
    while (!has_room(model, size) && model->clean.head) {
        GtupdModelUpdate *update = g_queue_pop_head(&model->clean);
        const gsize details = details_size(update->events, update->transfers);
        model->dropped[GTUPD_LIMIT_EVENTS] += update->events->len;
        strip(update);
        update->size -= details;
        model->size -= details;
    }
    return has_room(model, size);
}

/* Collecting */

static gboolean is_selected(const GtupdModel *model, const char *id)
{
    return !model->only || g_hash_table_contains(model->only, id);
}

static gboolean hands_over(const GtupdModel *model)
{
    return model->taker.update != NULL;
}

static GtupdModelDevice *device_for(GtupdModel *model, const char *id)
{
    GtupdModelDevice *device = g_hash_table_lookup(model->by_id, id);
    if (device)
        return device;
    device = g_new0(GtupdModelDevice, 1);
    g_strlcpy(device->id, id, sizeof device->id);
    device->updates = g_ptr_array_new_with_free_func(update_free);
    device->findings = g_ptr_array_new_with_free_func(hands_over(model) ? finding_free : NULL);
    g_hash_table_insert(model->by_id, device->id, device);
    return device;
}

/* Takes the finding: one of an update that is still to come waits for it. */
static void hand_over_finding(GtupdModel *model, GtupdModelFinding *finding)
{
    if (finding->event.device[0] && finding->update != 0) {
        GtupdModelDevice *device = device_for(model, finding->event.device);
        if (finding->update > device->handed_over && has_room(model, finding_size(finding))) {
            model->size += finding_size(finding);
            g_ptr_array_add(device->findings, finding);
            return;
        }
    }
    model->taker.finding(finding, model->taker.data);
    finding_free(finding);
}

static void keep_finding(GtupdModel *model, GtupdModelFinding *finding)
{
    if (!make_room(model, finding_size(finding))) {
        model->dropped[GTUPD_LIMIT_FINDINGS]++;
        finding_free(finding);
        return;
    }
    model->size += finding_size(finding);
    g_ptr_array_add(model->findings, finding);
    if (finding->event.device[0])
        device_for(model, finding->event.device)->latest_finding = finding->update;
}

static void take_finding(const GtupdFinding *finding, gpointer data)
{
    GtupdModel *model = data;
    if (!is_selected(model, finding->event->device)) {
        model->left_out.findings++;
        return;
    }
    /* What a device's findings number, those dropped at a limit included, the engine counts itself. */
    if (model->finishing || !finding->event->device[0])
        model->severities[gtupd_rule_info(finding->rule)->severity]++;

    GtupdModelFinding *copy = g_new0(GtupdModelFinding, 1);
    copy->rule = finding->rule;
    copy->event = *finding->event;
    copy->update = finding->update;
    copy->field = finding->field ? finding->field->id : NULL;
    copy->offset = finding->span.offset;
    copy->section = g_intern_string(finding->section);
    copy->message = g_strdup(finding->message);
    if (hands_over(model))
        hand_over_finding(model, copy);
    else
        keep_finding(model, copy);
}

/* None, if `events` is NULL. */
static GArray *copy_events(const GArray *events)
{
    const guint count = events != NULL ? events->len : 0;
    GArray *copy = g_array_sized_new(FALSE, FALSE, sizeof(GtupdEvent), count);
    if (count > 0)
        g_array_append_vals(copy, events->data, count);
    return copy;
}

static void hand_over_update(GtupdModel *model, GtupdModelDevice *device);

/* With its events and transfers, if `whole`. */
static GtupdModelUpdate *update_copy(const GtupdModel *model, const GtupdUpdate *update, gboolean whole)
{
    GtupdModelUpdate *copy = g_new0(GtupdModelUpdate, 1);
    copy->number = update->number;
    copy->state = update->state;
    copy->outcome = update->outcome;
    copy->type = update->type;
    copy->start_time = update->start_time;
    copy->end_time = update->end_time;
    copy->closing_time = update->closing_time;
    copy->last_heard = update->last_heard;
    copy->restarted = update->restarted;
    copy->has_disputed = update->has_disputed;
    copy->version_before = update->version_before;
    copy->version_after = update->version_after;
    copy->attempts = update->attempts;
    copy->transfers = gtupd_transfers_copy(whole ? update->transfers : NULL);
    copy->command = gtupd_command_copy(update->command);
    /* At the end they are all told before the first is handed over: till then the engine's own events will do. */
    copy->shares_events = whole && model->finishing && hands_over(model);
    copy->events =
        copy->shares_events ? g_array_ref((GArray *)update->events) : copy_events(whole ? update->events : NULL);
    copy->size = bare_size(update) + (whole ? details_size(update->events, update->transfers) : 0);
    return copy;
}

/* FALSE: there is no room for it. */
static gboolean keep_update(GtupdModel *model, GtupdModelDevice *device, const GtupdUpdate *update)
{
    const gboolean whole = make_room(model, bare_size(update) + details_size(update->events, update->transfers));
    if (!whole && !has_room(model, bare_size(update))) {
        model->dropped[GTUPD_LIMIT_UPDATES]++;
        return FALSE;
    }
    GtupdModelUpdate *copy = update_copy(model, update, whole);
    model->dropped[GTUPD_LIMIT_EVENTS] += whole ? 0 : update->events->len;
    model->size += copy->size;
    g_ptr_array_add(device->updates, copy);
    const gboolean is_clean = copy->outcome == GTUPD_OUTCOME_SUCCEEDED && device->latest_finding != copy->number;
    if (whole && is_clean && !hands_over(model))
        g_queue_push_tail(&model->clean, copy);
    return TRUE;
}

static void take_update(const GtupdUpdate *update, gpointer data)
{
    GtupdModel *model = data;
    if (!is_selected(model, update->device)) {
        model->left_out.updates++;
        return;
    }
    GtupdModelDevice *device = device_for(model, update->device);
    if (hands_over(model) && update->number <= device->handed_over)
        return;
    const gboolean is_kept = keep_update(model, device, update);
    model->updates++;
    /* At the end its findings may still come, so complete_device() does it. */
    if (hands_over(model) && !model->finishing && is_kept)
        hand_over_update(model, device);
}

GtupdSink gtupd_model_sink(GtupdModel *model)
{
    return (GtupdSink){.data = model, .finding = take_finding, .update = take_update};
}

GtupdModel *gtupd_model_new(const char *const *devices)
{
    GtupdModel *model = g_new0(GtupdModel, 1);
    model->captures = g_array_new(FALSE, FALSE, sizeof(GtupdModelCapture));
    g_array_set_clear_func(model->captures, capture_clear);
    model->devices = g_ptr_array_new();
    model->findings = g_ptr_array_new_with_free_func(finding_free);
    g_queue_init(&model->clean);
    model->by_id = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, device_free);
    if (!devices)
        return model;
    model->only = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (; *devices; devices++)
        g_hash_table_add(model->only, g_strdup(*devices));
    return model;
}

void gtupd_model_free(GtupdModel *model)
{
    if (!model)
        return;
    g_array_unref(model->captures);
    g_queue_clear(&model->clean);
    g_ptr_array_unref(model->devices);
    g_ptr_array_unref(model->findings);
    g_hash_table_unref(model->by_id);
    g_clear_pointer(&model->only, g_hash_table_unref);
    g_free(model);
}

void gtupd_model_hand_over(GtupdModel *model, const GtupdModelTaker *taker)
{
    model->taker = *taker;
}

void gtupd_model_hand_over_now(GtupdModel *model, const GtupdEngine *engine, const char *device)
{
    const GtupdSink sink = {.data = model, .update = take_update};
    if (is_selected(model, device))
        gtupd_tracker_finish_device(gtupd_engine_tracker(engine), device, &sink);
}

void gtupd_model_clear_captures(GtupdModel *model)
{
    g_array_set_size(model->captures, 0);
}

void gtupd_model_add_capture(GtupdModel *model, const GtupdCaptureInfo *info)
{
    GtupdModelCapture capture = {
        .file = gtupd_format_printable(info->file),
        .packets = info->packets,
        .bytes = info->bytes,
        .first_time = info->first_time,
        .last_time = info->last_time,
        .is_live = info->is_live,
        .dropped = info->dropped,
        .nanoseconds = info->nanoseconds,
        .error = info->error ? g_strdup(info->error->message) : NULL,
    };
    g_array_append_val(model->captures, capture);
}

/* Ordering */

static gint compare_numbers(guint64 a, guint64 b)
{
    return (a > b) - (a < b);
}

static gint compare_findings(gconstpointer a, gconstpointer b)
{
    const GtupdModelFinding *left = *(GtupdModelFinding *const *)a, *right = *(GtupdModelFinding *const *)b;
    gint order = compare_numbers(left->event.anchor.capture, right->event.anchor.capture);
    if (order == 0)
        order = compare_numbers(left->event.anchor.frame, right->event.anchor.frame);
    if (order == 0)
        order = compare_numbers(left->event.anchor.ordinal, right->event.anchor.ordinal);
    if (order == 0)
        order = compare_numbers(left->rule, right->rule);
    if (order == 0)
        order = compare_numbers(left->offset, right->offset);
    return order != 0 ? order : strcmp(left->message, right->message);
}

static gint compare_events(gconstpointer a, gconstpointer b)
{
    const GtupdEvent *left = a, *right = b;
    gint order = compare_numbers(left->anchor.order, right->anchor.order);
    return order != 0 ? order : compare_numbers(left->anchor.ordinal, right->anchor.ordinal);
}

static gint compare_updates(gconstpointer a, gconstpointer b)
{
    const GtupdModelUpdate *left = *(GtupdModelUpdate *const *)a, *right = *(GtupdModelUpdate *const *)b;
    return compare_numbers(left->number, right->number);
}

/* Completing */

static GtupdModelUpdate *find_update(const GtupdModelDevice *device, guint number)
{
    for (guint i = 0; i < device->updates->len; i++) {
        GtupdModelUpdate *update = device->updates->pdata[i];
        if (update->number == number)
            return update;
    }
    return NULL;
}

static gboolean has_event(const GArray *events, const GtupdAnchor *anchor)
{
    for (guint i = 0; i < events->len; i++)
        if (gtupd_anchor_equal(&g_array_index(events, GtupdEvent, i).anchor, anchor))
            return TRUE;
    return FALSE;
}

/* An other message stands among an update's events only where a finding is anchored to it; repeats never do. */
static void add_anchor_event(const GtupdModelDevice *device, const GtupdModelFinding *finding)
{
    const GtupdEvent *event = &finding->event;
    gboolean is_other = event->kind == GTUPD_KIND_OTHER_COMMAND || event->kind == GTUPD_KIND_OTHER_REPORT;
    if (!is_other || event->repeated || finding->update == 0)
        return;
    GtupdModelUpdate *update = find_update(device, finding->update);
    if (update && !has_event(update->events, &event->anchor))
        g_array_append_vals(update->events, event, 1);
}

/* The update as the engine told of it. Borrows from the model. */
static GtupdUpdate update_as_told(const GtupdModelDevice *device, const GtupdModelUpdate *update)
{
    return (GtupdUpdate){
        .device = device->id,
        .number = update->number,
        .state = update->state,
        .outcome = update->outcome,
        .type = update->type,
        .start_time = update->start_time,
        .end_time = update->end_time,
        .attempts = update->attempts,
        .command = update->command,
        .events = update->events,
        .transfers = update->transfers,
        .version_before = update->version_before,
        .version_after = update->version_after,
        .closing_time = update->closing_time,
        .last_heard = update->last_heard,
        .restarted = update->restarted,
        .has_disputed = update->has_disputed,
    };
}

/* The update's findings. Free with g_array_unref(). */
static GArray *clues_of(const GtupdModelDevice *device, guint number)
{
    GArray *clues = g_array_new(FALSE, FALSE, sizeof(GtupdClue));
    for (guint i = 0; i < device->findings->len; i++) {
        const GtupdModelFinding *finding = device->findings->pdata[i];
        const GtupdClue clue = {finding->rule, finding->event.anchor, finding->field, finding->offset};
        if (finding->update == number)
            g_array_append_val(clues, clue);
    }
    return clues;
}

static void diagnose(const GtupdModelDevice *device, guint index, gint64 end)
{
    GtupdModelUpdate *update = device->updates->pdata[index];
    const GtupdUpdate told = update_as_told(device, update);
    GtupdUpdate before;
    if (index > 0)
        before = update_as_told(device, device->updates->pdata[index - 1]);
    g_autoptr(GArray) clues = clues_of(device, update->number);
    update->diagnosis = gtupd_case_diagnose(&told, index > 0 ? &before : NULL, clues, end);
}

/* The findings of an update, in report order, taken away from those of its device. */
static GPtrArray *steal_findings(GtupdModel *model, const GtupdModelDevice *device, guint number)
{
    GPtrArray *stolen = g_ptr_array_new_with_free_func(finding_free);
    for (guint i = 0; i < device->findings->len;) {
        const GtupdModelFinding *finding = device->findings->pdata[i];
        if (finding->update == number) {
            model->size -= finding_size(finding);
            g_ptr_array_add(stolen, g_ptr_array_steal_index(device->findings, i));
        } else {
            i++;
        }
    }
    g_ptr_array_sort(stolen, compare_findings);
    return stolen;
}

/* What the next update's diagnosis does not look at. */
static void forget_story(GtupdModelUpdate *update)
{
    strip(update);
    g_clear_pointer(&update->command, gtupd_command_free);
    g_clear_pointer(&update->diagnosis, gtupd_diagnosis_free);
}

/* The device's last update. How it ended is kept until the next one's diagnosis has looked at it. */
static void hand_over_update(GtupdModel *model, GtupdModelDevice *device)
{
    guint index = device->updates->len - 1;
    GtupdModelUpdate *update = device->updates->pdata[index];
    if (update->shares_events) {
        GArray *shared = update->events;
        update->events = copy_events(shared);
        update->shares_events = FALSE;
        g_array_unref(shared);
    }
    for (guint i = 0; i < device->findings->len; i++)
        add_anchor_event(device, device->findings->pdata[i]);
    g_array_sort(update->events, compare_events);
    diagnose(device, index, gtupd_model_end(model));
    g_autoptr(GPtrArray) findings = steal_findings(model, device, update->number);
    model->taker.update(device, update, findings, model->taker.data);
    device->handed_over = update->number;
    forget_story(update);
    model->size -= update->size;
    update->size = 0;
    if (index > 0)
        g_ptr_array_remove_index(device->updates, 0);
}

static void hand_over_rest(GtupdModel *model, GtupdModelDevice *device)
{
    guint count = device->updates->len;
    if (count > 0 && ((GtupdModelUpdate *)device->updates->pdata[count - 1])->number > device->handed_over)
        hand_over_update(model, device);
    for (guint i = 0; i < device->findings->len; i++)
        model->taker.finding(device->findings->pdata[i], model->taker.data);
    g_ptr_array_set_size(device->findings, 0);
    g_ptr_array_set_size(device->updates, 0);
}

static void complete_device(GtupdModel *model, const GtupdDeviceInfo *info)
{
    if (!is_selected(model, info->id)) {
        model->left_out.devices++;
        return;
    }
    GtupdModelDevice *device = device_for(model, info->id);
    device->is_meid = info->is_meid;
    device->name = info->name && info->name[0] ? g_strdup(info->name) : NULL;
    g_strlcpy(device->type, info->type, sizeof device->type);
    g_strlcpy(device->version, info->version, sizeof device->version);
    device->counts = info->counts;
    for (guint i = 0; i < GTUPD_SEVERITIES; i++)
        model->severities[i] += info->findings[i];
    if (hands_over(model))
        hand_over_rest(model, device);
    for (guint i = 0; i < device->findings->len; i++)
        add_anchor_event(device, device->findings->pdata[i]);
    g_ptr_array_sort(device->updates, compare_updates);
    for (guint i = 0; i < device->updates->len; i++)
        g_array_sort(((GtupdModelUpdate *)device->updates->pdata[i])->events, compare_events);
    for (guint i = 0; i < device->updates->len; i++)
        diagnose(device, i, gtupd_model_end(model));
    g_ptr_array_add(model->devices, device);
    if (!model->only)
        return;
    model->counts.messages += info->counts.messages;
    model->counts.messages_gtupd += info->counts.messages_gtupd;
    model->counts.messages_unfinished += info->counts.messages_unfinished;
}

void gtupd_model_complete(GtupdModel *model, const GtupdEngine *engine)
{
    GtupdSink sink = gtupd_model_sink(model);
    GtupdCounts counts = {0};
    model->finishing = TRUE;
    gtupd_engine_finish(engine, &sink, &counts);
    if (!model->only)
        model->counts = counts;

    g_ptr_array_sort(model->findings, compare_findings);
    for (guint i = 0; i < model->findings->len; i++) {
        GtupdModelFinding *finding = model->findings->pdata[i];
        if (finding->event.device[0])
            g_ptr_array_add(device_for(model, finding->event.device)->findings, finding);
    }
    const GtupdTracker *tracker = gtupd_engine_tracker(engine);
    for (guint i = 0; i < gtupd_tracker_device_count(tracker); i++) {
        GtupdDeviceInfo info;
        gtupd_tracker_device_info(tracker, i, &info);
        complete_device(model, &info);
    }
    for (guint i = 0; i < GTUPD_LIMITS; i++)
        model->limits[i] = gtupd_tracker_limit(tracker, (GtupdLimit)i) + model->dropped[i];
}

/* Asking */

gboolean gtupd_model_has_packets(const GtupdModel *model)
{
    for (guint i = 0; i < model->captures->len; i++)
        if (g_array_index(model->captures, GtupdModelCapture, i).packets > 0)
            return TRUE;
    return FALSE;
}

gint64 gtupd_model_end(const GtupdModel *model)
{
    gint64 end = 0;
    for (guint i = 0; i < model->captures->len; i++) {
        const GtupdModelCapture *capture = &g_array_index(model->captures, GtupdModelCapture, i);
        if (capture->packets > 0)
            end = MAX(end, capture->last_time);
    }
    return end;
}

const GtupdModelDevice *gtupd_model_device(const GtupdModel *model, const char *id)
{
    return g_hash_table_lookup(model->by_id, id);
}

gboolean gtupd_model_has_severity(const GtupdModel *model, GtupdSeverity severity)
{
    for (guint i = severity; i < GTUPD_SEVERITIES; i++)
        if (model->severities[i] > 0)
            return TRUE;
    return FALSE;
}

GtupdSeverity gtupd_model_severity(const GtupdModelFinding *finding)
{
    return gtupd_rule_info(finding->rule)->severity;
}

gboolean gtupd_model_nanoseconds(const GtupdModel *model, guint32 capture)
{
    return capture < model->captures->len && g_array_index(model->captures, GtupdModelCapture, capture).nanoseconds;
}
