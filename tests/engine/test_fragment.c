/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "bounds.h"
#include "fake_protocol.h"
#include "fragment.h"

#include <string.h>

#define SECOND G_GINT64_CONSTANT(1000000000)
#define WHOLE  "abcdefghABCDEFGH01234567tail"

typedef struct {
    gsize offset;
    const char *text; /* NULL: the end of the rows */
    gboolean more;
    gsize cut;    /* bytes at the end that a snap length took */
    guint second; /* capture time */
} Row;

typedef struct {
    const char *name;
    Row rows[8];
    const char *expected; /* NULL: never whole */
    gsize length;         /* by the headers; 0: that of `expected` */
} Case;

/* clang-format off */
static const Case cases[] = {
    {"in-order", {{0, "abcdefgh", 1, 0, 0}, {8, "ABCDEFGH", 1, 0, 0}, {16, "01234567", 1, 0, 0}, {24, "tail", 0, 0, 0}}, WHOLE, 0},
    {"backwards", {{24, "tail", 0, 0, 0}, {16, "01234567", 1, 0, 0}, {8, "ABCDEFGH", 1, 0, 0}, {0, "abcdefgh", 1, 0, 0}}, WHOLE, 0},
    {"middle-last", {{0, "abcdefgh", 1, 0, 0}, {16, "01234567tail", 0, 0, 0}, {8, "ABCDEFGH", 1, 0, 0}}, WHOLE, 0},
    {"twice", {{0, "abcdefgh", 1, 0, 0}, {0, "abcdefgh", 1, 0, 0}, {8, "ABCDEFGH01234567tail", 0, 0, 0}}, WHOLE, 0},
    {"overlap-first-wins", {{8, "ABCDEFGH", 1, 0, 0}, {0, "abcdefghXXXXXXXX01234567", 1, 0, 0}, {24, "tail", 0, 0, 0}}, WHOLE, 0},
    {"missing", {{0, "abcdefgh", 1, 0, 0}, {16, "01234567tail", 0, 0, 0}}, NULL, 0},
    {"no-end", {{0, "abcdefgh", 1, 0, 0}, {8, "ABCDEFGH", 1, 0, 0}}, NULL, 0},
    {"odd-middle", {{0, "abcdefg", 1, 0, 0}, {8, "tail", 0, 0, 0}}, NULL, 0},
    {"empty", {{0, "", 1, 0, 0}, {0, "", 0, 0, 0}}, NULL, 0},
    {"beyond-the-end", {{8, "tail", 0, 0, 0}, {16, "ABCDEFGH", 1, 0, 0}, {0, "abcdefgh", 1, 0, 0}}, "abcdefghtail", 0},
    {"second-end", {{8, "tail", 0, 0, 0}, {8, "longer", 0, 0, 0}, {0, "abcdefgh", 1, 0, 0}}, "abcdefghtail", 0},
    {"end-before-what-is-there", {{8, "ABCDEFGH", 1, 0, 0}, {8, "tail", 0, 0, 0}, {0, "abcdefgh", 1, 0, 0}}, NULL, 0},
    {"cut-first", {{0, "abcdefgh", 1, 3, 0}, {8, "tail", 0, 0, 0}}, "abcde", 12},
    {"cut-last", {{0, "abcdefgh", 1, 0, 0}, {8, "tail", 0, 4, 0}}, "abcdefgh", 12},
    {"cut-but-there-before", {{0, "abcdefgh", 1, 0, 0}, {0, "abcdefghABCDEFGH", 1, 14, 0}, {16, "tail", 0, 0, 0}}, "abcdefgh", 20},
    {"cut-then-whole-too-late", {{0, "abcdefgh", 1, 3, 0}, {0, "abcdefgh", 1, 0, 0}, {8, "tail", 0, 0, 0}}, "abcde", 12},
    {"within-patience", {{0, "abcdefgh", 1, 0, 10}, {8, "tail", 0, 0, 40}}, "abcdefghtail", 0},
    {"expired", {{0, "abcdefgh", 1, 0, 10}, {8, "tail", 0, 0, 41}}, NULL, 0},
};
/* clang-format on */

static GtupdFragment fragment_of(const Row *row, guint8 version, guint8 *data)
{
    GtupdFragment fragment = {
        .ip_version = version,
        .protocol = 17,
        .id = 7,
        .offset = row->offset,
        .more = row->more,
        .data = data,
        .captured = strlen(row->text) - row->cut,
        .length = strlen(row->text),
    };
    fragment.source[0] = 1;
    fragment.destination[0] = 2;
    return fragment;
}

