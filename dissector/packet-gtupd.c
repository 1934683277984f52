/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * GTUPD, the firmware update: the body's fields, walked along the layout rows; the message's place in its update; and
 * the findings, one expert field for each rule of the catalogue.
 *
 * Nothing is judged here. A new rule or field of a layout needs no more than its row in the protocol library (a field:
 * also a row in row_fields).
 */
#include "packet-gtupd.h"

#include "generated.h"
#include "stats.h"
#include "tables.h"
#include "why.h"
#include "wscompat.h"

#include <epan/expert.h>

static int proto_gtupd = -1;

/* Fields of the layouts. */
static int hf_gtupd_password = -1;
static int hf_gtupd_sub_command = -1;
static int hf_gtupd_max_download_retry = -1;
static int hf_gtupd_download_timeout = -1;
static int hf_gtupd_download_protocol = -1;
static int hf_gtupd_download_user_name = -1;
static int hf_gtupd_download_password = -1;
static int hf_gtupd_download_url = -1;
static int hf_gtupd_update_type = -1;
static int hf_gtupd_code = -1;
static int hf_gtupd_download_times = -1;
static int hf_gtupd_reserved = -1;
static int hf_gtupd_unusable = -1;
static int hf_gtupd_fields = -1;

/* Its place. */
static int hf_gtupd_event = -1;
static int hf_gtupd_state = -1;
static int hf_gtupd_update = -1;
static int hf_gtupd_attempt = -1;
static int hf_gtupd_outcome = -1;
static int hf_gtupd_command_frame = -1;
static int hf_gtupd_command_time = -1;
static int hf_gtupd_previous_frame = -1;
static int hf_gtupd_next_frame = -1;
static int hf_gtupd_finding = -1;
static int hf_gtupd_severity = -1;

static gint ett_gtupd = -1;
static gint ett_gtupd_finding = -1;

/* One expert field a rule: "gtupd.rule.phase-skipped". */
static expert_field ei_rules[GTUPD_RULE_COUNT];

/* Wireshark's words for ours, as the catalogue's columns name them. */
#define PI_OF_ERROR    PI_ERROR
#define PI_OF_WARNING  PI_WARN
#define PI_OF_NOTE     PI_NOTE
#define PI_OF_FRAMING  PI_MALFORMED
#define PI_OF_FIELD    PI_PROTOCOL
#define PI_OF_NUMBER   PI_SEQUENCE
#define PI_OF_COMMAND  PI_RESPONSE_CODE
#define PI_OF_SEQUENCE PI_SEQUENCE

/* §2.1.1 and §2.1.2 */
static const value_string sub_command_vals[] = {{0, "Start"}, {1, "Stop"}, {0, NULL}};
static const value_string download_protocol_vals[] = {{0, "HTTP"}, {2, "FTP"}, {0, NULL}};
static const value_string update_type_vals[] = {{0, "APK"}, {1, "MCU"}, {11, "Platform"}, {0, NULL}};

/* §2.2: every code that the document defines, from the protocol library. */
#define CODES_MAX 64
static value_string code_vals[CODES_MAX];

/* How a layout row is shown. Rows of the envelope are not here: they stand in the envelope's tree. */
typedef struct {
    int *hf;
    gboolean number; /* else text */
} RowField;

static const RowField row_fields[GTUPD_FIELDS] = {
    [GTUPD_FIELD_PASSWORD] = {&hf_gtupd_password, FALSE},
    [GTUPD_FIELD_SUB_COMMAND] = {&hf_gtupd_sub_command, TRUE},
    [GTUPD_FIELD_MAX_DOWNLOAD_RETRY] = {&hf_gtupd_max_download_retry, TRUE},
    [GTUPD_FIELD_DOWNLOAD_TIMEOUT] = {&hf_gtupd_download_timeout, TRUE},
    [GTUPD_FIELD_DOWNLOAD_PROTOCOL] = {&hf_gtupd_download_protocol, TRUE},
    [GTUPD_FIELD_DOWNLOAD_USER_NAME] = {&hf_gtupd_download_user_name, FALSE},
    [GTUPD_FIELD_DOWNLOAD_PASSWORD] = {&hf_gtupd_download_password, FALSE},
    [GTUPD_FIELD_DOWNLOAD_URL] = {&hf_gtupd_download_url, FALSE},
    [GTUPD_FIELD_RESERVED] = {&hf_gtupd_reserved, FALSE},
    [GTUPD_FIELD_UPDATE_TYPE] = {&hf_gtupd_update_type, TRUE},
    [GTUPD_FIELD_CODE] = {&hf_gtupd_code, TRUE},
    [GTUPD_FIELD_DOWNLOAD_TIMES] = {&hf_gtupd_download_times, TRUE},
};

