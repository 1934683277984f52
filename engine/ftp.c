/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ftp.h"

#include "bounds.h"
#include "text.h"

#include <string.h>

#define LINE_MAX_LENGTH 1024
#define CLOSING         421 /* the server goes away, whatever the command was (RFC 959 §5.4) */

/* What the latest command was, as far as its reply matters. */
typedef enum {
    OTHER, /* what is refused here is worked around */
    GREETING,
    LOGIN,     /* USER, PASS, ACCT */
    DIRECTORY, /* CWD */
    SIZE,
    RESTART,
    PORT, /* PORT, EPRT, PASV, EPSV */
    RETRIEVE,
    QUIT,
} Command;

/* clang-format off */
static const struct {
    const char *word;
    Command command;
} commands[] = { /* RFC 959 §4.1, RFC 3659, RFC 2428 */
    {"USER", LOGIN}, {"PASS", LOGIN}, {"ACCT", LOGIN}, {"CWD", DIRECTORY}, {"SIZE", SIZE}, {"REST", RESTART},
    {"PORT", PORT}, {"EPRT", PORT}, {"PASV", PORT}, {"EPSV", PORT}, {"RETR", RETRIEVE}, {"QUIT", QUIT},
};
/* clang-format on */

struct _GtupdFtp {
    GtupdDigestBudget *digests;
    GtupdEndpoints *endpoints;
    GtupdPeers peers;
    GString *lines[2]; /* begun, of the client and of the server */
    Command command;
    char *argument;  /* of the latest command */
    char *directory; /* ends with "/" */
    guint requests;
    gint64 size;            /* of the file by SIZE; −1 not known */
    gint64 restart;         /* by REST */
    gboolean is_asking;     /* RETR is sent and not refused */
    gboolean is_data_ended; /* the server has sent and closed all of the file's data connection */
    GtupdTransfer *transfer;
    GtupdDigest *digest; /* of the file under way */
    /* SIZE or CWD was refused: a reason only if the client then gives up. */
    int doubt_code; /* 0: neither was */
    Command doubt_command;
    char *doubt_path;
    GtupdAnchor doubt_request, doubt_reply;
    GtupdAnchor command_at; /* the packet of the latest command */
    GPtrArray *data;        /* of GtupdFtpData, borrowed */
};

struct _GtupdFtpData {
    GtupdFtp *ftp; /* NULL: the control connection is no more */
};

/* --- Where data comes --- */

static void announce(GtupdFtp *ftp, const char *address, guint port)
{
    GtupdEndpoint at = {.port = (guint16)port};
    if (port > 0 && port <= G_MAXUINT16 && gtupd_endpoint_parse(address, &at))
        gtupd_endpoints_announce(ftp->endpoints, &at, ftp);
}

/* "h1,h2,h3,h4,p1,p2" of PORT or a 227 reply. The address may be one behind a translation: `behind` is where it is. */
static void announce_six(GtupdFtp *ftp, const char *text, const char *behind)
{
    gint64 n[6] = {0};
    while (*text != '\0' && !g_ascii_isdigit(*text))
        text++;
    for (guint i = 0; i < G_N_ELEMENTS(n); i++) {
        char *end;
        n[i] = g_ascii_isdigit(*text) ? g_ascii_strtoll(text, &end, 10) : 256;
        if (n[i] > 255 || (i < 5 && *end != ','))
            return;
        text = end + 1;
    }
    g_autofree char *address = g_strdup_printf("%d.%d.%d.%d", (int)n[0], (int)n[1], (int)n[2], (int)n[3]);
    announce(ftp, address, (guint)(n[4] * 256 + n[5]));
    announce(ftp, behind, (guint)(n[4] * 256 + n[5]));
}

/* "|1|132.235.1.2|6275|" of EPRT, "(|||6446|)" of a 229 reply: the character between is free. */
static void announce_extended(GtupdFtp *ftp, const char *text, const char *behind)
{
    const char delimiter[2] = {*text, '\0'};
    if (delimiter[0] == '\0')
        return;
    g_auto(GStrv) parts = g_strsplit(text, delimiter, 5);
    if (g_strv_length(parts) < 5)
        return;
    const int port = gtupd_text_decimal(parts[3], strlen(parts[3]));
    if (port <= 0)
        return;
    announce(ftp, parts[2], (guint)port);
    announce(ftp, behind, (guint)port);
}

