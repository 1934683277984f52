/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

struct _GtupdOutput {
    FILE *stream;
    char *target;    /* to be replaced at the end; NULL: written to directly */
    char *temporary; /* with `target`, until it is renamed */
    gboolean is_old; /* opened in place: what was in it is still there */
    int code;        /* of the first failure; 0 none */
};

static gboolean fail(int code, GError **error)
{
    g_set_error_literal(error, G_FILE_ERROR, (gint)g_file_error_from_errno(code), g_strerror(code));
    return FALSE;
}

/* What the umask leaves of 0666. The umask can only be read by setting it. */
static mode_t new_file_mode(void)
{
    mode_t mask = umask(0);
    umask(mask);
    return 0666 & ~mask;
}

/* A symbolic link stays one, and a file keeps its permissions. */
static gboolean open_beside(GtupdOutput *output, const char *file, const struct stat *there, GError **error)
{
    output->target = there ? realpath(file, NULL) : g_strdup(file);
    if (!output->target)
        return fail(errno, error);
    output->temporary = g_strconcat(output->target, ".XXXXXX", NULL);
    int fd = g_mkstemp_full(output->temporary, O_RDWR | O_CLOEXEC, 0600);
    if (fd < 0) {
        int code = errno;
        g_clear_pointer(&output->temporary, g_free);
        return fail(code, error);
    }
    output->stream = fdopen(fd, "wb");
    return fchmod(fd, there ? there->st_mode & 07777 : new_file_mode()) == 0 || fail(errno, error);
}

static gboolean open_directly(GtupdOutput *output, const char *file, GError **error)
{
    output->stream = fopen(file, "wbe");
    return output->stream != NULL || fail(errno, error);
}

GtupdOutput *gtupd_output_open_in_place(const char *file, GError **error)
{
    g_autoptr(GtupdOutput) output = g_new0(GtupdOutput, 1);
    if (!file) {
        output->stream = stdout;
        return g_steal_pointer(&output);
    }
    int fd = open(file, O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
    if (fd < 0) {
        fail(errno, error);
        return NULL;
    }
    output->stream = fdopen(fd, "wb");
    output->is_old = TRUE;
    return g_steal_pointer(&output);
}

GtupdOutput *gtupd_output_open(const char *file, GError **error)
{
    g_autoptr(GtupdOutput) output = g_new0(GtupdOutput, 1);
    struct stat status;
    if (!file) {
        output->stream = stdout;
        return g_steal_pointer(&output);
    }
    gboolean exists = stat(file, &status) == 0;
    gboolean opened = exists && !S_ISREG(status.st_mode) ? open_directly(output, file, error)
                                                         : open_beside(output, file, exists ? &status : NULL, error);
    return opened ? g_steal_pointer(&output) : NULL;
}

void gtupd_output_free(GtupdOutput *output)
{
    if (!output)
        return;
    if (output->stream && output->stream != stdout)
        fclose(output->stream);
    if (output->temporary)
        unlink(output->temporary);
    g_free(output->temporary);
    free(output->target);
    g_free(output);
}

FILE *gtupd_output_stream(GtupdOutput *output)
{
    return output->stream;
}

/* Of what is no regular file there is nothing to be taken away. */
static void empty(GtupdOutput *output)
{
    struct stat status;
    int fd = fileno(output->stream);
    if (output->is_old && fstat(fd, &status) == 0 && S_ISREG(status.st_mode) && ftruncate(fd, 0) != 0)
        output->code = errno;
    output->is_old = FALSE;
}

gboolean gtupd_output_write(GtupdOutput *output, const GString *text, GError **error)
{
    empty(output);
    if (output->code != 0)
        return fail(output->code, error);
    errno = 0;
    if (fwrite(text->str, 1, text->len, output->stream) == text->len && fflush(output->stream) == 0)
        return TRUE;
    output->code = errno;
    return fail(output->code, error);
}

/* Bytes that are not on the disk when the name already is would be a file that is there, and is not whole. */
static gboolean flush(GtupdOutput *output)
{
    return fflush(output->stream) == 0 && !ferror(output->stream) &&
           (!output->target || fsync(fileno(output->stream)) == 0);
}

gboolean gtupd_output_finish(GtupdOutput *output, GError **error)
{
    empty(output);
    errno = 0;
    if (output->code == 0 && !flush(output))
        output->code = errno != 0 ? errno : EIO;
    FILE *stream = g_steal_pointer(&output->stream);
    if (stream != stdout && fclose(stream) != 0 && output->code == 0)
        output->code = errno;
    if (output->code != 0)
        return fail(output->code, error);
    if (!output->target)
        return TRUE;
    if (rename(output->temporary, output->target) != 0)
        return fail(errno, error);
    g_clear_pointer(&output->temporary, g_free);
    return TRUE;
}
