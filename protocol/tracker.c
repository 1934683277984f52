/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tracker.h"

#include "bounds.h"
#include "check.h"
#include "commands.h"
#include "device.h"
#include "fetch.h"
#include "numbers.h"
#include "text.h"
#include "update.h"
#include "versions.h"

#include <string.h>

/* A device on a channel. */
typedef struct {
    GtupdDevice *device;
    GtupdClock clock;
    gboolean has_spoken; /* more than resends */
} Member;

/* A command that waits for its device: a copy, decoded again when it is claimed. */
typedef struct {
    GList link;            /* in the queue of its channel, or in that of closed ones */
    GList age;             /* in the tracker's queue of all */
    GtupdChannel *channel; /* NULL: it is closed */
    GBytes *bytes;
    GtupdType type;
    GtupdFrameEnd end;
    gboolean at_datagram_end;
    guint stray_runs;
    gboolean resent; /* a copy of it stood before it on the channel */
    GtupdEvent event;
} Waiting;

struct _GtupdChannel {
    guint64 id;
    GtupdTransport transport;
    Member first;        /* the first Unique ID heard; no device: none yet */
    GHashTable *members; /* GtupdDevice → Member, further ones; NULL on all but gateway channels */
    guint8 ip_version;   /* 0: its addresses are not known */
    guint8 addresses[2][GTUPD_ADDRESS_SIZE];
    gboolean sends_uplink[2];
    gboolean sends_commands[2];
    GQueue waiting; /* of Waiting, oldest first */
    GList link;     /* in the tracker's list of channels */
};

struct _GtupdTracker {
    GtupdSink sink;
    GtupdEvidence *evidence;
    GPtrArray *devices;    /* in the order of their first message */
    GHashTable *by_id;     /* id → GtupdDevice */
    GQueue channels;       /* of GtupdChannel */
    guint64 channel_count; /* ever */
    guint gateway_devices; /* members of gateway channels, over all of them */
    GQueue news;           /* of GtupdDevice: those that cost something, by the time of the latest change */
    gsize device_bytes;    /* what they cost */
    GQueue unclaimed;      /* of Waiting: commands of closed channels, not judged yet */
    GQueue waiting;        /* of Waiting: all of them, oldest first */
    gsize waiting_bytes;
    GtupdPendings pendings;
    gint64 last_time; /* ns; of the latest message */
    GtupdCounts counts;
    guint64 unattributed[GTUPD_SEVERITIES]; /* findings without a device */
    guint64 limits[GTUPD_LIMITS];
    GtupdNotes *notes;
    const GtupdReading *foreseen; /* of messages to come, in their order */
    guint foreseen_count;
};

/* --- Life --- */

static gsize waiting_size(const Waiting *waiting)
{
    return sizeof *waiting + 64 + g_bytes_get_size(waiting->bytes);
}

/* It stands in no queue of a channel, nor in that of closed ones. */
static void waiting_free(GtupdTracker *tracker, Waiting *waiting)
{
    g_queue_unlink(&tracker->waiting, &waiting->age);
    tracker->waiting_bytes -= waiting_size(waiting);
    g_bytes_unref(waiting->bytes);
    g_free(waiting);
}

static void clear_waiting(GtupdTracker *tracker, GQueue *queue)
{
    while (queue->head != NULL)
        waiting_free(tracker, g_queue_pop_head_link(queue)->data);
}

static void forget_members(GtupdTracker *tracker, GtupdChannel *channel)
{
    if (channel->members == NULL)
        return;
    tracker->gateway_devices -= g_hash_table_size(channel->members);
    g_hash_table_remove_all(channel->members);
}

static void channel_free(GtupdTracker *tracker, GtupdChannel *channel)
{
    clear_waiting(tracker, &channel->waiting);
    forget_members(tracker, channel);
    g_clear_pointer(&channel->members, g_hash_table_unref);
    g_free(channel);
}

GtupdTracker *gtupd_tracker_new(const GtupdSink *sink)
{
    GtupdTracker *tracker = g_new0(GtupdTracker, 1);
    tracker->sink = *sink;
    tracker->evidence = gtupd_evidence_new(&tracker->limits[GTUPD_LIMIT_TRANSFERS]);
    tracker->devices = g_ptr_array_new_with_free_func((GDestroyNotify)gtupd_device_free);
    tracker->by_id = g_hash_table_new(g_str_hash, g_str_equal);
    tracker->notes = gtupd_notes_new();
    g_queue_init(&tracker->channels);
    g_queue_init(&tracker->unclaimed);
    g_queue_init(&tracker->waiting);
    g_queue_init(&tracker->news);
    g_queue_init(&tracker->pendings.queue);
    return tracker;
}

