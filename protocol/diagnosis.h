/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Diagnosis: why did this update not succeed?
 *
 * Holds the device's word against the wire: the update's reports and their outcome, the start command's fields, the
 * downloads that the capture shows, the versions before and after. The decision is a table in diagnosis.c, read from
 * top to bottom; the first row whose evidence is there names cause and culprit. The capture is on trial first: what it
 * lacks is named, and lowers the confidence of every row that hangs on it. What the capture cannot know is not said:
 * without the file server's traffic there is no cause on its side of the wire.
 *
 * Pure: it sees one update, once it is closed or as it stands, and judges it the same way whoever asks.
 */
#pragma once

#include "event.h"
#include "transfer.h"

#include <glib.h>

/* Why. The ids are public vocabulary: never rename one. */
/* clang-format off */
/*         name                     id                         in words */
#define GTUPD_CAUSES(X)                                                                               \
    X(LOW_BATTERY,               "low-battery",               "the battery was low")                  \
    X(REFUSED_BUSY,              "refused-busy",              "the device was busy with a download")  \
    X(REFUSED_PARAMETERS,        "refused-parameters",        "the start command's parameters")       \
    X(NAME_NOT_RESOLVED,         "name-not-resolved",         "the file server's name has no address") \
    X(SERVER_UNREACHABLE,        "server-unreachable",        "the file server was not reached")      \
    X(SERVER_REFUSED_LOGIN,      "server-refused-login",      "the file server refused the login")    \
    X(PACKAGE_MISSING,           "package-missing",           "the file server lacks the package")    \
    X(SERVER_ERROR,              "server-error",              "the file server answered with an error") \
    X(REDIRECT_NOT_FOLLOWED,     "redirect-not-followed",     "the device did not follow a redirect") \
    X(URL_MISREAD,               "url-misread",               "the device asked for another path")    \
    X(BAD_URL,                   "bad-url",                   "the start command's download fields")  \
    X(TOO_SLOW_FOR_TIMEOUT,      "too-slow-for-timeout",      "too slow for Download Timeout")        \
    X(STALLED,                   "stalled",                   "the download stood still")             \
    X(TRANSFER_CUT_BY_SERVER,    "transfer-cut-by-server",    "the file server cut the download")     \
    X(TRANSFER_CUT_BY_NETWORK,   "transfer-cut-by-network",   "the network cut the download")         \
    X(TRANSFER_CUT_BY_DEVICE,    "transfer-cut-by-device",    "the device broke the download off")    \
    X(PACKAGE_REJECTED,          "package-rejected",          "delivered, but not accepted")          \
    X(PACKAGE_INCOMPLETE,        "package-incomplete",        "part of the package was installed")    \
    X(WRONG_FIRMWARE_VERSION,    "wrong-firmware-version",    "made for another firmware version")    \
    X(FLASH_FAILED,              "flash-failed",              "installing failed")                    \
    X(VERSION_UNCHANGED,         "version-unchanged",         "the same firmware runs as before")     \
    X(NEVER_CAME_BACK,           "never-came-back",           "the device never came back")           \
    X(RESULT_NOT_REPORTED,       "result-not-reported",       "the device did not report the result") \
    X(CANCELLED_BY_BACKEND,      "cancelled-by-backend",      "the backend cancelled it")             \
    X(SUPERSEDED_BY_BACKEND,     "superseded-by-backend",     "the backend began another update")     \
    X(NO_ANSWER_FROM_DEVICE,     "no-answer-from-device",     "the device did not answer")            \
    X(POWER_LOST,                "power-lost",                "the device restarted")                 \
    X(DROPPED_BY_DEVICE,         "dropped-by-device",         "the device dropped it without a word") \
    X(DEVICE_WENT_SILENT,        "device-went-silent",        "nothing more was heard of the device") \
    X(CAPTURE_ENDS,              "capture-ends",              "the capture ends too early")           \
    X(UNKNOWN,                   "unknown",                   "the capture does not show it")         \
    X(NONE,                      "none",                      "it succeeded all the same")
/* clang-format on */

typedef enum {
#define X(name, id, words) GTUPD_CAUSE_##name,
    GTUPD_CAUSES(X)
#undef X
    GTUPD_CAUSE_COUNT,
} GtupdCause;

/* Who would have to change something. */
typedef enum {
    GTUPD_CULPRIT_BACKEND,
    GTUPD_CULPRIT_FILE_SERVER,
    GTUPD_CULPRIT_NETWORK,
    GTUPD_CULPRIT_DEVICE,
    GTUPD_CULPRIT_PACKAGE,
    GTUPD_CULPRIT_CAPTURE,
    GTUPD_CULPRIT_NONE,
    GTUPD_CULPRITS,
} GtupdCulprit;

typedef enum {
    GTUPD_CONFIDENCE_POSSIBLE, /* fits what was seen, as other causes would */
    GTUPD_CONFIDENCE_LIKELY,   /* what was seen speaks for it, and nothing against it */
    GTUPD_CONFIDENCE_PROVEN,   /* the frames named show it */
    GTUPD_CONFIDENCES,
} GtupdConfidence;

/* A finding of the update, as far as a diagnosis cares. */
typedef struct {
    GtupdRule rule;
    GtupdAnchor anchor;
    const char *field; /* public name; NULL: about no field. Static or outlives the call. */
    guint offset;      /* in the message, of what it is about */
} GtupdClue;

/* All that is known of the update. Everything is borrowed for the call. */
typedef struct {
    const GtupdUpdate *update;
    const GtupdUpdate *before; /* the device's update before it; NULL: none */
    const GtupdClue *clues;    /* the update's findings */
    guint clue_count;
    gint64 end; /* ns; time of the capture's last packet */
} GtupdCase;

typedef struct {
    GtupdCause cause;
    GtupdCulprit culprit;
    GtupdConfidence confidence;
    char *sentence;         /* one plain sentence, printable ASCII, no secrets */
    GArray *frames;         /* of GtupdAnchor: the messages and packets that show it, in order, each packet once */
    GPtrArray *doubts;      /* of const char *, static: what the capture lacks, each a clause */
    const char *refuted_by; /* what would have refuted it, a clause; NULL: nothing could. Static. */
} GtupdDiagnosis;

/* NULL for an update that succeeded without a finding. */
GtupdDiagnosis *gtupd_diagnosis_new(const GtupdCase *about);
void gtupd_diagnosis_free(GtupdDiagnosis *diagnosis);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GtupdDiagnosis, gtupd_diagnosis_free)

/* "low-battery", …, and the same in words: "the battery was low". Static storage. */
const char *gtupd_cause_name(GtupdCause cause);
const char *gtupd_cause_words(GtupdCause cause);

/* "backend", "file-server", "network", "device", "package", "capture", "none". Static storage. */
const char *gtupd_culprit_name(GtupdCulprit culprit);

/* "possible", "likely", "proven". Static storage. */
const char *gtupd_confidence_name(GtupdConfidence confidence);
