/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "system_calls.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

/* A call, and where `conditional` a condition on one of its arguments. Names that a processor does not have are
 * skipped. */
typedef struct {
    int call;
    guint conditions;
    struct scmp_arg_cmp when;
} Rule;

#define CALL(name)                                                                                                     \
    {                                                                                                                  \
        SCMP_SYS(name), 0,                                                                                             \
        {                                                                                                              \
            0                                                                                                          \
        }                                                                                                              \
    }
#define IF_IS(name, at, value)                                                                                         \
    {                                                                                                                  \
        SCMP_SYS(name), 1,                                                                                             \
        {                                                                                                              \
            (at), SCMP_CMP_EQ, (value), 0                                                                              \
        }                                                                                                              \
    }
#define IF_BITS(name, at, mask, value)                                                                                 \
    {                                                                                                                  \
        SCMP_SYS(name), 1,                                                                                             \
        {                                                                                                              \
            (at), SCMP_CMP_MASKED_EQ, (mask), (value)                                                                  \
        }                                                                                                              \
    }

/* Of O_TMPFILE without O_DIRECTORY, with which a folder is read. */
#define WRITING (O_ACCMODE | O_CREAT | O_TRUNC | (O_TMPFILE & ~O_DIRECTORY))
#define CODE    ((scmp_datum_t)PROT_EXEC)
#define BOTH    ((scmp_datum_t)(PROT_WRITE | PROT_EXEC))
#define THREAD  ((scmp_datum_t)CLONE_THREAD)

/* clang-format off */
static const Rule always[] = {
    /* What is open. */
    CALL(read), CALL(readv), CALL(pread64), CALL(write), CALL(writev), CALL(lseek), CALL(_llseek), CALL(dup), CALL(close),
    CALL(ftruncate), CALL(ftruncate64),
    CALL(poll), CALL(ppoll), CALL(ppoll_time64),
    IF_IS(fcntl, 1, F_DUPFD_CLOEXEC), IF_IS(fcntl64, 1, F_DUPFD_CLOEXEC),
    IF_IS(fcntl, 1, F_GETFD), IF_IS(fcntl64, 1, F_GETFD),
    IF_IS(fcntl, 1, F_SETFD), IF_IS(fcntl64, 1, F_SETFD),
    IF_IS(fcntl, 1, F_GETFL), IF_IS(fcntl64, 1, F_GETFL),
    IF_IS(ioctl, 1, TCGETS), IF_IS(ioctl, 1, TIOCGWINSZ), /* a terminal: is it one, how wide; never TIOCSTI */

    /* Further captures: to be read. */
    IF_BITS(open, 1, WRITING, O_RDONLY), IF_BITS(openat, 2, WRITING, O_RDONLY),
    CALL(fstat), CALL(fstat64), CALL(fstatat64), CALL(newfstatat), CALL(stat), CALL(stat64), CALL(lstat),
    CALL(lstat64), CALL(statx), CALL(access), CALL(faccessat), CALL(faccessat2), CALL(readlink), CALL(readlinkat),
    CALL(getcwd),

    /* Memory. What can be written never becomes code; iconv() may map libraries late. */
    CALL(brk), CALL(munmap), CALL(mremap), CALL(madvise),
    IF_BITS(mmap, 2, CODE, 0), IF_BITS(mmap, 2, BOTH, CODE), IF_BITS(mmap2, 2, CODE, 0), IF_BITS(mmap2, 2, BOTH, CODE),
    IF_BITS(mprotect, 2, CODE, 0),

    /* Threads. */
    IF_BITS(clone, 0, THREAD, THREAD), CALL(futex), CALL(futex_time64), CALL(set_robust_list), CALL(rseq),
    CALL(sched_yield), CALL(sched_getaffinity), IF_IS(prctl, 0, PR_SET_NAME), CALL(exit), CALL(exit_group),

    /* Clock, chance, signals. */
    CALL(clock_gettime), CALL(clock_gettime64), CALL(clock_getres), CALL(clock_nanosleep),
    CALL(clock_nanosleep_time64), CALL(nanosleep), CALL(gettimeofday), CALL(time), CALL(getrandom),
    CALL(rt_sigaction), CALL(rt_sigprocmask), CALL(rt_sigreturn), CALL(sigreturn), CALL(sigaltstack),
    CALL(restart_syscall),

    /* What this process is, and how much of all it may have. */
    CALL(getpid), CALL(gettid), CALL(getuid), CALL(geteuid), CALL(getgid), CALL(getegid), CALL(uname), CALL(sysinfo),
    CALL(getrlimit), CALL(ugetrlimit), CALL(setrlimit), IF_IS(prlimit64, 0, 0),
};

