/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a person or a script sees: field names of the contract, values and the bytes that they highlight, links, the
 * Info column, expert info, preferences; and that a second file, or the same frame asked for again, is no different.
 */
#include "rules.h"
#include "shark.h"

#include <stdlib.h>
#include <string.h>

static char *ask(const char *capture, const char *filter, const char *const *fields)
{
    g_autofree char *path = shark_capture(capture);
    g_autoptr(GPtrArray) argv = g_ptr_array_new();
    static const char *const begin[] = {"tshark", "-2", "-n", "-T", "fields", "-E", "separator=|"};
    for (gsize i = 0; i < G_N_ELEMENTS(begin); i++)
        g_ptr_array_add(argv, (gpointer)begin[i]);
    for (; *fields != NULL; fields++) {
        g_ptr_array_add(argv, (gpointer) "-e");
        g_ptr_array_add(argv, (gpointer)*fields);
    }
    const char *const end[] = {"-r", path, "-Y", filter, NULL};
    for (gsize i = 0; i < G_N_ELEMENTS(end); i++)
        g_ptr_array_add(argv, (gpointer)end[i]);
    return shark_run_argv((const char *const *)argv->pdata);
}

/* The public names: contract.md lists them, scripts hold on to them. */
static void test_names(void)
{
    static const char *const names[] = {
        "attrack.type",
        "attrack.word",
        "attrack.version",
        "attrack.device_type",
        "attrack.unique_id",
        "attrack.device_name",
        "attrack.serial",
        "attrack.send_time",
        "attrack.count",
        "attrack.acked_in",
        "attrack.ack_to",
        "attrack.ack_time",
        "gtupd.finding",
        "gtupd.password",
        "gtupd.sub_command",
        "gtupd.max_download_retry",
        "gtupd.download_timeout",
        "gtupd.download_protocol",
        "gtupd.download_user_name",
        "gtupd.download_password",
        "gtupd.download_url",
        "gtupd.update_type",
        "gtupd.code",
        "gtupd.download_times",
        "gtupd.reserved",
        "gtupd.event",
        "gtupd.state",
        "gtupd.update",
        "gtupd.attempt",
        "gtupd.command_frame",
        "gtupd.previous_frame",
        "gtupd.next_frame",
        "gtupd.download_frame",
        "gtupd.diagnosis",
        "gtupd.why",
        "gtupd.party",
        "gtupd.confidence",
        "gtupd.shown_in",
        "gtupd.doubt",
        "gtupd.refuted_by",
    };
    g_autofree char *fields = shark_run("tshark", "-G", "fields", NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *column = g_strdup_printf("\t%s\t", names[i]);
        if (strstr(fields, column) == NULL)
            g_error("no field %s", names[i]);
    }
    for (guint rule = 0; rule < GTUPD_RULE_COUNT; rule++) {
        g_autofree char *column = g_strdup_printf("\tgtupd.rule.%s\t", gtupd_rule_info((GtupdRule)rule)->id);
        if (strstr(fields, column) == NULL)
            g_error("no expert field for %s", gtupd_rule_info((GtupdRule)rule)->id);
    }
}

typedef struct {
    const char *name, *capture, *filter, *fields, *expected;
} Shown;

/* Values were read off the transcripts beside the captures. */
static const Shown shown[] = {
    {"start", "10-download-failed.pcap", "frame.number == 8",
     "attrack.type attrack.word attrack.serial gtupd.password gtupd.sub_command gtupd.max_download_retry "
     "gtupd.download_timeout gtupd.download_protocol gtupd.download_url gtupd.update_type",
     "command|GTUPD|0017|cv200|0|2|10|0|http://198.51.100.9/cv200/CV200_APK_R01A02V80.bin|0\n"},
    {"start-place", "10-download-failed.pcap", "frame.number == 8",
     "gtupd.event gtupd.state gtupd.update gtupd.next_frame attrack.acked_in", "start-command|REQUESTED|1|12|10\n"},
    {"ack", "10-download-failed.pcap", "frame.number == 10",
     "attrack.type attrack.version attrack.device_type attrack.device_name attrack.serial attrack.ack_to "
     "attrack.ack_time gtupd.command_frame gtupd.event",
     "ack|BD0214|BD|CV200|0017|8|0.400000000|8|ack\n"},
    {"report", "10-download-failed.pcap", "frame.number == 30",
     "gtupd.code gtupd.download_times gtupd.event gtupd.state gtupd.attempt gtupd.command_frame gtupd.previous_frame "
     "gtupd.next_frame",
     "200|2|download-started|DOWNLOADING|2|8|26|42\n"},
    {"finding-about-the-end", "10-download-failed.pcap", "gtupd.finding == \"retries-not-exhausted\"",
     "frame.number gtupd.severity", "42|warning\n"},
    {"expert-error", "60-phase-skipped.pcap", "gtupd.rule.phase-skipped and _ws.expert.severity == 0x800000",
     "frame.number gtupd.finding", "14|phase-skipped\n"},
    /* Over FTP, which needs no libhtp. */
    {"download", "rig-ftp-missing.pcap", "gtupd.download_frame",
     "frame.number gtupd.event gtupd.download_frame ftp.request.command", "12|download-started|31|\n31||12|SIZE\n"},
    {"diagnosis", "rig-ftp-missing.pcap", "gtupd.diagnosis",
     "frame.number gtupd.event gtupd.diagnosis gtupd.party gtupd.confidence gtupd.shown_in",
     "40|download-failed|package-missing|file-server|proven|6,12,31,32,40\n"},
    {"other-words-in-attrack", "10-download-failed.pcap", "gtupd.finding and not gtupd.code",
     "frame.number attrack.word gtupd.finding gtupd.event", "28|GTRTO|command-during-update|other-command\n"},
};

