/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "number_set.h"

/* Where the number stands, or would stand. */
static guint place_of(const GtupdNumberSet *set, guint16 number)
{
    guint low = 0;
    guint high = set->sorted != NULL ? set->sorted->len : 0;
    while (low < high) {
        const guint middle = (low + high) / 2;
        if (g_array_index(set->sorted, guint16, middle) < number)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static gboolean stands_at(const GtupdNumberSet *set, guint place, guint16 number)
{
    return set->sorted != NULL && place < set->sorted->len && g_array_index(set->sorted, guint16, place) == number;
}

void gtupd_number_set_add(GtupdNumberSet *set, guint16 number)
{
    const guint place = place_of(set, number);
    if (stands_at(set, place, number))
        return;
    if (set->sorted == NULL)
        set->sorted = g_array_new(FALSE, FALSE, sizeof(guint16));
    g_array_insert_val(set->sorted, place, number);
}

void gtupd_number_set_remove(GtupdNumberSet *set, guint16 number)
{
    const guint place = place_of(set, number);
    if (stands_at(set, place, number))
        g_array_remove_index(set->sorted, place);
}

gboolean gtupd_number_set_has(const GtupdNumberSet *set, guint16 number)
{
    return stands_at(set, place_of(set, number), number);
}

gboolean gtupd_number_set_is_empty(const GtupdNumberSet *set)
{
    return set->sorted == NULL || set->sorted->len == 0;
}

void gtupd_number_set_clear(GtupdNumberSet *set)
{
    g_clear_pointer(&set->sorted, g_array_unref);
}
