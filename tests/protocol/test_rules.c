/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "rules.h"

#include <string.h>

/* The catalogue of rules.md, typed anew: E, W, N; D, B, C, and S for D/B. */
static const struct {
    const char *id;
    char severity;
    char party;
} catalogue[] = {
    /* Framing and fields */
    {"tail-missing", 'E', 'S'},
    {"message-oversized", 'E', 'S'},
    {"stray-bytes", 'W', 'S'},
    {"non-ascii", 'E', 'S'},
    {"field-count", 'E', 'S'},
    {"sibling-layout", 'W', 'B'},
    {"field-invalid", 'E', 'S'},
    {"field-whitespace", 'W', 'S'},
    {"reserved-not-empty", 'W', 'S'},
    {"code-undefined", 'E', 'D'},
    {"url-scheme-mismatch", 'E', 'B'},
    {"url-ambiguous", 'W', 'B'},
    {"device-type-foreign", 'N', 'D'},
    {"imei-check-digit", 'N', 'D'},
    /* Numbers and clocks */
    {"message-repeated", 'N', 'S'},
    {"serial-reused", 'W', 'B'},
    {"serial-gap", 'N', 'B'},
    {"count-gap", 'N', 'C'},
    {"count-reused", 'W', 'D'},
    {"count-backwards", 'W', 'D'},
    {"send-time-backwards", 'W', 'D'},
    /* Command and acknowledgement */
    {"ack-missing", 'W', 'D'},
    {"ack-unexpected", 'W', 'D'},
    {"command-unseen", 'N', 'C'},
    {"command-repeated", 'N', 'B'},
    {"start-while-busy", 'W', 'B'},
    {"stop-without-update", 'W', 'B'},
    {"stop-too-late", 'W', 'B'},
    {"command-during-update", 'W', 'B'},
    /* The course of an update */
    {"phase-skipped", 'E', 'D'},
    {"report-lost", 'W', 'C'},
    {"report-out-of-order", 'E', 'D'},
    {"confirm-while-busy", 'E', 'D'},
    {"cancel-too-late", 'E', 'D'},
    {"cancel-unrequested", 'W', 'D'},
    {"stop-ignored", 'E', 'D'},
    {"report-after-end", 'E', 'D'},
    {"update-type-mismatch", 'E', 'D'},
    {"unrelated-report-during-update", 'E', 'D'},
    {"download-times-wrong", 'E', 'D'},
    {"too-many-attempts", 'E', 'D'},
    {"retries-not-exhausted", 'W', 'D'},
    {"download-overran", 'E', 'D'},
    {"download-result-missing", 'W', 'D'},
    {"reboot-missing", 'W', 'D'},
    {"result-missing", 'W', 'D'},
    {"identity-conflict", 'W', 'D'},
    {"direction-wrong", 'W', 'C'},
    {"version-unchanged", 'W', 'D'},
    {"transfer-refused", 'W', 'F'},
    {"transfer-cut", 'W', 'F'},
    {"transfer-stalled", 'W', 'F'},
    {"transfer-dns-failed", 'W', 'F'},
    {"transfer-url-differs", 'W', 'D'},
    {"transfer-not-seen", 'N', 'C'},
    {"result-contradicts-transfer", 'E', 'D'},
};

static char severity_letter(GtupdSeverity severity)
{
    switch (severity) {
    case GTUPD_SEVERITY_ERROR:
        return 'E';
    case GTUPD_SEVERITY_WARNING:
        return 'W';
    case GTUPD_SEVERITY_NOTE:
        return 'N';
    case GTUPD_SEVERITIES:
        break;
    }
    g_assert_not_reached();
}

static char party_letter(GtupdParty party)
{
    switch (party) {
    case GTUPD_PARTY_DEVICE:
        return 'D';
    case GTUPD_PARTY_BACKEND:
        return 'B';
    case GTUPD_PARTY_SENDER:
        return 'S';
    case GTUPD_PARTY_CAPTURE:
        return 'C';
    case GTUPD_PARTY_SERVER:
        return 'F';
    }
    g_assert_not_reached();
}

