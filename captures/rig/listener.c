/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "listener.h"

#include "text.h"

#include <gio/gio.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>

struct _RigListener {
    guint16 port;
    RigListenerFunc received;
    gpointer data;
    GSocketListener *tcp;
    GCancellable *cancellable; /* of everything that belongs to one opening */
    GSocket *udp;
    GSource *udp_source;
    GHashTable *udp_peers; /* of RigPeer, by name */
    GPtrArray *tcp_peers;  /* of RigPeer that are connected */
};

struct _RigPeer {
    int references;
    char *name;
    RigListener *listener;
    GSocketConnection *connection; /* TCP; NULL when it has ended */
    GSocketAddress *address;       /* UDP */
    GSocket *udp;                  /* UDP; NULL when it was closed */
    RigSplitter splitter;
    char input[4096];
};

/* --- peers --- */

static char *address_name(const char *transport, GSocketAddress *address)
{
    GInetSocketAddress *inet = G_INET_SOCKET_ADDRESS(address);
    g_autofree char *host = g_inet_address_to_string(g_inet_socket_address_get_address(inet));
    return g_strdup_printf("%s %s %u", transport, host, g_inet_socket_address_get_port(inet));
}

static RigPeer *peer_new(RigListener *listener, char *name)
{
    RigPeer *peer = g_new0(RigPeer, 1);
    peer->references = 1;
    peer->name = name;
    peer->listener = listener;
    rig_splitter_init(&peer->splitter);
    return peer;
}

RigPeer *rig_peer_ref(RigPeer *peer)
{
    peer->references++;
    return peer;
}

void rig_peer_unref(RigPeer *peer)
{
    if (--peer->references > 0)
        return;
    g_clear_object(&peer->connection);
    g_clear_object(&peer->address);
    g_clear_object(&peer->udp);
    rig_splitter_clear(&peer->splitter);
    g_free(peer->name);
    g_free(peer);
}

static void peer_release(gpointer data)
{
    rig_peer_unref(data);
}

const char *rig_peer_name(const RigPeer *peer)
{
    return peer->name;
}

void rig_peer_send(RigPeer *peer, const char *text)
{
    gsize length = strlen(text);
    if (peer->udp)
        g_socket_send_to(peer->udp, peer->address, text, length, NULL, NULL);
    else if (peer->connection)
        g_output_stream_write_all(g_io_stream_get_output_stream(G_IO_STREAM(peer->connection)), text, length, NULL,
                                  NULL, NULL);
}

static void found(const char *text, gpointer data)
{
    RigPeer *peer = data;
    peer->listener->received(peer, text, peer->listener->data);
}

/* --- TCP --- */

static void peer_ended(RigPeer *peer)
{
    g_io_stream_close(G_IO_STREAM(peer->connection), NULL, NULL);
    g_clear_object(&peer->connection);
    g_ptr_array_remove_fast(peer->listener->tcp_peers, peer);
}

static void peer_read(RigPeer *peer);

static void peer_received(GObject *source, GAsyncResult *result, gpointer data)
{
    RigPeer *peer = data; /* a reference of the read's */
    g_autoptr(GError) error = NULL;
    gssize length = g_input_stream_read_finish(G_INPUT_STREAM(source), result, &error);
    if (peer->connection && length > 0)
        rig_splitter_feed(&peer->splitter, peer->input, (gsize)length, found, peer);
    if (peer->connection && length > 0)
        peer_read(peer);
    else if (peer->connection)
        peer_ended(peer);
    rig_peer_unref(peer);
}

static void peer_read(RigPeer *peer)
{
    GInputStream *stream = g_io_stream_get_input_stream(G_IO_STREAM(peer->connection));
    g_input_stream_read_async(stream, peer->input, sizeof peer->input, G_PRIORITY_DEFAULT, peer->listener->cancellable,
                              peer_received, rig_peer_ref(peer));
}

static void accept_more(RigListener *listener);

static void accepted(GObject *source, GAsyncResult *result, gpointer data)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GSocketConnection) connection =
        g_socket_listener_accept_finish(G_SOCKET_LISTENER(source), result, NULL, &error);
    if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        return;
    RigListener *listener = data;
    accept_more(listener);
    g_autoptr(GSocketAddress) remote = connection ? g_socket_connection_get_remote_address(connection, NULL) : NULL;
    if (!remote)
        return;
    RigPeer *peer = peer_new(listener, address_name("tcp", remote));
    g_socket_set_option(g_socket_connection_get_socket(connection), IPPROTO_TCP, TCP_NODELAY, 1, NULL);
    peer->connection = g_steal_pointer(&connection);
    g_ptr_array_add(listener->tcp_peers, peer);
    peer_read(peer);
}

