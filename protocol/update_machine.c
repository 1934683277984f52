/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "update_machine.h"

/* clang-format off */
#define to(state)      {GTUPD_VERDICT_TO, GTUPD_STATE_##state}
#define skip_to(state) {GTUPD_VERDICT_SKIP_TO, GTUPD_STATE_##state}
#define ends           {GTUPD_VERDICT_ENDS, GTUPD_STATE_ENDED}
#define skip_ends      {GTUPD_VERDICT_SKIP_ENDS, GTUPD_STATE_ENDED}
#define late_ends      {GTUPD_VERDICT_LATE_ENDS, GTUPD_STATE_ENDED}
#define order          {GTUPD_VERDICT_ORDER, GTUPD_STATE_NONE}
#define begins         {GTUPD_VERDICT_NEW, GTUPD_STATE_CONFIRMED}

#define ROW(report, requested, confirmed, downloading, attempt_failed, downloaded, updating) \
    [GTUPD_STATE_REQUESTED][GTUPD_KIND_##report] = requested,                                \
    [GTUPD_STATE_CONFIRMED][GTUPD_KIND_##report] = confirmed,                                \
    [GTUPD_STATE_DOWNLOADING][GTUPD_KIND_##report] = downloading,                            \
    [GTUPD_STATE_ATTEMPT_FAILED][GTUPD_KIND_##report] = attempt_failed,                      \
    [GTUPD_STATE_DOWNLOADED][GTUPD_KIND_##report] = downloaded,                              \
    [GTUPD_STATE_UPDATING][GTUPD_KIND_##report] = updating

static const GtupdCell table[GTUPD_STATES][GTUPD_REPORTS] = {
    /*                            REQUESTED                CONFIRMED                DOWNLOADING              ATTEMPT_FAILED           DOWNLOADED    UPDATING */
    ROW(CONFIRMED          /*1X0*/, to(CONFIRMED),           order,                   order,                   begins,                  order,        order),
    ROW(REFUSED            /*1X1*/, ends,                    order,                   order,                   order,                   order,        order),
    ROW(BATTERY_LOW        /*1X3*/, ends,                    order,                   order,                   order,                   order,        order),
    ROW(CANCELLED          /*1X2*/, ends,                    ends,                    ends,                    ends,                    late_ends,    late_ends),
    ROW(DOWNLOAD_STARTED   /*2X0*/, skip_to(DOWNLOADING),    to(DOWNLOADING),         skip_to(DOWNLOADING),    to(DOWNLOADING),         order,        order),
    ROW(DOWNLOAD_FINISHED  /*2X1*/, skip_to(DOWNLOADED),     skip_to(DOWNLOADED),     to(DOWNLOADED),          skip_to(DOWNLOADED),     order,        order),
    ROW(DOWNLOAD_FAILED    /*2X2*/, skip_to(ATTEMPT_FAILED), skip_to(ATTEMPT_FAILED), to(ATTEMPT_FAILED),      skip_to(ATTEMPT_FAILED), order,        order),
    ROW(VERSION_REJECTED   /*2X3*/, skip_ends,               ends,                    ends,                    ends,                    ends,         order),
    ROW(UPDATE_STARTED     /*3X0*/, skip_to(UPDATING),       skip_to(UPDATING),       skip_to(UPDATING),       skip_to(UPDATING),       to(UPDATING), order),
    ROW(UPDATE_SUCCEEDED   /*3X1*/, skip_ends,               skip_ends,               skip_ends,               skip_ends,               skip_ends,    ends),
    ROW(UPDATE_FAILED      /*3X2*/, skip_ends,               skip_ends,               skip_ends,               skip_ends,               skip_ends,    ends),
    ROW(UPDATE_BATTERY_LOW /*3X3*/, skip_ends,               skip_ends,               skip_ends,               skip_ends,               ends,         order),
};

/* protocol.md section 4, "ends the update as" */
static const GtupdOutcome outcomes[GTUPD_REPORTS] = {
    [GTUPD_KIND_REFUSED]            = GTUPD_OUTCOME_REFUSED,
    [GTUPD_KIND_CANCELLED]          = GTUPD_OUTCOME_CANCELLED,
    [GTUPD_KIND_BATTERY_LOW]        = GTUPD_OUTCOME_BATTERY_LOW,
    [GTUPD_KIND_VERSION_REJECTED]   = GTUPD_OUTCOME_VERSION_REJECTED,
    [GTUPD_KIND_UPDATE_SUCCEEDED]   = GTUPD_OUTCOME_SUCCEEDED,
    [GTUPD_KIND_UPDATE_FAILED]      = GTUPD_OUTCOME_UPDATE_FAILED,
    [GTUPD_KIND_UPDATE_BATTERY_LOW] = GTUPD_OUTCOME_UPDATE_BATTERY_LOW,
};

#define BIT(kind) (1U << GTUPD_KIND_##kind)
#define THROUGH_CONFIRMED BIT(CONFIRMED)
#define THROUGH_STARTED   (THROUGH_CONFIRMED | BIT(DOWNLOAD_STARTED))
#define THROUGH_FINISHED  (THROUGH_STARTED | BIT(DOWNLOAD_FINISHED))
#define THROUGH_UPDATING  (THROUGH_FINISHED | BIT(UPDATE_STARTED))

/* §3: what must come before a report … */
static const guint needed[GTUPD_REPORTS] = {
    [GTUPD_KIND_DOWNLOAD_STARTED]   = THROUGH_CONFIRMED,
    [GTUPD_KIND_DOWNLOAD_FINISHED]  = THROUGH_STARTED,
    [GTUPD_KIND_DOWNLOAD_FAILED]    = THROUGH_STARTED,
    [GTUPD_KIND_VERSION_REJECTED]   = THROUGH_CONFIRMED,
    [GTUPD_KIND_UPDATE_STARTED]     = THROUGH_FINISHED,
    [GTUPD_KIND_UPDATE_SUCCEEDED]   = THROUGH_UPDATING,
    [GTUPD_KIND_UPDATE_FAILED]      = THROUGH_UPDATING,
    [GTUPD_KIND_UPDATE_BATTERY_LOW] = THROUGH_FINISHED,
};

/* … and what has come in a state. */
static const guint passed[GTUPD_STATES] = {
    [GTUPD_STATE_CONFIRMED]      = THROUGH_CONFIRMED,
    [GTUPD_STATE_DOWNLOADING]    = THROUGH_STARTED,
    [GTUPD_STATE_ATTEMPT_FAILED] = THROUGH_CONFIRMED,
    [GTUPD_STATE_DOWNLOADED]     = THROUGH_FINISHED,
    [GTUPD_STATE_UPDATING]       = THROUGH_UPDATING,
};
/* clang-format on */

const GtupdCell *gtupd_machine_cell(GtupdState state, GtupdKind report)
{
    return &table[state][report];
}

GtupdOutcome gtupd_machine_outcome(GtupdKind report)
{
    return outcomes[report];
}

guint gtupd_machine_missing(GtupdState state, GtupdKind report)
{
    /* A second attempt in a row lacks the result of the first. */
    if (state == GTUPD_STATE_DOWNLOADING && report == GTUPD_KIND_DOWNLOAD_STARTED)
        return BIT(DOWNLOAD_FAILED);
    return needed[report] & ~passed[state];
}
