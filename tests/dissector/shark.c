/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "shark.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char *scratch;
static char *plugin; /* the copy that is loaded */

static const char *environment(const char *name)
{
    const char *value = g_getenv(name);
    if (value == NULL)
        g_error("%s is not set: run the tests with ctest", name);
    return value;
}

char *shark_scratch(const char *name)
{
    return g_build_filename(scratch, name, NULL);
}

static void copy_readable(const char *from, const char *to)
{
    g_autoptr(GFile) source = g_file_new_for_path(from);
    g_autoptr(GFile) target = g_file_new_for_path(to);
    g_autoptr(GError) error = NULL;
    g_file_copy(source, target, G_FILE_COPY_OVERWRITE, NULL, NULL, NULL, &error);
    g_assert_no_error(error);
    g_assert_cmpint(chmod(to, 0755), ==, 0);
}

/* Copies X.Y/epan/gtupd.so: the folders' names are what Wireshark goes by. */
static void copy_plugin(void)
{
    const char *plugins = environment("GTUPD_PLUGINS");
    g_autoptr(GDir) versions = g_dir_open(plugins, 0, NULL);
    g_assert_nonnull(versions);
    for (const char *version = g_dir_read_name(versions); version != NULL; version = g_dir_read_name(versions)) {
        g_autofree char *folder = g_build_filename(scratch, "plugins", version, "epan", NULL);
        g_autofree char *from = g_build_filename(plugins, version, "epan", "gtupd.so", NULL);
        g_assert_cmpint(g_mkdir_with_parents(folder, 0755), ==, 0);
        g_free(plugin);
        plugin = g_build_filename(folder, "gtupd.so", NULL);
        copy_readable(from, plugin);
    }
    g_assert_nonnull(plugin);
}

void shark_setup(void)
{
    g_autoptr(GError) error = NULL;
    umask(022);
    scratch = g_dir_make_tmp("gtupd-dissector-XXXXXX", &error);
    g_assert_no_error(error);
    g_assert_cmpint(chmod(scratch, 0777), ==, 0);
    copy_plugin();

    g_autofree char *plugins = shark_run("tshark", "-G", "plugins", NULL);
    if (!g_regex_match_simple("(?m)^gtupd\\.so\\s+\\S+\\s+dissector", plugins, 0, 0))
        g_error("the plugin is not loaded:\n%s", plugins);
}

static void remove_tree(GFile *file)
{
    g_autoptr(GFileEnumerator) children = g_file_enumerate_children(file, G_FILE_ATTRIBUTE_STANDARD_NAME,
                                                                    G_FILE_QUERY_INFO_NOFOLLOW_SYMLINKS, NULL, NULL);
    GFile *child = NULL;
    while (children != NULL && g_file_enumerator_iterate(children, NULL, &child, NULL, NULL) && child != NULL)
        remove_tree(child);
    g_file_delete(file, NULL, NULL);
}

void shark_teardown(void)
{
    g_autoptr(GFile) folder = g_file_new_for_path(scratch);
    remove_tree(folder);
    g_clear_pointer(&scratch, g_free);
    g_clear_pointer(&plugin, g_free);
}

