/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The course of updates (§3), as the device goes through it: commands in, reports out, with the times that a real
 * device takes. Faults that are more than an altered message branch off here.
 */
#pragma once

#include "device_options.h"
#include "link.h"
#include "voice.h"

#include <glib.h>

typedef struct _RigCourse RigCourse;

/* Quits *loop when the updates that were asked for are over, and everything is said. Borrows all. */
RigCourse *rig_course_new(RigDeviceOptions *options, GMainLoop *loop);
void rig_course_free(RigCourse *course);

/* Switches the device on. */
void rig_course_start(RigCourse *course);
