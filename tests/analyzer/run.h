/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A program that was run to its end. */
#pragma once

#include <glib.h>

typedef struct {
    int status; /* as waitpid() tells it */
    char *out, *error;
} Run;

/* NULL for `folder`, `environment`: this process' own. `set_up`, or NULL, is called in the child before it is the
 * program. */
Run run_words(const char *folder, char **words, char **environment, GSpawnChildSetupFunc set_up);
void run_clear(Run *run);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Run, run_clear)
