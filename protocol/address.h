/* SPDX-License-Identifier: GPL-2.0-or-later */
/* IP addresses as text. */
#pragma once

#include <glib.h>

#define GTUPD_ADDRESS_SIZE 16 /* bytes: of IPv4 the first four, zeros behind them */
#define GTUPD_ADDRESS_TEXT 46 /* bytes of the longest, NUL included */

/* `ip_version`: 4 or 6. */
void gtupd_address_format(guint8 ip_version, const guint8 address[GTUPD_ADDRESS_SIZE], char text[GTUPD_ADDRESS_TEXT]);
