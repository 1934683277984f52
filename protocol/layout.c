/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "layout.h"

#include "message.h"
#include "text.h"

#include <string.h>

/* §2.1.1 … §2.2.3: what passes. Values come trimmed and not empty. */

static gboolean valid_password(const char *value, gsize length)
{
    return length >= 4 && length <= 6 && gtupd_text_is_alnum(value, length);
}

static gboolean valid_sub_command(const char *value, gsize length)
{
    return length == 1 && (value[0] == '0' || value[0] == '1');
}

static gboolean valid_max_download_retry(const char *value, gsize length)
{
    return length == 1 && value[0] >= '0' && value[0] <= '3';
}

static gboolean valid_download_timeout(const char *value, gsize length)
{
    const int minutes = length <= 2 ? gtupd_text_decimal(value, length) : -1;
    return minutes >= 5 && minutes <= 30;
}

static gboolean valid_download_protocol(const char *value, gsize length)
{
    return length == 1 && (value[0] == '0' || value[0] == '2');
}

static gboolean valid_download_credential(const char *value, gsize length)
{
    return length <= 6 && gtupd_text_is_alnum(value, length);
}

static gboolean valid_download_url(const char *value, gsize length)
{
    return length <= 100 && gtupd_text_is_url(value, length);
}

static gboolean valid_reserved(const char *value, gsize length)
{
    (void)value;
    return length == 0;
}

static gboolean valid_update_type(const char *value, gsize length)
{
    return (length == 1 && (value[0] == '0' || value[0] == '1')) || (length == 2 && memcmp(value, "11", 2) == 0);
}

static gboolean valid_hex4(const char *value, gsize length)
{
    return length == 4 && gtupd_text_is_hex(value, length);
}

static gboolean valid_protocol_version(const char *value, gsize length)
{
    for (gsize i = 0; i < MIN(length, 2); i++) {
        if (!g_ascii_isdigit(value[i]) && !g_ascii_isupper(value[i]))
            return FALSE;
    }
    return length == 6 && gtupd_text_is_hex(value + 2, 4);
}

static gboolean valid_unique_id(const char *value, gsize length)
{
    return (length == 15 && gtupd_text_is_digits(value, length)) || (length == 14 && gtupd_text_is_hex(value, length));
}

static gboolean valid_device_name(const char *value, gsize length)
{
    return length <= 10 && gtupd_text_is_printable(value, length);
}

static gboolean valid_send_time(const char *value, gsize length)
{
    gint64 seconds;
    return length == 14 && gtupd_text_parse_time(value, &seconds);
}

static gboolean valid_code(const char *value, gsize length)
{
    GtupdKind kind;
    GtupdUpdateType type;
    return gtupd_code_parse(value, length, &kind, &type);
}

static gboolean valid_download_times(const char *value, gsize length)
{
    return length == 1 && value[0] >= '0' && value[0] <= '4';
}

