/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "transcript.h"

#include "assert_bytes.h"

#include <string.h>

#define HEAD "start 2026-03-02T08:15:00Z\nhost d 10.0.0.1\nhost b 192.0.2.9\nhost six 2001:db8::1\n"
#define BODY HEAD "link raw\ntcp A d:40112 b:5000\nudp U d:40112 b:5000\n"

static void test_wrong_lines(void)
{
    static const struct {
        const char *text;
        const char *message;
    } rows[] = {
        {"\n# comment\nfrobnicate", "x:3: \"frobnicate\" is no setting"},
        {"capture gif", "x:1: \"gif\" is no capture format"},
        {"snaplen 0", "x:1: \"0\" is no number from 1 to 262144"},
        {"snaplen 9 9", "x:1: \"9\" is too much here"},
        {"start yesterday", "x:1: \"yesterday\" is no UTC time like 2026-01-02T03:04:05Z"},
        {HEAD "start 2026-03-02T08:15:00Z", "x:5: there is a start already"},
        {"start 2106-02-07T06:28:15Z\nhost d 10.0.0.1\nudp U d:1 d:2\n1 U > x",
         "x:4: \"1\" is after 2106, which a capture file cannot say"},
        {"link token-ring", "x:1: \"token-ring\" is no link layer"},
        {"vlan 1\nvlan 2\nvlan 3", "x:3: more than two VLAN tags"},
        {"host d 10.0.0", "x:1: \"10.0.0\" is no IP address"},
        {"host d 10.0.0.1\nhost d 10.0.0.2", "x:2: there is a host \"d\" already"},
        {HEAD "tcp A d b:5000", "x:5: \"d\" is no HOST:NUMBER"},
        {HEAD "tcp A d:1 c:5000", "x:5: there is no host \"c\""},
        {HEAD "tcp A d:1 b:65536", "x:5: \"65536\" is no number from 1 to 65535"},
        {HEAD "tcp A d:1 six:2", "x:5: one end has an IPv4 address, the other an IPv6 address"},
        {HEAD "tcp A d:1 b:2 isn 7", "x:5: \"\" is no number from 0 to 4294967295"},
        {HEAD "udp A d:1 b:2 isn 7 8", "x:5: \"isn\" is too much here"},
        {BODY "udp A d:1 b:2", "x:8: there is a connection \"A\" already"},
        {"let", "x:1: let what be what?"},
        {"let A {B}", "x:1: {B} has not been given a text"},
        {"host d 10.0.0.1\nudp U d:1 d:2\n1 U > x", "x:3: the start is not known yet"},
        {BODY "x A open", "x:8: \"x\" is no setting"},
        {BODY "1:99 A open", "x:8: \"1:99\" is no time"},
        {BODY "2 A open\n1 A > x", "x:9: \"1\" is before the line above"},
        {BODY "1 C open", "x:8: there is no connection \"C\""},
        {BODY "1 A sing", "x:8: \"sing\" is nothing that can happen"},
        {BODY "1 A > x", "x:8: connection \"A\" is not open"},
        {BODY "1 A open\n2 A open", "x:9: connection \"A\" is open already"},
        {BODY "1 A open\n2 A refused", "x:9: connection \"A\" is open already"},
        {BODY "1 A open\n2 A close", "x:9: close: who? (> or <)"},
        {BODY "1 U close >", "x:8: close: not over UDP"},
        {BODY "1 U >", "x:8: a line has 1 to 60000 bytes, not 0"},
        {BODY "1 U > \\q", "x:8: \\q is no escape"},
        {BODY "1 U > [twice x", "x:8: [ without ]"},
        {BODY "1 U > [often] x", "x:8: [often] is not known"},
        {BODY "1 U > [twice 2] x", "x:8: \"2\" is too much here"},
        {BODY "1 U > [fragment 12] x", "x:8: fragments are multiples of 8 bytes"},
        {BODY "1 U > [split] x", "x:8: split where?"},
        {BODY "1 U > [split 3 3] x", "x:8: \"3\" is no number from 4 to 65535"},
        {BODY "1 U > [lost 65] x", "x:8: \"65\" is no number from 1 to 64"},
        {BODY "1 U > [late x] x", "x:8: \"x\" is no time"},
        {BODY "1 A open\n2 A resend >", "x:9: there is not so much to resend"},
        {BODY "1 A open\n2 A > abc\n3 A resend > 1 -3", "x:10: there is not so much to resend"},
        {BODY "1 A open\n2 A > abc\n3 A resend > 1 3", "x:10: \"3\" is no -BYTES"},
        {BODY "1 A open\n2 A \\\n > abc\n3 A sing", "x:11: \"sing\" is nothing that can happen"},
    };
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GError) error = NULL;
        g_assert_null(transcript_run("x", rows[i].text, &error));
        g_assert_error(error, TRANSCRIPT_ERROR, TRANSCRIPT_ERROR_LINE);
        g_assert_cmpstr(error->message, ==, rows[i].message);
    }
}

