/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Connections and streams: segments as rows, what reaches the directions as one line (see fake_protocol.h). */
#include "bounds.h"
#include "fake_protocol.h"
#include "tcp.h"

#include <string.h>

#define S GTUPD_TCP_SYN
#define K GTUPD_TCP_ACK
#define F GTUPD_TCP_FIN
#define R GTUPD_TCP_RST

#define A0 100 /* first byte of side a, whose SYN is 99 */
#define B0 500 /* first byte of side b, whose SYN is 499 */
#define SYN_A                                                                                                          \
    {                                                                                                                  \
        'a', S, A0 - 1, 0, "", 0, 0                                                                                    \
    }
#define SYN_B                                                                                                          \
    {                                                                                                                  \
        'b', S | K, B0 - 1, A0, "", 0, 0                                                                               \
    }

typedef struct {
    char side; /* 0: the end of the rows; '!': settle */
    guint8 flags;
    guint32 seq;
    guint32 ack;
    const char *payload;
    gsize cut;    /* bytes at the payload's end that a snap length took */
    guint second; /* capture time; 0: as the row before */
} Row;

typedef struct {
    const char *name;
    Row rows[14];
    const char *expected;
} Case;

static void set_address(guint8 *address, guint8 last)
{
    memset(address, 0, GTUPD_ADDRESS_SIZE);
    address[0] = 10;
    address[3] = last;
}

static void take(GtupdTcp *tcp, const GtupdSegment *segment, const GtupdAnchor *anchor)
{
    GtupdTcpPlace place;
    gtupd_tcp_place(tcp, segment, &place);
    gtupd_tcp_segment(tcp, segment, &place, anchor);
}

static void give(GtupdTcp *tcp, const Row *row, guint64 order, guint second)
{
    gsize length = strlen(row->payload);
    g_autofree guint8 *payload = g_memdup2(row->payload, length - row->cut);
    GtupdSegment segment = {
        .transport = GTUPD_TRANSPORT_TCP,
        .ip_version = 4,
        .source_port = row->side == 'a' ? 1000 : 2000,
        .destination_port = row->side == 'a' ? 2000 : 1000,
        .seq = row->seq,
        .ack = row->ack,
        .flags = row->flags,
        .payload = payload,
        .captured = length - row->cut,
        .length = length,
    };
    set_address(segment.source, row->side == 'a' ? 1 : 2);
    set_address(segment.destination, row->side == 'a' ? 2 : 1);
    GtupdAnchor anchor = {
        .time = (gint64)second * 1000000000,
        .order = order,
        .frame = order,
    };
    take(tcp, &segment, &anchor);
}

static void run_case(gconstpointer data)
{
    const Case *test = data;
    g_autoptr(GtupdTcp) tcp = gtupd_tcp_new(NULL);
    guint second = 1;
    for (guint i = 0; i < G_N_ELEMENTS(test->rows) && test->rows[i].side != 0; i++) {
        if (test->rows[i].second != 0)
            second = test->rows[i].second;
        if (test->rows[i].side == '!')
            gtupd_tcp_settle(tcp);
        else
            give(tcp, &test->rows[i], i + 1, second);
    }
    g_autofree char *log = fake_protocol_take_log();
    g_assert_cmpstr(log, ==, test->expected);
}

