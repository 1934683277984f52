/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Queclink @Track: the envelope of every message, over TCP and UDP on any port.
 *
 * Framing and decoding are the protocol library's. Each message is a tree of its own, so that a segment of many is
 * easy to read; its word decides, through the table attrack.word, who shows the body.
 */
#include "packet-attrack.h"

#include "counters.h"
#include "generated.h"
#include "packet-gtupd.h"
#include "stats.h"
#include "story.h"
#include "wscompat.h"

#include <epan/conversation.h>
#include <epan/proto_data.h>
#include <wsutil/str_util.h>

#include <string.h>

static int proto_attrack = -1;

static int hf_attrack_type = -1;
static int hf_attrack_word = -1;
static int hf_attrack_version = -1;
static int hf_attrack_device_type = -1;
static int hf_attrack_unique_id = -1;
static int hf_attrack_device_name = -1;
static int hf_attrack_serial = -1;
static int hf_attrack_send_time = -1;
static int hf_attrack_count = -1;
static int hf_attrack_device = -1;
static int hf_attrack_stream = -1;
static int hf_attrack_acked_in = -1;
static int hf_attrack_ack_to = -1;
static int hf_attrack_ack_time = -1;
static int hf_attrack_not_counted = -1;
static int hf_attrack_reassembled = -1;
static int hf_attrack_unfinished = -1;
static int hf_attrack_stray = -1;

static gint ett_attrack = -1;
static gint ett_attrack_version = -1;

static dissector_table_t attrack_word_table;
static dissector_handle_t attrack_tcp_handle;
static dissector_handle_t attrack_udp_handle;

static guint stream_count;

enum {
    KEY_SHOWN = 1, /* of the packet's own data */
};

/* Which of the engine's messages of this frame have been shown in this dissection. */
typedef struct {
    guint count;
    guint next; /* all before it are shown */
    gboolean *shown;
    gboolean columns_ours; /* the Info column is already about @Track */
} ShownMessages;

void attrack_mark(AttrackMarks *marks, GtupdSpan span, proto_item *item)
{
    if (marks->count == ATTRACK_MARKS_MAX)
        return;
    marks->mark[marks->count].span = span;
    marks->mark[marks->count].item = item;
    marks->count++;
}

proto_item *attrack_marked(const AttrackMarks *marks, GtupdSpan span)
{
    proto_item *closest = NULL;
    guint length = G_MAXUINT;
    for (guint i = 0; i < marks->count; i++) {
        const GtupdSpan mark = marks->mark[i].span;
        const gboolean surrounds = mark.offset <= span.offset && mark.offset + mark.length >= span.offset + span.length;
        /* An empty field lies at the very place; at its neighbours' edges it lies too. */
        if (!surrounds || mark.length >= length || (span.length == 0 && mark.length > 0))
            continue;
        closest = marks->mark[i].item;
        length = mark.length;
    }
    return closest;
}

guint attrack_stream_count(void)
{
    return stream_count;
}

gboolean attrack_stream_of(packet_info *pinfo, guint *stream)
{
    conversation_t *conversation = find_conversation_pinfo(pinfo, 0);
    const guint *number = conversation != NULL ? conversation_get_proto_data(conversation, proto_attrack) : NULL;
    if (number == NULL)
        return FALSE;
    *stream = *number;
    return TRUE;
}

/* Streams are numbered in the order in which their first message is shown. */
static guint number_stream(packet_info *pinfo)
{
    guint stream;
    if (attrack_stream_of(pinfo, &stream))
        return stream;
    guint *number = wmem_new(wmem_file_scope(), guint);
    *number = stream_count++;
    conversation_add_proto_data(find_or_create_conversation(pinfo), proto_attrack, number);
    return *number;
}

static ShownMessages *shown_messages(packet_info *pinfo)
{
    ShownMessages *shown = p_get_proto_data(pinfo->pool, pinfo, proto_attrack, KEY_SHOWN);
    if (shown != NULL)
        return shown;
    shown = wmem_new0(pinfo->pool, ShownMessages);
    judge_frame(pinfo, &shown->count);
    shown->shown = wmem_alloc0_array(pinfo->pool, gboolean, MAX(shown->count, 1));
    p_add_proto_data(pinfo->pool, pinfo, proto_attrack, KEY_SHOWN, shown);
    return shown;
}

