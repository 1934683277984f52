/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "fake_protocol.h"

struct _GtupdDirection {
    char name[16];
    gboolean ended;
};

static GString *written;
static gboolean is_quiet;
static guint last_channel, open_channels;
static guint64 limits;

G_GNUC_PRINTF(1, 2)
static void note(const char *format, ...)
{
    if (is_quiet)
        return;
    if (written == NULL)
        written = g_string_new(NULL);
    if (written->len > 0)
        g_string_append_c(written, ' ');
    va_list arguments;
    va_start(arguments, format);
    g_string_append_vprintf(written, format, arguments);
    va_end(arguments);
}

char *fake_protocol_take_log(void)
{
    last_channel = 0;
    if (written == NULL)
        return g_strdup("");
    return g_string_free(g_steal_pointer(&written), FALSE);
}

guint fake_protocol_open_channels(void)
{
    return open_channels;
}

guint64 fake_protocol_limits(void)
{
    return limits;
}

void fake_protocol_be_quiet(gboolean quiet)
{
    is_quiet = quiet;
}

GtupdChannel *gtupd_tracker_channel_new(GtupdTracker *tracker, GtupdTransport transport)
{
    (void)tracker, (void)transport;
    open_channels++;
    return GUINT_TO_POINTER(++last_channel); /* the tracker's to free; so there is nothing to free */
}

void gtupd_tracker_channel_close(GtupdTracker *tracker, GtupdChannel *channel)
{
    (void)tracker;
    note("%u:close", GPOINTER_TO_UINT(channel));
    open_channels--;
}

void gtupd_tracker_limit_reached(GtupdTracker *tracker, GtupdLimit limit, guint64 dropped)
{
    (void)tracker;
    static const char *const names[GTUPD_LIMITS] = {
        [GTUPD_LIMIT_CHANNELS] = "channels",
        [GTUPD_LIMIT_FLOWS] = "flows",
        [GTUPD_LIMIT_STREAM_BYTES] = "stream-bytes",
        [GTUPD_LIMIT_FRAGMENTS] = "fragments",
    };
    limits += dropped;
    note("limit:%s", names[limit]);
}

GtupdDirection *gtupd_direction_new(GtupdTracker *tracker, GtupdChannel *channel, guint side, gboolean from_start)
{
    (void)tracker;
    GtupdDirection *direction = g_new0(GtupdDirection, 1);
    g_snprintf(direction->name, sizeof direction->name, "%u%c", GPOINTER_TO_UINT(channel), side == 0 ? 'a' : 'b');
    note("%s:%s", direction->name, from_start ? "start" : "joined");
    return direction;
}

void gtupd_direction_free(GtupdDirection *direction)
{
    g_free(direction);
}

void gtupd_direction_bytes(GtupdDirection *direction, const guint8 *data, gsize length, const GtupdAnchor *anchor)
{
    g_assert_false(direction->ended);
    g_assert_cmpuint(length, >, 0);
    note("%s[%.*s@%u]", direction->name, (int)length, (const char *)data, (guint)anchor->order);
}

void gtupd_direction_hole(GtupdDirection *direction)
{
    g_assert_false(direction->ended);
    note("%s:hole", direction->name);
}

void gtupd_direction_end(GtupdDirection *direction)
{
    g_assert_false(direction->ended);
    direction->ended = TRUE;
    note("%s:end", direction->name);
}

void gtupd_direction_datagram(GtupdDirection *direction, const guint8 *data, gsize length, gboolean cut,
                              const GtupdAnchor *anchor)
{
    note("%s{%.*s%s@%u}", direction->name, (int)length, (const char *)data, cut ? "~" : "", (guint)anchor->order);
}

void gtupd_direction_finish(const GtupdDirection *direction, const GtupdSink *sink, guint64 *unfinished)
{
    (void)sink;
    g_assert_false(direction->ended);
    (*unfinished)++;
}
