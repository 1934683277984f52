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

/* A connection on which nothing was asked for, and which could have been: a spare one. */
static gboolean is_idle(const GtupdTransfer *transfer)
{
    return transfer->path == NULL && transfer->result == GTUPD_TRANSFER_RUNNING && !transfer->secure;
}

/* The last download of the attempt; failing that, of one before it. */
static void find_transfer(GtupdFacts *facts)
{
    const GPtrArray *transfers = facts->update->transfers;
    for (guint i = 0; transfers != NULL && facts->attempt > 0 && i < transfers->len; i++) {
        const GtupdTransfer *transfer = transfers->pdata[i];
        const gboolean is_spare =
            facts->transfer != NULL && facts->transfer->attempt == transfer->attempt && is_idle(transfer);
        if (transfer->attempt <= facts->attempt && !is_spare)
            facts->transfer = transfer;
    }
    if (facts->transfer != NULL)
        facts->is_earlier = facts->transfer->attempt != 0 && facts->transfer->attempt != facts->attempt;
}

static int by_beginning(gconstpointer a, gconstpointer b)
{
    const GtupdTransfer *left = *(GtupdTransfer *const *)a, *right = *(GtupdTransfer *const *)b;
    return left->range_from < right->range_from ? -1 : left->range_from > right->range_from;
}

/* Pieces of the package may overlap, where a download began anew: each byte counts once. */
static void cover(GtupdFacts *facts, GPtrArray *pieces)
{
    gint64 reached = 0, left_out = 0;
    g_ptr_array_sort(pieces, by_beginning);
    for (guint i = 0; i < pieces->len; i++) {
        const GtupdTransfer *piece = pieces->pdata[i];
        const gint64 end = piece->range_from + piece->delivered;
        if (i > 0)
            left_out += MAX(piece->range_from - reached, 0);
        facts->delivered += MAX(end - MAX(piece->range_from, reached), 0);
        reached = MAX(reached, end);
    }
    facts->missing = facts->whole > 0 ? left_out + MAX(facts->whole - reached, 0) : 0;
}

/* A package may come in pieces, by Range or REST: they add up. */
static void add_up(GtupdFacts *facts)
{
    const GPtrArray *transfers = facts->update->transfers;
    g_autoptr(GPtrArray) pieces = g_ptr_array_new();
    gint64 last_data = 0, brought = 0;
    facts->whole = -1;
    for (guint i = 0; i < transfers->len; i++) {
        const GtupdTransfer *transfer = transfers->pdata[i];
        if (transfer->attempt != facts->transfer->attempt)
            continue;
        if (facts->begun == 0)
            facts->begun = transfer->request.time;
        brought += transfer->delivered;
        if (transfer->delivered > 0)
            g_ptr_array_add(pieces, (gpointer)transfer);
        if (transfer->total >= 0)
            facts->whole = MAX(facts->whole, transfer->total);
        else if (transfer->expected >= 0)
            facts->whole = MAX(facts->whole, transfer->range_from + transfer->expected);
        if (transfer->last_data.order != 0)
            last_data = transfer->last_data.time;
    }
    cover(facts, pieces);
    const gint64 spent = last_data - facts->begun;
    if (spent <= 0 || brought <= 0)
        return;
    facts->rate = (double)brought * 1e9 / (double)spent;
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
