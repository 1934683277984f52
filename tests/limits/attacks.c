/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "attack.h"

#include <string.h>

#define URL "http://198.51.100.9/a.bin"

/* --- Flows and streams --- */

/* SYNs that nothing follows, or an answer only. */
static void syns(Recorder *recorder, guint count)
{
    const End backend = backend_end();
    for (guint n = 0; n < count; n++) {
        const End client = client_end(n);
        tcp_syn(recorder, &client, &backend);
    }
}

static void handshakes(Recorder *recorder, guint count)
{
    for (guint n = 0; n < count; n++) {
        End client = client_end(n), backend = backend_end();
        tcp_open(recorder, &client, &backend);
    }
}

/* What may become a header, and never does. */
static void beginnings(Recorder *recorder, guint count)
{
    for (guint n = 0; n < count; n++) {
        End client = client_end(n), backend = backend_end();
        tcp_text(recorder, &client, &backend, "+RESP:G");
    }
}

static void flows(Recorder *recorder, guint count)
{
    for (guint n = 0; n < count; n++) {
        End client = client_end(n), backend = backend_end();
        tcp_text(recorder, &client, &backend, "+RESP:GTUPD,BD0214,%s,cv200,100,,", imei(n).text);
    }
}

/* As flows, over UDP. */
static void pairs(Recorder *recorder, guint count)
{
    const End backend = backend_end();
    for (guint n = 0; n < count; n++) {
        const End client = client_end(n);
        udp_text(recorder, &client, &backend, "+SACK:GTHBD,BD0214,%04X$", n & 0xffff);
    }
}

/* A message that goes on and on, in both directions. */
static void endless(Recorder *recorder, guint count)
{
    g_autofree char *more = g_strnfill(1350, 'x');
    for (guint n = 0; n < count; n++) {
        End client = client_end(n), backend = backend_end();
        tcp_text(recorder, &client, &backend, "+RESP:GTUPD,BD0214,%s,%s", imei(n).text, more);
        tcp_text(recorder, &backend, &client, "AT+GTUPD=cv200,%s", more);
        for (guint i = 0; i < 2; i++) {
            tcp_bytes(recorder, &client, &backend, more, i == 1 ? 1300 : 1350);
            tcp_bytes(recorder, &backend, &client, more, i == 1 ? 1300 : 1350);
        }
    }
}

/* The same byte by byte: each of them is remembered with its packet. */
static void drops(Recorder *recorder, guint count)
{
    enum {
        FLOWS = 20000
    };
    g_autofree End *clients = g_new(End, FLOWS);
    const End backend = backend_end();
    for (guint n = 0; n < MIN(count, FLOWS); n++) {
        clients[n] = client_end(n);
        tcp_text(recorder, &clients[n], &backend, "+RESP:GTUPD,BD0214");
    }
    for (guint n = FLOWS; n < count; n++)
        tcp_bytes(recorder, &clients[n % FLOWS], &backend, "x", 1);
}

/* Segments behind a hole, on flows of which nothing has been decided. */
static void early(Recorder *recorder, guint count)
{
    g_autofree char *more = g_strnfill(1400, 'x');
    for (guint n = 0; n < count; n++) {
        End client = client_end(n);
        const End backend = backend_end();
        tcp_syn(recorder, &client, &backend);
        client.next += 10000;
        for (guint i = 0; i < 4; i++)
            tcp_bytes(recorder, &client, &backend, more, strlen(more));
    }
}

/* The same on flows that are @Track; with `hole` bytes between segments. */
static void holes(Recorder *recorder, guint count)
{
    g_autofree char *more = g_strnfill(1400, 'x');
    End client = {0}, backend = backend_end();
    for (guint n = 0; n < count; n++) {
        if (n % 100 == 0) {
            client = client_end(n);
            tcp_text(recorder, &client, &backend, "+RESP:GTHBD");
        }
        client.next += 10;
        tcp_bytes(recorder, &client, &backend, more, strlen(more));
    }
}

