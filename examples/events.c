/*
 * cc -o events events.c $(pkg-config --cflags --libs endwell-openssl)
 * usage: events CERTIFICATE KEY
 * The server of server.c for many clients at once: nonblocking sockets in one loop around poll.
 * How long poll may sleep is the least of what the connections say (ew_conn_timeout) and of the
 * time that a client gets for its text. OpenSSL.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "endwell.h"
#include "port_openssl.h"

enum { CLIENTS = 64, HANDSHAKE_MS = 5000, TEXT_MS = 5000, CLOSE_MS = 2000, CLOSE_MAX = 1 << 20 };
enum phase { FREE, HANDSHAKE, TEXT, CLOSE };

struct client {
    enum phase phase;
    int fd;       /* to poll; it is the connection's */
    ew_conn conn; /* stays where it is while it is open */
    ew_openssl engine;
    SSL *ssl;
    size_t sent;
    int64_t until; /* TEXT: end of its time, in ms */
};

static const char text[] = "All is well that ends well.\n";
static struct client clients[CLIENTS];

static int64_t now_ms(void)
{
    struct timespec ts;

    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static void complain(const ew_conn *conn, const char *what)
{
    fprintf(stderr, "events: %s: %s, %s. %s\n", what, ew_error_name(ew_conn_get_error(conn, -1)),
            ew_reason_name(ew_conn_get_reason(conn)), ew_conn_detail(conn));
}

static void forget(struct client *c)
{
    SSL_free(c->ssl);
    c->phase = FREE;
}

static void welcome(struct client *c, int fd, SSL_CTX *ctx)
{
    c->ssl = SSL_new(ctx);
    if (c->ssl == NULL || fcntl(fd, F_SETFL, O_NONBLOCK) != 0) {
        close(fd);
        forget(c);
        return;
    }
    SSL_set_accept_state(c->ssl);
    ew_openssl_init(&c->engine, c->ssl);
    if (ew_conn_open(&c->conn, fd, &ew_openssl_port, &c->engine) != 0) {
        complain(&c->conn, "refused");
        close(fd); /* it stayed ours */
        forget(c);
        return;
    }
    ew_conn_set_deadline(&c->conn, HANDSHAKE_MS); /* of the handshake as a whole */
    c->phase = HANDSHAKE;
    c->fd = fd;
    c->sent = 0;
}

static int call(struct client *c)
{
    switch (c->phase) {
    case HANDSHAKE: return ew_conn_handshake(&c->conn);
    case TEXT: return (int)ew_conn_write(&c->conn, text + c->sent, sizeof text - 1 - c->sent);
    default: return ew_conn_close(&c->conn, CLOSE_MS, CLOSE_MAX);
    }
}

/* The call is to be repeated: when the socket is ready; AGAIN: after the others had a turn. */
static int goes_on(const struct client *c)
{
    int error = ew_conn_get_error(&c->conn, -1);

    return error == EW_ERROR_WANT_READ || error == EW_ERROR_WANT_WRITE || error == EW_ERROR_AGAIN;
}

/* The phase after a call that is over, well or badly. */
static void next_phase(struct client *c, int n)
{
    if (c->phase == CLOSE) {
        if (n < 0) {
            complain(&c->conn, "the client was not told of the end");
        }
        forget(c);                    /* the connection has closed the descriptor */
    } else if (n < 0 && goes_on(c)) { /* a handshake that is out of time: there is no one to tell */
        complain(&c->conn, "out of time");
        ew_conn_abort(&c->conn);
        forget(c);
    } else if (n < 0) {
        complain(&c->conn, c->phase == TEXT ? "write" : "handshake");
        c->phase = CLOSE;
    } else if (c->phase == HANDSHAKE) {
        c->phase = TEXT;
        c->until = now_ms() + TEXT_MS;
    } else {
        c->sent += (size_t)n;
        c->phase = c->sent < sizeof text - 1 ? TEXT : CLOSE;
    }
}

/* Makes the calls of a client until one of them has to wait, or it is gone. */
static void make_calls(struct client *c)
{
    while (c->phase != FREE) {
        int n = call(c);

        if (n < 0 && goes_on(c) && errno == EAGAIN) {
            if (c->phase != TEXT || now_ms() < c->until) {
                return;
            }
            c->phase = CLOSE; /* what the write left behind goes out before the close_notify */
        } else {
            next_phase(c, n);
        }
    }
}

/* In ms; 0: call again now, -1: no bound. */
static int time_left(const struct client *c)
{
    int64_t left = c->until - now_ms();

    if (c->phase != TEXT) {
        return ew_conn_timeout(&c->conn);
    }
    return left <= 0 || ew_conn_timeout(&c->conn) == 0 ? 0 : (int)left;
}

/*
 * What poll is to wait for: for each client what its last call wanted. Returns for how long; 0 if
 * one said AGAIN. Nothing here suspends an engine, so that there is nothing else to wait for.
 */
static int prepare(struct pollfd fds[CLIENTS])
{
    int least = -1;

    for (int i = 0; i < CLIENTS; i++) {
        struct client *c = &clients[i];
        int left = c->phase == FREE ? -1 : time_left(c);

        fds[i].fd = c->phase == FREE ? -1 : c->fd;
        fds[i].events = ew_conn_get_error(&c->conn, -1) == EW_ERROR_WANT_READ ? POLLIN : POLLOUT;
        if (left >= 0 && (least < 0 || left < least)) {
            least = left;
        }
    }
    return least;
}

static struct client *free_client(void)
{
    for (int i = 0; i < CLIENTS; i++) {
        if (clients[i].phase == FREE) {
            return &clients[i];
        }
    }
    return NULL;
}

static int run(int listener, SSL_CTX *ctx)
{
    struct pollfd fds[CLIENTS + 1] = {{0}};

    for (;;) {
        int least = prepare(fds);

        fds[CLIENTS].fd = free_client() == NULL ? -1 : listener; /* the others wait in its queue */
        fds[CLIENTS].events = POLLIN;
        if (poll(fds, CLIENTS + 1, least) < 0 && errno != EINTR) {
            perror("events: poll");
            return 2;
        }
        for (int i = 0; i < CLIENTS; i++) {
            struct client *c = &clients[i];

            if (c->phase != FREE && (fds[i].revents != 0 || time_left(c) == 0)) {
                make_calls(c);
            }
        }
        if (fds[CLIENTS].fd >= 0 && fds[CLIENTS].revents != 0) {
            int fd = accept(listener, NULL, NULL);

            if (fd >= 0) {
                welcome(free_client(), fd, ctx);
            }
        }
    }
}

static int listen_on_loopback(void)
{
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof a;
    int listener = socket(AF_INET, SOCK_STREAM, 0);

    if (bind(listener, (struct sockaddr *)&a, len) != 0 || listen(listener, CLIENTS) != 0 ||
        fcntl(listener, F_SETFL, O_NONBLOCK) != 0 || /* its client may be gone before accept */
        getsockname(listener, (struct sockaddr *)&a, &len) != 0) {
        perror("events");
        return -1;
    }
    printf("%d\n", ntohs(a.sin_port));
    fflush(stdout);
    return listener;
}

int main(int argc, char **argv)
{
    SSL_CTX *ctx = SSL_CTX_new(TLS_server_method());
    int listener;

    if (argc != 3 || SSL_CTX_use_certificate_chain_file(ctx, argv[1]) != 1 ||
        SSL_CTX_use_PrivateKey_file(ctx, argv[2], SSL_FILETYPE_PEM) != 1) {
        fprintf(stderr, "usage: events CERTIFICATE KEY\n");
        return 2;
    }
    listener = listen_on_loopback();
    return listener < 0 ? 2 : run(listener, ctx);
}
