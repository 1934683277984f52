/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "event.h"

gboolean gtupd_anchor_equal(const GtupdAnchor *a, const GtupdAnchor *b)
{
    return a->order == b->order && a->ordinal == b->ordinal;
}

const char *gtupd_state_name(GtupdState state)
{
    static const char *const names[GTUPD_STATES] = {
        [GTUPD_STATE_NONE] = "",
        [GTUPD_STATE_REQUESTED] = "REQUESTED",
        [GTUPD_STATE_CONFIRMED] = "CONFIRMED",
        [GTUPD_STATE_DOWNLOADING] = "DOWNLOADING",
        [GTUPD_STATE_ATTEMPT_FAILED] = "ATTEMPT_FAILED",
        [GTUPD_STATE_DOWNLOADED] = "DOWNLOADED",
        [GTUPD_STATE_UPDATING] = "UPDATING",
        [GTUPD_STATE_ENDED] = "ENDED",
    };
    return names[state];
}

const char *gtupd_outcome_name(GtupdOutcome outcome)
{
    static const char *const names[GTUPD_OUTCOMES] = {
        [GTUPD_OUTCOME_SUCCEEDED] = "succeeded",
        [GTUPD_OUTCOME_REFUSED] = "refused",
        [GTUPD_OUTCOME_CANCELLED] = "cancelled",
        [GTUPD_OUTCOME_BATTERY_LOW] = "battery-low",
        [GTUPD_OUTCOME_DOWNLOAD_FAILED] = "download-failed",
        [GTUPD_OUTCOME_VERSION_REJECTED] = "version-rejected",
        [GTUPD_OUTCOME_UPDATE_FAILED] = "update-failed",
        [GTUPD_OUTCOME_UPDATE_BATTERY_LOW] = "update-battery-low",
        [GTUPD_OUTCOME_SUPERSEDED] = "superseded",
        [GTUPD_OUTCOME_NO_RESULT] = "no-result",
        [GTUPD_OUTCOME_UNANSWERED] = "unanswered",
        [GTUPD_OUTCOME_INCOMPLETE] = "incomplete",
    };
    return names[outcome];
}

const char *gtupd_limit_name(GtupdLimit limit)
{
    static const char *const names[GTUPD_LIMITS] = {
        [GTUPD_LIMIT_DEVICES] = "devices",
        [GTUPD_LIMIT_WAITING_COMMANDS] = "waiting-commands",
        [GTUPD_LIMIT_EVENTS] = "events",
        [GTUPD_LIMIT_FINDINGS] = "findings",
        [GTUPD_LIMIT_CHANNELS] = "channels",
        [GTUPD_LIMIT_FLOWS] = "flows",
        [GTUPD_LIMIT_STREAM_BYTES] = "stream-bytes",
        [GTUPD_LIMIT_FRAGMENTS] = "fragments",
        [GTUPD_LIMIT_TRANSFERS] = "transfers",
        [GTUPD_LIMIT_DIGESTS] = "digests",
        [GTUPD_LIMIT_DEVICE_BYTES] = "device-bytes",
        [GTUPD_LIMIT_GATEWAY_DEVICES] = "gateway-devices",
        [GTUPD_LIMIT_UPDATES] = "updates",
    };
    return names[limit];
}
