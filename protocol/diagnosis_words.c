/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a diagnosis says: the {words} that its sentences may hold, and how they are filled in. */
#include "diagnosis_facts.h"

#include "device.h"

#include <math.h>
#include <string.h>

#define NAME_SHOWN 100 /* bytes of a host or path that a sentence shows */

static void add_time(GString *out, gint64 ns)
{
    const gint64 seconds = (ns + GTUPD_SECOND / 2) / GTUPD_SECOND;
    if (ns < GTUPD_SECOND)
        g_string_append(out, "less than a second");
    else if (ns < 10 * GTUPD_SECOND)
        g_string_append_printf(out, "%.1f s", (double)ns / 1e9);
    else if (seconds < 120)
        g_string_append_printf(out, "%" G_GINT64_FORMAT " s", seconds);
    else if (seconds < 3600)
        g_string_append_printf(out, "%" G_GINT64_FORMAT " min %02" G_GINT64_FORMAT " s", seconds / 60, seconds % 60);
    else
        g_string_append_printf(out, "%" G_GINT64_FORMAT " h %02" G_GINT64_FORMAT " min", seconds / 3600,
                               seconds / 60 % 60);
}

static void add_cut(GString *out, const char *text)
{
    g_string_append_printf(out, "%.*s%s", NAME_SHOWN, text, strlen(text) > NAME_SHOWN ? "..." : "");
}

/* The names of an update's kinds of message as people know them. */
static void add_event(GString *out, const GtupdEvent *event)
{
    if (event == NULL)
        g_string_append(out, "its beginning");
    else if (event->code[0] != '\0')
        g_string_append_printf(out, "code %s (%s)", event->code, gtupd_kind_name(event->kind));
    else
        g_string_append_printf(out, "the %s", gtupd_kind_name(event->kind));
}

/* --- The words --- */

static void tell_server(const GtupdFacts *facts, GString *out)
{
    const GtupdTransfer *transfer = facts->transfer;
    const gboolean v6 = strchr(transfer->server, ':') != NULL;
    if (transfer->server[0] == '\0') {
        add_cut(out, transfer->host != NULL ? transfer->host : "the file server");
        return;
    }
    g_string_append_printf(out, v6 ? "[%s]:%u" : "%s:%u", transfer->server, transfer->server_port);
    if (transfer->host != NULL && transfer->host[0] != '\0' && strcmp(transfer->host, transfer->server) != 0) {
        g_string_append(out, " (");
        add_cut(out, transfer->host);
        g_string_append_c(out, ')');
    }
}

static void tell_host(const GtupdFacts *facts, GString *out)
{
    add_cut(out, facts->transfer->host != NULL ? facts->transfer->host : "the file server's name");
}

static void tell_path(const GtupdFacts *facts, GString *out)
{
    add_cut(out, facts->transfer->path != NULL ? facts->transfer->path : "the package");
}

static void tell_redirect(const GtupdFacts *facts, GString *out)
{
    add_cut(out, facts->transfer->redirect != NULL ? facts->transfer->redirect : "elsewhere");
}

static void tell_status(const GtupdFacts *facts, GString *out)
{
    const GtupdTransfer *transfer = facts->transfer;
    const char *protocol = transfer->protocol == GTUPD_TRANSFER_FTP ? "FTP" : "HTTP";
    if (transfer->status > 0)
        g_string_append_printf(out, "%s %d", protocol, transfer->status);
    else
        g_string_append_printf(out, "an %s refusal", protocol);
}

static void tell_bytes(const GtupdFacts *facts, GString *out)
{
    const gboolean whole = facts->whole >= 0 && facts->delivered == facts->whole;
    if (facts->delivered == 0 && facts->transfer->result == GTUPD_TRANSFER_COMPLETE) { /* by the server's word */
        g_string_append(out, "the package");
        return;
    }
    g_string_append_printf(out, "%s%" G_GINT64_FORMAT, whole ? "all " : "", facts->delivered);
    if (facts->whole >= 0 && !whole)
        g_string_append_printf(out, " of %" G_GINT64_FORMAT, facts->whole);
    g_string_append(out, " bytes");
}

static void tell_rate(const GtupdFacts *facts, GString *out)
{
    if (facts->rate < 10000)
        g_string_append_printf(out, "%.0f bytes/s", facts->rate);
    else
        g_string_append_printf(out, "%.1f kB/s", facts->rate / 1000);
}

static void tell_needed(const GtupdFacts *facts, GString *out)
{
    add_time(out, facts->needed);
}

static void tell_advised(const GtupdFacts *facts, GString *out)
{
    g_string_append_printf(out, "%d min", gtupd_facts_advised(facts));
}

static void tell_timeout(const GtupdFacts *facts, GString *out)
{
    g_string_append_printf(out, "%d min", facts->timeout);
}

static void tell_silence(const GtupdFacts *facts, GString *out)
{
    add_time(out, facts->silence);
}

static void tell_lasted(const GtupdFacts *facts, GString *out)
{
    add_time(out, gtupd_facts_lasted(facts));
}

static void tell_attempts(const GtupdFacts *facts, GString *out)
{
    if (facts->failed == 1)
        g_string_append(out, "its download attempt");
    else
        g_string_append_printf(out, "each of its %u download attempts", facts->failed);
}

static void tell_retransmitted(const GtupdFacts *facts, GString *out)
{
    g_string_append_printf(out, "%u segment%s", facts->transfer->retransmitted,
                           facts->transfer->retransmitted == 1 ? " was" : "s were");
}

