/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "message.h"

#include "exact.h"

static void add_span(GString *out, const GtupdMessage *message, const char *name, GtupdSpan span)
{
    g_assert_cmpuint((gsize)span.offset + span.length, <=, message->length);
    if (span.length > 0)
        g_string_append_printf(out, " %s=%.*s", name, (int)span.length, gtupd_message_text(message, span));
}

static void add_number(GString *out, const char *name, int number)
{
    if (number >= 0)
        g_string_append_printf(out, " %s=%d", name, number);
}

/* The envelope in one line: what is well-formed also as the value that was understood. */
static char *show_envelope(const GtupdMessage *message)
{
    g_autoptr(GString) out = g_string_new(gtupd_type_name(message->type));
    add_span(out, message, "word", message->word);
    add_span(out, message, "version", message->version);
    add_span(out, message, "id", message->unique_id);
    if (message->has_unique_id)
        g_string_append_printf(out, "(%s)", message->id);
    add_span(out, message, "name", message->device_name);
    add_span(out, message, "serial", message->serial);
    if (message->has_serial)
        g_string_append_printf(out, "(%u)", message->serial_value);
    add_span(out, message, "time", message->send_time);
    if (message->has_send_time)
        g_string_append_printf(out, "(%" G_GINT64_FORMAT ")", message->send_seconds);
    add_span(out, message, "count", message->count);
    if (message->has_count)
        g_string_append_printf(out, "(%u)", message->count_value);
    return g_string_free(g_steal_pointer(&out), FALSE);
}

/* The body in one line: layout by its §, kind, and what sequence rules may use. */
static char *show_body(const GtupdMessage *message)
{
    static const char *const layouts[GTUPD_LAYOUTS] = {
        [GTUPD_LAYOUT_NONE] = "none",
        [GTUPD_LAYOUT_START] = "start",
        [GTUPD_LAYOUT_START_SIBLING] = "sibling",
        [GTUPD_LAYOUT_STOP] = "stop",
        [GTUPD_LAYOUT_ACK] = "ack",
        [GTUPD_LAYOUT_REPORT] = "report",
        [GTUPD_LAYOUT_REPORT_TIMES] = "report-times",
    };
    g_autoptr(GString) out = g_string_new(layouts[message->layout]);
    g_string_append_printf(out, " %s", gtupd_kind_name(message->kind));
    if (message->code_type != GTUPD_UPDATE_TYPE_UNKNOWN)
        g_string_append_printf(out, " code-type=%s", gtupd_update_type_name(message->code_type));
    if (message->update_type != GTUPD_UPDATE_TYPE_UNKNOWN)
        g_string_append_printf(out, " update-type=%s", gtupd_update_type_name(message->update_type));
    add_number(out, "retry", message->max_download_retry);
    add_number(out, "timeout", message->download_timeout);
    add_number(out, "protocol", message->download_protocol);
    add_number(out, "times", message->download_times);
    const GtupdFieldValue *url = gtupd_message_field(message, GTUPD_FIELD_DOWNLOAD_URL);
    if (url)
        add_span(out, message, "url", url->value);
    return g_string_free(g_steal_pointer(&out), FALSE);
}

static gboolean ends_in_tail(const char *text)
{
    return g_str_has_suffix(text, "$");
}

static void assert_envelope(const char *text, guint fields, const char *envelope)
{
    g_test_message("%s", text);
    gsize length = strlen(text);
    g_autofree guint8 *block = exact_copy(text, length);
    GtupdMessage message;
    exact_decode(&message, block, length, ends_in_tail(text) ? GTUPD_END_TAIL : GTUPD_END_HEADER, FALSE);
    g_autofree char *shown = show_envelope(&message);
    g_assert_cmpstr(shown, ==, envelope);
    g_assert_cmpuint(message.field_count, ==, fields);
}

static void assert_body(const char *text, const char *body)
{
    g_test_message("%s", text);
    gsize length = strlen(text);
    g_autofree guint8 *block = exact_copy(text, length);
    GtupdMessage message;
    exact_decode(&message, block, length, ends_in_tail(text) ? GTUPD_END_TAIL : GTUPD_END_HEADER, FALSE);
    g_autofree char *shown = show_body(&message);
    g_assert_cmpstr(shown, ==, body);
    g_assert_true(message.is_gtupd);
}

