/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "diagnosis.h"

#include <string.h>

#define SECOND  G_GINT64_CONSTANT(1000000000)
#define START   (G_GINT64_CONSTANT(1700000000) * SECOND)
#define PACKAGE 60000 /* bytes */

/* A download, by what matters of it. Times in seconds from the beginning of the case. */
typedef struct {
    GtupdTransferResult result;
    guint attempt;
    int status;
    double request, last_data, end; /* 0: none */
    gint64 delivered, expected;
    guint retransmitted;
    GtupdClosedBy closed_by;
    gboolean reset, has_holes;
    gboolean is_unasked, secure, is_shut, is_unheard, lacks_data_connection;
    gint64 range_from, total; /* total 0: not told */
    const char *redirect;
    GtupdTransferProtocol protocol;
} Download;

typedef struct {
    const char *name;
    GtupdOutcome outcome;
    GtupdState state;   /* how it was left; 0: ended */
    const char *events; /* "start@0 ack@1 100@2 200@3 202@10": what, at which second; "r" behind: not of this update */
    const char *expected;     /* "cause party confidence", and a "-" for each doubt */
    const Download *download; /* NULL: none was seen */
    const char *clues;        /* "field-invalid@1:download-timeout count-gap@4": rule, number of the event, field */
    double end;               /* of the capture; 0: with the last event */
    double heard;             /* the device's last message; 0: none after the last event */
    int timeout;              /* minutes; 0: 5 */
    gboolean restarted, command_unseen;
    const char *versions;   /* "2.7 2.8" */
    const Download *second; /* another download, behind it; NULL: none */
    gboolean has_disputed;
    const char *says;   /* in the sentence; NULL: whatever */
    const char *before; /* the update before: "superseded DOWNLOADING" */
} Row;

/* clang-format off */
#define CONFIRMED   "start@0 ack@1 100@2 "
#define DOWNLOADING CONFIRMED "200@3 "
#define FAILED      DOWNLOADING "202@10"
#define TIMED_OUT   DOWNLOADING "202@303"
#define INSTALLING  DOWNLOADING "201@60 300@61 "