static int compare_names(gconstpointer a, gconstpointer b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

char **shark_captures(void)
{
    g_autoptr(GDir) folder = g_dir_open(environment("GTUPD_CAPTURES"), 0, NULL);
    g_assert_nonnull(folder);
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    for (const char *name = g_dir_read_name(folder); name != NULL; name = g_dir_read_name(folder))
        if (strstr(name, ".pcap") != NULL)
            g_ptr_array_add(names, g_strdup(name));
    g_assert_cmpuint(names->len, >, 0);
    g_ptr_array_sort(names, compare_names);
    g_ptr_array_add(names, NULL);
    return (char **)g_ptr_array_free(g_steal_pointer(&names), FALSE);
}

char *shark_capture(const char *name)
{
    char *copy = shark_scratch(name);
    if (g_file_test(copy, G_FILE_TEST_EXISTS))
        return copy;
    g_autofree char *original = g_build_filename(environment("GTUPD_CAPTURES"), name, NULL);
    copy_readable(original, copy);
    return copy;
}

typedef enum {
    MODE_PLAIN,
    MODE_STRICT, /* Wireshark's allocator stops at an overrun */
    MODE_LEAKS,  /* LeakSanitizer reports */
} Mode;

/*
 * With each of Wireshark's blocks a block of malloc's, AddressSanitizer sees every overrun. The settings go through
 * env(1), so that only the host runs instrumented: setpriv before it may hang in its locale's locks.
 */
static void add_instruments(GPtrArray *command, const char *preload, Mode mode)
{
    g_ptr_array_add(command, g_strdup("env"));
    g_ptr_array_add(command, g_strdup("WIRESHARK_DEBUG_WMEM_OVERRIDE=simple"));
    if (mode != MODE_LEAKS) {
        g_ptr_array_add(command, g_strdup("ASAN_OPTIONS=detect_leaks=0"));
        g_ptr_array_add(command, g_strdup_printf("LD_PRELOAD=%s", preload));
        return;
    }
    /* The plugin too, so that it stays in memory and its frames have a name; stacks as deep as they are. */
    g_ptr_array_add(command, g_strdup("ASAN_OPTIONS=detect_leaks=1:fast_unwind_on_malloc=0"));
    g_ptr_array_add(command, g_strdup("LSAN_OPTIONS=exitcode=0"));
    g_ptr_array_add(command, g_strdup_printf("LD_PRELOAD=%s %s", preload, plugin));
}

/* The whole command line: a plain user, and instruments where the program loads the plugin. */
static GPtrArray *command_new(const char *const *argv, Mode mode)
{
    static const char *const plain_user[] = {"setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"};
    GPtrArray *command = g_ptr_array_new_with_free_func(g_free);
    for (gsize i = 0; geteuid() == 0 && i < G_N_ELEMENTS(plain_user); i++)
        g_ptr_array_add(command, g_strdup(plain_user[i]));

    /* Only what loads the plugin: others, such as editcap, may hang at their end with AddressSanitizer in them. */
    const gboolean is_host = strcmp(argv[0], "tshark") == 0 || strcmp(argv[0], "sharkd") == 0;
    const char *preload = g_getenv("GTUPD_PRELOAD");
    if (is_host && preload != NULL && *preload != '\0')
        add_instruments(command, preload, mode);
    for (; *argv != NULL; argv++)
        g_ptr_array_add(command, g_strdup(*argv));
    g_ptr_array_add(command, NULL);
    return command;
}

static GSubprocessLauncher *launcher_new(Mode mode)
{
    GSubprocessLauncher *launcher = g_subprocess_launcher_new(
        G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE);
    g_autofree char *plugins = shark_scratch("plugins");
    g_autofree char *settings = shark_scratch("settings");
    g_subprocess_launcher_setenv(launcher, "WIRESHARK_PLUGIN_DIR", plugins, TRUE);
    g_subprocess_launcher_setenv(launcher, "WIRESHARK_CONFIG_DIR", settings, TRUE);
    /* No external capture programs: a fork of a process with threads may hang under AddressSanitizer. */
    g_subprocess_launcher_setenv(launcher, "WIRESHARK_EXTCAP_DIR", settings, TRUE);
    /* Nor the data of RADIUS, Diameter and Lua, whose reading is a third of a start. */
    g_subprocess_launcher_setenv(launcher, "WIRESHARK_DATA_DIR", settings, TRUE);
    g_subprocess_launcher_setenv(launcher, "WIRESHARK_ABORT_ON_DISSECTOR_BUG", "1", TRUE);
    g_subprocess_launcher_setenv(launcher, "HOME", scratch, TRUE);
    g_subprocess_launcher_setenv(launcher, "LC_ALL", "C.UTF-8", TRUE);
    g_subprocess_launcher_setenv(launcher, "TZ", "UTC", TRUE);
    if (mode == MODE_STRICT)
        g_subprocess_launcher_setenv(launcher, "WIRESHARK_DEBUG_WMEM_OVERRIDE", "strict", TRUE);
    return launcher;
}

void shark_assert_quiet(const char *const *argv, const char *errors)
{
    static const char *const bad[] = {"Dissector bug", "Couldn't load",    "ERROR",
                                      "CRITICAL",      "AddressSanitizer", "runtime error"};
    for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
        if (strstr(errors, bad[i]) == NULL)
            continue;
        g_autofree char *command = g_strjoinv(" ", (char **)argv);
        g_error("%s:\n%s", command, errors);
    }
}

