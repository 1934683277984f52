/* SPDX-License-Identifier: GPL-2.0-or-later */
/* File transfers from segments: which connections are looked into, and what TCP does to them. */
#include "transfers.h"

#include "endpoints.h"
#include "fake_protocol.h"

#include <string.h>

#define SYN GTUPD_TCP_SYN
#define ACK GTUPD_TCP_ACK
#define FIN GTUPD_TCP_FIN
#define RST GTUPD_TCP_RST

#define COMMAND(url) "AT+GTUPD=cv200,0,0,10,0,,," url ",,1,,,,0001$"
#define GET          "GET /p HTTP/1.1\r\nHost: h.example\r\n\r\n"
#define HEAD         "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n"
#define WHOLE        "http complete 200 h.example:80/p 6/6"

/* The ends: a device, the server of the URLs, and another. */
static const struct {
    const char *address;
    guint16 port;
} ends[] = {{"10.0.0.1", 40000},    {"198.51.100.9", 80}, {"198.51.100.10", 80}, {"198.51.100.9", 21},
            {"198.51.100.9", 1025}, {"10.0.0.1", 1026},   {"198.51.100.9", 20}};
enum {
    DEVICE,
    SERVER,
    OTHER,
    FTP,
    PASSIVE,
    ACTIVE,
    FTP_DATA
};

typedef struct {
    GtupdTransfers *transfers;
    guint64 packets;
    gboolean is_shut; /* the windows of the next segments are closed */
} Fixture;

static void hear(Fixture *fixture, const char *command)
{
    GtupdMessage message;
    gtupd_message_decode(&message, (const guint8 *)command, strlen(command), GTUPD_TYPE_COMMAND, GTUPD_END_TAIL, FALSE);
    gtupd_transfers_message(fixture->transfers, &message);
}

static void set_up(Fixture *fixture, gconstpointer command)
{
    fixture->transfers = gtupd_transfers_new(NULL);
    if (command != NULL)
        hear(fixture, command);
}

static void tear_down(Fixture *fixture, gconstpointer data)
{
    (void)data;
    gtupd_transfers_free(fixture->transfers);
    g_free(fake_protocol_take_transfers());
    g_free(fake_protocol_take_log());
}

static void set_end(guint end, guint8 address[GTUPD_ADDRESS_SIZE], guint16 *port)
{
    GtupdEndpoint at;
    g_assert_true(gtupd_endpoint_parse(ends[end].address, &at));
    memcpy(address, at.address, sizeof at.address);
    *port = ends[end].port;
}

/* `cut`: so many bytes at the end are not captured. */
static void give_cut(Fixture *fixture, guint from, guint to, guint8 flags, guint32 seq, guint32 ack, const char *text,
                     gsize cut)
{
    GtupdSegment segment = {.transport = GTUPD_TRANSPORT_TCP, .ip_version = 4, .seq = seq, .ack = ack, .flags = flags};
    segment.window = fixture->is_shut ? 0 : 1024;
    set_end(from, segment.source, &segment.source_port);
    set_end(to, segment.destination, &segment.destination_port);
    segment.length = strlen(text);
    segment.captured = segment.length - cut;
    g_autofree guint8 *exact = g_memdup2(text, segment.captured);
    segment.payload = exact;
    fixture->packets++;
    const GtupdAnchor anchor = {
        .time = (gint64)fixture->packets * 1000000000, .order = fixture->packets, .frame = fixture->packets};
    gtupd_transfers_segment(fixture->transfers, &segment, &anchor);
}

static void give(Fixture *fixture, guint from, guint to, guint8 flags, guint32 seq, guint32 ack, const char *text)
{
    give_cut(fixture, from, to, flags, seq, ack, text, 0);
}

/* The client's first byte has the number 100, the server's 500. */
static void open_connection(Fixture *fixture, guint client, guint server)
{
    give(fixture, client, server, SYN, 99, 0, "");
    give(fixture, server, client, SYN | ACK, 499, 100, "");
    give(fixture, client, server, ACK, 100, 500, "");
}

