/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "stand_ins.h"

#include "text.h"

#include <string.h>

#define IMEI_LENGTH 15

/* What stands for a byte outside ASCII: another one, that is in no character set's beginning of a character. */
#define OUTSIDE 0xbf

struct _GtupdStandIns {
    GHashTable *entries; /* GBytes, a word as sent → GtupdStandIn */
    GHashTable *lower;   /* GBytes, a word in lower case → GBytes, its stand-in */
    GHashTable *taken;   /* of GBytes, stand-ins in lower case */
    GHashTable *numbers; /* GBytes, a word's first stand-in, which tells its kind → the last number given */
};

static void entry_free(gpointer data)
{
    GtupdStandIn *entry = data;
    g_free((guint8 *)entry->from);
    g_free((guint8 *)entry->to);
    g_free(entry);
}

GtupdStandIns *gtupd_stand_ins_new(void)
{
    GtupdStandIns *dictionary = g_new0(GtupdStandIns, 1);
    GDestroyNotify unref = (GDestroyNotify)g_bytes_unref;
    dictionary->entries = g_hash_table_new_full(g_bytes_hash, g_bytes_equal, unref, entry_free);
    dictionary->lower = g_hash_table_new_full(g_bytes_hash, g_bytes_equal, unref, unref);
    dictionary->taken = g_hash_table_new_full(g_bytes_hash, g_bytes_equal, unref, NULL);
    dictionary->numbers = g_hash_table_new_full(g_bytes_hash, g_bytes_equal, unref, NULL);
    return dictionary;
}

void gtupd_stand_ins_free(GtupdStandIns *dictionary)
{
    if (!dictionary)
        return;
    g_hash_table_unref(dictionary->entries);
    g_hash_table_unref(dictionary->lower);
    g_hash_table_unref(dictionary->taken);
    g_hash_table_unref(dictionary->numbers);
    g_free(dictionary);
}

/* Writes `number` into the places of one kind from the right, as into an odometer. Returns what did not fit. */
static guint count_up(guint8 *text, gsize length, guint letters, guint number)
{
    for (gsize i = length; i-- > 0;) {
        /* cppcheck-suppress invalidFunctionArg ; GLib takes any char */
        gboolean is_digit = g_ascii_isdigit((char)text[i]), is_letter = g_ascii_isalpha((char)text[i]);
        guint base = is_digit ? 10 : letters;
        if (text[i] >= 0x80)
            text[i] = OUTSIDE;
        if (!is_digit && !is_letter)
            continue;
        text[i] = (guint8)((is_digit ? '0' : 'a') + number % base);
        number /= base;
    }
    return number;
}

/* The check digit that fits, or, where the original's did not, one that does not either. */
static void set_check_digit(guint8 *imei, gboolean fits)
{
    for (imei[IMEI_LENGTH - 1] = '0'; !gtupd_text_luhn((const char *)imei, IMEI_LENGTH);)
        imei[IMEI_LENGTH - 1]++;
    if (!fits)
        imei[IMEI_LENGTH - 1] = imei[IMEI_LENGTH - 1] == '9' ? '0' : (guint8)(imei[IMEI_LENGTH - 1] + 1);
}

/* The stand-in with this number. FALSE: there are not as many of this kind, so it is another's too. */
static gboolean spell(const guint8 *word, gsize length, guint number, guint8 *out)
{
    const char *text = (const char *)word;
    gboolean is_imei = length == IMEI_LENGTH && gtupd_text_is_digits(text, length);
    guint letters = gtupd_text_is_hex(text, length) ? 6 : 26;
    memcpy(out, word, length);
    gboolean fits = count_up(out, is_imei ? length - 1 : length, letters, number) == 0;
    if (is_imei)
        set_check_digit(out, gtupd_text_luhn(text, length));
    return fits;
}

/* `word`: in lower case. */
static GBytes *invent(GtupdStandIns *dictionary, const guint8 *word, gsize length)
{
    g_autofree guint8 *out = g_malloc(length);
    spell(word, length, 0, out);
    g_autoptr(GBytes) kind = g_bytes_new(out, length);
    guint number = GPOINTER_TO_UINT(g_hash_table_lookup(dictionary->numbers, kind));
    for (;;) {
        gboolean fits = spell(word, length, ++number, out);
        g_autoptr(GBytes) stand_in = g_bytes_new(out, length);
        if (fits && (memcmp(out, word, length) == 0 || g_hash_table_contains(dictionary->taken, stand_in)))
            continue;
        g_hash_table_insert(dictionary->numbers, g_bytes_ref(kind), GUINT_TO_POINTER(number));
        g_hash_table_add(dictionary->taken, g_bytes_ref(stand_in));
        return g_steal_pointer(&stand_in);
    }
}

/* The stand-in in lower case. Borrowed. */
static const guint8 *find_lower(GtupdStandIns *dictionary, const guint8 *word, gsize length)
{
    g_autofree char *lower = g_ascii_strdown((const char *)word, (gssize)length);
    g_autoptr(GBytes) key = g_bytes_new(lower, length);
    GBytes *stand_in = g_hash_table_lookup(dictionary->lower, key);
    if (!stand_in) {
        stand_in = invent(dictionary, (const guint8 *)lower, length);
        g_hash_table_insert(dictionary->lower, g_bytes_ref(key), stand_in);
    }
    return g_bytes_get_data(stand_in, NULL);
}

const GtupdStandIn *gtupd_stand_ins_get(GtupdStandIns *dictionary, const guint8 *word, gsize length)
{
    g_autoptr(GBytes) probe = g_bytes_new_static(word, length);
    GtupdStandIn *entry = g_hash_table_lookup(dictionary->entries, probe);
    if (entry)
        return entry;
    guint8 *to = g_memdup2(find_lower(dictionary, word, length), length);
    for (gsize i = 0; i < length; i++)
        if (g_ascii_isupper((char)word[i]))
            to[i] = (guint8)g_ascii_toupper((char)to[i]);
    entry = g_new0(GtupdStandIn, 1);
    *entry = (GtupdStandIn){g_memdup2(word, length), to, length};
    g_hash_table_insert(dictionary->entries, g_bytes_new(word, length), entry);
    return entry;
}
