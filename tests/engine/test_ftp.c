/* SPDX-License-Identifier: GPL-2.0-or-later */
/* FTP as file transfers. */
#include "ftp.h"

#include "conversations.h"
#include "fake_protocol.h"

#include <string.h>

#define LOGIN    "open\n< 220 hello|\n> USER u|\n< 331 password|\n> PASS p|\n< 230 in|\n"
#define RETR     "> RETR /p|\n< 150 here it comes|\n"
#define SIZED    "> SIZE /p|\n< 213 10|\n"
#define COMPLETE "ftp complete 226 h:21/p "

typedef struct {
    const char *name;
    const char *script;
    const char *expected;
} Row;

/* clang-format off */

static const Row rows[] = {
    {"complete", LOGIN RETR "data <* 10\ndata < FIN\ndata ^\n< 226 done|\n> QUIT|\n< 221 bye|\n< FIN\n",
     COMPLETE "10/-1 ack sha by=server"},
    {"size-known", LOGIN SIZED RETR "data <* 10\ndata ^\ndata < FIN\n< 226 done|\n", COMPLETE "10/10 ack sha by=server"},
    {"size-announced", LOGIN "> RETR /p|\n< 150 Opening BINARY mode data connection for /p (10 bytes).|\ndata <* 10\ndata < FIN\n< 226 done|\n",
     COMPLETE "10/10 sha by=server"},
    {"confirmed-before-the-end", LOGIN RETR "data <* 5\n< 226 done|\ndata <* 5\ndata < FIN\n", COMPLETE "10/-1 sha by=server"},
    {"confirmed-unseen", LOGIN RETR "< 226 done|\n", COMPLETE "holes"},
    {"running", LOGIN SIZED RETR "data <* 5\n", "ftp running 150 h:21/p 5/10"},
    {"not-confirmed-yet", LOGIN SIZED RETR "data <* 10\ndata < FIN\n", "ftp running 150 h:21/p 10/10 by=server"},
    {"restart", LOGIN SIZED "> REST 4|\n< 350 at 4|\n> RETR /p|\n< 150 ok|\ndata <* 6\ndata < FIN\n< 226 done|\n",
     COMPLETE "6/6 from=4 total=10 sha by=server"},
    {"restart-refused", LOGIN SIZED "> REST 4|\n< 502 no|\n> RETR /p|\n< 150 ok|\ndata <* 10\ndata < FIN\n< 226 done|\n",
     COMPLETE "10/10 sha by=server"},
    {"directory", LOGIN "> CWD /a|\n< 250 ok|\n> CWD b/|\n< 250 ok|\n> RETR c|\n", "ftp running 250 h:21/a/b/c"},
    {"relative", LOGIN "> RETR p|\n", "ftp running 230 h:21/p"},
    {"long-reply", "open\n< 220-hello|220-530 you|220 there|\n> USER u|\n< 230-530 no|\n< 230 in|\n" "> RETR /p|\n", "ftp running 230 h:21/p"},
    {"joined", "> RETR /p|\n< 150 ok|\ndata <* 3\ndata < FIN\n< 226 done|\n", COMPLETE "3/-1 sha by=server"},
    /* Refusals. */
    {"login-refused", "open\n< 220 hello|\n> USER u|\n< 331 password|\n> PASS p|\n< 530 no|\n", "ftp login-refused 530 h:21 -"},
    {"user-refused", "open\n< 220 hello|\n> USER u|\n< 430 no|\n", "ftp login-refused 430 h:21 -"},
    {"password-missing", "open\n< 220 hello|\n> USER u|\n< 331 password|\n> FIN\n", "ftp login-refused 331 h:21 - by=device"},
    {"second-login", "open\n< 220 hello|\n> USER u|\n< 530 no|\n> USER v|\n< 230 in|\n" RETR "data <* 3\ndata < FIN\n< 226 done|\n",
     COMPLETE "3/-1 sha by=server"},
    {"greeting", "open\n< 421 too many|\n< FIN\n", "ftp refused 421 h:21 - by=server"},
    {"missing", LOGIN "> RETR /p|\n< 550 no such file|\n", "ftp missing 550 h:21/p"},
    {"retrieve-refused", LOGIN "> RETR /p|\n< 450 busy|\n", "ftp refused 450 h:21/p"},
    {"size-refused-only", LOGIN "> SIZE /p|\n< 550 no|\n" RETR "data <* 3\ndata < FIN\n< 226 done|\n", COMPLETE "3/-1 sha by=server"},
    {"size-refused-and-given-up", LOGIN "> SIZE /p|\n< 550 no|\n> QUIT|\n< 221 bye|\n", "ftp missing 550 h:21/p"},
    {"directory-refused-and-given-up", LOGIN "> CWD /a|\n< 550 no|\n> FIN\n", "ftp missing 550 h:21/a by=device"},
    {"passive-refused", LOGIN "> PASV|\n< 425 no|\n> QUIT|\n", "ftp refused 425 h:21 -"},
    {"extended-passive-refused", LOGIN "> EPSV|\n< 500 what|\n> PASV|\n< 227 (10,0,0,2,4,0)|\n", "ftp running 227 h:21 -"},
    {"passive-refused-behind-a-file", LOGIN SIZED RETR "data <* 10\ndata < FIN\n< 226 done|\n> PASV|\n< 425 no|\n", COMPLETE "10/10 sha by=server"},
    {"goes-away", LOGIN "> TYPE I|\n< 421 idle for too long|\n< FIN\n", "ftp refused 421 h:21 - by=server"},
    {"goes-away-at-size", LOGIN "> SIZE /p|\n< 421 enough|\n< FIN\n", "ftp refused 421 h:21 - by=server"},
    {"type-refused-only", LOGIN "> TYPE I|\n< 504 no|\n", "ftp running 504 h:21 -"},
    {"two-files", LOGIN "> RETR /a|\n< 550 no|\n> RETR /p|\n< 150 ok|\ndata <* 3\ndata < FIN\n< 226 done|\n",
     "ftp missing 550 h:21/a, " COMPLETE "3/-1 sha by=server"},
    /* Cut. */
    {"cut-by-server", LOGIN SIZED RETR "data <* 5\ndata < FIN\n", "ftp cut 150 h:21/p 5/10 by=server"},
    {"cut-and-said-so", LOGIN RETR "data <* 5\ndata < FIN\n< 426 broken off|\n", "ftp cut 426 h:21/p 5/-1 by=server"},
    {"cut-by-device", LOGIN SIZED RETR "data <* 5\ndata > RST\n< 426 broken off|\n", "ftp cut 426 h:21/p 5/10 by=device reset"},
    {"given-up", LOGIN SIZED RETR "data <* 5\ndata > FIN\n", "ftp cut 150 h:21/p 5/10 by=device"},
    {"given-up-and-said-so", LOGIN SIZED RETR "data <* 5\ndata > FIN\n< 426 broken off|\n", "ftp cut 426 h:21/p 5/10 by=device"},
    {"half-closed", LOGIN SIZED RETR "data <* 5\ndata > FIN\ndata <* 5\ndata < FIN\n< 226 done|\n", COMPLETE "10/10 sha by=device"},
    {"server-gone-unconfirmed", LOGIN SIZED RETR "data <* 10\ndata < FIN\n< FIN\n", "ftp cut 150 h:21/p 10/10 by=server"},
    {"device-does-not-wait-for-it", LOGIN SIZED RETR "data <* 10\ndata < FIN\n> FIN\n", "ftp complete 150 h:21/p 10/10 sha by=server"},
    {"device-waits-for-it-in-vain", LOGIN SIZED RETR "data <* 10\ndata < FIN\n> RST\n", "ftp running 150 h:21/p 10/10 by=server"},
    {"device-waits-but-not-all-came", LOGIN RETR "data <* 10\ndata < FIN\n> RST\n", "ftp cut 150 h:21/p 10/-1 by=server"},
    {"no-data-ever", LOGIN RETR "< 425 cannot open|\n", "ftp refused 425 h:21/p"},
    {"data-blocked", LOGIN "> PASV|\n< 227 (10,0,0,2,4,0)|\ndata knock\n> FIN\n", "ftp running 227 h:21 - lone by=device"},
    {"data-late", LOGIN "> PASV|\n< 227 (10,0,0,2,4,0)|\ndata knock\ndata open\n", "ftp running 227 h:21 -"},
    {"control-reset", LOGIN RETR "data <* 5\n< RST\n", "ftp cut 150 h:21/p 5/-1 by=server reset"},
    {"shut", LOGIN SIZED RETR "data <* 5\ndata shut\ndata > RST\n", "ftp cut 150 h:21/p 5/10 shut by=device reset"},
    {"shut-for-a-while", LOGIN SIZED RETR "data <* 5\ndata shut\ndata reopen\n", "ftp running 150 h:21/p 5/10"},
    {"unheard", LOGIN "> RETR /p|\nunheard\n", "ftp running 230 h:21/p unheard"},
    /* The handshake, and holes. */
    {"no-answer", "knock\n", "ftp unreachable 0 h:21 - again=1"},
    {"reset-to-syn", "refuse\n", "ftp unreachable 0 h:21 - by=server reset"},
    {"hole-in-file", LOGIN SIZED RETR "data <* 4\ndata <~ 3\ndata <* 3\ndata < FIN\n< 226 done|\n", COMPLETE "10/10 holes by=server"},
    {"hole-in-dialogue", LOGIN "> RETR /p|\n<~ 20\ndata <* 3\ndata < FIN\n< 226 done|\n", COMPLETE "3/-1 holes sha by=server"},
    {"data-left-over", LOGIN SIZED RETR "data <* 4\ndata < RST\ndata lost\n", "ftp cut 150 h:21/p 4/10 holes by=server reset"},
    {"garbage", "open\n> \x01\x02|\n< \xff\xff|\n< 99|\n< 1|\n", "ftp running 0 h:21 -"},
};

