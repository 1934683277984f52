/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The report as one HTML file to be sent around: the answer, what it looks like over all devices, whom to look at
 * first, then every device, those with trouble first. It holds no script and asks for nothing from anywhere, and says
 * so to the browser. The markup is in html/; here, and in html_*.c, stands what it is filled with.
 *
 * Its size is bounded by telling devices and updates in one line each once there is no room for more; what is clean
 * comes last, so it is what is told in brief.
 */
#include "html.h"

#include "causes.h"
#include "format.h"
#include "words.h"

#include <gio/gio.h>
#include <string.h>

#define IDLE_MAX   500 /* devices without an update that are named */
#define WORST_MAX  8
#define GROUP_OPEN 100 /* so many devices of a kind are shown without being asked */
#define CLEAN_OPEN 12  /* the same of those without trouble */

/* Defined in what glib-compile-resources makes of html/html.gresource.xml. */
extern GResource *gtupd_html_get_resource(void);

static char *template_file(const char *name)
{
    g_autofree char *path = g_strconcat("/gtupd/html/", name, NULL);
    g_autoptr(GBytes) bytes =
        g_resource_lookup_data(gtupd_html_get_resource(), path, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
    if (!bytes)
        return NULL;
    gsize length;
    const char *text = g_bytes_get_data(bytes, &length);
    return g_strndup(text, length);
}

/* The top */

typedef struct {
    GtupdVerdict verdict;
    guint64 count;
} Headline;

static void count_outcomes(const GtupdModel *model, guint64 counts[GTUPD_OUTCOMES])
{
    for (guint i = 0; i < model->devices->len; i++) {
        const GtupdModelDevice *device = model->devices->pdata[i];
        for (guint j = 0; j < device->updates->len; j++)
            counts[((GtupdModelUpdate *)device->updates->pdata[j])->outcome]++;
    }
}

static GPtrArray *find_headlines(const guint64 counts[GTUPD_OUTCOMES])
{
    GPtrArray *headlines = g_ptr_array_new_with_free_func(g_free);
    for (gsize i = 0; i < GTUPD_VERDICTS; i++) {
        Headline headline = {.verdict = gtupd_html_order[i]};
        for (guint j = 0; j < GTUPD_OUTCOMES; j++)
            if (gtupd_verdict((GtupdOutcome)j) == headline.verdict)
                headline.count += counts[j];
        if (headline.count > 0)
            g_ptr_array_add(headlines, g_memdup2(&headline, sizeof headline));
    }
    return headlines;
}

static void fill_headline(GtupdScope *scope, gconstpointer item, gpointer user)
{
    const GtupdHtml *html = user;
    const Headline *headline = item;
    gtupd_scope_text(scope, "tone", gtupd_html_tone(headline->verdict));
    gtupd_scope_take(scope, "words", gtupd_words_headline(headline->verdict, headline->count, html->model->updates));
}

/* The first headline is the page's title, the others stand below it. */
static void set_headlines(GtupdScope *scope, const GtupdModel *model, const guint64 counts[GTUPD_OUTCOMES])
{
    GPtrArray *headlines = find_headlines(counts);
    if (headlines->len == 0) {
        gtupd_scope_text(scope, "headline", gtupd_words_nothing_found(model));
        gtupd_scope_text(scope, "tone", NULL);
    } else {
        const Headline *first = headlines->pdata[0];
        gtupd_scope_take(scope, "headline", gtupd_words_headline(first->verdict, first->count, model->updates));
        gtupd_scope_text(scope, "tone", gtupd_html_tone(first->verdict));
        g_ptr_array_remove_index(headlines, 0);
    }
    gtupd_scope_rows(scope, "headlines", headlines, fill_headline);
}

/* The one update of the report, told at the top. */
static void fill_only(GtupdScope *scope, gconstpointer item, gpointer user)
{
    const GtupdHtml *html = user;
    const GtupdModelDevice *device = item;
    const GtupdModelUpdate *update = device->updates->pdata[0];
    const GtupdEvent *event = gtupd_verdict_event(update);
    gtupd_scope_text(scope, "id", device->id);
    gtupd_scope_text(scope, "name", device->name);
    gtupd_scope_take(scope, "verdict", gtupd_verdict_dup(update));
    gtupd_scope_take(scope, "frame", event ? gtupd_words_frame(html->model, &event->anchor) : NULL);
    gtupd_scope_text(scope, "why", update->diagnosis ? update->diagnosis->sentence : NULL);
}

static void set_only(GtupdScope *scope, const GtupdModel *model)
{
    GPtrArray *only = g_ptr_array_new();
    for (guint i = 0; i < model->devices->len && model->updates == 1; i++) {
        GtupdModelDevice *device = model->devices->pdata[i];
        if (device->updates->len > 0)
            g_ptr_array_add(only, device);
    }
    gtupd_scope_rows(scope, "only", only, fill_only);
}

static void set_warnings(GtupdScope *scope, const GtupdModel *model)
{
    GPtrArray *warnings = gtupd_html_words_new();
    for (guint i = 0; i < model->captures->len; i++) {
        const char *error = g_array_index(model->captures, GtupdModelCapture, i).error;
        if (error)
            gtupd_html_words_add(warnings, "Not all was read:", g_strdup(error));
    }
    for (guint i = 0; i < model->captures->len; i++) {
        const GtupdModelCapture *capture = &g_array_index(model->captures, GtupdModelCapture, i);
        if (capture->dropped > 0)
            gtupd_html_words_add(warnings, "Not all was captured:", gtupd_words_dropped(capture));
    }
    for (guint i = 0; i < GTUPD_LIMITS; i++)
        if (model->limits[i] > 0)
            gtupd_html_words_add(warnings, "Limit reached:", gtupd_words_limit((GtupdLimit)i, model->limits[i]));
    gtupd_scope_rows(scope, "warnings", warnings, gtupd_html_words);
}

/* Devices */

typedef struct {
    const GtupdModelDevice *device;
    GtupdTrouble trouble;
    guint failed;
    guint findings[GTUPD_SEVERITIES];
    guint place; /* in the model */
} Rank;

static Rank *rank_new(const GtupdHtml *html, guint place)
{
    Rank *rank = g_new0(Rank, 1);
    rank->device = html->model->devices->pdata[place];
    rank->trouble = gtupd_trouble_of(rank->device, html->options->min_severity);
    rank->place = place;
    for (guint i = 0; i < rank->device->updates->len; i++)
        rank->failed +=
            gtupd_verdict(((GtupdModelUpdate *)rank->device->updates->pdata[i])->outcome) == GTUPD_VERDICT_FAILED;
    for (guint i = 0; i < rank->device->findings->len; i++)
        rank->findings[gtupd_model_severity(rank->device->findings->pdata[i])]++;
    return rank;
}

static gint compare_ranks(gconstpointer a, gconstpointer b)
{
    const Rank *left = *(Rank *const *)a, *right = *(Rank *const *)b;
    if (left->trouble != right->trouble)
        return left->trouble > right->trouble ? -1 : 1;
    if (left->failed != right->failed)
        return left->failed > right->failed ? -1 : 1;
    for (guint i = GTUPD_SEVERITIES; i-- > 0;)
        if (left->findings[i] != right->findings[i])
            return left->findings[i] > right->findings[i] ? -1 : 1;
    return (left->place > right->place) - (left->place < right->place);
}

static void fill_worst(GtupdScope *scope, gconstpointer item, gpointer user)
{
    const GtupdHtml *html = user;
    const GtupdModelDevice *device = ((const Rank *)item)->device;
    const char *why = NULL;
    GtupdVerdict worst = gtupd_html_worst(device);
    for (guint i = 0; i < device->updates->len; i++) {
        const GtupdModelUpdate *update = device->updates->pdata[i];
        if (update->diagnosis && gtupd_verdict(update->outcome) == worst)
            why = update->diagnosis->sentence;
    }
    gtupd_scope_text(scope, "id", device->id);
    gtupd_scope_text(scope, "name", device->name);
    gtupd_scope_text(scope, "why", why);
    gtupd_html_tallies(scope, html, device);
}

static void set_worst(GtupdScope *scope, const GPtrArray *ranks)
{
    GPtrArray *worst = g_ptr_array_new();
    for (guint i = 0; i < MIN(ranks->len, WORST_MAX) && ranks->len > 1; i++)
        if (((Rank *)ranks->pdata[i])->trouble >= GTUPD_TROUBLE_WARNINGS)
            g_ptr_array_add(worst, ranks->pdata[i]);
    gtupd_scope_rows(scope, "worst", worst, fill_worst);
}

typedef struct {
    const char *title; /* NULL: there is but one device */
    gboolean open;
    GPtrArray *devices;
} Group;

static void group_free(gpointer data)
{
    Group *group = data;
    g_ptr_array_unref(group->devices);
    g_free(group);
}

static void fill_group(GtupdScope *scope, gconstpointer item, gpointer user G_GNUC_UNUSED)
{
    const Group *group = item;
    gtupd_scope_text(scope, "title", group->title);
    gtupd_scope_flag(scope, "open", group->open);
    gtupd_scope_take(scope, "count", gtupd_format_things(group->devices->len, "device"));
    gtupd_scope_rows(scope, "devices", g_ptr_array_ref(group->devices), gtupd_html_device);
}

static Group *group_new(GtupdTrouble trouble, const GPtrArray *ranks)
{
    static const char *const titles[GTUPD_TROUBLES] = {
        [GTUPD_TROUBLE_NONE] = "Without trouble",
        [GTUPD_TROUBLE_NOTES] = "With notes",
        [GTUPD_TROUBLE_WARNINGS] = "With warnings, or without a known end",
        [GTUPD_TROUBLE_ERRORS] = "Failed, or against the document",
    };
    Group *group = g_new0(Group, 1);
    group->devices = g_ptr_array_new();
    for (guint i = 0; i < ranks->len; i++) {
        const Rank *rank = ranks->pdata[i];
        if (rank->trouble == trouble)
            g_ptr_array_add(group->devices, (gpointer)rank->device);
    }
    group->title = ranks->len > 1 ? titles[trouble] : NULL;
    group->open = group->devices->len <= (trouble == GTUPD_TROUBLE_NONE ? CLEAN_OPEN : GROUP_OPEN);
    return group;
}

static void set_groups(GtupdScope *scope, const GPtrArray *ranks)
{
    GPtrArray *groups = g_ptr_array_new_with_free_func(group_free);
    for (guint trouble = GTUPD_TROUBLES; trouble-- > 0;) {
        Group *group = group_new((GtupdTrouble)trouble, ranks);
        if (group->devices->len > 0)
            g_ptr_array_add(groups, group);
        else
            group_free(group);
    }
    gtupd_scope_rows(scope, "groups", groups, fill_group);
}

/* Set when the devices have been told: only then is it known. */
static void fill_brief_note(GtupdScope *scope, gconstpointer item G_GNUC_UNUSED, gpointer user)
{
    const GtupdHtml *html = user;
    gtupd_scope_flag(scope, "brief", html->brief);
}

static void fill_idle(GtupdScope *scope, gconstpointer item, gpointer user G_GNUC_UNUSED)
{
    gtupd_scope_text(scope, "id", ((const GtupdModelDevice *)item)->id);
}

static void set_idle(GtupdScope *scope, GPtrArray *idle)
{
    guint count = idle->len;
    if (count > IDLE_MAX)
        g_ptr_array_set_size(idle, IDLE_MAX);
    gtupd_scope_take(scope, "idle_more", count > IDLE_MAX ? gtupd_format_count(count - IDLE_MAX) : NULL);
    gtupd_scope_rows(scope, "idle", idle, fill_idle);
}

static void set_devices(GtupdScope *scope, GtupdHtml *html)
{
    GPtrArray *idle = g_ptr_array_new(), *note = g_ptr_array_new();
    GPtrArray *ranks = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < html->model->devices->len; i++) {
        g_autofree Rank *rank = rank_new(html, i);
        html->troubled += rank->trouble != GTUPD_TROUBLE_NONE;
        if (rank->trouble == GTUPD_TROUBLE_NONE && rank->device->updates->len == 0)
            g_ptr_array_add(idle, (gpointer)rank->device);
        else
            g_ptr_array_add(ranks, g_steal_pointer(&rank));
    }
    g_ptr_array_sort(ranks, compare_ranks);
    html->shown = ranks->len;
    gtupd_scope_keep(scope, ranks, (GDestroyNotify)g_ptr_array_unref);
    g_ptr_array_add(note, html);
    gtupd_scope_rows(scope, "brief_note", note, fill_brief_note);
    set_worst(scope, ranks);
    set_groups(scope, ranks);
    set_idle(scope, idle);
}

