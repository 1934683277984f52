/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "diagnosis.h"

#include "device.h"
#include "diagnosis_facts.h"

#include <string.h>

#define NXDOMAIN 3                   /* DNS response code: no such name, RFC 1035 §4.1.1 */
#define STALL    GTUPD_MINUTE        /* without payload: `transfer-stalled` */
#define EARLY    (10 * GTUPD_SECOND) /* a device that gives up so long before Download Timeout was not timed out */
#define GRACE    (30 * GTUPD_SECOND) /* behind Download Timeout, as `download-overran` has it */
#define REBOOT   (5 * GTUPD_MINUTE)  /* from 3X0 on, as `result-missing` has it */
#define QUIET    GTUPD_HOUR          /* devices may be silent for so long without a reason to worry */

/* --- Evidence: what a row may ask for --- */

static gboolean has_clue(const GtupdFacts *facts, GtupdRule rule)
{
    for (guint i = 0; i < facts->about->clue_count; i++)
        if (facts->about->clues[i].rule == rule)
            return TRUE;
    return FALSE;
}

static gboolean always(const GtupdFacts *facts)
{
    return facts != NULL;
}

/* The course of the update */

static gboolean was_stopped(const GtupdFacts *facts)
{
    return facts->stop != NULL;
}

static gboolean has_acknowledged(const GtupdFacts *facts)
{
    return facts->ack != NULL;
}

/* Not the end of the update at hand: a start command that came in between. */
static gboolean refused_another_start(const GtupdFacts *facts)
{
    return facts->refusal != NULL;
}

/* After its refusal the device reports of a download or an installation: it was at it all the time. */
static gboolean reports_of_another_update(const GtupdFacts *facts)
{
    for (guint i = 0; facts->refusal != NULL && i < facts->update->events->len; i++) {
        const GtupdEvent *event = &g_array_index(facts->update->events, GtupdEvent, i);
        if (event->anchor.order > facts->refusal->anchor.order && event->kind >= GTUPD_KIND_DOWNLOAD_STARTED &&
            event->kind < GTUPD_REPORTS && event->kind != GTUPD_KIND_DOWNLOAD_STARTED)
            return TRUE;
    }
    return FALSE;
}

/* The device's update before this one was left open in the middle, and no restart ended it. */
static gboolean left_another_open(const GtupdFacts *facts)
{
    const GtupdUpdate *before = facts->about->before;
    return before != NULL && before->outcome == GTUPD_OUTCOME_SUPERSEDED && !before->restarted &&
           before->state >= GTUPD_STATE_CONFIRMED;
}

static gboolean has_field_error(const GtupdFacts *facts)
{
    for (guint i = 0; i < facts->about->clue_count; i++) {
        const GtupdClue *clue = &facts->about->clues[i];
        if (gtupd_facts_is_about_command(facts, clue) &&
            (gtupd_rule_info(clue->rule)->severity == GTUPD_SEVERITY_ERROR || clue->rule == GTUPD_RULE_SIBLING_LAYOUT))
            return TRUE;
    }
    return FALSE;
}

static gboolean has_field_oddity(const GtupdFacts *facts)
{
    for (guint i = 0; i < facts->about->clue_count; i++)
        if (gtupd_facts_is_about_command(facts, &facts->about->clues[i]))
            return TRUE;
    return FALSE;
}

static gboolean has_restarted(const GtupdFacts *facts)
{
    return facts->update->restarted;
}

static gboolean is_requested(const GtupdFacts *facts)
{
    return facts->update->state == GTUPD_STATE_REQUESTED;
}

static gint64 since_last(const GtupdFacts *facts)
{
    return facts->end - (facts->last != NULL ? facts->last->anchor.time : facts->update->start_time);
}

/* The device has said something, though nothing of this update, since the last message of it. */
static gboolean has_talked_since(const GtupdFacts *facts)
{
    return facts->last != NULL && facts->update->last_heard > facts->last->anchor.time;
}

static gboolean is_silent_for_long(const GtupdFacts *facts)
{
    return since_last(facts) >= QUIET;
}

/* How long a state may last before the device should have been heard. */
static gboolean is_overdue(const GtupdFacts *facts)
{
    const int minutes = facts->timeout >= 0 ? facts->timeout : GTUPD_LONGEST_TIMEOUT;
    const gint64 allowed = facts->update->state == GTUPD_STATE_DOWNLOADING ? minutes * GTUPD_MINUTE + GRACE : REBOOT;
    return since_last(facts) > allowed;
}

static gboolean is_overdue_and_talks(const GtupdFacts *facts)
{
    return is_overdue(facts) && has_talked_since(facts);
}

static gboolean is_overdue_and_silent(const GtupdFacts *facts)
{
    return is_overdue(facts) && is_silent_for_long(facts);
}

static gboolean is_installing(const GtupdFacts *facts)
{
    return facts->update->state == GTUPD_STATE_UPDATING;
}

static gboolean is_gone_for_a_while(const GtupdFacts *facts)
{
    return is_installing(facts) && since_last(facts) > REBOOT;
}

static gboolean is_gone_for_long(const GtupdFacts *facts)
{
    return is_installing(facts) && is_silent_for_long(facts);
}

