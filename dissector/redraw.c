/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "redraw.h"

#include "wscompat.h"

#include <epan/tap.h>

static struct {
    void (*fill)(void);
    void (*forget)(void);
} views[REDRAW_MAX];
static guint view_count;
static gboolean armed;

static tap_packet_status hear_packet(void *tap _U_, packet_info *pinfo _U_, epan_dissect_t *edt _U_,
                                     const void *data _U_, tap_flags_t flags _U_)
{
    return TAP_PACKET_REDRAW;
}

static void fill_all(void *tap _U_)
{
    judge_verdict();
    for (guint i = 0; i < view_count; i++)
        views[i].fill();
}

void redraw_disarm(void)
{
    if (armed)
        remove_tap_listener(&armed);
    armed = FALSE;
}

static void close_file(void)
{
    redraw_disarm();
    for (guint i = 0; i < view_count; i++)
        views[i].forget();
}

void redraw_register(void (*fill)(void), void (*forget)(void))
{
    g_assert(view_count < REDRAW_MAX);
    if (view_count == 0)
        register_cleanup_routine(close_file);
    views[view_count].fill = fill;
    views[view_count].forget = forget;
    view_count++;
}

/*
 * Listeners are drawn latest first: this one comes after those of the statistics, which are hearing packets already.
 * After a further one has begun, it must be registered again.
 */
void redraw_arm(void)
{
    if (armed)
        return;
    GString *error =
        register_tap_listener("attrack", &armed, NULL, TL_REQUIRES_NOTHING, NULL, hear_packet, fill_all, NULL);
    g_assert(error == NULL); /* the tap is our own, and there is no filter */
    armed = TRUE;
}

GHashTable *redraw_updates(const GPtrArray *messages)
{
    GHashTable *updates = g_hash_table_new(NULL, NULL);
    for (guint i = 0; i < messages->len; i++) {
        const JudgeMessage *message = g_ptr_array_index(messages, i);
        if (message->update != NULL)
            g_hash_table_add(updates, message->update);
    }
    return updates;
}
