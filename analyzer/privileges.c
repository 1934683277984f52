/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "privileges.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <unistd.h>

static gboolean fail(const char *user, const char *cause, GError **error)
{
    g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_PERM, "user %s: %s", user, cause);
    return FALSE;
}

gboolean gtupd_privileges_drop(const char *user, GError **error)
{
    gboolean is_root = geteuid() == 0;
    if (!user && !is_root)
        return TRUE;
    const char *name = user ? user : "nobody";
    /* cppcheck-suppress getpwnamCalled ; there is only one thread yet */
    const struct passwd *entry = getpwnam(name);
    if (!entry)
        return fail(name, "there is none of this name", error);
    uid_t uid = entry->pw_uid;
    gid_t gid = entry->pw_gid;
    if (uid == geteuid())
        return TRUE;
    if (!is_root)
        return fail(name, "only root can become somebody else", error);
    if (initgroups(name, gid) != 0 || setgid(gid) != 0 || setuid(uid) != 0)
        return fail(name, g_strerror(errno), error);
    /* What can be taken back has not been given up. */
    return setuid(0) != 0 || fail(name, "root's rights could be taken back", error);
}
