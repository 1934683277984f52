/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "spelling.h"

#include <string.h>

/* Levenshtein's, a row of his table at a time. */
static guint distance(const char *a, const char *b)
{
    gsize width = strlen(b) + 1;
    g_autofree guint *row = g_new(guint, width);
    for (guint j = 0; j < width; j++)
        row[j] = j;
    for (guint i = 1; a[i - 1]; i++) {
        guint diagonal = row[0];
        row[0] = i;
        for (guint j = 1; j < width; j++) {
            guint replaced = diagonal + (a[i - 1] != b[j - 1]);
            diagonal = row[j];
            row[j] = MIN(replaced, MIN(row[j], row[j - 1]) + 1);
        }
    }
    return row[width - 1];
}

guint gtupd_spelling_steps(const char *typed, const char *word)
{
    return typed[0] && strstr(word, typed) ? 0 : distance(typed, word);
}
