/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "fake_protocol.h"

struct _GtupdDirection {
    char name[16];
    gboolean ended;
};

static GString *written;
static gboolean is_quiet;
static gboolean is_silent;
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

void fake_protocol_be_silent(gboolean silent)
{
    is_silent = silent;
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

void gtupd_tracker_channel_fetch(const GtupdChannel *channel, guint depth)
{
    (void)channel;
    (void)depth;
}

void gtupd_tracker_foresee(GtupdTracker *tracker, const GtupdReading *readings, guint count)
{
    (void)tracker, (void)readings, (void)count;
}

gboolean gtupd_direction_has_spoken(const GtupdDirection *direction)
{
    (void)direction;
    return !is_silent;
}

void gtupd_direction_fetch(const GtupdDirection *direction, guint depth)
{
    (void)direction, (void)depth;
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
        [GTUPD_LIMIT_CHANNELS] = "channels",         [GTUPD_LIMIT_FLOWS] = "flows",
        [GTUPD_LIMIT_STREAM_BYTES] = "stream-bytes", [GTUPD_LIMIT_FRAGMENTS] = "fragments",
        [GTUPD_LIMIT_TRANSFERS] = "transfers",       [GTUPD_LIMIT_DIGESTS] = "digests",
    };
    limits += dropped;
    note("limit:%s", names[limit]);
}

void gtupd_tracker_channel_between(GtupdChannel *channel, guint8 ip_version, const guint8 address0[GTUPD_ADDRESS_SIZE],
                                   const guint8 address1[GTUPD_ADDRESS_SIZE])
{
    (void)channel, (void)address0, (void)address1;
    g_assert_true(ip_version == 4 || ip_version == 6);
}

/* --- Transfers --- */

static GQueue transfers = G_QUEUE_INIT;

void gtupd_tracker_transfer(GtupdTracker *tracker, GtupdTransfer *transfer)
{
    (void)tracker;
    g_assert_cmpstr(transfer->client, !=, "");
    g_assert_cmpuint(transfer->request.order, >, 0);
    g_queue_push_tail(&transfers, gtupd_transfer_ref(transfer));
}

static void describe_progress(const GtupdTransfer *transfer, GString *text)
{
    if (transfer->expected >= 0 || transfer->delivered > 0)
        g_string_append_printf(text, " %" G_GINT64_FORMAT "/%" G_GINT64_FORMAT, transfer->delivered,
                               transfer->expected);
    if (transfer->range_from > 0)
        g_string_append_printf(text, " from=%" G_GINT64_FORMAT " total=%" G_GINT64_FORMAT, transfer->range_from,
                               transfer->total);
    if (transfer->redirect != NULL)
        g_string_append_printf(text, " to=%s", transfer->redirect);
    if (transfer->retransmitted > 0)
        g_string_append_printf(text, " again=%u", transfer->retransmitted);
    const struct {
        gboolean is_so;
        const char *word;
    } words[] = {{transfer->acknowledged, " ack"},
                 {transfer->has_holes, " holes"},
                 {transfer->sha256[0] != '\0', " sha"},
                 {transfer->secure, " secure"},
                 {transfer->is_shut, " shut"},
                 {transfer->is_unheard, " unheard"},
                 {transfer->lacks_data_connection, " lone"}};
    for (gsize i = 0; i < G_N_ELEMENTS(words); i++)
        g_string_append(text, words[i].is_so ? words[i].word : "");
}

static void describe_transfer(const GtupdTransfer *transfer, GString *text)
{
    static const char *const results[GTUPD_TRANSFER_RESULTS] = {
        [GTUPD_TRANSFER_NAME_FAILED] = "name-failed",
        [GTUPD_TRANSFER_UNREACHABLE] = "unreachable",
        [GTUPD_TRANSFER_LOGIN_REFUSED] = "login-refused",
        [GTUPD_TRANSFER_MISSING] = "missing",
        [GTUPD_TRANSFER_REFUSED] = "refused",
        [GTUPD_TRANSFER_REDIRECTED] = "redirected",
        [GTUPD_TRANSFER_RUNNING] = "running",
        [GTUPD_TRANSFER_CUT] = "cut",
        [GTUPD_TRANSFER_COMPLETE] = "complete",
    };
    static const char *const closers[] = {
        [GTUPD_CLOSED_NOT] = "",
        [GTUPD_CLOSED_BY_SERVER] = " by=server",
        [GTUPD_CLOSED_BY_DEVICE] = " by=device",
        [GTUPD_CLOSED_BY_NOBODY] = " by=nobody",
    };
    g_string_append_printf(text, "%s%s %s %d %s:%u%s", text->len > 0 ? ", " : "",
                           transfer->protocol == GTUPD_TRANSFER_HTTP ? "http" : "ftp", results[transfer->result],
                           transfer->status, transfer->host != NULL ? transfer->host : transfer->server,
                           transfer->server_port, transfer->path != NULL ? transfer->path : " -");
    describe_progress(transfer, text);
    g_string_append_printf(text, "%s%s", closers[transfer->closed_by], transfer->reset ? " reset" : "");
}

char *fake_protocol_take_transfers(void)
{
    GString *text = g_string_new(NULL);
    for (GtupdTransfer *transfer; (transfer = g_queue_pop_head(&transfers)) != NULL; gtupd_transfer_unref(transfer))
        describe_transfer(transfer, text);
    return g_string_free(text, FALSE);
}

/* --- Directions --- */

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
