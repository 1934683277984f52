/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "http.h"

#include "bounds.h"
#include "message.h"
#include "text.h"

#include <htp/htp.h>
#include <string.h>

/* What a field of a head may have, in bytes, before it is an error to libhtp: no reason, as heads are bounded here. */
#define FIELD_SOFT_LIMIT 9000
#define FIELD_LIMIT      (2 * GTUPD_MAX_HEAD_BYTES)

struct _GtupdHttpReader {
    GtupdTracker *tracker;
    GtupdEndpoints *endpoints;
    GtupdDigestBudget *digests;
    htp_cfg_t *config;
    gsize heads;      /* bytes of heads under way, over all connections */
    guint unanswered; /* requests without their answer, over all connections */
};

struct _GtupdHttp {
    GtupdHttpReader *reader;
    GtupdPeers peers;
    gboolean is_secure;
    gboolean is_lost;      /* libhtp cannot follow any more */
    gboolean until_close;  /* the answer under way ends with the connection */
    guint requests;        /* so far */
    guint unanswered;      /* of them */
    gsize heads[2];        /* bytes of the head under way, of the client and of the server */
    htp_connp_t *parser;   /* NULL until the first byte */
    GtupdDigest *digest;   /* of the body under way */
    GtupdTransfer *opened; /* from the SYN, until the first request takes it; NULL none */
    GQueue asked;          /* of GtupdTransfer: requests whose answers are not complete, oldest first */
    GtupdTransfer *latest; /* the latest that is complete; NULL none */
    GtupdAnchor at;        /* of the bytes being read */
    GtupdAnchor first_fin; /* order 0: nobody has closed */
};

/* --- Heads --- */

static const bstr *header(const htp_table_t *headers, const char *name)
{
    const htp_header_t *found = headers != NULL ? htp_table_get_c(headers, name) : NULL;
    return found != NULL ? found->value : NULL;
}

static char *dup_text(const bstr *text)
{
    return text != NULL ? g_strndup((const char *)bstr_ptr(text), bstr_len(text)) : NULL;
}

/* "name:port", "[::1]:port", without the port. */
static char *dup_host_of(const char *text, gsize length)
{
    const char *end = memchr(text, *text == '[' ? ']' : ':', length);
    const gsize skip = length > 0 && *text == '[' ? 1 : 0;
    g_autofree char *host = g_strndup(text + skip, end != NULL ? (gsize)(end - text) - skip : length - skip);
    g_strstrip(host);
    g_autofree char *plain = gtupd_file_url_dup_host(host);
    return gtupd_progress_dup_text(plain, strlen(plain));
}

gboolean gtupd_http_is_request(const guint8 *data, gsize length)
{
    static const char method[] = "GET ";
    return length >= strlen(method) && memcmp(data, method, strlen(method)) == 0;
}

char *gtupd_http_dup_host(const guint8 *data, gsize length)
{
    static const char name[] = "\nhost:";
    const char *text = (const char *)data, *end = text + length;
    for (const char *line = memchr(text, '\n', length); line != NULL;
         line = memchr(line + 1, '\n', (gsize)(end - line - 1))) {
        if ((gsize)(end - line) < strlen(name) || g_ascii_strncasecmp(line, name, strlen(name)) != 0)
            continue;
        const char *value = line + strlen(name);
        const char *stop = memchr(value, '\r', (gsize)(end - value));
        while (stop != NULL && value < stop && *value == ' ')
            value++;
        return stop != NULL && value < stop ? dup_host_of(value, (gsize)(stop - value)) : NULL;
    }
    return NULL;
}

/* --- Requests --- */

static GtupdHttp *http_of(const htp_tx_t *tx)
{
    return htp_connp_get_user_data(tx->connp);
}

static GtupdTransfer *transfer_of(const htp_tx_t *tx)
{
    return htp_tx_get_user_data(tx);
}

static GtupdTransfer *take_transfer(GtupdHttp *http)
{
    if (http->opened != NULL)
        return g_steal_pointer(&http->opened);
    return gtupd_progress_begin(http->reader->tracker, &http->peers, GTUPD_TRANSFER_HTTP, &http->at);
}

/* Bytes of a head have come; 0: it has ended, or is of no interest any more. FALSE: there are too many. */
static gboolean account(GtupdHttp *http, gboolean from_server, gsize length)
{
    const gsize head = length > 0 ? http->heads[from_server] + length : 0;
    http->reader->heads += head - http->heads[from_server];
    http->heads[from_server] = head;
    return length == 0 || (head <= GTUPD_MAX_HEAD_BYTES && http->reader->heads <= GTUPD_MAX_HEADS_BYTES);
}