void gtupd_tracker_free(GtupdTracker *tracker)
{
    if (tracker == NULL)
        return;
    while (tracker->channels.head != NULL) {
        GtupdChannel *channel = tracker->channels.head->data;
        g_queue_unlink(&tracker->channels, &channel->link);
        channel_free(tracker, channel);
    }
    clear_waiting(tracker, &tracker->unclaimed);
    g_hash_table_unref(tracker->by_id);
    g_ptr_array_unref(tracker->devices);
    gtupd_evidence_free(tracker->evidence);
    gtupd_notes_free(tracker->notes);
    g_free(tracker);
}

GtupdChannel *gtupd_tracker_channel_new(GtupdTracker *tracker, GtupdTransport transport)
{
    GtupdChannel *channel = g_new0(GtupdChannel, 1);
    channel->id = ++tracker->channel_count;
    channel->transport = transport;
    channel->link.data = channel;
    g_queue_init(&channel->waiting);
    g_queue_push_tail_link(&tracker->channels, &channel->link);
    return channel;
}

void gtupd_tracker_channel_between(GtupdChannel *channel, guint8 ip_version, const guint8 address0[GTUPD_ADDRESS_SIZE],
                                   const guint8 address1[GTUPD_ADDRESS_SIZE])
{
    channel->ip_version = ip_version;
    memcpy(channel->addresses[0], address0, GTUPD_ADDRESS_SIZE);
    memcpy(channel->addresses[1], address1, GTUPD_ADDRESS_SIZE);
}

void gtupd_tracker_channel_fetch(const GtupdChannel *channel, guint depth)
{
    const GtupdDevice *device = depth > 0 ? channel->first.device : NULL;
    if (depth == 0)
        gtupd_fetch(channel, sizeof *channel);
    else if (device != NULL)
        gtupd_device_fetch(device, depth - 1);
}

void gtupd_tracker_transfer(GtupdTracker *tracker, GtupdTransfer *transfer)
{
    gtupd_evidence_add(tracker->evidence, transfer);
}

/* --- Handing out --- */

/* For the device at hand; NULL: for messages of no device. */
static GtupdOut out_of(GtupdTracker *tracker, GtupdDevice *device)
{
    return (GtupdOut){&tracker->sink, device != NULL ? device->findings : tracker->unattributed, tracker->limits};
}

static void collect(GtupdRule rule, const GtupdFieldInfo *field, GtupdSpan span, const char *section,
                    const char *sentence, gpointer notes)
{
    gtupd_note_field(notes, rule, field, span, section, sentence);
}

/* All findings that the message alone justifies. */
static void note_message(GtupdNotes *notes, const GtupdReading *reading, guint stray_runs)
{
    for (guint i = 0; i < stray_runs; i++)
        gtupd_note(notes, GTUPD_RULE_STRAY_BYTES, "Bytes before this message belong to no message.");
    if (!reading->is_sound)
        gtupd_check_message(&reading->message, collect, notes);
}

/* The message's place is known: its findings go out, and everyone is told. */
static void settle(GtupdTracker *tracker, GtupdDevice *device, const GtupdReading *reading, const GtupdEvent *event,
                   guint stray_runs)
{
    note_message(tracker->notes, reading, stray_runs);
    const GtupdOut out = out_of(tracker, device);
    gtupd_notes_flush(tracker->notes, &out, event);
    if (tracker->sink.event != NULL)
        tracker->sink.event(event, tracker->sink.data);
}

/* --- Whose is it? --- */

/* Mostly the channel's first device. */
static GtupdDevice *find_device(const GtupdTracker *tracker, const GtupdChannel *channel, const GtupdMessage *message)
{
    GtupdDevice *first = channel->first.device;
    if (!message->has_unique_id)
        return NULL;
    if (first != NULL && memcmp(first->id, message->id, sizeof first->id) == 0)
        return first;
    return g_hash_table_lookup(tracker->by_id, message->id);
}

static GtupdDevice *ensure_device(GtupdTracker *tracker, const GtupdChannel *channel, const GtupdMessage *message)
{
    GtupdDevice *device = find_device(tracker, channel, message);
    if (device != NULL || !message->has_unique_id)
        return device;
    if (tracker->devices->len >= GTUPD_MAX_DEVICES) {
        tracker->limits[GTUPD_LIMIT_DEVICES]++;
        return NULL;
    }
    device = gtupd_device_new(message->id);
    device->evidence = tracker->evidence;
    g_ptr_array_add(tracker->devices, device);
    g_hash_table_insert(tracker->by_id, device->id, device);
    return device;
}

