#define _GNU_SOURCE
#include "bench.h"

#include <fcntl.h>
#include <mbedtls/net_sockets.h>
#include <openssl/err.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net.h"

enum { TURNS_MAX = 1000, SPINS_MAX = 100000 };

int bench_over_tcp;

void bench_fail(const char *what)
{
    fprintf(stderr, "bench: %s\n", what);
    exit(2);
}

/* The engine alone ------------------------------------------------------------ */

static int native_handshake(world *w)
{
    if (w->l.us.kind == OPENSSL)
        return SSL_do_handshake(w->l.us.ssl) == 1;
    return mbedtls_ssl_handshake(&w->l.us.mbed) == 0;
}

static void native_attach(world *w)
{
    static mbedtls_net_context net; /* one connection at a time on mbedTLS */

    net.fd = w->l.fd;
    if (w->l.us.kind == OPENSSL)
        SSL_set_fd(w->l.us.ssl, w->l.fd);
    else
        mbedtls_ssl_set_bio(&w->l.us.mbed, &net, mbedtls_net_send, mbedtls_net_recv, NULL);
}

static int native_first(world *w)
{
    if (w->l.us.kind == OPENSSL)
        return SSL_shutdown(w->l.us.ssl) == 0;
    return mbedtls_ssl_close_notify(&w->l.us.mbed) == 0;
}

/* 1: both sides are closed; -1: nothing yet. */
static int native_second(world *w)
{
    unsigned char byte;
    int ret;

    if (w->l.us.kind == OPENSSL) {
        ret = SSL_shutdown(w->l.us.ssl);
        return ret == 1 ? 1 : SSL_get_error(w->l.us.ssl, ret) == SSL_ERROR_WANT_READ ? -1 : 0;
    }
    ret = mbedtls_ssl_read(&w->l.us.mbed, &byte, 1);
    return ret == MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY ? 1 : ret == MBEDTLS_ERR_SSL_WANT_READ ? -1 : 0;
}

/* Both ------------------------------------------------------------------------ */

void bench_connect(world *w, int native)
{
    int done = 0;

    world_renew(w, PEER_MUTE);
    if (native)
        native_attach(w);
    else if (world_open(w) != 0)
        bench_fail("ew_conn_open failed");
    for (int turn = 0; turn < TURNS_MAX && !done; turn++) {
        done = native ? native_handshake(w) : ew_conn_handshake(&w->l.c) == 1;
        world_pump(w);
    }
    if (!done)
        bench_fail("no handshake");
    ERR_clear_error();
}

void bench_first(world *w, int native)
{
    if (native ? !native_first(w) : ew_conn_shutdown(&w->l.c) != 0)
        bench_fail("the close_notify was not sent");
}

/* Over TCP bytes may take a moment. */
void bench_answer(world *w)
{
    for (int turn = 0; turn < TURNS_MAX && !w->notice_sent; turn++) {
        world_pump(w);
        if (!w->notice_sent)
            net_wait(w->l.w.fd, POLLIN, 1);
    }
    if (!w->notice_sent)
        bench_fail("the peer did not answer");
}

void bench_second(world *w, int native)
{
    int done, turn = 0;

    do {
        done = native ? native_second(w) : ew_conn_shutdown(&w->l.c);
    } while (turn++ < SPINS_MAX && done == -1 &&
             (native || ew_conn_get_error(&w->l.c, done) == EW_ERROR_WANT_READ));
    if (done != 1)
        bench_fail("the peer's close_notify was not received");
}

void bench_leave(world *w, int native)
{
    if (!native)
        ew_conn_release(&w->l.c);
    else if (w->l.us.kind == OPENSSL)
        SSL_set_bio(w->l.us.ssl, NULL, NULL);
    else
        mbedtls_ssl_set_bio(&w->l.us.mbed, NULL, NULL, NULL, NULL);
    close(w->l.fd);
}

/* What src/tests/link.c needs of src/tests/support.c. */

void faults_reset(void)
{
}

void socket_pair(int fds[2])
{
    if (bench_over_tcp ? net_pair(fds) != 0 : socketpair(AF_UNIX, SOCK_STREAM, 0, fds) != 0)
        bench_fail("no sockets");
}

void set_nonblocking(int fd)
{
    net_set_blocking(fd, 0);
}
