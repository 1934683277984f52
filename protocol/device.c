/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "device.h"

#include "commands.h"
#include "fetch.h"
#include "numbers.h"
#include "update.h"
#include "update_record.h"

#include <string.h>

GtupdDevice *gtupd_device_new(const char *id)
{
    GtupdDevice *device = g_new0(GtupdDevice, 1);
    g_strlcpy(device->id, id, sizeof device->id);
    device->is_meid = strlen(id) == 14;
    device->news.data = device;
    g_queue_init(&device->gaps);
    return device;
}

static void clear(GtupdDevice *device)
{
    g_clear_pointer(&device->uplinks, g_free);
    g_clear_pointer(&device->downlinks, g_free);
    g_queue_clear_full(&device->gaps, gtupd_gap_free);
    gtupd_number_set_clear(&device->early);
    gtupd_number_set_clear(&device->serials);
    g_clear_pointer(&device->conflicts, g_hash_table_unref);
    g_clear_pointer(&device->open_commands, g_array_unref);
    g_clear_pointer(&device->open_others, g_array_unref);
    g_clear_pointer(&device->update, gtupd_update_record_free);
}

void gtupd_device_free(GtupdDevice *device)
{
    if (device == NULL)
        return;
    clear(device);
    g_free(device);
}

void gtupd_device_fetch(const GtupdDevice *device, guint depth)
{
    if (depth == 0) {
        gtupd_fetch(device, offsetof(GtupdDevice, told.firmware));
        return;
    }
    const GtupdHistory *uplinks = device->uplinks;
    gtupd_fetch(uplinks, GTUPD_FETCH_LINE);
    if (device->update != NULL)
        gtupd_update_record_fetch(device->update);
}

/* Arrays have room for more than they hold. */
static gsize array_size(const GArray *array, gsize element)
{
    return array != NULL ? sizeof *array + array->len * element * 3 / 2 : 0;
}

gsize gtupd_device_size(const GtupdDevice *device)
{
    enum {
        GAP_SIZE = sizeof(GtupdGap) + 64,
        CONFLICT_SIZE = 96
    };
    const guint conflicts = device->conflicts != NULL ? g_hash_table_size(device->conflicts) : 0;
    const guint histories = (device->uplinks != NULL ? 1u : 0u) + (device->downlinks != NULL ? 1u : 0u);
    return histories * sizeof(GtupdHistory) + array_size(device->open_commands, sizeof(GtupdOpenCommand)) +
           array_size(device->open_others, sizeof(GtupdOpenCommand)) +
           array_size(device->early.sorted, sizeof(guint16)) + array_size(device->serials.sorted, sizeof(guint16)) +
           device->gaps.length * GAP_SIZE + conflicts * CONFLICT_SIZE + gtupd_update_record_size(device->update);
}

static gboolean has_open_command(const GtupdDevice *device)
{
    for (guint i = 0; device->open_commands != NULL && i < device->open_commands->len; i++) {
        const GtupdOpenCommand *command = &g_array_index(device->open_commands, GtupdOpenCommand, i);
        if (!command->answered)
            return TRUE;
    }
    return FALSE;
}

gboolean gtupd_device_forget(GtupdDevice *device, const GtupdOut *out, gint64 end)
{
    const gboolean is_open = gtupd_update_active(device) != NULL || device->gaps.length > 0 || has_open_command(device);
    gtupd_numbers_finish(device, out);
    gtupd_commands_finish(device, out, end);
    gtupd_update_finish(device, out, end);
    clear(device);
    device->has_count = device->has_serial = device->reported = FALSE;
    device->last_channel = device->last_tcp_channel = 0;
    device->fed = (GtupdMoment){0};
    return is_open;
}
