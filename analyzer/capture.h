/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One capture: the packets of a pcap or pcapng file, in the file's order.
 *
 * libpcap reads, this file adds what libpcap does not tell: the precision of the timestamps, LINKTYPE_ values, and
 * errors that name file, packet and cause. A capture can be looked at and laid aside, so that thousands of them need
 * no thousand open files.
 */
#pragma once

#include "packet.h"

#include <glib.h>

#define GTUPD_CAPTURE_ERROR (gtupd_capture_error_quark())
GQuark gtupd_capture_error_quark(void);

typedef enum {
    GTUPD_CAPTURE_ERROR_OPEN,      /* the file cannot be opened */
    GTUPD_CAPTURE_ERROR_FORMAT,    /* it is no capture, or its header is cut */
    GTUPD_CAPTURE_ERROR_DAMAGED,   /* a packet is damaged or cut */
    GTUPD_CAPTURE_ERROR_LINK_TYPE, /* packets of this link type cannot be looked into */
} GtupdCaptureError;

/* What is known of a capture so far. */
typedef struct {
    const char *file;     /* as given; borrowed from the capture */
    guint64 packets;      /* read so far */
    guint64 bytes;        /* size on disk; of standard input and pipes, what was read */
    gint64 first_time;    /* of its first packet, ns since 1970; 0 without packets */
    gint64 last_time;     /* of its last packet so far */
    gboolean is_live;     /* an interface, not a file */
    guint64 dropped;      /* with is_live: packets that came too fast, by the kernel's count */
    gboolean nanoseconds; /* its timestamps are finer than a microsecond */
    const GError *error;  /* why it could not be read to its end; NULL: nothing stood in the way; borrowed */
} GtupdCaptureInfo;

typedef struct _GtupdCapture GtupdCapture;

/* Nothing is opened yet. `file`: "-" is standard input. */
GtupdCapture *gtupd_capture_new(const char *file);

/*
 * The same for a file that is still being written: its packets are waited for as long as `goes_on` says so, which is
 * asked several times a second. A packet that is not yet whole when it does no more is none.
 */
GtupdCapture *gtupd_capture_new_following(const char *file, gboolean (*goes_on)(gpointer data), gpointer data);

void gtupd_capture_free(GtupdCapture *capture);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GtupdCapture, gtupd_capture_free)

/*
 * The first packet's time, for those who must know it before they read; call it first. FALSE if there is no packet.
 * Afterwards a regular file is closed until its packets are asked for.
 */
gboolean gtupd_capture_look(GtupdCapture *capture, gint64 *first_time);

/*
 * The next packet; its bytes are borrowed until the next call. `capture` in *packet is left alone. FALSE at the end,
 * and where it cannot be read on: the info's `error` tells which.
 */
gboolean gtupd_capture_next(GtupdCapture *capture, GtupdPacket *packet);

/* Borrowed; the capture keeps it up to date. */
const GtupdCaptureInfo *gtupd_capture_info(const GtupdCapture *capture);
