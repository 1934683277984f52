/* SPDX-License-Identifier: GPL-2.0-or-later */
/* DNS: addresses of file servers' names, and names that have none. */
#include "dns.h"

#include "endpoints.h"
#include "fake_protocol.h"

#include <string.h>

#define A    1
#define AAAA 28

typedef struct {
    GtupdEndpoints *endpoints;
    GtupdDns *dns;
    guint64 packets;
    gint64 time; /* ns */
} Fixture;

static void set_up(Fixture *fixture, gconstpointer data)
{
    (void)data;
    fixture->endpoints = gtupd_endpoints_new(NULL);
    fixture->dns = gtupd_dns_new(NULL, fixture->endpoints);
    gtupd_endpoints_add_url(fixture->endpoints, "http://Files.Example/p");
    gtupd_endpoints_add_url(fixture->endpoints, "ftp://files.example:2121/p");
}

static void tear_down(Fixture *fixture, gconstpointer data)
{
    (void)data;
    gtupd_dns_free(fixture->dns);
    gtupd_endpoints_free(fixture->endpoints);
    g_free(fake_protocol_take_transfers());
}

static void append16(GByteArray *bytes, guint value)
{
    const guint8 two[] = {(guint8)(value >> 8), (guint8)value};
    g_byte_array_append(bytes, two, sizeof two);
}

static void append_name(GByteArray *bytes, const char *name)
{
    g_auto(GStrv) labels = g_strsplit(name, ".", -1);
    for (guint i = 0; labels[i] != NULL; i++) {
        const guint8 size = (guint8)strlen(labels[i]);
        g_byte_array_append(bytes, &size, 1);
        g_byte_array_append(bytes, (const guint8 *)labels[i], size);
    }
    g_byte_array_append(bytes, (const guint8 *)"", 1);
}

static GByteArray *message(guint flags, const char *name, guint type, guint answers)
{
    GByteArray *bytes = g_byte_array_new();
    const guint head[] = {0x1234, flags, 1, answers, 0, 0};
    for (guint i = 0; i < G_N_ELEMENTS(head); i++)
        append16(bytes, head[i]);
    append_name(bytes, name);
    append16(bytes, type);
    append16(bytes, 1);
    return bytes;
}

static void append_record(GByteArray *bytes, guint type, const void *data, guint size)
{
    append16(bytes, 0xc00c); /* the question's name */
    append16(bytes, type);
    append16(bytes, 1);
    append16(bytes, 0);
    append16(bytes, 300);
    append16(bytes, size);
    g_byte_array_append(bytes, data, size);
}

/* Takes `bytes`; the first `captured` of them, 0 all. The client is 10.0.0.1. */
static void give(Fixture *fixture, GByteArray *bytes, gsize captured)
{
    static const guint8 client[GTUPD_ADDRESS_SIZE] = {10, 0, 0, 1}, resolver[GTUPD_ADDRESS_SIZE] = {10, 0, 0, 53};
    const gboolean is_response = (bytes->data[2] & 0x80) != 0;
    const gsize size = captured == 0 ? bytes->len : captured;
    g_autofree guint8 *exact = g_memdup2(bytes->data, size);
    GtupdSegment datagram = {
        .transport = GTUPD_TRANSPORT_UDP, .ip_version = 4, .payload = exact, .captured = size, .length = bytes->len};
    memcpy(datagram.source, is_response ? resolver : client, GTUPD_ADDRESS_SIZE);
    memcpy(datagram.destination, is_response ? client : resolver, GTUPD_ADDRESS_SIZE);
    fixture->packets++;
    const GtupdAnchor anchor = {.time = fixture->time, .order = fixture->packets, .frame = fixture->packets};
    gtupd_dns_datagram(fixture->dns, &datagram, &anchor);
    g_byte_array_unref(bytes);
}

static void ask(Fixture *fixture, gint64 milliseconds, const char *name, guint type)
{
    fixture->time = milliseconds * 1000000;
    give(fixture, message(0x0100, name, type, 0), 0);
}

static void refuse(Fixture *fixture, const char *name, guint type, guint code)
{
    give(fixture, message(0x8180 | code, name, type, 0), 0);
}

