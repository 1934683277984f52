/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The messages and packets that show what a diagnosis says. */
#include "diagnosis_facts.h"

static void show(GArray *frames, const GtupdAnchor *anchor)
{
    if (anchor->order == 0)
        return;
    guint place = 0;
    while (place < frames->len && g_array_index(frames, GtupdAnchor, place).order < anchor->order)
        place++;
    if (place < frames->len && g_array_index(frames, GtupdAnchor, place).order == anchor->order)
        return;
    g_array_insert_val(frames, place, *anchor);
}

static void show_event(GArray *frames, const GtupdEvent *event)
{
    if (event != NULL)
        show(frames, &event->anchor);
}

static void show_events(const GtupdFacts *facts, guint what, GArray *frames)
{
    for (guint i = 0; i < facts->update->events->len; i++) {
        const GtupdEvent *event = &g_array_index(facts->update->events, GtupdEvent, i);
        const gboolean ends = facts->update->end_time != 0 && event->kind < GTUPD_REPORTS &&
                              event->anchor.time == facts->update->end_time;
        if (((what & SHOW_END) != 0 && ends) ||
            ((what & SHOW_FAILURES) != 0 && event->kind == GTUPD_KIND_DOWNLOAD_FAILED))
            show(frames, &event->anchor);
    }
}

static void show_transfer(const GtupdTransfer *transfer, GArray *frames)
{
    if (transfer == NULL)
        return;
    show(frames, &transfer->request);
    show(frames, &transfer->last_data);
    show(frames, &transfer->end);
}

static void show_clues(const GtupdFacts *facts, GArray *frames)
{
    for (guint i = 0; i < facts->about->clue_count; i++)
        show(frames, &facts->about->clues[i].anchor);
}

GArray *gtupd_facts_frames(const GtupdFacts *facts, guint shows)
{
    GArray *frames = g_array_new(FALSE, FALSE, sizeof(GtupdAnchor));
    const GtupdUpdate *update = facts->update;
    show_events(facts, shows, frames);
    if ((shows & SHOW_COMMAND) != 0 && update->command != NULL)
        show(frames, &update->command->anchor);
    if ((shows & SHOW_LAST) != 0)
        show_event(frames, facts->last);
    if ((shows & SHOW_STOP) != 0)
        show_event(frames, facts->stop);
    if ((shows & SHOW_REFUSAL) != 0)
        show_event(frames, facts->refusal);
    if ((shows & SHOW_INSTALLING) != 0)
        show_event(frames, facts->installing);
    if ((shows & SHOW_ATTEMPT) != 0) {
        show_event(frames, facts->started);
        show_event(frames, facts->ended);
    }
    if ((shows & SHOW_TRANSFER) != 0)
        show_transfer(facts->transfer, frames);
    if ((shows & SHOW_VERSIONS) != 0) {
        show(frames, &update->version_before.anchor);
        show(frames, &update->version_after.anchor);
    }
    if ((shows & SHOW_CLUES) != 0)
        show_clues(facts, frames);
    return frames;
}