static void test_catalogue(void)
{
    g_assert_cmpuint(GTUPD_RULE_COUNT, ==, G_N_ELEMENTS(catalogue));
    for (guint i = 0; i < G_N_ELEMENTS(catalogue); i++) {
        g_test_message("%s", catalogue[i].id);
        GtupdRule rule = GTUPD_RULE_COUNT;
        g_assert_true(gtupd_rule_by_id(catalogue[i].id, &rule));
        const GtupdRuleInfo *info = gtupd_rule_info(rule);
        g_assert_cmpstr(info->id, ==, catalogue[i].id);
        g_assert_cmpint(severity_letter(info->severity), ==, catalogue[i].severity);
        g_assert_cmpint(party_letter(info->party), ==, catalogue[i].party);
    }
}

static void test_unique(void)
{
    g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; i < GTUPD_RULE_COUNT; i++) {
        const char *id = gtupd_rule_info((GtupdRule)i)->id;
        g_assert_true(g_hash_table_add(seen, (gpointer)id));
        GtupdRule rule = GTUPD_RULE_COUNT;
        g_assert_true(gtupd_rule_by_id(id, &rule));
        g_assert_cmpuint(rule, ==, i);
    }
}

/* Lower-case words, joined by single hyphens. */
static void test_ids(void)
{
    for (guint i = 0; i < GTUPD_RULE_COUNT; i++)
        g_assert_true(g_regex_match_simple("^[a-z]+(-[a-z]+)*$", gtupd_rule_info((GtupdRule)i)->id, 0, 0));
}

static void assert_sentence(const char *text)
{
    g_test_message("%s", text);
    g_assert_true(g_regex_match_simple("^[A-Z$+][ -~]*[^. ]\\.$", text, 0, 0));
}

static void test_texts(void)
{
    for (guint i = 0; i < GTUPD_RULE_COUNT; i++) {
        const GtupdRuleInfo *info = gtupd_rule_info((GtupdRule)i);
        assert_sentence(info->text);
        assert_sentence(info->advice);
        if (info->section)
            g_assert_true(g_regex_match_simple("^[123](\\.[1-5](\\.[1-3])?)?$", info->section, 0, 0));
    }
}

static void test_unknown(void)
{
    static const char *const ids[] = {
        "", "tail", "tail-missing ", " tail-missing", "Tail-Missing", "TAIL_MISSING", "tail-missing-", "transfer",
    };
    for (guint i = 0; i < G_N_ELEMENTS(ids); i++) {
        GtupdRule rule = GTUPD_RULE_COUNT;
        g_assert_false(gtupd_rule_by_id(ids[i], &rule));
        g_assert_cmpint(rule, ==, GTUPD_RULE_COUNT);
    }
}

static void test_names(void)
{
    g_assert_cmpstr(gtupd_severity_name(GTUPD_SEVERITY_NOTE), ==, "note");
    g_assert_cmpstr(gtupd_severity_name(GTUPD_SEVERITY_WARNING), ==, "warning");
    g_assert_cmpstr(gtupd_severity_name(GTUPD_SEVERITY_ERROR), ==, "error");
    g_assert_cmpstr(gtupd_party_name(GTUPD_PARTY_DEVICE), ==, "device");
    g_assert_cmpstr(gtupd_party_name(GTUPD_PARTY_BACKEND), ==, "backend");
    g_assert_cmpstr(gtupd_party_name(GTUPD_PARTY_SENDER), ==, "device or backend");
    g_assert_cmpstr(gtupd_party_name(GTUPD_PARTY_CAPTURE), ==, "capture");
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/rules/catalogue", test_catalogue);
    g_test_add_func("/rules/unique", test_unique);
    g_test_add_func("/rules/ids", test_ids);
    g_test_add_func("/rules/texts", test_texts);
    g_test_add_func("/rules/unknown", test_unknown);
    g_test_add_func("/rules/names", test_names);
    return g_test_run();
}