/* One-byte segments, backwards: each is put before all others. */
static void backwards(Recorder *recorder, guint count)
{
    End client = client_end(1);
    const End backend = backend_end();
    tcp_text(recorder, &client, &backend, "+RESP:GTHBD");
    const guint32 base = client.next;
    for (guint n = 0; n < count; n++) {
        client.next = base + 100000 - 2 * (n * 7919 % 50000);
        tcp_bytes(recorder, &client, &backend, "x", 1);
    }
}

/* --- Fragments --- */

static void fragment(Recorder *recorder, guint32 source, guint16 id, guint offset, gboolean more, gsize length)
{
    static const guint8 link[14] = {2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 8, 0};
    guint8 packet[1514] = {0};
    const guint8 ip[20] = {
        0x45,
        0,
        (guint8)((length + 20) >> 8),
        (guint8)(length + 20),
        (guint8)(id >> 8),
        (guint8)id,
        (guint8)((more ? 0x20 : 0) | (offset / 8) >> 8),
        (guint8)(offset / 8),
        64,
        17,
        0,
        0,
        (guint8)(source >> 24),
        (guint8)(source >> 16),
        (guint8)(source >> 8),
        (guint8)source,
        203,
        0,
        113,
        5,
    };
    memcpy(packet, link, sizeof link);
    memcpy(packet + sizeof link, ip, sizeof ip);
    recorder_packet(recorder, packet, sizeof link + sizeof ip + length);
}

/* Datagrams of which only the last fragment comes, as far off as can be. */
static void fragments(Recorder *recorder, guint count)
{
    for (guint n = 0; n < count; n++)
        fragment(recorder, 0x0a000000u + n / 65536, (guint16)n, 65000, FALSE, 400);
}

/* Fragments that overlap each other, of a few datagrams that are never whole. */
static void overlaps(Recorder *recorder, guint count)
{
    for (guint n = 0; n < count; n++)
        fragment(recorder, 0x0a000001u, (guint16)(n % 64), 8 + n * 8 % 60000, TRUE, 1400);
}

/* --- Devices --- */

static void devices(Recorder *recorder, guint count)
{
    for (guint n = 0; n < count; n++) {
        End client = client_end(n), backend = backend_end();
        say(recorder, &client, &backend, imei(n).text, "+RESP:GTHBD", "", 1);
    }
}

/* Each device with an update that is being downloaded. */
static void updating(Recorder *recorder, guint count)
{
    for (guint n = 0; n < count; n++) {
        End client = client_end(n), backend = backend_end();
        const Imei id = imei(n);
        say(recorder, &client, &backend, id.text, "+RESP:GTFRI", "0,10,1,1,", 1);
        start(recorder, &backend, &client, URL, 1);
        say(recorder, &client, &backend, id.text, "+ACK:GTUPD", "0001,", 2);
        say(recorder, &client, &backend, id.text, "+RESP:GTUPD", "100,,", 3);
        say(recorder, &client, &backend, id.text, "+RESP:GTUPD", "200,1,", 4);
    }
}

/* Each device with a whole update, clean. */
static void whole_update(Recorder *recorder, End *device, End *backend, const char *id, guint serial, guint count)
{
    static const char *const course[] = {"100,,", "200,1,", "201,,", "300,,", "301,,"};
    char ack[8];
    g_snprintf(ack, sizeof ack, "%04X,", serial & 0xffff);
    start(recorder, backend, device, URL, serial);
    say(recorder, device, backend, id, "+ACK:GTUPD", ack, count++);
    for (guint i = 0; i < G_N_ELEMENTS(course); i++) {
        wait_ms(recorder, 100);
        if (i + 1 == G_N_ELEMENTS(course)) /* after the reboot */
            device->port ^= 0x4000;
        say(recorder, device, backend, id, "+RESP:GTUPD", course[i], count++);
    }
}

static void updated(Recorder *recorder, guint count)
{
    for (guint n = 0; n < count; n++) {
        End client = client_end(n), backend = backend_end();
        const Imei id = imei(n);
        say(recorder, &client, &backend, id.text, "+RESP:GTHBD", "", 1);
        whole_update(recorder, &client, &backend, id.text, 1, 2);
    }
}

