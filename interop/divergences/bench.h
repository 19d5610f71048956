/* Two libssl connections in one process, and between them a transport that does what it is told.
 *
 * Each direction is kept as a list of the records that crossed, opened with the keys of the
 * connection: what was sent is what a peer could read, whatever the library says of it. */
#ifndef INTEROP_DIVERGENCES_BENCH_H
#define INTEROP_DIVERGENCES_BENCH_H

#include "records.h"

#include <openssl/ssl.h>

enum { PIPE_MAX = 65536, RECORDS_MAX = 64, NAME_MAX_LEN = 32 };

typedef enum {
    KIND_DATA,
    KIND_CLOSE_NOTIFY,
    KIND_FATAL_ALERT,
    KIND_OTHER, /* handshake messages, warnings */
    KIND_FORGED,
} record_kind;

typedef struct {
    record_kind kind;
    size_t length; /* of its content */
    char name[NAME_MAX_LEN];
} crossed;

/* One direction: its bytes, how far the reader is, and its records since the handshake. */
typedef struct {
    uint8_t bytes[PIPE_MAX];
    size_t length, read_to, opened_to;
    int has_keys; /* before, its records are plain */
    record_keys keys;
    uint64_t number; /* of the next record */
    crossed record[RECORDS_MAX];
    size_t records;
} pipe_t;

typedef enum { WRITING_WORKS, WRITING_BLOCKS, WRITING_FAILS, WRITING_RETURNS_0 } writing;
typedef enum { READING_WORKS, READING_ENDED, READING_FAILS } reading;

typedef struct bench bench;
struct bench {
    int tls13;
    SSL_CTX *client, *server;
    SSL *s, *p;     /* ours, which is looked at, and the peer's */
    pipe_t out, in; /* from us; from the peer */
    writing writing;
    reading reading;
    void (*when_waited)(bench *b); /* blocking: what the peer does once we wait for it */
    int blocking, waited, flushed, announced;
    uint8_t secret[2][32]; /* TLS 1.3: of the client, of the server */
    int secrets;
};

/* Connections that have not shaken hands. NULL with a message on standard error. */
bench *div_bench_new(int tls13);
void div_bench_free(bench *b);
/* The handshake, and the keys of what follows it. 1, or 0 with a message. */
int bench_handshake(bench *b);
/* The result of SSL_do_handshake on our side, with the peer answering. */
int div_bench_connect(bench *b);
/* Takes in what has crossed. */
void bench_look(bench *b);
/* The peer sends an alert, through no library. */
int bench_peer_alert(bench *b, uint8_t level, uint8_t description);
/* The peer sends a record without content, the same way. */
int bench_peer_empty(bench *b);
int bench_peer_hello_request(bench *b);
/* Puts bytes into the direction from the peer. */
void bench_from_peer(bench *b, const void *bytes, size_t len);

#endif
