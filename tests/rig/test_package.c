/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "package.h"

#include <string.h>

#define SUM_OF_IMAGE "6105d6cc76af400325e94d588ce511be5bfdbb73b437dc51eca43917d7a43e3d" /* sha256sum of "image" */

static const struct {
    const char *name;
    const char *bytes;
    RigPackageVerdict expected;
} rows[] = {
    {"good", "CV200-PACKAGE type=1 base=0107 version=0108 size=5 sha256=" SUM_OF_IMAGE "\nimage", RIG_PACKAGE_GOOD},
    {"cut", "CV200-PACKAGE type=1 base=0107 version=0108 size=5 sha256=" SUM_OF_IMAGE "\nima", RIG_PACKAGE_BROKEN},
    {"longer", "CV200-PACKAGE type=1 base=0107 version=0108 size=5 sha256=" SUM_OF_IMAGE "\nimages",
     RIG_PACKAGE_BROKEN},
    {"damaged", "CV200-PACKAGE type=1 base=0107 version=0108 size=5 sha256=" SUM_OF_IMAGE "\nimagE",
     RIG_PACKAGE_CORRUPT},
    {"other-base", "CV200-PACKAGE type=1 base=0105 version=0108 size=5 sha256=" SUM_OF_IMAGE "\nimage",
     RIG_PACKAGE_REJECTED},
    {"other-type", "CV200-PACKAGE type=11 base=0107 version=0108 size=5 sha256=" SUM_OF_IMAGE "\nimage",
     RIG_PACKAGE_REJECTED},
    {"no-version", "CV200-PACKAGE type=1 base=0107 size=5 sha256=" SUM_OF_IMAGE "\nimage", RIG_PACKAGE_REJECTED},
    {"no-line", "CV200-PACKAGE type=1 base=0107 version=0108 size=0", RIG_PACKAGE_BROKEN},
    {"a-page", "<html>\n404</html>", RIG_PACKAGE_BROKEN},
    {"empty", "", RIG_PACKAGE_BROKEN},
};

static void test_row(gconstpointer data)
{
    const guint row = GPOINTER_TO_UINT(data);
    gsize length = strlen(rows[row].bytes);
    g_autofree guint8 *bytes = g_memdup2(rows[row].bytes, length);
    g_autofree char *version = NULL;
    g_assert_cmpint(rig_package_check(bytes, length, "1", "0107", &version), ==, rows[row].expected);
    if (rows[row].expected == RIG_PACKAGE_GOOD)
        g_assert_cmpstr(version, ==, "0108");
    if (rows[row].expected == RIG_PACKAGE_BROKEN)
        g_assert_null(version);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *path = g_strdup_printf("/package/%s", rows[i].name);
        g_test_add_data_func(path, GUINT_TO_POINTER(i), test_row);
    }
    return g_test_run();
}