/* --- The file asked for --- */

static char *dup_absolute(const GtupdFtp *ftp, const char *path)
{
    return *path == '/' ? g_strdup(path) : g_strconcat(ftp->directory, path, NULL);
}

static void change_directory(GtupdFtp *ftp)
{
    g_autofree char *path = dup_absolute(ftp, ftp->argument);
    g_free(ftp->directory);
    ftp->directory = g_strconcat(path, g_str_has_suffix(path, "/") ? "" : "/", NULL);
    if (strlen(ftp->directory) > LINE_MAX_LENGTH) { /* nobody means this */
        g_free(ftp->directory);
        ftp->directory = g_strdup("/");
    }
}

static void ask(GtupdFtp *ftp, const GtupdAnchor *anchor)
{
    if (++ftp->requests > GTUPD_MAX_REQUESTS) {
        gtupd_tracker_limit_reached(ftp->digests->tracker, GTUPD_LIMIT_TRANSFERS, 1);
        return;
    }
    if (ftp->transfer->path != NULL) {
        gtupd_transfer_unref(ftp->transfer);
        ftp->transfer = gtupd_progress_begin(ftp->digests->tracker, &ftp->peers, GTUPD_TRANSFER_FTP, anchor);
    }
    g_autofree char *path = dup_absolute(ftp, ftp->argument);
    gtupd_progress_ask(ftp->transfer, path, strlen(path), anchor);
    ftp->transfer->result = GTUPD_TRANSFER_RUNNING;
    ftp->transfer->total = ftp->size;
    ftp->transfer->range_from = ftp->restart;
    if (ftp->size >= ftp->restart)
        ftp->transfer->expected = ftp->size - ftp->restart;
    ftp->restart = 0;
    ftp->doubt_code = 0;
    ftp->is_asking = TRUE;
    ftp->is_data_ended = FALSE;
    gtupd_digest_free(ftp->digest);
    ftp->digest = gtupd_digest_new(ftp->digests, ftp->transfer->expected);
}

static GtupdTransferResult refusal_of(Command command, int code)
{
    if (code == 430 || code == 530 || command == LOGIN)
        return GTUPD_TRANSFER_LOGIN_REFUSED;
    const gboolean is_about_file = command == RETRIEVE || command == SIZE || command == DIRECTORY;
    return code == 550 && is_about_file ? GTUPD_TRANSFER_MISSING : GTUPD_TRANSFER_REFUSED;
}

/* The client gives up. If it has not asked for the file, what was refused last is why. */
static void give_up(GtupdFtp *ftp)
{
    GtupdTransfer *transfer = ftp->transfer;
    if (ftp->doubt_code == 0 || transfer->path != NULL || transfer->result != GTUPD_TRANSFER_RUNNING)
        return;
    gtupd_progress_ask(transfer, ftp->doubt_path, strlen(ftp->doubt_path), &ftp->doubt_request);
    transfer->status = ftp->doubt_code;
    gtupd_progress_decide(transfer, refusal_of(ftp->doubt_command, ftp->doubt_code), &ftp->doubt_reply);
}

static void take_command(GtupdFtp *ftp, const char *line, const GtupdAnchor *anchor)
{
    ftp->command_at = *anchor;
    const gsize length = strcspn(line, " ");
    ftp->command = OTHER;
    for (gsize i = 0; i < G_N_ELEMENTS(commands); i++)
        if (length == strlen(commands[i].word) && g_ascii_strncasecmp(line, commands[i].word, length) == 0)
            ftp->command = commands[i].command;
    g_free(ftp->argument);
    ftp->argument = g_strdup(line[length] == ' ' ? line + length + 1 : "");
    if (ftp->command == RETRIEVE)
        ask(ftp, anchor);
    else if (ftp->command == QUIT)
        give_up(ftp);
    else if (ftp->command == PORT && g_ascii_strncasecmp(line, "PORT", length) == 0)
        announce_six(ftp, ftp->argument, ftp->peers.client);
    else if (ftp->command == PORT && g_ascii_strncasecmp(line, "EPRT", length) == 0)
        announce_extended(ftp, ftp->argument, ftp->peers.client);
}

/* --- Replies --- */