/* clang-format off */
static const Case opening_cases[] = {
    {"from-syn", {SYN_A, SYN_B, {'a', K, 100, 500, "AT+GTA$", 0, 0}, {'b', K, 500, 107, "xy", 0, 0}},
     "1a:start 1b:start 1a[AT+GTA$@3] 1b[xy@4]"},
    {"mid-stream", {{'a', K, 7, 9, "AT+GTA$", 0, 0}, {'b', K, 9, 14, "xy", 0, 0}},
     "1a:start 1b:joined 1a[AT+GTA$@1] 1b[xy@2]"},
    {"never-begins", {SYN_A, SYN_B, {'a', K, 100, 500, "GET /", 0, 0}, {'b', K, 500, 105, "AT+G?", 0, 0}}, ""},
    {"later-segment-begins", {SYN_A, SYN_B, {'a', K, 100, 500, "hello", 0, 0}, {'a', K, 105, 500, "AT+GTA$", 0, 0}},
     "1a:start 1b:start 1a[AT+GTA$@4]"},
    {"header-inside-segment-does-not", {SYN_A, {'a', K, 100, 500, "xAT+GTA$", 0, 0}}, ""},
    {"padding-before-header", {{'a', K, 100, 500, "\r\n AT+GTA$", 0, 0}}, "1a:start 1b:joined 1a[\r\n AT+GTA$@1]"},
    {"padding-alone-then-header", {{'a', K, 100, 500, "\r\n", 0, 0}, {'a', K, 102, 501, "AT+GTA$", 0, 0},
      {'b', K, 501, 109, "x", 0, 0}},
     "1a:start 1b:joined 1a[AT+GTA$@2] 1b[x@3]"},
    {"partial-header", {{'a', K, 100, 500, "AT", 0, 0}, {'b', K, 500, 102, "", 0, 0}, {'a', K, 102, 501, "+GTA$", 0, 0}},
     "1a:start 1b:joined 1a[AT@1] 1b:hole 1a[+GTA$@3]"},
    {"partial-header-bytewise", {SYN_A, {'a', K, 100, 500, "\nA", 0, 0}, {'a', K, 102, 500, "T", 0, 0},
      {'a', K, 103, 500, "+GTA", 0, 0}},
     "1a:start 1b:joined 1a[AT@2] 1a[+GTA@4]"},
    {"partial-resent-then-rest", {{'a', K, 100, 500, "AT", 0, 0}, {'a', K, 100, 500, "AT", 0, 0},
      {'a', K, 101, 500, "T+GTA$", 0, 0}},
     "1a:start 1b:joined 1a[AT@1] 1a[+GTA$@3]"},
    {"partial-but-no-header", {SYN_A, {'a', K, 100, 500, "AT", 0, 0}, {'a', K, 102, 500, "AT+GTA$", 0, 0}},
     "1a:start 1b:joined 1a[AT+GTA$@3]"},
    {"partial-then-gap-mid-stream", {{'a', K, 100, 500, "AT", 0, 0}, {'a', K, 110, 500, "AT+GTB$", 0, 0},
      {'a', K, 102, 500, "+GTA$", 0, 0}},
     "1a:start 1b:joined 1a[AT+GTB$@2]"},
    {"partial-cut-by-snap", {{'a', K, 100, 500, "AT+GTA$", 4, 0}, {'a', K, 103, 500, "+GTA$", 0, 0}}, ""},
    {"early-segments", {SYN_A, SYN_B, {'a', K, 107, 500, "AT+GTB$", 0, 0}, {'a', K, 114, 500, "AT+GTC$", 0, 0},
      {'a', K, 100, 500, "AT+GTA$", 0, 0}},
     "1a:start 1b:start 1a[AT+GTA$@5] 1a[AT+GTB$@5] 1a[AT+GTC$@5]"},
    {"early-behind-what-is-no-header", {SYN_A, {'a', K, 105, 500, "AT+GTB$", 0, 0}, {'a', K, 100, 500, "hello", 0, 0}},
     "1a:start 1b:joined 1a[AT+GTB$@2]"},
    {"early-resent-counts-once", {SYN_A, {'a', K, 101, 500, "b", 0, 0}, {'a', K, 101, 500, "b", 0, 0},
      {'a', K, 101, 500, "b", 0, 0}, {'a', K, 101, 500, "b", 0, 0}, {'a', K, 102, 500, "c", 0, 0},
      {'a', K, 103, 500, "AT+GTA$", 0, 0}},
     ""},
    {"fifth-early", {SYN_A, {'a', K, 130, 500, "AT+GTD$", 0, 0}, {'a', K, 101, 500, "b", 0, 0},
      {'a', K, 102, 500, "c", 0, 0}, {'a', K, 103, 500, "d", 0, 0}, {'a', K, 137, 500, "AT+GTE$", 0, 0},
      {'a', K, 100, 500, "a", 0, 0}},
     "1a:start 1b:joined 1a[AT+GTD$@2] 1a[AT+GTE$@6]"},
    {"first-lost-by-ack", {SYN_A, SYN_B, {'a', K, 110, 500, "AT+GTA$", 0, 0}, {'b', K, 500, 117, "x", 0, 0}},
     "1a:start 1b:start 1a[AT+GTA$@3] 1b[x@4]"},
    {"first-lost-by-end", {SYN_A, SYN_B, {'a', K, 110, 500, "AT+GTA$", 0, 0}, {'!', 0, 0, 0, "", 0, 0}},
     "1a:start 1b:start 1a[AT+GTA$@3]"},
    {"first-lost-by-reset", {SYN_A, SYN_B, {'a', K, 110, 500, "AT+GTA$", 0, 0}, {'b', R, 500, 0, "", 0, 0}},
     "1a:start 1b:start 1a[AT+GTA$@3] 1a:end 1b:end 1:close"},
    {"first-lost-by-fins", {SYN_A, SYN_B, {'a', K, 110, 500, "AT+GTA$", 0, 0}, {'a', F | K, 117, 500, "", 0, 0},
      {'b', F, 500, 0, "", 0, 0}},
     "1a:start 1b:start 1b:end 1a[AT+GTA$@3] 1a:end 1:close"},
    {"first-lost-by-time", {SYN_A, {'a', K, 110, 500, "AT+GTA$", 0, 10}, {'a', K, 117, 500, "AT+GTB$", 0, 71}},
     "1a:start 1b:joined 1a[AT+GTA$@2] 1a[AT+GTB$@3]"},
    {"other-stands-at-ack", {SYN_A, SYN_B, {'b', K, 500, 100, "220 hi", 0, 0}, {'a', K, 100, 506, "AT+GTA$", 0, 0},
      {'b', K, 506, 107, "x", 0, 0}, {'b', K, 500, 107, "220 hi", 0, 0}},
     "1a:start 1b:joined 1a[AT+GTA$@4] 1b[x@5]"},
    {"other-was-looked-at-further", {SYN_A, SYN_B, {'b', K, 500, 100, "220 hi", 0, 0}, {'a', K, 100, 500, "AT+GTA$", 0, 0},
      {'b', K, 506, 107, "x", 0, 0}},
     "1a:start 1b:joined 1a[AT+GTA$@4] 1b[x@5]"},
    {"other-early-is-kept", {SYN_A, SYN_B, {'b', K, 502, 100, "cd", 0, 0}, {'a', K, 100, 500, "AT+GTA$", 0, 0},
      {'b', K, 500, 107, "ab", 0, 0}},
     "1a:start 1b:start 1a[AT+GTA$@4] 1b[ab@5] 1b[cd@5]"},
    {"other-waiting-is-kept", {SYN_A, SYN_B, {'b', K, 500, 100, "+SA", 0, 0}, {'a', K, 100, 500, "AT+GTA$", 0, 0},
      {'b', K, 503, 107, "CK:$", 0, 0}},
     "1a:start 1b:start 1b[+SA@3] 1a[AT+GTA$@4] 1b[CK:$@5]"},
    {"data-in-syn", {{'a', S, 99, 0, "AT+GTA$", 0, 0}, {'b', S | K, 499, 107, "", 0, 0}, {'b', K, 500, 107, "x", 0, 0}},
     "1a:start 1a[AT+GTA$@1] 1b:start 1b[x@3]"},
    {"data-in-syn-not-taken", {{'a', S, 99, 0, "AT+GTA$", 0, 0}, {'b', S | K, 499, 100, "", 0, 0},
      {'a', K, 100, 500, "AT+GTA$", 0, 0}, {'a', K, 107, 500, "AT+GTB$", 0, 0}},
     "1a:start 1a[AT+GTA$@1] 1b:start 1a[AT+GTB$@4]"},
    {"syn-ack-alone", {SYN_B, {'a', K, 100, 500, "AT+GTA$", 0, 0}}, "1a:start 1b:start 1a[AT+GTA$@2]"},
};

