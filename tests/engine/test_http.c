/* SPDX-License-Identifier: GPL-2.0-or-later */
/* HTTP as file transfers. */
#include "http.h"

#include "bounds.h"
#include "conversations.h"
#include "fake_protocol.h"

#include <string.h>

#define GET       "> GET /p HTTP/1.1|Host: files.example||\n"
#define ASK_ABOUT "> HEAD /p HTTP/1.1|Host: files.example||\n"
#define OK(size)  "< HTTP/1.1 200 OK|Content-Length: " size "||\n"
#define WHOLE     "http complete 200 files.example:80/p "

typedef struct {
    const char *name;
    const char *script;
    const char *expected;
} Row;

/* clang-format off */

static const Row rows[] = {
    {"complete", "open\n" GET OK("10") "<* 10\n^\n> FIN\n< FIN\n", WHOLE "10/10 ack sha by=device"},
    {"not-acknowledged", "open\n" GET OK("10") "<* 10\n", WHOLE "10/10 sha"},
    {"acknowledged-too-early", "open\n" GET OK("10") "<* 5\n^\n<* 5\n", WHOLE "10/10 sha"},
    {"running", "open\n" GET OK("10") "<* 5\n", "http running 200 files.example:80/p 5/10"},
    {"asked", "open\n" GET, "http running 0 files.example:80/p"},
    {"no-host", "open\n> GET /p HTTP/1.0||\n< HTTP/1.0 200 OK|Content-Length: 1||x\n", "http complete 200 h:80/p 1/1 sha"},
    {"host-with-port", "open\n> GET /p HTTP/1.1|Host: Files.Example:80||\n", "http running 0 files.example:80/p"},
    {"host-is-ipv6", "open\n> GET /p HTTP/1.1|Host: [FD00:0::1]:80||\n", "http running 0 fd00::1:80/p"},
    {"joined", GET OK("3") "<* 3\n", WHOLE "3/3 sha"},
    {"empty", "open\n" GET OK("0"), WHOLE "0/0 sha"},
    /* Refusals: what explains them is no part of the file. */
    {"missing", "open\n" GET "< HTTP/1.1 404 Not Found|Content-Length: 4||oops\n", "http missing 404 files.example:80/p"},
    {"gone", "open\n" GET "< HTTP/1.1 410 Gone|Content-Length: 0||\n", "http missing 410 files.example:80/p"},
    {"unauthorized", "open\n" GET "< HTTP/1.1 401 No|Content-Length: 0||\n", "http login-refused 401 files.example:80/p"},
    {"forbidden", "open\n" GET "< HTTP/1.1 403 No|Content-Length: 0||\n", "http login-refused 403 files.example:80/p"},
    {"server-error", "open\n" GET "< HTTP/1.1 503 Busy|Content-Length: 0||\n", "http refused 503 files.example:80/p"},
    {"refused-then-granted", "open\n" GET "< HTTP/1.1 401 No|Content-Length: 2||no\n" GET OK("3") "<* 3\n",
     "http login-refused 401 files.example:80/p, " WHOLE "3/3 sha"},
    /* Redirects. */
    {"redirected", "open\n" GET "< HTTP/1.1 302 Found|Location: http://other.example:8080/q|Content-Length: 0||\n",
     "http redirected 302 files.example:80/p to=http://other.example:8080/q"},
    {"redirected-relative", "open\n" GET "< HTTP/1.1 301 Moved|Location: q?r=1|Content-Length: 0||\n",
     "http redirected 301 files.example:80/p to=http://files.example:80/q?r=1"},
    {"redirected-with-credentials", "open\n" GET "< HTTP/1.1 307 There|Location: http://me:secret@o/q|Content-Length: 0||\n",
     "http redirected 307 files.example:80/p to=http://****:****@o/q"},
    {"not-modified", "open\n" GET "< HTTP/1.1 304 Not Modified||\n", "http complete 304 files.example:80/p"},
    /* Framing. */
    {"chunked", "open\n" GET "< HTTP/1.1 200 OK|Transfer-Encoding: chunked||3|abc|2;x=y|de|0||\n", WHOLE "5/-1 sha"},
    {"chunked-cut", "open\n" GET "< HTTP/1.1 200 OK|Transfer-Encoding: chunked||5|abc\n< FIN\n",
     "http cut 200 files.example:80/p 3/-1 by=server"},
    {"until-close", "open\n" GET "< HTTP/1.0 200 OK||abc\n< FIN\n", WHOLE "3/-1 sha by=server"},
    {"until-reset", "open\n" GET "< HTTP/1.0 200 OK||abc\n< RST\n", "http cut 200 files.example:80/p 3/-1 by=server reset"},
    {"continue-first", "open\n" GET "< HTTP/1.1 100 Continue||HTTP/1.1 200 OK|Content-Length: 3||abc\n", WHOLE "3/3 sha"},
    {"pipelined", "open\n" GET "> GET /q HTTP/1.1|Host: files.example||\n" OK("2") "< abHTTP/1.1 200 OK|Content-Length: 3||cde\n",
     WHOLE "2/2 sha, http complete 200 files.example:80/q 3/3 sha"},
    {"head-is-no-transfer", "open\n> HEAD /p HTTP/1.1|Host: files.example||\n< HTTP/1.1 200 OK|Content-Length: 9||\n" GET OK("2") "< ab\n",
     WHOLE "2/2 sha"},
    {"head-refused", "open\n" ASK_ABOUT "< HTTP/1.1 404 No|Content-Length: 9||\n> FIN\n", "http missing 404 files.example:80/p by=device"},
    {"head-refused-get-granted", "open\n" ASK_ABOUT "< HTTP/1.1 405 No|Content-Length: 9||\n" GET OK("2") "< ab\n",
     "http refused 405 files.example:80/p, " WHOLE "2/2 sha"},
    {"head-redirected", "open\n" ASK_ABOUT "< HTTP/1.1 302 Found|Location: /q||\n", "http redirected 302 files.example:80/p to=http://files.example:80/q"},
    {"head-unanswered", "open\n" ASK_ABOUT "> FIN\n", "http cut 0 files.example:80/p by=device"},
    {"head-only", "open\n" ASK_ABOUT OK("9") "> FIN\n", "http running 0 files.example:80 - by=device"},
    {"head-behind-a-file", "open\n" GET OK("2") "< ab\n" ASK_ABOUT OK("9") GET OK("2") "< ab\n", WHOLE "2/2 sha, " WHOLE "2/2 sha"},
    {"another-method", "open\n> POST /p HTTP/1.1|Host: files.example|Content-Length: 0||\n< HTTP/1.1 405 No|Content-Length: 0||\n", "http running 0 h:80 -"},
    {"absolute", "open\n> GET http://Files.Example/p?q HTTP/1.1|Host: other||\n" OK("2") "< ab\n", "http complete 200 files.example:80/p?q 2/2 sha"},
    {"absolute-without-path", "open\n> GET http://files.example HTTP/1.1||\n", "http running 0 files.example:80/"},
    {"no-path-at-all", "open\n> GET p HTTP/1.1|Host: files.example||\n", "http running 0 files.example:80p"},
    {"compressed-as-it-is", "open\n" GET "< HTTP/1.1 200 OK|Content-Encoding: gzip|Content-Length: 3||abc\n", WHOLE "3/3 sha"},
    /* Ranges. */
    {"range", "open\n> GET /p HTTP/1.1|Host: files.example|Range: bytes=5-||\n"
     "< HTTP/1.1 206 Partial|Content-Range: bytes 5-9/10|Content-Length: 5||abcde\n",
     "http complete 206 files.example:80/p 5/5 from=5 total=10 sha"},
    {"range-of-unknown", "open\n" GET "< HTTP/1.1 206 Partial|Content-Range: bytes 5-9/*|Content-Length: 5||abcde\n",
     "http complete 206 files.example:80/p 5/5 from=5 total=-1 sha"},
    {"range-not-honoured", "open\n> GET /p HTTP/1.1|Host: files.example|Range: bytes=5-||\n" OK("3") "<* 3\n", WHOLE "3/3 sha"},
    /* Closing. */
    {"cut-by-server", "open\n" GET OK("10") "<* 4\n< FIN\n", "http cut 200 files.example:80/p 4/10 by=server"},
    {"cut-by-device", "open\n" GET OK("10") "<* 4\n> FIN\n< FIN\n", "http cut 200 files.example:80/p 4/10 by=device"},
    {"reset-by-device", "open\n" GET OK("10") "<* 4\n> RST\n", "http cut 200 files.example:80/p 4/10 by=device reset"},
    {"given-up", "open\n" GET OK("10") "<* 4\n> FIN\n", "http cut 200 files.example:80/p 4/10 by=device"},
    {"given-up-unanswered", "open\n" GET "> FIN\n", "http cut 0 files.example:80/p by=device"},
    {"given-up-until-close", "open\n" GET "< HTTP/1.0 200 OK||abc\n> FIN\n", "http running 200 files.example:80/p 3/-1 by=device"},
    {"given-up-too-early", "open\n" GET OK("10") "<* 4\n> FIN\n<* 4\n", "http running 200 files.example:80/p 8/10 by=device"},
    {"half-closed-at-once", "open\n" GET "> FIN\n" OK("10") "<* 10\n", WHOLE "10/10 sha by=device"},
    {"half-closed-missing", "open\n" GET "> FIN\n< HTTP/1.1 404 No|Content-Length: 0||\n", "http missing 404 files.example:80/p by=device"},
    {"half-closed", "open\n" GET OK("10") "> FIN\n<* 10\n", WHOLE "10/10 sha by=device"},
    {"unanswered", "open\n" GET "< FIN\n", "http cut 0 files.example:80/p by=server"},
    {"asked-nothing", "open\n> FIN\n< FIN\n", "http running 0 h:80 - by=device"},
    {"forgotten", "open\n" GET OK("10") "<* 4\ngone\n", "http running 200 files.example:80/p 4/10 by=nobody"},
    {"left-over", "open\n" GET OK("10") "<* 4\n< RST\nlost\n", "http cut 200 files.example:80/p 4/10 holes by=server reset"},
    /* The client takes no more, or is not heard. */
    {"shut", "open\n" GET OK("10") "<* 4\nshut\n> RST\n", "http cut 200 files.example:80/p 4/10 shut by=device reset"},
    {"shut-for-a-while", "open\n" GET OK("10") "<* 4\nshut\nreopen\n<* 6\n", WHOLE "10/10 sha"},
    {"shut-before-asking", "open\nshut\n" GET, "http running 0 files.example:80/p"},
    {"unheard", "open\n" GET "unheard\n", "http running 0 files.example:80/p unheard"},
    {"heard-at-last", "open\n" GET "unheard\nheard\n", "http running 0 files.example:80/p"},
    /* The handshake. */
    {"no-answer", "knock\nknock\n", "http unreachable 0 h:80 - again=2"},
    {"reset-to-syn", "refuse\n", "http unreachable 0 h:80 - by=server reset"},
    /* Holes. */
    {"hole-in-body", "open\n" GET OK("10") "<* 4\n<~ 3\n<* 3\n", WHOLE "10/10 holes"},
    {"hole-over-the-end", "open\n" GET OK("10") "<* 4\n<~ 30\n", WHOLE "10/10 holes"},
    {"hole-in-head", "open\n" GET "< HTTP/1.1 200 OK|Conte\n<~ 20\n<* 10\n", "http running 200 files.example:80/p holes"},
    {"hole-in-chunks", "open\n" GET "< HTTP/1.1 200 OK|Transfer-Encoding: chunked||3|abc|\n<~ 20\n< 0||\n",
     "http running 200 files.example:80/p 3/-1 holes"},
    {"hole-in-requests", "open\n>~ 20\n" GET OK("3") "<* 3\n", "http running 0 h:80 -"},
    {"hole-until-close", "open\n" GET "< HTTP/1.0 200 OK||abc\n<~ 5\n< FIN\n", WHOLE "8/-1 holes by=server"},
    /* Not HTTP. */
    {"garbage", "open\n> \x01\x02\x03|\n< \x04|\n", "http running 0 h:80 -"},
    {"garbage-answer", "open\n" GET "< SSH-2.0-x|\n< FIN\n", "http cut 0 files.example:80/p by=server"},
};

