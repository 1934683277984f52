/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * gtupd-backend: listens on TCP and UDP, goes through a script for each device, and tells what it hears. See README.md.
 */
#include "listener.h"
#include "script.h"
#include "text.h"

#include <gio/gio.h>
#include <glib-unix.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    char *script;
    int port;
    gboolean sack;
    gboolean resend;
    int first_serial;
    double life;
} Options;

typedef struct {
    Options options;
    RigScript *script;
    RigListener *listener;
    GHashTable *devices; /* of Device, by Unique ID */
    GPtrArray *due;      /* of Due: steps that wait for their time */
    guint reopen_timer;
} Backend;

typedef struct {
    Backend *backend;
    char *id;
    RigPeer *peer; /* where it was heard last; NULL: nowhere any more */
    GPtrArray *steps;
    guint next_step;
    guint16 serial;
    char *last; /* the last command's bytes */
    gboolean answered;
} Device;

typedef struct {
    Device *device;
    const RigStep *step;
    guint timer;
} Due;

static void device_free(gpointer data)
{
    Device *device = data;
    g_clear_pointer(&device->peer, rig_peer_unref);
    g_free(device->id);
    g_free(device->last);
    g_free(device);
}

static void due_free(gpointer data)
{
    Due *due = data;
    if (due->timer)
        g_source_remove(due->timer);
    g_free(due);
}

static Device *device_of(Backend *backend, const char *id)
{
    Device *device = g_hash_table_lookup(backend->devices, id);
    if (device)
        return device;
    device = g_new0(Device, 1);
    device->backend = backend;
    device->id = g_strdup(id);
    device->steps = rig_script_steps(backend->script, id);
    device->serial = (guint16)backend->options.first_serial;
    g_hash_table_insert(backend->devices, device->id, device);
    return device;
}

/* --- doing --- */

static void send_text(Device *device, const char *text)
{
    g_autofree char *shown = rig_text_printable(text);
    rig_log("> %s %s", device->id, shown);
    if (device->peer)
        rig_peer_send(device->peer, text);
}

static void command(Device *device, const RigStep *step)
{
    char *text = rig_step_command(step, device->serial++);
    g_free(device->last);
    device->last = text;
    device->answered = FALSE;
    send_text(device, text);
}

static gboolean reopen(gpointer data)
{
    Backend *backend = data;
    g_autoptr(GError) error = NULL;
    backend->reopen_timer = 0;
    if (!rig_listener_open(backend->listener, &error))
        rig_log("! %s", error->message);
    return G_SOURCE_REMOVE;
}

static void restart(Backend *backend, const RigStep *step)
{
    rig_log("! restart");
    rig_listener_close(backend->listener);
    GHashTableIter iter;
    gpointer device;
    g_hash_table_iter_init(&iter, backend->devices);
    while (g_hash_table_iter_next(&iter, NULL, &device))
        g_clear_pointer(&((Device *)device)->peer, rig_peer_unref);
    double seconds = CLAMP(g_ascii_strtod(step->words, NULL), 0, 600);
    if (!backend->reopen_timer)
        backend->reopen_timer = g_timeout_add((guint)(seconds * 1000), reopen, backend);
}

static void act(Device *device, const RigStep *step)
{
    if (step->action == RIG_ACTION_RESTART)
        restart(device->backend, step);
    else if (step->action != RIG_ACTION_AGAIN)
        command(device, step);
    else if (device->last)
        send_text(device, device->last);
}

static gboolean now_due(gpointer data)
{
    Due *due = data;
    due->timer = 0;
    act(due->device, due->step);
    g_ptr_array_remove_fast(due->device->backend->due, due);
    return G_SOURCE_REMOVE;
}

static void run_step(Device *device, const RigStep *step)
{
    if (step->delay <= 0) {
        act(device, step);
        return;
    }
    Due *due = g_new0(Due, 1);
    due->device = device;
    due->step = step;
    due->timer = g_timeout_add((guint)(step->delay * 1000), now_due, due);
    g_ptr_array_add(device->backend->due, due);
}

/* --- hearing --- */

static const RigStep *coming_step(const Device *device)
{
    return device->next_step < device->steps->len ? g_ptr_array_index(device->steps, device->next_step) : NULL;
}

static void follow_script(Device *device, const char *text)
{
    const RigStep *step = coming_step(device);
    if (!step || !rig_step_awaits(step, text))
        return;
    do {
        device->next_step++;
        run_step(device, step);
        step = coming_step(device);
    } while (step && rig_step_follows(step));
}

/*
 * A device in an update says nothing but GTUPD, so a heartbeat after a command means that the command got lost. Asking
 * again at any other time might be a new try (and is, where a report came in between).
 */
