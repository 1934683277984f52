/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "savefile.h"
#include "source.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

/* As many of the first bytes as are peeked at. */
#define HEAD 16384

static const char *const filters[] = {"gzip", "zstd", "lz4", "xz"};

/* Bytes that compress badly, so that a cut falls into the data. */
static GByteArray *noise(gsize length)
{
    g_autoptr(GRand) random = g_rand_new_with_seed(7);
    GByteArray *bytes = g_byte_array_new();
    for (gsize i = 0; i < length; i++) {
        guint8 byte = (guint8)g_rand_int(random);
        g_byte_array_append(bytes, &byte, 1);
    }
    return bytes;
}

/* Reads all there is; gives what stopped it, or NULL. */
static char *read_all(const char *path, GByteArray *out)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GtupdSource) source = gtupd_source_open(path, NULL, NULL, &error);
    g_assert_no_error(error);
    FILE *file = gtupd_source_file(source, FALSE);
    guint8 buffer[1000];
    gsize length;
    while ((length = fread(buffer, 1, sizeof buffer, file)) > 0)
        g_byte_array_append(out, buffer, (guint)length);
    fclose(file);
    const GError *broken = gtupd_source_error(source);
    return broken ? g_strdup(broken->message) : NULL;
}

static void assert_reads(const char *path, const GByteArray *expected)
{
    g_autoptr(GByteArray) got = g_byte_array_new();
    g_autofree char *error = read_all(path, got);
    g_assert_cmpstr(error, ==, NULL);
    savefile_assert_bytes(got->data, got->len, expected->data, expected->len);
}

static void test_plain_and_compressed(void)
{
    char *folder = savefile_folder_new();
    const gsize lengths[] = {1, 100, HEAD, HEAD + 1, 200000};
    for (gsize i = 0; i < G_N_ELEMENTS(lengths); i++) {
        g_autoptr(GByteArray) bytes = noise(lengths[i]);
        g_autofree char *plain = savefile_write(folder, "plain", bytes, bytes->len);
        assert_reads(plain, bytes);
        for (gsize j = 0; j < G_N_ELEMENTS(filters); j++) {
            g_autoptr(GByteArray) packed = savefile_compressed(bytes, filters[j]);
            g_autofree char *path = savefile_write(folder, filters[j], packed, packed->len);
            assert_reads(path, bytes);
        }
    }
    savefile_folder_free(folder);
}

static void test_gzip_members(void)
{
    char *folder = savefile_folder_new();
    g_autoptr(GByteArray) bytes = noise(50000);
    g_autoptr(GByteArray) packed = savefile_compressed(bytes, "gzip");
    g_autoptr(GByteArray) twice = g_byte_array_new();
    g_byte_array_append(twice, packed->data, packed->len);
    g_byte_array_append(twice, packed->data, packed->len);
    g_autoptr(GByteArray) expected = g_byte_array_new();
    g_byte_array_append(expected, bytes->data, bytes->len);
    g_byte_array_append(expected, bytes->data, bytes->len);
    g_autofree char *path = savefile_write(folder, "twice.gz", twice, twice->len);
    assert_reads(path, expected);

    /* Padding behind the last member is none of it. */
    const guint8 padding[512] = {0};
    g_byte_array_append(twice, padding, sizeof padding);
    g_autofree char *padded = savefile_write(folder, "padded.gz", twice, twice->len);
    assert_reads(padded, expected);
    savefile_folder_free(folder);
}

/* pzstd writes frames one behind the other, each behind one that says how long it is. */
static void test_zstd_frames(void)
{
    static const guint8 skippable[] = {0x50, 0x2a, 0x4d, 0x18, 4, 0, 0, 0, 1, 2, 3, 4};
    char *folder = savefile_folder_new();
    g_autoptr(GByteArray) bytes = noise(50000);
    g_autoptr(GByteArray) packed = savefile_compressed(bytes, "zstd");
    g_autoptr(GByteArray) frames = g_byte_array_new();
    g_autoptr(GByteArray) expected = g_byte_array_new();
    for (guint i = 0; i < 3; i++) {
        g_byte_array_append(frames, skippable, sizeof skippable);
        g_byte_array_append(frames, packed->data, packed->len);
        g_byte_array_append(expected, bytes->data, bytes->len);
    }
    g_autofree char *path = savefile_write(folder, "frames.zst", frames, frames->len);
    assert_reads(path, expected);
    savefile_folder_free(folder);
}

/* Whatever is cut off, what stood before it comes out: of gzip and xz all of it, of the others every whole block. */
static void test_cut(void)
{
    char *folder = savefile_folder_new();
    g_autoptr(GByteArray) bytes = noise(150000);
    for (gsize i = 0; i < G_N_ELEMENTS(filters); i++) {
        g_autoptr(GByteArray) packed = savefile_compressed(bytes, filters[i]);
        for (gsize length = 20; length < packed->len; length += 7001) {
            g_autofree char *path = savefile_write(folder, "cut", packed, length);
            g_autoptr(GByteArray) got = g_byte_array_new();
            g_autofree char *error = read_all(path, got);
            g_assert_nonnull(error);
            g_assert_cmpuint(got->len, <=, bytes->len);
            savefile_assert_bytes(got->data, got->len, bytes->data, got->len);
            if (strcmp(filters[i], "gzip") == 0 || strcmp(filters[i], "xz") == 0)
                g_assert_cmpuint(got->len + 1000, >=, length);
        }
    }
    savefile_folder_free(folder);
}

