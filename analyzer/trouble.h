/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which device needs somebody's attention first. */
#pragma once

#include "model.h"

typedef enum {
    GTUPD_TROUBLE_NONE,
    GTUPD_TROUBLE_NOTES,
    GTUPD_TROUBLE_WARNINGS, /* or an update without a known or wanted end */
    GTUPD_TROUBLE_ERRORS,   /* or a failed update */
    GTUPD_TROUBLES,
} GtupdTrouble;

/* Findings below the severity count for nothing. */
GtupdTrouble gtupd_trouble_of(const GtupdModelDevice *device, GtupdSeverity min_severity);
