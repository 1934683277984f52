/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Every report in every state. The table below is typed anew, cell by cell, from the rules; it shares nothing with
 * the one under test.
 */
#include "exchange.h"

typedef enum {
    NEXT, /* the state stands in the cell */
    SKIP, /* the same, but reports are missing */
    ENDS, /* with the outcome in the cell */
    SKIP_ENDS,
    LATE_ENDS,
    ORDER,
    NEW, /* this update closes, another begins */
} Verdict;

typedef struct {
    Verdict verdict;
    const char *then; /* state after it, or outcome */
} Cell;

typedef struct {
    const char *code;
    Cell cells[6]; /* by state, as below */
} ReportRow;

/* How device 1 comes into the state; `lines` of it. Three retries, so that no failed attempt is the last. */
typedef struct {
    const char *name;
    const char *script;
    guint lines;
    guint attempts;
    /* Download Times, right wherever they are judged: of a result now, and of a 2X0 now. */
    const char *result_times, *start_times;
} StateRow;

static const StateRow states[] = {
    {"REQUESTED", SCRIPT_REQUESTED("retry=3"), 2, 0, "0", "0"},
    {"CONFIRMED", SCRIPT_CONFIRMED("retry=3"), 3, 0, "0", "0"},
    {"DOWNLOADING", SCRIPT_DOWNLOADING("retry=3"), 4, 1, "0", "1"},
    {"ATTEMPT_FAILED", SCRIPT_ATTEMPT_FAILED("retry=3"), 5, 1, "1", "1"},
    {"DOWNLOADED", SCRIPT_DOWNLOADED("retry=3"), 5, 1, "0", "1"},
    {"UPDATING", SCRIPT_UPDATING("retry=3"), 6, 1, "0", "1"},
};

/* clang-format off */
#define O {ORDER, NULL}
static const ReportRow reports[] = {
    /*        REQUESTED                      CONFIRMED                      DOWNLOADING                    ATTEMPT_FAILED                 DOWNLOADED                     UPDATING */
    {"100", {{NEXT, "CONFIRMED"},           O,                             O,                             {NEW, "CONFIRMED"},            O,                             O}},
    {"101", {{ENDS, "refused"},             O,                             O,                             O,                             O,                             O}},
    {"103", {{ENDS, "battery-low"},         O,                             O,                             O,                             O,                             O}},
    {"102", {{ENDS, "cancelled"},           {ENDS, "cancelled"},           {ENDS, "cancelled"},           {ENDS, "cancelled"},           {LATE_ENDS, "cancelled"},      {LATE_ENDS, "cancelled"}}},
    {"200", {{SKIP, "DOWNLOADING"},         {NEXT, "DOWNLOADING"},         {SKIP, "DOWNLOADING"},         {NEXT, "DOWNLOADING"},         O,                             O}},
    {"201", {{SKIP, "DOWNLOADED"},          {SKIP, "DOWNLOADED"},          {NEXT, "DOWNLOADED"},          {SKIP, "DOWNLOADED"},          O,                             O}},
    {"202", {{SKIP, "ATTEMPT_FAILED"},      {SKIP, "ATTEMPT_FAILED"},      {NEXT, "ATTEMPT_FAILED"},      {SKIP, "ATTEMPT_FAILED"},      O,                             O}},
    {"203", {{SKIP_ENDS, "version-rejected"}, {ENDS, "version-rejected"},  {ENDS, "version-rejected"},    {ENDS, "version-rejected"},    {ENDS, "version-rejected"},    O}},
    {"300", {{SKIP, "UPDATING"},            {SKIP, "UPDATING"},            {SKIP, "UPDATING"},            {SKIP, "UPDATING"},            {NEXT, "UPDATING"},            O}},
    {"301", {{SKIP_ENDS, "succeeded"},      {SKIP_ENDS, "succeeded"},      {SKIP_ENDS, "succeeded"},      {SKIP_ENDS, "succeeded"},      {SKIP_ENDS, "succeeded"},      {ENDS, "succeeded"}}},
    {"302", {{SKIP_ENDS, "update-failed"},  {SKIP_ENDS, "update-failed"},  {SKIP_ENDS, "update-failed"},  {SKIP_ENDS, "update-failed"},  {SKIP_ENDS, "update-failed"},  {ENDS, "update-failed"}}},
    {"303", {{SKIP_ENDS, "update-battery-low"}, {SKIP_ENDS, "update-battery-low"}, {SKIP_ENDS, "update-battery-low"}, {SKIP_ENDS, "update-battery-low"}, {ENDS, "update-battery-low"}, O}},
};
#undef O
/* clang-format on */

typedef struct {
    const StateRow *state;
    const ReportRow *report;
    const Cell *cell;
} Case;

static gboolean ends(const Cell *cell)
{
    return cell->verdict == ENDS || cell->verdict == SKIP_ENDS || cell->verdict == LATE_ENDS;
}

