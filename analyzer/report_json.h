/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How JSON leaves this program, whatever it holds. */
#pragma once

#include "report.h"

#include <json-glib/json-glib.h>

/* What was built, two blanks a level; its lines but the first begin with `indent` further blanks. */
void gtupd_report_append_json(JsonBuilder *builder, guint indent, GString *out);