static gboolean is_gateway(const GtupdChannel *channel)
{
    return channel->members != NULL;
}

/* The only device heard on the channel; NULL if there is none yet, or more than one. */
static GtupdDevice *sole_device(const GtupdChannel *channel)
{
    return is_gateway(channel) ? NULL : channel->first.device;
}

/* Of the side that sends uplink messages; NULL while none has. */
static const guint8 *device_address(const GtupdChannel *channel)
{
    return channel->sends_uplink[0] == channel->sends_uplink[1] ? NULL : channel->addresses[channel->sends_uplink[1]];
}

static Member *find_member(GtupdChannel *channel, GtupdDevice *device)
{
    if (channel->first.device == device)
        return &channel->first;
    return channel->members != NULL ? g_hash_table_lookup(channel->members, device) : NULL;
}

static Member *add_gateway_member(GtupdTracker *tracker, GtupdChannel *channel, GtupdDevice *device)
{
    if (channel->members == NULL)
        channel->members = g_hash_table_new_full(NULL, NULL, NULL, g_free);
    if (tracker->gateway_devices >= GTUPD_MAX_GATEWAY_DEVICES) {
        tracker->limits[GTUPD_LIMIT_GATEWAY_DEVICES] += g_hash_table_size(channel->members);
        forget_members(tracker, channel);
    }
    Member *member = g_new0(Member, 1);
    g_hash_table_insert(channel->members, device, member);
    tracker->gateway_devices++;
    return member;
}

/* The device is heard on the channel. */
static Member *hear(GtupdTracker *tracker, GtupdChannel *channel, GtupdDevice *device)
{
    Member *member = find_member(channel, device);
    if (member != NULL)
        return member;
    member = channel->first.device == NULL ? &channel->first : add_gateway_member(tracker, channel, device);
    member->device = device;
    return member;
}

static void learn_name(GtupdDevice *device, const GtupdMessage *message)
{
    const char *text = gtupd_message_text(message, message->device_name);
    const gsize length = message->device_name.length;
    if (length == 0 || (device->name_from_gtupd && !message->is_gtupd) ||
        !gtupd_field_info(GTUPD_FIELD_DEVICE_NAME)->valid(text, length))
        return;
    gtupd_message_copy(message, message->device_name, device->name, sizeof device->name);
    device->name_from_gtupd = message->is_gtupd;
}

/* "DF0107": device type DF, version 1.07 (§2.1.3). FALSE if the Protocol Version is not well-formed. */
static gboolean learn_version(GtupdDevice *device, const GtupdMessage *message)
{
    if (!gtupd_versions_protocol(message, device->version))
        return FALSE;
    memcpy(device->type, gtupd_message_text(message, message->version), 2);
    return TRUE;
}

static void note_identity(const GtupdContext *context, GtupdRule rule, GtupdField field, GtupdSpan span,
                          const char *sentence)
{
    gtupd_note_field(context->notes, rule, gtupd_field_info(field), span, gtupd_rule_info(rule)->section, sentence);
}

static void judge_device_type(const GtupdContext *context)
{
    GtupdDevice *device = context->device;
    device->type_judged = TRUE;
    if (strcmp(device->type, "DF") == 0 || strcmp(device->type, "BD") == 0)
        return;
    g_autofree char *sentence =
        g_strdup_printf("Device type %s is neither DF nor BD: this may be no CV200.", device->type);
    note_identity(context, GTUPD_RULE_DEVICE_TYPE_FOREIGN, GTUPD_FIELD_PROTOCOL_VERSION, context->message->version,
                  sentence);
}

static void judge_imei(const GtupdContext *context)
{
    GtupdDevice *device = context->device;
    device->identity_judged = TRUE;
    if (device->is_meid || gtupd_text_luhn(device->id, strlen(device->id)))
        return;
    g_autofree char *sentence = g_strdup_printf("%s fails the Luhn check of an IMEI.", device->id);
    note_identity(context, GTUPD_RULE_IMEI_CHECK_DIGIT, GTUPD_FIELD_UNIQUE_ID, context->message->unique_id, sentence);
}

