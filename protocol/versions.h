/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Version proof: which firmware runs before an update, and which after it, in the device's own words.
 *
 * A device tells its Protocol Version in every message; its firmware and hardware versions in +RESP:GTVER, which
 * backends ask for before and after an update. What came before the update's 3X0 is *before*; what comes after its
 * end, or once the device is back from the reboot that follows 3X0, is *after*: of each the version told nearest to
 * the update. +BUFF messages prove nothing, as they may be older than they look.
 */
#pragma once

#include "device.h"

/* "1.07" of the Protocol Version "DF0107" (§2.1.3). FALSE, and *to untouched, if it is not well-formed. */
gboolean gtupd_versions_protocol(const GtupdMessage *message, char to[8]);

/* An uplink message, no resend, has taken its place among the updates: what it tells of versions is noted. */
void gtupd_versions_hear(const GtupdContext *context);
