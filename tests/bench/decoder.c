/* SPDX-License-Identifier: GPL-2.0-or-later */
/* gtupd-decoder: how many GTUPD messages a second are framed and decoded on one core, with nothing around it. */
#include "message.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROUNDS 1000000

/* An update as it is on the wire. */
static const char course[] = "AT+GTUPD=cv200,0,1,10,0,,,http://198.51.100.9/cv200/CV200_R01A02V08.bin,,11,,,,0001$"
                             "+ACK:GTUPD,BD0214,867700040090117,bus-7,0001,20260531091506,0011$"
                             "+RESP:GTUPD,BD0214,867700040090117,bus-7,1110,,20260531091506,0012$"
                             "+RESP:GTUPD,BD0214,867700040090117,bus-7,2110,1,20260531091507,0013$"
                             "+RESP:GTUPD,BD0214,867700040090117,bus-7,2111,1,20260531091730,0014$"
                             "+RESP:GTUPD,BD0214,867700040090117,bus-7,3110,,20260531091732,0015$"
                             "+BUFF:GTUPD,BD0214,867700040090117,bus-7,3111,,20260531091940,0016$";

/* Messages decoded that may be used, so that the work cannot be left out. */
static guint decode(const guint8 *bytes, gsize length)
{
    guint usable = 0;
    for (gsize offset = 0; offset < length;) {
        GtupdFrame frame = gtupd_frame_next(bytes + offset, length - offset, 0);
        GtupdMessage message;
        gtupd_message_decode(&message, bytes + offset, frame.length, frame.type, frame.end, FALSE);
        usable += message.is_gtupd && message.complete && message.kind != GTUPD_KIND_OTHER_REPORT;
        offset += frame.length;
    }
    return usable;
}

int main(void)
{
    const guint messages = 7;
    guint64 decoded = 0;
    gint64 begin = g_get_monotonic_time();
    for (guint i = 0; i < ROUNDS; i++)
        decoded += decode((const guint8 *)course, strlen(course));
    gint64 end = g_get_monotonic_time();

    if (decoded != (guint64)messages * ROUNDS) {
        fprintf(stderr, "gtupd-decoder: %" G_GUINT64_FORMAT " messages decoded instead of %u\n", decoded,
                messages * ROUNDS);
        return EXIT_FAILURE;
    }
    printf("%.0f\n", (double)decoded * G_USEC_PER_SEC / (double)MAX(end - begin, 1));
    return EXIT_SUCCESS;
}
