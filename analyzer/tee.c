/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tee.h"

static void pass_message(const GtupdMessage *message, const GtupdAnchor *anchor, gpointer data)
{
    const GtupdTee *tee = data;
    for (guint i = 0; i < tee->count; i++)
        if (tee->sinks[i].message)
            tee->sinks[i].message(message, anchor, tee->sinks[i].data);
}

static void pass_event(const GtupdEvent *event, gpointer data)
{
    const GtupdTee *tee = data;
    for (guint i = 0; i < tee->count; i++)
        if (tee->sinks[i].event)
            tee->sinks[i].event(event, tee->sinks[i].data);
}

static void pass_answer(const GtupdAnchor *command, const GtupdAnchor *ack, gpointer data)
{
    const GtupdTee *tee = data;
    for (guint i = 0; i < tee->count; i++)
        if (tee->sinks[i].answer)
            tee->sinks[i].answer(command, ack, tee->sinks[i].data);
}

static void pass_finding(const GtupdFinding *finding, gpointer data)
{
    const GtupdTee *tee = data;
    for (guint i = 0; i < tee->count; i++)
        if (tee->sinks[i].finding)
            tee->sinks[i].finding(finding, tee->sinks[i].data);
}

static void pass_update(const GtupdUpdate *update, gpointer data)
{
    const GtupdTee *tee = data;
    for (guint i = 0; i < tee->count; i++)
        if (tee->sinks[i].update)
            tee->sinks[i].update(update, tee->sinks[i].data);
}

void gtupd_tee_add(GtupdTee *tee, const GtupdSink *sink)
{
    g_assert(tee->count < GTUPD_TEE_MAX);
    tee->sinks[tee->count++] = *sink;
}

GtupdSink gtupd_tee_sink(GtupdTee *tee)
{
    return (GtupdSink){
        .data = tee,
        .message = pass_message,
        .event = pass_event,
        .answer = pass_answer,
        .finding = pass_finding,
        .update = pass_update,
    };
}
