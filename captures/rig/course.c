/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "course.h"

#include "download.h"
#include "package.h"
#include "text.h"

#include <string.h>

/* What a real device takes, in seconds. */
#define HEARTBEAT_EVERY 120
#define CHECK_TAKES     3  /* from +ACK to 1X0 */
#define CONFIRM_TAKES   30 /* from 1X0 to the first 2X0 */
#define RETRY_AFTER     30 /* from 2X2 to the next 2X0 */
#define VERIFY_TAKES    25 /* from 2X1 to 3X0 */
#define REBOOT_AFTER    10 /* from 3X0, or the last 2X2 */
#define REBOOT_TAKES    60
#define RESULT_AFTER    10 /* from login to 3X1 */
#define CANCEL_TAKES    2
#define OUTAGE_TAKES    20 /* shorter than VERIFY_TAKES: 2X1 is stored, 3X0 is not */
#define ALIVE_AFTER     60 /* from the end of an update to the next report */
#define QUIT_AFTER      40
#define CRASH_BEYOND    60 /* the device that lost power comes back so long after Download Timeout */
#define SMS_AFTER       20
#define OLD_VERSION     "CV200,0107,0101" /* GTVER: type, firmware, hardware */

typedef enum {
    IDLE,
    CHECKING,
    CONFIRMED,
    DOWNLOADING,
    WAITING, /* between two attempts */
    DOWNLOADED,
    UPDATING,
} State;

typedef struct {
    char *text; /* the whole command */
    char *url, *user, *password, *type;
    int retries;
    guint timeout; /* minutes */
    gboolean valid;
} Command;

struct _RigCourse {
    RigDeviceOptions *options;
    GMainLoop *loop;
    RigLink *link;
    RigVoice *voice;
    RigDownload *download;
    Command command;
    State state;
    int attempt; /* of this update, from 1 */
    int updates; /* ended so far */
    guint timer; /* of the next step: there is only one */
    guint heartbeat_timer, outage_timer, sms_timer;
    char *running; /* the firmware that runs */
    char *next;    /* the one that was downloaded */
    gboolean corrupt;
    gboolean booting; /* the login to come is that after a reboot */
};

typedef void (*Step)(RigCourse *course);

static void attempt(RigCourse *course);
static void finish_update(RigCourse *course);

static gboolean has(const RigCourse *course, RigFault fault)
{
    return rig_device_has(course->options, fault);
}

/* --- time --- */

typedef struct {
    RigCourse *course;
    Step step;
} Due;

static gboolean due(gpointer data)
{
    Due *this = data;
    this->course->timer = 0;
    this->step(this->course);
    return G_SOURCE_REMOVE;
}

static void cancel_step(RigCourse *course)
{
    if (course->timer)
        g_source_remove(course->timer);
    course->timer = 0;
}

static void after(RigCourse *course, double seconds, Step step)
{
    cancel_step(course);
    Due *this = g_new(Due, 1);
    *this = (Due){.course = course, .step = step};
    course->timer =
        g_timeout_add_full(G_PRIORITY_DEFAULT, rig_device_wait(course->options, seconds), due, this, g_free);
}

/* --- saying --- */

static void report(RigCourse *course, const char *phase)
{
    rig_voice_report(course->voice, phase, course->command.type, course->attempt);
}

/* §3.2: nothing else is said in an update. A heartbeat would pass, but the simulated device keeps to the letter. */
static gboolean heartbeat(gpointer data)
{
    RigCourse *course = data;
    if (course->state == IDLE)
        rig_voice_heartbeat(course->voice, FALSE);
    return G_SOURCE_CONTINUE;
}

static void opened(gpointer data)
{
    RigCourse *course = data;
    gboolean booting = course->booting;
    course->booting = FALSE;
    if (booting && has(course, RIG_FAULT_CLOCK_UNSET))
        rig_voice_unset_clock(course->voice);
    if (booting && course->options->habits.boot_report)
        rig_voice_other(course->voice, "GTPNA", NULL);
    rig_voice_heartbeat(course->voice, TRUE);
    if (has(course, RIG_FAULT_OLD_VERSION))
        rig_voice_other(course->voice, "GTVER", OLD_VERSION);
}

/* --- the end --- */

static void quit_when_said(RigCourse *course)
{
    if (rig_link_is_idle(course->link))
        g_main_loop_quit(course->loop);
    else
        after(course, QUIT_AFTER, quit_when_said);
}