/* The examples printed in the document. */
static void test_document(void)
{
    static const struct {
        const char *text;
        guint fields;
        const char *envelope;
        const char *body;
    } rows[] = {
        /* §2.1.1 */
        {"AT+GTUPD=cv200,0,0,10,2,,,ftp://test:12345678@217.14.46.21:32768/henry/CV200_MCU_R01A01V01.enc,,0,,,,0001$",
         14, "command word=GTUPD serial=0001(1)",
         "start start-command update-type=apk retry=0 timeout=10 protocol=2 "
         "url=ftp://test:12345678@217.14.46.21:32768/henry/CV200_MCU_R01A01V01.enc"},
        {"AT+GTUPD=cv200,0,0,10,0,,,http://210.18.45.10:9154/cv200/deltabin/CV200_MCU_R01A01V01,,0,,,,0001$", 14,
         "command word=GTUPD serial=0001(1)",
         "start start-command update-type=apk retry=0 timeout=10 protocol=0 "
         "url=http://210.18.45.10:9154/cv200/deltabin/CV200_MCU_R01A01V01"},
        /* §2.1.2 */
        {"AT+GTUPD=cv200,1,,,,,0001$", 7, "command word=GTUPD serial=0001(1)", "stop stop-command"},
        /* §2.1.3: a blank and 14 digits, which pass as a MEID */
        {"+ACK:GTUPD,DF0101, 22225555588888,,0001,20150201000002,11F0$", 6,
         "ack word=GTUPD version=DF0101 id=22225555588888(22225555588888) serial=0001(1) "
         "time=20150201000002(1422748802) count=11F0(4592)",
         "ack ack"},
        /* §2.2.1 */
        {"+RESP:GTUPD,DF0107, 22225555588888,cv200,100,0,20200910012700,0000$", 7,
         "report word=GTUPD version=DF0107 id=22225555588888(22225555588888) name=cv200 "
         "time=20200910012700(1599701220) count=0000(0)",
         "report confirmed code-type=apk"},
        /* §2.2.2 */
        {"+RESP:GTUPD,DF0107,222225555588888,cv200,200,0,20200910012700,0000$", 7,
         "report word=GTUPD version=DF0107 id=222225555588888(222225555588888) name=cv200 "
         "time=20200910012700(1599701220) count=0000(0)",
         "report-times download-started code-type=apk times=0"},
        /* §2.2.3 */
        {"+RESP:GTUPD,DF0107,222225555588888,cv200,300,0,20200910012700,0000$", 7,
         "report word=GTUPD version=DF0107 id=222225555588888(222225555588888) name=cv200 "
         "time=20200910012700(1599701220) count=0000(0)",
         "report update-started code-type=apk"},
    };
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        assert_envelope(rows[i].text, rows[i].fields, rows[i].envelope);
        assert_body(rows[i].text, rows[i].body);
    }
}

/* Commands that public backends send to sibling models: 13 fields. */
static void test_siblings(void)
{
    static const struct {
        const char *text;
        const char *body;
    } rows[] = {
        {"AT+GTUPD=gv300can,0,0,20,0,,,http://41.226.24.13:5000/api/download/GV300CANR00_0B08_to_0C10.bin,,0,,,0001$",
         "sibling start-command update-type=apk retry=0 timeout=20 protocol=0 "
         "url=http://41.226.24.13:5000/api/download/GV300CANR00_0B08_to_0C10.bin"},
        {"AT+GTUPD=gv310lau,0,1,20,0,,,http://optimusrastreogps.net/gv310lau_fw/GV310LAU_R02_0314_060B.bin,,0,1,,0001$",
         "sibling start-command update-type=apk retry=1 timeout=20 protocol=0 "
         "url=http://optimusrastreogps.net/gv310lau_fw/GV310LAU_R02_0314_060B.bin"},
        {"AT+GTUPD=gl310m,0,0,10,0,,,https://example.org,,0,,,FFFF$",
         "sibling start-command update-type=apk retry=0 timeout=10 protocol=0 url=https://example.org"},
        {"AT+GTUPD=Falcon2020,0,1,10,0,,,http://3.7.80.234:13810/ZK105L_R61A03V09_CAN.enc,0,0,,,FFFF$",
         "sibling start-command update-type=apk retry=1 timeout=10 protocol=0 "
         "url=http://3.7.80.234:13810/ZK105L_R61A03V09_CAN.enc"},
        {"AT+GTUPD=Falcon2020,1,,,,,0001$", "stop stop-command"},
    };
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++)
        assert_body(rows[i].text, rows[i].body);
}

