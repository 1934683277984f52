/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The program as others call it: words, files, exit statuses, standard error. */
#include "run.h"
#include "savefile.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>

typedef struct {
    char *folder;
    char *clean;  /* no finding */
    char *failed; /* with findings: a note and a warning at most */
    GByteArray *bytes;
} Fixture;

/* Runs a shell command line with $A for the program, in the fixture's folder. */
G_GNUC_PRINTF(2, 3)
static Run run(const Fixture *fixture, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *line = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    g_auto(GStrv) environment = g_environ_setenv(g_get_environ(), "A", g_getenv("GTUPD_ANALYZER"), TRUE);
    const char *words[] = {"/bin/sh", "-c", line, NULL};
    Run result = run_words(fixture->folder, (char **)words, environment, NULL);
    g_assert_true(WIFEXITED(result.status));
    result.status = WEXITSTATUS(result.status);
    return result;
}

static void set_up(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    fixture->folder = savefile_folder_new();
    g_autoptr(GByteArray) clean = savefile_new(SAVEFILE_RAW, FALSE);
    savefile_failed_update(clean, SAVEFILE_TIME, FALSE);
    fixture->clean = savefile_write(fixture->folder, "clean.pcap", clean, clean->len);
    fixture->bytes = savefile_new(SAVEFILE_RAW, FALSE);
    savefile_failed_update(fixture->bytes, SAVEFILE_TIME, TRUE);
    fixture->failed = savefile_write(fixture->folder, "failed.pcap", fixture->bytes, fixture->bytes->len);
}

static void tear_down(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_byte_array_unref(fixture->bytes);
    g_free(fixture->clean);
    g_free(fixture->failed);
    savefile_folder_free(fixture->folder);
}

