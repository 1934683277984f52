/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Download evidence: what the wire shows of an update's attempts, beside what the device says of them. */
#include "update_record.h"

#include "address.h"
#include "bounds.h"
#include "evidence.h"

/* A device may report a download that much later than it asks for it, where its clock does not say how late it is. */
#define REPORT_DELAY GTUPD_MINUTE

/* Send Time has whole seconds. */
#define SEND_TIME_STEP GTUPD_SECOND

/* A transfer without payload for so long is stalled. */
#define STALL GTUPD_MINUTE

/* A SYN that is not even sent again is unanswered after this. */
#define SYN_PATIENCE (20 * GTUPD_SECOND)

/* --- Attempts --- */

static GtupdAttempt *open_attempt(const GtupdUpdateRecord *record)
{
    if (record->downloads->len == 0)
        return NULL;
    GtupdAttempt *last = record->downloads->pdata[record->downloads->len - 1];
    return last->until == G_MAXINT64 ? last : NULL;
}

/*
 * When the report at hand was made, as far as its Send Time can tell: reports wait for a connection, or for the +SACK
 * of those before them. The clock's own error is what the promptest report of the update shows.
 */
static gint64 time_of_report(const GtupdContext *context, const GtupdUpdateRecord *record)
{
    if (!context->message->has_send_time)
        return gtupd_context_now(context);
    const gint64 lead = gtupd_context_lead(context);
    const gint64 delay = lead - MIN(record->promptest, lead);
    return gtupd_context_now(context) - MAX(delay - SEND_TIME_STEP, 0);
}

/* Not before the command, nor before the end of the attempt before. */
static gint64 earliest_request(const GtupdContext *context, const GtupdUpdateRecord *record)
{
    const guint before = record->downloads->len;
    const gint64 bound =
        before > 0 ? ((const GtupdAttempt *)record->downloads->pdata[before - 1])->until : record->shown.start_time;
    return MAX(bound, time_of_report(context, record) - REPORT_DELAY);
}

void gtupd_update_follow_download(const GtupdContext *context, GtupdUpdateRecord *record)
{
    GtupdEvidence *evidence = context->device->evidence;
    GtupdAttempt *open = open_attempt(record);
    if (open != NULL)
        gtupd_evidence_close(evidence, open, context->event, time_of_report(context, record));
    if (context->event->kind != GTUPD_KIND_DOWNLOAD_STARTED)
        return;
    if (record->downloads->len >= GTUPD_MAX_UPDATE_ATTEMPTS) {
        context->out->limits[GTUPD_LIMIT_TRANSFERS]++;
        return;
    }
    /* Behind a gateway's address there are other devices, and it is not where the device downloads. */
    char client[GTUPD_ADDRESS_TEXT] = "";
    if (!context->channel.gateway && context->address != NULL && context->ip_version != 0)
        gtupd_address_format(context->ip_version, context->address, client);
    const char *url = record->has_command ? record->command.url : NULL;
    g_ptr_array_add(record->downloads, gtupd_evidence_open(evidence, record->shown.device, client, url, context->event,
                                                           earliest_request(context, record)));
}

/* --- What can be said of one transfer --- */

/* An attempt with what it has claimed, or would now. */
typedef struct {
    const GtupdAttempt *attempt;
    const GtupdClaim *claim;
    const GtupdEvidence *evidence;
    gint64 until; /* ns; its end, or now */
    const GtupdOut *out;
} View;

static const GtupdTransfer *transfer_at(const View *view, guint index)
{
    return view->claim->transfers->pdata[index];
}

/* RST, or silence that has lasted. */
static gboolean is_unreachable(const View *view, const GtupdTransfer *transfer)
{
    return transfer->result == GTUPD_TRANSFER_UNREACHABLE && (transfer->end.order != 0 || transfer->retransmitted > 0 ||
                                                              view->until - transfer->request.time >= SYN_PATIENCE);
}

static gboolean is_refused(const View *view, const GtupdTransfer *transfer)
{
    return is_unreachable(view, transfer) || transfer->result == GTUPD_TRANSFER_LOGIN_REFUSED ||
           transfer->result == GTUPD_TRANSFER_MISSING || transfer->result == GTUPD_TRANSFER_REFUSED;
}

/* Has the server agreed to send? */
static gboolean is_granted(const View *view G_GNUC_UNUSED, const GtupdTransfer *transfer)
{
    return transfer->result == GTUPD_TRANSFER_REDIRECTED || transfer->result == GTUPD_TRANSFER_COMPLETE ||
           transfer->delivered > 0 ||
           (transfer->protocol == GTUPD_TRANSFER_HTTP && transfer->status >= 200 && transfer->status < 400);
}