static const Download
    nxdomain      = {.result = GTUPD_TRANSFER_NAME_FAILED, 1, 3, .request = 4, .end = 5, .expected = -1},
    servfail      = {.result = GTUPD_TRANSFER_NAME_FAILED, 1, 2, .request = 4, .end = 5, .expected = -1},
    rst           = {.result = GTUPD_TRANSFER_UNREACHABLE, 1, .request = 4, .end = 4.1, .expected = -1, .reset = TRUE},
    no_answer     = {.result = GTUPD_TRANSFER_UNREACHABLE, 1, .request = 4, .expected = -1, .retransmitted = 3},
    login         = {.result = GTUPD_TRANSFER_LOGIN_REFUSED, 1, 530, .request = 4, .end = 5, .expected = -1},
    missing       = {.result = GTUPD_TRANSFER_MISSING, 1, 404, .request = 4, .end = 5, .expected = -1},
    old_missing   = {.result = GTUPD_TRANSFER_MISSING, 1, 404, .request = 4, .end = 5, .expected = -1},
    error         = {.result = GTUPD_TRANSFER_REFUSED, 1, 503, .request = 4, .end = 5, .expected = -1},
    redirected    = {.result = GTUPD_TRANSFER_REDIRECTED, 1, 302, .request = 4, .end = 5, .expected = -1, .redirect = "http://cdn/x"},
    by_server     = {.result = GTUPD_TRANSFER_CUT, 1, 200, 4, 8, 9, 9000, PACKAGE, .closed_by = GTUPD_CLOSED_BY_SERVER},
    without_reply = {.result = GTUPD_TRANSFER_CUT, 1, 150, 4, 8, 9, PACKAGE, PACKAGE, .closed_by = GTUPD_CLOSED_BY_SERVER, .protocol = GTUPD_TRANSFER_FTP},
    unconfirmed   = {.result = GTUPD_TRANSFER_RUNNING, 1, 150, 4, 8, 0, PACKAGE, PACKAGE, .closed_by = GTUPD_CLOSED_BY_SERVER, .protocol = GTUPD_TRANSFER_FTP},
    with_holes    = {.result = GTUPD_TRANSFER_CUT, 1, 200, 4, 8, 9, 9000, PACKAGE, .closed_by = GTUPD_CLOSED_BY_SERVER, .has_holes = TRUE},
    by_nobody     = {.result = GTUPD_TRANSFER_CUT, 1, 200, 4, 20, 0, 9000, PACKAGE, .closed_by = GTUPD_CLOSED_BY_NOBODY},
    with_losses   = {.result = GTUPD_TRANSFER_RUNNING, 1, 200, 4, 20, 0, 9000, PACKAGE, .retransmitted = 4},
    silent        = {.result = GTUPD_TRANSFER_CUT, 1, 200, 4, 20, 302, 9000, PACKAGE, .closed_by = GTUPD_CLOSED_BY_DEVICE},
    never_begun   = {.result = GTUPD_TRANSFER_RUNNING, 1, 0, 4, 0, 0, 0, -1},
    slow          = {.result = GTUPD_TRANSFER_CUT, 1, 200, 4, 300, 302, 40000, PACKAGE, .closed_by = GTUPD_CLOSED_BY_DEVICE},
    very_slow     = {.result = GTUPD_TRANSFER_CUT, 1, 200, 4, 300, 302, 4000, PACKAGE, .closed_by = GTUPD_CLOSED_BY_DEVICE},
    of_no_length  = {.result = GTUPD_TRANSFER_RUNNING, 1, 200, 4, 300, 0, 4000, -1},
    by_device     = {.result = GTUPD_TRANSFER_CUT, 1, 200, 4, 9, 9.5, 9000, PACKAGE, .closed_by = GTUPD_CLOSED_BY_DEVICE, .reset = TRUE},
    short_piece   = {.result = GTUPD_TRANSFER_COMPLETE, 1, 206, 4, 8, 9, 20000, 20000, .closed_by = GTUPD_CLOSED_BY_DEVICE, .total = PACKAGE},
    next_piece    = {.result = GTUPD_TRANSFER_COMPLETE, 1, 206, 9.1, 9.4, 9.5, 20000, 20000, .closed_by = GTUPD_CLOSED_BY_DEVICE, .range_from = 20000, .total = PACKAGE},
    last_piece    = {.result = GTUPD_TRANSFER_COMPLETE, 1, 206, 9.1, 9.4, 9.5, 40000, 40000, .closed_by = GTUPD_CLOSED_BY_DEVICE, .range_from = 20000, .total = PACKAGE},
    far_piece     = {.result = GTUPD_TRANSFER_COMPLETE, 1, 206, 9.1, 9.4, 9.5, 20000, 20000, .closed_by = GTUPD_CLOSED_BY_DEVICE, .range_from = 40000, .total = PACKAGE},
    once_more     = {.result = GTUPD_TRANSFER_CUT, 1, 200, 9.1, 9.4, 9.5, 12000, PACKAGE, .closed_by = GTUPD_CLOSED_BY_SERVER, .total = PACKAGE},
    not_modified  = {.result = GTUPD_TRANSFER_COMPLETE, 1, 304, 4, 0, 5, 0, -1},
    not_captured  = {.result = GTUPD_TRANSFER_COMPLETE, 1, 226, 4, 0, 5, 0, -1, .has_holes = TRUE, .protocol = GTUPD_TRANSFER_FTP},
    turned_away   = {.result = GTUPD_TRANSFER_REFUSED, 1, 421, 4, 0, 5, 0, -1, .is_unasked = TRUE, .protocol = GTUPD_TRANSFER_FTP},
    tls           = {.result = GTUPD_TRANSFER_RUNNING, 1, 0, 4, 0, 0, 0, -1, .is_unasked = TRUE, .secure = TRUE, .closed_by = GTUPD_CLOSED_BY_SERVER},
    tls_refused   = {.result = GTUPD_TRANSFER_UNREACHABLE, 1, .request = 4, .end = 4.1, .expected = -1, .reset = TRUE, .is_unasked = TRUE, .secure = TRUE},
    let_go        = {.result = GTUPD_TRANSFER_RUNNING, 1, 0, 4, 0, 0, 0, -1, .is_unasked = TRUE, .closed_by = GTUPD_CLOSED_BY_SERVER},
    idle          = {.result = GTUPD_TRANSFER_RUNNING, 1, 0, 4, 0, 0, 0, -1, .is_unasked = TRUE, .closed_by = GTUPD_CLOSED_BY_DEVICE},
    blocked       = {.result = GTUPD_TRANSFER_RUNNING, 1, 227, 4, 0, 0, 0, -1, .is_unasked = TRUE, .lacks_data_connection = TRUE, .protocol = GTUPD_TRANSFER_FTP},
    one_way       = {.result = GTUPD_TRANSFER_CUT, 1, 0, 4, 0, 9, 0, -1, .has_holes = TRUE, .closed_by = GTUPD_CLOSED_BY_DEVICE},
    unheard       = {.result = GTUPD_TRANSFER_RUNNING, 1, 0, 4, 0, 0, 0, -1, .is_unheard = TRUE},
    shut          = {.result = GTUPD_TRANSFER_CUT, 1, 200, 4, 20, 302, 9000, PACKAGE, .closed_by = GTUPD_CLOSED_BY_DEVICE, .is_shut = TRUE, .retransmitted = 1},
    shut_at_last  = {.result = GTUPD_TRANSFER_CUT, 1, 200, 4, 300, 302, 40000, PACKAGE, .closed_by = GTUPD_CLOSED_BY_DEVICE, .is_shut = TRUE},
    whole         = {.result = GTUPD_TRANSFER_COMPLETE, 1, 200, 4, 9, 9.5, PACKAGE, PACKAGE, .closed_by = GTUPD_CLOSED_BY_DEVICE};

#define ENDED(outcome) GTUPD_OUTCOME_##outcome, 0
#define LEFT(outcome, state) GTUPD_OUTCOME_##outcome, GTUPD_STATE_##state

