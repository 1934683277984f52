/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tap.h"

#include "engine.h"

#include <pcap/pcap.h>
#include <poll.h>

G_DEFINE_QUARK(gtupd - tap - error - quark, gtupd_tap_error)

#define LINKTYPE_RAW 101
#define SNAPLEN_ALL  262144
#define WAIT         100 /* ms at most until what has come is handed on, and stop is looked at */
#define SECOND       G_GINT64_CONSTANT(1000000000)

struct _GtupdTap {
    GtupdTapOptions options;
    gint64 deadline; /* monotonic, µs; 0 none */
    guint64 given;   /* packets handed out */

    /* An interface, or … */
    pcap_t *pcap;
    int link_type;
    GtupdCaptureInfo info;
    GError *error;

    /* … a file. */
    GtupdCapture *capture;
    GArray *programs; /* of Program: the filter for each link type that it can be made for; NULL: no filter */
};

typedef struct {
    int link_type;
    struct bpf_program code;
} Program;

static gboolean fail(GtupdTapError code, GError **error, const char *what, const char *cause)
{
    g_set_error(error, GTUPD_TAP_ERROR, (gint)code, "%s: %s", what, cause);
    return FALSE;
}

/* Interfaces */

/* As pcap_activate(): negative where it fails. */
static int set_up(pcap_t *pcap, const GtupdTapOptions *options)
{
    int status = pcap_set_snaplen(pcap, options->snaplen > 0 ? (int)options->snaplen : SNAPLEN_ALL);
    if (status == 0)
        status = pcap_set_promisc(pcap, options->promiscuous);
    if (status == 0)
        status = pcap_set_timeout(pcap, WAIT);
    if (status == 0 && options->buffer > 0)
        status = pcap_set_buffer_size(pcap, (int)MIN(options->buffer, (guint)G_MAXINT / 1024) * 1024);
    return status == 0 ? pcap_activate(pcap) : status;
}

static gboolean activate(GtupdTap *tap, GError **error)
{
    const GtupdTapOptions *options = &tap->options;
    int status = set_up(tap->pcap, options);
    if (status >= 0)
        return TRUE;
    const char *detail = pcap_geterr(tap->pcap);
    return fail(GTUPD_TAP_ERROR_OPEN, error, options->interface, detail[0] ? detail : pcap_statustostr(status));
}

static gboolean set_filter(GtupdTap *tap, GError **error)
{
    struct bpf_program program;
    if (!tap->options.filter)
        return TRUE;
    if (pcap_compile(tap->pcap, &program, tap->options.filter, 1, PCAP_NETMASK_UNKNOWN) != 0)
        return fail(GTUPD_TAP_ERROR_FILTER, error, "the filter", pcap_geterr(tap->pcap));
    gboolean set = pcap_setfilter(tap->pcap, &program) == 0;
    pcap_freecode(&program);
    return set || fail(GTUPD_TAP_ERROR_FILTER, error, "the filter", pcap_geterr(tap->pcap));
}

static gboolean open_interface(GtupdTap *tap, GError **error)
{
    char reason[PCAP_ERRBUF_SIZE] = "";
    tap->info.file = tap->options.interface;
    tap->info.is_live = TRUE;
    tap->pcap = pcap_create(tap->options.interface, reason);
    if (!tap->pcap)
        return fail(GTUPD_TAP_ERROR_OPEN, error, tap->options.interface, reason);
    if (!activate(tap, error) || !set_filter(tap, error))
        return FALSE;
    if (pcap_setnonblock(tap->pcap, 1, reason) != 0)
        return fail(GTUPD_TAP_ERROR_OPEN, error, tap->options.interface, reason);
    tap->link_type = pcap_datalink(tap->pcap) == DLT_RAW ? LINKTYPE_RAW : pcap_datalink(tap->pcap);
    return gtupd_engine_knows_link_type(tap->link_type) ||
           fail(GTUPD_TAP_ERROR_OPEN, error, tap->options.interface, "packets of its link type cannot be looked into");
}

static void count_drops(GtupdTap *tap)
{
    struct pcap_stat stats;
    if (pcap_stats(tap->pcap, &stats) == 0)
        tap->info.dropped = (guint64)stats.ps_drop + stats.ps_ifdrop;
}

static gboolean is_over(const GtupdTap *tap)
{
    const GtupdTapOptions *options = &tap->options;
    return (options->stop && *options->stop != 0) || (options->count > 0 && tap->given >= options->count) ||
           (tap->deadline != 0 && g_get_monotonic_time() >= tap->deadline);
}

static void take_live(GtupdTap *tap, const struct pcap_pkthdr *header, const u_char *data, GtupdPacket *packet)
{
    GtupdCaptureInfo *info = &tap->info;
    *packet = (GtupdPacket){
        .capture = packet->capture,
        .link_type = tap->link_type,
        .frame = ++info->packets,
        .time = (gint64)header->ts.tv_sec * SECOND + (gint64)header->ts.tv_usec * 1000,
        .data = data,
        .captured = header->caplen,
        .length = MAX(header->len, header->caplen),
    };
    info->bytes += header->caplen;
    info->last_time = packet->time;
    if (info->packets == 1)
        info->first_time = packet->time;
}

