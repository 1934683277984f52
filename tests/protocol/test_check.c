/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "check.h"

#include "exact.h"

#define ID   "222225555588888"
#define TIME "20200910012700"

/* Templates with one gap; the value to be judged stands in it. */
#define START(field) "AT+GTUPD=" field ",0001$"
#define REPORT       "+RESP:GTUPD,DF0107," ID ",cv200,"
#define END          "," TIME ",0000$"

typedef struct {
    const GtupdMessage *message;
    GPtrArray *found;
} Collector;

static void collect(GtupdRule rule, const GtupdFieldInfo *field, GtupdSpan span, const char *section,
                    const char *sentence, gpointer data)
{
    Collector *collector = data;
    const char *id = gtupd_rule_info(rule)->id;
    g_ptr_array_add(collector->found, field ? g_strdup_printf("%s/%s", id, field->id) : g_strdup(id));
    g_assert_cmpuint((gsize)span.offset + span.length, <=, collector->message->length);
    g_assert_true(g_regex_match_simple("^[ -~]+\\.$", sentence, 0, 0));
    if (section)
        g_assert_true(g_regex_match_simple("^2(\\.[12](\\.[1-3])?)?$", section, 0, 0));
}

static int by_text(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* All that is found, sorted, with blanks between. Free with g_free(). */
static char *judge(const void *text, gsize length, GtupdFrameEnd end, gboolean at_datagram_end)
{
    g_autofree guint8 *block = exact_copy(text, length);
    GtupdMessage message;
    exact_decode(&message, block, length, end, at_datagram_end);
    g_autoptr(GPtrArray) found = g_ptr_array_new_with_free_func(g_free);
    gtupd_check_message(&message, collect, &(Collector){&message, found});
    g_ptr_array_sort(found, by_text);
    g_ptr_array_add(found, NULL);
    return g_strjoinv(" ", (char **)found->pdata);
}

typedef struct {
    const char *text;
    const char *found; /* sorted */
} Row;

static void assert_rows(const Row *rows, gsize count)
{
    for (gsize i = 0; i < count; i++) {
        g_test_message("%s", rows[i].text);
        g_autofree char *found = judge(rows[i].text, strlen(rows[i].text), GTUPD_END_TAIL, FALSE);
        g_assert_cmpstr(found, ==, rows[i].found);
    }
}

static void test_document(void)
{
    static const Row rows[] = {
        {"AT+GTUPD=cv200,0,0,10,2,,,ftp://test:12345678@217.14.46.21:32768/henry/CV200_MCU_R01A01V01.enc,,0,,,,0001$",
         ""},
        {"AT+GTUPD=cv200,0,0,10,0,,,http://210.18.45.10:9154/cv200/deltabin/CV200_MCU_R01A01V01,,0,,,,0001$", ""},
        {"AT+GTUPD=cv200,1,,,,,0001$", ""},
        {"+ACK:GTUPD,DF0101, 22225555588888,,0001,20150201000002,11F0$", "field-whitespace/unique-id"},
        {"+RESP:GTUPD,DF0107, 22225555588888,cv200,100,0,20200910012700,0000$", "field-whitespace/unique-id"},
        {"+RESP:GTUPD,DF0107,222225555588888,cv200,200,0,20200910012700,0000$", ""},
        {"+RESP:GTUPD,DF0107,222225555588888,cv200,300,0,20200910012700,0000$", ""},
        {"+BUFF:GTUPD,DF0107,222225555588888,cv200,300,0,20200910012700,0000$", ""},
    };
    assert_rows(rows, G_N_ELEMENTS(rows));
}

/* What public backends send to sibling models. */
static void test_field_commands(void)
{
    static const Row rows[] = {
        {"AT+GTUPD=gv300can,0,0,20,0,,,http://41.226.24.13:5000/api/download/GV300CANR00_0B08_to_0C10.bin,,0,,,0001$",
         "field-invalid/password sibling-layout"},
        {"AT+GTUPD=gv310lau,0,1,20,0,,,http://optimusrastreogps.net/gv310lau_fw/GV310LAU_R02_0314_060B.bin,,0,1,,0001$",
         "field-invalid/password reserved-not-empty/reserved sibling-layout"},
        {"AT+GTUPD=gl310m,0,0,10,0,,,https://example.org,,0,,,FFFF$", "sibling-layout"},
        {"AT+GTUPD=Falcon2020,0,1,10,0,,,http://3.7.80.234:13810/ZK105L_R61A03V09_CAN.enc,0,0,,,FFFF$",
         "field-invalid/password reserved-not-empty/reserved sibling-layout"},
        {"AT+GTUPD=Falcon2020,1,,,,,0001$", "field-invalid/password"},
        /* the URL in the sixth place: judged by position */
        {"AT+GTUPD=zk600,0,,10,0,http://iot.spin.pm:8080/ninebot/firmware/iot/R05A03V02.enc,,0,0,,,,FFFF$",
         "field-invalid/download-url field-invalid/download-user-name reserved-not-empty/reserved sibling-layout"},
    };
    assert_rows(rows, G_N_ELEMENTS(rows));
}

static void test_start(void)
{
    static const Row rows[] = {
        /* every default at once */
        {START(",,,,,,,http://h/p,,,,,"), ""},
        /* Password: 4 to 6 letters or digits */
        {START("abcd,0,0,10,0,,,http://h/p,,0,,,"), ""},
        {START("Ab01Z9,0,0,10,0,,,http://h/p,,0,,,"), ""},
        {START("abc,0,0,10,0,,,http://h/p,,0,,,"), "field-invalid/password"},
        {START("abcdefg,0,0,10,0,,,http://h/p,,0,,,"), "field-invalid/password"},
        {START("cv 20,0,0,10,0,,,http://h/p,,0,,,"), "field-invalid/password"},
        {START("cv_20,0,0,10,0,,,http://h/p,,0,,,"), "field-invalid/password"},
        /* Sub-Command */
        {START("cv200,2,0,10,0,,,http://h/p,,0,,,"), "field-invalid/sub-command"},
        {START("cv200,00,0,10,0,,,http://h/p,,0,,,"), "field-invalid/sub-command"},
        {START("cv200,x,0,10,0,,,http://h/p,,0,,,"), "field-invalid/sub-command"},
        /* Max Download Retry: one digit, 0 to 3 */
        {START("cv200,0,3,10,0,,,http://h/p,,0,,,"), ""},
        {START("cv200,0,4,10,0,,,http://h/p,,0,,,"), "field-invalid/max-download-retry"},
        {START("cv200,0,03,10,0,,,http://h/p,,0,,,"), "field-invalid/max-download-retry"},
        {START("cv200,0,-1,10,0,,,http://h/p,,0,,,"), "field-invalid/max-download-retry"},
        /* Download Timeout: 5 to 30, at most two characters */
        {START("cv200,0,0,5,0,,,http://h/p,,0,,,"), ""},
        {START("cv200,0,0,30,0,,,http://h/p,,0,,,"), ""},
        {START("cv200,0,0,4,0,,,http://h/p,,0,,,"), "field-invalid/download-timeout"},
        {START("cv200,0,0,31,0,,,http://h/p,,0,,,"), "field-invalid/download-timeout"},
        {START("cv200,0,0,0,0,,,http://h/p,,0,,,"), "field-invalid/download-timeout"},
        {START("cv200,0,0,010,0,,,http://h/p,,0,,,"), "field-invalid/download-timeout"},
        {START("cv200,0,0,9m,0,,,http://h/p,,0,,,"), "field-invalid/download-timeout"},
        /* Download Protocol: 0 or 2 */
        {START("cv200,0,0,10,2,,,ftp://h/p,,0,,,"), ""},
        {START("cv200,0,0,10,1,,,http://h/p,,0,,,"), "field-invalid/download-protocol"},
        {START("cv200,0,0,10,3,,,http://h/p,,0,,,"), "field-invalid/download-protocol"},
        {START("cv200,0,0,10,00,,,http://h/p,,0,,,"), "field-invalid/download-protocol"},
        /* Download User Name and Password: up to 6 letters or digits */
        {START("cv200,0,0,10,0,u,p,http://h/p,,0,,,"), ""},
        {START("cv200,0,0,10,0,user01,PASS99,http://h/p,,0,,,"), ""},
        {START("cv200,0,0,10,0,user001,p,http://h/p,,0,,,"), "field-invalid/download-user-name"},
        {START("cv200,0,0,10,0,u,passwor,http://h/p,,0,,,"), "field-invalid/download-password"},
        {START("cv200,0,0,10,0,u-1,p#1,http://h/p,,0,,,"),
         "field-invalid/download-password field-invalid/download-user-name"},
        /* Download URL: legal */
        {START("cv200,0,0,10,0,,,,,0,,,"), "field-invalid/download-url"},
        {START("cv200,0,0,10,0,,,h/p,,0,,,"), "field-invalid/download-url"},
        {START("cv200,0,0,10,0,,,http://,,0,,,"), "field-invalid/download-url"},
        {START("cv200,0,0,10,0,,,http:///p,,0,,,"), "field-invalid/download-url"},
        {START("cv200,0,0,10,0,,,http://h/p q,,0,,,"), "field-invalid/download-url"},
        /* Update Type: 0, 1, 11 */
        {START("cv200,0,0,10,0,,,http://h/p,,1,,,"), ""},
        {START("cv200,0,0,10,0,,,http://h/p,,11,,,"), ""},
        {START("cv200,0,0,10,0,,,http://h/p,,2,,,"), "field-invalid/update-type"},
        {START("cv200,0,0,10,0,,,http://h/p,,01,,,"), "field-invalid/update-type"},
        {START("cv200,0,0,10,0,,,http://h/p,,10,,,"), "field-invalid/update-type"},
        {START("cv200,0,0,10,0,,,http://h/p,,111,,,"), "field-invalid/update-type"},
        /* all at once, all told */
        {"AT+GTUPD=c,x,9,99,7,a b,c d,url,r,9,r,r,r,G$",
         "field-invalid/download-password field-invalid/download-protocol field-invalid/download-timeout "
         "field-invalid/download-url field-invalid/download-user-name field-invalid/max-download-retry "
         "field-invalid/password field-invalid/serial-number field-invalid/sub-command field-invalid/update-type "
         "reserved-not-empty/reserved"},
    };
    assert_rows(rows, G_N_ELEMENTS(rows));
}

static void test_serial(void)
{
    static const Row rows[] = {
        {"AT+GTUPD=cv200,1,,,,,0000$", ""},
        {"AT+GTUPD=cv200,1,,,,,FFFF$", ""},
        {"AT+GTUPD=cv200,1,,,,,ffff$", ""},
        {"AT+GTUPD=cv200,1,,,,,$", "field-invalid/serial-number"},
        {"AT+GTUPD=cv200,1,,,,,001$", "field-invalid/serial-number"},
        {"AT+GTUPD=cv200,1,,,,,00001$", "field-invalid/serial-number"},
        {"AT+GTUPD=cv200,1,,,,,000G$", "field-invalid/serial-number"},
        {"AT+GTUPD=cv200,1,,,,,0x01$", "field-invalid/serial-number"},
        {"AT+GTUPD=,1,,,,,0001$", ""},
        {"AT+GTUPD=cv2,1,,,,,0001$", "field-invalid/password"},
        {"+ACK:GTUPD,DF0107," ID ",,001," TIME ",0000$", "field-invalid/serial-number"},
        {"+ACK:GTUPD,DF0107," ID ",,," TIME ",0000$", "field-invalid/serial-number"},
    };
    assert_rows(rows, G_N_ELEMENTS(rows));
}

/* 100 characters of URL pass, 101 do not. */
static void test_url_length(void)
{
    for (gsize length = 99; length <= 101; length++) {
        g_autoptr(GString) url = g_string_new("http://h/");
        while (url->len < length)
            g_string_append_c(url, 'p');
        g_autofree char *text = g_strdup_printf("AT+GTUPD=cv200,0,0,10,0,,,%s,,0,,,,0001$", url->str);
        g_autofree char *found = judge(text, strlen(text), GTUPD_END_TAIL, FALSE);
        g_assert_cmpstr(found, ==, length <= 100 ? "" : "field-invalid/download-url");
    }
}

static void test_scheme(void)
{
    static const Row rows[] = {
        {START("cv200,0,0,10,0,,,https://h/p,,0,,,"), ""},
        {START("cv200,0,0,10,0,,,HTTP://h/p,,0,,,"), ""},
        {START("cv200,0,0,10,0,,,HttpS://h/p,,0,,,"), ""},
        {START("cv200,0,0,10,,,,http://h/p,,0,,,"), ""},
        {START("cv200,0,0,10,2,,,FTP://h/p,,0,,,"), ""},
        {START("cv200,0,0,10,0,,,ftp://h/p,,0,,,"), "url-scheme-mismatch/download-url"},
        {START("cv200,0,0,10,,,,ftp://h/p,,0,,,"), "url-scheme-mismatch/download-url"},
        {START("cv200,0,0,10,0,,,httpx://h/p,,0,,,"), "url-scheme-mismatch/download-url"},
        {START("cv200,0,0,10,0,,,htt://h/p,,0,,,"), "url-scheme-mismatch/download-url"},
        {START("cv200,0,0,10,2,,,http://h/p,,0,,,"), "url-scheme-mismatch/download-url"},
        {START("cv200,0,0,10,2,,,https://h/p,,0,,,"), "url-scheme-mismatch/download-url"},
        {START("cv200,0,0,10,2,,,ftps://h/p,,0,,,"), "url-scheme-mismatch/download-url"},
        {START("cv200,0,0,10,2,,,sftp://h/p,,0,,,"), "url-scheme-mismatch/download-url"},
        /* not where the URL is invalid, nor where nothing says which protocol it is */
        {START("cv200,0,0,10,0,,,ftp://,,0,,,"), "field-invalid/download-url"},
        {START("cv200,0,0,10,2,,,,,0,,,"), "field-invalid/download-url"},
        {START("cv200,0,0,10,1,,,ftp://h/p,,0,,,"), "field-invalid/download-protocol"},
    };
    assert_rows(rows, G_N_ELEMENTS(rows));
}

static void test_comma(void)
{
    static const Row rows[] = {
        {START("cv200,0,0,10,0,,,http://h/a,b,,0,,,"), "url-ambiguous/download-url"},
        {START("cv200,0,0,10,0,,,http://h/a,,b,c,,,,0,,,"), "url-ambiguous/download-url"},
        {START("cv200,0,0,10,2,,,http://h/a,b,,0,,,"), "url-ambiguous/download-url url-scheme-mismatch/download-url"},
        /* 14 fields are the document's: a sibling's command with a comma is read by it, and shifted */
        {START("cv200,0,0,10,0,,,http://h/a,b,,0,,"), "reserved-not-empty/reserved"},
    };
    assert_rows(rows, G_N_ELEMENTS(rows));
}

static void test_count(void)
{
    static const Row rows[] = {
        {"AT+GTUPD=cv200,0,0,10,0,,,http://h/p,,0,,0001$", "field-count"},
        {"AT+GTUPD=cv200,1,,,,0001$", "field-count"},
        {"AT+GTUPD=cv200,1,,,,,,0001$", "field-count"},
        {"AT+GTUPD=cv200,1,0,10,0,,,http://h/p,,0,,,,0001$", "field-count"},
        {"AT+GTUPD=cv200,1,0,10,0,,,http://h/p,,0,,,0001$", "field-count"},
        /* fits neither layout: the Sub-Command is no finding of its own any more */
        {"AT+GTUPD=cv200,0,,,,,0001$", "field-count"},
        {"AT+GTUPD=cv200,,,,,,0001$", "field-count"},
        {"AT+GTUPD=cv200,2,,,,,0001$", "field-count"},
        {"AT+GTUPD=cv200,stop,,,,,0001$", "field-count"},
        /* no other field finding */
        {"AT+GTUPD=x,1,,,,,,G$", "field-count"},
        {"AT+GTUPD=cv200,0,0,10,0,,,http://h/a$", "field-count"},
        {"AT+GTUPD=$", "field-count"},
        {"AT+GTUPD$", "field-count"},
        {"+ACK:GTUPD,DF0107," ID ",,0001," TIME "$", "field-count"},
        {"+ACK:GTUPD,DF0107," ID ",,,0001," TIME ",0000$", "field-count"},
        {REPORT "100,,0" END, "field-count"},
        {REPORT "100" END, "field-count"},
        {"+RESP:GTUPD$", "field-count"},
        {"+RESP:GTUPD,xx,yy,zz, 1 $", "field-count"},
    };
    assert_rows(rows, G_N_ELEMENTS(rows));
}

static void test_reserved(void)
{
    static const Row rows[] = {
        {START("cv200,0,0,10,0,,,http://h/p,0,0,,,"), "reserved-not-empty/reserved"},
        {START("cv200,0,0,10,0,,,http://h/p,,0,0,,"), "reserved-not-empty/reserved"},
        {START("cv200,0,0,10,0,,,http://h/p,,0,,0,"), "reserved-not-empty/reserved"},
        {START("cv200,0,0,10,0,,,http://h/p,,0,,,0"), "reserved-not-empty/reserved"},
        {START("cv200,0,0,10,0,,,http://h/p,a,0,b,c,d"), "reserved-not-empty/reserved"}, /* one a message */
        {"AT+GTUPD=cv200,1,0,,,,0001$", "reserved-not-empty/reserved"},
        {"AT+GTUPD=cv200,1,,,,0,0001$", "reserved-not-empty/reserved"},
        {"AT+GTUPD=cv200,1, ,,,,0001$", "field-whitespace/reserved"}, /* all blank is empty */
        {REPORT "100," END, ""},
        {REPORT "100,0" END, ""},
        {REPORT "3110,0" END, ""},
        {REPORT "100,1" END, "reserved-not-empty/reserved"},
        {REPORT "100,00" END, "reserved-not-empty/reserved"},
        {REPORT "301,x" END, "reserved-not-empty/reserved"},
        {REPORT "100, 0" END, "field-whitespace/reserved"},
        /* not judged where the code is unusable */
        {REPORT "104,1" END, "code-undefined/code"},
        {REPORT "10,1" END, "field-invalid/code"},
        {REPORT ",1" END, "field-invalid/code"},
    };
    assert_rows(rows, G_N_ELEMENTS(rows));
}

static void test_report(void)
{
    static const Row rows[] = {
        /* Code */
        {REPORT "1110,0" END, ""},
        {REPORT "213,0" END, ""},
        {REPORT "1113,0" END, ""},
        {REPORT "2112,0" END, ""},
        {REPORT "2113,0" END, "code-undefined/code"},
        {REPORT "104,0" END, "code-undefined/code"},
        {REPORT "120,0" END, "code-undefined/code"},
        {REPORT "000,0" END, "code-undefined/code"},
        {REPORT "400,0" END, "code-undefined/code"},
        {REPORT "1000,0" END, "code-undefined/code"},
        {REPORT "0100,0" END, "code-undefined/code"},
        {REPORT "10,0" END, "field-invalid/code"},
        {REPORT "11110,0" END, "field-invalid/code"},
        {REPORT "1X0,0" END, "field-invalid/code"},
        {REPORT ",0" END, "field-invalid/code"},
        {REPORT " 100 ,0" END, "field-whitespace/code"},
        /* Download Times: 0 to 4, of a 2XY */
        {REPORT "200,4" END, ""},
        {REPORT "2110,1" END, ""},
        {REPORT "200,5" END, "field-invalid/download-times"},
        {REPORT "201,00" END, "field-invalid/download-times"},
        {REPORT "202,-1" END, "field-invalid/download-times"},
        {REPORT "212," END, "field-invalid/download-times"},
        {REPORT "203," END, ""},
        {REPORT "213,9" END, ""},
        {REPORT "203,none" END, ""},
    };
    assert_rows(rows, G_N_ELEMENTS(rows));
}

static void test_common(void)
{
    static const Row rows[] = {
        /* Protocol Version */
        {"+RESP:GTUPD,BD0214," ID ",,100,," TIME ",0000$", ""},
        {"+RESP:GTUPD,0Z0aFf," ID ",,100,," TIME ",0000$", ""},
        {"+RESP:GTUPD,DF01070," ID ",,100,," TIME ",0000$", "field-invalid/protocol-version"},
        {"+RESP:GTUPD,DF010," ID ",,100,," TIME ",0000$", "field-invalid/protocol-version"},
        {"+RESP:GTUPD,df0107," ID ",,100,," TIME ",0000$", "field-invalid/protocol-version"},
        {"+RESP:GTUPD,DF010G," ID ",,100,," TIME ",0000$", "field-invalid/protocol-version"},
        {"+RESP:GTUPD,8020050402," ID ",,100,," TIME ",0000$", "field-invalid/protocol-version"},
        {"+RESP:GTUPD,," ID ",,100,," TIME ",0000$", "field-invalid/protocol-version"},
        /* Unique ID */
        {"+RESP:GTUPD,DF0107,A1000043D20139,,100,," TIME ",0000$", ""},
        {"+RESP:GTUPD,DF0107,a1000043d20139,,100,," TIME ",0000$", ""},
        {"+RESP:GTUPD,DF0107,22225555588888,,100,," TIME ",0000$", ""},
        {"+RESP:GTUPD,DF0107,A1000043D2013G,,100,," TIME ",0000$", "field-invalid/unique-id"},
        {"+RESP:GTUPD,DF0107,22222555558888A,,100,," TIME ",0000$", "field-invalid/unique-id"},
        {"+RESP:GTUPD,DF0107,2222555558888,,100,," TIME ",0000$", "field-invalid/unique-id"},
        {"+RESP:GTUPD,DF0107,0222225555588888,,100,," TIME ",0000$", "field-invalid/unique-id"},
        {"+RESP:GTUPD,DF0107,,,100,," TIME ",0000$", "field-invalid/unique-id"},
        /* Device Name */
        {"+RESP:GTUPD,DF0107," ID ",a,100,," TIME ",0000$", ""},
        {"+RESP:GTUPD,DF0107," ID ",GV350M_HHP,100,," TIME ",0000$", ""},
        {"+RESP:GTUPD,DF0107," ID ",van 7 -#!\",100,," TIME ",0000$", ""},
        {"+RESP:GTUPD,DF0107," ID ",GV350M_HHP1,100,," TIME ",0000$", "field-invalid/device-name"},
        {"+RESP:GTUPD,DF0107," ID ",caf\xe9,100,," TIME ",0000$", "field-invalid/device-name non-ascii"},
        /* Send Time */
        {"+RESP:GTUPD,DF0107," ID ",,100,,20200229235959,0000$", ""},
        {"+RESP:GTUPD,DF0107," ID ",,100,,20210229000000,0000$", "field-invalid/send-time"},
        {"+RESP:GTUPD,DF0107," ID ",,100,,20200230000000,0000$", "field-invalid/send-time"},
        {"+RESP:GTUPD,DF0107," ID ",,100,,20201301000000,0000$", "field-invalid/send-time"},
        {"+RESP:GTUPD,DF0107," ID ",,100,,20200910240000,0000$", "field-invalid/send-time"},
        {"+RESP:GTUPD,DF0107," ID ",,100,,20200910006000,0000$", "field-invalid/send-time"},
        {"+RESP:GTUPD,DF0107," ID ",,100,,2020091001270,0000$", "field-invalid/send-time"},
        {"+RESP:GTUPD,DF0107," ID ",,100,,202009100127000,0000$", "field-invalid/send-time"},
        {"+RESP:GTUPD,DF0107," ID ",,100,,,0000$", "field-invalid/send-time"},
        /* Count Number */
        {"+RESP:GTUPD,DF0107," ID ",,100,," TIME ",ffff$", ""},
        {"+RESP:GTUPD,DF0107," ID ",,100,," TIME ",FFF$", "field-invalid/count-number"},
        {"+RESP:GTUPD,DF0107," ID ",,100,," TIME ",137B8$", "field-invalid/count-number"},
        {"+RESP:GTUPD,DF0107," ID ",,100,," TIME ",$", "field-invalid/count-number"},
        {"+ACK:GTUPD,DF0107," ID ",,0001," TIME ",000x$", "field-invalid/count-number"},
        {"+BUFF:GTUPD,DF0107," ID ",,100,," TIME ",0$", "field-invalid/count-number"},
    };
    assert_rows(rows, G_N_ELEMENTS(rows));
}

static void test_whitespace(void)
{
    static const Row rows[] = {
        {"AT+GTUPD= cv200,0 , 0 ,10,0,,,http://h/p,,0,,,, 0001 $",
         "field-whitespace/max-download-retry field-whitespace/password field-whitespace/serial-number "
         "field-whitespace/sub-command"},
        {"AT+GTUPD=cv200, 1,,,,,0001$", "field-whitespace/sub-command"},
        {"AT+GTUPD=cv200, 2,,,,,0001$", "field-count"},
        /* an all-blank field is empty */
        {START(" ,0,0,10,0,,,http://h/p,,0,,,"), "field-whitespace/password"},
        {START("cv200,0,0,10,0,,, ,,0,,,"), "field-invalid/download-url field-whitespace/download-url"},
        {"+RESP:GTUPD,DF0107," ID ",   ,100,," TIME ",0000$", "field-whitespace/device-name"},
        /* trimmed and still wrong: both */
        {START(" cv2 ,0,0,10,0,,,http://h/p,,0,,,"), "field-invalid/password field-whitespace/password"},
        /* a TAB is no blank */
        {START("\tcv200,0,0,10,0,,,http://h/p,,0,,,"), "field-invalid/password non-ascii"},
        /* blanks inside a name are its own */
        {"+RESP:GTUPD,DF0107," ID ",my van,100,," TIME ",0000$", ""},
        /* the URL's own length and scheme are the trimmed value's */
        {START("cv200,0,0,10,2,,, ftp://h/p ,,0,,,"), "field-whitespace/download-url"},
    };
    assert_rows(rows, G_N_ELEMENTS(rows));
}

/* Other messages get framing findings only. */
static void test_others(void)
{
    static const Row rows[] = {
        {"+RESP:GTINF, x ,y,,z,$", ""},
        {"+RESP:GTUPC,D40102,015181001707687,gl310m,0,100,https://www.example.com/UPC_1.ini,20230811142238,0155$", ""},
        {"AT+GTUPC=gl300, 0,10,0,0,168,http://www.queclink.com/configure.ini,,,,,0001$", ""},
        {"+SACK:zz$", ""},
        {"+ACK:GTHBD,,,,$", ""},
        {"+RESP:GTINF,caf\xe9,\x01\x02$", "non-ascii"},
        {"+SACK:\x7f$", "non-ascii"},
    };
    assert_rows(rows, G_N_ELEMENTS(rows));
}

/* Without tail: judged as usual if complete, else nothing but that; oversized: nothing but that. */
static void test_frame_ends(void)
{
    static const struct {
        const char *text;
        GtupdFrameEnd end;
        const char *found;
    } rows[] = {
        {"+RESP:GTUPD,DF0107," ID ",,100,," TIME ",0000", GTUPD_END_HEADER, "tail-missing"},
        {"+RESP:GTUPD,df0107," ID ",,100,7," TIME ",0000", GTUPD_END_HEADER,
         "field-invalid/protocol-version reserved-not-empty/reserved tail-missing"},
        {"+RESP:GTUPD,DF0107," ID ",caf\xe9,100,," TIME ",0000", GTUPD_END_HEADER,
         "field-invalid/device-name non-ascii tail-missing"},
        {"+RESP:GTUPD,df0107," ID ",caf\xe9,100,7," TIME, GTUPD_END_HEADER, "tail-missing"},
        {"+RESP:GTUPD,df0107," ID ",,100,7," TIME ",00", GTUPD_END_HEADER, "tail-missing"},
        {"+RESP:GTUPD", GTUPD_END_HEADER, "tail-missing"},
        {"AT+GTUPD=cv200,2,,,,,0001", GTUPD_END_HEADER, "tail-missing"},
        {"AT+GTUPD=cv2,1,,,,,0001", GTUPD_END_HEADER, "field-invalid/password tail-missing"},
        {"AT+GTUPD=cv200,0,0,10,0,,,http://h/p,,0,,,0001", GTUPD_END_HEADER, "sibling-layout tail-missing"},
        {"+RESP:GTINF,DF0107," ID ",caf\xe9," TIME ",0000", GTUPD_END_HEADER, "non-ascii tail-missing"},
        {"+RESP:GTINF,DF0107," ID ",caf\xe9," TIME, GTUPD_END_HEADER, "tail-missing"},
        {"+RESP:GTUPD,df0107," ID ",caf\xe9,100,7," TIME ",0000", GTUPD_END_OVERSIZED, "message-oversized"},
        {"+RESP:GTINF,\xe9", GTUPD_END_OVERSIZED, "message-oversized"},
    };
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("%u: %s", i, rows[i].text);
        for (gboolean at_end = FALSE; at_end <= (rows[i].end == GTUPD_END_HEADER); at_end++) {
            g_autofree char *found = judge(rows[i].text, strlen(rows[i].text), rows[i].end, at_end);
            g_assert_cmpstr(found, ==, rows[i].found);
        }
    }
}