static const Row rows[] = {
    /* The device says it itself: nothing that is missing from the capture changes it. */
    {.name = "1X3", ENDED(BATTERY_LOW), "start@0 ack@1 103@2", "low-battery device proven"},
    {.name = "3X3", ENDED(UPDATE_BATTERY_LOW), DOWNLOADING "201@60 303@61", "low-battery device proven"},
    {.name = "1X3, with a gap", ENDED(BATTERY_LOW), "start@0 ack@1 103@2", "low-battery device proven", .clues = "count-gap@3"},
    {.name = "2X3", ENDED(VERSION_REJECTED), DOWNLOADING "203@9", "wrong-firmware-version package proven"},
    {.name = "1X2", ENDED(CANCELLED), DOWNLOADING "stop@5 ack@6 102@7", "cancelled-by-backend backend proven"},
    {.name = "1X2 without a stop", ENDED(CANCELLED), DOWNLOADING "102@7", "cancelled-by-backend backend likely"},
    {.name = "1X2 without a stop, with a gap", ENDED(CANCELLED), DOWNLOADING "102@7", "cancelled-by-backend backend possible -", .clues = "count-gap@4"},

    /* 1X1 */
    {.name = "wrong parameters", ENDED(REFUSED), "start@0 ack@1 101@2", "refused-parameters backend likely", .clues = "field-invalid@1:download-timeout"},
    {.name = "wrong layout", ENDED(REFUSED), "start@0 ack@1 101@2", "refused-parameters backend likely", .clues = "sibling-layout@1"},
    {.name = "odd parameters", ENDED(REFUSED), "start@0 ack@1 101@2", "refused-parameters backend possible", .clues = "reserved-not-empty@1:reserved"},
    {.name = "wrong field elsewhere", ENDED(REFUSED), "start@0 ack@1 101@2", "unknown none possible", .clues = "field-invalid@3:reserved"},
    {.name = "busy: it goes on to report", ENDED(REFUSED), "start@0 ack@1 101@2 201@9r", "refused-busy backend proven", .clues = "report-after-end@4"},
    {.name = "busy or wrong: it reports", ENDED(REFUSED), "start@0 ack@1 101@2 202@9r", "refused-busy backend proven", .clues = "field-invalid@1:download-timeout report-after-end@4"},
    {.name = "busy: the one before is open", ENDED(REFUSED), "start@0 ack@1 101@2", "refused-busy backend likely", .before = "superseded DOWNLOADING"},
    {.name = "the one before has ended", ENDED(REFUSED), "start@0 ack@1 101@2", "unknown none possible", .before = "succeeded ENDED"},
    {.name = "the one before has no answer", ENDED(REFUSED), "start@0 ack@1 101@2", "unknown none possible", .before = "superseded REQUESTED"},
    {.name = "another download begins later", ENDED(REFUSED), "start@0 ack@1 101@2 200@9r", "unknown none possible", .clues = "report-after-end@4"},
    {.name = "the command is not there", ENDED(REFUSED), "101@2", "unknown none possible -", .command_unseen = TRUE},

    /* What the wire shows of a download */
    {.name = "no such name", ENDED(DOWNLOAD_FAILED), FAILED, "name-not-resolved backend proven", &nxdomain},
    {.name = "name server failed", ENDED(DOWNLOAD_FAILED), FAILED, "name-not-resolved network likely", &servfail},
    {.name = "connection refused", ENDED(DOWNLOAD_FAILED), FAILED, "server-unreachable file-server proven", &rst},
    {.name = "no SYN ACK", ENDED(DOWNLOAD_FAILED), FAILED, "server-unreachable network likely", &no_answer},
    {.name = "login refused", ENDED(DOWNLOAD_FAILED), FAILED, "server-refused-login backend proven", &login},
    {.name = "404", ENDED(DOWNLOAD_FAILED), FAILED, "package-missing file-server proven", &missing},
    {.name = "404, with a gap", ENDED(DOWNLOAD_FAILED), FAILED, "package-missing file-server likely -", &missing, .clues = "count-gap@5"},
    {.name = "404 in an earlier attempt", ENDED(DOWNLOAD_FAILED), FAILED " 200@11 202@20", "package-missing file-server likely -", &old_missing},
    {.name = "404, then success", ENDED(SUCCEEDED), FAILED " 200@11 201@20 300@21 301@60", "package-missing file-server proven", &missing, .clues = "transfer-refused@5"},
    {.name = "404, and the capture ends", LEFT(INCOMPLETE, ATTEMPT_FAILED), FAILED, "package-missing file-server likely -", &missing},
    {.name = "503", ENDED(DOWNLOAD_FAILED), FAILED, "server-error file-server proven", &error},
    {.name = "302", ENDED(DOWNLOAD_FAILED), FAILED, "redirect-not-followed file-server likely", &redirected},
    {.name = "cut by the server", ENDED(DOWNLOAD_FAILED), FAILED, "transfer-cut-by-server file-server proven", &by_server},
    {.name = "whole, but no 226", ENDED(DOWNLOAD_FAILED), FAILED, "transfer-cut-by-server file-server proven", &without_reply},
    {.name = "whole, no 226, and nobody closed", ENDED(DOWNLOAD_FAILED), TIMED_OUT, "transfer-cut-by-network network possible", &unconfirmed},
    {.name = "cut, with holes", ENDED(DOWNLOAD_FAILED), FAILED, "transfer-cut-by-server file-server likely -", &with_holes},
    {.name = "cut, holes and a gap", ENDED(DOWNLOAD_FAILED), FAILED, "transfer-cut-by-server file-server likely --", &with_holes, .clues = "count-gap@5"},
    {.name = "closed by nobody", ENDED(DOWNLOAD_FAILED), TIMED_OUT, "transfer-cut-by-network network likely", &by_nobody},
    {.name = "sent again in vain", ENDED(DOWNLOAD_FAILED), TIMED_OUT, "transfer-cut-by-network network likely", &with_losses},
    {.name = "silence without a loss", ENDED(DOWNLOAD_FAILED), TIMED_OUT, "stalled file-server likely", &silent},
    {.name = "no answer to the request", ENDED(DOWNLOAD_FAILED), TIMED_OUT, "stalled file-server likely", &never_begun},
    {.name = "too slow", ENDED(DOWNLOAD_FAILED), TIMED_OUT, "too-slow-for-timeout backend likely", &slow},
    {.name = "much too slow", ENDED(DOWNLOAD_FAILED), TIMED_OUT, "too-slow-for-timeout network likely", &very_slow},
    {.name = "too slow, of unknown length", ENDED(DOWNLOAD_FAILED), TIMED_OUT, "too-slow-for-timeout network likely", &of_no_length},
    {.name = "slow, but not timed out", ENDED(DOWNLOAD_FAILED), TIMED_OUT, "transfer-cut-by-device device likely", &slow, .timeout = 10},
    {.name = "broken off by the device", ENDED(DOWNLOAD_FAILED), FAILED, "transfer-cut-by-device device likely", &by_device},
    {.name = "delivered", ENDED(DOWNLOAD_FAILED), FAILED, "package-rejected package possible", &whole, .clues = "result-contradicts-transfer@5"},
    {.name = "another path", ENDED(DOWNLOAD_FAILED), FAILED, "url-misread device likely", .clues = "transfer-url-differs@4"},
    {.name = "another path first", ENDED(DOWNLOAD_FAILED), FAILED, "transfer-cut-by-server file-server proven", &by_server, .clues = "transfer-url-differs@4"},
    {.name = "another path later", ENDED(DOWNLOAD_FAILED), FAILED " 200@11 202@20", "url-misread device possible -", &by_server, .clues = "transfer-url-differs@6"},
    {.name = "another path, and success", ENDED(SUCCEEDED), INSTALLING "301@90", "none none proven", .clues = "transfer-url-differs@4"},

    {.name = "not all pieces", ENDED(DOWNLOAD_FAILED), FAILED, "transfer-cut-by-device device likely", &short_piece, .second = &next_piece, .says = "fetched 40000 of 60000 bytes"},
    {.name = "not the piece between", ENDED(DOWNLOAD_FAILED), FAILED, "transfer-cut-by-device device likely", &short_piece, .second = &far_piece, .says = "fetched 40000 of 60000 bytes"},
    {.name = "all pieces", ENDED(DOWNLOAD_FAILED), FAILED, "package-rejected package possible", &short_piece, .second = &last_piece, .says = "all 60000 bytes"},
    {.name = "the rest of an earlier attempt's", ENDED(DOWNLOAD_FAILED), FAILED, "package-rejected package possible", &last_piece},
    {.name = "cut, and begun anew", ENDED(DOWNLOAD_FAILED), FAILED, "transfer-cut-by-server file-server proven", &by_server, .second = &once_more, .says = "after 12000 of 60000 bytes"},
    {.name = "304", ENDED(DOWNLOAD_FAILED), FAILED, "server-error file-server proven", &not_modified, .says = "HTTP 304 to /cv200.bin, and sent no byte"},
    {.name = "226, the data elsewhere", ENDED(DOWNLOAD_FAILED), FAILED, "package-rejected package possible -", &not_captured, .says = "delivered the package"},
    {.name = "421", ENDED(DOWNLOAD_FAILED), FAILED, "server-error file-server proven", &turned_away, .says = "turned the device away with FTP 421"},
    {.name = "TLS", ENDED(DOWNLOAD_FAILED), FAILED, "unknown none possible", &tls},
    {.name = "TLS, behind a redirect", ENDED(DOWNLOAD_FAILED), FAILED, "unknown none possible", &redirected, .second = &tls},
    {.name = "TLS, not even connected", ENDED(DOWNLOAD_FAILED), FAILED, "server-unreachable file-server proven", &tls_refused},
    {.name = "closed before it asked", ENDED(DOWNLOAD_FAILED), FAILED, "transfer-cut-by-server file-server likely", &let_go},
    {.name = "it asked for nothing", ENDED(DOWNLOAD_FAILED), FAILED, "transfer-cut-by-device device possible", &idle},
    {.name = "a spare connection", ENDED(DOWNLOAD_FAILED), FAILED, "package-missing file-server proven", &missing, .second = &idle},
    {.name = "no data connection", ENDED(DOWNLOAD_FAILED), FAILED, "server-unreachable network likely", &blocked},
    {.name = "requests only", ENDED(DOWNLOAD_FAILED), FAILED, "unknown none possible -", &one_way},
    {.name = "asked in vain", ENDED(DOWNLOAD_FAILED), TIMED_OUT, "transfer-cut-by-network network likely", &unheard},
    {.name = "takes no more", ENDED(DOWNLOAD_FAILED), TIMED_OUT, "stalled device likely", &shut},
    {.name = "takes no more for a moment", ENDED(DOWNLOAD_FAILED), TIMED_OUT, "too-slow-for-timeout backend likely", &shut_at_last},
    {.name = "3X2 of some pieces", ENDED(UPDATE_FAILED), INSTALLING "302@90", "package-incomplete device likely", &short_piece, .second = &next_piece},

    /* Nothing of it was seen */
    {.name = "whose download", ENDED(DOWNLOAD_FAILED), FAILED, "unknown none possible", .has_disputed = TRUE, .says = "downloads of this package"},
    {.name = "backend only", ENDED(DOWNLOAD_FAILED), FAILED, "unknown none possible"},
    {.name = "backend only, timed out", ENDED(DOWNLOAD_FAILED), TIMED_OUT, "unknown none possible"},
    {.name = "others are served", ENDED(DOWNLOAD_FAILED), FAILED, "server-unreachable network possible", .clues = "transfer-not-seen@5"},
    {.name = "others are served, and a later attempt succeeds", ENDED(SUCCEEDED), FAILED " 200@11 201@20 300@21 301@60", "none none proven", .clues = "transfer-not-seen@5"},
    {.name = "others are served, and success", ENDED(SUCCEEDED), INSTALLING "301@90", "none none proven", .clues = "transfer-not-seen@5"},
    {.name = "wrong scheme", ENDED(DOWNLOAD_FAILED), FAILED, "bad-url backend possible", .clues = "url-scheme-mismatch@1:download-url"},
    {.name = "wrong scheme, but it asks", ENDED(DOWNLOAD_FAILED), FAILED, "package-missing file-server proven", &missing, .clues = "url-scheme-mismatch@1:download-url"},
    {.name = "wrong type", ENDED(DOWNLOAD_FAILED), FAILED, "unknown none possible", .clues = "field-invalid@1:update-type"},

    /* Installing */
    {.name = "3X2", ENDED(UPDATE_FAILED), INSTALLING "302@90", "flash-failed device likely"},
    {.name = "3X2 of a whole package", ENDED(UPDATE_FAILED), INSTALLING "302@90", "flash-failed package likely", &whole},
    {.name = "3X2 of a part", ENDED(UPDATE_FAILED), INSTALLING "302@90", "package-incomplete device likely", &by_server, .clues = "result-contradicts-transfer@5"},
    {.name = "3X2 of what the capture has in part", ENDED(UPDATE_FAILED), INSTALLING "302@90", "flash-failed device likely", &with_holes},
    {.name = "success, the same version", ENDED(SUCCEEDED), INSTALLING "301@90", "version-unchanged package likely", .clues = "version-unchanged@7", .versions = "2.7 2.7"},
    {.name = "success, with a finding", ENDED(SUCCEEDED), INSTALLING "301@90", "none none proven", .clues = "phase-skipped@7", .versions = "2.7 2.8"},
    {.name = "success", ENDED(SUCCEEDED), INSTALLING "301@90", "-"},
    {.name = "success, another start refused", ENDED(SUCCEEDED), DOWNLOADING "start@4 ack@5 101@6 201@60 300@61 301@90", "refused-busy backend proven", .clues = "start-while-busy@5"},

    /* Gone, or back without a word */
    {.name = "back without result", LEFT(NO_RESULT, UPDATING), INSTALLING, "result-not-reported device likely", .clues = "result-missing@6", .end = 900, .heard = 800},
    {.name = "back without result, with a gap", LEFT(NO_RESULT, UPDATING), INSTALLING, "result-not-reported device possible -", .clues = "result-missing@6 count-gap@6", .end = 900, .heard = 800},
    {.name = "back with a new version", LEFT(NO_RESULT, UPDATING), INSTALLING, "result-not-reported device proven", .versions = "2.7 2.8", .end = 900, .heard = 800},
    {.name = "back with the old version", LEFT(NO_RESULT, UPDATING), INSTALLING, "flash-failed device likely", .versions = "2.7 2.7", .end = 900, .heard = 800},
    {.name = "gone for two hours", LEFT(INCOMPLETE, UPDATING), INSTALLING, "never-came-back device likely", .end = 7200},
    {.name = "gone for ten minutes", LEFT(INCOMPLETE, UPDATING), INSTALLING, "never-came-back device possible", .end = 700},
    {.name = "gone for four minutes", LEFT(INCOMPLETE, UPDATING), INSTALLING, "capture-ends capture proven", .end = 300},
    {.name = "restarted", LEFT(INCOMPLETE, DOWNLOADING), DOWNLOADING, "power-lost device likely", .end = 200, .heard = 100, .restarted = TRUE},
    {.name = "restarted after 3X0", LEFT(INCOMPLETE, UPDATING), INSTALLING, "never-came-back device possible", .end = 700, .restarted = TRUE},
    {.name = "talks on", LEFT(INCOMPLETE, DOWNLOADING), DOWNLOADING, "dropped-by-device device likely", .clues = "download-result-missing@4", .end = 900, .heard = 800},
    {.name = "talks on, in time", LEFT(INCOMPLETE, DOWNLOADING), DOWNLOADING, "capture-ends capture proven", .end = 200, .heard = 100},
    {.name = "silent for two hours", LEFT(INCOMPLETE, DOWNLOADING), DOWNLOADING, "device-went-silent device possible", .end = 7200},
    {.name = "silent for half an hour", LEFT(INCOMPLETE, DOWNLOADING), DOWNLOADING, "capture-ends capture proven", .end = 1800},
    {.name = "superseded", LEFT(SUPERSEDED, DOWNLOADING), DOWNLOADING, "superseded-by-backend backend proven", .end = 60},
    {.name = "superseded, the command unanswered", LEFT(SUPERSEDED, REQUESTED), "start@0", "no-answer-from-device device possible", .end = 60},
    {.name = "superseded after hours of silence", LEFT(SUPERSEDED, DOWNLOADING), DOWNLOADING, "device-went-silent device possible", .end = 7200},
    {.name = "no answer but heartbeats", LEFT(UNANSWERED, REQUESTED), "start@0", "no-answer-from-device device likely", .clues = "ack-missing@1", .end = 200, .heard = 100},
    {.name = "no answer at all", LEFT(UNANSWERED, REQUESTED), "start@0", "no-answer-from-device network possible", .clues = "ack-missing@1", .end = 200},
    {.name = "acknowledged, no more", LEFT(UNANSWERED, REQUESTED), "start@0 ack@1", "no-answer-from-device device likely", .end = 200},
    {.name = "the capture ends", LEFT(INCOMPLETE, CONFIRMED), CONFIRMED, "capture-ends capture proven"},
};
/* clang-format on */

