/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "digest.h"

#include "bounds.h"

#include <gcrypt.h>

/* libgcrypt, because it uses the processor's own SHA instructions: four times as fast as GChecksum. */
struct _GtupdDigest {
    GtupdDigestBudget *budget;
    gcry_md_hd_t handle; /* NULL: spoilt */
};

static gboolean open_handle(gcry_md_hd_t *handle)
{
    if (!gcry_control(GCRYCTL_INITIALIZATION_FINISHED_P)) {
        gcry_check_version(NULL);
        gcry_control(GCRYCTL_DISABLE_SECMEM, 0);
        gcry_control(GCRYCTL_INITIALIZATION_FINISHED, 0);
    }
    return gcry_md_open(handle, GCRY_MD_SHA256, 0) == 0;
}

static gboolean has_left(const GtupdDigestBudget *budget, guint64 bytes)
{
    return bytes <= GTUPD_MAX_HASHED_BYTES && budget->hashed <= GTUPD_MAX_HASHED_BYTES - bytes;
}

GtupdDigest *gtupd_digest_new(GtupdDigestBudget *budget, gint64 expected)
{
    gcry_md_hd_t handle;
    if (!has_left(budget, (guint64)MAX(expected, 0))) {
        gtupd_tracker_limit_reached(budget->tracker, GTUPD_LIMIT_DIGESTS, 1);
        return NULL;
    }
    if (!open_handle(&handle)) /* a library without SHA-256, as in some certified set-ups */
        return NULL;
    GtupdDigest *digest = g_new(GtupdDigest, 1);
    *digest = (GtupdDigest){budget, handle};
    return digest;
}

void gtupd_digest_spoil(GtupdDigest *digest)
{
    if (digest == NULL || digest->handle == NULL)
        return;
    gcry_md_close(digest->handle);
    digest->handle = NULL;
}

void gtupd_digest_free(GtupdDigest *digest)
{
    gtupd_digest_spoil(digest);
    g_free(digest);
}

void gtupd_digest_bytes(GtupdDigest *digest, const guint8 *data, gsize length)
{
    if (digest == NULL || digest->handle == NULL)
        return;
    if (!has_left(digest->budget, length)) {
        gtupd_tracker_limit_reached(digest->budget->tracker, GTUPD_LIMIT_DIGESTS, 1);
        gtupd_digest_spoil(digest);
        return;
    }
    digest->budget->hashed += length;
    gcry_md_write(digest->handle, data, length);
}

void gtupd_digest_read(GtupdDigest *digest, char text[GTUPD_DIGEST_TEXT])
{
    text[0] = '\0';
    if (digest == NULL || digest->handle == NULL)
        return;
    const guint8 *bytes = gcry_md_read(digest->handle, GCRY_MD_SHA256);
    for (guint i = 0; i < GTUPD_DIGEST_TEXT / 2; i++)
        g_snprintf(text + 2 * (gsize)i, 3, "%02x", bytes[i]);
}