/* Decimal value of 1 to 4 digits; −1 if it is anything else. */
static int number_of(const char *text, gsize length)
{
    int number = 0;
    for (gsize i = 0; i < length; i++) {
        if (!g_ascii_isdigit(text[i]))
            return -1;
        number = number * 10 + (text[i] - '0');
    }
    return length >= 1 && length <= 4 ? number : -1;
}

/* An empty field stands for its default, which is shown as derived. */
static proto_item *add_default(proto_tree *tree, tvbuff_t *tvb, const RowField *field, GtupdSpan span,
                               const char *fallback)
{
    proto_item *item = field->number ? proto_tree_add_uint(tree, *field->hf, tvb, span.offset, span.length,
                                                           (guint32)number_of(fallback, strlen(fallback)))
                                     : proto_tree_add_string(tree, *field->hf, tvb, span.offset, span.length, fallback);
    proto_item_append_text(item, " (empty: the default)");
    proto_item_set_generated(item);
    return item;
}

static proto_item *add_row(proto_tree *tree, tvbuff_t *tvb, const GtupdMessage *message, const GtupdLayoutRow *row,
                           const GtupdFieldValue *value)
{
    const RowField *field = &row_fields[row->field];
    const GtupdSpan span = value->value;
    /* That reports pass with 0 in Reserved is no default. */
    if (!value->present && row->fallback != NULL && row->fallback[0] != '\0' && row->field != GTUPD_FIELD_RESERVED)
        return add_default(tree, tvb, field, value->raw, row->fallback);
    if (!field->number)
        return proto_tree_add_item(tree, *field->hf, tvb, span.offset, span.length, ENC_ASCII | ENC_NA);

    const int number = number_of(gtupd_message_text(message, span), span.length);
    if (number >= 0)
        return proto_tree_add_uint(tree, *field->hf, tvb, span.offset, span.length, (guint32)number);
    proto_item *item =
        proto_tree_add_item(tree, hf_gtupd_unusable, tvb, value->raw.offset, value->raw.length, ENC_ASCII | ENC_NA);
    proto_item_prepend_text(item, "%s: ", gtupd_field_info(row->field)->title);
    return item;
}

static void add_rows(proto_tree *tree, tvbuff_t *tvb, const AttrackData *data)
{
    const GtupdMessage *message = data->message;
    const GtupdLayout *layout = gtupd_layout(message->layout);
    for (guint i = 0; i < layout->count; i++) {
        if (row_fields[layout->rows[i].field].hf == NULL)
            continue;
        const GtupdFieldValue *value = &message->fields[i];
        attrack_mark(data->marks, value->raw, add_row(tree, tvb, message, &layout->rows[i], value));
    }
    if (message->layout == GTUPD_LAYOUT_NONE)
        generated_number(tree, hf_gtupd_fields, tvb, message->field_count);
}

/* The message's place in its update, as the engine has it. */

static void add_command(proto_tree *tree, tvbuff_t *tvb, const GtupdEvent *event)
{
    const gboolean itself =
        event->command.frame == event->anchor.frame && event->command.ordinal == event->anchor.ordinal;
    if (!event->has_command || itself)
        return;
    generated_number(tree, hf_gtupd_command_frame, tvb, (guint)event->command.frame);
    generated_elapsed(tree, hf_gtupd_command_time, tvb, event->anchor.time - event->command.time);
}