static gboolean is_whole(const GtupdTransfer *transfer)
{
    return transfer->expected >= 0 && transfer->delivered >= transfer->expected;
}

/* The end of the data connection and the reply behind it have both come, or will not come any more. */
static void settle(GtupdFtp *ftp, const GtupdAnchor *anchor)
{
    GtupdTransfer *transfer = ftp->transfer;
    if (!ftp->is_asking || transfer->result != GTUPD_TRANSFER_RUNNING)
        return;
    const gboolean is_short = transfer->expected >= 0 && transfer->delivered < transfer->expected;
    gtupd_progress_decide(transfer, is_short ? GTUPD_TRANSFER_CUT : GTUPD_TRANSFER_COMPLETE, anchor);
    if (!is_short)
        gtupd_digest_read(ftp->digest, transfer->sha256);
    ftp->is_asking = FALSE;
}

static void cut_off(GtupdFtp *ftp, const GtupdAnchor *anchor)
{
    if (!ftp->is_asking || ftp->transfer->result != GTUPD_TRANSFER_RUNNING)
        return;
    gtupd_progress_decide(ftp->transfer, GTUPD_TRANSFER_CUT, anchor);
    ftp->is_asking = FALSE;
}

static void take_doubt(GtupdFtp *ftp, int code, const GtupdAnchor *anchor)
{
    ftp->doubt_code = code;
    ftp->doubt_command = ftp->command;
    g_free(ftp->doubt_path);
    ftp->doubt_path = dup_absolute(ftp, ftp->argument);
    ftp->doubt_request = ftp->command_at;
    ftp->doubt_reply = *anchor;
}

/* 4xx and 5xx. Once data flows, the transfer is not refused but cut. */
static void take_refusal(GtupdFtp *ftp, int code, const GtupdAnchor *anchor)
{
    GtupdTransfer *transfer = ftp->transfer;
    const gboolean has_begun = ftp->command == RETRIEVE && transfer->delivered > 0;
    const gboolean is_decisive = code == CLOSING || ftp->command == GREETING || ftp->command == LOGIN ||
                                 ftp->command == PORT || ftp->command == RETRIEVE;
    if (has_begun)
        cut_off(ftp, anchor);
    else if (code != CLOSING && (ftp->command == SIZE || ftp->command == DIRECTORY))
        take_doubt(ftp, code, anchor);
    else if (is_decisive && (transfer->path == NULL || ftp->is_asking)) {
        ftp->is_asking = FALSE;
        gtupd_progress_decide(transfer, refusal_of(ftp->command, code), anchor);
    }
}

/* What was refused before has been worked around. */
static void take_success(GtupdFtp *ftp)
{
    if (ftp->transfer->path == NULL && ftp->transfer->result == GTUPD_TRANSFER_REFUSED)
        ftp->transfer->result = GTUPD_TRANSFER_RUNNING;
}

/* A number of bytes; −1 if it is none that a file could have. */
static gint64 read_size(const char *text)
{
    const gint64 size = g_ascii_isdigit(*text) ? g_ascii_strtoll(text, NULL, 10) : -1;
    return size < G_MAXINT64 ? size : -1;
}

/* "150 Opening BINARY mode data connection for x.bin (6000 bytes)." */
static void take_announced_size(GtupdFtp *ftp, const char *text)
{
    const char *bytes = strstr(text, " bytes");
    const char *paren = strrchr(text, '(');
    const gint64 size = paren != NULL ? read_size(paren + 1) : -1;
    if (bytes == NULL || paren > bytes || ftp->transfer->expected >= 0 || size < ftp->transfer->range_from)
        return;
    ftp->transfer->total = size;
    ftp->transfer->expected = size - ftp->transfer->range_from;
}

/* The server has sent it all. The end of the data connection may be captured later, or not at all. */
static void take_confirmation(GtupdFtp *ftp, const GtupdAnchor *anchor)
{
    const gboolean is_unseen = ftp->data->len == 0 && ftp->transfer->delivered == 0 && !ftp->is_data_ended;
    if (is_unseen) {
        ftp->transfer->has_holes = TRUE;
        gtupd_progress_decide(ftp->transfer, GTUPD_TRANSFER_COMPLETE, anchor);
        ftp->is_asking = FALSE;
    } else if (ftp->is_data_ended || is_whole(ftp->transfer)) {
        settle(ftp, anchor);
    }
}