/* output.h */
static const Rule files[] = {
    CALL(open), CALL(openat), CALL(umask), CALL(fchmod), CALL(fsync),
    CALL(rename), CALL(renameat), CALL(renameat2), CALL(unlink), CALL(unlinkat),
};

/* libpcap: packets, whether the interface is still there, and in the end the ring. */
static const Rule interface[] = {
    CALL(recvfrom), CALL(getsockopt), IF_IS(setsockopt, 1, SOL_PACKET), IF_IS(ioctl, 1, SIOCGIFFLAGS),
};

/* No library of ours tries these: whoever does is not us any more. */
static const Rule never[] = {
    CALL(socket), CALL(socketpair), CALL(connect), CALL(bind), CALL(listen), CALL(accept), CALL(accept4),
    CALL(execve), CALL(execveat), CALL(fork), CALL(vfork), CALL(process_vm_readv), CALL(process_vm_writev),
#ifndef GTUPD_INSTRUMENTED
    IF_BITS(clone, 0, THREAD, 0), CALL(ptrace),
#endif
};

#ifdef GTUPD_INSTRUMENTED
/* LeakSanitizer stops all threads from a process of its own; coverage is written at the end. */
static const Rule instruments[] = {
    CALL(clone), CALL(ptrace), CALL(wait4), CALL(prctl), CALL(getppid), CALL(getdents), CALL(getdents64),
    CALL(open), CALL(openat), CALL(fcntl), CALL(mkdir),
};
#endif
/* clang-format on */

/* As libseccomp's own functions: 0, or a negative errno. */
static int add_rules(scmp_filter_ctx filter, guint32 action, const Rule *rules, gsize count)
{
    int status = 0;
    for (gsize i = 0; i < count && status == 0; i++)
        status = seccomp_rule_add_array(filter, action, rules[i].call, rules[i].conditions, &rules[i].when);
    return status;
}

#define ADD(filter, action, rules) add_rules(filter, action, rules, G_N_ELEMENTS(rules))

static int fill(scmp_filter_ctx filter, const GtupdSandboxNeeds *needs)
{
    const Rule abort_call = IF_IS(tgkill, 0, (scmp_datum_t)getpid());
    const Rule clone3_call = CALL(clone3); /* its flags are out of a filter's sight; glibc then takes clone() */
    int status = ADD(filter, SCMP_ACT_ALLOW, always);
    if (status == 0 && needs->files)
        status = ADD(filter, SCMP_ACT_ALLOW, files);
    if (status == 0 && needs->interface)
        status = ADD(filter, SCMP_ACT_ALLOW, interface);
#ifdef GTUPD_INSTRUMENTED
    if (status == 0)
        status = ADD(filter, SCMP_ACT_ALLOW, instruments);
#endif
    if (status == 0)
        status = ADD(filter, SCMP_ACT_KILL_PROCESS, never);
    if (status == 0)
        status = add_rules(filter, SCMP_ACT_ALLOW, &abort_call, 1);
    return status == 0 ? add_rules(filter, SCMP_ACT_ERRNO(ENOSYS), &clone3_call, 1) : status;
}

static int set_up(scmp_filter_ctx filter)
{
    int status = seccomp_attr_set(filter, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);
    if (status == 0)
        status = seccomp_attr_set(filter, SCMP_FLTATR_API_SYSRAWRC, 1);
    return status == 0 ? seccomp_attr_set(filter, SCMP_FLTATR_CTL_TSYNC, 1) : status;
}

int gtupd_system_calls_limit(const GtupdSandboxNeeds *needs)
{
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
    if (!filter)
        return ENOSYS;
    int status = set_up(filter);
    if (status == 0)
        status = fill(filter, needs);
    if (status == 0)
        status = seccomp_load(filter);
    seccomp_release(filter);
    return -status;
}
