/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What differs between Wireshark 4.0, 4.4 and 4.6. No other file looks at the version.
 *
 * Also the one structure that Wireshark's taps want and whose header is not installed.
 */
#pragma once

#include <wireshark.h>
#include <ws_version.h>

#include <epan/follow.h>
#include <epan/packet.h>
#include <epan/stat_tap_ui.h>

#include <stdbool.h>

#define WS_AT_LEAST(major, minor)                                                                                      \
    (WIRESHARK_VERSION_MAJOR > (major) || (WIRESHARK_VERSION_MAJOR == (major) && WIRESHARK_VERSION_MINOR >= (minor)))

/* What a heuristic dissector returns, and the type behind a boolean parameter. */
#if WS_AT_LEAST(4, 2)
typedef bool ws_bool;
#else
typedef gboolean ws_bool;
#endif

/* plugin_describe() and its flags came with the installed header. */
#if __has_include(<wsutil/plugins.h>)
#include <wsutil/plugins.h>
#define WS_HAVE_PLUGIN_DESCRIBE 1
#else
#define WS_HAVE_PLUGIN_DESCRIBE 0
#endif

/* The string table's call with data; gives the name of the protocol to the layer list. */
static inline int ws_try_string(dissector_table_t table, const char *word, tvbuff_t *tvb, packet_info *pinfo,
                                proto_tree *tree, void *data)
{
#if WS_AT_LEAST(4, 6)
    return dissector_try_string_with_data(table, word, tvb, pinfo, tree, true, data);
#else
    return dissector_try_string_new(table, word, tvb, pinfo, tree, TRUE, data);
#endif
}

/* Newer versions ask how many streams there are, and for sub-streams, which @Track has not. */
static inline void ws_register_follow(int proto, const char *tap, follow_conv_filter_func of_packet,
                                      follow_index_filter_func of_index, follow_address_filter_func of_address,
                                      follow_port_to_display_func port, uint32_t (*count)(void))
{
#if WS_AT_LEAST(4, 2)
    register_follow_stream(proto, tap, of_packet, of_index, of_address, port, follow_tvb_tap_listener, count, NULL);
#else
    (void)count;
    register_follow_stream(proto, tap, of_packet, of_index, of_address, port, follow_tvb_tap_listener);
#endif
}

/* The init callback of a report on the command line: newer versions want to know whether it could begin. */
#if WS_AT_LEAST(4, 6)
typedef bool ws_report_begun;
#define WS_REPORT_BEGUN(ok) return (ok)
#else
typedef void ws_report_begun;
#define WS_REPORT_BEGUN(ok)                                                                                            \
    do {                                                                                                               \
        (void)(ok);                                                                                                    \
        return;                                                                                                        \
    } while (0)
#endif

/* What a listener of the tap "credentials" is given (ui/tap-credentials.h); the same in all versions. */
typedef struct {
    unsigned num; /* frame */
    unsigned username_num;
    unsigned password_hf_id;
    char *username;
    const char *proto;
    char *info;
} ws_credential;