static gboolean is_digit(int byte)
{
    return byte >= '0' && byte <= '9';
}

static gboolean is_alnum(int byte)
{
    return is_digit(byte) || (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z');
}

static gboolean is_hex(int byte)
{
    return is_digit(byte) || (byte >= 'A' && byte <= 'F') || (byte >= 'a' && byte <= 'f');
}

static gboolean is_type_letter(int byte)
{
    return is_digit(byte) || (byte >= 'A' && byte <= 'Z');
}

static gboolean is_visible(int byte)
{
    return byte > 0x20 && byte < 0x7F;
}

static gboolean is_printable(int byte)
{
    return byte >= 0x20 && byte < 0x7F;
}

/*
 * Every byte value in the middle of a field. `$` ends a message, so it cannot stand here; a comma adds a field, which
 * is another test's business.
 */
static void test_bytes(void)
{
    static const struct {
        const char *text; /* `?` is the place */
        const char *field;
        gboolean (*passes)(int byte);
    } rows[] = {
        {START("cv?00,0,0,10,0,,,http://h/p,,0,,,"), "password", is_alnum},
        {START("cv200,0,0,10,0,u?r,p,http://h/p,,0,,,"), "download-user-name", is_alnum},
        {START("cv200,0,0,10,0,u,p?w,http://h/p,,0,,,"), "download-password", is_alnum},
        {START("cv200,0,0,10,0,,,http://h/?p,,0,,,"), "download-url", is_visible},
        {START("cv200,0,0,1?,0,,,http://h/p,,0,,,"), "download-timeout", is_digit},
        {"AT+GTUPD=cv200,1,,,,,0?01$", "serial-number", is_hex},
        {"+RESP:GTUPD,D?0107," ID ",,100,," TIME ",0000$", "protocol-version", is_type_letter},
        {"+RESP:GTUPD,DF0?07," ID ",,100,," TIME ",0000$", "protocol-version", is_hex},
        {"+RESP:GTUPD,DF0107,2222255?5588888,,100,," TIME ",0000$", "unique-id", is_digit},
        {"+RESP:GTUPD,DF0107,A10000?3D20139,,100,," TIME ",0000$", "unique-id", is_hex},
        {"+RESP:GTUPD,DF0107," ID ",a?b,100,," TIME ",0000$", "device-name", is_printable},
        {"+RESP:GTUPD,DF0107," ID ",,100,,202009100127?0,0000$", "send-time", NULL}, /* 0 to 5 */
        {"+RESP:GTUPD,DF0107," ID ",,100,," TIME ",00?0$", "count-number", is_hex},
    };
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        for (int byte = 0; byte < 256; byte++) {
            if (byte == '$' || byte == ',')
                continue;
            if (byte == ' ' && g_str_equal(rows[i].field, "download-timeout"))
                continue; /* a blank at the end is trimmed */
            g_autofree char *text = g_strdup(rows[i].text);
            gsize length = strlen(text);
            *strchr(text, '?') = (char)byte;
            gboolean passes = rows[i].passes ? rows[i].passes(byte) : byte >= '0' && byte <= '5';
            g_assert_true(!passes || is_printable(byte));
            g_autofree char *expected = g_strconcat(passes ? "" : "field-invalid/", passes ? "" : rows[i].field,
                                                    is_printable(byte) ? "" : " non-ascii", NULL);
            g_autofree char *found = judge(text, length, GTUPD_END_TAIL, FALSE);
            g_assert_cmpstr(found, ==, expected);
        }
    }
}

