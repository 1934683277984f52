/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The top of the report for people: the answer, the causes where there are several, how much was found, what is
 * missing; then what was read. All of it on one screen, however much was found.
 */
#pragma once

#include "page.h"

/* Puts it on the page, from the beginning of a line to the beginning of another. */
void gtupd_summary_put(GtupdPage *page, const GtupdModel *model, const GtupdReportOptions *options);
