/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "script.h"

#include "text.h"

#include <string.h>

#define FILL_MAX 60000 /* bytes of a line */

/* What may stand in brackets before a line's text. Each reads what follows its word. */

typedef struct {
    SceneLine line;
    gsize fill; /* bytes that are appended to the text */
    gboolean fill_is_text;
} Options;

static gboolean option_split(const Script *script, const char *rest, Options *options, GError **error)
{
    SceneLine *line = &options->line;
    for (;;) {
        guint64 cut, last = line->cut_count ? line->cuts[line->cut_count - 1] : 0;
        g_autofree char *word = text_word(&rest);
        if (*word == '\0')
            return line->cut_count > 0 || script_wrong(script, error, "split where?");
        if (line->cut_count == SCENE_MAX_CUTS)
            return script_wrong(script, error, "more than %d cuts", SCENE_MAX_CUTS);
        if (!script_number(script, word, last + 1, G_MAXUINT16, &cut, error))
            return FALSE;
        line->cuts[line->cut_count++] = cut;
    }
}

static gboolean option_lost(const Script *script, const char *rest, Options *options, GError **error)
{
    for (;;) {
        guint64 number;
        g_autofree char *word = text_word(&rest);
        if (*word == '\0')
            break;
        if (!script_number(script, word, 1, 64, &number, error))
            return FALSE;
        options->line.lost |= G_GUINT64_CONSTANT(1) << (number - 1);
    }
    if (options->line.lost == 0)
        options->line.lost = G_MAXUINT64;
    return TRUE;
}

static gboolean option_late(const Script *script, const char *rest, Options *options, GError **error)
{
    g_autofree char *word = text_word(&rest);
    if (!text_duration(word, &options->line.late))
        return script_wrong(script, error, "\"%s\" is no time", word);
    return script_ended(script, rest, error);
}

static gboolean option_number(const Script *script, const char *rest, guint64 min, guint64 max, gsize *number,
                              GError **error)
{
    guint64 value;
    g_autofree char *word = text_word(&rest);
    if (!script_number(script, word, min, max, &value, error))
        return FALSE;
    *number = value;
    return script_ended(script, rest, error);
}

static gboolean option_fragment(const Script *script, const char *rest, Options *options, GError **error)
{
    if (!option_number(script, rest, 8, G_MAXUINT16, &options->line.fragment, error))
        return FALSE;
    return options->line.fragment % 8 == 0 || script_wrong(script, error, "fragments are multiples of 8 bytes");
}

static gboolean option_snap(const Script *script, const char *rest, Options *options, GError **error)
{
    return option_number(script, rest, 1, G_MAXUINT16, &options->line.snap_length, error);
}

static gboolean option_fill(const Script *script, const char *rest, Options *options, GError **error)
{
    options->fill_is_text = TRUE;
    return option_number(script, rest, 1, FILL_MAX, &options->fill, error);
}

static gboolean option_body(const Script *script, const char *rest, Options *options, GError **error)
{
    return option_number(script, rest, 1, FILL_MAX, &options->fill, error);
}

static gboolean option_flag(const Script *script, const char *rest, gboolean *flag, GError **error)
{
    *flag = TRUE;
    return script_ended(script, rest, error);
}

static gboolean option_reversed(const Script *script, const char *rest, Options *options, GError **error)
{
    return option_flag(script, rest, &options->line.reversed, error);
}

static gboolean option_twice(const Script *script, const char *rest, Options *options, GError **error)
{
    return option_flag(script, rest, &options->line.twice, error);
}

static gboolean option_noack(const Script *script, const char *rest, Options *options, GError **error)
{
    return option_flag(script, rest, &options->line.no_ack, error);
}

static gboolean option_fin(const Script *script, const char *rest, Options *options, GError **error)
{
    return option_flag(script, rest, &options->line.finish, error);
}

static gboolean option_badsum(const Script *script, const char *rest, Options *options, GError **error)
{
    return option_flag(script, rest, &options->line.bad_checksum, error);
}

