/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * gtupd-stopwatch FILE COMMAND…: runs a command, its standard input FILE and its standard output /dev/null, and
 * prints wall seconds, processor seconds and peak memory in KiB. The status is the command's.
 *
 * A program of its own because a child's peak memory begins with that of the process it was forked from.
 */
#include <fcntl.h>
#include <glib.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#define FAILED 127

static void redirect(const char *path, int flags, int target)
{
    int file = open(path, flags | O_CLOEXEC);
    if (file < 0 || dup2(file, target) < 0) {
        perror(path);
        _exit(FAILED);
    }
}

G_NORETURN static void become(const char *input, char **command)
{
    redirect(input, O_RDONLY, STDIN_FILENO);
    redirect("/dev/null", O_WRONLY, STDOUT_FILENO);
    execvp(command[0], command);
    perror(command[0]);
    _exit(FAILED);
}

static double seconds(const struct timeval *time)
{
    return (double)time->tv_sec + (double)time->tv_usec / 1e6;
}

int main(int argc, char **argv)
{
    int status;
    struct rusage usage;
    if (argc < 3) {
        fputs("usage: gtupd-stopwatch INPUT COMMAND...\n", stderr);
        return 2;
    }

    gint64 begin = g_get_monotonic_time();
    pid_t child = fork();
    if (child == 0)
        become(argv[1], argv + 2);
    if (child < 0 || wait4(child, &status, 0, &usage) < 0) {
        perror("gtupd-stopwatch");
        return FAILED;
    }
    printf("%.6f %.6f %ld\n", (double)(g_get_monotonic_time() - begin) / G_USEC_PER_SEC,
           seconds(&usage.ru_utime) + seconds(&usage.ru_stime), usage.ru_maxrss);
    return WIFEXITED(status) ? WEXITSTATUS(status) : FAILED;
}