static void ask(Fixture *fixture, guint server)
{
    give(fixture, DEVICE, server, ACK, 100, 500, GET);
}

static const guint32 asked = 100 + sizeof GET - 1;   /* the client's next number */
static const guint32 headed = 500 + sizeof HEAD - 1; /* the body's first */

static void assert_transfers(const char *expected)
{
    g_autofree char *transfers = fake_protocol_take_transfers();
    g_assert_cmpstr(transfers, ==, expected);
}

static void test_complete(Fixture *fixture, gconstpointer data)
{
    (void)data;
    open_connection(fixture, DEVICE, SERVER);
    ask(fixture, SERVER);
    give(fixture, SERVER, DEVICE, ACK, 500, asked, HEAD "abc");
    give(fixture, SERVER, DEVICE, ACK, headed + 3, asked, "def");
    give(fixture, DEVICE, SERVER, ACK | FIN, asked, headed + 6, "");
    give(fixture, SERVER, DEVICE, ACK | FIN, headed + 6, asked + 1, "");
    assert_transfers(WHOLE " ack sha by=device");
}

/* Nothing is looked at before a start command, nor anything else after it. */
static void test_unwatched(Fixture *fixture, gconstpointer data)
{
    (void)data;
    open_connection(fixture, DEVICE, OTHER);
    give(fixture, DEVICE, OTHER, ACK, 100, 500, "GET /p HTTP/1.1\r\nHost: other\r\n\r\n");
    give(fixture, SERVER, OTHER, ACK, 100, 500, "x");
    assert_transfers("");
}

/* Without acknowledgement nothing is known of the other direction, whichever side it is. */
static void test_unacknowledged(Fixture *fixture, gconstpointer data)
{
    (void)data;
    const guint clients[] = {DEVICE, OTHER};
    for (guint i = 0; i < G_N_ELEMENTS(clients); i++) {
        give(fixture, clients[i], SERVER, 0, 100, 0, GET);
        give(fixture, clients[i], SERVER, FIN, asked, 0, "");
        assert_transfers("http cut 0 h.example:80/p by=device");
    }
}

static void test_reordered(Fixture *fixture, gconstpointer data)
{
    (void)data;
    open_connection(fixture, DEVICE, SERVER);
    ask(fixture, SERVER);
    give(fixture, SERVER, DEVICE, ACK, headed + 3, asked, "def");
    give(fixture, SERVER, DEVICE, ACK, 500, asked, HEAD "abc");
    give(fixture, SERVER, DEVICE, ACK, 500, asked, HEAD "abc");
    give(fixture, SERVER, DEVICE, ACK, headed + 5, asked, "f"); /* like a keep-alive */
    give(fixture, DEVICE, SERVER, ACK, asked, headed + 6, "");
    assert_transfers(WHOLE " again=1 ack sha");
}

/* Acknowledged, but not in the capture. */
static void test_hole(Fixture *fixture, gconstpointer data)
{
    (void)data;
    open_connection(fixture, DEVICE, SERVER);
    ask(fixture, SERVER);
    give(fixture, SERVER, DEVICE, ACK, 500, asked, HEAD "a");
    give(fixture, SERVER, DEVICE, ACK, headed + 5, asked, "f");
    give(fixture, DEVICE, SERVER, ACK, asked, headed + 6, "");
    assert_transfers(WHOLE " ack holes");
}

static void test_snapped(Fixture *fixture, gconstpointer data)
{
    (void)data;
    open_connection(fixture, DEVICE, SERVER);
    ask(fixture, SERVER);
    give_cut(fixture, SERVER, DEVICE, ACK, 500, asked, HEAD "abcdef", 4);
    give(fixture, DEVICE, SERVER, ACK, asked, headed + 6, "");
    assert_transfers(WHOLE " ack holes");
}