/* Messages of other words: the envelope only (protocol.md section 8). */
static void test_others(void)
{
    static const struct {
        const char *text;
        guint fields;
        const char *envelope;
    } rows[] = {
        {"+SACK:11F0$", 1, "sack count=11F0(4592)"},
        {"+SACK:GTHBD,4B0303,11F0$", 2, "sack word=GTHBD version=4B0303 count=11F0(4592)"},
        {"+SACK:GTHBD,,11F0$", 2, "sack word=GTHBD count=11F0(4592)"},
        /* a heartbeat's acknowledgement has no Serial Number, whatever the name looks like */
        {"+ACK:GTHBD,350302,867844003012625,,20160811203854,0859$", 5,
         "ack word=GTHBD version=350302 id=867844003012625(867844003012625) "
         "time=20160811203854(1470947934) count=0859(2137)"},
        {"+ACK:GTHBD,350302,867844003012625,CAFE,20160811203854,0859$", 5,
         "ack word=GTHBD version=350302 id=867844003012625(867844003012625) name=CAFE "
         "time=20160811203854(1470947934) count=0859(2137)"},
        /* fields before the Serial Number, which is the third from the end */
        {"+ACK:GTRTO,1A0800,860599000773978,GL300,VER,FFFF,20161006053520,0C19$", 7,
         "ack word=GTRTO version=1A0800 id=860599000773978(860599000773978) name=GL300 serial=FFFF(65535) "
         "time=20161006053520(1475732120) count=0C19(3097)"},
        {"+ACK:GTGEO,1A0102,135790246811220,,0,0008,20100310172830,11F0$", 7,
         "ack word=GTGEO version=1A0102 id=135790246811220(135790246811220) serial=0008(8) "
         "time=20100310172830(1268242110) count=11F0(4592)"},
        {"+ACK:GTRTO,350401,867844003101634,,RESET,005f,20161102204524,028C$", 7,
         "ack word=GTRTO version=350401 id=867844003101634(867844003101634) serial=005f(95) "
         "time=20161102204524(1478119524) count=028C(652)"},
        /* reports between reboot and result */
        {"+RESP:GTPNA,710402,867292060140006,,2,20250516120427,0121$", 6,
         "report word=GTPNA version=710402 id=867292060140006(867292060140006) "
         "time=20250516120427(1747397067) count=0121(289)"},
        {"+RESP:GTPDP,060100,135790246811220,,20090214093254,11F0$", 5,
         "report word=GTPDP version=060100 id=135790246811220(135790246811220) "
         "time=20090214093254(1234603974) count=11F0(4592)"},
        {"+RESP:GTVER,1A0800,860599000773978,GL300,GL300,0A03,0103,20161007041531,10F8$", 8,
         "report word=GTVER version=1A0800 id=860599000773978(860599000773978) name=GL300 "
         "time=20161007041531(1475813731) count=10F8(4344)"},
        {"+RESP:GTIGF,BD0221,861778060816682,CV200,,0,237,0,0.0,0,15.4,-2.278890,51.818574,20251020123031,0234,0015,"
         "6022,0039251C,,,0.0,20251221233502,20251221233502,02F4$",
         23,
         "report word=GTIGF version=BD0221 id=861778060816682(861778060816682) name=CV200 "
         "time=20251221233502(1766360102) count=02F4(756)"},
        {"+BUFF:GTFRI,2E0503,A1000043D20139,,1,20200101000001,0083$", 6,
         "buffered word=GTFRI version=2E0503 id=A1000043D20139(A1000043D20139) "
         "time=20200101000001(1577836801) count=0083(131)"},
        /* a MEID's letters compare in either case */
        {"+RESP:GTFRI,2E0503,a1000043d20139,,1,20200101000001,0083$", 6,
         "report word=GTFRI version=2E0503 id=a1000043d20139(A1000043D20139) "
         "time=20200101000001(1577836801) count=0083(131)"},
        /* ten characters of Protocol Version */
        {"+RESP:GTINF,8020050402,867844003012625,,20160811203854,0859$", 5,
         "report word=GTINF version=8020050402 id=867844003012625(867844003012625) "
         "time=20160811203854(1470947934) count=0859(2137)"},
        /* a Send Time that was never set, one that was cut, and a count that is none */
        {"+BUFF:GTFRI,210101,863286020016706,,,,,000C$", 7,
         "buffered word=GTFRI version=210101 id=863286020016706(863286020016706) count=000C(12)"},
        {"+RESP:GTFRI,5E0100,862061048023666,,702,137B8$", 5,
         "report word=GTFRI version=5E0100 id=862061048023666(862061048023666) time=702 count=137B8"},
        /* 16 digits are no Unique ID */
        {"+RESP:GTFRI,5E0100,0860201061504521,,1,20200101000001,0083$", 6,
         "report word=GTFRI version=5E0100 id=0860201061504521 time=20200101000001(1577836801) count=0083(131)"},
        /* commands */
        {"AT+GTRTO=cv200,8,,,,,,FFFF$", 8, "command word=GTRTO serial=FFFF(65535)"},
        {"AT+GTUPC=gl300, 0,10,0,0,168,http://www.queclink.com/configure.ini,,,,,0001$", 12,
         "command word=GTUPC serial=0001(1)"},
        /* blanks around a value are no part of it */
        {"+RESP:GTINF, BD0214 , 861778060816682, CV200 ,1, 20251221233502 , 02F4 $", 6,
         "report word=GTINF version=BD0214 id=861778060816682(861778060816682) name=CV200 "
         "time=20251221233502(1766360102) count=02F4(756)"},
    };
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++)
        assert_envelope(rows[i].text, rows[i].fields, rows[i].envelope);
}