static const Case stream_cases[] = {
    {"split", {{'a', K, 100, 500, "AT+GTA", 0, 0}, {'a', K, 106, 500, "=1", 0, 0}, {'a', K, 108, 500, "$", 0, 0}},
     "1a:start 1b:joined 1a[AT+GTA@1] 1a[=1@2] 1a[$@3]"},
    {"swapped", {{'a', K, 100, 500, "AT+GTA", 0, 0}, {'a', K, 108, 500, "$", 0, 0}, {'a', K, 106, 500, "=1", 0, 0}},
     "1a:start 1b:joined 1a[AT+GTA@1] 1a[=1@3] 1a[$@3]"},
    {"backwards", {{'a', K, 100, 500, "AT+GTA", 0, 0}, {'a', K, 108, 500, "d", 0, 0}, {'a', K, 107, 500, "c", 0, 0},
      {'a', K, 106, 500, "b", 0, 0}},
     "1a:start 1b:joined 1a[AT+GTA@1] 1a[b@4] 1a[c@4] 1a[d@4]"},
    {"resent-whole", {{'a', K, 100, 500, "AT+GTA$", 0, 0}, {'a', K, 100, 500, "AT+GTA$", 0, 0}},
     "1a:start 1b:joined 1a[AT+GTA$@1]"},
    {"resent-with-new-behind", {{'a', K, 100, 500, "AT+GTA$", 0, 0}, {'a', K, 100, 500, "at+gta$xyz", 0, 0}},
     "1a:start 1b:joined 1a[AT+GTA$@1] 1a[xyz@2]"},
    {"overlap-first-copy-wins", {{'a', K, 100, 500, "AT+GTA", 0, 0}, {'a', K, 108, 500, "CD", 0, 0},
      {'a', K, 105, 500, "?abcdef", 0, 0}},
     "1a:start 1b:joined 1a[AT+GTA@1] 1a[ab@3] 1a[CD@3] 1a[ef@3]"},
    {"overlap-among-kept", {{'a', K, 100, 500, "AT+GTA", 0, 0}, {'a', K, 108, 500, "c", 0, 0},
      {'a', K, 110, 500, "e", 0, 0}, {'a', K, 107, 500, "BCDEF", 0, 0}, {'a', K, 106, 500, "a", 0, 0}},
     "1a:start 1b:joined 1a[AT+GTA@1] 1a[a@5] 1a[B@5] 1a[c@5] 1a[D@5] 1a[e@5] 1a[F@5]"},
    {"wraparound", {{'a', K, 0xfffffffd, 500, "AT+GTA", 0, 0}, {'a', K, 5, 500, "c", 0, 0}, {'a', K, 3, 500, "ab", 0, 0},
      {'a', K, 0xfffffffd, 500, "AT+GTA", 0, 0}},
     "1a:start 1b:joined 1a[AT+GTA@1] 1a[ab@3] 1a[c@3]"},
    {"wraparound-among-kept", {{'a', K, 0xfffffff0, 500, "AT+GTA", 0, 0}, {'a', K, 0xfffffff8, 500, "cdefghijkl", 0, 0},
      {'a', K, 0xfffffff7, 500, "BCDEFGHIJKLM", 0, 0}, {'a', K, 0xfffffff6, 500, "a", 0, 0}},
     "1a:start 1b:joined 1a[AT+GTA@1] 1a[a@4] 1a[B@4] 1a[cdefghijkl@4] 1a[M@4]"},
    {"hole-by-ack", {{'a', K, 100, 500, "AT+GTA", 0, 0}, {'a', K, 108, 500, "$AT+GTB$", 0, 0},
      {'b', K, 500, 116, "x", 0, 0}},
     "1a:start 1b:joined 1a[AT+GTA@1] 1a:hole 1a[$AT+GTB$@2] 1b[x@3]"},
    {"hole-by-ack-before-later-data", {{'a', K, 100, 500, "AT+GTA", 0, 0}, {'b', K, 500, 110, "", 0, 0},
      {'a', K, 110, 500, "z", 0, 0}, {'a', K, 106, 500, "late", 0, 0}},
     "1a:start 1b:joined 1a[AT+GTA@1] 1a:hole 1a[z@3]"},
    {"holes-two-by-one-ack", {{'a', K, 100, 500, "AT+GTA", 0, 0}, {'a', K, 110, 500, "b", 0, 0},
      {'a', K, 120, 500, "c", 0, 0}, {'b', K, 500, 121, "", 0, 0}},
     "1a:start 1b:joined 1a[AT+GTA@1] 1a:hole 1a[b@2] 1a:hole 1a[c@3]"},
    {"ack-within-what-is-there", {{'a', K, 100, 500, "AT+GTA", 0, 0}, {'a', K, 110, 500, "b", 0, 0},
      {'b', K, 500, 106, "", 0, 0}, {'a', K, 106, 500, "fill", 0, 0}},
     "1a:start 1b:joined 1a[AT+GTA@1] 1a[fill@4] 1a[b@4]"},
    {"anchor-starts-anew-behind-hole", {{'a', K, 100, 500, "AT+GTA", 0, 0}, {'a', K, 110, 500, "b", 0, 0},
      {'a', K, 106, 500, "x", 0, 0}, {'b', K, 500, 111, "", 0, 0}},
     "1a:start 1b:joined 1a[AT+GTA@1] 1a[x@3] 1a:hole 1a[b@2]"},
    {"hole-by-time", {{'a', K, 100, 500, "AT+GTA", 0, 10}, {'a', K, 108, 500, "b", 0, 20}, {'a', K, 109, 500, "c", 0, 80},
      {'a', K, 110, 500, "d", 0, 81}},
     "1a:start 1b:joined 1a[AT+GTA@1] 1a:hole 1a[b@2] 1a[c@3] 1a[d@4]"},
    {"filled-late", {{'a', K, 100, 500, "AT+GTA", 0, 10}, {'a', K, 108, 500, "b", 0, 20}, {'a', K, 106, 500, "xy", 0, 500}},
     "1a:start 1b:joined 1a[AT+GTA@1] 1a[xy@3] 1a[b@3]"},
    {"hole-by-end", {{'a', K, 100, 500, "AT+GTA", 0, 0}, {'a', K, 108, 500, "b", 0, 0}, {'!', 0, 0, 0, "", 0, 0},
      {'a', K, 109, 500, "c", 0, 0}},
     "1a:start 1b:joined 1a[AT+GTA@1] 1a:hole 1a[b@2] 1a[c@4]"},
    {"snap-cut", {{'a', K, 100, 500, "AT+GTA=123$", 4, 0}, {'a', K, 111, 500, "AT+GTB$", 0, 0}, {'b', K, 500, 118, "", 0, 0}},
     "1a:start 1b:joined 1a[AT+GTA=@1] 1a:hole 1a[AT+GTB$@2]"},
    {"snap-cut-resent-whole", {{'a', K, 100, 500, "AT+GTA=123$", 4, 0}, {'a', K, 111, 500, "AT+GTB$", 0, 0},
      {'a', K, 100, 500, "AT+GTA=123$", 0, 0}},
     "1a:start 1b:joined 1a[AT+GTA=@1] 1a[123$@3] 1a[AT+GTB$@3]"},
    {"keep-alive", {{'a', K, 100, 500, "AT+GTA$", 0, 0}, {'a', K, 106, 500, "", 0, 0}, {'a', K, 106, 500, "Q", 0, 0},
      {'a', K, 107, 500, "x", 0, 0}},
     "1a:start 1b:joined 1a[AT+GTA$@1] 1a[x@4]"},
    {"ack-far-off", {{'a', K, 100, 500, "AT+GTA", 0, 0}, {'b', K, 500, 0x40000000, "", 0, 0}, {'a', K, 106, 500, "x", 0, 0}},
     "1a:start 1b:joined 1a[AT+GTA@1] 1a[x@3]"},
};