static void note_limit(const GtupdHttp *http)
{
    gtupd_tracker_limit_reached(http->reader->tracker, GTUPD_LIMIT_TRANSFERS, 1);
}

static void set_host(GtupdTransfer *transfer, char *host)
{
    g_free(transfer->host);
    transfer->host = host;
}

/* Of a path, or a whole URL as for a proxy, whose host counts then (RFC 9112, 3.2.2). */
static void take_target(const GtupdHttp *http, GtupdTransfer *transfer, const htp_tx_t *tx)
{
    const bstr *host = header(tx->request_headers, "Host");
    g_autofree char *target = dup_text(tx->request_uri);
    g_auto(GtupdFileUrl) url = {0};
    g_assert(target != NULL); /* on_request() has seen to it */
    if (*target != '/' && gtupd_file_url_parse(target, &url)) {
        gtupd_progress_ask(transfer, url.path, strlen(url.path), &http->at);
        set_host(transfer, gtupd_progress_dup_text(url.host, strlen(url.host)));
        return;
    }
    gtupd_progress_ask(transfer, (const char *)bstr_ptr(tx->request_uri), bstr_len(tx->request_uri), &http->at);
    if (host != NULL && bstr_len(host) > 0)
        set_host(transfer, dup_host_of((const char *)bstr_ptr(host), bstr_len(host)));
}

static int on_request(htp_tx_t *tx)
{
    GtupdHttp *http = http_of(tx);
    account(http, FALSE, 0);
    http->unanswered++;
    http->reader->unanswered++;
    if (++http->requests > GTUPD_MAX_REQUESTS || http->unanswered > GTUPD_MAX_UNANSWERED_REQUESTS ||
        http->reader->unanswered > GTUPD_MAX_UNANSWERED_TOTAL) {
        note_limit(http);
        return HTP_ERROR;
    }
    const gboolean is_about_file = tx->request_method_number == HTP_M_GET || tx->request_method_number == HTP_M_HEAD;
    if (!is_about_file || tx->request_uri == NULL)
        return HTP_OK;
    GtupdTransfer *transfer = take_transfer(http);
    take_target(http, transfer, tx);
    g_queue_push_tail(&http->asked, transfer);
    htp_tx_set_user_data(tx, transfer);
    return HTP_OK;
}

/* --- Answers --- */

static GtupdTransferResult result_of(int status)
{
    switch (status) {
    case 401:
    case 403:
    case 407:
        return GTUPD_TRANSFER_LOGIN_REFUSED;
    case 404:
    case 410:
        return GTUPD_TRANSFER_MISSING;
    default:
        return status >= 400 ? GTUPD_TRANSFER_REFUSED : GTUPD_TRANSFER_RUNNING;
    }
}

/* Location (RFC 9110, 10.2.2) may be relative to what was asked for. */
static void redirect(GtupdHttp *http, GtupdTransfer *transfer, const bstr *location)
{
    g_autofree char *target = dup_text(location);
    const char *host = transfer->host != NULL ? transfer->host : transfer->server;
    const gboolean is_ipv6 = strchr(host, ':') != NULL;
    g_autofree char *base = g_strdup_printf("http://%s%s%s:%u%s", is_ipv6 ? "[" : "", host, is_ipv6 ? "]" : "",
                                            transfer->server_port, transfer->path);
    g_autofree char *url = g_uri_resolve_relative(base, target, G_URI_FLAGS_PARSE_RELAXED | G_URI_FLAGS_ENCODED, NULL);
    if (url == NULL)
        return;
    gtupd_endpoints_add_url(http->reader->endpoints, url);
    g_free(transfer->redirect);
    g_autofree char *shown = gtupd_url_dup_shown(url, strlen(url), FALSE);
    transfer->redirect = gtupd_progress_dup_text(shown, strlen(shown));
    gtupd_progress_decide(transfer, GTUPD_TRANSFER_REDIRECTED, &http->at);
}

/* A number and the character behind it, which are skipped. */
static gboolean read_number(const char **text, char behind, gint64 *number)
{
    char *end;
    *number = g_ascii_strtoll(*text, &end, 10);
    if (!g_ascii_isdigit(**text) || *number == G_MAXINT64 || *end != behind)
        return FALSE;
    *text = end + (behind != '\0' ? 1 : 0);
    return TRUE;
}