/* Messages so short that not even the envelope is there. */
static void test_stumps(void)
{
    static const char *const texts[] = {
        "AT+GTA",        "AT+GTUPD",     "AT+GTUPD$",     "AT+GTUPD=$",    "AT+GTUPD=,$",   "+SACK:",
        "+SACK:$",       "+SACK:,$",     "+SACK:GT$",     "+SACK:GTHBD$",  "+SACK:GTHBD,$", "+ACK:GTA",
        "+ACK:GTUPD$",   "+ACK:GTUPD,$", "+ACK:GTUPD,,$", "+ACK:GTX,,,$",  "+ACK:GTX,,,,$", "+RESP:GTUPD",
        "+RESP:GTUPD,,", "+BUFF:GT0$",   "+RESP:GTX=,$",  "AT+GTUPD,1,2$", "+RESP:GT1,,,,", "+ACK:GTHBD,,,$",
    };
    for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_test_message("%s", texts[i]);
        gsize length = strlen(texts[i]);
        g_autofree guint8 *block = exact_copy(texts[i], length);
        GtupdMessage message;
        exact_decode(&message, block, length, ends_in_tail(texts[i]) ? GTUPD_END_TAIL : GTUPD_END_HEADER, FALSE);
        g_autofree char *shown = show_envelope(&message);
        g_assert_false(message.has_unique_id || message.has_serial || message.has_count || message.has_send_time);
        g_assert_cmpint(message.layout, ==, GTUPD_LAYOUT_NONE);
    }
}

/* Which words are GTUPD: no shorter, no longer one, and letters in their case. */
static void test_word(void)
{
    static const struct {
        const char *text;
        const char *word;
        gboolean gtupd;
    } rows[] = {
        {"+RESP:GTUPD,1$", "GTUPD", TRUE},    {"+BUFF:GTUPD,1$", "GTUPD", TRUE},  {"+ACK:GTUPD,1$", "GTUPD", TRUE},
        {"AT+GTUPD=1$", "GTUPD", TRUE},       {"+RESP:GTUPC,1$", "GTUPC", FALSE}, {"+RESP:GTUP,1$", "GTUP", FALSE},
        {"+RESP:GTUPDX,1$", "GTUPDX", FALSE}, {"AT+GTupd=1$", "GTupd", FALSE},    {"+SACK:0001$", "", FALSE},
    };
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        gsize length = strlen(rows[i].text);
        g_autofree guint8 *block = exact_copy(rows[i].text, length);
        GtupdMessage message;
        exact_decode(&message, block, length, GTUPD_END_TAIL, FALSE);
        g_autofree char *word = g_strndup(gtupd_message_text(&message, message.word), message.word.length);
        g_assert_cmpstr(word, ==, rows[i].word);
        g_assert_cmpint(message.is_gtupd, ==, rows[i].gtupd);
    }
}