/* A call, its exit status, and what standard error and standard output must hold (NULL: nothing at all). */
static void test_calls(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    static const struct {
        const char *line;
        int status;
        const char *error, *out;
    } rows[] = {
        {"$A clean.pcap", 0, NULL, "The update failed"},
        {"$A -q clean.pcap", 0, NULL, "The update failed"},
        {"$A - < clean.pcap", 0, NULL, "standard input, 5 packets"},
        {"cat clean.pcap | $A -", 0, NULL, "standard input, 5 packets"},
        {"$A --version", 0, NULL, "gtupd-analyzer "},
        {"$A --help", 0, NULL, "--help-all"},
        {"$A --help-all", 0, NULL, "Exit status"},
        {"$A --rules", 0, NULL, "phase-skipped"},
        {"$A --rules -f json", 0, NULL, "gtupd-rules/1"},
        {"$A --rules -f markdown", 0, NULL, "| `phase-skipped` |"},
        {"$A --explain=phase-skipped", 0, NULL, "what to do"},
        {"$A --fail-on=note clean.pcap", 0, NULL, "Findings: none."},
        {"$A --fail-on=note failed.pcap", 1, NULL, "count-gap"},
        {"$A --fail-on=error failed.pcap", 0, NULL, "count-gap"},
        {"$A --fail-on=note --min-severity=error failed.pcap", 1, NULL, "1 note"},
        {"$A", 2, "no capture", NULL},
        {"$A --nonsense clean.pcap", 2, "--nonsense", NULL},
        {"$A -f nonsense clean.pcap", 2, "text, json", NULL},
        {"$A --explain=nonsense", 2, "did you mean", NULL},
        {"$A -o clean.pcap clean.pcap", 2, "input", NULL},
        {"$A absent.pcap", 3, "absent.pcap: cannot be opened", "NOT ALL WAS READ"},
        {"$A .", 3, ".: cannot be opened: Is a directory", "No packet could be read."},
        {"$A absent.pcap failed.pcap", 3, "absent.pcap", "The update failed"},
        {"$A --fail-on=note absent.pcap failed.pcap", 3, "absent.pcap", "The update failed"},
        {"$A /dev/null", 3, "/dev/null: the file is empty", "No packet could be read."},
        {"$A --format=html /dev/null", 3, "/dev/null: the file is empty", "<h1>No packet could be read</h1>"},
        {"echo hello world, this is no capture | $A -", 3, "-: before packet 1: not a capture",
         "No packet could be read."},
        {"$A -d 867700040011113 clean.pcap", 0, NULL, "The update failed"},
        {"$A -d a1000043d20139 clean.pcap", 0, "no message of device A1000043D20139", "No firmware update"},
        {"$A -q -d a1000043d20139 clean.pcap", 0, NULL, "No firmware update"},
        {"$A --outcome=succeeded clean.pcap", 0, NULL, "Not selected: 1 update, 0 findings; 1 whole device."},
        {"$A -u 1 clean.pcap", 0, NULL, "Not selected: 0 updates, 0 findings; 0 whole devices."},
        {"$A --fail-on=note --rule=serial-gap failed.pcap", 0, NULL, "No firmware update among those selected"},
        {"$A --fail-on=note --rule=count-gap failed.pcap", 1, NULL, "count-gap"},
        {"$A --ladder clean.pcap", 0, NULL, "|<-- 212 download-failed 1/1"},
        {"$A --ladder -f ladder -u 1 clean.pcap", 0, NULL, "start, serial 0001"},
        {"$A -w slice.pcap clean.pcap && $A -q slice.pcap", 0, "5 of 5 packets written to slice.pcap",
         "The update failed"},
        {"$A -q -w slice.pcap -f ndjson clean.pcap", 0, NULL, "{\"type\":\"totals\","},
        {"$A -q -w slice.pcap --outcome=succeeded clean.pcap; $A slice.pcap", 0, NULL, "slice.pcap, 0 packets"},
        {"$A -w /dev/full clean.pcap", 4, "could not be written to /dev/full", "The update failed"},
        {"$A -w clean.pcap clean.pcap", 2, "input", NULL},
        {"$A -f csv clean.pcap", 0, NULL, "\r\n867700040011113,cv200,"},
        {"$A -f ndjson clean.pcap", 0, NULL, "{\"type\":\"totals\","},
        {"$A -f ndjson --fail-on=note --rule=serial-gap failed.pcap", 0, NULL, "\"left_out\""},
        {"$A -f ndjson absent.pcap", 3, "absent.pcap", "\"complete\":false"},
        {"$A -f ndjson clean.pcap > /dev/full", 4, "could not be written", NULL},
        {"$A clean.pcap > /dev/full", 4, "could not be written", NULL},
        {"$A -o /dev/full clean.pcap", 4, "could not be written to /dev/full", NULL},
        {"trap '' PIPE; { $A -f json clean.pcap; echo $? >&2; } | true", 0, "0", NULL},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("%s", rows[i].line);
        g_auto(Run) result = run(fixture, "%s", rows[i].line);
        g_assert_cmpint(result.status, ==, rows[i].status);
        g_assert_true(rows[i].error ? strstr(result.error, rows[i].error) != NULL : result.error[0] == '\0');
        g_assert_true(rows[i].out ? strstr(result.out, rows[i].out) != NULL : result.out[0] == '\0');
    }
}

static void test_cut(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    /* Into the first packet's header, just behind it, into its data, and short of the end. */
    const gsize lengths[] = {25, 40, 41, fixture->bytes->len - 80, fixture->bytes->len - 1};
    for (gsize i = 0; i < G_N_ELEMENTS(lengths); i++) {
        g_autofree char *path = savefile_write(fixture->folder, "cut.pcap", fixture->bytes, lengths[i]);
        g_auto(Run) result = run(fixture, "$A -f json cut.pcap");
        g_assert_cmpint(result.status, ==, 3);
        g_assert_nonnull(strstr(result.error, "cut.pcap: packet "));
        g_assert_nonnull(strstr(result.out, "\"complete\" : false"));
    }
}

