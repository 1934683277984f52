/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "fleet.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#define BACKEND_ADDRESS 0xcb007105u /* 203.0.113.5 */
#define BACKEND_PORT    5000
#define FIRST_ADDRESS   0x0a400001u /* 10.64.0.1 */
#define FIRST_PORT      40000
#define LAST_PORT       60999
#define ROUND           (G_GINT64_CONSTANT(1000) * G_USEC_PER_SEC) /* a turn for each device, in ns */
#define QUIET_TURNS     16                                         /* reports between two updates, at most */
#define HEARTBEAT       8                                          /* one report of so many */
#define TOGETHER        3                                          /* reports that share a segment, now and then */

/*
 * The course of an update: c start command, s stop command, a ACK, r reboot; else a report, without the X of its code.
 */
static const struct {
    const char *name;
    guint percent;
    guint types; /* update types that may have it: there is no code 2113 */
    guint retries;
    const char *course;
} outcomes[FLEET_OUTCOMES] = {
    /* clang-format off */
    {"succeeded",          70, 3, 0, "c a 10 20 21 30 r 31"},
    {"download-failed",    10, 3, 1, "c a 10 20 22 20 22 r"},
    {"refused",             5, 3, 0, "c a 11"},
    {"battery-low",         5, 3, 0, "c a 13"},
    {"cancelled",           3, 3, 0, "c a 10 20 s a 12"},
    {"version-rejected",    2, 2, 0, "c a 10 20 23"},
    {"update-failed",       3, 3, 0, "c a 10 20 21 30 r 32"},
    {"update-battery-low",  2, 3, 0, "c a 10 20 21 33"},
    /* clang-format on */
};

static const char *const types[] = {"0", "1", "11"};

typedef struct {
    char id[16];
    char name[11];
    WireHost host;
    Session session;
    guint16 count, serial;
    const char *course; /* what is left of the update; NULL: none is under way */
    const char *type;
    guint outcome, attempt;
    guint quiet;      /* reports before the next update */
    GString *answer;  /* the backend's SACK that is due; empty: none */
    gboolean leaving; /* the device has closed its side */
} Device;

struct _Fleet {
    Recorder *recorder;
    SessionHabits habits;
    WireHost backend;
    Device *devices;
    guint *order;
    guint next; /* in the order */
    gboolean winding_up;
    GString *text;
    char send_time[16];
    gint64 send_second;
    FleetTruth truth;
};

static void device_init(Device *device, guint index, Fleet *fleet)
{
    char digits[16];
    guint sum = 0;

    g_snprintf(digits, sizeof digits, "8677%010u", index);
    for (guint i = 0; i < 14; i++) {
        guint digit = (guint)(digits[i] - '0') << (i & 1);
        sum += digit > 9 ? digit - 9 : digit;
    }
    g_snprintf(device->id, sizeof device->id, "%.14s%u", digits, (10 - sum % 10) % 10);
    g_snprintf(device->name, sizeof device->name, "cam-%u", index);
    device->host = recorder_host(FIRST_ADDRESS + index);
    device->session = (Session){.ends = {&device->host, &fleet->backend}, .ports = {FIRST_PORT, BACKEND_PORT}};
    device->count = (guint16)recorder_draw(fleet->recorder, 0x10000);
    device->quiet = recorder_draw(fleet->recorder, QUIET_TURNS);
    device->answer = g_string_new(NULL);
    device->leaving = TRUE;
}

Fleet *fleet_new(Recorder *recorder, guint devices, const SessionHabits *habits)
{
    Fleet *fleet = g_new0(Fleet, 1);
    fleet->recorder = recorder;
    fleet->habits = *habits;
    fleet->backend = recorder_host(BACKEND_ADDRESS);
    fleet->truth.devices = devices;
    fleet->devices = g_new0(Device, devices);
    fleet->order = g_new(guint, devices);
    fleet->text = g_string_new(NULL);
    for (guint i = 0; i < devices; i++) {
        device_init(&fleet->devices[i], i, fleet);
        fleet->order[i] = i;
    }
    return fleet;
}

void fleet_free(Fleet *fleet)
{
    if (!fleet)
        return;
    for (guint i = 0; i < fleet->truth.devices; i++)
        g_string_free(fleet->devices[i].answer, TRUE);
    g_string_free(fleet->text, TRUE);
    g_free(fleet->order);
    g_free(fleet->devices);
    g_free(fleet);
}

