/*
 * cc -o server server.c $(pkg-config --cflags --libs endwell-openssl)
 * usage: server CERTIFICATE KEY
 * Listens on a free port of the loopback interface, prints its number, sends one client some
 * text, and closes in good order, so that the client can tell the end from a cut. OpenSSL.
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <unistd.h>

#include "endwell.h"
#include "port_openssl.h"

/* The whole life of a connection: `fd` is connected, `ssl` is configured. */
static int serve(int fd, SSL *ssl)
{
    static const char text[] = "All is well that ends well.\n";
    ew_openssl engine;
    ew_conn conn;

    ew_openssl_init(&engine, ssl);
    if (ew_conn_open(&conn, fd, &ew_openssl_port, &engine) != 0) {
        close(fd);
        return 1;
    }
    ew_conn_set_deadline(&conn, 10000); /* milliseconds, for each call */
    if (ew_conn_handshake(&conn) != 1 || ew_conn_write(&conn, text, sizeof text - 1) < 0) {
        fprintf(stderr, "server: %s\n", ew_reason_name(ew_conn_get_reason(&conn)));
    }
    /* close_notify, TCP half-close, drain for two seconds or a megabyte at most, close */
    return ew_conn_close(&conn, 2000, 1 << 20) == 1 ? 0 : 1;
}

static int accept_one(void)
{
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof a;
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    int fd = -1;

    if (bind(listener, (struct sockaddr *)&a, len) == 0 && listen(listener, 1) == 0 &&
        getsockname(listener, (struct sockaddr *)&a, &len) == 0) {
        printf("%d\n", ntohs(a.sin_port));
        fflush(stdout);
        fd = accept(listener, NULL, NULL);
    }
    close(listener);
    return fd;
}

int main(int argc, char **argv)
{
    SSL_CTX *ctx = SSL_CTX_new(TLS_server_method());
    SSL *ssl;
    int status = 2;
    int fd;

    if (argc != 3 || SSL_CTX_use_certificate_chain_file(ctx, argv[1]) != 1 ||
        SSL_CTX_use_PrivateKey_file(ctx, argv[2], SSL_FILETYPE_PEM) != 1) {
        fprintf(stderr, "usage: server CERTIFICATE KEY\n");
        return 2;
    }
    ssl = SSL_new(ctx);
    SSL_set_accept_state(ssl);
    fd = accept_one();
    if (fd >= 0) {
        status = serve(fd, ssl);
    }
    SSL_free(ssl);
    SSL_CTX_free(ctx);
    return status;
}
