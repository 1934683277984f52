/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The state machine of an update: rules.md "The course of an update". Pure tables; update.c is their only interpreter.
 */
#pragma once

#include "event.h"

typedef enum {
    GTUPD_VERDICT_TO,        /* the next state */
    GTUPD_VERDICT_SKIP_TO,   /* the same, though reports are missing before it */
    GTUPD_VERDICT_ENDS,      /* the update ends with the report's outcome */
    GTUPD_VERDICT_SKIP_ENDS, /* the same, though reports are missing before it */
    GTUPD_VERDICT_LATE_ENDS, /* ends, but too late for a cancellation */
    GTUPD_VERDICT_ORDER,     /* does not fit; the state stays */
    GTUPD_VERDICT_NEW,       /* closes this update and begins another */
} GtupdVerdict;

typedef struct {
    GtupdVerdict verdict;
    GtupdState next; /* ENDED for what ends; NONE for ORDER */
} GtupdCell;

/* What a report does to an update in this state (REQUESTED … UPDATING). Static storage. */
const GtupdCell *gtupd_machine_cell(GtupdState state, GtupdKind report);

/* How a report that ends an update ends it (protocol.md section 4). */
GtupdOutcome gtupd_machine_outcome(GtupdKind report);

/* The reports that should have come between this state and this report: bit 1 << GtupdKind for each (§3). */
guint gtupd_machine_missing(GtupdState state, GtupdKind report);
