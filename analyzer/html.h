/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the parts of the HTML report share. Private to report_html.c (the page), html_overview.c, html_device.c,
 * html_update.c and html_picture.c, which set what the templates in html/ ask for; how it looks is decided there.
 */
#pragma once

#include "report.h"
#include "template.h"
#include "timeline.h"
#include "trouble.h"
#include "verdict.h"

#include <glib.h>

typedef struct {
    const GtupdModel *model;
    const GtupdReportOptions *options;
    const GString *out;                 /* the page so far */
    gint64 end_time;                    /* of the captures */
    guint troubled;                     /* devices with trouble */
    guint shown;                        /* devices with an update or a finding */
    guint most;                         /* updates of the most frequent cause */
    gboolean brief;                     /* something was told in one line, for want of room */
    gboolean advised[GTUPD_RULE_COUNT]; /* the current device has been told what to do about this */
    GHashTable *findings;               /* of the current device: number of the update → GPtrArray of findings */
} GtupdHtml;

/* All verdicts: what is wrong comes first. */
extern const GtupdVerdict gtupd_html_order[GTUPD_VERDICTS];

#define GTUPD_HTML_EVENTS_MAX 500 /* messages of one update that are shown */

/* Everything is shown at length while the page has room for it: flag `full`. */
gboolean gtupd_html_full(GtupdScope *scope, GtupdHtml *html);

/* Some words, and under which word they stand: an item of a list that gtupd_html_words_new() makes and owns. */
typedef struct {
    const char *kind; /* static storage */
    char *words;
} GtupdHtmlWords;

GPtrArray *gtupd_html_words_new(void);

/* Takes `words`. */
void gtupd_html_words_add(GPtrArray *list, const char *kind, char *words);

/* The fill of such a list: values `kind` and `words`. */
void gtupd_html_words(GtupdScope *scope, gconstpointer item, gpointer user);

/* "good", "stopped", "unclear", "failed": how the style sheet calls a verdict. Static storage. */
const char *gtupd_html_tone(GtupdVerdict verdict);

/* A part of the width, 0 to 1, in percent. */
void gtupd_html_percent(GtupdScope *scope, const char *name, double part);

/* The date and clock of a moment, and the frame it was captured in. */
void gtupd_html_time(GtupdScope *scope, gint64 time);
void gtupd_html_frame(GtupdScope *scope, const GtupdHtml *html, const GtupdAnchor *anchor);

/* All devices together: outcomes (their counts), causes, findings, and the captures. */
void gtupd_html_overview(GtupdScope *scope, GtupdHtml *html, const guint64 outcomes[GTUPD_OUTCOMES]);

/* The update as a picture to scale, with these of its findings. Borrows all until the template is expanded. */
void gtupd_html_picture(GtupdScope *scope, const GtupdTimeline *timeline, const GtupdModelUpdate *update,
                        const GPtrArray *findings);

/* As gtupd_html_tone(), of a download's result. */
const char *gtupd_html_transfer_tone(const GtupdTransfer *transfer);

/* Is the finding to be listed? */
gboolean gtupd_html_lists(const GtupdHtml *html, const GtupdModelFinding *finding);

/* Findings that stand in no update: list `name`, and what is left out of it as list `more`. */
void gtupd_html_loose_findings(GtupdScope *scope, const GtupdHtml *html, const GPtrArray *findings, const char *name,
                               const char *more);

/* Fills: of a finding, a device, the pills that sum it up, an update. */
void gtupd_html_finding(GtupdScope *scope, gconstpointer item, gpointer user);
void gtupd_html_device(GtupdScope *scope, gconstpointer item, gpointer user);
void gtupd_html_tallies(GtupdScope *scope, const GtupdHtml *html, const GtupdModelDevice *device);
void gtupd_html_update(GtupdScope *scope, gconstpointer item, gpointer user);

/* The worst that came of the device's updates. */
GtupdVerdict gtupd_html_worst(const GtupdModelDevice *device);
