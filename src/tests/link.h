/* Two ends of a TLS connection in one process: ours on Endwell, the peer's on plain
 * OpenSSL or mbedTLS. */
#ifndef EW_TESTS_LINK_H
#define EW_TESTS_LINK_H

#include <mbedtls/ctr_drbg.h>
#include <mbedtls/entropy.h>
#include <mbedtls/ssl.h>
#include <mbedtls/ssl_cache.h>
#include <openssl/ssl.h>

#include "endwell.h"
#include "engine.h"
#include "port_mbedtls.h"
#include "port_openssl.h"
#include "wire.h"

extern const test_engine engine_openssl, engine_mbedtls;

/* One end: the objects of its engine; the others' are unused. */
typedef struct end {
    engine_kind kind;
    int server;
    SSL_CTX *ctx;
    SSL *ssl;
    mbedtls_entropy_context entropy;
    mbedtls_ctr_drbg_context random;
    mbedtls_x509_crt certificate;
    mbedtls_pk_context key;
    mbedtls_ssl_config conf;
    mbedtls_ssl_context mbed;
    const test_engine *other;
    void *context;
    void *engine;
} end;

typedef struct variant {
    engine_kind us;
    int version; /* TLS1_2_VERSION, TLS1_3_VERSION */
    int server;  /* our role */
    engine_kind peer;
    const test_engine *other; /* our engine; needed only if `us` is OTHER */
} variant;

typedef struct link_ends {
    end us;
    end peer;
    wire w;
    ew_openssl openssl;
    ew_mbedtls mbedtls;
    ew_conn c;
    int fd; /* our end of the socket */
} link_ends;

/* Makes both ends, nonblocking and not attached: a test may still configure them. */
void link_make(link_ends *l, const variant *v);

/* A new socket and new engine objects; contexts and caches stay as they are. */
void link_renew(link_ends *l);

/* The object of our end's port, initialised. */
void *link_engine(link_ends *l);

/* Gives the peer its wire; opens our connection, with what ew_conn_open says; both, asserted. */
void link_wire(link_ends *l);
int link_conn_open(link_ends *l);
void link_attach(link_ends *l);

/* All of that, and performs the handshake. */
void link_start(link_ends *l);
void link_open(link_ends *l, const variant *v);

/* Drives both handshakes to their end. */
void link_handshake(link_ends *l);

/* Our port, and the object that it takes. */
const ew_port *link_port(const link_ends *l);
void *link_object(link_ends *l);

/* Releases what is still held. */
void link_close(link_ends *l);

/*
 * The peer. Its handshake goes on: 1 once it is over, else 0. Reading: a count, 0: our
 * close_notify, -1: nothing yet, -2: an error.
 */
int peer_handshake(link_ends *l);
int peer_read(link_ends *l, void *buf, int len);
void peer_write(link_ends *l, const void *buf, int len);
void peer_close_notify(link_ends *l);

/* OpenSSL peers: a post-handshake message that `make` prepares. */
void peer_says(link_ends *l, int (*make)(SSL *));

/* mbedTLS peers: any alert, an empty record, a HelloRequest. */
void peer_alert(link_ends *l, int level, int description);

/* Everything the peer can read now has to be `len` bytes of data, then `end` (0, -1, -2). */
void peer_reads(link_ends *l, const void *data, size_t len, int last);

/* ret is -1, for this error and this reason. */
void link_failed(const link_ends *l, int ret, int error, int reason);

#endif