/* clang-format off */
static const GtupdFieldInfo fields[GTUPD_FIELDS] = {
    [GTUPD_FIELD_PASSWORD]           = {"password",           "Password",           "4 to 6 letters and digits",               TRUE,  valid_password},
    [GTUPD_FIELD_SUB_COMMAND]        = {"sub-command",        "Sub-Command",        "0 start or 1 stop",                       FALSE, valid_sub_command},
    [GTUPD_FIELD_MAX_DOWNLOAD_RETRY] = {"max-download-retry", "Max Download Retry", "one digit, 0 to 3",                       FALSE, valid_max_download_retry},
    [GTUPD_FIELD_DOWNLOAD_TIMEOUT]   = {"download-timeout",   "Download Timeout",   "5 to 30 minutes",                         FALSE, valid_download_timeout},
    [GTUPD_FIELD_DOWNLOAD_PROTOCOL]  = {"download-protocol",  "Download Protocol",  "0 HTTP or 2 FTP",                         FALSE, valid_download_protocol},
    [GTUPD_FIELD_DOWNLOAD_USER_NAME] = {"download-user-name", "Download User Name", "up to 6 letters and digits",              TRUE,  valid_download_credential},
    [GTUPD_FIELD_DOWNLOAD_PASSWORD]  = {"download-password",  "Download Password",  "up to 6 letters and digits",              TRUE,  valid_download_credential},
    [GTUPD_FIELD_DOWNLOAD_URL]       = {"download-url",       "Download URL",       "a URL of up to 100 characters",           FALSE, valid_download_url},
    [GTUPD_FIELD_RESERVED]           = {"reserved",           "Reserved",           "empty",                                   FALSE, valid_reserved},
    [GTUPD_FIELD_UPDATE_TYPE]        = {"update-type",        "Update Type",        "0 APK, 1 MCU or 11 Platform",             FALSE, valid_update_type},
    [GTUPD_FIELD_SERIAL_NUMBER]      = {"serial-number",      "Serial Number",      "4 hex digits",                            FALSE, valid_hex4},
    [GTUPD_FIELD_PROTOCOL_VERSION]   = {"protocol-version",   "Protocol Version",   "device type and 4 hex digits",            FALSE, valid_protocol_version},
    [GTUPD_FIELD_UNIQUE_ID]          = {"unique-id",          "Unique ID",          "IMEI of 15 digits or MEID of 14 hex digits", FALSE, valid_unique_id},
    [GTUPD_FIELD_DEVICE_NAME]        = {"device-name",        "Device Name",        "up to 10 printable characters",           FALSE, valid_device_name},
    [GTUPD_FIELD_SEND_TIME]          = {"send-time",          "Send Time",          "a real date and time, YYYYMMDDHHMMSS",    FALSE, valid_send_time},
    [GTUPD_FIELD_COUNT_NUMBER]       = {"count-number",       "Count Number",       "4 hex digits",                            FALSE, valid_hex4},
    [GTUPD_FIELD_CODE]               = {"code",               "Code",               "a code of 3 digits, or 4 with Update Type 11", FALSE, valid_code},
    [GTUPD_FIELD_DOWNLOAD_TIMES]     = {"download-times",     "Download Times",     "one digit, 0 to 4",                       FALSE, valid_download_times},
};

/* §2.1.1 */
static const GtupdLayoutRow start[] = {
    {GTUPD_FIELD_PASSWORD,           "cv200"},
    {GTUPD_FIELD_SUB_COMMAND,        "0"},
    {GTUPD_FIELD_MAX_DOWNLOAD_RETRY, "0"},
    {GTUPD_FIELD_DOWNLOAD_TIMEOUT,   "10"},
    {GTUPD_FIELD_DOWNLOAD_PROTOCOL,  "0"},
    {GTUPD_FIELD_DOWNLOAD_USER_NAME, ""},
    {GTUPD_FIELD_DOWNLOAD_PASSWORD,  ""},
    {GTUPD_FIELD_DOWNLOAD_URL,       NULL},
    {GTUPD_FIELD_RESERVED,           ""},
    {GTUPD_FIELD_UPDATE_TYPE,        "0"},
    {GTUPD_FIELD_RESERVED,           ""},
    {GTUPD_FIELD_RESERVED,           ""},
    {GTUPD_FIELD_RESERVED,           ""},
    {GTUPD_FIELD_SERIAL_NUMBER,      NULL},
};

/* Sibling models: one Reserved less after Update Type. */
static const GtupdLayoutRow start_sibling[] = {
    {GTUPD_FIELD_PASSWORD,           "cv200"},
    {GTUPD_FIELD_SUB_COMMAND,        "0"},
    {GTUPD_FIELD_MAX_DOWNLOAD_RETRY, "0"},
    {GTUPD_FIELD_DOWNLOAD_TIMEOUT,   "10"},
    {GTUPD_FIELD_DOWNLOAD_PROTOCOL,  "0"},
    {GTUPD_FIELD_DOWNLOAD_USER_NAME, ""},
    {GTUPD_FIELD_DOWNLOAD_PASSWORD,  ""},
    {GTUPD_FIELD_DOWNLOAD_URL,       NULL},
    {GTUPD_FIELD_RESERVED,           ""},
    {GTUPD_FIELD_UPDATE_TYPE,        "0"},
    {GTUPD_FIELD_RESERVED,           ""},
    {GTUPD_FIELD_RESERVED,           ""},
    {GTUPD_FIELD_SERIAL_NUMBER,      NULL},
};