/* clang-format on */

static char *run(const char *script, gsize step)
{
    GtupdEndpoints *endpoints = gtupd_endpoints_new(NULL);
    GtupdDigestBudget digests = {0};
    GtupdHttpReader *reader = gtupd_http_reader_new(NULL, endpoints, &digests);
    const GtupdPeers peers = {.client = "10.0.0.1", .server = "10.0.0.2", .port = 80, .host = (char *)"h"};
    Talk talk = {.type = &gtupd_http_conversation};
    const GtupdAnchor syn = talk_anchor(&talk);
    const gboolean is_joined = script[0] == '>';
    talk.self = gtupd_http_new(reader, &peers, FALSE, is_joined ? NULL : &syn);
    talk_run(&talk, script, step);
    char *transfers = fake_protocol_take_transfers();
    talk.type->free(talk.self);
    gtupd_http_reader_free(reader);
    gtupd_endpoints_free(endpoints);
    return transfers;
}

/* However the bytes are cut, the same comes of them. */
static void test_row(gconstpointer data)
{
    const Row *row = data;
    for (gsize step = 0; step < 4; step++) {
        g_autofree char *transfers = run(row->script, step);
        g_assert_cmpstr(transfers, ==, row->expected);
    }
}

/* GTUPD_MAX_TEXT of a path, a host and a redirection are kept, and it is told where there was more. */
static void test_long_text(void)
{
    static const char kept_format[] =
        "open\n> GET /%s HTTP/1.1|Host: %s||\n< HTTP/1.1 302 Found|Location: http://o/%s||\n";
    for (guint more = 0; more < 2; more++) {
        g_autofree char *path = g_strnfill(GTUPD_MAX_TEXT - 1 + more, 'p');
        g_autofree char *host = g_strnfill(GTUPD_MAX_TEXT + more, 'h');
        g_autofree char *target = g_strnfill(GTUPD_MAX_TEXT - strlen("http://o/") + more, 't');
        g_autofree char *script = g_strdup_printf(kept_format, path, host, target);
        g_autofree char *transfers = run(script, 0);
        const char *mark = more > 0 ? "..." : "";
        g_autofree char *expected =
            g_strdup_printf("http redirected 302 %.*s%s:80/%.*s%s to=http://o/%.*s%s", GTUPD_MAX_TEXT, host, mark,
                            GTUPD_MAX_TEXT - 1, path, mark, GTUPD_MAX_TEXT - 9, target, mark);
        g_assert_cmpstr(transfers, ==, expected);
    }
}

