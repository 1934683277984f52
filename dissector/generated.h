/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Items that are derived, not sent: shown in brackets, without bytes of their own. */
#pragma once

#include <epan/packet.h>

void generated_flag(proto_tree *tree, int hf, tvbuff_t *tvb);
void generated_text(proto_tree *tree, int hf, tvbuff_t *tvb, const char *text);

/* Also frames. 0 is no number, and not shown. */
void generated_number(proto_tree *tree, int hf, tvbuff_t *tvb, guint number);

/* A span of time, in ns; may be negative where a capture's clock went back. */
void generated_elapsed(proto_tree *tree, int hf, tvbuff_t *tvb, gint64 ns);
