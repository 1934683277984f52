/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "exchange.h"

#include "direction.h"
#include "tracker.h"
#include "transfer.h"

#include <string.h>

#define BASE_TIME   G_GINT64_CONSTANT(1599699600) /* 2020-09-10 01:00:00 */
#define FIRST_COUNT 0x0100
#define DEVICES     3

typedef enum {
    SIDE_DEVICE,
    SIDE_BACKEND,
    SIDES,
} Side;

static const char *const unique_ids[DEVICES] = {"860000000000017", "860000000000025", "860000000000033"};

static const char *const option_names[] = {"dev",  "sent",  "count", "lost",  "retry", "timeout", "type",
                                           "url",  "times", "host",  "port",  "path",  "to",      "status",
                                           "done", "of",    "from",  "stall", "by",    "flags"};

/* --- What is collected ------------------------------------------------------------------------------------------- */

typedef struct {
    guint64 line;
    char *rule;
    guint update;
} Found;

/* What a sink has been told: by the tracker as it goes, or by one finish. */
typedef struct {
    GArray *found;      /* of Found */
    GPtrArray *updates; /* "1#1 succeeded 1" */
    GPtrArray *events;  /* "1#1: start-command@1 …" */
    GString *answers;
    GtupdEvent last;
} Record;

static void found_clear(gpointer data)
{
    Found *found = data;
    g_free(found->rule);
}

static Record *record_new(void)
{
    Record *record = g_new0(Record, 1);
    record->found = g_array_new(FALSE, FALSE, sizeof(Found));
    g_array_set_clear_func(record->found, found_clear);
    record->updates = g_ptr_array_new_with_free_func(g_free);
    record->events = g_ptr_array_new_with_free_func(g_free);
    record->answers = g_string_new(NULL);
    return record;
}

static void record_free(Record *record)
{
    g_array_unref(record->found);
    g_ptr_array_unref(record->updates);
    g_ptr_array_unref(record->events);
    g_string_free(record->answers, TRUE);
    g_free(record);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Record, record_free)

static guint device_number(const char *id)
{
    for (guint i = 0; i < DEVICES; i++) {
        if (g_str_equal(id, unique_ids[i])) {
            return i + 1;
        }
    }
    return 0;
}

static void on_event(const GtupdEvent *event, gpointer data)
{
    Record *record = data;
    if (event->anchor.frame >= record->last.anchor.frame) {
        record->last = *event;
    }
}

static void on_answer(const GtupdAnchor *command, const GtupdAnchor *ack, gpointer data)
{
    Record *record = data;
    g_string_append_printf(record->answers, "%s%" G_GUINT64_FORMAT "<-%" G_GUINT64_FORMAT,
                           record->answers->len > 0 ? " " : "", command->frame, ack->frame);
}

static void on_finding(const GtupdFinding *finding, gpointer data)
{
    Record *record = data;
    g_assert_nonnull(finding->message);
    g_assert_true(g_str_is_ascii(finding->message) && finding->message[0] != '\0');
    const Found found = {
        .line = finding->event->anchor.frame,
        .rule = g_strdup(gtupd_rule_info(finding->rule)->id),
        .update = finding->update,
    };
    g_array_append_val(record->found, found);
}

static void on_update(const GtupdUpdate *update, gpointer data)
{
    Record *record = data;
    const guint device = device_number(update->device);
    g_ptr_array_add(record->updates, g_strdup_printf("%u#%u %s %u", device, update->number,
                                                     gtupd_outcome_name(update->outcome), update->attempts));
    g_autoptr(GString) events = g_string_new(NULL);
    g_string_append_printf(events, "%u#%u:", device, update->number);
    for (guint i = 0; i < update->events->len; i++) {
        const GtupdEvent *event = &g_array_index(update->events, GtupdEvent, i);
        g_string_append_printf(events, " %s@%" G_GUINT64_FORMAT, gtupd_kind_name(event->kind), event->anchor.frame);
    }
    g_ptr_array_add(record->events, g_strdup(events->str));
}

