/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "message.h"

#include "commas.h"
#include "text.h"

#include <string.h>

#define MEID_LENGTH 14

/* The comma-separated fields behind the word, while they are being laid out. */
typedef struct {
    guint count;
    guint16 begins[GTUPD_MESSAGE_MAX + 1]; /* count + 1 of them: a field ends one byte before the next begins */
} Split;

/* clang-format off */
static const struct {
    const char *name;
    const char *words;
} kinds[GTUPD_KINDS] = {
    [GTUPD_KIND_CONFIRMED]          = {"confirmed",          "Command confirmed"},
    [GTUPD_KIND_REFUSED]            = {"refused",            "Command refused: download busy or wrong parameters"},
    [GTUPD_KIND_CANCELLED]          = {"cancelled",          "Update cancelled by the backend"},
    [GTUPD_KIND_BATTERY_LOW]        = {"battery-low",        "Command refused: battery low"},
    [GTUPD_KIND_DOWNLOAD_STARTED]   = {"download-started",   "Download started"},
    [GTUPD_KIND_DOWNLOAD_FINISHED]  = {"download-finished",  "Package downloaded"},
    [GTUPD_KIND_DOWNLOAD_FAILED]    = {"download-failed",    "Download failed"},
    [GTUPD_KIND_VERSION_REJECTED]   = {"version-rejected",   "Update refused: incorrect firmware version"},
    [GTUPD_KIND_UPDATE_STARTED]     = {"update-started",     "Firmware update started"},
    [GTUPD_KIND_UPDATE_SUCCEEDED]   = {"update-succeeded",   "Firmware updated"},
    [GTUPD_KIND_UPDATE_FAILED]      = {"update-failed",      "Firmware update failed"},
    [GTUPD_KIND_UPDATE_BATTERY_LOW] = {"update-battery-low", "Firmware update not started: battery low"},
    [GTUPD_KIND_START_COMMAND]      = {"start-command",      "Start the update"},
    [GTUPD_KIND_STOP_COMMAND]       = {"stop-command",       "Stop the update"},
    [GTUPD_KIND_ACK]                = {"ack",                "Command acknowledged"},
    [GTUPD_KIND_OTHER_COMMAND]      = {"other-command",      "Other command"},
    [GTUPD_KIND_OTHER_REPORT]       = {"other-report",       "Other message"},
};
/* clang-format on */

static GtupdSpan span_of(gsize begin, gsize end)
{
    return (GtupdSpan){(guint16)begin, (guint16)(end - begin)};
}

static GtupdSpan trim(const GtupdMessage *message, GtupdSpan span)
{
    while (span.length > 0 && message->bytes[span.offset] == ' ') {
        span.offset++;
        span.length--;
    }
    while (span.length > 0 && message->bytes[span.offset + span.length - 1] == ' ')
        span.length--;
    return span;
}

/* The last byte that may belong to a field, and one. */
static gsize body_end(const GtupdMessage *message)
{
    return message->end == GTUPD_END_TAIL ? message->length - 1 : message->length;
}

static void find_word(GtupdMessage *message)
{
    const gsize begin = gtupd_frame_prefix(message->type);
    const gsize limit = body_end(message);
    gsize end = begin;
    while (end < limit && g_ascii_isalnum(message->bytes[end]))
        end++;
    /* +SACK:COUNT has no word. */
    if (message->type == GTUPD_TYPE_SACK && (end - begin < 3 || memcmp(message->bytes + begin, "GT", 2) != 0))
        end = begin;
    message->word = span_of(begin, end);
    message->is_gtupd =
        message->type != GTUPD_TYPE_SACK && end - begin == 5 && memcmp(message->bytes + begin, "GTUPD", 5) == 0;
}

static void split_fields(const GtupdMessage *message, Split *split)
{
    const gsize end = body_end(message);
    gsize at = (gsize)message->word.offset + message->word.length;
    const gboolean wordless = message->type == GTUPD_TYPE_SACK && message->word.length == 0;
    const char separator = message->type == GTUPD_TYPE_COMMAND ? '=' : ',';
    split->count = 0;
    if (!wordless) {
        if (at >= end || message->bytes[at] != separator)
            return;
        at++;
    }
    split->begins[split->count++] = (guint16)at;
    split->count += gtupd_commas_find(message->bytes, at, end, split->begins + split->count);
    split->begins[split->count] = (guint16)(end + 1);
}

