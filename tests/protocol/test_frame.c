/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "frame.h"

#include "exact.h"

/* rules.md, "What is looked at", written afresh. */
static const struct {
    const char *head;
    GtupdType type;
    gboolean wants_letter; /* a letter or digit must follow */
} headers[] = {
    {"AT+GT", GTUPD_TYPE_COMMAND, TRUE},     {"+ACK:GT", GTUPD_TYPE_ACK, TRUE},  {"+RESP:GT", GTUPD_TYPE_REPORT, TRUE},
    {"+BUFF:GT", GTUPD_TYPE_BUFFERED, TRUE}, {"+SACK:", GTUPD_TYPE_SACK, FALSE},
};

static gboolean is_letter_or_digit(int byte)
{
    return (byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z');
}

static gboolean is_padding(int byte)
{
    return byte == '\r' || byte == '\n' || byte == '\0' || byte == ' ';
}

static GtupdHeaderMatch match(const char *text, gsize length, GtupdType *type)
{
    g_autofree guint8 *block = exact_copy(text, length);
    return gtupd_frame_header(block, length, type);
}

static GtupdFrame next(const char *text, gsize length, gsize checked)
{
    g_autofree guint8 *block = exact_copy(text, length);
    return gtupd_frame_next(block, length, checked);
}

static void test_header_whole(void)
{
    for (guint i = 0; i < G_N_ELEMENTS(headers); i++) {
        for (int byte = 0; byte < 256; byte++) {
            g_autoptr(GString) text = g_string_new(headers[i].head);
            g_string_append_c(text, (char)byte);
            gboolean expected = !headers[i].wants_letter || is_letter_or_digit(byte);
            GtupdType type = GTUPD_TYPES;
            g_assert_cmpint(match(text->str, text->len, &type), ==, expected ? GTUPD_HEADER_WHOLE : GTUPD_HEADER_NONE);
            g_assert_cmpint(type, ==, expected ? headers[i].type : GTUPD_TYPES);
        }
    }
}

static void test_header_partial(void)
{
    for (guint i = 0; i < G_N_ELEMENTS(headers); i++) {
        gsize length = strlen(headers[i].head);
        for (gsize cut = 1; cut < length; cut++)
            g_assert_cmpint(match(headers[i].head, cut, NULL), ==, GTUPD_HEADER_PARTIAL);
        g_assert_cmpint(match(headers[i].head, length, NULL), ==,
                        headers[i].wants_letter ? GTUPD_HEADER_PARTIAL : GTUPD_HEADER_WHOLE);
    }
}

/* A header is not one any more as soon as one byte of it is another; letters count in their case. */
static void test_header_damaged(void)
{
    for (guint i = 0; i < G_N_ELEMENTS(headers); i++) {
        for (gsize at = 0; headers[i].head[at] != '\0'; at++) {
            for (int byte = 0; byte < 256; byte++) {
                g_autoptr(GString) text = g_string_new(headers[i].head);
                if (byte == text->str[at])
                    continue;
                text->str[at] = (char)byte;
                g_string_append_c(text, 'A');
                g_assert_cmpint(match(text->str, text->len, NULL), ==, GTUPD_HEADER_NONE);
            }
        }
    }
}

static void test_header_padding(void)
{
    static const struct {
        const char *text;
        gsize length;
        GtupdHeaderMatch match;
    } rows[] = {
        {"\r\n \0+ACK:GTUPD", 14, GTUPD_HEADER_WHOLE},
        {"\r\n", 2, GTUPD_HEADER_PARTIAL},
        {" \0", 2, GTUPD_HEADER_PARTIAL},
        {"\n+RE", 4, GTUPD_HEADER_PARTIAL},
        {"\t+ACK:GTUPD", 11, GTUPD_HEADER_NONE},
        {"x+ACK:GTUPD", 11, GTUPD_HEADER_NONE},
        {"+ACK :GTUPD", 11, GTUPD_HEADER_NONE},
        {"+NACK:GTUPD", 11, GTUPD_HEADER_NONE},
        {"+RSP:GTUPD", 10, GTUPD_HEADER_NONE},
        {"AT@UPD", 6, GTUPD_HEADER_NONE},
        {"GET / HTTP/1.1", 14, GTUPD_HEADER_NONE},
        {"+ACK:APN,", 9, GTUPD_HEADER_NONE},
    };
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++)
        g_assert_cmpint(match(rows[i].text, rows[i].length, NULL), ==, rows[i].match);
}