static void take_agreement(GtupdFtp *ftp, int code, const char *text, const GtupdAnchor *anchor)
{
    const char *paren = strchr(text, '(');
    if (code == 227)
        announce_six(ftp, paren != NULL ? paren : text, ftp->peers.server);
    else if (code == 229 && paren != NULL)
        announce_extended(ftp, paren + 1, ftp->peers.server);
    else if (code == 213 && ftp->command == SIZE)
        ftp->size = read_size(text);
    else if (code == 250 && ftp->command == DIRECTORY)
        change_directory(ftp);
    else if (code == 350 && ftp->command == RESTART)
        ftp->restart = MAX(gtupd_text_decimal(ftp->argument, strlen(ftp->argument)), 0);
    else if ((code == 125 || code == 150) && ftp->command == RETRIEVE)
        take_announced_size(ftp, text);
    else if ((code == 226 || code == 250) && ftp->is_asking)
        take_confirmation(ftp, anchor);
    take_success(ftp);
}

static void take_reply(GtupdFtp *ftp, const char *line, const GtupdAnchor *anchor)
{
    const int code = gtupd_text_decimal(line, MIN(strlen(line), 3));
    if (code < 100 || (line[3] != ' ' && line[3] != '\0')) /* a line of a longer reply */
        return;
    if (code == 226 || (ftp->transfer->result != GTUPD_TRANSFER_COMPLETE && ftp->command != QUIT))
        ftp->transfer->status = code;
    if (code >= 400)
        take_refusal(ftp, code, anchor);
    else
        take_agreement(ftp, code, line[3] == ' ' ? line + 4 : "", anchor);
}

/* --- The control connection --- */

GtupdFtp *gtupd_ftp_new(GtupdDigestBudget *digests, GtupdEndpoints *endpoints, const GtupdPeers *peers,
                        gboolean is_open, const GtupdAnchor *anchor)
{
    GtupdFtp *ftp = g_new0(GtupdFtp, 1);
    ftp->digests = digests;
    ftp->endpoints = endpoints;
    ftp->peers = *peers;
    ftp->peers.host = g_strdup(peers->host);
    ftp->lines[0] = g_string_new(NULL);
    ftp->lines[1] = g_string_new(NULL);
    ftp->command = is_open ? OTHER : GREETING;
    ftp->argument = g_strdup("");
    ftp->directory = g_strdup("/");
    ftp->size = -1;
    ftp->data = g_ptr_array_new();
    ftp->transfer = gtupd_progress_begin(digests->tracker, peers, GTUPD_TRANSFER_FTP, anchor);
    if (!is_open)
        ftp->transfer->result = GTUPD_TRANSFER_UNREACHABLE;
    return ftp;
}

static void ftp_free(gpointer self)
{
    GtupdFtp *ftp = self;
    gtupd_endpoints_withdraw(ftp->endpoints, ftp);
    for (guint i = 0; i < ftp->data->len; i++)
        ((GtupdFtpData *)ftp->data->pdata[i])->ftp = NULL;
    g_ptr_array_unref(ftp->data);
    gtupd_transfer_unref(ftp->transfer);
    gtupd_digest_free(ftp->digest);
    g_string_free(ftp->lines[0], TRUE);
    g_string_free(ftp->lines[1], TRUE);
    g_free(ftp->argument);
    g_free(ftp->directory);
    g_free(ftp->doubt_path);
    g_free(ftp->peers.host);
    g_free(ftp);
}

gboolean gtupd_ftp_is_server(const GtupdFtp *ftp, const char *address)
{
    return strcmp(ftp->peers.server, address) == 0;
}

static void knocked(gpointer self)
{
    ((GtupdFtp *)self)->transfer->retransmitted++;
}

static void connected(gpointer self)
{
    ((GtupdFtp *)self)->transfer->result = GTUPD_TRANSFER_RUNNING;
}

static void refused(gpointer self, const GtupdAnchor *anchor)
{
    GtupdFtp *ftp = self;
    gtupd_progress_decide(ftp->transfer, GTUPD_TRANSFER_UNREACHABLE, anchor);
    gtupd_progress_close(ftp->transfer, GTUPD_CLOSED_BY_SERVER, TRUE, anchor);
}