/* Start or stop, and how many fields (rules.md, "Framing and fields"). */
static void test_layout(void)
{
    static const struct {
        const char *text;
        const char *body;
    } rows[] = {
        {"AT+GTUPD=,,,,,,,http://h/p,,,,,,0001$",
         "start start-command update-type=apk retry=0 timeout=10 protocol=0 url=http://h/p"},
        {"AT+GTUPD=cv200,0,3,30,2,,,ftp://h/p,,11,,,,0001$",
         "start start-command update-type=platform retry=3 timeout=30 protocol=2 url=ftp://h/p"},
        {"AT+GTUPD=cv200,0,1,5,0,,,http://h/p,,1,,,,0001$",
         "start start-command update-type=mcu retry=1 timeout=5 protocol=0 url=http://h/p"},
        /* what does not pass is not used */
        {"AT+GTUPD=cv200,0,4,31,1,,,h/p,,2,,,,0001$", "start start-command url=h/p"},
        {"AT+GTUPD=cv200,2,0,10,0,,,http://h/p,,0,,,,0001$",
         "start start-command update-type=apk retry=0 timeout=10 protocol=0 url=http://h/p"},
        /* a URL with commas: seven fields before it, six behind it */
        {"AT+GTUPD=cv200,0,0,10,0,,,http://h/a,b,,1,,,,0001$",
         "start start-command update-type=mcu retry=0 timeout=10 protocol=0 url=http://h/a,b"},
        {"AT+GTUPD=cv200,0,0,10,0,,,http://h/a,b,,c,,1,,,,0001$",
         "start start-command update-type=mcu retry=0 timeout=10 protocol=0 url=http://h/a,b,,c"},
        /* blanks */
        {"AT+GTUPD= cv200, 0, 1 , 5 , 0 ,,, http://h/p , , 1 ,,,, 0001 $",
         "start start-command update-type=mcu retry=1 timeout=5 protocol=0 url=http://h/p"},
        {"AT+GTUPD=cv200, 1 ,,,,,0001$", "stop stop-command"},
        /* no layout's number of fields */
        {"AT+GTUPD=cv200,0,0,10,0,,,http://h/p,,0,,0001$", "none other-command"},
        {"AT+GTUPD=cv200,1,,,,0001$", "none other-command"},
        {"AT+GTUPD=cv200,1,,,,,,0001$", "none other-command"},
        {"AT+GTUPD=cv200,1,,,,,,,,,,,,0001$", "none other-command"},
        {"AT+GTUPD=cv200,1,0,10,0,,,http://h/p,,0,,,0001$", "none other-command"},
        {"AT+GTUPD=cv200,0,,,,,0001$", "none other-command"},
        {"AT+GTUPD=cv200,2,,,,,0001$", "none other-command"},
        {"+ACK:GTUPD,DF0107,222225555588888,,0001,20200910012700$", "none other-report"},
        {"+RESP:GTUPD,DF0107,222225555588888,,100,0,20200910012700$", "none other-report"},
        {"+RESP:GTUPD,DF0107,222225555588888,,100,,0,20200910012700,0000$", "none other-report"},
    };
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++)
        assert_body(rows[i].text, rows[i].body);
}

