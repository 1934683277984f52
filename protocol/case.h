/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Cases: what a diagnosis looks at, put together from what the engine has told.
 *
 * Updates and findings come as they become known, and each face keeps them in its own way. Here they are brought into
 * one order, so that whoever asks, and whenever, hears the same.
 */
#pragma once

#include "diagnosis.h"

/* --- Keeping what the sink was told --- */

/* A deep copy, `device` included; of NULL, NULL. Free with gtupd_update_free(). */
GtupdUpdate *gtupd_update_copy(const GtupdUpdate *update);
void gtupd_update_free(GtupdUpdate *update);

/* A deep copy; of NULL, NULL. Free with gtupd_command_free(). */
GtupdCommand *gtupd_command_copy(const GtupdCommand *command);
void gtupd_command_free(GtupdCommand *command);

/* A deep copy, of GtupdTransfer; of NULL, an empty array. Free with g_ptr_array_unref(). */
GPtrArray *gtupd_transfers_copy(const GPtrArray *transfers);

GtupdClue gtupd_clue_of(const GtupdFinding *finding);

/* --- Judging --- */

/*
 * The diagnosis of an update that is over, or as it stands if the capture ended at `end` (ns). `before`: the device's
 * update before it; NULL: none. `clues`: its findings, of GtupdClue, in any order; so may its events be. NULL for an
 * update that succeeded without a finding; else free with gtupd_diagnosis_free().
 */
GtupdDiagnosis *gtupd_case_diagnose(const GtupdUpdate *update, const GtupdUpdate *before, const GArray *clues,
                                    gint64 end);
