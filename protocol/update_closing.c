/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "update_record.h"

#define GRACE           (30 * GTUPD_SECOND)
#define UNKNOWN_TIMEOUT 30 /* minutes: the longest that a start command can set */
#define RESULT_WINDOW   (5 * GTUPD_MINUTE)
#define ANSWER_WINDOW   GTUPD_MINUTE

/* clang-format off */
static const char *const report_names[GTUPD_REPORTS] = {
    [GTUPD_KIND_CONFIRMED]          = "1X0 (confirmed)",
    [GTUPD_KIND_REFUSED]            = "1X1 (refused)",
    [GTUPD_KIND_CANCELLED]          = "1X2 (cancelled)",
    [GTUPD_KIND_BATTERY_LOW]        = "1X3 (battery low)",
    [GTUPD_KIND_DOWNLOAD_STARTED]   = "2X0 (download started)",
    [GTUPD_KIND_DOWNLOAD_FINISHED]  = "2X1 (downloaded)",
    [GTUPD_KIND_DOWNLOAD_FAILED]    = "2X2 (download failed)",
    [GTUPD_KIND_VERSION_REJECTED]   = "2X3 (version rejected)",
    [GTUPD_KIND_UPDATE_STARTED]     = "3X0 (update started)",
    [GTUPD_KIND_UPDATE_SUCCEEDED]   = "3X1 (updated)",
    [GTUPD_KIND_UPDATE_FAILED]      = "3X2 (update failed)",
    [GTUPD_KIND_UPDATE_BATTERY_LOW] = "3X3 (battery low)",
};
/* clang-format on */

static gboolean has_evidence(const GtupdDevice *device, const GtupdSkip *skip)
{
    if (skip->evidence)
        return TRUE;
    for (const GList *link = device->gaps.head; link != NULL; link = link->next) {
        const GtupdGap *gap = link->data;
        if (gap->index > skip->gaps_from && gap->index <= skip->gaps_to && gap->missing > 0)
            return TRUE;
    }
    return FALSE;
}

static void judge_skip(const GtupdDevice *device, const GtupdSkip *skip, const GtupdOut *out)
{
    if (skip->missing == 0)
        return;
    g_autoptr(GString) missing = g_string_new(NULL);
    for (guint kind = 0; kind < GTUPD_REPORTS; kind++) {
        if ((skip->missing >> kind & 1) != 0)
            g_string_append_printf(missing, "%s%s", missing->len > 0 ? ", " : "", report_names[kind]);
    }
    if (has_evidence(device, skip))
        gtupd_note_at(out, &skip->event, GTUPD_RULE_REPORT_LOST,
                      "%s came without %s before it; missing Count Numbers or a restart explain it.",
                      report_names[skip->event.kind], missing->str);
    else
        gtupd_note_at(out, &skip->event, GTUPD_RULE_PHASE_SKIPPED,
                      "%s came without %s before it, and the Count Numbers show no loss.",
                      report_names[skip->event.kind], missing->str);
}

static void judge_unfinished_download(const GtupdUpdateRecord *record, const GtupdOut *out)
{
    const gboolean known = record->has_command && record->command.download_timeout >= 0;
    const int minutes = known ? record->command.download_timeout : UNKNOWN_TIMEOUT;
    const gint64 deadline = record->download_started.anchor.time + minutes * GTUPD_MINUTE + GRACE;
    if (record->last_spoke <= deadline)
        return;
    gtupd_note_at(out, &record->download_started, GTUPD_RULE_DOWNLOAD_RESULT_MISSING,
                  "No 2X1 or 2X2 followed within the %s %d min and 30 s, and the device was still talking.",
                  known ? "Download Timeout of" : "longest timeout of", minutes);
}

gboolean gtupd_update_is_back(const GtupdUpdateRecord *record)
{
    return record->shown.state == GTUPD_STATE_UPDATING &&
           (record->back_elsewhere || record->last_spoke - record->update_started.anchor.time > RESULT_WINDOW);
}

static GtupdOutcome judge_updating(const GtupdUpdateRecord *record, GtupdClosing closing, const GtupdOut *out)
{
    const gboolean back = gtupd_update_is_back(record);
    if (back)
        gtupd_note_at(out, &record->update_started, GTUPD_RULE_RESULT_MISSING,
                      "The device is back after 3X0, but neither 3X1 nor 3X2 came.");
    return back || closing == GTUPD_CLOSING_SUPERSEDED ? GTUPD_OUTCOME_NO_RESULT : GTUPD_OUTCOME_INCOMPLETE;
}

static GtupdOutcome judge_attempt_failed(const GtupdUpdateRecord *record, GtupdClosing closing, const GtupdOut *out)
{
    if (closing == GTUPD_CLOSING_CAPTURE && !record->spoke_since_failed)
        return GTUPD_OUTCOME_INCOMPLETE;
    const guint allowed = gtupd_update_allowed(record);
    if (allowed > record->failed)
        gtupd_note_at(out, &record->last_failed, GTUPD_RULE_RETRIES_NOT_EXHAUSTED,
                      "The device gave up after %u of %u download attempts.", record->failed, allowed);
    return GTUPD_OUTCOME_DOWNLOAD_FAILED;
}

static GtupdOutcome judge_open(const GtupdUpdateRecord *record, GtupdClosing closing, gint64 end, const GtupdOut *out)
{
    const gboolean superseded = closing == GTUPD_CLOSING_SUPERSEDED;
    switch (record->shown.state) {
    case GTUPD_STATE_REQUESTED:
        if (!superseded && !record->gtupd_heard && end - record->last_start >= ANSWER_WINDOW)
            return GTUPD_OUTCOME_UNANSWERED;
        break;
    case GTUPD_STATE_DOWNLOADING:
        judge_unfinished_download(record, out);
        break;
    case GTUPD_STATE_ATTEMPT_FAILED:
        return judge_attempt_failed(record, closing, out);
    case GTUPD_STATE_UPDATING:
        return judge_updating(record, closing, out);
    case GTUPD_STATE_CONFIRMED:
    case GTUPD_STATE_DOWNLOADED:
    case GTUPD_STATE_NONE:
    case GTUPD_STATE_ENDED:
    case GTUPD_STATES:
        break;
    }
    return superseded ? GTUPD_OUTCOME_SUPERSEDED : GTUPD_OUTCOME_INCOMPLETE;
}

GtupdOutcome gtupd_update_judge(const GtupdDevice *device, const GtupdUpdateRecord *record, GtupdClosing closing,
                                gint64 end, const GtupdOut *out)
{
    for (guint i = 0; i < gtupd_list_length(record->skips); i++)
        judge_skip(device, &g_array_index(record->skips, GtupdSkip, i), out);
    return closing == GTUPD_CLOSING_ENDED ? record->shown.outcome : judge_open(record, closing, end, out);
}
