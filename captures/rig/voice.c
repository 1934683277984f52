/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "voice.h"

#include <string.h>

#define POSITION           "0,0,1,1,0.0,0,10.0,121.354335,31.222073,20230615080000,0460,0000,1877,0873,,,,,100"
#define POSITION_NON_ASCII "0,0,1,1,0.0,0,10.0,121.354335,31.222073,20230615080000,0460,0000,1877,0873,,,,\xe9,100"

struct _RigVoice {
    RigDeviceOptions *options;
    RigLink *link;
    char *firmware;
    gboolean clock_unset;
    gint64 started; /* µs since 1970 */
};

/* A message before it is put together. */
typedef struct {
    RigMoment moment;
    const char *header; /* "+RESP" */
    const char *word;
    const char *body;    /* between Device Name and Send Time, or NULL */
    const char *command; /* that it answers, or NULL */
} Saying;

static const struct {
    const char *phase;
    RigMoment moment;
} moments[] = {
    {"1X0", RIG_AT_CONFIRMED},      {"2X0", RIG_AT_STARTED}, {"2X1", RIG_AT_FINISHED},
    {"3X0", RIG_AT_UPDATE_STARTED}, {"3X1", RIG_AT_RESULT},  {"3X2", RIG_AT_RESULT},
};

RigVoice *rig_voice_new(RigDeviceOptions *options, RigLink *link)
{
    RigVoice *voice = g_new0(RigVoice, 1);
    voice->options = options;
    voice->link = link;
    voice->firmware = g_strdup(options->firmware);
    voice->started = g_get_real_time();
    return voice;
}

void rig_voice_free(RigVoice *voice)
{
    if (!voice)
        return;
    g_free(voice->firmware);
    g_free(voice);
}

void rig_voice_set_firmware(RigVoice *voice, const char *version)
{
    g_free(voice->firmware);
    voice->firmware = g_strdup(version);
}

void rig_voice_unset_clock(RigVoice *voice)
{
    voice->clock_unset = TRUE;
}

static gboolean strikes(RigVoice *voice, RigMoment moment, RigAct act)
{
    return rig_faults_strike(&voice->options->faults, moment, act);
}

/* --- fields --- */

static char *send_time(RigVoice *voice, RigMoment moment)
{
    if (strikes(voice, moment, RIG_ACT_BAD_TIME))
        return g_strdup("20231315080000");
    if (voice->clock_unset) {
        voice->clock_unset = FALSE;
        return g_strdup("20200101000003");
    }
    gint64 elapsed = g_get_real_time() - voice->started;
    if (voice->options->scaled_clock)
        elapsed = (gint64)((double)elapsed * voice->options->scale);
    gint64 seconds = (voice->started + elapsed) / G_USEC_PER_SEC + voice->options->habits.zone;
    if (strikes(voice, moment, RIG_ACT_TIME_BACK))
        seconds -= 300;
    g_autoptr(GDateTime) time = g_date_time_new_from_unix_utc(seconds);
    return g_date_time_format(time, "%Y%m%d%H%M%S");
}

static int count_step(RigVoice *voice, RigMoment moment)
{
    if (strikes(voice, moment, RIG_ACT_COUNT_SAME))
        return -1;
    if (strikes(voice, moment, RIG_ACT_COUNT_BACK))
        return -6;
    return strikes(voice, moment, RIG_ACT_COUNT_JUMP) ? 3 : 0;
}

static char *put_together(RigVoice *voice, const Saying *saying)
{
    const RigDeviceOptions *options = voice->options;
    g_autofree char *time = send_time(voice, saying->moment);
    const char *type = strikes(voice, saying->moment, RIG_ACT_FOREIGN_TYPE) ? "6E" : options->habits.type;
    const char *blank = strikes(voice, saying->moment, RIG_ACT_BLANK_ID) ? " " : "";
    const char *name = strikes(voice, saying->moment, RIG_ACT_LONG_NAME) ? "cv200-truck" : options->name;
    return g_strdup_printf("%s:%s,%s%s,%s%s,%s%s%s,%s", saying->header, saying->word, type, voice->firmware, blank,
                           options->id, name, saying->body ? "," : "", saying->body ? saying->body : "", time);
}

static char *bytes_before(RigVoice *voice, const Saying *saying)
{
    if (strikes(voice, saying->moment, RIG_ACT_STRAY))
        return g_strdup("MODEM RESET");
    if (strikes(voice, saying->moment, RIG_ACT_ECHO))
        return g_strdup(saying->command);
    if (!strikes(voice, saying->moment, RIG_ACT_OVERSIZED))
        return NULL;
    g_autofree char *filling = g_strnfill(5000, '7');
    return g_strdup_printf("+RESP:GTDAT,%s%s,%s,%s,%s", voice->options->habits.type, voice->firmware,
                           voice->options->id, voice->options->name, filling);
}

/* --- what comes behind a message --- */

static void say(RigVoice *voice, const Saying *saying);

