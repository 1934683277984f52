/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "direction.h"

#include "exact.h"

/* What one direction of one channel amounts to, as text. */
typedef struct {
    GString *messages; /* "report/GTINF@2.0 …": type, word, packet and ordinal, in the order of their packets */
    GPtrArray *found;  /* "tail-missing@2.0": framing and field rules only; the others are not this file's business */
    GtupdTracker *tracker;
    GtupdChannel *channel;
    GtupdDirection *direction;
} Wire;

static void on_message(const GtupdMessage *message, const GtupdAnchor *anchor, gpointer data)
{
    Wire *wire = data;
    if (wire->messages->len > 0)
        g_string_append_c(wire->messages, ' ');
    g_string_append_printf(wire->messages, "%s/%.*s@%u.%u", gtupd_type_name(message->type), (int)message->word.length,
                           gtupd_message_text(message, message->word), (guint)anchor->frame, anchor->ordinal);
    g_assert_cmpint(anchor->time, ==, (gint64)anchor->frame * 1000);
    g_assert_cmpuint(anchor->order, ==, anchor->frame + 100);
    g_assert_cmpuint(anchor->capture, ==, 7);
}

static void on_finding(const GtupdFinding *finding, gpointer data)
{
    Wire *wire = data;
    const GtupdRuleInfo *info = gtupd_rule_info(finding->rule);
    if (info->group != GTUPD_GROUP_FRAMING && info->group != GTUPD_GROUP_FIELD)
        return;
    g_ptr_array_add(wire->found, g_strdup_printf("%s@%u.%u", info->id, (guint)finding->event->anchor.frame,
                                                 finding->event->anchor.ordinal));
}

static void wire_init(Wire *wire, GtupdTransport transport, gboolean from_start)
{
    wire->messages = g_string_new("");
    wire->found = g_ptr_array_new_with_free_func(g_free);
    GtupdSink sink = {.data = wire, .message = on_message, .finding = on_finding};
    wire->tracker = gtupd_tracker_new(&sink);
    wire->channel = gtupd_tracker_channel_new(wire->tracker, transport);
    wire->direction = gtupd_direction_new(wire->tracker, wire->channel, 0, from_start);
}

static void wire_clear(Wire *wire)
{
    gtupd_direction_free(wire->direction);
    gtupd_tracker_free(wire->tracker);
    g_string_free(wire->messages, TRUE);
    g_ptr_array_unref(wire->found);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Wire, wire_clear)

static GtupdAnchor packet(guint frame)
{
    return (GtupdAnchor){.time = (gint64)frame * 1000, .order = frame + 100, .frame = frame, .capture = 7};
}

static void feed(Wire *wire, guint frame, const char *data, gsize length)
{
    g_autofree guint8 *block = exact_copy(data, length);
    GtupdAnchor anchor = packet(frame);
    gtupd_direction_bytes(wire->direction, block, length, &anchor);
}

static void feed_datagram(Wire *wire, guint frame, const char *data, gsize length, gboolean cut)
{
    g_autofree guint8 *block = exact_copy(data, length);
    GtupdAnchor anchor = packet(frame);
    gtupd_direction_datagram(wire->direction, block, length, cut, &anchor);
}

