/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the kernel refuses an analysis; and that the whole program, from its first instruction, opens no socket.
 * Environment: GTUPD_ANALYZER the program, GTUPD_CAPTURES the folder of captures.
 */
#include "sandbox.h"

#include "report.h"
#include "run.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <netinet/in.h>
#include <sched.h>
#include <seccomp.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#ifdef GTUPD_INSTRUMENTED
#define INSTRUMENTED TRUE
#else
#define INSTRUMENTED FALSE
#endif

/* Attempts: what the system call gives. All leave everything as it is where they are let through. */

static const char *folder; /* to make files in */
static int null_file;      /* open to be read and written */

static long try_socket(void)
{
    return socket(AF_INET, SOCK_STREAM, 0);
}

static long try_local_socket(void)
{
    return socket(AF_UNIX, SOCK_STREAM, 0);
}

static long try_packet_socket(void)
{
    return socket(AF_PACKET, SOCK_RAW, 0);
}

static long try_connect(void)
{
    const struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(9)};
    return connect(null_file, (const struct sockaddr *)&to, sizeof to);
}

static long try_program(void)
{
    return execl("/bin/true", "true", NULL);
}

static long try_process(void)
{
    pid_t child = fork();
    if (child == 0)
        _exit(0);
    return child;
}

static long try_trace(void)
{
    return ptrace(PTRACE_TRACEME, 0, NULL, NULL);
}

static long try_read_other_memory(void)
{
    return process_vm_readv(getppid(), NULL, 0, NULL, 0, 0);
}

static long try_open_to_write(void)
{
    return open("/dev/null", O_WRONLY);
}

static long try_open_to_read_and_write(void)
{
    return open("/dev/null", O_RDWR);
}

static long try_create(void)
{
    g_autofree char *path = g_build_filename(folder, "new", NULL);
    return open(path, O_RDONLY | O_CREAT, 0600);
}

static long try_create_nameless(void)
{
    return open(folder, O_TMPFILE | O_RDWR, 0600);
}

static long try_empty(void)
{
    return open("/dev/null", O_RDONLY | O_TRUNC);
}

static long try_rename(void)
{
    return rename("/nonexistent/a", "/nonexistent/b");
}

static long try_remove(void)
{
    return unlink("/nonexistent/a");
}

static long try_folder(void)
{
    return mkdir("/nonexistent/a", 0700);
}

static long try_permissions(void)
{
    return chmod(folder, 0700);
}

static long try_signal(void)
{
    return kill(getppid(), 0);
}

static long try_type_into_terminal(void)
{
    return ioctl(null_file, TIOCSTI, "x");
}

