/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "counters.h"

#include "packet-attrack.h"
#include "redraw.h"
#include "wscompat.h"

#include <epan/stats_tree.h>

static const char name_messages[] = "Messages";
static const char name_events[] = "Events of updates";
static const char name_outcomes[] = "Updates by outcome";
static const char name_findings[] = "Findings";

static int node_messages = -1;
static int node_events = -1;
static int node_outcomes = -1;
static int node_findings = -1;

/* A tree on the screen. Messages are counted as they come, the rest when it is drawn. */
typedef struct {
    stats_tree *tree;
    GPtrArray *wanted; /* of JudgeMessage */
    /* What was put in: a node once made stays, and is set to 0 when its count is gone. */
    gboolean event_shown[GTUPD_KINDS], outcome_shown[GTUPD_OUTCOMES];
    gboolean rule_shown[GTUPD_RULE_COUNT], severity_shown[GTUPD_SEVERITIES];
} CounterTree;

static GPtrArray *trees; /* of CounterTree */

static void counter_tree_free(gpointer data)
{
    CounterTree *view = data;
    g_ptr_array_unref(view->wanted);
    g_free(view);
}

static CounterTree *find_tree(const stats_tree *tree)
{
    for (guint i = 0; i < trees->len; i++) {
        CounterTree *view = g_ptr_array_index(trees, i);
        if (view->tree == tree)
            return view;
    }
    return NULL;
}

static void tree_cleanup(stats_tree *tree)
{
    CounterTree *view = find_tree(tree);
    if (view != NULL)
        g_ptr_array_remove(trees, view);
}

/* Also called to begin anew. */
static void tree_init(stats_tree *tree)
{
    redraw_disarm();
    tree_cleanup(tree);
    CounterTree *view = g_new0(CounterTree, 1);
    view->tree = tree;
    view->wanted = g_ptr_array_new();
    g_ptr_array_add(trees, view);

    node_messages = stats_tree_create_node(tree, name_messages, 0, STAT_DT_INT, TRUE);
    node_events = stats_tree_create_node(tree, name_events, 0, STAT_DT_INT, TRUE);
    node_outcomes = stats_tree_create_node(tree, name_outcomes, 0, STAT_DT_INT, TRUE);
    node_findings = stats_tree_create_node(tree, name_findings, 0, STAT_DT_INT, TRUE);
}

static tap_packet_status tree_packet(stats_tree *tree, packet_info *pinfo _U_, epan_dissect_t *edt _U_,
                                     const void *data, tap_flags_t flags _U_)
{
    const AttrackTap *tap = data;
    tick_stat_node(tree, name_messages, 0, TRUE);
    const int word = tick_stat_node(tree, tap->word[0] != '\0' ? tap->word : "(no word)", node_messages, TRUE);
    tick_stat_node(tree, gtupd_type_name(tap->judged->type), word, FALSE);

    CounterTree *view = find_tree(tree);
    if (view == NULL)
        return TAP_PACKET_REDRAW;
    redraw_arm();
    g_ptr_array_add(view->wanted, (gpointer)tap->judged);
    return TAP_PACKET_REDRAW;
}

/* Sets a node that has, or had, something to count; returns its number. */
static int set_node(stats_tree *tree, const char *name, int parent, gboolean with_children, gboolean *shown,
                    guint count)
{
    if (count == 0 && !*shown)
        return -1;
    *shown = TRUE;
    return set_stat_node(tree, name, parent, with_children, (int)count);
}

static void fill_events(CounterTree *view)
{
    guint counts[GTUPD_KINDS] = {0};
    guint total = 0;
    for (guint i = 0; i < view->wanted->len; i++) {
        const JudgeMessage *message = g_ptr_array_index(view->wanted, i);
        if (!judge_event_listed(message, TRUE))
            continue;
        counts[message->event.kind]++;
        total++;
    }
    set_stat_node(view->tree, name_events, 0, TRUE, (int)total);
    for (guint i = 0; i < GTUPD_KINDS; i++)
        set_node(view->tree, gtupd_kind_name((GtupdKind)i), node_events, FALSE, &view->event_shown[i], counts[i]);
}

static void fill_outcomes(CounterTree *view)
{
    guint counts[GTUPD_OUTCOMES] = {0};
    guint total = 0;
    g_autoptr(GHashTable) updates = redraw_updates(view->wanted);
    GHashTableIter iterator;
    gpointer update;
    g_hash_table_iter_init(&iterator, updates);
    while (g_hash_table_iter_next(&iterator, &update, NULL)) {
        if (((const JudgeUpdate *)update)->told == NULL)
            continue;
        counts[((const JudgeUpdate *)update)->told->outcome]++;
        total++;
    }
    set_stat_node(view->tree, name_outcomes, 0, TRUE, (int)total);
    for (guint i = 0; i < GTUPD_OUTCOMES; i++)
        set_node(view->tree, gtupd_outcome_name((GtupdOutcome)i), node_outcomes, FALSE, &view->outcome_shown[i],
                 counts[i]);
}

static void count_rule(const JudgeFinding *finding, void *counts)
{
    ((guint *)counts)[finding->rule]++;
}

static void fill_findings(CounterTree *view)
{
    guint counts[GTUPD_RULE_COUNT] = {0};
    guint severities[GTUPD_SEVERITIES] = {0};
    guint total = 0;
    for (guint i = 0; i < view->wanted->len; i++)
        judge_each_finding(g_ptr_array_index(view->wanted, i), count_rule, counts);
    for (guint i = 0; i < GTUPD_RULE_COUNT; i++) {
        severities[gtupd_rule_info((GtupdRule)i)->severity] += counts[i];
        total += counts[i];
    }
    set_stat_node(view->tree, name_findings, 0, TRUE, (int)total);
    for (guint severity = 0; severity < GTUPD_SEVERITIES; severity++) {
        const int parent = set_node(view->tree, gtupd_severity_name((GtupdSeverity)severity), node_findings, TRUE,
                                    &view->severity_shown[severity], severities[severity]);
        for (guint i = 0; i < GTUPD_RULE_COUNT && parent >= 0; i++)
            if (gtupd_rule_info((GtupdRule)i)->severity == severity)
                set_node(view->tree, gtupd_rule_info((GtupdRule)i)->id, parent, FALSE, &view->rule_shown[i], counts[i]);
    }
}

static void fill_trees(void)
{
    for (guint i = 0; i < trees->len; i++) {
        CounterTree *view = g_ptr_array_index(trees, i);
        fill_events(view);
        fill_outcomes(view);
        fill_findings(view);
    }
}

static void forget_messages(void)
{
    for (guint i = 0; i < trees->len; i++)
        g_ptr_array_set_size(((CounterTree *)g_ptr_array_index(trees, i))->wanted, 0);
}

void counters_register(void)
{
    trees = g_ptr_array_new_with_free_func(counter_tree_free);
    redraw_register(fill_trees, forget_messages);
    stats_tree_register_plugin("attrack", "attrack", "Queclink @Track", 0, tree_packet, tree_init, tree_cleanup);
}
