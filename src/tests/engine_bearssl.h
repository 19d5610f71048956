/* BearSSL's objects for the tests. */
#ifndef EW_TESTS_ENGINE_BEARSSL_H
#define EW_TESTS_ENGINE_BEARSSL_H

#include "bearssl_identity.h"
#include "port_bearssl.h"

enum { BEARSSL_CACHE = 4096 };

typedef struct bearssl_context {
    int server;
    bearssl_identity identity;
    br_ssl_session_cache_lru cache;
    unsigned char sessions[BEARSSL_CACHE];
} bearssl_context;

typedef struct bearssl_object {
    ew_bearssl port; /* first: the port's object */
    br_ssl_client_context client;
    br_ssl_server_context server;
    br_x509_minimal_context unused; /* the set-up of a client wants one */
    br_x509_knownkey_context x509;
    unsigned char in[BR_SSL_BUFSIZE_INPUT], out[BR_SSL_BUFSIZE_OUTPUT];
} bearssl_object;

#endif