static long try_writable_code(void)
{
    return mmap(NULL, 4096, PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED ? -1 : 0;
}

static long try_make_code(void)
{
    void *memory = mmap(NULL, 4096, PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return memory == MAP_FAILED ? 0 : mprotect(memory, 4096, PROT_READ | PROT_EXEC);
}

static long try_memory_file(void)
{
    return memfd_create("x", 0);
}

static long try_other_user(void)
{
    return setresuid((uid_t)-1, (uid_t)-1, (uid_t)-1);
}

static long try_name_space(void)
{
    return unshare(0);
}

static long try_receive(void)
{
    char byte;
    return recv(null_file, &byte, 1, MSG_PEEK) < 0 && errno == ENOTSOCK ? 0 : -1;
}

static long try_open_to_read(void)
{
    return open("/dev/null", O_RDONLY | O_CLOEXEC);
}

static long try_list(void)
{
    return open(folder, O_RDONLY | O_DIRECTORY);
}

static gpointer do_nothing(gpointer data)
{
    return data;
}

static long try_thread(void)
{
    GThread *thread = g_thread_new("x", do_nothing, &folder);
    return g_thread_join(thread) == &folder ? 0 : -1;
}

static long try_sleep(void)
{
    g_usleep(10);
    return 0;
}

static long try_memory(void)
{
    g_autofree char *much = g_malloc0(64 << 20);
    much = g_realloc(much, 128 << 20);
    return much[(64 << 20) - 1];
}

static long try_abort(void)
{
    signal(SIGABRT, SIG_DFL);
    abort();
}

typedef enum {
    ALLOWED = 0,
    REFUSED = EPERM,
    ENDS_PROCESS = 1000 + SIGSYS,
    ABORTS = 1000 + SIGABRT,
} Outcome;

/* Enters the sandbox in a process of its own and tries; what came of it: 0, an errno, or 1000 and a signal's number. */
static int outcome_of(long (*attempt)(void), const GtupdSandboxNeeds *needs)
{
    pid_t child = fork();
    g_assert_cmpint(child, >=, 0);
    if (child == 0) {
        if (needs && !gtupd_sandbox_enter(needs, NULL))
            _exit(255);
        errno = 0;
        _exit(attempt() < 0 ? errno : 0);
    }
    int status;
    g_assert_cmpint(waitpid(child, &status, 0), ==, child);
    return WIFSIGNALED(status) ? 1000 + WTERMSIG(status) : WEXITSTATUS(status);
}

typedef struct {
    const char *name;
    long (*attempt)(void);
    Outcome analysis, with_files, with_interface;
    gboolean by_instruments; /* is let through where these are built in */
} Row;

static const Row rows[] = {
    {"socket", try_socket, ENDS_PROCESS, ENDS_PROCESS, ENDS_PROCESS, FALSE},
    {"local socket", try_local_socket, ENDS_PROCESS, ENDS_PROCESS, ENDS_PROCESS, FALSE},
    {"packet socket", try_packet_socket, ENDS_PROCESS, ENDS_PROCESS, ENDS_PROCESS, FALSE},
    {"connect", try_connect, ENDS_PROCESS, ENDS_PROCESS, ENDS_PROCESS, FALSE},
    {"program", try_program, ENDS_PROCESS, ENDS_PROCESS, ENDS_PROCESS, FALSE},
    {"process", try_process, ENDS_PROCESS, ENDS_PROCESS, ENDS_PROCESS, TRUE},
    {"trace", try_trace, ENDS_PROCESS, ENDS_PROCESS, ENDS_PROCESS, TRUE},
    {"read other memory", try_read_other_memory, ENDS_PROCESS, ENDS_PROCESS, ENDS_PROCESS, FALSE},
    {"open to write", try_open_to_write, REFUSED, ALLOWED, REFUSED, TRUE},
    {"open to read and write", try_open_to_read_and_write, REFUSED, ALLOWED, REFUSED, TRUE},
    {"create", try_create, REFUSED, ALLOWED, REFUSED, TRUE},
    {"create nameless", try_create_nameless, REFUSED, ALLOWED, REFUSED, TRUE},
    {"empty", try_empty, REFUSED, ALLOWED, REFUSED, TRUE},
    {"rename", try_rename, REFUSED, (Outcome)ENOENT, REFUSED, FALSE},
    {"remove", try_remove, REFUSED, (Outcome)ENOENT, REFUSED, FALSE},
    {"folder", try_folder, REFUSED, REFUSED, REFUSED, TRUE},
    {"permissions", try_permissions, REFUSED, REFUSED, REFUSED, FALSE},
    {"signal", try_signal, REFUSED, REFUSED, REFUSED, FALSE},
    {"type into terminal", try_type_into_terminal, REFUSED, REFUSED, REFUSED, FALSE},
    {"writable code", try_writable_code, REFUSED, REFUSED, REFUSED, FALSE},
    {"make code", try_make_code, REFUSED, REFUSED, REFUSED, FALSE},
    {"memory file", try_memory_file, REFUSED, REFUSED, REFUSED, FALSE},
    {"other user", try_other_user, REFUSED, REFUSED, REFUSED, FALSE},
    {"name space", try_name_space, REFUSED, REFUSED, REFUSED, FALSE},
    {"receive", try_receive, REFUSED, REFUSED, ALLOWED, FALSE},
    {"open to read", try_open_to_read, ALLOWED, ALLOWED, ALLOWED, FALSE},
    {"list", try_list, ALLOWED, ALLOWED, ALLOWED, FALSE},
    {"thread", try_thread, ALLOWED, ALLOWED, ALLOWED, FALSE},
    {"sleep", try_sleep, ALLOWED, ALLOWED, ALLOWED, FALSE},
    {"memory", try_memory, ALLOWED, ALLOWED, ALLOWED, FALSE},
    {"abort", try_abort, ABORTS, ABORTS, ABORTS, FALSE},
};

static void test_refused(void)
{
    const GtupdSandboxNeeds none = {0}, files = {.files = TRUE}, interface = {.interface = TRUE};
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        const Row *row = &rows[i];
        if (row->by_instruments && INSTRUMENTED)
            continue;
        g_test_message("%s", row->name);
        g_assert_cmpint(outcome_of(row->attempt, &none), ==, row->analysis);
        g_assert_cmpint(outcome_of(row->attempt, &files), ==, row->with_files);
        g_assert_cmpint(outcome_of(row->attempt, &interface), ==, row->with_interface);
    }
}

/* Were they not refused, they would not fail by themselves: so it is the sandbox that is seen above. */
static void test_possible_without(void)
{
    static const struct {
        long (*attempt)(void);
    } attempts[] = {{try_socket},     {try_local_socket},      {try_program},       {try_process},
                    {try_trace},      {try_read_other_memory}, {try_open_to_write}, {try_permissions},
                    {try_signal},     {try_writable_code},     {try_make_code},     {try_memory_file},
                    {try_other_user}, {try_name_space}};
    for (gsize i = 0; i < G_N_ELEMENTS(attempts); i++)
        g_assert_cmpint(outcome_of(attempts[i].attempt, NULL), ==, 0);
}

/* The whole program */

/* For g_spawn: this process must end when it, or what it becomes, asks for one of these. */
static void forbid_network(gpointer data G_GNUC_UNUSED)
{
    static const int calls[] = {SCMP_SYS(socket),  SCMP_SYS(socketpair), SCMP_SYS(connect),
                                SCMP_SYS(bind),    SCMP_SYS(listen),     SCMP_SYS(accept),
                                SCMP_SYS(accept4), SCMP_SYS(sendto),     SCMP_SYS(sendmsg)};
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
    for (gsize i = 0; i < G_N_ELEMENTS(calls); i++)
        seccomp_rule_add_array(filter, SCMP_ACT_KILL_PROCESS, calls[i], 0, NULL);
    if (seccomp_load(filter) != 0)
        _exit(255);
    seccomp_release(filter);
}

/* The same: a kernel without seccomp, as a process sees it. */
static void hide_seccomp(gpointer data G_GNUC_UNUSED)
{
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
    seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(seccomp), 0);
    seccomp_rule_add(filter, SCMP_ACT_ERRNO(EINVAL), SCMP_SYS(prctl), 1, SCMP_A0(SCMP_CMP_EQ, PR_SET_SECCOMP));
    if (seccomp_load(filter) != 0)
        _exit(255);
    seccomp_release(filter);
}

