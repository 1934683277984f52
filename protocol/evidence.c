/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "evidence.h"

#include "bounds.h"
#include "device.h"

#include <string.h>

/* No attempt is looked at as open for longer: its device has gone. */
#define LONGEST_ATTEMPT GTUPD_HOUR

/* What is older than this before the latest transfer belongs to no attempt that could still be closed. */
#define MEMORY (2 * GTUPD_HOUR)

/* URLs that need not be taken apart again. */
#define URLS_MAX 256

/*
 * Whatever is looked for is of a certain time, so that a claim does not cost more the more there is: what is kept is in
 * order, and a search begins where that time does.
 */
typedef struct {
    GSequence *transfers; /* of GtupdTransfer, by request */
    GSequence *attempts;  /* of GtupdAttempt, by end */
} Kept;

/* What one address has asked for, and the attempts reported from there. */
typedef struct {
    char address[46]; /* "" not known */
    Kept kept;
} Client;

/* What a claim has taken so far. */
typedef struct {
    guint looks;   /* at transfers and attempts */
    guint dropped; /* at limits */
} Effort;

struct _GtupdEvidence {
    guint64 *dropped;       /* at limits; the tracker's */
    Effort *effort;         /* of the claim at hand */
    GQueue transfers;       /* of GtupdTransfer, in the order in which they began; owned */
    GQueue attempts;        /* of GtupdAttempt, the same */
    gboolean has_transfers; /* there has been one: till then attempts are looked for by nobody, and stand in no order */
    Kept kept;              /* all of them, those of one file together */
    GHashTable *clients;    /* address → Client */
    GHashTable *servers;    /* "protocol port host": forgotten transfers were of these */
    GHashTable *urls;       /* text → GtupdFileUrl, in a box: a fleet is sent to few places, again and again */
};

/* --- Life --- */

void gtupd_claim_clear(GtupdClaim *claim)
{
    g_clear_pointer(&claim->transfers, g_ptr_array_unref);
    g_clear_pointer(&claim->elsewhere, gtupd_transfer_unref);
    claim->ambiguous = FALSE;
}

static void url_clear(gpointer url)
{
    gtupd_file_url_clear(url);
}

static void url_unref(gpointer url)
{
    g_rc_box_release_full(url, url_clear);
}

static void drop_story(GtupdAttempt *attempt)
{
    if (attempt->told != NULL)
        gtupd_claim_clear(&attempt->told->claim);
    g_clear_pointer(&attempt->told, g_free);
}

static void attempt_clear(gpointer data)
{
    GtupdAttempt *attempt = data;
    g_clear_pointer(&attempt->url, url_unref);
    drop_story(attempt);
}

static void attempt_unref(gpointer attempt)
{
    g_rc_box_release_full(attempt, attempt_clear);
}

void gtupd_attempt_forget(GtupdAttempt *attempt)
{
    drop_story(attempt);
    attempt_unref(attempt);
}

static Kept kept_new(void)
{
    return (Kept){g_sequence_new(NULL), g_sequence_new(NULL)};
}

static void kept_clear(Kept *kept)
{
    g_sequence_free(kept->transfers);
    g_sequence_free(kept->attempts);
}

static void client_free(gpointer data)
{
    Client *client = data;
    kept_clear(&client->kept);
    g_free(client);
}

static void let_go(gpointer data)
{
    GtupdTransfer *transfer = data;
    transfer->of_file = transfer->of_client = NULL;
    gtupd_transfer_unref(transfer);
}

GtupdEvidence *gtupd_evidence_new(guint64 *dropped)
{
    GtupdEvidence *evidence = g_new0(GtupdEvidence, 1);
    evidence->dropped = dropped;
    evidence->effort = g_new0(Effort, 1);
    g_queue_init(&evidence->transfers);
    g_queue_init(&evidence->attempts);
    evidence->kept = kept_new();
    evidence->clients = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, client_free);
    evidence->servers = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    evidence->urls = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, url_unref);
    return evidence;
}

void gtupd_evidence_free(GtupdEvidence *evidence)
{
    if (evidence == NULL)
        return;
    g_hash_table_unref(evidence->clients);
    kept_clear(&evidence->kept);
    g_queue_clear_full(&evidence->transfers, let_go);
    g_queue_clear_full(&evidence->attempts, attempt_unref);
    g_hash_table_unref(evidence->servers);
    g_hash_table_unref(evidence->urls);
    g_free(evidence->effort);
    g_free(evidence);
}

