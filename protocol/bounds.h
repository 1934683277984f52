/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The limits that keep memory bounded whatever a capture holds. Reaching one is counted and reported, never silent;
 * under the worst of what tests/limits makes, the analyzer stays below 256 MiB.
 */
#pragma once

/* clang-format off */

/* Devices */
#define GTUPD_MAX_DEVICES            100000     /* Unique IDs known; messages of further ones belong to no device */
#define GTUPD_MAX_DEVICE_BYTES       (40 << 20) /* remembered of all of them, beside who they are: updates, gaps, …; who
                                                   has had no news for longest is forgotten, and begins anew */
#define GTUPD_MAX_GATEWAY_DEVICES    (1 << 17)  /* devices remembered on gateway channels, over all channels */
#define GTUPD_MAX_CONFLICTS          4096       /* pairs of channels of a device that are told once, further ones more often */

/* Commands */
#define GTUPD_MAX_WAITING_COMMANDS   64         /* on a channel, that wait for their device; the oldest goes */
#define GTUPD_MAX_WAITING_BYTES      (8 << 20)  /* the same over all channels, and what waits of closed ones */
#define GTUPD_MAX_UNANSWERED         256        /* of a device, that wait for their ACK; the oldest is judged */
#define GTUPD_MAX_UNANSWERED_OTHERS  32         /* the same of other words: they serve links only, and are not counted */

/* What is reported */
#define GTUPD_MAX_EVENTS             4096       /* events kept of one update */
#define GTUPD_MAX_FINDINGS           4096       /* findings handed out for one device (all are counted) */
#define GTUPD_MAX_REPORT_BYTES       (36 << 20) /* of updates and findings kept for a report: first the events of clean
                                                   updates go, then those of new ones, then new ones themselves */

/* Connections and datagrams */
#define GTUPD_MAX_CHANNELS           32768      /* @Track channels open at once; the longest idle goes */
#define GTUPD_MAX_BEGUN              4096       /* of them, those on which no message has ended yet */
#define GTUPD_MAX_FLOWS              65536      /* flows that may still become @Track, and as many that are over; one that
                                                   goes is counted where bytes of it are kept */
#define GTUPD_MAX_PENDING_BYTES      (8 << 20)  /* of messages under way; what was begun first is given up */
#define GTUPD_MAX_STREAM_BYTES       (1 << 18)  /* buffered behind a hole of one direction; then it is a hole */
#define GTUPD_MAX_STREAM_TOTAL       (64 << 20) /* the same over all streams */
#define GTUPD_MAX_FRAGMENT_DATAGRAMS 256        /* IP datagrams being put together at once */
#define GTUPD_MAX_FRAGMENT_BYTES     (8 << 20)  /* their bytes in all */

/* Downloads */
#define GTUPD_MAX_TRANSFERS          16384      /* file transfers that an attempt may still claim */
#define GTUPD_MAX_ATTEMPTS           16384      /* download attempts that may still claim them */
#define GTUPD_MAX_CLAIM_LOOKS        4096       /* at transfers and attempts of its time, to find those of one attempt */
#define GTUPD_MAX_ATTEMPT_TRANSFERS  32         /* transfers kept of one attempt */
#define GTUPD_MAX_UPDATE_ATTEMPTS    32         /* attempts of one update whose transfers are kept */
#define GTUPD_MAX_REDIRECTS          8          /* that one attempt is followed through */
#define GTUPD_MAX_SERVERS            4096       /* file servers that start commands, or redirects, have named */
#define GTUPD_MAX_HOST_PORTS         16         /* ports of one of them: each address of the host counts with each port */
#define GTUPD_MAX_SERVER_ADDRESSES   65536      /* addresses that DNS has given for them */
#define GTUPD_MAX_LOOKUPS            4096       /* DNS look-ups of their names that are under way */
#define GTUPD_MAX_TRANSFER_FLOWS     8192       /* connections with file servers that are looked into at once */
#define GTUPD_MAX_REQUESTS           4096       /* that one connection with a file server may make */
#define GTUPD_MAX_UNANSWERED_REQUESTS 64        /* of one HTTP connection, at once */
#define GTUPD_MAX_UNANSWERED_TOTAL   8192       /* the same over all connections */
#define GTUPD_MAX_HEAD_BYTES         (32 << 10) /* of an HTTP head that does not end; the connection is given up */
#define GTUPD_MAX_HEADS_BYTES        (8 << 20)  /* the same over all connections */
#define GTUPD_MAX_TEXT               1024       /* characters kept of a path, a host or a redirection; "..." behind */
#define GTUPD_MAX_HASHED_BYTES       (G_GUINT64_CONSTANT(256) << 20) /* of files, in all, for their SHA-256 */
#define GTUPD_MAX_DATA_PORTS         4096       /* FTP data connections that have been announced */

/* clang-format on */