static gboolean knows_versions(const GtupdFacts *facts)
{
    return facts->update->version_before.firmware[0] != '\0' && facts->update->version_after.firmware[0] != '\0';
}

static gboolean runs_another_version(const GtupdFacts *facts)
{
    return knows_versions(facts) &&
           strcmp(facts->update->version_before.firmware, facts->update->version_after.firmware) != 0;
}

static gboolean runs_the_same_version(const GtupdFacts *facts)
{
    return knows_versions(facts) && !runs_another_version(facts);
}

static gboolean is_version_unchanged(const GtupdFacts *facts)
{
    return has_clue(facts, GTUPD_RULE_VERSION_UNCHANGED);
}

/* The download of the attempt in question */

static gboolean came_to(const GtupdFacts *facts, GtupdTransferResult result)
{
    return facts->transfer != NULL && facts->transfer->result == result;
}

static gboolean has_failed_attempt(const GtupdFacts *facts)
{
    return facts->ended != NULL;
}

static gboolean name_does_not_exist(const GtupdFacts *facts)
{
    return came_to(facts, GTUPD_TRANSFER_NAME_FAILED) && facts->transfer->status == NXDOMAIN;
}

static gboolean name_has_no_address(const GtupdFacts *facts)
{
    return came_to(facts, GTUPD_TRANSFER_NAME_FAILED);
}

static gboolean connection_was_refused(const GtupdFacts *facts)
{
    return came_to(facts, GTUPD_TRANSFER_UNREACHABLE) && facts->transfer->reset;
}

static gboolean connection_had_no_answer(const GtupdFacts *facts)
{
    return came_to(facts, GTUPD_TRANSFER_UNREACHABLE);
}

static gboolean login_was_refused(const GtupdFacts *facts)
{
    return came_to(facts, GTUPD_TRANSFER_LOGIN_REFUSED);
}

static gboolean package_is_missing(const GtupdFacts *facts)
{
    return came_to(facts, GTUPD_TRANSFER_MISSING);
}

static gboolean server_gave_an_error(const GtupdFacts *facts)
{
    return came_to(facts, GTUPD_TRANSFER_REFUSED);
}

static gboolean was_redirected(const GtupdFacts *facts)
{
    return came_to(facts, GTUPD_TRANSFER_REDIRECTED);
}

static gboolean was_delivered(const GtupdFacts *facts)
{
    return came_to(facts, GTUPD_TRANSFER_COMPLETE) && facts->missing == 0;
}

/* All that the device asked for, and that was not all. */
static gboolean was_not_asked_for_in_full(const GtupdFacts *facts)
{
    return came_to(facts, GTUPD_TRANSFER_COMPLETE) && facts->missing > 0;
}

/* 204, 304, or an empty file. */
static gboolean was_answered_with_nothing(const GtupdFacts *facts)
{
    return came_to(facts, GTUPD_TRANSFER_COMPLETE) && facts->delivered == 0 && !facts->transfer->has_holes;
}

/* Before it could ask: FTP 421 as a greeting. */
static gboolean was_turned_away(const GtupdFacts *facts)
{
    return came_to(facts, GTUPD_TRANSFER_REFUSED) && facts->transfer->path == NULL;
}

static gboolean was_broken_off(const GtupdFacts *facts)
{
    return came_to(facts, GTUPD_TRANSFER_CUT) || came_to(facts, GTUPD_TRANSFER_RUNNING);
}

/* What cannot be read is not judged. */
static gboolean was_encrypted(const GtupdFacts *facts)
{
    return was_broken_off(facts) && facts->transfer->secure;
}

static gboolean had_no_data_connection(const GtupdFacts *facts)
{
    return was_broken_off(facts) && facts->transfer->lacks_data_connection && facts->delivered == 0;
}

static gboolean was_not_asked_for(const GtupdFacts *facts)
{
    return was_broken_off(facts) && facts->transfer->path == NULL;
}

static gboolean was_not_let_ask(const GtupdFacts *facts)
{
    return was_not_asked_for(facts) && facts->transfer->closed_by == GTUPD_CLOSED_BY_SERVER;
}

/* The capture has the requests only. */
static gboolean has_lost_answer(const GtupdFacts *facts)
{
    return was_broken_off(facts) && facts->transfer->has_holes && facts->transfer->status == 0;
}

static gboolean was_cut_by_server(const GtupdFacts *facts)
{
    return was_broken_off(facts) && facts->transfer->closed_by == GTUPD_CLOSED_BY_SERVER;
}

/* All bytes, but over FTP that is not all: the reply that the transfer is complete (226, RFC 959 §5.4) never came. */
static gboolean was_cut_before_the_reply(const GtupdFacts *facts)
{
    return was_cut_by_server(facts) && facts->transfer->protocol == GTUPD_TRANSFER_FTP &&
           facts->delivered == facts->whole;
}

/* … but nobody has closed the connection before it. */
static gboolean was_not_confirmed(const GtupdFacts *facts)
{
    return was_cut_before_the_reply(facts) && came_to(facts, GTUPD_TRANSFER_RUNNING);
}

/* Nothing came for a minute, or for the better part of the download. */
static gboolean fell_silent(const GtupdFacts *facts)
{
    return was_broken_off(facts) && facts->transfer->closed_by != GTUPD_CLOSED_BY_SERVER &&
           (facts->silence >= STALL || facts->silence > (facts->over - facts->begun) / 4 * 3);
}