static void reveal(GtupdRule rule, const GtupdFieldInfo *field, GtupdSpan span, const char *section,
                   const char *sentence, gpointer data)
{
    (void)rule, (void)field, (void)span, (void)section;
    g_test_message("%s", sentence);
    g_assert_null(strstr(sentence, "SECRET"));
    *(guint *)data += 1;
}

/* A sentence never tells a secret, also where it is the very thing that is wrong. */
static void test_secrets(void)
{
    static const char *const texts[] = {
        "AT+GTUPD=SECRET_,0,0,10,0,SECRET_,SECRET_,http://u:SECRET@h/a b,,0,,,,0001$",
        "AT+GTUPD= SECRET ,0,0,10,0, SECRET , SECRET ,ftp://u:SECRET@h/a,,0,,,,0001$",
        "AT+GTUPD=cv200,0,0,10,0,,,ftp://u:SECRET@h/a,b,,0,,,,0001$",
        "AT+GTUPD=cv200,0,0,10,0,,,u:SECRET@h/a,,0,,,,0001$",
        "AT+GTUPD=SECRET_,1,,,,,0001$",
    };
    for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
        gsize length = strlen(texts[i]);
        g_autofree guint8 *block = exact_copy(texts[i], length);
        GtupdMessage message;
        exact_decode(&message, block, length, GTUPD_END_TAIL, FALSE);
        guint sentences = 0;
        gtupd_check_message(&message, reveal, &sentences);
        g_assert_cmpuint(sentences, >, 0);
    }
}