static void answer(Fixture *fixture, const char *name)
{
    static const guint8 address[] = {198, 51, 100, 9}, ipv6[] = {0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
    GByteArray *bytes = message(0x8180, name, A, 3);
    append_record(bytes, 5, "\3cdn\0", 5); /* CNAME */
    append_record(bytes, A, address, sizeof address);
    append_record(bytes, AAAA, ipv6, sizeof ipv6);
    give(fixture, bytes, 0);
}

static void assert_transfers(const char *expected)
{
    g_autofree char *transfers = fake_protocol_take_transfers();
    g_assert_cmpstr(transfers, ==, expected);
}

static gboolean is_watched(const Fixture *fixture, const char *address, guint16 port)
{
    GtupdEndpoint at = {.port = port};
    g_assert_true(gtupd_endpoint_parse(address, &at));
    return gtupd_endpoints_find(fixture->endpoints, &at) != NULL;
}

static void test_addresses(Fixture *fixture, gconstpointer data)
{
    (void)data;
    g_assert_false(is_watched(fixture, "198.51.100.9", 80));
    ask(fixture, 0, "files.example", A);
    answer(fixture, "FILES.example");
    g_assert_true(is_watched(fixture, "198.51.100.9", 80));
    g_assert_true(is_watched(fixture, "198.51.100.9", 2121));
    g_assert_true(is_watched(fixture, "fd00::1", 80));
    g_assert_false(is_watched(fixture, "198.51.100.9", 21));
    assert_transfers("");
}

static void test_other_names(Fixture *fixture, gconstpointer data)
{
    (void)data;
    answer(fixture, "other.example");
    refuse(fixture, "other.example", A, 3);
    g_assert_false(is_watched(fixture, "198.51.100.9", 80));
    assert_transfers("");
}

static void test_failures(Fixture *fixture, gconstpointer data)
{
    (void)data;
    ask(fixture, 0, "files.example", A);
    refuse(fixture, "files.example", A, 3);
    assert_transfers("http name-failed 3 files.example:0 -");
    ask(fixture, 5000, "files.example", A);
    refuse(fixture, "files.example", A, 0); /* no such record */
    assert_transfers("http name-failed 0 files.example:0 -");
    refuse(fixture, "files.example", A, 2); /* the query was not captured */
    assert_transfers("");                   /* and is not a look-up of its own */
}

static void test_no_ipv6_address_is_no_failure(Fixture *fixture, gconstpointer data)
{
    (void)data;
    ask(fixture, 0, "files.example", A);
    ask(fixture, 1, "files.example", AAAA);
    refuse(fixture, "files.example", AAAA, 0);
    assert_transfers("");
    answer(fixture, "files.example");
    assert_transfers("");
}

static void test_unanswered(Fixture *fixture, gconstpointer data)
{
    (void)data;
    ask(fixture, 0, "files.example", A);
    ask(fixture, 1, "files.example", AAAA);
    assert_transfers("");
    ask(fixture, 1000, "files.example", A);
    assert_transfers("http name-failed 0 files.example:0 -");
}

/* Answered after all: what came of the look-up is that it succeeded. */
static void test_late_success(Fixture *fixture, gconstpointer data)
{
    (void)data;
    ask(fixture, 0, "files.example", A);
    refuse(fixture, "files.example", A, 2);
    answer(fixture, "files.example");
    assert_transfers("http running 2 files.example:0 -");
}

/* Whatever is cut or bent, nothing is read beyond the end. */
static void test_damaged(Fixture *fixture, gconstpointer data)
{
    (void)data;
    static const guint8 address[] = {198, 51, 100, 9};
    g_autoptr(GByteArray) whole = message(0x8180, "files.example", A, 2);
    append_record(whole, 5, "\300\014", 2);
    append_record(whole, A, address, sizeof address);
    for (guint captured = 3; captured < whole->len; captured++) {
        GByteArray *bytes = g_byte_array_append(g_byte_array_new(), whole->data, whole->len);
        give(fixture, bytes, captured);
    }
    g_assert_false(is_watched(fixture, "198.51.100.9", 80));
    for (guint at = 12; at < whole->len; at++) {
        GByteArray *bytes = g_byte_array_append(g_byte_array_new(), whole->data, whole->len);
        bytes->data[at] = 0xff;
        give(fixture, bytes, 0);
    }
}

/* Look-ups are bounded: the longest idle goes. */
static void test_many_clients(Fixture *fixture, gconstpointer data)
{
    (void)data;
    for (guint i = 0; i < 20000; i++) {
        GByteArray *bytes = message(0x0100, "files.example", A, 0);
        GtupdSegment datagram = {.transport = GTUPD_TRANSPORT_UDP,
                                 .ip_version = 4,
                                 .payload = bytes->data,
                                 .captured = bytes->len,
                                 .length = bytes->len};
        memcpy(datagram.source, &i, sizeof i);
        const GtupdAnchor anchor = {.order = i + 1, .frame = i + 1};
        gtupd_dns_datagram(fixture->dns, &datagram, &anchor);
        g_byte_array_unref(bytes);
    }
    assert_transfers("");
}

/* Too long for a datagram: the answer comes by TCP. */
static void test_cut(Fixture *fixture, gconstpointer data)
{
    (void)data;
    ask(fixture, 0, "files.example", A);
    give(fixture, message(0x8380, "files.example", A, 0), 0);
    assert_transfers("");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    static const struct {
        const char *path;
        void (*test)(Fixture *fixture, gconstpointer data);
    } tests[] = {
        {"/dns/addresses", test_addresses},
        {"/dns/other-names", test_other_names},
        {"/dns/failures", test_failures},
        {"/dns/no-ipv6-address-is-no-failure", test_no_ipv6_address_is_no_failure},
        {"/dns/cut", test_cut},
        {"/dns/unanswered", test_unanswered},
        {"/dns/late-success", test_late_success},
        {"/dns/damaged", test_damaged},
        {"/dns/many-clients", test_many_clients},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(tests); i++)
        g_test_add(tests[i].path, Fixture, NULL, set_up, tests[i].test, tear_down);
    return g_test_run();
}
