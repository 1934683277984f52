/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whole updates, as the engine has told of them: their downloads, and what a diagnosis needs.
 *
 * An update that is over is told of once; one that is open, with every verdict anew. Findings of a verdict hold for
 * that verdict only. Everything lives as long as the file.
 */
#pragma once

#include "case.h"

#include <epan/packet.h>

typedef struct _JudgeMessage JudgeMessage;

typedef struct {
    const char *device;
    guint number;
    GtupdUpdate *told;         /* NULL: the engine has not handed it out; then only device and number hold */
    const JudgeMessage *first; /* of its events */
    const JudgeMessage *last_report;

    GArray *clues;         /* of GtupdClue: findings that hold for good, */
    GArray *verdict_clues; /* … and of the verdict `clues_verdict` */
    guint clues_verdict;

    GtupdDiagnosis *diagnosis; /* of the verdict `diagnosis_verdict`; NULL: there is nothing to explain */
    const JudgeMessage *last;  /* of all its events, those of other words included; as of that verdict */
    guint diagnosis_verdict;
} JudgeUpdate;

/* A file's life. */
void updates_open(void);
void updates_close(void);

/* The update, which is made if there is none. */
JudgeUpdate *updates_of(const char *device, guint number);

/* The engine hands it out. */
void updates_tell(JudgeUpdate *update, const GtupdUpdate *told);

/* A finding of the update. `verdict`: the number of the verdict that it belongs to; 0: it holds for good. */
void updates_note(JudgeUpdate *update, const GtupdFinding *finding, guint verdict);

/* The findings that hold as of a verdict: of GtupdClue. Free with g_array_unref(). */
GArray *updates_clues(const JudgeUpdate *update, guint verdict);

/* Its diagnosis as of a verdict is made, unless it has been; `end`: ns, of the last frame. */
void updates_diagnose(JudgeUpdate *update, guint verdict, gint64 end);

/* All that were handed out, by device and number. Free with g_ptr_array_unref(). */
GPtrArray *updates_all(void);

/* The requests of an attempt's downloads: calls `visit` with the number of each frame, in order, each once. */
void updates_each_request(const JudgeUpdate *update, guint attempt, void (*visit)(guint frame, void *data), void *data);

/* The other way round: calls `visit` for each 2X0 that reported the beginning of a download requested in this frame. */
void updates_each_download(guint frame, void (*visit)(const GtupdEvent *started, void *data), void *data);