/* --- Servers --- */

static char *server_key(GtupdTransferProtocol protocol, guint16 port, const char *host)
{
    return g_strdup_printf("%d %u %s", (int)protocol, port, host);
}

static void remember_server(GtupdEvidence *evidence, const GtupdTransfer *transfer, const char *host)
{
    if (host == NULL)
        return;
    g_autofree char *key = server_key(transfer->protocol, transfer->server_port, host);
    if (g_hash_table_contains(evidence->servers, key))
        return;
    if (g_hash_table_size(evidence->servers) < GTUPD_MAX_SERVERS)
        g_hash_table_add(evidence->servers, g_steal_pointer(&key));
    else
        (*evidence->dropped)++;
}

/* --- What is kept --- */

static Client *client_of(GtupdEvidence *evidence, const char *address)
{
    Client *client = g_hash_table_lookup(evidence->clients, address);
    if (client != NULL)
        return client;
    client = g_new0(Client, 1);
    g_strlcpy(client->address, address, sizeof client->address);
    client->kept = kept_new();
    g_hash_table_insert(evidence->clients, client->address, client);
    return client;
}

static void drop_idle(GtupdEvidence *evidence, Client *client)
{
    if (g_sequence_is_empty(client->kept.transfers) && g_sequence_is_empty(client->kept.attempts))
        g_hash_table_remove(evidence->clients, client->address);
}

static void forget_transfer(GtupdEvidence *evidence)
{
    GtupdTransfer *transfer = g_queue_pop_head(&evidence->transfers);
    Client *client = client_of(evidence, transfer->client);
    g_sequence_remove(transfer->of_file);
    g_sequence_remove(transfer->of_client);
    drop_idle(evidence, client);
    if (transfer->path != NULL) {
        remember_server(evidence, transfer, transfer->host);
        remember_server(evidence, transfer, transfer->server);
    }
    let_go(transfer);
}

static void forget_attempt(GtupdEvidence *evidence)
{
    GtupdAttempt *attempt = g_queue_pop_head(&evidence->attempts);
    if (attempt->of_file != NULL) {
        g_sequence_remove(attempt->of_file);
        g_sequence_remove(attempt->of_client);
        attempt->of_file = attempt->of_client = NULL;
        drop_idle(evidence, client_of(evidence, attempt->client));
    }
    attempt_unref(attempt);
}

/* What the URL says, shared; NULL if it cannot be understood. */
static GtupdFileUrl *share_url(GtupdEvidence *evidence, const char *text)
{
    GtupdFileUrl *known = g_hash_table_lookup(evidence->urls, text);
    if (known != NULL)
        return g_rc_box_acquire(known);
    GtupdFileUrl parsed;
    if (!gtupd_file_url_parse(text, &parsed))
        return NULL;
    if (g_hash_table_size(evidence->urls) >= URLS_MAX)
        g_hash_table_remove_all(evidence->urls);
    known = g_rc_box_dup(sizeof parsed, &parsed);
    g_hash_table_insert(evidence->urls, g_strdup(text), known);
    return g_rc_box_acquire(known);
}

static gint64 end_of(const GtupdAttempt *attempt)
{
    return MIN(attempt->until, attempt->from + LONGEST_ATTEMPT);
}

static gint compare_ends(gconstpointer a, gconstpointer b, gpointer data G_GNUC_UNUSED)
{
    const gint64 left = end_of(a), right = end_of(b);
    return (left > right) - (left < right);
}

static guint file_of(const GtupdAttempt *attempt)
{
    return attempt->url != NULL ? attempt->url->path_hash : 0;
}

static gint compare_files(gconstpointer a, gconstpointer b, gpointer data)
{
    const guint left = file_of(a), right = file_of(b);
    return left != right ? (left > right) - (left < right) : compare_ends(a, b, data);
}

static void place_attempt(gpointer data, gpointer evidence)
{
    GtupdAttempt *attempt = data;
    GSequence *of_file = ((GtupdEvidence *)evidence)->kept.attempts;
    GSequence *of_client = client_of(evidence, attempt->client)->kept.attempts;
    attempt->of_file = g_sequence_insert_sorted(of_file, attempt, compare_files, NULL);
    attempt->of_client = g_sequence_insert_sorted(of_client, attempt, compare_ends, NULL);
}

