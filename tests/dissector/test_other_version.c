/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The plugin in a Wireshark of another version: this program is one, as far as the plugin can tell.
 * Environment: GTUPD_PLUGINS the folder with X.Y/epan/gtupd.so.
 */
#include <glib.h>

#include <dlfcn.h>
#include <string.h>

static int minor_version;

/* What the plugin asks of the program that loads it. */
void epan_get_version_number(int *major, int *minor, int *micro);
void epan_get_version_number(int *major, int *minor, int *micro)
{
    *major = 4;
    *minor = minor_version;
    *micro = 1;
}

/* X.Y/epan/gtupd.so, and Y. Free with g_free(). */
static char *find_plugin(int *minor)
{
    const char *plugins = g_getenv("GTUPD_PLUGINS");
    g_autoptr(GDir) folder = g_dir_open(plugins, 0, NULL);
    g_assert_nonnull(folder);
    const char *series = g_dir_read_name(folder);
    g_assert_true(g_str_has_prefix(series, "4."));
    *minor = (int)g_ascii_strtoll(series + strlen("4."), NULL, 10);
    return g_build_filename(plugins, series, "epan", "gtupd.so", NULL);
}

static void load(int minor_difference)
{
    int minor;
    g_autofree char *plugin = find_plugin(&minor);
    minor_version = minor + minor_difference;
    void *handle = dlopen(plugin, RTLD_NOW | RTLD_LOCAL);
    if (!handle)
        g_error("%s", dlerror());
    dlclose(handle);
}

static void test_other(void)
{
    if (g_test_subprocess()) {
        load(2);
        return;
    }
    g_test_trap_subprocess(NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
    g_test_trap_assert_passed();
    g_test_trap_assert_stderr("*this plugin is for Wireshark 4.*, and this is Wireshark 4.*: install the package "
                              "wireshark-plugin-gtupd for 4.*");
}

static void test_same(void)
{
    if (g_test_subprocess()) {
        load(0);
        return;
    }
    g_test_trap_subprocess(NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
    g_test_trap_assert_passed();
    g_test_trap_assert_stderr_unmatched("*this plugin is for*");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/other-version/other", test_other);
    g_test_add_func("/other-version/same", test_same);
    return g_test_run();
}
