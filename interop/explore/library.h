#define OPENSSL_SUPPRESS_DEPRECATED
/* A libssl that is loaded at run time, so that one program can look at any build of it. */
#ifndef EXPLORE_LIBRARY_H
#define EXPLORE_LIBRARY_H

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

/* Every function that is called; what the headers have as macros is spelt out where it is used. */
#define LIBRARY_FUNCTIONS(X)                                                                       \
    X(ASN1_INTEGER_set)                                                                            \
    X(BIO_clear_flags)                                                                             \
    X(BIO_meth_new)                                                                                \
    X(BIO_meth_set_ctrl)                                                                           \
    X(BIO_meth_set_read)                                                                           \
    X(BIO_meth_set_write)                                                                          \
    X(BIO_new)                                                                                     \
    X(BIO_set_flags)                                                                               \
    X(BIO_set_init)                                                                                \
    X(CRYPTO_set_mem_functions)                                                                    \
    X(ERR_clear_error)                                                                             \
    X(ERR_peek_error)                                                                              \
    X(EVP_PKEY_CTX_free)                                                                           \
    X(EVP_PKEY_CTX_new_id)                                                                         \
    X(EVP_PKEY_free)                                                                               \
    X(EVP_PKEY_keygen)                                                                             \
    X(EVP_PKEY_keygen_init)                                                                        \
    X(OpenSSL_version)                                                                             \
    X(OpenSSL_version_num)                                                                         \
    X(RAND_set_rand_method)                                                                        \
    X(SSL_CTX_ctrl)                                                                                \
    X(SSL_CTX_free)                                                                                \
    X(SSL_CTX_new)                                                                                 \
    X(SSL_CTX_set_cipher_list)                                                                     \
    X(SSL_CTX_set_ciphersuites)                                                                    \
    X(SSL_CTX_set_keylog_callback)                                                                 \
    X(SSL_CTX_set_num_tickets)                                                                     \
    X(SSL_CTX_set_options)                                                                         \
    X(SSL_CTX_set_session_id_context)                                                              \
    X(SSL_CTX_use_PrivateKey)                                                                      \
    X(SSL_CTX_use_certificate)                                                                     \
    X(SSL_SESSION_free)                                                                            \
    X(SSL_SESSION_get_master_key)                                                                  \
    X(SSL_SESSION_is_resumable)                                                                    \
    X(SSL_do_handshake)                                                                            \
    X(SSL_free)                                                                                    \
    X(SSL_get1_session)                                                                            \
    X(SSL_get_client_random)                                                                       \
    X(SSL_get_error)                                                                               \
    X(SSL_get_server_random)                                                                       \
    X(SSL_get_session)                                                                             \
    X(SSL_get_shutdown)                                                                            \
    X(SSL_in_init)                                                                                 \
    X(SSL_key_update)                                                                              \
    X(SSL_new)                                                                                     \
    X(SSL_peek)                                                                                    \
    X(SSL_read)                                                                                    \
    X(SSL_renegotiate)                                                                             \
    X(SSL_set_accept_state)                                                                        \
    X(SSL_set_bio)                                                                                 \
    X(SSL_set_connect_state)                                                                       \
    X(SSL_set_quiet_shutdown)                                                                      \
    X(SSL_set_shutdown)                                                                            \
    X(SSL_shutdown)                                                                                \
    X(SSL_state_string_long)                                                                       \
    X(SSL_write)                                                                                   \
    X(TLS_client_method)                                                                           \
    X(TLS_server_method)                                                                           \
    X(X509_free)                                                                                   \
    X(X509_get_serialNumber)                                                                       \
    X(X509_getm_notAfter)                                                                          \
    X(X509_getm_notBefore)                                                                         \
    X(X509_gmtime_adj)                                                                             \
    X(X509_new)                                                                                    \
    X(X509_set_pubkey)                                                                             \
    X(X509_sign)

typedef struct {
#define X(name) __typeof__(name) *name;
    LIBRARY_FUNCTIONS(X)
#undef X
    char version[32]; /* "3.0.19" */
    int release;      /* major * 10000 + minor * 100 + patch: 30019, 10101 */
} library;

extern library lib;

/* Loads libcrypto and libssl; folder NULL: the system's. NULL, or a message that says what is
 * missing. */
const char *library_load(const char *folder);

/* Puts an error of no library into the queue, as a forgotten one would be. */
void library_raise(void);

#endif