/* … and the server was still trying, or nobody was there to close it. */
static gboolean was_lost_on_the_way(const GtupdFacts *facts)
{
    return fell_silent(facts) && facts->transfer->closed_by != GTUPD_CLOSED_BY_DEVICE &&
           facts->transfer->closed_by != GTUPD_CLOSED_NOT;
}

static gboolean took_no_more(const GtupdFacts *facts)
{
    return fell_silent(facts) && facts->transfer->is_shut;
}

static gboolean fell_silent_with_losses(const GtupdFacts *facts)
{
    return fell_silent(facts) && facts->transfer->retransmitted > 0;
}

static gboolean was_not_heard(const GtupdFacts *facts)
{
    return fell_silent(facts) && facts->transfer->is_unheard;
}

static gboolean never_sent_a_byte(const GtupdFacts *facts)
{
    return fell_silent(facts) && facts->delivered == 0;
}

static gboolean has_timed_out(const GtupdFacts *facts)
{
    const gint64 lasted = gtupd_facts_lasted(facts);
    const gint64 allowed = facts->timeout * GTUPD_MINUTE;
    return facts->timeout >= 0 && lasted >= allowed - EARLY && lasted <= allowed + GRACE;
}

static gboolean was_still_coming_at_timeout(const GtupdFacts *facts)
{
    return was_broken_off(facts) && !fell_silent(facts) && !was_cut_by_server(facts) && has_timed_out(facts) &&
           facts->rate > 0;
}

static gboolean was_too_slow(const GtupdFacts *facts)
{
    return was_still_coming_at_timeout(facts) && facts->needed > facts->timeout * GTUPD_MINUTE;
}

static gboolean was_too_slow_for_this_timeout(const GtupdFacts *facts)
{
    return was_too_slow(facts) && facts->needed <= GTUPD_LONGEST_TIMEOUT * GTUPD_MINUTE;
}

static gboolean was_cut_by_device(const GtupdFacts *facts)
{
    return was_broken_off(facts) && facts->transfer->closed_by != GTUPD_CLOSED_BY_NOBODY;
}

static gboolean was_installed_in_part(const GtupdFacts *facts)
{
    return (was_broken_off(facts) || was_not_asked_for_in_full(facts)) && !facts->is_earlier &&
           !facts->transfer->has_holes && facts->missing > 0;
}

static gboolean asked_for_the_path(const GtupdFacts *facts)
{
    return facts->transfer != NULL && !facts->is_earlier && facts->transfer->path != NULL;
}

static gboolean asked_for_another_path(const GtupdFacts *facts)
{
    return has_failed_attempt(facts) && has_clue(facts, GTUPD_RULE_TRANSFER_URL_DIFFERS) && !asked_for_the_path(facts);
}

static gboolean is_disputed(const GtupdFacts *facts)
{
    return has_failed_attempt(facts) && facts->transfer == NULL && facts->update->has_disputed;
}

static gboolean others_were_served(const GtupdFacts *facts)
{
    return has_failed_attempt(facts) && !facts->ended->buffered && facts->transfer == NULL &&
           has_clue(facts, GTUPD_RULE_TRANSFER_NOT_SEEN);
}

static gboolean has_bad_download_field(const GtupdFacts *facts)
{
    return has_failed_attempt(facts) && facts->transfer == NULL && gtupd_facts_has_bad_download_field(facts);
}

static gboolean gave_up_at_its_timeout(const GtupdFacts *facts)
{
    return has_failed_attempt(facts) && has_timed_out(facts);
}

/* --- The capture on trial: what it lacks --- */

static gboolean lacks_messages(const GtupdFacts *facts)
{
    return has_clue(facts, GTUPD_RULE_COUNT_GAP) || has_clue(facts, GTUPD_RULE_REPORT_LOST);
}

static gboolean lacks_command(const GtupdFacts *facts)
{
    return facts->update->command == NULL;
}

static gboolean lacks_bytes(const GtupdFacts *facts)
{
    return facts->transfer != NULL && facts->transfer->has_holes;
}

static gboolean lacks_last_download(const GtupdFacts *facts)
{
    return facts->is_earlier;
}

static gboolean lacks_end(const GtupdFacts *facts)
{
    return facts->update->outcome == GTUPD_OUTCOME_INCOMPLETE;
}

enum {
    ON_MESSAGES = 1 << 0, /* a missing message of the device might say otherwise */
    ON_COMMAND = 1 << 1,  /* … or the start command */
    ON_DOWNLOAD = 1 << 2, /* … or bytes of the download, or the last one */
    ON_END = 1 << 3,      /* … or what comes after the capture */
    ON_NOTHING = 0,       /* the device's own word: nothing that is missing can change it */
    ON_WIRE = ON_MESSAGES | ON_DOWNLOAD | ON_END,
};

static const struct {
    guint when; /* rows that hang on it */
    gboolean (*lacks)(const GtupdFacts *facts);
    const char *named;
} doubts[] = {
    {ON_MESSAGES, lacks_messages, "messages of the device are missing from the capture (Count Numbers)"},
    {ON_COMMAND, lacks_command, "the start command is not in the capture, which may show one direction only"},
    {ON_DOWNLOAD, lacks_bytes, "the capture lacks bytes of the download"},
    {ON_DOWNLOAD, lacks_last_download, "the last attempt's download is not in the capture, only an earlier one's"},
    {ON_END, lacks_end, "the capture ends before the update does"},
};

