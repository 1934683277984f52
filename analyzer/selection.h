/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What of a report is wanted: updates by time, outcome, number and by what was found in them.
 *
 * Everything is analysed all the same, so that what is shown does not depend on what is not; then what is not wanted is
 * left out, and counted. Conditions of one kind add up, those of different kinds must all be met. Devices are selected
 * by the model itself.
 */
#pragma once

#include "model.h"

#include <glib.h>

typedef struct {
    gboolean any; /* there is a condition */
    gboolean has_since, has_until, has_rules;
    gint64 since, until;              /* ns since 1970, each included; with has_since, has_until */
    guint32 outcomes;                 /* bits by GtupdOutcome; 0: any */
    gboolean rules[GTUPD_RULE_COUNT]; /* with has_rules */
    GArray *numbers;                  /* of guint, of updates; NULL: any */
} GtupdSelection;

void gtupd_selection_clear(GtupdSelection *selection);

/* Each adds a condition. FALSE: the word is none; *selection is as it was. */
gboolean gtupd_selection_add_outcome(GtupdSelection *selection, const char *name);
gboolean gtupd_selection_add_rule(GtupdSelection *selection, const char *id);
gboolean gtupd_selection_add_number(GtupdSelection *selection, const char *number);

/*
 * "2020-09-10", "2020-09-10 01:27", "2020-09-10T01:27:00.123456789+02:00": without a zone in UTC. A date alone is its
 * first moment as `since`, and its last as `until`.
 */
gboolean gtupd_selection_set_since(GtupdSelection *selection, const char *time);
gboolean gtupd_selection_set_until(GtupdSelection *selection, const char *time);

/*
 * An update is taken if it was under way in the time wanted, and all else fits; `findings` are those of the update.
 * Of its findings those of the rules wanted are.
 */
gboolean gtupd_selection_takes_update(const GtupdSelection *selection, const GtupdModelUpdate *update,
                                      const GPtrArray *findings);

/* A finding whose update was taken or not; about no update it is taken if nothing is asked for that only updates have.
 */
gboolean gtupd_selection_takes_finding(const GtupdSelection *selection, const GtupdModelFinding *finding,
                                       gboolean update_taken);

/* Leaves out of the complete model what is not taken: updates, findings, and devices of which nothing remains. */
void gtupd_selection_apply(const GtupdSelection *selection, GtupdModel *model);