/* clang-format on */

typedef struct {
    GtupdEndpoints *endpoints;
    GtupdDigestBudget digests;
    Talk talk;
} Fixture;

static void set_up(Fixture *fixture, gboolean is_open)
{
    static const GtupdPeers peers = {.client = "10.0.0.1", .server = "10.0.0.2", .port = 21, .host = (char *)"h"};
    fixture->endpoints = gtupd_endpoints_new(NULL);
    fixture->talk = (Talk){.type = &gtupd_ftp_conversation, .data_type = &gtupd_ftp_data_conversation};
    const GtupdAnchor anchor = talk_anchor(&fixture->talk);
    fixture->talk.self = gtupd_ftp_new(&fixture->digests, fixture->endpoints, &peers, is_open, &anchor);
}

static void tear_down(Fixture *fixture)
{
    fixture->talk.type->free(fixture->talk.self);
    gtupd_endpoints_free(fixture->endpoints);
}

static char *run(const char *script, gsize step, gboolean data_outlives)
{
    Fixture fixture = {0};
    set_up(&fixture, script[0] == '>');
    fixture.talk.data = strstr(script, "data ") != NULL ? gtupd_ftp_data_new(fixture.talk.self) : NULL;
    if (fixture.talk.data != NULL && strstr(script, "data knock") == NULL)
        fixture.talk.data_type->connected(fixture.talk.data);
    talk_run(&fixture.talk, script, step);
    char *transfers = fake_protocol_take_transfers();
    if (fixture.talk.data != NULL && !data_outlives)
        fixture.talk.data_type->free(fixture.talk.data);
    tear_down(&fixture);
    if (fixture.talk.data != NULL && data_outlives) {
        talk_run(&fixture.talk, "data <* 3\ndata ^\ndata <~ 3\ndata < FIN\ndata gone\n", 0);
        fixture.talk.data_type->free(fixture.talk.data);
    }
    return transfers;
}

