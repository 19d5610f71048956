/* The libssl peer: one process, one connection at a time, driven by steps. */
#ifndef INTEROP_PEER_H
#define INTEROP_PEER_H

#include <cjson/cJSON.h>
#include <openssl/ssl.h>
#include <stdint.h>

typedef struct {
    int server; /* the role */
    int port;   /* to connect to (client) or listening on (server) */
    int listener;
    int fd;
    int buffer; /* socket buffer size, 0: the kernel's */
    SSL_CTX *ctx;
    SSL *ssl;
    SSL_SESSION *session; /* a client's newest, for the next connection */
    uint64_t sent, received;
    cJSON *alerts_in, *alerts_out; /* of this connection, decrypted */
    int data_in, data_out;         /* application data records */
    uint8_t traffic_secret[64];    /* TLS 1.3: what we write is protected with it */
    size_t traffic_secret_len;
    uint64_t records_out; /* under these keys */
    int after_close_in;   /* records read after the other side's close_notify */
} peer_t;

typedef struct {
    const char *name;
    void (*run)(peer_t *p, const char *argument, cJSON *report);
    const char *help;
} peer_step;

extern const peer_step peer_steps[]; /* ends with a NULL name */

/* NULL: not with that certificate and key. */
SSL_CTX *peer_context(peer_t *p, int version, const char *cert, const char *key, int tickets);
int peer_connect(peer_t *p);       /* TCP and a new SSL; 0 or -1 */
void peer_begin_stream(peer_t *p); /* counts and alerts start anew */
void peer_disconnect(peer_t *p);   /* frees the SSL, then closes TCP if it is still open */

/* What the library says after a call that returned ret. */
void peer_result(peer_t *p, cJSON *report, int ret);
void peer_add_state(peer_t *p, cJSON *report);

/* Records that libssl has no call for: see peer_records.c. */
void peer_send_alert(peer_t *p, const char *argument, cJSON *report);
void peer_send_empty(peer_t *p, const char *argument, cJSON *report);
void peer_keep_secret(const SSL *ssl, const char *line);

#endif