static void learn_identity(const GtupdContext *context)
{
    GtupdDevice *device = context->device;
    const GtupdMessage *message = context->message;
    if (message->is_gtupd && message->layout == GTUPD_LAYOUT_NONE)
        return; /* `field-count`: its fields are not where they should be */
    learn_name(device, message);
    const gboolean version = learn_version(device, message);
    if (!message->is_gtupd)
        return;
    if (version && !device->type_judged)
        judge_device_type(context);
    if (!device->identity_judged)
        judge_imei(context);
}

/* rules.md `identity-conflict`: it spoke here, then elsewhere, and now here again. */
static void judge_identity(const GtupdContext *context, Member *member)
{
    GtupdDevice *device = context->device;
    g_assert(member != NULL); /* only a command has none */
    const gboolean was_here = member->has_spoken;
    const guint64 here = context->channel.id;
    const guint64 there = device->last_tcp_channel;
    if (context->channel.transport != GTUPD_TRANSPORT_TCP)
        return;
    device->last_tcp_channel = here;
    member->has_spoken = TRUE;
    if (!was_here || there == here || there == 0)
        return;
    if (device->conflicts == NULL)
        device->conflicts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    char *pair = g_strdup_printf("%" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT, MIN(here, there), MAX(here, there));
    if (g_hash_table_contains(device->conflicts, pair)) {
        g_free(pair);
        return;
    }
    if (g_hash_table_size(device->conflicts) < GTUPD_MAX_CONFLICTS)
        g_hash_table_add(device->conflicts, pair);
    else
        g_free(pair);
    gtupd_note(context->notes, GTUPD_RULE_IDENTITY_CONFLICT,
               "%s speaks on this TCP connection again after it spoke on another.", device->id);
}

/* --- Messages of a known device --- */

static void count_message(GtupdDevice *device, const GtupdMessage *message)
{
    if (device == NULL)
        return;
    device->counts.messages++;
    device->counts.messages_gtupd += message->is_gtupd ? 1 : 0;
}

static void take_gtupd(const GtupdContext *context)
{
    if (context->message->layout == GTUPD_LAYOUT_NONE || context->event->kind == GTUPD_KIND_OTHER_REPORT) {
        gtupd_update_other(context);
    } else if (context->message->type == GTUPD_TYPE_COMMAND) {
        gtupd_update_command(context);
    } else if (context->event->kind == GTUPD_KIND_ACK) {
        const GtupdAnswer answer = gtupd_commands_answer(context);
        gtupd_update_ack(context, &answer);
    } else {
        gtupd_update_report(context);
    }
}

static void take_other(const GtupdContext *context)
{
    if (context->message->type == GTUPD_TYPE_COMMAND) {
        gtupd_commands_open(context, (GtupdCommandStanding){.excused = TRUE});
    } else if (context->message->type == GTUPD_TYPE_ACK) {
        const GtupdAnswer answer = gtupd_commands_answer(context);
        context->event->has_command = answer.found;
        if (answer.found)
            context->event->command = answer.command.event.anchor;
    }
    gtupd_update_other(context);
}

static void judge_numbers(const GtupdContext *context, Member *member)
{
    if (!context->event->uplink) {
        gtupd_numbers_serial(context);
        return;
    }
    if (gtupd_numbers_count(context))
        gtupd_update_restarted(context->device);
    gtupd_numbers_send_time(context, &member->clock);
    if (!context->message->is_gtupd || context->message->layout != GTUPD_LAYOUT_NONE)
        judge_identity(context, member);
    if (context->message->is_gtupd && context->message->kind < GTUPD_REPORTS)
        context->device->reports++;
}

static void take_message(const GtupdContext *context, Member *member)
{
    if (context->event->uplink)
        learn_identity(context);
    if (gtupd_numbers_is_repeat(context)) {
        context->event->repeated = TRUE;
        return;
    }
    judge_numbers(context, member);
    if (context->message->is_gtupd)
        take_gtupd(context);
    else
        take_other(context);
    if (context->event->uplink)
        gtupd_versions_hear(context);
    gtupd_numbers_place(context->device, context->event);
    gtupd_commands_place(context->device, context->event);
}

/* --- What devices cost --- */

/* The oldest news go, so that a device that is being updated is the last to be forgotten. */
static void forget_oldest(GtupdTracker *tracker)
{
    GtupdDevice *device = tracker->news.head->data;
    const GtupdOut out = out_of(tracker, device);
    const gboolean was_open = gtupd_device_forget(device, &out, tracker->last_time);
    tracker->limits[GTUPD_LIMIT_DEVICE_BYTES] += was_open ? 1 : 0;
    device->was_forgotten = !was_open;
    g_queue_unlink(&tracker->news, &device->news);
    tracker->device_bytes -= device->size;
    device->size = 0;
}

