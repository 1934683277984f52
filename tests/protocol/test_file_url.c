/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Download URLs as a file server is asked for them. */
#include "file_url.h"

static const struct {
    const char *url;
    const char *expected; /* "protocol host port path"; NULL: none */
} urls[] = {
    {"http://h/p", "http h 80 /p"},
    {"HTTP://Files.Example./P", "http files.example 80 /P"},
    {"https://h/p", "https h 443 /p"},
    {"ftp://user:secret@h/p", "ftp h 21 /p"},
    {"http://h:8080/a/b?c=d&e", "http h 8080 /a/b?c=d&e"},
    {"http://h", "http h 80 /"},
    {"http://h/a%20b,c", "http h 80 /a%20b,c"},
    {"http://198.51.100.9/p", "http 198.51.100.9 80 /p"},
    {"http://[FD00:0:0::0001]:8080/p", "http fd00::1 8080 /p"},
    {"gopher://h/p", NULL},
    {"h/p", NULL},
    {"http:///p", NULL},
    {"http://h:99999/p", NULL},
    {"", NULL},
};

static void test_parse(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(urls); i++) {
        g_test_message("%s", urls[i].url);
        g_auto(GtupdFileUrl) url = {0};
        const gboolean parsed = gtupd_file_url_parse(urls[i].url, &url);
        g_assert_cmpint(parsed, ==, urls[i].expected != NULL);
        if (!parsed)
            continue;
        const char *protocol = url.protocol == GTUPD_TRANSFER_FTP ? "ftp" : url.secure ? "https" : "http";
        g_autofree char *got = g_strdup_printf("%s %s %u %s", protocol, url.host, url.port, url.path);
        g_assert_cmpstr(got, ==, urls[i].expected);
    }
}

static void test_same_path(void)
{
    static const struct {
        const char *a, *b;
        gboolean same;
    } paths[] = {
        {"/p", "/p", TRUE},       {"/p", "/P", FALSE},      {"/p", "p", TRUE},    {"//p", "/p", TRUE},
        {"/a%20b", "/a b", TRUE}, {"/a%2Fb", "/a/b", TRUE}, {"/p", "/p/", FALSE}, {"/p?a", "/p", FALSE},
        {"/%zz", "/%zz", TRUE},   {"/%00", "/%00", TRUE},   {"/%00", "/", FALSE}, {"/", "", TRUE},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(paths); i++) {
        g_test_message("%s %s", paths[i].a, paths[i].b);
        g_assert_cmpint(gtupd_file_url_same_path(paths[i].a, paths[i].b), ==, paths[i].same);
        g_assert_cmpint(gtupd_file_url_same_path(paths[i].b, paths[i].a), ==, paths[i].same);
        g_assert_cmpint(gtupd_file_url_hash_path(paths[i].a) == gtupd_file_url_hash_path(paths[i].b), ==,
                        paths[i].same);
    }
}

static void test_server(void)
{
    g_auto(GtupdFileUrl) by_name = {0}, by_address = {0}, by_ftp = {0};
    g_assert_true(gtupd_file_url_parse("http://h.example:8080/p", &by_name));
    g_assert_true(gtupd_file_url_parse("http://198.51.100.9:8080/p", &by_address));
    g_assert_true(gtupd_file_url_parse("ftp://198.51.100.9:8080/p", &by_ftp));

    g_autoptr(GtupdTransfer) transfer = gtupd_transfer_new(GTUPD_TRANSFER_HTTP);
    g_strlcpy(transfer->server, "198.51.100.9", sizeof transfer->server);
    transfer->server_port = 8080;
    g_assert_true(gtupd_file_url_is_server_of(&by_address, transfer));
    g_assert_false(gtupd_file_url_is_server_of(&by_name, transfer));
    g_assert_false(gtupd_file_url_is_server_of(&by_ftp, transfer));
    transfer->host = g_strdup("h.example");
    g_assert_true(gtupd_file_url_is_server_of(&by_name, transfer));
    transfer->server_port = 80;
    g_assert_false(gtupd_file_url_is_server_of(&by_name, transfer));
    transfer->result = GTUPD_TRANSFER_NAME_FAILED; /* it has come to no port, nor to a protocol */
    g_assert_true(gtupd_file_url_is_server_of(&by_name, transfer));
    g_assert_false(gtupd_file_url_is_server_of(&by_address, transfer));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/file-url/parse", test_parse);
    g_test_add_func("/file-url/same-path", test_same_path);
    g_test_add_func("/file-url/server", test_server);
    return g_test_run();
}