/* Every code from 0 to 9999, judged by the table of protocol.md section 4 written out. */
static void test_codes(void)
{
    static const struct {
        const char *code;
        GtupdKind kind;
        GtupdUpdateType type;
    } defined[] = {
        {"100", GTUPD_KIND_CONFIRMED, GTUPD_UPDATE_TYPE_APK},
        {"101", GTUPD_KIND_REFUSED, GTUPD_UPDATE_TYPE_APK},
        {"102", GTUPD_KIND_CANCELLED, GTUPD_UPDATE_TYPE_APK},
        {"103", GTUPD_KIND_BATTERY_LOW, GTUPD_UPDATE_TYPE_APK},
        {"110", GTUPD_KIND_CONFIRMED, GTUPD_UPDATE_TYPE_MCU},
        {"111", GTUPD_KIND_REFUSED, GTUPD_UPDATE_TYPE_MCU},
        {"112", GTUPD_KIND_CANCELLED, GTUPD_UPDATE_TYPE_MCU},
        {"113", GTUPD_KIND_BATTERY_LOW, GTUPD_UPDATE_TYPE_MCU},
        {"1110", GTUPD_KIND_CONFIRMED, GTUPD_UPDATE_TYPE_PLATFORM},
        {"1111", GTUPD_KIND_REFUSED, GTUPD_UPDATE_TYPE_PLATFORM},
        {"1112", GTUPD_KIND_CANCELLED, GTUPD_UPDATE_TYPE_PLATFORM},
        {"1113", GTUPD_KIND_BATTERY_LOW, GTUPD_UPDATE_TYPE_PLATFORM},
        {"200", GTUPD_KIND_DOWNLOAD_STARTED, GTUPD_UPDATE_TYPE_APK},
        {"201", GTUPD_KIND_DOWNLOAD_FINISHED, GTUPD_UPDATE_TYPE_APK},
        {"202", GTUPD_KIND_DOWNLOAD_FAILED, GTUPD_UPDATE_TYPE_APK},
        {"203", GTUPD_KIND_VERSION_REJECTED, GTUPD_UPDATE_TYPE_APK},
        {"210", GTUPD_KIND_DOWNLOAD_STARTED, GTUPD_UPDATE_TYPE_MCU},
        {"211", GTUPD_KIND_DOWNLOAD_FINISHED, GTUPD_UPDATE_TYPE_MCU},
        {"212", GTUPD_KIND_DOWNLOAD_FAILED, GTUPD_UPDATE_TYPE_MCU},
        {"213", GTUPD_KIND_VERSION_REJECTED, GTUPD_UPDATE_TYPE_MCU},
        {"2110", GTUPD_KIND_DOWNLOAD_STARTED, GTUPD_UPDATE_TYPE_PLATFORM},
        {"2111", GTUPD_KIND_DOWNLOAD_FINISHED, GTUPD_UPDATE_TYPE_PLATFORM},
        {"2112", GTUPD_KIND_DOWNLOAD_FAILED, GTUPD_UPDATE_TYPE_PLATFORM}, /* 2113 is not defined */
        {"300", GTUPD_KIND_UPDATE_STARTED, GTUPD_UPDATE_TYPE_APK},
        {"301", GTUPD_KIND_UPDATE_SUCCEEDED, GTUPD_UPDATE_TYPE_APK},
        {"302", GTUPD_KIND_UPDATE_FAILED, GTUPD_UPDATE_TYPE_APK},
        {"303", GTUPD_KIND_UPDATE_BATTERY_LOW, GTUPD_UPDATE_TYPE_APK},
        {"310", GTUPD_KIND_UPDATE_STARTED, GTUPD_UPDATE_TYPE_MCU},
        {"311", GTUPD_KIND_UPDATE_SUCCEEDED, GTUPD_UPDATE_TYPE_MCU},
        {"312", GTUPD_KIND_UPDATE_FAILED, GTUPD_UPDATE_TYPE_MCU},
        {"313", GTUPD_KIND_UPDATE_BATTERY_LOW, GTUPD_UPDATE_TYPE_MCU},
        {"3110", GTUPD_KIND_UPDATE_STARTED, GTUPD_UPDATE_TYPE_PLATFORM},
        {"3111", GTUPD_KIND_UPDATE_SUCCEEDED, GTUPD_UPDATE_TYPE_PLATFORM},
        {"3112", GTUPD_KIND_UPDATE_FAILED, GTUPD_UPDATE_TYPE_PLATFORM},
        {"3113", GTUPD_KIND_UPDATE_BATTERY_LOW, GTUPD_UPDATE_TYPE_PLATFORM},
    };
    for (int digits = 1; digits <= 4; digits++) {
        for (int number = 0; number < 10000; number++) {
            g_autofree char *code = g_strdup_printf("%0*d", digits, number);
            gsize length = strlen(code);
            guint row = 0;
            while (row < G_N_ELEMENTS(defined) && strcmp(defined[row].code, code) != 0)
                row++;
            g_autofree char *block = (char *)exact_copy(code, length);
            GtupdKind kind = GTUPD_KINDS;
            GtupdUpdateType type = GTUPD_UPDATE_TYPES;
            g_assert_cmpint(gtupd_code_parse(block, length, &kind, &type), ==, row < G_N_ELEMENTS(defined));
            if (row < G_N_ELEMENTS(defined)) {
                g_assert_cmpint(kind, ==, defined[row].kind);
                g_assert_cmpint(type, ==, defined[row].type);
            }
            g_assert_cmpint(gtupd_code_is_numeric(block, length), ==, length == 3 || length == 4);
        }
    }
}

static void test_codes_damaged(void)
{
    static const char *const codes[] = {"", "1", "10", "10A", "1x0", "10000", "-10", " 10", "1.0", "11111"};
    for (guint i = 0; i < G_N_ELEMENTS(codes); i++) {
        gsize length = strlen(codes[i]);
        g_autofree char *block = (char *)exact_copy(codes[i], length);
        GtupdKind kind;
        GtupdUpdateType type;
        g_assert_false(gtupd_code_parse(block, length, &kind, &type));
        g_assert_false(gtupd_code_is_numeric(block, length));
    }
}