static const struct {
    const char *word;
    gboolean (*read)(const Script *script, const char *rest, Options *options, GError **error);
} option_words[] = {
    /* clang-format off */
    {"split",    option_split},
    {"lost",     option_lost},
    {"late",     option_late},
    {"reversed", option_reversed},
    {"twice",    option_twice},
    {"noack",    option_noack},
    {"fin",      option_fin},
    {"badsum",   option_badsum},
    {"fragment", option_fragment},
    {"snap",     option_snap},
    {"fill",     option_fill},
    {"body",     option_body},
    /* clang-format on */
};

static gboolean read_option(const Script *script, const char *text, Options *options, GError **error)
{
    g_autofree char *word = text_word(&text);
    for (guint i = 0; i < G_N_ELEMENTS(option_words); i++) {
        if (g_str_equal(option_words[i].word, word))
            return option_words[i].read(script, text, options, error);
    }
    return script_wrong(script, error, "[%s] is not known", word);
}

/* Options in brackets at *rest, if any; *rest moves behind them and the blanks around them. */
static gboolean read_options(const Script *script, const char **rest, Options *options, GError **error)
{
    *options = (Options){0};
    *rest += strspn(*rest, " \t");
    if (**rest != '[')
        return TRUE;

    const char *end = strchr(*rest, ']');
    if (!end)
        return script_wrong(script, error, "[ without ]");
    g_autofree char *inside = g_strndup(*rest + 1, (gsize)(end - *rest - 1));
    g_auto(GStrv) parts = g_strsplit(inside, ",", -1);
    for (guint i = 0; parts[i]; i++) {
        if (!read_option(script, parts[i], options, error))
            return FALSE;
    }
    *rest = end + 1 + strspn(end + 1, " \t");
    return TRUE;
}

/* Stands for the contents of a package: bytes without a pattern, but always the same. */
static void append_fill(GByteArray *bytes, const Options *options)
{
    guint32 state = 1;
    for (gsize i = 0; i < options->fill; i++) {
        state = state * 1664525u + 1013904223u;
        guint8 byte = options->fill_is_text ? 'x' : (guint8)(state >> 24);
        g_byte_array_append(bytes, &byte, 1);
    }
}

/* What happens on a connection. Each reads what follows its word; `side` is the one that acts. */

static gboolean act_send(Script *script, SceneConnection *connection, guint side, const char *rest, GError **error)
{
    Options options;
    g_autoptr(GByteArray) bytes = g_byte_array_new();

    if (!read_options(script, &rest, &options, error) || !script_bytes(script, rest, bytes, error))
        return FALSE;
    append_fill(bytes, &options);
    if (bytes->len == 0 || bytes->len > FILL_MAX)
        return script_wrong(script, error, "a line has 1 to %d bytes, not %u", FILL_MAX, bytes->len);
    scene_send(&script->scene, connection, side, script->now, bytes->data, bytes->len, &options.line);
    return TRUE;
}

/* [OPTIONS] [LINES [-BYTES]] */
static gboolean act_resend(Script *script, SceneConnection *connection, guint side, const char *rest, GError **error)
{
    Options options;
    guint64 lines = 1, shortened = 0;
    if (!read_options(script, &rest, &options, error))
        return FALSE;

    g_autofree char *count = text_word(&rest);
    if (*count && !script_number(script, count, 1, 1000, &lines, error))
        return FALSE;
    g_autofree char *left_off = text_word(&rest);
    if (*left_off && *left_off != '-')
        return script_wrong(script, error, "\"%s\" is no -BYTES", left_off);
    if (*left_off && !script_number(script, left_off + 1, 1, FILL_MAX, &shortened, error))
        return FALSE;
    if (!scene_resend(&script->scene, connection, side, script->now, (guint)lines, shortened, &options.line))
        return script_wrong(script, error, "there is not so much to resend");
    return script_ended(script, rest, error);
}

static gboolean act_close(Script *script, SceneConnection *connection, guint side, const char *rest, GError **error)
{
    scene_close(&script->scene, connection, side, script->now);
    return script_ended(script, rest, error);
}

