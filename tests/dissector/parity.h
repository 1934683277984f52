/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the analyzer says of a capture and what Wireshark says of it, in a form that can be compared: findings as
 * (frame, rule), events of updates as (frame, kind), diagnoses as (frame of the last event, all that they say),
 * downloads as (frame of the request, whose).
 *
 * Environment: GTUPD_ANALYZER the analyzer's path, beside what shark.h wants.
 */
#pragma once

#include <json-glib/json-glib.h>

/* A multiset as lines of "frame<TAB>text". */
typedef GPtrArray Pairs;

typedef struct {
    Pairs *findings, *events;
    Pairs *diagnoses, *downloads;
} Report;

void report_free(Report *report);

/* The analyzer's report on one capture. */
JsonParser *analyze_json(const char *capture);
Report analyze(const char *capture);

/*
 * The trees after two passes, with a preference "name:value" and the strict allocator: gtupd.finding, gtupd.event,
 * gtupd.diagnosis and gtupd.download_frame.
 */
Report ask_trees(const char *capture, const char *preference);

/* The list -z gtupd,findings after one pass. */
Pairs *ask_list(const char *capture);

/* Fails the test, and says how they differ, unless both hold the same. */
void assert_same(Pairs *expected, Pairs *seen, const char *what);
