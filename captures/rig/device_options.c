/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "device_options.h"

#include <stdlib.h>
#include <string.h>

static gboolean parse_mode(const char *option, const char *value, gpointer data, GError **error)
{
    static const char *const names[] = {"tcp", "tcp-short", "udp"};
    (void)option;
    RigDeviceOptions *options = data;
    for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
        if (g_str_equal(value, names[i])) {
            options->mode = (RigMode)i;
            return TRUE;
        }
    }
    g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "no such mode: %s (tcp, tcp-short, udp)", value);
    return FALSE;
}

static gboolean parse_fault(const char *option, const char *value, gpointer data, GError **error)
{
    (void)option;
    RigDeviceOptions *options = data;
    if (rig_faults_arm(&options->faults, value))
        return TRUE;
    g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "no such fault: %s (see --list-faults)", value);
    return FALSE;
}

static gboolean list_faults(const char *option, const char *value, gpointer data, GError **error)
{
    (void)option;
    (void)value;
    (void)data;
    (void)error;
    rig_faults_print();
    exit(EXIT_SUCCESS);
}

/* The check digit that makes 14 digits an IMEI. */
static char luhn_digit(const char *digits)
{
    int sum = 0;
    for (int i = 0; i < 14; i++) {
        int value = (digits[i] - '0') * (i % 2 == 1 ? 2 : 1);
        sum += value > 9 ? value - 9 : value;
    }
    return (char)('0' + (10 - sum % 10) % 10);
}

static char *imei_from_seed(guint32 seed, gboolean wrong)
{
    g_autofree char *digits = g_strdup_printf("86688404%06u", seed % 1000000);
    char check = luhn_digit(digits);
    if (wrong)
        check = check == '9' ? '0' : (char)(check + 1);
    return g_strdup_printf("%s%c", digits, check);
}

/* Near the end of the counter one time in four: it must wrap somewhere. */
static guint16 draw_first_count(GRand *rand)
{
    if (g_rand_int_range(rand, 0, 4) == 0)
        return (guint16)(0xFFFF - g_rand_int_range(rand, 0, 8));
    return (guint16)g_rand_int_range(rand, 0, 0x10000);
}

static void draw_habits(RigHabits *habits, guint32 seed)
{
    g_autoptr(GRand) rand = g_rand_new_with_seed(seed);
    habits->first_count = draw_first_count(rand);
    habits->times_base = g_rand_int_range(rand, 0, 2);
    habits->reserved_0 = g_rand_boolean(rand);
    habits->lower_hex = g_rand_boolean(rand);
    habits->line_ends = g_rand_boolean(rand);
    habits->split = g_rand_boolean(rand);
    habits->restart = g_rand_boolean(rand);
    habits->new_port = g_rand_boolean(rand);
    habits->boot_report = g_rand_boolean(rand);
    habits->refuse_busy = g_rand_boolean(rand);
    habits->zone = g_rand_int_range(rand, -48, 57) * 900;
    habits->type = g_rand_boolean(rand) ? "DF" : "BD";
}

static const RigHabits plain_habits = {.first_count = 0x00A0, .times_base = 1, .refuse_busy = TRUE, .type = "DF"};

static gboolean check(const RigDeviceOptions *options, GError **error)
{
    const char *wrong = NULL;
    if (!options->server)
        wrong = "--server=HOST:PORT is needed";
    else if (options->scale < 1)
        wrong = "--time-scale must be 1 or more";
    else if (options->updates < 1)
        wrong = "--updates must be 1 or more";
    else if (strlen(options->firmware) != 4)
        wrong = "--firmware must have four digits";
    if (wrong)
        g_set_error_literal(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, wrong);
    return !wrong;
}

static RigDeviceOptions *options_with_defaults(void)
{
    RigDeviceOptions *options = g_new0(RigDeviceOptions, 1);
    options->name = g_strdup("cv200");
    options->password = g_strdup("cv200");
    options->firmware = g_strdup("0107");
    options->resends = 4;
    options->updates = 1;
    options->scale = 1;
    options->life = 3600;
    return options;
}