/* One device that is updated again and again. */
static void updates(Recorder *recorder, guint count)
{
    End client = client_end(1), backend = backend_end();
    const Imei id = imei(1);
    say(recorder, &client, &backend, id.text, "+RESP:GTHBD", "", 0);
    for (guint n = 0; n < count; n++)
        whole_update(recorder, &client, &backend, id.text, n, 1 + 6 * n);
}

/* One update that goes on and on. */
static void events(Recorder *recorder, guint count)
{
    End client = client_end(1), backend = backend_end();
    const Imei id = imei(1);
    say(recorder, &client, &backend, id.text, "+RESP:GTUPD", "100,,", 1);
    for (guint n = 0; n < count; n++)
        say(recorder, &client, &backend, id.text, "+RESP:GTUPD", n % 2 ? "202,1," : "200,1,", 2 + n);
}

/* --- Findings --- */

/* One device, and something wrong with all it says. */
static void storm(Recorder *recorder, guint count)
{
    End client = client_end(1), backend = backend_end();
    for (guint n = 0; n < count; n++)
        say(recorder, &client, &backend, imei(1).text, "+RESP:GTUPD", n % 2 ? "987,x," : "9,,", n * 3);
}

/* The same of nobody. */
static void storm_of_nobody(Recorder *recorder, guint count)
{
    End client = client_end(1), backend = backend_end();
    for (guint n = 0; n < count; n++)
        say(recorder, &client, &backend, "nobody", "+RESP:GTUPD", n % 2 ? "987,x," : "9,,", n * 3);
}

/* The same of very many. */
static void storms(Recorder *recorder, guint count)
{
    End client = client_end(1), backend = backend_end();
    for (guint n = 0; n < count; n++)
        say(recorder, &client, &backend, imei(n % 5000).text, "+RESP:GTUPD", n % 2 ? "987,x," : "9,,", n * 3);
}

/* Gaps in the Count Numbers of very many: each waits for what may yet fill it. */
static void gaps(Recorder *recorder, guint count)
{
    End client = client_end(1), backend = backend_end();
    for (guint n = 0; n < count; n++) {
        const guint turn = n / 20000;
        say(recorder, &client, &backend, imei(n % 20000).text, turn % 2 ? "+BUFF:GTFRI" : "+RESP:GTFRI", "0,10,1,1,",
            turn % 2 ? 4096 * (turn / 2) - 7 : 4096 * (turn / 2) + 1);
    }
}

/*
 * One Unique ID on very many connections in turn: of each round the n-th after the one before, so that the eight kinds
 * of rounds have 8 × 997 pairs of connections, again and again.
 */
static void conflicts(Recorder *recorder, guint count)
{
    enum {
        CONNECTIONS = 997
    };
    g_autofree End *clients = g_new(End, CONNECTIONS);
    const End backend = backend_end();
    for (guint n = 0; n < CONNECTIONS; n++)
        clients[n] = client_end(n);
    guint at = 0;
    for (guint n = 0; n < count; n++) {
        at = (at + n / CONNECTIONS % 8 + 1) % CONNECTIONS;
        say(recorder, &clients[at], &backend, imei(1).text, "+RESP:GTHBD", "", n);
    }
}

/* --- Commands --- */

/* Commands on one connection that no device ever answers. */
static void unclaimed(Recorder *recorder, guint count)
{
    const End client = client_end(1);
    End backend = backend_end();
    for (guint n = 0; n < count; n++)
        start(recorder, &backend, &client, URL, n);
}

/* The same on connections of their own, which are closed; all of them at the same moment. */
static void abandoned(Recorder *recorder, guint count)
{
    for (guint n = 0; n < count; n++) {
        const End client = client_end(n);
        End backend = backend_end();
        start(recorder, &backend, &client, URL, n);
        tcp_reset(recorder, &backend, &client);
        recorder->now -= 2000;
    }
}

/* Long commands that wait on connections that stay open. */
static void waiting(Recorder *recorder, guint count)
{
    g_autofree char *more = g_strnfill(1300, 'x');
    for (guint n = 0; n < count; n++) {
        const End client = client_end(n / 60);
        End backend = backend_end();
        backend.next += n % 60 * 2000;
        tcp_text(recorder, &backend, &client, "AT+GTXYZ=%04u%s%*s", n % 10000, more, 2000 - 1314, "$");
    }
}