/* After each message: what the device costs may have changed. */
static void account(GtupdTracker *tracker, GtupdDevice *device)
{
    const gsize size = gtupd_device_size(device);
    if (size == device->size)
        return;
    if (device->size > 0)
        g_queue_unlink(&tracker->news, &device->news);
    if (size > 0)
        g_queue_push_tail_link(&tracker->news, &device->news);
    tracker->device_bytes += size - device->size;
    device->size = size;
    while (tracker->device_bytes > GTUPD_MAX_DEVICE_BYTES && tracker->news.head->data != device)
        forget_oldest(tracker);
}

/* An ordinary report or heartbeat but the first leaves nothing behind, so nobody looks. */
static gboolean may_cost(const GtupdDevice *device, const GtupdMessage *message)
{
    const gboolean is_ordinary =
        message->type == GTUPD_TYPE_REPORT || (message->type == GTUPD_TYPE_ACK && !message->has_serial);
    return device->size == 0 || message->is_gtupd || !is_ordinary || device->gap_here || device->conflicts != NULL;
}

/* What was forgotten of it would have mattered now. */
static void notice_forgotten(GtupdTracker *tracker, GtupdDevice *device)
{
    tracker->limits[GTUPD_LIMIT_DEVICE_BYTES] += device->was_forgotten ? 1 : 0;
    device->was_forgotten = FALSE;
}

/* `member` is NULL for a command. */
static void process(GtupdTracker *tracker, GtupdChannel *channel, GtupdDevice *device, Member *member,
                    const GtupdReading *reading, GtupdEvent *event, guint stray_runs)
{
    const GtupdMessage *message = &reading->message;
    const GtupdOut out = out_of(tracker, device);
    const GtupdContext context = {
        .device = device,
        .message = message,
        .digest = reading->digest,
        .event = event,
        .channel = {channel->id, channel->transport, is_gateway(channel)},
        .ip_version = channel->ip_version,
        .address = device_address(channel),
        .notes = tracker->notes,
        .out = &out,
    };
    memcpy(event->device, device->id, sizeof event->device);
    notice_forgotten(tracker, device);
    count_message(device, message);
    take_message(&context, member);
    settle(tracker, device, reading, event, stray_runs);
    if (may_cost(device, message))
        account(tracker, device);
}

/* --- Whose command is it? (rules.md) --- */

static void read_waiting(const Waiting *waiting, GtupdReading *reading)
{
    gsize length;
    const guint8 *bytes = g_bytes_get_data(waiting->bytes, &length);
    const GtupdFrame frame = {GTUPD_FRAME_MESSAGE, length, waiting->type, waiting->end, TRUE};
    gtupd_reading_make(reading, bytes, &frame, waiting->at_datagram_end);
}

static void process_waiting(GtupdTracker *tracker, GtupdChannel *channel, GtupdDevice *device, Waiting *waiting)
{
    GtupdReading reading;
    read_waiting(waiting, &reading);
    process(tracker, channel, device, NULL, &reading, &waiting->event, waiting->stray_runs);
    waiting_free(tracker, waiting);
}

static gboolean same_word(const Waiting *waiting, const GtupdMessage *message)
{
    return strlen(waiting->event.word) == message->word.length &&
           memcmp(waiting->event.word, gtupd_message_text(message, message->word), message->word.length) == 0;
}

/* A GTUPD command whose fields fit no layout wants no ACK. */
static gboolean wants_no_ack(const Waiting *waiting)
{
    return waiting->event.gtupd && waiting->event.kind == GTUPD_KIND_OTHER_COMMAND;
}

static gboolean same_serial(const Waiting *waiting, const GtupdMessage *message)
{
    const int serial = gtupd_text_hex(waiting->event.serial, strlen(waiting->event.serial));
    return message->has_serial && serial == message->serial_value;
}

static gboolean is_claim_by_serial(const GtupdMessage *uplink)
{
    return uplink->type == GTUPD_TYPE_ACK &&
           !(uplink->word.length == 5 && memcmp(gtupd_message_text(uplink, uplink->word), "GTHBD", 5) == 0);
}

/*
 * The uplink claims commands that wait on its channel: an ACK those of its word and Serial Number (on a gateway
 * channel the oldest), another message all of them (on a gateway channel none).
 */
