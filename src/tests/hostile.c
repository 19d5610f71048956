/*
 * A peer with its TLS over memory, so that it decides how many of its bytes leave, and when.
 */
#include "hostile.h"

#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { CHUNK = 4096, A_SECOND = 1000, HEADER = 5, SMALLEST_RECORD = 512 };

typedef struct peer {
    SSL *ssl;
    BIO *in;
    BIO *out;
    int fd;
    int pause_ms; /* between two bytes; 0: all at once */
} peer;

static void rest(int milliseconds)
{
    struct timespec left = {milliseconds / 1000, milliseconds % 1000 * 1000000L};

    while (nanosleep(&left, &left) != 0) {
    }
}

/* Until the test ends us: whatever comes is left in the socket. */
static void sleep_for_ever(void)
{
    for (;;) {
        pause();
    }
}

static void send_bytes(const peer *p, const char *bytes, size_t len)
{
    size_t step = p->pause_ms > 0 ? 1 : len;

    for (size_t at = 0; at < len; at += step) {
        if (send(p->fd, bytes + at, step, MSG_NOSIGNAL) != (ssize_t)step) {
            return;
        }
        if (p->pause_ms > 0) {
            rest(p->pause_ms);
        }
    }
}

/* How much of what libssl has made leaves. */
enum part { ALL, HALF, FIRST_RECORD };

static void send_made(peer *p, enum part part)
{
    char bytes[4 * CHUNK];
    int n = BIO_read(p->out, bytes, sizeof bytes);
    size_t len = n > 0 ? (size_t)n : 0;

    if (part == HALF) {
        len /= 2;
    } else if (part == FIRST_RECORD && len >= HEADER) {
        len = HEADER + (size_t)((unsigned char)bytes[3] << 8 | (unsigned char)bytes[4]);
    }
    send_bytes(p, bytes, len);
}

/* 0: the socket has ended. */
static int take_more(peer *p)
{
    char bytes[CHUNK];
    ssize_t n = recv(p->fd, bytes, sizeof bytes, 0);

    return n > 0 && BIO_write(p->in, bytes, (int)n) == n;
}

static void read_for_ever(peer *p)
{
    char bytes[CHUNK];

    while (recv(p->fd, bytes, sizeof bytes, 0) > 0) {
    }
    sleep_for_ever(); /* our end stays open: nobody is helped by an end */
}

/* What the last step of a server's handshake makes are its session tickets. */
static void shake_hands(peer *p, enum part of_tickets)
{
    for (;;) {
        int done = SSL_do_handshake(p->ssl);

        if (done == 1) {
            send_made(p, of_tickets);
            return;
        }
        send_made(p, ALL);
        if (SSL_get_error(p->ssl, done) != SSL_ERROR_WANT_READ || !take_more(p)) {
            exit(1);
        }
    }
}

static int add_to_ticket(SSL *ssl, void *unused)
{
    static const char filling[3 * SMALLEST_RECORD];

    (void)unused;
    return SSL_SESSION_set1_ticket_appdata(SSL_get_session(ssl), filling, sizeof filling);
}

/* Several records to a ticket: the first of them leaves an engine within the message. */
static void make_tickets_long(SSL *ssl, SSL_CTX *ctx)
{
    SSL_CTX_set_session_ticket_cb(ctx, add_to_ticket, NULL, NULL);
    SSL_set_max_send_fragment(ssl, SMALLEST_RECORD);
}

static void end_well(peer *p)
{
    char bytes[CHUNK];
    int n;

    SSL_write(p->ssl, HOSTILE_SAYS, sizeof HOSTILE_SAYS - 1);
    SSL_shutdown(p->ssl);
    send_made(p, ALL);
    do {
        n = SSL_read(p->ssl, bytes, sizeof bytes);
    } while (n > 0 || (SSL_get_error(p->ssl, n) == SSL_ERROR_WANT_READ && take_more(p)));
    if ((SSL_get_shutdown(p->ssl) & SSL_RECEIVED_SHUTDOWN) == 0) {
        exit(1);
    }
}

void hostile_play(peer_way way, SSL_CTX *ctx, int server, int fd)
{
    peer p = {SSL_new(ctx), BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()), fd, 0};

    BIO_set_mem_eof_return(p.in, -1);
    SSL_set_bio(p.ssl, p.in, p.out);
    if (way == SILENT) {
        sleep_for_ever();
    }
    if (server) {
        SSL_set_accept_state(p.ssl);
    } else {
        SSL_set_connect_state(p.ssl);
    }
    p.pause_ms = way == DRIPS_HANDSHAKE ? A_SECOND : 0;
    if (way == HALF_A_TICKET) {
        make_tickets_long(p.ssl, ctx);
    }
    shake_hands(&p, way == HALF_A_TICKET ? FIRST_RECORD : ALL);
    switch (way) {
    case ENDS_WELL:
        end_well(&p);
        SSL_free(p.ssl);
        return;
    case STOPS_READING: sleep_for_ever(); break;
    case DRIPS_RECORD: p.pause_ms = A_SECOND; /* fall through */
    case HALF_A_RECORD:
        SSL_write(p.ssl, HOSTILE_SAYS, sizeof HOSTILE_SAYS - 1);
        send_made(&p, way == HALF_A_RECORD ? HALF : ALL);
        break;
    default: break;
    }
    read_for_ever(&p);
}