static void control_payload(gpointer self G_GNUC_UNUSED, gboolean is_new G_GNUC_UNUSED,
                            const GtupdAnchor *anchor G_GNUC_UNUSED)
{
    /* Dialogue, no file. */
}

static void control_bytes(gpointer self, gboolean from_server, const guint8 *data, gsize length,
                          const GtupdAnchor *anchor)
{
    GtupdFtp *ftp = self;
    GString *line = ftp->lines[from_server];
    for (gsize i = 0; i < length; i++) {
        if (data[i] == '\n') {
            if (line->len > 0 && from_server)
                take_reply(ftp, line->str, anchor);
            else if (line->len > 0)
                take_command(ftp, line->str, anchor);
            g_string_truncate(line, 0);
        } else if (data[i] != '\r' && data[i] != '\0' && line->len < LINE_MAX_LENGTH) {
            g_string_append_c(line, (char)data[i]);
        }
    }
}

/* What was said there may have been the refusal, or the size. */
static void control_hole(gpointer self, gboolean from_server, gsize length G_GNUC_UNUSED)
{
    GtupdFtp *ftp = self;
    g_string_truncate(ftp->lines[from_server], 0);
    ftp->transfer->has_holes = TRUE;
}

static void control_acknowledged(gpointer self G_GNUC_UNUSED, const GtupdAnchor *anchor G_GNUC_UNUSED)
{
    /* Only the data connection's acknowledgements count. */
}

static void control_heard(gpointer self, gboolean is_heard)
{
    ((GtupdFtp *)self)->transfer->is_unheard = !is_heard;
}

static void control_window(gpointer self G_GNUC_UNUSED, gboolean is_open G_GNUC_UNUSED)
{
    /* Dialogue, no file. */
}

/* A password was asked for, and the client had none to give. */
static gboolean lacks_password(const GtupdFtp *ftp)
{
    return ftp->transfer->path == NULL && ftp->command == LOGIN &&
           (ftp->transfer->status == 331 || ftp->transfer->status == 332);
}

static void control_closed(gpointer self, GtupdClosedBy by, gboolean reset, const GtupdAnchor *anchor)
{
    GtupdFtp *ftp = self;
    give_up(ftp);
    if (lacks_password(ftp) && ftp->transfer->result == GTUPD_TRANSFER_RUNNING)
        gtupd_progress_decide(ftp->transfer, GTUPD_TRANSFER_LOGIN_REFUSED, anchor);
    const gboolean waited_for_reply = ftp->is_data_ended && by == GTUPD_CLOSED_BY_DEVICE && is_whole(ftp->transfer);
    if (ftp->is_data_ended && by == GTUPD_CLOSED_BY_DEVICE && !reset)
        settle(ftp, anchor);
    else if (waited_for_reply)
        ftp->is_asking = FALSE; /* not cut by the server, nor confirmed */
    else if (by == GTUPD_CLOSED_BY_SERVER || reset)
        cut_off(ftp, anchor); /* without the reply that would have said that it was all */
    gtupd_progress_close(ftp->transfer, by, reset, anchor);
}

static void control_gone(gpointer self, gboolean unsure)
{
    GtupdFtp *ftp = self;
    if (unsure)
        ftp->transfer->has_holes = TRUE;
    gtupd_progress_close(ftp->transfer, GTUPD_CLOSED_BY_NOBODY, FALSE, NULL);
}

const GtupdConversation gtupd_ftp_conversation = {
    .knocked = knocked,
    .connected = connected,
    .refused = refused,
    .payload = control_payload,
    .bytes = control_bytes,
    .hole = control_hole,
    .acknowledged = control_acknowledged,
    .heard = control_heard,
    .window = control_window,
    .closed = control_closed,
    .gone = control_gone,
    .free = ftp_free,
};

/* --- A data connection --- */

GtupdFtpData *gtupd_ftp_data_new(GtupdFtp *ftp)
{
    GtupdFtpData *data = g_new0(GtupdFtpData, 1);
    data->ftp = ftp;
    ftp->transfer->lacks_data_connection = TRUE;
    g_ptr_array_add(ftp->data, data);
    return data;
}

static void data_free(gpointer self)
{
    GtupdFtpData *data = self;
    if (data->ftp != NULL)
        g_ptr_array_remove_fast(data->ftp->data, data);
    g_free(data);
}

