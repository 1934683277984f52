/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Conversations as scripts, told to http.c and ftp.c as transfers.c would tell them. A line each:
 *
 *   > TEXT  < TEXT   bytes of the client, of the server; \r \n \xHH as in C, but written in the script with | for CR LF
 *   <* N             N bytes of the server
 *   >~ N  <~ N       a hole of N bytes
 *   ^                the client acknowledges all
 *   open  knock  refuse   the connection stands; the SYN again; RST to the SYN
 *   shut  reopen     the client's receive window closes; it opens again
 *   unheard  heard   the client asks again what is not acknowledged; then it is
 *   > FIN  < FIN  > RST  < RST
 *   gone             nothing more will come;  lost: the same, with bytes left over behind a gap
 *   data …           the same lines for the FTP data connection
 */
#pragma once

#include "conversation.h"

#include <glib.h>

/* Who takes part: `data` may be NULL. */
typedef struct {
    const GtupdConversation *type, *data_type;
    gpointer self, data;
    guint64 packets; /* so far, one a line and one a second */
} Talk;

GtupdAnchor talk_anchor(Talk *talk);

/* Tells the lines of a script, in packets that follow each other; `step` bytes at a time, 0 all at once. */
void talk_run(Talk *talk, const char *script, gsize step);
