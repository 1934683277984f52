/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The engine inside Wireshark: epan shows, the engine judges.
 *
 * epan's TCP reassembly drops what looks like a retransmission, passes on segments out of order and never delivers a
 * tail that its stream's end cut. So no finding hangs on it: each raw frame is given to the engine once, in order, on
 * the first pass, and what the engine says is kept here by frame and by the message's place in the frame.
 *
 * Everything lives as long as the file (or until it is dissected anew). The verdict, i.e. what only the end of the
 * capture can show, is made anew whenever frames have been given since the last one.
 */
#pragma once

#include "engine.h"
#include "updates.h"

#include <epan/packet.h>

typedef struct _JudgeFinding {
    GtupdRule rule;
    const char *section; /* NULL where the document has none */
    const char *sentence;
    GtupdSpan span;      /* length 0: the whole message */
    JudgeUpdate *update; /* NULL: none */
    const JudgeMessage *message;
    struct _JudgeFinding *next; /* on the same message */
} JudgeFinding;

/* In order of arrival, linked through `next`. */
typedef struct {
    JudgeFinding *first, *last;
} JudgeFindings;

/* A message that the engine counts. */
struct _JudgeMessage {
    const guint8 *bytes; /* the engine's own copy */
    guint length;
    GtupdType type;
    GtupdFrameEnd end;
    gboolean at_datagram_end;

    GtupdEvent event;    /* its anchor is set from the beginning */
    JudgeUpdate *update; /* NULL: none */
    guint listed_in;     /* see judge_event_listed() */

    const JudgeMessage *acknowledged_by;               /* of a command */
    const JudgeMessage *acknowledges;                  /* of an ACK */
    const JudgeMessage *previous_report, *next_report; /* of the same update */

    JudgeFindings findings;
    JudgeFindings verdict; /* findings of the verdict `verdict_number` */
    guint verdict_number;
};

/* Registers what opens, judges and forgets a file. `proto`: frames are looked at only while it is enabled. */
void judge_register(int proto);

/* Gives the frame to the engine, unless it has been. To be called first in every dissector. */
void judge_feed(packet_info *pinfo);

/*
 * The messages of this frame: *count of them, in the order of their places; an entry is NULL where the engine has
 * not decided yet. For a visited frame the verdict is brought up to date first. Valid until the next call.
 */
JudgeMessage *const *judge_frame(packet_info *pinfo, guint *count);

/*
 * Messages of earlier frames that the frame at hand, on its first visit, made known: nobody has shown them yet.
 */
JudgeMessage *const *judge_overdue(guint *count);

/* Brings the verdict up to date, as if the capture ended now. */
void judge_verdict(void);

/* The same where the capture does end now: data that waits for missing segments is looked at as if they were lost. */
void judge_end(void);

/* The findings on a message: calls `visit` for each. */
void judge_each_finding(const JudgeMessage *message, void (*visit)(const JudgeFinding *finding, void *data),
                        void *data);

/* All findings, by frame and place in it. Free with g_ptr_array_unref(). */
GPtrArray *judge_findings(void);

/*
 * The diagnosis of the update that the message is the last of; as of the verdict. NULL: it is not the last, there is
 * nothing to explain, or no verdict yet.
 */
const GtupdDiagnosis *judge_diagnosis(const JudgeMessage *message);

/* The same of an update. */
const GtupdDiagnosis *judge_update_diagnosis(JudgeUpdate *update);

/*
 * Does the message stand in the event list of an update? Once there is a verdict, the engine's list decides; before
 * that, the place that the message was given.
 */
gboolean judge_event_listed(const JudgeMessage *message, gboolean visited);

/* Counts of the verdict, those left unfinished at the end included. */
const GtupdCounts *judge_counts(void);
