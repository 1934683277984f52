/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Stands in for direction.c and tracker.c: writes down what they would be given.
 *
 *   1a:start 1a:joined   direction a (side 0) of channel 1 is new: known from its first byte on, or not
 *   1a[bytes@3]          bytes with packet 3; a datagram is 1a{bytes@3}, and 1a{bytes~@3} if it was cut
 *   1a:hole 1a:end 1:close
 *   limit:flows
 */
#pragma once

#include "direction.h"
#include "transfer.h"

/* What was written since the last call, entries separated by a blank. */
char *fake_protocol_take_log(void);

/* How many channels are open, how often a limit was reached. */
guint fake_protocol_open_channels(void);
guint64 fake_protocol_limits(void);

/*
 * The file transfers that have begun since the last call, as they are now, entries separated by ", ":
 *
 *   http complete 200 h:80/p 1000/1000   protocol, result, status, host:port and path, bytes delivered/expected
 *     from=N total=N to=URL              what a range says, where a redirect leads
 *     ack holes again=N sha              acknowledged, with holes, repeated segments, hashed
 *     by=server by=device reset          who closed it, and how
 */
char *fake_protocol_take_transfers(void);

/* As if no message ever ended. */
void fake_protocol_be_silent(gboolean silent);

/* Not to write anything down, for large inputs. */
void fake_protocol_be_quiet(gboolean quiet);
