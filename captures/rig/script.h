/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the backend does, and when: a script of steps, one a line.
 *
 *   # all devices
 *   GTHBD start retry=1 url=http://10.77.3.2/mcu.bin type=1
 *   2X0 +0.2 stop
 *   then send AT+GTRTO=cv200,3,,,,,,%s$
 *   [866884040000012]         # from here on: this device, which then has no part in what is above
 *   GTHBD start url=http://10.77.3.2/nothing.bin
 *
 * A line is EVENT [+SECONDS] ACTION [WORDS]. Each device goes through its steps in turn: a step waits for its event,
 * which is the word of a message (GTHBD, GTFRI …), ACK for +ACK:GTUPD, a code with X for the Update Type (2X0), or
 * `then` for right after the step before.
 */
#pragma once

#include <glib.h>

typedef enum {
    RIG_ACTION_START,   /* AT+GTUPD start; NAME=VALUE words fill its fields */
    RIG_ACTION_STOP,    /* AT+GTUPD stop; the same */
    RIG_ACTION_SEND,    /* the rest of the line as it is; %s is the next Serial Number */
    RIG_ACTION_AGAIN,   /* the same bytes as last time */
    RIG_ACTION_RESTART, /* all connections end, and nothing listens for so many seconds */
    RIG_ACTIONS,
} RigAction;

typedef struct {
    char *event;
    double delay; /* seconds */
    RigAction action;
    char *words;
} RigStep;

typedef struct _RigScript RigScript;

/* Reads the file. NULL and *error, which names the line, if it cannot be read or is off. */
RigScript *rig_script_load(const char *path, GError **error);
void rig_script_free(RigScript *script);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RigScript, rig_script_free)

/* The device's steps, of RigStep*. Borrowed. */
GPtrArray *rig_script_steps(const RigScript *script, const char *device);

/* Is this message, as the device sent it, the step's event? FALSE for `then`. */
gboolean rig_step_awaits(const RigStep *step, const char *text);

gboolean rig_step_follows(const RigStep *step);

/*
 * The command's bytes; `serial` is the next Serial Number, which a word serial=HEX overrides. For START, STOP, SEND.
 * Free with g_free().
 */
char *rig_step_command(const RigStep *step, guint16 serial);
