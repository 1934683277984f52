/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The device is to be quiet during an update (§3.2), unless it has lost its power or the update has gone stale. */
#include "exchange.h"

/* clang-format off */

static const ExchangeRow unrelated[] = {
    {"confirmed", SCRIPT_CONFIRMED("") "+1 A msg GTFRI\n", "unrelated-report-during-update@4", NULL},
    {"downloading", SCRIPT_DOWNLOADING("") "+1 A msg GTFRI\n", "unrelated-report-during-update@5", NULL},
    {"downloaded", SCRIPT_DOWNLOADED("") "+1 A msg GTFRI\n", "unrelated-report-during-update@6", NULL},
    {"updating", SCRIPT_UPDATING("") "+1 A msg GTFRI\n", "unrelated-report-during-update@7", "1#1 incomplete 1"},
    {"requested", SCRIPT_REQUESTED("") "+1 A msg GTFRI\n", "", NULL},
    {"ended", SCRIPT_REFUSED("") "+1 A msg GTFRI\n", "", NULL},
    {"ack-of-another-word", SCRIPT_DOWNLOADING("") "+1 A ackw GTRTO 0009\n", "unrelated-report-during-update@5", NULL},
    {"heartbeat", SCRIPT_DOWNLOADING("") "+1 A hb\n", "", NULL},
    {"buffered", SCRIPT_DOWNLOADING("") "+1 A bufmsg GTFRI\n", "", NULL},
    {"another-device", SCRIPT_DOWNLOADING("") "+1 B msg GTFRI dev=2\n", "", NULL},
    {"another-channel", SCRIPT_DOWNLOADING("") "+1 B msg GTFRI\n", "unrelated-report-during-update@5", NULL},
    {"udp", "0 a start 0001\n+1 a ack 0001\n+1 a rep 100\n+1 a msg GTFRI\n", "unrelated-report-during-update@4", NULL},
    {"once-an-update", SCRIPT_CONFIRMED("") "+1 A msg GTFRI\n+1 A rep 200\n+1 A msg GTFRI\n",
     "unrelated-report-during-update@4", NULL},
    {"once-each-update", SCRIPT_CONFIRMED("")
     "+1 A msg GTFRI\n+1 A rep 200\n+1 A rep 203\n+1 A start 0002\n+1 A ack 0002\n"
     "+1 A rep 100\n+1 A msg GTFRI\n", "unrelated-report-during-update@4 unrelated-report-during-update@10",
     "1#1 version-rejected 1, 1#2 incomplete 0"},
    {"unseen-start", "0 A rep 100\n+1 A msg GTFRI\n", "command-unseen@1 unrelated-report-during-update@2", NULL},
    {"joined-mid-way", "0 A rep 200\n+1 A msg GTFRI\n", "command-unseen@1 unrelated-report-during-update@2", NULL},
    /* After a failed attempt it may be that the device has given up. */
    {"failed-and-goes-on", SCRIPT_ATTEMPT_FAILED("retry=1") "+1 A msg GTFRI\n+1 A rep 200 times=1\n",
     "unrelated-report-during-update@6", "1#1 incomplete 2"},
    {"failed-first-counts", SCRIPT_ATTEMPT_FAILED("retry=1") "+1 A msg GTFRI\n+1 A rep 200 times=1\n+1 A msg GTFRI\n",
     "unrelated-report-during-update@6", "1#1 incomplete 2"},
    {"failed-gave-up", SCRIPT_ATTEMPT_FAILED("retry=1") "+1 A msg GTFRI\n", "retries-not-exhausted@5",
     "1#1 download-failed 1"},
    {"failed-new-update", SCRIPT_ATTEMPT_FAILED("retry=1") "+1 A msg GTFRI\n+1 A rep 100\n",
     "retries-not-exhausted@5 command-unseen@7", "1#1 download-failed 1, 1#2 incomplete 0"},
    /* After 3X0 the device reboots. */
    {"updating-another-channel", SCRIPT_UPDATING("") "+1 B msg GTFRI\n", "result-missing@6", "1#1 no-result 1"},
    {"updating-udp", SCRIPT_UPDATING_UDP "+1 a msg GTFRI\n", "", "1#1 incomplete 1"},
    {"updating-gateway", SCRIPT_UPDATING_GATEWAY "+1 A msg GTFRI\n", "", "1#1 incomplete 1"},
    {"downloaded-gateway", "0 A hb\n+0 A hb dev=2\n+1 A start 0001\n+1 A ack 0001\n+1 A rep 100\n+1 A msg GTFRI\n",
     "unrelated-report-during-update@6", "1#1 incomplete 0"},
    {"updating-buffered-3X0", SCRIPT_DOWNLOADED("") "+1 A buf 300\n+1 A msg GTFRI\n", "", "1#1 incomplete 1"},
};

