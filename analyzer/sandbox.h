/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What this process gives up before it looks at bytes of strangers: the kernel refuses, for good and in all threads,
 * every system call but those that an analysis makes.
 *
 * What is open stays open, and further captures can be opened to be read: a rotation may have more files than a process
 * may hold open. All else fails with EPERM, as a library may try it and do without. What only a program does that has
 * been taken over (sockets, other programs, other processes) ends it at once, by SIGSYS.
 *
 * Not guarded: which files are read; and, with `files`, which are written. The user's own rights bound both.
 */
#pragma once

#include <glib.h>

#define GTUPD_SANDBOX_ERROR (gtupd_sandbox_error_quark())
GQuark gtupd_sandbox_error_quark(void);

typedef enum {
    GTUPD_SANDBOX_ERROR_NOT_BUILT, /* this program was built without libseccomp */
    GTUPD_SANDBOX_ERROR_KERNEL,    /* the kernel has no seccomp, or does not let this process have it */
} GtupdSandboxError;

/* Beyond what every analysis needs. */
typedef struct {
    gboolean files;     /* writes files: opens, replaces and removes them */
    gboolean interface; /* goes on reading packets of an interface that is open */
} GtupdSandboxNeeds;

/*
 * Once, before the first thread. FALSE: nothing has been given up, but that no program that this process starts has
 * other rights than it (no_new_privs), and it can go on all the same.
 */
gboolean gtupd_sandbox_enter(const GtupdSandboxNeeds *needs, GError **error);
