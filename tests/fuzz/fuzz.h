/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What all fuzz targets share. A target is one function that takes any bytes at all and must neither crash, nor hang,
 * nor find one of its own assertions broken. libFuzzer calls it, or replay.c does.
 *
 * Where an input is a sequence of things, it is text in records, so that what a mutation inserts or removes leaves the
 * records behind it what they were: a head of fixed size, a body of any length, and FUZZ_SEPARATOR behind it.
 */
#pragma once

#include "segment.h"

#include <glib.h>
#include <stddef.h>
#include <stdint.h>

/* Each target's own. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define FUZZ_SEPARATOR "\n--\n"

/* When the first record of an input happens: ns since 1970. */
#define FUZZ_TIME G_GINT64_CONSTANT(1599701220000000000)

/* What of an input has not yet been read. */
typedef struct {
    const guint8 *data;
    gsize length;
} FuzzInput;

/* A heap block of exactly its size, so that a sanitizer sees the first byte read too far. */
typedef struct {
    guint8 *bytes;
    gsize length;
} FuzzBody;

FuzzBody fuzz_body(const guint8 *data, gsize length);
void fuzz_body_clear(FuzzBody *body);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(FuzzBody, fuzz_body_clear)

/* The next record, its head filled up with zeros. Clears *body first, which must be zero or of the record before. */
gboolean fuzz_next(FuzzInput *input, gpointer head, gsize head_size, FuzzBody *body);

/* The other way round: adds a record to an input. */
void fuzz_append(GByteArray *input, gconstpointer head, gsize head_size, const guint8 *bytes, gsize length);

/* A time (ns) as one byte, finer where it is short: up to 1 h 48 min. And back again. */
gint64 fuzz_wait(guint8 code);
guint8 fuzz_wait_code(gint64 wait);

/* Heads: bytes and nothing else, so that they are the same on every machine. */

/* Of a message in `tracker`: its channel, where and when it comes. */
typedef struct {
    guint8 channel; /* bits 0–1: which, 2 and 3 being UDP; the others as follows */
    guint8 wait;    /* since the one before: fuzz_wait() */
} FuzzMessage;

#define FUZZ_CHANNELS     4
#define FUZZ_SIDE         0x04 /* from the other side */
#define FUZZ_CLOSE        0x08 /* the channel is closed first, and begins anew */
#define FUZZ_DATAGRAM_END 0x10 /* a message without `$` ends with its datagram */
#define FUZZ_STRAY        0x20 /* stray bytes before it */

/* Of a packet in `decap`. */
typedef struct {
    guint8 link_type; /* place in gtupd_decap_link_types(), modulo their number */
    guint8 wait;
    guint8 cut; /* bytes that a snap length took */
} FuzzPacket;

/* Of a segment in `transfers`, between IPv4 addresses. */
typedef struct {
    guint8 flags; /* GTUPD_TCP_…, and FUZZ_UDP or FUZZ_SHUT */
    guint8 wait;
    gint8 ahead; /* of the sequence number that comes next in this direction */
    gint8 acked; /* the same of the other one */
    guint8 source[4], destination[4];
    guint8 source_port[2], destination_port[2]; /* as on the wire */
} FuzzSegment;

#define FUZZ_UDP  0x80
#define FUZZ_SHUT 0x40 /* the window is shut */

/* Where the streams of an input's TCP connections stand. */
typedef struct {
    GHashTable *next; /* addresses and ports of a direction → the sequence number of its next byte */
} FuzzStreams;

FuzzStreams fuzz_streams(void);
void fuzz_streams_clear(FuzzStreams *streams);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(FuzzStreams, fuzz_streams_clear)

/* The segment that a record is, and the streams as they stand behind it. It borrows the body. */
GtupdSegment fuzz_segment(FuzzStreams *streams, const FuzzSegment *head, const FuzzBody *body);

/* The head of a segment over IPv4, which the streams then stand behind. `wait`: left for the caller. */
FuzzSegment fuzz_segment_head(FuzzStreams *streams, const GtupdSegment *segment);

/* Of a segment in `stream`, whose first record is the stream itself. */
typedef struct {
    guint8 kind; /* modulo FUZZ_STREAM_KINDS */
    guint8 wait;
    guint8 offset[2], length[2]; /* big endian, modulo the stream's length */
} FuzzCut;

typedef enum {
    FUZZ_STREAM_DATA, /* more often than the others */
    FUZZ_STREAM_DATA_AGAIN,
    FUZZ_STREAM_SNAPPED, /* half of the bytes have been captured */
    FUZZ_STREAM_ACKNOWLEDGED,
    FUZZ_STREAM_FIN,
    FUZZ_STREAM_GIVE_UP,
    FUZZ_STREAM_KINDS,
} FuzzCutKind;
