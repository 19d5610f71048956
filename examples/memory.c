/*
 * cc -o memory memory.c $(pkg-config --cflags --libs endwell-openssl)
 * usage: memory CERTIFICATE KEY
 * The server of server.c in a loop that owns its buffers: the sockets are the loop's, and TLS sees
 * nothing of them. Each client has a pair in memory (io_memory.h). The connection has one end of it;
 * the loop moves bytes between the other end and the socket, as it would for a device, a ring of the
 * kernel's or another process. There is no clock in it: a client has so many seconds, by the loop's
 * own count, and drain_ms counts the calls of the close. OpenSSL.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "endwell.h"
#include "io_memory.h"
#include "port_openssl.h"

enum { CLIENTS = 16, ROOM = 4096, LIFE_MS = 6000, CLOSE_CALLS = 1000, CLOSE_MAX = 1 << 20 };
enum phase { FREE, HANDSHAKE, TEXT, CLOSE, FLUSH };

struct client {
    enum phase phase;
    int fd; /* the loop's, not the connection's */
    int64_t until;
    size_t sent;
    ew_conn conn; /* stays where it is while it is open, and so does the pair */
    ew_openssl engine;
    SSL *ssl;
    ew_memory pair; /* end[0] is the connection's, end[1] the loop's */
    uint8_t out[ROOM], in[ROOM];
    uint8_t chunk[ROOM]; /* taken from the pair, and not yet by the socket */
    size_t chunk_at, chunk_len;
    int half_closed, ended;
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
    fprintf(stderr, "memory: %s: %s, %s. %s\n", what, ew_error_name(ew_conn_get_error(conn, -1)),
            ew_reason_name(ew_conn_get_reason(conn)), ew_conn_detail(conn));
}

static void forget(struct client *c)
{
    (void)ew_conn_abort(&c->conn); /* unless it is closed */
    SSL_free(c->ssl);
    close(c->fd);
    c->phase = FREE;
}

static void welcome(struct client *c, int fd, SSL_CTX *ctx)
{
    *c = (struct client){.fd = fd, .ssl = SSL_new(ctx)};
    if (c->ssl == NULL || fcntl(fd, F_SETFL, O_NONBLOCK) != 0) {
        forget(c);
        return;
    }
    SSL_set_accept_state(c->ssl);
    ew_openssl_init(&c->engine, c->ssl);
    ew_memory_init(&c->pair, c->out, ROOM, c->in, ROOM);
    if (ew_conn_open_io(&c->conn, &ew_io_memory, &c->pair.end[0], 0, &ew_openssl_port,
                        &c->engine) != 0) {
        complain(&c->conn, "refused");
        forget(c);
        return;
    }
    c->phase = HANDSHAKE;
    c->until = now_ms() + LIFE_MS;
}

/* Bytes ---------------------------------------------------------------------- */

/* From the socket into the pair, as much as there is room for. 1: something was moved. */
static int bring_in(struct client *c)
{
    ew_memory_end *end = &c->pair.end[1];
    size_t room = ew_memory_room(end);
    uint8_t bytes[ROOM];
    ssize_t n;
    int error;

    if (room == 0 || c->ended) {
        return 0;
    }
    n = read(c->fd, bytes, room);
    if (n > 0) {
        return ew_memory_send(end, bytes, (size_t)n, &error) > 0;
    }
    if (n < 0 && (errno == EAGAIN || errno == EINTR)) {
        return 0;
    }
    c->ended = 1;
    if (n == 0) {
        ew_memory_half_close(end);
    } else {
        ew_memory_close(end);
    }
    return 1;
}

/* From the pair into the socket; behind the last byte the socket's half-close. 1: it moved. */
static int take_out(struct client *c)
{
    int error;
    ssize_t n;

    if (c->chunk_at == c->chunk_len) {
        int got = ew_memory_recv(&c->pair.end[1], c->chunk, ROOM, &error);

        if (got == EW_IO_END && !c->half_closed) {
            c->half_closed = 1;
            (void)shutdown(c->fd, SHUT_WR);
        }
        c->chunk_at = 0;
        c->chunk_len = got > 0 ? (size_t)got : 0;
    }
    if (c->chunk_len == 0) {
        return 0;
    }
    n = write(c->fd, c->chunk + c->chunk_at, c->chunk_len - c->chunk_at);
    c->chunk_at += n > 0 ? (size_t)n : 0;
    return n > 0;
}