/* --- The decision --- */

typedef struct {
    guint outcomes; /* bit 1 << GtupdOutcome for each */
    gboolean (*when)(const GtupdFacts *facts);
    GtupdCause cause;
    GtupdCulprit culprit;
    GtupdConfidence confidence;
    guint hangs_on;
    guint shows;
    const char *sentence;
    const char *refuted_by;
} Row;

#define BIT(outcome) (1U << GTUPD_OUTCOME_##outcome)
#define ANY          (~0U)
/* An attempt may have failed, and a download may tell why: also before a later one succeeded, or if the end is open. */
#define DOWNLOADS    (BIT(DOWNLOAD_FAILED) | BIT(SUCCEEDED) | BIT(INCOMPLETE) | BIT(SUPERSEDED))
#define OPEN         (BIT(INCOMPLETE) | BIT(SUPERSEDED))
#define UNSUCCESSFUL (BIT(DOWNLOAD_FAILED) | OPEN)

#define ROW(outcomes_, when_, cause_, culprit_, confidence_, hangs_on_, shows_, sentence_, refuted_by_)                \
    {                                                                                                                  \
        outcomes_, when_, GTUPD_CAUSE_##cause_, GTUPD_CULPRIT_##culprit_, GTUPD_CONFIDENCE_##confidence_, hangs_on_,   \
            shows_, sentence_, refuted_by_                                                                             \
    }

/* clang-format off */
/*
 *      outcome                 evidence                         cause                    culprit      confidence  hangs on, shows
 */