static void test_padding_bytes(void)
{
    for (int byte = 0; byte < 256; byte++)
        g_assert_cmpint(gtupd_frame_is_padding((guint8)byte), ==, is_padding(byte));
}

static void test_next(void)
{
    static const struct {
        const char *text;
        gsize length;
        GtupdFrameKind kind;
        gsize span;
        GtupdType type;
        GtupdFrameEnd end; /* of MESSAGE; of MORE: the header is complete */
    } rows[] = {
        {"AT+GTUPD=cv200,1,,,,,0001$", 26, GTUPD_FRAME_MESSAGE, 26, GTUPD_TYPE_COMMAND, GTUPD_END_TAIL},
        {"+SACK:11F0$", 11, GTUPD_FRAME_MESSAGE, 11, GTUPD_TYPE_SACK, GTUPD_END_TAIL},
        {"+SACK:$", 7, GTUPD_FRAME_MESSAGE, 7, GTUPD_TYPE_SACK, GTUPD_END_TAIL},
        {"+RESP:GTX$+RESP:GTY$", 20, GTUPD_FRAME_MESSAGE, 10, GTUPD_TYPE_REPORT, GTUPD_END_TAIL},
        {"+BUFF:GTX$junk", 14, GTUPD_FRAME_MESSAGE, 10, GTUPD_TYPE_BUFFERED, GTUPD_END_TAIL},
        {"+ACK:GTX$", 9, GTUPD_FRAME_MESSAGE, 9, GTUPD_TYPE_ACK, GTUPD_END_TAIL},
        /* CR LF inside a message is part of it */
        {"+RESP:GTX,\r\n,1$", 15, GTUPD_FRAME_MESSAGE, 15, GTUPD_TYPE_REPORT, GTUPD_END_TAIL},
        /* no tail */
        {"+RESP:GTX,1+RESP:GTY$", 21, GTUPD_FRAME_MESSAGE, 11, GTUPD_TYPE_REPORT, GTUPD_END_HEADER},
        {"+RESP:GTX,1\r\n+SACK:0001$", 24, GTUPD_FRAME_MESSAGE, 11, GTUPD_TYPE_REPORT, GTUPD_END_HEADER},
        {"+RESP:GTX,AT+SACK:0001$", 23, GTUPD_FRAME_MESSAGE, 12, GTUPD_TYPE_REPORT, GTUPD_END_HEADER},
        {"+RESP:GTX,1\0 +ACK:GTY$", 22, GTUPD_FRAME_MESSAGE, 11, GTUPD_TYPE_REPORT, GTUPD_END_HEADER},
        /* what looks like a header but is none */
        {"+RESP:GTX,+RESP:GT,+SACK,AT+GT$", 31, GTUPD_FRAME_MESSAGE, 31, GTUPD_TYPE_REPORT, GTUPD_END_TAIL},
        {"+RESP:GTX,1", 11, GTUPD_FRAME_MORE, 0, GTUPD_TYPE_REPORT, TRUE},
        {"+RESP:GTX,1+RESP:GT", 19, GTUPD_FRAME_MORE, 0, GTUPD_TYPE_REPORT, TRUE},
        {"+RESP:GTX", 9, GTUPD_FRAME_MORE, 0, GTUPD_TYPE_REPORT, TRUE},
        {"+SACK:", 6, GTUPD_FRAME_MORE, 0, GTUPD_TYPE_SACK, TRUE},
        {"+RESP:GT", 8, GTUPD_FRAME_MORE, 0, GTUPD_TYPES, FALSE},
        {"+", 1, GTUPD_FRAME_MORE, 0, GTUPD_TYPES, FALSE},
        {"A", 1, GTUPD_FRAME_MORE, 0, GTUPD_TYPES, FALSE},
        {"\r\n", 2, GTUPD_FRAME_PADDING, 2, GTUPD_TYPES, 0},
        {" \0+ACK:GTX$", 11, GTUPD_FRAME_PADDING, 2, GTUPD_TYPES, 0},
        {"$", 1, GTUPD_FRAME_STRAY, 1, GTUPD_TYPES, 0},
        {"\t", 1, GTUPD_FRAME_STRAY, 1, GTUPD_TYPES, 0},
        {"junk", 4, GTUPD_FRAME_STRAY, 4, GTUPD_TYPES, 0},
        {"junk+ACK:GTX$", 13, GTUPD_FRAME_STRAY, 4, GTUPD_TYPES, 0},
        {"junk+AC", 7, GTUPD_FRAME_STRAY, 4, GTUPD_TYPES, 0},
        {"+NACK:GTX$+ACK:GTX$", 19, GTUPD_FRAME_STRAY, 10, GTUPD_TYPES, 0},
        {"+RESP:GT,x$AT+GTX=$", 19, GTUPD_FRAME_STRAY, 11, GTUPD_TYPES, 0},
        {"++ACK:GTX$", 10, GTUPD_FRAME_STRAY, 1, GTUPD_TYPES, 0},
        {"AAT+GTX=$", 9, GTUPD_FRAME_STRAY, 1, GTUPD_TYPES, 0},
        {"AT+SACK:0001$", 13, GTUPD_FRAME_STRAY, 2, GTUPD_TYPES, 0},
        {"+RESP+RESP:GTX$", 15, GTUPD_FRAME_STRAY, 5, GTUPD_TYPES, 0},
    };
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_test_message("%u: %s", i, rows[i].text);
        GtupdFrame frame = next(rows[i].text, rows[i].length, 0);
        g_assert_cmpint(frame.kind, ==, rows[i].kind);
        g_assert_cmpuint(frame.length, ==, rows[i].span);
        if (frame.kind == GTUPD_FRAME_MESSAGE) {
            g_assert_cmpint(frame.type, ==, rows[i].type);
            g_assert_cmpint(frame.end, ==, rows[i].end);
        }
        if (frame.kind == GTUPD_FRAME_MORE) {
            g_assert_cmpint(frame.header, ==, (gboolean)rows[i].end);
            if (frame.header)
                g_assert_cmpint(frame.type, ==, rows[i].type);
        }
    }
}