/* Content-Range (RFC 9110, 14.4): "bytes 1000-1999/2000", the last number perhaps "*". */
static void take_range(GtupdTransfer *transfer, const bstr *content_range)
{
    g_autofree char *text = dup_text(content_range);
    const char *at = text;
    gint64 from, to, total;
    if (text == NULL || !g_str_has_prefix(text, "bytes "))
        return;
    at += strlen("bytes ");
    if (!read_number(&at, '-', &from) || !read_number(&at, '/', &to) || to < from)
        return;
    transfer->range_from = from;
    transfer->total = read_number(&at, '\0', &total) ? total : -1;
}

static void take_length(GtupdHttp *http, const htp_tx_t *tx, GtupdTransfer *transfer)
{
    const gboolean is_identity = tx->response_transfer_coding == HTP_CODING_IDENTITY;
    http->until_close = is_identity && tx->response_content_length < 0;
    if (is_identity && tx->response_content_length >= 0)
        transfer->expected = tx->response_content_length;
    if (tx->response_status_number == 206)
        take_range(transfer, header(tx->response_headers, "Content-Range"));
    else
        transfer->total = transfer->expected;
}

/* An answer brings the file, or part of it. */
static void take_body(GtupdHttp *http, const htp_tx_t *tx, GtupdTransfer *transfer)
{
    take_length(http, tx, transfer);
    http->digest = gtupd_digest_new(http->reader->digests, transfer->expected);
}

static int on_status(htp_tx_t *tx)
{
    GtupdTransfer *transfer = transfer_of(tx);
    if (transfer != NULL)
        transfer->status = MAX(tx->response_status_number, 0);
    return HTP_OK;
}

/* A HEAD that was granted asked for no file yet: what comes next will. */
static void take_back(GtupdHttp *http, htp_tx_t *tx, GtupdTransfer *transfer)
{
    htp_tx_set_user_data(tx, NULL);
    g_queue_remove(&http->asked, transfer);
    gtupd_progress_unask(transfer);
    if (http->opened == NULL)
        http->opened = transfer;
    else
        gtupd_transfer_unref(transfer);
}

static int on_answer(htp_tx_t *tx)
{
    GtupdHttp *http = http_of(tx);
    GtupdTransfer *transfer = transfer_of(tx);
    const int status = tx->response_status_number;
    account(http, TRUE, 0);
    http->until_close = FALSE;
    g_clear_pointer(&http->digest, gtupd_digest_free);
    if (transfer == NULL || status < 200)
        return HTP_OK;
    const GtupdTransferResult result = result_of(status);
    const bstr *location = header(tx->response_headers, "Location");
    if (result != GTUPD_TRANSFER_RUNNING)
        gtupd_progress_decide(transfer, result, &http->at);
    else if (status >= 300 && location != NULL)
        redirect(http, transfer, location);
    else if (tx->request_method_number == HTP_M_HEAD)
        take_back(http, tx, transfer);
    else if (status < 300)
        take_body(http, tx, transfer);
    return HTP_OK;
}

static int on_request_body(htp_tx_data_t *body)
{
    account(http_of(body->tx), FALSE, 0);
    return HTP_OK;
}

/* Of the file: not what explains a refusal. A hole has no data. */
static int on_body(htp_tx_data_t *body)
{
    GtupdHttp *http = http_of(body->tx);
    GtupdTransfer *transfer = transfer_of(body->tx);
    account(http, TRUE, 0);
    if (transfer == NULL || transfer->result != GTUPD_TRANSFER_RUNNING || transfer->status < 200 || body->len == 0)
        return HTP_OK;
    if (body->data != NULL) {
        gtupd_progress_bytes(transfer, body->len, &http->at);
        gtupd_digest_bytes(http->digest, body->data, body->len);
    } else {
        gtupd_progress_hole(transfer, body->len);
        gtupd_digest_spoil(http->digest);
    }
    return HTP_OK;
}

static void retire(GtupdHttp *http, GtupdTransfer *transfer)
{
    if (!g_queue_remove(&http->asked, transfer))
        return;
    gtupd_transfer_unref(http->latest);
    http->latest = transfer;
}

static void complete(GtupdHttp *http, GtupdTransfer *transfer, const GtupdAnchor *anchor)
{
    gtupd_progress_decide(transfer, GTUPD_TRANSFER_COMPLETE, anchor);
    gtupd_digest_read(http->digest, transfer->sha256);
}

