/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * SHA-256 of what file servers send, as far as it goes: an engine hashes GTUPD_MAX_HASHED_BYTES in all, so that a
 * capture full of downloads is not hashed at the price of everything else.
 */
#pragma once

#include "tracker.h"

#include <glib.h>

#define GTUPD_DIGEST_TEXT 65 /* bytes of the hex digits, NUL included */

/* What all digests of an engine share. */
typedef struct {
    GtupdTracker *tracker;
    guint64 hashed; /* bytes so far */
} GtupdDigestBudget;

typedef struct _GtupdDigest GtupdDigest;

/*
 * For a body of so many bytes, −1 not known. NULL if there is not that much left; all functions take that for a digest
 * that comes to nothing. Borrows *budget.
 */
GtupdDigest *gtupd_digest_new(GtupdDigestBudget *budget, gint64 expected);
void gtupd_digest_free(GtupdDigest *digest);

void gtupd_digest_bytes(GtupdDigest *digest, const guint8 *data, gsize length);

/* Bytes are missing: it comes to nothing. */
void gtupd_digest_spoil(GtupdDigest *digest);

/* The digest in lower-case hex; "" if it has come to nothing. */
void gtupd_digest_read(GtupdDigest *digest, char text[GTUPD_DIGEST_TEXT]);
