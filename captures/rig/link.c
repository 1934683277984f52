/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "link.h"

#include "text.h"

#include <gio/gio.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>

/* What a real device waits, in seconds. */
#define RECONNECT_AFTER 30
#define SACK_WITHIN     20   /* then a report is sent again */
#define SHORT_LINGER    10   /* a short connection stays open for commands */
#define END_WITHIN      600  /* and for the backend to end it, its last segments being resent */
#define SPLIT_PAUSE     5000 /* µs, real ones: two segments, even where the kernel would like to join them */

typedef struct {
    RigOutgoing out;
    guint16 count;
    gboolean numbered;
    gboolean stored; /* goes out as +BUFF */
    int sent;        /* how often */
} Message;

struct _RigLink {
    const RigDeviceOptions *options;
    RigLinkEvents events;
    GSocketClient *client;
    GSocketConnection *connection;
    GSocketConnection *aside;
    GCancellable *cancellable; /* of the connection, or of connecting */
    RigSplitter splitter;
    char input[4096];
    GQueue messages; /* of Message; the first may have been sent and wait for its +SACK */
    guint16 next_count;
    GSocketAddress *local; /* of the UDP socket, for the next one */
    guint retry_timer, sack_timer, short_timer;
    gboolean up;
    gboolean connecting;
    gboolean spent; /* a short connection has carried its message */
    gboolean shut;  /* and nothing more can be sent on it */
    gboolean hold_stored;
};

static void pump(RigLink *link);
static void read_more(RigLink *link);

static void message_free(gpointer data)
{
    Message *message = data;
    g_free(message->out.text);
    g_free(message->out.before);
    g_free(message);
}

static void stop_timer(guint *timer)
{
    if (*timer)
        g_source_remove(*timer);
    *timer = 0;
}

static gboolean is_udp(const RigLink *link)
{
    return link->options->mode == RIG_MODE_UDP;
}

/* Numbers and stores a message; an answer is not worth it. FALSE: it may be forgotten. */
static gboolean store(RigLink *link, Message *message)
{
    if (message->out.answer)
        return FALSE;
    if (!message->numbered) {
        message->count = (guint16)(link->next_count + message->out.count_step);
        link->next_count = (guint16)(message->count + 1);
        message->numbered = TRUE;
    }
    message->stored = TRUE;
    return TRUE;
}

static void store_all(RigLink *link)
{
    for (GList *item = link->messages.head, *next; item; item = next) {
        next = item->next;
        if (store(link, item->data))
            continue;
        message_free(item->data);
        g_queue_delete_link(&link->messages, item);
    }
}

/* --- connection --- */

static void disconnect(RigLink *link)
{
    stop_timer(&link->sack_timer);
    stop_timer(&link->short_timer);
    g_cancellable_cancel(link->cancellable);
    g_clear_object(&link->cancellable);
    link->connecting = FALSE;
    link->spent = link->shut = FALSE;
    rig_splitter_reset(&link->splitter);
    if (!link->connection)
        return;
    g_io_stream_close(G_IO_STREAM(link->connection), NULL, NULL);
    g_clear_object(&link->connection);
}

static void connect_now(RigLink *link);

static gboolean retry(gpointer data)
{
    RigLink *link = data;
    link->retry_timer = 0;
    connect_now(link);
    return G_SOURCE_REMOVE;
}

static void connection_lost(RigLink *link, const char *why)
{
    rig_log("! connection lost: %s", why);
    disconnect(link);
    store_all(link);
    if (link->up && !link->retry_timer)
        link->retry_timer = g_timeout_add(rig_device_wait(link->options, RECONNECT_AFTER), retry, link);
}

static void remember_port(RigLink *link)
{
    if (is_udp(link) && !link->local)
        link->local = g_socket_connection_get_local_address(link->connection, NULL);
}

static void connected(GObject *source, GAsyncResult *result, gpointer data)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GSocketConnection) connection =
        g_socket_client_connect_to_host_finish(G_SOCKET_CLIENT(source), result, &error);
    if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        return;
    RigLink *link = data;
    link->connecting = FALSE;
    if (!connection) {
        connection_lost(link, error->message);
        return;
    }
    link->connection = g_steal_pointer(&connection);
    if (!is_udp(link))
        g_socket_set_option(g_socket_connection_get_socket(link->connection), IPPROTO_TCP, TCP_NODELAY, 1, NULL);
    remember_port(link);
    read_more(link);
    if (link->options->mode != RIG_MODE_SHORT)
        link->events.opened(link->events.data);
    pump(link);
}

static void set_local_address(RigLink *link)
{
    g_autoptr(GSocketAddress) local = NULL;
    if (link->local)
        local = g_object_ref(link->local);
    else if (link->options->bind)
        local = g_inet_socket_address_new_from_string(link->options->bind, 0);
    g_socket_client_set_local_address(link->client, local);
}

