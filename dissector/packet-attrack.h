/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * @Track in Wireshark: what the envelope's dissector gives to those behind it.
 *
 * A dissector of another word joins with dissector_add_string("attrack.word", "GTFRI", handle). It is called with the
 * bytes of one message, header and `$` included, and an AttrackData.
 */
#pragma once

#include "judge.h"
#include "message.h"

#include <epan/packet.h>

/* Items of a message by the bytes that they show: what a finding about a field is hung on. */
#define ATTRACK_MARKS_MAX 48
typedef struct {
    guint count;
    struct {
        GtupdSpan span;
        proto_item *item;
    } mark[ATTRACK_MARKS_MAX];
} AttrackMarks;

/* The data of the table attrack.word. Borrowed for the call. */
typedef struct {
    const GtupdMessage *message; /* decoded from the tvb's bytes */
    const JudgeMessage *judged;  /* NULL: the engine does not count this message in this frame */
    proto_tree *tree;            /* the envelope's own tree, for more fields; NULL when no tree is wanted */
    AttrackMarks *marks;
} AttrackData;

/* What listeners of the taps "attrack" and "gtupd" (messages of this word) are given. Lives as long as the packet. */
typedef struct {
    const JudgeMessage *judged;
    const char *word; /* "GTUPD"; "" for a SACK without word */
} AttrackTap;

/* Remembers that the item shows the span. */
void attrack_mark(AttrackMarks *marks, GtupdSpan span, proto_item *item);

/* The item that shows the span or what surrounds it closest; NULL if there is none. */
proto_item *attrack_marked(const AttrackMarks *marks, GtupdSpan span);

/* How many streams Follow can show. */
guint attrack_stream_count(void);

/* Is there a stream number for the packet's addresses and ports? */
gboolean attrack_stream_of(packet_info *pinfo, guint *stream);

/* Calls the postdissector's work: shows the engine's messages of this frame that epan did not deliver. */
void attrack_show_missed(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree);

void proto_register_attrack(void);
void proto_reg_handoff_attrack(void);