/* Commands of very many devices, none of them answered. */
static void unanswered(Recorder *recorder, guint count)
{
    enum {
        DEVICES = 20000
    };
    for (guint n = 0; n < count; n++) {
        End client = client_end(n % DEVICES), backend = backend_end();
        const guint turn = n / DEVICES;
        if (turn == 0)
            say(recorder, &client, &backend, imei(n).text, "+RESP:GTHBD", "", 1);
        backend.next += turn * (guint32)strlen("AT+GTUPD=cv200,0,0,10,0,,," URL ",,0,,,,0000$");
        start(recorder, &backend, &client, URL, turn);
    }
}

/* Commands to one device, none of them answered. */
static void ignored(Recorder *recorder, guint count)
{
    End client = client_end(1), backend = backend_end();
    say(recorder, &client, &backend, imei(1).text, "+RESP:GTHBD", "", 1);
    for (guint n = 0; n < count; n++)
        start(recorder, &backend, &client, URL, n);
}

/* A connection on which all devices are heard. */
static void gateway(Recorder *recorder, guint count)
{
    End client = client_end(1), backend = backend_end();
    for (guint n = 0; n < count; n++)
        say(recorder, &client, &backend, imei(n).text, "+RESP:GTHBD", "", 1);
}

/* Very many connections on which very many devices are heard. */
static void gateways(Recorder *recorder, guint count)
{
    enum {
        CONNECTIONS = 1000
    };
    g_autofree End *clients = g_new(End, CONNECTIONS);
    const End backend = backend_end();
    for (guint n = 0; n < CONNECTIONS; n++)
        clients[n] = client_end(n);
    for (guint n = 0; n < count; n++)
        say(recorder, &clients[n % CONNECTIONS], &backend, imei(n / CONNECTIONS).text, "+RESP:GTHBD", "", 1);
}

/* --- Downloads --- */

/* A device that is about to download, so that the URL's server is watched. */
static void begin_download(Recorder *recorder, End *device, End *backend, guint n, const char *url)
{
    const Imei id = imei(n);
    say(recorder, device, backend, id.text, "+RESP:GTHBD", "", 1);
    start(recorder, backend, device, url, 1);
    say(recorder, device, backend, id.text, "+ACK:GTUPD", "0001,", 2);
    say(recorder, device, backend, id.text, "+RESP:GTUPD", "100,,", 3);
    say(recorder, device, backend, id.text, "+RESP:GTUPD", "200,1,", 4);
}

static End file_client(guint n)
{
    End client = client_end(1);
    client.port = (guint16)(10000 + n % 50000);
    client.next = n * 104729;
    return client;
}

/* A connection with a file server. */
typedef struct {
    End client, files;
} Visit;

static Visit visit(Recorder *recorder, guint n, guint16 port)
{
    Visit visit = {file_client(n), files_end(port)};
    tcp_open(recorder, &visit.client, &visit.files);
    return visit;
}

static Visit ask(Recorder *recorder, guint n, const char *path, const char *more, const char *answer)
{
    Visit to = visit(recorder, n, 80);
    tcp_text(recorder, &to.client, &to.files, "GET %s HTTP/1.1\r\nHost: 198.51.100.9\r\n%s\r\n", path, more);
    tcp_text(recorder, &to.files, &to.client, "%s", answer);
    return to;
}

#define NOT_FOUND "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"

/* Attempt after attempt of one update, each refused by the file server. */
static void attempts(Recorder *recorder, guint count)
{
    End device = client_end(1), backend = backend_end();
    begin_download(recorder, &device, &backend, 1, URL);
    for (guint n = 0; n < count; n++) {
        ask(recorder, n, "/a.bin", "", NOT_FOUND);
        say(recorder, &device, &backend, imei(1).text, "+RESP:GTUPD", "202,1,", 5 + 2 * n);
        say(recorder, &device, &backend, imei(1).text, "+RESP:GTUPD", "200,1,", 6 + 2 * n);
    }
}