static GtupdSink record_sink(Record *record)
{
    return (GtupdSink){
        .data = record, .event = on_event, .answer = on_answer, .finding = on_finding, .update = on_update};
}

/* --- As text ----------------------------------------------------------------------------------------------------- */

static int compare_found(gconstpointer a, gconstpointer b)
{
    const Found *left = a;
    const Found *right = b;
    if (left->line != right->line) {
        return left->line < right->line ? -1 : 1;
    }
    return strcmp(left->rule, right->rule);
}

static int compare_text(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The texts of both arrays, sorted, with a comma between. */
static char *join_sorted(const GPtrArray *a, const GPtrArray *b)
{
    g_autoptr(GPtrArray) all = g_ptr_array_new();
    for (guint i = 0; i < a->len; i++) {
        g_ptr_array_add(all, a->pdata[i]);
    }
    for (guint i = 0; i < b->len; i++) {
        g_ptr_array_add(all, b->pdata[i]);
    }
    g_ptr_array_sort(all, compare_text);
    g_ptr_array_add(all, NULL);
    return g_strjoinv(", ", (char **)all->pdata);
}

static ExchangeResult *result_new(const Record *stream, const Record *finish)
{
    g_autoptr(GArray) found = g_array_new(FALSE, FALSE, sizeof(Found));
    g_array_append_vals(found, stream->found->data, stream->found->len);
    g_array_append_vals(found, finish->found->data, finish->found->len);
    g_array_sort(found, compare_found);

    g_autoptr(GString) findings = g_string_new(NULL);
    g_autoptr(GString) owners = g_string_new(NULL);
    for (guint i = 0; i < found->len; i++) {
        const Found *one = &g_array_index(found, Found, i);
        const char *blank = i > 0 ? " " : "";
        g_string_append_printf(findings, "%s%s@%" G_GUINT64_FORMAT, blank, one->rule, one->line);
        g_string_append_printf(owners, "%s%s@%" G_GUINT64_FORMAT "#%u", blank, one->rule, one->line, one->update);
    }

    ExchangeResult *result = g_new0(ExchangeResult, 1);
    result->findings = g_strdup(findings->str);
    result->owners = g_strdup(owners->str);
    result->updates = join_sorted(stream->updates, finish->updates);
    result->events = join_sorted(stream->events, finish->events);
    result->answers = g_strdup(stream->answers->str);
    result->last = stream->last;
    return result;
}

void exchange_result_free(ExchangeResult *result)
{
    if (result == NULL) {
        return;
    }
    g_free(result->findings);
    g_free(result->owners);
    g_free(result->updates);
    g_free(result->events);
    g_free(result->answers);
    g_free(result);
}

void exchange_assert(const char *script, const char *what, const char *got, const char *expected)
{
    if (g_str_equal(got, expected)) {
        return;
    }
    g_auto(GStrv) lines = g_strsplit(script, "\n", -1);
    for (guint i = 0; lines[i] != NULL && lines[i][0] != '\0'; i++) {
        g_test_message("%3u  %s", i + 1, lines[i]);
    }
    g_test_message("%s: expected [%s], got [%s]", what, expected, got);
    g_test_fail();
}

/* --- Running a script -------------------------------------------------------------------------------------------- */

typedef struct {
    GtupdChannel *channel;
    GtupdDirection *directions[SIDES];
    gboolean datagrams;
} Link;

typedef struct {
    GtupdTracker *tracker;
    Link links[128];         /* by letter */
    guint16 counts[DEVICES]; /* next Count Number */
    gint64 time;             /* ns since the beginning */
    guint64 line;
    GPtrArray *texts; /* of char *: what each line sent */
    GArray *sides;    /* of Side: who sent it */
} Exchange;

/* One line of a script, taken apart. */
typedef struct {
    char **words;
    guint length;
    char *rest; /* what follows the third word, blanks and all */
} Words;

static void link_close(Exchange *exchange, Link *link)
{
    if (link->channel == NULL) {
        return;
    }
    for (Side side = 0; side < SIDES; side++) {
        gtupd_direction_end(link->directions[side]);
        gtupd_direction_free(link->directions[side]);
    }
    gtupd_tracker_channel_close(exchange->tracker, link->channel);
    *link = (Link){0};
}

static void exchange_free(Exchange *exchange)
{
    for (gsize i = 0; i < G_N_ELEMENTS(exchange->links); i++) {
        for (Side side = 0; side < SIDES; side++) {
            g_clear_pointer(&exchange->links[i].directions[side], gtupd_direction_free);
        }
    }
    gtupd_tracker_free(exchange->tracker);
    g_ptr_array_unref(exchange->texts);
    g_array_unref(exchange->sides);
    g_free(exchange);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Exchange, exchange_free)

static Exchange *exchange_new(Record *record)
{
    Exchange *exchange = g_new0(Exchange, 1);
    const GtupdSink sink = record_sink(record);
    exchange->tracker = gtupd_tracker_new(&sink);
    for (guint i = 0; i < DEVICES; i++) {
        exchange->counts[i] = FIRST_COUNT;
    }
    exchange->texts = g_ptr_array_new_with_free_func(g_free);
    exchange->sides = g_array_new(FALSE, FALSE, sizeof(Side));
    return exchange;
}

/* Where the device of a channel speaks from. */
static char *dup_address(char letter)
{
    return g_strdup_printf("10.0.0.%d", letter);
}

static Link *link_of(Exchange *exchange, const char *letter)
{
    g_assert_true(g_ascii_isalpha(letter[0]) && letter[1] == '\0');
    Link *link = &exchange->links[(guchar)letter[0]];
    if (link->channel == NULL) {
        link->datagrams = g_ascii_islower(letter[0]);
        link->channel =
            gtupd_tracker_channel_new(exchange->tracker, link->datagrams ? GTUPD_TRANSPORT_UDP : GTUPD_TRANSPORT_TCP);
        const guint8 device[GTUPD_ADDRESS_SIZE] = {10, 0, 0, (guint8)letter[0]};
        const guint8 backend[GTUPD_ADDRESS_SIZE] = {10, 0, 1, 1};
        gtupd_tracker_channel_between(link->channel, 4, device, backend);
        for (Side side = 0; side < SIDES; side++) {
            link->directions[side] = gtupd_direction_new(exchange->tracker, link->channel, side, TRUE);
        }
    }
    return link;
}

/* "90", "1m30s", "1h0.001s" in ns. */
static gint64 parse_duration(const char *text)
{
    gint64 total = 0;
    while (*text != '\0') {
        char *end = NULL;
        gdouble value = g_ascii_strtod(text, &end);
        g_assert_true(end > text);
        if (*end == 'h') {
            value *= 3600;
        } else if (*end == 'm') {
            value *= 60;
        }
        total += (gint64)(value * 1e9 + 0.5);
        text = *end == '\0' ? end : end + 1;
    }
    return total;
}

static const char *option(const Words *words, const char *name, const char *fallback)
{
    const gsize length = strlen(name);
    for (guint i = 2; i < words->length; i++) {
        if (strncmp(words->words[i], name, length) == 0 && words->words[i][length] == '=') {
            return words->words[i] + length + 1;
        }
    }
    return fallback;
}

/* A misspelt option would make a test mean something else. */
static void check_options(const Words *words)
{
    for (guint i = 2; i < words->length; i++) {
        const char *equals = strchr(words->words[i], '=');
        if (equals == NULL) {
            continue;
        }
        g_autofree char *name = g_strndup(words->words[i], (gsize)(equals - words->words[i]));
        gboolean known = FALSE;
        for (gsize k = 0; k < G_N_ELEMENTS(option_names); k++) {
            known = known || g_str_equal(name, option_names[k]);
        }
        if (!known) {
            g_error("no such option: %s", words->words[i]);
        }
    }
}

static const char *argument(const Words *words, guint index)
{
    g_assert_cmpuint(index + 3, <, words->length);
    return words->words[index + 3];
}

static guint option_device(const Words *words)
{
    return (guint)g_ascii_strtoull(option(words, "dev", "1"), NULL, 10) - 1;
}

static char *dup_send_time(const Exchange *exchange, gint64 shift)
{
    const gint64 seconds = BASE_TIME + exchange->time / G_GINT64_CONSTANT(1000000000) + shift;
    g_autoptr(GDateTime) time = g_date_time_new_from_unix_utc(seconds);
    return g_date_time_format(time, "%Y%m%d%H%M%S");
}

static char *dup_identity(guint device)
{
    g_assert_cmpuint(device, <, DEVICES);
    return g_strdup_printf("DF0107,%s,cv200", unique_ids[device]);
}

/* The end of an uplink message: Send Time, Count Number, tail. */
static char *dup_uplink_end(Exchange *exchange, const Words *words, gboolean buffered)
{
    guint16 *next = &exchange->counts[option_device(words)];
    *next = (guint16)(*next + g_ascii_strtoull(option(words, "lost", "0"), NULL, 10));
    const char *given = option(words, "count", NULL);
    guint16 count = *next;
    if (given != NULL) {
        count = (guint16)g_ascii_strtoull(given, NULL, 16);
    }
    if (given == NULL || !buffered) {
        *next = (guint16)(count + 1);
    }
    g_autofree char *time = dup_send_time(exchange, g_ascii_strtoll(option(words, "sent", "0"), NULL, 10));
    return g_strdup_printf("%s,%04X$", time, count);
}

static char *dup_report(Exchange *exchange, const Words *words, const char *header)
{
    const char *code = argument(words, 0);
    g_autofree char *identity = dup_identity(option_device(words));
    g_autofree char *end = dup_uplink_end(exchange, words, g_str_equal(header, "+BUFF"));
    const char *fifth = code[0] == '2' ? option(words, "times", "0") : "";
    return g_strdup_printf("%s:GTUPD,%s,%s,%s,%s", header, identity, code, fifth, end);
}

static char *dup_other(Exchange *exchange, const Words *words, const char *header)
{
    g_autofree char *identity = dup_identity(option_device(words));
    g_autofree char *end = dup_uplink_end(exchange, words, g_str_equal(header, "+BUFF"));
    return g_strdup_printf("%s:%s,%s,0,%s", header, argument(words, 0), identity, end);
}

static char *dup_ack(Exchange *exchange, const Words *words, const char *word, const char *serial)
{
    g_autofree char *identity = dup_identity(option_device(words));
    g_autofree char *end = dup_uplink_end(exchange, words, FALSE);
    return g_strdup_printf("+ACK:%s,%s,%s,%s", word, identity, serial, end);
}

static char *dup_heartbeat(Exchange *exchange, const Words *words)
{
    g_autofree char *identity = dup_identity(option_device(words));
    g_autofree char *end = dup_uplink_end(exchange, words, FALSE);
    return g_strdup_printf("+ACK:GTHBD,%s,%s", identity, end);
}

static char *dup_start(const Words *words)
{
    return g_strdup_printf("AT+GTUPD=cv200,0,%s,%s,0,,,%s,,%s,,,,%s$", option(words, "retry", "0"),
                           option(words, "timeout", "10"), option(words, "url", "http://h/p"),
                           option(words, "type", "0"), argument(words, 0));
}

static char *dup_filled_in(Exchange *exchange, const char *text)
{
    g_autoptr(GString) filled = g_string_new(text);
    for (guint i = 0; i < DEVICES; i++) {
        g_autofree char *hole = g_strdup_printf("{%u}", i + 1);
        g_autofree char *identity = dup_identity(i);
        g_string_replace(filled, hole, identity, 0);
    }
    g_autofree char *time = dup_send_time(exchange, 0);
    g_string_replace(filled, "{time}", time, 0);
    while (strstr(filled->str, "{count}") != NULL) {
        g_autofree char *count = g_strdup_printf("%04X", exchange->counts[0]++);
        g_string_replace(filled, "{count}", count, 1);
    }
    return g_strdup(filled->str);
}

/* What the line of this number (as text) sent, and from where. */
static const char *earlier_text(const Exchange *exchange, const char *number, Side *side)
{
    const guint line = (guint)g_ascii_strtoull(number, NULL, 10);
    g_assert_true(line >= 1 && line <= exchange->texts->len);
    *side = g_array_index(exchange->sides, Side, line - 1);
    return exchange->texts->pdata[line - 1];
}

static char *dup_earlier(const Exchange *exchange, const Words *words, const char *what, Side *side)
{
    g_autoptr(GString) text = g_string_new(earlier_text(exchange, argument(words, 0), side));
    if (g_str_equal(what, "buffer")) {
        g_assert_cmpuint(g_string_replace(text, "+RESP:", "+BUFF:", 1), ==, 1);
    } else if (g_str_equal(what, "echo")) {
        *side = *side == SIDE_DEVICE ? SIDE_BACKEND : SIDE_DEVICE;
    }
    return g_strdup(text->str);
}

static char *dup_from_backend(Exchange *exchange, const Words *words, const char *what)
{
    if (g_str_equal(what, "start")) {
        return dup_start(words);
    }
    if (g_str_equal(what, "stop")) {
        return g_strdup_printf("AT+GTUPD=cv200,1,,,,,%s$", argument(words, 0));
    }
    if (g_str_equal(what, "cmd")) {
        return g_strdup_printf("AT+%s=cv200,0,,,%s$", argument(words, 0), argument(words, 1));
    }
    if (g_str_equal(what, "sack")) {
        return g_strdup("+SACK:0100$");
    }
    return g_str_equal(what, "down") ? dup_filled_in(exchange, words->rest) : NULL;
}

static char *dup_from_device(Exchange *exchange, const Words *words, const char *what)
{
    if (g_str_equal(what, "ack")) {
        return dup_ack(exchange, words, "GTUPD", argument(words, 0));
    }
    if (g_str_equal(what, "ackw")) {
        return dup_ack(exchange, words, argument(words, 0), argument(words, 1));
    }
    if (g_str_equal(what, "hb")) {
        return dup_heartbeat(exchange, words);
    }
    if (g_str_equal(what, "rep") || g_str_equal(what, "buf")) {
        return dup_report(exchange, words, g_str_equal(what, "rep") ? "+RESP" : "+BUFF");
    }
    if (g_str_equal(what, "msg") || g_str_equal(what, "bufmsg")) {
        return dup_other(exchange, words, g_str_equal(what, "msg") ? "+RESP" : "+BUFF");
    }
    return g_str_equal(what, "up") ? dup_filled_in(exchange, words->rest) : NULL;
}

/* The line's text and who says it. */
static char *dup_text(Exchange *exchange, const Words *words, Side *side)
{
    const char *what = words->words[2];
    if (g_str_equal(what, "again") || g_str_equal(what, "buffer") || g_str_equal(what, "echo")) {
        return dup_earlier(exchange, words, what, side);
    }
    *side = SIDE_BACKEND;
    char *text = dup_from_backend(exchange, words, what);
    if (text == NULL) {
        *side = SIDE_DEVICE;
        text = dup_from_device(exchange, words, what);
    }
    if (text == NULL) {
        g_error("no such message: %s", what);
    }
    return text;
}

/* --- Transfers --------------------------------------------------------------------------------------------------- */

static gint64 option_number(const Words *words, const char *name, const char *fallback)
{
    return g_ascii_strtoll(option(words, name, fallback), NULL, 10);
}

static GtupdTransferResult parse_transfer_result(const char *name)
{
    static const char *const names[GTUPD_TRANSFER_RESULTS] = {
        [GTUPD_TRANSFER_NAME_FAILED] = "name-failed",
        [GTUPD_TRANSFER_UNREACHABLE] = "unreachable",
        [GTUPD_TRANSFER_LOGIN_REFUSED] = "login-refused",
        [GTUPD_TRANSFER_MISSING] = "missing",
        [GTUPD_TRANSFER_REFUSED] = "refused",
        [GTUPD_TRANSFER_REDIRECTED] = "redirected",
        [GTUPD_TRANSFER_RUNNING] = "running",
        [GTUPD_TRANSFER_CUT] = "cut",
        [GTUPD_TRANSFER_COMPLETE] = "complete",
    };
    for (guint i = 0; i < GTUPD_TRANSFER_RESULTS; i++) {
        if (g_str_equal(name, names[i])) {
            return i;
        }
    }
    g_error("no such result: %s", name);
}

static GtupdClosedBy parse_closed_by(const char *name)
{
    return g_str_equal(name, "server")   ? GTUPD_CLOSED_BY_SERVER
           : g_str_equal(name, "device") ? GTUPD_CLOSED_BY_DEVICE
                                         : GTUPD_CLOSED_NOT;
}

/* How much came, and how it ended. */
static void fill_in_course(GtupdTransfer *transfer, const Words *words, const GtupdAnchor *anchor)
{
    const char *flags = option(words, "flags", "");
    const gboolean sends = transfer->result >= GTUPD_TRANSFER_RUNNING;
    transfer->status = (int)option_number(words, "status", sends ? "200" : "404");
    transfer->expected = sends ? option_number(words, "of", "1000") : -1;
    transfer->delivered = sends ? option_number(words, "done", "1000") : 0;
    transfer->range_from = option_number(words, "from", "0");
    transfer->total = sends ? transfer->range_from + transfer->expected : -1;
    transfer->last_payload = transfer->result >= GTUPD_TRANSFER_LOGIN_REFUSED ? anchor->time : 0;
    transfer->longest_stall = option_number(words, "stall", "0") * G_GINT64_CONSTANT(1000000000);
    transfer->closed_by = parse_closed_by(option(words, "by", ""));
    transfer->acknowledged = strchr(flags, 'a') != NULL;
    transfer->has_holes = strchr(flags, 'h') != NULL;
    if (strchr(flags, 'u') == NULL) {
        transfer->end = *anchor;
    }
    if (strchr(flags, 'l') != NULL) {
        transfer->end.order += 1000;
    }
}

static void take_transfer(const Exchange *exchange, const Words *words, const GtupdAnchor *anchor)
{
    g_autoptr(GtupdTransfer) transfer = gtupd_transfer_new(GTUPD_TRANSFER_HTTP);
    g_autofree char *client = dup_address(words->words[1][0]);
    const gboolean asks = strchr(option(words, "flags", ""), 'n') == NULL;
    const char *to = option(words, "to", NULL);
    transfer->result = parse_transfer_result(argument(words, 0));
    g_strlcpy(transfer->client, client, sizeof transfer->client);
    transfer->host = g_strdup(option(words, "host", "h"));
    if (transfer->result != GTUPD_TRANSFER_NAME_FAILED) {
        g_strlcpy(transfer->server, "10.0.2.1", sizeof transfer->server);
        transfer->server_port = (guint16)option_number(words, "port", "80");
    }
    if (transfer->result > GTUPD_TRANSFER_UNREACHABLE && asks) {
        gtupd_transfer_ask(transfer, g_strdup(option(words, "path", "/p")), anchor);
    }
    transfer->redirect = g_strdup(to);
    transfer->request = *anchor;
    fill_in_course(transfer, words, anchor);
    gtupd_tracker_transfer(exchange->tracker, transfer);
}

/* --- Lines ------------------------------------------------------------------------------------------------------- */

static GtupdAnchor anchor_of(const Exchange *exchange)
{
    return (GtupdAnchor){
        .time = BASE_TIME * G_GINT64_CONSTANT(1000000000) + exchange->time,
        .order = exchange->line,
        .frame = exchange->line,
    };
}

static void feed(Exchange *exchange, const Link *link, Side side, const char *text)
{
    const GtupdAnchor anchor = anchor_of(exchange);
    const gsize length = strlen(text);
    g_autofree guint8 *exact = g_memdup2(text, length); /* no byte more, for the sanitizer's sake */
    if (link->datagrams) {
        gtupd_direction_datagram(link->directions[side], exact, length, FALSE, &anchor);
    } else {
        gtupd_direction_bytes(link->directions[side], exact, length, &anchor);
    }
}

static void run_line(Exchange *exchange, const char *line)
{
    g_auto(GStrv) split = g_strsplit(line, " ", -1);
    g_auto(GStrv) first = g_strsplit(line, " ", 4);
    const Words words = {split, g_strv_length(split), g_strv_length(first) > 3 ? first[3] : NULL};
    g_assert_cmpuint(words.length, >=, 3);
    const gboolean relative = split[0][0] == '+';
    exchange->line++;
    exchange->time = parse_duration(split[0] + (relative ? 1 : 0)) + (relative ? exchange->time : 0);

    Link *link = link_of(exchange, split[1]);
    Side side = SIDE_DEVICE;
    g_autofree char *text = NULL;
    if (g_str_equal(split[2], "close")) {
        link_close(exchange, link);
    } else if (g_str_equal(split[2], "xfer")) {
        const GtupdAnchor anchor = anchor_of(exchange);
        check_options(&words);
        take_transfer(exchange, &words, &anchor);
    } else {
        if (!g_str_equal(split[2], "up") && !g_str_equal(split[2], "down")) {
            check_options(&words);
        }
        text = dup_text(exchange, &words, &side);
        feed(exchange, link, side, text);
    }
    g_ptr_array_add(exchange->texts, g_steal_pointer(&text));
    g_array_append_val(exchange->sides, side);
}

/* The verdict if the capture ended now. */
static ExchangeResult *verdict(const Exchange *exchange, const Record *stream)
{
    g_autoptr(Record) finish = record_new();
    const GtupdSink sink = record_sink(finish);
    gtupd_tracker_finish(exchange->tracker, &sink);
    guint64 unfinished = 0;
    for (gsize i = 0; i < G_N_ELEMENTS(exchange->links); i++) {
        for (Side side = 0; side < SIDES && exchange->links[i].channel != NULL; side++) {
            gtupd_direction_finish(exchange->links[i].directions[side], &sink, &unfinished);
        }
    }
    return result_new(stream, finish);
}

static void assert_same(const char *script, const char *when, const ExchangeResult *a, const ExchangeResult *b)
{
    exchange_assert(script, when, a->owners, b->owners);
    exchange_assert(script, when, a->updates, b->updates);
    exchange_assert(script, when, a->events, b->events);
}

/* `asking`: a verdict is asked for after every line, and thrown away. */
static ExchangeResult *run(const char *script, gboolean asking)
{
    g_autoptr(Record) stream = record_new();
    g_autoptr(Exchange) exchange = exchange_new(stream);
    g_auto(GStrv) lines = g_strsplit(script, "\n", -1);
    for (guint i = 0; lines[i] != NULL; i++) {
        if (lines[i][0] == '\0') {
            continue;
        }
        run_line(exchange, lines[i]);
        if (asking) {
            exchange_result_free(verdict(exchange, stream));
        }
    }
    ExchangeResult *result = verdict(exchange, stream);
    g_autoptr(ExchangeResult) again = verdict(exchange, stream);
    assert_same(script, "verdict asked for again", again, result);
    return result;
}

ExchangeResult *exchange_run(const char *script)
{
    ExchangeResult *result = run(script, FALSE);
    g_autoptr(ExchangeResult) asked = run(script, TRUE);
    assert_same(script, "verdict asked for after every line", asked, result);
    return result;
}

/* --- Rows -------------------------------------------------------------------------------------------------------- */

static void test_row(gconstpointer data)
{
    const ExchangeRow *row = data;
    g_autoptr(ExchangeResult) result = exchange_run(row->script);
    exchange_assert(row->script, "findings", result->findings, row->findings);
    if (row->updates != NULL) {
        exchange_assert(row->script, "updates", result->updates, row->updates);
    }
}

void exchange_add_rows(const char *path, const ExchangeRow *rows, gsize count)
{
    for (gsize i = 0; i < count; i++) {
        g_autofree char *name = g_strdup_printf("%s/%s", path, rows[i].name);
        g_test_add_data_func(name, &rows[i], test_row);
    }
}