static GtupdSpan field_span(const Split *split, guint index)
{
    /* NOLINTNEXTLINE(clang-analyzer-core.UndefinedBinaryOperatorResult): split_fields() has set all up to count */
    return span_of(split->begins[index], split->begins[index + 1] - 1U);
}

/* Fields index … last as one, commas and all: a URL that holds commas. */
static GtupdSpan joined_span(const Split *split, guint index, guint last)
{
    return span_of(split->begins[index], split->begins[last + 1] - 1U);
}

static int hex_of(const GtupdMessage *message, GtupdSpan span)
{
    return gtupd_text_hex(gtupd_message_text(message, span), span.length);
}

static void read_unique_id(GtupdMessage *message)
{
    const char *text = gtupd_message_text(message, message->unique_id);
    message->has_unique_id = gtupd_field_info(GTUPD_FIELD_UNIQUE_ID)->valid(text, message->unique_id.length);
    if (!message->has_unique_id)
        return;
    memcpy(message->id, text, message->unique_id.length);
    if (message->unique_id.length == MEID_LENGTH) /* nothing but hex digits */
        for (guint i = 0; i < MEID_LENGTH; i++)
            message->id[i] = g_ascii_toupper(text[i]);
}

static void read_serial(GtupdMessage *message, GtupdSpan span)
{
    /* Commands of other words are sent with short serials too, GTUPD's is as the document has it. */
    const int value = message->is_gtupd && span.length != 4 ? -1 : hex_of(message, span);
    message->serial = span;
    message->has_serial = value >= 0;
    message->serial_value = (guint16)MAX(value, 0);
}

static void read_count(GtupdMessage *message, GtupdSpan span)
{
    const int value = span.length == 4 ? hex_of(message, span) : -1;
    message->count = span;
    message->has_count = value >= 0;
    message->count_value = (guint16)MAX(value, 0);
}

static void read_send_time(GtupdMessage *message, GtupdSpan span)
{
    message->send_time = span;
    message->has_send_time =
        span.length == 14 && gtupd_text_parse_time(gtupd_message_text(message, span), &message->send_seconds);
}

/* The envelope that every uplink message has: the first fields and the last ones (protocol.md section 8). */
static void read_uplink_envelope(GtupdMessage *message, const Split *split)
{
    const guint count = split->count;
    const gboolean heartbeat =
        message->word.length == 5 && memcmp(message->bytes + message->word.offset, "GTHBD", 5) == 0;
    if (count >= 1)
        message->version = trim(message, field_span(split, 0));
    if (count >= 2) {
        message->unique_id = trim(message, field_span(split, 1));
        read_unique_id(message);
    }
    if (count >= 5)
        message->device_name = trim(message, field_span(split, 2));
    if (count >= 3)
        read_count(message, trim(message, field_span(split, count - 1)));
    if (count >= 4)
        read_send_time(message, trim(message, field_span(split, count - 2)));
    if (message->type == GTUPD_TYPE_ACK && count >= 6 && !heartbeat)
        read_serial(message, trim(message, field_span(split, count - 3)));
}

/* +SACK:COUNT, or +SACK:GTHBD,VERSION,COUNT. */
static void read_sack_envelope(GtupdMessage *message, const Split *split)
{
    if (message->word.length > 0 && split->count >= 2)
        message->version = trim(message, field_span(split, 0));
    if (split->count > 0)
        read_count(message, trim(message, field_span(split, split->count - 1)));
}

static void read_envelope(GtupdMessage *message, const Split *split)
{
    message->field_count = split->count;
    if (gtupd_type_is_uplink(message->type))
        read_uplink_envelope(message, split);
    else if (message->type == GTUPD_TYPE_SACK)
        read_sack_envelope(message, split);
    else if (split->count > 0)
        read_serial(message, trim(message, field_span(split, split->count - 1)));
}

