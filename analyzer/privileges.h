/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who this process is, once it has opened what only root may open. */
#pragma once

#include <glib.h>

/*
 * Becomes this user, with the groups that are his, for good. `user` NULL: nobody, if the process is root's; else
 * nothing happens. FALSE: there is no such user, or this one may not become him; *error is of domain G_FILE_ERROR.
 */
gboolean gtupd_privileges_drop(const char *user, GError **error);
