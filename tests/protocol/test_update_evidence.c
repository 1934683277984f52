/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the wire shows of a download, and the device's word: each finding, and what comes near it. */
#include "exchange.h"

#define BEGUN  SCRIPT_DOWNLOADING("retry=3") /* 4 lines; the 2X0 is the last */
#define FAILED "+1 A rep 202\n"
#define DONE   "+1 A rep 201\n"

/* clang-format off */

static const ExchangeRow refused[] = {
    {"status", BEGUN "+1 A xfer missing\n" FAILED, "transfer-refused@4", NULL},
    {"login", BEGUN "+1 A xfer login-refused status=401\n" FAILED, "transfer-refused@4", NULL},
    {"other", BEGUN "+1 A xfer refused status=500\n" FAILED, "transfer-refused@4", NULL},
    {"while-it-lasts", BEGUN "+1 A xfer missing\n", "transfer-refused@4", NULL},
    {"one-an-attempt", BEGUN "+1 A xfer missing\n+1 A xfer missing\n" FAILED, "transfer-refused@4", NULL},
    {"each-attempt", BEGUN "+1 A xfer missing\n" FAILED "+1 A rep 200 times=1\n+1 A xfer missing\n+1 A rep 202 times=1\n",
     "transfer-refused@4 transfer-refused@7", NULL},
    {"granted-afterwards", BEGUN "+1 A xfer login-refused status=401\n+1 A xfer complete\n" DONE, "", NULL},
    {"redirected-afterwards", BEGUN "+1 A xfer missing\n+1 A xfer redirected to=http://h/q\n" FAILED, "", NULL},
    {"granted-before", BEGUN "+1 A xfer complete\n+1 A xfer missing\n" DONE, "transfer-refused@4", NULL},
    {"reset", BEGUN "+1 A xfer unreachable by=server\n" FAILED, "transfer-refused@4", NULL},
    {"syn-unanswered", BEGUN "+1 A xfer unreachable flags=u\n+20 A rep 202\n", "transfer-refused@4", NULL},
    {"syn-unanswered-not-for-long", BEGUN "+1 A xfer unreachable flags=u\n+19.9 A rep 202\n", "", NULL},
    {"other-server", BEGUN "+1 A xfer missing host=g\n" FAILED, "", NULL},
    {"other-port", BEGUN "+1 A xfer missing port=8080\n" FAILED, "", NULL},
    {"path-decoded", SCRIPT_DOWNLOADING("retry=3 url=http://h/a%20b") "+1 A xfer missing path=/a%20b\n" FAILED,
     "transfer-refused@4", NULL},
    {"port-of-the-url", SCRIPT_DOWNLOADING("retry=3 url=http://h:8080/p") "+1 A xfer missing port=8080\n" FAILED,
     "transfer-refused@4", NULL},
    {"a-minute-before-its-report", "0 A start 0001 retry=3\n+1 A ack 0001\n+1 A rep 100\n+1 A xfer missing\n+60 A rep 200\n" FAILED,
     "transfer-refused@5", NULL},
    {"longer-before-its-report", "0 A start 0001 retry=3\n+1 A ack 0001\n+1 A rep 100\n+1 A xfer missing\n+61 A rep 200\n" FAILED,
     "", NULL},
    /* Years 9942 and 1069: not within the reach of nanoseconds. */
    {"clock-of-another-age", "0 A start 0001 retry=3\n+1 A ack 0001 sent=250000000000\n+1 A rep 100 sent=250000000000\n"
     "+1 A xfer missing\n+60 A rep 200 sent=250000000000\n+1 A rep 202 sent=250000000000\n", "transfer-refused@5", NULL},
    {"clock-of-two-ages", "0 A start 0001 retry=3\n+1 A ack 0001\n+1 A rep 100 sent=250000000000\n+1 A xfer missing\n"
     "+1 A rep 200 sent=-30000000000\n+1 A rep 202 sent=-30000000000\n", "send-time-backwards@5", NULL},
    {"before-the-report-before", "0 A start 0001 retry=3\n+1 A ack 0001\n+1 A xfer missing\n+1 A rep 100\n+1 A rep 200\n" FAILED,
     "transfer-refused@5", NULL},
    {"before-the-command",
     "0 A hb\n+1 A xfer missing\n+1 A start 0001 retry=3\n+1 A ack 0001\n+1 A rep 100\n+1 A rep 200\n" FAILED,
     "", NULL},
    {"in-the-attempt-before",
     BEGUN "+1 A xfer complete\n" FAILED "+1 A rep 200 times=1\n+1 A xfer missing\n+1 A rep 202 times=1\n",
     "transfer-refused@7", NULL},
    /* Reports that had to wait: their Send Time says when the download was. */
    {"reported-late",
     "0 A start 0001 retry=3\n+1 A ack 0001\n+1 A rep 100\n+5 A xfer missing\n+300 A rep 200 sent=-300\n"
     "+1 A rep 202 sent=-299\n",
     "transfer-refused@5", NULL},
    {"both-attempts-reported-late",
     "0 A start 0001 retry=3\n+1 A ack 0001\n+1 A rep 100\n+5 A xfer missing\n+10 A xfer complete flags=a\n"
     "+300 A rep 200 sent=-310\n+1 A rep 202 sent=-306\n+1 A rep 200 times=1 sent=-304\n+1 A rep 201 times=1 sent=-290\n",
     "transfer-refused@6", NULL},
    {"after-the-attempt", BEGUN FAILED "+1 A xfer missing\n", "", NULL},
};