static const Row rows[] = {
    /* The device says it itself. */
    ROW(BIT(BATTERY_LOW) | BIT(UPDATE_BATTERY_LOW), always,      LOW_BATTERY,             DEVICE,      PROVEN,     ON_NOTHING, SHOW_END,
        "The device refused with {code}: its battery was low. Charge it, or wait until it is, and send the command again.", NULL),
    ROW(BIT(VERSION_REJECTED),  always,                          WRONG_FIRMWARE_VERSION,  PACKAGE,     PROVEN,     ON_NOTHING, SHOW_COMMAND | SHOW_END,
        "The device refused the package with {code}: it is made for another firmware version than the one that runs.", NULL),
    ROW(BIT(CANCELLED),         was_stopped,                     CANCELLED_BY_BACKEND,    BACKEND,     PROVEN,     ON_NOTHING, SHOW_STOP | SHOW_END,
        "The backend sent a stop command, and the device obeyed it.", NULL),
    ROW(BIT(CANCELLED),         always,                          CANCELLED_BY_BACKEND,    BACKEND,     LIKELY,     ON_MESSAGES, SHOW_END,
        "The device reports that the backend cancelled the update; the stop command is not in the capture (SMS, or another backend).",
        "a log of all stop commands that does not have this one"),

    /* 1X1: busy, or wrong parameters? */
    ROW(BIT(REFUSED),           reports_of_another_update,       REFUSED_BUSY,            BACKEND,     PROVEN,     ON_NOTHING, SHOW_COMMAND | SHOW_REFUSAL | SHOW_LAST,
        "The device was busy with an earlier update, of which it went on to report after the refusal: wait for its end, then send the command again.", NULL),
    ROW(BIT(REFUSED),           has_field_error,                 REFUSED_PARAMETERS,      BACKEND,     LIKELY,     ON_MESSAGES, SHOW_COMMAND | SHOW_REFUSAL,
        "The start command is wrong in {fields}, so the device refused it.",
        "the same command, corrected, being refused again"),
    ROW(BIT(REFUSED),           left_another_open,               REFUSED_BUSY,            BACKEND,     LIKELY,     ON_MESSAGES, SHOW_COMMAND | SHOW_REFUSAL,
        "The device's update before this one had not come to an end: it was most likely still busy with it.",
        "a report that ended the earlier update"),
    ROW(BIT(REFUSED),           has_field_oddity,                REFUSED_PARAMETERS,      BACKEND,     POSSIBLE,   ON_MESSAGES, SHOW_COMMAND | SHOW_REFUSAL,
        "The start command is odd in {fields}, which may be why the device refused it; it may as well have been busy.",
        "the same command being confirmed later"),
    ROW(BIT(REFUSED),           always,                          UNKNOWN,                 NONE,        POSSIBLE,   ON_COMMAND, SHOW_REFUSAL,
        "The device refused with {code}, which means a download under way or wrong parameters; the capture shows neither.",
        "a report of another download, or the parameters of the command if it is not in the capture"),

    /* A success that somebody doubts, or that took a detour. */
    ROW(BIT(SUCCEEDED),         is_version_unchanged,            VERSION_UNCHANGED,       PACKAGE,     LIKELY,     ON_MESSAGES, SHOW_END | SHOW_VERSIONS,
        "The device reported success, but runs firmware {after} as before: the package holds that version, or was not installed.",
        "a version, asked for later, that differs"),
    ROW(BIT(SUCCEEDED),         refused_another_start,           REFUSED_BUSY,            BACKEND,     PROVEN,     ON_NOTHING, SHOW_REFUSAL | SHOW_END,
        "The backend sent another start command while this update was under way, and the device refused it; the update succeeded.", NULL),

    /* What the wire shows of the download. */
    ROW(DOWNLOADS,              asked_for_another_path,          URL_MISREAD,             DEVICE,      LIKELY,     ON_WIRE, SHOW_COMMAND | SHOW_ATTEMPT | SHOW_CLUES,
        "The device asked the file server for another path than the start command names: it read the URL in another way.",
        "a request for the right path in the same attempt"),
    ROW(DOWNLOADS,              name_does_not_exist,             NAME_NOT_RESOLVED,       BACKEND,     PROVEN,     ON_WIRE, SHOW_COMMAND | SHOW_DOWNLOAD,
        "DNS told the device that there is no host {host}: the start command's URL is mistyped, or the name is not registered.",
        "an answer with an address for the same name"),
    ROW(DOWNLOADS,              name_has_no_address,             NAME_NOT_RESOLVED,       NETWORK,     LIKELY,     ON_WIRE, SHOW_DOWNLOAD,
        "DNS gave the device no address for {host}: its name server does not know, or does not answer.",
        "an answer with an address for the same name"),
    ROW(DOWNLOADS,              connection_was_refused,          SERVER_UNREACHABLE,      FILE_SERVER, PROVEN,     ON_WIRE, SHOW_DOWNLOAD,
        "{server} refuses connections (RST): nothing listens there, or a firewall turns the device away.",
        "a connection from the same device to this port"),
    ROW(DOWNLOADS,              connection_had_no_answer,        SERVER_UNREACHABLE,      NETWORK,     LIKELY,     ON_WIRE, SHOW_DOWNLOAD,
        "{server} never answered the device's connection attempts: it is down, or packets between them are dropped.",
        "an answer (SYN ACK) that took a way past this capture"),
    ROW(DOWNLOADS,              login_was_refused,               SERVER_REFUSED_LOGIN,    BACKEND,     PROVEN,     ON_WIRE, SHOW_COMMAND | SHOW_DOWNLOAD,
        "{server} refused the login with {status}: Download User Name and Password of the start command do not open {path}.",
        "the same login being accepted"),
    ROW(DOWNLOADS,              package_is_missing,              PACKAGE_MISSING,         FILE_SERVER, PROVEN,     ON_WIRE, SHOW_COMMAND | SHOW_DOWNLOAD,
        "{server} answered {status} to {path}: the package is not there, or the URL is mistyped.",
        "the same path being served"),
    ROW(DOWNLOADS,              was_turned_away,                 SERVER_ERROR,            FILE_SERVER, PROVEN,     ON_WIRE, SHOW_DOWNLOAD,
        "{server} turned the device away with {status}, before it asked for a file.",
        "the same device being let in"),
    ROW(DOWNLOADS,              was_answered_with_nothing,       SERVER_ERROR,            FILE_SERVER, PROVEN,     ON_WIRE, SHOW_DOWNLOAD,
        "{server} answered {status} to {path}, and sent no byte of the package.",
        "the same path being served"),
    ROW(DOWNLOADS,              server_gave_an_error,            SERVER_ERROR,            FILE_SERVER, PROVEN,     ON_WIRE, SHOW_DOWNLOAD,
        "{server} answered {status} to {path} instead of sending the package.",
        "the same path being served"),
    ROW(DOWNLOADS,              was_redirected,                  REDIRECT_NOT_FOLLOWED,   FILE_SERVER, LIKELY,     ON_WIRE, SHOW_DOWNLOAD,
        "{server} answered {status} and sent the device to {redirect}, where it was not seen to go: give the final URL in the command.",
        "a request of the device to that address, past this capture"),
    ROW(DOWNLOADS,              was_encrypted,                   UNKNOWN,                 NONE,        POSSIBLE,   ON_WIRE, SHOW_DOWNLOAD,
        "The device spoke TLS with {server}, of which the capture cannot show whether the package was refused, cut or delivered.",
        "the file server's own log"),
    ROW(DOWNLOADS,              had_no_data_connection,          SERVER_UNREACHABLE,      NETWORK,     LIKELY,     ON_WIRE, SHOW_DOWNLOAD,
        "{server} let the device in, but the FTP data connection that they agreed on never came about: a firewall or address translation stops it.",
        "that data connection, past this capture"),
    ROW(DOWNLOADS,              has_lost_answer,                 UNKNOWN,                 NONE,        POSSIBLE,   ON_WIRE, SHOW_DOWNLOAD,
        "The device asked {server} for {path}; why it failed cannot be known without the answer, which is not in the capture.",
        "the answer"),
    ROW(DOWNLOADS,              was_not_let_ask,                 TRANSFER_CUT_BY_SERVER,  FILE_SERVER, LIKELY,     ON_WIRE, SHOW_DOWNLOAD,
        "{server} accepted the connection, but {closed} it before the device asked for a file.",
        "a request that got lost before this capture point"),
    ROW(DOWNLOADS,              was_not_asked_for,               TRANSFER_CUT_BY_DEVICE,  DEVICE,      POSSIBLE,   ON_WIRE, SHOW_DOWNLOAD,
        "The device was connected to {server}, but was not seen to ask for a file.",
        "a request that got lost before this capture point"),
    ROW(DOWNLOADS,              was_not_confirmed,               TRANSFER_CUT_BY_NETWORK, NETWORK,     POSSIBLE,   ON_WIRE, SHOW_DOWNLOAD,
        "{server} sent {bytes}, but the reply that the transfer is complete (226) never came: it got lost with the control connection, or was not sent.",
        "that reply, past this capture"),
    ROW(DOWNLOADS,              was_cut_before_the_reply,        TRANSFER_CUT_BY_SERVER,  FILE_SERVER, PROVEN,     ON_WIRE, SHOW_DOWNLOAD,
        "{server} sent {bytes}, but {closed} the connection without the reply that the transfer is complete (226).",
        "that reply before the connection's end"),
    ROW(DOWNLOADS,              was_cut_by_server,               TRANSFER_CUT_BY_SERVER,  FILE_SERVER, PROVEN,     ON_WIRE, SHOW_DOWNLOAD,
        "{server} {closed} the connection after {bytes}.",
        "the rest of the bytes before the connection's end"),
    ROW(DOWNLOADS,              was_lost_on_the_way,             TRANSFER_CUT_BY_NETWORK, NETWORK,     LIKELY,     ON_WIRE, SHOW_DOWNLOAD,
        "After {bytes} from {server} nothing came for {silence}, and neither side closed the connection: the way between them was cut.",
        "the connection's end, or more data, past this capture"),
    ROW(DOWNLOADS,              was_not_heard,                   TRANSFER_CUT_BY_NETWORK, NETWORK,     LIKELY,     ON_WIRE, SHOW_DOWNLOAD,
        "The device asked {server} for {path} again, and not even that was acknowledged: packets get lost on the way.",
        "an acknowledgement of the server, past this capture"),
    ROW(DOWNLOADS,              took_no_more,                    STALLED,                 DEVICE,      LIKELY,     ON_WIRE, SHOW_DOWNLOAD,
        "After {bytes} from {server} the device took no more for {silence}: its receive window was closed, as when it cannot store what it has.",
        "a window that opened again, past this capture"),
    ROW(DOWNLOADS,              fell_silent_with_losses,         TRANSFER_CUT_BY_NETWORK, NETWORK,     LIKELY,     ON_WIRE, SHOW_DOWNLOAD,
        "After {bytes} from {server} nothing new came for {silence}; {retransmitted} sent again: packets got lost on the way.",
        "acknowledgements of the device for what was sent again"),
    ROW(DOWNLOADS,              never_sent_a_byte,               STALLED,                 FILE_SERVER, LIKELY,     ON_WIRE, SHOW_DOWNLOAD,
        "{server} was asked for {path}, and sent nothing for {silence}, until the device gave up.",
        "data of the server that got lost before this capture point"),
    ROW(DOWNLOADS,              fell_silent,                     STALLED,                 FILE_SERVER, LIKELY,     ON_WIRE, SHOW_DOWNLOAD,
        "{server} sent {bytes}, then nothing for {silence}, until the device gave up; no packet was seen to be lost.",
        "data of the server that got lost before this capture point"),
    ROW(DOWNLOADS,              was_too_slow_for_this_timeout,   TOO_SLOW_FOR_TIMEOUT,    BACKEND,     LIKELY,     ON_WIRE, SHOW_COMMAND | SHOW_DOWNLOAD,
        "Too slow: {bytes} came at {rate}, at which the whole package needs {needed}; Download Timeout allows {timeout}. Set it to {advised}.",
        "the same package coming whole within the timeout"),
    ROW(DOWNLOADS,              was_too_slow,                    TOO_SLOW_FOR_TIMEOUT,    NETWORK,     LIKELY,     ON_WIRE, SHOW_COMMAND | SHOW_DOWNLOAD,
        "Too slow: {bytes} came at {rate}, at which the whole package needs {needed}; Download Timeout allows {timeout}, and no more than 30 min can be set.",
        "the same package coming whole within the timeout"),
    ROW(DOWNLOADS,              was_still_coming_at_timeout,     TOO_SLOW_FOR_TIMEOUT,    NETWORK,     LIKELY,     ON_WIRE, SHOW_COMMAND | SHOW_DOWNLOAD,
        "Download Timeout, {timeout}, was over when {bytes} had come, at {rate}.",
        "the same package coming whole within the timeout"),
    ROW(DOWNLOADS,              was_cut_by_device,               TRANSFER_CUT_BY_DEVICE,  DEVICE,      LIKELY,     ON_WIRE, SHOW_DOWNLOAD,
        "The device broke the download off after {bytes}, while {server} was still sending.",
        "a reset by something between the two"),
    ROW(DOWNLOADS,              was_not_asked_for_in_full,       TRANSFER_CUT_BY_DEVICE,  DEVICE,      LIKELY,     ON_WIRE, SHOW_DOWNLOAD,
        "The device fetched {bytes} from {server}, and did not ask for the rest.",
        "a request for the rest, past this capture"),
    ROW(DOWNLOADS,              was_delivered,                   PACKAGE_REJECTED,        PACKAGE,     POSSIBLE,   ON_WIRE, SHOW_DOWNLOAD,
        "{server} delivered {bytes}, yet the device reported a failed download: it does not accept the package, or has no room for it.",
        "the device accepting the same bytes"),

    /* Nothing of the download was seen. */
    ROW(UNSUCCESSFUL,           is_disputed,                     UNKNOWN,                 NONE,        POSSIBLE,   ON_NOTHING, SHOW_FAILURES,
        "The device reported that {attempts} failed; the capture has downloads of this package, but does not show which are this device's.",
        "the device's own address towards the file server"),
    ROW(UNSUCCESSFUL,           others_were_served,              SERVER_UNREACHABLE,      NETWORK,     POSSIBLE,   ON_MESSAGES, SHOW_FAILURES,
        "The capture shows this file server with others, but not with this device: it seems not to have come so far.",
        "a request of this device that took another way"),
    ROW(UNSUCCESSFUL,           has_bad_download_field,          BAD_URL,                 BACKEND,     POSSIBLE,   ON_MESSAGES, SHOW_COMMAND | SHOW_FAILURES,
        "The start command is wrong in {fields}, so the device may not have known where to download from.",
        "a request of the device to the file server"),
    ROW(BIT(DOWNLOAD_FAILED),   gave_up_at_its_timeout,          UNKNOWN,                 NONE,        POSSIBLE,   ON_NOTHING, SHOW_COMMAND | SHOW_FAILURES,
        "The device reported that {attempts} failed, the last after {lasted}, at Download Timeout: too slow, standing still or no way to the file server, whose traffic is not in the capture.",
        "the traffic between device and file server"),
    ROW(BIT(DOWNLOAD_FAILED),   has_failed_attempt,              UNKNOWN,                 NONE,        POSSIBLE,   ON_NOTHING, SHOW_FAILURES,
        "The device reported that {attempts} failed; why cannot be known without its traffic with the file server, which is not in the capture.",
        "the traffic between device and file server"),

    /* Installing. */
    ROW(BIT(UPDATE_FAILED),     was_installed_in_part,           PACKAGE_INCOMPLETE,      DEVICE,      LIKELY,     ON_WIRE, SHOW_DOWNLOAD | SHOW_END,
        "Only {bytes} were delivered, but the device took the package for whole, and failed to install it ({code}).",
        "the rest of the bytes"),
    ROW(BIT(UPDATE_FAILED),     was_delivered,                   FLASH_FAILED,            PACKAGE,     LIKELY,     ON_MESSAGES | ON_DOWNLOAD, SHOW_TRANSFER | SHOW_END,
        "The device failed to install the package ({code}), though {bytes} were delivered: the way is not to blame, but the package or the device.",
        "the same package being installed by a device of the same model and version"),
    ROW(BIT(UPDATE_FAILED),     always,                          FLASH_FAILED,            DEVICE,      LIKELY,     ON_MESSAGES, SHOW_INSTALLING | SHOW_END,
        "The device failed to install the package ({code}); whether the package or the device is to blame is not in the capture.",
        "the package being damaged"),

    /* Gone, or back without a word. */
    ROW(BIT(NO_RESULT),         runs_another_version,            RESULT_NOT_REPORTED,     DEVICE,      PROVEN,     ON_MESSAGES, SHOW_INSTALLING | SHOW_VERSIONS,
        "The device never reported the result, but the update was installed: it runs firmware {after}, and {before} before.",
        "a 3X1 in the backend's own log"),
    ROW(BIT(NO_RESULT),         runs_the_same_version,           FLASH_FAILED,            DEVICE,      LIKELY,     ON_MESSAGES, SHOW_INSTALLING | SHOW_VERSIONS,
        "The device never reported the result, and runs firmware {after} as before: nothing was installed.",
        "a 3X1 in the backend's own log"),
    ROW(BIT(NO_RESULT),         always,                          RESULT_NOT_REPORTED,     DEVICE,      LIKELY,     ON_MESSAGES, SHOW_INSTALLING,
        "The device is back after code 3X0 without having reported the result: ask for its version (GTVER).",
        "a 3X1 or 3X2 in the backend's own log"),
    ROW(OPEN,                   is_gone_for_long,                NEVER_CAME_BACK,         DEVICE,      LIKELY,     ON_MESSAGES, SHOW_INSTALLING,
        "After {last} the device was not heard for {gap}: it did not come back from its reboot.",
        "a message of the device on another way or to another server"),
    ROW(OPEN,                   is_gone_for_a_while,             NEVER_CAME_BACK,         DEVICE,      POSSIBLE,   ON_MESSAGES, SHOW_INSTALLING,
        "After {last} the device was not heard for {gap}, longer than a reboot should take; some devices take up to an hour.",
        "a message of the device on another way or to another server"),
    ROW(OPEN,                   has_restarted,                   POWER_LOST,              DEVICE,      LIKELY,     ON_MESSAGES, SHOW_LAST,
        "The device restarted while the update was {state}, and did not go on with it: it lost its power, or crashed.",
        "a report of the update after the restart"),
    ROW(OPEN,                   is_overdue_and_talks,            DROPPED_BY_DEVICE,       DEVICE,      LIKELY,     ON_MESSAGES, SHOW_LAST | SHOW_CLUES,
        "Nothing of the update was heard for {gap} after {last}, though the device was still talking: it dropped the update without a word.",
        "a report of the update that is not in the capture"),
    ROW(OPEN,                   is_overdue_and_silent,           DEVICE_WENT_SILENT,      DEVICE,      POSSIBLE,   ON_MESSAGES, SHOW_LAST,
        "Nothing at all was heard of the device for {gap} after {last}: it has no power, or no network.",
        "a message of the device on another way or to another server"),
    ROW(BIT(SUPERSEDED),        is_requested,                    NO_ANSWER_FROM_DEVICE,   DEVICE,      POSSIBLE,   ON_MESSAGES, SHOW_COMMAND | SHOW_LAST,
        "The device had not answered the start command when another took its place.",
        "an answer of the device that is not in the capture"),
    ROW(BIT(SUPERSEDED),        always,                          SUPERSEDED_BY_BACKEND,   BACKEND,     PROVEN,     ON_MESSAGES, SHOW_LAST,
        "Another update was begun while this one was {state}.",
        "a report that ended this one"),
    ROW(BIT(UNANSWERED),        has_acknowledged,                NO_ANSWER_FROM_DEVICE,   DEVICE,      LIKELY,     ON_MESSAGES, SHOW_COMMAND | SHOW_LAST,
        "The device acknowledged the start command, but neither confirmed nor refused it in {gap}.",
        "a 1X0, 1X1 or 1X3 that is not in the capture"),
    ROW(BIT(UNANSWERED),        has_talked_since,                NO_ANSWER_FROM_DEVICE,   DEVICE,      LIKELY,     ON_MESSAGES, SHOW_COMMAND,
        "The device was heard after the start command, but did not answer it in {gap}: a wrong device password is ignored so.",
        "an answer of the device that is not in the capture"),
    ROW(BIT(UNANSWERED),        always,                          NO_ANSWER_FROM_DEVICE,   NETWORK,     POSSIBLE,   ON_MESSAGES, SHOW_COMMAND,
        "Nothing was heard of the device after the start command, for {gap}: it sleeps, or the command did not reach it.",
        "any message of the device after the command"),
    ROW(BIT(INCOMPLETE),        always,                          CAPTURE_ENDS,            CAPTURE,     PROVEN,     ON_NOTHING, SHOW_LAST,
        "The capture ends {gap} after {last}: how the update went on is not in it.", NULL),

    ROW(BIT(SUCCEEDED),         always,                          NONE,                    NONE,        PROVEN,     ON_NOTHING, SHOW_END | SHOW_CLUES,
        "The update succeeded; {findings} on the way did not keep it from that.", NULL),
    ROW(ANY,                    always,                          UNKNOWN,                 NONE,        POSSIBLE,   ON_NOTHING, SHOW_LAST,
        "The capture does not show why.",
        "more of the traffic"),
};
/* clang-format on */

