/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which transfer was which download attempt's: the file transfers of a capture beside the attempts that devices
 * report. Private to protocol/.
 *
 * A transfer belongs to an attempt if it was asked for in the attempt's time, of the server and the path of the start
 * command's URL (or where that redirected to), and by the device's own address: that of the connection on which the
 * attempt was reported. Failing such, by the only other address that asked for the URL in that time, while no other
 * device's attempt could lay claim to it (address translation, another bearer). What two attempts could claim is
 * nobody's.
 */
#pragma once

#include "event.h"
#include "file_url.h"
#include "transfer.h"

#include <glib.h>

typedef struct _GtupdEvidence GtupdEvidence;

/* What is claimed for an attempt. */
typedef struct {
    GPtrArray *transfers;     /* of GtupdTransfer, each a reference, by request */
    GtupdTransfer *elsewhere; /* the first by which the device asked this server for another path; NULL: none */
    gboolean ambiguous;       /* there are transfers that may be this attempt's or another's */
} GtupdClaim;

void gtupd_claim_clear(GtupdClaim *claim);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(GtupdClaim, gtupd_claim_clear)

/* What an attempt's update keeps of it, and nobody else needs. */
typedef struct {
    GtupdEvent start;  /* the 2X0 */
    GtupdEvent result; /* anchor.order 0: none came */
    GtupdClaim claim;  /* once it is over */
} GtupdAttemptStory;

/* One download attempt: from its 2X0 to the report that ends it. Small, as many of them are remembered for hours. */
typedef struct {
    char device[16];                    /* Unique ID */
    char client[46];                    /* the device's own address; "" not known */
    guint number;                       /* in its update, from 1 */
    gint64 from;                        /* ns; its transfers are not asked for before … */
    gint64 until;                       /* … or after this; G_MAXINT64: it is open */
    GtupdFileUrl *url;                  /* shared with others of this URL; NULL: none, or not to be understood */
    GtupdAttemptStory *told;            /* until its update is forgotten */
    GSequenceIter *of_file, *of_client; /* the evidence's: where it is kept; NULL: nowhere */
} GtupdAttempt;

/* What is dropped at a limit (but by a claim that changes nothing) is counted in *dropped, which must outlive the
 * evidence. */
GtupdEvidence *gtupd_evidence_new(guint64 *dropped);
void gtupd_evidence_free(GtupdEvidence *evidence);

/* A transfer has begun; takes a reference. */
void gtupd_evidence_add(GtupdEvidence *evidence, GtupdTransfer *transfer);

/* An attempt has begun: the evidence shares it. `url` may be NULL. */
GtupdAttempt *gtupd_evidence_open(GtupdEvidence *evidence, const char *device, const char *client, const char *url,
                                  const GtupdEvent *start, gint64 from);

/* The attempt is over with this report, made at the time `until` (ns), or overtaken by it: its transfers are claimed.
 */
void gtupd_evidence_close(GtupdEvidence *evidence, GtupdAttempt *attempt, const GtupdEvent *result, gint64 until);

/* Its update is forgotten: gives up the update's share of it. */
void gtupd_attempt_forget(GtupdAttempt *attempt);

/*
 * What an open attempt would claim now. The caller clears it. Where there is too much to look at, it is as ambiguous as
 * what two could claim.
 */
GtupdClaim gtupd_evidence_claim(const GtupdEvidence *evidence, const GtupdAttempt *attempt);

/*
 * Have others asked the attempt's server for a file, so that the capture shows such requests? Not if the device itself
 * has asked for this one at some other time: then it may be its report that is out of time.
 */
gboolean gtupd_evidence_has_others(const GtupdEvidence *evidence, const GtupdAttempt *attempt);