/* The engine's message that a span shows: the next one in this frame with the same bytes. */
static const JudgeMessage *judged_message(packet_info *pinfo, const guint8 *bytes, guint length)
{
    ShownMessages *shown = shown_messages(pinfo);
    guint count;
    JudgeMessage *const *messages = judge_frame(pinfo, &count);
    while (shown->next < shown->count && shown->shown[shown->next])
        shown->next++;
    for (guint i = shown->next; i < shown->count; i++) {
        if (shown->shown[i] || messages[i] == NULL || messages[i]->length != length ||
            memcmp(messages[i]->bytes, bytes, length) != 0)
            continue;
        shown->shown[i] = TRUE;
        return messages[i];
    }
    return NULL;
}

/* The envelope. */

static proto_item *add_text(proto_tree *tree, int hf, tvbuff_t *tvb, GtupdSpan span, AttrackMarks *marks)
{
    if (span.length == 0)
        return NULL;
    proto_item *item = proto_tree_add_item(tree, hf, tvb, span.offset, span.length, ENC_ASCII | ENC_NA);
    attrack_mark(marks, span, item);
    return item;
}

static void add_version(proto_tree *tree, tvbuff_t *tvb, const GtupdMessage *message, AttrackMarks *marks)
{
    const GtupdSpan version = message->version;
    proto_item *item = add_text(tree, hf_attrack_version, tvb, version, marks);
    if (version.length < 2)
        return;
    proto_tree *subtree = proto_item_add_subtree(item, ett_attrack_version);
    proto_tree_add_item(subtree, hf_attrack_device_type, tvb, version.offset, 2, ENC_ASCII | ENC_NA);
}

static void add_send_time(proto_tree *tree, tvbuff_t *tvb, const GtupdMessage *message, AttrackMarks *marks)
{
    proto_item *item = add_text(tree, hf_attrack_send_time, tvb, message->send_time, marks);
    if (!message->has_send_time)
        return;
    const char *time = gtupd_message_text(message, message->send_time);
    proto_item_append_text(item, " (%.4s-%.2s-%.2s %.2s:%.2s:%.2s, device local time)", time, time + 4, time + 6,
                           time + 8, time + 10, time + 12);
}

static void add_envelope(proto_tree *tree, tvbuff_t *tvb, const GtupdMessage *message, AttrackMarks *marks)
{
    const GtupdSpan word = message->word;
    const gint prefix = (gint)gtupd_frame_prefix(message->type);
    proto_tree_add_string(tree, hf_attrack_type, tvb, 0, prefix, gtupd_type_name(message->type));
    add_text(tree, hf_attrack_word, tvb, word, marks);
    add_version(tree, tvb, message, marks);
    add_text(tree, hf_attrack_unique_id, tvb, message->unique_id, marks);
    add_text(tree, hf_attrack_device_name, tvb, message->device_name, marks);
    add_text(tree, hf_attrack_serial, tvb, message->serial, marks);
    add_send_time(tree, tvb, message, marks);
    add_text(tree, hf_attrack_count, tvb, message->count, marks);
}

static void add_frame_link(proto_tree *tree, int hf, tvbuff_t *tvb, const JudgeMessage *target)
{
    if (target != NULL)
        generated_number(tree, hf, tvb, (guint)target->event.anchor.frame);
}

static void add_links(proto_tree *tree, tvbuff_t *tvb, const JudgeMessage *judged)
{
    if (judged->event.device[0] != '\0')
        generated_text(tree, hf_attrack_device, tvb, judged->event.device);
    add_frame_link(tree, hf_attrack_acked_in, tvb, judged->acknowledged_by);
    add_frame_link(tree, hf_attrack_ack_to, tvb, judged->acknowledges);
    if (judged->acknowledges != NULL)
        generated_elapsed(tree, hf_attrack_ack_time, tvb,
                          judged->event.anchor.time - judged->acknowledges->event.anchor.time);
}

/* Streams count from 0, so this is no generated_number(). */
static void add_stream(proto_tree *tree, tvbuff_t *tvb, packet_info *pinfo)
{
    proto_item_set_generated(proto_tree_add_uint(tree, hf_attrack_stream, tvb, 0, 0, number_stream(pinfo)));
}

/* What the Info column and the first line of the tree say. */
static void add_story(packet_info *pinfo, proto_item *item, const AttrackData *data)
{
    const char *story = story_line(pinfo->pool, data->message, data->judged);
    proto_item_append_text(item, ", %s", story);
    const char *findings = data->judged != NULL ? story_findings(pinfo->pool, data->judged) : "";
    col_append_sep_fstr(pinfo->cinfo, COL_INFO, " | ", "%s%s", story, findings);
    col_set_fence(pinfo->cinfo, COL_INFO);
}

static char *pool_word(wmem_allocator_t *pool, const GtupdMessage *message)
{
    return wmem_strndup(pool, gtupd_message_text(message, message->word), message->word.length);
}

