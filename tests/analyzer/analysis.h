/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A finished model of one capture, as the program makes it, for tests of what is done with it. */
#pragma once

#include "model.h"

/* Free with gtupd_model_free(). `devices`: NULL-terminated, or NULL for all. */
GtupdModel *analysis_new(const GByteArray *file, const char *const *devices);
