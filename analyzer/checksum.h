/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Checksums of TCP and UDP that follow a change of what they are about (RFC 1624): a wrong one stays as wrong. */
#pragma once

#include "segment.h"

#include <glib.h>

/*
 * `before` and `after`: the same segment from its TCP or UDP header on, `length` bytes of each; what they differ in is
 * put right in `after`'s checksum. A UDP datagram without checksum stays without.
 */
void gtupd_checksum_follow(GtupdTransport transport, const guint8 *before, guint8 *after, gsize length);