static void test_secure(void)
{
    GtupdEndpoints *endpoints = gtupd_endpoints_new(NULL);
    GtupdDigestBudget digests = {0};
    GtupdHttpReader *reader = gtupd_http_reader_new(NULL, endpoints, &digests);
    const GtupdPeers peers = {.client = "10.0.0.1", .server = "10.0.0.2", .port = 443};
    Talk talk = {.type = &gtupd_http_conversation};
    const GtupdAnchor syn = talk_anchor(&talk);
    talk.self = gtupd_http_new(reader, &peers, TRUE, &syn);
    talk_run(&talk, "open\n" GET "< \x16\x03\x01\n< FIN\n", 0);
    g_autofree char *transfers = fake_protocol_take_transfers();
    g_assert_cmpstr(transfers, ==, "http running 0 10.0.0.2:443 - secure by=server");
    talk.type->free(talk.self);
    gtupd_http_reader_free(reader);
    gtupd_endpoints_free(endpoints);
}

/* A redirect's server is watched from then on. */
static void test_redirect_is_watched(void)
{
    GtupdEndpoints *endpoints = gtupd_endpoints_new(NULL);
    GtupdDigestBudget digests = {0};
    GtupdHttpReader *reader = gtupd_http_reader_new(NULL, endpoints, &digests);
    const GtupdPeers peers = {.client = "10.0.0.1", .server = "10.0.0.2", .port = 80};
    Talk talk = {.type = &gtupd_http_conversation, .self = gtupd_http_new(reader, &peers, FALSE, NULL)};
    g_assert_false(gtupd_endpoints_has_name(endpoints, "cdn.example"));
    talk_run(&talk, GET "< HTTP/1.1 302 Found|Location: //CDN.example/x|Content-Length: 0||\n", 0);
    g_assert_true(gtupd_endpoints_has_name(endpoints, "cdn.example"));
    g_free(fake_protocol_take_transfers());
    talk.type->free(talk.self);
    gtupd_http_reader_free(reader);
    gtupd_endpoints_free(endpoints);
}

