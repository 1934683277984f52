/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tables.h"

#include "packet-attrack.h"
#include "redraw.h"
#include "wscompat.h"

#include <epan/stat_tap_ui.h>
#include <epan/tap.h>

#include <stdio.h>

/* The table of updates. */

enum {
    COLUMN_DEVICE,
    COLUMN_UPDATE,
    COLUMN_TYPE,
    COLUMN_START,
    COLUMN_OUTCOME,
    COLUMN_ATTEMPTS,
    COLUMN_DURATION,
    COLUMN_FINDINGS,
    COLUMN_CAUSE,
    COLUMNS,
};

static stat_tap_table_item update_columns[COLUMNS] = {
    [COLUMN_DEVICE] = {TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "Device", "%-16s"},
    [COLUMN_UPDATE] = {TABLE_ITEM_UINT, TAP_ALIGN_RIGHT, "Update", "%u"},
    [COLUMN_TYPE] = {TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "Type", "%-8s"},
    [COLUMN_START] = {TABLE_ITEM_UINT, TAP_ALIGN_RIGHT, "First frame", "%u"},
    [COLUMN_OUTCOME] = {TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "Outcome", "%-18s"},
    [COLUMN_ATTEMPTS] = {TABLE_ITEM_UINT, TAP_ALIGN_RIGHT, "Attempts", "%u"},
    [COLUMN_DURATION] = {TABLE_ITEM_STRING, TAP_ALIGN_RIGHT, "Duration (s)", "%s"},
    [COLUMN_FINDINGS] = {TABLE_ITEM_UINT, TAP_ALIGN_RIGHT, "Findings", "%u"},
    [COLUMN_CAUSE] = {TABLE_ITEM_STRING, TAP_ALIGN_LEFT, "Cause", "%s"},
};

static const char updates_title[] = "GTUPD Updates";

static void updates_init(stat_tap_table_ui *ui);
static void updates_reset(stat_tap_table *table);
static void updates_free_item(stat_tap_table *table, guint row, guint column, stat_tap_table_item_type *item);
static tap_packet_status updates_packet(void *tap, packet_info *pinfo, epan_dissect_t *edt, const void *data,
                                        tap_flags_t flags);

static tap_param filter_params[] = {{PARAM_FILTER, "filter", "Filter", NULL, TRUE}};

static stat_tap_table_ui updates_ui = {
    .group = REGISTER_PACKET_STAT_GROUP_UNSORTED,
    .title = updates_title,
    .tap_name = "attrack",
    .cli_string = "gtupd,updates",
    .stat_tap_init_cb = updates_init,
    .packet_func = updates_packet,
    .stat_tap_reset_table_cb = updates_reset,
    .stat_tap_free_table_item_cb = updates_free_item,
    .nfields = COLUMNS,
    .fields = update_columns,
    .nparams = G_N_ELEMENTS(filter_params),
    .params = filter_params,
};

static GPtrArray *wanted; /* messages that passed the table's filter */

static void updates_init(stat_tap_table_ui *ui)
{
    redraw_disarm();
    stat_tap_table *table = stat_tap_find_table(ui, updates_title);
    if (table == NULL)
        stat_tap_add_table(ui, stat_tap_init_table(updates_title, COLUMNS, 0, NULL));
    else if (ui->stat_tap_reset_table_cb != NULL)
        ui->stat_tap_reset_table_cb(table);
}

static void clear_item(stat_tap_table_item_type *item)
{
    if (item->type == TABLE_ITEM_STRING)
        g_free((char *)item->value.string_value);
    item->type = TABLE_ITEM_NONE;
}

static void updates_reset(stat_tap_table *table)
{
    redraw_disarm();
    for (guint row = 0; row < table->num_elements; row++)
        for (guint column = 0; column < COLUMNS; column++)
            clear_item(&table->elements[row][column]);
    g_ptr_array_set_size(wanted, 0);
}

