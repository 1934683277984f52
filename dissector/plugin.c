/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What Wireshark's plugin loader looks for. */
#include "packet-attrack.h"
#include "packet-gtupd.h"
#include "tables.h"
#include "wscompat.h"

#include <epan/epan.h>

#include <stdio.h>

WS_DLL_PUBLIC_DEF const char plugin_version[] = GTUPD_VERSION;
WS_DLL_PUBLIC_DEF const int plugin_want_major = WIRESHARK_VERSION_MAJOR;
WS_DLL_PUBLIC_DEF const int plugin_want_minor = WIRESHARK_VERSION_MINOR;
WS_DLL_PUBLIC void plugin_register(void);

/*
 * Another Wireshark will refuse the plugin, in its own words or none; these say what to do. The names of a package and
 * of a folder are all that Wireshark's users can act on.
 */
__attribute__((constructor)) static void tell_other_version(void)
{
    int major = 0, minor = 0, micro = 0;
    if (epan_get_version_number != NULL)
        epan_get_version_number(&major, &minor, &micro);
    if (major == 0 || (major == WIRESHARK_VERSION_MAJOR && minor == WIRESHARK_VERSION_MINOR))
        return;
    fprintf(stderr,
            "gtupd: this plugin is for Wireshark %d.%d, and this is Wireshark %d.%d: install the package "
            "wireshark-plugin-gtupd for %d.%d, or build gtupd anew where this Wireshark's development files are.\n",
            WIRESHARK_VERSION_MAJOR, WIRESHARK_VERSION_MINOR, major, minor, major, minor);
}

/* The lists keep the pointers. */
void plugin_register(void)
{
    static proto_plugin attrack = {.register_protoinfo = proto_register_attrack,
                                   .register_handoff = proto_reg_handoff_attrack};
    static proto_plugin gtupd = {.register_protoinfo = proto_register_gtupd,
                                 .register_handoff = proto_reg_handoff_gtupd};
    static tap_plugin listeners = {.register_tap_listener = tables_register_listeners};
    proto_register_plugin(&attrack);
    proto_register_plugin(&gtupd);
    tap_register_plugin(&listeners);
}

#if WS_HAVE_PLUGIN_DESCRIBE
WS_DLL_PUBLIC uint32_t plugin_describe(void);

uint32_t plugin_describe(void)
{
    return WS_PLUGIN_DESC_DISSECTOR | WS_PLUGIN_DESC_TAP_LISTENER;
}
#endif