static GtupdLayoutKind command_layout(const GtupdMessage *message, const Split *split)
{
    const guint count = split->count;
    if (count < 2)
        return GTUPD_LAYOUT_NONE;
    const GtupdSpan sub_command = trim(message, field_span(split, 1));
    if (sub_command.length == 1 && message->bytes[sub_command.offset] == '1')
        return count == gtupd_layout(GTUPD_LAYOUT_STOP)->count ? GTUPD_LAYOUT_STOP : GTUPD_LAYOUT_NONE;
    if (count == gtupd_layout(GTUPD_LAYOUT_START_SIBLING)->count)
        return GTUPD_LAYOUT_START_SIBLING;
    return count >= gtupd_layout(GTUPD_LAYOUT_START)->count ? GTUPD_LAYOUT_START : GTUPD_LAYOUT_NONE;
}

static GtupdLayoutKind report_layout(const GtupdMessage *message, const Split *split)
{
    if (split->count != gtupd_layout(GTUPD_LAYOUT_REPORT)->count)
        return GTUPD_LAYOUT_NONE;
    const GtupdSpan code = trim(message, field_span(split, 3));
    GtupdKind kind;
    GtupdUpdateType type;
    if (gtupd_code_parse(gtupd_message_text(message, code), code.length, &kind, &type) &&
        message->bytes[code.offset] == '2')
        return GTUPD_LAYOUT_REPORT_TIMES;
    return GTUPD_LAYOUT_REPORT;
}

static GtupdLayoutKind choose_layout(const GtupdMessage *message, const Split *split)
{
    switch (message->type) {
    case GTUPD_TYPE_COMMAND:
        return command_layout(message, split);
    case GTUPD_TYPE_ACK:
        return split->count == gtupd_layout(GTUPD_LAYOUT_ACK)->count ? GTUPD_LAYOUT_ACK : GTUPD_LAYOUT_NONE;
    case GTUPD_TYPE_REPORT:
    case GTUPD_TYPE_BUFFERED:
        return report_layout(message, split);
    case GTUPD_TYPE_SACK:
    case GTUPD_TYPES:
        break;
    }
    return GTUPD_LAYOUT_NONE;
}

/* Every layout has the envelope's fields where the envelope has found and judged them already. */
static gboolean is_valid(const GtupdMessage *message, GtupdField field, const char *text, gsize length)
{
    switch (field) {
    case GTUPD_FIELD_UNIQUE_ID:
        return message->has_unique_id;
    case GTUPD_FIELD_SERIAL_NUMBER:
        return message->has_serial;
    case GTUPD_FIELD_SEND_TIME:
        return message->has_send_time;
    case GTUPD_FIELD_COUNT_NUMBER:
        return message->has_count;
    default:
        return gtupd_field_info(field)->valid(text, length);
    }
}

static GtupdFieldValue read_field(const GtupdMessage *message, const GtupdLayoutRow *row, GtupdSpan raw)
{
    GtupdFieldValue field = {.raw = raw, .value = trim(message, raw)};
    const char *text = gtupd_message_text(message, field.value);
    const gsize length = field.value.length;
    field.present = length > 0;
    if (!field.present)
        field.usable = row->fallback != NULL;
    else if (row->fallback != NULL && strlen(row->fallback) == length && memcmp(row->fallback, text, length) == 0)
        field.usable = TRUE;
    else
        field.usable = is_valid(message, row->field, text, length);
    return field;
}

static void read_fields(GtupdMessage *message, const Split *split)
{
    const GtupdLayout *layout = gtupd_layout(message->layout);
    /* protocol.md section 2: commas beyond the layout's belong to the URL. */
    const guint extra = split->count - layout->count;
    guint index = 0;
    for (guint row = 0; row < layout->count; row++, index++) {
        const guint first = index;
        if (extra > 0 && layout->rows[row].field == GTUPD_FIELD_DOWNLOAD_URL)
            index += extra;
        message->fields[row] = read_field(message, &layout->rows[row], joined_span(split, first, index));
    }
}

/* Decimal value of a usable field or of its fallback; −1 otherwise. */
static int number_of(const GtupdMessage *message, GtupdField field)
{
    const GtupdLayout *layout = gtupd_layout(message->layout);
    for (guint i = 0; i < layout->count; i++) {
        const GtupdFieldValue *value = &message->fields[i];
        if (layout->rows[i].field != field)
            continue;
        if (!value->usable)
            return -1;
        if (!value->present)
            return gtupd_text_decimal(layout->rows[i].fallback, strlen(layout->rows[i].fallback));
        return gtupd_text_decimal(gtupd_message_text(message, value->value), value->value.length);
    }
    return -1;
}

