/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "finding.h"

#include "bounds.h"

typedef struct {
    GtupdRule rule;
    const GtupdFieldInfo *field;
    GtupdSpan span;
    const char *section;
    char *sentence;
} Note;

struct _GtupdNotes {
    GArray *notes;
};

static void note_clear(gpointer note)
{
    g_free(((Note *)note)->sentence);
}

GtupdNotes *gtupd_notes_new(void)
{
    GtupdNotes *notes = g_new0(GtupdNotes, 1);
    notes->notes = g_array_new(FALSE, FALSE, sizeof(Note));
    g_array_set_clear_func(notes->notes, note_clear);
    return notes;
}

void gtupd_notes_free(GtupdNotes *notes)
{
    if (notes == NULL)
        return;
    g_array_unref(notes->notes);
    g_free(notes);
}

/* Counts the finding; FALSE if the device has had its share. */
static gboolean within_limit(const GtupdOut *out, GtupdSeverity severity)
{
    if (out->counted == NULL)
        return TRUE;
    guint64 sum = 0;
    for (guint i = 0; i < GTUPD_SEVERITIES; i++)
        sum += out->counted[i];
    out->counted[severity]++;
    if (sum < GTUPD_MAX_FINDINGS)
        return TRUE;
    out->limits[GTUPD_LIMIT_FINDINGS]++;
    return FALSE;
}

static void hand_out(const GtupdOut *out, const GtupdEvent *event, const Note *note)
{
    const GtupdRuleInfo *info = gtupd_rule_info(note->rule);
    if (!within_limit(out, info->severity) || out->sink->finding == NULL)
        return;
    const GtupdFinding finding = {
        .rule = note->rule,
        .event = event,
        .update = event->update,
        .field = note->field,
        .span = note->span,
        .section = note->section,
        .message = note->sentence,
    };
    out->sink->finding(&finding, out->sink->data);
}

void gtupd_note(GtupdNotes *notes, GtupdRule rule, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    const Note note = {
        .rule = rule, .section = gtupd_rule_info(rule)->section, .sentence = g_strdup_vprintf(format, args)};
    va_end(args);
    g_array_append_val(notes->notes, note);
}

void gtupd_note_field(GtupdNotes *notes, GtupdRule rule, const GtupdFieldInfo *field, GtupdSpan span,
                      const char *section, const char *sentence)
{
    const Note note = {rule, field, span, section, g_strdup(sentence)};
    g_array_append_val(notes->notes, note);
}

void gtupd_notes_flush(GtupdNotes *notes, const GtupdOut *out, const GtupdEvent *event)
{
    for (guint i = 0; i < notes->notes->len; i++)
        hand_out(out, event, &g_array_index(notes->notes, Note, i));
    g_array_set_size(notes->notes, 0);
}

void gtupd_note_at(const GtupdOut *out, const GtupdEvent *event, GtupdRule rule, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    g_autofree char *sentence = g_strdup_vprintf(format, args);
    va_end(args);
    const Note note = {.rule = rule, .section = gtupd_rule_info(rule)->section, .sentence = sentence};
    hand_out(out, event, &note);
}