/* libpcap itself would wait for packets for ever, and miss that it is to stop. */
static void wait_a_while(const GtupdTap *tap)
{
    struct pollfd wanted = {.fd = pcap_get_selectable_fd(tap->pcap), .events = POLLIN};
    poll(&wanted, 1, WAIT);
}

static gboolean next_live(GtupdTap *tap, GtupdPacket *packet)
{
    struct pcap_pkthdr *header;
    const u_char *data;
    int status = 0;
    while (status == 0 && !tap->error && !is_over(tap)) {
        status = pcap_next_ex(tap->pcap, &header, &data);
        if (status == 0)
            wait_a_while(tap);
    }
    if (status < 0 && status != PCAP_ERROR_BREAK)
        g_set_error(&tap->error, GTUPD_TAP_ERROR, GTUPD_TAP_ERROR_OPEN, "%s: after %" G_GUINT64_FORMAT " packets: %s",
                    tap->options.interface, tap->info.packets, pcap_geterr(tap->pcap));
    tap->info.error = tap->error;
    if (status == 1)
        take_live(tap, header, data, packet);
    else
        count_drops(tap);
    return status == 1;
}

/* Files */

static gboolean goes_on(gpointer data)
{
    return !is_over(data);
}

static void program_clear(gpointer program)
{
    pcap_freecode(&((Program *)program)->code);
}

static void compile(GtupdTap *tap, int link_type)
{
    Program program = {.link_type = link_type};
    pcap_t *dead = pcap_open_dead(link_type == LINKTYPE_RAW ? DLT_RAW : link_type, SNAPLEN_ALL);
    if (pcap_compile(dead, &program.code, tap->options.filter, 1, PCAP_NETMASK_UNKNOWN) == 0)
        g_array_append_val(tap->programs, program);
    pcap_close(dead);
}

static const Program *program_for(const GtupdTap *tap, int link_type)
{
    for (guint i = 0; i < tap->programs->len; i++) {
        const Program *program = &g_array_index(tap->programs, Program, i);
        if (program->link_type == link_type)
            return program;
    }
    return NULL;
}

/*
 * For all link types: the file, which tells its own, may not be there yet, and once it is, names in the filter can no
 * longer be looked up (sandbox.h).
 */
static gboolean compile_all(GtupdTap *tap)
{
    tap->programs = g_array_new(FALSE, FALSE, sizeof(Program));
    g_array_set_clear_func(tap->programs, program_clear);
    compile(tap, DLT_EN10MB);
    for (const int *type = gtupd_engine_link_types(); tap->programs->len > 0 && *type >= 0; type++)
        if (*type != DLT_EN10MB)
            compile(tap, *type);
    return tap->programs->len > 0;
}

static gboolean open_file(GtupdTap *tap, GError **error)
{
    if (tap->options.filter && !compile_all(tap))
        return fail(GTUPD_TAP_ERROR_FILTER, error, "the filter", "it is none that pcap-filter(7) knows");
    tap->capture = gtupd_capture_new_following(tap->options.file, goes_on, tap);
    return TRUE;
}

static gboolean passes(const GtupdTap *tap, const GtupdPacket *packet)
{
    const struct pcap_pkthdr header = {.caplen = (bpf_u_int32)packet->captured, .len = (bpf_u_int32)packet->length};
    if (!tap->programs)
        return TRUE;
    const Program *program = program_for(tap, packet->link_type);
    return program && pcap_offline_filter(&program->code, &header, packet->data) != 0;
}

static gboolean next_of_file(GtupdTap *tap, GtupdPacket *packet)
{
    while (!is_over(tap) && gtupd_capture_next(tap->capture, packet))
        if (passes(tap, packet))
            return TRUE;
    return FALSE;
}

/* Both */

GtupdTap *gtupd_tap_open(const GtupdTapOptions *options, GError **error)
{
    g_autoptr(GtupdTap) tap = g_new0(GtupdTap, 1);
    tap->options = *options;
    if (!(options->interface ? open_interface(tap, error) : open_file(tap, error)))
        return NULL;
    if (options->duration > 0)
        tap->deadline = g_get_monotonic_time() + options->duration;
    return g_steal_pointer(&tap);
}

void gtupd_tap_free(GtupdTap *tap)
{
    if (!tap)
        return;
    if (tap->pcap)
        pcap_close(tap->pcap);
    g_clear_pointer(&tap->programs, g_array_unref);
    gtupd_capture_free(tap->capture);
    g_clear_error(&tap->error);
    g_free(tap);
}

gboolean gtupd_tap_next(GtupdTap *tap, GtupdPacket *packet)
{
    gboolean found = tap->pcap ? next_live(tap, packet) : next_of_file(tap, packet);
    if (found)
        tap->given++;
    return found;
}

const GtupdCaptureInfo *gtupd_tap_info(const GtupdTap *tap)
{
    return tap->pcap ? &tap->info : gtupd_capture_info(tap->capture);
}
