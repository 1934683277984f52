/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The facts of a case, worked out once: which download attempt is in question, and what was seen of it. Private to
 * diagnosis*.c.
 */
#pragma once

#include "diagnosis.h"

#define GTUPD_LONGEST_TIMEOUT 30 /* minutes: the longest that a start command can set (§2.1.1) */

typedef struct {
    const GtupdCase *about;
    const GtupdUpdate *update;

    /* Reports; NULL: not heard */
    const GtupdEvent *last;       /* the last message of all */
    const GtupdEvent *refusal;    /* 1X1 */
    const GtupdEvent *stop;       /* the last stop command */
    const GtupdEvent *ack;        /* of a command */
    const GtupdEvent *installing; /* 3X0 */

    /* The attempt in question: the last that failed, or the one that the package came by; 0 none */
    guint attempt;
    const GtupdEvent *started;     /* its 2X0 */
    const GtupdEvent *ended;       /* its 2X1 or 2X2 */
    guint failed;                  /* attempts that are known to have failed */
    const GtupdTransfer *transfer; /* its last download, or an earlier attempt's; NULL: none was seen */
    gboolean is_earlier;           /* … an earlier attempt's */
    gint64 begun, over;            /* ns; of the download as far as it went */
    gint64 delivered, whole;       /* bytes of the package that the attempt brought; of all of it, −1 not known */
    gint64 missing;                /* bytes that neither it nor, by where it resumed, one before it brought */
    gint64 silence;                /* ns without payload before the download was over */
    double rate;                   /* bytes a second; 0 not known */
    gint64 needed;                 /* ns that the whole package takes at this rate; 0 not known */
    int timeout;                   /* minutes; −1 not known */
    gint64 end;                    /* ns; until when anything can be known */
} GtupdFacts;

GtupdFacts gtupd_facts_of(const GtupdCase *about);

/* How long the attempt lasted, from 2X0 to 2X1 or 2X2: ns, 0 not known. */
gint64 gtupd_facts_lasted(const GtupdFacts *facts);

/* The Download Timeout, in minutes, that the package fits into at this rate with something to spare. */
int gtupd_facts_advised(const GtupdFacts *facts);

/* Is the finding about a field of the start command? */
gboolean gtupd_facts_is_about_command(const GtupdFacts *facts, const GtupdClue *clue);

/* … one that says where the package is? */
gboolean gtupd_facts_has_bad_download_field(const GtupdFacts *facts);

/* What shows something: bits, for gtupd_facts_frames(). */
enum {
    SHOW_COMMAND = 1 << 0,
    SHOW_LAST = 1 << 1,     /* the last message of the update */
    SHOW_END = 1 << 2,      /* the report that ended it */
    SHOW_ATTEMPT = 1 << 3,  /* 2X0, and 2X1 or 2X2 */
    SHOW_TRANSFER = 1 << 4, /* request, last data, end */
    SHOW_STOP = 1 << 5,
    SHOW_REFUSAL = 1 << 6,
    SHOW_FAILURES = 1 << 7, /* all 2X2 */
    SHOW_VERSIONS = 1 << 8,
    SHOW_INSTALLING = 1 << 9,
    SHOW_CLUES = 1 << 10, /* the messages with findings */
    SHOW_DOWNLOAD = SHOW_ATTEMPT | SHOW_TRANSFER,
};

/* The messages and packets, in order, each packet once: of GtupdAnchor. The caller owns it. */
GArray *gtupd_facts_frames(const GtupdFacts *facts, guint shows);

/*
 * A sentence with its {words} replaced by the facts; diagnosis_words.c lists the words. Printable ASCII. Free with
 * g_free().
 */
char *gtupd_facts_tell(const GtupdFacts *facts, const char *sentence);
