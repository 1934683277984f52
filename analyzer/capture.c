/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "capture.h"

#include "engine.h"
#include "format.h"
#include "records.h"
#include "source.h"

#include <pcap/pcap.h>
#include <string.h>

#define LINKTYPE_RAW 101

/* Of pcap files: the first four bytes where times are in nanoseconds, in this machine's byte order and the other. */
#define MAGIC_NANOSECONDS         0xa1b23c4du
#define MAGIC_NANOSECONDS_SWAPPED 0x4d3cb2a1u

/* Of pcapng files. */
#define BLOCK_SECTION        0x0a0d0d0au /* the same in either byte order */
#define SECTION_BYTE_ORDER   0x1a2b3c4du
#define BLOCK_INTERFACE      1u
#define INTERFACE_OPTIONS_AT 16
#define OPTION_TSRESOL       9

struct _GtupdCapture {
    char *file;
    GtupdSource *source; /* with `pcap`, or NULL */
    pcap_t *pcap;
    GtupdRecords records;
    int link_type;
    gboolean over; /* nothing more will come */
    gboolean held; /* `packet` was looked at, but not yet given out */
    GtupdPacket packet;
    GtupdCaptureInfo info;
    GError *error;
    GtupdSourceGoesOn goes_on; /* NULL: the file is all there */
    gpointer goes_on_data;
};

GQuark gtupd_capture_error_quark(void)
{
    return g_quark_from_static_string("gtupd-capture-error-quark");
}

/* Timestamps: libpcap scales them as it is asked to, and does not tell what the file had. */

static guint32 read32(const guint8 *bytes, gboolean swapped)
{
    guint32 value;
    memcpy(&value, bytes, sizeof value);
    return swapped ? GUINT32_SWAP_LE_BE(value) : value;
}

static guint16 read16(const guint8 *bytes, gboolean swapped)
{
    guint16 value;
    memcpy(&value, bytes, sizeof value);
    if (swapped)
        value = GUINT16_SWAP_LE_BE(value);
    return value;
}

/* if_tsresol: a negative power of 10, or with the top bit of 2; 2^-20 is about a microsecond. */
static gboolean resolution_is_fine(guint8 resolution)
{
    return resolution & 0x80 ? (resolution & 0x7f) > 20 : resolution > 6;
}

/* The options of an interface description: code, length, value padded to four bytes. */
static gboolean interface_is_fine(const guint8 *options, gsize length, gboolean swapped)
{
    gsize at = 0;
    while (at + 5 <= length) {
        guint16 code = read16(options + at, swapped);
        gsize size = read16(options + at + 2, swapped);
        if (code == OPTION_TSRESOL && size == 1)
            return resolution_is_fine(options[at + 4]);
        at += 4 + ((size + 3) & ~(gsize)3);
    }
    return FALSE;
}

/* Looks at the interfaces described in the head, which is where writers put them. */
static gboolean pcapng_is_fine(const guint8 *head, gsize length)
{
    gboolean swapped = FALSE;
    gsize at = 0;
    while (at + 12 <= length) {
        guint32 type = read32(head + at, swapped);
        if (read32(head + at, FALSE) == BLOCK_SECTION) {
            swapped = read32(head + at + 8, FALSE) != SECTION_BYTE_ORDER;
            type = BLOCK_SECTION;
        }
        gsize size = read32(head + at + 4, swapped);
        if (size < 12 || size > length - at)
            return FALSE;
        if (type == BLOCK_INTERFACE && size >= INTERFACE_OPTIONS_AT + 4 &&
            interface_is_fine(head + at + INTERFACE_OPTIONS_AT, size - INTERFACE_OPTIONS_AT - 4, swapped))
            return TRUE;
        at += size;
    }
    return FALSE;
}

static gboolean head_is_fine(const guint8 *head, gsize length)
{
    if (length < 4)
        return FALSE;
    guint32 magic = read32(head, FALSE);
    if (magic == BLOCK_SECTION)
        return pcapng_is_fine(head, length);
    return magic == MAGIC_NANOSECONDS || magic == MAGIC_NANOSECONDS_SWAPPED;
}

/* Opening and closing */

