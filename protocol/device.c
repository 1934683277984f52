/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "device.h"

#include "fetch.h"
#include "numbers.h"
#include "update.h"

#include <string.h>

GtupdDevice *gtupd_device_new(const char *id)
{
    GtupdDevice *device = g_new0(GtupdDevice, 1);
    g_strlcpy(device->id, id, sizeof device->id);
    device->is_meid = strlen(id) == 14;
    g_queue_init(&device->gaps);
    return device;
}

void gtupd_device_free(GtupdDevice *device)
{
    if (device == NULL)
        return;
    g_free(device->uplinks);
    g_free(device->downlinks);
    g_queue_clear_full(&device->gaps, gtupd_gap_free);
    gtupd_number_set_clear(&device->early);
    gtupd_number_set_clear(&device->serials);
    g_clear_pointer(&device->conflicts, g_hash_table_unref);
    g_clear_pointer(&device->open_commands, g_array_unref);
    g_clear_pointer(&device->open_others, g_array_unref);
    gtupd_update_record_free(device->update);
    g_free(device);
}

void gtupd_device_fetch(const GtupdDevice *device)
{
    const GtupdHistory *uplinks = device->uplinks;
    gtupd_fetch(uplinks, GTUPD_FETCH_LINE);
    if (device->update != NULL)
        gtupd_update_record_fetch(device->update);
}