static void say_aside(RigVoice *voice)
{
    const Saying heartbeat = {.moment = RIG_AT_NEVER, .header = "+ACK", .word = "GTHBD"};
    g_autofree char *text = put_together(voice, &heartbeat);
    rig_link_send_aside(voice->link, text);
}

static void say_afterwards(RigVoice *voice, const Saying *saying)
{
    Saying next = {.moment = RIG_AT_NEVER, .header = "+RESP", .word = "GTUPD"};
    if (strikes(voice, saying->moment, RIG_ACT_THEN_CONFIRM))
        next.body = "110,";
    else if (strikes(voice, saying->moment, RIG_ACT_THEN_UNDEFINED))
        next.body = "215,1";
    else if (strikes(voice, saying->moment, RIG_ACT_THEN_EXTENDED))
        next.body = "311,,EXTENDED";
    else if (strikes(voice, saying->moment, RIG_ACT_THEN_CHATTER)) {
        next.word = "GTFRI";
        next.body = POSITION;
    }
    if (next.body)
        say(voice, &next);
    else if (strikes(voice, saying->moment, RIG_ACT_THEN_ASIDE))
        say_aside(voice);
}

static void say(RigVoice *voice, const Saying *saying)
{
    if (strikes(voice, saying->moment, RIG_ACT_SKIP))
        return;
    const RigOutgoing message = {
        .text = put_together(voice, saying),
        .before = bytes_before(voice, saying),
        .count_step = count_step(voice, saying->moment),
        .answer = saying->command != NULL,
        .lost = strikes(voice, saying->moment, RIG_ACT_LOSE),
        .no_tail = strikes(voice, saying->moment, RIG_ACT_NO_TAIL),
        .twice = strikes(voice, saying->moment, RIG_ACT_RESEND),
    };
    rig_link_send(voice->link, &message);
    if (strikes(voice, saying->moment, RIG_ACT_REPEAT))
        say(voice, saying);
    say_afterwards(voice, saying);
}

/* --- public --- */

void rig_voice_heartbeat(RigVoice *voice, gboolean login)
{
    const Saying saying = {.moment = login ? RIG_AT_LOGIN : RIG_AT_NEVER, .header = "+ACK", .word = "GTHBD"};
    say(voice, &saying);
}

void rig_voice_ack(RigVoice *voice, const char *word, const char *serial, const char *command)
{
    gboolean wrong = strikes(voice, RIG_AT_ACK, RIG_ACT_WRONG_SERIAL);
    const Saying saying = {
        .moment = g_str_equal(word, "GTUPD") ? RIG_AT_ACK : RIG_AT_NEVER,
        .header = "+ACK",
        .word = word,
        .body = wrong ? "7E57" : serial,
        .command = command,
    };
    say(voice, &saying);
}

static RigMoment moment_of(const char *phase)
{
    for (guint i = 0; i < G_N_ELEMENTS(moments); i++)
        if (g_str_equal(moments[i].phase, phase))
            return moments[i].moment;
    return RIG_AT_OTHER_REPORT;
}

static char *download_times(RigVoice *voice, RigMoment moment, int attempt)
{
    int base = voice->options->habits.times_base;
    if (strikes(voice, moment, RIG_ACT_TIMES_RANGE))
        return g_strdup("7");
    if (strikes(voice, moment, RIG_ACT_TIMES_BASE))
        base = 3;
    if (strikes(voice, moment, RIG_ACT_TIMES_STUCK))
        attempt = 1;
    return g_strdup_printf("%d", base + attempt - 1);
}

void rig_voice_report(RigVoice *voice, const char *phase, const char *type, int attempt)
{
    RigMoment moment = moment_of(phase);
    if (strikes(voice, moment, RIG_ACT_WRONG_TYPE))
        type = g_str_equal(type, "0") ? "1" : "0";
    g_autofree char *fifth = NULL;
    if (phase[0] == '2')
        fifth = download_times(voice, moment, attempt);
    else if (strikes(voice, moment, RIG_ACT_RESERVED))
        fifth = g_strdup("5");
    else
        fifth = g_strdup(voice->options->habits.reserved_0 ? "0" : "");
    g_autofree char *body = g_strdup_printf("%c%s%c,%s", phase[0], type, phase[2], fifth);
    const Saying saying = {.moment = moment, .header = "+RESP", .word = "GTUPD", .body = body};
    say(voice, &saying);
}

void rig_voice_other(RigVoice *voice, const char *word, const char *body)
{
    const Saying saying = {.moment = RIG_AT_NEVER, .header = "+RESP", .word = word, .body = body};
    say(voice, &saying);
}

void rig_voice_alive(RigVoice *voice)
{
    gboolean odd = strikes(voice, RIG_AT_ALIVE, RIG_ACT_NON_ASCII);
    const Saying saying = {
        .moment = RIG_AT_ALIVE,
        .header = "+RESP",
        .word = "GTFRI",
        .body = odd ? POSITION_NON_ASCII : POSITION,
    };
    say(voice, &saying);
}