static void add_place(proto_tree *tree, tvbuff_t *tvb, packet_info *pinfo, const JudgeMessage *judged)
{
    const GtupdEvent *event = &judged->event;
    if (judge_event_listed(judged, PINFO_FD_VISITED(pinfo)))
        generated_text(tree, hf_gtupd_event, tvb, gtupd_kind_name(event->kind));
    if (judged->update == NULL)
        return;
    generated_number(tree, hf_gtupd_update, tvb, event->update);
    if (event->state != GTUPD_STATE_NONE)
        generated_text(tree, hf_gtupd_state, tvb, gtupd_state_name(event->state));
    generated_number(tree, hf_gtupd_attempt, tvb, event->attempt);
    add_command(tree, tvb, event);
    if (judged->previous_report != NULL)
        generated_number(tree, hf_gtupd_previous_frame, tvb, (guint)judged->previous_report->event.anchor.frame);
    if (judged->next_report != NULL)
        generated_number(tree, hf_gtupd_next_frame, tvb, (guint)judged->next_report->event.anchor.frame);
    why_add_requests(tree, tvb, judged);
    if (judged->update->told != NULL)
        generated_text(tree, hf_gtupd_outcome, tvb, gtupd_outcome_name(judged->update->told->outcome));
    why_add_diagnosis(tree, tvb, pinfo, judged);
}

/* Findings. */

typedef struct {
    tvbuff_t *tvb;
    packet_info *pinfo;
    proto_tree *tree;
    const AttrackMarks *marks;
} FindingPlace;

static void add_finding(const JudgeFinding *finding, void *data)
{
    const FindingPlace *place = data;
    const GtupdRuleInfo *rule = gtupd_rule_info(finding->rule);
    const GtupdSpan span = finding->span;
    /* A span of length 0 is an empty field, or at the very beginning: the whole message. */
    const gboolean whole = span.length == 0 && span.offset == 0;
    const gint length = whole ? (gint)tvb_captured_length(place->tvb) : span.length;
    proto_item *item = proto_tree_add_string(place->tree, hf_gtupd_finding, place->tvb, span.offset, length, rule->id);
    proto_item_set_generated(item);
    generated_text(proto_item_add_subtree(item, ett_gtupd_finding), hf_gtupd_severity, place->tvb,
                   gtupd_severity_name(rule->severity));
    proto_item *marked = attrack_marked(place->marks, span);
    proto_item *target = marked != NULL ? marked : item;
    if (finding->section != NULL)
        expert_add_info_format(place->pinfo, target, &ei_rules[finding->rule], "%s (§%s)", finding->sentence,
                               finding->section);
    else
        expert_add_info_format(place->pinfo, target, &ei_rules[finding->rule], "%s", finding->sentence);
}

void gtupd_add_findings(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, const AttrackData *data)
{
    FindingPlace place = {.tvb = tvb, .pinfo = pinfo, .tree = tree, .marks = data->marks};
    /* A message that is shown for its finding only, such as one that came during an update. */
    if (!data->message->is_gtupd && judge_event_listed(data->judged, PINFO_FD_VISITED(pinfo))) {
        generated_text(tree, hf_gtupd_event, tvb, gtupd_kind_name(data->judged->event.kind));
        generated_number(tree, hf_gtupd_update, tvb, data->judged->event.update);
        why_add_diagnosis(tree, tvb, pinfo, data->judged);
    }
    judge_each_finding(data->judged, add_finding, &place);
}

/* For Tools → Credentials: what was sent in the clear. Defaults are no news. */
static void tap_credentials(packet_info *pinfo, const AttrackData *data)
{
    const GtupdMessage *message = data->message;
    const GtupdFieldValue *device = gtupd_message_field(message, GTUPD_FIELD_PASSWORD);
    const GtupdFieldValue *download = gtupd_message_field(message, GTUPD_FIELD_DOWNLOAD_PASSWORD);
    if (device != NULL && device->present) {
        const char *id = data->judged != NULL ? data->judged->event.device : "";
        stats_tap_credential(pinfo, hf_gtupd_password, wmem_strdup(pinfo->pool, id), "Commands to the device");
    }
    if (download != NULL && download->present) {
        const GtupdSpan user = gtupd_message_field(message, GTUPD_FIELD_DOWNLOAD_USER_NAME)->value;
        char *name = gtupd_message_dup_printable(message, user);
        stats_tap_credential(pinfo, hf_gtupd_download_password, wmem_strdup(pinfo->pool, name),
                             "Download of the package");
        g_free(name);
    }
}

