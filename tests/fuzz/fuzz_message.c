/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Decoding: the input is one framed message, decoded with each of its possible ends. Spans lie within it, and whatever
 * is shown of it is printable.
 */
#include "check.h"
#include "fuzz.h"

#include <string.h>

static void check_printable(const char *text)
{
    for (; *text; text++)
        g_assert_true(g_ascii_isprint(*text));
}

static void check_span(const GtupdMessage *message, GtupdSpan span)
{
    g_assert_cmpuint((gsize)span.offset + span.length, <=, message->length);
    g_autofree char *shown = gtupd_message_dup_printable(message, span);
    check_printable(shown);
}

static void check_violation(GtupdRule rule, const GtupdFieldInfo *field G_GNUC_UNUSED, GtupdSpan span,
                            const char *section G_GNUC_UNUSED, const char *sentence, gpointer data)
{
    g_assert_cmpint(rule, <, GTUPD_RULE_COUNT);
    check_span(data, span);
    check_printable(sentence);
}

static void check_fields(const GtupdMessage *message)
{
    const GtupdLayout *layout = gtupd_layout(message->layout);
    for (guint i = 0; i < layout->count; i++) {
        const GtupdFieldValue *field = &message->fields[i];
        check_span(message, field->raw);
        check_span(message, field->value);
        g_assert_cmpuint(field->raw.offset, <=, field->value.offset);
        g_assert_true(field->present == (field->value.length > 0));
    }
    const GtupdFieldValue *url = gtupd_message_field(message, GTUPD_FIELD_DOWNLOAD_URL);
    if (!url)
        return;
    g_autofree char *shown = gtupd_url_dup_shown(gtupd_message_text(message, url->value), url->value.length, FALSE);
    check_printable(shown);
}

static void decode(const FuzzBody *body, GtupdType type, GtupdFrameEnd end, gboolean at_datagram_end)
{
    GtupdMessage message;
    gtupd_message_decode(&message, body->bytes, body->length, type, end, at_datagram_end);
    const GtupdSpan spans[] = {message.word,   message.version,   message.unique_id, message.device_name,
                               message.serial, message.send_time, message.count};
    for (gsize i = 0; i < G_N_ELEMENTS(spans); i++)
        check_span(&message, spans[i]);
    g_assert_nonnull(memchr(message.id, '\0', sizeof message.id));
    g_assert_cmpint(message.kind, <, GTUPD_KINDS);
    check_fields(&message);
    gtupd_check_message(&message, check_violation, &message);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    GtupdType type;
    g_auto(FuzzBody) body = fuzz_body(data, MIN(size, GTUPD_MESSAGE_MAX));
    if (gtupd_frame_header(body.bytes, body.length, &type) != GTUPD_HEADER_WHOLE || gtupd_frame_is_padding(data[0]))
        return 0;
    decode(&body, type, GTUPD_END_HEADER, FALSE);
    decode(&body, type, GTUPD_END_HEADER, TRUE);
    if (body.length == GTUPD_MESSAGE_MAX)
        decode(&body, type, GTUPD_END_OVERSIZED, FALSE);
    if (body.bytes[body.length - 1] == '$')
        decode(&body, type, GTUPD_END_TAIL, FALSE);
    return 0;
}
