/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "packets.h"

#include "capture.h"

#include <errno.h>
#include <pcap/pcap.h>
#include <unistd.h>

#define LINKTYPE_RAW 101
#define SNAPLEN      262144 /* as much as libpcap reads */
#define SECOND       G_GINT64_CONSTANT(1000000000)

struct _GtupdPackets {
    pcap_t *pcap;
    pcap_dumper_t *dumper;
    int link_type;
    gboolean nanoseconds;
};

static gboolean fail(int code, GError **error)
{
    g_set_error_literal(error, G_FILE_ERROR, (gint)g_file_error_from_errno(code), g_strerror(code));
    return FALSE;
}

/* libpcap closes the stream that it is given, so it gets one of its own on the same file. */
static FILE *stream_of(GtupdOutput *output)
{
    FILE *stream = gtupd_output_stream(output);
    int fd = fflush(stream) == 0 ? dup(fileno(stream)) : -1;
    return fd >= 0 ? fdopen(fd, "wb") : NULL;
}

GtupdPackets *gtupd_packets_new(GtupdOutput *output, int link_type, gboolean nanoseconds, GError **error)
{
    g_autoptr(GtupdPackets) packets = g_new0(GtupdPackets, 1);
    FILE *stream = stream_of(output);
    if (!stream) {
        fail(errno, error);
        return NULL;
    }
    packets->link_type = link_type;
    packets->nanoseconds = nanoseconds;
    packets->pcap =
        pcap_open_dead_with_tstamp_precision(link_type == LINKTYPE_RAW ? DLT_RAW : link_type, SNAPLEN,
                                             nanoseconds ? PCAP_TSTAMP_PRECISION_NANO : PCAP_TSTAMP_PRECISION_MICRO);
    packets->dumper = pcap_dump_fopen(packets->pcap, stream);
    if (packets->dumper)
        return g_steal_pointer(&packets);
    g_set_error(error, GTUPD_CAPTURE_ERROR, GTUPD_CAPTURE_ERROR_LINK_TYPE, "%s", pcap_geterr(packets->pcap));
    fclose(stream);
    return NULL;
}

void gtupd_packets_free(GtupdPackets *packets)
{
    if (!packets)
        return;
    if (packets->dumper)
        pcap_dump_close(packets->dumper);
    if (packets->pcap)
        pcap_close(packets->pcap);
    g_free(packets);
}

gboolean gtupd_packets_write(GtupdPackets *packets, const GtupdPacket *packet, GError **error)
{
    if (packet->link_type != packets->link_type) {
        g_set_error(error, GTUPD_CAPTURE_ERROR, GTUPD_CAPTURE_ERROR_LINK_TYPE,
                    "captures of different link types (%d and %d) cannot become one file", packets->link_type,
                    packet->link_type);
        return FALSE;
    }
    gint64 fraction = packet->time % SECOND;
    const struct pcap_pkthdr header = {
        .ts = {.tv_sec = (time_t)(packet->time / SECOND),
               .tv_usec = (suseconds_t)(packets->nanoseconds ? fraction : fraction / 1000)},
        .caplen = (bpf_u_int32)packet->captured,
        .len = (bpf_u_int32)packet->length,
    };
    pcap_dump((u_char *)packets->dumper, &header, packet->data);
    return TRUE;
}

gboolean gtupd_packets_finish(GtupdPackets *packets, GError **error)
{
    errno = 0;
    gboolean written = pcap_dump_flush(packets->dumper) == 0 && !ferror(pcap_dump_file(packets->dumper));
    int code = errno != 0 ? errno : EIO;
    pcap_dump_close(g_steal_pointer(&packets->dumper));
    return written || fail(code, error);
}
