/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "identities.h"

#include "bytes.h"

#include <string.h>

/* Shorter ones may be words of their own, which stand for something else elsewhere. */
#define WORD_MIN 5

#define IMEI_LENGTH 15

/* A part of a text. */
typedef struct {
    const guint8 *bytes;
    gsize length;
    gsize at; /* of its first byte, as it is to be told */
} Part;

struct _GtupdIdentities {
    GtupdStandIns *dictionary;
    GHashTable *words; /* in lower case, to be found wherever they stand → how they are told */
};

/* Appends what stands for a part. */
typedef void (*Tell)(GtupdIdentities *identities, Part part, GArray *found);

GtupdIdentities *gtupd_identities_new(void)
{
    GtupdIdentities *identities = g_new0(GtupdIdentities, 1);
    identities->dictionary = gtupd_stand_ins_new();
    identities->words = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    return identities;
}

void gtupd_identities_free(GtupdIdentities *identities)
{
    if (!identities)
        return;
    gtupd_stand_ins_free(identities->dictionary);
    g_hash_table_unref(identities->words);
    g_free(identities);
}

static Part part_of(const Part *part, gsize from, gsize to)
{
    return (Part){part->bytes + from, to - from, part->at + from};
}

static gsize find(const Part *part, gsize from, const char *characters)
{
    while (from < part->length && (part->bytes[from] == '\0' || !strchr(characters, part->bytes[from])))
        from++;
    return from;
}

static void tell(GtupdIdentities *identities, Part part, GArray *found)
{
    if (part.length == 0)
        return;
    const GtupdIdentity identity = {part.at, gtupd_stand_ins_get(identities->dictionary, part.bytes, part.length)};
    g_array_append_val(found, identity);
}

static void remember(GtupdIdentities *identities, Part part, Tell how)
{
    if (part.length >= WORD_MIN)
        g_hash_table_insert(identities->words, g_ascii_strdown((const char *)part.bytes, (gssize)part.length),
                            (gpointer)how);
}

static void tell_word(GtupdIdentities *identities, Part part, GArray *found)
{
    remember(identities, part, tell);
    tell(identities, part, found);
}

/* --- Hosts and URLs --- */

/* Label by label, so that names of one domain stay of one. */
static void tell_labels(GtupdIdentities *identities, Part host, GArray *found)
{
    for (gsize from = 0; from < host.length;) {
        gsize end = find(&host, from, ".");
        tell(identities, part_of(&host, from, end), found);
        from = end + 1;
    }
}

static void tell_host(GtupdIdentities *identities, Part host, GArray *found)
{
    g_autofree char *text = g_strndup((const char *)host.bytes, host.length);
    if (host.length == 0 || host.bytes[0] == '[' || g_hostname_is_ip_address(text))
        return;
    remember(identities, host, tell_labels);
    tell_labels(identities, host, found);
}

static void tell_host_and_port(GtupdIdentities *identities, Part part, GArray *found)
{
    tell_host(identities, part_of(&part, 0, part.bytes[0] == '[' ? 0 : find(&part, 0, ":")), found);
}

/* What stands between "//" and the path (RFC 3986 §3.2). */
static void tell_authority(GtupdIdentities *identities, Part part, GArray *found)
{
    gsize host = 0;
    for (gsize i = 0; i < part.length; i++)
        if (part.bytes[i] == '@')
            host = i + 1;
    if (host > 0) {
        gsize colon = MIN(find(&part, 0, ":"), host - 1);
        tell_word(identities, part_of(&part, 0, colon), found);
        if (colon < host - 1)
            tell_word(identities, part_of(&part, colon + 1, host - 1), found);
    }
    if (host < part.length)
        tell_host_and_port(identities, part_of(&part, host, part.length), found);
}

#define ENDS_AUTHORITY "/?#,$ \t\r\n\"'<>"

static void tell_urls(GtupdIdentities *identities, Part part, GArray *found)
{
    for (gsize i = 0; i + 3 <= part.length; i++) {
        if (memcmp(part.bytes + i, "://", 3) != 0)
            continue;
        gsize end = find(&part, i + 3, ENDS_AUTHORITY);
        tell_authority(identities, part_of(&part, i + 3, end), found);
    }
}

/* --- @Track --- */

typedef struct {
    guint field; /* behind the word, from 0 */
    Tell tell;
} FieldRow;