/* 4096 bytes are counted from the header's first byte, `$` included. */
static void test_oversized(void)
{
    g_autoptr(GString) text = g_string_new("+RESP:GTDAT,");
    while (text->len < 4094)
        g_string_append_c(text, '1');
    g_assert_cmpint(next(text->str, text->len, 0).kind, ==, GTUPD_FRAME_MORE);
    g_string_append_c(text, '1');
    g_assert_cmpuint(text->len, ==, 4095);
    g_assert_cmpint(next(text->str, text->len, 0).kind, ==, GTUPD_FRAME_MORE);

    for (gsize checked = 0; checked <= 4095; checked += 4095) {
        g_string_append_c(text, '$');
        GtupdFrame whole = next(text->str, text->len, checked);
        g_assert_cmpint(whole.kind, ==, GTUPD_FRAME_MESSAGE);
        g_assert_cmpint(whole.end, ==, GTUPD_END_TAIL);
        g_assert_cmpuint(whole.length, ==, 4096);
        g_string_truncate(text, 4095);

        g_string_append(text, "1$");
        GtupdFrame over = next(text->str, text->len, checked);
        g_assert_cmpint(over.kind, ==, GTUPD_FRAME_MESSAGE);
        g_assert_cmpint(over.end, ==, GTUPD_END_OVERSIZED);
        g_assert_cmpuint(over.length, ==, 4096);
        over = next(text->str, 4096, checked);
        g_assert_cmpint(over.kind, ==, GTUPD_FRAME_MESSAGE);
        g_assert_cmpint(over.end, ==, GTUPD_END_OVERSIZED);
        g_string_truncate(text, 4095);
    }
}

/* Bytes that come one by one say the same as bytes that come at once. */
static void test_checked(void)
{
    static const char *const texts[] = {
        "AT+GTUPD=cv200,1,,,,,0001$+",
        "+RESP:GTX,1+RESP:GTY$",
        "+RESP:GTX,1\r\n \r\n+SACK:0001$",
        "+RESP:GTX,+RESP:GT,+SAC+SACK,AT+GTAT+GT,1$",
        "+SACK:+ACK:GTX$",
        "+RESP:GTX,\r\n\r\n,1$",
    };
    for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
        gsize length = strlen(texts[i]);
        GtupdFrame whole = next(texts[i], length, 0);
        g_assert_cmpint(whole.kind, ==, GTUPD_FRAME_MESSAGE);
        for (gsize cut = 1; cut < length; cut++) {
            GtupdFrame first = next(texts[i], cut, 0);
            if (first.kind != GTUPD_FRAME_MORE) {
                g_assert_cmpuint(first.length, ==, whole.length);
                continue;
            }
            GtupdFrame second = next(texts[i], length, cut);
            g_assert_cmpint(second.kind, ==, whole.kind);
            g_assert_cmpuint(second.length, ==, whole.length);
            g_assert_cmpint(second.end, ==, whole.end);
            g_assert_cmpint(second.type, ==, whole.type);
        }
    }
}