static void tell_closing(const GtupdFacts *facts, GString *out)
{
    g_string_append(out, facts->transfer->reset ? "reset (RST)" : "closed");
}

static void tell_last(const GtupdFacts *facts, GString *out)
{
    add_event(out, facts->last);
}

static void tell_gap(const GtupdFacts *facts, GString *out)
{
    add_time(out, facts->end - (facts->last != NULL ? facts->last->anchor.time : facts->update->start_time));
}

static void tell_state(const GtupdFacts *facts, GString *out)
{
    g_string_append(out, gtupd_state_name(facts->update->state));
}

static void tell_code(const GtupdFacts *facts, GString *out)
{
    for (guint i = facts->update->events->len; i-- > 0;) {
        const GtupdEvent *event = &g_array_index(facts->update->events, GtupdEvent, i);
        if (event->code[0] == '\0' || event->kind >= GTUPD_REPORTS ||
            (facts->update->end_time != 0 && event->anchor.time != facts->update->end_time))
            continue;
        g_string_append_printf(out, "code %s", event->code);
        return;
    }
    g_string_append(out, "its report");
}

static void tell_before(const GtupdFacts *facts, GString *out)
{
    g_string_append(out, facts->update->version_before.firmware);
}

static void tell_after(const GtupdFacts *facts, GString *out)
{
    g_string_append(out, facts->update->version_after.firmware);
}

/* The fields of the start command that findings are about. */
static void tell_fields(const GtupdFacts *facts, GString *out)
{
    const gsize start = out->len;
    for (guint i = 0; i < facts->about->clue_count; i++) {
        const GtupdClue *clue = &facts->about->clues[i];
        if (!gtupd_facts_is_about_command(facts, clue))
            continue;
        const char *name = clue->field != NULL ? clue->field : gtupd_rule_info(clue->rule)->id;
        if (strstr(out->str + start, name) == NULL)
            g_string_append_printf(out, "%s%s", out->len > start ? ", " : "", name);
    }
}

static void tell_findings(const GtupdFacts *facts, GString *out)
{
    const guint count = facts->about->clue_count;
    g_string_append_printf(out, "%u finding%s", count, count == 1 ? "" : "s");
}

/* A word is told only by rows whose evidence includes what it is about. */
static const struct {
    const char *word;
    void (*tell)(const GtupdFacts *facts, GString *out);
} words[] = {
    {"server", tell_server},     {"host", tell_host},
    {"path", tell_path},         {"redirect", tell_redirect},
    {"status", tell_status},     {"bytes", tell_bytes},
    {"rate", tell_rate},         {"needed", tell_needed},
    {"advised", tell_advised},   {"timeout", tell_timeout},
    {"silence", tell_silence},   {"lasted", tell_lasted},
    {"attempts", tell_attempts}, {"retransmitted", tell_retransmitted},
    {"closed", tell_closing},    {"last", tell_last},
    {"gap", tell_gap},           {"state", tell_state},
    {"code", tell_code},         {"before", tell_before},
    {"after", tell_after},       {"fields", tell_fields},
    {"findings", tell_findings},
};

static void tell_word(const GtupdFacts *facts, const char *word, gsize length, GString *out)
{
    for (gsize i = 0; i < G_N_ELEMENTS(words); i++) {
        if (strlen(words[i].word) == length && memcmp(words[i].word, word, length) == 0) {
            words[i].tell(facts, out);
            return;
        }
    }
    g_assert_not_reached();
}

char *gtupd_facts_tell(const GtupdFacts *facts, const char *sentence)
{
    GString *out = g_string_new(NULL);
    for (const char *at = sentence; *at != '\0';) {
        const char *open = strchr(at, '{');
        if (open == NULL) {
            g_string_append(out, at);
            break;
        }
        const char *close = strchr(open, '}');
        g_string_append_len(out, at, open - at);
        tell_word(facts, open + 1, (gsize)(close - open - 1), out);
        at = close + 1;
    }
    return g_string_free(out, FALSE);
}

/* --- Names --- */

static const struct {
    const char *id, *words;
} causes[GTUPD_CAUSE_COUNT] = {
#define X(name, id, words) [GTUPD_CAUSE_##name] = {id, words},
    GTUPD_CAUSES(X)
#undef X
};

const char *gtupd_cause_name(GtupdCause cause)
{
    return causes[cause].id;
}

const char *gtupd_cause_words(GtupdCause cause)
{
    return causes[cause].words;
}

const char *gtupd_culprit_name(GtupdCulprit culprit)
{
    static const char *const names[GTUPD_CULPRITS] = {
        [GTUPD_CULPRIT_BACKEND] = "backend", [GTUPD_CULPRIT_FILE_SERVER] = "file-server",
        [GTUPD_CULPRIT_NETWORK] = "network", [GTUPD_CULPRIT_DEVICE] = "device",
        [GTUPD_CULPRIT_PACKAGE] = "package", [GTUPD_CULPRIT_CAPTURE] = "capture",
        [GTUPD_CULPRIT_NONE] = "none",
    };
    return names[culprit];
}

const char *gtupd_confidence_name(GtupdConfidence confidence)
{
    static const char *const names[GTUPD_CONFIDENCES] = {
        [GTUPD_CONFIDENCE_POSSIBLE] = "possible",
        [GTUPD_CONFIDENCE_LIKELY] = "likely",
        [GTUPD_CONFIDENCE_PROVEN] = "proven",
    };
    return names[confidence];
}
