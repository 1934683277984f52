/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "script.h"

#include "text.h"

#include <string.h>

/* Settings. Each reads what follows its word. */

static gboolean set_capture(Script *script, const char *rest, GError **error)
{
    for (;;) {
        g_autofree char *word = text_word(&rest);
        if (*word == '\0')
            return TRUE;
        if (g_str_equal(word, "pcapng"))
            script->format.pcapng = TRUE;
        else if (g_str_equal(word, "ns"))
            script->format.nanoseconds = TRUE;
        else if (g_str_equal(word, "big-endian"))
            script->format.big_endian = script->scene.link.big_endian = TRUE;
        else if (!g_str_equal(word, "pcap") && !g_str_equal(word, "us"))
            return script_wrong(script, error, "\"%s\" is no capture format", word);
    }
}

static gboolean set_snaplen(Script *script, const char *rest, GError **error)
{
    guint64 length;
    g_autofree char *word = text_word(&rest);
    if (!script_number(script, word, 1, 262144, &length, error))
        return FALSE;
    script->scene.snap_length = length;
    return script_ended(script, rest, error);
}

static gboolean set_start(Script *script, const char *rest, GError **error)
{
    g_autofree char *word = text_word(&rest);
    if (script->start != 0)
        return script_wrong(script, error, "there is a start already");
    if (!text_time(word, &script->start))
        return script_wrong(script, error, "\"%s\" is no UTC time like 2026-01-02T03:04:05Z", word);
    script->now = script->start;
    return script_ended(script, rest, error);
}

static gboolean set_link(Script *script, const char *rest, GError **error)
{
    g_autofree char *word = text_word(&rest);
    if (!wire_link_by_name(word, &script->scene.link.kind))
        return script_wrong(script, error, "\"%s\" is no link layer", word);
    return script_ended(script, rest, error);
}

static gboolean set_vlan(Script *script, const char *rest, GError **error)
{
    WireLink *link = &script->scene.link;
    guint64 id;
    g_autofree char *word = text_word(&rest);
    if (!script_number(script, word, 1, 4094, &id, error))
        return FALSE;
    if (link->vlan_count == G_N_ELEMENTS(link->vlans))
        return script_wrong(script, error, "more than two VLAN tags");
    link->vlans[link->vlan_count++] = (guint16)id;
    return script_ended(script, rest, error);
}

static gboolean set_pad(Script *script, const char *rest, GError **error)
{
    script->scene.link.pad = TRUE;
    return script_ended(script, rest, error);
}

static gboolean set_host(Script *script, const char *rest, GError **error)
{
    g_autofree char *name = text_word(&rest);
    g_autofree char *address = text_word(&rest);
    guint8 bytes[16];
    gsize length = text_address(address, bytes);

    if (length == 0)
        return script_wrong(script, error, "\"%s\" is no IP address", address);
    if (g_hash_table_contains(script->hosts, name))
        return script_wrong(script, error, "there is a host \"%s\" already", name);

    WireHost *host = g_new0(WireHost, 1);
    host->name = g_steal_pointer(&name);
    memcpy(host->address, bytes, length);
    host->address_length = length;
    host->station = (guint8)(g_hash_table_size(script->hosts) + 1);
    host->next_id = (guint16)(host->station * 0x1000);
    g_hash_table_insert(script->hosts, host->name, host);
    return script_ended(script, rest, error);
}

/* HOST:NUMBER */
static gboolean endpoint(const Script *script, const char *word, guint64 max, WireHost **host, guint64 *number,
                         GError **error)
{
    g_auto(GStrv) parts = g_strsplit(word, ":", 2);
    if (g_strv_length(parts) != 2)
        return script_wrong(script, error, "\"%s\" is no HOST:NUMBER", word);
    *host = g_hash_table_lookup(script->hosts, parts[0]);
    if (!*host)
        return script_wrong(script, error, "there is no host \"%s\"", parts[0]);
    return script_number(script, parts[1], 1, max, number, error);
}