/* A URL with a scheme is found as such anywhere. */
static void tell_bare_url(GtupdIdentities *identities, Part url, GArray *found)
{
    if (!g_strstr_len((const char *)url.bytes, (gssize)url.length, "://"))
        tell_authority(identities, part_of(&url, 0, find(&url, 0, ENDS_AUTHORITY)), found);
}

/* Password; Unique ID and name; User Name, Password and URL (§2.1.1, §2.1.3). Ended by a row without function. */
static const FieldRow command_rows[] = {{0, tell}, {0, NULL}};
static const FieldRow uplink_rows[] = {{1, tell_word}, {2, tell}, {0, NULL}};
static const FieldRow start_rows[] = {{0, tell}, {5, tell_word}, {6, tell_word}, {7, tell_bare_url}, {0, NULL}};

static const FieldRow *rows_of(const GtupdMessage *message)
{
    enum {
        STOP_FIELDS = 7 /* §2.1.2 */
    };
    if (gtupd_type_is_uplink(message->type))
        return uplink_rows;
    return message->is_gtupd && message->field_count > STOP_FIELDS ? start_rows : command_rows;
}

/* By their place, for whatever is wrong with the message, names are to go. */
static void tell_fields(GtupdIdentities *identities, const GtupdMessage *message, gsize at, GArray *found)
{
    gsize from = (gsize)message->word.offset + message->word.length;
    if (message->type == GTUPD_TYPE_SACK || from >= message->length)
        return;
    const Part body = {message->bytes + from + 1, message->length - from - 1, at + from + 1};
    const FieldRow *row = rows_of(message);
    for (gsize begin = 0, field = 0; begin < body.length && row->tell; field++) {
        gsize end = find(&body, begin, ",$");
        if (field == row->field && end > begin)
            row->tell(identities, part_of(&body, begin, end), found);
        row += field == row->field;
        begin = end + 1;
    }
}

void gtupd_identities_message(GtupdIdentities *identities, const GtupdMessage *message, gsize at, GArray *found)
{
    Part whole = {message->bytes, message->length, at};
    tell_fields(identities, message, at, found);
    tell_urls(identities, whole, found);
    gtupd_identities_words(identities, message->bytes, message->length, at, found);
}

/* --- Lines --- */

static gboolean begins(const Part *part, const char *text)
{
    gsize length = strlen(text);
    return part->length >= length && g_ascii_strncasecmp((const char *)part->bytes, text, length) == 0;
}

static gsize skip_blanks(const Part *part, gsize from)
{
    while (from < part->length && (part->bytes[from] == ' ' || part->bytes[from] == '\t'))
        from++;
    return from;
}

/* Words behind which there is nothing but a secret, or a host. */
static void tell_value(GtupdIdentities *identities, const Part *line, GArray *found)
{
    static const char *const secrets[] = {"USER ", "PASS ", "ACCT ", "Cookie:", "Set-Cookie:"};
    static const char *const schemes[] = {"Authorization:", "Proxy-Authorization:"};
    for (gsize i = 0; i < G_N_ELEMENTS(secrets); i++)
        if (begins(line, secrets[i]))
            tell_word(identities, part_of(line, skip_blanks(line, strlen(secrets[i])), line->length), found);
    for (gsize i = 0; i < G_N_ELEMENTS(schemes); i++)
        if (begins(line, schemes[i])) {
            gsize scheme = find(line, skip_blanks(line, strlen(schemes[i])), " \t");
            tell_word(identities, part_of(line, skip_blanks(line, scheme), line->length), found);
        }
    if (begins(line, "Host:") && skip_blanks(line, strlen("Host:")) < line->length)
        tell_host_and_port(identities, part_of(line, skip_blanks(line, strlen("Host:")), line->length), found);
}

void gtupd_identities_line(GtupdIdentities *identities, const guint8 *line, gsize length, gsize at, GArray *found)
{
    Part part = {line, length, at};
    while (part.length > 0 && strchr("\r\n \t", part.bytes[part.length - 1]) && part.bytes[part.length - 1] != '\0')
        part.length--;
    tell_value(identities, &part, found);
    tell_urls(identities, part, found);
    gtupd_identities_words(identities, line, length, at, found);
}

/* --- Words --- */

static void tell_if_known(GtupdIdentities *identities, Part part, GArray *found)
{
    if (part.length < WORD_MIN || part.length > GTUPD_MESSAGE_MAX)
        return;
    g_autofree char *lower = g_ascii_strdown((const char *)part.bytes, (gssize)part.length);
    Tell how = (Tell)g_hash_table_lookup(identities->words, lower);
    if (how)
        how(identities, part, found);
}

