/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Identities: where in messages, requests, replies and look-ups it stands who somebody is, and what stands there
 * instead.
 *
 * Known by their place are Unique IDs, device names and passwords of any @Track message, a start command's user name
 * and password, the credentials and host of any URL, the host and credentials of an HTTP head, FTP's USER, PASS and
 * ACCT, and the names in DNS. Unique IDs, hosts and longer credentials that were heard anywhere are found wherever they
 * stand as a word of their own.
 *
 * Left as they are: addresses, also where a URL names one, for the packets themselves bear them; and what else reports
 * may tell, such as positions.
 */
#pragma once

#include "message.h"
#include "stand_ins.h"

#include <glib.h>

typedef struct _GtupdIdentities GtupdIdentities;

/* A stand-in, and at which byte it begins. What is found twice may be told twice. */
typedef struct {
    gsize at;
    const GtupdStandIn *stand_in; /* owned by the identities */
} GtupdIdentity;

GtupdIdentities *gtupd_identities_new(void);
void gtupd_identities_free(GtupdIdentities *identities);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GtupdIdentities, gtupd_identities_free)

/* Each appends to `found`, of GtupdIdentity, with places counted from `at`. */

void gtupd_identities_message(GtupdIdentities *identities, const GtupdMessage *message, gsize at, GArray *found);

/* A line of an HTTP head, of FTP, or of anything else. */
void gtupd_identities_line(GtupdIdentities *identities, const guint8 *line, gsize length, gsize at, GArray *found);

/* A DNS message (RFC 1035 §4), as far as it can be read. */
void gtupd_identities_dns(GtupdIdentities *identities, const guint8 *data, gsize length, GArray *found);

/* Words that are known by now. */
void gtupd_identities_words(GtupdIdentities *identities, const guint8 *text, gsize length, gsize at, GArray *found);
