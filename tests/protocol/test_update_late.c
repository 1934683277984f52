/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What comes late: stored reports of other runs and updates, answers after an end. */
#include "exchange.h"

/* +BUFF reports and the run of the counter, the update and the place in it that they come from. */
static const ExchangeRow stored[] = {
    {"of-the-update-before",
     "0 A start 0001 type=1\n+1 A ack 0001\n+1 A rep 110\n+2 A rep 211 lost=1\n+1 A rep 310\n+60 B rep 311 count=0000\n"
     "+60 B start 0002\n+1 B ack 0002\n+1 B rep 100\n+1 B buf 210 count=0102 sent=-125\n+1 B rep 200\n",
     "report-lost@4", "1#1 succeeded 0, 1#2 incomplete 1"},
    {"lifts-one-skip-only",
     SCRIPT_CONFIRMED("retry=3") "+60 A rep 202\n+60 A rep 202\n+1 A buf 200 count=00F0 sent=-70\n", "phase-skipped@5",
     "1#1 incomplete 1"},
    {"lifts-none-before-it",
     SCRIPT_CONFIRMED("retry=3") "+60 A rep 202\n+60 A rep 202 lost=1\n+1 A buf 200 count=0103 sent=-60\n",
     "phase-skipped@4", "1#1 incomplete 1"},
    {"same-second", SCRIPT_REQUESTED("") "+1 A rep 200 lost=1\n+1 A buf 100 count=0101 sent=-1\n", "",
     "1#1 incomplete 1"},
    {"number-below-a-restart",
     SCRIPT_CONFIRMED("") "+1 A rep 201 count=000B\n+1 A rep 300\n+60 B msg GTPNA count=000E\n"
                          "+1 B buf 200 count=000A sent=-62\n+1 B rep 301\n",
     "count-backwards@4", "1#1 succeeded 1"},
    {"gap-of-this-run",
     "0 A hb count=0001\n+1 A hb count=0005\n+60 B hb count=0000\n+1 B hb\n+1 B hb count=0004\n"
     "+1 B bufmsg GTFRI count=0002 sent=-2\n+1 B bufmsg GTFRI count=0003 sent=-2\n",
     "count-gap@2", ""},
    {"early-number-of-the-run-before",
     "0 A hb count=0001\n+1 A bufmsg GTFRI count=0003\n+60 B hb count=0000\n+1 B hb\n+1 B hb\n+1 B hb count=0004\n",
     "count-gap@6", ""},
};

/* What follows when an update has made room, or ended, for a start command. */
static const ExchangeRow replaced[] = {
    {"udp-restart-after-a-start",
     "0 a start 0001\n+1 a ack 0001\n+1 a rep 100\n+1 a rep 200\n+1 a rep 201\n+1 a rep 300\n+61m a start 0002\n"
     "+1 a ack 0002 count=0003\n",
     "", "1#1 no-result 1, 1#2 incomplete 0"},
    {"start-answered-after-the-end",
     SCRIPT_DOWNLOADED("") "+1 A start 0002\n+1 A ack 0002\n+1 A rep 303\n+1 A rep 101\n", "start-while-busy@6",
     "1#1 update-battery-low 1, 1#2 refused 0"},
};

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    exchange_add_rows("/late/stored", stored, G_N_ELEMENTS(stored));
    exchange_add_rows("/late/replaced", replaced, G_N_ELEMENTS(replaced));
    return g_test_run();
}
