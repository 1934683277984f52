/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the device says: puts messages together, and befalls them with the faults of its table.
 */
#pragma once

#include "device_options.h"
#include "link.h"

#include <glib.h>

typedef struct _RigVoice RigVoice;

/* Never fails. Borrows both; faults are used up in `options`. */
RigVoice *rig_voice_new(RigDeviceOptions *options, RigLink *link);
void rig_voice_free(RigVoice *voice);

/* The firmware that runs now; shows in every Protocol Version. */
void rig_voice_set_firmware(RigVoice *voice, const char *version);

/* The next message has the time of a clock that was never set. */
void rig_voice_unset_clock(RigVoice *voice);

void rig_voice_heartbeat(RigVoice *voice, gboolean login);

/* +ACK of a command of this word; `command` is its whole text. */
void rig_voice_ack(RigVoice *voice, const char *word, const char *serial, const char *command);

/*
 * A GTUPD report. `phase` is its code as the document writes it ("2X0"), `type` the X, `attempt` counts from 1 and is
 * looked at in 2XY only.
 */
void rig_voice_report(RigVoice *voice, const char *phase, const char *type, int attempt);

/* A report of another word. `body`: its fields between Device Name and Send Time, or NULL. */
void rig_voice_other(RigVoice *voice, const char *word, const char *body);

/* The position report that tells that the device is back at work. */
void rig_voice_alive(RigVoice *voice);
