/*
 * A certificate and its P-256 key for BearSSL, read with OpenSSL: BearSSL itself reads no names of
 * files. Shared with the live peers.
 */
#ifndef EW_TESTS_BEARSSL_IDENTITY_H
#define EW_TESTS_BEARSSL_IDENTITY_H

#include <bearssl.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

typedef struct bearssl_identity {
    unsigned char der[4096], scalar[32], point[65];
    br_x509_certificate certificate;
    br_ec_private_key key;
    br_ec_public_key public;
} bearssl_identity;

static inline X509 *bearssl_read_certificate(const char *path)
{
    BIO *file = BIO_new_file(path, "r");
    X509 *certificate = file ? PEM_read_bio_X509(file, NULL, NULL, NULL) : NULL;

    BIO_free(file);
    return certificate;
}

static inline EVP_PKEY *bearssl_read_key(const char *path)
{
    BIO *file = BIO_new_file(path, "r");
    EVP_PKEY *key = file ? PEM_read_bio_PrivateKey(file, NULL, NULL, NULL) : NULL;

    BIO_free(file);
    return key;
}

/* 1, or 0: there are no such files, or they are of another kind. */
static inline int bearssl_identity_read(bearssl_identity *id, const char *certificate_path,
                                        const char *key_path)
{
    X509 *certificate = bearssl_read_certificate(certificate_path);
    EVP_PKEY *key = bearssl_read_key(key_path);
    BIGNUM *scalar = NULL;
    unsigned char *to = id->der;
    size_t point_len = 0;
    int len = certificate ? i2d_X509(certificate, NULL) : -1;
    int read = len > 0 && (size_t)len <= sizeof id->der && key &&
               i2d_X509(certificate, &to) == len &&
               EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_PRIV_KEY, &scalar) == 1 &&
               BN_bn2binpad(scalar, id->scalar, sizeof id->scalar) == sizeof id->scalar &&
               EVP_PKEY_get_octet_string_param(key, OSSL_PKEY_PARAM_PUB_KEY, id->point,
                                               sizeof id->point, &point_len) == 1 &&
               point_len == sizeof id->point;

    BN_clear_free(scalar);
    EVP_PKEY_free(key);
    X509_free(certificate);
    id->certificate = (br_x509_certificate){id->der, (size_t)(len > 0 ? len : 0)};
    id->key = (br_ec_private_key){BR_EC_secp256r1, id->scalar, sizeof id->scalar};
    id->public = (br_ec_public_key){BR_EC_secp256r1, id->point, sizeof id->point};
    return read;
}

#endif
