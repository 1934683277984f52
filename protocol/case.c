/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "case.h"

/* --- Keeping --- */

GtupdCommand *gtupd_command_copy(const GtupdCommand *command)
{
    if (command == NULL)
        return NULL;
    GtupdCommand *copy = g_memdup2(command, sizeof *command);
    copy->url = g_strdup(command->url);
    copy->password = g_strdup(command->password);
    copy->user_name = g_strdup(command->user_name);
    copy->user_password = g_strdup(command->user_password);
    return copy;
}

void gtupd_command_free(GtupdCommand *command)
{
    if (command == NULL)
        return;
    g_free(command->url);
    g_free(command->password);
    g_free(command->user_name);
    g_free(command->user_password);
    g_free(command);
}

GPtrArray *gtupd_transfers_copy(const GPtrArray *transfers)
{
    GPtrArray *copy = g_ptr_array_new_with_free_func((GDestroyNotify)gtupd_transfer_unref);
    for (guint i = 0; transfers != NULL && i < transfers->len; i++)
        g_ptr_array_add(copy, gtupd_transfer_copy(transfers->pdata[i]));
    return copy;
}

static GArray *items_copy(const GArray *items, guint size)
{
    GArray *copy = g_array_sized_new(FALSE, FALSE, size, items->len);
    if (items->len > 0)
        g_array_append_vals(copy, items->data, items->len);
    return copy;
}

GtupdUpdate *gtupd_update_copy(const GtupdUpdate *update)
{
    if (update == NULL)
        return NULL;
    GtupdUpdate *copy = g_memdup2(update, sizeof *update);
    copy->device = g_strdup(update->device);
    copy->command = gtupd_command_copy(update->command);
    copy->events = items_copy(update->events, sizeof(GtupdEvent));
    copy->transfers = gtupd_transfers_copy(update->transfers);
    return copy;
}

void gtupd_update_free(GtupdUpdate *update)
{
    if (update == NULL)
        return;
    g_free((char *)update->device);
    gtupd_command_free((GtupdCommand *)update->command);
    g_array_unref((GArray *)update->events);
    g_ptr_array_unref((GPtrArray *)update->transfers);
    g_free(update);
}

GtupdClue gtupd_clue_of(const GtupdFinding *finding)
{
    return (GtupdClue){
        .rule = finding->rule,
        .anchor = finding->event->anchor,
        .field = finding->field != NULL ? finding->field->id : NULL,
        .offset = finding->span.offset,
    };
}

/* --- Judging --- */

static int compare_numbers(guint64 a, guint64 b)
{
    return (a > b) - (a < b);
}

static int compare_anchors(const GtupdAnchor *a, const GtupdAnchor *b)
{
    const int by_packet = compare_numbers(a->order, b->order);
    return by_packet != 0 ? by_packet : compare_numbers(a->ordinal, b->ordinal);
}

static gint compare_events(gconstpointer a, gconstpointer b)
{
    return compare_anchors(&((const GtupdEvent *)a)->anchor, &((const GtupdEvent *)b)->anchor);
}

static gint compare_clues(gconstpointer a, gconstpointer b)
{
    const GtupdClue *left = a, *right = b;
    int order = compare_anchors(&left->anchor, &right->anchor);
    if (order == 0)
        order = compare_numbers(left->rule, right->rule);
    return order != 0 ? order : compare_numbers(left->offset, right->offset);
}

GtupdDiagnosis *gtupd_case_diagnose(const GtupdUpdate *update, const GtupdUpdate *before, const GArray *clues,
                                    gint64 end)
{
    g_autoptr(GArray) events = items_copy(update->events, sizeof(GtupdEvent));
    g_autoptr(GArray) sorted = items_copy(clues, sizeof(GtupdClue));
    g_array_sort(events, compare_events);
    g_array_sort(sorted, compare_clues);
    GtupdUpdate ordered = *update;
    ordered.events = events;
    const GtupdCase about = {
        .update = &ordered,
        .before = before,
        .clues = (const GtupdClue *)(gpointer)sorted->data,
        .clue_count = sorted->len,
        .end = end,
    };
    return gtupd_diagnosis_new(&about);
}
