/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Does the table of faults fit the catalogue of rules? That the analyzer names each fault is the test rig-faults.
 */
#include "event.h"
#include "faults.h"
#include "rules.h"

#include <string.h>

/* All rules that some fault provokes. Free with g_hash_table_unref(). */
static GHashTable *provoked_rules(void)
{
    GHashTable *set = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (guint i = 0; i < RIG_FAULT_COUNT; i++) {
        g_auto(GStrv) rules = g_strsplit(rig_fault_info(i)->rules, ",", -1);
        for (guint j = 0; rules[j]; j++)
            g_hash_table_add(set, g_strdup(rules[j]));
    }
    return set;
}

static void test_rules_exist(void)
{
    g_autoptr(GHashTable) rules = provoked_rules();
    GHashTableIter iter;
    gpointer id;
    g_hash_table_iter_init(&iter, rules);
    while (g_hash_table_iter_next(&iter, &id, NULL)) {
        GtupdRule rule;
        g_test_message("%s", (const char *)id);
        g_assert_true(gtupd_rule_by_id(id, &rule));
    }
}

/* The driver compares with a sorted list. */
static void test_rules_are_sorted(void)
{
    for (guint i = 0; i < RIG_FAULT_COUNT; i++) {
        g_auto(GStrv) rules = g_strsplit(rig_fault_info(i)->rules, ",", -1);
        for (guint j = 1; rules[0] && rules[j]; j++)
            g_assert_cmpstr(rules[j - 1], <, rules[j]);
    }
}

static void test_every_device_rule_is_provoked(void)
{
    g_autoptr(GHashTable) provoked = provoked_rules();
    for (guint rule = 0; rule < GTUPD_RULE_COUNT; rule++) {
        const GtupdRuleInfo *info = gtupd_rule_info(rule);
        if (info->party != GTUPD_PARTY_DEVICE)
            continue;
        g_test_message("%s", info->id);
        g_assert_true(g_hash_table_contains(provoked, info->id));
    }
}

static void test_outcomes_exist(void)
{
    for (guint i = 0; i < RIG_FAULT_COUNT; i++) {
        g_auto(GStrv) outcomes = g_strsplit(rig_fault_info(i)->outcome, ",", -1);
        for (guint j = 0; outcomes[j]; j++) {
            gboolean known = FALSE;
            for (guint k = 0; k < GTUPD_OUTCOMES; k++)
                known |= g_str_equal(outcomes[j], gtupd_outcome_name(k));
            g_assert_true(known);
        }
    }
}

static void test_ids_are_unique(void)
{
    for (guint i = 0; i < RIG_FAULT_COUNT; i++) {
        RigFaults faults = {0};
        g_assert_true(rig_faults_arm(&faults, rig_fault_info(i)->id));
        for (guint j = 0; j < RIG_FAULT_COUNT; j++)
            g_assert_cmpint(faults.armed[j], ==, i == j);
    }
    RigFaults faults = {0};
    g_assert_false(rig_faults_arm(&faults, "no-such-fault"));
    g_assert_false(rig_faults_arm(&faults, ""));
}

static void test_strikes_once(void)
{
    RigFaults faults = {0};
    rig_faults_arm(&faults, "skip-start");
    g_assert_false(rig_faults_strike(&faults, RIG_AT_CONFIRMED, RIG_ACT_SKIP));
    g_assert_false(rig_faults_strike(&faults, RIG_AT_STARTED, RIG_ACT_LOSE));
    g_assert_true(rig_faults_strike(&faults, RIG_AT_STARTED, RIG_ACT_SKIP));
    g_assert_false(rig_faults_strike(&faults, RIG_AT_STARTED, RIG_ACT_SKIP));
}

static void test_strikes_always(void)
{
    RigFaults faults = {0};
    rig_faults_arm(&faults, "times-base");
    g_assert_false(rig_faults_strike(&faults, RIG_AT_LOGIN, RIG_ACT_TIMES_BASE));
    for (guint i = 0; i < 3; i++)
        g_assert_true(rig_faults_strike(&faults, RIG_AT_OTHER_REPORT, RIG_ACT_TIMES_BASE));
}

/* What the course asks for by name is none of the messages' business. */
static void test_course_does_not_strike(void)
{
    RigFaults faults = {0};
    rig_faults_arm(&faults, "vanish");
    g_assert_false(rig_faults_strike(&faults, RIG_AT_NEVER, RIG_ACT_COURSE));
    g_assert_true(faults.armed[RIG_FAULT_VANISH]);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/faults/rules-exist", test_rules_exist);
    g_test_add_func("/faults/rules-are-sorted", test_rules_are_sorted);
    g_test_add_func("/faults/every-device-rule-is-provoked", test_every_device_rule_is_provoked);
    g_test_add_func("/faults/outcomes-exist", test_outcomes_exist);
    g_test_add_func("/faults/ids-are-unique", test_ids_are_unique);
    g_test_add_func("/faults/strikes-once", test_strikes_once);
    g_test_add_func("/faults/strikes-always", test_strikes_always);
    g_test_add_func("/faults/course-does-not-strike", test_course_does_not_strike);
    return g_test_run();
}
