/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "causes.h"

#include "download.h"
#include "file_url.h"

#include <string.h>

/* While it is counted: which servers a cause has. A fleet may have a URL of its own for each device. */
typedef struct {
    GtupdCauseCount *counts[GTUPD_CAUSE_COUNT];
    GHashTable *servers[GTUPD_CAUSE_COUNT]; /* of char *, borrowed from the counts */
} Counting;

static void cause_free(gpointer data)
{
    GtupdCauseCount *count = data;
    g_ptr_array_unref(count->devices);
    g_ptr_array_unref(count->servers);
    g_free(count);
}

static GtupdCauseCount *count_for(Counting *counting, GPtrArray *counts, GtupdCause cause)
{
    if (counting->counts[cause])
        return counting->counts[cause];
    GtupdCauseCount *count = g_new0(GtupdCauseCount, 1);
    count->cause = cause;
    count->devices = g_ptr_array_new();
    count->servers = g_ptr_array_new_with_free_func(g_free);
    g_ptr_array_add(counts, count);
    counting->counts[cause] = count;
    counting->servers[cause] = g_hash_table_new(g_str_hash, g_str_equal);
    return count;
}

/* The server that the start command names; failing that, the one that was seen. NULL: none is known. */
static char *server_dup(const GtupdModelUpdate *update)
{
    g_auto(GtupdFileUrl) url = {0};
    if (update->command && update->command->url && gtupd_file_url_parse(update->command->url, &url))
        return g_strdup_printf(strchr(url.host, ':') ? "[%s]:%u" : "%s:%u", url.host, url.port);
    if (update->transfers->len > 0)
        return gtupd_download_server_dup(update->transfers->pdata[update->transfers->len - 1]);
    return NULL;
}

static void add_update(Counting *counting, GPtrArray *counts, const GtupdModelDevice *device,
                       const GtupdModelUpdate *update)
{
    if (update->outcome == GTUPD_OUTCOME_SUCCEEDED)
        return;
    GtupdCauseCount *count = count_for(counting, counts, update->diagnosis->cause);
    count->updates++;
    if (count->devices->len == 0 || count->devices->pdata[count->devices->len - 1] != device->id)
        g_ptr_array_add(count->devices, (gpointer)device->id);
    g_autofree char *server = server_dup(update);
    if (!server || g_hash_table_contains(counting->servers[count->cause], server))
        return;
    g_hash_table_add(counting->servers[count->cause], server);
    g_ptr_array_add(count->servers, g_steal_pointer(&server));
}

/* Ties by the order of the list of causes, which goes from the device's battery to the capture's end. */
static gint compare_counts(gconstpointer a, gconstpointer b)
{
    const GtupdCauseCount *left = *(GtupdCauseCount *const *)a, *right = *(GtupdCauseCount *const *)b;
    if (left->updates != right->updates)
        return left->updates > right->updates ? -1 : 1;
    return (left->cause > right->cause) - (left->cause < right->cause);
}

GPtrArray *gtupd_causes_of(const GtupdModel *model)
{
    GPtrArray *counts = g_ptr_array_new_with_free_func(cause_free);
    Counting counting = {0};
    for (guint i = 0; i < model->devices->len; i++) {
        const GtupdModelDevice *device = model->devices->pdata[i];
        for (guint j = 0; j < device->updates->len; j++)
            add_update(&counting, counts, device, device->updates->pdata[j]);
    }
    for (guint i = 0; i < GTUPD_CAUSE_COUNT; i++)
        g_clear_pointer(&counting.servers[i], g_hash_table_unref);
    g_ptr_array_sort(counts, compare_counts);
    return counts;
}
