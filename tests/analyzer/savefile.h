/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Capture files made in memory, byte by byte, without libpcap. */
#pragma once

#include <glib.h>

#define SAVEFILE_ETHERNET 1
#define SAVEFILE_RAW      101
#define SAVEFILE_WIFI     105

/* 2020-09-10T01:27:00Z, in ns: where the samples' time begins. */
#define SAVEFILE_TIME   G_GINT64_CONSTANT(1599701220000000000)
#define SAVEFILE_SECOND G_GINT64_CONSTANT(1000000000)

/* The header of a pcap file. Free with g_byte_array_unref(). */
GByteArray *savefile_new(guint32 link_type, gboolean nanoseconds);

/* A packet of `length` bytes, of which `captured` are in `data`. */
void savefile_packet(GByteArray *file, gint64 time, gconstpointer data, gsize captured, gsize length);

/* A UDP datagram over IPv4 between a backend (port 5000) and a device (port 4000), in a file of SAVEFILE_RAW. */
void savefile_datagram(GByteArray *file, gint64 time, gboolean uplink, const char *payload);

/* The same with a device at another port. */
void savefile_datagram_of(GByteArray *file, gint64 time, guint port, gboolean uplink, const char *payload);

/*
 * An update of device 867700040011113, which fails: start command (with secrets), ACK, 100, 200, 202, in frames 1 to 5,
 * a second apart. No finding but count gaps if `gap`, which is then anchored to frame 4.
 */
void savefile_failed_update(GByteArray *file, gint64 time, gboolean gap);

/* The same bytes compressed: "gzip", "zstd", "lz4" or "xz". */
GByteArray *savefile_compressed(const GByteArray *file, const char *filter);

/* Writes the first `length` bytes to a file in the folder; gives its path. Free with g_free(). */
char *savefile_write(const char *folder, const char *name, const GByteArray *file, gsize length);

/* A folder of its own for a test, and its removal with all files in it. */
char *savefile_folder_new(void);
void savefile_folder_free(char *folder);

/* The same bytes? */
void savefile_assert_bytes(gconstpointer got, gsize got_length, gconstpointer expected, gsize expected_length);
