/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "relay.h"

#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

/* --- What the engine tells --- */

static void log_message(const GtupdMessage *message, const GtupdAnchor *anchor, gpointer log)
{
    g_string_append_printf(log, "message %" G_GUINT64_FORMAT " %u:%" G_GUINT64_FORMAT ".%u of %zu\n", anchor->order,
                           anchor->capture, anchor->frame, anchor->ordinal, message->length);
}

static void log_event(const GtupdEvent *event, gpointer log)
{
    g_string_append_printf(log, "event %" G_GUINT64_FORMAT ".%u %s %s %s %s %s %u\n", event->anchor.order,
                           event->anchor.ordinal, event->device, event->word, event->code, event->count,
                           gtupd_state_name(event->state), event->update);
}

static void log_finding(const GtupdFinding *finding, gpointer log)
{
    g_string_append_printf(log, "finding %" G_GUINT64_FORMAT " %s %s\n", finding->event->anchor.order,
                           gtupd_rule_info(finding->rule)->id, finding->message);
}

static void log_update(const GtupdUpdate *update, gpointer log)
{
    g_string_append_printf(log, "update %s %u %s\n", update->device, update->number,
                           gtupd_outcome_name(update->outcome));
}

static GtupdSink sink_to(GString *log)
{
    return (GtupdSink){log, log_message, log_event, NULL, log_finding, log_update};
}

/* --- Two ways of reading --- */

typedef guint64 (*Feed)(GtupdEngine *engine, GtupdMerge *merge);

static guint64 feed_one_by_one(GtupdEngine *engine, GtupdMerge *merge)
{
    guint64 count = 0;
    GtupdPacket packet;
    for (; gtupd_merge_next(merge, &packet); count++)
        gtupd_engine_packet(engine, &packet);
    return count;
}

static guint64 feed_by_two(GtupdEngine *engine, GtupdMerge *merge)
{
    guint64 count = 0;
    guint packets;
    g_autoptr(GtupdRelay) relay = gtupd_relay_new(merge, engine);
    for (const GtupdArrivals *arrivals; (arrivals = gtupd_relay_next(relay, &packets)); count += packets)
        gtupd_engine_look(engine, arrivals);
    g_assert_null(gtupd_relay_next(relay, &packets));
    return count;
}

/* All that is told of these captures, the limits that were reached and the error of the last capture. */
static GString *told_by(Feed feed, const char *const *files, guint64 *packets)
{
    GString *log = g_string_new(NULL);
    const GtupdSink sink = sink_to(log);
    g_autoptr(GtupdEngine) engine = gtupd_engine_new(&sink);
    g_autoptr(GtupdMerge) merge = gtupd_merge_new(files);
    GtupdCounts counts;
    *packets = feed(engine, merge);
    gtupd_engine_settle(engine);
    gtupd_engine_finish(engine, &sink, &counts);
    g_string_append_printf(log, "%" G_GUINT64_FORMAT " messages, %" G_GUINT64_FORMAT " unfinished\n", counts.messages,
                           counts.messages_unfinished);
    for (guint i = 0; i < GTUPD_LIMITS; i++)
        g_string_append_printf(log, "%s %" G_GUINT64_FORMAT "\n", gtupd_limit_name((GtupdLimit)i),
                               gtupd_tracker_limit(gtupd_engine_tracker(engine), (GtupdLimit)i));
    for (guint i = 0; i < gtupd_merge_count(merge); i++) {
        const GError *error = gtupd_merge_info(merge, i)->error;
        g_string_append_printf(log, "%" G_GUINT64_FORMAT " packets %s\n", gtupd_merge_info(merge, i)->packets,
                               error ? error->message : "");
    }
    return log;
}

static void assert_same(const char *const *files)
{
    guint64 alone, together;
    g_autoptr(GString) expected = told_by(feed_one_by_one, files, &alone);
    g_autoptr(GString) told = told_by(feed_by_two, files, &together);
    g_assert_cmpuint(together, ==, alone);
    g_assert_cmpstr(told->str, ==, expected->str);
}

static gint compare_paths(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* NULL-terminated paths of all sample captures, in a fixed order. */
static GPtrArray *samples(void)
{
    GPtrArray *files = g_ptr_array_new_with_free_func(g_free);
    const char *folder = g_getenv("GTUPD_CAPTURES");
    g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
    g_assert_nonnull(dir);
    for (const char *name; (name = g_dir_read_name(dir));)
        if (g_str_has_suffix(name, ".pcap") || g_str_has_suffix(name, ".pcapng"))
            g_ptr_array_add(files, g_build_filename(folder, name, NULL));
    g_ptr_array_sort(files, compare_paths);
    g_ptr_array_add(files, NULL);
    return files;
}

/* --- Tests --- */

/* Each sample by itself, which mostly is one load; damaged ones too. */
static void test_each(void)
{
    g_autoptr(GPtrArray) files = samples();
    g_assert_cmpuint(files->len, >, 60);
    for (guint i = 0; i + 1 < files->len; i++)
        assert_same((const char *const[]){files->pdata[i], NULL});
}

/* All of them merged: many loads, and packets that lie in many files. */
static void test_all(void)
{
    g_autoptr(GPtrArray) files = samples();
    assert_same((const char *const *)files->pdata);
}

static void test_nothing(void)
{
    assert_same((const char *const[]){"/nonexistent/x.pcap", NULL});
}

/* It may be given up at any time: the reader then stops, wherever it is. */
static void test_given_up(void)
{
    g_autoptr(GPtrArray) files = samples();
    for (guint loads = 0; loads < 8; loads++) {
        g_autoptr(GtupdEngine) engine = gtupd_engine_new(&(GtupdSink){0});
        g_autoptr(GtupdMerge) merge = gtupd_merge_new((const char *const *)files->pdata);
        g_autoptr(GtupdRelay) relay = gtupd_relay_new(merge, engine);
        guint packets;
        for (guint i = 0; i < loads; i++)
            g_assert_nonnull(gtupd_relay_next(relay, &packets));
    }
}

static gpointer do_nothing(gpointer nothing)
{
    return nothing;
}

/* Where no thread can be had, the caller does it all. */
static void test_alone(void)
{
    enum {
        NOBODY = 65534
    };
#ifdef GTUPD_INSTRUMENTED
    g_test_skip("sanitizers need a thread of their own in the end");
    return;
#endif
    if (!g_test_subprocess()) {
        g_test_trap_subprocess(NULL, 0, 0);
        g_test_trap_assert_passed();
        return;
    }
    g_assert_cmpint(setrlimit(RLIMIT_NPROC, &(struct rlimit){0, 0}), ==, 0);
    if (geteuid() == 0) /* whom that limit does not concern */
        g_assert_cmpint(setresuid(NOBODY, NOBODY, NOBODY), ==, 0);
    g_assert_null(g_thread_try_new("none", do_nothing, NULL, NULL));
    test_all();
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/relay/each", test_each);
    g_test_add_func("/relay/all", test_all);
    g_test_add_func("/relay/nothing", test_nothing);
    g_test_add_func("/relay/given-up", test_given_up);
    g_test_add_func("/relay/alone", test_alone);
    return g_test_run();
}
