/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The rule catalogue for people and scripts: everything stands in rules.h, here is only how it looks. */
#pragma once

#include "report.h"

/* A line or two a rule. */
void gtupd_catalogue_text(const GtupdReportOptions *options, GString *out);

/* {"schema": "gtupd-rules/1", "rules": [{"id", "severity", "party", "section", "text", "advice"}]} */
void gtupd_catalogue_json(const GtupdReportOptions *options, GString *out);

/* The table in README. */
void gtupd_catalogue_markdown(const GtupdReportOptions *options, GString *out);

/* One rule: its condition, whose doing it is, the document's section, and what to do about it. */
void gtupd_catalogue_explain(GtupdRule rule, const GtupdReportOptions *options, GString *out);

/* The rule whose id is most like a mistyped one. */
GtupdRule gtupd_catalogue_nearest(const char *id);