/* The report is the same, whatever the capture is wrapped in. */
static void test_compressed(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    static const char *const filters[] = {"gzip", "zstd", "lz4", "xz"};
    g_auto(Run) plain = run(fixture, "$A - < failed.pcap");
    for (gsize i = 0; i < G_N_ELEMENTS(filters); i++) {
        g_autoptr(GByteArray) packed = savefile_compressed(fixture->bytes, filters[i]);
        g_autofree char *path = savefile_write(fixture->folder, "packed", packed, packed->len);
        g_auto(Run) file = run(fixture, "$A packed");
        g_assert_cmpint(file.status, ==, 0);
        g_auto(Run) input = run(fixture, "$A - < packed");
        g_assert_cmpstr(input.out, ==, plain.out);
    }
}

static void test_same_twice(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_auto(Run) first = run(fixture, "$A -f json failed.pcap clean.pcap");
    g_auto(Run) second = run(fixture, "$A -f json failed.pcap clean.pcap");
    g_assert_cmpstr(first.out, ==, second.out);
}

static void test_secrets(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    static const char *const options[] = {"", "-v", "-f json", "-v -f json"};
    for (gsize i = 0; i < G_N_ELEMENTS(options); i++) {
        g_auto(Run) hidden = run(fixture, "$A %s failed.pcap", options[i]);
        g_assert_null(strstr(hidden.out, "sEcr"));
        g_auto(Run) shown = run(fixture, "$A %s --show-secrets failed.pcap", options[i]);
        g_assert_nonnull(strstr(shown.out, "ftp://sEcr4t:sEcr5t@"));
    }
}

static guint permissions(const char *path)
{
    struct stat status;
    g_assert_cmpint(stat(path, &status), ==, 0);
    return status.st_mode & 07777;
}

static void test_output(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_autofree char *path = g_build_filename(fixture->folder, "out.json", NULL);
    g_autofree char *link = g_build_filename(fixture->folder, "link", NULL);
    g_autofree char *written = NULL, *rewritten = NULL;
    g_auto(Run) created = run(fixture, "umask 027; $A -f json -o out.json failed.pcap");
    g_assert_cmpint(created.status, ==, 0);
    g_assert_cmpstr(created.out, ==, "");
    g_assert_cmpuint(permissions(path), ==, 0640);
    g_auto(Run) expected = run(fixture, "$A -f json failed.pcap");
    g_assert_true(g_file_get_contents(path, &written, NULL, NULL));
    g_assert_cmpstr(written, ==, expected.out);

    /* Permissions stay, and a symbolic link is followed. */
    g_assert_cmpint(g_chmod(path, 0604), ==, 0);
    g_assert_cmpint(symlink("out.json", link), ==, 0);
    g_auto(Run) again = run(fixture, "$A -f json -o link clean.pcap");
    g_assert_cmpint(again.status, ==, 0);
    g_assert_cmpuint(permissions(path), ==, 0604);
    g_assert_true(g_file_test(link, G_FILE_TEST_IS_SYMLINK));
    g_assert_true(g_file_get_contents(path, &rewritten, NULL, NULL));
    g_assert_cmpstr(written, !=, rewritten);
}

/* Where there is no room for the report, the file that was there stays as it was, and nothing is left lying about. */
static void test_output_whole_or_not(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_autofree char *path = g_build_filename(fixture->folder, "out.txt", NULL);
    g_autofree char *kept = NULL;
    g_assert_true(g_file_set_contents(path, "precious", -1, NULL));
    g_auto(Run) result = run(fixture, "ulimit -f 0; trap '' XFSZ; $A -f json -o out.txt failed.pcap 2>/dev/null");
    g_assert_cmpint(result.status, ==, 4);
    g_assert_true(g_file_get_contents(path, &kept, NULL, NULL));
    g_assert_cmpstr(kept, ==, "precious");
    g_auto(Run) listing = run(fixture, "ls");
    g_assert_cmpstr(listing.out, ==, "clean.pcap\nfailed.pcap\nout.txt\n");
}

