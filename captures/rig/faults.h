/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a device can do wrong, or merely oddly: one table, from which come the options, their help, the list that
 * `gtupd-device --list-faults` prints, and with it the test that every fault is named by the analyzer.
 *
 * A row says when the fault strikes and what happens then. Faults that only alter one message need no more than their
 * row; a fault with the act RIG_ACT_COURSE is asked for by name where the course of the update branches.
 */
#pragma once

#include <glib.h>

/* When: at a message that the device is about to send. */
typedef enum {
    RIG_AT_NEVER, /* at a message that no fault befalls; in a row: the course asks for it */
    RIG_AT_LOGIN, /* the heartbeat after connecting */
    RIG_AT_ACK,
    RIG_AT_CONFIRMED,      /* 1X0 */
    RIG_AT_STARTED,        /* 2X0 */
    RIG_AT_FINISHED,       /* 2X1 */
    RIG_AT_UPDATE_STARTED, /* 3X0 */
    RIG_AT_OTHER_REPORT,   /* any other GTUPD report */
    RIG_AT_RESULT,         /* 3X1 or 3X2 */
    RIG_AT_ALIVE,          /* a report of another word, after the update */
    RIG_AT_EVERY,          /* any message */
    RIG_AT_EVERY_REPORT,   /* any GTUPD report */
} RigMoment;

/* What. */
typedef enum {
    RIG_ACT_COURSE,
    RIG_ACT_SKIP,           /* not sent, and no Count Number used */
    RIG_ACT_LOSE,           /* not sent, but its Count Number is used */
    RIG_ACT_RESEND,         /* the same bytes twice */
    RIG_ACT_REPEAT,         /* twice, with a Count Number of its own */
    RIG_ACT_NO_TAIL,        /* without `$` */
    RIG_ACT_STRAY,          /* bytes that belong to no message before it */
    RIG_ACT_OVERSIZED,      /* a message that never ends before it */
    RIG_ACT_ECHO,           /* the command that it answers goes back before it */
    RIG_ACT_BLANK_ID,       /* a blank before the Unique ID */
    RIG_ACT_LONG_NAME,      /* Device Name of 11 characters */
    RIG_ACT_BAD_TIME,       /* Send Time in month 13 */
    RIG_ACT_TIME_BACK,      /* Send Time five minutes back */
    RIG_ACT_TIME_UNSET,     /* Send Time of a clock that lost its battery */
    RIG_ACT_RESERVED,       /* something in the Reserved field */
    RIG_ACT_TIMES_RANGE,    /* Download Times 7 */
    RIG_ACT_TIMES_BASE,     /* Download Times counted from 3 */
    RIG_ACT_TIMES_STUCK,    /* Download Times that does not count */
    RIG_ACT_WRONG_TYPE,     /* another X in the code */
    RIG_ACT_COUNT_SAME,     /* the Count Number of the message before */
    RIG_ACT_COUNT_BACK,     /* the counter goes back by 5 */
    RIG_ACT_COUNT_JUMP,     /* the counter leaves out 3 */
    RIG_ACT_WRONG_SERIAL,   /* an ACK with a Serial Number of nobody's */
    RIG_ACT_FOREIGN_TYPE,   /* the Protocol Version of another model */
    RIG_ACT_NON_ASCII,      /* a byte outside ASCII in the body */
    RIG_ACT_THEN_CONFIRM,   /* another 1X0 behind it */
    RIG_ACT_THEN_UNDEFINED, /* a code that the document does not know behind it */
    RIG_ACT_THEN_CHATTER,   /* a position report behind it */
    RIG_ACT_THEN_EXTENDED,  /* a GTUPD report of eight fields behind it */
    RIG_ACT_THEN_ASIDE,     /* a heartbeat on a second connection behind it */
} RigAct;

/*
 * X(name, id, moment, act, setup, outcome, rules, help)
 *   setup    what the exchange needs for the fault to show: a function of the driver (rig)
 *   outcome  how the analyzer must say that the update ended; several updates are separated by commas
 *   rules    exactly the rules that it must name, in order of the alphabet; "" for what must pass without a finding
 */
