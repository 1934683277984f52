/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "stats.h"

#include "packet-attrack.h"
#include "wscompat.h"

#include <epan/addr_resolv.h>
#include <epan/conversation_table.h>
#include <epan/tap.h>
#include <epan/to_str.h>

static int attrack_tap = -1;
static int follow_tap = -1;
static int credentials_tap = -1;

/* Giving. */

void stats_tap_message(tvbuff_t *tvb, packet_info *pinfo, const JudgeMessage *judged, const char *word)
{
    if (judged == NULL)
        return;
    AttrackTap *tap = wmem_new(pinfo->pool, AttrackTap);
    tap->judged = judged;
    tap->word = word;
    tap_queue_packet(attrack_tap, pinfo, tap);
    if (have_tap_listener(follow_tap))
        tap_queue_packet(follow_tap, pinfo, tvb);
}

void stats_tap_overdue(tvbuff_t *tvb, packet_info *pinfo, const JudgeMessage *judged)
{
    tvbuff_t *copy = tvb_new_child_real_data(tvb, judged->bytes, judged->length, (gint)judged->length);
    stats_tap_message(copy, pinfo, judged, wmem_strdup(pinfo->pool, judged->event.word));
}

void stats_tap_credential(packet_info *pinfo, int hf, char *user_name, const char *info)
{
    ws_credential *credential = wmem_new0(pinfo->pool, ws_credential);
    credential->num = pinfo->num;
    credential->username_num = pinfo->num;
    credential->password_hf_id = (unsigned)hf;
    credential->username = user_name;
    credential->proto = "GTUPD";
    credential->info = wmem_strdup(pinfo->pool, info);
    tap_queue_packet(credentials_tap, pinfo, credential);
}

/* Devices as endpoints, and a device with its backend as a conversation. */

static const char *address_filter(const address *addr, const char *ip, const char *ipv6)
{
    switch (addr->type) {
    case AT_STRINGZ:
        return "attrack.device";
    case AT_IPv4:
        return ip;
    case AT_IPv6:
        return ipv6;
    default:
        return CONV_FILTER_INVALID;
    }
}

static const char *conversation_filter(conv_item_t *item, conv_filter_type_e filter)
{
    switch (filter) {
    case CONV_FT_SRC_ADDRESS:
        return address_filter(&item->src_address, "ip.src", "ipv6.src");
    case CONV_FT_DST_ADDRESS:
        return address_filter(&item->dst_address, "ip.dst", "ipv6.dst");
    case CONV_FT_ANY_ADDRESS:
        return address_filter(&item->src_address, "ip.addr", "ipv6.addr");
    default:
        return CONV_FILTER_INVALID;
    }
}

static const char *endpoint_filter(endpoint_item_t *item, conv_filter_type_e filter)
{
    return filter == CONV_FT_ANY_ADDRESS ? address_filter(&item->myaddress, "ip.addr", "ipv6.addr")
                                         : CONV_FILTER_INVALID;
}

static ct_dissector_info_t conversation_info = {conversation_filter};
static et_dissector_info_t endpoint_info = {endpoint_filter};

static gboolean device_address(const JudgeMessage *judged, address *device)
{
    if (judged->event.device[0] == '\0')
        return FALSE;
    set_address(device, AT_STRINGZ, (int)strlen(judged->event.device) + 1, judged->event.device);
    return TRUE;
}

static tap_packet_status conversation_packet(void *table, packet_info *pinfo, epan_dissect_t *edt _U_, const void *data,
                                             tap_flags_t flags)
{
    conv_hash_t *hash = table;
    hash->flags = flags;
    const JudgeMessage *judged = ((const AttrackTap *)data)->judged;
    const gboolean uplink = gtupd_type_is_uplink(judged->type);
    address device;
    if (!device_address(judged, &device))
        return TAP_PACKET_DONT_REDRAW;
    add_conversation_table_data(hash, uplink ? &device : &pinfo->src, uplink ? &pinfo->dst : &device, 0, 0, 1,
                                (int)judged->length, &pinfo->rel_ts, &pinfo->abs_ts, &conversation_info,
                                CONVERSATION_NONE);
    return TAP_PACKET_REDRAW;
}

static tap_packet_status endpoint_packet(void *table, packet_info *pinfo _U_, epan_dissect_t *edt _U_, const void *data,
                                         tap_flags_t flags)
{
    conv_hash_t *hash = table;
    hash->flags = flags;
    const JudgeMessage *judged = ((const AttrackTap *)data)->judged;
    address device;
    if (!device_address(judged, &device))
        return TAP_PACKET_DONT_REDRAW;
    add_endpoint_table_data(hash, &device, 0, gtupd_type_is_uplink(judged->type), 1, (int)judged->length,
                            &endpoint_info, ENDPOINT_NONE);
    return TAP_PACKET_REDRAW;
}

/* Follow: by our own stream number, which counts TCP and UDP alike. */

static gchar *follow_packet(epan_dissect_t *edt _U_, packet_info *pinfo, guint *stream, guint *sub_stream _U_)
{
    return attrack_stream_of(pinfo, stream) ? g_strdup_printf("attrack.stream eq %u", *stream) : NULL;
}

static gchar *follow_index(guint stream, guint sub_stream _U_)
{
    return g_strdup_printf("attrack.stream eq %u", stream);
}

static gchar *follow_addresses(address *source, address *target, int source_port, int target_port)
{
    const char *field = source->type == AT_IPv6 ? "ipv6.addr" : "ip.addr";
    gchar *from = address_to_str(NULL, source);
    gchar *to = address_to_str(NULL, target);
    gchar *filter = g_strdup_printf("attrack and %s eq %s and %s eq %s and (tcp.port eq %d or udp.port eq %d) and "
                                    "(tcp.port eq %d or udp.port eq %d)",
                                    field, from, field, to, source_port, source_port, target_port, target_port);
    wmem_free(NULL, from);
    wmem_free(NULL, to);
    return filter;
}

static uint32_t follow_count(void)
{
    return attrack_stream_count();
}

void stats_register(int proto)
{
    attrack_tap = register_tap("attrack");
    follow_tap = register_tap("attrack_follow");
    credentials_tap = register_tap("credentials"); /* Wireshark's own: gives its number */
    register_conversation_table(proto, TRUE, conversation_packet, endpoint_packet);
    ws_register_follow(proto, "attrack_follow", follow_packet, follow_index, follow_addresses, tcp_port_to_display,
                       follow_count);
}