static GtupdUpdateType update_type_of(int number)
{
    switch (number) {
    case 0:
        return GTUPD_UPDATE_TYPE_APK;
    case 1:
        return GTUPD_UPDATE_TYPE_MCU;
    case 11:
        return GTUPD_UPDATE_TYPE_PLATFORM;
    default:
        return GTUPD_UPDATE_TYPE_UNKNOWN;
    }
}

static void read_command_values(GtupdMessage *message)
{
    message->kind = message->layout == GTUPD_LAYOUT_STOP ? GTUPD_KIND_STOP_COMMAND : GTUPD_KIND_START_COMMAND;
    message->max_download_retry = number_of(message, GTUPD_FIELD_MAX_DOWNLOAD_RETRY);
    message->download_timeout = number_of(message, GTUPD_FIELD_DOWNLOAD_TIMEOUT);
    message->download_protocol = number_of(message, GTUPD_FIELD_DOWNLOAD_PROTOCOL);
    message->update_type = update_type_of(number_of(message, GTUPD_FIELD_UPDATE_TYPE));
}

static void read_report_values(GtupdMessage *message)
{
    const GtupdFieldValue *code = gtupd_message_field(message, GTUPD_FIELD_CODE);
    g_assert(code != NULL); /* each layout of a report has it */
    if (code->usable)
        gtupd_code_parse(gtupd_message_text(message, code->value), code->value.length, &message->kind,
                         &message->code_type);
    message->download_times = number_of(message, GTUPD_FIELD_DOWNLOAD_TIMES);
}

static void read_gtupd(GtupdMessage *message, const Split *split)
{
    message->layout = choose_layout(message, split);
    if (message->layout == GTUPD_LAYOUT_NONE)
        return;
    read_fields(message, split);
    if (message->type == GTUPD_TYPE_COMMAND)
        read_command_values(message);
    else if (message->type == GTUPD_TYPE_ACK)
        message->kind = GTUPD_KIND_ACK;
    else
        read_report_values(message);
}

/* rules.md `tail-missing`, fine print: may a message without `$` be used all the same? */
static gboolean is_complete(const GtupdMessage *message)
{
    if (message->end == GTUPD_END_TAIL)
        return TRUE;
    if (message->end == GTUPD_END_OVERSIZED)
        return FALSE;
    if (message->is_gtupd && message->layout == GTUPD_LAYOUT_NONE)
        return FALSE;
    if (message->type == GTUPD_TYPE_COMMAND)
        return message->has_serial && message->serial.length == 4;
    if (message->type == GTUPD_TYPE_SACK || message->is_gtupd)
        return message->has_count;
    return message->has_send_time && message->has_count;
}

static gboolean has_non_ascii(const GtupdMessage *message)
{
    return !gtupd_text_is_printable((const char *)message->bytes, message->length);
}

void gtupd_message_decode(GtupdMessage *message, const guint8 *bytes, gsize length, GtupdType type, GtupdFrameEnd end,
                          gboolean at_datagram_end)
{
    *message = (GtupdMessage){
        .bytes = bytes,
        .length = length,
        .type = type,
        .end = end,
        .at_datagram_end = at_datagram_end,
        .kind = gtupd_type_is_uplink(type) ? GTUPD_KIND_OTHER_REPORT : GTUPD_KIND_OTHER_COMMAND,
        .max_download_retry = -1,
        .download_timeout = -1,
        .download_protocol = -1,
        .download_times = -1,
    };
    find_word(message);

    Split split;
    split_fields(message, &split);
    read_envelope(message, &split);
    if (message->is_gtupd)
        read_gtupd(message, &split);

    message->complete = is_complete(message);
    message->non_ascii = message->complete && has_non_ascii(message);
}

const char *gtupd_message_text(const GtupdMessage *message, GtupdSpan span)
{
    return (const char *)message->bytes + span.offset;
}