/* Requests of one attempt. */
static void requests(Recorder *recorder, guint count)
{
    End device = client_end(1), backend = backend_end();
    begin_download(recorder, &device, &backend, 1, URL);
    for (guint n = 0; n < count; n++)
        ask(recorder, n, "/a.bin", "", NOT_FOUND);
    say(recorder, &device, &backend, imei(1).text, "+RESP:GTUPD", "202,1,", 5);
}

/* The same on connections that are over at once, of an attempt that does not end. */
static void visits(Recorder *recorder, guint count)
{
    End device = client_end(1), backend = backend_end();
    begin_download(recorder, &device, &backend, 1, URL);
    for (guint n = 0; n < count; n++) {
        const Visit to = ask(recorder, n, "/a.bin", "", NOT_FOUND);
        tcp_reset(recorder, &to.client, &to.files);
    }
}

/* The same on one connection; `answer`: each is answered. */
static void repeat(Recorder *recorder, guint count, const char *answer)
{
    End device = client_end(1), backend = backend_end();
    begin_download(recorder, &device, &backend, 1, URL);
    Visit to = visit(recorder, 1, 80);
    for (guint n = 0; n < count; n++) {
        tcp_text(recorder, &to.client, &to.files, "GET /a.bin HTTP/1.1\r\nHost: x\r\n\r\n");
        if (answer != NULL)
            tcp_text(recorder, &to.files, &to.client, "%s", answer);
    }
}

static void keep_alive(Recorder *recorder, guint count)
{
    repeat(recorder, count, NOT_FOUND);
}

static void pipeline(Recorder *recorder, guint count)
{
    repeat(recorder, count, NULL);
}

/* Requests with a long path and a long name, redirected to a long place. */
static void long_paths(Recorder *recorder, guint count)
{
    End device = client_end(1), backend = backend_end();
    begin_download(recorder, &device, &backend, 1, URL);
    g_autofree char *more = g_strnfill(1300, 'x');
    for (guint n = 0; n < count; n++) {
        Visit to = visit(recorder, n, 80);
        tcp_text(recorder, &to.client, &to.files, "GET /%u%s", n, more);
        tcp_text(recorder, &to.client, &to.files, "%s HTTP/1.1\r\nHost: %s", more, more);
        tcp_text(recorder, &to.client, &to.files, "%s\r\n\r\n", more);
        tcp_text(recorder, &to.files, &to.client, "HTTP/1.1 302 Found\r\nLocation: http://h%u/%s", n, more);
        tcp_text(recorder, &to.files, &to.client, "%s\r\nContent-Length: 0\r\n\r\n", more);
    }
}

/* A server that sends the device in circles, and ever on. */
static void redirects(Recorder *recorder, guint count)
{
    End device = client_end(1), backend = backend_end();
    begin_download(recorder, &device, &backend, 1, URL);
    for (guint n = 0; n < count; n++) {
        g_autofree char *answer =
            g_strdup_printf("HTTP/1.1 302 Found\r\nLocation: http://h%u.example:%u/a.bin\r\nContent-Length: 0\r\n\r\n",
                            n, n % 65000 + 1);
        ask(recorder, n, "/a.bin", "", n % 2 ? answer : "HTTP/1.1 302 Found\r\nLocation: /a.bin\r\n\r\n");
    }
    say(recorder, &device, &backend, imei(1).text, "+RESP:GTUPD", "202,1,", 5);
}

/* Heads that never end, on connections that stay open. */
static void endless_heads(Recorder *recorder, guint count)
{
    End device = client_end(1), backend = backend_end();
    begin_download(recorder, &device, &backend, 1, URL);
    g_autofree char *more = g_strnfill(1300, 'x');
    for (guint n = 0; n < count; n++) {
        Visit to = visit(recorder, n, 80);
        tcp_text(recorder, &to.client, &to.files, "GET /a.bin HTTP/1.1\r\nX0: %s", more);
        tcp_text(recorder, &to.files, &to.client, "HTTP/1.1 200 OK\r\nX0: %s", more);
        for (guint i = 1; i < 8; i++) {
            tcp_text(recorder, &to.client, &to.files, "%s\r\nX%u: ", more, i);
            tcp_text(recorder, &to.files, &to.client, "%s\r\nX%u: ", more, i);
        }
    }
}