/*
 * One message, which `tvb` holds exactly. `judged`: what the engine has of it, or NULL. `reassembled`: the bytes are
 * the engine's copy.
 */
static void show_message(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, const GtupdMessage *message,
                         const JudgeMessage *judged, gboolean reassembled)
{
    proto_item *item = proto_tree_add_item(tree, proto_attrack, tvb, 0, -1, ENC_NA);
    proto_tree *subtree = proto_item_add_subtree(item, ett_attrack);
    AttrackMarks marks = {.count = 0};
    AttrackData data = {.message = message, .judged = judged, .tree = subtree, .marks = &marks};
    char *word = pool_word(pinfo->pool, message);

    add_story(pinfo, item, &data);
    add_envelope(subtree, tvb, message, &marks);
    add_stream(subtree, tvb, pinfo);
    if (judged != NULL)
        add_links(subtree, tvb, judged);
    else
        generated_flag(subtree, hf_attrack_not_counted, tvb);
    if (reassembled)
        generated_flag(subtree, hf_attrack_reassembled, tvb);

    /* Before the body's dissector, which may be anybody's, and may throw. Those on GTUPD stand in its own tree. */
    if (judged != NULL && !message->is_gtupd)
        gtupd_add_findings(tvb, pinfo, subtree, &data);
    ws_try_string(attrack_word_table, word, tvb, pinfo, tree, &data);
    stats_tap_message(tvb, pinfo, judged, word);
}

/* A piece that is no whole message. */
static void show_scrap(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, gint offset, gint length, int hf,
                       const char *what)
{
    proto_item *item =
        proto_tree_add_protocol_format(tree, proto_attrack, tvb, offset, length, "Queclink @Track, %s, %d byte%s", what,
                                       length, plurality(length, "", "s"));
    proto_tree_add_item(proto_item_add_subtree(item, ett_attrack), hf, tvb, offset, length, ENC_NA);
    col_append_sep_str(pinfo->cinfo, COL_INFO, " | ", what);
    col_set_fence(pinfo->cinfo, COL_INFO);
}

static void show_span(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, gint offset, gint length, GtupdType type,
                      GtupdFrameEnd end, gboolean at_datagram_end)
{
    const guint8 *bytes = tvb_get_ptr(tvb, offset, length);
    GtupdMessage message;
    gtupd_message_decode(&message, bytes, (gsize)length, type, end, at_datagram_end);
    show_message(tvb_new_subset_length(tvb, offset, length), pinfo, tree, &message,
                 judged_message(pinfo, bytes, (guint)length), FALSE);
}

static void begin_columns(packet_info *pinfo)
{
    col_set_str(pinfo->cinfo, COL_PROTOCOL, "@Track");
    col_clear(pinfo->cinfo, COL_INFO);
    shown_messages(pinfo)->columns_ours = TRUE;
}

/* Framing. */

/* A datagram's end in which no `$` comes any more. */
static void show_datagram_end(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, gint offset, const GtupdFrame *frame)
{
    const gint rest = (gint)tvb_captured_length(tvb) - offset;
    if (tvb_captured_length(tvb) < tvb_reported_length(tvb))
        show_scrap(tvb, pinfo, tree, offset, rest, hf_attrack_unfinished, "beginning of a message");
    else if (!frame->header)
        show_scrap(tvb, pinfo, tree, offset, rest, hf_attrack_stray, "bytes of no message");
    else
        show_span(tvb, pinfo, tree, offset, (gint)gtupd_frame_trim(tvb_get_ptr(tvb, offset, rest), (gsize)rest),
                  frame->type, GTUPD_END_HEADER, TRUE);
}

/* A segment's end within a message: more of it is asked for. The scanner gives up at 4096 bytes, so not for ever. */
static void show_segment_end(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, gint offset)
{
    if (!pinfo->can_desegment) {
        show_scrap(tvb, pinfo, tree, offset, (gint)tvb_captured_length(tvb) - offset, hf_attrack_unfinished,
                   "beginning of a message");
        return;
    }
    pinfo->desegment_offset = offset;
    pinfo->desegment_len = DESEGMENT_ONE_MORE_SEGMENT;
}