/* clang-format off */
#define RIG_FAULTS(X)                                                                                                  \
    /* Endings that the document provides for. */                                                                      \
    X(REFUSE,            "refuse",             NEVER,          COURSE,         "plain",       "refused",               \
      "",                                                                                                              \
      "refuse the update: 1X1")                                                                                        \
    X(BATTERY_LOW,       "battery-low",        NEVER,          COURSE,         "plain",       "battery-low",           \
      "",                                                                                                              \
      "refuse the update: battery low, 1X3")                                                                           \
    X(REJECT_VERSION,    "reject-version",     NEVER,          COURSE,         "plain",       "version-rejected",      \
      "",                                                                                                              \
      "reject the package's version: 2X3")                                                                             \
    X(UPDATE_BATTERY_LOW, "update-battery-low", NEVER,          COURSE,         "plain",       "update-battery-low",   \
      "",                                                                                                              \
      "battery low before installing: 3X3")                                                                            \
    X(UPDATE_FAILS,      "update-fails",       NEVER,          COURSE,         "plain",       "update-failed",         \
      "",                                                                                                              \
      "installing fails: 3X2")                                                                                         \
    X(VANISH,            "vanish",             NEVER,          COURSE,         "plain",       "incomplete",            \
      "",                                                                                                              \
      "never come back after 3X0")                                                                                     \
    /* Oddities that are no fault. */                                                                                  \
    X(COUNT_RESTART,     "count-restart",      NEVER,          COURSE,         "plain",       "succeeded",             \
      "",                                                                                                              \
      "count from 0000 again after each reboot")                                                                       \
    X(CLOCK_UNSET,       "clock-unset",        NEVER,          COURSE,         "plain",       "succeeded",             \
      "",                                                                                                              \
      "no clock yet in the first message after the reboot")                                                            \
    X(OUTAGE,            "outage",             NEVER,          COURSE,         "plain",       "succeeded",             \
      "",                                                                                                              \
      "lose the connection in the download; what was stored comes as +BUFF")                                           \
    X(BUFFER_PASSED,     "buffer-passed",      NEVER,          COURSE,         "plain",       "succeeded",             \
      "",                                                                                                              \
      "the same, and 3X0 passes what was stored")                                                                    \
    /* Framing and fields. */                                                                                          \
    X(NO_TAIL,           "no-tail",            STARTED,        NO_TAIL,        "plain",       "succeeded",             \
      "tail-missing",                                                                                                  \
      "2X0 without its $")                                                                                             \
    X(OVERSIZED,         "oversized",          LOGIN,          OVERSIZED,      "tcp",         "succeeded",             \
      "message-oversized",                                                                                             \
      "5000 bytes without $ before the first heartbeat")                                                               \
    X(STRAY,             "stray",              STARTED,        STRAY,          "plain",       "succeeded",             \
      "stray-bytes",                                                                                                   \
      "bytes of no message before 2X0")                                                                                \
    X(NON_ASCII,         "non-ascii",          ALIVE,          NON_ASCII,      "plain",       "succeeded",             \
      "non-ascii",                                                                                                     \
      "a byte outside ASCII in a report of another word")                                                              \
    X(EXTENDED_STATUS,   "extended-status",    RESULT,         THEN_EXTENDED,  "plain",       "succeeded",             \
      "field-count",                                                                                                   \
      "a GTUPD report of eight fields after the result")                                                               \
    X(LONG_NAME,         "long-name",          EVERY,          LONG_NAME,      "plain",       "succeeded",             \
      "field-invalid",                                                                                                 \
      "a Device Name of 11 characters")                                                                                \
    X(BAD_TIME,          "bad-time",           STARTED,        BAD_TIME,       "plain",       "succeeded",             \
      "field-invalid",                                                                                                 \
      "a Send Time in month 13 in 2X0")                                                                                \
    X(TIMES_RANGE,       "times-range",        STARTED,        TIMES_RANGE,    "plain",       "succeeded",             \
      "field-invalid",                                                                                                 \
      "Download Times 7 in 2X0")                                                                                       \
    X(BLANK_ID,          "blank-id",           CONFIRMED,      BLANK_ID,       "plain",       "succeeded",             \
      "field-whitespace",                                                                                              \
      "a blank before the Unique ID in 1X0")                                                                           \
    X(RESERVED,          "reserved",           CONFIRMED,      RESERVED,       "plain",       "succeeded",             \
      "reserved-not-empty",                                                                                            \
      "something in the Reserved field of 1X0")                                                                        \
    X(UNDEFINED_CODE,    "undefined-code",     STARTED,        THEN_UNDEFINED, "plain",       "succeeded",             \
      "code-undefined",                                                                                                \
      "a report with the code 2X5 behind 2X0")                                                                         \
    X(FOREIGN_TYPE,      "foreign-type",       EVERY,          FOREIGN_TYPE,   "plain",       "succeeded",             \
      "device-type-foreign",                                                                                           \
      "the device type of another model")                                                                              \
    X(BAD_CHECK_DIGIT,   "bad-check-digit",    NEVER,          COURSE,         "plain",       "succeeded",             \
      "imei-check-digit",                                                                                              \
      "an IMEI with a wrong check digit")                                                                              \
    /* Numbers and clocks. */                                                                                          \
    X(RESEND,            "resend",             FINISHED,       RESEND,         "plain",       "succeeded",             \
      "message-repeated",                                                                                              \
      "2X1 twice, byte for byte")                                                                                      \
    X(COUNT_JUMP,        "count-jump",         FINISHED,       COUNT_JUMP,     "plain",       "succeeded",             \
      "count-gap",                                                                                                     \
      "three Count Numbers left out before 2X1")                                                                       \
    X(COUNT_SAME,        "count-same",         FINISHED,       COUNT_SAME,     "plain",       "succeeded",             \
      "count-reused",                                                                                                  \
      "2X1 with the Count Number of the message before")                                                               \
    X(COUNT_BACK,        "count-back",         FINISHED,       COUNT_BACK,     "plain",       "succeeded",             \
      "count-backwards",                                                                                               \
      "the Count Number goes back by 5 at 2X1")                                                                        \
    X(TIME_BACK,         "time-back",          STARTED,        TIME_BACK,      "plain",       "succeeded",             \
      "send-time-backwards",                                                                                           \
      "2X0 with a Send Time five minutes back")                                                                        \
    X(TWO_CONNECTIONS,   "two-connections",    LOGIN,          THEN_ASIDE,     "tcp",         "succeeded",             \
      "identity-conflict",                                                                                             \
      "a heartbeat on a second connection")                                                                            \
    X(ECHO,              "echo",               ACK,            ECHO,           "plain",       "succeeded",             \
      "direction-wrong",                                                                                               \
      "send the command back before acknowledging it")                                                                 \
    /* Commands. */                                                                                                    \
    X(NO_ACK,            "no-ack",             ACK,            SKIP,           "plain",       "succeeded",             \
      "ack-missing",                                                                                                   \
      "no +ACK to the start command")                                                                                  \
    X(WRONG_SERIAL,      "wrong-serial",       ACK,            WRONG_SERIAL,   "plain",       "succeeded",             \
      "ack-missing,ack-unexpected",                                                                                    \
      "+ACK with a Serial Number that no command had")                                                                 \
    X(STOP_IGNORED,      "stop-ignored",       NEVER,          COURSE,         "stop-early",  "succeeded",             \
      "stop-ignored",                                                                                                  \
      "acknowledge a stop, and go on all the same")                                                                    \
    X(CANCEL_LATE,       "cancel-late",        NEVER,          COURSE,         "stop-late",   "cancelled",             \
      "cancel-too-late,stop-too-late",                                                                                 \
      "cancel after 2X1, when a stop comes too late")                                                                  \
    X(CONFIRM_BUSY,      "confirm-busy",       NEVER,          COURSE,         "start-twice", "superseded,succeeded",  \
      "confirm-while-busy,start-while-busy,transfer-cut",                                                              \
      "confirm a second start in the download")                                                                        \
    /* The course of the update. */                                                                                    \
    X(SKIP_CONFIRM,      "skip-confirm",       CONFIRMED,      SKIP,           "plain",       "succeeded",             \
      "phase-skipped",                                                                                                 \
      "leave out 1X0")                                                                                                 \
    X(SKIP_START,        "skip-start",         STARTED,        SKIP,           "plain",       "succeeded",             \
      "phase-skipped",                                                                                                 \
      "leave out 2X0")                                                                                                 \
    X(SKIP_FINISH,       "skip-finish",        FINISHED,       SKIP,           "plain",       "succeeded",             \
      "phase-skipped",                                                                                                 \
      "leave out 2X1")                                                                                                 \
    X(SKIP_UPDATE_START, "skip-update-start",  UPDATE_STARTED, SKIP,           "plain",       "succeeded",             \
      "phase-skipped",                                                                                                 \
      "leave out 3X0")                                                                                                 \
    X(LOSE_START,        "lose-start",         STARTED,        LOSE,           "plain",       "succeeded",             \
      "count-gap,report-lost",                                                                                         \
      "2X0 gets lost on its way, its Count Number is used")                                                            \
    X(RECONFIRM,         "reconfirm",          STARTED,        THEN_CONFIRM,   "plain",       "succeeded",             \
      "report-out-of-order",                                                                                           \
      "1X0 again behind 2X0")                                                                                          \
    X(CANCEL_UNASKED,    "cancel-unasked",     NEVER,          COURSE,         "plain",       "cancelled",             \
      "cancel-unrequested",                                                                                            \
      "cancel the download without a stop")                                                                            \
    X(REPEAT_RESULT,     "repeat-result",      RESULT,         REPEAT,         "plain",       "succeeded",             \
      "report-after-end",                                                                                              \
      "the result twice, with a Count Number of its own")                                                              \
    X(WRONG_TYPE,        "wrong-type",         STARTED,        WRONG_TYPE,     "plain",       "succeeded",             \
      "update-type-mismatch",                                                                                          \
      "another X in the code of 2X0")                                                                                  \
    X(CHATTER,           "chatter",            STARTED,        THEN_CHATTER,   "plain",       "succeeded",             \
      "unrelated-report-during-update",                                                                                \
      "a position report in the download")                                                                             \
    X(TIMES_BASE,        "times-base",         EVERY_REPORT,   TIMES_BASE,     "plain",       "succeeded",             \
      "download-times-wrong",                                                                                          \
      "Download Times counted from 3")                                                                                 \
    X(TIMES_STUCK,       "times-stuck",        EVERY_REPORT,   TIMES_STUCK,    "missing-2",   "download-failed",       \
      "download-times-wrong,transfer-refused",                                                                         \
      "Download Times that does not count the second attempt")                                                         \
    X(EXTRA_ATTEMPT,     "extra-attempt",      NEVER,          COURSE,         "missing",     "download-failed",       \
      "too-many-attempts,transfer-refused",                                                                            \
      "one attempt more than allowed")                                                                                 \
    X(GIVE_UP,           "give-up",            NEVER,          COURSE,         "missing-2",   "download-failed",       \
      "retries-not-exhausted,transfer-refused",                                                                        \
      "give up after the first attempt")                                                                               \
    X(OVERRUN,           "overrun",            NEVER,          COURSE,         "slow",        "succeeded",             \
      "download-overran",                                                                                              \
      "go on downloading after Download Timeout")                                                                      \
    X(CRASH,             "crash",              NEVER,          COURSE,         "plain",       "incomplete",            \
      "download-result-missing",                                                                                       \
      "lose power in the download, and come back when its time is over")                                               \
    X(NO_REBOOT,         "no-reboot",          NEVER,          COURSE,         "tcp",         "succeeded",             \
      "reboot-missing",                                                                                                \
      "report the result on the connection of 3X0")                                                                    \
    X(NO_RESULT,         "no-result",          NEVER,          COURSE,         "plain",       "no-result",             \
      "result-missing",                                                                                                \
      "come back after 3X0, but report no result")                                                                     \
    /* The download, against what the wire shows of it. */                                                             \
    X(PRETEND,           "pretend",            NEVER,          COURSE,         "missing",     "update-failed",         \
      "result-contradicts-transfer,transfer-refused",                                                                  \
      "report a package as downloaded that the file server does not have")                                             \
    X(CUT_URL,           "cut-url",            NEVER,          COURSE,         "plain",       "download-failed",       \
      "transfer-url-differs",                                                                                          \
      "ask for a path that lacks the last letter of the command's")                                                    \
    X(OLD_VERSION,       "old-version",        NEVER,          COURSE,         "tcp",         "succeeded",             \
      "version-unchanged",                                                                                             \
      "tell the same version before the update and after its success")                                                 \
    X(BY_SMS,            "by-sms",             NEVER,          COURSE,         "sms",         "succeeded",             \
      "command-unseen",                                                                                                \
      "the command comes by SMS (--sms), not by the backend")
/* clang-format on */

typedef enum {
#define X(name, ...) RIG_FAULT_##name,
    RIG_FAULTS(X)
#undef X
    RIG_FAULT_COUNT,
} RigFault;

typedef struct {
    const char *id;
    RigMoment moment;
    RigAct act;
    const char *setup;
    const char *outcome;
    const char *rules;
    const char *help;
} RigFaultInfo;

/* Which faults a device has. */
typedef struct {
    gboolean armed[RIG_FAULT_COUNT];
} RigFaults;

/* The fault's row. Static storage. */
const RigFaultInfo *rig_fault_info(RigFault fault);

/* Arms the fault of this id. FALSE if there is none. */
gboolean rig_faults_arm(RigFaults *faults, const char *id);

/*
 * Does this act befall a message of this moment? A fault strikes once, except those at EVERY and EVERY_REPORT. Asking
 * uses it up.
 */
gboolean rig_faults_strike(RigFaults *faults, RigMoment moment, RigAct act);

/* The table for programs: a line a fault, its columns separated by tabs: id, setup, outcome, rules, help. */
void rig_faults_print(void);
