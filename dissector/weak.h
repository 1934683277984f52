/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Before any other header: what Wireshark's libraries have is found in the Wireshark that loads the plugin, and may be
 * missing.
 *
 * Bound to the libraries of its own version, the plugin could not even be loaded by another, and all that its user
 * would be told is "libwireshark.so.16: cannot open shared object file". So it loads everywhere, says what it is for
 * (plugin.c), and is then refused by Wireshark, which compares versions before it calls anything.
 */
#pragma once

#include <ws_symbol_export.h>

#undef WS_DLL_PUBLIC
#define WS_DLL_PUBLIC __attribute__((visibility("default"), weak)) extern