static int on_complete(htp_tx_t *tx)
{
    GtupdHttp *http = http_of(tx);
    GtupdTransfer *transfer = transfer_of(tx);
    const guint answered = MIN(http->unanswered, 1);
    http->unanswered -= answered;
    http->reader->unanswered -= answered;
    if (transfer == NULL || transfer->status < 200) /* to libhtp, anything is an answer of HTTP/0.9 */
        return HTP_OK;
    if (transfer->result == GTUPD_TRANSFER_RUNNING)
        complete(http, transfer, &http->at);
    htp_tx_set_user_data(tx, NULL);
    retire(http, transfer);
    return HTP_OK;
}

/* --- The reader --- */

GtupdHttpReader *gtupd_http_reader_new(GtupdTracker *tracker, GtupdEndpoints *endpoints, GtupdDigestBudget *digests)
{
    GtupdHttpReader *reader = g_new0(GtupdHttpReader, 1);
    reader->tracker = tracker;
    reader->endpoints = endpoints;
    reader->digests = digests;
    reader->config = htp_config_create();
    g_assert(reader->config != NULL);
    htp_config_set_server_personality(reader->config, HTP_SERVER_GENERIC);
    htp_config_set_log_level(reader->config, HTP_LOG_NONE);
    htp_config_set_tx_auto_destroy(reader->config, 1);
    htp_config_set_response_decompression(reader->config, 0);
    htp_config_set_parse_request_auth(reader->config, 0);
    htp_config_set_parse_request_cookies(reader->config, 0);
    htp_config_set_field_limits(reader->config, FIELD_SOFT_LIMIT, FIELD_LIMIT);
    htp_config_register_request_headers(reader->config, on_request);
    htp_config_register_request_body_data(reader->config, on_request_body);
    htp_config_register_response_line(reader->config, on_status);
    htp_config_register_response_headers(reader->config, on_answer);
    htp_config_register_response_body_data(reader->config, on_body);
    htp_config_register_response_complete(reader->config, on_complete);
    return reader;
}

void gtupd_http_reader_free(GtupdHttpReader *reader)
{
    if (reader == NULL)
        return;
    htp_config_destroy(reader->config);
    g_free(reader);
}

/* --- The conversation --- */

GtupdHttp *gtupd_http_new(GtupdHttpReader *reader, const GtupdPeers *peers, gboolean is_secure, const GtupdAnchor *syn)
{
    GtupdHttp *http = g_new0(GtupdHttp, 1);
    http->reader = reader;
    http->peers = *peers;
    http->peers.host = g_strdup(peers->host);
    http->is_secure = is_secure;
    g_queue_init(&http->asked);
    if (syn != NULL) {
        http->opened = gtupd_progress_begin(reader->tracker, peers, GTUPD_TRANSFER_HTTP, syn);
        http->opened->result = GTUPD_TRANSFER_UNREACHABLE;
        http->opened->secure = is_secure;
    }
    return http;
}

static void drop_parser(GtupdHttp *http)
{
    g_clear_pointer(&http->parser, htp_connp_destroy_all);
    http->reader->unanswered -= http->unanswered;
    http->unanswered = 0;
    account(http, FALSE, 0);
    account(http, TRUE, 0);
}

static void http_free(gpointer self)
{
    GtupdHttp *http = self;
    drop_parser(http);
    gtupd_transfer_unref(http->opened);
    gtupd_transfer_unref(http->latest);
    gtupd_digest_free(http->digest);
    g_queue_clear_full(&http->asked, (GDestroyNotify)gtupd_transfer_unref);
    g_free(http->peers.host);
    g_free(http);
}

static void knocked(gpointer self)
{
    GtupdHttp *http = self;
    if (http->opened != NULL)
        http->opened->retransmitted++;
}

static void connected(gpointer self)
{
    GtupdHttp *http = self;
    if (http->opened != NULL)
        http->opened->result = GTUPD_TRANSFER_RUNNING;
}

static void refused(gpointer self, const GtupdAnchor *anchor)
{
    GtupdHttp *http = self;
    if (http->opened == NULL)
        return;
    gtupd_progress_decide(http->opened, GTUPD_TRANSFER_UNREACHABLE, anchor);
    gtupd_progress_close(http->opened, GTUPD_CLOSED_BY_SERVER, TRUE, anchor);
}

/* The transfer that the server's bytes are about, or NULL. */
static GtupdTransfer *under_way(const GtupdHttp *http)
{
    return http->asked.head != NULL ? http->asked.head->data : http->latest;
}

static void go_on(const GtupdHttp *http)
{
    for (GList *link = http->asked.head; link != NULL; link = link->next)
        gtupd_progress_go_on(link->data);
}

static void payload(gpointer self, gboolean is_new, const GtupdAnchor *anchor)
{
    if (is_new)
        go_on(self);
    GtupdTransfer *transfer = under_way(self);
    if (transfer != NULL)
        gtupd_progress_payload(transfer, is_new, anchor);
}

