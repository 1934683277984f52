/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "exchange.h"

/* +RESP:GTVER of device 1: type, firmware, hardware, and what may stand behind. */
#define VER(channel, versions) "+1 " channel " up +RESP:GTVER,{1},CV200," versions ",{time},{count}$\n"
#define BEFORE                 "0 A hb\n" VER("A", "0207,0101") /* 2 lines */
#define START                  "+1 A start 0001\n+1 A ack 0001\n+1 A rep 100\n"
#define UPDATE                 START "+1 A rep 200\n+1 A rep 201\n+1 A rep 300\n" /* 6 */
#define SUCCESS                UPDATE "+60 B rep 301\n"                           /* 7 */

static const ExchangeRow rows[] = {
    {"the same before and after", BEFORE SUCCESS VER("B", "0207,0101"), "version-unchanged@10", "1#1 succeeded 1"},
    {"another firmware", BEFORE SUCCESS VER("B", "0208,0101"), "", NULL},
    {"010A and 0110 differ", "0 A hb\n" VER("A", "010A,0101") SUCCESS VER("B", "0110,0101"), "", NULL},
    {"case makes no difference", "0 A hb\n" VER("A", "010A,0101") SUCCESS VER("B", "010a,0101"), "version-unchanged@10",
     NULL},
    {"another hardware version", BEFORE SUCCESS VER("B", "0207,0102"), "", NULL},
    {"another modem version", "0 A hb\n" VER("A", "0207,0101,,BG95,R02") SUCCESS VER("B", "0207,0101,,BG95,R03"), "",
     NULL},
    {"the same modem version", "0 A hb\n" VER("A", "0207,0101,,BG95,R02") SUCCESS VER("B", "0207,0101,,BG95,R02"),
     "version-unchanged@10", NULL},
    {"another Protocol Version",
     BEFORE SUCCESS "+1 B up +RESP:GTVER,DF0108,860000000000017,cv200,CV200,0207,0101,{time},{count}$", "", NULL},
    {"not known before", "0 A hb\n+1 A hb\n" SUCCESS VER("B", "0207,0101"), "", NULL},
    {"not known after", BEFORE SUCCESS "+1 B hb\n", "", NULL},
    {"only the first after counts", BEFORE SUCCESS VER("B", "0208,0101") VER("B", "0207,0101"), "", NULL},
    {"only once", BEFORE SUCCESS VER("B", "0207,0101") VER("B", "0207,0101"), "version-unchanged@10", NULL},
    {"unreadable after", BEFORE SUCCESS VER("B", "02,0101"), "", NULL},
    {"stored before, sent after", BEFORE SUCCESS "+1 B up +BUFF:GTVER,{1},CV200,0207,0101,{time},{count}$\n", "", NULL},
    {"told during the update",
     "0 A hb\n" START VER("A", "0207,0101") "+1 A rep 200\n+1 A rep 201\n+1 A rep 300\n"
                                            "+60 B rep 301\n" VER("B", "0207,0101"),
     "unrelated-report-during-update@5 version-unchanged@10", NULL},
    {"told before the result", BEFORE UPDATE "+60 B hb\n" VER("B", "0207,0101") "+1 B rep 301\n",
     "version-unchanged@11", NULL},
    {"no success", BEFORE UPDATE "+60 B rep 302\n" VER("B", "0207,0101"), "", "1#1 update-failed 1"},
    {"an update in between",
     BEFORE SUCCESS "+1 B start 0002\n+1 B ack 0002\n+1 B rep 100\n+1 B rep 200\n+1 B rep 201\n"
                    "+1 B rep 300\n+60 C rep 301\n" VER("C", "0207,0101"),
     "", "1#1 succeeded 1, 1#2 succeeded 1"},
};

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    exchange_add_rows("/versions", rows, G_N_ELEMENTS(rows));
    return g_test_run();
}
