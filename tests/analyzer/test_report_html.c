/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "analysis.h"
#include "report.h"
#include "savefile.h"

#include <string.h>

static const GtupdReportOptions plain = {0};

static char *render_model(const GtupdModel *model, const GtupdReportOptions *options)
{
    GString *out = g_string_new(NULL);
    gtupd_report_html(model, options, out);
    return g_string_free(out, FALSE);
}

static char *render(const GByteArray *file, const GtupdReportOptions *options)
{
    g_autoptr(GtupdModel) model = analysis_new(file, NULL);
    return render_model(model, options);
}

/* What a page holds, for those who look at it: its elements and its text. */
typedef struct {
    GHashTable *elements; /* name → how many */
    GString *text;        /* all of it, style aside */
    GString *style;
    char *policy;
} Page;

static void page_clear(Page *page)
{
    g_hash_table_unref(page->elements);
    g_string_free(page->text, TRUE);
    g_string_free(page->style, TRUE);
    g_free(page->policy);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Page, page_clear)

static guint count_of(const Page *page, const char *element)
{
    return GPOINTER_TO_UINT(g_hash_table_lookup(page->elements, element));
}

/* Nothing may run, and nothing may be fetched. */
static void check_attribute(const char *element, const char *name, const char *value)
{
    g_assert_false(g_str_has_prefix(name, "on"));
    g_assert_cmpstr(name, !=, "style");
    g_assert_cmpstr(name, !=, "src");
    g_assert_cmpstr(name, !=, "srcset");
    g_assert_cmpstr(name, !=, "action");
    if (strstr(name, "href")) {
        g_assert_true(strcmp(element, "a") == 0 || strcmp(element, "use") == 0);
        g_assert_true(g_str_has_prefix(value, "#"));
    }
}

static void start_element(GMarkupParseContext *context G_GNUC_UNUSED, const char *element, const char **names,
                          const char **values, gpointer data, GError **error G_GNUC_UNUSED)
{
    static const char *const allowed[] = {
        "html",  "head",    "meta", "title", "style", "body",  "header", "main", "footer", "section",
        "div",   "details", "h1",   "h2",    "h3",    "h4",    "p",      "ul",   "li",     "a",
        "b",     "bdi",     "span", "small", "br",    "table", "thead",  "tr",   "th",     "td",
        "tbody", "summary", "svg",  "defs",  "g",     "line",  "path",   "rect", "text",   "use",
    };
    Page *page = data;
    gboolean known = FALSE;
    for (gsize i = 0; i < G_N_ELEMENTS(allowed); i++)
        known = known || strcmp(allowed[i], element) == 0;
    g_assert_true(known);
    g_hash_table_insert(page->elements, g_strdup(element), GUINT_TO_POINTER(count_of(page, element) + 1));
    for (guint i = 0; names[i]; i++) {
        check_attribute(element, names[i], values[i]);
        if (strcmp(values[i], "Content-Security-Policy") == 0)
            page->policy = g_strdup(values[i + 1]);
    }
}

static void take_text(GMarkupParseContext *context, const char *text, gsize length, gpointer data,
                      GError **error G_GNUC_UNUSED)
{
    Page *page = data;
    gboolean is_style = strcmp(g_markup_parse_context_get_element(context), "style") == 0;
    g_string_append_len(is_style ? page->style : page->text, text, (gssize)length);
}

/* Parses the page strictly, which a page that is not well-formed does not survive. */
static void page_parse(Page *page, const char *html)
{
    static const GMarkupParser parser = {.start_element = start_element, .text = take_text};
    g_autoptr(GError) error = NULL;
    page->elements = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    page->text = g_string_new(NULL);
    page->style = g_string_new(NULL);
    g_assert_true(g_str_has_prefix(html, "<!DOCTYPE html>\n<html"));
    g_autoptr(GMarkupParseContext) context = g_markup_parse_context_new(&parser, G_MARKUP_DEFAULT_FLAGS, page, NULL);
    g_markup_parse_context_parse(context, html, -1, &error);
    g_assert_no_error(error);
    g_markup_parse_context_end_parse(context, &error);
    g_assert_no_error(error);
}