static void run(const Case *test, guint8 version)
{
    g_autoptr(GtupdFragments) fragments = gtupd_fragments_new();
    GtupdDatagram datagram = {0};
    gboolean whole = FALSE;
    for (gsize i = 0; test->rows[i].text != NULL; i++) {
        const Row *row = &test->rows[i];
        g_assert_false(whole);
        g_autofree guint8 *data = g_memdup2(row->text, strlen(row->text) - row->cut);
        GtupdFragment fragment = fragment_of(row, version, data);
        whole = gtupd_fragments_add(fragments, &fragment, row->second * SECOND, &datagram);
    }
    g_assert_cmpint(whole, ==, test->expected != NULL);
    if (!whole)
        return;
    g_autofree char *text = g_strndup((const char *)datagram.data, datagram.captured);
    g_assert_cmpstr(text, ==, test->expected);
    g_assert_cmpuint(datagram.length, ==, test->length != 0 ? test->length : strlen(test->expected));
    g_assert_cmpuint(datagram.protocol, ==, 17);
    gtupd_fragments_release(fragments);
}

static void run_case(gconstpointer data)
{
    run(data, 4);
    run(data, 6);
}

/* Fragments that differ in one part of a datagram's identity do not meet. */
static void test_identity(void)
{
    static const struct {
        guint8 version;
        gsize field;
        gboolean is_same;
    } rows[] = {
        {4, G_STRUCT_OFFSET(GtupdFragment, source), FALSE},
        {4, G_STRUCT_OFFSET(GtupdFragment, destination) + 3, FALSE},
        {4, G_STRUCT_OFFSET(GtupdFragment, id), FALSE},
        {4, G_STRUCT_OFFSET(GtupdFragment, protocol), FALSE},
        {4, G_STRUCT_OFFSET(GtupdFragment, ip_version), FALSE},
        {6, G_STRUCT_OFFSET(GtupdFragment, destination) + 15, FALSE},
        {6, G_STRUCT_OFFSET(GtupdFragment, protocol), TRUE}, /* the first fragment's counts (RFC 8200, 4.5) */
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GtupdFragments) fragments = gtupd_fragments_new();
        GtupdDatagram datagram;
        GtupdFragment first = fragment_of(&(Row){0, "abcdefgh", 1, 0, 0}, rows[i].version, (guint8 *)"abcdefgh");
        GtupdFragment last = fragment_of(&(Row){8, "tail", 0, 0, 0}, rows[i].version, (guint8 *)"tail");
        ((guint8 *)&last)[rows[i].field] ^= 2;
        g_assert_false(gtupd_fragments_add(fragments, &first, 0, &datagram));
        g_assert_cmpint(gtupd_fragments_add(fragments, &last, 0, &datagram), ==, rows[i].is_same);
    }
}

static void test_largest(void)
{
    g_autoptr(GtupdFragments) fragments = gtupd_fragments_new();
    GtupdDatagram datagram;
    g_autofree guint8 *data = g_malloc0(65536);
    GtupdFragment fragment = {
        .ip_version = 4, .protocol = 6, .data = data, .captured = 65528, .length = 65528, .more = TRUE};
    g_assert_false(gtupd_fragments_add(fragments, &fragment, 0, &datagram));
    fragment.offset = 65528;
    fragment.more = FALSE;
    fragment.captured = fragment.length = 8;
    g_assert_false(gtupd_fragments_add(fragments, &fragment, 0, &datagram)); /* 65536 are too many */
    fragment.captured = fragment.length = 7;
    g_assert_true(gtupd_fragments_add(fragments, &fragment, 0, &datagram));
    g_assert_cmpuint(datagram.captured, ==, 65535);
}

/* Beginnings without end: the oldest go, and are counted. */
static void test_flood(void)
{
    g_autoptr(GtupdFragments) fragments = gtupd_fragments_new();
    GtupdDatagram datagram;
    fake_protocol_be_quiet(TRUE);
    for (guint32 i = 0; i < 10000; i++) {
        GtupdFragment fragment = fragment_of(&(Row){(i % 2) * 65000, "abcdefgh", 1, 0, 0}, 4, (guint8 *)"abcdefgh");
        fragment.id = i;
        g_assert_false(gtupd_fragments_add(fragments, &fragment, 0, &datagram));
    }
    fake_protocol_be_quiet(FALSE);
    g_assert_cmpuint(gtupd_fragments_dropped(fragments), >=, 10000 - GTUPD_MAX_FRAGMENT_DATAGRAMS);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = g_strdup_printf("/fragment/%s", cases[i].name);
        g_test_add_data_func(path, &cases[i], run_case);
    }
    g_test_add_func("/fragment/identity", test_identity);
    g_test_add_func("/fragment/largest", test_largest);
    g_test_add_func("/fragment/flood", test_flood);
    return g_test_run();
}