/* Calls ---------------------------------------------------------------------- */

static int call(struct client *c)
{
    switch (c->phase) {
    case HANDSHAKE: return ew_conn_handshake(&c->conn);
    case TEXT: return (int)ew_conn_write(&c->conn, text + c->sent, sizeof text - 1 - c->sent);
    default: return ew_conn_close(&c->conn, CLOSE_CALLS, CLOSE_MAX);
    }
}

static int goes_on(const struct client *c)
{
    int error = ew_conn_get_error(&c->conn, -1);

    return error == EW_ERROR_WANT_READ || error == EW_ERROR_WANT_WRITE || error == EW_ERROR_AGAIN;
}

/* The phase after a call. 1: it is another, and there is more to do. */
static int step(struct client *c)
{
    int n = call(c);

    if (n < 0 && goes_on(c)) {
        return 0;
    }
    if (n < 0) {
        complain(&c->conn, c->phase == CLOSE  ? "the client was not told of the end"
                           : c->phase == TEXT ? "write"
                                              : "handshake");
    }
    if (c->phase == CLOSE) {
        c->phase = FLUSH; /* the connection is closed; what it sent is still in the pair */
    } else if (n < 0) {
        c->phase = CLOSE;
    } else if (c->phase == HANDSHAKE) {
        c->phase = TEXT;
    } else {
        c->sent += (size_t)n;
        c->phase = c->sent < sizeof text - 1 ? TEXT : CLOSE;
    }
    return 1;
}

/* All that can be done for a client without waiting. */
static void serve(struct client *c)
{
    int more = 1;

    if (now_ms() >= c->until) {
        fprintf(stderr, "memory: out of time\n");
        forget(c);
        return;
    }
    while (more) {
        more = bring_in(c);
        more |= c->phase != FLUSH && step(c);
        more |= take_out(c);
    }
    if (c->phase == FLUSH && c->half_closed) {
        forget(c);
    }
}

/* The loop ------------------------------------------------------------------- */

static struct client *free_client(void)
{
    for (int i = 0; i < CLIENTS; i++) {
        if (clients[i].phase == FREE) {
            return &clients[i];
        }
    }
    return NULL;
}

/* Readable where there is room for it, writable where something is left. */
static void prepare(struct pollfd fds[CLIENTS])
{
    for (int i = 0; i < CLIENTS; i++) {
        struct client *c = &clients[i];

        fds[i] = (struct pollfd){.fd = -1};
        if (c->phase != FREE) {
            fds[i].fd = c->fd;
            fds[i].events = c->ended || ew_memory_room(&c->pair.end[1]) == 0 ? 0 : POLLIN;
            fds[i].events |= c->chunk_at < c->chunk_len ? POLLOUT : 0;
        }
    }
}

static int run(int listener, SSL_CTX *ctx)
{
    struct pollfd fds[CLIENTS + 1];

    for (;;) {
        prepare(fds);
        fds[CLIENTS] = (struct pollfd){.fd = free_client() ? listener : -1, .events = POLLIN};
        if (poll(fds, CLIENTS + 1, 100) < 0 && errno != EINTR) {
            perror("memory: poll");
            return 2;
        }
        for (int i = 0; i < CLIENTS; i++) {
            if (clients[i].phase != FREE) {
                serve(&clients[i]);
            }
        }
        if (fds[CLIENTS].revents != 0) {
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
        fcntl(listener, F_SETFL, O_NONBLOCK) != 0 ||
        getsockname(listener, (struct sockaddr *)&a, &len) != 0) {
        perror("memory");
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

    signal(SIGPIPE, SIG_IGN); /* the sockets are the loop's own */
    if (argc != 3 || SSL_CTX_use_certificate_chain_file(ctx, argv[1]) != 1 ||
        SSL_CTX_use_PrivateKey_file(ctx, argv[2], SSL_FILETYPE_PEM) != 1) {
        fprintf(stderr, "usage: memory CERTIFICATE KEY\n");
        return 2;
    }
    listener = listen_on_loopback();
    return listener < 0 ? 2 : run(listener, ctx);
}
