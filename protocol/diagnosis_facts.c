/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "diagnosis_facts.h"

#include "device.h"

#include <string.h>

#define SPARE 1.25 /* how much longer than measured a download may take */

static const GtupdEvent *event_at(const GtupdUpdate *update, guint index)
{
    return &g_array_index(update->events, GtupdEvent, index);
}

static void note_event(GtupdFacts *facts, const GtupdEvent *event)
{
    if (event->kind < GTUPD_KIND_OTHER_COMMAND)
        facts->last = event;
    if (event->kind == GTUPD_KIND_REFUSED)
        facts->refusal = event;
    else if (event->kind == GTUPD_KIND_STOP_COMMAND)
        facts->stop = event;
    else if (event->kind == GTUPD_KIND_ACK)
        facts->ack = event;
    else if (event->kind == GTUPD_KIND_UPDATE_STARTED)
        facts->installing = event;
}

/* Is it about an attempt that explains how the update ended? */
static gboolean ends_attempt(const GtupdUpdate *update, const GtupdEvent *event)
{
    const gboolean installed = update->outcome == GTUPD_OUTCOME_UPDATE_FAILED ||
                               update->outcome == GTUPD_OUTCOME_NO_RESULT ||
                               update->outcome == GTUPD_OUTCOME_VERSION_REJECTED;
    return event->kind == (installed ? GTUPD_KIND_DOWNLOAD_FINISHED : GTUPD_KIND_DOWNLOAD_FAILED);
}

static void find_attempt(GtupdFacts *facts)
{
    for (guint i = 0; i < facts->update->events->len; i++) {
        const GtupdEvent *event = event_at(facts->update, i);
        note_event(facts, event);
        if (event->kind == GTUPD_KIND_DOWNLOAD_FAILED)
            facts->failed++;
        if (ends_attempt(facts->update, event)) {
            facts->ended = event;
            facts->attempt = event->attempt;
        }
    }
    for (guint i = 0; i < facts->update->events->len; i++) {
        const GtupdEvent *event = event_at(facts->update, i);
        if (event->kind == GTUPD_KIND_DOWNLOAD_STARTED && facts->attempt > 0 && event->attempt == facts->attempt)
            facts->started = event;
    }
}

/* The last download of the attempt; failing that, of one before it. */
static void find_transfer(GtupdFacts *facts)
{
    const GPtrArray *transfers = facts->update->transfers;
    for (guint i = 0; transfers != NULL && facts->attempt > 0 && i < transfers->len; i++) {
        const GtupdTransfer *transfer = transfers->pdata[i];
        if (transfer->attempt <= facts->attempt)
            facts->transfer = transfer;
    }
    if (facts->transfer != NULL)
        facts->is_earlier = facts->transfer->attempt != 0 && facts->transfer->attempt != facts->attempt;
}

/* A package may come in pieces, by Range or REST: they add up. */
static void add_up(GtupdFacts *facts)
{
    const GPtrArray *transfers = facts->update->transfers;
    gint64 last_data = 0;
    facts->whole = -1;
    for (guint i = 0; i < transfers->len; i++) {
        const GtupdTransfer *transfer = transfers->pdata[i];
        if (transfer->attempt != facts->transfer->attempt)
            continue;
        if (facts->begun == 0)
            facts->begun = transfer->request.time;
        facts->delivered += transfer->delivered;
        if (transfer->total >= 0)
            facts->whole = MAX(facts->whole, transfer->total);
        else if (transfer->expected >= 0)
            facts->whole = MAX(facts->whole, transfer->range_from + transfer->expected);
        if (transfer->last_data.order != 0)
            last_data = transfer->last_data.time;
    }
    const gint64 spent = last_data - facts->begun;
    if (spent <= 0 || facts->delivered <= 0)
        return;
    facts->rate = (double)facts->delivered * 1e9 / (double)spent;
    if (facts->whole > 0)
        facts->needed = (gint64)((double)facts->whole / facts->rate * 1e9);
}

static void measure(GtupdFacts *facts)
{
    const GtupdTransfer *transfer = facts->transfer;
    const gint64 last_data = transfer->last_data.order != 0 ? transfer->last_data.time : transfer->request.time;
    add_up(facts);
    facts->over = transfer->end.order != 0 ? transfer->end.time : facts->end;
    if (facts->ended != NULL && !facts->is_earlier)
        facts->over =
            transfer->end.order != 0 ? MIN(facts->over, facts->ended->anchor.time) : facts->ended->anchor.time;
    facts->silence = facts->over - MAX(last_data, transfer->last_payload);
}

GtupdFacts gtupd_facts_of(const GtupdCase *about)
{
    const GtupdUpdate *update = about->update;
    const gboolean closed = update->state == GTUPD_STATE_ENDED || update->outcome == GTUPD_OUTCOME_SUPERSEDED;
    GtupdFacts facts = {
        .about = about,
        .update = update,
        .whole = -1,
        .timeout = update->command != NULL ? update->command->download_timeout : -1,
        .end = closed ? update->closing_time : MAX(about->end, update->closing_time),
    };
    find_attempt(&facts);
    find_transfer(&facts);
    if (facts.transfer != NULL)
        measure(&facts);
    return facts;
}

gint64 gtupd_facts_lasted(const GtupdFacts *facts)
{
    return facts->started != NULL && facts->ended != NULL ? facts->ended->anchor.time - facts->started->anchor.time : 0;
}

int gtupd_facts_advised(const GtupdFacts *facts)
{
    const double minutes = (double)facts->needed * SPARE / (double)GTUPD_MINUTE;
    return minutes < GTUPD_LONGEST_TIMEOUT ? MAX((int)minutes + 1, facts->timeout + 1) : GTUPD_LONGEST_TIMEOUT;
}

gboolean gtupd_facts_is_about_command(const GtupdFacts *facts, const GtupdClue *clue)
{
    return facts->update->command != NULL && gtupd_rule_info(clue->rule)->group == GTUPD_GROUP_FIELD &&
           gtupd_anchor_equal(&clue->anchor, &facts->update->command->anchor);
}

gboolean gtupd_facts_has_bad_download_field(const GtupdFacts *facts)
{
    for (guint i = 0; i < facts->about->clue_count; i++) {
        const GtupdClue *clue = &facts->about->clues[i];
        if (!gtupd_facts_is_about_command(facts, clue))
            continue;
        if (clue->rule == GTUPD_RULE_URL_SCHEME_MISMATCH || clue->rule == GTUPD_RULE_URL_AMBIGUOUS ||
            (clue->rule == GTUPD_RULE_FIELD_INVALID && clue->field != NULL &&
             g_str_has_prefix(clue->field, "download-")))
            return TRUE;
    }
    return FALSE;
}