/* Numbers of an IMEI's length stand for themselves even within a word: "imei867700040010115". */
static void tell_numbers(GtupdIdentities *identities, const Part *run, GArray *found)
{
    for (gsize from = 0, end; from < run->length; from = end + 1) {
        for (end = from; end < run->length && g_ascii_isdigit((char)run->bytes[end]);)
            end++;
        if (end - from == IMEI_LENGTH && end - from != run->length)
            tell_if_known(identities, part_of(run, from, end), found);
    }
}

/* A run of letters, digits, dots, dashes and underscores: as a whole, what its dots end in, and piece by piece. */
static void tell_run(GtupdIdentities *identities, Part run, GArray *found)
{
    while (run.length > 0 && run.bytes[run.length - 1] == '.')
        run.length--;
    tell_if_known(identities, run, found);
    for (gsize from = 0; from < run.length;) {
        gsize end = find(&run, from, "._-");
        if (from > 0 && run.bytes[from - 1] == '.')
            tell_if_known(identities, part_of(&run, from, run.length), found);
        if (end - from < run.length)
            tell_if_known(identities, part_of(&run, from, end), found);
        from = end + 1;
    }
    tell_numbers(identities, &run, found);
}

static gboolean is_of_word(guint8 byte)
{
    return g_ascii_isalnum((char)byte) || byte == '.' || byte == '-' || byte == '_';
}

void gtupd_identities_words(GtupdIdentities *identities, const guint8 *text, gsize length, gsize at, GArray *found)
{
    const Part whole = {text, length, at};
    for (gsize from = 0, end; from < length; from = end + 1) {
        for (end = from; end < length && is_of_word(text[end]);)
            end++;
        if (end - from >= WORD_MIN)
            tell_run(identities, part_of(&whole, from, end), found);
    }
}

/* --- DNS --- */

/* RFC 1035 §3.2.2, §4.1; RFC 2782 */
#define DNS_HEADER    12
#define DNS_RECORD    10 /* behind its name: type, class, time to live, length */
#define DNS_COMPACTED 0xc0

/* The labels that stand here; what a pointer leads to is told where it stands. Returns what follows; 0: no name. */
static gsize tell_name(GtupdIdentities *identities, const Part *message, gsize at, GArray *found)
{
    while (at < message->length) {
        gsize label = message->bytes[at++];
        if (label == 0)
            return at;
        if ((label & DNS_COMPACTED) == DNS_COMPACTED)
            return at + 1;
        if (label > 63 || label > message->length - at)
            return 0;
        tell(identities, part_of(message, at, at + label), found);
        at += label;
    }
    return 0;
}

static void tell_record_data(GtupdIdentities *identities, const Part *message, guint type, gsize at, GArray *found)
{
    static const struct {
        guint type;
        gsize before; /* bytes before the name */
        guint names;
    } rows[] = {{2, 0, 1}, {5, 0, 1}, {6, 0, 2}, {12, 0, 1}, {15, 2, 1}, {33, 6, 1}}; /* NS CNAME SOA PTR MX SRV */
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        if (rows[i].type != type)
            continue;
        at += rows[i].before;
        for (guint name = 0; name < rows[i].names && at > 0; name++)
            at = tell_name(identities, message, at, found);
    }
}

/* Returns what follows the record; 0: it cannot be read. */
static gsize tell_record(GtupdIdentities *identities, const Part *message, gsize at, GArray *found)
{
    at = tell_name(identities, message, at, found);
    if (at == 0 || at + DNS_RECORD > message->length)
        return 0;
    tell_record_data(identities, message, gtupd_be16(message->bytes + at), at + DNS_RECORD, found);
    return at + DNS_RECORD + gtupd_be16(message->bytes + at + DNS_RECORD - 2);
}

void gtupd_identities_dns(GtupdIdentities *identities, const guint8 *data, gsize length, GArray *found)
{
    const Part message = {data, length, 0};
    if (length < DNS_HEADER)
        return;
    guint questions = gtupd_be16(data + 4);
    guint records = (guint)gtupd_be16(data + 6) + gtupd_be16(data + 8) + gtupd_be16(data + 10);
    gsize at = DNS_HEADER;
    for (guint i = 0; i < questions && at > 0; i++) {
        at = tell_name(identities, &message, at, found);
        at = at > 0 ? at + 4 : 0;
    }
    for (guint i = 0; i < records && at > 0 && at < length; i++)
        at = tell_record(identities, &message, at, found);
}
