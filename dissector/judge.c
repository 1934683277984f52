/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "judge.h"

#include <wiretap/pcap-encap.h>
#include <wiretap/wtap.h>

#define LISTED_FOR_GOOD G_MAXUINT /* the update is over: no verdict takes the message out of it */

/* All that is known of the file at hand. */
static struct {
    GtupdEngine *engine; /* NULL: no file */
    wmem_map_t *frames;  /* frame number → wmem_array_t of JudgeMessage * */
    wmem_array_t *row;   /* of the frame `row_number`, which is asked for again and again */
    guint row_number;    /* 0: none */
    wmem_array_t *findings;
    GPtrArray *overdue; /* messages of earlier frames that the frame given last made known */

    wmem_allocator_t *verdict_pool; /* findings of the verdict; emptied for the next */
    GPtrArray *verdict_findings;
    GtupdCounts counts;
    guint verdict_number; /* 0: none yet */
    gboolean judging;     /* the engine is being asked for a verdict */
    gboolean fed;         /* frames were given since the verdict */
    gboolean settled;     /* the end was reached, and no frame came after it */

    guint32 last_number; /* the frame given last. Numbers alone repeat under a read filter (tshark -2 -R), */
    gint64 last_offset;  /* offsets alone in formats that pack several frames into a record */
    gint64 last_time;    /* ns; when the capture ends, as far as it has been read */
    int last_encapsulation, last_link_type;
} judge;

static int judge_proto = -1;

/* Frames of the file before it was closed, if it had been read to its end; survives, for it may be dissected anew. */
static guint32 frames_before;

/* The messages of a frame; NULL: none. */
static wmem_array_t *row_of(guint frame)
{
    if (frame == judge.row_number)
        return judge.row;
    wmem_array_t *row = wmem_map_lookup(judge.frames, GUINT_TO_POINTER(frame));
    if (row != NULL) {
        judge.row = row;
        judge.row_number = frame;
    }
    return row;
}

static JudgeMessage *message_at(const GtupdAnchor *anchor)
{
    wmem_array_t *row = row_of((guint)anchor->frame);
    if (row == NULL || anchor->ordinal >= wmem_array_get_count(row))
        return NULL;
    return *(JudgeMessage **)wmem_array_index(row, anchor->ordinal);
}

static void put_message(JudgeMessage *message, const GtupdAnchor *anchor)
{
    wmem_array_t *row = row_of((guint)anchor->frame);
    if (row == NULL) {
        row = wmem_array_sized_new(wmem_file_scope(), sizeof(JudgeMessage *), 1); /* mostly there is but one */
        wmem_map_insert(judge.frames, GUINT_TO_POINTER((guint)anchor->frame), row);
    }
    JudgeMessage *undecided = NULL;
    while (wmem_array_get_count(row) <= anchor->ordinal)
        wmem_array_append_one(row, undecided);
    *(JudgeMessage **)wmem_array_index(row, anchor->ordinal) = message;
}

/* What the engine says. */

static void hear_message(const GtupdMessage *message, const GtupdAnchor *anchor, gpointer data G_GNUC_UNUSED)
{
    JudgeMessage *kept = wmem_new0(wmem_file_scope(), JudgeMessage);
    kept->bytes = wmem_memdup(wmem_file_scope(), message->bytes, message->length);
    kept->length = (guint)message->length;
    kept->type = message->type;
    kept->end = message->end;
    kept->at_datagram_end = message->at_datagram_end;
    kept->event.anchor = *anchor;
    put_message(kept, anchor);
    if (anchor->frame != judge.last_number)
        g_ptr_array_add(judge.overdue, kept);
}

static void hear_event(const GtupdEvent *event, gpointer data G_GNUC_UNUSED)
{
    JudgeMessage *message = message_at(&event->anchor);
    if (message == NULL)
        return;
    message->event = *event;
    message->update = event->update != 0 ? updates_of(event->device, event->update) : NULL;
    if (message->update == NULL || event->repeated)
        return;
    if (message->previous_report == NULL && message->update->last_report != message)
        message->previous_report = message->update->last_report;
    if (event->kind < GTUPD_REPORTS)
        message->update->last_report = message;
}

