/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What else is on a link: TLS-like connections, HTTP downloads, DNS, bare ACKs. None of it is @Track. */
#pragma once

#include "recorder.h"

typedef struct _Traffic Traffic;

/* Borrows the recorder. */
Traffic *traffic_new(Recorder *recorder);
void traffic_free(Traffic *traffic);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Traffic, traffic_free)

/* The next few packets of one of the connections, or a look-up and its answer. */
void traffic_turn(Traffic *traffic);
