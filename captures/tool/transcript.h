/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Transcripts: a capture as a document that a person can read and change. README.md describes the language.
 *
 * A transcript is carried out line by line, from top to bottom; the result depends on nothing but its text.
 */
#pragma once

#include <glib.h>

/* The only error: a line that cannot be carried out. Its message begins with NAME:LINE. */
#define TRANSCRIPT_ERROR (transcript_error_quark())
typedef enum {
    TRANSCRIPT_ERROR_LINE,
} TranscriptError;

GQuark transcript_error_quark(void);

/* A capture file that a transcript makes; of a rotated one, a part. */
typedef struct {
    char *suffix; /* ".pcap", ".pcapng"; with a number if rotated: ".pcap0", ".pcap1" */
    GByteArray *bytes;
} TranscriptFile;

/*
 * Carries out `text`. An array of TranscriptFile, in order; caller owns. NULL with *error set if a line is wrong;
 * `name` stands in the message.
 */
GPtrArray *transcript_run(const char *name, const char *text, GError **error);