/* --- Making a case --- */

typedef struct {
    GtupdUpdate update, before;
    GtupdCommand command;
    GArray *events;
    GArray *clues; /* of GtupdClue */
    GPtrArray *transfers;
    GPtrArray *texts; /* fields of clues */
    GtupdCase about;
} Made;

static gint64 at(double seconds)
{
    return START + (gint64)(seconds * 1e9);
}

/* Packets are numbered by their time, so that events and downloads stand in order. */
static GtupdAnchor anchor_at(double seconds)
{
    const guint64 number = (guint64)(seconds * 10) + 1;
    return (GtupdAnchor){.time = at(seconds), .order = number, .frame = number};
}

static GtupdKind kind_of(const char *what, GtupdEvent *event)
{
    GtupdKind kind = GTUPD_KINDS;
    GtupdUpdateType type;
    if (g_str_equal(what, "start"))
        return GTUPD_KIND_START_COMMAND;
    if (g_str_equal(what, "stop"))
        return GTUPD_KIND_STOP_COMMAND;
    if (g_str_equal(what, "ack"))
        return GTUPD_KIND_ACK;
    g_assert_true(gtupd_code_parse(what, strlen(what), &kind, &type));
    g_strlcpy(event->code, what, sizeof event->code);
    return kind;
}