static gboolean two_endpoints(const Script *script, const char **rest, guint64 max, WireHost *hosts[2],
                              guint64 numbers[2], GError **error)
{
    for (guint side = 0; side < 2; side++) {
        g_autofree char *word = text_word(rest);
        if (!endpoint(script, word, max, &hosts[side], &numbers[side], error))
            return FALSE;
    }
    if (hosts[0]->address_length != hosts[1]->address_length)
        return script_wrong(script, error, "one end has an IPv4 address, the other an IPv6 address");
    return TRUE;
}

static gboolean set_tunnel(Script *script, const char *rest, GError **error)
{
    WireLink *link = &script->scene.link;
    guint64 teids[2];
    if (!two_endpoints(script, &rest, G_MAXUINT32, link->tunnel, teids, error))
        return FALSE;
    for (guint side = 0; side < 2; side++)
        link->tunnel_teids[side] = (guint32)teids[side];
    return script_ended(script, rest, error);
}

static gboolean set_isn(const Script *script, SceneConnection *connection, const char **rest, GError **error)
{
    guint32 isn[2];
    for (guint side = 0; side < 2; side++) {
        guint64 number;
        g_autofree char *word = text_word(rest);
        if (!script_number(script, word, 0, G_MAXUINT32, &number, error))
            return FALSE;
        isn[side] = (guint32)number;
    }
    scene_connection_isn(connection, isn);
    return TRUE;
}

static gboolean add_connection(Script *script, gboolean is_tcp, const char *rest, GError **error)
{
    WireHost *hosts[2];
    guint64 numbers[2];
    g_autofree char *name = text_word(&rest);

    if (g_hash_table_contains(script->connections, name))
        return script_wrong(script, error, "there is a connection \"%s\" already", name);
    if (!two_endpoints(script, &rest, G_MAXUINT16, hosts, numbers, error))
        return FALSE;

    const guint16 ports[2] = {(guint16)numbers[0], (guint16)numbers[1]};
    SceneConnection *connection =
        scene_connection_new(is_tcp, hosts, ports, g_hash_table_size(script->connections) + 1);
    g_hash_table_insert(script->connections, g_steal_pointer(&name), connection);

    g_autofree char *word = text_word(&rest);
    if (*word == '\0')
        return TRUE;
    if (!is_tcp || !g_str_equal(word, "isn"))
        return script_wrong(script, error, "\"%s\" is too much here", word);
    return set_isn(script, connection, &rest, error) && script_ended(script, rest, error);
}

static gboolean set_tcp(Script *script, const char *rest, GError **error)
{
    return add_connection(script, TRUE, rest, error);
}

static gboolean set_udp(Script *script, const char *rest, GError **error)
{
    return add_connection(script, FALSE, rest, error);
}

static gboolean set_let(Script *script, const char *rest, GError **error)
{
    g_autofree char *name = text_word(&rest);
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    if (*name == '\0')
        return script_wrong(script, error, "let what be what?");
    if (!script_bytes(script, rest + strspn(rest, " \t"), bytes, error))
        return FALSE;
    g_hash_table_replace(script->texts, g_steal_pointer(&name), g_steal_pointer(&bytes));
    return TRUE;
}

static const struct {
    const char *word;
    gboolean (*set)(Script *script, const char *rest, GError **error);
} settings[] = {
    /* clang-format off */
    {"capture", set_capture},
    {"snaplen", set_snaplen},
    {"start",   set_start},
    {"link",    set_link},
    {"vlan",    set_vlan},
    {"pad",     set_pad},
    {"host",    set_host},
    {"tunnel",  set_tunnel},
    {"tcp",     set_tcp},
    {"udp",     set_udp},
    {"let",     set_let},
    /* clang-format on */
};

gboolean script_set(Script *script, const char *word, const char *rest, GError **error)
{
    for (guint i = 0; i < G_N_ELEMENTS(settings); i++) {
        if (g_str_equal(settings[i].word, word))
            return settings[i].set(script, rest, error);
    }
    return script_wrong(script, error, "\"%s\" is no setting", word);
}