/* The program, these words, and all captures. Free with g_strfreev(). */
static char **call(const char *words)
{
    g_autoptr(GStrvBuilder) line = g_strv_builder_new();
    g_auto(GStrv) pieces = g_strsplit(words, " ", -1);
    g_autoptr(GDir) captures = g_dir_open(g_getenv("GTUPD_CAPTURES"), 0, NULL);
    g_strv_builder_add(line, g_getenv("GTUPD_ANALYZER"));
    g_strv_builder_addv(line, (const char **)pieces);
    guint count = 0;
    for (const char *name = g_dir_read_name(captures); name; name = g_dir_read_name(captures)) {
        if (!g_str_has_suffix(name, ".pcap") && !g_str_has_suffix(name, ".pcapng"))
            continue;
        g_autofree char *path = g_build_filename(g_getenv("GTUPD_CAPTURES"), name, NULL);
        g_strv_builder_add(line, path);
        count++;
    }
    g_assert_cmpuint(count, >, 50);
    return g_strv_builder_end(line);
}

/* In a tree that one has changed root to, there may be none; then the test is skipped. */
static gboolean has_proc(void)
{
    const gboolean there = g_file_test("/proc/self/status", G_FILE_TEST_EXISTS);
    if (!there)
        g_test_skip("there is no /proc");
    return there;
}