static int dissect_gtupd(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *user_data)
{
    const AttrackData *data = user_data;
    if (data == NULL)
        return 0;
    col_set_str(pinfo->cinfo, COL_PROTOCOL, "GTUPD");
    proto_item *item = proto_tree_add_item(tree, proto_gtupd, tvb, 0, -1, ENC_NA);
    proto_tree *subtree = proto_item_add_subtree(item, ett_gtupd);
    proto_item_append_text(item, ", %s", gtupd_kind_words(data->message->kind));
    add_rows(subtree, tvb, data);
    tap_credentials(pinfo, data);
    if (data->judged != NULL) {
        add_place(subtree, tvb, pinfo, data->judged);
        gtupd_add_findings(tvb, pinfo, subtree, data);
    }
    return (int)tvb_captured_length(tvb);
}

/* Called for every frame, also where no dissector of ours was, or one threw. */
static int dissect_gtupd_post(tvbuff_t *tvb, packet_info *pinfo, proto_tree *tree, void *data _U_)
{
    judge_feed(pinfo);
    attrack_show_missed(tvb, pinfo, tree);
    why_add_downloads(tree, tvb, pinfo);
    return 0;
}

/* Codes by number, with the words of the protocol library. */
static void fill_code_vals(void)
{
    guint count = 0;
    for (guint32 code = 0; code < 10000 && count < CODES_MAX - 1; code++) {
        char text[8];
        GtupdKind kind;
        GtupdUpdateType type;
        const int length = g_snprintf(text, sizeof text, "%03u", code);
        if (!gtupd_code_parse(text, (gsize)length, &kind, &type))
            continue;
        code_vals[count].value = code;
        code_vals[count].strptr = gtupd_kind_words(kind);
        count++;
    }
}