static gboolean is_cut(const View *view, const GtupdTransfer *transfer)
{
    const GtupdKind ended_by = view->attempt->told->result.kind;
    const gboolean was_told_to_stop = view->attempt->told->result.anchor.order != 0 &&
                                      (ended_by == GTUPD_KIND_CANCELLED || ended_by == GTUPD_KIND_VERSION_REJECTED);
    return transfer->result == GTUPD_TRANSFER_CUT && !transfer->has_holes &&
           !(transfer->closed_by == GTUPD_CLOSED_BY_DEVICE && was_told_to_stop);
}

/* Has it made good, or may it yet make good, what was cut before? */
static gboolean is_sound(const View *view G_GNUC_UNUSED, const GtupdTransfer *transfer)
{
    return transfer->result == GTUPD_TRANSFER_COMPLETE ||
           (transfer->result == GTUPD_TRANSFER_RUNNING && transfer->delivered > 0);
}

static gboolean is_nameless(const View *view G_GNUC_UNUSED, const GtupdTransfer *transfer)
{
    return transfer->result == GTUPD_TRANSFER_NAME_FAILED;
}

static gboolean has_address(const View *view G_GNUC_UNUSED, const GtupdTransfer *transfer)
{
    return transfer->result != GTUPD_TRANSFER_NAME_FAILED;
}

static gint64 stall_of(const View *view, const GtupdTransfer *transfer)
{
    if (transfer->last_payload == 0 || transfer->has_holes)
        return 0;
    gint64 stall = transfer->longest_stall;
    if (transfer->result == GTUPD_TRANSFER_RUNNING && transfer->closed_by == GTUPD_CLOSED_NOT)
        stall = MAX(stall, view->until - transfer->last_payload);
    return stall;
}

static gboolean is_stalled(const View *view, const GtupdTransfer *transfer)
{
    return stall_of(view, transfer) >= STALL;
}

static gboolean is_never(const View *view G_GNUC_UNUSED, const GtupdTransfer *transfer G_GNUC_UNUSED)
{
    return FALSE;
}

/* --- Sentences --- */

/* "198.51.100.9:80", "files.example.com:80" */
static char *dup_server(const GtupdTransfer *transfer)
{
    const char *name = transfer->host != NULL ? transfer->host : transfer->server;
    const gboolean is_ipv6 = strchr(name, ':') != NULL;
    return g_strdup_printf("%s%s%s:%u", is_ipv6 ? "[" : "", name, is_ipv6 ? "]" : "", transfer->server_port);
}

/* "3000 of 6000 bytes", "3000 bytes" */
static char *dup_bytes(const GtupdTransfer *transfer)
{
    if (transfer->expected < 0)
        return g_strdup_printf("%" G_GINT64_FORMAT " bytes", transfer->delivered);
    return g_strdup_printf("%" G_GINT64_FORMAT " of %" G_GINT64_FORMAT " bytes", transfer->delivered,
                           transfer->expected);
}

/* A packet, named in a finding on `about`: "17"; in another capture than that, "2:17", the second capture's. */
static char *dup_frame(const GtupdEvent *about, const GtupdAnchor *packet)
{
    if (packet->capture == about->anchor.capture)
        return g_strdup_printf("%" G_GUINT64_FORMAT, packet->frame);
    return g_strdup_printf("%u:%" G_GUINT64_FORMAT, packet->capture + 1, packet->frame);
}

/* What became of a transfer that was refused or cut. */
static char *dup_fate(const GtupdEvent *about, const GtupdTransfer *transfer)
{
    g_autofree char *server = dup_server(transfer);
    g_autofree char *bytes = dup_bytes(transfer);
    g_autofree char *request = dup_frame(about, &transfer->request);
    g_autofree char *end = dup_frame(about, &transfer->end);
    if (transfer->result == GTUPD_TRANSFER_UNREACHABLE && transfer->end.order == 0)
        return g_strdup_printf("%s did not answer the SYN of frame %s", server, request);
    if (transfer->result == GTUPD_TRANSFER_UNREACHABLE)
        return g_strdup_printf("%s refused the connection of frame %s with a reset (frame %s)", server, request, end);
    if (transfer->result == GTUPD_TRANSFER_CUT)
        return g_strdup_printf("the %s %s the transfer of frame %s in frame %s, after %s",
                               transfer->closed_by == GTUPD_CLOSED_BY_DEVICE ? "device" : "file server",
                               transfer->reset ? "reset" : "closed", request, end, bytes);
    return g_strdup_printf("%s answered the request of frame %s with %s %d (frame %s)", server, request,
                           transfer->protocol == GTUPD_TRANSFER_HTTP ? "HTTP status" : "FTP reply", transfer->status,
                           end);
}