static void hear_answer(const GtupdAnchor *command, const GtupdAnchor *ack, gpointer data G_GNUC_UNUSED)
{
    JudgeMessage *asked = message_at(command);
    JudgeMessage *answer = message_at(ack);
    if (asked == NULL || answer == NULL)
        return;
    asked->acknowledged_by = answer;
    answer->acknowledges = asked;
}

static gboolean is_other(const GtupdEvent *event)
{
    return event->kind == GTUPD_KIND_OTHER_COMMAND || event->kind == GTUPD_KIND_OTHER_REPORT;
}

/* Other messages stand among an update's events only where a finding is anchored to them; repeats never do. */
static void list_anchor(JudgeMessage *message, const GtupdFinding *finding)
{
    const GtupdEvent *event = finding->event;
    if (is_other(event) && !event->repeated && finding->update != 0)
        message->listed_in = judge.judging ? MAX(message->listed_in, judge.verdict_number) : LISTED_FOR_GOOD;
}

static void hear_finding(const GtupdFinding *finding, gpointer data G_GNUC_UNUSED)
{
    JudgeMessage *message = message_at(&finding->event->anchor);
    if (message == NULL)
        return;
    wmem_allocator_t *pool = judge.judging ? judge.verdict_pool : wmem_file_scope();
    JudgeFinding *kept = wmem_new0(pool, JudgeFinding);
    kept->rule = finding->rule;
    kept->section = finding->section;
    kept->sentence = wmem_strdup(pool, finding->message);
    kept->span = finding->span;
    kept->update = finding->update != 0 ? updates_of(finding->event->device, finding->update) : NULL;
    kept->message = message;

    if (judge.judging && message->verdict_number != judge.verdict_number) {
        message->verdict = (JudgeFindings){NULL, NULL};
        message->verdict_number = judge.verdict_number;
    }
    JudgeFindings *list = judge.judging ? &message->verdict : &message->findings;
    if (list->last != NULL)
        list->last->next = kept;
    else
        list->first = kept;
    list->last = kept;

    if (judge.judging)
        g_ptr_array_add(judge.verdict_findings, kept);
    else
        wmem_array_append_one(judge.findings, kept);
    if (kept->update != NULL)
        updates_note(kept->update, finding, judge.judging ? judge.verdict_number : 0);
    list_anchor(message, finding);
}

/* The engine's list is the last word on what belongs to an update, and in which order. */
static void list_events(JudgeUpdate *update, const GArray *events)
{
    JudgeMessage *last_report = NULL;
    for (guint i = 0; i < events->len; i++) {
        const GtupdEvent *event = &g_array_index(events, GtupdEvent, i);
        JudgeMessage *message = message_at(&event->anchor);
        if (message == NULL)
            continue;
        message->event = *event;
        message->update = update;
        message->listed_in = judge.judging ? judge.verdict_number : LISTED_FOR_GOOD;
        message->previous_report = last_report;
        message->next_report = NULL;
        if (event->kind < GTUPD_REPORTS)
            last_report = message;
        if (i == 0)
            update->first = message;
    }
    update->last_report = last_report;

    const JudgeMessage *next_report = NULL;
    for (guint i = events->len; i-- > 0;) {
        const GtupdEvent *event = &g_array_index(events, GtupdEvent, i);
        JudgeMessage *message = message_at(&event->anchor);
        if (message == NULL)
            continue;
        message->next_report = next_report;
        if (event->kind < GTUPD_REPORTS)
            next_report = message;
    }
}

static void hear_update(const GtupdUpdate *update, gpointer data G_GNUC_UNUSED)
{
    JudgeUpdate *kept = updates_of(update->device, update->number);
    updates_tell(kept, update);
    list_events(kept, update->events);
}

static const GtupdSink judge_sink = {
    .message = hear_message,
    .event = hear_event,
    .answer = hear_answer,
    .finding = hear_finding,
    .update = hear_update,
};

/* A file's life. */

static void open_file(void)
{
    judge.engine = gtupd_engine_new(&judge_sink);
    judge.frames = wmem_map_new(wmem_file_scope(), g_direct_hash, g_direct_equal);
    judge.findings = wmem_array_new(wmem_file_scope(), sizeof(JudgeFinding *));
    judge.overdue = g_ptr_array_new();
    updates_open();
    judge.verdict_pool = wmem_allocator_new(WMEM_ALLOCATOR_BLOCK);
    judge.verdict_findings = g_ptr_array_new();
    judge.last_offset = -1;
    judge.last_encapsulation = WTAP_ENCAP_UNKNOWN;
    judge.last_link_type = -1;
}

