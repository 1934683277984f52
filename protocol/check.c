/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "check.h"

#include "text.h"

#include <string.h>

#define SHOWN_MAX 60 /* characters of a value that a sentence shows */

typedef struct {
    const GtupdMessage *message;
    GtupdCheckFunc found;
    gpointer data;
} Check;

static void report(const Check *check, GtupdRule rule, const GtupdFieldInfo *field, GtupdSpan span, const char *format,
                   ...) G_GNUC_PRINTF(5, 6);

static void report(const Check *check, GtupdRule rule, const GtupdFieldInfo *field, GtupdSpan span, const char *format,
                   ...)
{
    va_list args;
    va_start(args, format);
    g_autofree char *sentence = g_strdup_vprintf(format, args);
    va_end(args);
    const char *section = gtupd_rule_info(rule)->section != NULL ? gtupd_check_section(check->message) : NULL;
    check->found(rule, field, span, section != NULL ? section : gtupd_rule_info(rule)->section, sentence, check->data);
}

/* The value in quotes, cut to a readable length; its size alone where it is a secret. Free with g_free(). */
static char *quoted(const Check *check, GtupdField field, GtupdSpan value)
{
    const char *text = gtupd_message_text(check->message, value);
    if (gtupd_field_info(field)->secret)
        return g_strdup_printf("**** (%u characters)", value.length);
    g_autofree char *shown = field == GTUPD_FIELD_DOWNLOAD_URL ? gtupd_url_dup_shown(text, value.length, FALSE)
                                                               : gtupd_text_dup_printable(text, value.length);
    if (strlen(shown) > SHOWN_MAX)
        return g_strdup_printf("\"%.*s...\" (%u characters)", SHOWN_MAX, shown, value.length);
    return g_strdup_printf("\"%s\"", shown);
}

static void check_framing(const Check *check)
{
    const GtupdMessage *message = check->message;
    const GtupdSpan whole = {0, 0};
    if (message->end == GTUPD_END_HEADER)
        report(check, GTUPD_RULE_TAIL_MISSING, NULL, whole, "The message runs into %s without $%s.",
               message->at_datagram_end ? "the end of its datagram" : "the next message's header",
               message->complete ? "; its fields are complete, so it is used"
                                 : " and is not complete, so it is not used");
    else if (message->end == GTUPD_END_OVERSIZED)
        report(check, GTUPD_RULE_MESSAGE_OVERSIZED, NULL, whole,
               "No $ within %d bytes; the rest up to the next header is skipped.", GTUPD_MESSAGE_MAX);
    if (message->non_ascii)
        report(check, GTUPD_RULE_NON_ASCII, NULL, whole, "The message holds a byte outside printable ASCII.");
}

static void check_whitespace(const Check *check, const GtupdLayoutRow *row, const GtupdFieldValue *value)
{
    if (value->raw.length == value->value.length)
        return;
    const GtupdFieldInfo *info = gtupd_field_info(row->field);
    report(check, GTUPD_RULE_FIELD_WHITESPACE, info, value->raw, "%s has blanks around its value.", info->title);
}

static void check_code(const Check *check, const GtupdFieldValue *value)
{
    const GtupdFieldInfo *info = gtupd_field_info(GTUPD_FIELD_CODE);
    const char *text = gtupd_message_text(check->message, value->value);
    if (gtupd_code_is_numeric(text, value->value.length))
        report(check, GTUPD_RULE_CODE_UNDEFINED, info, value->value, "Code %.*s means nothing in the document.",
               (int)value->value.length, text);
    else if (!value->present)
        report(check, GTUPD_RULE_FIELD_INVALID, info, value->raw, "Code is empty; expected %s.", info->rule);
    else {
        g_autofree char *shown = quoted(check, GTUPD_FIELD_CODE, value->value);
        report(check, GTUPD_RULE_FIELD_INVALID, info, value->value, "Code is %s; expected %s.", shown, info->rule);
    }
}

static void check_value(const Check *check, const GtupdLayoutRow *row, const GtupdFieldValue *value)
{
    const GtupdFieldInfo *info = gtupd_field_info(row->field);
    if (value->usable || row->field == GTUPD_FIELD_RESERVED)
        return;
    if (row->field == GTUPD_FIELD_DOWNLOAD_TIMES && check->message->kind == GTUPD_KIND_VERSION_REJECTED)
        return;
    if (row->field == GTUPD_FIELD_CODE) {
        check_code(check, value);
    } else if (!value->present) {
        report(check, GTUPD_RULE_FIELD_INVALID, info, value->raw, "%s is empty and has no default; expected %s.",
               info->title, info->rule);
    } else {
        g_autofree char *shown = quoted(check, row->field, value->value);
        report(check, GTUPD_RULE_FIELD_INVALID, info, value->value, "%s is %s; expected %s.", info->title, shown,
               info->rule);
    }
}