static void make_events(Made *made, const char *script)
{
    guint attempt = 0;
    g_auto(GStrv) words = g_strsplit(script, " ", -1);
    for (char **word = words; *word != NULL; word++) {
        if (**word == '\0')
            continue;
        g_auto(GStrv) parts = g_strsplit(*word, "@", 2);
        const gboolean foreign = g_str_has_suffix(parts[1], "r");
        GtupdEvent event = {.anchor = anchor_at(g_ascii_strtod(parts[1], NULL)), .gtupd = TRUE, .update = 1};
        event.kind = kind_of(parts[0], &event);
        if (event.kind == GTUPD_KIND_DOWNLOAD_STARTED && !foreign)
            attempt++;
        if (event.kind >= GTUPD_KIND_DOWNLOAD_STARTED && event.kind <= GTUPD_KIND_VERSION_REJECTED && !foreign)
            event.attempt = attempt;
        if (!foreign)
            made->update.end_time = event.anchor.time;
        g_array_append_val(made->events, event);
    }
    made->update.attempts = attempt;
}

static void make_clues(Made *made, const char *script)
{
    g_auto(GStrv) words = g_strsplit(script != NULL ? script : "", " ", -1);
    for (char **word = words; *word != NULL; word++) {
        g_auto(GStrv) parts = g_strsplit_set(*word, "@:", 3);
        const guint number = (guint)g_ascii_strtoull(parts[1], NULL, 10);
        g_assert_cmpuint(number, <=, made->events->len);
        GtupdClue clue = {.anchor = g_array_index(made->events, GtupdEvent, number - 1).anchor};
        g_assert_true(gtupd_rule_by_id(parts[0], &clue.rule));
        if (parts[2] != NULL) {
            g_ptr_array_add(made->texts, g_strdup(parts[2]));
            clue.field = made->texts->pdata[made->texts->len - 1];
        }
        g_array_append_val(made->clues, clue);
    }
}