/* The policy allows this style sheet and nothing else, and the style sheet fetches nothing. */
static void test_policy(void)
{
    g_autoptr(GByteArray) file = savefile_new(SAVEFILE_RAW, FALSE);
    savefile_failed_update(file, SAVEFILE_TIME, TRUE);
    g_autofree char *html = render(file, &plain);
    g_auto(Page) page = {0};
    page_parse(&page, html);

    guint8 digest[32];
    gsize length = sizeof digest;
    g_autoptr(GChecksum) checksum = g_checksum_new(G_CHECKSUM_SHA256);
    g_checksum_update(checksum, (const guchar *)page.style->str, (gssize)page.style->len);
    g_checksum_get_digest(checksum, digest, &length);
    g_autofree char *hash = g_base64_encode(digest, length);
    g_autofree char *expected =
        g_strdup_printf("default-src 'none'; style-src 'sha256-%s'; base-uri 'none'; form-action 'none'", hash);
    g_assert_cmpstr(page.policy, ==, expected);
    g_assert_true(strstr(html, "Content-Security-Policy") < strstr(html, "<style"));
    g_assert_cmpuint(count_of(&page, "style"), ==, 1);
    g_assert_null(strstr(page.style->str, "url("));
    g_assert_null(strstr(page.style->str, "@import"));
    g_assert_null(strstr(page.style->str, "//"));
}

/* The answer, the picture, the finding, message by message. */
static void test_whole(void)
{
    static const char *const told[] = {
        "The update failed",
        "867700040011113",
        "download failed after 1 of 1 attempts",
        "count-gap",
        "What to do:",
        "ftp://****:****@h.example/p",
        "attempt 1 of 1, failed",
        "5 messages",
        "Download started (code 210), attempt 1 of 1, count 0005",
    };
    g_autoptr(GByteArray) file = savefile_new(SAVEFILE_RAW, FALSE);
    savefile_failed_update(file, SAVEFILE_TIME, TRUE);
    g_autofree char *html = render(file, &plain);
    g_auto(Page) page = {0};
    page_parse(&page, html);
    for (gsize i = 0; i < G_N_ELEMENTS(told); i++)
        g_assert_nonnull(strstr(page.text->str, told[i]));
    /* Five messages and one finding. */
    g_assert_cmpuint(count_of(&page, "use"), ==, 6);
    g_assert_nonnull(strstr(html, "class=\"phase downloading\" x=\"75.00%\" y=\"4.2em\" width=\"25.00%\""));
    g_assert_null(strstr(html, "sEcr"));
}

static void test_secrets(void)
{
    g_autoptr(GByteArray) file = savefile_new(SAVEFILE_RAW, FALSE);
    savefile_failed_update(file, SAVEFILE_TIME, TRUE);
    GtupdReportOptions options = {.secrets = TRUE};
    g_autofree char *html = render(file, &options);
    g_assert_nonnull(strstr(html, "sEcr4t"));
}

static void test_min_severity(void)
{
    g_autoptr(GByteArray) file = savefile_new(SAVEFILE_RAW, FALSE);
    savefile_failed_update(file, SAVEFILE_TIME, TRUE);
    GtupdReportOptions options = {.min_severity = GTUPD_SEVERITY_WARNING};
    g_autofree char *html = render(file, &options);
    g_assert_null(strstr(html, "count-gap"));
}

static void test_nothing(void)
{
    g_autoptr(GtupdModel) model = gtupd_model_new(NULL);
    model->limits[GTUPD_LIMIT_EVENTS] = 12;
    g_autofree char *html = render_model(model, &plain);
    g_auto(Page) page = {0};
    page_parse(&page, html);
    g_assert_nonnull(strstr(page.text->str, "No firmware update in what was captured"));
    g_assert_nonnull(strstr(page.text->str, "events, 12 dropped"));
}