static void accept_more(RigListener *listener)
{
    g_socket_listener_accept_async(listener->tcp, listener->cancellable, accepted, listener);
}

/* Unsent data is thrown away and the other side gets RST. */
static void reset(RigPeer *peer)
{
    const struct linger at_once = {.l_onoff = 1, .l_linger = 0};
    int descriptor = g_socket_get_fd(g_socket_connection_get_socket(peer->connection));
    setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    g_io_stream_close(G_IO_STREAM(peer->connection), NULL, NULL);
    g_clear_object(&peer->connection);
}

/* --- UDP --- */

static RigPeer *udp_peer(RigListener *listener, GSocketAddress *address)
{
    g_autofree char *name = address_name("udp", address);
    RigPeer *peer = g_hash_table_lookup(listener->udp_peers, name);
    if (peer)
        return peer;
    peer = peer_new(listener, g_steal_pointer(&name));
    peer->address = g_object_ref(address);
    peer->udp = g_object_ref(listener->udp);
    g_hash_table_insert(listener->udp_peers, peer->name, peer);
    return peer;
}

static gboolean datagram(GSocket *socket, GIOCondition condition, gpointer data)
{
    (void)condition;
    RigListener *listener = data;
    g_autoptr(GSocketAddress) address = NULL;
    char bytes[2048];
    gssize length = g_socket_receive_from(socket, &address, bytes, sizeof bytes, NULL, NULL);
    if (length <= 0 || !address)
        return G_SOURCE_CONTINUE;
    RigPeer *peer = rig_peer_ref(udp_peer(listener, address));
    rig_splitter_feed(&peer->splitter, bytes, (gsize)length, found, peer);
    rig_splitter_reset(&peer->splitter);
    rig_peer_unref(peer);
    return listener->udp == socket ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
}

static gboolean open_udp(RigListener *listener, GError **error)
{
    listener->udp = g_socket_new(G_SOCKET_FAMILY_IPV6, G_SOCKET_TYPE_DATAGRAM, G_SOCKET_PROTOCOL_UDP, error);
    if (!listener->udp)
        return FALSE;
    g_autoptr(GInetAddress) any = g_inet_address_new_any(G_SOCKET_FAMILY_IPV6);
    g_autoptr(GSocketAddress) address = g_inet_socket_address_new(any, listener->port);
    g_socket_set_blocking(listener->udp, FALSE);
    if (!g_socket_bind(listener->udp, address, TRUE, error))
        return FALSE;
    listener->udp_source = g_socket_create_source(listener->udp, G_IO_IN, NULL);
    g_source_set_callback(listener->udp_source, G_SOURCE_FUNC(datagram), listener, NULL);
    g_source_attach(listener->udp_source, NULL);
    return TRUE;
}

/* --- public --- */

RigListener *rig_listener_new(guint16 port, RigListenerFunc received, gpointer data)
{
    RigListener *listener = g_new0(RigListener, 1);
    listener->port = port;
    listener->received = received;
    listener->data = data;
    listener->udp_peers = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, peer_release);
    listener->tcp_peers = g_ptr_array_new_with_free_func(peer_release);
    return listener;
}

gboolean rig_listener_open(RigListener *listener, GError **error)
{
    listener->tcp = g_socket_listener_new();
    listener->cancellable = g_cancellable_new();
    if (!g_socket_listener_add_inet_port(listener->tcp, listener->port, NULL, error))
        return FALSE;
    accept_more(listener);
    return open_udp(listener, error);
}

void rig_listener_close(RigListener *listener)
{
    g_cancellable_cancel(listener->cancellable);
    g_clear_object(&listener->cancellable);
    for (guint i = 0; i < listener->tcp_peers->len; i++)
        reset(g_ptr_array_index(listener->tcp_peers, i));
    g_ptr_array_set_size(listener->tcp_peers, 0);
    GHashTableIter iter;
    gpointer peer;
    g_hash_table_iter_init(&iter, listener->udp_peers);
    while (g_hash_table_iter_next(&iter, NULL, &peer))
        g_clear_object(&((RigPeer *)peer)->udp);
    g_hash_table_remove_all(listener->udp_peers);
    if (listener->tcp)
        g_socket_listener_close(listener->tcp);
    g_clear_object(&listener->tcp);
    if (listener->udp_source)
        g_source_destroy(listener->udp_source);
    g_clear_pointer(&listener->udp_source, g_source_unref);
    if (listener->udp)
        g_socket_close(listener->udp, NULL);
    g_clear_object(&listener->udp);
}

void rig_listener_free(RigListener *listener)
{
    if (!listener)
        return;
    rig_listener_close(listener);
    g_ptr_array_unref(listener->tcp_peers);
    g_hash_table_unref(listener->udp_peers);
    g_free(listener);
}
