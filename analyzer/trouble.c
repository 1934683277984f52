/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "trouble.h"

#include "verdict.h"

GtupdTrouble gtupd_trouble_of(const GtupdModelDevice *device, GtupdSeverity min_severity)
{
    GtupdTrouble trouble = GTUPD_TROUBLE_NONE;
    for (guint i = 0; i < device->updates->len; i++) {
        GtupdVerdict verdict = gtupd_verdict(((GtupdModelUpdate *)device->updates->pdata[i])->outcome);
        if (verdict == GTUPD_VERDICT_FAILED)
            return GTUPD_TROUBLE_ERRORS;
        if (verdict != GTUPD_VERDICT_GOOD)
            trouble = GTUPD_TROUBLE_WARNINGS;
    }
    for (guint i = 0; i < device->findings->len; i++) {
        GtupdSeverity severity = gtupd_model_severity(device->findings->pdata[i]);
        if (severity >= min_severity)
            trouble = MAX(trouble, (GtupdTrouble)(GTUPD_TROUBLE_NOTES + severity));
    }
    return trouble;
}