static const char *const hostile[] = {
    "<script>alert(1)</script>",         "\"'><img src=x onerror=alert(1)>", "</title></style></svg><script>",
    "<!-- ]]> &amp; &#x3c;script&#x3e;", "{{text}}{{>style.css}}",           "javascript:alert(1)",
    "\xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d",
};

/* Every text that may be foreign is shown to the letter, and nothing else comes of it. */
static void test_hostile_names(void)
{
    g_autoptr(GByteArray) file = savefile_new(SAVEFILE_RAW, FALSE);
    savefile_failed_update(file, SAVEFILE_TIME, TRUE);
    for (gsize i = 0; i < G_N_ELEMENTS(hostile); i++) {
        g_autoptr(GtupdModel) model = analysis_new(file, NULL);
        GtupdModelDevice *device = model->devices->pdata[0];
        GtupdModelUpdate *update = device->updates->pdata[0];
        GtupdModelFinding *finding = device->findings->pdata[0];
        GtupdModelCapture *capture = &g_array_index(model->captures, GtupdModelCapture, 0);
        char **texts[] = {&device->name, &update->command->url, &finding->message, &capture->file, &capture->error};
        for (gsize j = 0; j < G_N_ELEMENTS(texts); j++) {
            g_free(*texts[j]);
            *texts[j] = g_strdup_printf("%s-%zu", hostile[i], j);
        }
        g_autofree char *html = render_model(model, &(GtupdReportOptions){.secrets = TRUE});
        g_auto(Page) page = {0};
        page_parse(&page, html);
        /* A URL is ASCII, and shown as such. */
        gsize first = g_str_is_ascii(hostile[i]) ? 0 : 2;
        for (gsize j = first; j < G_N_ELEMENTS(texts); j++)
            g_assert_nonnull(strstr(page.text->str, *texts[j]));
    }
}

/* Ten kilobytes of a name make no more of the page than ten kilobytes each time it is named. */
static void test_long_name(void)
{
    g_autoptr(GByteArray) file = savefile_new(SAVEFILE_RAW, FALSE);
    savefile_failed_update(file, SAVEFILE_TIME, FALSE);
    g_autoptr(GtupdModel) model = analysis_new(file, NULL);
    GtupdModelDevice *device = model->devices->pdata[0];
    g_free(device->name);
    device->name = g_strnfill(10240, '<');
    g_autofree char *html = render_model(model, &plain);
    g_auto(Page) page = {0};
    page_parse(&page, html);
    g_assert_nonnull(strstr(page.text->str, device->name));
}

/* Downloads are bars to scale with their rate, and told in words. */
static void test_download(void)
{
    g_autoptr(GByteArray) file = savefile_new(SAVEFILE_RAW, FALSE);
    savefile_failed_update(file, SAVEFILE_TIME, FALSE);
    g_autoptr(GtupdModel) model = analysis_new(file, NULL);
    const GtupdModelDevice *device = model->devices->pdata[0];
    const GtupdModelUpdate *update = device->updates->pdata[0];
    GtupdTransfer *transfer = gtupd_transfer_new(GTUPD_TRANSFER_FTP);
    transfer->result = GTUPD_TRANSFER_CUT;
    transfer->path = g_strdup("/<b>.bin");
    transfer->delivered = 2500;
    transfer->request = (GtupdAnchor){.time = SAVEFILE_TIME + SAVEFILE_SECOND, .order = 2, .frame = 2};
    transfer->last_data = (GtupdAnchor){.time = SAVEFILE_TIME + 3 * SAVEFILE_SECOND, .order = 4, .frame = 4};
    g_ptr_array_add(update->transfers, transfer);
    g_autofree char *html = render_model(model, &plain);
    g_auto(Page) page = {0};
    page_parse(&page, html);
    g_assert_nonnull(strstr(html, "class=\"transfer failed\" x=\"25.00%\" y=\"8.4em\" width=\"50.00%\""));
    g_assert_nonnull(strstr(page.text->str, "cut, 1.2\xc2\xa0kB/s"));
    g_assert_nonnull(strstr(page.text->str, "/<b>.bin"));
}