static int by_text(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/*
 * The verdict in one line: messages | findings, sorted | number of unfinished messages. Asking for it changes nothing.
 */
static char *verdict(Wire *wire)
{
    guint before = wire->found->len;
    guint64 unfinished = gtupd_tracker_counts(wire->tracker)->messages_unfinished;
    guint64 again = unfinished;
    GtupdSink sink = {.data = wire, .finding = on_finding};
    gtupd_direction_finish(wire->direction, &sink, &again);
    gtupd_tracker_finish(wire->tracker, &sink);
    guint first = wire->found->len;
    g_ptr_array_set_size(wire->found, (int)before);
    gtupd_direction_finish(wire->direction, &sink, &unfinished);
    gtupd_tracker_finish(wire->tracker, &sink);
    g_assert_cmpuint(first, ==, wire->found->len);
    g_assert_cmpuint(unfinished, ==, again);

    g_autoptr(GPtrArray) sorted = g_ptr_array_new();
    for (guint i = 0; i < wire->found->len; i++)
        g_ptr_array_add(sorted, wire->found->pdata[i]);
    g_ptr_array_sort(sorted, by_text);
    g_ptr_array_add(sorted, NULL);
    g_autofree char *found = g_strjoinv(" ", (char **)sorted->pdata);
    g_ptr_array_set_size(wire->found, (int)before);
    return g_strdup_printf("%s | %s | %u", wire->messages->str, found, (guint)unfinished);
}

static void assert_verdict(Wire *wire, const char *expected)
{
    g_autofree char *got = verdict(wire);
    g_assert_cmpstr(got, ==, expected);
}

#define A    "+RESP:GTINA,DF0107,490154203237518,,1,20200910012700,0000$"
#define B    "+RESP:GTINB,DF0107,490154203237518,,1,20200910012701,0001$"
#define C    "+RESP:GTINC,DF0107,490154203237518,,1,20200910012702,0002$"
#define BARE "+RESP:GTINX,DF0107,490154203237518,,1,20200910012703,0003" /* complete, without tail */
#define CUT  "+RESP:GTINX,DF0107,490154203237518,,1,2020091"             /* incomplete */

/* A part of a script: what arrives, in which packet. */
typedef enum {
    STEP_END, /* of the script */
    STEP_BYTES,
    STEP_HOLE,
    STEP_CLOSE, /* end of the stream */
    STEP_DATAGRAM,
    STEP_SNAPPED, /* a datagram that lost its end to a snap length */
} Step;

typedef struct {
    const char *name;
    gboolean from_start;
    struct {
        Step step;
        const char *text; /* NUL-terminated, but for \0 in it `length` */
        gsize length;     /* 0: up to the NUL */
    } steps[6];
    const char *expected;
} Script;

static void run_script(gconstpointer data)
{
    const Script *script = data;
    Step first = script->steps[0].step;
    g_auto(Wire) wire = {0};
    wire_init(&wire, first == STEP_DATAGRAM || first == STEP_SNAPPED ? GTUPD_TRANSPORT_UDP : GTUPD_TRANSPORT_TCP,
              script->from_start);
    for (guint i = 0; i < G_N_ELEMENTS(script->steps); i++) {
        const char *text = script->steps[i].text;
        gsize length = text && script->steps[i].length == 0 ? strlen(text) : script->steps[i].length;
        switch (script->steps[i].step) {
        case STEP_BYTES:
            feed(&wire, i + 1, text, length);
            break;
        case STEP_HOLE:
            gtupd_direction_hole(wire.direction);
            break;
        case STEP_CLOSE:
            gtupd_direction_end(wire.direction);
            break;
        case STEP_DATAGRAM:
        case STEP_SNAPPED:
            feed_datagram(&wire, i + 1, text, length, script->steps[i].step == STEP_SNAPPED);
            break;
        case STEP_END:
            break;
        }
    }
    assert_verdict(&wire, script->expected);
}

static const Script scripts[] = {
    {"two-in-a-packet",
     TRUE,
     {{STEP_BYTES, A B, 0}, {STEP_BYTES, C, 0}},
     "report/GTINA@1.0 report/GTINB@1.1 report/GTINC@2.0 |  | 0"},
    {"over-packets",
     TRUE,
     {{STEP_BYTES, "+RE", 0}, {STEP_BYTES, "SP:GTINA,DF0107,4901542", 0}, {STEP_BYTES, "03237518,,1,,0000$", 0}},
     "report/GTINA@3.0 |  | 0"},
    {"padding",
     TRUE,
     {{STEP_BYTES, "\r\n" A "\r\n\0 " B " ", sizeof "\r\n" A "\r\n\0 " B " " - 1}, {STEP_BYTES, "\n\n" C, 0}},
     "report/GTINA@1.0 report/GTINB@1.1 report/GTINC@2.0 |  | 0"},
    {"padding-before-a-waiting-header",
     FALSE,
     {{STEP_BYTES, A, 0}, {STEP_BYTES, " \r\n+RES", 0}, {STEP_BYTES, "P:GTINB,1,,20200910012701,0001$", 0}},
     "report/GTINA@1.0 report/GTINB@3.0 |  | 0"},

    /* stray-bytes: a run is one finding, on the next message, else the one before */
    {"stray-between", TRUE, {{STEP_BYTES, A "junk" B, 0}}, "report/GTINA@1.0 report/GTINB@1.1 | stray-bytes@1.1 | 0"},
    {"stray-over-packets",
     TRUE,
     {{STEP_BYTES, A "ju", 0}, {STEP_BYTES, "n", 0}, {STEP_BYTES, "k" B, 0}},
     "report/GTINA@1.0 report/GTINB@3.0 | stray-bytes@3.0 | 0"},
    {"padding-does-not-split-a-run",
     TRUE,
     {{STEP_BYTES, A " ju\r\nnk \r\n" B, 0}},
     "report/GTINA@1.0 report/GTINB@1.1 | stray-bytes@1.1 | 0"},
    {"padding-over-packets-does-not-split-a-run",
     TRUE,
     {{STEP_BYTES, A "ju\r", 0}, {STEP_BYTES, "\n", 0}, {STEP_BYTES, "nk" B, 0}},
     "report/GTINA@1.0 report/GTINB@3.0 | stray-bytes@3.0 | 0"},
    {"two-runs",
     TRUE,
     {{STEP_BYTES, A "junk" B "+NACK:GTX" C, 0}},
     "report/GTINA@1.0 report/GTINB@1.1 report/GTINC@1.2 | stray-bytes@1.1 stray-bytes@1.2 | 0"},
    {"stray-behind-the-last", TRUE, {{STEP_BYTES, A "junk", 0}}, "report/GTINA@1.0 | stray-bytes@1.0 | 0"},
    {"stray-behind-the-last-then-the-end",
     TRUE,
     {{STEP_BYTES, A "junk", 0}, {STEP_CLOSE, NULL, 0}},
     "report/GTINA@1.0 | stray-bytes@1.0 | 0"},
    {"one-dollar-too-many", TRUE, {{STEP_BYTES, A "$", 0}}, "report/GTINA@1.0 | stray-bytes@1.0 | 0"},
    {"a-tab-is-no-padding",
     TRUE,
     {{STEP_BYTES, A "\t" B, 0}},
     "report/GTINA@1.0 report/GTINB@1.1 | stray-bytes@1.1 | 0"},
    {"lower-case-is-no-header",
     TRUE,
     {{STEP_BYTES, A "+resp:gtinf,1$" B, 0}},
     "report/GTINA@1.0 report/GTINB@1.1 | stray-bytes@1.1 | 0"},
    {"stray-before-the-first",
     TRUE,
     {{STEP_BYTES, "junk", 0}, {STEP_BYTES, A, 0}},
     "report/GTINA@2.0 | stray-bytes@2.0 | 0"},
    {"stray-and-no-message", TRUE, {{STEP_BYTES, "junk", 0}}, " |  | 0"},
    {"what-looked-like-a-header",
     TRUE,
     {{STEP_BYTES, A "+RES", 0}, {STEP_BYTES, "T" B, 0}},
     "report/GTINA@1.0 report/GTINB@2.0 | stray-bytes@2.0 | 0"},
    {"dollar-in-a-url",
     TRUE,
     {{STEP_BYTES, "AT+GTUPD=cv200,0,0,10,0,,,http://h/a$b,,0,,,,0001$", 0}},
     "command/GTUPD@1.0 | field-count@1.0 stray-bytes@1.0 | 0"},
    {"dollar-in-a-url-and-more",
     TRUE,
     {{STEP_BYTES, "AT+GTUPD=cv200,0,0,10,0,,,http://h/a$b,,0,,,,0001$AT+GTRTO=cv200,8,,,,,,0002$", 0}},
     "command/GTUPD@1.0 command/GTRTO@1.1 | field-count@1.0 stray-bytes@1.1 | 0"},

    /* a direction joined mid-way: bytes up to the first header are skipped */
    {"joined", FALSE, {{STEP_BYTES, "0107,1,0000$ junk" A, 0}}, "report/GTINA@1.0 |  | 0"},
    {"joined-over-packets",
     FALSE,
     {{STEP_BYTES, "junk", 0}, {STEP_BYTES, "more\r\n+RESP", 0}, {STEP_BYTES, ":GT$" A, 0}},
     "report/GTINA@3.0 |  | 0"},
    {"joined-then-stray",
     FALSE,
     {{STEP_BYTES, "junk" A "junk" B, 0}},
     "report/GTINA@1.0 report/GTINB@1.1 | stray-bytes@1.1 | 0"},

    /* tail-missing: its packet is that of its last byte */
    {"no-tail", TRUE, {{STEP_BYTES, BARE A, 0}}, "report/GTINX@1.0 report/GTINA@1.1 | tail-missing@1.0 | 0"},
    {"no-tail-and-padding",
     TRUE,
     {{STEP_BYTES, BARE "\r\n\0" A, sizeof BARE "\r\n\0" A - 1}},
     "report/GTINX@1.0 report/GTINA@1.1 | tail-missing@1.0 | 0"},
    {"no-tail-is-used",
     TRUE,
     {{STEP_BYTES, "+RESP:GTINX,DF0107,490154203237518,caf\xe9,1,20200910012703,0003\r\n" A, 0}},
     "report/GTINX@1.0 report/GTINA@1.1 | non-ascii@1.0 tail-missing@1.0 | 0"},
    {"no-tail-header-in-the-next-packet",
     TRUE,
     {{STEP_BYTES, BARE, 0}, {STEP_BYTES, A, 0}},
     "report/GTINX@1.0 report/GTINA@2.0 | tail-missing@1.0 | 0"},
    {"no-tail-ordinal",
     TRUE,
     {{STEP_BYTES, A BARE, 0}, {STEP_BYTES, "\r\n", 0}, {STEP_BYTES, "+RE", 0}, {STEP_BYTES, "SP:GTINB,,,,1,0001$", 0}},
     "report/GTINA@1.0 report/GTINX@1.1 report/GTINB@4.0 | tail-missing@1.1 | 0"},
    {"no-tail-incomplete",
     TRUE,
     {{STEP_BYTES, CUT "\xe9" A, 0}},
     "report/GTINX@1.0 report/GTINA@1.1 | tail-missing@1.0 | 0"},
    {"no-tail-at-the-end-of-the-stream",
     TRUE,
     {{STEP_BYTES, A BARE, 0}, {STEP_CLOSE, NULL, 0}},
     "report/GTINA@1.0 |  | 1"},
    {"no-tail-at-the-end-of-the-capture", TRUE, {{STEP_BYTES, A BARE, 0}}, "report/GTINA@1.0 |  | 1"},

    /* an "AT" before the next header is not its own */
    {"no-tail-and-at",
     TRUE,
     {{STEP_BYTES, "+RESP:GTDAT,AT", 0}, {STEP_BYTES, A, 0}},
     "report/GTDAT@1.0 report/GTINA@2.0 | tail-missing@1.0 | 0"},
    {"stray-at",
     TRUE,
     {{STEP_BYTES, A "AT", 0}, {STEP_BYTES, B, 0}},
     "report/GTINA@1.0 report/GTINB@2.0 | stray-bytes@2.0 | 0"},

    {"non-ascii",
     TRUE,
     {{STEP_BYTES, "+RESP:GTINF,caf\xe9,\x01,20200910012700,0001$", 0}},
     "report/GTINF@1.0 | non-ascii@1.0 | 0"},
    {"line-end-inside",
     TRUE,
     {{STEP_BYTES, "+RESP:GTINF,1,\r\n,20200910012700,0001$", 0}},
     "report/GTINF@1.0 | non-ascii@1.0 | 0"},

    /* holes: what was begun stays unfinished, the rest up to the next header is skipped */
    {"hole-in-a-message",
     TRUE,
     {{STEP_BYTES, A CUT, 0}, {STEP_HOLE, NULL, 0}, {STEP_BYTES, "00,0003$junk" B, 0}},
     "report/GTINA@1.0 report/GTINB@3.0 |  | 1"},
    {"hole-between-messages",
     TRUE,
     {{STEP_BYTES, A, 0}, {STEP_HOLE, NULL, 0}, {STEP_BYTES, "junk" B "junk" C, 0}},
     "report/GTINA@1.0 report/GTINB@3.0 report/GTINC@3.1 | stray-bytes@3.1 | 0"},
    {"hole-behind-stray-bytes",
     TRUE,
     {{STEP_BYTES, A "junk", 0}, {STEP_HOLE, NULL, 0}, {STEP_BYTES, "junk" B, 0}},
     "report/GTINA@1.0 report/GTINB@3.0 | stray-bytes@3.0 | 0"},
    {"hole-and-nothing-more",
     TRUE,
     {{STEP_BYTES, A, 0}, {STEP_HOLE, NULL, 0}, {STEP_BYTES, "junk", 0}},
     "report/GTINA@1.0 |  | 0"},
    {"two-holes",
     TRUE,
     {{STEP_BYTES, A CUT, 0}, {STEP_HOLE, NULL, 0}, {STEP_BYTES, CUT, 0}, {STEP_HOLE, NULL, 0}, {STEP_BYTES, B, 0}},
     "report/GTINA@1.0 report/GTINB@5.0 |  | 2"},

    /* datagrams: their end ends a message, and a run */
    {"datagrams",
     TRUE,
     {{STEP_DATAGRAM, A B "\r\n", 0}, {STEP_DATAGRAM, C, 0}},
     "report/GTINA@1.0 report/GTINB@1.1 report/GTINC@2.0 |  | 0"},
    {"datagram-without-tail",
     TRUE,
     {{STEP_DATAGRAM, BARE, 0}, {STEP_DATAGRAM, A, 0}},
     "report/GTINX@1.0 report/GTINA@2.0 | tail-missing@1.0 | 0"},
    {"datagram-without-tail-and-padding",
     TRUE,
     {{STEP_DATAGRAM, A BARE "\r\n\0", sizeof A BARE "\r\n\0" - 1}},
     "report/GTINA@1.0 report/GTINX@1.1 | tail-missing@1.1 | 0"},
    /* complete but for the padding behind it: it is used, so its bytes are judged */
    {"datagram-without-tail-is-used",
     TRUE,
     {{STEP_DATAGRAM, "+RESP:GTINX,DF0107,490154203237518,caf\xe9,1,20200910012703,0003\r\n", 0}},
     "report/GTINX@1.0 | non-ascii@1.0 tail-missing@1.0 | 0"},
    {"datagram-without-tail-incomplete",
     TRUE,
     {{STEP_DATAGRAM, CUT, 0}, {STEP_DATAGRAM, "00,0003$", 0}, {STEP_DATAGRAM, A, 0}},
     "report/GTINX@1.0 report/GTINA@3.0 | stray-bytes@3.0 tail-missing@1.0 | 0"},
    {"datagram-with-half-a-header",
     TRUE,
     {{STEP_DATAGRAM, A "+RES", 0}, {STEP_DATAGRAM, B, 0}},
     "report/GTINA@1.0 report/GTINB@2.0 | stray-bytes@2.0 | 0"},
    {"datagram-end-splits-a-run",
     TRUE,
     {{STEP_DATAGRAM, A "ju", 0}, {STEP_DATAGRAM, "nk", 0}, {STEP_DATAGRAM, "x" B, 0}},
     "report/GTINA@1.0 report/GTINB@3.0 | stray-bytes@3.0 stray-bytes@3.0 stray-bytes@3.0 | 0"},
    {"datagram-end-splits-the-last-runs",
     TRUE,
     {{STEP_DATAGRAM, A "ju", 0}, {STEP_DATAGRAM, "\r\n", 0}, {STEP_DATAGRAM, "nk", 0}},
     "report/GTINA@1.0 | stray-bytes@1.0 stray-bytes@1.0 | 0"},
    {"datagrams-joined",
     FALSE,
     {{STEP_DATAGRAM, "junk", 0}, {STEP_DATAGRAM, A, 0}, {STEP_DATAGRAM, "junk", 0}, {STEP_DATAGRAM, B, 0}},
     "report/GTINA@2.0 report/GTINB@4.0 | stray-bytes@4.0 | 0"},
    {"datagram-snapped",
     TRUE,
     {{STEP_SNAPPED, A CUT, 0}, {STEP_DATAGRAM, B, 0}},
     "report/GTINA@1.0 report/GTINB@2.0 |  | 1"},
    {"datagram-snapped-where-a-message-looks-whole", TRUE, {{STEP_SNAPPED, BARE, 0}}, " |  | 1"},
    {"datagram-snapped-behind-a-message", TRUE, {{STEP_SNAPPED, A, 0}}, "report/GTINA@1.0 |  | 0"},
    {"datagram-snapped-behind-stray-bytes",
     TRUE,
     {{STEP_SNAPPED, A "junk", 0}, {STEP_DATAGRAM, B, 0}},
     "report/GTINA@1.0 report/GTINB@2.0 | stray-bytes@2.0 | 0"},
};

/*
 * A stream with everything in it, and for each message where its last byte is: cut anywhere into two packets, each
 * message must have the packet of that byte.
 */
static const struct {
    const char *text; /* what stands before it, then the message */
    const char *name;
    const char *rules; /* anchored to it; blank-separated, sorted */
    gsize behind;      /* bytes at the end of `text` that are not its own */
} pieces[] = {
    {A, "report/GTINA", "", 0},
    {"\r\n+SACK:0000$", "sack/", "", 0},
    {"junk\r\njunk" B "\n", "report/GTINB", "stray-bytes", 1},
    {BARE "\r\n", "report/GTINX", "tail-missing", 2},
    {"+RESP:GTINY,caf\xe9,1,20200910012704,0004$", "report/GTINY", "non-ascii", 0},
    {"$\x01" CUT, "report/GTINX", "stray-bytes tail-missing", 0},
    {"+ACK:GTHBD,DF0107,490154203237518,,20200910012705,0005$", "ack/GTHBD", "", 0},
    {"+BUFF:GTUPD,DF0107,490154203237518,,200,7,20200910012705,0006$", "buffered/GTUPD", "field-invalid", 0},
    {"+RESP:GTUPD,DF0107,490154203237518,,200, 1,20200910012706,0007,1$", "report/GTUPD", "field-count", 0},
};

static GString *whole_stream(void)
{
    GString *stream = g_string_new("");
    for (guint i = 0; i < G_N_ELEMENTS(pieces); i++)
        g_string_append(stream, pieces[i].text);
    return stream;
}

/* The verdict that a stream cut at these places must have; cuts ascending, the last is the stream's length. */
static char *expected_verdict(const gsize *cuts)
{
    g_autoptr(GString) messages = g_string_new("");
    g_autoptr(GPtrArray) found = g_ptr_array_new_with_free_func(g_free);
    gsize at = 0;
    guint frame = 1;
    guint ordinal = 0;
    for (guint i = 0; i < G_N_ELEMENTS(pieces); i++) {
        at += strlen(pieces[i].text);
        gsize last_byte = at - pieces[i].behind - 1;
        while (last_byte >= cuts[frame - 1]) {
            frame++;
            ordinal = 0;
        }
        if (i > 0)
            g_string_append_c(messages, ' ');
        g_string_append_printf(messages, "%s@%u.%u", pieces[i].name, frame, ordinal);
        g_auto(GStrv) rules = g_strsplit(pieces[i].rules, " ", -1);
        for (guint rule = 0; rules[rule]; rule++)
            g_ptr_array_add(found, g_strdup_printf("%s@%u.%u", rules[rule], frame, ordinal));
        ordinal++;
    }
    g_ptr_array_sort(found, by_text);
    g_ptr_array_add(found, NULL);
    g_autofree char *findings = g_strjoinv(" ", (char **)found->pdata);
    return g_strdup_printf("%s | %s | 0", messages->str, findings);
}

static void test_every_cut(void)
{
    g_autoptr(GString) stream = whole_stream();
    for (gsize cut = 1; cut < stream->len; cut++) {
        g_auto(Wire) wire = {0};
        wire_init(&wire, GTUPD_TRANSPORT_TCP, TRUE);
        feed(&wire, 1, stream->str, cut);
        feed(&wire, 2, stream->str + cut, stream->len - cut);
        g_autofree char *expected = expected_verdict((gsize[]){cut, stream->len});
        assert_verdict(&wire, expected);
    }
}

static void test_every_two_cuts(void)
{
    g_autoptr(GString) stream = whole_stream();
    for (gsize first = 1; first < stream->len - 1; first += 3) {
        for (gsize second = first + 1; second < stream->len; second += 2) {
            g_auto(Wire) wire = {0};
            wire_init(&wire, GTUPD_TRANSPORT_TCP, TRUE);
            feed(&wire, 1, stream->str, first);
            feed(&wire, 2, stream->str + first, second - first);
            feed(&wire, 3, stream->str + second, stream->len - second);
            g_autofree char *expected = expected_verdict((gsize[]){first, second, stream->len});
            assert_verdict(&wire, expected);
        }
    }
}

static void test_byte_by_byte(void)
{
    g_autoptr(GString) stream = whole_stream();
    g_autofree gsize *cuts = g_new(gsize, stream->len);
    g_auto(Wire) wire = {0};
    wire_init(&wire, GTUPD_TRANSPORT_TCP, TRUE);
    for (gsize at = 0; at < stream->len; at++) {
        cuts[at] = at + 1;
        feed(&wire, (guint)at + 1, stream->str + at, 1);
    }
    g_autofree char *expected = expected_verdict(cuts);
    assert_verdict(&wire, expected);
}

/* Two calls with one packet are as good as one. */
static void test_one_packet_in_pieces(void)
{
    g_autoptr(GString) stream = whole_stream();
    g_autofree char *expected = expected_verdict((gsize[]){stream->len});
    for (gsize cut = 0; cut < stream->len; cut++) {
        g_auto(Wire) wire = {0};
        wire_init(&wire, GTUPD_TRANSPORT_TCP, TRUE);
        if (cut > 0)
            feed(&wire, 1, stream->str, cut);
        feed(&wire, 1, stream->str + cut, stream->len - cut);
        assert_verdict(&wire, expected);
    }
}

/* 5000 bytes of one message without tail; then `behind`. */
static GString *oversized_stream(const char *behind)
{
    GString *stream = g_string_new("+RESP:GTDAT,\xe9,");
    while (stream->len < 5000)
        g_string_append_c(stream, (char)('0' + stream->len % 10));
    g_string_append(stream, behind);
    return stream;
}

/* It belongs to the packet of the 4096th byte; up to the next header all is skipped, `$` and odd bytes too. */
static void test_oversized(void)
{
    g_autoptr(GString) stream = oversized_stream(",20200910012700,0000$\x02junk\r\n" B);
    static const gsize cuts[] = {1, 11, 4000, 4095, 4096, 4097, 4999, 5000, 5021, 5022, 5030};
    for (guint i = 0; i < G_N_ELEMENTS(cuts); i++) {
        g_auto(Wire) wire = {0};
        wire_init(&wire, GTUPD_TRANSPORT_TCP, TRUE);
        feed(&wire, 1, stream->str, cuts[i]);
        feed(&wire, 2, stream->str + cuts[i], stream->len - cuts[i]);
        g_test_message("cut at %u", (guint)cuts[i]);
        assert_verdict(&wire, cuts[i] < 4096 ? "report/GTDAT@2.0 report/GTINB@2.1 | message-oversized@2.0 | 0"
                                             : "report/GTDAT@1.0 report/GTINB@2.0 | message-oversized@1.0 | 0");
    }
}

/* A header that the 4096th byte divides is the next message's all the same. */
static void test_oversized_into_a_header(void)
{
    g_autoptr(GString) stream = g_string_new("+RESP:GTDAT,");
    while (stream->len < 4090)
        g_string_append_c(stream, '1');
    g_string_append(stream, B);
    for (gsize cut = 4088; cut <= 4100; cut++) {
        g_auto(Wire) wire = {0};
        wire_init(&wire, GTUPD_TRANSPORT_TCP, TRUE);
        feed(&wire, 1, stream->str, cut);
        feed(&wire, 2, stream->str + cut, stream->len - cut);
        assert_verdict(&wire, cut < 4096 ? "report/GTDAT@2.0 report/GTINB@2.1 | message-oversized@2.0 | 0"
                                         : "report/GTDAT@1.0 report/GTINB@2.0 | message-oversized@1.0 | 0");
    }
}

static void test_oversized_to_the_end(void)
{
    g_autoptr(GString) stream = oversized_stream("");
    g_auto(Wire) tcp = {0};
    wire_init(&tcp, GTUPD_TRANSPORT_TCP, TRUE);
    feed(&tcp, 1, stream->str, stream->len);
    assert_verdict(&tcp, "report/GTDAT@1.0 | message-oversized@1.0 | 0");

    for (gboolean cut = FALSE; cut <= TRUE; cut++) {
        g_auto(Wire) udp = {0};
        wire_init(&udp, GTUPD_TRANSPORT_UDP, TRUE);
        feed_datagram(&udp, 1, stream->str, stream->len, cut);
        assert_verdict(&udp, "report/GTDAT@1.0 | message-oversized@1.0 | 0");
    }
}

static void test_oversized_in_a_datagram(void)
{
    g_autoptr(GString) stream = oversized_stream("$junk" B "x" C);
    g_auto(Wire) wire = {0};
    wire_init(&wire, GTUPD_TRANSPORT_UDP, TRUE);
    feed_datagram(&wire, 1, stream->str, stream->len, FALSE);
    assert_verdict(&wire, "report/GTDAT@1.0 report/GTINB@1.1 report/GTINC@1.2 | "
                          "message-oversized@1.0 stray-bytes@1.2 | 0");
}

/* Exactly 4096 bytes with the tail pass; a datagram of 4095 bytes without is only tail-less. */
static void test_nearly_oversized(void)
{
    g_autoptr(GString) stream = g_string_new("+RESP:GTDAT,");
    while (stream->len < 4095)
        g_string_append_c(stream, '1');
    g_auto(Wire) udp = {0};
    wire_init(&udp, GTUPD_TRANSPORT_UDP, TRUE);
    feed_datagram(&udp, 1, stream->str, stream->len, FALSE);
    assert_verdict(&udp, "report/GTDAT@1.0 | tail-missing@1.0 | 0");

    g_string_append_c(stream, '$');
    for (gsize cut = 4094; cut <= 4096; cut++) {
        g_auto(Wire) tcp = {0};
        wire_init(&tcp, GTUPD_TRANSPORT_TCP, TRUE);
        feed(&tcp, 1, stream->str, cut);
        if (cut < stream->len)
            feed(&tcp, 2, stream->str + cut, stream->len - cut);
        assert_verdict(&tcp, cut < 4096 ? "report/GTDAT@2.0 |  | 0" : "report/GTDAT@1.0 |  | 0");
    }
}

/* device-type-foreign and imei-check-digit: once a device, at its first GTUPD message. */
static void test_once_a_device(void)
{
#define FOREIGN(word, count) "+RESP:" word ",D40107,135790246811220,,100,,20200910012700," count "$"
#define SAME(version, count) "+RESP:GTUPD," version ",490154203237518,,100,,20200910012700," count "$"
    static const Script rows[] = {
        {"once",
         TRUE,
         {{STEP_BYTES, FOREIGN("GTINF", "0000"), 0},
          {STEP_BYTES, FOREIGN("GTUPD", "0001"), 0},
          {STEP_BYTES, FOREIGN("GTUPD", "0002"), 0}},
         "report/GTINF@1.0 report/GTUPD@2.0 report/GTUPD@3.0 | device-type-foreign@2.0 imei-check-digit@2.0 | 0"},
        {"known-types",
         TRUE,
         {{STEP_BYTES, SAME("DF0107", "0001"), 0}, {STEP_BYTES, SAME("BD0107", "0002"), 0}},
         "report/GTUPD@1.0 report/GTUPD@2.0 |  | 0"},
        {"meid",
         TRUE,
         {{STEP_BYTES, "+RESP:GTUPD,DF0107,13579024681122,,100,,20200910012700,0001$", 0}},
         "report/GTUPD@1.0 |  | 0"},
    };
    for (guint i = 0; i < G_N_ELEMENTS(rows); i++)
        run_script(&rows[i]);
}

/* Whatever comes, in whatever pieces: the same messages and findings, and no more memory than the pieces need. */
static void test_noise(void)
{
    static const char *const words[] = {
        A,      BARE,   CUT,    "+RESP:GT", "+SACK:", "AT+GTUPD=cv200,1,,,,,0001$", "$", "\r\n", ",",
        "junk", "\xff", "AT+G", "+",        "AT",
    };
    g_autoptr(GRand) random = g_rand_new_with_seed(4096);
    for (guint round = 0; round < 300; round++) {
        g_autoptr(GString) stream = g_string_new("");
        guint pieces_left = (guint)g_rand_int_range(random, 1, 25);
        while (pieces_left-- > 0)
            g_string_append(stream, words[g_rand_int_range(random, 0, G_N_ELEMENTS(words))]);

        g_auto(Wire) whole = {0};
        g_auto(Wire) torn = {0};
        wire_init(&whole, GTUPD_TRANSPORT_TCP, round % 2 == 0);
        wire_init(&torn, GTUPD_TRANSPORT_TCP, round % 2 == 0);
        feed(&whole, 1, stream->str, stream->len);
        for (gsize at = 0; at < stream->len;) {
            gsize length = (gsize)g_rand_int_range(random, 1, 20);
            length = MIN(length, stream->len - at);
            feed(&torn, 1, stream->str + at, length);
            at += length;
        }
        g_autofree char *expected = verdict(&whole);
        g_test_message("%s", stream->str);
        assert_verdict(&torn, expected);
    }
}

int main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    for (guint i = 0; i < G_N_ELEMENTS(scripts); i++) {
        g_autofree char *path = g_strconcat("/direction/script/", scripts[i].name, NULL);
        g_test_add_data_func(path, &scripts[i], run_script);
    }
    g_test_add_func("/direction/every-cut", test_every_cut);
    g_test_add_func("/direction/every-two-cuts", test_every_two_cuts);
    g_test_add_func("/direction/byte-by-byte", test_byte_by_byte);
    g_test_add_func("/direction/one-packet-in-pieces", test_one_packet_in_pieces);
    g_test_add_func("/direction/oversized", test_oversized);
    g_test_add_func("/direction/oversized-into-a-header", test_oversized_into_a_header);
    g_test_add_func("/direction/oversized-to-the-end", test_oversized_to_the_end);
    g_test_add_func("/direction/oversized-in-a-datagram", test_oversized_in_a_datagram);
    g_test_add_func("/direction/nearly-oversized", test_nearly_oversized);
    g_test_add_func("/direction/once-a-device", test_once_a_device);
    g_test_add_func("/direction/noise", test_noise);
    return g_test_run();
}
