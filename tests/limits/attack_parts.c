/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "attack.h"

#include <string.h>

End client_end(guint n)
{
    return (End){.address = 0x0a000000u + n % 0xfffffeu + 1, .port = (guint16)(1024 + n / 0xfffffeu), .next = n * 7919};
}

End backend_end(void)
{
    return (End){.address = BACKEND_ADDRESS, .port = 5000, .next = 1000};
}

End files_end(guint16 port)
{
    return (End){.address = FILES_ADDRESS, .port = port, .next = 5000};
}

/* The check digit by Luhn: every second digit counts double. */
Imei imei(guint n)
{
    Imei id;
    guint sum = 0;
    g_snprintf(id.text, sizeof id.text, "86%012u0", n);
    for (guint i = 0; i < 14; i++) {
        const guint digit = (guint)(id.text[i] - '0') * (1 + i % 2);
        sum += digit > 9 ? digit - 9 : digit;
    }
    id.text[14] = (char)('0' + (10 - sum % 10) % 10);
    return id;
}

static void segment(Recorder *recorder, const End *from, const End *to, guint8 flags, gconstpointer data, gsize length)
{
    WireHost sender = recorder_host(from->address), receiver = recorder_host(to->address);
    const WireTcp tcp = {
        .source_port = from->port,
        .destination_port = to->port,
        .sequence = from->next,
        .acknowledgement = flags & WIRE_TCP_ACK ? to->next : 0,
        .flags = flags,
    };
    recorder_tcp(recorder, &sender, &receiver, &tcp, data, length);
}

void tcp_syn(Recorder *recorder, const End *client, const End *server)
{
    segment(recorder, client, server, WIRE_TCP_SYN, NULL, 0);
}

void tcp_open(Recorder *recorder, End *client, End *server)
{
    tcp_syn(recorder, client, server);
    client->next++;
    segment(recorder, server, client, WIRE_TCP_SYN | WIRE_TCP_ACK, NULL, 0);
    server->next++;
}

void tcp_bytes(Recorder *recorder, End *from, const End *to, gconstpointer data, gsize length)
{
    segment(recorder, from, to, WIRE_TCP_ACK | WIRE_TCP_PSH, data, length);
    from->next += (guint32)length;
}

void tcp_text(Recorder *recorder, End *from, const End *to, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    g_autofree char *text = g_strdup_vprintf(format, args);
    va_end(args);
    tcp_bytes(recorder, from, to, text, strlen(text));
}

void tcp_reset(Recorder *recorder, const End *from, const End *to)
{
    segment(recorder, from, to, WIRE_TCP_RST | WIRE_TCP_ACK, NULL, 0);
}

void udp_text(Recorder *recorder, const End *from, const End *to, const char *format, ...)
{
    WireHost sender = recorder_host(from->address), receiver = recorder_host(to->address);
    va_list args;
    va_start(args, format);
    g_autofree char *text = g_strdup_vprintf(format, args);
    va_end(args);
    recorder_udp(recorder, &sender, &receiver, from->port, to->port, text, strlen(text));
}

/* "20260302080000" */
static void write_time(const Recorder *recorder, char text[15])
{
    g_autoptr(GDateTime) now = g_date_time_new_from_unix_utc(recorder->now / 1000000000);
    g_autofree char *formatted = g_date_time_format(now, "%Y%m%d%H%M%S");
    g_strlcpy(text, formatted, 15);
}

void say(Recorder *recorder, End *device, const End *backend, const char *id, const char *word, const char *middle,
         guint count)
{
    char time[15];
    write_time(recorder, time);
    tcp_text(recorder, device, backend, "%s,BD0214,%s,cv200,%s%s,%04X$", word, id, middle, time, count & 0xffff);
}

void start(Recorder *recorder, End *backend, const End *device, const char *url, guint serial)
{
    tcp_text(recorder, backend, device, "AT+GTUPD=cv200,0,0,10,0,,,%s,,0,,,,%04X$", url, serial & 0xffff);
}

void wait_ms(Recorder *recorder, gint64 ms)
{
    recorder->now += ms * 1000000;
}