static void make_download(Made *made, const Download *download)
{
    if (download == NULL)
        return;
    GtupdTransfer *transfer = gtupd_transfer_new(download->protocol);
    transfer->result = download->result;
    transfer->attempt = download->attempt;
    transfer->status = download->status;
    g_strlcpy(transfer->server, "198.51.100.9", sizeof transfer->server);
    transfer->server_port = 80;
    transfer->host = g_strdup("files.example.com");
    transfer->path = download->is_unasked ? NULL : g_strdup("/cv200.bin");
    transfer->secure = download->secure;
    transfer->is_shut = download->is_shut;
    transfer->is_unheard = download->is_unheard;
    transfer->lacks_data_connection = download->lacks_data_connection;
    transfer->range_from = download->range_from;
    transfer->total = download->total > 0 ? download->total : -1;
    transfer->redirect = g_strdup(download->redirect);
    transfer->expected = download->expected;
    transfer->delivered = download->delivered;
    transfer->request = anchor_at(download->request);
    if (download->last_data > 0)
        transfer->last_data = anchor_at(download->last_data);
    if (download->end > 0)
        transfer->end = anchor_at(download->end);
    transfer->retransmitted = download->retransmitted;
    transfer->closed_by = download->closed_by;
    transfer->reset = download->reset;
    transfer->has_holes = download->has_holes;
    g_ptr_array_add(made->transfers, transfer);
}

