/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "versions.h"

#include "text.h"
#include "update.h"
#include "update_record.h"

#include <string.h>

/* Fields of +RESP:GTVER, behind the word. What stands between the last of these and Send Time is the modem's. */
enum {
    VER_FIRMWARE = 4,
    VER_HARDWARE = 5,
    VER_MODEM = 6,
    VER_FIELDS = 8, /* at least: these six, Send Time, Count Number */
};

gboolean gtupd_versions_protocol(const GtupdMessage *message, char to[8])
{
    const char *text = gtupd_message_text(message, message->version);
    if (!gtupd_field_info(GTUPD_FIELD_PROTOCOL_VERSION)->valid(text, message->version.length))
        return FALSE;
    char *at = to;
    if (text[2] != '0')
        *at++ = text[2];
    *at++ = text[3];
    *at++ = '.';
    *at++ = text[4];
    *at++ = text[5];
    *at = '\0';
    return TRUE;
}

/* "010A" is 1.10. FALSE if it is no such thing. */
static gboolean read_version(const char *text, char to[8])
{
    if (strlen(text) != 4 || !gtupd_text_is_hex(text, 4))
        return FALSE;
    g_snprintf(to, 8, "%d.%d", gtupd_text_hex(text, 2), gtupd_text_hex(text + 2, 2));
    return TRUE;
}

/* What a +RESP:GTVER tells. FALSE if it is none, or its versions cannot be read. */
static gboolean read_report(const GtupdContext *context, GtupdVersion *version)
{
    const GtupdMessage *message = context->message;
    GtupdVersion read = *version;
    if (strcmp(context->event->word, "GTVER") != 0 || message->type != GTUPD_TYPE_REPORT ||
        message->field_count < VER_FIELDS)
        return FALSE;
    const GtupdSpan told = {message->version.offset, (guint16)(message->send_time.offset - message->version.offset)};
    g_autofree char *text = gtupd_message_dup_printable(message, told);
    g_auto(GStrv) fields = g_strsplit(text, ",", VER_MODEM + 1);
    if (g_strv_length(fields) <= VER_MODEM || !read_version(g_strstrip(fields[VER_FIRMWARE]), read.firmware) ||
        !read_version(g_strstrip(fields[VER_HARDWARE]), read.hardware))
        return FALSE;
    if (g_str_has_suffix(fields[VER_MODEM], ","))
        fields[VER_MODEM][strlen(fields[VER_MODEM]) - 1] = '\0';
    g_strlcpy(read.modem, fields[VER_MODEM], sizeof read.modem);
    read.anchor = context->event->anchor;
    *version = read;
    return TRUE;
}

/* From the message at hand on another firmware may run than the one that has been told of. */
static gboolean is_installing(const GtupdContext *context, const GtupdUpdateRecord *record)
{
    const GtupdKind kind = context->event->kind;
    const gboolean result = kind == GTUPD_KIND_UPDATE_SUCCEEDED || kind == GTUPD_KIND_UPDATE_FAILED;
    const gboolean told_since = record != NULL && record->shown.version_after.firmware[0] != '\0';
    return kind == GTUPD_KIND_UPDATE_STARTED || (result && !told_since);
}

static gboolean is_same(const GtupdVersion *before, const GtupdVersion *after)
{
    return before->firmware[0] != '\0' && strcmp(before->firmware, after->firmware) == 0 &&
           strcmp(before->hardware, after->hardware) == 0 && strcmp(before->modem, after->modem) == 0 &&
           strcmp(before->protocol, after->protocol) == 0;
}

static void judge_unchanged(const GtupdContext *context, const GtupdUpdateRecord *record)
{
    const GtupdVersion *before = &record->shown.version_before;
    if (record->shown.state != GTUPD_STATE_ENDED || record->shown.outcome != GTUPD_OUTCOME_SUCCEEDED ||
        !is_same(before, &record->shown.version_after))
        return;
    gtupd_update_place(context->event, record);
    gtupd_note(context->notes, GTUPD_RULE_VERSION_UNCHANGED,
               "The device reported success, but runs firmware %s as before; expected another version.",
               before->firmware);
}

/* What is told first after the update holds: later it may be another update's doing. */
static void hear_after(const GtupdContext *context, GtupdUpdateRecord *record, const GtupdVersion *told, gboolean whole)
{
    GtupdVersion *after = &record->shown.version_after;
    const gboolean first = whole && after->firmware[0] == '\0';
    if (first)
        *after = *told;
    else if (after->protocol[0] == '\0')
        memcpy(after->protocol, told->protocol, sizeof after->protocol);
    if (first || context->event->kind == GTUPD_KIND_UPDATE_SUCCEEDED)
        judge_unchanged(context, record);
}

/* As mostly: a message that says no more than the one before it, so that nothing need be written down. */
static gboolean says_the_same(const GtupdContext *context, const GtupdUpdateRecord *record)
{
    char protocol[sizeof context->device->told.protocol] = "";
    return (record == NULL || record->shown.state < GTUPD_STATE_UPDATING) && !is_installing(context, record) &&
           strcmp(context->event->word, "GTVER") != 0 && gtupd_versions_protocol(context->message, protocol) &&
           strcmp(protocol, context->device->told.protocol) == 0;
}

void gtupd_versions_hear(const GtupdContext *context)
{
    GtupdDevice *device = context->device;
    GtupdUpdateRecord *record = device->update;
    if (says_the_same(context, record))
        return;
    GtupdVersion told = {0};
    if (!is_installing(context, record))
        told = device->told;
    if (context->event->buffered || !gtupd_versions_protocol(context->message, told.protocol))
        return;
    const gboolean whole = read_report(context, &told);
    device->told = told;
    if (record == NULL)
        return;
    if (record->shown.state == GTUPD_STATE_ENDED || gtupd_update_is_back(record))
        hear_after(context, record, &told, whole);
    else if (record->shown.state != GTUPD_STATE_UPDATING)
        record->shown.version_before = told;
}
