/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sandbox.h"

#include "system_calls.h"

#include <sys/prctl.h>

G_DEFINE_QUARK(gtupd - sandbox - error - quark, gtupd_sandbox_error)

gboolean gtupd_sandbox_enter(const GtupdSandboxNeeds *needs, GError **error)
{
    /* libseccomp asks for it too, but it is not always there. Kernels before 3.5 have neither. */
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
#ifdef GTUPD_SECCOMP
    int code = gtupd_system_calls_limit(needs);
    if (code == 0)
        return TRUE;
    g_set_error(error, GTUPD_SANDBOX_ERROR, GTUPD_SANDBOX_ERROR_KERNEL, "the kernel refuses seccomp: %s",
                g_strerror(code));
#else
    (void)needs;
    g_set_error_literal(error, GTUPD_SANDBOX_ERROR, GTUPD_SANDBOX_ERROR_NOT_BUILT, "built without libseccomp");
#endif
    return FALSE;
}
