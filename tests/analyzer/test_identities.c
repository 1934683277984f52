/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "identities.h"

#include <string.h>

/* The text with all that was found replaced, as printable characters. */
static char *replaced(const guint8 *text, gsize length, const GArray *found)
{
    g_autofree guint8 *out = g_memdup2(text, length);
    for (guint i = 0; i < found->len; i++) {
        const GtupdIdentity *identity = &g_array_index(found, GtupdIdentity, i);
        g_assert_cmpuint(identity->at + identity->stand_in->length, <=, length);
        g_assert_true(memcmp(text + identity->at, identity->stand_in->from, identity->stand_in->length) == 0);
        memcpy(out + identity->at, identity->stand_in->to, identity->stand_in->length);
    }
    g_autofree char *plain = g_strndup((const char *)out, length);
    return g_strescape(plain, "\"");
}

static char *of_message(GtupdIdentities *identities, const char *text)
{
    g_autoptr(GArray) found = g_array_new(FALSE, FALSE, sizeof(GtupdIdentity));
    const guint8 *bytes = (const guint8 *)text;
    const GtupdFrame frame = gtupd_frame_next(bytes, strlen(text), 0);
    GtupdMessage message;
    gtupd_message_decode(&message, bytes, frame.kind == GTUPD_FRAME_MESSAGE ? frame.length : strlen(text), frame.type,
                         frame.kind == GTUPD_FRAME_MESSAGE ? frame.end : GTUPD_END_HEADER, FALSE);
    gtupd_identities_message(identities, &message, 0, found);
    return replaced(bytes, strlen(text), found);
}

static char *of_line(GtupdIdentities *identities, const char *text)
{
    g_autoptr(GArray) found = g_array_new(FALSE, FALSE, sizeof(GtupdIdentity));
    gtupd_identities_line(identities, (const guint8 *)text, strlen(text), 0, found);
    return replaced((const guint8 *)text, strlen(text), found);
}

#define ID   "867700040010115"
#define ELSE "000000000000018"

/* Each with a dictionary of its own. */
static void test_messages(void)
{
    static const struct {
        const char *text, *expected;
    } rows[] = {
        {"+RESP:GTUPD,BD020E," ID ",CV200,100,,20260312081501,0011$",
         "+RESP:GTUPD,BD020E," ELSE ",AA001,100,,20260312081501,0011$"},
        {"+RESP:GTFRI,BD020E," ID ", my car ,0,1," ID ",x$", "+RESP:GTFRI,BD020E," ELSE ", aa aab ,0,1," ELSE ",x$"},
        {"+BUFF:GTUPD,BD020E," ID ",CV2", "+BUFF:GTUPD,BD020E," ELSE ",AA1"},
        {"AT+GTUPD=cv200,0,0,10,2,anna,s3cr,ftp://files.example.com/a.bin,,0,,,,0001$",
         "AT+GTUPD=aa001,0,0,10,2,aaab,a0ab,ftp://aaaab.aaaaaab.aab/a.bin,,0,,,,0001$"},
        {"AT+GTUPD=cv200,0,0,10,0,,,http://anna:key@198.51.100.9:8080/a.bin,,0,,,,0001$",
         "AT+GTUPD=aa001,0,0,10,0,,,http://aaab:aab@198.51.100.9:8080/a.bin,,0,,,,0001$"},
        {"AT+GTUPD=cv200,0,0,10,0,,,host.example/a.bin,,0,0001$",
         "AT+GTUPD=aa001,0,0,10,0,,,aaab.aaaaaab/a.bin,,0,0001$"},
        {"AT+GTUPD=cv200,1,,,,,0017$", "AT+GTUPD=aa001,1,,,,,0017$"}, /* a stop command has no credentials */
        {"AT+GTRTO=cv200,3,,,,,,0018$", "AT+GTRTO=aa001,3,,,,,,0018$"},
        {"+SACK:0011$", "+SACK:0011$"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GtupdIdentities) identities = gtupd_identities_new();
        g_autofree char *text = of_message(identities, rows[i].text);
        g_assert_cmpstr(text, ==, rows[i].expected);
    }
}