/* Saying something */

static void say(Fleet *fleet, Device *device, guint from, guint8 flags, const GString *text)
{
    session_say(&device->session, fleet->recorder, from, flags | WIRE_TCP_PSH, &fleet->habits, text);
}

static void reconnect(Fleet *fleet, Device *device)
{
    guint16 *port = &device->session.ports[0];
    *port = *port == LAST_PORT ? FIRST_PORT : (guint16)(*port + 1);
    session_open(&device->session, fleet->recorder);
    device->leaving = FALSE;
}

static const char *send_time(Fleet *fleet)
{
    gint64 second = fleet->recorder->now / (G_USEC_PER_SEC * 1000);
    if (second != fleet->send_second) {
        time_t moment = (time_t)second;
        struct tm parts;
        gmtime_r(&moment, &parts);
        strftime(fleet->send_time, sizeof fleet->send_time, "%Y%m%d%H%M%S", &parts);
        fleet->send_second = second;
    }
    return fleet->send_time;
}

/* Appends an uplink message whose body stands between the device's name and the Send Time. */
static void add_uplink(Fleet *fleet, Device *device, const char *header, const char *body)
{
    g_string_append_printf(fleet->text, "%s,BD0214,%s,%s,%s%s,%04X$", header, device->id, device->name, body,
                           send_time(fleet), device->count++);
    fleet->truth.messages++;
}

/* Sends what has been put together; the backend answers when the device has its next turn. */
static void send_uplink(Fleet *fleet, Device *device, guint8 flags, const char *sack)
{
    say(fleet, device, 0, flags, fleet->text);
    g_string_truncate(fleet->text, 0);
    g_string_printf(device->answer, "+SACK:%s%04X$", sack, (guint16)(device->count - 1));
}

static void send_answer(Fleet *fleet, Device *device)
{
    say(fleet, device, 1, device->leaving ? WIRE_TCP_FIN : 0, device->answer);
    g_string_truncate(device->answer, 0);
    fleet->truth.messages++;
}

static void send_heartbeat(Fleet *fleet, Device *device)
{
    add_uplink(fleet, device, "+ACK:GTHBD", "");
    send_uplink(fleet, device, 0, "GTHBD,,");
}

static void send_positions(Fleet *fleet, Device *device)
{
    guint reports = recorder_draw(fleet->recorder, 4) == 0 ? TOGETHER : 1;
    for (guint i = 0; i < reports; i++) {
        char body[160];
        g_snprintf(body, sizeof body,
                   ",237,10,1,1,%u.%u,%u,15.4,-2.%06u,51.%06u,%s,0234,0015,6022,0039251C,,%u.4,,,,100,,,,",
                   recorder_draw(fleet->recorder, 120), recorder_draw(fleet->recorder, 10),
                   recorder_draw(fleet->recorder, 360), recorder_draw(fleet->recorder, 1000000),
                   recorder_draw(fleet->recorder, 1000000), send_time(fleet), device->count);
        add_uplink(fleet, device, "+RESP:GTFRI", body);
    }
    send_uplink(fleet, device, 0, "");
}

/* The update */

static guint draw_outcome(Recorder *recorder)
{
    guint drawn = recorder_draw(recorder, 100), outcome = 0;
    for (; drawn >= outcomes[outcome].percent; outcome++)
        drawn -= outcomes[outcome].percent;
    return outcome;
}

static void send_command(Fleet *fleet, Device *device, gboolean is_stop)
{
    GString *text = fleet->text;
    device->serial++;
    if (is_stop)
        g_string_append_printf(text, "AT+GTUPD=cv200,1,,,,,%04X$", device->serial);
    else
        g_string_append_printf(
            text, "AT+GTUPD=cv200,0,%u,10,0,,,http://198.51.100.9/cv200/CV200_R01A02V%02u.bin,,%s,,,,%04X$",
            outcomes[device->outcome].retries, device->serial % 100, device->type, device->serial);
    say(fleet, device, 1, 0, text);
    g_string_truncate(text, 0);
    fleet->truth.messages++;
    fleet->truth.messages_gtupd++;
}

