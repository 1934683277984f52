/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "words.h"

#include "format.h"
#include "report.h"

#include <string.h>

char *gtupd_words_frame(const GtupdModel *model, const GtupdAnchor *anchor)
{
    if (model->captures->len < 2)
        return g_strdup_printf("%" G_GUINT64_FORMAT, anchor->frame);
    return g_strdup_printf("%u:%" G_GUINT64_FORMAT, anchor->capture + 1, anchor->frame);
}

static const char *other_words(const GtupdEvent *event)
{
    static const char *const words[GTUPD_TYPES] = {
        [GTUPD_TYPE_COMMAND] = "command", [GTUPD_TYPE_ACK] = "acknowledgement",         [GTUPD_TYPE_REPORT] = "report",
        [GTUPD_TYPE_BUFFERED] = "report", [GTUPD_TYPE_SACK] = "server acknowledgement",
    };
    return words[event->type];
}

static gboolean is_download(GtupdKind kind)
{
    return kind == GTUPD_KIND_DOWNLOAD_STARTED || kind == GTUPD_KIND_DOWNLOAD_FINISHED ||
           kind == GTUPD_KIND_DOWNLOAD_FAILED;
}

char *gtupd_words_event(const GtupdEvent *event, gboolean verbose)
{
    GString *words = g_string_new(NULL);
    if (event->kind < GTUPD_KIND_OTHER_COMMAND)
        g_string_append(words, gtupd_kind_words(event->kind));
    else
        g_string_append_printf(words, "%s %s %s", event->gtupd ? "Unusable" : "Other", other_words(event), event->word);
    if (event->code[0])
        g_string_append_printf(words, " (code %s)", event->code);
    if (event->serial[0])
        g_string_append_printf(words, ", serial %s", event->serial);
    if (is_download(event->kind) && event->attempt > 0) {
        g_string_append_printf(words, ", attempt %u", event->attempt);
        if (event->attempts_allowed > 0)
            g_string_append_printf(words, " of %u", event->attempts_allowed);
    }
    if (event->buffered)
        g_string_append(words, ", stored by the device and sent late");
    if (verbose && event->count[0])
        g_string_append_printf(words, ", count %s", event->count);
    if (verbose && event->send_time[0])
        g_string_append_printf(words, ", device time %s", event->send_time);
    return g_string_free(words, FALSE);
}

char *gtupd_words_command(const GtupdCommand *command, gboolean secrets)
{
    GString *words = g_string_new(NULL);
    if (command->url && command->url[0]) {
        g_autofree char *url = gtupd_url_dup_shown(command->url, strlen(command->url), secrets);
        g_string_append_printf(words, "%s, ", url);
    }
    g_string_append(words, command->protocol == 0 ? "HTTP" : command->protocol == 2 ? "FTP" : "protocol unknown");
    if (command->max_download_retry >= 0)
        g_string_append_printf(words, ", %d attempt%s", 1 + command->max_download_retry,
                               command->max_download_retry == 0 ? "" : "s at most");
    if (command->download_timeout >= 0)
        g_string_append_printf(words, " of up to %d min", command->download_timeout);
    g_autofree char *user = gtupd_report_dup_secret(command->user_name, secrets);
    g_autofree char *password = gtupd_report_dup_secret(command->user_password, secrets);
    g_autofree char *device_password = gtupd_report_dup_secret(command->password, secrets);
    if (user || password)
        g_string_append_printf(words, ", as user %s with password %s", user ? user : "(none)",
                               password ? password : "(none)");
    if (secrets && device_password)
        g_string_append_printf(words, ", device password %s", device_password);
    return g_string_free(words, FALSE);
}

typedef struct {
    const char *one, *several;
} HeadlineWords;

char *gtupd_words_headline(GtupdVerdict verdict, guint64 count, guint64 all)
{
    static const HeadlineWords headlines[GTUPD_VERDICTS] = {
        [GTUPD_VERDICT_GOOD] = {"succeeded", "succeeded"},
        [GTUPD_VERDICT_STOPPED] = {"was stopped", "were stopped"},
        [GTUPD_VERDICT_UNCLEAR] = {"came to no known end", "came to no known end"},
        [GTUPD_VERDICT_FAILED] = {"failed", "failed"},
    };
    const char *what = count == 1 ? headlines[verdict].one : headlines[verdict].several;
    g_autofree char *some = gtupd_format_count(count);
    g_autofree char *of = gtupd_format_count(all);
    if (all == 1)
        return g_strdup_printf("The update %s", what);
    if (count == all && all == 2)
        return g_strdup_printf("Both updates %s", what);
    if (count == all)
        return g_strdup_printf("All %s updates %s", some, what);
    return g_strdup_printf("%s of %s updates %s", some, of, what);
}

const char *gtupd_words_nothing_found(const GtupdModel *model)
{
    for (guint i = 0; i < model->captures->len && !gtupd_model_has_packets(model); i++)
        if (g_array_index(model->captures, GtupdModelCapture, i).error)
            return "No packet could be read"; /* which says nothing of updates */
    return model->left_out.is_known ? "No firmware update among those selected"
                                    : "No firmware update in what was captured";
}

char *gtupd_words_limit(GtupdLimit limit, guint64 dropped)
{
    g_autofree char *count = gtupd_format_count(dropped);
    return g_strdup_printf("%s, %s dropped: this report does not tell everything.", gtupd_limit_name(limit), count);
}

char *gtupd_words_dropped(const GtupdModelCapture *capture)
{
    g_autofree char *packets = gtupd_format_things(capture->dropped, "packet");
    return g_strdup_printf("the kernel dropped %s on %s: a filter, or a larger --buffer-size, helps.", packets,
                           capture->file);
}

char *gtupd_words_heard(const GtupdModel *model)
{
    g_autofree char *messages = gtupd_format_things(model->counts.messages, "message");
    g_autofree char *gtupd = gtupd_format_count(model->counts.messages_gtupd);
    g_autofree char *devices = gtupd_format_things(model->devices->len, "device");
    g_autofree char *unfinished = gtupd_format_count(model->counts.messages_unfinished);
    const gboolean cut = model->counts.messages_unfinished > 0;
    return g_strdup_printf("%s, %s of them GTUPD, of %s%s%s%s", messages, gtupd, devices, cut ? "; " : "",
                           cut ? unfinished : "", cut ? " more cut off by the capture" : "");
}