/* However the bytes are cut, the same comes of them. */
static void test_row(gconstpointer data)
{
    const Row *row = data;
    for (gsize step = 0; step < 4; step++) {
        g_autofree char *transfers = run(row->script, step, step == 3);
        g_assert_cmpstr(transfers, ==, row->expected);
    }
}

static gboolean is_announced(const Fixture *fixture, const char *address, guint16 port)
{
    GtupdEndpoint at = {.port = port};
    g_assert_true(gtupd_endpoint_parse(address, &at));
    return gtupd_endpoints_announcer(fixture->endpoints, &at) == fixture->talk.self;
}

static void test_announcements(void)
{
    static const struct {
        const char *script;
        const char *address;
        guint16 port;
        gboolean expected;
    } announcements[] = {
        {"> PASV|\n< 227 Entering Passive Mode (192,168,0,9,4,1)|\n", "192.168.0.9", 1025, TRUE},
        {"> PASV|\n< 227 Entering Passive Mode (192,168,0,9,4,1)|\n", "10.0.0.2", 1025, TRUE}, /* translated */
        {"> PASV|\n< 227 =192,168,0,9,4,1|\n", "192.168.0.9", 1025, TRUE},
        {"> PASV|\n< 227 Entering Passive Mode (192,168,0,9,4)|\n", "192.168.0.9", 1024, FALSE},
        {"> PASV|\n< 227 Entering Passive Mode (192,168,0,9,400,1)|\n", "192.168.0.9", 36865, FALSE},
        {"> PASV|\n< 227 Entering Passive Mode (192,168,0,999,4,1)|\n", "10.0.0.2", 1025, FALSE},
        {"> EPSV|\n< 229 Extended (|||6446|)|\n", "10.0.0.2", 6446, TRUE},
        {"> EPSV|\n< 229 Extended (!!!6446!)|\n", "10.0.0.2", 6446, TRUE},
        {"> EPSV|\n< 229 Extended (|||)|\n", "10.0.0.2", 0, FALSE},
        {"> EPSV|\n< 229 Extended (|||70000|)|\n", "10.0.0.2", 4464, FALSE},
        {"> PORT 10,0,0,1,4,1|\n< 200 ok|\n", "10.0.0.1", 1025, TRUE},
        {"> PORT 192,168,0,1,4,1|\n< 200 ok|\n", "10.0.0.1", 1025, TRUE},
        {"> EPRT |2|fd00::1|6275||\n< 200 ok|\n", "fd00::1", 6275, TRUE},
        {"> EPRT ||\n< 200 ok|\n", "10.0.0.1", 0, FALSE},
    };
    for (gsize i = 0; i < G_N_ELEMENTS(announcements); i++) {
        Fixture fixture = {0};
        set_up(&fixture, FALSE);
        /* In these scripts | is FTP's own: only the last of a line ends it. */
        g_auto(GStrv) lines = g_strsplit(announcements[i].script, "\n", -1);
        for (guint k = 0; lines[k] != NULL && lines[k][0] != '\0'; k++) {
            const GtupdAnchor anchor = talk_anchor(&fixture.talk);
            lines[k][strlen(lines[k]) - 1] = '\n';
            fixture.talk.type->bytes(fixture.talk.self, lines[k][0] == '<', (const guint8 *)lines[k] + 2,
                                     strlen(lines[k]) - 2, &anchor);
        }
        g_assert_cmpint(is_announced(&fixture, announcements[i].address, announcements[i].port), ==,
                        announcements[i].expected);
        g_free(fake_protocol_take_transfers());
        tear_down(&fixture);
    }
}

/* What was announced goes with the one who did. */
static void test_withdrawn(void)
{
    Fixture fixture = {0};
    set_up(&fixture, FALSE);
    talk_run(&fixture.talk, "> PASV|\n< 227 (10,0,0,2,4,1)|\n", 0);
    g_assert_true(is_announced(&fixture, "10.0.0.2", 1025));
    fixture.talk.type->free(fixture.talk.self);
    GtupdEndpoint at = {.port = 1025};
    g_assert_true(gtupd_endpoint_parse("10.0.0.2", &at));
    g_assert_null(gtupd_endpoints_announcer(fixture.endpoints, &at));
    gtupd_endpoints_free(fixture.endpoints);
    g_free(fake_protocol_take_transfers());
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *path = g_strconcat("/ftp/", rows[i].name, NULL);
        g_test_add_data_func(path, &rows[i], test_row);
    }
    g_test_add_func("/ftp/announcements", test_announcements);
    g_test_add_func("/ftp/withdrawn", test_withdrawn);
    return g_test_run();
}