/* What a message without tail, or without end, may still be used for. */
static void test_complete(void)
{
    static const struct {
        const char *text;
        GtupdFrameEnd end;
        gboolean complete;
    } rows[] = {
        {"+RESP:GTINF,DF0107,222225555588888,,1,20200910012700,0000$", GTUPD_END_TAIL, TRUE},
        {"+RESP:GTINF$", GTUPD_END_TAIL, TRUE},
        {"+RESP:GTINF,DF0107,222225555588888,,1,20200910012700,0000", GTUPD_END_HEADER, TRUE},
        {"+RESP:GTINF,DF0107,222225555588888,,1,20200910012700,000", GTUPD_END_HEADER, FALSE},
        {"+RESP:GTINF,DF0107,222225555588888,,1,2020091001270,0000", GTUPD_END_HEADER, FALSE},
        {"+RESP:GTINF,DF0107,222225555588888,,1,20200230012700,0000", GTUPD_END_HEADER, FALSE},
        {"+RESP:GTINF,DF0107,222225555588888,,1,20200910012700,0000", GTUPD_END_OVERSIZED, FALSE},
        /* the old dialect has its version last */
        {"+RESP:GTINF,359464030073766,8938003990320469804f,18,99,20131018084015,00EE,0103090402", GTUPD_END_HEADER,
         FALSE},
        /* other commands need their Serial Number */
        {"AT+GTRTO=cv200,8,,,,,,FFFF", GTUPD_END_HEADER, TRUE},
        {"AT+GTRTO=cv200,8,,,,,,FFF", GTUPD_END_HEADER, FALSE},
        {"AT+GTRTO=cv200,8,,", GTUPD_END_HEADER, FALSE},
        /* GTUPD: the number of fields, and the last field */
        {"+RESP:GTUPD,DF0107,222225555588888,,100,,20200910012700,0000", GTUPD_END_HEADER, TRUE},
        {"+RESP:GTUPD,DF0107,222225555588888,,100,,20201310012700,0000", GTUPD_END_HEADER, TRUE},
        {"+RESP:GTUPD,DF0107,222225555588888,,100,,20200910012700,00", GTUPD_END_HEADER, FALSE},
        {"+RESP:GTUPD,DF0107,222225555588888,,100,,20200910012700", GTUPD_END_HEADER, FALSE},
        {"+ACK:GTUPD,DF0107,222225555588888,,0001,20200910012700,0000", GTUPD_END_HEADER, TRUE},
        {"+ACK:GTUPD,DF0107,222225555588888,,0001,20200910012700,", GTUPD_END_HEADER, FALSE},
        {"AT+GTUPD=cv200,1,,,,,0001", GTUPD_END_HEADER, TRUE},
        {"AT+GTUPD=cv200,1,,,,,001", GTUPD_END_HEADER, FALSE},
        {"AT+GTUPD=cv200,0,0,10,0,,,http://h/p,,0,,,,0001", GTUPD_END_HEADER, TRUE},
        {"AT+GTUPD=cv200,0,0,10,0,,,http://h/p,,0,,,,", GTUPD_END_HEADER, FALSE},
        {"AT+GTUPD=cv200,0,0,10,0,,,http://h/p,,0", GTUPD_END_HEADER, FALSE},
    };
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("%u: %s", i, rows[i].text);
        gsize length = strlen(rows[i].text);
        g_autofree guint8 *block = exact_copy(rows[i].text, length);
        GtupdMessage message;
        for (gboolean at_end = FALSE; at_end <= (rows[i].end == GTUPD_END_HEADER); at_end++) {
            exact_decode(&message, block, length, rows[i].end, at_end);
            g_assert_cmpint(message.complete, ==, rows[i].complete);
        }
    }
}

static void test_non_ascii(void)
{
    for (int byte = 0; byte < 256; byte++) {
        char text[] = "+RESP:GTINF,DF0107,222225555588888,?,1,20200910012700,0000$";
        *strchr(text, '?') = (char)byte;
        g_autofree guint8 *block = exact_copy(text, sizeof text - 1);
        GtupdMessage message;
        exact_decode(&message, block, sizeof text - 1, GTUPD_END_TAIL, FALSE);
        g_assert_cmpint(message.non_ascii, ==, byte < 0x20 || byte > 0x7E);
    }
}

/* A message cut anywhere is decoded without a look beyond its end. */
static void test_cuts(void)
{
    static const char *const texts[] = {
        "AT+GTUPD=cv200,0,0,10,0,,,http://h/a,b,,1,,,,0001$",
        "AT+GTUPD=cv200,1,,,,,0001$",
        "+ACK:GTUPD,DF0101, 22225555588888,,0001,20150201000002,11F0$",
        "+RESP:GTUPD,DF0107,222225555588888,cv200,2110,0,20200910012700,0000$",
        "+ACK:GTHBD,350302,867844003012625,,20160811203854,0859$",
        "+SACK:GTHBD,4B0303,11F0$",
    };
    for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
        for (gsize length = strlen(texts[i]); length >= GTUPD_HEADER_MAX; length--) {
            g_autofree guint8 *block = exact_copy(texts[i], length);
            GtupdMessage message;
            exact_decode(&message, block, length, GTUPD_END_HEADER, TRUE);
            g_autofree char *envelope = show_envelope(&message);
            g_autofree char *body = show_body(&message);
            /* nothing hangs on a +SACK, which cannot tell a version from a count */
            if (length < strlen(texts[i]) - 1 && message.type != GTUPD_TYPE_SACK)
                g_assert_false(message.complete);
        }
    }
}

