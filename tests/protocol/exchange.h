/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Exchanges as scripts: what the tracker makes of a sequence of messages.
 *
 * A script has one message a line, which is one packet; its frame number is the number of the line, from 1:
 *
 *   TIME CHANNEL WHAT [OPTION=VALUE…]
 *
 *   TIME     "5" from the beginning, "+5" after the line before; seconds, or with units: "+1h30m0.5s"
 *   CHANNEL  A…Z a TCP connection, a…z a UDP address-and-port pair
 *   WHAT     from the backend
 *              start SERIAL   [retry= timeout= type= url=]     stop SERIAL
 *              cmd WORD SERIAL                                  sack
 *              down TEXT
 *            from the device
 *              ack SERIAL     ackw WORD SERIAL                  hb
 *              rep CODE       buf CODE          [times=]        +RESP, +BUFF; times: Download Times of a 2XY, else 0
 *              msg WORD       bufmsg WORD                       reports of other words
 *              up TEXT
 *            of neither
 *              xfer RESULT    [host= port= path= to= status= done= of= from= stall= by= flags=]
 *                a file transfer by the address from which the channel's device speaks, as if seen by the engine: of
 *                http://h/p, refused with status 404, or with 1000 bytes, unless said otherwise. `to`: redirected;
 *                `stall`: the longest, in seconds; `by`: closed by "server" or "device"; flags: a acknowledged,
 *                h has holes, l decided after the script's end, u not decided by a packet, n asked for nothing yet
 *            of either
 *              again LINE     the bytes of that line once more, from the same side
 *              buffer LINE    the same, +RESP changed to +BUFF
 *              echo LINE      the same bytes, from the other side
 *              close          the channel is over; the letter means a new one from here on
 *   OPTION   dev=N     which device, 1 to 3 (default 1)
 *            sent=S    Send Time is S seconds from the capture time (default 0)
 *            count=H   the Count Number; for +BUFF it is not the last one used
 *            lost=K    K Count Numbers are left out before this one
 *
 * In TEXT, which is the rest of the line, {N} stands for the version, ID and name of device N, {time} for the Send
 * Time and {count} for device 1's next Count Number. Count Numbers begin at 0100 for each device.
 */
#pragma once

#include "event.h"

#include <glib.h>

/* What came of an exchange, as text. */
typedef struct {
    char *findings;  /* "ack-missing@1 count-gap@4": rule and line, by line, then by rule */
    char *owners;    /* "ack-missing@1#1 …": the same with the number of the update, 0 none */
    char *updates;   /* "1#1 succeeded 1, 2#1 incomplete 0": device, update, outcome, attempts */
    char *events;    /* "1#1: start-command@1 ack@2, …": each update's events */
    char *answers;   /* "1<-2 …": command and the ACK that answers it */
    GtupdEvent last; /* the place of the script's last message */
} ExchangeResult;

/*
 * Runs a script to its end and asks for the verdict. Asserts on the way that a verdict asked for twice, or in the
 * middle, is the same and changes nothing.
 */
ExchangeResult *exchange_run(const char *script);
void exchange_result_free(ExchangeResult *result);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ExchangeResult, exchange_result_free)

/* A row of a test: a script and what is to be found in it, spelt as in ExchangeResult. */
typedef struct {
    const char *name;
    const char *script;
    const char *findings;
    const char *updates; /* NULL: not looked at */
} ExchangeRow;

/* Registers each row as a test under `path`. Rows live as long as the program. */
void exchange_add_rows(const char *path, const ExchangeRow *rows, gsize count);

/* Fails the test, showing the script with its lines numbered, unless the two texts are equal. */
void exchange_assert(const char *script, const char *what, const char *got, const char *expected);

/*
 * How an update of device 1 on TCP connection A comes to be in a state: the lines up to then, 1 s apart from 0 s on.
 * `options` are those of the start command.
 */
#define SCRIPT_REQUESTED(options)      "0 A start 0001 " options "\n+1 A ack 0001\n" /* 2 lines */
#define SCRIPT_CONFIRMED(options)      SCRIPT_REQUESTED(options) "+1 A rep 100\n"    /* 3 */
#define SCRIPT_DOWNLOADING(options)    SCRIPT_CONFIRMED(options) "+1 A rep 200\n"    /* 4 */
#define SCRIPT_ATTEMPT_FAILED(options) SCRIPT_DOWNLOADING(options) "+1 A rep 202\n"  /* 5 */
#define SCRIPT_DOWNLOADED(options)     SCRIPT_DOWNLOADING(options) "+1 A rep 201\n"  /* 5 */
#define SCRIPT_UPDATING(options)       SCRIPT_DOWNLOADED(options) "+1 A rep 300\n"   /* 6 */
#define SCRIPT_SUCCEEDED(options)      SCRIPT_UPDATING(options) "+60 B rep 301\n"    /* 7 */
#define SCRIPT_REFUSED(options)        SCRIPT_REQUESTED(options) "+1 A rep 101\n"    /* 3 */

/* The same over UDP, as far as UPDATING. */
#define SCRIPT_UPDATING_UDP                                                                                            \
    "0 a start 0001\n+1 a ack 0001\n+1 a rep 100\n+1 a rep 200\n+1 a rep 201\n+1 a rep 300\n" /* 6 */

/* The same on a connection on which device 2 has been heard too. */
#define SCRIPT_UPDATING_GATEWAY                                                                                        \
    "0 A hb\n+0 A hb dev=2\n+1 A start 0001\n+1 A ack 0001\n+1 A rep 100\n+1 A rep 200\n+1 A rep 201\n"                \
    "+1 A rep 300\n" /* 8 */