static void add_fleet(GByteArray *file, guint devices, gboolean failing)
{
    static const char *const good[] = {"100,", "200,1", "201,1", "300,", "301,"};
    static const char *const bad[] = {"100,", "200,1", "202,1", "200,2", "202,2"};
    for (guint i = 0; i < devices; i++) {
        gint64 time = SAVEFILE_TIME + i * SAVEFILE_SECOND / 100;
        savefile_datagram_of(file, time, 6000 + i, FALSE, "AT+GTUPD=cv200,0,1,10,0,,,http://h/p,,0,,,,0001$");
        g_autofree char *ack = g_strdup_printf("+ACK:GTUPD,DF0107,A0000%09u,bus,0001,20200910012700,0001$", i);
        savefile_datagram_of(file, time, 6000 + i, TRUE, ack);
        for (guint j = 0; j < G_N_ELEMENTS(good); j++) {
            g_autofree char *report = g_strdup_printf("+RESP:GTUPD,DF0107,A0000%09u,bus,%s,20200910012700,%04u$", i,
                                                      failing ? bad[j] : good[j], j + 2);
            savefile_datagram_of(file, time + (j + 1) * SAVEFILE_SECOND, 6000 + i, TRUE, report);
        }
    }
}

/* Ten thousand updates: the whole fleet is named, and the page can still be sent around. */
static void test_size(void)
{
    for (guint failing = 0; failing < 2; failing++) {
        g_autoptr(GByteArray) file = savefile_new(SAVEFILE_RAW, FALSE);
        add_fleet(file, 10000, failing != 0);
        g_autofree char *html = render(file, &plain);
        g_assert_cmpuint(strlen(html), <, 20 * 1000 * 1000);
        g_assert_nonnull(strstr(html, failing ? "All 10,000 updates failed" : "All 10,000 updates succeeded"));
        g_assert_nonnull(strstr(html, "A0000000000000"));
        g_assert_nonnull(strstr(html, "A0000000009999"));
        g_assert_nonnull(strstr(html, "beyond the size of a page"));
        g_auto(Page) page = {0};
        page_parse(&page, html);
    }
}

/* Those with trouble come first and are open; those without stay closed. */
static void test_order(void)
{
    g_autoptr(GByteArray) file = savefile_new(SAVEFILE_RAW, FALSE);
    add_fleet(file, 20, FALSE);
    savefile_failed_update(file, SAVEFILE_TIME + 100 * SAVEFILE_SECOND, FALSE);
    g_autofree char *html = render(file, &plain);
    const char *failed = strstr(html, "id=\"d867700040011113\" open=\"\"");
    const char *good = strstr(html, "id=\"dA0000000000000\">");
    g_assert_nonnull(failed);
    g_assert_nonnull(good);
    g_assert_true(failed < good);
    g_assert_nonnull(strstr(html, "href=\"#d867700040011113\""));
    g_assert_null(strstr(html, "href=\"#dA0000000000000\""));
    g_assert_nonnull(strstr(html, "1 of 21 updates failed"));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/report-html/policy", test_policy);
    g_test_add_func("/report-html/whole", test_whole);
    g_test_add_func("/report-html/secrets", test_secrets);
    g_test_add_func("/report-html/min-severity", test_min_severity);
    g_test_add_func("/report-html/nothing", test_nothing);
    g_test_add_func("/report-html/hostile-names", test_hostile_names);
    g_test_add_func("/report-html/long-name", test_long_name);
    g_test_add_func("/report-html/download", test_download);
    g_test_add_func("/report-html/size", test_size);
    g_test_add_func("/report-html/order", test_order);
    return g_test_run();
}