static gboolean resend(Device *device, const char *text)
{
    if (strstr(text, ":GTUPD,"))
        device->answered = TRUE;
    if (!device->backend->options.resend || !device->last || device->answered || !strstr(text, ":GTHBD,"))
        return FALSE;
    send_text(device, device->last);
    return TRUE;
}

static void send_sack(Device *device, const char *text, GStrv fields)
{
    const char *count = rig_field(fields, -1);
    g_autofree char *sack = NULL;
    if (g_str_has_prefix(text, "+ACK:GTHBD,"))
        sack = g_strdup_printf("+SACK:GTHBD,%s,%s$", rig_field(fields, 0), count);
    else if (!g_str_has_prefix(text, "+ACK:"))
        sack = g_strdup_printf("+SACK:%s$", count);
    if (sack)
        send_text(device, sack);
}

static void received(RigPeer *peer, const char *text, gpointer data)
{
    Backend *backend = data;
    g_autofree char *shown = rig_text_printable(text);
    rig_log("< %s %.400s", rig_peer_name(peer), shown);
    g_auto(GStrv) fields = rig_text_fields(text);
    g_autofree char *id = g_strdup(rig_field(fields, 1));
    g_strstrip(id);
    if (text[0] != '+' || id[0] == '\0')
        return;
    Device *device = device_of(backend, id);
    g_clear_pointer(&device->peer, rig_peer_unref);
    device->peer = rig_peer_ref(peer);
    if (backend->options.sack)
        send_sack(device, text, fields);
    if (!resend(device, text))
        follow_script(device, text);
}

/* --- main --- */

static gboolean quit(gpointer data)
{
    g_main_loop_quit(data);
    return G_SOURCE_CONTINUE;
}

static gboolean parse_options(Options *options, int *argc, char ***argv, GError **error)
{
    *options = (Options){.port = 5000, .first_serial = 1, .life = 3600};
    const GOptionEntry entries[] = {
        {"port", 'p', 0, G_OPTION_ARG_INT, &options->port, "TCP and UDP port (5000)", "PORT"},
        {"sack", 0, 0, G_OPTION_ARG_NONE, &options->sack, "Answer reports and heartbeats with +SACK", NULL},
        {"resend", 0, 0, G_OPTION_ARG_NONE, &options->resend,
         "Send a command again when a heartbeat comes instead of an answer", NULL},
        {"first-serial", 0, 0, G_OPTION_ARG_INT, &options->first_serial, "Serial Number of the first command (1)",
         "NUMBER"},
        {"life", 0, 0, G_OPTION_ARG_DOUBLE, &options->life, "Quit after so many seconds (3600)", "SECONDS"},
        G_OPTION_ENTRY_NULL,
    };
    g_autoptr(GOptionContext) context = g_option_context_new("SCRIPT");
    g_option_context_add_main_entries(context, entries, NULL);
    g_option_context_set_summary(context, "A backend that goes through a script of commands for each device it hears.");
    if (!g_option_context_parse(context, argc, argv, error))
        return FALSE;
    if (*argc != 2 || options->port < 1 || options->port > 65535) {
        g_set_error_literal(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "one SCRIPT and a port are needed");
        return FALSE;
    }
    options->script = (*argv)[1];
    return TRUE;
}

static void run(Backend *backend)
{
    g_autoptr(GMainLoop) loop = g_main_loop_new(NULL, FALSE);
    g_unix_signal_add(SIGINT, quit, loop);
    g_unix_signal_add(SIGTERM, quit, loop);
    g_timeout_add((guint)(backend->options.life * 1000), quit, loop);
    rig_log("! listening on port %d", backend->options.port);
    g_main_loop_run(loop);
}

static void backend_clear(Backend *backend)
{
    if (backend->reopen_timer)
        g_source_remove(backend->reopen_timer);
    g_ptr_array_unref(backend->due);
    g_hash_table_unref(backend->devices);
    rig_listener_free(backend->listener);
    rig_script_free(backend->script);
}

int main(int argc, char **argv)
{
    setlocale(LC_ALL, "");
    g_autoptr(GError) error = NULL;
    Backend backend = {0};
    if (!parse_options(&backend.options, &argc, &argv, &error) ||
        !(backend.script = rig_script_load(backend.options.script, &error))) {
        fprintf(stderr, "gtupd-backend: %s\n", error->message);
        return 2;
    }
    backend.devices = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, device_free);
    backend.due = g_ptr_array_new_with_free_func(due_free);
    backend.listener = rig_listener_new((guint16)backend.options.port, received, &backend);
    gboolean open = rig_listener_open(backend.listener, &error);
    if (open)
        run(&backend);
    else
        fprintf(stderr, "gtupd-backend: %s\n", error->message);
    backend_clear(&backend);
    return open ? EXIT_SUCCESS : EXIT_FAILURE;
}