static GPtrArray *run(const char *text)
{
    g_autoptr(GError) error = NULL;
    GPtrArray *files = transcript_run("x", text, &error);
    g_assert_no_error(error);
    return files;
}

static guint32 get32(const guint8 *data)
{
    return data[0] | (guint32)data[1] << 8 | (guint32)data[2] << 16 | (guint32)data[3] << 24;
}

static guint32 get32_network(const guint8 *data)
{
    return (guint32)data[0] << 24 | (guint32)data[1] << 16 | (guint32)data[2] << 8 | data[3];
}

/* A line a packet: time in ms since the start, ports' direction, sequence and acknowledgement less `isn`, flags, data.
 */
static char *packets_of(const TranscriptFile *file, guint32 isn)
{
    GString *lines = g_string_new(NULL);
    for (gsize at = 24; at < file->bytes->len;) {
        const guint8 *record = file->bytes->data + at, *ip = record + 16, *tcp = ip + 20;
        guint32 captured = get32(record + 8);
        guint32 ms = (get32(record) - 1772439300) * 1000 + get32(record + 4) / 1000;
        gsize header = 20 + (gsize)(tcp[12] >> 4) * 4;
        g_string_append_printf(lines, "%u %c %d %d %02x %.*s\n", ms, ip[12] == 10 ? '>' : '<',
                               (int)(get32_network(tcp + 4) - isn), (int)(get32_network(tcp + 8) - isn), tcp[13],
                               (int)(captured - header), (const char *)ip + header);
        at += 16 + captured;
    }
    return g_string_free(lines, FALSE);
}

/* Data begins at sequence number 0, just past the wraparound; shown less the initial one, that is 1. */
#define TCP HEAD "link raw\ntcp A d:40112 b:5000 isn 4294967295 4294967295\n0 A join\n"

static void test_tcp(void)
{
    static const struct {
        const char *what, *text, *packets;
    } rows[] = {
        {"plain", "1 A > abc\n2 A < de", "1000 > 1 1 18 abc\n1020 < 1 4 10 \n2000 < 1 4 18 de\n2020 > 4 3 10 \n"},
        {"split", "1 A > [split 1] abc", "1000 > 1 1 10 a\n1000 > 2 1 18 bc\n1020 < 1 4 10 \n"},
        {"reversed", "1 A > [split 1, reversed] abc", "1000 > 2 1 18 bc\n1000 > 1 1 10 a\n1020 < 1 4 10 \n"},
        {"lost", "1 A > [lost] abc", "1020 < 1 4 10 \n"},
        {"lost segment", "1 A > [split 1 2, lost 2] abc", "1000 > 1 1 10 a\n1000 > 3 1 18 c\n1020 < 1 4 10 \n"},
        {"twice, no ack", "1 A > [twice, noack] abc", "1000 > 1 1 18 abc\n1000 > 1 1 18 abc\n"},
        {"late", "1 A > [late 2] abc\n2 A > d\n4 A > e",
         "2000 > 4 1 18 d\n2020 < 1 1 10 \n3000 > 1 1 18 abc\n4000 > 5 1 18 e\n4020 < 1 6 10 \n"},
        {"fin", "1 A > [fin] abc", "1000 > 1 1 19 abc\n1020 < 1 5 10 \n"},
        {"resend", "1 A > [noack] abc\n2 A resend >", "1000 > 1 1 18 abc\n2000 > 1 1 18 abc\n2020 < 1 4 10 \n"},
        {"overlap", "1 A > [lost, noack] abc\n2 A > [noack] def\n3 A resend > [noack] 2 -2",
         "2000 > 4 1 18 def\n3000 > 1 1 18 abcd\n"},
        {"keepalive", "1 A > [noack] abc\n2 A keepalive >", "1000 > 1 1 18 abc\n2000 > 3 1 10 \n2020 < 1 4 10 \n"},
        {"close", "1 A close <", "1000 < 1 1 11 \n1020 > 1 2 11 \n1040 < 2 2 10 \n"},
        {"reset", "1 A reset >", "1000 > 1 1 14 \n"},
        {"unanswered", "1 A reset >\n2 A unanswered\n3 A unanswered",
         "1000 > 1 1 14 \n2000 > 0 1 02 \n3000 > 0 1 02 \n"},
        {"open again", "1 A reset >\n2 A open\n3 A > [noack] x",
         "1000 > 1 1 14 \n2000 > 0 1 02 \n2000 < 0 1 12 \n2020 > 1 1 10 \n3000 > 1 1 18 x\n"},
    };
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *text = g_strconcat(TCP, rows[i].text, NULL);
        g_autoptr(GPtrArray) files = run(text);
        g_autofree char *packets = packets_of(files->pdata[0], G_MAXUINT32);
        g_test_message("%s", rows[i].what);
        g_assert_cmpstr(packets, ==, rows[i].packets);
    }
}