static void test_damaged_gzip(void)
{
    char *folder = savefile_folder_new();
    g_autoptr(GByteArray) bytes = g_byte_array_new();
    for (guint i = 0; i < 100000; i++)
        g_byte_array_append(bytes, (const guint8 *)(i % 7 ? "a" : "b"), 1);
    g_autoptr(GByteArray) packed = savefile_compressed(bytes, "gzip");
    packed->data[packed->len - 6] ^= 0xff; /* the checksum */
    g_autofree char *path = savefile_write(folder, "damaged.gz", packed, packed->len);
    g_autoptr(GByteArray) got = g_byte_array_new();
    g_autofree char *error = read_all(path, got);
    g_assert_nonnull(strstr(error, "damaged"));
    g_assert_cmpuint(got->len + 512, >=, bytes->len);
    savefile_folder_free(folder);
}

/* An xz file that asks for 4 GiB to look back to: property 40 of its LZMA2 filter. */
static void test_too_large(void)
{
    enum {
        HEADER_AT = 12,
        DICTIONARY_AT = HEADER_AT + 4,
        DICTIONARY_4_GIB = 40
    };
    char *folder = savefile_folder_new();
    g_autoptr(GByteArray) bytes = noise(1000);
    g_autoptr(GByteArray) packed = savefile_compressed(bytes, "xz");
    const gsize header = (packed->data[HEADER_AT] + 1u) * 4;
    packed->data[DICTIONARY_AT] = DICTIONARY_4_GIB;
    guint32 sum = GUINT32_TO_LE((guint32)crc32(0, packed->data + HEADER_AT, (uInt)header - 4));
    memcpy(packed->data + HEADER_AT + header - 4, &sum, sizeof sum);
    g_autofree char *path = savefile_write(folder, "large.xz", packed, packed->len);
    g_autoptr(GByteArray) got = g_byte_array_new();
    g_autofree char *error = read_all(path, got);
    g_assert_cmpstr(error, ==, "xz data that need more than 128 MiB of memory");
    g_assert_cmpuint(got->len, ==, 0);
    savefile_folder_free(folder);
}

static void test_head(void)
{
    char *folder = savefile_folder_new();
    g_autoptr(GByteArray) bytes = noise(HEAD + 5);
    g_autofree char *path = savefile_write(folder, "plain", bytes, bytes->len);
    g_autoptr(GtupdSource) source = gtupd_source_open(path, NULL, NULL, NULL);
    gsize length;
    const guint8 *head = gtupd_source_peek(source, HEAD, &length);
    g_assert_cmpuint(length, >=, HEAD);
    savefile_assert_bytes(head, length, bytes->data, length);
    g_assert_cmpuint(gtupd_source_bytes(source), ==, bytes->len);
    g_assert_true(gtupd_source_is_repeatable(source));
    savefile_folder_free(folder);
}

static void test_pipe(void)
{
    int ends[2];
    g_assert_cmpint(pipe(ends), ==, 0);
    g_assert_cmpint(write(ends[1], "hello", 5), ==, 5);
    close(ends[1]);
    g_autofree char *path = g_strdup_printf("/dev/fd/%d", ends[0]);
    g_autoptr(GtupdSource) source = gtupd_source_open(path, NULL, NULL, NULL);
    gsize length;
    const guint8 *head = gtupd_source_peek(source, HEAD, &length);
    savefile_assert_bytes(head, length, "hello", 5);
    g_assert_cmpuint(gtupd_source_bytes(source), ==, 5);
    g_assert_false(gtupd_source_is_repeatable(source));
    close(ends[0]);
}

static void test_unopenable(void)
{
    g_autoptr(GError) absent = NULL;
    g_assert_null(gtupd_source_open("/nonexistent/x.pcap", NULL, NULL, &absent));
    g_assert_error(absent, G_FILE_ERROR, G_FILE_ERROR_NOENT);
    g_autoptr(GError) folder = NULL;
    g_assert_null(gtupd_source_open("/", NULL, NULL, &folder));
    g_assert_error(folder, G_FILE_ERROR, G_FILE_ERROR_ISDIR);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/source/plain-and-compressed", test_plain_and_compressed);
    g_test_add_func("/source/gzip-members", test_gzip_members);
    g_test_add_func("/source/zstd-frames", test_zstd_frames);
    g_test_add_func("/source/cut", test_cut);
    g_test_add_func("/source/damaged-gzip", test_damaged_gzip);
    g_test_add_func("/source/too-large", test_too_large);
    g_test_add_func("/source/head", test_head);
    g_test_add_func("/source/pipe", test_pipe);
    g_test_add_func("/source/unopenable", test_unopenable);
    return g_test_run();
}
