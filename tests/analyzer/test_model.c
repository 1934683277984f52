/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "model.h"

#include "analysis.h"
#include "savefile.h"

#define DEVICE "867700040011113"
#define OTHER  "867700040022227"

/* Findings given in any order, as an engine may. */
static void test_findings_in_order(void)
{
    static const struct {
        GtupdAnchor anchor;
        GtupdRule rule;
        guint16 offset;
    } given[] = {
        {{.capture = 1, .frame = 1}, GTUPD_RULE_TAIL_MISSING, 0},
        {{.capture = 0, .frame = 2, .ordinal = 1}, GTUPD_RULE_TAIL_MISSING, 0},
        {{.capture = 0, .frame = 2, .ordinal = 0}, GTUPD_RULE_COUNT_GAP, 0},
        {{.capture = 0, .frame = 2, .ordinal = 0}, GTUPD_RULE_FIELD_INVALID, 30},
        {{.capture = 0, .frame = 2, .ordinal = 0}, GTUPD_RULE_FIELD_INVALID, 10},
        {{.capture = 0, .frame = 1}, GTUPD_RULE_DIRECTION_WRONG, 0},
    };
    static const guint expected[] = {5, 4, 3, 2, 1, 0};
    g_autoptr(GtupdModel) model = gtupd_model_new(NULL);
    GtupdSink sink = gtupd_model_sink(model);
    for (gsize i = 0; i < G_N_ELEMENTS(given); i++) {
        GtupdEvent event = {.anchor = given[i].anchor};
        GtupdFinding finding = {
            .rule = given[i].rule, .event = &event, .span = {.offset = given[i].offset}, .message = "It is so."};
        sink.finding(&finding, sink.data);
    }
    g_autoptr(GtupdEngine) engine = gtupd_engine_new(&sink);
    gtupd_model_complete(model, engine);
    for (gsize i = 0; i < G_N_ELEMENTS(expected); i++) {
        const GtupdModelFinding *finding = model->findings->pdata[i];
        g_assert_cmpint(finding->rule, ==, given[expected[i]].rule);
        g_assert_cmpuint(finding->offset, ==, given[expected[i]].offset);
        g_assert_cmpuint(finding->event.anchor.ordinal, ==, given[expected[i]].anchor.ordinal);
    }
    g_assert_cmpuint(model->severities[GTUPD_SEVERITY_ERROR], ==, 4);
    g_assert_true(gtupd_model_has_severity(model, GTUPD_SEVERITY_ERROR));
}

static void test_update(void)
{
    g_autoptr(GByteArray) file = savefile_new(SAVEFILE_RAW, TRUE);
    savefile_failed_update(file, SAVEFILE_TIME, FALSE);
    g_autoptr(GtupdModel) model = analysis_new(file, NULL);
    g_assert_cmpuint(model->devices->len, ==, 1);
    g_assert_cmpuint(model->updates, ==, 1);
    g_assert_cmpuint(model->counts.messages_gtupd, ==, 5);
    const GtupdModelDevice *device = gtupd_model_device(model, DEVICE);
    g_assert_true(device == model->devices->pdata[0]);
    g_assert_cmpstr(device->name, ==, "cv200");
    g_assert_false(device->is_meid);
    const GtupdModelUpdate *update = device->updates->pdata[0];
    g_assert_cmpint(update->outcome, ==, GTUPD_OUTCOME_DOWNLOAD_FAILED);
    g_assert_cmpuint(update->attempts, ==, 1);
    g_assert_cmpuint(update->events->len, ==, 5);
    for (guint i = 0; i < 5; i++)
        g_assert_cmpuint(g_array_index(update->events, GtupdEvent, i).anchor.frame, ==, i + 1);
    g_assert_true(gtupd_model_nanoseconds(model, 0));
    g_assert_false(gtupd_model_nanoseconds(model, 1));
}

