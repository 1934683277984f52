/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One download attempt over HTTP or FTP, in a thread of its own; libcurl does the work.
 */
#pragma once

#include <glib.h>

typedef struct _RigDownload RigDownload;

/* In the main loop, once, unless cancelled before. `package` is NULL if the attempt failed. Borrowed for the call. */
typedef void (*RigDownloadFunc)(GBytes *package, const char *error, gpointer data);

/*
 * Begins. `user` and `password` may be "". `timeout` in milliseconds; 0: none.
 */
RigDownload *rig_download_new(const char *url, const char *user, const char *password, guint timeout,
                              RigDownloadFunc done, gpointer data);

/* Ends it if it still runs; `done` is not called any more. Waits for the thread. NULL is allowed. */
void rig_download_free(RigDownload *download);