static const Case closing_cases[] = {
    {"fin-both", {{'a', K, 100, 500, "AT+GTA$", 0, 0}, {'a', F | K, 107, 500, "", 0, 0}, {'b', F | K, 500, 108, "", 0, 0},
      {'a', K, 100, 501, "AT+GTA$", 0, 0}},
     "1a:start 1b:joined 1a[AT+GTA$@1] 1a:end 1b:end 1:close"},
    {"data-in-fin", {{'a', K, 100, 500, "AT+GTA", 0, 0}, {'a', F | K, 106, 500, "$", 0, 0}},
     "1a:start 1b:joined 1a[AT+GTA@1] 1a[$@2] 1a:end"},
    {"first-data-in-fin", {SYN_A, SYN_B, {'a', F | K, 100, 500, "AT+GTA$", 0, 0}, {'b', F | K, 500, 108, "x", 0, 0}},
     "1a:start 1b:start 1a[AT+GTA$@3] 1a:end 1b[x@4] 1b:end 1:close"},
    {"fin-before-data", {{'a', K, 100, 500, "AT+GTA", 0, 0}, {'a', F | K, 107, 500, "", 0, 0}, {'a', K, 106, 500, "$", 0, 0}},
     "1a:start 1b:joined 1a[AT+GTA@1] 1a[$@3] 1a:end"},
    {"fin-behind-hole", {{'a', K, 100, 500, "AT+GTA", 0, 0}, {'a', F | K, 110, 500, "$", 0, 0}, {'b', K, 500, 112, "", 0, 0}},
     "1a:start 1b:joined 1a[AT+GTA@1] 1a:hole 1a[$@2] 1a:end"},
    {"fin-of-undecided-other", {SYN_A, SYN_B, {'b', F | K, 500, 100, "", 0, 0}, {'a', K, 100, 501, "AT+GTA$", 0, 0},
      {'a', F | K, 107, 501, "", 0, 0}},
     "1a:start 1b:joined 1b:end 1a[AT+GTA$@4] 1a:end 1:close"},
    {"data-behind-fin", {{'a', F | K, 100, 500, "AT+GTA$", 0, 0}, {'a', K, 107, 500, "x", 0, 0}},
     "1a:start 1b:joined 1a[AT+GTA$@1] 1a:end"},
    {"reset", {{'a', K, 100, 500, "AT+GTA", 0, 0}, {'a', K, 108, 500, "b", 0, 0}, {'b', R, 500, 0, "", 0, 0},
      {'a', K, 100, 500, "AT+GTA", 0, 0}},
     "1a:start 1b:joined 1a[AT+GTA@1] 1a:hole 1a[b@2] 1a:end 1b:end 1:close"},
    {"reset-with-text", {{'a', K, 100, 500, "AT+GTA", 0, 0}, {'a', R, 106, 0, "go away", 0, 0}},
     "1a:start 1b:joined 1a[AT+GTA@1] 1a:end 1b:end 1:close"},
    {"reset-far-off", {{'a', K, 100, 500, "AT+GTA", 0, 0}, {'a', R, 0x40000000, 0, "", 0, 0}, {'a', K, 106, 500, "x", 0, 0}},
     "1a:start 1b:joined 1a[AT+GTA@1] 1a[x@3]"},
    {"refused-then-again", {SYN_A, {'b', R | K, 0, 100, "", 0, 0}, {'a', S, 899, 0, "", 0, 0},
      {'a', K, 900, 500, "AT+GTA$", 0, 0}},
     "1a:start 1b:joined 1a[AT+GTA$@4]"},
    {"port-reuse", {SYN_A, SYN_B, {'a', K, 100, 500, "AT+GTA", 0, 0}, {'a', S, 9999, 0, "", 0, 0},
      {'b', S | K, 8999, 10000, "", 0, 0}, {'a', K, 10000, 9000, "AT+GTB$", 0, 0}},
     "1a:start 1b:start 1a[AT+GTA@3] 1a:end 1b:end 1:close 2a:start 2b:start 2a[AT+GTB$@6]"},
    {"port-reuse-after-close", {SYN_A, SYN_B, {'a', K, 100, 500, "AT+GTA$", 0, 0}, {'a', R, 107, 0, "", 0, 0}, SYN_A,
      SYN_B, {'a', K, 100, 500, "AT+GTB$", 0, 0}},
     "1a:start 1b:start 1a[AT+GTA$@3] 1a:end 1b:end 1:close 2a:start 2b:start 2a[AT+GTB$@7]"},
    {"port-reuse-syn-ack-alone", {SYN_A, SYN_B, {'a', K, 100, 500, "AT+GTA$", 0, 0}, {'b', S | K, 8999, 10000, "", 0, 0},
      {'a', K, 10000, 9000, "AT+GTB$", 0, 0}},
     "1a:start 1b:start 1a[AT+GTA$@3] 1a:end 1b:end 1:close 2a:start 2b:start 2a[AT+GTB$@5]"},
    {"port-reuse-without-syn", {{'a', K, 100, 500, "AT+GTA$", 0, 0}, {'a', K, 0x70000000, 9, "noise", 0, 0},
      {'a', K, 0x70000005, 9, "AT+GTB$", 0, 0}},
     "1a:start 1b:joined 1a[AT+GTA$@1] 1a:end 1b:end 1:close 2a:start 2b:joined 2a[AT+GTB$@3]"},
    {"port-reuse-of-undecided", {SYN_A, SYN_B, {'a', S, 9999, 0, "", 0, 0}, {'b', S | K, 8999, 10000, "", 0, 0},
      {'a', K, 10000, 9000, "AT+GTB$", 0, 0}},
     "1a:start 1b:start 1a[AT+GTB$@5]"},
    {"syn-sent-again", {SYN_A, SYN_A, SYN_B, {'a', K, 100, 500, "AT+GTA$", 0, 0}, SYN_A, SYN_B,
      {'a', K, 107, 500, "x", 0, 0}},
     "1a:start 1b:start 1a[AT+GTA$@4] 1a[x@7]"},
    {"syn-after-its-data", {{'a', K, 100, 500, "AT+GTA", 0, 0}, SYN_A, {'a', K, 106, 500, "$", 0, 0}},
     "1a:start 1b:joined 1a[AT+GTA@1] 1a[$@3]"},
    {"syn-on-mid-stream-channel", {{'a', K, 100, 500, "AT+GTA$", 0, 0}, {'a', S, 5, 0, "", 0, 0},
      {'a', K, 6, 500, "AT+GTB$", 0, 0}},
     "1a:start 1b:joined 1a[AT+GTA$@1] 1a:end 1b:end 1:close 2a:start 2b:joined 2a[AT+GTB$@3]"},
    {"other-syn-ack-number", {SYN_A, SYN_B, {'b', S | K, 699, 100, "", 0, 0}, {'a', K, 100, 700, "AT+GTA$", 0, 0}},
     "1a:start 1b:start 1a[AT+GTA$@4]"},
    {"linger", {{'a', K, 100, 500, "AT+GTA$", 0, 10}, {'a', R, 107, 0, "", 0, 0}, {'a', K, 100, 500, "AT+GTA$", 0, 200},
      {'a', K, 100, 500, "hello", 0, 300}, {'b', S, 1, 0, "", 0, 0}, {'a', K, 107, 500, "AT+GTB$", 0, 0}},
     "1a:start 1b:joined 1a[AT+GTA$@1] 1a:end 1b:end 1:close 2a:start 2b:joined 2a[AT+GTB$@6]"},
};
/* clang-format on */

