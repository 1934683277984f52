/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whose is a message? Channels, devices, commands that wait for their device. */
#include "exchange.h"

/* clang-format off */

static const ExchangeRow claims[] = {
    {"by-its-ack", "0 A start 0001\n+1 A ack 0001\n+1 A rep 100\n", "", "1#1 incomplete 0"},
    {"by-a-report", "0 A start 0001\n+1 A rep 100\n", "", "1#1 incomplete 0"},
    {"by-a-heartbeat", "0 A start 0001\n+1 A hb\n+1 A rep 100\n", "", "1#1 incomplete 0"},
    {"by-a-buffered-report", "0 A start 0001\n+1 A bufmsg GTFRI\n+1 A rep 100\n", "", "1#1 incomplete 0"},
    {"heard-before", "0 A hb\n+1 A start 0001\n+1 A rep 100\n", "", "1#1 incomplete 0"},
    {"over-udp", "0 a start 0001\n+1 a ack 0001\n+1 a rep 100\n", "", "1#1 incomplete 0"},
    {"with-its-own-packet", "0 A start 0001 retry=7\n+1 A hb\n+61 A hb\n", "ack-missing@1 field-invalid@1",
     "1#1 unanswered 0"},
    {"with-its-own-time", "0 A start 0001\n+10m A ack 0001\n", "ack-missing@1", "1#1 unanswered 0"},
    {"before-the-uplink-that-claims", "0 A start 0001\n+1 A rep 101\n+1 A again 1\n+1 A ack 0001\n", "serial-reused@3",
     "1#1 refused 0, 1#2 incomplete 0"},
    {"on-another-channel-is-another-matter", "0 A hb\n+1 B start 0001\n+61 A hb\n", "ack-missing@2", ""},
    /* An ACK claims what it answers, and no more. */
    {"other-ack-claims-nothing", "0 A start 0001\n+1 A ack 0002\n+61 A ack 0003\n", "ack-missing@1", ""},
    {"other-word-claims-nothing", "0 A start 0001\n+1 A ackw GTRTO 0001\n+61 A ackw GTRTO 0002\n", "ack-missing@1", ""},
    {"next-uplink-then", "0 A start 0001\n+1 A ack 0002\n+1 A hb\n+1 A rep 100\n", "", "1#1 incomplete 0"},
    {"the-others-wait-on", "0 A start 0001\n+1 A cmd GTRTO 0002\n+1 A start 0003\n+1 A ack 0001\n+1 A rep 101\n"
     "+1 A ack 0003\n", "command-repeated@3", "1#1 refused 0"},
    {"all-of-its-word-and-serial", "0 A start 0001 retry=0\n+1 A start 0001 retry=1\n+1 A ack 0001\n+1 A rep 100\n",
     "command-repeated@2 serial-reused@2", "1#1 incomplete 0"},
    {"others-by-the-next", "0 A start 0001\n+0 A start 0002\n+1 A ack 0001 dev=1\n+1 A ack 0002 dev=2\n", "",
     "1#1 incomplete 0, 2#1 incomplete 0"},
    {"no-layout-claims-nothing", "0 A start 0001\n+1 A up +RESP:GTUPD,{1},100,{time},{count}$\n+61 B hb dev=2\n",
     "ack-missing@1 field-count@2", ""},
    {"no-layout-then-heartbeat",
     "0 A start 0001\n+1 A up +RESP:GTUPD,{1},100,{time},{count}$\n+1 A hb\n+1 A ack 0001\n",
     "field-count@2", "1#1 incomplete 0"},
    {"no-identity-claims-nothing", "0 A start 0001\n+1 A up +RESP:GTUPD,DF0107,X,n,100,,{time},0001$\n+61 B hb\n",
     "ack-missing@1 field-invalid@2", ""},
    {"sack-takes-no-part", "0 A sack\n+1 A start 0001\n+1 A sack\n+1 A ack 0001\n+1 A sack\n", "",
     "1#1 incomplete 0"},
};

/* Devices 1 and 2 have been heard on one connection: lines 1 and 2. */
#define GATEWAY "0 A hb dev=1\n+0 A hb dev=2\n"