static void note_fate(const View *view, GtupdRule rule, const GtupdTransfer *transfer)
{
    g_autofree char *fate = dup_fate(&view->attempt->told->start, transfer);
    gtupd_note_at(view->out, &view->attempt->told->start, rule, "Download attempt %u: %s.", view->attempt->number,
                  fate);
}

static void note_stall(const View *view, GtupdRule rule, const GtupdTransfer *transfer)
{
    g_autofree char *request = dup_frame(&view->attempt->told->start, &transfer->request);
    gtupd_note_at(view->out, &view->attempt->told->start, rule,
                  "Download attempt %u: the transfer of frame %s stood still for %.1f s; it brought %" G_GINT64_FORMAT
                  " bytes in all.",
                  view->attempt->number, request, (double)stall_of(view, transfer) / (double)GTUPD_SECOND,
                  transfer->delivered);
}

static void note_nameless(const View *view, GtupdRule rule, const GtupdTransfer *transfer)
{
    g_autofree char *reason = transfer->end.order == 0 ? g_strdup("no answer came")
                              : transfer->status != 0  ? g_strdup_printf("response code %d", transfer->status)
                                                       : g_strdup("no address in the answer");
    g_autofree char *query = dup_frame(&view->attempt->told->start, &transfer->request);
    gtupd_note_at(view->out, &view->attempt->told->start, rule,
                  "Download attempt %u: DNS did not resolve %s (query in frame %s): %s.", view->attempt->number,
                  transfer->host, query, reason);
}

/* --- The findings on single transfers --- */

/* `met` by a transfer, and by none behind it `mended`: one finding an attempt, on the first such transfer. */
static const struct {
    GtupdRule rule;
    gboolean (*met)(const View *view, const GtupdTransfer *transfer);
    gboolean (*mended)(const View *view, const GtupdTransfer *transfer);
    void (*note)(const View *view, GtupdRule rule, const GtupdTransfer *transfer);
} transfer_rules[] = {
    {GTUPD_RULE_TRANSFER_REFUSED, is_refused, is_granted, note_fate},
    {GTUPD_RULE_TRANSFER_CUT, is_cut, is_sound, note_fate},
    {GTUPD_RULE_TRANSFER_STALLED, is_stalled, is_never, note_stall},
    {GTUPD_RULE_TRANSFER_DNS_FAILED, is_nameless, has_address, note_nameless},
};

static void judge_transfers(const View *view)
{
    for (gsize rule = 0; rule < G_N_ELEMENTS(transfer_rules); rule++) {
        const GtupdTransfer *first = NULL;
        for (guint i = 0; i < view->claim->transfers->len; i++) {
            const GtupdTransfer *transfer = transfer_at(view, i);
            if (transfer_rules[rule].mended(view, transfer))
                first = NULL;
            else if (first == NULL && transfer_rules[rule].met(view, transfer))
                first = transfer;
        }
        if (first != NULL)
            transfer_rules[rule].note(view, transfer_rules[rule].rule, first);
    }
}

/* --- The findings on an attempt --- */

static gboolean is_result(const GtupdAttempt *attempt, GtupdKind kind)
{
    return attempt->told->result.anchor.order != 0 && attempt->told->result.kind == kind;
}

static void judge_elsewhere(const View *view)
{
    const GtupdTransfer *elsewhere = view->claim->elsewhere;
    if (elsewhere == NULL)
        return;
    g_autofree char *request = dup_frame(&view->attempt->told->start, &elsewhere->request);
    gtupd_note_at(view->out, &view->attempt->told->start, GTUPD_RULE_TRANSFER_URL_DIFFERS,
                  "Download attempt %u: the device asked this server for %s (frame %s); the start command names %s.",
                  view->attempt->number, elsewhere->path, request, view->attempt->url->path);
}

static void judge_not_seen(const View *view)
{
    const GtupdAttempt *attempt = view->attempt;
    const GtupdClaim *claim = view->claim;
    const gboolean has_result =
        is_result(attempt, GTUPD_KIND_DOWNLOAD_FINISHED) || is_result(attempt, GTUPD_KIND_DOWNLOAD_FAILED);
    if (!has_result || attempt->url == NULL || claim->ambiguous || claim->transfers->len > 0 ||
        claim->elsewhere != NULL || !gtupd_evidence_has_others(view->evidence, attempt))
        return;
    gtupd_note_at(view->out, &attempt->told->start, GTUPD_RULE_TRANSFER_NOT_SEEN,
                  "Download attempt %u has no transfer in the capture, though others from %s are there.",
                  attempt->number, attempt->url->host);
}

/*
 * The transfer with which the whole file was there; NULL: never. What was cut may have been resumed, and what the
 * server has not confirmed may be whole.
 */
