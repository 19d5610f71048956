/* A client of libssl over loopback, and a peer in a process of its own that does as it is told. */
#ifndef PAIR_H
#define PAIR_H

#include <openssl/err.h>
#include <openssl/ssl.h>

struct pair {
    SSL_CTX *ctx;
    SSL *s;
    int fd;
    int peer, control; /* its process, and where commands go */
};

enum command {
    PEER_WRITES = 'w',  /* five bytes */
    PEER_READS = 'r',   /* until nothing more comes */
    PEER_DIES = 'd',    /* at once: the kernel ends its connection, without a close_notify */
    PEER_RESETS = 'x',  /* at once, whatever it has not read or sent: RST */
    PEER_GARBLES = 'g', /* a record that does not decrypt */
    PEER_ENDS = 'q'     /* reads to the end, closes in order, and exits */
};

/* What a test program does, wrong and put right. */
void wrong(struct pair *p);
void right(struct pair *p);

SSL_CTX *peer_context(void);                  /* of a server */
void shake(struct pair *p);                   /* the handshake */
void tell(struct pair *p, enum command what); /* and wait until it is done, if it goes on */
void gate(struct pair *p);                    /* puts a gate before the transport */
void shut_gate(int shut);                     /* while it is shut, writes would block */
int plain_socket(void);                       /* without TLS, and with bytes unread */
void await_data(struct pair *p);
void await_reset(struct pair *p); /* and takes the socket's error, as poll and SO_ERROR tell it */
void set_blocking(struct pair *p, int on);
void drain(struct pair *p);   /* reads until the end of the data */
void drop(struct pair *p);    /* frees and closes */
void orderly(struct pair *p); /* closes as the page says */
void expect(int ok, const char *what);

#endif
