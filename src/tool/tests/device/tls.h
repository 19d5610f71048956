/*
 * The TLS library of the device in these tests: a stand-in that frames records and ciphers nothing,
 * over two queues in memory, with an interface like that of mbedTLS. What is tried here is the log
 * and not TLS; device_libssl.c keeps the same log around a real library.
 */
#ifndef DEVICE_TLS_H
#define DEVICE_TLS_H

#include <stdint.h>

enum { TLS_WANT_READ = -1, TLS_CLOSED = -2, TLS_EOF = -3, TLS_REFUSED = -4, TLS_ROOM = 256 };

struct tls_queue {
    uint8_t byte[TLS_ROOM];
    unsigned first, last;
    int is_cut;
};

struct tls {
    struct tls_queue *in, *out;
    int shaken, peer_closed;
};

/* 0 if done; what fails is one of the codes above. */
int tls_handshake(struct tls *s);
int tls_read(struct tls *s, uint8_t *to, unsigned room);
int tls_write(struct tls *s, const uint8_t *from, unsigned length);
int tls_close_notify(struct tls *s);

#endif
