/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The finished model: what one analysis found, in the order in which every report shows it.
 *
 * Collects what the engine's sink is told, then is completed once and only read afterwards. It decides what belongs
 * together and in which order, so that reports need only decide how it looks.
 */
#pragma once

#include "capture.h"
#include "diagnosis.h"
#include "engine.h"
#include "transfer.h"

#include <glib.h>

/* A capture as reports show it. */
typedef struct {
    char *file; /* printable */
    guint64 packets;
    guint64 bytes;
    gint64 first_time, last_time; /* ns since 1970; meaningless without packets */
    gboolean is_live;             /* it was no file, but an interface */
    guint64 dropped;              /* with is_live: packets lost before they could be read */
    gboolean nanoseconds;         /* its times are shown with nine digits, else six */
    char *error;                  /* why it could not be read to its end; NULL: it is complete */
} GtupdModelCapture;

typedef struct {
    GtupdRule rule;
    GtupdEvent event;    /* the anchor */
    guint update;        /* number of the device's update; 0 none */
    const char *field;   /* public name; NULL: about no field */
    guint offset;        /* in the message, of what it is about */
    const char *section; /* NULL: the document has none */
    char *message;
} GtupdModelFinding;

typedef struct {
    guint number;
    GtupdState state;
    GtupdOutcome outcome;
    GtupdUpdateType type;
    gint64 start_time;
    gint64 end_time;     /* 0: no report ended it */
    gint64 closing_time; /* see GtupdUpdate, as for these: */
    gint64 last_heard;
    gboolean restarted, has_disputed;
    GtupdVersion version_before, version_after;
    guint attempts;
    GtupdCommand *command;     /* NULL: not in the capture */
    GArray *events;            /* of GtupdEvent, by merged time */
    gboolean shares_events;    /* … which are the engine's still: not to be changed */
    GPtrArray *transfers;      /* of GtupdTransfer, by request */
    GtupdDiagnosis *diagnosis; /* NULL: it succeeded without a finding */
    gsize size;                /* bytes that count towards the model's limit */
} GtupdModelUpdate;

typedef struct {
    char id[16];
    gboolean is_meid;
    char *name; /* NULL: none was heard */
    char type[3];
    char version[8];
    GtupdCounts counts;
    GPtrArray *updates;  /* of GtupdModelUpdate, by number */
    GPtrArray *findings; /* of GtupdModelFinding, borrowed from the model, in its order */

    guint handed_over;    /* the last update that was, and those before it */
    guint latest_finding; /* the latest update with a finding */
} GtupdModelDevice;

/* What a selection left out of the model. */
typedef struct {
    gboolean is_known; /* there was one besides that of devices */
    guint64 devices, updates, findings;
} GtupdModelLeftOut;

typedef struct _GtupdModel GtupdModel;

/* Who takes updates and findings as soon as they are known. Everything is borrowed for the call. */
typedef struct {
    gpointer data; /* given back as the last argument */
    /* An update is over, and as complete as it will be. `findings`: those of the update, in report order. */
    void (*update)(const GtupdModelDevice *device, const GtupdModelUpdate *update, const GPtrArray *findings,
                   gpointer data);
    /* A finding that is about no update, or was made after its update was handed over. */
    void (*finding)(const GtupdModelFinding *finding, gpointer data);
} GtupdModelTaker;

struct _GtupdModel {
    GArray *captures;    /* of GtupdModelCapture */
    GPtrArray *devices;  /* of GtupdModelDevice, by first message */
    GPtrArray *findings; /* of GtupdModelFinding, by capture, frame, place in the packet, catalogue */
    GtupdCounts counts;
    guint64 updates;
    guint64 severities[GTUPD_SEVERITIES]; /* findings made; more than `findings` holds if a limit was reached */
    guint64 limits[GTUPD_LIMITS];         /* how many things each limit dropped */

    GtupdModelLeftOut left_out; /* by the choice of devices too */

    GHashTable *only;   /* of Unique IDs; NULL: every device */
    GHashTable *by_id;  /* Unique ID → GtupdModelDevice, also those not yet in `devices` */
    gboolean finishing; /* the engine is being asked for its verdict */

    gsize size;                    /* bytes kept of updates and findings: GTUPD_MAX_REPORT_BYTES at most */
    GQueue clean;                  /* of GtupdModelUpdate: nothing is amiss with them, so their events may go */
    guint64 dropped[GTUPD_LIMITS]; /* at that limit */

    GtupdModelTaker taker; /* with `update`: keeps neither updates nor findings, but hands them over */
};

/* `devices`: the Unique IDs to report on, upper case, NULL-terminated; NULL: all. */
GtupdModel *gtupd_model_new(const char *const *devices);
void gtupd_model_free(GtupdModel *model);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GtupdModel, gtupd_model_free)

/* What the engine is to tell. Good as long as the model lives. */
GtupdSink gtupd_model_sink(GtupdModel *model);

/*
 * Updates and findings are not to be kept, but handed over, the rest of them while the model is completed: `devices`
 * then have no updates in the end, and no findings, nor has the model. To be called before the first packet.
 */
void gtupd_model_hand_over(GtupdModel *model, const GtupdModelTaker *taker);

/*
 * Hands over the device's update as it stands now, although more may still be heard of it; what is, is told no more,
 * but for findings. To be called between packets.
 */
void gtupd_model_hand_over_now(GtupdModel *model, const GtupdEngine *engine, const char *device);

/* A capture; to be added in report order, once it has been read, and before gtupd_model_complete(). */
void gtupd_model_add_capture(GtupdModel *model, const GtupdCaptureInfo *info);

/* Forgets those added, which were not yet read to their end. */
void gtupd_model_clear_captures(GtupdModel *model);

/* All packets have been fed: asks the engine for its verdict and puts everything in order. Once. */
void gtupd_model_complete(GtupdModel *model, const GtupdEngine *engine);

/* Is there any packet in the captures? */
gboolean gtupd_model_has_packets(const GtupdModel *model);

/* When the captures end: ns, of their last packet. 0 without packets. */
gint64 gtupd_model_end(const GtupdModel *model);

/* The device, or NULL if no message of it was heard or it is not reported on. Borrowed. */
const GtupdModelDevice *gtupd_model_device(const GtupdModel *model, const char *id);

/* Was a finding of this severity or above made? */
gboolean gtupd_model_has_severity(const GtupdModel *model, GtupdSeverity severity);

/* Severity of a finding's rule. */
GtupdSeverity gtupd_model_severity(const GtupdModelFinding *finding);

/* How a time of this capture is shown. */
gboolean gtupd_model_nanoseconds(const GtupdModel *model, guint32 capture);
