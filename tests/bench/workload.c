/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * gtupd-workload NAME SIZE FILE: a capture to measure with, and beside it, in FILE.json, what is in it. The same
 * arguments always make the same bytes.
 */
#include "fleet.h"
#include "flood.h"
#include "traffic.h"

#include <stdlib.h>
#include <string.h>

#define DEVICE_BYTES 50000 /* of a capture, for each device of a fleet */
#define UPDATE_BYTES 5000  /* that an update may still need */
#define OTHERS       99    /* bytes of other traffic in mixed, for each of @Track */
#define STRANGERS    199   /* packets of the flood, for each turn of a device that exists */

typedef struct {
    const char *name;
    guint devices_max;
    guint share; /* of the bytes that is the fleet's: one in so many */
    SessionHabits habits;
    void (*fill)(Recorder *recorder, Fleet *fleet, guint64 size, guint64 *unfinished);
} Workload;

static void fill_fleet(Recorder *recorder, Fleet *fleet, guint64 size, guint64 *unfinished)
{
    guint64 reserve = (guint64)fleet_truth(fleet)->devices * UPDATE_BYTES;
    *unfinished = 0;
    while (recorder->bytes < size) {
        if (recorder->bytes + reserve >= size)
            fleet_wind_up(fleet);
        fleet_turn(fleet);
    }
}

static void fill_mixed(Recorder *recorder, Fleet *fleet, guint64 size, guint64 *unfinished)
{
    g_autoptr(Traffic) traffic = traffic_new(recorder);
    guint64 said = 0;
    *unfinished = 0;
    while (recorder->bytes < size) {
        guint64 before = recorder->bytes;
        if (said * (OTHERS + 1) > before) {
            traffic_turn(traffic);
            continue;
        }
        fleet_turn(fleet);
        said += recorder->bytes - before;
    }
}

static void fill_flood(Recorder *recorder, Fleet *fleet, guint64 size, guint64 *unfinished)
{
    g_autoptr(Flood) flood = flood_new(recorder);
    while (recorder->bytes < size) {
        fleet_turn(fleet);
        for (guint i = 0; i < STRANGERS; i++)
            flood_turn(flood);
    }
    *unfinished = flood_unfinished(flood);
}

static const Workload workloads[] = {
    /* clang-format off */
    {"fleet", 2000,   1, {0},                                               fill_fleet},
    {"mixed",   20, 100, {0},                                               fill_mixed},
    {"split", 2000,   1, {.split = TRUE, .resent = 2, .out_of_order = 2},   fill_fleet},
    {"flood",    8, 200, {0},                                               fill_flood},
    /* clang-format on */
};

static const Workload *workload_by_name(const char *name)
{
    for (guint i = 0; i < G_N_ELEMENTS(workloads); i++) {
        if (g_str_equal(workloads[i].name, name))
            return &workloads[i];
    }
    return NULL;
}

/* "100M", "64k" or bytes; 0 if it is no size. */
static guint64 parse_size(const char *text)
{
    char *end;
    guint64 size = g_ascii_strtoull(text, &end, 10);
    guint64 unit = *end == 'k' ? 1000 : *end == 'M' ? 1000000 : *end == 'G' ? 1000000000 : 1;
    gboolean is_size = end != text && end[unit > 1] == '\0';
    return is_size ? size * unit : 0;
}

static void write_truth(const char *capture, const char *name, const Recorder *recorder, const FleetTruth *truth,
                        guint64 unfinished)
{
    g_autofree char *path = g_strconcat(capture, ".json", NULL);
    g_autoptr(GError) error = NULL;
    g_autoptr(GString) text = g_string_new(NULL);

    g_string_printf(text,
                    "{\"workload\": \"%s\", \"packets\": %" G_GUINT64_FORMAT ", \"bytes\": %" G_GUINT64_FORMAT
                    ",\n \"messages\": %" G_GUINT64_FORMAT ", \"messages_gtupd\": %" G_GUINT64_FORMAT
                    ", \"messages_unfinished\": %" G_GUINT64_FORMAT ", \"devices\": %u, \"updates\": %" G_GUINT64_FORMAT
                    ",\n \"findings\": {\"error\": 0, \"warning\": 0, \"note\": 0},\n \"outcomes\": {",
                    name, recorder->packets, recorder->bytes, truth->messages, truth->messages_gtupd, unfinished,
                    truth->devices, truth->updates);
    for (guint i = 0; i < FLEET_OUTCOMES; i++)
        g_string_append_printf(text, "%s\"%s\": %" G_GUINT64_FORMAT, i > 0 ? ", " : "", fleet_outcome_name(i),
                               truth->outcomes[i]);
    g_string_append(text, "}}\n");
    if (!g_file_set_contents(path, text->str, (gssize)text->len, &error)) {
        g_printerr("%s\n", error->message);
        exit(EXIT_FAILURE);
    }
}

int main(int argc, char **argv)
{
    const Workload *workload = argc == 4 ? workload_by_name(argv[1]) : NULL;
    guint64 size = workload ? parse_size(argv[2]) : 0;
    if (size == 0) {
        g_printerr("usage: gtupd-workload fleet|mixed|split|flood SIZE[k|M|G] FILE\n");
        return 2;
    }

    guint64 unfinished;
    guint64 devices = CLAMP(size / workload->share / DEVICE_BYTES, 2, workload->devices_max);
    Recorder recorder;
    recorder_open(&recorder, argv[3], 1);
    g_autoptr(Fleet) fleet = fleet_new(&recorder, (guint)devices, &workload->habits);
    workload->fill(&recorder, fleet, size, &unfinished);
    fleet_wind_up(fleet);
    fleet_finish(fleet);
    recorder_close(&recorder);
    write_truth(argv[3], workload->name, &recorder, fleet_truth(fleet), unfinished);
    return 0;
}