static void test_shown(gconstpointer data)
{
    const Shown *row = data;
    g_auto(GStrv) fields = g_strsplit(row->fields, " ", -1);
    g_autofree char *seen = ask(row->capture, row->filter, (const char *const *)fields);
    g_assert_cmpstr(seen, ==, row->expected);
}

/* The packet list: newer versions make the fields _ws.col.* before the postdissector, which adds to the columns. */
static char *list(const char *capture, const char *filter)
{
    g_autofree char *path = shark_capture(capture);
    return shark_run("tshark", "-2", "-n", "-r", path, "-Y", filter, NULL);
}

static void test_story(void)
{
    g_autofree char *report = list("10-download-failed.pcap", "frame.number == 26");
    g_assert_nonnull(strstr(report, " GTUPD 121 Report 202 Download failed, attempt 1 of 3, 8677"));
    /* Three messages that TCP analysis passed on out of order, or not at all, in the frame that completes them. */
    g_autofree char *late = list("71-tcp-reordered.pcap", "frame.number == 16");
    g_assert_nonnull(strstr(late, "ACK 0001 of start command"));
    g_assert_nonnull(strstr(late, "| Report 100 Command confirmed"));
    g_assert_nonnull(strstr(late, "| Report 200 Download started, attempt 1 of 1"));
}

/* Passwords stand in the tree, where they were sent; not in what is copied into mails: columns and findings. */
static void test_secrets(void)
{
    static const char *const secret[] = {"gtupd.password", "gtupd.download_user_name", "gtupd.download_password", NULL};
    static const char *const open[] = {"_ws.expert.message", "gtupd.finding", NULL};
    g_autofree char *secrets = ask("34-secrets.pcap", "gtupd.download_password", secret);
    g_autofree char *findings = ask("34-secrets.pcap", "attrack", open);
    g_autofree char *columns = list("34-secrets.pcap", "attrack");
    g_auto(GStrv) words = g_strsplit_set(secrets, "|\n,", -1);
    guint checked = 0;
    for (char **word = words; *word != NULL; word++) {
        if (**word == '\0')
            continue;
        g_assert_null(strstr(findings, *word));
        g_assert_null(strstr(columns, *word));
        checked++;
    }
    g_assert_cmpuint(checked, >=, 3);
    g_assert_nonnull(strstr(columns, "****:****@"));
}

static int hex_digit(char c)
{
    return g_ascii_xdigit_value(c);
}

/* In PDML a field's `value` holds the bytes that Wireshark highlights for it: they must be what it shows. */
static void test_highlights(gconstpointer capture)
{
    g_autofree char *path = shark_capture(capture);
    g_autofree char *pdml = shark_run("tshark", "-2", "-n", "-r", path, "-Y", "gtupd", "-T", "pdml", NULL);
    g_autoptr(GRegex) field =
        g_regex_new("<field name=\"(gtupd\\.[a-z_]+|attrack\\.(?:word|version|device_type|unique_id|"
                    "device_name|serial|send_time|count))\"[^>]* size=\"([0-9]+)\"[^>]* "
                    "show=\"([^\"]*)\" value=\"([0-9a-f]+)\"",
                    0, 0, NULL);
    g_autoptr(GMatchInfo) match = NULL;
    guint checked = 0;
    for (g_regex_match(field, pdml, 0, &match); g_match_info_matches(match); g_match_info_next(match, NULL)) {
        g_autofree char *name = g_match_info_fetch(match, 1);
        g_autofree char *size = g_match_info_fetch(match, 2);
        g_autofree char *text = g_match_info_fetch(match, 3);
        g_autofree char *hex = g_match_info_fetch(match, 4);
        if (strcmp(name, "gtupd.finding") == 0)
            continue;
        g_autoptr(GString) bytes = g_string_new(NULL);
        for (const char *digit = hex; digit[0] != '\0' && digit[1] != '\0'; digit += 2)
            g_string_append_c(bytes, (char)(hex_digit(digit[0]) * 16 + hex_digit(digit[1])));
        g_assert_cmpuint(bytes->len, ==, strtoul(size, NULL, 10));
        g_assert_cmpstr(text, ==, bytes->str);
        checked++;
    }
    g_assert_cmpuint(checked, >, 10);
}

static char *converse(const char *requests)
{
    const char *const argv[] = {"sharkd", "-", NULL};
    return shark_run_with_input(argv, requests);
}