static const ExchangeRow cut[] = {
    {"by-server", BEGUN "+1 A xfer cut done=400 by=server\n" FAILED, "transfer-cut@4", NULL},
    {"by-device", BEGUN "+1 A xfer cut done=400 by=device\n" FAILED, "transfer-cut@4", NULL},
    {"with-holes", BEGUN "+1 A xfer cut done=400 by=server flags=h\n" FAILED, "", NULL},
    {"still-running", BEGUN "+1 A xfer running done=400\n" FAILED, "", NULL},
    {"resumed", BEGUN "+1 A xfer cut done=400\n+1 A xfer complete status=206 from=400 done=600 of=600\n" DONE, "", NULL},
    {"resumed-and-running", BEGUN "+1 A xfer cut done=400\n+1 A xfer running from=400 done=6 of=600\n", "", NULL},
    {"resumed-in-vain", BEGUN "+1 A xfer cut done=400\n+1 A xfer cut from=400 done=0 of=600\n" FAILED,
     "transfer-cut@4", NULL},
    {"because-of-a-stop", BEGUN "+1 A stop 0002\n+1 A ack 0002\n+1 A xfer cut done=400 by=device\n+1 A rep 102\n", "",
     "1#1 cancelled 1"},
    {"by-server-before-a-stop", BEGUN "+1 A stop 0002\n+1 A ack 0002\n+1 A xfer cut done=400 by=server\n+1 A rep 102\n",
     "transfer-cut@4", "1#1 cancelled 1"},
    {"because-of-its-version", BEGUN "+1 A xfer cut done=400 by=device\n+1 A rep 203\n", "", NULL},
};

static const ExchangeRow stalled[] = {
    {"a-minute", BEGUN "+1 A xfer complete stall=60\n" DONE, "transfer-stalled@4", NULL},
    {"not-quite", BEGUN "+1 A xfer complete stall=59\n" DONE, "", NULL},
    {"with-holes", BEGUN "+1 A xfer complete stall=90 flags=h\n" DONE, "", NULL},
    {"until-the-attempt-ends", BEGUN "+1 A xfer running done=400\n+60 A rep 202\n", "transfer-stalled@4", NULL},
    {"until-the-attempt-ends-sooner", BEGUN "+1 A xfer running done=400\n+59 A rep 202\n", "", NULL},
    {"until-the-capture-ends", BEGUN "+1 A xfer running done=400\n+60 A hb\n", "transfer-stalled@4", NULL},
    {"closed-is-over", BEGUN "+1 A xfer running done=400 by=device\n+90 A rep 202\n", "", NULL},
    {"one-an-attempt", BEGUN "+1 A xfer complete stall=60\n+1 A xfer complete stall=60\n" DONE, "transfer-stalled@4", NULL},
};

static const ExchangeRow dns[] = {
    {"error", BEGUN "+1 A xfer name-failed status=3\n" FAILED, "transfer-dns-failed@4", NULL},
    {"unanswered", BEGUN "+1 A xfer name-failed status=0 flags=u\n" FAILED, "transfer-dns-failed@4", NULL},
    {"got-further", BEGUN "+1 A xfer name-failed\n+1 A xfer missing\n" FAILED, "transfer-refused@4", NULL},
    {"other-name", BEGUN "+1 A xfer name-failed host=g\n" FAILED, "", NULL},
    {"of-another-client", BEGUN "+1 B xfer name-failed\n" FAILED, "", NULL},
    {"is-no-contradiction", BEGUN "+1 A xfer name-failed\n" DONE, "transfer-dns-failed@4", NULL},
};