static void claim(GtupdTracker *tracker, GtupdChannel *channel, GtupdDevice *device, const GtupdMessage *uplink)
{
    const gboolean gateway = is_gateway(channel);
    const gboolean by_serial = is_claim_by_serial(uplink);
    if (uplink->is_gtupd && uplink->layout == GTUPD_LAYOUT_NONE)
        return;
    if (gateway && !by_serial)
        return;
    for (GList *link = channel->waiting.head; link != NULL;) {
        GList *next = link->next;
        Waiting *waiting = link->data;
        if (!by_serial || (!wants_no_ack(waiting) && same_word(waiting, uplink) && same_serial(waiting, uplink))) {
            g_queue_unlink(&channel->waiting, link);
            process_waiting(tracker, channel, device, waiting);
            if (gateway)
                return;
        }
        link = next;
    }
}

/* The command will not be claimed any more. It stands in no queue. */
static void give_up_waiting(GtupdTracker *tracker, Waiting *waiting)
{
    GtupdReading reading;
    read_waiting(waiting, &reading);
    settle(tracker, NULL, &reading, &waiting->event, waiting->stray_runs);
    waiting->channel = NULL;
    g_queue_push_tail_link(&tracker->unclaimed, &waiting->link);
}

static gboolean is_resend(const Waiting *a, const Waiting *b)
{
    return ABS(a->event.anchor.time - b->event.anchor.time) <= 10 * GTUPD_MINUTE && g_bytes_equal(a->bytes, b->bytes);
}

static void judge_unclaimed(const Waiting *waiting, const GtupdOut *out, gint64 end)
{
    if (!wants_no_ack(waiting) && !waiting->resent)
        gtupd_commands_judge_unclaimed(out, &waiting->event, end);
}

static void drop_oldest_waiting(GtupdTracker *tracker)
{
    Waiting *oldest = tracker->waiting.head->data;
    const GtupdOut out = out_of(tracker, NULL);
    if (oldest->channel != NULL) {
        g_queue_unlink(&oldest->channel->waiting, &oldest->link);
        give_up_waiting(tracker, oldest);
    }
    judge_unclaimed(oldest, &out, tracker->last_time);
    g_queue_unlink(&tracker->unclaimed, &oldest->link);
    waiting_free(tracker, oldest);
    tracker->limits[GTUPD_LIMIT_WAITING_COMMANDS]++;
}

static void keep_waiting(GtupdTracker *tracker, GtupdChannel *channel, const GtupdMessage *message,
                         const GtupdEvent *event, guint stray_runs)
{
    Waiting *waiting = g_new0(Waiting, 1);
    waiting->bytes = g_bytes_new(message->bytes, message->length);
    waiting->type = message->type;
    waiting->end = message->end;
    waiting->at_datagram_end = message->at_datagram_end;
    waiting->stray_runs = stray_runs;
    waiting->event = *event;
    waiting->link.data = waiting->age.data = waiting;
    waiting->channel = channel;
    g_queue_push_tail_link(&channel->waiting, &waiting->link);
    g_queue_push_tail_link(&tracker->waiting, &waiting->age);
    tracker->waiting_bytes += waiting_size(waiting);
    if (channel->waiting.length > GTUPD_MAX_WAITING_COMMANDS) {
        tracker->limits[GTUPD_LIMIT_WAITING_COMMANDS]++;
        give_up_waiting(tracker, g_queue_pop_head_link(&channel->waiting)->data);
    }
    while (tracker->waiting_bytes > GTUPD_MAX_WAITING_BYTES)
        drop_oldest_waiting(tracker);
}

/* Was a copy of the command sent before it? `link` stands in a queue of Waiting. */
static gboolean has_earlier_copy(const GList *link)
{
    for (const GList *earlier = link->prev; earlier != NULL; earlier = earlier->prev) {
        if (is_resend(earlier->data, link->data))
            return TRUE;
    }
    return FALSE;
}

/* Commands of closed channels whose minute is over. */
static void judge_due_unclaimed(GtupdTracker *tracker)
{
    const GtupdOut out = out_of(tracker, NULL);
    while (tracker->unclaimed.head != NULL) {
        Waiting *waiting = tracker->unclaimed.head->data;
        if (tracker->last_time - waiting->event.anchor.time < GTUPD_MINUTE)
            return;
        judge_unclaimed(waiting, &out, tracker->last_time);
        g_queue_unlink(&tracker->unclaimed, &waiting->link);
        waiting_free(tracker, waiting);
    }
}

