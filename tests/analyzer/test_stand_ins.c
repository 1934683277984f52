/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "stand_ins.h"

#include "text.h"

#include <string.h>

static const char *stand_in(GtupdStandIns *dictionary, const char *word)
{
    static char out[64];
    const GtupdStandIn *found = gtupd_stand_ins_get(dictionary, (const guint8 *)word, strlen(word));
    g_assert_cmpuint(found->length, ==, strlen(word));
    g_assert_true(memcmp(found->from, word, found->length) == 0);
    memcpy(out, found->to, found->length);
    out[found->length] = '\0';
    return out;
}

/* In this order, of one dictionary. */
static void test_kinds(void)
{
    static const struct {
        const char *word, *stand_in;
    } rows[] = {
        {"CV200", "AA001"},
        {"GV310", "AA002"},
        {"CV200", "AA001"},                     /* again */
        {"cv200", "aa001"},                     /* the same in other letters */
        {"867700040010115", "000000000000018"}, /* its check digit fits */
        {"867700040010116", "000000000000019"}, /* its does not */
        {"867700040011113", "000000000000026"},
        {"A1000043D20139", "A0000000A00001"}, /* hexadecimal stays so */
        {"files", "aaaab"},
        {"Faced", "Aaaac"}, /* hexadecimal too, but that is taken */
        {"a-b_c d", "a-a_a b"},
        {"\xf0\x9f\x98\x80x", "\xbf\xbf\xbf\xbf"
                              "b"},
        {"--", "--"}, /* nothing to replace */
    };
    g_autoptr(GtupdStandIns) dictionary = gtupd_stand_ins_new();
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
        g_assert_cmpstr(stand_in(dictionary, rows[i].word), ==, rows[i].stand_in);
}

/* Nothing becomes itself, and no two become one. */
static void test_distinct(void)
{
    g_autoptr(GtupdStandIns) dictionary = gtupd_stand_ins_new();
    g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (guint i = 0; i < 900; i++) {
        g_autofree char *word = g_strdup_printf("x%03u", i);
        const char *other = stand_in(dictionary, word);
        g_assert_cmpstr(other, !=, word);
        g_assert_true(g_hash_table_add(seen, g_strdup(other)));
    }
}

static void test_check_digits(void)
{
    g_autoptr(GtupdStandIns) dictionary = gtupd_stand_ins_new();
    for (guint i = 0; i < 200; i++) {
        g_autofree char *imei = g_strdup_printf("8677000400%05u", i);
        const char *other = stand_in(dictionary, imei);
        g_assert_true(gtupd_text_is_digits(other, 15));
        g_assert_true(gtupd_text_luhn(other, 15) == gtupd_text_luhn(imei, 15));
    }
}

/* More words than there are stand-ins of their length: it ends, and the same word still gets the same. */
static void test_too_many(void)
{
    g_autoptr(GtupdStandIns) dictionary = gtupd_stand_ins_new();
    char first[2] = "";
    for (char word[] = "0"; word[0] <= '9'; word[0]++) {
        const char *other = stand_in(dictionary, word);
        g_assert_true(g_ascii_isdigit(other[0]));
        if (word[0] == '0')
            first[0] = other[0];
    }
    g_assert_cmpstr(stand_in(dictionary, "0"), ==, first);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/stand-ins/kinds", test_kinds);
    g_test_add_func("/stand-ins/distinct", test_distinct);
    g_test_add_func("/stand-ins/check-digits", test_check_digits);
    g_test_add_func("/stand-ins/too-many", test_too_many);
    return g_test_run();
}
