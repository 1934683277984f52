/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A page of text for people: wrapped, indented, coloured on a terminal, with plain stand-ins where the terminal has no
 * UTF-8. Knows nothing of what is written on it. Text given to it must be printable already.
 */
#pragma once

#include "report.h"
#include "verdict.h"

#include <glib.h>

typedef enum {
    GTUPD_INK_PLAIN,
    GTUPD_INK_BOLD,
    GTUPD_INK_DIM,
    GTUPD_INK_RED,
    GTUPD_INK_YELLOW,
    GTUPD_INK_GREEN,
    GTUPD_INK_CYAN,
    GTUPD_INKS,
} GtupdInk;

typedef enum {
    GTUPD_GLYPH_TO_DEVICE,
    GTUPD_GLYPH_FROM_DEVICE,
    GTUPD_GLYPH_SECTION,
    GTUPD_GLYPHS,
} GtupdGlyph;

typedef struct {
    GString *out;
    guint column; /* of the current line */
    const GtupdReportOptions *options;
} GtupdPage;

const char *gtupd_page_glyph(const GtupdPage *page, GtupdGlyph glyph);

/* The ink for a severity: red, yellow, cyan. */
GtupdInk gtupd_page_severity_ink(GtupdSeverity severity);

/* The ink for a verdict: green, yellow, red. */
GtupdInk gtupd_page_verdict_ink(GtupdVerdict verdict);

/* Text without line breaks, on the current line, whatever its length. */
void gtupd_page_put(GtupdPage *page, GtupdInk ink, const char *text);
G_GNUC_PRINTF(3, 4)
void gtupd_page_printf(GtupdPage *page, GtupdInk ink, const char *format, ...);

/* Blanks up to a column; none if the line is there already. */
void gtupd_page_indent(GtupdPage *page, guint column);

/* Text from here on, broken between words; further lines begin at `indent`. A word longer than a line is cut. */
void gtupd_page_wrap(GtupdPage *page, GtupdInk ink, guint indent, const char *text);

void gtupd_page_newline(GtupdPage *page);

/* Ends the line, if one has been begun, and leaves one blank, but never two. */
void gtupd_page_gap(GtupdPage *page);
