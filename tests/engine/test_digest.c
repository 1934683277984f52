/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SHA-256 of bodies, and how much of it an engine is worth. */
#include "digest.h"

#include "bounds.h"
#include "fake_protocol.h"

#define ABC   "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" /* FIPS 180-4, appendix B.1 */
#define EMPTY "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

static void assert_digest(GtupdDigest *digest, const char *expected)
{
    char text[GTUPD_DIGEST_TEXT];
    gtupd_digest_read(digest, text);
    g_assert_cmpstr(text, ==, expected);
    gtupd_digest_free(digest);
}

static void test_vectors(void)
{
    GtupdDigestBudget budget = {0};
    assert_digest(gtupd_digest_new(&budget, 0), EMPTY);
    GtupdDigest *whole = gtupd_digest_new(&budget, 3);
    gtupd_digest_bytes(whole, (const guint8 *)"abc", 3);
    assert_digest(whole, ABC);
    GtupdDigest *parts = gtupd_digest_new(&budget, -1);
    gtupd_digest_bytes(parts, (const guint8 *)"a", 1);
    gtupd_digest_bytes(parts, (const guint8 *)"bc", 2);
    assert_digest(parts, ABC);
    g_assert_cmpuint(budget.hashed, ==, 6);
}

static void test_spoilt(void)
{
    GtupdDigestBudget budget = {0};
    GtupdDigest *digest = gtupd_digest_new(&budget, 3);
    gtupd_digest_spoil(digest);
    gtupd_digest_spoil(digest);
    gtupd_digest_bytes(digest, (const guint8 *)"abc", 3);
    assert_digest(digest, "");
    assert_digest(NULL, "");
    g_assert_cmpuint(budget.hashed, ==, 0);
}

/* A body that is larger than what is left is not begun; one that turns out to be comes to nothing. */
static void test_budget(void)
{
    GtupdDigestBudget budget = {.hashed = GTUPD_MAX_HASHED_BYTES - 3};
    g_assert_null(gtupd_digest_new(&budget, 4));
    g_assert_cmpuint(fake_protocol_limits(), ==, 1);
    GtupdDigest *digest = gtupd_digest_new(&budget, -1);
    gtupd_digest_bytes(digest, (const guint8 *)"abcd", 4);
    g_assert_cmpuint(fake_protocol_limits(), ==, 2);
    assert_digest(digest, "");
    GtupdDigest *fits = gtupd_digest_new(&budget, 3);
    gtupd_digest_bytes(fits, (const guint8 *)"abc", 3);
    assert_digest(fits, ABC);
    g_assert_cmpuint(budget.hashed, ==, GTUPD_MAX_HASHED_BYTES);
    g_assert_null(gtupd_digest_new(&budget, G_MAXINT64));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/digest/vectors", test_vectors);
    g_test_add_func("/digest/spoilt", test_spoilt);
    g_test_add_func("/digest/budget", test_budget);
    return g_test_run();
}
