/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A capture being made, packet by packet, straight into a file: gigabytes of it need no memory. What the packets look
 * like is told by the transcripts' wire.h. Knows the moment, and the one source of chance, so that the same arguments
 * always make the same bytes.
 */
#pragma once

#include "savefile.h"
#include "wire.h"

#include <glib.h>
#include <stdio.h>

typedef struct {
    FILE *file;
    GByteArray *buffer; /* the packet under way */
    GRand *chance;
    gint64 now; /* ns since 1970; does not go back */
    guint64 packets, bytes;
} Recorder;

/* Exits with a word if the file cannot be written: there is nobody to tell but the person who called. */
void recorder_open(Recorder *recorder, const char *path, guint32 seed);
void recorder_close(Recorder *recorder);

/* Writes a packet, and lets a microsecond pass. */
void recorder_tcp(Recorder *recorder, WireHost *from, WireHost *to, const WireTcp *tcp, gconstpointer data,
                  gsize length);
void recorder_udp(Recorder *recorder, WireHost *from, WireHost *to, guint16 source_port, guint16 destination_port,
                  gconstpointer data, gsize length);

/* The same for one that is made already: of Ethernet. */
void recorder_packet(Recorder *recorder, gconstpointer data, gsize length);

/* 0 … below − 1, evenly. */
guint recorder_draw(Recorder *recorder, guint below);

/* An IPv4 host, its address in host byte order. It owns nothing. */
WireHost recorder_host(guint32 address);