static const ExchangeRow gateways[] = {
    {"ack-claims", GATEWAY "+1 A start 0001\n+1 A ack 0001 dev=2\n+1 A rep 100 dev=2\n", "", "2#1 incomplete 0"},
    {"nothing-else-does", GATEWAY "+1 A start 0001\n+1 A hb dev=1\n+1 A msg GTFRI dev=2\n+60 A hb dev=1\n",
     "ack-missing@3", ""},
    {"nor-its-report", GATEWAY "+1 A start 0001\n+1 A rep 100 dev=2\n", "command-unseen@4", "2#1 incomplete 0"},
    {"by-serial", GATEWAY
     "+1 A start 0001\n+0 A start 0002\n+1 A ack 0002 dev=1\n+1 A ack 0001 dev=2\n+1 A rep 100 dev=2\n"
     "+1 A rep 103 dev=1\n", "", "1#1 battery-low 0, 2#1 incomplete 0"},
    {"by-word", GATEWAY "+1 A cmd GTRTO 0001\n+0 A start 0001\n+1 A ackw GTRTO 0001 dev=1\n+1 A ack 0001 dev=2\n", "",
     "2#1 incomplete 0"},
    {"the-oldest", GATEWAY "+1 A start 0001 type=0\n+1 A start 0001 type=1\n+1 A ack 0001 dev=1\n+1 A ack 0001 dev=2\n"
     "+1 A rep 100 dev=1\n+1 A rep 110 dev=2\n", "", "1#1 incomplete 0, 2#1 incomplete 0"},
    {"becomes-one-while-waiting", "0 A hb dev=1\n+1 A start 0001\n+1 A hb dev=2\n+1 A rep 100 dev=1\n", "",
     "1#1 incomplete 0"},
    {"ack-without-command", GATEWAY "+1 A ack 0001 dev=1\n", "", ""},
    {"late-ack", GATEWAY "+1 A start 0001\n+61 A ack 0001 dev=1\n", "ack-missing@3", "1#1 unanswered 0"},
};

static const ExchangeRow identities[] = {
    {"back-again", "0 A hb\n+1 B hb\n+1 A hb\n", "identity-conflict@3", ""},
    {"moved", "0 A hb\n+1 B hb\n+1 B hb\n", "", ""},
    {"moved-with-a-resend", "0 A hb\n+1 B again 1\n+1 B hb\n", "message-repeated@2", ""},
    {"back-with-a-resend", "0 A hb\n+1 B hb\n+1 A again 2\n+1 A hb\n", "message-repeated@3 identity-conflict@4", ""},
    {"moved-on", "0 A hb\n+1 B hb\n+1 C hb\n", "", ""},
    {"once-a-pair", "0 A hb\n+1 B hb\n+1 A hb\n+1 B hb\n+1 A hb\n", "identity-conflict@3", ""},
    {"pair-of-return", "0 A hb\n+1 B hb\n+1 C hb\n+1 A hb\n", "identity-conflict@4", ""},
    {"another-pair", "0 A hb\n+1 B hb\n+1 C hb\n+1 A hb\n+1 B hb\n", "identity-conflict@4 identity-conflict@5", ""},
    {"the-same-pair", "0 A hb\n+1 B hb\n+1 C hb\n+1 A hb\n+1 C hb\n", "identity-conflict@4", ""},
    {"udp", "0 a hb\n+1 b hb\n+1 a hb\n", "", ""},
    {"two-devices", "0 A hb dev=1\n+1 B hb dev=2\n+1 A hb dev=1\n+1 B hb dev=2\n", "", ""},
    {"each-device", "0 A hb dev=1\n+0 A hb dev=2\n+1 B hb dev=1\n+0 B hb dev=2\n+1 A hb dev=1\n+0 A hb dev=2\n",
     "identity-conflict@5 identity-conflict@6", ""},
    {"reconnected", "0 A hb\n+1 B hb\n+1 A close\n+1 A hb\n", "", ""},
};

static const ExchangeRow directions[] = {
    {"command-from-the-device", "0 A hb\n+1 A start 0001\n+1 A ack 0001\n+1 A echo 2\n", "direction-wrong@4",
     "1#1 incomplete 0"},
    {"uplink-from-the-backend", "0 A hb\n+1 A start 0001\n+1 A ack 0001\n+1 A rep 100\n+1 A echo 4\n",
     "direction-wrong@5",
     "1#1 incomplete 0"},
    {"known-from-commands", "0 A start 0001\n+1 A ack 0001\n+1 A echo 2\n", "direction-wrong@3", "1#1 incomplete 0"},
    {"fields-are-judged", "0 A start 0001 retry=8\n+1 A ack 0001\n+1 A echo 1\n",
     "field-invalid@1 direction-wrong@3 field-invalid@3", "1#1 incomplete 0"},
    {"sack-is-no-command", "0 A hb\n+1 A sack\n+1 A echo 2\n", "", ""},
    {"other-channel-other-sides", "0 A start 0001\n+1 A ack 0001\n+1 B hb\n", "", "1#1 incomplete 0"},
    {"goes-no-further",
     "0 A hb\n+1 A start 0001\n+1 A ack 0001\n+1 A rep 100\n+1 A rep 200\n+1 A echo 4\n+1 A rep 201\n",
     "direction-wrong@6", "1#1 incomplete 1"},
    {"other-words-too", "0 A hb\n+1 A cmd GTRTO 0001\n+1 A msg GTFRI\n+1 A echo 2\n+1 A echo 3\n",
     "direction-wrong@4 direction-wrong@5", ""},
    {"udp", "0 a hb\n+1 a start 0001\n+1 a ack 0001\n+1 a echo 2\n", "direction-wrong@4", "1#1 incomplete 0"},
};