/* In ATTEMPT_FAILED a message that does not go on with the update shows that the device has given up early. */
static gboolean gives_up(const Case *test)
{
    return g_str_equal(test->state->name, "ATTEMPT_FAILED") &&
           (test->cell->verdict == ORDER || test->cell->verdict == NEW);
}

static char *dup_findings(const Case *test)
{
    g_autoptr(GString) all = g_string_new(NULL);
    const guint line = test->state->lines + 1;
    const Verdict verdict = test->cell->verdict;
    if (gives_up(test)) {
        g_string_append_printf(all, "retries-not-exhausted@%u ", line - 1);
    }
    if (verdict == LATE_ENDS) {
        g_string_append_printf(all, "cancel-too-late@%u ", line);
    }
    if (g_str_equal(test->report->code, "102")) {
        g_string_append_printf(all, "cancel-unrequested@%u ", line);
    }
    if (verdict == NEW) {
        g_string_append_printf(all, "command-unseen@%u ", line);
    }
    if (verdict == SKIP || verdict == SKIP_ENDS) {
        g_string_append_printf(all, "phase-skipped@%u ", line);
    }
    /* All on one connection: no reboot is to be seen before the result. */
    if (g_str_equal(test->state->name, "UPDATING") && verdict == ENDS) {
        g_string_append_printf(all, "reboot-missing@%u ", line);
    }
    if (verdict == ORDER) {
        g_string_append_printf(all, "report-out-of-order@%u ", line);
    }
    return g_strdup(g_strchomp(all->str));
}

static char *dup_updates(const Case *test)
{
    const gboolean opens = g_str_equal(test->report->code, "200") && test->cell->verdict != ORDER;
    const guint attempts = test->state->attempts + (opens ? 1 : 0);
    if (ends(test->cell)) {
        return g_strdup_printf("1#1 %s %u", test->cell->then, attempts);
    }
    return g_strdup_printf("1#1 %s %u%s", gives_up(test) ? "download-failed" : "incomplete", attempts,
                           test->cell->verdict == NEW ? ", 1#2 incomplete 0" : "");
}

static const char *state_after(const Case *test)
{
    if (ends(test->cell)) {
        return "ENDED";
    }
    return test->cell->verdict == ORDER ? test->state->name : test->cell->then;
}

static void test_cell(gconstpointer data)
{
    const Case *test = data;
    const char *code = test->report->code;
    const char *times = g_str_equal(code, "200") ? test->state->start_times : test->state->result_times;
    g_autofree char *script = g_strdup_printf("%s+1 A rep %s times=%s\n", test->state->script, code, times);
    g_autofree char *findings = dup_findings(test);
    g_autofree char *updates = dup_updates(test);
    g_autoptr(ExchangeResult) result = exchange_run(script);
    exchange_assert(script, "findings", result->findings, findings);
    exchange_assert(script, "updates", result->updates, updates);
    exchange_assert(script, "state", gtupd_state_name(result->last.state), state_after(test));
    g_assert_cmpuint(result->last.update, ==, test->cell->verdict == NEW ? 2 : 1);
}

/* Before anything else: the scripts lead where they say, without a finding. */
static void test_states(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(states); i++) {
        g_autoptr(ExchangeResult) result = exchange_run(states[i].script);
        exchange_assert(states[i].script, "state", gtupd_state_name(result->last.state), states[i].name);
        exchange_assert(states[i].script, "findings", result->findings, "");
        g_assert_cmpuint(result->last.anchor.frame, ==, states[i].lines);
    }
}

/* The same course in each of the three Update Types: no finding. */
static void test_types(void)
{
    static const char *const types[] = {"0", "1", "11"};
    for (gsize i = 0; i < G_N_ELEMENTS(types); i++) {
        const char *x = types[i];
        g_autofree char *script =
            g_strdup_printf("0 A start 0001 type=%s\n+1 A ack 0001\n+1 A rep 1%s0\n+1 A rep 2%s0\n+1 A rep 2%s1\n"
                            "+1 A rep 3%s0\n+60 B rep 3%s1\n",
                            x, x, x, x, x, x);
        g_autoptr(ExchangeResult) result = exchange_run(script);
        exchange_assert(script, "findings", result->findings, "");
        exchange_assert(script, "updates", result->updates, "1#1 succeeded 1");
    }
}

int main(int argc, char **argv)
{
    static Case cases[G_N_ELEMENTS(states) * G_N_ELEMENTS(reports)];
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/update/machine/states", test_states);
    g_test_add_func("/update/machine/types", test_types);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        const gsize state = i % G_N_ELEMENTS(states);
        const ReportRow *report = &reports[i / G_N_ELEMENTS(states)];
        cases[i] = (Case){.state = &states[state], .report = report, .cell = &report->cells[state]};
        g_autofree char *path = g_strdup_printf("/update/machine/%s/%s", states[state].name, report->code);
        g_test_add_data_func(path, &cases[i], test_cell);
    }
    return g_test_run();
}
