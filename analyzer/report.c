/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "report.h"

#include "catalogue.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static const GtupdFormat formats[] = {
    {"text", gtupd_report_text, gtupd_catalogue_text},
    {"json", gtupd_report_json, gtupd_catalogue_json},
    {"markdown", NULL, gtupd_catalogue_markdown},
};

const GtupdFormat *gtupd_format_find(const char *name)
{
    for (gsize i = 0; i < G_N_ELEMENTS(formats); i++)
        if (strcmp(formats[i].name, name) == 0)
            return &formats[i];
    return NULL;
}

char *gtupd_format_names(gboolean rules)
{
    GString *names = g_string_new(NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(formats); i++)
        if (rules ? formats[i].rules != NULL : formats[i].render != NULL)
            g_string_append_printf(names, "%s%s", names->len > 0 ? ", " : "", formats[i].name);
    return g_string_free(names, FALSE);
}

const char *gtupd_program_version(void)
{
    return "gtupd-analyzer " GTUPD_VERSION;
}

char *gtupd_report_dup_secret(const char *secret, gboolean secrets)
{
    if (!secret || !secret[0])
        return NULL;
    return g_strdup(secrets ? secret : "****");
}

static gboolean fail(GError **error, int code)
{
    g_set_error_literal(error, G_FILE_ERROR, (gint)g_file_error_from_errno(code), g_strerror(code));
    return FALSE;
}

static gboolean write_stream(FILE *file, const GString *report, GError **error)
{
    errno = 0;
    if (fwrite(report->str, 1, report->len, file) == report->len && fflush(file) == 0)
        return TRUE;
    return fail(error, errno);
}

static gboolean write_directly(const char *output, const GString *report, GError **error)
{
    FILE *file = fopen(output, "we");
    if (!file)
        return fail(error, errno);
    gboolean written = write_stream(file, report, error);
    if (fclose(file) != 0 && written)
        return fail(error, errno);
    return written;
}

gboolean gtupd_report_write(const GString *report, const char *output, GError **error)
{
    if (!output)
        return write_stream(stdout, report, error);
    struct stat status;
    gboolean exists = stat(output, &status) == 0;
    if (exists && !S_ISREG(status.st_mode))
        return write_directly(output, report, error);
    /* A symbolic link stays one, and a file keeps its permissions; a new one gets what the umask leaves. */
    g_autofree char *target = exists ? realpath(output, NULL) : NULL;
    int mode = exists ? (int)(status.st_mode & 07777) : 0666;
    gboolean written = g_file_set_contents_full(target ? target : output, report->str, (gssize)report->len,
                                                G_FILE_SET_CONTENTS_CONSISTENT, mode, error);
    if (written && exists)
        return chmod(target, status.st_mode & 07777) == 0 || fail(error, errno);
    return written;
}