/* A head that goes on and on. */
static void endless_head(Recorder *recorder, guint count)
{
    End device = client_end(1), backend = backend_end();
    begin_download(recorder, &device, &backend, 1, URL);
    g_autofree char *more = g_strnfill(1300, 'x');
    Visit to = visit(recorder, 1, 80);
    tcp_text(recorder, &to.client, &to.files, "GET /a.bin HTTP/1.1\r\n");
    for (guint n = 0; n < count; n++)
        tcp_text(recorder, &to.client, &to.files, "X%u: %s\r\n", n, more);
}

/* Requests one behind the other on each connection, none answered. */
static void pipelines(Recorder *recorder, guint count)
{
    End device = client_end(1), backend = backend_end();
    begin_download(recorder, &device, &backend, 1, URL);
    Visit to = {0};
    for (guint n = 0; n < count; n++) {
        if (n % 60 == 0)
            to = visit(recorder, n / 60, 80);
        tcp_text(recorder, &to.client, &to.files, "GET /a.bin HTTP/1.1\r\nHost: x\r\n\r\n");
    }
}

/* The n-th device behind one address, and the backend's end of its connection. */
static void neighbour_ends(guint n, End *device, End *backend)
{
    *device = client_end(1);
    device->port = (guint16)(1024 + n % 64000);
    device->next = n * 7919;
    *backend = backend_end();
    backend->port = (guint16)(5000 + n / 64000);
}

/* The n-th with an address of its own, from which it asks for no file. */
static void stranger_ends(guint n, End *device, End *backend)
{
    *device = client_end(n + 10);
    *backend = backend_end();
}

/* Devices that download the same file, one after the other. */
static void one_by_one(Recorder *recorder, guint count, void (*ends)(guint n, End *device, End *backend))
{
    for (guint n = 0; n < count; n++) {
        End device, backend;
        ends(n, &device, &backend);
        begin_download(recorder, &device, &backend, n, URL);
        ask(recorder, n, "/a.bin", "", NOT_FOUND);
        say(recorder, &device, &backend, imei(n).text, "+RESP:GTUPD", "202,1,", 5);
    }
}

static void neighbours(Recorder *recorder, guint count)
{
    one_by_one(recorder, count, neighbour_ends);
}

static void strangers(Recorder *recorder, guint count)
{
    one_by_one(recorder, count, stranger_ends);
}

/* The same at once, each another file; when they report, all connections with the file server are over. */
static void at_once(Recorder *recorder, guint count, void (*ends)(guint n, End *device, End *backend))
{
    g_autofree End *devices = g_new(End, count), *backends = g_new(End, count);
    char url[64];
    for (guint n = 0; n < count; n++) {
        ends(n, &devices[n], &backends[n]);
        g_snprintf(url, sizeof url, URL "%u", n);
        begin_download(recorder, &devices[n], &backends[n], n, url);
    }
    for (guint n = 0; n < count; n++) {
        g_snprintf(url, sizeof url, "/a.bin%u", n);
        const Visit to = ask(recorder, n, url, "", NOT_FOUND);
        tcp_reset(recorder, &to.client, &to.files);
    }
    for (guint n = 0; n < count; n++)
        say(recorder, &devices[n], &backends[n], imei(n).text, "+RESP:GTUPD", "202,1,", 5);
}

static void crowd(Recorder *recorder, guint count)
{
    at_once(recorder, count, neighbour_ends);
}

static void disputes(Recorder *recorder, guint count)
{
    at_once(recorder, count, stranger_ends);
}

/* Start commands, each with a file server of its own. */
static void servers(Recorder *recorder, guint count)
{
    for (guint n = 0; n < count; n++) {
        End device = client_end(n), backend = backend_end();
        char url[64];
        g_snprintf(url, sizeof url, "http://host%u.example:%u/a.bin", n / 16, n % 65000 + 1);
        start(recorder, &backend, &device, url, 1);
    }
}