void gtupd_evidence_add(GtupdEvidence *evidence, GtupdTransfer *transfer)
{
    const gint64 now = transfer->request.time;
    Client *client = client_of(evidence, transfer->client);
    if (!evidence->has_transfers)
        g_queue_foreach(&evidence->attempts, place_attempt, evidence);
    evidence->has_transfers = TRUE;
    g_queue_push_tail(&evidence->transfers, gtupd_transfer_ref(transfer));
    transfer->of_file =
        g_sequence_insert_sorted(evidence->kept.transfers, transfer, gtupd_transfer_compare_files, NULL);
    transfer->of_client =
        g_sequence_insert_sorted(client->kept.transfers, transfer, gtupd_transfer_compare_requests, NULL);
    while (((const GtupdTransfer *)evidence->transfers.head->data)->request.time < now - MEMORY)
        forget_transfer(evidence);
    for (; evidence->transfers.length > GTUPD_MAX_TRANSFERS; (*evidence->dropped)++)
        forget_transfer(evidence);
}

GtupdAttempt *gtupd_evidence_open(GtupdEvidence *evidence, const char *device, const char *client, const char *url,
                                  const GtupdEvent *start, gint64 from)
{
    GtupdAttempt *attempt = g_rc_box_new0(GtupdAttempt);
    g_strlcpy(attempt->device, device, sizeof attempt->device);
    g_strlcpy(attempt->client, client, sizeof attempt->client);
    attempt->number = start->attempt;
    attempt->told = g_new0(GtupdAttemptStory, 1);
    attempt->told->start = *start;
    attempt->from = from;
    attempt->until = G_MAXINT64;
    attempt->url = url != NULL ? share_url(evidence, url) : NULL;
    g_queue_push_tail(&evidence->attempts, g_rc_box_acquire(attempt));
    if (evidence->has_transfers)
        place_attempt(attempt, evidence);
    while (((const GtupdAttempt *)evidence->attempts.head->data)->from < from - MEMORY)
        forget_attempt(evidence);
    for (; evidence->attempts.length > GTUPD_MAX_ATTEMPTS; (*evidence->dropped)++)
        forget_attempt(evidence);
    return attempt;
}

/* --- Claims --- */

/* Counts a look at a transfer or an attempt. FALSE: there have been enough. */
static gboolean look(const GtupdEvidence *evidence)
{
    return ++evidence->effort->looks <= GTUPD_MAX_CLAIM_LOOKS;
}

static gboolean is_in_time(const GtupdAttempt *attempt, const GtupdTransfer *transfer)
{
    return transfer->request.time >= attempt->from && transfer->request.time <= end_of(attempt);
}

/* Of the attempt's URL; before anything has been asked for, of its server. */
static gboolean is_of_url(const GtupdFileUrl *url, const GtupdTransfer *transfer)
{
    if (transfer->path != NULL && transfer->path_hash != url->path_hash)
        return FALSE;
    return gtupd_file_url_is_server_of(url, transfer) &&
           (transfer->path == NULL || gtupd_file_url_same_path(url->path, transfer->path));
}

/* May both attempts, of two devices, have asked the same server at the same time? */
static gboolean competes(const GtupdAttempt *attempt, const GtupdAttempt *other)
{
    return other->url != NULL && other->from <= end_of(attempt) && attempt->from <= end_of(other) &&
           attempt->url->port == other->url->port && strcmp(attempt->url->host, other->url->host) == 0 &&
           strcmp(attempt->device, other->device) != 0;
}

static gboolean asks_for_the_same(const GtupdAttempt *attempt, const GtupdAttempt *other)
{
    return other->url != NULL && other->url->path_hash == attempt->url->path_hash && competes(attempt, other) &&
           gtupd_file_url_same_path(attempt->url->path, other->url->path);
}

static const Client *find_client(const GtupdEvidence *evidence, const char *address)
{
    return g_hash_table_lookup(evidence->clients, address);
}

/* The first that the client did not ask for before this time. */
static GSequenceIter *first_asked(const Client *client, gint64 from)
{
    const GtupdTransfer bound = {.request = {.time = from}}; /* packets count from 1, so it comes before all of then */
    return g_sequence_search(client->kept.transfers, (gpointer)&bound, gtupd_transfer_compare_requests, NULL);
}