/* Whatever the bytes are, a scanner that walks on gets somewhere and never past the end. */
static void test_progress(void)
{
    static const char alphabet[] = "+AT:GRESPBUFCK,=$ \r\n0a\xff";
    g_autoptr(GRand) random = g_rand_new_with_seed(20230615);
    for (guint round = 0; round < 20000; round++) {
        gsize length = (gsize)g_rand_int_range(random, 1, 60);
        g_autofree guint8 *block = g_malloc(length);
        for (gsize i = 0; i < length; i++)
            block[i] = (guint8)alphabet[g_rand_int_range(random, 0, sizeof alphabet)];
        for (gsize at = 0; at < length;) {
            GtupdFrame frame = gtupd_frame_next(block + at, length - at, 0);
            if (frame.kind == GTUPD_FRAME_MORE)
                break;
            g_assert_cmpuint(frame.length, >, 0);
            g_assert_cmpuint(frame.length, <=, length - at);
            at += frame.length;
        }
        g_assert_cmpuint(gtupd_frame_skip(block, length), <=, length);
        g_assert_cmpuint(gtupd_frame_trim(block, length), <=, length);
    }
}

static void test_trim(void)
{
    static const struct {
        const char *text;
        gsize length;
        gsize trimmed;
    } rows[] = {
        {"+RESP:GTX,1", 11, 11},      {"+RESP:GTX,1\r\n", 13, 11}, {"+RESP:GTX,1 \0\0", 14, 11},
        {"+RESP:GTX, \r\n1", 14, 14}, {"+RESP:GTX,1\t", 12, 12},
    };
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree guint8 *block = exact_copy(rows[i].text, rows[i].length);
        g_assert_cmpuint(gtupd_frame_trim(block, rows[i].length), ==, rows[i].trimmed);
    }
}

static void test_skip(void)
{
    static const struct {
        const char *text;
        gsize skipped;
    } rows[] = {
        {"+ACK:GTX$", 0}, {"123$+ACK:GTX$", 4}, {"+RESP:GT,x+SACK:1$", 10}, {"12+RES", 2}, {"junk", 4}, {"A", 0},
        {"junkA", 4},     {"+ACK:GT", 0},
    };
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        gsize length = strlen(rows[i].text);
        g_autofree guint8 *block = exact_copy(rows[i].text, length);
        g_assert_cmpuint(gtupd_frame_skip(block, length), ==, rows[i].skipped);
    }
}

static void test_types(void)
{
    static const struct {
        const char *name;
        GtupdType type;
        const char *before_word;
        gboolean uplink;
    } rows[] = {
        {"command", GTUPD_TYPE_COMMAND, "AT+", FALSE}, {"ack", GTUPD_TYPE_ACK, "+ACK:", TRUE},
        {"report", GTUPD_TYPE_REPORT, "+RESP:", TRUE}, {"buffered", GTUPD_TYPE_BUFFERED, "+BUFF:", TRUE},
        {"sack", GTUPD_TYPE_SACK, "+SACK:", FALSE},
    };
    G_STATIC_ASSERT(G_N_ELEMENTS(rows) == GTUPD_TYPES);
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_assert_cmpstr(gtupd_type_name(rows[i].type), ==, rows[i].name);
        g_assert_cmpint(gtupd_type_is_uplink(rows[i].type), ==, rows[i].uplink);
        g_assert_cmpuint(gtupd_frame_prefix(rows[i].type), ==, strlen(rows[i].before_word));
    }
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/frame/header/whole", test_header_whole);
    g_test_add_func("/frame/header/partial", test_header_partial);
    g_test_add_func("/frame/header/damaged", test_header_damaged);
    g_test_add_func("/frame/header/padding", test_header_padding);
    g_test_add_func("/frame/padding", test_padding_bytes);
    g_test_add_func("/frame/next", test_next);
    g_test_add_func("/frame/oversized", test_oversized);
    g_test_add_func("/frame/checked", test_checked);
    g_test_add_func("/frame/progress", test_progress);
    g_test_add_func("/frame/trim", test_trim);
    g_test_add_func("/frame/skip", test_skip);
    g_test_add_func("/frame/types", test_types);
    return g_test_run();
}