static void set_stray(GtupdScope *scope, const GtupdHtml *html)
{
    g_autoptr(GPtrArray) stray = g_ptr_array_new();
    for (guint i = 0; i < html->model->findings->len; i++) {
        GtupdModelFinding *finding = html->model->findings->pdata[i];
        if (!finding->event.device[0])
            g_ptr_array_add(stray, finding);
    }
    gtupd_html_loose_findings(scope, html, stray, "stray", "stray_more");
}

/* The page */

static void fill_nothing(GtupdScope *scope G_GNUC_UNUSED, gconstpointer item G_GNUC_UNUSED, gpointer user G_GNUC_UNUSED)
{
}

/* What the Content-Security-Policy knows the style sheet by. */
static char *style_hash_dup(void)
{
    guint8 digest[32];
    gsize length = sizeof digest;
    g_autoptr(GtupdTemplate) style = gtupd_template_new("style.css", template_file);
    g_autoptr(GString) text = g_string_new(NULL);
    g_autoptr(GChecksum) checksum = g_checksum_new(G_CHECKSUM_SHA256);
    gtupd_template_expand(style, fill_nothing, NULL, NULL, text);
    g_checksum_update(checksum, (const guchar *)text->str, (gssize)text->len);
    g_checksum_get_digest(checksum, digest, &length);
    return g_base64_encode(digest, length);
}

