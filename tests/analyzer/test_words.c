/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "words.h"

#include "analysis.h"
#include "savefile.h"
#include "trouble.h"

typedef struct {
    GtupdVerdict verdict;
    guint64 count, all;
    const char *expected;
} Headline;

static void test_headlines(void)
{
    static const Headline cases[] = {
        {GTUPD_VERDICT_FAILED, 1, 1, "The update failed"},
        {GTUPD_VERDICT_STOPPED, 1, 1, "The update was stopped"},
        {GTUPD_VERDICT_STOPPED, 2, 2, "Both updates were stopped"},
        {GTUPD_VERDICT_GOOD, 3, 3, "All 3 updates succeeded"},
        {GTUPD_VERDICT_UNCLEAR, 1, 3, "1 of 3 updates came to no known end"},
        {GTUPD_VERDICT_STOPPED, 1, 3, "1 of 3 updates was stopped"},
        {GTUPD_VERDICT_FAILED, 1200, 10000, "1,200 of 10,000 updates failed"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *got = gtupd_words_headline(cases[i].verdict, cases[i].count, cases[i].all);
        g_assert_cmpstr(got, ==, cases[i].expected);
    }
}

static GtupdModel *failed_update(void)
{
    g_autoptr(GByteArray) file = savefile_new(SAVEFILE_RAW, FALSE);
    savefile_failed_update(file, SAVEFILE_TIME, TRUE);
    return analysis_new(file, NULL);
}

static void test_frames(void)
{
    g_autoptr(GtupdModel) model = failed_update();
    GtupdAnchor anchor = {.frame = 17, .capture = 1};
    g_autofree char *one = gtupd_words_frame(model, &anchor);
    g_assert_cmpstr(one, ==, "17");
    gtupd_model_add_capture(model, &(GtupdCaptureInfo){.file = "y.pcap"});
    g_autofree char *two = gtupd_words_frame(model, &anchor);
    g_assert_cmpstr(two, ==, "2:17");
}

static void test_messages(void)
{
    g_autoptr(GtupdModel) model = failed_update();
    const GtupdModelDevice *device = model->devices->pdata[0];
    const GtupdModelUpdate *update = device->updates->pdata[0];
    const GtupdEvent *event = &g_array_index(update->events, GtupdEvent, 3);
    g_autofree char *brief = gtupd_words_event(event, FALSE);
    g_autofree char *verbose = gtupd_words_event(event, TRUE);
    g_autofree char *command = gtupd_words_command(update->command, FALSE);
    g_assert_cmpstr(brief, ==, "Download started (code 210), attempt 1 of 1");
    g_assert_cmpstr(verbose, ==, "Download started (code 210), attempt 1 of 1, count 0005, device time 20200910012703");
    g_assert_cmpstr(command, ==,
                    "ftp://****:****@h.example/p, FTP, 1 attempt of up to 10 min, as user **** with password ****");
}

/* A failed update outweighs any finding; findings below the level are none. */
static void test_trouble(void)
{
    g_autoptr(GtupdModel) model = failed_update();
    const GtupdModelDevice *device = model->devices->pdata[0];
    GtupdModelUpdate *update = device->updates->pdata[0];
    g_assert_cmpint(gtupd_trouble_of(device, GTUPD_SEVERITY_ERROR), ==, GTUPD_TROUBLE_ERRORS);
    update->outcome = GTUPD_OUTCOME_CANCELLED;
    g_assert_cmpint(gtupd_trouble_of(device, GTUPD_SEVERITY_ERROR), ==, GTUPD_TROUBLE_WARNINGS);
    update->outcome = GTUPD_OUTCOME_SUCCEEDED;
    g_assert_cmpint(gtupd_trouble_of(device, GTUPD_SEVERITY_NOTE), ==, GTUPD_TROUBLE_NOTES);
    g_assert_cmpint(gtupd_trouble_of(device, GTUPD_SEVERITY_WARNING), ==, GTUPD_TROUBLE_NONE);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/words/headlines", test_headlines);
    g_test_add_func("/words/frames", test_frames);
    g_test_add_func("/words/messages", test_messages);
    g_test_add_func("/words/trouble", test_trouble);
    return g_test_run();
}