static void begin_update(Fleet *fleet, Device *device)
{
    device->outcome = draw_outcome(fleet->recorder);
    device->course = outcomes[device->outcome].course;
    device->type = types[recorder_draw(fleet->recorder, outcomes[device->outcome].types)];
    device->attempt = 0;
    fleet->truth.updates++;
    fleet->truth.outcomes[device->outcome]++;
}

static void send_ack(Fleet *fleet, Device *device)
{
    char serial[8];
    g_snprintf(serial, sizeof serial, "%04X,", device->serial);
    add_uplink(fleet, device, "+ACK:GTUPD", serial);
    fleet->truth.messages_gtupd++;
    send_uplink(fleet, device, 0, "");
}

/* A report of code `first` X `last`. A device that reboots behind it closes its side with it. */
static void send_report(Fleet *fleet, Device *device, char first, char last, gboolean reboots)
{
    char body[16], times[4] = "";
    if (first == '2') {
        device->attempt += last == '0';
        g_snprintf(times, sizeof times, "%u", device->attempt % 10);
    }
    g_snprintf(body, sizeof body, "%c%s%c,%s,", first, device->type, last, times);
    add_uplink(fleet, device, "+RESP:GTUPD", body);
    fleet->truth.messages_gtupd++;
    send_uplink(fleet, device, reboots ? WIRE_TCP_FIN : 0, "");
    device->leaving = reboots;
}

/* One step of the course, and on to the next one. */
static void go_on(Fleet *fleet, Device *device)
{
    char step[3] = {device->course[0], device->course[1]};
    const char *rest = strchr(device->course, ' ');
    device->course = rest ? rest + 1 : NULL;

    switch (step[0]) {
    case 'c':
    case 's':
        send_command(fleet, device, step[0] == 's');
        break;
    case 'a':
        send_ack(fleet, device);
        break;
    case 'r':
        reconnect(fleet, device);
        break;
    default:
        send_report(fleet, device, step[0], step[1], rest && rest[1] == 'r');
    }
}

static void take_turn(Fleet *fleet, Device *device)
{
    if (device->answer->len > 0) {
        send_answer(fleet, device);
    } else if (device->course) {
        go_on(fleet, device);
    } else if (device->leaving) {
        reconnect(fleet, device);
    } else if (device->quiet > 0 || fleet->winding_up) {
        device->quiet -= device->quiet > 0;
        if (recorder_draw(fleet->recorder, HEARTBEAT) == 0)
            send_heartbeat(fleet, device);
        else
            send_positions(fleet, device);
    } else {
        begin_update(fleet, device);
        go_on(fleet, device);
        device->quiet = recorder_draw(fleet->recorder, QUIET_TURNS);
    }
}

static void shuffle(Fleet *fleet)
{
    for (guint i = fleet->truth.devices - 1; i > 0; i--) {
        guint other = recorder_draw(fleet->recorder, i + 1);
        guint index = fleet->order[i];
        fleet->order[i] = fleet->order[other];
        fleet->order[other] = index;
    }
}

static Device *next_device(Fleet *fleet)
{
    if (fleet->next == 0)
        shuffle(fleet);
    Device *device = &fleet->devices[fleet->order[fleet->next]];
    fleet->next = (fleet->next + 1) % fleet->truth.devices;
    fleet->recorder->now += ROUND / fleet->truth.devices;
    return device;
}

void fleet_turn(Fleet *fleet)
{
    take_turn(fleet, next_device(fleet));
}

void fleet_wind_up(Fleet *fleet)
{
    fleet->winding_up = TRUE;
}

static gboolean is_busy(const Device *device)
{
    return device->answer->len > 0 || device->course != NULL;
}

void fleet_finish(Fleet *fleet)
{
    guint busy = 0;
    for (guint i = 0; i < fleet->truth.devices; i++)
        busy += is_busy(&fleet->devices[i]) ? 1 : 0;
    while (busy > 0) {
        Device *device = next_device(fleet);
        if (!is_busy(device))
            continue;
        take_turn(fleet, device);
        busy -= is_busy(device) ? 0 : 1;
    }
}

const FleetTruth *fleet_truth(const Fleet *fleet)
{
    return &fleet->truth;
}

const char *fleet_outcome_name(guint outcome)
{
    return outcomes[outcome].name;
}