static void test_lines(void)
{
    static const struct {
        const char *text, *expected;
    } rows[] = {
        {"Host: www.example.com:8080\r\n", "Host: aab.aaaaaab.aac:8080\\r\\n"},
        {"Host: 198.51.100.9\r\n", "Host: 198.51.100.9\\r\\n"},
        {"host:[2001:db8::1]:80\r\n", "host:[2001:db8::1]:80\\r\\n"},
        {"Host:\r\n", "Host:\\r\\n"},
        {"Authorization: Basic YW5uYTpzM2Ny\r\n", "Authorization: Basic AA0aAAaaA0Ab\\r\\n"},
        {"USER anna\r\n", "USER aaab\\r\\n"},
        {"pass Aa1!\r\n", "pass Aa2!\\r\\n"},
        {"Location: https://www.example.com/b?to=ftp://x.example/\r\n",
         "Location: https://aab.aaaaaab.aac/b?to=ftp://b.aaaaaab/\\r\\n"},
        {"GET /cv200/a.bin HTTP/1.1\r\n", "GET /cv200/a.bin HTTP/1.1\\r\\n"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GtupdIdentities) identities = gtupd_identities_new();
        g_autofree char *text = of_line(identities, rows[i].text);
        g_assert_cmpstr(text, ==, rows[i].expected);
    }
}

/* What was heard in one place is found in others, and the same there. */
static void test_words(void)
{
    g_autoptr(GtupdIdentities) identities = gtupd_identities_new();
    g_free(of_message(identities, "+RESP:GTUPD,BD020E," ID ",CV200,100,,20260312081501,0011$"));
    g_free(of_message(identities, "AT+GTUPD=cv200,0,0,10,2,annabell,s3cr,ftp://files.example.com/a.bin,,0,,,,0001$"));
    static const struct {
        const char *text, *expected;
    } rows[] = {
        {"GET /" ID ".bin HTTP/1.1", "GET /" ELSE ".bin HTTP/1.1"},
        {"User-Agent: imei" ID "x", "User-Agent: imei" ELSE "x"},
        {"1" ID, "1" ID}, /* another number */
        {"331 annabell, your password?", "331 aaaaaaab, your password?"},
        {"220 FILES.example.com.", "220 AAAAB.aaaaaab.aab."},
        {"at edge.files.example.com", "at edge.aaaab.aaaaaab.aab"},
        {"/cv200/CV200", "/cv200/CV200"}, /* a name is one only in its place */
        {"annabella", "annabella"},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *text = of_line(identities, rows[i].text);
        g_assert_cmpstr(text, ==, rows[i].expected);
    }
}

#define HEADER   "\0\1\x81\x80\0\1\0\2\0\0\0\0"
#define QUESTION "\5files\7example\3com\0\0\1\0\1"
#define ALIAS    "\xc0\x0c\0\5\0\1\0\0\0\x3c\0\7\4edge\xc0\x12" /* files… is edge.example.com */
#define ADDRESS  "\4edge\xc0\x12\0\1\0\1\0\0\0\x3c\0\4\xc6\x33\x64\x09"
#define OF(text) ((const guint8 *)(text)), sizeof(text) - 1

/* Each label where it stands, so that what points to it says the same. */
static void test_dns(void)
{
    g_autoptr(GtupdIdentities) identities = gtupd_identities_new();
    g_autoptr(GArray) found = g_array_new(FALSE, FALSE, sizeof(GtupdIdentity));
    gtupd_identities_dns(identities, OF(HEADER QUESTION ALIAS ADDRESS), found);
    GString *labels = g_string_new(NULL);
    for (guint i = 0; i < found->len; i++) {
        const GtupdIdentity *identity = &g_array_index(found, GtupdIdentity, i);
        g_string_append_printf(labels, "%" G_GSIZE_FORMAT " %.*s ", identity->at, (int)identity->stand_in->length,
                               (const char *)identity->stand_in->to);
    }
    g_assert_cmpstr(labels->str, ==, "13 aaaab 19 aaaaaab 27 aab 48 aaab 55 aaab ");
    g_string_free(labels, TRUE);
}

/* Cut anywhere, it says only what is there. */
static void test_dns_cut(void)
{
    static const char message[] = HEADER QUESTION ALIAS ADDRESS;
    for (gsize length = 0; length < sizeof message; length++) {
        g_autoptr(GtupdIdentities) identities = gtupd_identities_new();
        g_autoptr(GArray) found = g_array_new(FALSE, FALSE, sizeof(GtupdIdentity));
        g_autofree guint8 *copy = g_memdup2(message, length);
        gtupd_identities_dns(identities, copy, length, found);
        for (guint i = 0; i < found->len; i++) {
            const GtupdIdentity *identity = &g_array_index(found, GtupdIdentity, i);
            g_assert_cmpuint(identity->at + identity->stand_in->length, <=, length);
        }
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/identities/messages", test_messages);
    g_test_add_func("/identities/lines", test_lines);
    g_test_add_func("/identities/words", test_words);
    g_test_add_func("/identities/dns", test_dns);
    g_test_add_func("/identities/dns-cut", test_dns_cut);
    return g_test_run();
}
