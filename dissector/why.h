/* SPDX-License-Identifier: GPL-2.0-or-later */
/* In the tree: which download belongs to which report, and why an update did not succeed. */
#pragma once

#include "judge.h"

#include <epan/packet.h>

void why_register(int proto);

/* On a 2X0: the frames in which its attempt's downloads were requested. */
void why_add_requests(proto_tree *tree, tvbuff_t *tvb, const JudgeMessage *judged);

/* On a frame in which a download was requested, whoever else dissects it: the 2X0. */
void why_add_downloads(proto_tree *tree, tvbuff_t *tvb, packet_info *pinfo);

/* On the last message of an update: its diagnosis. Only once the frame is visited again, for it needs a verdict. */
void why_add_diagnosis(proto_tree *tree, tvbuff_t *tvb, packet_info *pinfo, const JudgeMessage *judged);