/* §2.1.2 */
static const GtupdLayoutRow stop[] = {
    {GTUPD_FIELD_PASSWORD,           "cv200"},
    {GTUPD_FIELD_SUB_COMMAND,        NULL},
    {GTUPD_FIELD_RESERVED,           ""},
    {GTUPD_FIELD_RESERVED,           ""},
    {GTUPD_FIELD_RESERVED,           ""},
    {GTUPD_FIELD_RESERVED,           ""},
    {GTUPD_FIELD_SERIAL_NUMBER,      NULL},
};

/* §2.1.3 */
static const GtupdLayoutRow ack[] = {
    {GTUPD_FIELD_PROTOCOL_VERSION,   NULL},
    {GTUPD_FIELD_UNIQUE_ID,          NULL},
    {GTUPD_FIELD_DEVICE_NAME,        ""},
    {GTUPD_FIELD_SERIAL_NUMBER,      NULL},
    {GTUPD_FIELD_SEND_TIME,          NULL},
    {GTUPD_FIELD_COUNT_NUMBER,       NULL},
};

/* §2.2.1, §2.2.3 */
static const GtupdLayoutRow report[] = {
    {GTUPD_FIELD_PROTOCOL_VERSION,   NULL},
    {GTUPD_FIELD_UNIQUE_ID,          NULL},
    {GTUPD_FIELD_DEVICE_NAME,        ""},
    {GTUPD_FIELD_CODE,               NULL},
    {GTUPD_FIELD_RESERVED,           "0"}, /* the examples send 0, the table says nothing: both pass */
    {GTUPD_FIELD_SEND_TIME,          NULL},
    {GTUPD_FIELD_COUNT_NUMBER,       NULL},
};

/* §2.2.2 */
static const GtupdLayoutRow report_times[] = {
    {GTUPD_FIELD_PROTOCOL_VERSION,   NULL},
    {GTUPD_FIELD_UNIQUE_ID,          NULL},
    {GTUPD_FIELD_DEVICE_NAME,        ""},
    {GTUPD_FIELD_CODE,               NULL},
    {GTUPD_FIELD_DOWNLOAD_TIMES,     NULL},
    {GTUPD_FIELD_SEND_TIME,          NULL},
    {GTUPD_FIELD_COUNT_NUMBER,       NULL},
};

static const GtupdLayout layouts[GTUPD_LAYOUTS] = {
    [GTUPD_LAYOUT_NONE]          = {"",                "2",     0,                           NULL},
    [GTUPD_LAYOUT_START]         = {"Start",           "2.1.1", G_N_ELEMENTS(start),         start},
    [GTUPD_LAYOUT_START_SIBLING] = {"Start (sibling)", "2.1.1", G_N_ELEMENTS(start_sibling), start_sibling},
    [GTUPD_LAYOUT_STOP]          = {"Stop",            "2.1.2", G_N_ELEMENTS(stop),          stop},
    [GTUPD_LAYOUT_ACK]           = {"Acknowledgement", "2.1.3", G_N_ELEMENTS(ack),           ack},
    [GTUPD_LAYOUT_REPORT]        = {"Report",          "2.2",   G_N_ELEMENTS(report),        report},
    [GTUPD_LAYOUT_REPORT_TIMES]  = {"Report",          "2.2.2", G_N_ELEMENTS(report_times),  report_times},
};
/* clang-format on */

G_STATIC_ASSERT(G_N_ELEMENTS(start) <= GTUPD_LAYOUT_ROWS_MAX);

const GtupdFieldInfo *gtupd_field_info(GtupdField field)
{
    return &fields[field];
}

const GtupdLayout *gtupd_layout(GtupdLayoutKind kind)
{
    return &layouts[kind];
}
