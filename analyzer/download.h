/* SPDX-License-Identifier: GPL-2.0-or-later */
/* File transfers as reports show them. All results of dup functions: free with g_free(). */
#pragma once

#include "transfer.h"

#include <glib.h>

/* "http", "ftp". Static storage. */
const char *gtupd_download_protocol(const GtupdTransfer *transfer);

/* "complete", "cut", "missing", … Static storage. */
const char *gtupd_download_result(const GtupdTransfer *transfer);

/* "server", "device", "nobody"; NULL: it is open. Static storage. */
const char *gtupd_download_closed_by(const GtupdTransfer *transfer);

/* From the request to the last byte of payload: ns; 0 where none came. */
gint64 gtupd_download_duration(const GtupdTransfer *transfer);

/* Over that time: bytes a second; −1 where it cannot be told. */
gint64 gtupd_download_rate(const GtupdTransfer *transfer);

/* "198.51.100.9:80", "[2001:db8::9]:80"; the name where no address is known. */
char *gtupd_download_server_dup(const GtupdTransfer *transfer);

/* "HTTP from 198.51.100.9:80 (files.example.com): /a.bin: 404, package not there" with all figures. */
char *gtupd_download_words_dup(const GtupdTransfer *transfer, gboolean verbose);
