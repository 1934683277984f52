/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * FTP as file transfers (RFC 959, 2428): the control connection's commands and replies, and the data connections that
 * they announce. Each RETR becomes a transfer; a control connection that never comes to one is a transfer too, for
 * its login may have been refused.
 */
#pragma once

#include "conversation.h"
#include "digest.h"
#include "endpoints.h"
#include "progress.h"

#include <glib.h>

typedef struct _GtupdFtp GtupdFtp;
typedef struct _GtupdFtpData GtupdFtpData;

extern const GtupdConversation gtupd_ftp_conversation;
extern const GtupdConversation gtupd_ftp_data_conversation;

/*
 * A new control connection, for gtupd_ftp_conversation. `anchor`: the packet that opens it, its SYN or, with
 * `is_open`, the first that is seen of it. *peers is copied. Announced data connections go to `endpoints` under the
 * conversation's address. Borrows both.
 */
GtupdFtp *gtupd_ftp_new(GtupdDigestBudget *digests, GtupdEndpoints *endpoints, const GtupdPeers *peers,
                        gboolean is_open, const GtupdAnchor *anchor);

/* A data connection that `ftp` has announced, for gtupd_ftp_data_conversation. Either may be freed first. */
GtupdFtpData *gtupd_ftp_data_new(GtupdFtp *ftp);

/* Is this host, by its address as text, the server of the control connection? Else it is the client. */
gboolean gtupd_ftp_is_server(const GtupdFtp *ftp, const char *address);
