/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "download.h"

#include "package.h"

#include <curl/curl.h>

#define POLL_MS 1000

struct _RigDownload {
    CURLM *multi;
    char *url, *user, *password;
    guint timeout;
    RigDownloadFunc done;
    gpointer data;
    GThread *thread;
    gint cancelled; /* atomic */
    guint idle;     /* the source that ends it; set by the thread before it ends */
    GByteArray *received;
    CURLcode result;
    char error[CURL_ERROR_SIZE];
};

static size_t store(char *bytes, size_t size, size_t count, void *data)
{
    RigDownload *download = data;
    size_t length = size * count;
    if (length > RIG_PACKAGE_MAX - download->received->len)
        return 0;
    g_byte_array_append(download->received, (const guint8 *)bytes, (guint)length);
    return length;
}

static void set_options(RigDownload *download, CURL *curl)
{
    curl_easy_setopt(curl, CURLOPT_URL, download->url);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https,ftp");
    curl_easy_setopt(curl, CURLOPT_NOPROXY, "*");
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_FAILONERROR, 1L);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)download->timeout);
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, download->error);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, store);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, download);
    if (download->user[0] != '\0')
        curl_easy_setopt(curl, CURLOPT_USERNAME, download->user);
    if (download->password[0] != '\0')
        curl_easy_setopt(curl, CURLOPT_PASSWORD, download->password);
}

static gboolean finished(gpointer data)
{
    RigDownload *download = data;
    g_thread_join(g_steal_pointer(&download->thread));
    download->idle = 0;
    g_autoptr(GBytes) package = NULL;
    if (download->result == CURLE_OK)
        package = g_bytes_new(download->received->data, download->received->len);
    const char *error = download->error[0] != '\0' ? download->error : curl_easy_strerror(download->result);
    download->done(package, error, download->data);
    return G_SOURCE_REMOVE;
}

/* Through the multi interface, since that can be woken up: a stalled transfer must end at once when cancelled. */
static CURLcode perform(RigDownload *download, CURL *curl)
{
    int running = 1, left;
    curl_multi_add_handle(download->multi, curl);
    while (running && !g_atomic_int_get(&download->cancelled)) {
        if (curl_multi_perform(download->multi, &running) != CURLM_OK)
            break;
        if (running)
            curl_multi_poll(download->multi, NULL, 0, POLL_MS, NULL);
    }
    const CURLMsg *message = curl_multi_info_read(download->multi, &left);
    CURLcode result = message ? message->data.result : CURLE_ABORTED_BY_CALLBACK;
    curl_multi_remove_handle(download->multi, curl);
    return result;
}

static gpointer run(gpointer data)
{
    RigDownload *download = data;
    CURL *curl = curl_easy_init();
    set_options(download, curl);
    download->result = perform(download, curl);
    curl_easy_cleanup(curl);
    download->idle = g_idle_add(finished, download);
    return NULL;
}

RigDownload *rig_download_new(const char *url, const char *user, const char *password, guint timeout,
                              RigDownloadFunc done, gpointer data)
{
    RigDownload *download = g_new0(RigDownload, 1);
    download->url = g_strdup(url);
    download->user = g_strdup(user);
    download->password = g_strdup(password);
    download->timeout = timeout;
    download->done = done;
    download->data = data;
    download->received = g_byte_array_new();
    download->multi = curl_multi_init();
    download->thread = g_thread_new("download", run, download);
    return download;
}

void rig_download_free(RigDownload *download)
{
    if (!download)
        return;
    g_atomic_int_set(&download->cancelled, TRUE);
    curl_multi_wakeup(download->multi);
    if (download->thread)
        g_thread_join(download->thread);
    if (download->idle)
        g_source_remove(download->idle);
    curl_multi_cleanup(download->multi);
    g_byte_array_unref(download->received);
    g_free(download->url);
    g_free(download->user);
    g_free(download->password);
    g_free(download);
}