static void doubt(GtupdHttp *http)
{
    for (GList *link = http->asked.head; link != NULL; link = link->next)
        ((GtupdTransfer *)link->data)->has_holes = TRUE;
}

static void lose(GtupdHttp *http)
{
    http->is_lost = TRUE;
    doubt(http);
    drop_parser(http);
}

/* `data` NULL: a hole. */
static void read_on(GtupdHttp *http, gboolean from_server, const guint8 *data, gsize length)
{
    if (http->parser == NULL) {
        http->parser = htp_connp_create(http->reader->config);
        g_assert(http->parser != NULL);
        htp_connp_set_user_data(http->parser, http);
        htp_connp_open(http->parser, NULL, 0, NULL, 0, NULL);
    }
    if (!account(http, from_server, length)) {
        note_limit(http);
        lose(http);
        return;
    }
    const int state = from_server ? htp_connp_res_data(http->parser, NULL, data, length)
                                  : htp_connp_req_data(http->parser, NULL, data, length);
    if (state != HTP_STREAM_DATA)
        lose(http);
}

static void bytes(gpointer self, gboolean from_server, const guint8 *data, gsize length, const GtupdAnchor *anchor)
{
    GtupdHttp *http = self;
    http->at = *anchor;
    if (from_server)
        go_on(http);
    if (!http->is_secure && !http->is_lost)
        read_on(http, from_server, data, length);
}

static void hole(gpointer self, gboolean from_server, gsize length)
{
    GtupdHttp *http = self;
    if (from_server)
        go_on(http);
    if (http->is_secure || http->is_lost)
        return;
    if (http->parser == NULL)
        lose(http);
    else
        read_on(http, from_server, NULL, length);
}

static void acknowledged(gpointer self, const GtupdAnchor *anchor)
{
    GtupdHttp *http = self;
    if (http->latest != NULL && !http->latest->acknowledged)
        gtupd_progress_acknowledge(http->latest, anchor);
}

/* The server will send no more of it. */
static void cut_off(GtupdHttp *http, GtupdTransfer *transfer, gboolean reset, const GtupdAnchor *anchor)
{
    if (transfer->result != GTUPD_TRANSFER_RUNNING)
        return;
    if (http->until_close && !reset && transfer == http->asked.head->data)
        complete(http, transfer, anchor);
    else
        gtupd_progress_decide(transfer, GTUPD_TRANSFER_CUT, &http->first_fin);
}

static void heard(gpointer self, gboolean is_heard)
{
    GtupdTransfer *transfer = under_way(self);
    if (transfer != NULL)
        transfer->is_unheard = !is_heard;
}

static void window(gpointer self, gboolean is_open)
{
    GtupdTransfer *transfer = under_way(self);
    if (transfer != NULL)
        transfer->is_shut = !is_open;
}

static void closed(gpointer self, GtupdClosedBy by, gboolean reset, const GtupdAnchor *anchor)
{
    GtupdHttp *http = self;
    if (http->first_fin.order == 0)
        http->first_fin = *anchor;
    if (http->opened != NULL)
        gtupd_progress_close(http->opened, by, reset, anchor);
    if (http->latest != NULL)
        gtupd_progress_close(http->latest, by, reset, anchor);
    for (GList *link = http->asked.head; link != NULL; link = link->next) {
        gtupd_progress_close(link->data, by, reset, anchor);
        if (by == GTUPD_CLOSED_BY_SERVER || reset)
            cut_off(http, link->data, reset, anchor);
        else if (!http->until_close || link != http->asked.head)
            gtupd_progress_give_up(link->data, anchor);
    }
    GtupdTransfer *first = http->asked.head != NULL ? http->asked.head->data : NULL;
    if (first != NULL && first->result == GTUPD_TRANSFER_COMPLETE)
        retire(http, first);
}

static void gone(gpointer self, gboolean unsure)
{
    GtupdHttp *http = self;
    for (GList *link = http->asked.head; link != NULL; link = link->next)
        gtupd_progress_close(link->data, GTUPD_CLOSED_BY_NOBODY, FALSE, NULL);
    if (unsure)
        doubt(http);
}

const GtupdConversation gtupd_http_conversation = {
    .knocked = knocked,
    .connected = connected,
    .refused = refused,
    .payload = payload,
    .bytes = bytes,
    .hole = hole,
    .acknowledged = acknowledged,
    .heard = heard,
    .window = window,
    .closed = closed,
    .gone = gone,
    .free = http_free,
};