static void close_file(void)
{
    frames_before = judge.settled ? judge.last_number : 0;
    g_clear_pointer(&judge.engine, gtupd_engine_free);
    g_clear_pointer(&judge.verdict_pool, wmem_destroy_allocator);
    g_clear_pointer(&judge.verdict_findings, g_ptr_array_unref);
    g_clear_pointer(&judge.overdue, g_ptr_array_unref);
    updates_close();
    memset(&judge, 0, sizeof judge);
}

void judge_register(int proto)
{
    judge_proto = proto;
    register_init_routine(open_file);
    register_cleanup_routine(close_file);
    register_postseq_cleanup_routine(judge_end);
}

/* Wireshark numbers link types its own way, and exports only this direction of the mapping. −1: not one of ours. */
static int link_type_of(int encapsulation)
{
    if (encapsulation == judge.last_encapsulation)
        return judge.last_link_type;
    judge.last_encapsulation = encapsulation;
    judge.last_link_type = -1;
    for (const int *type = gtupd_engine_link_types(); *type >= 0 && judge.last_link_type < 0; type++)
        if (wtap_pcap_encap_to_wtap_encap(*type) == encapsulation)
            judge.last_link_type = *type;
    return judge.last_link_type;
}

void judge_feed(packet_info *pinfo)
{
    if (judge.engine == NULL || PINFO_FD_VISITED(pinfo) || pinfo->rec->rec_type != REC_TYPE_PACKET ||
        pinfo->data_src == NULL)
        return;
    if (pinfo->fd->file_off == judge.last_offset && pinfo->num == judge.last_number)
        return;
    /* Given by the dissector alone, the engine would see half a capture, and invent findings. */
    if (!proto_is_protocol_enabled(find_protocol_by_id(judge_proto)))
        return;
    judge.last_number = pinfo->num;
    judge.last_offset = pinfo->fd->file_off;
    /* Unsigned, for a damaged capture's seconds may be anything. */
    judge.last_time =
        (gint64)((guint64)pinfo->abs_ts.secs * G_GUINT64_CONSTANT(1000000000) + (guint64)pinfo->abs_ts.nsecs);
    judge.fed = TRUE;
    judge.settled = FALSE;
    g_ptr_array_set_size(judge.overdue, 0);

    const int link_type = link_type_of(pinfo->rec->rec_header.packet_header.pkt_encap);
    if (link_type < 0)
        return;
    tvbuff_t *frame = get_data_source_tvb((const struct data_source *)pinfo->data_src->data);
    const guint captured = tvb_captured_length(frame);
    const GtupdPacket packet = {
        .link_type = link_type,
        .frame = pinfo->num,
        .time = judge.last_time,
        .data = captured > 0 ? tvb_get_ptr(frame, 0, (gint)captured) : (const guint8 *)"",
        .captured = captured,
        .length = tvb_reported_length(frame),
    };
    gtupd_engine_packet(judge.engine, &packet);
}

void judge_verdict(void)
{
    if (judge.engine == NULL || (!judge.fed && judge.verdict_number > 0))
        return;
    g_ptr_array_set_size(judge.verdict_findings, 0);
    wmem_free_all(judge.verdict_pool);
    judge.verdict_number++;
    judge.fed = FALSE;
    judge.judging = TRUE;
    gtupd_engine_finish(judge.engine, &judge_sink, &judge.counts);
    judge.judging = FALSE;
}

void judge_end(void)
{
    if (judge.engine == NULL)
        return;
    if (!judge.settled)
        gtupd_engine_settle(judge.engine);
    judge.fed = judge.fed || !judge.settled;
    judge.settled = TRUE;
    judge_verdict();
}

/*
 * A frame is seen again. When a file is dissected anew, nobody says that its end is reached: it is where it was before.
 * In a live capture the verdict is a preview, and data that waits for a retransmission waits on.
 */
static void judge_again(void)
{
    if (!judge.settled && frames_before > 0 && judge.last_number >= frames_before)
        judge_end();
    else
        judge_verdict();
}

/* What the faces ask. */