static const ExchangeRow elsewhere[] = {
    {"other-path", BEGUN "+1 A xfer complete path=/q\n" DONE, "transfer-url-differs@4", NULL},
    {"beside-the-right-one", BEGUN "+1 A xfer complete path=/q\n+1 A xfer complete\n" DONE, "transfer-url-differs@4", NULL},
    {"redirected-there", BEGUN "+1 A xfer redirected to=http://h/q\n+1 A xfer complete path=/q\n" DONE, "", NULL},
    {"redirected-and-refused", BEGUN "+1 A xfer redirected to=http://g/q\n+1 A xfer missing host=g path=/q\n" FAILED,
     "transfer-refused@4", NULL},
    {"redirected-elsewhere", BEGUN "+1 A xfer redirected to=http://h/r\n+1 A xfer complete path=/q\n" DONE,
     "transfer-url-differs@4", NULL},
    {"of-another-client", BEGUN "+1 B xfer complete path=/q\n" DONE, "transfer-not-seen@4", NULL},
    {"of-another-server", BEGUN "+1 A xfer complete host=g path=/q\n" DONE, "", NULL},
    {"before-the-attempt", "0 A start 0001\n+1 A ack 0001\n+1 A xfer complete path=/q\n+1 A rep 100\n+61 A rep 200\n"
     "+1 A xfer complete\n" DONE, "", NULL},
};

static const ExchangeRow not_seen[] = {
    {"failed", "0 B xfer complete\n+1 A start 0001 retry=3\n+1 A ack 0001\n+1 A rep 100\n+1 A rep 200\n" FAILED,
     "transfer-not-seen@5", NULL},
    {"others-come-later", BEGUN DONE "+1 B xfer complete\n", "transfer-not-seen@4", NULL},
    {"nobody-seen", BEGUN DONE, "", NULL},
    {"another-server-seen", "0 B xfer complete host=g\n+1 A start 0001\n+1 A ack 0001\n+1 A rep 100\n+1 A rep 200\n" DONE,
     "", NULL},
    {"only-a-connection-seen", BEGUN DONE "+1 B xfer running flags=n\n", "", NULL},
    {"no-result-yet", "0 B xfer complete\n+1 A start 0001\n+1 A ack 0001\n+1 A rep 100\n+1 A rep 200\n+1 A hb\n", "", NULL},
    {"second-attempt", BEGUN "+1 A xfer missing\n" FAILED "+1 A rep 200 times=1\n+1 A rep 202 times=1\n",
     "transfer-refused@4 transfer-not-seen@7", NULL},
    {"command-unseen", "0 B xfer complete\n+1 A rep 100\n+1 A rep 200\n" DONE, "command-unseen@2", NULL},
};

/* By another address: the only one in that time, or nobody's. */
static const ExchangeRow strangers[] = {
    {"the-only-one", BEGUN "+1 X xfer missing\n" FAILED, "transfer-refused@4", NULL},
    {"two", BEGUN "+1 X xfer missing\n+1 Y xfer missing\n" FAILED, "", NULL},
    {"twice-the-same", BEGUN "+1 X xfer missing\n+1 X xfer missing\n" FAILED, "transfer-refused@4", NULL},
    {"own-comes-first", BEGUN "+1 X xfer missing\n+1 A xfer complete\n" DONE, "", NULL},
    {"of-another-device",
     BEGUN "+1 B hb dev=2\n+1 B start 0001 url=http://h/p\n+1 B ack 0001 dev=2\n+1 B rep 100 dev=2\n+1 B rep 200 dev=2\n"
     "+1 B xfer complete\n+1 B rep 201 dev=2\n" FAILED, "transfer-not-seen@4", NULL},
    {"two-devices-could-be-it",
     BEGUN "+1 B hb dev=2\n+1 B start 0001 url=http://h/p\n+1 B ack 0001 dev=2\n+1 B rep 100 dev=2\n+1 B rep 200 dev=2\n"
     "+1 X xfer missing\n+1 B rep 202 dev=2\n" FAILED, "", NULL},
    {"the-other-device-asks-for-another-path",
     BEGUN "+1 B hb dev=2\n+1 B start 0001 url=http://h/q\n+1 B ack 0001 dev=2\n+1 B rep 100 dev=2\n+1 B rep 200 dev=2\n"
     "+1 X xfer missing\n+1 B rep 202 dev=2\n" FAILED, "transfer-refused@4 transfer-not-seen@9", NULL},
    {"on-a-gateway", /* both devices speak from A: the address tells nothing, and nobody else has asked */
     "0 A hb\n+1 A hb dev=2\n+1 A start 0001 retry=3\n+1 A ack 0001\n+1 A rep 100\n+1 A rep 200\n+1 A xfer missing\n" FAILED,
     "transfer-refused@6", NULL},
};

