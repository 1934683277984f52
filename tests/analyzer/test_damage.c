/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Damaged files: one small capture in every format, cut at every byte, and with every number of its headers set to
 * extremes, as a file and through a pipe. Whatever stands before the damage is reported as if the file ended there.
 */
#include "merge.h"
#include "report.h"
#include "savefile.h"

#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define PACKETS     6
#define RECORD_HEAD 16

/* libpcap mistakes two interfaces of LINKTYPE_RAW for such of different types. */
#define LINKTYPE_IPV4 228

/* A capture file, and where its records end: borders[n] is behind the n-th packet's, [0] before the first. */
typedef struct {
    GByteArray *bytes;
    gsize borders[PACKETS + 1];
    gsize blocks[32]; /* pcapng: behind each block from the first interface's on */
    guint block_count;
} File;

typedef struct {
    const char *name;
    void (*make)(File *file, const File *base);
} Format;

static void file_clear(File *file)
{
    g_clear_pointer(&file->bytes, g_byte_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(File, file_clear)

/* --- The capture: an update that fails, and a packet that has no time, as pcapng's simple packets have none --- */

static guint32 word_at(const GByteArray *bytes, gsize at)
{
    guint32 word;
    memcpy(&word, bytes->data + at, sizeof word);
    return word;
}

static void find_records(File *file)
{
    enum {
        FILE_HEAD = 24,
        CAPTURED_AT = 8
    };
    gsize at = FILE_HEAD;
    for (guint i = 0; i <= PACKETS; i++) {
        file->borders[i] = at;
        if (at < file->bytes->len)
            at += RECORD_HEAD + word_at(file->bytes, at + CAPTURED_AT);
    }
    g_assert_cmpuint(file->borders[PACKETS], ==, file->bytes->len);
}

static void make_classic(File *file, gboolean nanoseconds)
{
    file->bytes = savefile_new(SAVEFILE_RAW, nanoseconds);
    savefile_failed_update(file->bytes, SAVEFILE_TIME, TRUE);
    savefile_datagram(file->bytes, 0, TRUE, "+RESP:GTFRI,DF0107,867700040011113,cv200,20200910012705,0007$");
    find_records(file);
}

static void make_microseconds(File *file, const File *base G_GNUC_UNUSED)
{
    make_classic(file, FALSE);
}

static void make_nanoseconds(File *file, const File *base G_GNUC_UNUSED)
{
    make_classic(file, TRUE);
}

static void swap_words(GByteArray *bytes, gsize at, gsize count)
{
    for (gsize i = 0; i < count; i++) {
        const guint32 word = GUINT32_SWAP_LE_BE(word_at(bytes, at + 4 * i));
        memcpy(bytes->data + at + 4 * i, &word, sizeof word);
    }
}

static void make_other_order(File *file, const File *base G_GNUC_UNUSED)
{
    const guint16 version[] = {GUINT16_SWAP_LE_BE(2), GUINT16_SWAP_LE_BE(4)};
    make_classic(file, FALSE);
    for (guint i = 0; i < PACKETS; i++)
        swap_words(file->bytes, file->borders[i], RECORD_HEAD / 4);
    swap_words(file->bytes, 0, 6);
    memcpy(file->bytes->data + 4, version, sizeof version);
}

/* pcapng (draft-ietf-opsawg-pcapng): a block is type, length, body, length. */
static void append_block(File *file, guint32 type, const guint32 *head, gsize words, const guint8 *data, gsize length)
{
    static const guint8 padding[4] = {0};
    const gsize padded = (length + 3) & ~(gsize)3;
    const guint32 size = (guint32)(12 + 4 * words + padded);
    g_byte_array_append(file->bytes, (const guint8 *)&type, 4);
    g_byte_array_append(file->bytes, (const guint8 *)&size, 4);
    g_byte_array_append(file->bytes, (const guint8 *)head, (guint)(4 * words));
    g_byte_array_append(file->bytes, data, (guint)length);
    g_byte_array_append(file->bytes, padding, (guint)(padded - length));
    g_byte_array_append(file->bytes, (const guint8 *)&size, 4);
    file->blocks[file->block_count++] = file->bytes->len;
}

static void append_packet(File *file, const File *base, guint index)
{
    const guint8 *record = base->bytes->data + base->borders[index];
    const guint32 length = word_at(base->bytes, base->borders[index] + 8);
    const guint64 ticks = word_at(base->bytes, base->borders[index]) * G_GUINT64_CONSTANT(1000000000);
    const guint32 enhanced[] = {index % 2, (guint32)(ticks >> 32), (guint32)ticks, length, length};
    if (index == PACKETS - 1)
        append_block(file, 3, &length, 1, record + RECORD_HEAD, length);
    else
        append_block(file, 6, enhanced, G_N_ELEMENTS(enhanced), record + RECORD_HEAD, length);
    file->borders[index + 1] = file->bytes->len;
}

/* A section, two interfaces of nanoseconds, names, packets, a block of no known type, statistics. */
static void make_pcapng(File *file, const File *base)
{
    const guint32 section[] = {0x1a2b3c4d, 1, G_MAXUINT32, G_MAXUINT32};
    const guint32 interface[] = {LINKTYPE_IPV4, 65535, 0x00010009, 9, 0x00030002, 0x00306265, 0};
    const guint32 names[] = {0x00080001, 0x076433c6, 0x00006300, 0};
    const guint32 statistics[] = {0, 0, 0, 0x00080004, PACKETS, 0, 0};
    file->bytes = g_byte_array_new();
    append_block(file, 0x0a0d0d0a, section, G_N_ELEMENTS(section), NULL, 0);
    file->block_count = 0;
    append_block(file, 1, interface, G_N_ELEMENTS(interface), NULL, 0);
    append_block(file, 1, interface, G_N_ELEMENTS(interface), NULL, 0);
    append_block(file, 4, names, G_N_ELEMENTS(names), NULL, 0);
    file->borders[0] = file->bytes->len;
    for (guint i = 0; i < PACKETS; i++) {
        append_packet(file, base, i);
        if (i == 2)
            append_block(file, 0x00000bad, names, G_N_ELEMENTS(names), NULL, 0);
    }
    append_block(file, 5, statistics, G_N_ELEMENTS(statistics), NULL, 0);
}

static const Format formats[] = {
    {"pcap", make_microseconds},
    {"pcap-nanoseconds", make_nanoseconds},
    {"pcap-other-byte-order", make_other_order},
    {"pcapng", make_pcapng},
};

static const char *const filters[] = {"gzip", "zstd", "lz4", "xz"};

/* --- Reading --- */

typedef struct {
    int fd; /* of a file in memory, which the path names */
    char *path;
    File base;
    char *reports[PACKETS + 1]; /* of the first so many packets */
} Fixture;

/* What became of a file. */
typedef struct {
    guint64 packets;
    char *error;  /* NULL: it was read to its end */
    char *report; /* JSON, which says of the file only how many packets it has */
} Outcome;

static void outcome_clear(Outcome *outcome)
{
    g_free(outcome->error);
    g_free(outcome->report);
    *outcome = (Outcome){0};
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Outcome, outcome_clear)

static Outcome analyse(const char *path)
{
    g_autoptr(GtupdModel) model = gtupd_model_new(NULL);
    const GtupdSink sink = gtupd_model_sink(model);
    g_autoptr(GtupdEngine) engine = gtupd_engine_new(&sink);
    g_autoptr(GtupdMerge) merge = gtupd_merge_new((const char *const[]){path, NULL});
    GtupdPacket packet;
    while (gtupd_merge_next(merge, &packet))
        gtupd_engine_packet(engine, &packet);
    const GtupdCaptureInfo *info = gtupd_merge_info(merge, 0);
    const GtupdCaptureInfo shown = {.file = "x.pcap", .packets = info->packets};
    g_autoptr(GString) report = g_string_new(NULL);
    gtupd_model_add_capture(model, &shown);
    gtupd_engine_settle(engine);
    gtupd_model_complete(model, engine);
    gtupd_report_json(model, &(GtupdReportOptions){0}, report);
    return (Outcome){
        .packets = info->packets,
        .error = info->error ? g_strdup(info->error->message) : NULL,
        .report = g_strdup(report->str),
    };
}

static Outcome analyse_file(const Fixture *fixture, const guint8 *bytes, gsize length)
{
    g_assert_cmpint(ftruncate(fixture->fd, 0), ==, 0);
    g_assert_cmpint(pwrite(fixture->fd, bytes, length, 0), ==, (gssize)length);
    return analyse(fixture->path);
}

static Outcome analyse_pipe(const guint8 *bytes, gsize length)
{
    int ends[2];
    g_assert_cmpint(pipe2(ends, O_CLOEXEC), ==, 0);
    g_assert_cmpint(write(ends[1], bytes, length), ==, (gssize)length); /* it is smaller than a pipe holds */
    close(ends[1]);
    g_autofree char *path = g_strdup_printf("/dev/fd/%d", ends[0]);
    const Outcome outcome = analyse(path);
    close(ends[0]);
    return outcome;
}

static void set_up(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    fixture->fd = memfd_create("x.pcap", MFD_CLOEXEC);
    fixture->path = g_strdup_printf("/proc/self/fd/%d", fixture->fd);
    make_microseconds(&fixture->base, NULL);
    for (guint i = 0; i <= PACKETS; i++) {
        g_auto(Outcome) outcome = analyse_file(fixture, fixture->base.bytes->data, fixture->base.borders[i]);
        g_assert_cmpuint(outcome.packets, ==, i);
        fixture->reports[i] = g_steal_pointer(&outcome.report);
        g_assert_cmpstr(fixture->reports[i], !=, i > 0 ? fixture->reports[i - 1] : NULL);
    }
}

static void tear_down(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    for (guint i = 0; i <= PACKETS; i++)
        g_free(fixture->reports[i]);
    file_clear(&fixture->base);
    g_free(fixture->path);
    close(fixture->fd);
}

/* What was read is what stood before the damage; the error names file and packet. */
static void check_kept(const Fixture *fixture, const Outcome *outcome)
{
    g_assert_cmpuint(outcome->packets, <=, PACKETS);
    g_assert_cmpstr(outcome->report, ==, fixture->reports[outcome->packets]);
    if (!outcome->error)
        return;
    g_autofree char *packet = g_strdup_printf(": packet %" G_GUINT64_FORMAT, outcome->packets + 1);
    g_assert_true(strstr(outcome->error, packet) || strstr(outcome->error, ": before packet 1: ") ||
                  strstr(outcome->error, ": the file is empty"));
}

/* --- Cut --- */

static gboolean is_border(const File *file, gsize length)
{
    for (guint i = 0; i < file->block_count; i++)
        if (file->blocks[i] == length)
            return TRUE;
    for (guint i = 0; i <= PACKETS && file->block_count == 0; i++)
        if (file->borders[i] == length)
            return TRUE;
    return FALSE;
}

static guint whole_packets(const File *file, gsize length)
{
    guint count = 0;
    while (count < PACKETS && file->borders[count + 1] <= length)
        count++;
    return count;
}

static void test_cut(Fixture *fixture, gconstpointer data)
{
    const Format *format = data;
    g_auto(File) file = {0};
    format->make(&file, &fixture->base);
    for (gsize length = 0; length <= file.bytes->len; length++) {
        g_auto(Outcome) from_file = analyse_file(fixture, file.bytes->data, length);
        g_auto(Outcome) from_pipe = analyse_pipe(file.bytes->data, length);
        const Outcome *outcomes[] = {&from_file, &from_pipe};
        for (gsize i = 0; i < G_N_ELEMENTS(outcomes); i++) {
            g_test_message("%" G_GSIZE_FORMAT " bytes: %s", length, outcomes[i]->error);
            check_kept(fixture, outcomes[i]);
            g_assert_cmpuint(outcomes[i]->packets, ==, whole_packets(&file, length));
            g_assert_true(is_border(&file, length) == (outcomes[i]->error == NULL));
        }
    }
}

/*
 * The more there is of a compressed file, the more comes of it: of gzip and xz up to the cut, so that only checksums
 * and index may be missing; zstd and lz4 make one block of so small a capture, which is whole or lost.
 */
static void test_cut_compressed(Fixture *fixture, gconstpointer data)
{
    const char *filter = data;
    const gboolean has_blocks = strcmp(filter, "zstd") == 0 || strcmp(filter, "lz4") == 0;
    enum {
        CHECKSUM = 8
    };
    g_auto(File) file = {0};
    make_pcapng(&file, &fixture->base);
    g_autoptr(GByteArray) packed = savefile_compressed(file.bytes, filter);
    guint64 before = 0;
    for (gsize length = 0; length <= packed->len; length++) {
        g_auto(Outcome) outcome = analyse_file(fixture, packed->data, length);
        g_test_message("%" G_GSIZE_FORMAT " bytes: %" G_GUINT64_FORMAT " packets: %s", length, outcome.packets,
                       outcome.error);
        check_kept(fixture, &outcome);
        g_assert_cmpuint(outcome.packets, >=, before);
        g_assert_true((length == packed->len) == (outcome.error == NULL));
        if (!has_blocks && length + CHECKSUM >= packed->len)
            g_assert_cmpuint(outcome.packets, ==, PACKETS);
        if (!has_blocks && length > packed->len * 3 / 4)
            g_assert_cmpuint(outcome.packets, >=, PACKETS / 3);
        before = outcome.packets;
    }
    g_assert_cmpuint(before, ==, PACKETS);
}

/* --- Numbers --- */

/* Is the number at this place of the headers, or of a packet's bytes? `packet`: which it belongs to, or comes before.
 */
static gboolean is_header(const File *file, gsize at, guint *packet)
{
    *packet = 0;
    while (*packet < PACKETS && file->borders[*packet + 1] <= at)
        ++*packet;
    const gsize head = file->block_count > 0 ? 28 : RECORD_HEAD;
    return *packet == PACKETS || at < file->borders[*packet] + head || at + 4 >= file->borders[*packet + 1];
}

static void check_extreme(const Fixture *fixture, const guint8 *bytes, gsize length, guint packet)
{
    g_auto(Outcome) from_file = analyse_file(fixture, bytes, length);
    g_auto(Outcome) from_pipe = analyse_pipe(bytes, length);
    g_assert_cmpuint(from_file.packets, >=, packet);
    g_assert_cmpstr(from_file.report, ==, from_pipe.report);
    g_assert_true((from_file.error == NULL) == (from_pipe.error == NULL));
    if (from_file.packets == packet)
        check_kept(fixture, &from_file);
}

/* Each number of 16 and 32 bits in turn becomes the least, the greatest, and what lies about the sign. */
static void test_numbers(Fixture *fixture, gconstpointer data)
{
    static const guint32 extremes[] = {0,          1,          0xff,       0x7fff,     0x8000,     0xffff,
                                       0x01000000, 0x7fffffff, 0x80000000, 0xfffffff0, G_MAXUINT32};
    const Format *format = data;
    g_auto(File) file = {0};
    format->make(&file, &fixture->base);
    for (gsize size = 2; size <= 4; size += 2) {
        for (gsize at = 0; at + size <= file.bytes->len; at += size) {
            guint packet;
            if (!is_header(&file, at, &packet))
                continue;
            for (gsize i = 0; i < G_N_ELEMENTS(extremes); i++) {
                if (size == 2 && extremes[i] > G_MAXUINT16)
                    continue;
                g_autofree guint8 *bytes = g_memdup2(file.bytes->data, file.bytes->len);
                g_test_message("%" G_GSIZE_FORMAT " bytes at %" G_GSIZE_FORMAT ": %08x", size, at, extremes[i]);
                memcpy(bytes + at, &extremes[i], size);
                check_extreme(fixture, bytes, file.bytes->len, packet);
            }
        }
    }
}

/* Of compressed files every byte: whatever comes of it comes to an end. */
static void test_bytes_compressed(Fixture *fixture, gconstpointer data)
{
    static const guint8 changes[] = {0x01, 0x80, 0xff};
    g_autoptr(GByteArray) packed = savefile_compressed(fixture->base.bytes, data);
    for (gsize at = 0; at < packed->len; at++) {
        for (gsize i = 0; i < G_N_ELEMENTS(changes); i++) {
            g_autofree guint8 *bytes = g_memdup2(packed->data, packed->len);
            bytes[at] ^= changes[i];
            g_auto(Outcome) outcome = analyse_file(fixture, bytes, packed->len);
            g_assert_true(outcome.error != NULL || outcome.packets > 0);
        }
    }
}

static void add(const char *what, const char *name, gconstpointer data, void (*test)(Fixture *, gconstpointer))
{
    g_autofree char *path = g_strdup_printf("/damage/%s/%s", what, name);
    g_test_add(path, Fixture, data, set_up, test, tear_down);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(formats); i++) {
        add("cut", formats[i].name, &formats[i], test_cut);
        add("numbers", formats[i].name, &formats[i], test_numbers);
    }
    for (gsize i = 0; i < G_N_ELEMENTS(filters); i++) {
        add("cut", filters[i], filters[i], test_cut_compressed);
        add("bytes", filters[i], filters[i], test_bytes_compressed);
    }
    return g_test_run();
}