/* What waits behind a gap when the connection is reset may be the capture's fault. */
static void test_left_over(Fixture *fixture, gconstpointer data)
{
    (void)data;
    open_connection(fixture, DEVICE, SERVER);
    ask(fixture, SERVER);
    give(fixture, SERVER, DEVICE, ACK, 500, asked, HEAD "a");
    give(fixture, SERVER, DEVICE, ACK, headed + 4, asked, "e");
    give(fixture, SERVER, DEVICE, RST | ACK, headed + 5, asked, "");
    assert_transfers("http cut 200 h.example:80/p 1/6 holes by=server reset");
}

static void test_refused(Fixture *fixture, gconstpointer data)
{
    (void)data;
    give(fixture, DEVICE, SERVER, SYN, 99, 0, "");
    give(fixture, DEVICE, SERVER, SYN, 99, 0, "");
    give(fixture, SERVER, DEVICE, RST | ACK, 0, 100, "");
    assert_transfers("http unreachable 0 198.51.100.9:80 - again=1 by=server reset");
    give(fixture, DEVICE, SERVER, SYN, 999, 0, "");
    assert_transfers("http unreachable 0 198.51.100.9:80 -");
}

static void test_port_reuse(Fixture *fixture, gconstpointer data)
{
    (void)data;
    open_connection(fixture, DEVICE, SERVER);
    ask(fixture, SERVER);
    give(fixture, DEVICE, SERVER, SYN, 77000, 0, "");
    give(fixture, SERVER, DEVICE, SYN | ACK, 499, 77001, "");
    give(fixture, DEVICE, SERVER, ACK, 77001, 500, GET);
    give(fixture, SERVER, DEVICE, ACK, 500, 77001 + (guint32)strlen(GET), HEAD "abcdef");
    assert_transfers("http running 0 h.example:80/p by=nobody, " WHOLE " sha");
}

/* The SYN is not in the capture, or its answer is not. */
static void test_joined(Fixture *fixture, gconstpointer data)
{
    (void)data;
    ask(fixture, SERVER);
    give(fixture, SERVER, DEVICE, ACK, 500, asked, HEAD "abcdef");
    assert_transfers(WHOLE " sha");
}

static void test_joined_by_answer(Fixture *fixture, gconstpointer data)
{
    (void)data;
    give(fixture, SERVER, DEVICE, SYN | ACK, 499, 100, "");
    ask(fixture, SERVER);
    give(fixture, SERVER, DEVICE, ACK, 500, asked, HEAD "abcdef");
    assert_transfers(WHOLE " sha");
}

static void test_answer_not_captured(Fixture *fixture, gconstpointer data)
{
    (void)data;
    give(fixture, DEVICE, SERVER, SYN, 99, 0, "");
    ask(fixture, SERVER);
    give(fixture, SERVER, DEVICE, ACK, 500, asked, HEAD "abcdef");
    assert_transfers(WHOLE " sha");
}

static void test_joined_in_the_middle(Fixture *fixture, gconstpointer data)
{
    (void)data;
    give(fixture, SERVER, DEVICE, ACK, 500, asked, "abcdef");
    give(fixture, DEVICE, SERVER, ACK, 100, 506, "Host: h.example\r\n\r\n");
    assert_transfers("");
}

/* A closed receive window is the client's, and what it says last counts. */
static void test_window(Fixture *fixture, gconstpointer data)
{
    (void)data;
    open_connection(fixture, DEVICE, SERVER);
    ask(fixture, SERVER);
    fixture->is_shut = TRUE;
    give(fixture, SERVER, DEVICE, ACK, 500, asked, HEAD "abc");
    fixture->is_shut = FALSE;
    give(fixture, DEVICE, SERVER, ACK, asked, headed + 2, "");
    fixture->is_shut = TRUE;
    give(fixture, DEVICE, SERVER, ACK, asked, headed + 3, "");
    give(fixture, DEVICE, SERVER, ACK, asked, headed + 3, "");
    fixture->is_shut = FALSE;
    give(fixture, SERVER, DEVICE, ACK, headed + 2, asked, "");
    give(fixture, DEVICE, SERVER, RST, asked, 0, "");
    assert_transfers("http cut 200 h.example:80/p 3/6 shut by=device reset");
}