/* Two devices behind one address. */
#define NEIGHBOURS(url)                                                                                                \
    BEGUN "+1 A close\n+1 A hb dev=2\n+1 A start 0001 " url "\n+1 A ack 0001 dev=2\n+1 A rep 100 dev=2\n"              \
          "+1 A rep 200 dev=2\n" /* 10 lines */
static const ExchangeRow neighbours[] = {
    {"same-file", NEIGHBOURS("url=http://h/p") "+1 A xfer missing\n+1 A rep 202 dev=2\n", "", NULL},
    {"other-file", NEIGHBOURS("url=http://h/q") "+1 A xfer missing path=/q\n+1 A rep 202 dev=2\n+1 B rep 202\n",
     "transfer-not-seen@4 transfer-refused@10", NULL},
};

static const ExchangeRow contradictions[] = {
    {"finished-though-refused", BEGUN "+1 A xfer missing\n" DONE,
     "transfer-refused@4 result-contradicts-transfer@6", NULL},
    {"finished-though-out-of-reach", BEGUN "+1 A xfer unreachable\n" DONE,
     "transfer-refused@4 result-contradicts-transfer@6", NULL},
    {"finished-though-cut", BEGUN "+1 A xfer cut done=400 by=server\n" DONE,
     "transfer-cut@4 result-contradicts-transfer@6", NULL},
    {"finished-with-holes", BEGUN "+1 A xfer cut done=400 by=server flags=h\n" DONE, "", NULL},
    {"finished-while-running", BEGUN "+1 A xfer running done=400\n" DONE, "", NULL},
    {"finished-by-parts", BEGUN "+1 A xfer cut done=400\n+1 A xfer cut from=400 done=600 of=600\n" DONE, "transfer-cut@4", NULL},
    {"finished-with-a-part-missing", BEGUN "+1 A xfer cut done=400\n+1 A xfer cut from=500 done=500 of=500\n" DONE,
     "transfer-cut@4 result-contradicts-transfer@7", NULL},
    {"finished-whole-then-refused", BEGUN "+1 A xfer complete\n+1 A xfer missing\n" DONE, "transfer-refused@4", NULL},
    {"failed-though-whole", BEGUN "+1 A xfer complete flags=a\n" FAILED, "result-contradicts-transfer@6", NULL},
    {"failed-unacknowledged", BEGUN "+1 A xfer complete\n" FAILED, "", NULL},
    {"failed-before-it-was-whole", BEGUN "+1 A xfer complete flags=al\n" FAILED, "", NULL},
    {"failed-with-holes", BEGUN "+1 A xfer complete flags=ah\n" FAILED, "", NULL},
    {"failed-with-a-part", BEGUN "+1 A xfer complete status=206 from=500 done=500 of=500 flags=a\n" FAILED, "", NULL},
    {"failed-though-whole-by-parts",
     BEGUN "+1 A xfer cut done=500\n+1 A xfer complete status=206 from=500 done=500 of=500 flags=a\n" FAILED,
     "result-contradicts-transfer@7", NULL},
    {"failed-unconfirmed", BEGUN "+1 A xfer cut flags=a by=server\n" FAILED, "transfer-cut@4", NULL},
    {"buffered-result", BEGUN "+1 A xfer missing\n+30 B buf 201 sent=-28\n", "transfer-refused@4 result-contradicts-transfer@6", NULL},
    {"in-each-attempt", BEGUN "+1 A xfer complete flags=a\n" FAILED "+1 A rep 200 times=1\n+1 A xfer missing\n"
     "+1 A rep 201 times=1\n", "result-contradicts-transfer@6 transfer-refused@7 result-contradicts-transfer@9", NULL},
};

/* clang-format on */

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    exchange_add_rows("/update-evidence/refused", refused, G_N_ELEMENTS(refused));
    exchange_add_rows("/update-evidence/cut", cut, G_N_ELEMENTS(cut));
    exchange_add_rows("/update-evidence/stalled", stalled, G_N_ELEMENTS(stalled));
    exchange_add_rows("/update-evidence/dns", dns, G_N_ELEMENTS(dns));
    exchange_add_rows("/update-evidence/elsewhere", elsewhere, G_N_ELEMENTS(elsewhere));
    exchange_add_rows("/update-evidence/not-seen", not_seen, G_N_ELEMENTS(not_seen));
    exchange_add_rows("/update-evidence/strangers", strangers, G_N_ELEMENTS(strangers));
    exchange_add_rows("/update-evidence/neighbours", neighbours, G_N_ELEMENTS(neighbours));
    exchange_add_rows("/update-evidence/contradictions", contradictions, G_N_ELEMENTS(contradictions));
    return g_test_run();
}