/* Every order of five segments, each message split: the same bytes, and never with a packet that is not there yet. */
static void test_every_order(void)
{
    static const char *const parts[] = {"AT+GTA", "=12", "3$AT", "+GTB=4", "$"};
    guint order[] = {0, 1, 2, 3, 4};
    for (guint n = 0; n < 120; n++) {
        guint left = n;
        for (guint i = 0; i < 5; i++)
            order[i] = i;
        for (guint i = 0; i < 5; i++) {
            guint pick = i + left % (5 - i);
            left /= 5 - i;
            guint swap = order[i];
            order[i] = order[pick];
            order[pick] = swap;
        }
        GtupdTcp *tcp = gtupd_tcp_new(NULL);
        give(tcp, &(Row)SYN_A, 1, 1);
        for (guint i = 0; i < 5; i++) {
            guint32 seq = A0;
            for (guint before = 0; before < order[i]; before++)
                seq += (guint32)strlen(parts[before]);
            give(tcp, &(Row){'a', K, seq, 500, parts[order[i]], 0, 0}, i + 2, 1);
        }
        gtupd_tcp_free(tcp);
        g_autofree char *log = fake_protocol_take_log();
        g_autoptr(GString) bytes = g_string_new(NULL);
        for (const char *open = strchr(log, '['); open != NULL; open = strchr(open + 1, '['))
            g_string_append_len(bytes, open + 1, strchr(open, '@') - open - 1);
        g_assert_cmpstr(bytes->str, ==, "AT+GTA=123$AT+GTB=4$");
    }
}