/* The same of all that have asked for the attempt's file. */
static GSequenceIter *first_asked_by_any(const GtupdEvidence *evidence, const GtupdAttempt *attempt)
{
    const GtupdTransfer bound = {.path_hash = file_of(attempt), .request = {.time = attempt->from}};
    return g_sequence_search(evidence->kept.transfers, (gpointer)&bound, gtupd_transfer_compare_files, NULL);
}

/* The next that was asked for in the attempt's time; NULL: there is none, or there have been looks enough. */
static GtupdTransfer *next_asked(const GtupdEvidence *evidence, GSequenceIter **at, const GtupdAttempt *attempt)
{
    if (g_sequence_iter_is_end(*at) || !look(evidence))
        return NULL;
    GtupdTransfer *transfer = g_sequence_get(*at);
    *at = g_sequence_iter_next(*at);
    return is_in_time(attempt, transfer) ? transfer : NULL;
}

/* The first of the client's attempts that had not ended before this time. */
static GSequenceIter *first_open(const Client *client, gint64 time)
{
    const GtupdAttempt bound = {.from = time, .until = time - 1};
    return g_sequence_search(client->kept.attempts, (gpointer)&bound, compare_ends, NULL);
}

/* The same of all attempts at a file, which the hash of its path tells. */
static GSequenceIter *first_open_of_file(const GtupdEvidence *evidence, guint file, gint64 time)
{
    GtupdFileUrl url = {.path_hash = file};
    const GtupdAttempt bound = {.from = time, .until = time - 1, .url = &url};
    return g_sequence_search(evidence->kept.attempts, (gpointer)&bound, compare_files, NULL);
}

/* The next attempt, which may begin at any time; NULL: as above. */
static const GtupdAttempt *next_open(const GtupdEvidence *evidence, GSequenceIter **at)
{
    if (g_sequence_iter_is_end(*at) || !look(evidence))
        return NULL;
    const GtupdAttempt *attempt = g_sequence_get(*at);
    *at = g_sequence_iter_next(*at);
    return attempt;
}

static gboolean has_own(const GtupdEvidence *evidence, const GtupdAttempt *attempt)
{
    const Client *client = attempt->client[0] != '\0' ? find_client(evidence, attempt->client) : NULL;
    if (client == NULL)
        return FALSE;
    const GtupdTransfer *transfer;
    for (GSequenceIter *at = first_asked(client, attempt->from);
         (transfer = next_asked(evidence, &at, attempt)) != NULL;)
        if (is_of_url(attempt->url, transfer))
            return TRUE;
    return FALSE;
}

/* Where the attempt's requests may go to: its URL, and what answers have redirected them to. */
typedef struct {
    const GtupdAttempt *attempt;
    GArray *redirects; /* of GtupdFileUrl */
} Course;

static void redirect_clear(gpointer data)
{
    gtupd_file_url_clear(data);
}

static gboolean is_on_course(const Course *course, const GtupdTransfer *transfer)
{
    if (is_of_url(course->attempt->url, transfer))
        return TRUE;
    for (guint i = 0; i < course->redirects->len; i++)
        if (is_of_url(&g_array_index(course->redirects, GtupdFileUrl, i), transfer))
            return TRUE;
    return FALSE;
}

static void follow(const GtupdEvidence *evidence, Course *course, const GtupdTransfer *transfer)
{
    GtupdFileUrl url;
    if (transfer->redirect == NULL || !gtupd_file_url_parse(transfer->redirect, &url))
        return;
    if (course->redirects->len < GTUPD_MAX_REDIRECTS) {
        g_array_append_val(course->redirects, url);
        return;
    }
    gtupd_file_url_clear(&url);
    evidence->effort->dropped++;
}

/* Could another device behind the attempt's address have asked for the same? */
static gboolean is_shared(const GtupdEvidence *evidence, const GtupdAttempt *attempt)
{
    const GtupdAttempt *other;
    for (GSequenceIter *at = first_open(find_client(evidence, attempt->client), attempt->from);
         (other = next_open(evidence, &at)) != NULL;)
        if (asks_for_the_same(attempt, other))
            return TRUE;
    return FALSE;
}