/* That findings of framing and fields come through, with what they leave to the sequence rules. */
static const ExchangeRow framing[] = {
    {"tail-missing-complete", "0 A start 0001\n+1 A up +ACK:GTUPD,{1},0001,{time},{count}\n+1 A rep 100\n",
     "tail-missing@2", "1#1 incomplete 0"},
    {"tail-missing-incomplete", "0 A start 0001\n+1 A up +ACK:GTUPD,{1},00\n+1 A rep 100\n+61 A hb\n",
     "ack-missing@1 tail-missing@2", "1#1 incomplete 0"},
    {"tail-missing-datagram", "0 a start 0001\n+1 a up +ACK:GTUPD,{1},0001,{time},{count}\n+1 a rep 100\n",
     "tail-missing@2", "1#1 incomplete 0"},
    {"stray-bytes", "0 A hb\n+1 A up ABC\n+1 A hb\n", "stray-bytes@3", ""},
    {"stray-bytes-at-the-end", "0 A hb\n+1 A up ABC\n", "stray-bytes@1", ""},
    {"non-ascii", "0 A hb\n+1 A up +RESP:GTFRI,{1},\001,{time},{count}$\n", "non-ascii@2", ""},
    {"field-count", "0 A hb\n+1 A down AT+GTUPD=cv200,1,,,,,,,,,,,,0001$\n", "field-count@2", ""},
    {"sibling-layout",
     "0 A hb\n+1 A down AT+GTUPD=cv200,0,1,10,0,,,http://h/p,,0,,,0001$\n+1 A ack 0001\n+1 A rep 100\n",
     "sibling-layout@2", "1#1 incomplete 0"},
    {"field-invalid", "0 A start 0001 type=12\n+1 A ack 0001\n", "field-invalid@1", "1#1 incomplete 0"},
    {"field-whitespace", "0 A start 0001\n+1 A up +ACK:GTUPD,{1}, 0001,{time},{count}$\n", "field-whitespace@2",
     "1#1 incomplete 0"},
    {"reserved-not-empty", "0 A start 0001\n+1 A ack 0001\n+1 A up +RESP:GTUPD,{1},100,7,{time},{count}$\n",
     "reserved-not-empty@3", "1#1 incomplete 0"},
    {"code-undefined", "0 A rep 2113\n", "code-undefined@1", ""},
    {"url-scheme-mismatch", "0 A start 0001 url=ftp://h/p\n+1 A ack 0001\n", "url-scheme-mismatch@1",
     "1#1 incomplete 0"},
    {"url-ambiguous", "0 A start 0001 url=http://h/p,q\n+1 A ack 0001\n", "url-ambiguous@1", "1#1 incomplete 0"},
    {"device-type-foreign-once", "0 A up +RESP:GTUPD,GV0107,860000000000017,,100,,{time},{count}$\n"
     "+1 A up +RESP:GTUPD,GV0107,860000000000017,,200,0,{time},{count}$\n", "command-unseen@1 device-type-foreign@1",
     "1#1 incomplete 1"},
    {"device-type-of-another-word", "0 A up +RESP:GTFRI,GV0107,860000000000017,,{time},{count}$\n", "", ""},
    {"imei-check-digit-once", "0 A up +RESP:GTUPD,DF0107,860000000000018,,100,,{time},{count}$\n"
     "+1 A up +RESP:GTUPD,DF0107,860000000000018,,200,0,{time},{count}$\n", "command-unseen@1 imei-check-digit@1",
     "0#1 incomplete 1"},
    {"imei-check-digit-of-another-word", "0 A up +RESP:GTFRI,DF0107,860000000000018,,{time},{count}$\n", "", ""},
    {"identity-in-either-case", "0 A up +RESP:GTUPD,DF0107,a0000000000001,,100,,{time},{count}$\n"
     "+1 A up +RESP:GTUPD,DF0107,A0000000000001,,200,0,{time},{count}$\n", "command-unseen@1", "0#1 incomplete 1"},
};

/* clang-format on */

/* No `$` within 4096 bytes; one byte less is no matter. */
static void check_length(gsize padding, const char *findings)
{
    g_autofree char *filler = g_strnfill(padding, '0');
    g_autofree char *script = g_strdup_printf("0 A up +RESP:GTFRI,%s$\n+1 A hb\n", filler);
    g_autoptr(ExchangeResult) result = exchange_run(script);
    g_assert_cmpstr(result->findings, ==, findings);
}

static void test_oversized(void)
{
    const gsize frame = sizeof "+RESP:GTFRI,$" - 1;
    check_length(4096 - frame, "");
    check_length(4097 - frame, "message-oversized@1");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    exchange_add_rows("/tracker/claims", claims, G_N_ELEMENTS(claims));
    exchange_add_rows("/tracker/gateways", gateways, G_N_ELEMENTS(gateways));
    exchange_add_rows("/tracker/identities", identities, G_N_ELEMENTS(identities));
    exchange_add_rows("/tracker/directions", directions, G_N_ELEMENTS(directions));
    exchange_add_rows("/tracker/framing", framing, G_N_ELEMENTS(framing));
    g_test_add_func("/tracker/framing/oversized", test_oversized);
    return g_test_run();
}