/* sharkd does as the GUI does: loads, judges at the end, then shows frames in any order, again and again. */
static void test_again(void)
{
    g_autofree char *first = shark_capture("60-phase-skipped.pcap");
    g_autofree char *second = shark_capture("01-http-apk.pcap");
    static const char frames[] =
        "{\"jsonrpc\":\"2.0\",\"id\":%u,\"method\":\"frames\",\"params\":{\"filter\":\"%s\"}}\n";
    static const char load[] = "{\"jsonrpc\":\"2.0\",\"id\":%u,\"method\":\"load\",\"params\":{\"file\":\"%s\"}}\n";
    g_autoptr(GString) requests = g_string_new(NULL);
    const char *const files[] = {first, second, first};
    for (guint i = 0; i < G_N_ELEMENTS(files); i++) {
        /* sharkd remembers a filter's frames by its text, beyond the file: so no text twice. */
        g_autofree char *one = g_strdup_printf("gtupd.finding and frame.number > %u", 2 * i);
        g_autofree char *two = g_strdup_printf("gtupd.finding and frame.number > %u", 2 * i + 1);
        g_autofree char *why = g_strdup_printf("gtupd.diagnosis == \\\"none\\\" and frame.number > %u", i);
        g_string_append_printf(requests, load, 10 * i + 1, files[i]);
        g_string_append_printf(requests, frames, 10 * i + 2, one);
        g_string_append_printf(requests, frames, 10 * i + 3, two);
        g_string_append_printf(requests, frames, 10 * i + 4, why);
    }
    g_autofree char *output = converse(requests->str);
    g_auto(GStrv) lines = shark_lines(output);
    g_assert_cmpuint(g_strv_length(lines), ==, 12);
    static const guint with_finding[] = {1, 2, 9, 10}, without[] = {5, 6, 7}, diagnosed[] = {3, 11};
    for (gsize i = 0; i < G_N_ELEMENTS(with_finding); i++)
        g_assert_nonnull(strstr(lines[with_finding[i]], "[phase-skipped]"));
    for (gsize i = 0; i < G_N_ELEMENTS(diagnosed); i++)
        g_assert_nonnull(strstr(lines[diagnosed[i]], "Report 311"));
    for (gsize i = 0; i < G_N_ELEMENTS(without); i++)
        g_assert_null(strstr(lines[without[i]], "\"num\""));
}

/* Switched off, nothing is judged and nothing invented. */
static void test_disabled(void)
{
    g_autofree char *path = shark_capture("60-phase-skipped.pcap");
    g_autofree char *no_gtupd = shark_run("tshark", "-2", "-n", "-r", path, "--disable-protocol", "gtupd", "-Y",
                                          "gtupd.finding or gtupd.code", NULL);
    g_assert_cmpstr(no_gtupd, ==, "");
    g_autofree char *envelope =
        shark_run("tshark", "-2", "-n", "-r", path, "--disable-protocol", "gtupd", "-Y", "attrack", NULL);
    g_assert_cmpstr(envelope, !=, "");
    g_autofree char *nothing =
        shark_run("tshark", "-2", "-n", "-r", path, "--disable-protocol", "attrack", "-Y", "attrack or gtupd", NULL);
    g_assert_cmpstr(nothing, ==, "");
}

/* Findings do not hang on the heuristic, and Decode As and the port preferences reach the dissector. */
static void test_ports(void)
{
    g_autofree char *path = shark_capture("60-phase-skipped.pcap");
    static const char *const ways[][2] = {{"-d", "tcp.port==5000,attrack"}, {"-o", "attrack.tcp.port:5000"}};
    for (gsize i = 0; i < G_N_ELEMENTS(ways); i++) {
        g_autofree char *text = shark_run("tshark", "-2", "-n", "-r", path, "--disable-heuristic", "attrack_tcp",
                                          ways[i][0], ways[i][1], "-Y", "gtupd.code and not attrack.reassembled", NULL);
        g_assert_nonnull(strstr(text, "Report 311"));
    }
    g_autofree char *copies = shark_run("tshark", "-2", "-n", "-r", path, "--disable-heuristic", "attrack_tcp", "-Y",
                                        "attrack.reassembled and gtupd.finding", NULL);
    g_assert_nonnull(strstr(copies, "[phase-skipped]"));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    shark_setup();
    g_test_add_func("/shown/names", test_names);
    for (gsize i = 0; i < G_N_ELEMENTS(shown); i++) {
        g_autofree char *path = g_strdup_printf("/shown/fields/%s", shown[i].name);
        g_test_add_data_func(path, &shown[i], test_shown);
    }
    g_test_add_func("/shown/story", test_story);
    g_test_add_func("/shown/secrets", test_secrets);
    g_test_add_data_func("/shown/highlights/plain", "10-download-failed.pcap", test_highlights);
    g_test_add_data_func("/shown/highlights/reordered", "71-tcp-reordered.pcap", test_highlights);
    g_test_add_data_func("/shown/highlights/secrets", "34-secrets.pcap", test_highlights);
    g_test_add_func("/shown/again", test_again);
    g_test_add_func("/shown/disabled", test_disabled);
    g_test_add_func("/shown/ports", test_ports);
    const int status = g_test_run();
    shark_teardown();
    return status;
}
