/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "run.h"

Run run_words(const char *folder, char **words, char **environment, GSpawnChildSetupFunc set_up)
{
    g_autoptr(GError) error = NULL;
    Run run = {0};
    g_spawn_sync(folder, words, environment, G_SPAWN_DEFAULT, set_up, NULL, &run.out, &run.error, &run.status, &error);
    g_assert_no_error(error);
    return run;
}

void run_clear(Run *run)
{
    g_free(run->out);
    g_free(run->error);
}
