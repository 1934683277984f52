/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "story.h"

static void append_span(wmem_strbuf_t *line, const char *before, const GtupdMessage *message, GtupdSpan span)
{
    if (span.length == 0)
        return;
    char *text = gtupd_message_dup_printable(message, span);
    wmem_strbuf_append(line, before);
    wmem_strbuf_append(line, text);
    g_free(text);
}

static void append_field(wmem_strbuf_t *line, const char *before, const GtupdMessage *message, GtupdField field)
{
    const GtupdFieldValue *value = gtupd_message_field(message, field);
    if (value != NULL)
        append_span(line, before, message, value->value);
}

/* The URL without its user name and password: columns are copied into mails and tickets. */
static void append_url(wmem_strbuf_t *line, const GtupdMessage *message)
{
    const GtupdFieldValue *value = gtupd_message_field(message, GTUPD_FIELD_DOWNLOAD_URL);
    if (value == NULL || !value->present)
        return;
    char *url = gtupd_url_dup_shown(gtupd_message_text(message, value->value), value->value.length, FALSE);
    wmem_strbuf_append_printf(line, ", %s", url);
    g_free(url);
}

static void append_start(wmem_strbuf_t *line, const GtupdMessage *message)
{
    static const char *const types[GTUPD_UPDATE_TYPES] = {
        [GTUPD_UPDATE_TYPE_APK] = "APK", [GTUPD_UPDATE_TYPE_MCU] = "MCU", [GTUPD_UPDATE_TYPE_PLATFORM] = "Platform"};
    wmem_strbuf_append(line, "Start command");
    append_span(line, " ", message, message->serial);
    if (types[message->update_type] != NULL)
        wmem_strbuf_append_printf(line, ", %s update", types[message->update_type]);
    append_url(line, message);
}

static void append_report(wmem_strbuf_t *line, const GtupdMessage *message, const JudgeMessage *judged)
{
    wmem_strbuf_append(line, message->type == GTUPD_TYPE_BUFFERED ? "Buffered report" : "Report");
    append_field(line, " ", message, GTUPD_FIELD_CODE);
    wmem_strbuf_append_printf(line, " %s", gtupd_kind_words(message->kind));
    const gboolean download = message->kind == GTUPD_KIND_DOWNLOAD_STARTED ||
                              message->kind == GTUPD_KIND_DOWNLOAD_FINISHED ||
                              message->kind == GTUPD_KIND_DOWNLOAD_FAILED;
    if (judged == NULL || judged->event.attempt == 0 || !download)
        return;
    wmem_strbuf_append_printf(line, ", attempt %u", judged->event.attempt);
    if (judged->event.attempts_allowed > 0)
        wmem_strbuf_append_printf(line, " of %u", judged->event.attempts_allowed);
}

static void append_ack(wmem_strbuf_t *line, const GtupdMessage *message, const JudgeMessage *judged)
{
    wmem_strbuf_append(line, "ACK");
    append_span(line, " ", message, message->serial);
    if (judged == NULL || judged->acknowledges == NULL)
        return;
    wmem_strbuf_append(line, judged->acknowledges->event.kind == GTUPD_KIND_STOP_COMMAND ? " of stop command"
                                                                                         : " of start command");
}

/* Messages of other words, and GTUPD ones that are no layout's: type, word, number. */
static void append_other(wmem_strbuf_t *line, const GtupdMessage *message)
{
    static const char *const names[GTUPD_TYPES] = {[GTUPD_TYPE_COMMAND] = "Command",
                                                   [GTUPD_TYPE_ACK] = "ACK",
                                                   [GTUPD_TYPE_REPORT] = "Report",
                                                   [GTUPD_TYPE_BUFFERED] = "Buffered report",
                                                   [GTUPD_TYPE_SACK] = "SACK"};
    wmem_strbuf_append(line, names[message->type]);
    append_span(line, " ", message, message->word);
    if (message->type == GTUPD_TYPE_SACK)
        append_span(line, " ", message, message->count);
    else if (message->has_serial)
        append_span(line, " ", message, message->serial);
}

static void append_device(wmem_strbuf_t *line, const GtupdMessage *message, const JudgeMessage *judged)
{
    if (judged != NULL && judged->event.device[0] != '\0')
        wmem_strbuf_append_printf(line, ", %s", judged->event.device);
    else
        append_span(line, ", ", message, message->unique_id);
}

char *story_line(wmem_allocator_t *pool, const GtupdMessage *message, const JudgeMessage *judged)
{
    wmem_strbuf_t *line = wmem_strbuf_new(pool, "");
    if (!message->is_gtupd || message->layout == GTUPD_LAYOUT_NONE) {
        append_other(line, message);
    } else if (message->kind == GTUPD_KIND_START_COMMAND) {
        append_start(line, message);
    } else if (message->kind == GTUPD_KIND_STOP_COMMAND) {
        wmem_strbuf_append(line, "Stop command");
        append_span(line, " ", message, message->serial);
    } else if (message->kind == GTUPD_KIND_ACK) {
        append_ack(line, message, judged);
    } else {
        append_report(line, message, judged);
    }
    append_device(line, message, judged);
    if (judged == NULL)
        wmem_strbuf_append(line, ", not counted here");
    else if (judged->event.repeated)
        wmem_strbuf_append(line, ", sent again");
    if (message->end != GTUPD_END_TAIL)
        wmem_strbuf_append(line, message->end == GTUPD_END_OVERSIZED ? ", oversized" : ", without tail");
    return wmem_strbuf_finalize(line);
}

static void append_rule(const JudgeFinding *finding, void *line)
{
    wmem_strbuf_append_printf(line, "%s%s", wmem_strbuf_get_len(line) > 0 ? ", " : " [",
                              gtupd_rule_info(finding->rule)->id);
}

char *story_findings(wmem_allocator_t *pool, const JudgeMessage *judged)
{
    wmem_strbuf_t *line = wmem_strbuf_new(pool, "");
    judge_each_finding(judged, append_rule, line);
    if (wmem_strbuf_get_len(line) > 0)
        wmem_strbuf_append_c(line, ']');
    return wmem_strbuf_finalize(line);
}