static char *text_of(GBytes *bytes)
{
    gsize length = 0;
    const char *data = g_bytes_get_data(bytes, &length);
    return length > 0 ? g_strndup(data, length) : g_strdup("");
}

static GSubprocess *start(GSubprocessLauncher *launcher, GPtrArray *command)
{
    g_autoptr(GError) error = NULL;
    GSubprocess *process = g_subprocess_launcher_spawnv(launcher, (const char *const *)command->pdata, &error);
    g_assert_no_error(error);
    return process;
}

GSubprocess *shark_start(const char *const *argv, const char *errors)
{
    g_autoptr(GSubprocessLauncher) launcher = launcher_new(MODE_STRICT);
    g_autoptr(GPtrArray) command = command_new(argv, MODE_STRICT);
    g_subprocess_launcher_set_flags(launcher, G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE);
    g_subprocess_launcher_set_stderr_file_path(launcher, errors);
    return start(launcher, command);
}

/* Standard output; of MODE_LEAKS, standard error. */
static char *run(Mode mode, const char *const *argv, const char *input)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GSubprocessLauncher) launcher = launcher_new(mode);
    g_autoptr(GPtrArray) command = command_new(argv, mode);
    g_autoptr(GSubprocess) process = start(launcher, command);
    g_autoptr(GBytes) given = g_bytes_new_static(input, strlen(input));
    g_autoptr(GBytes) output = NULL, errors = NULL;
    g_subprocess_communicate(process, given, NULL, &output, &errors, &error);
    g_assert_no_error(error);

    g_autofree char *complaint = text_of(errors);
    if (mode != MODE_LEAKS)
        shark_assert_quiet((const char *const *)command->pdata, complaint);
    if (!g_subprocess_get_successful(process)) {
        g_autofree char *line = g_strjoinv(" ", (char **)command->pdata);
        g_error("%s: ended with wait status %d\n%s", line, g_subprocess_get_status(process), complaint);
    }
    return mode == MODE_LEAKS ? g_steal_pointer(&complaint) : text_of(output);
}

char *shark_run_argv(const char *const *argv)
{
    return run(MODE_PLAIN, argv, "");
}

char *shark_run_with_input(const char *const *argv, const char *input)
{
    return run(MODE_PLAIN, argv, input);
}

char *shark_run_for_leaks(const char *const *argv)
{
    return run(MODE_LEAKS, argv, "");
}

char *shark_run(const char *program, ...)
{
    g_autoptr(GPtrArray) argv = g_ptr_array_new();
    g_ptr_array_add(argv, (gpointer)program);
    va_list arguments;
    va_start(arguments, program);
    const char *argument;
    do {
        argument = va_arg(arguments, const char *);
        g_ptr_array_add(argv, (gpointer)argument);
    } while (argument != NULL);
    va_end(arguments);
    return shark_run_argv((const char *const *)argv->pdata);
}

char **shark_lines(const char *text)
{
    g_auto(GStrv) all = g_strsplit(text, "\n", -1);
    g_autoptr(GPtrArray) lines = g_ptr_array_new();
    for (char **line = all; *line != NULL; line++)
        if (**line != '\0')
            g_ptr_array_add(lines, g_strdup(*line));
    g_ptr_array_add(lines, NULL);
    return (char **)g_ptr_array_free(g_steal_pointer(&lines), FALSE);
}