/* An other message is among the events only where a finding is anchored to it. */
static void test_other_messages(void)
{
    g_autoptr(GByteArray) file = savefile_new(SAVEFILE_RAW, FALSE);
    savefile_datagram(file, SAVEFILE_TIME, TRUE,
                      "+RESP:GTUPD,"
                      "DF0107," DEVICE ",cv200,110,,20200910012702,0002$");
    savefile_datagram(file, SAVEFILE_TIME + SAVEFILE_SECOND, TRUE,
                      "+RESP:GTINF,DF0107," DEVICE ",cv200,1,20200910012703,0003$");
    savefile_datagram(file, SAVEFILE_TIME + 2 * SAVEFILE_SECOND, TRUE,
                      "+RESP:GTINF,DF0107," DEVICE ",cv200,2,20200910012704,0004$");
    savefile_datagram(file, SAVEFILE_TIME + 3 * SAVEFILE_SECOND, TRUE,
                      "+RESP:GTUPD,"
                      "DF0107," DEVICE ",cv200,210,1,20200910012705,0005$");
    g_autoptr(GtupdModel) model = analysis_new(file, NULL);
    const GtupdModelUpdate *update = gtupd_model_device(model, DEVICE)->updates->pdata[0];
    g_assert_cmpuint(update->events->len, ==, 3);
    const GtupdEvent *other = &g_array_index(update->events, GtupdEvent, 1);
    g_assert_cmpint(other->kind, ==, GTUPD_KIND_OTHER_REPORT);
    g_assert_cmpuint(other->anchor.frame, ==, 2);
}

static void add_two_devices(GByteArray *file)
{
    savefile_failed_update(file, SAVEFILE_TIME, FALSE);
    savefile_datagram(file, SAVEFILE_TIME + 9 * SAVEFILE_SECOND, TRUE,
                      "+RESP:GTINF,DF0107," OTHER ",bus-8,1,20200910012703,0003$");
}

static void test_selection(void)
{
    g_autoptr(GByteArray) file = savefile_new(SAVEFILE_RAW, FALSE);
    add_two_devices(file);
    g_autoptr(GtupdModel) all = analysis_new(file, NULL);
    g_assert_cmpuint(all->devices->len, ==, 2);
    g_assert_cmpuint(all->counts.messages, ==, 6);

    g_autoptr(GtupdModel) one = analysis_new(file, (const char *const[]){OTHER, NULL});
    g_assert_cmpuint(one->devices->len, ==, 1);
    g_assert_cmpuint(one->updates, ==, 0);
    g_assert_cmpuint(one->counts.messages, ==, 1);
    g_assert_null(gtupd_model_device(one, DEVICE));
    for (guint i = 0; i < one->findings->len; i++)
        g_assert_cmpstr(((GtupdModelFinding *)one->findings->pdata[i])->event.device, ==, OTHER);
}

/* Findings that only the end shows are counted once, like those made on the way. */
static void test_totals(void)
{
    g_autoptr(GByteArray) file = savefile_new(SAVEFILE_RAW, FALSE);
    savefile_failed_update(file, SAVEFILE_TIME, TRUE);
    savefile_datagram(file, SAVEFILE_TIME, TRUE, "+RESP:GTUPD,DF0107,,cv200,110,,20200910012702,0002$");
    g_autoptr(GtupdModel) model = analysis_new(file, NULL);
    guint64 counted[GTUPD_SEVERITIES] = {0};
    for (guint i = 0; i < model->findings->len; i++)
        counted[gtupd_model_severity(model->findings->pdata[i])]++;
    g_assert_cmpuint(counted[GTUPD_SEVERITY_NOTE], >, 0);
    g_assert_cmpuint(counted[GTUPD_SEVERITY_ERROR], >, 0);
    for (guint i = 0; i < GTUPD_SEVERITIES; i++)
        g_assert_cmpuint(model->severities[i], ==, counted[i]);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/model/findings-in-order", test_findings_in_order);
    g_test_add_func("/model/update", test_update);
    g_test_add_func("/model/other-messages", test_other_messages);
    g_test_add_func("/model/selection", test_selection);
    g_test_add_func("/model/totals", test_totals);
    return g_test_run();
}