static gboolean act_reset(Script *script, SceneConnection *connection, guint side, const char *rest, GError **error)
{
    scene_reset(&script->scene, connection, side, script->now);
    return script_ended(script, rest, error);
}

static gboolean act_keepalive(Script *script, SceneConnection *connection, guint side, const char *rest, GError **error)
{
    scene_keepalive(&script->scene, connection, side, script->now);
    return script_ended(script, rest, error);
}

static gboolean act_open(Script *script, SceneConnection *connection, G_GNUC_UNUSED guint side, const char *rest,
                         GError **error)
{
    scene_open(&script->scene, connection, script->now);
    return script_ended(script, rest, error);
}

static gboolean act_refused(Script *script, SceneConnection *connection, G_GNUC_UNUSED guint side, const char *rest,
                            GError **error)
{
    scene_knock(&script->scene, connection, script->now, TRUE);
    return script_ended(script, rest, error);
}

static gboolean act_unanswered(Script *script, SceneConnection *connection, G_GNUC_UNUSED guint side, const char *rest,
                               GError **error)
{
    scene_knock(&script->scene, connection, script->now, FALSE);
    return script_ended(script, rest, error);
}

static gboolean act_join(G_GNUC_UNUSED Script *script, SceneConnection *connection, G_GNUC_UNUSED guint side,
                         const char *rest, GError **error)
{
    scene_join(connection);
    return script_ended(script, rest, error);
}

typedef struct {
    const char *word; /* "" : a line of text */
    gboolean tcp_only, opens, sided;
    gboolean (*act)(Script *script, SceneConnection *connection, guint side, const char *rest, GError **error);
} Action;

static const Action actions[] = {
    /* clang-format off */
    /* word        TCP    opens  > or < */
    {"",           FALSE, FALSE, TRUE,  act_send},
    {"open",       TRUE,  TRUE,  FALSE, act_open},
    {"refused",    TRUE,  TRUE,  FALSE, act_refused},
    {"unanswered", TRUE,  TRUE,  FALSE, act_unanswered},
    {"join",       TRUE,  TRUE,  FALSE, act_join},
    {"resend",     TRUE,  FALSE, TRUE,  act_resend},
    {"keepalive",  TRUE,  FALSE, TRUE,  act_keepalive},
    {"close",      TRUE,  FALSE, TRUE,  act_close},
    {"reset",      TRUE,  FALSE, TRUE,  act_reset},
    /* clang-format on */
};

/* The row of the action at *rest, which moves behind its word; `side` is read too. */
static const Action *find_action(const Script *script, const char **rest, guint *side, GError **error)
{
    g_autofree char *word = text_word(rest);
    gboolean arrow = g_str_equal(word, ">") || g_str_equal(word, "<");

    for (guint i = 0; i < G_N_ELEMENTS(actions); i++) {
        if (!g_str_equal(actions[i].word, arrow ? "" : word))
            continue;
        g_autofree char *sign = arrow ? g_strdup(word) : actions[i].sided ? text_word(rest) : g_strdup(">");
        if (!g_str_equal(sign, ">") && !g_str_equal(sign, "<")) {
            script_wrong(script, error, "%s: who? (> or <)", word);
            return NULL;
        }
        *side = g_str_equal(sign, ">") ? 0 : 1;
        return &actions[i];
    }
    script_wrong(script, error, "\"%s\" is nothing that can happen", word);
    return NULL;
}

gboolean script_act(Script *script, const char *name, const char *rest, GError **error)
{
    guint side;
    SceneConnection *connection = g_hash_table_lookup(script->connections, name);
    if (!connection)
        return script_wrong(script, error, "there is no connection \"%s\"", name);
    const Action *action = find_action(script, &rest, &side, error);
    if (!action)
        return FALSE;
    if (action->tcp_only && !scene_is_tcp(connection))
        return script_wrong(script, error, "%s: not over UDP", action->word);
    if (action->opens == scene_is_open(connection))
        return script_wrong(script, error, "connection \"%s\" is %s", name,
                            action->opens ? "open already" : "not open");
    return action->act(script, connection, side, rest, error);
}