static void fill_page(GtupdScope *scope, gconstpointer item G_GNUC_UNUSED, gpointer user)
{
    GtupdHtml *html = user;
    const GtupdModel *model = html->model;
    guint64 outcomes[GTUPD_OUTCOMES] = {0};
    count_outcomes(model, outcomes);
    gtupd_scope_take(scope, "style_hash", style_hash_dup());
    gtupd_scope_text(scope, "analyzer", gtupd_program_version());
    gtupd_scope_flag(scope, "no_traffic",
                     model->updates == 0 && model->counts.messages == 0 && !model->only &&
                         gtupd_model_has_packets(model));
    set_headlines(scope, model, outcomes);
    set_only(scope, model);
    set_warnings(scope, model);
    gtupd_html_overview(scope, html, outcomes);
    set_devices(scope, html);
    set_stray(scope, html);
}

void gtupd_report_html(const GtupdModel *model, const GtupdReportOptions *options, GString *out)
{
    g_autoptr(GtupdTemplate) page = gtupd_template_new("report.html", template_file);
    GtupdHtml html = {
        .model = model,
        .options = options,
        .out = out,
        .end_time = gtupd_model_end(model),
        .findings = g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify)g_ptr_array_unref),
    };
    gtupd_template_expand(page, fill_page, NULL, &html, out);
    g_hash_table_unref(html.findings);
}
