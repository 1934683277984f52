/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What Wireshark's windows count: the taps, devices as endpoints and conversations (-z endpoints,attrack), Follow, and
 * Tools → Credentials.
 *
 * Taps carry the messages that the engine counts, each once, so that they say what the analyzer says.
 */
#pragma once

#include "judge.h"

#include <epan/packet.h>

/* Taps and tables of the protocol; called while it is registered. */
void stats_register(int proto);

/* A message is shown. `judged` NULL: it is not counted. `word` lives as long as the packet. */
void stats_tap_message(tvbuff_t *tvb, packet_info *pinfo, const JudgeMessage *judged, const char *word);

/* A message of an earlier frame has become known; `tvb` is the frame at hand. Only on the first pass. */
void stats_tap_overdue(tvbuff_t *tvb, packet_info *pinfo, const JudgeMessage *judged);

/* Somebody's password stands in the packet, in the field `hf`. All strings live as long as the packet. */
void stats_tap_credential(packet_info *pinfo, int hf, char *user_name, const char *info);