/* Messages, and what lies between them: in a datagram, or in what TCP has in order and has not been shown yet. */
static int dissect_spans(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, gboolean datagram)
{
    judge_feed(pinfo);
    begin_columns(pinfo);
    const gint end = (gint)tvb_captured_length(tvb);
    const guint8 *bytes = end > 0 ? tvb_get_ptr(tvb, 0, end) : NULL;
    gint length;
    for (gint offset = 0; offset < end; offset += length) {
        const GtupdFrame frame = gtupd_frame_next(bytes + offset, (gsize)(end - offset), 0);
        length = frame.kind == GTUPD_FRAME_MORE ? end - offset : (gint)frame.length;
        if (frame.kind == GTUPD_FRAME_MESSAGE)
            show_span(tvb, pinfo, tree, offset, length, frame.type, frame.end, FALSE);
        else if (frame.kind == GTUPD_FRAME_STRAY)
            show_scrap(tvb, pinfo, tree, offset, length, hf_attrack_stray, "bytes of no message");
        else if (frame.kind == GTUPD_FRAME_MORE && datagram)
            show_datagram_end(tvb, pinfo, tree, offset, &frame);
        else if (frame.kind == GTUPD_FRAME_MORE)
            show_segment_end(tvb, pinfo, tree, offset);
    }
    return end;
}

static int dissect_attrack_tcp(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data _U_)
{
    return dissect_spans(tvb, pinfo, tree, FALSE);
}

static int dissect_attrack_udp(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data _U_)
{
    return dissect_spans(tvb, pinfo, tree, TRUE);
}

/*
 * Accepts a payload that begins with a whole header, padding aside. A first segment too short for that is refused;
 * what is in it is shown by the postdissector.
 */
static gboolean begins_with_header(tvbuff_t *tvb)
{
    const gint length = (gint)tvb_captured_length(tvb);
    return length > 0 && gtupd_frame_header(tvb_get_ptr(tvb, 0, length), (gsize)length, NULL) == GTUPD_HEADER_WHOLE;
}

/* From this frame on only: on the second pass, earlier frames must look as they did on the first. */
static void claim_conversation(packet_info *pinfo, dissector_handle_t handle)
{
    conversation_set_dissector_from_frame_number(find_or_create_conversation(pinfo), pinfo->num, handle);
}

static ws_bool dissect_attrack_heur_tcp(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    if (!begins_with_header(tvb))
        return FALSE;
    claim_conversation(pinfo, attrack_tcp_handle);
    dissect_attrack_tcp(tvb, pinfo, tree, data);
    return TRUE;
}

static ws_bool dissect_attrack_heur_udp(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data)
{
    if (!begins_with_header(tvb))
        return FALSE;
    claim_conversation(pinfo, attrack_udp_handle);
    dissect_attrack_udp(tvb, pinfo, tree, data);
    return TRUE;
}

/* What epan did not deliver. */

static void show_copy(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, const JudgeMessage *judged)
{
    tvbuff_t *copy = tvb_new_child_real_data(tvb, judged->bytes, judged->length, (gint)judged->length);
    add_new_data_source(pinfo, copy, "Reassembled @Track");
    GtupdMessage message;
    gtupd_message_decode(&message, judged->bytes, judged->length, judged->type, judged->end, judged->at_datagram_end);
    col_set_str(pinfo->cinfo, COL_PROTOCOL, message.is_gtupd ? "GTUPD" : "@Track");
    show_message(copy, pinfo, tree, &message, judged, TRUE);
}

/* What TCP marks the frame with stays in the Info column; its numbers give way to the messages. */
static void show_copies(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree)
{
    guint count;
    JudgeMessage *const *messages = judge_frame(pinfo, &count);
    if (count == 0)
        return;
    ShownMessages *shown = shown_messages(pinfo);
    for (guint i = 0; i < shown->count; i++) {
        if (shown->shown[i] || messages[i] == NULL)
            continue;
        if (!shown->columns_ours)
            begin_columns(pinfo);
        show_copy(tvb, pinfo, tree, messages[i]);
    }
}

void attrack_show_missed(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree)
{
    if (!proto_is_protocol_enabled(find_protocol_by_id(proto_attrack)))
        return;
    show_copies(tvb, pinfo, tree);
    if (PINFO_FD_VISITED(pinfo))
        return;
    guint count;
    JudgeMessage *const *overdue = judge_overdue(&count);
    for (guint i = 0; i < count; i++)
        stats_tap_overdue(tvb, pinfo, overdue[i]);
}

static void forget_streams(void)
{
    stream_count = 0;
}