/* One finding a message, at the first that holds something; not where an unusable code leaves the layout open. */
static void check_reserved(const Check *check, const GtupdLayout *layout)
{
    const GtupdFieldValue *code = gtupd_message_field(check->message, GTUPD_FIELD_CODE);
    if (code != NULL && !code->usable)
        return;
    for (guint i = 0; i < layout->count; i++) {
        const GtupdFieldValue *value = &check->message->fields[i];
        if (layout->rows[i].field != GTUPD_FIELD_RESERVED || value->usable)
            continue;
        g_autofree char *shown = quoted(check, GTUPD_FIELD_RESERVED, value->value);
        report(check, GTUPD_RULE_RESERVED_NOT_EMPTY, gtupd_field_info(GTUPD_FIELD_RESERVED), value->value,
               "Reserved, field %u, holds %s; expected it to be empty.", i + 1, shown);
        return;
    }
}

static gboolean scheme_fits(const char *url, gsize length, int protocol)
{
    static const struct {
        int protocol;
        const char *scheme;
    } schemes[] = {{0, "http://"}, {0, "https://"}, {2, "ftp://"}};
    for (guint i = 0; i < G_N_ELEMENTS(schemes); i++) {
        const gsize size = strlen(schemes[i].scheme);
        if (schemes[i].protocol == protocol && length >= size && g_ascii_strncasecmp(url, schemes[i].scheme, size) == 0)
            return TRUE;
    }
    return FALSE;
}

static void check_url(const Check *check)
{
    const GtupdMessage *message = check->message;
    const GtupdFieldValue *url = gtupd_message_field(message, GTUPD_FIELD_DOWNLOAD_URL);
    if (url == NULL)
        return;
    const GtupdFieldInfo *info = gtupd_field_info(GTUPD_FIELD_DOWNLOAD_URL);
    const char *text = gtupd_message_text(message, url->value);
    if (url->usable && message->download_protocol >= 0 &&
        !scheme_fits(text, url->value.length, message->download_protocol))
        report(check, GTUPD_RULE_URL_SCHEME_MISMATCH, info, url->value,
               "Download Protocol is %d (%s), but the URL begins with %.*s.", message->download_protocol,
               message->download_protocol == 0 ? "HTTP" : "FTP", (int)(strchr(text, ':') - text), text);
    if (url->value.length > 0 && memchr(text, ',', url->value.length) != NULL)
        report(check, GTUPD_RULE_URL_AMBIGUOUS, info, url->value,
               "The Download URL holds a comma, which is also the field separator.");
}

static void check_fields(const Check *check)
{
    const GtupdMessage *message = check->message;
    const GtupdLayout *layout = gtupd_layout(message->layout);
    if (message->layout == GTUPD_LAYOUT_START_SIBLING)
        report(check, GTUPD_RULE_SIBLING_LAYOUT, NULL, (GtupdSpan){0, 0},
               "The start command has 13 fields, one Reserved less than the CV200's 14.");
    for (guint i = 0; i < layout->count; i++) {
        check_whitespace(check, &layout->rows[i], &message->fields[i]);
        check_value(check, &layout->rows[i], &message->fields[i]);
    }
    check_reserved(check, layout);
    check_url(check);
}

void gtupd_check_message(const GtupdMessage *message, GtupdCheckFunc found, gpointer data)
{
    const Check check = {message, found, data};
    check_framing(&check);
    if (!message->is_gtupd || !message->complete)
        return;
    if (message->layout == GTUPD_LAYOUT_NONE)
        report(&check, GTUPD_RULE_FIELD_COUNT, NULL, (GtupdSpan){0, 0},
               "The message has %u fields, which fits no layout of the document.", message->field_count);
    else
        check_fields(&check);
}

static const char *report_section(const GtupdMessage *message)
{
    if (message->kind >= GTUPD_REPORTS)
        return "2.2";
    if (message->kind >= GTUPD_KIND_UPDATE_STARTED)
        return "2.2.3";
    return message->kind >= GTUPD_KIND_DOWNLOAD_STARTED ? "2.2.2" : "2.2.1";
}

const char *gtupd_check_section(const GtupdMessage *message)
{
    if (!message->is_gtupd)
        return NULL;
    switch (message->type) {
    case GTUPD_TYPE_COMMAND:
        return message->layout == GTUPD_LAYOUT_STOP ? "2.1.2" : "2.1.1";
    case GTUPD_TYPE_ACK:
        return "2.1.3";
    case GTUPD_TYPE_REPORT:
    case GTUPD_TYPE_BUFFERED:
        return report_section(message);
    case GTUPD_TYPE_SACK:
    case GTUPD_TYPES:
        break;
    }
    return NULL;
}
