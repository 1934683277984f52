/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Two reports on the engine's verdict: the table of updates (-z gtupd,updates; a window in the GUI) and the list of
 * findings (-z gtupd,findings; command line only).
 *
 * Both are drawn from the verdict at drawing time, so they are complete after one pass. With a filter they keep to what
 * a message that passes it belongs to.
 */
#pragma once

/* The table, called while the protocol is registered: sharkd knows no other moment. */
void tables_register(void);

/* The list, called when tap listeners are. */
void tables_register_listeners(void);