static void connect_now(RigLink *link)
{
    if (!link->up || link->connecting || link->connection)
        return;
    set_local_address(link);
    link->connecting = TRUE;
    link->cancellable = g_cancellable_new();
    g_socket_client_connect_to_host_async(link->client, link->options->server, 0, link->cancellable, connected, link);
}

/* --- input --- */

static void sacked(RigLink *link, const char *text)
{
    Message *message = g_queue_peek_head(&link->messages);
    g_auto(GStrv) fields = rig_text_fields(text);
    guint64 count = g_ascii_strtoull(rig_field(fields, -1), NULL, 16);
    if (!message || !message->sent || message->count != count)
        return;
    stop_timer(&link->sack_timer);
    message_free(g_queue_pop_head(&link->messages));
    pump(link);
}

static void found(const char *text, gpointer data)
{
    RigLink *link = data;
    g_autofree char *shown = rig_text_printable(text);
    rig_log("< %s", shown);
    if (g_str_has_prefix(text, "+SACK:"))
        sacked(link, text);
    else
        link->events.received(text, link->events.data);
}

/* The backend has ended the connection. A short one has done its duty then, and the next message may follow. */
static void ended(RigLink *link)
{
    if (link->options->mode != RIG_MODE_SHORT || !link->spent) {
        connection_lost(link, "ended by the backend");
        return;
    }
    disconnect(link);
    pump(link);
}

static void received(GObject *source, GAsyncResult *result, gpointer data)
{
    g_autoptr(GError) error = NULL;
    gssize length = g_input_stream_read_finish(G_INPUT_STREAM(source), result, &error);
    if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        return;
    RigLink *link = data;
    if (!is_udp(link) && length <= 0) {
        if (error)
            connection_lost(link, error->message);
        else
            ended(link);
        return;
    }
    /* What is found may end the connection, and with it this read's. */
    GCancellable *mine = g_object_ref(link->cancellable);
    if (length > 0)
        rig_splitter_feed(&link->splitter, link->input, (gsize)length, found, link);
    if (is_udp(link))
        rig_splitter_reset(&link->splitter);
    if (!g_cancellable_is_cancelled(mine))
        read_more(link);
    g_object_unref(mine);
}

static void read_more(RigLink *link)
{
    GInputStream *stream = g_io_stream_get_input_stream(G_IO_STREAM(link->connection));
    g_input_stream_read_async(stream, link->input, sizeof link->input, G_PRIORITY_DEFAULT, link->cancellable, received,
                              link);
}

/* --- output --- */

static char *message_bytes(RigLink *link, Message *message)
{
    if (!message->numbered) {
        message->count = (guint16)(link->next_count + message->out.count_step);
        link->next_count = (guint16)(message->count + 1);
        message->numbered = TRUE;
    }
    const RigHabits *habits = &link->options->habits;
    g_autofree char *count = g_strdup_printf(habits->lower_hex ? "%04x" : "%04X", message->count);
    gboolean buffered = message->stored && g_str_has_prefix(message->out.text, "+RESP:");
    return g_strdup_printf("%s%s%s,%s%s%s", message->out.before ? message->out.before : "", buffered ? "+BUFF:" : "",
                           buffered ? message->out.text + strlen("+RESP:") : message->out.text, count,
                           message->out.no_tail ? "" : "$", habits->line_ends && !message->out.no_tail ? "\r\n" : "");
}

static gboolean write_bytes(RigLink *link, const char *bytes, gsize length)
{
    g_autoptr(GError) error = NULL;
    GOutputStream *stream = g_io_stream_get_output_stream(G_IO_STREAM(link->connection));
    if (g_output_stream_write_all(stream, bytes, length, NULL, NULL, &error))
        return TRUE;
    /* A refused datagram is known only at the next one; the device does not care. */
    if (is_udp(link))
        return TRUE;
    connection_lost(link, error->message);
    return FALSE;
}

static gboolean write_message(RigLink *link, const char *bytes)
{
    g_autofree char *shown = rig_text_printable(bytes);
    rig_log("> %.400s", shown);
    gsize length = strlen(bytes);
    gsize first = link->options->habits.split && !is_udp(link) ? length / 2 : length;
    if (!write_bytes(link, bytes, first))
        return FALSE;
    if (first == length)
        return TRUE;
    g_usleep(SPLIT_PAUSE);
    return write_bytes(link, bytes + first, length - first);
}

static gboolean transmit(RigLink *link, Message *message)
{
    g_autofree char *bytes = message_bytes(link, message);
    if (message->out.lost)
        return TRUE;
    return write_message(link, bytes) && (!message->out.twice || write_message(link, bytes));
}

static gboolean end_waited_for(gpointer data)
{
    RigLink *link = data;
    link->short_timer = 0;
    ended(link);
    return G_SOURCE_REMOVE;
}

static gboolean lingered(gpointer data)
{
    RigLink *link = data;
    link->short_timer = g_timeout_add(rig_device_wait(link->options, END_WITHIN), end_waited_for, link);
    link->shut = TRUE;
    g_socket_shutdown(g_socket_connection_get_socket(link->connection), FALSE, TRUE, NULL);
    return G_SOURCE_REMOVE;
}

