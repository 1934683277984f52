/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Wireshark's programs with the plugin, for tests.
 *
 * Run by root, Wireshark loads no plugin and says nothing about it, so they run as a plain user; and a plugin that
 * fails to load is only a line on standard error, so shark_setup() asserts that it is there before anything else.
 * Captures and plugin are copied to a folder that this user can read. No settings of the developer's leak in.
 *
 * Environment: GTUPD_PLUGINS the folder with X.Y/epan/gtupd.so; GTUPD_CAPTURES; GTUPD_PRELOAD what an instrumented
 * plugin needs to have loaded before it (else empty).
 */
#pragma once

#include <gio/gio.h>

/* Makes the scratch folder, and asserts that the plugin loads. */
void shark_setup(void);
void shark_teardown(void);

/* The captures of the folder GTUPD_CAPTURES: all of them, as names. Never empty. NULL-terminated; g_strfreev(). */
char **shark_captures(void);

/* A capture's path where Wireshark may read it; copied there on first use. Free with g_free(). */
char *shark_capture(const char *name);

/* A path in the scratch folder, where both we and Wireshark may write. Free with g_free(). */
char *shark_scratch(const char *name);

/*
 * Runs a program with arguments (a list ended by NULL), as the plain user, with the plugin. Asserts exit status 0 and
 * that standard error speaks neither of a bug nor of a failed plugin. Standard output; free with g_free().
 */
char *shark_run(const char *program, ...) G_GNUC_NULL_TERMINATED;
char *shark_run_argv(const char *const *argv);

/* The same with lines for standard input. */
char *shark_run_with_input(const char *const *argv, const char *input);

/* The same, but gives standard error: LeakSanitizer's report, where the plugin is instrumented. */
char *shark_run_for_leaks(const char *const *argv);

/*
 * Starts such a program to talk with it, with Wireshark's strict allocator, which stops at an overrun; its standard
 * error goes to a file. The caller's, with g_object_unref().
 */
GSubprocess *shark_start(const char *const *argv, const char *errors);

/* Asserts that what a program wrote to standard error speaks neither of a bug nor of a failed plugin. */
void shark_assert_quiet(const char *const *argv, const char *errors);

/* The non-empty lines of a text. NULL-terminated; g_strfreev(). */
char **shark_lines(const char *text);
