/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analysis.h"
#include "causes.h"
#include "report.h"
#include "savefile.h"

#include <string.h>

/* A start command that the device answers with `code`. */
static void add_update(GByteArray *file, gint64 time, const char *id, const char *host, const char *code, guint number)
{
    g_autofree char *start = g_strdup_printf("AT+GTUPD=cv200,0,0,10,0,,,http://%s/p,,0,,,,%04X$", host, number);
    g_autofree char *ack = g_strdup_printf("+ACK:GTUPD,DF0107,%s,,%04X,20200910012701,%04X$", id, number, 2 * number);
    g_autofree char *report =
        g_strdup_printf("+RESP:GTUPD,DF0107,%s,,%s,,20200910012702,%04X$", id, code, 2 * number + 1);
    savefile_datagram(file, time, FALSE, start);
    savefile_datagram(file, time + 1, TRUE, ack);
    savefile_datagram(file, time + 2, TRUE, report);
}

static char *causes_of(const GtupdModel *model)
{
    g_autoptr(GPtrArray) causes = gtupd_causes_of(model);
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < causes->len; i++) {
        const GtupdCauseCount *count = causes->pdata[i];
        g_string_append_printf(text, "%s %u", gtupd_cause_name(count->cause), count->updates);
        for (guint j = 0; j < count->devices->len; j++)
            g_string_append_printf(text, " %s", (const char *)count->devices->pdata[j]);
        for (guint j = 0; j < count->servers->len; j++)
            g_string_append_printf(text, " %s", (const char *)count->servers->pdata[j]);
        g_string_append_c(text, '\n');
    }
    return g_string_free(text, FALSE);
}

static char *report_of(const GtupdModel *model)
{
    const GtupdReportOptions options = {.width = 100};
    GString *out = g_string_new(NULL);
    gtupd_report_text(model, &options, out);
    return g_string_free(out, FALSE);
}

static void test_several(void)
{
    g_autoptr(GByteArray) file = savefile_new(SAVEFILE_RAW, FALSE);
    add_update(file, SAVEFILE_TIME, "867700040011113", "a", "101", 1);
    add_update(file, SAVEFILE_TIME + 10, "867700040011113", "a", "103", 2);
    add_update(file, SAVEFILE_TIME + 20, "867700040011113", "b", "103", 3);
    g_autoptr(GtupdModel) model = analysis_new(file, NULL);
    g_autofree char *causes = causes_of(model);
    g_assert_cmpstr(causes, ==,
                    "low-battery 2 867700040011113 a:80 b:80\n"
                    "unknown 1 867700040011113 a:80\n");
    g_autofree char *report = report_of(model);
    g_assert_nonnull(
        strstr(report, "\nCauses:\n  low-battery, the battery was low, 2 updates: 867700040011113; server"));
}

/* What one update alone shows, its last line says. */
static void test_one(void)
{
    g_autoptr(GByteArray) file = savefile_new(SAVEFILE_RAW, FALSE);
    add_update(file, SAVEFILE_TIME, "867700040011113", "a", "103", 1);
    g_autoptr(GtupdModel) model = analysis_new(file, NULL);
    g_autofree char *causes = causes_of(model);
    g_assert_cmpstr(causes, ==, "low-battery 1 867700040011113 a:80\n");
    g_autofree char *report = report_of(model);
    g_assert_null(strstr(report, "Causes:"));
    g_assert_nonnull(strstr(report, "    Why: The device refused with code 103"));
}

static void test_none(void)
{
    g_autoptr(GByteArray) file = savefile_new(SAVEFILE_RAW, FALSE);
    g_autoptr(GtupdModel) model = analysis_new(file, NULL);
    g_autofree char *causes = causes_of(model);
    g_assert_cmpstr(causes, ==, "");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/causes/several", test_several);
    g_test_add_func("/causes/one", test_one);
    g_test_add_func("/causes/none", test_none);
    return g_test_run();
}