static void test_url_shown(void)
{
    static const struct {
        const char *url;
        const char *shown;
    } rows[] = {
        {"http://h/p", "http://h/p"},
        {"ftp://test:12345678@217.14.46.21:32768/a", "ftp://****:****@217.14.46.21:32768/a"},
        {"ftp://test@h/a", "ftp://****:****@h/a"},
        {"http://u:p@w@h/a", "http://****:****@h/a"},
        {"http://u:p@h", "http://****:****@h"},
        {"http://h/a@b", "http://h/a@b"},
        {"http://h?a@b", "http://h?a@b"},
        {"", ""},
    };
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        gsize length = strlen(rows[i].url);
        g_autofree char *block = (char *)exact_copy(rows[i].url, length);
        g_autofree char *hidden = gtupd_url_dup_shown(block, length, FALSE);
        g_autofree char *open = gtupd_url_dup_shown(block, length, TRUE);
        g_assert_cmpstr(hidden, ==, rows[i].shown);
        g_assert_cmpstr(open, ==, rows[i].url);
    }
}

/* No part of a credential may be seen, also where the text is no legal URL. */
static void test_url_secrets(void)
{
    static const char *const urls[] = {
        "ftp://user:SECRET@h/a", "ftp://user:SE CRET@h/a", "user:SECRET@h/a",         "//user:SECRET@h/a",
        "ftp:/user:SECRET@h/a",  "ftp://user:SECRET@",     "ftp://user:SECRET\xe9@h", "ftp://SECRET@user:x@h/",
    };
    for (guint i = 0; i < G_N_ELEMENTS(urls); i++) {
        gsize length = strlen(urls[i]);
        g_autofree char *block = (char *)exact_copy(urls[i], length);
        g_autofree char *shown = gtupd_url_dup_shown(block, length, FALSE);
        g_test_message("%s", shown);
        g_assert_null(strstr(shown, "SECRET"));
        g_assert_null(strstr(shown, "user"));
    }
}

/* protocol.md section 4 and contract.md: public names. */
static void test_names(void)
{
    static const char *const kinds[] = {
        "confirmed",        "refused",          "cancelled",
        "battery-low",      "download-started", "download-finished",
        "download-failed",  "version-rejected", "update-started",
        "update-succeeded", "update-failed",    "update-battery-low",
        "start-command",    "stop-command",     "ack",
        "other-command",    "other-report",
    };
    G_STATIC_ASSERT(G_N_ELEMENTS(kinds) == GTUPD_KINDS);
    for (guint i = 0; i < G_N_ELEMENTS(kinds); i++) {
        g_assert_cmpstr(gtupd_kind_name((GtupdKind)i), ==, kinds[i]);
        g_assert_cmpuint(strlen(gtupd_kind_words((GtupdKind)i)), >, 0);
    }
    g_assert_null(gtupd_update_type_name(GTUPD_UPDATE_TYPE_UNKNOWN));
    g_assert_cmpstr(gtupd_update_type_name(GTUPD_UPDATE_TYPE_APK), ==, "apk");
    g_assert_cmpstr(gtupd_update_type_name(GTUPD_UPDATE_TYPE_MCU), ==, "mcu");
    g_assert_cmpstr(gtupd_update_type_name(GTUPD_UPDATE_TYPE_PLATFORM), ==, "platform");
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/message/document", test_document);
    g_test_add_func("/message/siblings", test_siblings);
    g_test_add_func("/message/others", test_others);
    g_test_add_func("/message/stumps", test_stumps);
    g_test_add_func("/message/word", test_word);
    g_test_add_func("/message/layout", test_layout);
    g_test_add_func("/message/codes", test_codes);
    g_test_add_func("/message/codes-damaged", test_codes_damaged);
    g_test_add_func("/message/complete", test_complete);
    g_test_add_func("/message/non-ascii", test_non_ascii);
    g_test_add_func("/message/cuts", test_cuts);
    g_test_add_func("/message/url-shown", test_url_shown);
    g_test_add_func("/message/url-secrets", test_url_secrets);
    g_test_add_func("/message/names", test_names);
    return g_test_run();
}
