/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "rules.h"

#include <string.h>

static const GtupdRuleInfo rules[GTUPD_RULE_COUNT] = {
#define X(name, id, severity, group, party, section, text, advice)                                                     \
    [GTUPD_RULE_##                                                                                                     \
        name] = {id, GTUPD_SEVERITY_##severity, GTUPD_GROUP_##group, GTUPD_PARTY_##party, section, text, advice},
    GTUPD_RULES(X)
#undef X
};

const GtupdRuleInfo *gtupd_rule_info(GtupdRule rule)
{
    return &rules[rule];
}

gboolean gtupd_rule_by_id(const char *id, GtupdRule *rule)
{
    for (guint i = 0; i < GTUPD_RULE_COUNT; i++) {
        if (strcmp(rules[i].id, id) == 0) {
            *rule = (GtupdRule)i;
            return TRUE;
        }
    }
    return FALSE;
}

const char *gtupd_severity_name(GtupdSeverity severity)
{
    static const char *const names[GTUPD_SEVERITIES] = {
        [GTUPD_SEVERITY_NOTE] = "note",
        [GTUPD_SEVERITY_WARNING] = "warning",
        [GTUPD_SEVERITY_ERROR] = "error",
    };
    return names[severity];
}

const char *gtupd_party_name(GtupdParty party)
{
    static const char *const names[] = {
        [GTUPD_PARTY_DEVICE] = "device",
        [GTUPD_PARTY_BACKEND] = "backend",
        [GTUPD_PARTY_SENDER] = "device or backend",
        [GTUPD_PARTY_CAPTURE] = "capture",
        [GTUPD_PARTY_SERVER] = "file server or network",
    };
    return names[party];
}