static void register_expert_fields(void)
{
#define X(name, id, severity, group, party, section, text, advice)                                                     \
    {&ei_rules[GTUPD_RULE_##name], {"gtupd.rule." id, PI_OF_##group, PI_OF_##severity, text, EXPFILL}},
    static ei_register_info ei[] = {GTUPD_RULES(X)};
#undef X
    for (guint i = 0; i < GTUPD_RULE_COUNT; i++)
        ei_rules[i] = (expert_field)EI_INIT;
    expert_register_field_array(expert_register_protocol(proto_gtupd), ei, array_length(ei));
}

void proto_register_gtupd(void)
{
    static hf_register_info hf[] = {
        {&hf_gtupd_password,
         {"Password", "gtupd.password", FT_STRING, BASE_NONE, NULL, 0, "The device's password", HFILL}},
        {&hf_gtupd_sub_command,
         {"Sub-Command", "gtupd.sub_command", FT_UINT16, BASE_DEC, VALS(sub_command_vals), 0, NULL, HFILL}},
        {&hf_gtupd_max_download_retry,
         {"Max Download Retry", "gtupd.max_download_retry", FT_UINT16, BASE_DEC, NULL, 0, "Attempts after the first",
          HFILL}},
        {&hf_gtupd_download_timeout,
         {"Download Timeout", "gtupd.download_timeout", FT_UINT16, BASE_DEC, NULL, 0, "Minutes for one attempt",
          HFILL}},
        {&hf_gtupd_download_protocol,
         {"Download Protocol", "gtupd.download_protocol", FT_UINT16, BASE_DEC, VALS(download_protocol_vals), 0, NULL,
          HFILL}},
        {&hf_gtupd_download_user_name,
         {"Download User Name", "gtupd.download_user_name", FT_STRING, BASE_NONE, NULL, 0, NULL, HFILL}},
        {&hf_gtupd_download_password,
         {"Download Password", "gtupd.download_password", FT_STRING, BASE_NONE, NULL, 0, NULL, HFILL}},
        {&hf_gtupd_download_url,
         {"Download URL", "gtupd.download_url", FT_STRING, BASE_NONE, NULL, 0, "Where the package is", HFILL}},
        {&hf_gtupd_update_type,
         {"Update Type", "gtupd.update_type", FT_UINT16, BASE_DEC, VALS(update_type_vals), 0, NULL, HFILL}},
        {&hf_gtupd_code,
         {"Code", "gtupd.code", FT_UINT16, BASE_DEC, VALS(code_vals), 0, "The middle digits are the Update Type",
          HFILL}},
        {&hf_gtupd_download_times,
         {"Download Times", "gtupd.download_times", FT_UINT16, BASE_DEC, NULL, 0, "Counts the download attempts",
          HFILL}},
        {&hf_gtupd_reserved, {"Reserved", "gtupd.reserved", FT_STRING, BASE_NONE, NULL, 0, NULL, HFILL}},
        {&hf_gtupd_unusable,
         {"Not usable", "gtupd.unusable", FT_STRING, BASE_NONE, NULL, 0, "A field that should be a number", HFILL}},
        {&hf_gtupd_fields,
         {"Number of fields, which no layout has", "gtupd.fields", FT_UINT32, BASE_DEC, NULL, 0, NULL, HFILL}},

        {&hf_gtupd_event,
         {"Event", "gtupd.event", FT_STRING, BASE_NONE, NULL, 0, "What the message is in its update", HFILL}},
        {&hf_gtupd_state,
         {"State", "gtupd.state", FT_STRING, BASE_NONE, NULL, 0, "Of the update, after the message", HFILL}},
        {&hf_gtupd_update,
         {"Update", "gtupd.update", FT_UINT32, BASE_DEC, NULL, 0, "Number of the device's update", HFILL}},
        {&hf_gtupd_attempt,
         {"Attempt", "gtupd.attempt", FT_UINT32, BASE_DEC, NULL, 0, "Number of the download attempt", HFILL}},
        {&hf_gtupd_outcome,
         {"Outcome", "gtupd.outcome", FT_STRING, BASE_NONE, NULL, 0, "How the update ended, or stands", HFILL}},
        {&hf_gtupd_command_frame,
         {"Start command in", "gtupd.command_frame", FT_FRAMENUM, BASE_NONE, FRAMENUM_TYPE(FT_FRAMENUM_REQUEST), 0,
          "The start command of the update, or the command that this acknowledges", HFILL}},
        {&hf_gtupd_command_time,
         {"Time since command", "gtupd.command_time", FT_RELATIVE_TIME, BASE_NONE, NULL, 0, NULL, HFILL}},
        {&hf_gtupd_previous_frame,
         {"Previous report in", "gtupd.previous_frame", FT_FRAMENUM, BASE_NONE, NULL, 0, "Of the same update", HFILL}},
        {&hf_gtupd_next_frame,
         {"Next report in", "gtupd.next_frame", FT_FRAMENUM, BASE_NONE, NULL, 0, "Of the same update", HFILL}},
        {&hf_gtupd_finding,
         {"Finding", "gtupd.finding", FT_STRING, BASE_NONE, NULL, 0, "Rule that the message, or its place, is against",
          HFILL}},
        {&hf_gtupd_severity,
         {"Severity", "gtupd.severity", FT_STRING, BASE_NONE, NULL, 0, "Of a finding: error, warning or note", HFILL}},
    };
    static gint *ett[] = {&ett_gtupd, &ett_gtupd_finding};

    fill_code_vals();
    proto_gtupd = proto_register_protocol("Queclink Firmware Update", "GTUPD", "gtupd");
    proto_register_field_array(proto_gtupd, hf, array_length(hf));
    proto_register_subtree_array(ett, array_length(ett));
    register_expert_fields();
    why_register(proto_gtupd);
    judge_register(proto_gtupd);
    tables_register();
}

void proto_reg_handoff_gtupd(void)
{
    dissector_add_string("attrack.word", "GTUPD", create_dissector_handle(dissect_gtupd, proto_gtupd));
    register_postdissector(create_dissector_handle(dissect_gtupd_post, proto_gtupd));
}