static const GtupdTransfer *find_whole(const View *view)
{
    gint64 covered = 0;
    for (guint i = 0; i < view->claim->transfers->len; i++) {
        const GtupdTransfer *transfer = transfer_at(view, i);
        const gint64 end = transfer->range_from + transfer->delivered;
        if (transfer->delivered == 0 || transfer->range_from > covered)
            continue;
        if (transfer->total < 0 ? transfer->result == GTUPD_TRANSFER_COMPLETE : end >= transfer->total)
            return transfer;
        covered = MAX(covered, end);
    }
    return NULL;
}

/* Could the file have come in a way that the transfers do not show? */
static gboolean is_unsure(const View *view)
{
    for (guint i = 0; i < view->claim->transfers->len; i++) {
        const GtupdTransfer *transfer = transfer_at(view, i);
        if (transfer->has_holes || transfer->result == GTUPD_TRANSFER_RUNNING)
            return TRUE;
    }
    return FALSE;
}

static void judge_finished(const View *view)
{
    const guint count = view->claim->transfers->len;
    const GtupdTransfer *last = count > 0 ? transfer_at(view, count - 1) : NULL;
    if (last == NULL || !(is_refused(view, last) || last->result == GTUPD_TRANSFER_CUT) || is_unsure(view) ||
        find_whole(view) != NULL)
        return;
    g_autofree char *fate = dup_fate(&view->attempt->told->result, last);
    gtupd_note_at(view->out, &view->attempt->told->result, GTUPD_RULE_RESULT_CONTRADICTS_TRANSFER,
                  "The device says that attempt %u is downloaded, but %s.", view->attempt->number, fate);
}

static void judge_failed(const View *view)
{
    const GtupdTransfer *whole = find_whole(view);
    if (whole == NULL || whole->result != GTUPD_TRANSFER_COMPLETE || is_unsure(view) || !whole->acknowledged ||
        whole->end.order >= view->attempt->told->result.anchor.order || whole->end.time > view->attempt->until)
        return;
    g_autofree char *request = dup_frame(&view->attempt->told->result, &whole->request);
    g_autofree char *end = dup_frame(&view->attempt->told->result, &whole->end);
    gtupd_note_at(view->out, &view->attempt->told->result, GTUPD_RULE_RESULT_CONTRADICTS_TRANSFER,
                  "The device says that attempt %u failed, but the whole file had come with the transfer of frame %s, "
                  "and was acknowledged (frame %s).",
                  view->attempt->number, request, end);
}

static void judge(const View *view)
{
    judge_transfers(view);
    judge_elsewhere(view);
    judge_not_seen(view);
    if (is_result(view->attempt, GTUPD_KIND_DOWNLOAD_FINISHED))
        judge_finished(view);
    if (is_result(view->attempt, GTUPD_KIND_DOWNLOAD_FAILED))
        judge_failed(view);
}

/* --- At the end --- */

/* As it stands at the attempt's end, for the reports. */
static GtupdTransfer *dup_shown(const View *view, const GtupdTransfer *transfer)
{
    GtupdTransfer *copy = gtupd_transfer_copy(transfer);
    copy->attempt = view->attempt->number;
    copy->longest_stall = MAX(transfer->longest_stall, stall_of(view, transfer));
    if (copy->closed_by == GTUPD_CLOSED_NOT && is_stalled(view, transfer))
        copy->closed_by = GTUPD_CLOSED_BY_NOBODY;
    return copy;
}

static void judge_and_show(const View *view, GPtrArray *shown)
{
    judge(view);
    for (guint i = 0; i < view->claim->transfers->len; i++)
        g_ptr_array_add(shown, dup_shown(view, transfer_at(view, i)));
}

GPtrArray *gtupd_update_judge_downloads(const GtupdDevice *device, const GtupdUpdateRecord *record, gint64 now,
                                        const GtupdOut *out, gboolean *disputed)
{
    *disputed = FALSE;
    GPtrArray *shown = g_ptr_array_new_with_free_func((GDestroyNotify)gtupd_transfer_unref);
    for (guint i = 0; i < record->downloads->len; i++) {
        const GtupdAttempt *attempt = record->downloads->pdata[i];
        View view = {attempt, &attempt->told->claim, device->evidence, attempt->until, out};
        if (attempt->until != G_MAXINT64) {
            judge_and_show(&view, shown);
            *disputed |= view.claim->ambiguous;
            continue;
        }
        g_auto(GtupdClaim) claim = gtupd_evidence_claim(device->evidence, attempt);
        view.claim = &claim;
        view.until = now;
        judge_and_show(&view, shown);
        *disputed |= claim.ambiguous;
    }
    return shown;
}