void gtupd_tracker_channel_close(GtupdTracker *tracker, GtupdChannel *channel)
{
    for (const GList *link = channel->waiting.head; link != NULL; link = link->next)
        ((Waiting *)link->data)->resent = has_earlier_copy(link);
    while (channel->waiting.head != NULL)
        give_up_waiting(tracker, g_queue_pop_head_link(&channel->waiting)->data);
    g_queue_unlink(&tracker->channels, &channel->link);
    channel_free(tracker, channel);
}

/* --- Direction --- */

static gboolean is_misdirected(const GtupdChannel *channel, guint side, gboolean uplink)
{
    return uplink ? channel->sends_commands[side] : channel->sends_uplink[side];
}

static void note_misdirected(GtupdTracker *tracker, const GtupdReading *reading, const GtupdEvent *event,
                             guint stray_runs)
{
    gtupd_note(tracker->notes, GTUPD_RULE_DIRECTION_WRONG, "%s comes from the side that sends this channel's %s.",
               event->uplink ? "A device's message" : "A command", event->uplink ? "commands" : "reports");
    settle(tracker, NULL, reading, event, stray_runs);
}

/* --- The entry --- */

/* Framing findings only: an unusable message, or a +SACK. Shown with the device that it seems to be about. */
static void take_unused(GtupdTracker *tracker, GtupdChannel *channel, const GtupdReading *reading, GtupdEvent *event,
                        guint stray_runs)
{
    GtupdDevice *device = event->uplink ? find_device(tracker, channel, &reading->message) : sole_device(channel);
    if (device != NULL)
        memcpy(event->device, device->id, sizeof event->device);
    count_message(device, &reading->message);
    settle(tracker, device, reading, event, stray_runs);
}

static void take_uplink(GtupdTracker *tracker, GtupdChannel *channel, const GtupdReading *reading, GtupdEvent *event,
                        guint stray_runs)
{
    GtupdDevice *device = ensure_device(tracker, channel, &reading->message);
    if (device == NULL) {
        settle(tracker, NULL, reading, event, stray_runs);
        return;
    }
    Member *member = hear(tracker, channel, device);
    claim(tracker, channel, device, &reading->message);
    process(tracker, channel, device, member, reading, event, stray_runs);
}

static void take_command(GtupdTracker *tracker, GtupdChannel *channel, const GtupdReading *reading, GtupdEvent *event,
                         guint stray_runs)
{
    GtupdDevice *device = sole_device(channel);
    if (device != NULL)
        process(tracker, channel, device, NULL, reading, event, stray_runs);
    else
        keep_waiting(tracker, channel, &reading->message, event, stray_runs);
}

void gtupd_tracker_message(GtupdTracker *tracker, GtupdChannel *channel, guint side, const GtupdReading *reading,
                           const GtupdAnchor *anchor, guint stray_runs, GtupdEvent *event)
{
    const GtupdMessage *message = &reading->message;
    tracker->counts.messages++;
    tracker->counts.messages_gtupd += message->is_gtupd ? 1 : 0;
    tracker->last_time = tracker->counts.messages == 1 ? anchor->time : MAX(tracker->last_time, anchor->time);
    judge_due_unclaimed(tracker);
    if (tracker->sink.message != NULL)
        tracker->sink.message(message, anchor, tracker->sink.data);

    *event = reading->event;
    event->anchor = *anchor;
    if (!message->complete || message->type == GTUPD_TYPE_SACK) {
        take_unused(tracker, channel, reading, event, stray_runs);
        return;
    }
    if (is_misdirected(channel, side, event->uplink)) {
        note_misdirected(tracker, reading, event, stray_runs);
        return;
    }
    if (event->uplink) {
        channel->sends_uplink[side] = TRUE;
        take_uplink(tracker, channel, reading, event, stray_runs);
    } else {
        channel->sends_commands[side] = TRUE;
        take_command(tracker, channel, reading, event, stray_runs);
    }
}

void gtupd_tracker_foresee(GtupdTracker *tracker, const GtupdReading *readings, guint count)
{
    tracker->foreseen = readings;
    tracker->foreseen_count = count;
}

const GtupdReading *gtupd_tracker_foreseen(GtupdTracker *tracker, const guint8 *bytes, gsize length)
{
    if (tracker->foreseen_count == 0 || tracker->foreseen->message.bytes != bytes ||
        tracker->foreseen->message.length > length)
        return NULL;
    tracker->foreseen_count--;
    return tracker->foreseen++;
}

void gtupd_tracker_unfinished(GtupdTracker *tracker, GtupdChannel *channel)
{
    GtupdDevice *device = sole_device(channel);
    tracker->counts.messages_unfinished++;
    if (device != NULL)
        device->counts.messages_unfinished++;
}