static void alive(RigCourse *course)
{
    rig_voice_alive(course->voice);
    if (course->updates >= course->options->updates)
        after(course, QUIT_AFTER, quit_when_said);
}

static void finish_update(RigCourse *course)
{
    course->state = IDLE;
    course->updates++;
    after(course, ALIVE_AFTER, alive);
}

static void boot(RigCourse *course, Step then)
{
    course->booting = TRUE;
    rig_link_up(course->link);
    after(course, RESULT_AFTER, then);
}

/* --- installing --- */

static void say_result(RigCourse *course)
{
    gboolean failed = course->corrupt || has(course, RIG_FAULT_UPDATE_FAILS);
    if (!failed) {
        g_free(course->running);
        course->running = g_strdup(course->next);
        if (!has(course, RIG_FAULT_OLD_VERSION))
            rig_voice_set_firmware(course->voice, course->running);
    }
    report(course, failed ? "3X2" : "3X1");
    finish_update(course);
}

static void boot_updated(RigCourse *course)
{
    boot(course, has(course, RIG_FAULT_NO_RESULT) ? finish_update : say_result);
}

static void boot_failed(RigCourse *course)
{
    boot(course, finish_update);
}

static void reboot(RigCourse *course)
{
    if (course->outage_timer)
        g_source_remove(course->outage_timer);
    course->outage_timer = 0;
    const RigHabits *habits = &course->options->habits;
    rig_link_reboot(course->link, habits->restart || has(course, RIG_FAULT_COUNT_RESTART), habits->new_port);
    after(course, REBOOT_TAKES, course->state == UPDATING ? boot_updated : boot_failed);
}

static void vanish(RigCourse *course)
{
    rig_link_down(course->link);
    g_main_loop_quit(course->loop);
}

static void install(RigCourse *course)
{
    if (has(course, RIG_FAULT_UPDATE_BATTERY_LOW)) {
        report(course, "3X3");
        finish_update(course);
        return;
    }
    report(course, "3X0");
    course->state = UPDATING;
    rig_link_hold_stored(course->link, FALSE);
    if (has(course, RIG_FAULT_VANISH))
        after(course, REBOOT_AFTER, vanish);
    else if (has(course, RIG_FAULT_NO_REBOOT))
        after(course, REBOOT_AFTER + REBOOT_TAKES, say_result);
    else
        after(course, REBOOT_AFTER, reboot);
}

/* --- downloading --- */

static void stop_download(RigCourse *course)
{
    rig_download_free(g_steal_pointer(&course->download));
}

static void attempt_failed(RigCourse *course)
{
    report(course, "2X2");
    course->state = WAITING;
    int allowed = 1 + course->command.retries;
    if (has(course, RIG_FAULT_EXTRA_ATTEMPT))
        allowed++;
    if (has(course, RIG_FAULT_GIVE_UP))
        allowed = 1;
    if (course->attempt < allowed)
        after(course, RETRY_AFTER, attempt);
    else
        after(course, REBOOT_AFTER, reboot);
}

static void reject_version(RigCourse *course)
{
    /* §2.2.2 has no 2113. */
    if (g_str_equal(course->command.type, "11")) {
        attempt_failed(course);
        return;
    }
    report(course, "2X3");
    finish_update(course);
}

static RigPackageVerdict check_package(RigCourse *course, GBytes *package)
{
    gsize length;
    const guint8 *bytes = g_bytes_get_data(package, &length);
    g_clear_pointer(&course->next, g_free);
    RigPackageVerdict verdict = rig_package_check(bytes, length, course->command.type, course->running, &course->next);
    course->corrupt = verdict == RIG_PACKAGE_CORRUPT;
    return has(course, RIG_FAULT_REJECT_VERSION) ? RIG_PACKAGE_REJECTED : verdict;
}

static void downloaded(GBytes *package, const char *error, gpointer data)
{
    RigCourse *course = data;
    RigPackageVerdict verdict = package ? check_package(course, package) : RIG_PACKAGE_BROKEN;
    rig_log("! download: %s", package ? "complete" : error);
    stop_download(course);
    if (verdict == RIG_PACKAGE_BROKEN && !has(course, RIG_FAULT_PRETEND)) {
        attempt_failed(course);
        return;
    }
    if (verdict == RIG_PACKAGE_BROKEN)
        course->corrupt = TRUE;
    if (verdict == RIG_PACKAGE_REJECTED) {
        reject_version(course);
        return;
    }
    report(course, "2X1");
    course->state = DOWNLOADED;
    after(course, VERIFY_TAKES, install);
}