static void test_long_lines_are_cut(void)
{
    g_autoptr(GPtrArray) files = run(TCP "1 A > [fill 2999, noack] x");
    g_autofree char *packets = packets_of(files->pdata[0], G_MAXUINT32);
    g_auto(GStrv) lines = g_strsplit(packets, "\n", -1);
    g_assert_cmpuint(g_strv_length(lines), ==, 4);
    g_assert_true(g_str_has_prefix(lines[0], "1000 > 1 1 10 xxx"));
    g_assert_true(g_str_has_prefix(lines[1], "1000 > 1401 1 10 xxx"));
    g_assert_true(g_str_has_prefix(lines[2], "1000 > 2801 1 18 xxx"));
}

static void test_text_and_time(void)
{
    g_autoptr(GPtrArray) files = run(BODY "let N 7\n1 U > a{N}\\x41\n+1.5 U > [snap 30] b\\\n  c\n");
    const TranscriptFile *file = files->pdata[0];
    const guint8 *first = file->bytes->data + 24, *second = first + 16 + 31;

    g_assert_cmpuint(get32(first + 8), ==, 31);
    assert_bytes(first + 16 + 28, 3, "a7A", 3);
    g_assert_cmpuint(get32(second + 4), ==, 500000);
    g_assert_cmpuint(get32(second + 8), ==, 30);
    g_assert_cmpuint(get32(second + 12), ==, 30);
    assert_bytes(second + 16 + 28, 2, "bc", 2);
}

static void test_rotation(void)
{
    g_autoptr(GPtrArray) files = run("capture pcapng\n" BODY "1 U > a\n2 rotate\n3 U > b\n4 rotate\n5 U > c\n");
    static const char *const suffixes[] = {".pcapng0", ".pcapng1", ".pcapng2"};
    g_assert_cmpuint(files->len, ==, 3);
    for (guint i = 0; i < files->len; i++) {
        const TranscriptFile *file = files->pdata[i];
        g_assert_cmpstr(file->suffix, ==, suffixes[i]);
        g_assert_cmpuint(file->bytes->len, ==, 28 + 32 + 32 + 32);
    }
}

/* The same text, the same bytes. */
static void test_determinism(void)
{
    static const char text[] = BODY "0 A open\n1 A > [split 2 5, late 1] abcdefg\n2 U > [body 5000, fragment 64] x\n"
                                    "3 A resend <\n";
    static const char good[] = BODY "0 A open\n1 A > [split 2 5, late 1] abcdefg\n2 U > [body 5000, fragment 64] x\n";
    g_autoptr(GError) error = NULL;
    g_assert_null(transcript_run("x", text, &error));

    g_autoptr(GPtrArray) first = run(good);
    g_autoptr(GPtrArray) second = run(good);
    const TranscriptFile *a = first->pdata[0], *b = second->pdata[0];
    assert_bytes(a->bytes->data, a->bytes->len, b->bytes->data, b->bytes->len);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/transcript/wrong-lines", test_wrong_lines);
    g_test_add_func("/transcript/tcp", test_tcp);
    g_test_add_func("/transcript/long-lines-are-cut", test_long_lines_are_cut);
    g_test_add_func("/transcript/text-and-time", test_text_and_time);
    g_test_add_func("/transcript/rotation", test_rotation);
    g_test_add_func("/transcript/determinism", test_determinism);
    return g_test_run();
}
