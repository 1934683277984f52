/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is made of the tables: two manual pages and two completions. Each is appended to `out`. */
#pragma once

#include <glib.h>

/* gtupd-analyzer(1) */
void page_program(GString *out);

/* gtupd(7): the rules, outcomes, causes, and Wireshark's fields (an array of Field). */
void page_subject(GString *out, const GArray *fields);

void page_bash(GString *out);
void page_zsh(GString *out);
