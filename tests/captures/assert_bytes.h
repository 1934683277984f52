/* SPDX-License-Identifier: GPL-2.0-or-later */
/* g_assert_cmpmem() for lengths that are no int, which -Wconversion does not let pass. */
#pragma once

#include <glib.h>
#include <string.h>

static inline void assert_bytes(gconstpointer bytes, gsize length, gconstpointer expected, gsize expected_length)
{
    g_assert_cmpuint(length, ==, expected_length);
    g_assert_true(length == 0 || memcmp(bytes, expected, length) == 0);
}