static void updates_free_item(stat_tap_table *table _U_, guint row _U_, guint column _U_,
                              stat_tap_table_item_type *item)
{
    clear_item(item);
}

static void set_text(stat_tap_table_item_type *item, const char *text)
{
    item->type = TABLE_ITEM_STRING;
    item->value.string_value = g_strdup(text);
}

static void set_number(stat_tap_table_item_type *item, guint number)
{
    item->type = TABLE_ITEM_UINT;
    item->value.uint_value = number;
}

/* Findings of each update: JudgeUpdate → count. */
static GHashTable *count_findings(void)
{
    GHashTable *counts = g_hash_table_new(NULL, NULL);
    g_autoptr(GPtrArray) findings = judge_findings();
    for (guint i = 0; i < findings->len; i++) {
        JudgeUpdate *update = ((const JudgeFinding *)g_ptr_array_index(findings, i))->update;
        if (update != NULL)
            g_hash_table_insert(counts, update,
                                GUINT_TO_POINTER(GPOINTER_TO_UINT(g_hash_table_lookup(counts, update)) + 1));
    }
    return counts;
}

static void fill_row(stat_tap_table_item_type *row, JudgeUpdate *update, guint findings)
{
    const GtupdUpdate *told = update->told;
    const GtupdDiagnosis *diagnosis = judge_update_diagnosis(update);
    const char *type = gtupd_update_type_name(told->type);
    char duration[32] = "";
    if (told->end_time != 0)
        g_snprintf(duration, sizeof duration, "%.3f", (double)(told->end_time - told->start_time) / 1e9);
    set_text(&row[COLUMN_DEVICE], update->device);
    set_number(&row[COLUMN_UPDATE], update->number);
    set_text(&row[COLUMN_TYPE], type != NULL ? type : "");
    set_number(&row[COLUMN_START], update->first != NULL ? (guint)update->first->event.anchor.frame : 0);
    set_text(&row[COLUMN_OUTCOME], gtupd_outcome_name(told->outcome));
    set_number(&row[COLUMN_ATTEMPTS], told->attempts);
    set_text(&row[COLUMN_DURATION], duration);
    set_number(&row[COLUMN_FINDINGS], findings);
    set_text(&row[COLUMN_CAUSE], diagnosis != NULL ? gtupd_cause_name(diagnosis->cause) : "");
}

static void put_row(stat_tap_table *table, guint index, JudgeUpdate *update, guint findings)
{
    if (index >= table->num_elements) {
        stat_tap_table_item_type row[COLUMNS] = {0};
        fill_row(row, update, findings);
        stat_tap_init_table_row(table, index, COLUMNS, row);
        return;
    }
    for (guint column = 0; column < COLUMNS; column++)
        clear_item(&table->elements[index][column]);
    fill_row(table->elements[index], update, findings);
}

static void updates_fill(void)
{
    stat_tap_table *table = updates_ui.tables != NULL ? stat_tap_find_table(&updates_ui, updates_title) : NULL;
    if (table == NULL)
        return;
    g_autoptr(GPtrArray) updates = updates_all();
    g_autoptr(GHashTable) findings = count_findings();
    g_autoptr(GHashTable) shown = redraw_updates(wanted);
    guint row = 0;
    for (guint i = 0; i < updates->len; i++) {
        JudgeUpdate *update = g_ptr_array_index(updates, i);
        if (g_hash_table_contains(shown, update))
            put_row(table, row++, update, GPOINTER_TO_UINT(g_hash_table_lookup(findings, update)));
    }
}

static void updates_forget(void)
{
    g_ptr_array_set_size(wanted, 0);
}

static tap_packet_status updates_packet(void *tap _U_, packet_info *pinfo _U_, epan_dissect_t *edt _U_,
                                        const void *data, tap_flags_t flags _U_)
{
    redraw_arm();
    g_ptr_array_add(wanted, (gpointer)((const AttrackTap *)data)->judged);
    return TAP_PACKET_REDRAW;
}

/* The list of findings. */

