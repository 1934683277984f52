/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "updates.h"

static wmem_map_t *updates;  /* "device/number" → JudgeUpdate */
static wmem_map_t *requests; /* frame number → wmem_array_t of JudgeUpdate *: a download of theirs may begin there */

/* A file's life. */

static void forget(gpointer key G_GNUC_UNUSED, gpointer value, gpointer data G_GNUC_UNUSED)
{
    JudgeUpdate *update = value;
    gtupd_update_free(update->told);
    gtupd_diagnosis_free(update->diagnosis);
    g_array_unref(update->clues);
    g_array_unref(update->verdict_clues);
}

void updates_open(void)
{
    updates = wmem_map_new(wmem_file_scope(), wmem_str_hash, g_str_equal);
    requests = wmem_map_new(wmem_file_scope(), g_direct_hash, g_direct_equal);
}

void updates_close(void)
{
    if (updates != NULL)
        wmem_map_foreach(updates, forget, NULL);
    updates = requests = NULL;
}

/* What the engine says. */

static JudgeUpdate *find(const char *device, guint number, char key[static 32])
{
    g_snprintf(key, 32, "%s/%u", device, number);
    return wmem_map_lookup(updates, key);
}

JudgeUpdate *updates_of(const char *device, guint number)
{
    char key[32];
    JudgeUpdate *update = find(device, number, key);
    if (update != NULL)
        return update;

    update = wmem_new0(wmem_file_scope(), JudgeUpdate);
    update->device = wmem_strdup(wmem_file_scope(), device);
    update->number = number;
    update->clues = g_array_new(FALSE, FALSE, sizeof(GtupdClue));
    update->verdict_clues = g_array_new(FALSE, FALSE, sizeof(GtupdClue));
    wmem_map_insert(updates, wmem_strdup(wmem_file_scope(), key), update);
    return update;
}

/* The same row again and again while the update is open, so it is put there once. */
static void put_request(JudgeUpdate *update, guint frame)
{
    wmem_array_t *row = wmem_map_lookup(requests, GUINT_TO_POINTER(frame));
    if (row == NULL) {
        row = wmem_array_new(wmem_file_scope(), sizeof(JudgeUpdate *));
        wmem_map_insert(requests, GUINT_TO_POINTER(frame), row);
    }
    for (guint i = 0; i < wmem_array_get_count(row); i++)
        if (*(JudgeUpdate **)wmem_array_index(row, i) == update)
            return;
    wmem_array_append_one(row, update);
}

void updates_tell(JudgeUpdate *update, const GtupdUpdate *told)
{
    gtupd_update_free(update->told);
    update->told = gtupd_update_copy(told);
    for (guint i = 0; i < update->told->transfers->len; i++) {
        const GtupdTransfer *transfer = g_ptr_array_index(update->told->transfers, i);
        put_request(update, (guint)transfer->request.frame);
    }
}

void updates_note(JudgeUpdate *update, const GtupdFinding *finding, guint verdict)
{
    const GtupdClue clue = gtupd_clue_of(finding);
    if (verdict == 0) {
        g_array_append_val(update->clues, clue);
        return;
    }
    if (update->clues_verdict != verdict)
        g_array_set_size(update->verdict_clues, 0);
    update->clues_verdict = verdict;
    g_array_append_val(update->verdict_clues, clue);
}

/* What the faces ask. */

GArray *updates_clues(const JudgeUpdate *update, guint verdict)
{
    GArray *clues = g_array_copy(update->clues);
    if (update->clues_verdict == verdict && update->verdict_clues->len > 0)
        g_array_append_vals(clues, update->verdict_clues->data, update->verdict_clues->len);
    return clues;
}

void updates_diagnose(JudgeUpdate *update, guint verdict, gint64 end)
{
    if (update->told == NULL || update->diagnosis_verdict == verdict)
        return;
    char key[32];
    const JudgeUpdate *before = find(update->device, update->number - 1, key);
    g_autoptr(GArray) clues = updates_clues(update, verdict);
    gtupd_diagnosis_free(update->diagnosis);
    update->diagnosis = gtupd_case_diagnose(update->told, before != NULL ? before->told : NULL, clues, end);
    update->diagnosis_verdict = verdict;
}

static int compare_updates(gconstpointer a, gconstpointer b)
{
    const JudgeUpdate *left = *(JudgeUpdate *const *)a;
    const JudgeUpdate *right = *(JudgeUpdate *const *)b;
    const int by_device = strcmp(left->device, right->device);
    if (by_device != 0)
        return by_device;
    return left->number < right->number ? -1 : left->number > right->number;
}

static void add_if_told(gpointer key G_GNUC_UNUSED, gpointer value, gpointer all)
{
    if (((const JudgeUpdate *)value)->told != NULL)
        g_ptr_array_add(all, value);
}

GPtrArray *updates_all(void)
{
    GPtrArray *all = g_ptr_array_new();
    if (updates != NULL)
        wmem_map_foreach(updates, add_if_told, all);
    g_ptr_array_sort(all, compare_updates);
    return all;
}

void updates_each_request(const JudgeUpdate *update, guint attempt, void (*visit)(guint frame, void *data), void *data)
{
    guint last = 0;
    for (guint i = 0; update->told != NULL && i < update->told->transfers->len; i++) {
        const GtupdTransfer *transfer = g_ptr_array_index(update->told->transfers, i);
        const guint frame = (guint)transfer->request.frame;
        if (transfer->attempt != attempt || frame == last)
            continue;
        visit(frame, data);
        last = frame;
    }
}

static gboolean requests_at(const GtupdUpdate *told, guint attempt, guint frame)
{
    for (guint i = 0; i < told->transfers->len; i++) {
        const GtupdTransfer *transfer = g_ptr_array_index(told->transfers, i);
        if (transfer->attempt == attempt && transfer->request.frame == frame)
            return TRUE;
    }
    return FALSE;
}

void updates_each_download(guint frame, void (*visit)(const GtupdEvent *started, void *data), void *data)
{
    wmem_array_t *row = requests != NULL ? wmem_map_lookup(requests, GUINT_TO_POINTER(frame)) : NULL;
    for (guint i = 0; row != NULL && i < wmem_array_get_count(row); i++) {
        const GtupdUpdate *told = (*(JudgeUpdate **)wmem_array_index(row, i))->told;
        for (guint j = 0; j < told->events->len; j++) {
            const GtupdEvent *event = &g_array_index(told->events, GtupdEvent, j);
            if (event->kind == GTUPD_KIND_DOWNLOAD_STARTED && requests_at(told, event->attempt, frame))
                visit(event, data);
        }
    }
}