/* The transfer that is waiting for, or getting, what comes on the data connection; NULL: none. */
static GtupdTransfer *fed_by(const GtupdFtpData *data)
{
    return data->ftp != NULL && data->ftp->is_asking && data->ftp->transfer->result == GTUPD_TRANSFER_RUNNING
               ? data->ftp->transfer
               : NULL;
}

static void data_knocked(gpointer self G_GNUC_UNUSED)
{
    /* The control connection tells what comes of it. */
}

static void data_connected(gpointer self)
{
    const GtupdFtpData *data = self;
    if (data->ftp != NULL)
        data->ftp->transfer->lacks_data_connection = FALSE;
}

static void data_refused(gpointer self G_GNUC_UNUSED, const GtupdAnchor *anchor G_GNUC_UNUSED)
{
    /* The same. */
}

static void go_on(const GtupdFtpData *data)
{
    if (data->ftp != NULL && data->ftp->is_asking)
        gtupd_progress_go_on(data->ftp->transfer);
}

static void data_payload(gpointer self, gboolean is_new, const GtupdAnchor *anchor)
{
    if (is_new)
        go_on(self);
    GtupdTransfer *transfer = fed_by(self);
    if (transfer != NULL)
        gtupd_progress_payload(transfer, is_new, anchor);
}

static void data_bytes(gpointer self, gboolean from_server, const guint8 *bytes, gsize length,
                       const GtupdAnchor *anchor)
{
    const GtupdFtpData *data = self;
    if (from_server)
        go_on(data);
    GtupdTransfer *transfer = from_server ? fed_by(data) : NULL;
    if (transfer == NULL)
        return;
    gtupd_progress_bytes(transfer, length, anchor);
    gtupd_digest_bytes(data->ftp->digest, bytes, length);
}

static void data_hole(gpointer self, gboolean from_server, gsize length)
{
    const GtupdFtpData *data = self;
    if (from_server)
        go_on(data);
    GtupdTransfer *transfer = from_server ? fed_by(data) : NULL;
    if (transfer == NULL)
        return;
    gtupd_progress_hole(transfer, length);
    gtupd_digest_spoil(data->ftp->digest);
}

static void data_acknowledged(gpointer self, const GtupdAnchor *anchor)
{
    const GtupdFtpData *data = self;
    if (data->ftp != NULL && data->ftp->transfer->delivered > 0 && !data->ftp->transfer->acknowledged &&
        (data->ftp->is_data_ended || is_whole(data->ftp->transfer)))
        gtupd_progress_acknowledge(data->ftp->transfer, anchor);
}

static void data_heard(gpointer self G_GNUC_UNUSED, gboolean is_heard G_GNUC_UNUSED)
{
    /* The client has nothing to say here. */
}

static void data_window(gpointer self, gboolean is_open)
{
    GtupdTransfer *transfer = fed_by(self);
    if (transfer != NULL)
        transfer->is_shut = !is_open;
}

static void data_closed(gpointer self, GtupdClosedBy by, gboolean reset, const GtupdAnchor *anchor)
{
    const GtupdFtpData *data = self;
    GtupdTransfer *transfer = fed_by(data);
    if (transfer == NULL)
        return;
    gtupd_progress_close(transfer, by, reset, anchor);
    if (by != GTUPD_CLOSED_BY_SERVER && !reset) {
        if (transfer->expected >= 0 && !is_whole(transfer))
            gtupd_progress_give_up(transfer, anchor);
        return;
    }
    data->ftp->is_data_ended = TRUE;
    if (reset || (transfer->expected >= 0 && !is_whole(transfer)))
        cut_off(data->ftp, anchor);
    else if (transfer->status == 226)
        settle(data->ftp, anchor);
}

static void data_gone(gpointer self, gboolean unsure)
{
    const GtupdFtpData *data = self;
    if (unsure && data->ftp != NULL)
        data->ftp->transfer->has_holes = TRUE;
}

const GtupdConversation gtupd_ftp_data_conversation = {
    .knocked = data_knocked,
    .connected = data_connected,
    .refused = data_refused,
    .payload = data_payload,
    .bytes = data_bytes,
    .hole = data_hole,
    .acknowledged = data_acknowledged,
    .heard = data_heard,
    .window = data_window,
    .closed = data_closed,
    .gone = data_gone,
    .free = data_free,
};