static void note_stray_behind(const GtupdOut *out, const GtupdEvent *before, guint runs)
{
    for (guint i = 0; i < runs; i++)
        gtupd_note_at(out, before, GTUPD_RULE_STRAY_BYTES, "Bytes behind this message belong to no message.");
}

void gtupd_tracker_stray(GtupdTracker *tracker, const GtupdEvent *before, guint runs)
{
    GtupdDevice *device = before->device[0] != '\0' ? g_hash_table_lookup(tracker->by_id, before->device) : NULL;
    const GtupdOut out = out_of(tracker, device);
    note_stray_behind(&out, before, runs);
}

void gtupd_tracker_finish_stray(const GtupdSink *sink, const GtupdEvent *before, guint runs)
{
    const GtupdOut out = {.sink = sink};
    note_stray_behind(&out, before, runs);
}

/* --- The end --- */

/* Has a copy of the command been sent before? `seen`: bytes → the latest with them. */
static gboolean is_seen(GHashTable *seen, Waiting *waiting)
{
    const Waiting *before = g_hash_table_lookup(seen, waiting->bytes);
    g_hash_table_insert(seen, waiting->bytes, waiting);
    return before != NULL && is_resend(before, waiting);
}

static void finish_waiting(const GtupdTracker *tracker, const GQueue *queue, gboolean with_fields, const GtupdOut *out)
{
    if (queue->head == NULL)
        return;
    g_autoptr(GHashTable) seen = g_hash_table_new(g_bytes_hash, g_bytes_equal);
    GtupdNotes *notes = gtupd_notes_new();
    for (const GList *link = queue->head; link != NULL; link = link->next) {
        const Waiting *waiting = link->data;
        GtupdReading reading;
        read_waiting(waiting, &reading);
        if (with_fields)
            note_message(notes, &reading, waiting->stray_runs);
        gtupd_notes_flush(notes, out, &waiting->event);
        if (!is_seen(seen, link->data))
            judge_unclaimed(waiting, out, tracker->last_time);
    }
    gtupd_notes_free(notes);
}

static void finish_device(const GtupdTracker *tracker, const GtupdDevice *device, const GtupdOut *out)
{
    gtupd_numbers_finish(device, out);
    gtupd_commands_finish(device, out, tracker->last_time);
    gtupd_update_finish(device, out, tracker->last_time);
}

void gtupd_tracker_finish_device(const GtupdTracker *tracker, const char *id, const GtupdSink *sink)
{
    const GtupdDevice *device = g_hash_table_lookup(tracker->by_id, id);
    const GtupdOut out = {.sink = sink};
    if (device != NULL)
        finish_device(tracker, device, &out);
}

void gtupd_tracker_finish(const GtupdTracker *tracker, const GtupdSink *sink)
{
    const GtupdOut out = {.sink = sink};
    for (guint i = 0; i < tracker->devices->len; i++)
        finish_device(tracker, tracker->devices->pdata[i], &out);
    for (const GList *link = tracker->channels.head; link != NULL; link = link->next)
        finish_waiting(tracker, &((const GtupdChannel *)link->data)->waiting, TRUE, &out);
    finish_waiting(tracker, &tracker->unclaimed, FALSE, &out);
}

/* --- Looking --- */

GtupdPendings *gtupd_tracker_pendings(GtupdTracker *tracker)
{
    return &tracker->pendings;
}

const GtupdCounts *gtupd_tracker_counts(const GtupdTracker *tracker)
{
    return &tracker->counts;
}

guint64 gtupd_tracker_limit(const GtupdTracker *tracker, GtupdLimit limit)
{
    return tracker->limits[limit];
}

void gtupd_tracker_limit_reached(GtupdTracker *tracker, GtupdLimit limit, guint64 dropped)
{
    tracker->limits[limit] += dropped;
}

guint gtupd_tracker_device_count(const GtupdTracker *tracker)
{
    return tracker->devices->len;
}

void gtupd_tracker_device_info(const GtupdTracker *tracker, guint index, GtupdDeviceInfo *info)
{
    const GtupdDevice *device = tracker->devices->pdata[index];
    *info = (GtupdDeviceInfo){
        .id = device->id,
        .is_meid = device->is_meid,
        .name = device->name[0] != '\0' ? device->name : NULL,
        .updates = device->updates,
        .counts = device->counts,
    };
    memcpy(info->type, device->type, sizeof info->type);
    memcpy(info->version, device->version, sizeof info->version);
    memcpy(info->findings, device->findings, sizeof info->findings);
}