RigDeviceOptions *rig_device_options_new(int *argc, char ***argv, GError **error)
{
    g_autoptr(RigDeviceOptions) options = options_with_defaults();
    gint64 seed = 1;
    gboolean plain = FALSE;
    const GOptionEntry entries[] = {
        {"server", 's', 0, G_OPTION_ARG_STRING, &options->server, "The backend", "HOST:PORT"},
        {"bind", 'b', 0, G_OPTION_ARG_STRING, &options->bind, "Speak from this address", "ADDRESS"},
        {"mode", 'm', 0, G_OPTION_ARG_CALLBACK, parse_mode, "tcp (default), tcp-short or udp", "MODE"},
        {"sack", 0, 0, G_OPTION_ARG_NONE, &options->sack, "Wait for +SACK; without it send again", NULL},
        {"resends", 0, 0, G_OPTION_ARG_INT, &options->resends, "How often, before giving up (4)", "N"},
        {"id", 'i', 0, G_OPTION_ARG_STRING, &options->id, "Unique ID (an IMEI made from the seed)", "ID"},
        {"name", 'n', 0, G_OPTION_ARG_STRING, &options->name, "Device Name (cv200)", "NAME"},
        {"password", 0, 0, G_OPTION_ARG_STRING, &options->password, "Of commands (cv200)", "WORD"},
        {"firmware", 0, 0, G_OPTION_ARG_STRING, &options->firmware, "The version that runs (0107)", "VERSION"},
        {"sms", 0, 0, G_OPTION_ARG_STRING, &options->sms, "A command that comes by SMS after login", "COMMAND"},
        {"fault", 'f', 0, G_OPTION_ARG_CALLBACK, parse_fault, "Misbehave; may be repeated", "FAULT"},
        {"list-faults", 0, G_OPTION_FLAG_NO_ARG, G_OPTION_ARG_CALLBACK, list_faults,
         "Faults: name, setup, outcome, rules, help", NULL},
        {"seed", 0, 0, G_OPTION_ARG_INT64, &seed, "Decides the habits (1)", "NUMBER"},
        {"plain", 0, 0, G_OPTION_ARG_NONE, &plain, "No habits: the same device for every seed", NULL},
        {"updates", 0, 0, G_OPTION_ARG_INT, &options->updates, "Quit after so many updates (1)", "N"},
        {"time-scale", 't', 0, G_OPTION_ARG_DOUBLE, &options->scale,
         "So much faster than a real device, timeouts too (1)", "FACTOR"},
        {"scaled-clock", 0, 0, G_OPTION_ARG_NONE, &options->scaled_clock, "Send Time runs that much faster, too", NULL},
        {"life", 0, 0, G_OPTION_ARG_DOUBLE, &options->life, "Quit after so many seconds (3600)", "SECONDS"},
        G_OPTION_ENTRY_NULL,
    };
    g_autoptr(GOptionContext) context = g_option_context_new(NULL);
    GOptionGroup *group = g_option_group_new("device", "", "", options, NULL);
    g_option_group_add_entries(group, entries);
    g_option_context_set_main_group(context, group);
    g_option_context_set_summary(context, "A simulated CV200 that really downloads what AT+GTUPD names.");
    if (!g_option_context_parse(context, argc, argv, error) || !check(options, error))
        return NULL;

    options->seed = (guint32)seed;
    options->habits = plain_habits;
    if (!plain)
        draw_habits(&options->habits, options->seed);
    if (!options->id)
        options->id = imei_from_seed(options->seed, rig_device_has(options, RIG_FAULT_BAD_CHECK_DIGIT));
    return g_steal_pointer(&options);
}

void rig_device_options_free(RigDeviceOptions *options)
{
    if (!options)
        return;
    g_free(options->server);
    g_free(options->bind);
    g_free(options->id);
    g_free(options->name);
    g_free(options->password);
    g_free(options->firmware);
    g_free(options->sms);
    g_free(options);
}

gboolean rig_device_has(const RigDeviceOptions *options, RigFault fault)
{
    return options->faults.armed[fault];
}

guint rig_device_wait(const RigDeviceOptions *options, double seconds)
{
    return (guint)MAX(seconds * 1000 / options->scale, 1);
}
