/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "script.h"
#include "text.h"

#include <glib/gstdio.h>
#include <string.h>

static RigScript *load(const char *contents, GError **error)
{
    g_autofree char *path = NULL;
    int descriptor = g_file_open_tmp("script-XXXXXX", &path, NULL);
    g_assert_cmpint(descriptor, >=, 0);
    g_close(descriptor, NULL);
    g_assert_true(g_file_set_contents(path, contents, -1, NULL));
    RigScript *script = rig_script_load(path, error);
    g_unlink(path);
    return script;
}

static const struct {
    const char *name;
    const char *line;
    guint16 serial;
    const char *expected;
} commands[] = {
    {"defaults", "GTHBD start url=http://h/p", 1, "AT+GTUPD=cv200,0,0,5,0,,,http://h/p,,0,,,,0001$"},
    {"ftp", "GTHBD start url=ftp://h/p user=u pass=p type=11", 0xFFFF,
     "AT+GTUPD=cv200,0,0,5,2,u,p,ftp://h/p,,11,,,,FFFF$"},
    {"override", "GTHBD start url=http://h/p protocol=2 serial=00aa retry=3 timeout=30 password=x", 7,
     "AT+GTUPD=x,0,3,30,2,,,http://h/p,,0,,,,00aa$"},
    {"reserved", "GTHBD start url=u reserved=1 reserved-12=2", 1, "AT+GTUPD=cv200,0,0,5,0,,,u,1,0,,2,,0001$"},
    {"sibling", "GTHBD start url=u layout=sibling", 1, "AT+GTUPD=cv200,0,0,5,0,,,u,,0,,,0001$"},
    {"stop", "2X0 stop", 0x1F, "AT+GTUPD=cv200,1,,,,,001F$"},
    {"send", "2X0 +0.5 send AT+GTRTO=cv200,3,,,,,,%s$", 2, "AT+GTRTO=cv200,3,,,,,,0002$"},
};

static void test_command(gconstpointer data)
{
    const guint row = GPOINTER_TO_UINT(data);
    g_autoptr(GError) error = NULL;
    g_autoptr(RigScript) script = load(commands[row].line, &error);
    g_assert_no_error(error);
    const RigStep *step = g_ptr_array_index(rig_script_steps(script, "x"), 0);
    g_autofree char *command = rig_step_command(step, commands[row].serial);
    g_assert_cmpstr(command, ==, commands[row].expected);
}

static void test_sections(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(RigScript) script =
        load("# comment\n\nGTHBD start url=u\nthen +1.5 again\n[866884040000012]\nGTHBD stop\n", &error);
    g_assert_no_error(error);
    GPtrArray *all = rig_script_steps(script, "866884040000020");
    GPtrArray *own = rig_script_steps(script, "866884040000012");
    g_assert_cmpuint(all->len, ==, 2);
    g_assert_cmpuint(own->len, ==, 1);
    const RigStep *again = g_ptr_array_index(all, 1);
    g_assert_true(rig_step_follows(again));
    g_assert_cmpfloat(again->delay, ==, 1.5);
    g_assert_cmpint(again->action, ==, RIG_ACTION_AGAIN);
}

static void test_error_names_the_line(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(RigScript) script = load("GTHBD start url=u\nGTHBD jump\n", &error);
    g_assert_null(script);
    g_assert_nonnull(strstr(error->message, "line 2"));
}

static const struct {
    const char *event;
    const char *text;
    gboolean expected;
} events[] = {
    {"ACK", "+ACK:GTUPD,DF0107,866884040000012,cv200,0001,20260101000000,0001$", TRUE},
    {"GTUPD", "+ACK:GTUPD,DF0107,866884040000012,cv200,0001,20260101000000,0001$", FALSE},
    {"GTHBD", "+ACK:GTHBD,DF0107,866884040000012,cv200,20260101000000,0001$", TRUE},
    {"ACK", "+ACK:GTHBD,DF0107,866884040000012,cv200,20260101000000,0001$", FALSE},
    {"2X0", "+RESP:GTUPD,DF0107,866884040000012,cv200,210,1,20260101000000,0001$", TRUE},
    {"2X0", "+RESP:GTUPD,DF0107,866884040000012,cv200,2110,1,20260101000000,0001$", TRUE},
    {"2X0", "+BUFF:GTUPD,DF0107,866884040000012,cv200,200,1,20260101000000,0001$", TRUE},
    {"2X0", "+RESP:GTUPD,DF0107,866884040000012,cv200,211,1,20260101000000,0001$", FALSE},
    {"then", "+RESP:GTFRI,DF0107,866884040000012,cv200,20260101000000,0001$", FALSE},
    {"GTHBD", "garbage$", FALSE},
};

static void test_events(void)
{
    for (guint i = 0; i < G_N_ELEMENTS(events); i++) {
        const RigStep step = {.event = (char *)events[i].event};
        g_assert_cmpint(rig_step_awaits(&step, events[i].text), ==, events[i].expected);
    }
}

static void collect(const char *text, gpointer data)
{
    g_string_append_printf(data, "[%s]", text);
}

/* Every cut of the bytes gives the same messages. */
static void test_splitter(void)
{
    static const char bytes[] = "\r\n AT+GTUPD=a$\0+SACK:0001$+RESP";
    for (gsize cut = 0; cut < sizeof bytes - 1; cut++) {
        g_autoptr(GString) found = g_string_new(NULL);
        RigSplitter splitter;
        rig_splitter_init(&splitter);
        rig_splitter_feed(&splitter, bytes, cut, collect, found);
        rig_splitter_feed(&splitter, bytes + cut, sizeof bytes - 1 - cut, collect, found);
        g_assert_cmpstr(found->str, ==, "[AT+GTUPD=a$][+SACK:0001$]");
        rig_splitter_clear(&splitter);
    }
}

static void test_fields(void)
{
    g_auto(GStrv) command = rig_text_fields("AT+GTUPD=cv200,1,,,,,0001$");
    g_assert_cmpuint(g_strv_length(command), ==, 7);
    g_assert_cmpstr(rig_field(command, 0), ==, "cv200");
    g_assert_cmpstr(rig_field(command, -1), ==, "0001");
    g_assert_cmpstr(rig_field(command, 7), ==, "");
    g_assert_cmpstr(rig_field(command, -8), ==, "");
    g_auto(GStrv) sack = rig_text_fields("+SACK:GTHBD,DF0107,0009$");
    g_assert_cmpstr(rig_field(sack, -1), ==, "0009");
    g_auto(GStrv) nothing = rig_text_fields("$");
    g_assert_cmpstr(rig_field(nothing, 0), ==, "");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(commands); i++) {
        g_autofree char *path = g_strdup_printf("/script/command/%s", commands[i].name);
        g_test_add_data_func(path, GUINT_TO_POINTER(i), test_command);
    }
    g_test_add_func("/script/sections", test_sections);
    g_test_add_func("/script/error-names-the-line", test_error_names_the_line);
    g_test_add_func("/script/events", test_events);
    g_test_add_func("/text/splitter", test_splitter);
    g_test_add_func("/text/fields", test_fields);
    return g_test_run();
}
