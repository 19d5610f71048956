#define _XOPEN_SOURCE 700
#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#include "bench/native.h"
#include "port_bearssl.h"

static br_ssl_engine_context *engine(const native *n)
{
    return ((ew_bearssl *)n->engine)->engine;
}

static void attach(native *n)
{
    (void)n; /* BearSSL has no socket: the caller carries its bytes */
}

/* 1: all that the engine made is out; -1: not yet; 0: it failed. */
static int send_all(const native *n)
{
    size_t len;
    unsigned char *bytes;

    while ((bytes = br_ssl_engine_sendrec_buf(engine(n), &len)) != NULL) {
        ssize_t sent = write(n->fd, bytes, len);

        if (sent < 0)
            return errno == EAGAIN ? -1 : 0;
        br_ssl_engine_sendrec_ack(engine(n), (size_t)sent);
    }
    return 1;
}

static int receive_some(const native *n)
{
    size_t len;
    unsigned char *to = br_ssl_engine_recvrec_buf(engine(n), &len);
    ssize_t got;

    if (to == NULL)
        return 0;
    got = read(n->fd, to, len);
    if (got < 0)
        return errno == EAGAIN ? -1 : 0;
    if (got == 0)
        return 0;
    br_ssl_engine_recvrec_ack(engine(n), (size_t)got);
    return 1;
}

static int handshake(native *n)
{
    int moved = 1;

    while (moved == 1 && !(br_ssl_engine_current_state(engine(n)) & BR_SSL_SENDAPP))
        if ((moved = send_all(n)) == 1)
            moved = br_ssl_engine_current_state(engine(n)) & BR_SSL_SENDAPP ? 1 : receive_some(n);
    return moved == 1;
}

/* What br_sslio_close does, in two steps: that would not let the peer answer between them. */
static int first(native *n)
{
    br_ssl_engine_close(engine(n));
    return send_all(n);
}

static int second(native *n)
{
    int moved = 1;

    while (moved == 1 && br_ssl_engine_current_state(engine(n)) != BR_SSL_CLOSED)
        moved = receive_some(n);
    return moved;
}

const native_ops native_bearssl = {
    "BearSSL", sizeof(ew_bearssl), NULL, attach, handshake, first, second, NULL};
