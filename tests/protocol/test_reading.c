/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "reading.h"

#include "exact.h"

#define BODY   "DF0107,222225555588888,cv200,202,1,20200910012700,00A1$"
#define REPORT "+RESP:GTUPD," BODY
#define BUFFER "+BUFF:GTUPD," BODY
#define SACK   "+SACK:00A1$"

/* What payload begins with: the length of the message read; 0: none is. */
static const struct {
    const char *name, *payload;
    gsize length;
} rows[] = {
    {"one", REPORT, sizeof REPORT - 1},
    {"and-another", REPORT SACK, sizeof REPORT - 1},
    {"and-a-piece", REPORT "+RESP:GT", sizeof REPORT - 1},
    {"word-less", SACK, sizeof SACK - 1},
    {"nothing", "", 0},
    {"piece", "+RESP:GTUPD,DF0107", 0},
    {"piece-of-a-header", "+RES", 0},
    {"runs-into-another", "+RESP:GTUPD,DF0107" REPORT, 0},
    {"padding-before", "\r\n" REPORT, 0},
    {"stray-before", "x" REPORT, 0},
    {"other-traffic", "GET / HTTP/1.1\r\n", 0},
};

static void test_first(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        const gsize length = strlen(rows[i].payload);
        g_autofree guint8 *payload = exact_copy(rows[i].payload, length);
        GtupdReading reading = {0};
        const gboolean found = gtupd_reading_first(&reading, payload, length);
        g_test_message("%s", rows[i].name);
        g_assert_cmpint(found, ==, rows[i].length > 0);
        g_assert_cmpuint(reading.message.length, ==, rows[i].length);
    }
}

static void read_whole(GtupdReading *reading, const char *text)
{
    g_assert_true(gtupd_reading_first(reading, (const guint8 *)text, strlen(text)));
    g_assert_cmpuint(reading->message.length, ==, strlen(text));
}

/* What stands in the message stands in its event; its place does not. */
static void test_event(void)
{
    GtupdReading reading;
    read_whole(&reading, REPORT);
    g_assert_cmpint(reading.event.kind, ==, GTUPD_KIND_DOWNLOAD_FAILED);
    g_assert_true(reading.event.gtupd && reading.event.uplink && !reading.event.buffered);
    g_assert_cmpstr(reading.event.word, ==, "GTUPD");
    g_assert_cmpstr(reading.event.code, ==, "202");
    g_assert_cmpstr(reading.event.count, ==, "00A1");
    g_assert_cmpstr(reading.event.send_time, ==, "20200910012700");
    g_assert_cmpint(reading.event.download_times, ==, 1);
    g_assert_cmpstr(reading.event.device, ==, "");
    g_assert_cmpuint(reading.event.anchor.order, ==, 0);
}

/* A stored report is the one that was sent live; another is another, were it by one byte in the middle or at its end.
 */
static void test_digest(void)
{
    GtupdReading live, stored, other;
    read_whole(&live, REPORT);
    read_whole(&stored, BUFFER);
    g_assert_true(memcmp(stored.digest, live.digest, sizeof live.digest) == 0);
    for (gsize i = strlen("+RESP:GT"); i + 1 < strlen(REPORT); i++) {
        char text[] = REPORT;
        text[i] = text[i] == 'Z' ? 'Y' : 'Z';
        read_whole(&other, text);
        g_assert_true(memcmp(other.digest, live.digest, sizeof live.digest) != 0);
    }
}

static void test_soundness(void)
{
    GtupdReading reading;
    read_whole(&reading, REPORT);
    g_assert_true(reading.is_sound);
    read_whole(&reading, SACK);
    g_assert_true(reading.is_sound);
    read_whole(&reading, "+RESP:GTUPD,DF0107,222225555588888,cv200,209,1,20200910012700,00A1$");
    g_assert_false(reading.is_sound);
    read_whole(&reading, "+RESP:GTUPD,DF0107,222225555588888$");
    g_assert_false(reading.is_sound);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/reading/first", test_first);
    g_test_add_func("/reading/event", test_event);
    g_test_add_func("/reading/digest", test_digest);
    g_test_add_func("/reading/soundness", test_soundness);
    return g_test_run();
}