static void test_pile_up(void)
{
    g_autoptr(GtupdTcp) tcp = gtupd_tcp_new(NULL);
    g_autofree char *load = g_strnfill(1000, 'x');
    give(tcp, &(Row){'a', K, 100, 500, "AT+GTA", 0, 0}, 1, 1);
    guint32 seq = 200;
    guint64 order = 1;
    while (fake_protocol_limits() == 0) {
        g_assert_cmpuint(seq, <, 2 * GTUPD_MAX_STREAM_BYTES);
        give(tcp, &(Row){'a', K, seq, 500, load, 0, 0}, ++order, 1);
        seq += 1000;
    }
    g_autofree char *log = fake_protocol_take_log();
    g_assert_nonnull(strstr(log, "1a[AT+GTA@1] limit:stream-bytes 1a:hole 1a[x"));
    g_assert_nonnull(strstr(log, "x@2] 1a[x"));
}

/* One byte in every other place, from behind: bounded in number, so in time. */
static void test_many_chunks(void)
{
    g_autoptr(GtupdTcp) tcp = gtupd_tcp_new(NULL);
    fake_protocol_be_quiet(TRUE);
    give(tcp, &(Row){'a', K, 100, 500, "AT+GTA", 0, 0}, 1, 1);
    for (guint32 i = 0; i < 200000; i++)
        give(tcp, &(Row){'a', K, 1000000 - 2 * i, 500, "x", 0, 0}, i + 2, 1);
    fake_protocol_be_quiet(FALSE);
    g_assert_cmpuint(fake_protocol_limits(), >, 0);
}

