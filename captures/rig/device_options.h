/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How the simulated device is to behave: its command line, and what its seed decides.
 */
#pragma once

#include "faults.h"

#include <glib.h>

typedef enum {
    RIG_MODE_LONG,  /* one TCP connection */
    RIG_MODE_SHORT, /* a TCP connection for each message */
    RIG_MODE_UDP,
} RigMode;

/* What devices differ in without doing wrong. Drawn from the seed, or fixed by --plain. */
typedef struct {
    guint16 first_count;
    int times_base;       /* Download Times of the first attempt: 0 or 1 */
    gboolean reserved_0;  /* `0` in Reserved, else nothing */
    gboolean lower_hex;   /* in Count Numbers */
    gboolean line_ends;   /* CR LF behind each message */
    gboolean split;       /* each message in two TCP segments */
    gboolean restart;     /* Count Numbers begin anew after a reboot */
    gboolean new_port;    /* another UDP port after a reboot */
    gboolean boot_report; /* GTPNA after a reboot */
    gboolean refuse_busy; /* 1X1 to a start in an update, else no answer */
    int zone;             /* seconds east of UTC */
    const char *type;     /* device type */
} RigHabits;

typedef struct {
    char *server; /* host and port */
    char *bind;   /* local address, or NULL */
    RigMode mode;
    gboolean sack; /* wait for +SACK, and send again without */
    int resends;
    char *id;   /* Unique ID */
    char *name; /* Device Name */
    char *password;
    char *firmware;        /* version that runs, four hex digits */
    char *sms;             /* a command that comes by SMS, or NULL */
    int updates;           /* quit after so many */
    double scale;          /* how much faster than a real device */
    gboolean scaled_clock; /* Send Time runs so much faster, too */
    double life;           /* quit after so many seconds, whatever happens */
    guint32 seed;
    RigHabits habits;
    RigFaults faults;
} RigDeviceOptions;

/*
 * Parses the command line. Prints what --list-faults asks for and exits then. NULL and *error if a word is off.
 */
RigDeviceOptions *rig_device_options_new(int *argc, char ***argv, GError **error);
void rig_device_options_free(RigDeviceOptions *options);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RigDeviceOptions, rig_device_options_free)

/* Is this fault of the course armed? */
gboolean rig_device_has(const RigDeviceOptions *options, RigFault fault);

/* Milliseconds to wait where a real device waits so many seconds. At least 1. */
guint rig_device_wait(const RigDeviceOptions *options, double seconds);
