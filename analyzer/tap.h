/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Packets as they come: from a network interface, or from a capture file that somebody else is still writing.
 *
 * It goes on until it is told to stop, or has reached what it was limited to.
 */
#pragma once

#include "capture.h"

#include <glib.h>
#include <signal.h>

#define GTUPD_TAP_ERROR (gtupd_tap_error_quark())
GQuark gtupd_tap_error_quark(void);

typedef enum {
    GTUPD_TAP_ERROR_OPEN,   /* no such interface or file, not allowed, or its packets cannot be looked into */
    GTUPD_TAP_ERROR_FILTER, /* the filter is none */
} GtupdTapError;

typedef struct {
    const char *interface; /* else `file` */
    const char *file;
    const char *filter;   /* BPF, as for tcpdump; NULL: every packet */
    gboolean promiscuous; /* interface: also what is not for this machine */
    guint snaplen;        /* interface: bytes of each packet; 0: all */
    guint buffer;         /* interface: KiB that the kernel keeps; 0: as it sees fit */
    guint64 count;        /* packets; 0: no limit */
    gint64 duration;      /* µs; 0: no limit */
    /* Becomes other than 0 when it is to stop; looked at several times a second. */
    const volatile sig_atomic_t *stop;
} GtupdTapOptions;

typedef struct _GtupdTap GtupdTap;

/* The strings and `stop` must outlive the tap. */
GtupdTap *gtupd_tap_open(const GtupdTapOptions *options, GError **error);
void gtupd_tap_free(GtupdTap *tap);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GtupdTap, gtupd_tap_free)

/*
 * Waits for the next packet; its bytes are borrowed until the next call. FALSE: it is over; the info's `error` says
 * whether something went wrong. `capture` in *packet is left alone.
 */
gboolean gtupd_tap_next(GtupdTap *tap, GtupdPacket *packet);

/* Borrowed; kept up to date by each call of gtupd_tap_next(). */
const GtupdCaptureInfo *gtupd_tap_info(const GtupdTap *tap);
