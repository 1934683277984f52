/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Layouts: the document's tables, one row a field, in the document's order (§2.1.1, §2.1.2, §2.1.3, §2.2).
 *
 * The rows are data. The decoder walks them to judge a message, the dissector to build its tree, the reports to take
 * names from. Nothing else lists fields.
 */
#pragma once

#include <glib.h>

typedef enum {
    GTUPD_FIELD_PASSWORD,
    GTUPD_FIELD_SUB_COMMAND,
    GTUPD_FIELD_MAX_DOWNLOAD_RETRY,
    GTUPD_FIELD_DOWNLOAD_TIMEOUT,
    GTUPD_FIELD_DOWNLOAD_PROTOCOL,
    GTUPD_FIELD_DOWNLOAD_USER_NAME,
    GTUPD_FIELD_DOWNLOAD_PASSWORD,
    GTUPD_FIELD_DOWNLOAD_URL,
    GTUPD_FIELD_RESERVED,
    GTUPD_FIELD_UPDATE_TYPE,
    GTUPD_FIELD_SERIAL_NUMBER,
    GTUPD_FIELD_PROTOCOL_VERSION,
    GTUPD_FIELD_UNIQUE_ID,
    GTUPD_FIELD_DEVICE_NAME,
    GTUPD_FIELD_SEND_TIME,
    GTUPD_FIELD_COUNT_NUMBER,
    GTUPD_FIELD_CODE,
    GTUPD_FIELD_DOWNLOAD_TIMES,
    GTUPD_FIELDS,
} GtupdField;

typedef enum {
    GTUPD_LAYOUT_NONE,          /* not GTUPD, or `field-count` */
    GTUPD_LAYOUT_START,         /* §2.1.1, 14 fields */
    GTUPD_LAYOUT_START_SIBLING, /* 13 fields: one Reserved less after Update Type */
    GTUPD_LAYOUT_STOP,          /* §2.1.2, 7 fields */
    GTUPD_LAYOUT_ACK,           /* §2.1.3, 6 fields */
    GTUPD_LAYOUT_REPORT,        /* §2.2.1 and §2.2.3, 7 fields, the fifth Reserved */
    GTUPD_LAYOUT_REPORT_TIMES,  /* §2.2.2, 7 fields, the fifth Download Times */
    GTUPD_LAYOUTS,
} GtupdLayoutKind;

typedef struct {
    const char *id;    /* public name: "max-download-retry" */
    const char *title; /* the document's: "Max Download Retry" */
    const char *rule;  /* what passes, in words: "one digit, 0 to 3" */
    gboolean secret;   /* never shown unless asked for */
    /* Does the trimmed, non-empty value pass? */
    gboolean (*valid)(const char *value, gsize length);
} GtupdFieldInfo;

typedef struct {
    GtupdField field;
    const char *fallback; /* what an empty field stands for, which passes too; "" where it may be empty, else NULL */
} GtupdLayoutRow;

typedef struct {
    const char *title;   /* "Start" */
    const char *section; /* "2.1.1" */
    guint count;         /* rows */
    const GtupdLayoutRow *rows;
} GtupdLayout;

/* The field's row. Static storage. */
const GtupdFieldInfo *gtupd_field_info(GtupdField field);

/* The layout's rows. Static storage; no rows for GTUPD_LAYOUT_NONE. */
const GtupdLayout *gtupd_layout(GtupdLayoutKind kind);