G_GNUC_PRINTF(3, 4)
static gboolean fail(GtupdCapture *capture, GtupdCaptureError code, const char *format, ...)
{
    g_autofree char *file = gtupd_format_printable(capture->file);
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *cause = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    capture->over = TRUE;
    if (!capture->error)
        capture->error = g_error_new(GTUPD_CAPTURE_ERROR, (gint)code, "%s: %s", file, cause);
    capture->info.error = capture->error;
    return FALSE;
}

static void close_files(GtupdCapture *capture)
{
    if (capture->pcap)
        pcap_close(capture->pcap);
    capture->pcap = NULL;
    g_clear_pointer(&capture->source, gtupd_source_free);
}

/* libpcap numbers link types as the system's DLT_ values, which differ from the file's LINKTYPE_ for raw IP. */
static int link_type_of(pcap_t *pcap)
{
    int link_type = pcap_datalink(pcap);
    return link_type == DLT_RAW ? LINKTYPE_RAW : link_type;
}

/* As much as is needed of the beginning, or where nobody has to wait for it, more. */
static const guint8 *look_at_head(const GtupdCapture *capture, gsize *length)
{
    enum {
        HEAD = 16384
    };
    gboolean waits = capture->goes_on || !gtupd_source_is_repeatable(capture->source);
    const guint8 *head = gtupd_source_peek(capture->source, waits ? GTUPD_RECORDS_HEADER : HEAD, length);
    if (!waits || *length < GTUPD_RECORDS_HEADER || read32(head, FALSE) != BLOCK_SECTION)
        return head;
    /* pcapng: the section's block and, behind it, the first interface's. */
    gboolean swapped = read32(head + 8, FALSE) != SECTION_BYTE_ORDER;
    gsize section = MIN(read32(head + 4, swapped), HEAD);
    head = gtupd_source_peek(capture->source, section + 8, length);
    if (section + 8 > *length)
        return head;
    return gtupd_source_peek(capture->source, MIN(section + read32(head + section + 4, swapped), HEAD), length);
}

static gboolean open_pcap(GtupdCapture *capture)
{
    gsize length;
    const guint8 *head = look_at_head(capture, &length);
    guint8 header[GTUPD_RECORDS_HEADER] = {0};
    memcpy(header, head, MIN(length, sizeof header));
    const GError *broken = gtupd_source_error(capture->source);
    if (length == 0 && !broken)
        return fail(capture, GTUPD_CAPTURE_ERROR_FORMAT, "the file is empty, not even a capture's header");
    capture->info.nanoseconds = head_is_fine(head, length);

    char reason[PCAP_ERRBUF_SIZE] = "";
    FILE *file = gtupd_source_file(capture->source, read32(header, FALSE) == BLOCK_SECTION);
    capture->pcap = pcap_fopen_offline_with_tstamp_precision(file, PCAP_TSTAMP_PRECISION_NANO, reason);
    if (!capture->pcap) {
        fclose(file);
        return fail(capture, GTUPD_CAPTURE_ERROR_FORMAT, "before packet 1: not a capture, or its header is cut: %s",
                    broken ? broken->message : reason);
    }
    capture->link_type = link_type_of(capture->pcap);
    gtupd_records_init(&capture->records, header, length, capture->pcap);
    return TRUE;
}

static gboolean open_files(GtupdCapture *capture)
{
    g_autoptr(GError) error = NULL;
    capture->source = gtupd_source_open(capture->file, capture->goes_on, capture->goes_on_data, &error);
    if (!capture->source)
        return fail(capture, GTUPD_CAPTURE_ERROR_OPEN, "cannot be opened: %s", error->message);
    gboolean opened = open_pcap(capture);
    capture->info.bytes = gtupd_source_bytes(capture->source);
    if (!opened)
        close_files(capture);
    return opened;
}

GtupdCapture *gtupd_capture_new(const char *file)
{
    GtupdCapture *capture = g_new0(GtupdCapture, 1);
    capture->file = g_strdup(file);
    capture->info.file = capture->file;
    return capture;
}

