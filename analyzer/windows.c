/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "windows.h"

typedef struct {
    gint64 first, last;
} Window;

struct _GtupdWindows {
    GArray *spans;      /* of Window; in order and apart from each other once they have been settled */
    gboolean unsettled; /* something was added since */
};

GtupdWindows *gtupd_windows_new(void)
{
    GtupdWindows *windows = g_new0(GtupdWindows, 1);
    windows->spans = g_array_new(FALSE, FALSE, sizeof(Window));
    return windows;
}

void gtupd_windows_free(GtupdWindows *windows)
{
    if (!windows)
        return;
    g_array_unref(windows->spans);
    g_free(windows);
}

void gtupd_windows_add(GtupdWindows *windows, gint64 first, gint64 last)
{
    const Window window = {first, MAX(first, last)};
    g_array_append_val(windows->spans, window);
    windows->unsettled = TRUE;
}

static gint compare(gconstpointer a, gconstpointer b)
{
    const Window *left = a, *right = b;
    return (left->first > right->first) - (left->first < right->first);
}

/* Puts them in order, and makes one of those that meet. */
static void settle(GtupdWindows *windows)
{
    GArray *spans = windows->spans;
    guint kept = 0;
    g_array_sort(spans, compare);
    for (guint i = 0; i < spans->len; i++) {
        const Window next = g_array_index(spans, Window, i);
        Window *last = kept > 0 ? &g_array_index(spans, Window, kept - 1) : NULL;
        if (last && next.first <= last->last)
            last->last = MAX(last->last, next.last);
        else
            g_array_index(spans, Window, kept++) = next;
    }
    g_array_set_size(spans, kept);
    windows->unsettled = FALSE;
}

gboolean gtupd_windows_meet(GtupdWindows *windows, gint64 first, gint64 last)
{
    if (windows->unsettled)
        settle(windows);
    /* The first window that is not over before the span begins. */
    guint low = 0, high = windows->spans->len;
    while (low < high) {
        guint middle = (low + high) / 2;
        if (g_array_index(windows->spans, Window, middle).last < first)
            low = middle + 1;
        else
            high = middle;
    }
    return low < windows->spans->len && g_array_index(windows->spans, Window, low).first <= last;
}
