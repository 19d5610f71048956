/*
 * cc -o server server.c $(pkg-config --cflags --libs endwell-openssl)
 * usage: server CERTIFICATE KEY
 * Listens on a free port of the loopback interface, prints its number, and serves one client after
 * another until it is told to stop: each is sent some text and a close in good order, so that it
 * can tell the end from a cut. No client can hold it for longer than its bounds. OpenSSL.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "endwell.h"
#include "port_openssl.h"

enum { LENGTH = 28 };

static const char text[LENGTH + 1] = "All is well that ends well.\n";

static void complain(const ew_conn *conn, const char *what)
{
    fprintf(stderr, "server: %s: %s, %s. %s\n", what, ew_error_name(ew_conn_get_error(conn, -1)),
            ew_reason_name(ew_conn_get_reason(conn)), ew_conn_detail(conn));
}

/* The whole life of a connection: `fd` is connected and blocks, `ssl` is configured. */
static void serve(int fd, SSL *ssl)
{
    ew_openssl engine;
    ew_conn conn;

    ew_openssl_init(&engine, ssl);
    if (ew_conn_open(&conn, fd, &ew_openssl_port, &engine) != 0) {
        complain(&conn, "refused");
        close(fd); /* it stayed ours */
        return;
    }
    ew_conn_set_deadline(&conn, 5000); /* milliseconds: the handshake, and each call after it */
    if (ew_conn_handshake(&conn) != 1) {
        complain(&conn, "handshake");
    } else if (ew_conn_write(&conn, text, LENGTH) != LENGTH) {
        complain(&conn, "write"); /* a blocking one takes all, if nothing stops it */
    }
    /* close_notify, TCP half-close, drain, close: two seconds and a megabyte at most */
    if (ew_conn_close(&conn, 2000, 1 << 20) < 0) {
        complain(&conn, "the client was not told of the end");
    }
}

static int listen_on_loopback(void)
{
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof a;
    int listener = socket(AF_INET, SOCK_STREAM, 0);

    if (bind(listener, (struct sockaddr *)&a, len) != 0 || listen(listener, 8) != 0 ||
        getsockname(listener, (struct sockaddr *)&a, &len) != 0) {
        perror("server");
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
    int fd;

    if (argc != 3 || SSL_CTX_use_certificate_chain_file(ctx, argv[1]) != 1 ||
        SSL_CTX_use_PrivateKey_file(ctx, argv[2], SSL_FILETYPE_PEM) != 1) {
        fprintf(stderr, "usage: server CERTIFICATE KEY\n");
        return 2;
    }
    listener = listen_on_loopback();
    while (listener >= 0) {
        SSL *ssl;

        fd = accept(listener, NULL, NULL);
        if (fd < 0 && (errno == EINTR || errno == ECONNABORTED)) {
            continue; /* a client that went away is no reason to stop */
        }
        ssl = fd < 0 ? NULL : SSL_new(ctx);
        if (ssl == NULL) {
            perror("server");
            close(fd);
            break;
        }
        SSL_set_accept_state(ssl);
        serve(fd, ssl);
        SSL_free(ssl); /* after the connection was closed */
    }
    SSL_CTX_free(ctx);
    return 2;
}