/* The same of one host, on many ports. */
static void ports(Recorder *recorder, guint count)
{
    for (guint n = 0; n < count; n++) {
        End device = client_end(n), backend = backend_end();
        char url[64];
        g_snprintf(url, sizeof url, "http://files.example:%u/a.bin", n % 65000 + 1);
        start(recorder, &backend, &device, url, 1);
    }
}

static gsize put_question(guint8 *dns, gboolean is_answer, guint answers)
{
    static const guint8 question[] = "\5files\7example\0\0\1\0";
    const guint8 header[12] = {0, 1, is_answer ? 0x81 : 0x01, is_answer ? 0x80 : 0,
                               0, 1, (guint8)(answers >> 8),  (guint8)answers};
    memcpy(dns, header, sizeof header);
    memcpy(dns + sizeof header, question, sizeof question);
    dns[sizeof header + sizeof question - 1] = 1; /* IN */
    return sizeof header + sizeof question;
}

static void send_dns(Recorder *recorder, guint32 from, guint32 to, gboolean is_answer, const guint8 *data, gsize length)
{
    WireHost sender = recorder_host(from), receiver = recorder_host(to);
    recorder_udp(recorder, &sender, &receiver, is_answer ? 53 : 4000, is_answer ? 4000 : 53, data, length);
}

/* Look-ups of a file server's name, never answered. */
static void lookups(Recorder *recorder, guint count)
{
    End device = client_end(1), backend = backend_end();
    begin_download(recorder, &device, &backend, 1, "http://files.example/a.bin");
    for (guint n = 0; n < count; n++) {
        guint8 dns[512];
        const gsize length = put_question(dns, FALSE, 0);
        send_dns(recorder, client_end(n).address, DNS_ADDRESS, FALSE, dns, length);
    }
}

/* Answers with as many addresses as they can hold, for a name of which all ports are watched that may be. */
static void answers(Recorder *recorder, guint count)
{
    enum {
        ADDRESSES = 80,
        PORTS = 16
    };
    ports(recorder, PORTS);
    for (guint n = 0; n < count; n++) {
        guint8 dns[1472];
        gsize length = put_question(dns, TRUE, ADDRESSES);
        for (guint i = 0; i < ADDRESSES; i++) {
            const guint32 address = n * ADDRESSES + i;
            const guint8 record[] = {
                0xc0,           12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 100, (guint8)(address >> 16), (guint8)(address >> 8),
                (guint8)address};
            memcpy(dns + length, record, sizeof record);
            length += sizeof record;
        }
        send_dns(recorder, DNS_ADDRESS, client_end(1).address, TRUE, dns, length);
    }
}

static Visit visit_ftp(Recorder *recorder, guint n)
{
    Visit to = visit(recorder, n, 21);
    tcp_text(recorder, &to.files, &to.client, "220 ready\r\n");
    return to;
}

static void announce(Recorder *recorder, Visit *to, guint16 port)
{
    tcp_text(recorder, &to->client, &to->files, "PASV\r\n");
    tcp_text(recorder, &to->files, &to->client, "227 Entering (198,51,100,9,%u,%u)\r\n", port / 256, port % 256);
}

/* FTP sessions; each announces data ports, and all stay open. */
static void ftp(Recorder *recorder, guint count)
{
    End device = client_end(1), backend = backend_end();
    begin_download(recorder, &device, &backend, 1, "ftp://198.51.100.9/a.bin");
    Visit to = {0};
    for (guint n = 0; n < count; n++) {
        if (n % 4 == 0)
            to = visit_ftp(recorder, n / 4);
        announce(recorder, &to, (guint16)n);
        if (n % 8 == 7)
            tcp_reset(recorder, &to.client, &to.files);
    }
}

/* FTP sessions that announce a port each, and data connections to all of them. */
static void ftp_data(Recorder *recorder, guint count)
{
    End device = client_end(1), backend = backend_end();
    begin_download(recorder, &device, &backend, 1, "ftp://198.51.100.9/a.bin");
    Visit control = visit_ftp(recorder, 0);
    for (guint n = 0; n < count; n++) {
        End client = client_end(1), data = files_end((guint16)(20000 + n % 40000));
        client.port = (guint16)(1024 + n / 40000);
        announce(recorder, &control, data.port);
        tcp_open(recorder, &client, &data);
        tcp_text(recorder, &data, &client, "some bytes of a file");
    }
}

