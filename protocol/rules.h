/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The rule catalogue: every way in which a GTUPD exchange can go against the document.
 *
 * GTUPD_RULES is the only list of rules in the project. `--rules`, JSON, README's table, Wireshark's expert
 * fields and `gtupd.finding` are all expanded from it. The ids are public vocabulary: never rename one.
 *
 * To add a rule: add a row here, make the finding where its condition is met (see finding.h), and add a test in
 * which it fires and a near miss in which it does not. README shows one worked through.
 */
#pragma once

#include <glib.h>

typedef enum {
    GTUPD_SEVERITY_NOTE,    /* worth knowing */
    GTUPD_SEVERITY_WARNING, /* wrong, but the document leaves room or the capture may be to blame */
    GTUPD_SEVERITY_ERROR,   /* the document says otherwise */
    GTUPD_SEVERITIES,
} GtupdSeverity;

/* What a rule judges; Wireshark's expert groups follow it. */
typedef enum {
    GTUPD_GROUP_FRAMING,  /* where a message begins and ends */
    GTUPD_GROUP_FIELD,    /* what a field holds */
    GTUPD_GROUP_NUMBER,   /* counts, serials, clocks */
    GTUPD_GROUP_COMMAND,  /* commands and their acknowledgement */
    GTUPD_GROUP_SEQUENCE, /* the course of an update */
} GtupdGroup;

/* Whose doing it is. */
typedef enum {
    GTUPD_PARTY_DEVICE,
    GTUPD_PARTY_BACKEND,
    GTUPD_PARTY_SENDER, /* whoever sent the anchor: device or backend */
    GTUPD_PARTY_CAPTURE,
    GTUPD_PARTY_SERVER, /* the file server, or the network between it and the device */
} GtupdParty;