void gtupd_message_copy(const GtupdMessage *message, GtupdSpan span, char *to, gsize size)
{
    const gsize length = MIN(span.length, size - 1);
    memcpy(to, gtupd_message_text(message, span), length);
    to[length] = '\0';
}

const GtupdFieldValue *gtupd_message_field(const GtupdMessage *message, GtupdField field)
{
    const GtupdLayout *layout = gtupd_layout(message->layout);
    for (guint i = 0; i < layout->count; i++) {
        if (layout->rows[i].field == field)
            return &message->fields[i];
    }
    return NULL;
}

char *gtupd_message_dup_printable(const GtupdMessage *message, GtupdSpan span)
{
    return gtupd_text_dup_printable(gtupd_message_text(message, span), span.length);
}

/*
 * Where the credentials of a URL end (behind the `@`); `from` if it has none. Someone may have sent a password with
 * `/` in it, or no scheme: then everything up to the last `@` is taken for credentials rather than shown.
 */
static gsize credentials_end(const char *url, gsize from, gsize length)
{
    gsize authority_end = from;
    gsize at = from;
    gboolean port_is_text = FALSE;
    const char *colon = NULL;
    for (; authority_end < length && !gtupd_text_ends_authority(url[authority_end]); authority_end++) {
        if (url[authority_end] == '@')
            at = authority_end + 1;
        else if (url[authority_end] == ':')
            colon = url + authority_end + 1;
    }
    if (at != from)
        return at;
    if (colon != NULL && url[from] != '[')
        port_is_text = !gtupd_text_is_digits(colon, (gsize)(url + authority_end - colon));
    if (from > 0 && !port_is_text)
        return from;
    for (gsize i = authority_end; i < length; i++) {
        if (url[i] == '@')
            at = i + 1;
    }
    return at;
}

char *gtupd_url_dup_shown(const char *url, gsize length, gboolean secrets)
{
    const char *scheme_end = g_strstr_len(url, (gssize)length, "://");
    const gsize from = scheme_end != NULL ? (gsize)(scheme_end - url) + 3 : 0;
    const gsize to = secrets ? from : credentials_end(url, from, length);
    g_autofree char *head = gtupd_text_dup_printable(url, from);
    g_autofree char *tail = gtupd_text_dup_printable(url + to, length - to);
    return g_strconcat(head, to > from ? "****:****@" : "", tail, NULL);
}

const char *gtupd_kind_name(GtupdKind kind)
{
    return kinds[kind].name;
}

const char *gtupd_kind_words(GtupdKind kind)
{
    return kinds[kind].words;
}

const char *gtupd_update_type_name(GtupdUpdateType type)
{
    static const char *const names[GTUPD_UPDATE_TYPES] = {
        [GTUPD_UPDATE_TYPE_UNKNOWN] = NULL,
        [GTUPD_UPDATE_TYPE_APK] = "apk",
        [GTUPD_UPDATE_TYPE_MCU] = "mcu",
        [GTUPD_UPDATE_TYPE_PLATFORM] = "platform",
    };
    return names[type];
}

gboolean gtupd_code_is_numeric(const char *code, gsize length)
{
    return (length == 3 || length == 4) && gtupd_text_is_digits(code, length);
}

gboolean gtupd_code_parse(const char *code, gsize length, GtupdKind *kind, GtupdUpdateType *type)
{
    if (!gtupd_code_is_numeric(code, length))
        return FALSE;
    const int phase = code[0] - '1';
    const int step = code[length - 1] - '0';
    const GtupdUpdateType x = length == 4 && code[1] == '0' ? GTUPD_UPDATE_TYPE_UNKNOWN
                                                            : update_type_of(gtupd_text_decimal(code + 1, length - 2));
    if (phase < 0 || phase > 2 || step > 3 || x == GTUPD_UPDATE_TYPE_UNKNOWN)
        return FALSE;
    const GtupdKind found = (GtupdKind)(phase * 4 + step);
    if (found == GTUPD_KIND_VERSION_REJECTED && x == GTUPD_UPDATE_TYPE_PLATFORM) /* §2.2.2: only 203 and 213 */
        return FALSE;
    *kind = found;
    *type = x;
    return TRUE;
}
