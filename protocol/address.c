/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "address.h"

#include <arpa/inet.h>

void gtupd_address_format(guint8 ip_version, const guint8 address[GTUPD_ADDRESS_SIZE], char text[GTUPD_ADDRESS_TEXT])
{
    if (inet_ntop(ip_version == 4 ? AF_INET : AF_INET6, address, text, GTUPD_ADDRESS_TEXT) == NULL)
        text[0] = '\0';
}