/* --- The table --- */

static const Attack attacks[] = {
    /* clang-format off */
    {"syns",            "SYNs that nothing follows",                                            syns},
    {"handshakes",      "connections that are opened and never used",                           handshakes},
    {"beginnings",      "connections that may become @Track and never do",                      beginnings},
    {"flows",           "connections that begin a message",                                     flows},
    {"pairs",           "UDP pairs with a message",                                             pairs},
    {"endless",         "connections with an endless message in each direction",                endless},
    {"drops",           "bytes of messages that come one by one, on 20,000 connections",        drops},
    {"early",           "connections with four segments behind a hole",                         early},
    {"holes",           "segments with a hole before each, 100 on a connection",                holes},
    {"backwards",       "segments of one byte out of order",                                    backwards},
    {"fragments",       "IP datagrams of which one fragment comes",                             fragments},
    {"overlaps",        "fragments that overlap",                                               overlaps},
    {"devices",         "devices with a report each",                                           devices},
    {"updating",        "devices with an update under way",                                     updating},
    {"updated",         "devices with a clean update",                                          updated},
    {"updates",         "updates of one device",                                                updates},
    {"events",          "reports of one update",                                                events},
    {"storm",           "messages of one device with two findings each",                        storm},
    {"storm-of-nobody", "messages of no device with three findings each",                       storm_of_nobody},
    {"storms",          "messages of 5,000 devices with findings",                              storms},
    {"gaps",            "messages of 20,000 devices with missing numbers between them",         gaps},
    {"conflicts",       "messages of one device on 997 connections in turn",                    conflicts},
    {"unclaimed",       "commands on one connection without a device",                          unclaimed},
    {"abandoned",       "connections with a command, closed at the same moment",                abandoned},
    {"waiting",         "long commands, 60 on a connection, without a device",                  waiting},
    {"unanswered",      "commands to 20,000 devices without an answer",                         unanswered},
    {"ignored",         "commands to one device without an answer",                             ignored},
    {"gateway",         "devices on one connection",                                            gateway},
    {"gateways",        "reports on 1,000 connections, each device on all of them",             gateways},
    {"attempts",        "download attempts of one update",                                      attempts},
    {"requests",        "requests in one attempt",                                              requests},
    {"visits",          "the same, on connections that are over at once",                       visits},
    {"keep-alive",      "the same, on one connection",                                          keep_alive},
    {"pipeline",        "the same, without an answer",                                          pipeline},
    {"long-paths",      "requests with long paths, hosts and redirections",                     long_paths},
    {"redirects",       "redirections in one attempt",                                          redirects},
    {"endless-heads",   "HTTP connections whose heads do not end",                              endless_heads},
    {"endless-head",    "lines of an HTTP head that does not end",                              endless_head},
    {"pipelines",       "HTTP requests without an answer, 60 on a connection",                  pipelines},
    {"neighbours",      "devices behind one address that download the same file",               neighbours},
    {"strangers",       "devices that download the same file from another's address",           strangers},
    {"crowd",           "devices behind one address that download at once, a file each",        crowd},
    {"disputes",        "devices that download at once, a file each, from another's address",   disputes},
    {"servers",         "file servers that start commands name",                                servers},
    {"lookups",         "DNS look-ups without an answer",                                       lookups},
    {"ports",           "ports of one file server that start commands name",                    ports},
    {"answers",         "DNS answers of 80 addresses for a name with 16 ports",                 answers},
    {"ftp",             "data ports announced, four by a connection",                           ftp},
    {"ftp-data",        "FTP data connections",                                                 ftp_data},
    {NULL, NULL, NULL},
    /* clang-format on */
};

const Attack *attack_all(void)
{
    return attacks;
}

const Attack *attack_find(const char *name)
{
    for (const Attack *attack = attacks; attack->name; attack++)
        if (g_str_equal(attack->name, name))
            return attack;
    return NULL;
}
