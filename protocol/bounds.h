/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The limits that keep memory bounded whatever a capture holds. Reaching one is counted and reported, never silent.
 */
#pragma once

#define GTUPD_MAX_DEVICES            100000    /* Unique IDs remembered; messages of further ones belong to no device */
#define GTUPD_MAX_WAITING_COMMANDS   64        /* commands on a channel that wait for their device; the oldest goes */
#define GTUPD_MAX_UNANSWERED         256       /* commands of a device that wait for their ACK; the oldest is judged */
#define GTUPD_MAX_EVENTS             4096      /* events kept of one update */
#define GTUPD_MAX_FINDINGS           4096      /* findings handed out for one device (all are counted) */
#define GTUPD_MAX_CHANNELS           65536     /* @Track channels open at once; the longest idle goes */
#define GTUPD_MAX_BEGUN              4096      /* of them, those on which no message has ended yet */
#define GTUPD_MAX_FLOWS              65536     /* flows remembered that may still become @Track */
#define GTUPD_MAX_STREAM_BYTES       (1 << 18) /* bytes buffered behind a hole of one direction; then it is a hole */
#define GTUPD_MAX_STREAM_TOTAL       (64 << 20) /* the same over all streams */
#define GTUPD_MAX_FRAGMENT_DATAGRAMS 256        /* IP datagrams being put together at once */
#define GTUPD_MAX_FRAGMENT_BYTES     (8 << 20)  /* their bytes in all */
#define GTUPD_MAX_TRANSFERS          16384      /* file transfers that an attempt may still claim */
#define GTUPD_MAX_ATTEMPTS           16384      /* download attempts that may still claim them */
#define GTUPD_MAX_ATTEMPT_TRANSFERS  32         /* transfers kept of one attempt */
#define GTUPD_MAX_UPDATE_ATTEMPTS    32         /* attempts of one update whose transfers are kept */
#define GTUPD_MAX_REDIRECTS          8          /* that one attempt is followed through */
#define GTUPD_MAX_SERVERS            4096       /* file servers that start commands, or redirects, have named */
#define GTUPD_MAX_SERVER_ADDRESSES   65536      /* addresses that DNS has given for them */
#define GTUPD_MAX_LOOKUPS            4096       /* DNS look-ups of their names that are under way */
#define GTUPD_MAX_TRANSFER_FLOWS     8192       /* connections with file servers that are looked into at once */
#define GTUPD_MAX_HASHED_BYTES       (G_GUINT64_CONSTANT(256) << 20) /* of files, in all, for their SHA-256 */
#define GTUPD_MAX_DATA_PORTS         4096                            /* FTP data connections that have been announced */