static void test_host(void)
{
    static const struct {
        const char *head, *host;
    } heads[] = {
        {"GET / HTTP/1.1\r\nHost: a.example\r\n\r\n", "a.example"},
        {"GET / HTTP/1.1\r\nAccept: */*\r\nhOST:  A.Example.:8080\r\n", "a.example"},
        {"GET / HTTP/1.1\r\nHost: [FD00::1]:80\r\n", "fd00::1"},
        {"GET / HTTP/1.1\r\nHost: cut.exam", NULL},
        {"GET / HTTP/1.1\r\nHost:\r\n", NULL},
        {"GET / HTTP/1.1\r\nX-Host: a\r\n", NULL},
        {"GET / HTTP/1.1", NULL},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(heads); i++) {
        const gsize length = strlen(heads[i].head);
        g_autofree guint8 *exact = g_memdup2(heads[i].head, length);
        g_autofree char *host = gtupd_http_dup_host(exact, length);
        g_assert_cmpstr(host, ==, heads[i].host);
        g_assert_true(gtupd_http_is_request(exact, length));
    }
    g_assert_false(gtupd_http_is_request((const guint8 *)"GET", 3));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *path = g_strconcat("/http/", rows[i].name, NULL);
        g_test_add_data_func(path, &rows[i], test_row);
    }
    g_test_add_func("/http/long-text", test_long_text);
    g_test_add_func("/http/secure", test_secure);
    g_test_add_func("/http/redirect-is-watched", test_redirect_is_watched);
    g_test_add_func("/http/host", test_host);
    return g_test_run();
}
