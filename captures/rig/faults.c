/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "faults.h"

#include <stdio.h>

static const RigFaultInfo infos[RIG_FAULT_COUNT] = {
#define X(name, id, moment, act, setup, outcome, rules, help)                                                          \
    [RIG_FAULT_##name] = {id, RIG_AT_##moment, RIG_ACT_##act, setup, outcome, rules, help},
    RIG_FAULTS(X)
#undef X
};

const RigFaultInfo *rig_fault_info(RigFault fault)
{
    g_assert(fault < RIG_FAULT_COUNT);
    return &infos[fault];
}

gboolean rig_faults_arm(RigFaults *faults, const char *id)
{
    for (guint i = 0; i < RIG_FAULT_COUNT; i++)
        if (g_strcmp0(infos[i].id, id) == 0)
            return faults->armed[i] = TRUE;
    return FALSE;
}

static gboolean is_report(RigMoment moment)
{
    return moment >= RIG_AT_CONFIRMED && moment <= RIG_AT_RESULT;
}

static gboolean befalls(const RigFaultInfo *info, RigMoment moment)
{
    return info->moment == moment || info->moment == RIG_AT_EVERY ||
           (info->moment == RIG_AT_EVERY_REPORT && is_report(moment));
}

gboolean rig_faults_strike(RigFaults *faults, RigMoment moment, RigAct act)
{
    for (guint i = 0; i < RIG_FAULT_COUNT; i++) {
        const RigFaultInfo *info = &infos[i];
        if (!faults->armed[i] || info->act != act || act == RIG_ACT_COURSE || !befalls(info, moment))
            continue;
        faults->armed[i] = info->moment >= RIG_AT_EVERY;
        return TRUE;
    }
    return FALSE;
}

void rig_faults_print(void)
{
    for (guint i = 0; i < RIG_FAULT_COUNT; i++) {
        const RigFaultInfo *info = &infos[i];
        printf("%s\t%s\t%s\t%s\t%s\n", info->id, info->setup, info->outcome, info->rules, info->help);
    }
}