static GtupdOutcome outcome_by_name(const char *name)
{
    guint outcome = 0;
    while (outcome < GTUPD_OUTCOMES && !g_str_equal(gtupd_outcome_name((GtupdOutcome)outcome), name))
        outcome++;
    g_assert_cmpuint(outcome, <, GTUPD_OUTCOMES);
    return (GtupdOutcome)outcome;
}

static GtupdState state_by_name(const char *name)
{
    guint state = 0;
    while (state < GTUPD_STATES && !g_str_equal(gtupd_state_name((GtupdState)state), name))
        state++;
    g_assert_cmpuint(state, <, GTUPD_STATES);
    return (GtupdState)state;
}

static void make_versions(GtupdUpdate *update, const char *versions)
{
    if (versions == NULL)
        return;
    g_auto(GStrv) parts = g_strsplit(versions, " ", 2);
    g_strlcpy(update->version_before.firmware, parts[0], sizeof update->version_before.firmware);
    g_strlcpy(update->version_after.firmware, parts[1], sizeof update->version_after.firmware);
}

static void make_before(Made *made, const char *before)
{
    if (before == NULL)
        return;
    g_auto(GStrv) parts = g_strsplit(before, " ", 2);
    made->before.outcome = outcome_by_name(parts[0]);
    made->before.state = state_by_name(parts[1]);
    made->before.events = made->events;
    made->about.before = &made->before;
}

static Made *made_new(const Row *row)
{
    Made *made = g_new0(Made, 1);
    made->events = g_array_new(FALSE, FALSE, sizeof(GtupdEvent));
    made->clues = g_array_new(FALSE, FALSE, sizeof(GtupdClue));
    made->transfers = g_ptr_array_new_with_free_func((GDestroyNotify)gtupd_transfer_unref);
    made->texts = g_ptr_array_new_with_free_func(g_free);
    make_events(made, row->events);
    make_clues(made, row->clues);
    make_download(made, row->download);
    make_download(made, row->second);
    make_before(made, row->before);

    GtupdUpdate *update = &made->update;
    const gint64 last = g_array_index(made->events, GtupdEvent, made->events->len - 1).anchor.time;
    const gint64 end = row->end > 0 ? at(row->end) : last;
    update->number = 1;
    update->outcome = row->outcome;
    update->state = row->state != GTUPD_STATE_NONE ? row->state : GTUPD_STATE_ENDED;
    if (update->state != GTUPD_STATE_ENDED)
        update->end_time = 0;
    update->closing_time = update->end_time != 0 ? update->end_time : end;
    update->start_time = START;
    update->last_heard = row->heard > 0 ? at(row->heard) : last;
    update->restarted = row->restarted;
    update->has_disputed = row->has_disputed;
    update->events = made->events;
    update->transfers = made->transfers;
    make_versions(update, row->versions);
    made->command = (GtupdCommand){
        .anchor = anchor_at(0), .max_download_retry = 0, .download_timeout = row->timeout > 0 ? row->timeout : 5};
    update->command = row->command_unseen ? NULL : &made->command;
    made->about.update = update;
    made->about.clues = (const GtupdClue *)(gpointer)made->clues->data;
    made->about.clue_count = made->clues->len;
    made->about.end = end;
    return made;
}

static void made_free(Made *made)
{
    g_array_unref(made->events);
    g_array_unref(made->clues);
    g_ptr_array_unref(made->transfers);
    g_ptr_array_unref(made->texts);
    g_free(made);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Made, made_free)

/* --- Judging --- */

