/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "watch.h"

#include "merge.h"
#include "savefile.h"

#include <string.h>

/* What is written while the file is analysed; `after`: up to this packet, 0 for all. */
static char *watched(const GByteArray *file, const char *device, guint after)
{
    char *text = NULL;
    size_t length = 0;
    FILE *stream = open_memstream(&text, &length);
    char *folder = savefile_folder_new();
    g_autofree char *path = savefile_write(folder, "x.pcap", file, file->len);
    g_autoptr(GHashTable) only = g_hash_table_new(g_str_hash, g_str_equal);
    if (device)
        g_hash_table_add(only, (gpointer)device);
    const GtupdReportOptions options = {.width = 80};
    g_autoptr(GtupdWatch) watch = gtupd_watch_new(&options, device ? only : NULL, stream);
    const GtupdSink sink = gtupd_watch_sink(watch);
    g_autoptr(GtupdEngine) engine = gtupd_engine_new(&sink);
    g_autoptr(GtupdMerge) merge = gtupd_merge_new((const char *const[]){path, NULL});
    GtupdPacket packet;
    for (guint i = 1; gtupd_merge_next(merge, &packet); i++) {
        gtupd_engine_packet(engine, &packet);
        if (i == after)
            break;
    }
    fclose(stream);
    savefile_folder_free(folder);
    return text;
}

static void test_lines(void)
{
    g_autoptr(GByteArray) file = savefile_new(SAVEFILE_RAW, FALSE);
    savefile_failed_update(file, SAVEFILE_TIME, FALSE);
    g_autofree char *got = watched(file, NULL, 0);
    g_assert_cmpstr(got, ==,
                    "2020-09-10\n"
                    "01:27:00.000  867700040011113 #1    ->  Start the update, serial 0001\n"
                    "01:27:01.000  867700040011113 #1    <-  Command acknowledged, serial 0001\n"
                    "01:27:02.000  867700040011113 #1    <-  Command confirmed (code 110)\n"
                    "01:27:03.000  867700040011113 #1    <-  Download started (code 210), attempt 1 of 1\n"
                    "01:27:04.000  867700040011113 #1    <-  Download failed (code 212), attempt 1 of 1\n"
                    "01:27:04.000  867700040011113 #1        => download failed\n");
}

/* Each as it happens, and of devices that were not asked for nothing. */
static void test_as_it_happens(void)
{
    g_autoptr(GByteArray) file = savefile_new(SAVEFILE_RAW, FALSE);
    savefile_failed_update(file, SAVEFILE_TIME, FALSE);
    g_autofree char *early = watched(file, NULL, 3);
    g_autofree char *others = watched(file, "867700040022227", 0);
    g_autofree char *own = watched(file, "867700040011113", 0);
    g_assert_true(g_str_has_suffix(early, "Command confirmed (code 110)\n"));
    g_assert_cmpstr(others, ==, "");
    g_assert_nonnull(strstr(own, "=> download failed"));
}

/* An end that no report brought, and a finding. */
static void test_superseded(void)
{
    g_autoptr(GByteArray) file = savefile_new(SAVEFILE_RAW, FALSE);
    savefile_datagram(file, SAVEFILE_TIME, TRUE, "+RESP:GTUPD,DF0107,867700040011113,cv200,100,,20200910012702,0002$");
    savefile_datagram(file, SAVEFILE_TIME + 7200 * SAVEFILE_SECOND, TRUE,
                      "+RESP:GTUPD,DF0107,867700040011113,cv200,100,,20200910032702,0003$");
    g_autofree char *got = watched(file, NULL, 0);
    g_assert_nonnull(strstr(got, "#1        => given up for a new update\n"));
    g_assert_nonnull(strstr(got, "NOTE command-unseen, frame 1: "));
    g_assert_nonnull(strstr(got, "#2    <-  Command confirmed"));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/watch/lines", test_lines);
    g_test_add_func("/watch/as-it-happens", test_as_it_happens);
    g_test_add_func("/watch/superseded", test_superseded);
    return g_test_run();
}
