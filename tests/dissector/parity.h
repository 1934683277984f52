/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the analyzer says of a capture and what Wireshark says of it, in a form that can be compared: findings as
 * (frame, rule), events of updates as (frame, kind), diagnoses as (frame of the last event, all that they say),
 * downloads as (frame of the request, whose).
 *
 * Environment: GTUPD_ANALYZER the analyzer's path, beside what shark.h wants.
 */
#pragma once

#include "sharkd.h"

/* A multiset as lines of "frame<TAB>text". */
typedef GPtrArray Pairs;

typedef struct {
    Pairs *findings, *events;
    Pairs *diagnoses, *downloads;
} Report;

void report_free(Report *report);

/* The analyzer's report on one capture, and what is compared of it. */
JsonParser *analyze_json(const char *capture);
Report report_read(JsonParser *parser);

/* The same of the frames that a display filter lets through, in the trees of the capture that is loaded. */
Report ask_trees(Sharkd *sharkd, const char *filter);

/* What tshark has printed: findings, of -z gtupd,findings; findings and events, of the fields in `TSHARK_FIELDS`. */
Pairs *listed_findings(const char *text);
Report listed_fields(const char *text);
#define TSHARK_FIELDS "-T", "fields", "-e", "frame.number", "-e", "gtupd.finding", "-e", "gtupd.event"

/* Fails the test, and says how they differ, unless both hold the same. */
void assert_same(Pairs *expected, Pairs *seen, const char *what);