/* An update whose messages are spread over files is one update, in whatever order the files are named. */
static void test_many_files(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    enum {
        FILES = 300,
        PACKETS = 5
    };
    g_autoptr(GByteArray) header = savefile_new(SAVEFILE_RAW, FALSE);
    gsize at = header->len;
    for (guint i = 0; i < FILES; i++) {
        g_autoptr(GByteArray) file = savefile_new(SAVEFILE_RAW, FALSE);
        if (i % (FILES / PACKETS) == 0) {
            guint32 captured;
            memcpy(&captured, fixture->bytes->data + at + 8, sizeof captured);
            g_byte_array_append(file, fixture->bytes->data + at, 16 + captured);
            at += 16 + captured;
        }
        g_autofree char *name = g_strdup_printf("part%03u", i);
        g_autofree char *path = savefile_write(fixture->folder, name, file, file->len);
    }
    g_assert_cmpuint(at, ==, fixture->bytes->len);
    g_auto(Run) forward = run(fixture, "ulimit -n 64; $A -f json part*");
    g_auto(Run) backward = run(fixture, "$A -f json $(ls -r part*) | grep -v '\"file\"'");
    g_auto(Run) compared = run(fixture, "$A -f json part* | grep -v '\"file\"'");
    g_assert_cmpint(forward.status, ==, 0);
    g_assert_nonnull(strstr(forward.out, "\"outcome\" : \"download-failed\""));
    g_assert_nonnull(strstr(forward.out, "\"messages\" : 5"));
    g_assert_cmpstr(backward.out, ==, compared.out);
}

/* A file for every byte at which it can be cut: standard error names those that are damaged, and the packet. */
static void test_cut_everywhere(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_autoptr(GByteArray) bytes = savefile_new(SAVEFILE_RAW, FALSE);
    savefile_datagram(bytes, SAVEFILE_TIME, FALSE, "AT+GTRTO=cv200,8,,,,,,0002$");
    savefile_datagram(bytes, SAVEFILE_TIME, TRUE,
                      "+ACK:GTRTO,DF0107,867700040011113,cv200,VER,0002,20200910012700,0002$");
    for (gsize length = 1; length <= bytes->len; length++) {
        g_autofree char *name = g_strdup_printf("cut%04" G_GSIZE_FORMAT, length);
        g_autofree char *path = savefile_write(fixture->folder, name, bytes, length);
    }
    g_auto(Run) result = run(fixture, "$A -q -o /dev/null cut*");
    g_assert_cmpint(result.status, ==, 3);
    gsize border = 24, packet = 1;
    for (gsize length = 1; length <= bytes->len; length++) {
        g_autofree char *word =
            length < 24 ? g_strdup_printf("cut%04" G_GSIZE_FORMAT ": before packet 1: ", length)
                        : g_strdup_printf("cut%04" G_GSIZE_FORMAT ": packet %" G_GSIZE_FORMAT " ", length, packet);
        g_assert_true((length == border) == (strstr(result.error, word) == NULL));
        if (length != border)
            continue;
        guint32 captured = 0;
        memcpy(&captured, bytes->data + border + 8, border < bytes->len ? sizeof captured : 0);
        border += 16 + captured;
        packet += length == 24 ? 0 : 1;
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add("/main/calls", Fixture, NULL, set_up, test_calls, tear_down);
    g_test_add("/main/cut", Fixture, NULL, set_up, test_cut, tear_down);
    g_test_add("/main/compressed", Fixture, NULL, set_up, test_compressed, tear_down);
    g_test_add("/main/same-twice", Fixture, NULL, set_up, test_same_twice, tear_down);
    g_test_add("/main/secrets", Fixture, NULL, set_up, test_secrets, tear_down);
    g_test_add("/main/output", Fixture, NULL, set_up, test_output, tear_down);
    g_test_add("/main/output-whole-or-not", Fixture, NULL, set_up, test_output_whole_or_not, tear_down);
    g_test_add("/main/many-files", Fixture, NULL, set_up, test_many_files, tear_down);
    g_test_add("/main/cut-everywhere", Fixture, NULL, set_up, test_cut_everywhere, tear_down);
    return g_test_run();
}