/* Could another device have asked for the same from an address that is not its own? */
static gboolean is_contested(const GtupdEvidence *evidence, const GtupdAttempt *attempt)
{
    const GtupdAttempt *other;
    for (GSequenceIter *at = first_open_of_file(evidence, file_of(attempt), attempt->from);
         (other = next_open(evidence, &at)) != NULL && file_of(other) == file_of(attempt);)
        if (asks_for_the_same(attempt, other) && !has_own(evidence, other))
            return TRUE;
    return FALSE;
}

/* Is the path that of another device behind the same address? */
static gboolean is_of_neighbour(const GtupdEvidence *evidence, const GtupdAttempt *attempt,
                                const GtupdTransfer *transfer)
{
    const GtupdAttempt *other;
    for (GSequenceIter *at = first_open_of_file(evidence, transfer->path_hash, attempt->from);
         (other = next_open(evidence, &at)) != NULL && file_of(other) == transfer->path_hash;)
        if (strcmp(other->client, transfer->client) == 0 && competes(attempt, other) && is_of_url(other->url, transfer))
            return TRUE;
    return FALSE;
}

static gboolean is_elsewhere(const GtupdEvidence *evidence, const GtupdAttempt *attempt, const GtupdTransfer *transfer)
{
    return transfer->path != NULL && gtupd_file_url_is_server_of(attempt->url, transfer) &&
           !is_of_neighbour(evidence, attempt, transfer);
}

static void add_claimed(const GtupdEvidence *evidence, GtupdClaim *claim, GtupdTransfer *transfer)
{
    if (claim->transfers->len < GTUPD_MAX_ATTEMPT_TRANSFERS)
        g_ptr_array_add(claim->transfers, gtupd_transfer_ref(transfer));
    else
        evidence->effort->dropped++;
}

/* All that the client has asked for on the attempt's course. */
static void claim_all_of(const GtupdEvidence *evidence, const GtupdAttempt *attempt, const Client *client,
                         GtupdClaim *claim)
{
    const gboolean own = strcmp(client->address, attempt->client) == 0;
    Course course = {attempt, g_array_new(FALSE, FALSE, sizeof(GtupdFileUrl))};
    g_array_set_clear_func(course.redirects, redirect_clear);
    GtupdTransfer *transfer;
    for (GSequenceIter *at = first_asked(client, attempt->from);
         (transfer = next_asked(evidence, &at, attempt)) != NULL;) {
        if (transfer->attempt != 0)
            continue;
        if (is_on_course(&course, transfer)) {
            add_claimed(evidence, claim, transfer);
            follow(evidence, &course, transfer);
        } else if (own && claim->elsewhere == NULL && is_elsewhere(evidence, attempt, transfer)) {
            claim->elsewhere = gtupd_transfer_ref(transfer);
        }
    }
    g_array_unref(course.redirects);
}

/* Is the transfer some other attempt's own? */
static gboolean is_of_another(const GtupdEvidence *evidence, const GtupdTransfer *transfer)
{
    const GtupdAttempt *other;
    for (GSequenceIter *at = first_open(find_client(evidence, transfer->client), transfer->request.time);
         (other = next_open(evidence, &at)) != NULL;)
        if (other->url != NULL && is_in_time(other, transfer))
            return TRUE;
    return FALSE;
}

/* The one foreign address that asked for the URL in the attempt's time; NULL: none, or several. */
static const char *only_stranger(const GtupdEvidence *evidence, const GtupdAttempt *attempt, gboolean *several)
{
    const char *client = NULL;
    const GtupdTransfer *transfer;
    for (GSequenceIter *at = first_asked_by_any(evidence, attempt);
         (transfer = next_asked(evidence, &at, attempt)) != NULL && transfer->path_hash == file_of(attempt);) {
        if (transfer->path == NULL || transfer->attempt != 0 || !is_of_url(attempt->url, transfer) ||
            is_of_another(evidence, transfer))
            continue;
        *several = client != NULL && strcmp(client, transfer->client) != 0;
        if (*several)
            return NULL;
        client = transfer->client;
    }
    return client;
}

/* The device's own address has asked for the URL. */
static void claim_own(const GtupdEvidence *evidence, const GtupdAttempt *attempt, GtupdClaim *claim)
{
    claim->ambiguous = is_shared(evidence, attempt);
    if (!claim->ambiguous)
        claim_all_of(evidence, attempt, find_client(evidence, attempt->client), claim);
}