static void test_window_reopened(Fixture *fixture, gconstpointer data)
{
    (void)data;
    open_connection(fixture, DEVICE, SERVER);
    ask(fixture, SERVER);
    fixture->is_shut = TRUE;
    give(fixture, DEVICE, SERVER, ACK, asked, 500, "");
    fixture->is_shut = FALSE;
    give(fixture, DEVICE, SERVER, ACK, asked, 500, "");
    assert_transfers("http running 0 h.example:80/p");
}

/* Asked again: not what the server has acknowledged already, nor the next request. */
static void test_unheard(Fixture *fixture, gconstpointer data)
{
    (void)data;
    open_connection(fixture, DEVICE, SERVER);
    ask(fixture, SERVER);
    ask(fixture, SERVER);
    assert_transfers("http running 0 h.example:80/p unheard");
}

static void test_heard(Fixture *fixture, gconstpointer data)
{
    (void)data;
    open_connection(fixture, DEVICE, SERVER);
    ask(fixture, SERVER);
    ask(fixture, SERVER);
    give(fixture, SERVER, DEVICE, ACK, 500, asked, "");
    ask(fixture, SERVER);
    give(fixture, DEVICE, SERVER, ACK, asked, 500, GET);
    assert_transfers("http running 0 h.example:80/p, http running 0 h.example:80/p");
}

/* By name, with no DNS in the capture: the request says it. */
static void test_by_host(Fixture *fixture, gconstpointer data)
{
    (void)data;
    open_connection(fixture, DEVICE, OTHER);
    assert_transfers("");
    give(fixture, DEVICE, OTHER, ACK, 100, 500, GET);
    give(fixture, OTHER, DEVICE, ACK, 500, asked, HEAD "abcdef");
    assert_transfers(WHOLE " sha");
}

static void login(Fixture *fixture)
{
    open_connection(fixture, DEVICE, FTP);
    give(fixture, FTP, DEVICE, ACK, 500, 100, "220 hi\r\n");
}

static void test_ftp_passive(Fixture *fixture, gconstpointer data)
{
    (void)data;
    login(fixture);
    give(fixture, DEVICE, FTP, ACK, 100, 508, "PASV\r\n");
    give(fixture, FTP, DEVICE, ACK, 508, 106, "227 (198,51,100,9,4,1)\r\n");
    open_connection(fixture, DEVICE, PASSIVE);
    give(fixture, DEVICE, FTP, ACK, 106, 532, "RETR /p\r\n");
    give(fixture, PASSIVE, DEVICE, ACK | FIN, 500, 100, "abcdef");
    give(fixture, DEVICE, PASSIVE, ACK | FIN, 100, 507, "");
    give(fixture, FTP, DEVICE, ACK, 532, 115, "226 done\r\n");
    assert_transfers("ftp complete 226 198.51.100.9:21/p 6/-1 ack sha by=server");
}

/* The control connection works, but the other one is not let through. */
static void test_ftp_blocked(Fixture *fixture, gconstpointer data)
{
    (void)data;
    login(fixture);
    give(fixture, DEVICE, FTP, ACK, 100, 508, "PASV\r\n");
    give(fixture, FTP, DEVICE, ACK, 508, 106, "227 (198,51,100,9,4,1)\r\n");
    give(fixture, DEVICE, PASSIVE, SYN, 99, 0, "");
    give(fixture, DEVICE, PASSIVE, SYN, 99, 0, "");
    assert_transfers("ftp running 227 198.51.100.9:21 - lone");
}

