/*
 * cc -o client client.c $(pkg-config --cflags --libs endwell-mbedtls)
 * usage: client PORT CA
 * Connects to a server on the loopback interface, prints what it sends, and says whether that
 * was all of it. mbedTLS.
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <mbedtls/ctr_drbg.h>
#include <mbedtls/entropy.h>

#include "endwell.h"
#if defined(MBEDTLS_SSL_PROTO_TLS1_3)
#include <psa/crypto.h>
#endif

#include "port_mbedtls.h"

static void complain(const ew_conn *conn, const char *what)
{
    fprintf(stderr, "client: %s: %s, %s. %s\n", what, ew_error_name(ew_conn_get_error(conn, -1)),
            ew_reason_name(ew_conn_get_reason(conn)), ew_conn_detail(conn));
}

/* The whole life of a connection: `fd` is connected and blocks, `ssl` is configured. */
static int fetch(int fd, mbedtls_ssl_context *ssl)
{
    char data[4096];
    ew_mbedtls engine;
    ew_conn conn;
    int is_whole;
    int n;

    ew_mbedtls_init(&engine, ssl);
    if (ew_conn_open(&conn, fd, &ew_mbedtls_port, &engine) != 0) {
        complain(&conn, "refused");
        close(fd); /* it stayed ours */
        return 1;
    }
    ew_conn_set_deadline(&conn, 5000); /* milliseconds: the handshake, and each call after it */
    if (ew_conn_handshake(&conn) == 1) {
        while ((n = ew_conn_read(&conn, data, sizeof data)) > 0) {
            fwrite(data, 1, (size_t)n, stdout);
        }
    }
    is_whole = ew_conn_end_of_data(&conn);
    if (!is_whole) { /* a cut, an error, time is up: what was printed is not all */
        complain(&conn, "incomplete");
    }
    /* close_notify, TCP half-close, drain, close: two seconds and a megabyte at most */
    if (ew_conn_close(&conn, 2000, 1 << 20) < 0) {
        complain(&conn, "the server was not told of the end");
    }
    return is_whole ? 0 : 1;
}

static int connect_to(int port)
{
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    a.sin_port = htons((uint16_t)port);
    if (fd < 0) {
        perror("client: socket");
        return -1;
    }
    if (connect(fd, (struct sockaddr *)&a, sizeof a) != 0) {
        perror("client: connect");
        close(fd);
        return -1;
    }
    return fd;
}

int main(int argc, char **argv)
{
    mbedtls_entropy_context entropy;
    mbedtls_ctr_drbg_context random;
    mbedtls_x509_crt ca;
    mbedtls_ssl_config conf;
    mbedtls_ssl_context ssl;
    int status = 2;
    int fd;

    mbedtls_entropy_init(&entropy);
    mbedtls_ctr_drbg_init(&random);
    mbedtls_x509_crt_init(&ca);
    mbedtls_ssl_config_init(&conf);
    mbedtls_ssl_init(&ssl);
    if (argc != 3 || mbedtls_x509_crt_parse_file(&ca, argv[2]) != 0 ||
        mbedtls_ctr_drbg_seed(&random, mbedtls_entropy_func, &entropy, NULL, 0) != 0 ||
        mbedtls_ssl_config_defaults(&conf, MBEDTLS_SSL_IS_CLIENT, MBEDTLS_SSL_TRANSPORT_STREAM,
                                    MBEDTLS_SSL_PRESET_DEFAULT) != 0) {
        fprintf(stderr, "usage: client PORT CA\n");
        return 2;
    }
    mbedtls_ssl_conf_rng(&conf, mbedtls_ctr_drbg_random, &random);
    mbedtls_ssl_conf_ca_chain(&conf, &ca, NULL);
    mbedtls_ssl_conf_min_version(&conf, MBEDTLS_SSL_MAJOR_VERSION_3, MBEDTLS_SSL_MINOR_VERSION_3);
#if defined(MBEDTLS_SSL_PROTO_TLS1_3)
    if (psa_crypto_init() != PSA_SUCCESS) {
        return 2;
    }
#endif
    fd = connect_to(atoi(argv[1]));
    if (fd >= 0 &&
        (mbedtls_ssl_setup(&ssl, &conf) != 0 || mbedtls_ssl_set_hostname(&ssl, "localhost") != 0)) {
        fprintf(stderr, "client: no memory\n");
        close(fd);
    } else if (fd >= 0) {
        status = fetch(fd, &ssl);
    }
    mbedtls_ssl_free(&ssl);
    mbedtls_ssl_config_free(&conf);
    mbedtls_x509_crt_free(&ca);
    mbedtls_ctr_drbg_free(&random);
    mbedtls_entropy_free(&entropy);
    return status;
}