void proto_register_attrack(void)
{
    static hf_register_info hf[] = {
        {&hf_attrack_type,
         {"Type", "attrack.type", FT_STRING, BASE_NONE, NULL, 0, "Command, ack, report, buffered report or sack",
          HFILL}},
        {&hf_attrack_word, {"Word", "attrack.word", FT_STRING, BASE_NONE, NULL, 0, "What the message is about", HFILL}},
        {&hf_attrack_version,
         {"Protocol Version", "attrack.version", FT_STRING, BASE_NONE, NULL, 0, "Device type, major and minor version",
          HFILL}},
        {&hf_attrack_device_type,
         {"Device Type", "attrack.device_type", FT_STRING, BASE_NONE, NULL, 0, "DF and BD are CV200", HFILL}},
        {&hf_attrack_unique_id,
         {"Unique ID", "attrack.unique_id", FT_STRING, BASE_NONE, NULL, 0, "IMEI of 15 digits or MEID of 14 hex digits",
          HFILL}},
        {&hf_attrack_device_name, {"Device Name", "attrack.device_name", FT_STRING, BASE_NONE, NULL, 0, NULL, HFILL}},
        {&hf_attrack_serial,
         {"Serial Number", "attrack.serial", FT_STRING, BASE_NONE, NULL, 0,
          "Of a command; its acknowledgement echoes it", HFILL}},
        {&hf_attrack_send_time,
         {"Send Time", "attrack.send_time", FT_STRING, BASE_NONE, NULL, 0, "YYYYMMDDHHMMSS, device local time", HFILL}},
        {&hf_attrack_count,
         {"Count Number", "attrack.count", FT_STRING, BASE_NONE, NULL, 0, "Counts all messages that a device sends",
          HFILL}},
        {&hf_attrack_device,
         {"Device", "attrack.device", FT_STRING, BASE_NONE, NULL, 0,
          "Unique ID of the device that the message is from or for", HFILL}},
        {&hf_attrack_stream,
         {"Stream", "attrack.stream", FT_UINT32, BASE_DEC, NULL, 0, "Connection, or pair of addresses and ports",
          HFILL}},
        {&hf_attrack_acked_in,
         {"Acknowledged in", "attrack.acked_in", FT_FRAMENUM, BASE_NONE, FRAMENUM_TYPE(FT_FRAMENUM_RESPONSE), 0,
          "The acknowledgement of this command", HFILL}},
        {&hf_attrack_ack_to,
         {"Acknowledges", "attrack.ack_to", FT_FRAMENUM, BASE_NONE, FRAMENUM_TYPE(FT_FRAMENUM_REQUEST), 0,
          "The command that this acknowledges", HFILL}},
        {&hf_attrack_ack_time,
         {"Time since command", "attrack.ack_time", FT_RELATIVE_TIME, BASE_NONE, NULL, 0,
          "From the command to its acknowledgement", HFILL}},
        {&hf_attrack_not_counted,
         {"Not counted here: this message belongs to another frame, or is out of the engine's reach",
          "attrack.not_counted", FT_NONE, BASE_NONE, NULL, 0,
          "TCP analysis delivered the message at another place than the stream's order has it", HFILL}},
        {&hf_attrack_reassembled,
         {"Put together by the plugin: TCP analysis did not deliver this message here", "attrack.reassembled", FT_NONE,
          BASE_NONE, NULL, 0, "The message has its place in this frame by the order of the stream", HFILL}},
        {&hf_attrack_unfinished,
         {"Beginning of a message", "attrack.unfinished", FT_BYTES, BASE_NONE, NULL, 0, NULL, HFILL}},
        {&hf_attrack_stray,
         {"Bytes of no message", "attrack.stray", FT_BYTES, BASE_NONE, NULL, 0,
          "Stray bytes, or the rest of a message whose beginning is not here", HFILL}},
    };
    static gint *ett[] = {&ett_attrack, &ett_attrack_version};

    proto_attrack = proto_register_protocol("Queclink @Track", "@Track", "attrack");
    proto_register_field_array(proto_attrack, hf, array_length(hf));
    proto_register_subtree_array(ett, array_length(ett));
    attrack_word_table = register_dissector_table("attrack.word", "@Track word", proto_attrack, FT_STRING, FALSE);
    attrack_tcp_handle = register_dissector("attrack", dissect_attrack_tcp, proto_attrack);
    attrack_udp_handle = register_dissector("attrack.udp", dissect_attrack_udp, proto_attrack);
    register_init_routine(forget_streams);
    stats_register(proto_attrack);
    counters_register();
}

void proto_reg_handoff_attrack(void)
{
    dissector_add_for_decode_as_with_preference("tcp.port", attrack_tcp_handle);
    dissector_add_for_decode_as_with_preference("udp.port", attrack_udp_handle);
    heur_dissector_add("tcp", dissect_attrack_heur_tcp, "Queclink @Track over TCP", "attrack_tcp", proto_attrack,
                       HEURISTIC_ENABLE);
    heur_dissector_add("udp", dissect_attrack_heur_udp, "Queclink @Track over UDP", "attrack_udp", proto_attrack,
                       HEURISTIC_ENABLE);
}