static void test_ftp_active(Fixture *fixture, gconstpointer data)
{
    (void)data;
    login(fixture);
    give(fixture, DEVICE, FTP, ACK, 100, 508, "PORT 10,0,0,1,4,2\r\nRETR /p\r\n");
    open_connection(fixture, FTP_DATA, ACTIVE);
    give(fixture, FTP_DATA, ACTIVE, ACK | FIN, 100, 500, "abcdef");
    give(fixture, ACTIVE, FTP_DATA, ACK | FIN, 500, 107, "");
    give(fixture, FTP, DEVICE, ACK, 508, 128, "226 done\r\n");
    assert_transfers("ftp complete 226 198.51.100.9:21/p 6/-1 ack sha by=server");
}

/* A scan of the server's port does not grow memory without bound. */
static void test_many(Fixture *fixture, gconstpointer data)
{
    (void)data;
    fake_protocol_be_quiet(TRUE);
    const guint64 before = fake_protocol_limits();
    for (guint i = 0; i < 20000; i++) {
        GtupdSegment segment = {.transport = GTUPD_TRANSPORT_TCP, .ip_version = 4, .flags = SYN};
        set_end(SERVER, segment.destination, &segment.destination_port);
        memcpy(segment.source, &i, sizeof i);
        const GtupdAnchor anchor = {.order = i + 1, .frame = i + 1};
        gtupd_transfers_segment(fixture->transfers, &segment, &anchor);
    }
    g_assert_cmpuint(fake_protocol_limits(), >, before);
    fake_protocol_be_quiet(FALSE);
}

/* Only start commands name servers. */
static void test_other_messages(Fixture *fixture, gconstpointer data)
{
    (void)data;
    hear(fixture, "AT+GTUPD=cv200,1,,,,,0001$");
    hear(fixture, COMMAND("gopher://198.51.100.9/p"));
    hear(fixture, COMMAND(""));
    hear(fixture, COMMAND("http:///p"));
    ask(fixture, SERVER);
    assert_transfers("");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    static const char by_address[] = COMMAND("http://198.51.100.9/p"), by_name[] = COMMAND("http://h.example/p"),
                      by_ftp[] = COMMAND("ftp://198.51.100.9/p");
    static const struct {
        const char *path, *command;
        void (*test)(Fixture *fixture, gconstpointer data);
    } tests[] = {
        {"/transfers/complete", by_address, test_complete},
        {"/transfers/unwatched/before", NULL, test_unwatched},
        {"/transfers/unwatched/after", by_address, test_unwatched},
        {"/transfers/unacknowledged", by_address, test_unacknowledged},
        {"/transfers/reordered", by_address, test_reordered},
        {"/transfers/hole", by_address, test_hole},
        {"/transfers/snapped", by_address, test_snapped},
        {"/transfers/left-over", by_address, test_left_over},
        {"/transfers/refused", by_address, test_refused},
        {"/transfers/window", by_address, test_window},
        {"/transfers/window-reopened", by_address, test_window_reopened},
        {"/transfers/unheard", by_address, test_unheard},
        {"/transfers/heard", by_address, test_heard},
        {"/transfers/ftp-blocked", by_ftp, test_ftp_blocked},
        {"/transfers/port-reuse", by_address, test_port_reuse},
        {"/transfers/joined", by_address, test_joined},
        {"/transfers/joined-by-answer", by_address, test_joined_by_answer},
        {"/transfers/answer-not-captured", by_address, test_answer_not_captured},
        {"/transfers/joined-in-the-middle", by_address, test_joined_in_the_middle},
        {"/transfers/by-host", by_name, test_by_host},
        {"/transfers/ftp-passive", by_ftp, test_ftp_passive},
        {"/transfers/ftp-active", by_ftp, test_ftp_active},
        {"/transfers/many", by_address, test_many},
        {"/transfers/other-messages", NULL, test_other_messages},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(tests); i++)
        g_test_add(tests[i].path, Fixture, tests[i].command, set_up, tests[i].test, tear_down);
    return g_test_run();
}
