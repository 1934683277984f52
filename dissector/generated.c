/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "generated.h"

#define NS_PER_S 1000000000

void generated_flag(proto_tree *tree, int hf, tvbuff_t *tvb)
{
    proto_item_set_generated(proto_tree_add_item(tree, hf, tvb, 0, 0, ENC_NA));
}

void generated_text(proto_tree *tree, int hf, tvbuff_t *tvb, const char *text)
{
    proto_item_set_generated(proto_tree_add_string(tree, hf, tvb, 0, 0, text));
}

void generated_number(proto_tree *tree, int hf, tvbuff_t *tvb, guint number)
{
    if (number != 0)
        proto_item_set_generated(proto_tree_add_uint(tree, hf, tvb, 0, 0, number));
}

void generated_elapsed(proto_tree *tree, int hf, tvbuff_t *tvb, gint64 ns)
{
    const nstime_t time = {.secs = (time_t)(ns / NS_PER_S), .nsecs = (int)(ns % NS_PER_S)};
    proto_item_set_generated(proto_tree_add_time(tree, hf, tvb, 0, 0, &time));
}