JudgeMessage *const *judge_frame(packet_info *pinfo, guint *count)
{
    *count = 0;
    if (judge.engine == NULL)
        return NULL;
    if (PINFO_FD_VISITED(pinfo))
        judge_again();
    wmem_array_t *row = row_of(pinfo->num);
    if (row == NULL)
        return NULL;
    *count = wmem_array_get_count(row);
    return wmem_array_get_raw(row);
}

JudgeMessage *const *judge_overdue(guint *count)
{
    *count = judge.engine != NULL ? judge.overdue->len : 0;
    return *count > 0 ? (JudgeMessage *const *)judge.overdue->pdata : NULL;
}

static gboolean verdict_holds(const JudgeMessage *message)
{
    return message->verdict_number == judge.verdict_number && judge.verdict_number > 0;
}

void judge_each_finding(const JudgeMessage *message, void (*visit)(const JudgeFinding *finding, void *data), void *data)
{
    for (const JudgeFinding *finding = message->findings.first; finding != NULL; finding = finding->next)
        visit(finding, data);
    if (!verdict_holds(message))
        return;
    for (const JudgeFinding *finding = message->verdict.first; finding != NULL; finding = finding->next)
        visit(finding, data);
}

static int compare_findings(gconstpointer a, gconstpointer b)
{
    const GtupdAnchor *left = &(*(JudgeFinding *const *)a)->message->event.anchor;
    const GtupdAnchor *right = &(*(JudgeFinding *const *)b)->message->event.anchor;
    if (left->frame != right->frame)
        return left->frame < right->frame ? -1 : 1;
    return left->ordinal < right->ordinal ? -1 : left->ordinal > right->ordinal;
}

GPtrArray *judge_findings(void)
{
    GPtrArray *all = g_ptr_array_new();
    if (judge.engine == NULL)
        return all;
    for (guint i = 0; i < wmem_array_get_count(judge.findings); i++)
        g_ptr_array_add(all, *(JudgeFinding **)wmem_array_index(judge.findings, i));
    g_ptr_array_extend(all, judge.verdict_findings, NULL, NULL);
    g_ptr_array_sort(all, compare_findings); /* a merge sort: equal ones stay in order */
    return all;
}

gboolean judge_event_listed(const JudgeMessage *message, gboolean visited)
{
    if (message->listed_in == LISTED_FOR_GOOD ||
        (judge.verdict_number > 0 && message->listed_in == judge.verdict_number))
        return TRUE;
    return !visited && message->event.update != 0 && message->event.gtupd && !message->event.repeated;
}

/* Takes the message for the update's last, if it is an event of it that comes later than the last so far. */
static void take_last(JudgeUpdate *update, const GtupdAnchor *anchor)
{
    const JudgeMessage *message = message_at(anchor);
    if (message == NULL || !judge_event_listed(message, TRUE))
        return;
    const GtupdAnchor *last = update->last != NULL ? &update->last->event.anchor : NULL;
    if (last == NULL || anchor->order > last->order ||
        (anchor->order == last->order && anchor->ordinal > last->ordinal))
        update->last = message;
}

/* Messages of other words are events where a finding is anchored to them. */
static void find_last(JudgeUpdate *update)
{
    update->last = NULL;
    for (guint i = 0; i < update->told->events->len; i++)
        take_last(update, &g_array_index(update->told->events, GtupdEvent, i).anchor);
    g_autoptr(GArray) clues = updates_clues(update, judge.verdict_number);
    for (guint i = 0; i < clues->len; i++) {
        const GtupdAnchor *anchor = &g_array_index(clues, GtupdClue, i).anchor;
        const JudgeMessage *message = message_at(anchor);
        if (message != NULL && is_other(&message->event))
            take_last(update, anchor);
    }
}

const GtupdDiagnosis *judge_update_diagnosis(JudgeUpdate *update)
{
    if (update->told == NULL || judge.verdict_number == 0)
        return NULL;
    if (update->diagnosis_verdict != judge.verdict_number) {
        find_last(update);
        updates_diagnose(update, judge.verdict_number, judge.last_time);
    }
    return update->diagnosis;
}

const GtupdDiagnosis *judge_diagnosis(const JudgeMessage *message)
{
    if (message->update == NULL)
        return NULL;
    const GtupdDiagnosis *diagnosis = judge_update_diagnosis(message->update);
    return message->update->last == message ? diagnosis : NULL;
}

const GtupdCounts *judge_counts(void)
{
    return &judge.counts;
}