static const ExchangeRow power[] = {
    {"restart", SCRIPT_CONFIRMED("") "+60 B msg GTFRI count=0001\n", "", "1#1 incomplete 0"},
    {"restart-and-after", SCRIPT_CONFIRMED("") "+60 B hb count=0001\n+1 B msg GTFRI\n+1 B cmd GTRTO 0002\n", "",
     "1#1 incomplete 0"},
    {"no-restart", SCRIPT_CONFIRMED("") "+60 B hb\n+1 B msg GTFRI\n", "unrelated-report-during-update@5",
     "1#1 incomplete 0"},
    {"restart-until-fed", SCRIPT_CONFIRMED("")
     "+60 B hb count=0001\n+1 B rep 200\n+1 B msg GTFRI\n+1 B cmd GTRTO 0002\n",
     "unrelated-report-during-update@6 command-during-update@7", "1#1 incomplete 1"},
    {"restart-then-start", SCRIPT_DOWNLOADING("")
     "+60 B hb count=0001\n+1 B start 0002\n+1 B ack 0002\n+1 B rep 100\n", "",
     "1#1 superseded 1, 1#2 incomplete 0"},
    {"restart-then-confirmed", SCRIPT_DOWNLOADING("") "+60 B hb count=0001\n+1 B rep 100\n", "command-unseen@6",
     "1#1 superseded 1, 1#2 incomplete 0"},
    {"restart-then-refused", SCRIPT_DOWNLOADING("") "+60 B hb count=0001\n+1 B rep 101\n", "command-unseen@6",
     "1#1 superseded 1, 1#2 refused 0"},
    {"restart-then-battery", SCRIPT_DOWNLOADED("") "+60 B hb count=0001\n+1 B rep 103\n", "command-unseen@7",
     "1#1 superseded 1, 1#2 battery-low 0"},
    {"restart-is-the-report", SCRIPT_DOWNLOADING("") "+60 B rep 100 count=0001\n", "command-unseen@5",
     "1#1 superseded 1, 1#2 incomplete 0"},
    {"restart-updating-then-start", SCRIPT_UPDATING("")
     "+60 B hb count=0001\n+1 B start 0002\n+1 B ack 0002\n+1 B rep 100\n",
     "", "1#1 no-result 1, 1#2 incomplete 0"},
    {"restart-failed-then-start", SCRIPT_ATTEMPT_FAILED("retry=1")
     "+60 B hb count=0001\n+1 B start 0002\n+1 B ack 0002\n",
     "retries-not-exhausted@5", "1#1 download-failed 1, 1#2 incomplete 0"},
    {"restart-requested", SCRIPT_REQUESTED("") "+60 B hb count=0001\n+1 B start 0002\n+1 B ack 0002\n",
     "command-repeated@4",
     "1#1 incomplete 0"},
    {"restart-before", "0 A hb\n+1 B hb count=0001\n+1 B start 0001\n+1 B ack 0001\n+1 B rep 100\n+1 B msg GTFRI\n",
     "unrelated-report-during-update@6", "1#1 incomplete 0"},
    {"restart-other-order-stays", SCRIPT_DOWNLOADED("") "+60 B hb count=0001\n+1 B rep 200\n", "report-out-of-order@7",
     "1#1 incomplete 1"},
    {"start-after-restart-then-fed", SCRIPT_CONFIRMED("") "+60 B hb count=0001\n+1 B rep 200\n+1 B start 0002\n",
     "start-while-busy@6", "1#1 incomplete 1"},
};