/* Can what forbids it be seen to? This program, called so, opens a socket. */
#define OPEN_A_SOCKET "--open-a-socket"

static void test_no_socket(void)
{
    if (!has_proc())
        return;
    g_autofree char *path = g_file_read_link("/proc/self/exe", NULL);
    const char *self[] = {path, OPEN_A_SOCKET, NULL};
    g_auto(Run) caught = run_words(NULL, (char **)self, NULL, forbid_network);
    g_assert_true(WIFSIGNALED(caught.status) && WTERMSIG(caught.status) == SIGSYS);
    g_autofree char *names = gtupd_format_names(FALSE);
    g_auto(GStrv) formats = g_strsplit(names, ", ", -1);
    for (char **format = formats; *format; format++) {
        g_autofree char *words = g_strdup_printf("-f %s", *format);
        g_auto(GStrv) line = call(words);
        g_auto(Run) result = run_words(NULL, line, NULL, forbid_network);
        g_assert_true(WIFEXITED(result.status));
        g_assert_cmpint(WEXITSTATUS(result.status), ==, 0);
        g_assert_cmpuint(strlen(result.out), >, 1000);
    }
}

static void test_kernel_without(void)
{
    g_auto(GStrv) line = call("-f json"), quiet = call("-q -f json");
    g_auto(Run) with = run_words(NULL, line, NULL, NULL);
    g_auto(Run) without = run_words(NULL, line, NULL, hide_seccomp);
    g_auto(Run) silent = run_words(NULL, quiet, NULL, hide_seccomp);
    g_assert_cmpint(without.status, ==, 0);
    g_assert_cmpstr(with.error, ==, "");
    g_assert_true(g_str_has_prefix(without.error, "gtupd-analyzer: reading without a sandbox: the kernel refuses"));
    g_assert_cmpstr(silent.error, ==, "");
    g_assert_cmpstr(without.out, ==, with.out);
    g_assert_cmpstr(silent.out, ==, with.out);
}

static gboolean has_line(GPid process, const char *line)
{
    g_autofree char *path = g_strdup_printf("/proc/%d/status", (int)process), *text = NULL;
    return g_file_get_contents(path, &text, NULL, NULL) && strstr(text, line);
}

/* While it waits for bytes it is in the sandbox already. */
static void test_in_force(void)
{
    const char *words[] = {g_getenv("GTUPD_ANALYZER"), "-", NULL};
    GPid process;
    int input, status;
    if (!has_proc())
        return;
    g_assert_true(g_spawn_async_with_pipes(NULL, (char **)words, NULL, G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL, &process,
                                           &input, NULL, NULL, NULL));
    for (guint i = 0; i < 1000 && !has_line(process, "Seccomp:\t2"); i++)
        g_usleep(20000);
    g_assert_true(has_line(process, "Seccomp:\t2"));
    g_assert_true(has_line(process, "NoNewPrivs:\t1"));
    close(input);
    g_assert_cmpint(waitpid(process, &status, 0), ==, process);
}

int main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], OPEN_A_SOCKET) == 0)
        return try_socket() < 0;
    g_test_init(&argc, &argv, NULL);
    g_autofree char *made = g_dir_make_tmp("gtupd-XXXXXX", NULL);
    folder = made;
    null_file = open("/dev/null", O_RDWR | O_CLOEXEC);
    g_test_add_func("/sandbox/refused", test_refused);
    g_test_add_func("/sandbox/possible-without", test_possible_without);
    g_test_add_func("/sandbox/no-socket", test_no_socket);
    g_test_add_func("/sandbox/kernel-without", test_kernel_without);
    g_test_add_func("/sandbox/in-force", test_in_force);
    int status = g_test_run();
    g_autofree char *file = g_build_filename(folder, "new", NULL);
    g_unlink(file);
    g_rmdir(folder);
    close(null_file);
    return status;
}