static void test_sections(void)
{
    static const struct {
        const char *text;
        const char *section;
    } rows[] = {
        {START("cv200,0,0,10,0,,,http://h/p,,0,,,"), "2.1.1"},
        {START("cv200,0,0,10,0,,,http://h/p,,0,,"), "2.1.1"},
        {"AT+GTUPD=cv200,1,,,,,0001$", "2.1.2"},
        {"+ACK:GTUPD,DF0107," ID ",,0001," TIME ",0000$", "2.1.3"},
        {REPORT "100," END, "2.2.1"},
        {REPORT "200,0" END, "2.2.2"},
        {REPORT "3112," END, "2.2.3"},
        {"+RESP:GTINF,1$", NULL},
    };
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        gsize length = strlen(rows[i].text);
        g_autofree guint8 *block = exact_copy(rows[i].text, length);
        GtupdMessage message;
        exact_decode(&message, block, length, GTUPD_END_TAIL, FALSE);
        g_assert_cmpstr(gtupd_check_section(&message), ==, rows[i].section);
    }
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/check/document", test_document);
    g_test_add_func("/check/field-commands", test_field_commands);
    g_test_add_func("/check/start", test_start);
    g_test_add_func("/check/serial", test_serial);
    g_test_add_func("/check/url-length", test_url_length);
    g_test_add_func("/check/scheme", test_scheme);
    g_test_add_func("/check/comma", test_comma);
    g_test_add_func("/check/count", test_count);
    g_test_add_func("/check/reserved", test_reserved);
    g_test_add_func("/check/report", test_report);
    g_test_add_func("/check/common", test_common);
    g_test_add_func("/check/whitespace", test_whitespace);
    g_test_add_func("/check/others", test_others);
    g_test_add_func("/check/frame-ends", test_frame_ends);
    g_test_add_func("/check/bytes", test_bytes);
    g_test_add_func("/check/secrets", test_secrets);
    g_test_add_func("/check/sections", test_sections);
    return g_test_run();
}
