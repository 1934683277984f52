/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The counter tree (-z attrack,tree; Statistics → Queclink @Track): messages by word and type, events of updates,
 * updates by outcome, findings by severity and rule. With a filter it keeps to what a message that passes belongs to.
 */
#pragma once

/* Called while the protocol is registered. */
void counters_register(void);