static gboolean sack_missed(gpointer data)
{
    RigLink *link = data;
    link->sack_timer = 0;
    Message *message = g_queue_peek_head(&link->messages);
    if (message && message->sent > link->options->resends)
        message_free(g_queue_pop_head(&link->messages));
    pump(link);
    return G_SOURCE_REMOVE;
}

static gboolean needs_sack(const RigLink *link, const Message *message)
{
    return link->options->sack && !message->out.answer && !message->out.lost && !message->out.no_tail;
}

static GList *next_message(RigLink *link)
{
    for (GList *item = link->messages.head; item; item = item->next) {
        const Message *message = item->data;
        if (!link->hold_stored || !message->stored)
            return item;
    }
    return NULL;
}

/* Sends the next message. FALSE: none may be sent now. */
static gboolean send_next(RigLink *link)
{
    GList *item = next_message(link);
    if (!item || !link->connection || link->sack_timer || link->spent)
        return FALSE;
    Message *message = item->data;
    if (!transmit(link, message))
        return FALSE;
    message->sent++;
    if (link->options->mode == RIG_MODE_SHORT) {
        link->spent = TRUE;
        link->short_timer = g_timeout_add(rig_device_wait(link->options, SHORT_LINGER), lingered, link);
    }
    if (needs_sack(link, message)) {
        g_queue_unlink(&link->messages, item);
        g_queue_push_head_link(&link->messages, item);
        link->sack_timer = g_timeout_add(rig_device_wait(link->options, SACK_WITHIN), sack_missed, link);
        return FALSE;
    }
    g_queue_delete_link(&link->messages, item);
    message_free(message);
    return TRUE;
}

static void pump(RigLink *link)
{
    if (!link->up || link->retry_timer)
        return;
    if (!link->connection && next_message(link))
        connect_now(link);
    while (send_next(link))
        continue;
}

/* --- public --- */

RigLink *rig_link_new(const RigDeviceOptions *options, const RigLinkEvents *events)
{
    RigLink *link = g_new0(RigLink, 1);
    link->options = options;
    link->events = *events;
    link->next_count = options->habits.first_count;
    rig_splitter_init(&link->splitter);
    g_queue_init(&link->messages);
    link->client = g_socket_client_new();
    g_socket_client_set_enable_proxy(link->client, FALSE);
    if (is_udp(link)) {
        g_socket_client_set_socket_type(link->client, G_SOCKET_TYPE_DATAGRAM);
        g_socket_client_set_protocol(link->client, G_SOCKET_PROTOCOL_UDP);
    }
    return link;
}

void rig_link_free(RigLink *link)
{
    if (!link)
        return;
    link->up = FALSE;
    stop_timer(&link->retry_timer);
    disconnect(link);
    g_queue_clear_full(&link->messages, message_free);
    rig_splitter_clear(&link->splitter);
    g_clear_object(&link->aside);
    g_clear_object(&link->local);
    g_object_unref(link->client);
    g_free(link);
}

void rig_link_up(RigLink *link)
{
    link->up = TRUE;
    if (link->options->mode == RIG_MODE_SHORT)
        link->events.opened(link->events.data);
    else
        connect_now(link);
}

void rig_link_down(RigLink *link)
{
    link->up = FALSE;
    stop_timer(&link->retry_timer);
    disconnect(link);
    store_all(link);
}

void rig_link_reboot(RigLink *link, gboolean restart, gboolean new_port)
{
    rig_link_down(link);
    if (restart)
        link->next_count = 0;
    if (new_port)
        g_clear_object(&link->local);
}

void rig_link_hold_stored(RigLink *link, gboolean hold)
{
    link->hold_stored = hold;
    pump(link);
}

void rig_link_send(RigLink *link, const RigOutgoing *out)
{
    Message *message = g_new0(Message, 1);
    message->out = *out;
    /* A command that comes when a short connection is half closed is answered on the next. */
    if (out->answer && !link->shut) {
        if (link->connection)
            transmit(link, message);
        message_free(message);
        return;
    }
    if (!link->up || link->retry_timer)
        store(link, message);
    g_queue_push_tail(&link->messages, message);
    pump(link);
}

void rig_link_send_aside(RigLink *link, const char *text)
{
    g_autoptr(GError) error = NULL;
    g_clear_object(&link->aside);
    link->aside = g_socket_client_connect_to_host(link->client, link->options->server, 0, NULL, &error);
    if (!link->aside) {
        rig_log("! no second connection: %s", error->message);
        return;
    }
    g_autofree char *bytes = g_strdup_printf("%s,%04X$", text, link->next_count++);
    rig_log("> (second connection) %s", bytes);
    g_output_stream_write_all(g_io_stream_get_output_stream(G_IO_STREAM(link->aside)), bytes, strlen(bytes), NULL, NULL,
                              NULL);
}

gboolean rig_link_is_idle(const RigLink *link)
{
    return g_queue_is_empty((GQueue *)&link->messages) && !link->spent;
}