GtupdCapture *gtupd_capture_new_following(const char *file, gboolean (*goes_on)(gpointer data), gpointer data)
{
    GtupdCapture *capture = gtupd_capture_new(file);
    capture->goes_on = goes_on;
    capture->goes_on_data = data;
    return capture;
}

void gtupd_capture_free(GtupdCapture *capture)
{
    if (!capture)
        return;
    close_files(capture);
    g_clear_error(&capture->error);
    g_free(capture->file);
    g_free(capture);
}

/* Packets */

/* Beyond the year 2262 no time fits into 64 bits of nanoseconds: such a timestamp is damage, and shown as the limit. */
static gint64 packet_time(const struct pcap_pkthdr *header)
{
    const gint64 second = G_GINT64_CONSTANT(1000000000);
    gint64 seconds = CLAMP((gint64)header->ts.tv_sec, 0, G_MAXINT64 / second - 10);
    return seconds * second + CLAMP((gint64)header->ts.tv_usec, 0, 5 * second);
}

/* What libpcap makes of the next bytes. FALSE at the end, and where they are damaged. */
static gboolean read_by_pcap(GtupdCapture *capture)
{
    struct pcap_pkthdr *header;
    const u_char *data;
    guint64 number = capture->packet.frame + 1;
    int status = pcap_next_ex(capture->pcap, &header, &data);
    const GError *broken = gtupd_source_error(capture->source);
    gboolean given_up = capture->goes_on && !capture->goes_on(capture->goes_on_data);
    if ((status == PCAP_ERROR_BREAK || (status != 1 && given_up)) && !broken) {
        capture->over = TRUE;
        return FALSE;
    }
    if (status != 1)
        return fail(capture, GTUPD_CAPTURE_ERROR_DAMAGED,
                    "packet %" G_GUINT64_FORMAT " cannot be read, %" G_GUINT64_FORMAT " before it could: %s", number,
                    number - 1, broken ? broken->message : pcap_geterr(capture->pcap));
    capture->packet.time = packet_time(header);
    capture->packet.data = data;
    capture->packet.captured = header->caplen;
    capture->packet.length = MAX(header->len, header->caplen);
    return TRUE;
}

static gboolean fail_link_type(GtupdCapture *capture)
{
    const char *name = pcap_datalink_val_to_name(pcap_datalink(capture->pcap));
    return fail(capture, GTUPD_CAPTURE_ERROR_LINK_TYPE,
                "packet %" G_GUINT64_FORMAT ": packets of link type %d (%s) cannot be looked into",
                capture->packet.frame + 1, capture->link_type, name ? name : "unknown");
}

static gboolean read_packet(GtupdCapture *capture)
{
    gboolean found = gtupd_records_next(&capture->records, capture->source, &capture->packet) || read_by_pcap(capture);
    capture->info.bytes = gtupd_source_bytes(capture->source);
    if (!found)
        return FALSE;
    if (!gtupd_engine_knows_link_type(capture->link_type))
        return fail_link_type(capture);
    capture->packet.link_type = capture->link_type;
    capture->packet.frame++;
    return TRUE;
}

gboolean gtupd_capture_look(GtupdCapture *capture, gint64 *first_time)
{
    if (!open_files(capture) || !read_packet(capture)) {
        close_files(capture);
        return FALSE;
    }
    *first_time = capture->packet.time;
    if (!gtupd_source_is_repeatable(capture->source)) {
        capture->held = TRUE;
        return TRUE;
    }
    close_files(capture);
    capture->packet = (GtupdPacket){0};
    return TRUE;
}

gboolean gtupd_capture_next(GtupdCapture *capture, GtupdPacket *packet)
{
    if (capture->over || (!capture->pcap && !open_files(capture)))
        return FALSE;
    if (!capture->held && !read_packet(capture)) {
        close_files(capture);
        return FALSE;
    }
    capture->held = FALSE;
    guint32 index = packet->capture;
    *packet = capture->packet;
    packet->capture = index;
    capture->info.packets++;
    capture->info.last_time = packet->time;
    if (capture->info.packets == 1)
        capture->info.first_time = packet->time;
    return TRUE;
}

const GtupdCaptureInfo *gtupd_capture_info(const GtupdCapture *capture)
{
    return &capture->info;
}
