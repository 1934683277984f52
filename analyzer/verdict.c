/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "verdict.h"

typedef struct {
    GtupdVerdict verdict;
    const char *words;
} OutcomeWords;

static const OutcomeWords outcomes[GTUPD_OUTCOMES] = {
    [GTUPD_OUTCOME_SUCCEEDED] = {GTUPD_VERDICT_GOOD, "succeeded"},
    [GTUPD_OUTCOME_REFUSED] = {GTUPD_VERDICT_FAILED, "refused by the device (download busy, or wrong parameters)"},
    [GTUPD_OUTCOME_CANCELLED] = {GTUPD_VERDICT_STOPPED, "cancelled by the backend"},
    [GTUPD_OUTCOME_BATTERY_LOW] = {GTUPD_VERDICT_FAILED, "refused, battery low"},
    [GTUPD_OUTCOME_DOWNLOAD_FAILED] = {GTUPD_VERDICT_FAILED, "download failed"},
    [GTUPD_OUTCOME_VERSION_REJECTED] = {GTUPD_VERDICT_FAILED, "refused, wrong firmware version for this package"},
    [GTUPD_OUTCOME_UPDATE_FAILED] = {GTUPD_VERDICT_FAILED, "installation failed"},
    [GTUPD_OUTCOME_UPDATE_BATTERY_LOW] = {GTUPD_VERDICT_FAILED, "downloaded but not installed, battery low"},
    [GTUPD_OUTCOME_SUPERSEDED] = {GTUPD_VERDICT_STOPPED, "given up for a new update"},
    [GTUPD_OUTCOME_NO_RESULT] = {GTUPD_VERDICT_UNCLEAR, "installation begun, result never reported"},
    [GTUPD_OUTCOME_UNANSWERED] = {GTUPD_VERDICT_UNCLEAR, "start command never answered"},
    [GTUPD_OUTCOME_INCOMPLETE] = {GTUPD_VERDICT_UNCLEAR, "still under way when the capture ends"},
};

GtupdVerdict gtupd_verdict(GtupdOutcome outcome)
{
    return outcomes[outcome].verdict;
}

gboolean gtupd_verdict_is_open(GtupdOutcome outcome)
{
    return outcome == GTUPD_OUTCOME_INCOMPLETE || outcome == GTUPD_OUTCOME_UNANSWERED;
}

const char *gtupd_verdict_words(GtupdOutcome outcome)
{
    return outcomes[outcome].words;
}

static guint attempts_allowed(const GtupdModelUpdate *update)
{
    if (update->command && update->command->max_download_retry >= 0)
        return 1 + (guint)update->command->max_download_retry;
    return 0;
}

char *gtupd_verdict_dup(const GtupdModelUpdate *update)
{
    const char *words = gtupd_verdict_words(update->outcome);
    guint allowed = attempts_allowed(update);
    if (update->outcome != GTUPD_OUTCOME_DOWNLOAD_FAILED || update->attempts == 0)
        return g_strdup(words);
    if (allowed > 0)
        return g_strdup_printf("%s after %u of %u attempts", words, update->attempts, allowed);
    return g_strdup_printf("%s after %u attempt%s", words, update->attempts, update->attempts == 1 ? "" : "s");
}

const GtupdEvent *gtupd_verdict_event(const GtupdModelUpdate *update)
{
    const GtupdEvent *last = NULL;
    for (guint i = 0; i < update->events->len; i++) {
        const GtupdEvent *event = &g_array_index(update->events, GtupdEvent, i);
        if (update->end_time != 0 && event->kind < GTUPD_REPORTS && event->anchor.time == update->end_time)
            return event;
        if (event->kind < GTUPD_KIND_OTHER_COMMAND)
            last = event;
    }
    return last;
}
