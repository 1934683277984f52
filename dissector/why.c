/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "why.h"

#include "generated.h"

static int hf_gtupd_download_frame = -1;
static int hf_gtupd_diagnosis = -1;
static int hf_gtupd_why = -1;
static int hf_gtupd_party = -1;
static int hf_gtupd_confidence = -1;
static int hf_gtupd_shown_in = -1;
static int hf_gtupd_doubt = -1;
static int hf_gtupd_refuted_by = -1;

static gint ett_gtupd_download = -1;
static gint ett_gtupd_diagnosis = -1;

typedef struct {
    proto_tree *tree;
    tvbuff_t *tvb;
} Place;

static void add_request(guint frame, void *data)
{
    const Place *place = data;
    generated_number(place->tree, hf_gtupd_download_frame, place->tvb, frame);
}

void why_add_requests(proto_tree *tree, tvbuff_t *tvb, const JudgeMessage *judged)
{
    const GtupdEvent *event = &judged->event;
    Place place = {tree, tvb};
    if (event->kind == GTUPD_KIND_DOWNLOAD_STARTED && event->attempt > 0 && judged->update != NULL)
        updates_each_request(judged->update, event->attempt, add_request, &place);
}

/* No protocol item: to filters the frame is no GTUPD message, nor does any statistic count it. */
static void add_download(const GtupdEvent *started, void *data)
{
    const Place *place = data;
    proto_item *item;
    proto_tree *subtree =
        proto_tree_add_subtree_format(place->tree, place->tvb, 0, 0, ett_gtupd_download, &item,
                                      "Queclink Firmware Update: download of attempt %u, update %u of %s",
                                      started->attempt, started->update, started->device);
    proto_item_set_generated(item);
    generated_number(subtree, hf_gtupd_download_frame, place->tvb, (guint)started->anchor.frame);
}

void why_add_downloads(proto_tree *tree, tvbuff_t *tvb, packet_info *pinfo)
{
    Place place = {tree, tvb};
    updates_each_download(pinfo->num, add_download, &place);
}

void why_add_diagnosis(proto_tree *tree, tvbuff_t *tvb, packet_info *pinfo, const JudgeMessage *judged)
{
    const GtupdDiagnosis *diagnosis = PINFO_FD_VISITED(pinfo) ? judge_diagnosis(judged) : NULL;
    if (diagnosis == NULL)
        return;
    proto_item *item = proto_tree_add_string(tree, hf_gtupd_diagnosis, tvb, 0, 0, gtupd_cause_name(diagnosis->cause));
    proto_item_append_text(item, ": %s", diagnosis->sentence);
    proto_item_set_generated(item);
    proto_tree *subtree = proto_item_add_subtree(item, ett_gtupd_diagnosis);
    generated_text(subtree, hf_gtupd_why, tvb, diagnosis->sentence);
    generated_text(subtree, hf_gtupd_party, tvb, gtupd_culprit_name(diagnosis->culprit));
    generated_text(subtree, hf_gtupd_confidence, tvb, gtupd_confidence_name(diagnosis->confidence));
    for (guint i = 0; i < diagnosis->frames->len; i++)
        generated_number(subtree, hf_gtupd_shown_in, tvb,
                         (guint)g_array_index(diagnosis->frames, GtupdAnchor, i).frame);
    for (guint i = 0; i < diagnosis->doubts->len; i++)
        generated_text(subtree, hf_gtupd_doubt, tvb, g_ptr_array_index(diagnosis->doubts, i));
    if (diagnosis->refuted_by != NULL)
        generated_text(subtree, hf_gtupd_refuted_by, tvb, diagnosis->refuted_by);
}

void why_register(int proto)
{
    static hf_register_info hf[] = {
        {&hf_gtupd_download_frame,
         {"Download", "gtupd.download_frame", FT_FRAMENUM, BASE_NONE, NULL, 0,
          "The request of the download that this report is about; on the request, that report", HFILL}},
        {&hf_gtupd_diagnosis,
         {"Diagnosis", "gtupd.diagnosis", FT_STRING, BASE_NONE, NULL, 0,
          "Cause of the update's failure, on its last message", HFILL}},
        {&hf_gtupd_why, {"Why", "gtupd.why", FT_STRING, BASE_NONE, NULL, 0, "The diagnosis as a sentence", HFILL}},
        {&hf_gtupd_party,
         {"Party", "gtupd.party", FT_STRING, BASE_NONE, NULL, 0, "Who would have to change something", HFILL}},
        {&hf_gtupd_confidence,
         {"Confidence", "gtupd.confidence", FT_STRING, BASE_NONE, NULL, 0, "Proven, likely or possible", HFILL}},
        {&hf_gtupd_shown_in,
         {"Shown in", "gtupd.shown_in", FT_FRAMENUM, BASE_NONE, NULL, 0, "A frame that shows the cause", HFILL}},
        {&hf_gtupd_doubt, {"In doubt", "gtupd.doubt", FT_STRING, BASE_NONE, NULL, 0, "What the capture lacks", HFILL}},
        {&hf_gtupd_refuted_by,
         {"Refuted by", "gtupd.refuted_by", FT_STRING, BASE_NONE, NULL, 0, "What would have shown another cause",
          HFILL}},
    };
    static gint *ett[] = {&ett_gtupd_download, &ett_gtupd_diagnosis};
    proto_register_field_array(proto, hf, array_length(hf));
    proto_register_subtree_array(ett, array_length(ett));
}
