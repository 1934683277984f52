/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "flow.h"

#include <string.h>

static GtupdSegment segment_between(guint8 version, guint8 source, guint16 source_port, guint8 destination,
                                    guint16 destination_port)
{
    GtupdSegment segment = {.ip_version = version, .source_port = source_port, .destination_port = destination_port};
    memset(segment.source, source, version == 4 ? 4 : 16);
    memset(segment.destination, destination, version == 4 ? 4 : 16);
    return segment;
}

/* Both directions are one flow, and each keeps its side. */
static void test_sides(void)
{
    static const struct {
        guint8 source;
        guint16 source_port;
        guint8 destination;
        guint16 destination_port;
    } rows[] = {{1, 10, 2, 20}, {2, 10, 1, 20}, {1, 10, 1, 20}, {1, 20, 1, 10}, {200, 1, 100, 65535}};
    g_autoptr(GtupdFlowTable) table = gtupd_flow_table_new();
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        GtupdSegment there =
            segment_between(4, rows[i].source, rows[i].source_port, rows[i].destination, rows[i].destination_port);
        GtupdSegment back =
            segment_between(4, rows[i].destination, rows[i].destination_port, rows[i].source, rows[i].source_port);
        GtupdFlowKey key, key_back;
        guint side = gtupd_flow_table_key(table, &there, &key);
        g_assert_cmpuint(side + gtupd_flow_table_key(table, &back, &key_back), ==, 1);
        g_assert_true(memcmp(key.words, key_back.words, sizeof key.words) == 0);
        g_assert_cmpuint(key.hash, ==, key_back.hash);
    }
}

static void test_find(void)
{
    g_autoptr(GtupdFlowTable) table = gtupd_flow_table_new();
    GtupdSegment segments[] = {
        segment_between(4, 1, 10, 2, 20), segment_between(4, 1, 20, 2, 10), segment_between(4, 1, 10, 3, 20),
        segment_between(6, 1, 10, 2, 20), segment_between(4, 1, 11, 2, 20),
    };
    GtupdFlow flows[G_N_ELEMENTS(segments)] = {0};
    GQueue queue = G_QUEUE_INIT;
    GtupdFlowKey key;
    for (gsize i = 0; i < G_N_ELEMENTS(segments); i++) {
        gtupd_flow_table_key(table, &segments[i], &key);
        g_assert_null(gtupd_flow_table_find(table, &key));
        gtupd_flow_table_add(table, &flows[i], &key);
        gtupd_flow_touch(&flows[i], &queue);
    }
    for (gsize i = 0; i < G_N_ELEMENTS(segments); i++) {
        gtupd_flow_table_key(table, &segments[i], &key);
        g_assert_true(gtupd_flow_table_find(table, &key) == &flows[i]);
    }
    gtupd_flow_touch(&flows[0], &queue);
    g_assert_true(queue.tail->data == &flows[0]);
    gtupd_flow_table_remove(table, &flows[0]);
    g_assert_cmpuint(queue.length, ==, G_N_ELEMENTS(segments) - 1);
    gtupd_flow_table_key(table, &segments[0], &key);
    g_assert_null(gtupd_flow_table_find(table, &key));
}

/* Flows that come and go by chance: the table always holds just those that are there. */
static void test_churn(void)
{
    enum {
        FLOWS = 3000,
        STEPS = 200000
    };
    g_autoptr(GRand) random = g_rand_new_with_seed(1);
    g_autoptr(GtupdFlowTable) table = gtupd_flow_table_new();
    g_autofree GtupdFlow *flows = g_new0(GtupdFlow, FLOWS);
    g_autofree gboolean *is_there = g_new0(gboolean, FLOWS);
    for (guint step = 0; step < STEPS; step++) {
        guint i = (guint)g_rand_int_range(random, 0, FLOWS);
        GtupdSegment segment = segment_between(4, (guint8)i, (guint16)(i >> 8), 77, 80);
        GtupdFlowKey key;
        gtupd_flow_table_key(table, &segment, &key);
        g_assert_true(gtupd_flow_table_find(table, &key) == (is_there[i] ? &flows[i] : NULL));
        if (is_there[i])
            gtupd_flow_table_remove(table, &flows[i]);
        else
            gtupd_flow_table_add(table, &flows[i], &key);
        is_there[i] = !is_there[i];
    }
}

/* Neighbouring flows spread over all of the hash. */
static void test_spread(void)
{
    g_autoptr(GtupdFlowTable) table = gtupd_flow_table_new();
    guint buckets[256] = {0};
    for (guint i = 0; i < 65536; i++) {
        GtupdSegment segment = segment_between(4, 1, (guint16)i, 2, 80);
        GtupdFlowKey key;
        gtupd_flow_table_key(table, &segment, &key);
        buckets[key.hash & 255]++;
    }
    for (guint i = 0; i < 256; i++)
        g_assert_cmpuint(buckets[i], <, 2 * 65536 / 256);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/flow/sides", test_sides);
    g_test_add_func("/flow/find", test_find);
    g_test_add_func("/flow/churn", test_churn);
    g_test_add_func("/flow/spread", test_spread);
    return g_test_run();
}
