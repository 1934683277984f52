/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Download attempts: their number, Download Times and duration (§2.1.1, §2.2.2, §3.3). */
#include "update_record.h"

#include "numbers.h"

#define GRACE_SECONDS 30

static gboolean has_loss(const GtupdContext *context, const GtupdUpdateRecord *record)
{
    return context->device->run != record->fed_run || gtupd_numbers_gap_since(context->device, record->fed_gap);
}

static void judge_first_times(const GtupdContext *context, int times)
{
    if (times > 1)
        gtupd_note(context->notes, GTUPD_RULE_DOWNLOAD_TIMES_WRONG,
                   "Download Times of the first attempt is %d; expected 0 or 1.", times);
}

static void judge_start_times(const GtupdContext *context, GtupdUpdateRecord *record, gboolean loss)
{
    const int times = context->message->download_times;
    if (times >= 0 && !record->joined && !loss) {
        if (gtupd_update_attempt_number(record) == 1)
            judge_first_times(context, times);
        else if (record->has_times && times != record->times + 1)
            gtupd_note(context->notes, GTUPD_RULE_DOWNLOAD_TIMES_WRONG,
                       "Download Times is %d; expected %d, one more than the attempt before.", times,
                       record->times + 1);
    }
    record->has_times = times >= 0;
    record->times = times;
}

static void start_attempt(const GtupdContext *context, GtupdUpdateRecord *record, gboolean loss)
{
    if (record->shown.state == GTUPD_STATE_DOWNLOADING)
        record->failed++; /* another attempt shows that the one before failed */
    record->shown.attempts++;
    context->event->attempt = gtupd_update_attempt_number(record);

    const guint allowed = gtupd_update_allowed(record);
    if (allowed > 0 && context->event->attempt > allowed)
        gtupd_note(context->notes, GTUPD_RULE_TOO_MANY_ATTEMPTS,
                   "Download attempt %u began, but the start command allows %u.", context->event->attempt, allowed);
    judge_start_times(context, record, loss);
    record->download_started = *context->event;
    record->has_start_send = context->message->has_send_time;
    record->start_send_seconds = context->message->send_seconds;
}

static void judge_duration(const GtupdContext *context, const GtupdUpdateRecord *record)
{
    const GtupdMessage *message = context->message;
    if (!record->has_command || record->command.download_timeout < 0 || !record->has_start_send ||
        !message->has_send_time)
        return;
    const gint64 allowed = record->command.download_timeout * 60 + GRACE_SECONDS;
    const gint64 captured = gtupd_context_now(context) - record->download_started.anchor.time;
    const gint64 told = message->send_seconds - record->start_send_seconds;
    if (captured <= allowed * GTUPD_SECOND || told <= allowed)
        return;
    gtupd_note(context->notes, GTUPD_RULE_DOWNLOAD_OVERRAN,
               "The attempt took %" G_GINT64_FORMAT " s; Download Timeout is %d min.", captured / GTUPD_SECOND,
               record->command.download_timeout);
}

/* 2X1 or 2X2. */
static void finish_attempt(const GtupdContext *context, GtupdUpdateRecord *record, gboolean loss)
{
    const int times = context->message->download_times;
    context->event->attempt = gtupd_update_attempt_number(record);
    if (record->shown.state != GTUPD_STATE_DOWNLOADING) {
        record->has_times = FALSE; /* the attempt's 2X0 was skipped or lost */
        return;
    }
    const gboolean known = record->has_times && times >= 0;
    const gboolean differs = known && times != record->times;
    if (!loss || (known && !differs)) /* else it may be the result of another attempt */
        judge_duration(context, record);
    if (differs && !loss && !record->joined)
        gtupd_note(context->notes, GTUPD_RULE_DOWNLOAD_TIMES_WRONG,
                   "Download Times is %d; expected %d, that of its attempt.", times, record->times);
    if (differs && loss)
        record->has_times = FALSE;
}

void gtupd_update_count_attempts(const GtupdContext *context, GtupdUpdateRecord *record)
{
    const gboolean loss = has_loss(context, record);
    switch (context->event->kind) {
    case GTUPD_KIND_DOWNLOAD_STARTED:
        start_attempt(context, record, loss);
        break;
    case GTUPD_KIND_DOWNLOAD_FINISHED:
        finish_attempt(context, record, loss);
        break;
    case GTUPD_KIND_DOWNLOAD_FAILED:
        finish_attempt(context, record, loss);
        record->failed++;
        break;
    default:
        break;
    }
}
