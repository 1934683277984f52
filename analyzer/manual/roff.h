/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Manual pages: man(7) macros, and text that shows as it was given. */
#pragma once

#include <glib.h>

/* The page's title line; `section` is 1 or 7. */
void roff_title(GString *out, const char *name, guint section, const char *title);

/* .SH and .SS */
void roff_section(GString *out, const char *title);
void roff_subsection(GString *out, const char *title);

/* A paragraph. */
void roff_paragraph(GString *out, const char *text);

/* Text on a line of its own, filled into the paragraph around it. */
void roff_text(GString *out, const char *text);

/* .TP: the term, bold, and text in roman behind it (NULL: none); what it means follows by roff_text(). */
void roff_term(GString *out, const char *bold, const char *roman);
