/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How JSON leaves this program, whatever it holds. */
#pragma once

#include "report.h"

#include <json-glib/json-glib.h>

/* What was built, indented by two blanks, with a line feed behind it. */
void gtupd_report_append_json(JsonBuilder *builder, GString *out);
