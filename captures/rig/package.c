/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "package.h"

#include <string.h>

#define HEADER_MAX 256 /* bytes of the first line */

/* The value of ` name=` in the line, or "". Free with g_free(). */
static char *value_of(const char *line, const char *name)
{
    g_autofree char *key = g_strdup_printf(" %s=", name);
    const char *found = strstr(line, key);
    if (!found)
        return g_strdup("");
    found += strlen(key);
    return g_strndup(found, strcspn(found, " "));
}

static gboolean has_sum(const guint8 *image, gsize length, const char *expected)
{
    g_autofree char *sum = g_compute_checksum_for_data(G_CHECKSUM_SHA256, image, length);
    return g_str_equal(sum, expected);
}

RigPackageVerdict rig_package_check(const guint8 *bytes, gsize length, const char *type, const char *base,
                                    char **version)
{
    const guint8 *end = length > 0 ? memchr(bytes, '\n', MIN(length, HEADER_MAX)) : NULL;
    if (!end)
        return RIG_PACKAGE_BROKEN;
    g_autofree char *line = g_strndup((const char *)bytes, (gsize)(end - bytes));
    g_autofree char *size = value_of(line, "size");
    gsize image_length = length - (gsize)(end - bytes) - 1;
    if (!g_str_has_prefix(line, "CV200-PACKAGE ") || g_ascii_strtoull(size, NULL, 10) != image_length)
        return RIG_PACKAGE_BROKEN;

    g_autofree char *sum = value_of(line, "sha256");
    g_autofree char *for_type = value_of(line, "type");
    g_autofree char *for_base = value_of(line, "base");
    *version = value_of(line, "version");
    if (!g_str_equal(for_type, type) || !g_str_equal(for_base, base) || strlen(*version) != 4)
        return RIG_PACKAGE_REJECTED;
    return has_sum(end + 1, image_length, sum) ? RIG_PACKAGE_GOOD : RIG_PACKAGE_CORRUPT;
}
