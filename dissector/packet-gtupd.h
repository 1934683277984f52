/* SPDX-License-Identifier: GPL-2.0-or-later */
/* GTUPD in Wireshark: the body's fields, the place in the update, and the findings of any message. */
#pragma once

#include "packet-attrack.h"

/* Adds the findings on a message to a tree: gtupd.finding and expert info. */
void gtupd_add_findings(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, const AttrackData *data);

void proto_register_gtupd(void);
void proto_reg_handoff_gtupd(void);