typedef struct {
    gboolean filtered;
    GHashTable *passed; /* of JudgeMessage; looked at only if filtered */
} FindingList;

static void list_reset(void *data)
{
    g_hash_table_remove_all(((FindingList *)data)->passed);
}

static tap_packet_status list_packet(void *data, packet_info *pinfo _U_, epan_dissect_t *edt _U_, const void *tap,
                                     tap_flags_t flags _U_)
{
    g_hash_table_add(((FindingList *)data)->passed, (gpointer)((const AttrackTap *)tap)->judged);
    return TAP_PACKET_REDRAW;
}

static void print_finding(const JudgeFinding *finding)
{
    const GtupdEvent *event = &finding->message->event;
    const GtupdRuleInfo *rule = gtupd_rule_info(finding->rule);
    char update[16] = "-";
    if (finding->update != NULL)
        g_snprintf(update, sizeof update, "%u", finding->update->number);
    printf("%8" G_GUINT64_FORMAT "  %-7s  %-30s  %-15s  %6s  %s\n", event->anchor.frame,
           gtupd_severity_name(rule->severity), rule->id, event->device[0] != '\0' ? event->device : "-", update,
           finding->sentence);
}

static void list_draw(void *data)
{
    const FindingList *list = data;
    judge_end(); /* the command line draws once, at the end */
    g_autoptr(GPtrArray) findings = judge_findings();
    guint64 totals[GTUPD_SEVERITIES] = {0};

    printf("\n===================================================================\nGTUPD findings\n");
    printf("%8s  %-7s  %-30s  %-15s  %6s  %s\n", "Frame", "Level", "Rule", "Device", "Update", "What was seen");
    for (guint i = 0; i < findings->len; i++) {
        const JudgeFinding *finding = g_ptr_array_index(findings, i);
        if (list->filtered && !g_hash_table_contains(list->passed, finding->message))
            continue;
        print_finding(finding);
        totals[gtupd_rule_info(finding->rule)->severity]++;
    }
    const GtupdCounts *counts = judge_counts();
    printf("%" G_GUINT64_FORMAT " errors, %" G_GUINT64_FORMAT " warnings, %" G_GUINT64_FORMAT
           " notes; messages: %" G_GUINT64_FORMAT " (GTUPD %" G_GUINT64_FORMAT ", unfinished %" G_GUINT64_FORMAT ")\n"
           "===================================================================\n",
           totals[GTUPD_SEVERITY_ERROR], totals[GTUPD_SEVERITY_WARNING], totals[GTUPD_SEVERITY_NOTE], counts->messages,
           counts->messages_gtupd, counts->messages_unfinished);
}

static void list_finish(void *data)
{
    FindingList *list = data;
    g_hash_table_unref(list->passed);
    g_free(list);
}

static ws_report_begun list_init(const char *argument, void *user_data _U_)
{
    const char *filter = NULL;
    if (strncmp(argument, "gtupd,findings,", 15) == 0)
        filter = argument + 15;

    FindingList *list = g_new0(FindingList, 1);
    list->filtered = filter != NULL;
    list->passed = g_hash_table_new(NULL, NULL);
    GString *error = register_tap_listener("attrack", list, filter, TL_REQUIRES_NOTHING, list_reset, list_packet,
                                           list_draw, list_finish);
    if (error == NULL)
        WS_REPORT_BEGUN(true);

    fprintf(stderr, "gtupd,findings: %s\n", error->str);
    g_string_free(error, TRUE);
    list_finish(list);
    WS_REPORT_BEGUN(false);
}

void tables_register(void)
{
    wanted = g_ptr_array_new();
    redraw_register(updates_fill, updates_forget);
    register_stat_tap_table_ui(&updates_ui);
}

void tables_register_listeners(void)
{
    static stat_tap_ui findings_ui = {
        .group = REGISTER_STAT_GROUP_GENERIC,
        .cli_string = "gtupd,findings",
        .tap_init_cb = list_init,
    };
    register_stat_tap_ui(&findings_ui, NULL);
}