static const ExchangeRow stale[] = {
    {"confirmed-again", SCRIPT_DOWNLOADING("") "+1h A rep 100\n", "download-result-missing@4 command-unseen@5",
     "1#1 superseded 1, 1#2 incomplete 0"},
    {"confirmed-within-the-hour", SCRIPT_CONFIRMED("") "+59m59.999s A rep 100\n", "report-out-of-order@4",
     "1#1 incomplete 0"},
    {"confirmed-over-the-hour", SCRIPT_CONFIRMED("") "+1h0.001s A rep 100\n", "command-unseen@4",
     "1#1 superseded 0, 1#2 incomplete 0"},
    {"refused", SCRIPT_CONFIRMED("") "+1h1s A rep 101\n", "command-unseen@4", "1#1 superseded 0, 1#2 refused 0"},
    {"battery-low", SCRIPT_CONFIRMED("") "+1h1s A rep 103\n", "command-unseen@4",
     "1#1 superseded 0, 1#2 battery-low 0"},
    {"others-go-on", SCRIPT_CONFIRMED("") "+2h A rep 200\n+1 A rep 201\n", "", "1#1 incomplete 1"},
    {"start", SCRIPT_DOWNLOADED("") "+1h1s A start 0002\n+1 A ack 0002\n+1 A rep 100\n", "",
     "1#1 superseded 1, 1#2 incomplete 0"},
    {"start-updating", SCRIPT_UPDATING("") "+1h1s A start 0002\n+1 A ack 0002\n+1 A rep 100\n", "",
     "1#1 no-result 1, 1#2 incomplete 0"},
    {"start-failed", SCRIPT_ATTEMPT_FAILED("retry=1") "+1h1s A start 0002\n+1 A ack 0002\n", "retries-not-exhausted@5",
     "1#1 download-failed 1, 1#2 incomplete 0"},
    {"requested-answered-at-any-age", SCRIPT_REQUESTED("") "+5h A rep 100\n+1 A rep 200\n", "", "1#1 incomplete 1"},
    {"requested-refused-at-any-age", SCRIPT_REQUESTED("") "+5h A rep 101\n", "", "1#1 refused 0"},
    {"requested-battery-low-at-any-age", SCRIPT_REQUESTED("") "+5h A rep 103\n", "", "1#1 battery-low 0"},
    {"fed-by-ack", "0 A hb\n+1 A start 0001\n+50m A ack 0001\n+50m A start 0002\n+1 A ack 0002\n",
     "ack-missing@2 command-repeated@4", "1#1 incomplete 0"},
    {"fed-by-stop", SCRIPT_CONFIRMED("") "+50m A stop 0002\n+1 A ack 0002\n+50m A rep 100\n", "report-out-of-order@6",
     "1#1 incomplete 0"},
    {"not-fed-by-order", SCRIPT_CONFIRMED("") "+50m A rep 101\n+50m A rep 100\n",
     "report-out-of-order@4 command-unseen@5",
     "1#1 superseded 0, 1#2 incomplete 0"},
    {"not-fed-by-others", SCRIPT_CONFIRMED("") "+50m A hb\n+50m A rep 100\n", "command-unseen@5",
     "1#1 superseded 0, 1#2 incomplete 0"},
    {"unrelated", SCRIPT_CONFIRMED("") "+1h A msg GTFRI\n", "", "1#1 incomplete 0"},
    {"unrelated-within-the-hour", SCRIPT_CONFIRMED("") "+59m59.999s A msg GTFRI\n", "unrelated-report-during-update@4",
     "1#1 incomplete 0"},
    {"unrelated-once-fed-again", SCRIPT_CONFIRMED("") "+2h A rep 200\n+1 A msg GTFRI\n",
     "unrelated-report-during-update@5", "1#1 incomplete 1"},
};

/* clang-format on */

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    exchange_add_rows("/update/quiet/unrelated", unrelated, G_N_ELEMENTS(unrelated));
    exchange_add_rows("/update/quiet/power", power, G_N_ELEMENTS(power));
    exchange_add_rows("/update/quiet/stale", stale, G_N_ELEMENTS(stale));
    return g_test_run();
}