/* clang-format off */
/*         name                      id                               severity group     party    §        condition, advice */
#define GTUPD_RULES(X)                                                                                                     \
    X(TAIL_MISSING,                  "tail-missing",                  ERROR,   FRAMING,  SENDER,  "2.1.1",                 \
      "A message runs into the next message's header, or the end of its datagram, without $.",                             \
      "Look at the sender's framing code; a receiver that waits for $ will lose this message and the next.")               \
    X(MESSAGE_OVERSIZED,             "message-oversized",             ERROR,   FRAMING,  SENDER,  "2.1.1",                 \
      "No $ within 4096 bytes of a message's header.",                                                                     \
      "Something other than @Track text is being sent after a header, or the tail was never written.")                     \
    X(STRAY_BYTES,                   "stray-bytes",                   WARNING, FRAMING,  SENDER,  NULL,                    \
      "Bytes between messages belong to no message (CR, LF, NUL and blanks aside).",                                       \
      "Look for a second protocol on the port (binary frames, +NACK) or for a $ inside a field.")                          \
    X(NON_ASCII,                     "non-ascii",                     ERROR,   FRAMING,  SENDER,  "2",                     \
      "A byte outside printable ASCII stands inside a message.",                                                           \
      "Check the device name and the URL for characters that were typed or encoded wrongly.")                              \
    X(FIELD_COUNT,                   "field-count",                   ERROR,   FIELD,    SENDER,  "2",                     \
      "A GTUPD message has a number of fields that no layout has.",                                                        \
      "Compare with the document's table; a missing Reserved comma or a $ in the URL is the usual cause.")                 \
    X(SIBLING_LAYOUT,                "sibling-layout",                WARNING, FIELD,    BACKEND, "2.1.1",                 \
      "A start command has 13 fields: the layout of sibling models, one Reserved short of the CV200's 14.",                \
      "Send the CV200 layout, with three Reserved fields after Update Type.")                                              \
    X(FIELD_INVALID,                 "field-invalid",                 ERROR,   FIELD,    SENDER,  "2",                     \
      "A field is outside its length or format, or empty though it has no default.",                                       \
      "Correct the named field; the device may answer 1X1 (wrong parameters) or ignore the command.")                      \
    X(FIELD_WHITESPACE,              "field-whitespace",              WARNING, FIELD,    SENDER,  "2",                     \
      "Blanks surround a field's value; the trimmed value is used.",                                                       \
      "Remove the blanks: other parsers will take them as part of the value.")                                             \
    X(RESERVED_NOT_EMPTY,            "reserved-not-empty",            WARNING, FIELD,    SENDER,  "2",                     \
      "A Reserved field holds something.",                                                                                 \
      "Leave Reserved fields empty; a shifted field may be sitting in one.")                                               \
    X(CODE_UNDEFINED,                "code-undefined",                ERROR,   FIELD,    DEVICE,  "2.2",                   \
      "A report's Code is three or four digits that mean nothing in the document.",                                        \
      "Ask the vendor what this firmware means by it; the report is left out of the update's course.")                     \
    X(URL_SCHEME_MISMATCH,           "url-scheme-mismatch",           ERROR,   FIELD,    BACKEND, "2.1.1",                 \
      "The Download URL's scheme does not fit the Download Protocol (0 HTTP, 2 FTP).",                                     \
      "Set Download Protocol to 0 for http and https, 2 for ftp.")                                                         \
    X(URL_AMBIGUOUS,                 "url-ambiguous",                 WARNING, FIELD,    BACKEND, "2.1.1",                 \
      "The Download URL holds a comma, which is also the field separator.",                                                \
      "Encode the comma as %2C: a device that counts fields from the left misreads everything behind it.")                 \
    X(DEVICE_TYPE_FOREIGN,           "device-type-foreign",           NOTE,    FIELD,    DEVICE,  "2.1.3",                 \
      "The Protocol Version's device type is neither DF nor BD, so this may be no CV200.",                                 \
      "Check the model: sibling models have other layouts and codes.")                                                     \
    X(IMEI_CHECK_DIGIT,              "imei-check-digit",              NOTE,    FIELD,    DEVICE,  "2.1.3",                 \
      "A 15-digit Unique ID fails the Luhn check of an IMEI.",                                                             \
      "A typed or anonymised identity; make sure that two devices do not share it.")                                       \
    X(MESSAGE_REPEATED,              "message-repeated",              NOTE,    NUMBER,   SENDER,  NULL,                    \
      "The same bytes as one of the last 8 messages of this device, within 10 minutes: a resend.",                         \
      "Normal on lossy links; many of them mean that acknowledgements (+SACK) do not reach the sender.")                   \
    X(SERIAL_REUSED,                 "serial-reused",                 WARNING, NUMBER,   BACKEND, "2.1.1",                 \
      "A command has the Serial Number of the command before it.",                                                         \
      "Let the backend count its commands: with a constant serial an ACK cannot be told from an older one.")               \
    X(SERIAL_GAP,                    "serial-gap",                    NOTE,    NUMBER,   BACKEND, "2.1.1",                 \
      "A command's Serial Number is neither the previous command's nor that plus one.",                                    \
      "Commands are missing from the capture (SMS?), or the backend does not count per device.")                           \
    X(COUNT_GAP,                     "count-gap",                     NOTE,    NUMBER,   CAPTURE, "2.1.3",                 \
      "Count Numbers are missing before this message.",                                                                    \
      "Messages were lost, sent another way, or not captured; do not blame the device for what they may have said.")       \
    X(COUNT_REUSED,                  "count-reused",                  WARNING, NUMBER,   DEVICE,  "2.1.3",                 \
      "A message has the Count Number of the one before it, and is no resend.",                                            \
      "Two senders may share one identity, or the firmware does not count this kind of message.")                          \
    X(COUNT_BACKWARDS,               "count-backwards",               WARNING, NUMBER,   DEVICE,  "2.1.3",                 \
      "A Count Number goes back, and no restart explains it.",                                                             \
      "Look for two devices with one Unique ID, or a restart that the capture does not show.")                             \
    X(SEND_TIME_BACKWARDS,           "send-time-backwards",           WARNING, NUMBER,   DEVICE,  "2.1.3",                 \
      "Send Time is over 60 s before that of the previous message on the same channel.",                                   \
      "The device's clock was set back, or messages leave it out of order.")                                               \
    X(ACK_MISSING,                   "ack-missing",                   WARNING, COMMAND,  DEVICE,  "2.1.3",                 \
      "A GTUPD command has no +ACK:GTUPD with its Serial Number within 60 s.",                                             \
      "Was the device online on this connection? A sleeping device or a wrong command password answers nothing.")          \
    X(ACK_UNEXPECTED,                "ack-unexpected",                WARNING, COMMAND,  DEVICE,  "2.1.3",                 \
      "+ACK:GTUPD with a Serial Number that no captured command carried.",                                                 \
      "A second backend or an SMS may command this device too.")                                                           \
    X(COMMAND_UNSEEN,                "command-unseen",                NOTE,    COMMAND,  CAPTURE, "2.1.1",                 \
      "The start command of this update is not in the capture.",                                                           \
      "It came by SMS, over another connection, or before the capture; limits that it set are unknown.")                   \
    X(COMMAND_REPEATED,              "command-repeated",              NOTE,    COMMAND,  BACKEND, "2.1.1",                 \
      "Another start command came while the first was unanswered; the later one's parameters hold.",                       \
      "Give the device a minute to answer before sending again.")                                                          \
    X(START_WHILE_BUSY,              "start-while-busy",              WARNING, COMMAND,  BACKEND, "3.2",                   \
      "A start command was sent while an update was under way.",                                                           \
      "Wait for the update's end: the device ignores it or answers 1X1.")                                                  \
    X(STOP_WITHOUT_UPDATE,           "stop-without-update",           WARNING, COMMAND,  BACKEND, "2.1.2",                 \
      "A stop command was sent though no update was under way.",                                                           \
      "Check the backend's idea of the device's state.")                                                                   \
    X(STOP_TOO_LATE,                 "stop-too-late",                 WARNING, COMMAND,  BACKEND, "2.1.2",                 \
      "A stop command was sent after the package had been downloaded.",                                                    \
      "It has no effect any more: wait for 3X1 or 3X2.")                                                                   \
    X(COMMAND_DURING_UPDATE,         "command-during-update",         WARNING, COMMAND,  BACKEND, "3.2",                   \
      "Another command was sent while the device was non-interactive.",                                                    \
      "Hold other commands back until the update has ended: the device ignores them.")                                     \
    X(PHASE_SKIPPED,                 "phase-skipped",                 ERROR,   SEQUENCE, DEVICE,  "3",                     \
      "A report came before those that must precede it, and the Count Numbers show none lost.",                            \
      "The firmware left out a report; the update itself may still be sound.")                                             \
    X(REPORT_LOST,                   "report-lost",                   WARNING, SEQUENCE, CAPTURE, "3",                     \
      "Reports that must precede this one are missing, and missing Count Numbers or a restart explain it.",                \
      "Look at the backend's own log for the missing reports.")                                                            \
    X(REPORT_OUT_OF_ORDER,           "report-out-of-order",           ERROR,   SEQUENCE, DEVICE,  "3",                     \
      "A report does not fit where the update stands.",                                                                    \
      "Compare with the update's earlier reports; two updates or two devices may be mixed up.")                            \
    X(CONFIRM_WHILE_BUSY,            "confirm-while-busy",            ERROR,   SEQUENCE, DEVICE,  "3.2",                   \
      "The device confirmed a new start command while an update was under way.",                                           \
      "It should have refused with 1X1; which package it now installs is uncertain.")                                      \
    X(CANCEL_TOO_LATE,               "cancel-too-late",               ERROR,   SEQUENCE, DEVICE,  "2.1.2",                 \
      "The device reported a cancellation after the package had been downloaded.",                                         \
      "Ask for the version (GTVER) to learn which firmware runs.")                                                         \
    X(CANCEL_UNREQUESTED,            "cancel-unrequested",            WARNING, SEQUENCE, DEVICE,  "2.2.1",                 \
      "The device reported a cancellation that no captured stop command asked for.",                                       \
      "Look for a stop by SMS or from a second backend.")                                                                  \
    X(STOP_IGNORED,                  "stop-ignored",                  ERROR,   SEQUENCE, DEVICE,  "2.1.2",                 \
      "A download began after the device had acknowledged a stop that was in time.",                                       \
      "The update goes on: expect the device to install it.")                                                              \
    X(REPORT_AFTER_END,              "report-after-end",              ERROR,   SEQUENCE, DEVICE,  "3",                     \
      "A report came for an update that had ended.",                                                                       \
      "A repeated result with a new Count Number, or an update that the capture does not show the start of.")              \
    X(UPDATE_TYPE_MISMATCH,          "update-type-mismatch",          ERROR,   SEQUENCE, DEVICE,  "2.2",                   \
      "The X of a Code is not the update's Update Type.",                                                                  \
      "The device may be installing another kind of package than was asked for.")                                          \
    X(UNRELATED_REPORT_DURING_UPDATE, "unrelated-report-during-update", ERROR, SEQUENCE, DEVICE,  "3.2",                   \
      "The device sent another message though it should be non-interactive.",                                              \
      "The update may have been abandoned silently; see what follows.")                                                    \
    X(DOWNLOAD_TIMES_WRONG,          "download-times-wrong",          ERROR,   SEQUENCE, DEVICE,  "2.2.2",                 \
      "Download Times does not count the attempts: first 0 or 1, then one more each.",                                     \
      "Do not trust this number for counting attempts.")                                                                   \
    X(TOO_MANY_ATTEMPTS,             "too-many-attempts",             ERROR,   SEQUENCE, DEVICE,  "3.3",                   \
      "More download attempts than 1 + Max Download Retry.",                                                               \
      "Expect more traffic than planned; a stop command may be needed.")                                                   \
    X(RETRIES_NOT_EXHAUSTED,         "retries-not-exhausted",         WARNING, SEQUENCE, DEVICE,  "3.3",                   \
      "The device gave up before it had used all its download attempts.",                                                  \
      "Look for a reboot or loss of power after the last failed attempt.")                                                 \
    X(DOWNLOAD_OVERRAN,              "download-overran",              ERROR,   SEQUENCE, DEVICE,  "2.1.1",                 \
      "An attempt took longer than Download Timeout allows.",                                                              \
      "The device does not enforce its timeout; look at the file server's speed.")                                         \
    X(DOWNLOAD_RESULT_MISSING,       "download-result-missing",       WARNING, SEQUENCE, DEVICE,  "2.2.2",                 \
      "A download's result never came, though its time was over and the device was still talking.",                        \
      "The device dropped the update without a word: power, memory, or a crash in the download.")                          \
    X(REBOOT_MISSING,                "reboot-missing",                WARNING, SEQUENCE, DEVICE,  "3.4",                   \
      "The result came on the TCP connection on which the update was started: no reboot in between.",                      \
      "Ask for the version (GTVER): without a reboot the new firmware may not be running.")                                \
    X(RESULT_MISSING,                "result-missing",                WARNING, SEQUENCE, DEVICE,  "3.4",                   \
      "The device is back after 3X0, but never reported the result.",                                                      \
      "Ask for the version (GTVER) to learn which firmware runs.")                                                         \
    X(IDENTITY_CONFLICT,             "identity-conflict",             WARNING, SEQUENCE, DEVICE,  NULL,                    \
      "One Unique ID speaks on two TCP connections in turn.",                                                              \
      "Two devices may share one identity, or the device keeps a stale connection open.")                                  \
    X(DIRECTION_WRONG,               "direction-wrong",               WARNING, FRAMING,  CAPTURE, NULL,                    \
      "A message comes from the side that should receive it.",                                                             \
      "An echoing relay, or a capture point that sees a proxy's two sides as one.")                                        \
    X(VERSION_UNCHANGED,             "version-unchanged",             WARNING, SEQUENCE, DEVICE,  "3.4",                   \
      "The device reported success, but its first +RESP:GTVER after 3X0 tells all versions of its last one before 3X0.",   \
      "The package may be the one that ran already; else do not trust this firmware's 3X1.")                               \
    X(TRANSFER_REFUSED,              "transfer-refused",              WARNING, SEQUENCE, SERVER,  NULL,                    \
      "A download was refused: HTTP status 400 or above, FTP reply 4xx or 5xx, RST to the SYN or no answer to it within "  \
      "20 s or before it was sent again; and no later request of the attempt was granted.",                                \
      "Look at the URL, the user name and password, and the file server's own log; the sentence names the frames.")        \
    X(TRANSFER_CUT,                  "transfer-cut",                  WARNING, SEQUENCE, SERVER,  NULL,                    \
      "A transfer was closed before its expected length (over FTP: or by the server before its 226), the capture lacks "   \
      "no byte of it, and no later one of the attempt is complete or running; not where the device closed it because of "  \
      "1X2 or 2X3.",                                                                                                       \
      "See who closed it: a server's or proxy's limit, a device that gave up, or a network that resets connections.")      \
    X(TRANSFER_STALLED,              "transfer-stalled",              WARNING, SEQUENCE, SERVER,  NULL,                    \
      "No payload came for 60 s within a transfer, from its request on, and the capture lacks no byte of it.",             \
      "Look at the radio coverage at that time, and at whether the server or the device stopped first.")                   \
    X(TRANSFER_DNS_FAILED,           "transfer-dns-failed",           WARNING, SEQUENCE, SERVER,  NULL,                    \
      "DNS gave no address for the Download URL's host: an error, an empty answer, or none to a query asked again; and "   \
      "the attempt never got further.",                                                                                    \
      "Check the name, and whether the device's network (APN) can resolve it; a URL with an address needs no DNS.")        \
    X(TRANSFER_URL_DIFFERS,          "transfer-url-differs",          WARNING, SEQUENCE, DEVICE,  NULL,                    \
      "During the attempt the device asked the Download URL's server for another path than the URL's (redirects aside).",  \
      "Compare the two paths: the URL may have been cut, or the device still works on an earlier command.")                \
    X(TRANSFER_NOT_SEEN,             "transfer-not-seen",             NOTE,    SEQUENCE, CAPTURE, NULL,                    \
      "Requests to the Download URL's server are in the capture, but none of this attempt, which has ended with 2X1 or "   \
      "2X2.",                                                                                                              \
      "The device may download over another bearer, from a cache, or not at all.")                                         \
    X(RESULT_CONTRADICTS_TRANSFER,   "result-contradicts-transfer",   ERROR,   SEQUENCE, DEVICE,  "2.2.2",                 \
      "The device reported 2X1 though the attempt's last transfer was refused or cut and the file never whole; or 2X2 "    \
      "though the whole file had been delivered and acknowledged before; the capture lacking no bytes.",                   \
      "Do not trust the device's word on this download: ask for the version (GTVER), and check the package's integrity.")
/* clang-format on */

typedef enum {
#define X(name, id, severity, group, party, section, text, advice) GTUPD_RULE_##name,
    GTUPD_RULES(X)
#undef X
    GTUPD_RULE_COUNT,
} GtupdRule;

typedef struct {
    const char *id; /* public: "phase-skipped" */
    GtupdSeverity severity;
    GtupdGroup group;
    GtupdParty party;
    const char *section; /* of the document; NULL where it has none */
    const char *text;    /* the condition, one sentence */
    const char *advice;  /* what to do about it, one sentence */
} GtupdRuleInfo;

/* The rule's row. Static storage. */
const GtupdRuleInfo *gtupd_rule_info(GtupdRule rule);

/* Finds a rule by its public id. FALSE, and *rule untouched, if there is none. */
gboolean gtupd_rule_by_id(const char *id, GtupdRule *rule);

/* "note", "warning", "error". Static storage. */
const char *gtupd_severity_name(GtupdSeverity severity);

/* "device", "backend", "device or backend", "capture", "file server or network". Static storage. */
const char *gtupd_party_name(GtupdParty party);