static const Row *decide(const GtupdFacts *facts)
{
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
        if ((rows[i].outcomes >> facts->update->outcome & 1) != 0 && rows[i].when(facts))
            return &rows[i];
    g_assert_not_reached();
}

/* --- The entry --- */

/* What the capture lacks is named, and takes one step of confidence, however much it is. */
static void put_on_trial(GtupdDiagnosis *diagnosis, const GtupdFacts *facts, guint hangs_on)
{
    for (gsize i = 0; i < G_N_ELEMENTS(doubts); i++)
        if ((hangs_on & doubts[i].when) != 0 && doubts[i].lacks(facts))
            g_ptr_array_add(diagnosis->doubts, (gpointer)doubts[i].named);
    if (diagnosis->doubts->len > 0 && diagnosis->confidence > GTUPD_CONFIDENCE_POSSIBLE)
        diagnosis->confidence--;
}

static char *tell(const GtupdFacts *facts, const Row *row)
{
    g_autofree char *sentence = gtupd_facts_tell(facts, row->sentence);
    if (facts->update->outcome != GTUPD_OUTCOME_SUCCEEDED || (row->shows & SHOW_ATTEMPT) == 0)
        return g_steal_pointer(&sentence);
    return g_strdup_printf("Attempt %u failed before a later one succeeded: %s", facts->attempt, sentence);
}

GtupdDiagnosis *gtupd_diagnosis_new(const GtupdCase *about)
{
    if (about->update->outcome == GTUPD_OUTCOME_SUCCEEDED && about->clue_count == 0)
        return NULL;
    const GtupdFacts facts = gtupd_facts_of(about);
    const Row *row = decide(&facts);
    GtupdDiagnosis *diagnosis = g_new0(GtupdDiagnosis, 1);
    diagnosis->cause = row->cause;
    diagnosis->culprit = row->culprit;
    diagnosis->confidence = row->confidence;
    diagnosis->sentence = tell(&facts, row);
    diagnosis->frames = gtupd_facts_frames(&facts, row->shows);
    diagnosis->doubts = g_ptr_array_new();
    diagnosis->refuted_by = row->refuted_by;
    put_on_trial(diagnosis, &facts, row->hangs_on);
    return diagnosis;
}

void gtupd_diagnosis_free(GtupdDiagnosis *diagnosis)
{
    if (diagnosis == NULL)
        return;
    g_free(diagnosis->sentence);
    g_array_unref(diagnosis->frames);
    g_ptr_array_unref(diagnosis->doubts);
    g_free(diagnosis);
}