/* It has not: another address may have, or it has asked for something else. */
static void claim_foreign(const GtupdEvidence *evidence, const GtupdAttempt *attempt, GtupdClaim *claim)
{
    const char *stranger = only_stranger(evidence, attempt, &claim->ambiguous);
    const Client *self = attempt->client[0] != '\0' ? find_client(evidence, attempt->client) : NULL;
    if (stranger != NULL)
        claim->ambiguous = is_contested(evidence, attempt);
    if (stranger != NULL && !claim->ambiguous)
        claim_all_of(evidence, attempt, find_client(evidence, stranger), claim);
    if (self != NULL && !claim->ambiguous)
        claim_all_of(evidence, attempt, self, claim);
}

/* What is missing might have been another's. */
static void give_up(const GtupdEvidence *evidence, GtupdClaim *claim)
{
    g_ptr_array_set_size(claim->transfers, 0);
    g_clear_pointer(&claim->elsewhere, gtupd_transfer_unref);
    claim->ambiguous = TRUE;
    evidence->effort->dropped++;
}

GtupdClaim gtupd_evidence_claim(const GtupdEvidence *evidence, const GtupdAttempt *attempt)
{
    GtupdClaim claim = {.transfers = g_ptr_array_new_with_free_func((GDestroyNotify)gtupd_transfer_unref)};
    *evidence->effort = (Effort){0};
    if (attempt->url != NULL && has_own(evidence, attempt))
        claim_own(evidence, attempt, &claim);
    else if (attempt->url != NULL)
        claim_foreign(evidence, attempt, &claim);
    if (evidence->effort->looks > GTUPD_MAX_CLAIM_LOOKS)
        give_up(evidence, &claim);
    return claim;
}

static gboolean remembers_server(const GtupdEvidence *evidence, const GtupdFileUrl *url)
{
    g_autofree char *key = server_key(url->protocol, url->port, url->host);
    return g_hash_table_contains(evidence->servers, key);
}

static gboolean is_unclaimed_of_url(const GtupdFileUrl *url, const GtupdTransfer *transfer)
{
    return transfer->path != NULL && transfer->attempt == 0 && is_of_url(url, transfer);
}

static gboolean is_asked_of_server(const GtupdFileUrl *url, const GtupdTransfer *transfer)
{
    return transfer->path != NULL && gtupd_file_url_is_server_of(url, transfer);
}

static gboolean has_such(const Kept *kept, const GtupdFileUrl *url,
                         gboolean (*is_such)(const GtupdFileUrl *url, const GtupdTransfer *transfer))
{
    for (GSequenceIter *at = g_sequence_get_begin_iter(kept->transfers); !g_sequence_iter_is_end(at);
         at = g_sequence_iter_next(at))
        if (is_such(url, g_sequence_get(at)))
            return TRUE;
    return FALSE;
}

gboolean gtupd_evidence_has_others(const GtupdEvidence *evidence, const GtupdAttempt *attempt)
{
    const Client *self = find_client(evidence, attempt->client);
    if (self != NULL && has_such(&self->kept, attempt->url, is_unclaimed_of_url))
        return FALSE;
    return remembers_server(evidence, attempt->url) || has_such(&evidence->kept, attempt->url, is_asked_of_server);
}

/* Its end has changed. One that has been forgotten, or not been placed, is nowhere. */
static void move_attempt(GtupdAttempt *attempt)
{
    if (attempt->of_file == NULL)
        return;
    g_sequence_sort_changed(attempt->of_file, compare_files, NULL);
    g_sequence_sort_changed(attempt->of_client, compare_ends, NULL);
}

void gtupd_evidence_close(GtupdEvidence *evidence, GtupdAttempt *attempt, const GtupdEvent *result, gint64 until)
{
    GtupdClaim *claim = &attempt->told->claim;
    attempt->told->result = *result;
    attempt->until = until;
    move_attempt(attempt);
    *claim = gtupd_evidence_claim(evidence, attempt);
    *evidence->dropped += evidence->effort->dropped;
    for (guint i = 0; i < claim->transfers->len; i++)
        ((GtupdTransfer *)claim->transfers->pdata[i])->attempt = attempt->number;
}
