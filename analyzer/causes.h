/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Why updates did not succeed, over all devices: which cause how often, on which devices, with which file servers. */
#pragma once

#include "model.h"

#include <glib.h>

typedef struct {
    GtupdCause cause;
    guint updates;
    GPtrArray *devices; /* of const char *, each once, in the model's order; borrowed from the model */
    GPtrArray *servers; /* of char *: "host:port", each once */
} GtupdCauseCount;

/* Of all updates that did not succeed, the most frequent first. Free with g_ptr_array_unref(). */
GPtrArray *gtupd_causes_of(const GtupdModel *model);