/* 300,000 flows with a segment each; the limits reached. */
static guint64 flood(guint8 flags, const char *payload)
{
    g_autoptr(GtupdTcp) tcp = gtupd_tcp_new(NULL);
    fake_protocol_be_quiet(TRUE);
    guint64 before = fake_protocol_limits();
    for (guint32 i = 0; i < 300000; i++) {
        GtupdSegment segment = {
            .ip_version = 4, .source_port = (guint16)i, .destination_port = 80, .seq = i, .flags = flags};
        segment.payload = (const guint8 *)payload;
        segment.captured = segment.length = strlen(payload);
        segment.source[1] = (guint8)(i >> 16);
        take(tcp, &segment, &(GtupdAnchor){.order = i + 1});
    }
    fake_protocol_be_quiet(FALSE);
    return fake_protocol_limits() - before;
}

/* With a SYN alone, nothing is lost. */
static void test_half_open(void)
{
    g_assert_cmpuint(flood(S, ""), ==, 0);
    g_assert_cmpuint(flood(K, "AT+G"), ==, 300000 - GTUPD_MAX_FLOWS);
}

/* Opens `limit` channels and ten, of which the limit is left. */
static void check_channel_limit(guint limit)
{
    GtupdTcp *tcp = gtupd_tcp_new(NULL);
    fake_protocol_be_quiet(TRUE);
    guint open = fake_protocol_open_channels();
    for (guint32 i = 0; i < limit + 10; i++) {
        GtupdSegment segment = {.ip_version = 6,
                                .source_port = (guint16)i,
                                .destination_port = 80,
                                .flags = K,
                                .payload = (const guint8 *)"AT+GTA$",
                                .captured = 7,
                                .length = 7};
        segment.source[0] = (guint8)(i >> 16);
        take(tcp, &segment, &(GtupdAnchor){.order = i + 1});
    }
    g_assert_cmpuint(fake_protocol_open_channels() - open, ==, limit);
    guint64 unfinished = 0;
    gtupd_tcp_finish(tcp, NULL, &unfinished);
    g_assert_cmpuint(unfinished, ==, 2 * limit);
    gtupd_tcp_free(tcp);
    fake_protocol_be_quiet(FALSE);
}

