/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "page.h"

#include <string.h>

const char *gtupd_page_glyph(const GtupdPage *page, GtupdGlyph glyph)
{
    static const char *const glyphs[GTUPD_GLYPHS][2] = {
        /*                            plain   UTF-8 */
        [GTUPD_GLYPH_TO_DEVICE] = {"->", "→ "},
        [GTUPD_GLYPH_FROM_DEVICE] = {"<-", "← "},
        [GTUPD_GLYPH_SECTION] = {"section ", "§"},
    };
    return glyphs[glyph][page->options->utf8];
}

static const char *ink_code(GtupdInk ink)
{
    static const char *const codes[GTUPD_INKS] = {
        [GTUPD_INK_PLAIN] = "",         [GTUPD_INK_BOLD] = "\033[1m",    [GTUPD_INK_DIM] = "\033[2m",
        [GTUPD_INK_RED] = "\033[1;31m", [GTUPD_INK_YELLOW] = "\033[33m", [GTUPD_INK_GREEN] = "\033[32m",
        [GTUPD_INK_CYAN] = "\033[36m",
    };
    return codes[ink];
}

GtupdInk gtupd_page_verdict_ink(GtupdVerdict verdict)
{
    static const GtupdInk inks[GTUPD_VERDICTS] = {
        [GTUPD_VERDICT_GOOD] = GTUPD_INK_GREEN,
        [GTUPD_VERDICT_STOPPED] = GTUPD_INK_YELLOW,
        [GTUPD_VERDICT_UNCLEAR] = GTUPD_INK_YELLOW,
        [GTUPD_VERDICT_FAILED] = GTUPD_INK_RED,
    };
    return inks[verdict];
}

GtupdInk gtupd_page_severity_ink(GtupdSeverity severity)
{
    static const GtupdInk inks[GTUPD_SEVERITIES] = {
        [GTUPD_SEVERITY_NOTE] = GTUPD_INK_CYAN,
        [GTUPD_SEVERITY_WARNING] = GTUPD_INK_YELLOW,
        [GTUPD_SEVERITY_ERROR] = GTUPD_INK_RED,
    };
    return inks[severity];
}

static void put(GtupdPage *page, const char *text, gsize length)
{
    g_string_append_len(page->out, text, (gssize)length);
    page->column += (guint)g_utf8_strlen(text, (gssize)length);
}

static void take_ink(GtupdPage *page, GtupdInk ink)
{
    if (page->options->colour && ink != GTUPD_INK_PLAIN)
        g_string_append(page->out, ink_code(ink));
}

static void drop_ink(GtupdPage *page, GtupdInk ink)
{
    if (page->options->colour && ink != GTUPD_INK_PLAIN)
        g_string_append(page->out, "\033[0m");
}

void gtupd_page_put(GtupdPage *page, GtupdInk ink, const char *text)
{
    take_ink(page, ink);
    put(page, text, strlen(text));
    drop_ink(page, ink);
}

void gtupd_page_printf(GtupdPage *page, GtupdInk ink, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    gtupd_page_put(page, ink, text);
}

void gtupd_page_indent(GtupdPage *page, guint column)
{
    while (page->column < column)
        put(page, " ", 1);
}

void gtupd_page_newline(GtupdPage *page)
{
    while (page->out->len > 0 && page->out->str[page->out->len - 1] == ' ')
        g_string_truncate(page->out, page->out->len - 1);
    g_string_append_c(page->out, '\n');
    page->column = 0;
}

void gtupd_page_gap(GtupdPage *page)
{
    if (page->column > 0)
        gtupd_page_newline(page);
    gsize length = page->out->len;
    if (length > 1 && memcmp(page->out->str + length - 2, "\n\n", 2) != 0)
        gtupd_page_newline(page);
}

/* Writes a word that is longer than a whole line, cut at the right edge. */
static void put_long_word(GtupdPage *page, guint indent, const char *word, gsize length)
{
    const char *end = word + length;
    while (word < end) {
        if (page->column >= page->options->width) {
            gtupd_page_newline(page);
            gtupd_page_indent(page, indent);
        }
        const char *next = g_utf8_next_char(word);
        put(page, word, (gsize)(next - word));
        word = next;
    }
}

void gtupd_page_wrap(GtupdPage *page, GtupdInk ink, guint indent, const char *text)
{
    guint width = page->options->width;
    gboolean first = TRUE;
    take_ink(page, ink);
    while (*text) {
        gsize length = strcspn(text, " ");
        guint columns = (guint)g_utf8_strlen(text, (gssize)length);
        if (page->column + columns + !first > width && page->column > indent) {
            gtupd_page_newline(page);
            gtupd_page_indent(page, indent);
        } else if (!first) {
            put(page, " ", 1);
        }
        if (page->column + columns > width)
            put_long_word(page, indent, text, length);
        else
            put(page, text, length);
        first = FALSE;
        text += length;
        text += strspn(text, " ");
    }
    drop_ink(page, ink);
}