static char *dup_verdict(const GtupdDiagnosis *diagnosis)
{
    if (diagnosis == NULL)
        return g_strdup("-");
    GString *verdict = g_string_new(NULL);
    g_string_append_printf(verdict, "%s %s %s", gtupd_cause_name(diagnosis->cause),
                           gtupd_culprit_name(diagnosis->culprit), gtupd_confidence_name(diagnosis->confidence));
    for (guint i = 0; i < diagnosis->doubts->len; i++)
        g_string_append(verdict, i == 0 ? " -" : "-");
    return g_string_free(verdict, FALSE);
}

/* A sentence that can be shown, and packets in order, each once. */
static void assert_sound(const GtupdDiagnosis *diagnosis)
{
    g_assert_cmpuint(strlen(diagnosis->sentence), >, 20);
    g_assert_null(strpbrk(diagnosis->sentence, "{}"));
    g_assert_true(g_str_has_suffix(diagnosis->sentence, "."));
    for (const char *c = diagnosis->sentence; *c != '\0'; c++)
        g_assert_true(*c >= ' ' && *c <= '~');
    g_assert_cmpuint(diagnosis->frames->len, >, 0);
    for (guint i = 1; i < diagnosis->frames->len; i++)
        g_assert_cmpuint(g_array_index(diagnosis->frames, GtupdAnchor, i - 1).order, <,
                         g_array_index(diagnosis->frames, GtupdAnchor, i).order);
    if (diagnosis->confidence != GTUPD_CONFIDENCE_PROVEN)
        g_assert_nonnull(diagnosis->refuted_by);
}

static void test_row(gconstpointer data)
{
    const Row *row = data;
    g_autoptr(Made) made = made_new(row);
    g_autoptr(GtupdDiagnosis) diagnosis = gtupd_diagnosis_new(&made->about);
    g_autofree char *verdict = dup_verdict(diagnosis);
    if (diagnosis != NULL)
        g_test_message("%s", diagnosis->sentence);
    g_assert_cmpstr(verdict, ==, row->expected);
    if (diagnosis != NULL)
        assert_sound(diagnosis);
    if (row->says != NULL)
        g_assert_nonnull(strstr(diagnosis->sentence, row->says));
}

static GtupdDiagnosis *diagnosis_of(const char *name)
{
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        if (!g_str_equal(rows[i].name, name))
            continue;
        g_autoptr(Made) made = made_new(&rows[i]);
        return gtupd_diagnosis_new(&made->about);
    }
    g_assert_not_reached();
}

/* 40,000 of 60,000 bytes in 296 s: the whole in 444 s, and a quarter more is 555 s. */
static void test_arithmetic(void)
{
    g_autoptr(GtupdDiagnosis) slow_one = diagnosis_of("too slow");
    g_assert_cmpstr(slow_one->sentence, ==,
                    "Too slow: 40000 of 60000 bytes came at 135 bytes/s, at which the whole package needs 7 min 24 s; "
                    "Download Timeout allows 5 min. Set it to 10 min.");
    g_autoptr(GtupdDiagnosis) very_slow_one = diagnosis_of("much too slow");
    g_assert_nonnull(strstr(very_slow_one->sentence, "needs 1 h 14 min"));
    g_assert_nonnull(strstr(very_slow_one->sentence, "no more than 30 min can be set"));
}

/* Every cause is led to by a row of this test. */
static void test_every_cause(void)
{
    for (guint cause = 0; cause < GTUPD_CAUSE_COUNT; cause++) {
        gboolean found = FALSE;
        g_autofree char *start = g_strconcat(gtupd_cause_name((GtupdCause)cause), " ", NULL);
        for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
            found = found || g_str_has_prefix(rows[i].expected, start);
        g_test_message("%s", start);
        g_assert_true(found);
        g_assert_nonnull(gtupd_cause_words((GtupdCause)cause));
    }
}

static void test_missing_reply(void)
{
    g_autoptr(GtupdDiagnosis) cut = diagnosis_of("cut by the server");
    g_assert_null(strstr(cut->sentence, "226"));
    g_autoptr(GtupdDiagnosis) whole_one = diagnosis_of("whole, but no 226");
    g_assert_nonnull(strstr(whole_one->sentence, "sent all 60000 bytes, but closed"));
}

/* Without traffic of the file server nothing is said of it but that it is not there. */
static void test_backend_only(void)
{
    g_autoptr(GtupdDiagnosis) diagnosis = diagnosis_of("backend only");
    g_assert_nonnull(strstr(diagnosis->sentence, "cannot be known"));
    g_assert_cmpstr(diagnosis->refuted_by, ==, "the traffic between device and file server");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *path = g_strconcat("/diagnosis/row/", rows[i].name, NULL);
        g_test_add_data_func(path, &rows[i], test_row);
    }
    g_test_add_func("/diagnosis/arithmetic", test_arithmetic);
    g_test_add_func("/diagnosis/every-cause", test_every_cause);
    g_test_add_func("/diagnosis/missing-reply", test_missing_reply);
    g_test_add_func("/diagnosis/backend-only", test_backend_only);
    return g_test_run();
}
