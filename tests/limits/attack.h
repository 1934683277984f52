/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Captures that are meant to fill memory, or to take time: each aims at one table, queue or list, and grows with one
 * number. The same arguments always make the same bytes.
 */
#pragma once

#include "recorder.h"

/* One end of a TCP connection, or of a UDP address-and-port pair, and where its stream stands. */
typedef struct {
    guint32 address;
    guint16 port;
    guint32 next;
} End;

typedef struct {
    const char *name;
    const char *what; /* in one line: what there are so many of */
    void (*make)(Recorder *recorder, guint count);
} Attack;

/* NULL: there is none of this name. */
const Attack *attack_find(const char *name);

/* Ended by one without a name. */
const Attack *attack_all(void);

/* --- attack_parts.c: what attacks are made of --- */

#define BACKEND_ADDRESS 0xcb007105u /* 203.0.113.5 */
#define FILES_ADDRESS   0xc6336409u /* 198.51.100.9 */
#define DNS_ADDRESS     0xc6336435u /* 198.51.100.53 */

/* The n-th client: an address and port that no other has; and the servers. */
End client_end(guint n);
End backend_end(void);
End files_end(guint16 port);

/* The n-th device's Unique ID, a valid IMEI of 15 digits. */
typedef struct {
    char text[16];
} Imei;

Imei imei(guint n);

void tcp_open(Recorder *recorder, End *client, End *server);
void tcp_syn(Recorder *recorder, const End *client, const End *server);
void tcp_bytes(Recorder *recorder, End *from, const End *to, gconstpointer data, gsize length);
void tcp_text(Recorder *recorder, End *from, const End *to, const char *format, ...) G_GNUC_PRINTF(4, 5);
void tcp_reset(Recorder *recorder, const End *from, const End *to);
void udp_text(Recorder *recorder, const End *from, const End *to, const char *format, ...) G_GNUC_PRINTF(4, 5);

/* A report of a device: `word` with what stands between its identity and its Send Time ("100,," or ""). */
void say(Recorder *recorder, End *device, const End *backend, const char *id, const char *word, const char *middle,
         guint count);

/* A start command. */
void start(Recorder *recorder, End *backend, const End *device, const char *url, guint serial);

/* Lets so many milliseconds pass. */
void wait_ms(Recorder *recorder, gint64 ms);