static void test_many_channels(void)
{
    check_channel_limit(GTUPD_MAX_CHANNELS);
}

static void test_many_begun(void)
{
    fake_protocol_be_silent(TRUE);
    check_channel_limit(GTUPD_MAX_BEGUN);
    fake_protocol_be_silent(FALSE);
}

/* Whatever comes, in any state: no crash, no leak, and no more than is allowed. */
static void test_noise(void)
{
    static const char *const payloads[] = {"", "A", "AT", "AT+GTA$", "+GT", "x", "\r\n", "+RESP:GTB=1$+BUFF:GTC$"};
    static const guint8 flags[] = {K, K, K, K, K, K, S, S | K, F | K, R, 0};
    g_autoptr(GRand) rand = g_rand_new_with_seed(42);
    fake_protocol_be_quiet(TRUE);
    for (guint round = 0; round < 3000; round++) {
        GtupdTcp *tcp = gtupd_tcp_new(NULL);
        guint32 base = g_rand_boolean(rand) ? 100 : 0xfffffff0;
        guint second = 0;
        for (guint i = 0; i < 60; i++) {
            const char *payload = payloads[g_rand_int_range(rand, 0, G_N_ELEMENTS(payloads))];
            guint32 length = (guint32)strlen(payload);
            second += g_rand_int_range(rand, 0, 20) == 0 ? 70 : 0;
            Row row = {
                .side = g_rand_boolean(rand) ? 'a' : 'b',
                .flags = flags[g_rand_int_range(rand, 0, G_N_ELEMENTS(flags))],
                .seq = base + (guint32)g_rand_int_range(rand, 0, 30),
                .ack = base + (guint32)g_rand_int_range(rand, 0, 30),
                .payload = payload,
                .cut = g_rand_int_range(rand, 0, 5) == 0 ? (gsize)g_rand_int_range(rand, 0, (gint32)length + 1) : 0,
            };
            give(tcp, &row, i + 1, second);
            if (g_rand_int_range(rand, 0, 40) == 0)
                gtupd_tcp_settle(tcp);
        }
        guint64 unfinished = 0;
        gtupd_tcp_finish(tcp, NULL, &unfinished);
        gtupd_tcp_free(tcp);
    }
    fake_protocol_be_quiet(FALSE);
    g_free(fake_protocol_take_log());
}

static void add_cases(const char *group, const Case *cases, gsize count)
{
    for (gsize i = 0; i < count; i++) {
        g_autofree char *path = g_strdup_printf("/tcp/%s/%s", group, cases[i].name);
        g_test_add_data_func(path, &cases[i], run_case);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_set_nonfatal_assertions();
    add_cases("opening", opening_cases, G_N_ELEMENTS(opening_cases));
    add_cases("stream", stream_cases, G_N_ELEMENTS(stream_cases));
    add_cases("closing", closing_cases, G_N_ELEMENTS(closing_cases));
    g_test_add_func("/tcp/every-order", test_every_order);
    g_test_add_func("/tcp/pile-up", test_pile_up);
    g_test_add_func("/tcp/many-chunks", test_many_chunks);
    g_test_add_func("/tcp/half-open", test_half_open);
    g_test_add_func("/tcp/many-channels", test_many_channels);
    g_test_add_func("/tcp/many-begun", test_many_begun);
    g_test_add_func("/tcp/noise", test_noise);
    return g_test_run();
}
