/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * gtupd-device: a simulated CV200. See README.md.
 */
#include "course.h"
#include "text.h"

#include <curl/curl.h>
#include <glib-unix.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>

static gboolean quit(gpointer data)
{
    g_main_loop_quit(data);
    return G_SOURCE_CONTINUE;
}

int main(int argc, char **argv)
{
    setlocale(LC_ALL, "");
    g_autoptr(GError) error = NULL;
    g_autoptr(RigDeviceOptions) options = rig_device_options_new(&argc, &argv, &error);
    if (!options) {
        fprintf(stderr, "gtupd-device: %s\n", error->message);
        return 2;
    }
    curl_global_init(CURL_GLOBAL_DEFAULT);
    g_autoptr(GMainLoop) loop = g_main_loop_new(NULL, FALSE);
    g_unix_signal_add(SIGINT, quit, loop);
    g_unix_signal_add(SIGTERM, quit, loop);
    g_timeout_add((guint)(options->life * 1000), quit, loop);

    RigCourse *course = rig_course_new(options, loop);
    rig_log("! device %s, seed %u", options->id, options->seed);
    rig_course_start(course);
    g_main_loop_run(loop);
    rig_course_free(course);
    curl_global_cleanup();
    return EXIT_SUCCESS;
}
