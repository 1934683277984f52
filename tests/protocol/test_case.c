/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is kept of updates is one's own; and the order in which it was told changes no diagnosis. */
#include "case.h"

#include <string.h>

static GtupdAnchor anchor_at(guint64 order)
{
    return (GtupdAnchor){.time = (gint64)order, .order = order, .frame = order};
}

static GtupdEvent event_at(guint64 order, GtupdKind kind)
{
    return (GtupdEvent){.anchor = anchor_at(order), .kind = kind, .gtupd = TRUE, .update = 1};
}

static void test_copy(void)
{
    char device[] = "222225555588888";
    GtupdCommand command = {.url = g_strdup("http://h/p"), .password = g_strdup("cv200"), .download_timeout = 10};
    g_autoptr(GArray) events = g_array_new(FALSE, FALSE, sizeof(GtupdEvent));
    const GtupdEvent start = event_at(1, GTUPD_KIND_START_COMMAND);
    g_array_append_val(events, start);
    GPtrArray *transfers = g_ptr_array_new_with_free_func((GDestroyNotify)gtupd_transfer_unref);
    GtupdTransfer *transfer = gtupd_transfer_new(GTUPD_TRANSFER_HTTP);
    transfer->path = g_strdup("/p");
    g_ptr_array_add(transfers, transfer);
    const GtupdUpdate told = {
        .device = device, .number = 7, .command = &command, .events = events, .transfers = transfers};

    GtupdUpdate *copy = gtupd_update_copy(&told);
    memset(device, 'x', strlen(device));
    memset(command.url, 'x', strlen(command.url));
    memset(transfer->path, 'x', strlen(transfer->path));
    g_array_set_size(events, 0);
    g_ptr_array_unref(transfers);
    g_free(command.url);
    g_free(command.password);

    g_assert_cmpstr(copy->device, ==, "222225555588888");
    g_assert_cmpuint(copy->number, ==, 7);
    g_assert_cmpstr(copy->command->url, ==, "http://h/p");
    g_assert_cmpstr(copy->command->password, ==, "cv200");
    g_assert_null(copy->command->user_name);
    g_assert_cmpint(copy->command->download_timeout, ==, 10);
    g_assert_cmpuint(copy->events->len, ==, 1);
    g_assert_cmpstr(((const GtupdTransfer *)copy->transfers->pdata[0])->path, ==, "/p");
    gtupd_update_free(copy);
}

static void test_copy_of_little(void)
{
    g_assert_null(gtupd_update_copy(NULL));
    gtupd_update_free(NULL);
    g_autoptr(GArray) events = g_array_new(FALSE, FALSE, sizeof(GtupdEvent));
    const GtupdUpdate told = {.device = "", .events = events};
    GtupdUpdate *copy = gtupd_update_copy(&told);
    g_assert_null(copy->command);
    g_assert_cmpuint(copy->events->len, ==, 0);
    g_assert_cmpuint(copy->transfers->len, ==, 0);
    gtupd_update_free(copy);
}

static void test_clue(void)
{
    const GtupdEvent event = event_at(3, GTUPD_KIND_START_COMMAND);
    const GtupdFieldInfo *field = gtupd_field_info(GTUPD_FIELD_DOWNLOAD_URL);
    const GtupdFinding finding = {
        .rule = GTUPD_RULE_FIELD_INVALID, .event = &event, .update = 1, .field = field, .span = {20, 4}};
    const GtupdClue clue = gtupd_clue_of(&finding);
    g_assert_cmpint(clue.rule, ==, GTUPD_RULE_FIELD_INVALID);
    g_assert_true(gtupd_anchor_equal(&clue.anchor, &event.anchor));
    g_assert_cmpstr(clue.field, ==, "download-url");
    g_assert_cmpuint(clue.offset, ==, 20);
}

/* Refused, and the start command is wrong in two fields; told forwards and backwards. */
static char *diagnose(gboolean backwards)
{
    const GtupdCommand command = {.anchor = anchor_at(1), .download_timeout = 99};
    const GtupdEvent told[] = {event_at(1, GTUPD_KIND_START_COMMAND), event_at(2, GTUPD_KIND_ACK),
                               event_at(3, GTUPD_KIND_REFUSED)};
    const GtupdClue found[] = {{GTUPD_RULE_FIELD_INVALID, anchor_at(1), "max-download-retry", 10},
                               {GTUPD_RULE_FIELD_INVALID, anchor_at(1), "download-timeout", 12}};
    g_autoptr(GArray) events = g_array_new(FALSE, FALSE, sizeof(GtupdEvent));
    g_autoptr(GArray) clues = g_array_new(FALSE, FALSE, sizeof(GtupdClue));
    for (guint i = 0; i < G_N_ELEMENTS(told); i++)
        g_array_append_val(events, told[backwards ? G_N_ELEMENTS(told) - 1 - i : i]);
    for (guint i = 0; i < G_N_ELEMENTS(found); i++)
        g_array_append_val(clues, found[backwards ? G_N_ELEMENTS(found) - 1 - i : i]);

    const GtupdUpdate update = {.device = "222225555588888",
                                .number = 1,
                                .state = GTUPD_STATE_ENDED,
                                .outcome = GTUPD_OUTCOME_REFUSED,
                                .end_time = 3,
                                .closing_time = 3,
                                .command = &command,
                                .events = events};
    g_autoptr(GtupdDiagnosis) diagnosis = gtupd_case_diagnose(&update, NULL, clues, 4);
    g_assert_cmpint(diagnosis->cause, ==, GTUPD_CAUSE_REFUSED_PARAMETERS);
    g_assert_cmpuint(diagnosis->frames->len, ==, 2);
    return g_strdup(diagnosis->sentence);
}

static void test_order(void)
{
    g_autofree char *forwards = diagnose(FALSE);
    g_autofree char *backwards = diagnose(TRUE);
    g_assert_cmpstr(forwards, ==, backwards);
    g_assert_nonnull(strstr(forwards, "max-download-retry, download-timeout"));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/case/copy", test_copy);
    g_test_add_func("/case/copy-of-little", test_copy_of_little);
    g_test_add_func("/case/clue", test_clue);
    g_test_add_func("/case/order", test_order);
    return g_test_run();
}
