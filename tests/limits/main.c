/* SPDX-License-Identifier: GPL-2.0-or-later */
/* gtupd-attack NAME COUNT FILE: a capture that attacks; without arguments: which there are. */
#include "attack.h"

#include <stdio.h>

static int list(void)
{
    for (const Attack *attack = attack_all(); attack->name; attack++)
        printf("%s\t%s\n", attack->name, attack->what);
    return 0;
}

int main(int argc, char **argv)
{
    if (argc == 1)
        return list();
    const Attack *attack = argc == 4 ? attack_find(argv[1]) : NULL;
    guint64 count = 0;
    if (!attack || !g_ascii_string_to_unsigned(argv[2], 10, 1, G_MAXINT32, &count, NULL)) {
        fputs("usage: gtupd-attack [NAME COUNT FILE]\n", stderr);
        return 2;
    }
    Recorder recorder;
    recorder_open(&recorder, argv[3], 1);
    attack->make(&recorder, (guint)count);
    recorder_close(&recorder);
    return 0;
}