static gboolean outage_over(gpointer data)
{
    RigCourse *course = data;
    course->outage_timer = 0;
    rig_link_up(course->link);
    return G_SOURCE_REMOVE;
}

/* The connection to the backend is lost, that to the file server is not. */
static void begin_outage(RigCourse *course)
{
    rig_link_down(course->link);
    rig_link_hold_stored(course->link, has(course, RIG_FAULT_BUFFER_PASSED));
    course->outage_timer = g_timeout_add(rig_device_wait(course->options, OUTAGE_TAKES), outage_over, course);
}

static void crash(RigCourse *course)
{
    rig_log("! power lost");
    course->state = IDLE;
    rig_link_reboot(course->link, TRUE, TRUE);
    after(course, course->command.timeout * 60 + CRASH_BEYOND, boot_failed);
}

static void cancel(RigCourse *course)
{
    stop_download(course);
    report(course, "1X2");
    finish_update(course);
}

static void attempt(RigCourse *course)
{
    const Command *command = &course->command;
    course->attempt++;
    course->state = DOWNLOADING;
    report(course, "2X0");
    if (has(course, RIG_FAULT_CRASH)) {
        crash(course);
        return;
    }
    if (has(course, RIG_FAULT_OUTAGE) || has(course, RIG_FAULT_BUFFER_PASSED))
        begin_outage(course);
    if (has(course, RIG_FAULT_CANCEL_UNASKED)) {
        after(course, CANCEL_TAKES, cancel);
        return;
    }
    guint timeout = has(course, RIG_FAULT_OVERRUN) ? 0 : rig_device_wait(course->options, command->timeout * 60);
    g_autofree char *url = g_strdup(command->url);
    if (has(course, RIG_FAULT_CUT_URL))
        url[strlen(url) - 1] = '\0';
    course->download = rig_download_new(url, command->user, command->password, timeout, downloaded, course);
}

static void check_battery(RigCourse *course)
{
    const char *refusal = NULL;
    if (!course->command.valid || has(course, RIG_FAULT_REFUSE))
        refusal = "1X1";
    else if (has(course, RIG_FAULT_BATTERY_LOW))
        refusal = "1X3";
    report(course, refusal ? refusal : "1X0");
    if (refusal) {
        finish_update(course);
        return;
    }
    course->state = CONFIRMED;
    after(course, CONFIRM_TAKES, attempt);
}

/* --- commands --- */

static void command_clear(Command *command)
{
    g_free(command->text);
    g_free(command->url);
    g_free(command->user);
    g_free(command->password);
    g_free(command->type);
    memset(command, 0, sizeof *command);
}

/* The field's number, its default if it is empty, −1 if it is neither a number nor within the limits. */
static int number(const char *field, int fallback, int least, int most)
{
    guint64 value;
    if (field[0] == '\0')
        return fallback;
    if (!g_ascii_string_to_unsigned(field, 10, (guint64)least, (guint64)most, &value, NULL))
        return -1;
    return (int)value;
}

/*
 * The URL and the Update Type. A URL may hold commas: seven fields stand before it, six behind it (§2.1.1). Siblings
 * have one less behind it. Free the URL with g_free().
 */
static char *take_url(GStrv fields, const char **type)
{
    const guint count = g_strv_length(fields);
    if (count < 14) {
        *type = rig_field(fields, 9);
        return g_strdup(rig_field(fields, 7));
    }
    *type = rig_field(fields, -5);
    g_autofree char *end = g_steal_pointer(&fields[count - 6]);
    char *url = g_strjoinv(",", fields + 7);
    fields[count - 6] = g_steal_pointer(&end);
    return url;
}

static Command command_parse(const char *text, GStrv fields)
{
    int retries = number(rig_field(fields, 2), 0, 0, 3);
    int timeout = number(rig_field(fields, 3), 10, 5, 30);
    int protocol = number(rig_field(fields, 4), 0, 0, 2);
    const char *type;
    char *url = take_url(fields, &type);
    if (type[0] == '\0')
        type = "0";
    gboolean type_known = g_str_equal(type, "0") || g_str_equal(type, "1") || g_str_equal(type, "11");
    return (Command){
        .text = g_strdup(text),
        .url = url,
        .user = g_strdup(rig_field(fields, 5)),
        .password = g_strdup(rig_field(fields, 6)),
        .type = g_strdup(type_known ? type : "0"),
        .retries = MAX(retries, 0),
        .timeout = (guint)MAX(timeout, 5),
        .valid = retries >= 0 && timeout >= 0 && protocol >= 0 && protocol != 1 && type_known &&
                 g_str_has_prefix(url, protocol == 2 ? "ftp://" : "http"),
    };
}

