/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "html.h"

#include "format.h"
#include "words.h"

#define ROOM (10 << 20) /* bytes; beyond, devices and updates are told in one line each */

const GtupdVerdict gtupd_html_order[GTUPD_VERDICTS] = {
    GTUPD_VERDICT_FAILED,
    GTUPD_VERDICT_UNCLEAR,
    GTUPD_VERDICT_STOPPED,
    GTUPD_VERDICT_GOOD,
};

gboolean gtupd_html_full(GtupdScope *scope, GtupdHtml *html)
{
    const gboolean full = html->out->len < ROOM;
    html->brief = html->brief || !full;
    gtupd_scope_flag(scope, "full", full);
    return full;
}

static void words_free(gpointer data)
{
    GtupdHtmlWords *words = data;
    g_free(words->words);
    g_free(words);
}

GPtrArray *gtupd_html_words_new(void)
{
    return g_ptr_array_new_with_free_func(words_free);
}

void gtupd_html_words_add(GPtrArray *list, const char *kind, char *words)
{
    GtupdHtmlWords *item = g_new0(GtupdHtmlWords, 1);
    item->kind = kind;
    item->words = words;
    g_ptr_array_add(list, item);
}

void gtupd_html_words(GtupdScope *scope, gconstpointer item, gpointer user G_GNUC_UNUSED)
{
    const GtupdHtmlWords *words = item;
    gtupd_scope_text(scope, "kind", words->kind);
    gtupd_scope_text(scope, "words", words->words);
}

const char *gtupd_html_tone(GtupdVerdict verdict)
{
    static const char *const tones[GTUPD_VERDICTS] = {
        [GTUPD_VERDICT_GOOD] = "good",
        [GTUPD_VERDICT_STOPPED] = "stopped",
        [GTUPD_VERDICT_UNCLEAR] = "unclear",
        [GTUPD_VERDICT_FAILED] = "failed",
    };
    return tones[verdict];
}

void gtupd_html_percent(GtupdScope *scope, const char *name, double part)
{
    char number[G_ASCII_DTOSTR_BUF_SIZE];
    gtupd_scope_text(scope, name, g_ascii_formatd(number, sizeof number, "%.2f", part * 100));
}

void gtupd_html_time(GtupdScope *scope, gint64 time)
{
    gtupd_scope_take(scope, "date", gtupd_format_date(time));
    gtupd_scope_take(scope, "clock", gtupd_format_clock(time));
}

void gtupd_html_frame(GtupdScope *scope, const GtupdHtml *html, const GtupdAnchor *anchor)
{
    gtupd_scope_take(scope, "frame", gtupd_words_frame(html->model, anchor));
}
