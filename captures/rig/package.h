/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A firmware package as the simulated device knows it: one line, then the image.
 *
 *   CV200-PACKAGE type=1 base=0107 version=0108 size=100000 sha256=…
 */
#pragma once

#include <glib.h>

#define RIG_PACKAGE_MAX (4 * 1024 * 1024) /* bytes that the device has room for */

typedef enum {
    RIG_PACKAGE_GOOD,
    RIG_PACKAGE_BROKEN,   /* no package, or not all of one */
    RIG_PACKAGE_REJECTED, /* a whole one, but not for what runs here: 2X3 */
    RIG_PACKAGE_CORRUPT,  /* a whole one, but its checksum is off: installing it fails */
} RigPackageVerdict;

/*
 * `type` is the Update Type asked for, `base` the version that runs. *version is set to the package's, unless it is
 * broken; free with g_free().
 */
RigPackageVerdict rig_package_check(const guint8 *bytes, gsize length, const char *type, const char *base,
                                    char **version);
