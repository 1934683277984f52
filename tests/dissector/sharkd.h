/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sharkd, Wireshark's own window without the window: one process that is asked of one capture after the other. It
 * dissects as Wireshark does (loads a file, then shows any of its frames again), and starts once where tshark would
 * start for each capture, which takes longer than everything else. It has the strict allocator, and stops at a
 * dissector's bug.
 */
#pragma once

#include <json-glib/json-glib.h>

typedef struct Sharkd Sharkd;

/* A process, with a preference such as "tcp.desegment_tcp_streams" set to a value. */
Sharkd *sharkd_new(const char *preference, const char *value);

/* Ends it, and asserts that it ended well and complained of nothing. */
void sharkd_free(Sharkd *sharkd);

/* Loads a capture, in place of the one before. */
void sharkd_load(Sharkd *sharkd, const char *capture);

/* Calls `visit` with each frame that a display filter lets through ("frame": all) and its tree, as sharkd tells it. */
typedef void (*SharkdVisit)(gint64 frame, JsonArray *tree, gpointer data);
void sharkd_visit(Sharkd *sharkd, const char *filter, SharkdVisit visit, gpointer data);

/* What the plugin's taps show of the capture: as the statistics windows, the endpoints' included. */
void sharkd_tap(Sharkd *sharkd);