static void acknowledge(RigCourse *course, const char *text, GStrv fields)
{
    rig_voice_ack(course->voice, "GTUPD", rig_field(fields, -1), text);
}

static void begin_update(RigCourse *course, const char *text, GStrv fields)
{
    command_clear(&course->command);
    course->command = command_parse(text, fields);
    course->attempt = 0;
    course->state = CHECKING;
    after(course, CHECK_TAKES, check_battery);
}

static void start_while_busy(RigCourse *course, const char *text, GStrv fields)
{
    if (has(course, RIG_FAULT_CONFIRM_BUSY)) {
        stop_download(course);
        acknowledge(course, text, fields);
        begin_update(course, text, fields);
    } else if (course->options->habits.refuse_busy) {
        acknowledge(course, text, fields);
        if (!g_str_equal(text, course->command.text)) /* else it is the command under way, sent again */
            report(course, "1X1");
    }
}

static void start_command(RigCourse *course, const char *text, GStrv fields)
{
    if (course->state > CHECKING) {
        start_while_busy(course, text, fields);
        return;
    }
    acknowledge(course, text, fields);
    if (course->state == IDLE || !g_str_equal(text, course->command.text))
        begin_update(course, text, fields);
}

static void stop_command(RigCourse *course, const char *text, GStrv fields)
{
    gboolean too_late = course->state == DOWNLOADED || course->state == UPDATING;
    if (too_late && !has(course, RIG_FAULT_CANCEL_LATE))
        return;
    acknowledge(course, text, fields);
    if (course->state == IDLE || has(course, RIG_FAULT_STOP_IGNORED))
        return;
    stop_download(course);
    after(course, CANCEL_TAKES, cancel);
}

/* Any other command is acknowledged, and that is all it does. */
static void other_command(RigCourse *course, const char *text, GStrv fields)
{
    if (course->state != IDLE)
        return;
    g_autofree char *word = g_strndup(text + strlen("AT+"), strcspn(text, "=") - strlen("AT+"));
    rig_voice_ack(course->voice, word, rig_field(fields, -1), text);
}

static void received(const char *text, gpointer data)
{
    RigCourse *course = data;
    g_auto(GStrv) fields = rig_text_fields(text);
    if (!g_str_has_prefix(text, "AT+GT") || !strchr(text, '='))
        return;
    if (!g_str_equal(rig_field(fields, 0), course->options->password))
        rig_log("! wrong password");
    else if (!g_str_has_prefix(text, "AT+GTUPD="))
        other_command(course, text, fields);
    else if (g_str_equal(rig_field(fields, 1), "1"))
        stop_command(course, text, fields);
    else
        start_command(course, text, fields);
}

/* It is acknowledged by SMS, too: nothing that a capture shows. */
static gboolean sms(gpointer data)
{
    RigCourse *course = data;
    course->sms_timer = 0;
    g_auto(GStrv) fields = rig_text_fields(course->options->sms);
    begin_update(course, course->options->sms, fields);
    return G_SOURCE_REMOVE;
}

/* --- public --- */

RigCourse *rig_course_new(RigDeviceOptions *options, GMainLoop *loop)
{
    RigCourse *course = g_new0(RigCourse, 1);
    const RigLinkEvents events = {.data = course, .opened = opened, .received = received};
    course->options = options;
    course->loop = loop;
    course->link = rig_link_new(options, &events);
    course->voice = rig_voice_new(options, course->link);
    course->running = g_strdup(options->firmware);
    return course;
}

void rig_course_free(RigCourse *course)
{
    if (!course)
        return;
    const guint timers[] = {course->timer, course->heartbeat_timer, course->outage_timer, course->sms_timer};
    for (guint i = 0; i < G_N_ELEMENTS(timers); i++)
        if (timers[i])
            g_source_remove(timers[i]);
    stop_download(course);
    rig_link_free(course->link);
    rig_voice_free(course->voice);
    command_clear(&course->command);
    g_free(course->running);
    g_free(course->next);
    g_free(course);
}

void rig_course_start(RigCourse *course)
{
    course->heartbeat_timer = g_timeout_add(rig_device_wait(course->options, HEARTBEAT_EVERY), heartbeat, course);
    if (course->options->sms)
        course->sms_timer = g_timeout_add(rig_device_wait(course->options, SMS_AFTER), sms, course);
    rig_link_up(course->link);
}
