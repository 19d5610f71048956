/* One end of a connection that closes in its own way: wire_end client|server FD KEYLOG 1.2|1.3 WAY. */
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { CANNOT_RUN = 2, SECONDS = 200 };

static FILE *key_log;

static void expect(int ok, const char *what)
{
    if (!ok) {
        fprintf(stderr, "wire_end: %s\n", what);
        exit(CANNOT_RUN);
    }
}

static void keep_keys(const SSL *s, const char *line)
{
    (void)s;
    fprintf(key_log, "%s\n", line);
}

static SSL *start(const char *role, int fd, const char *version)
{
    int is_server = strcmp(role, "server") == 0;
    int protocol = strcmp(version, "1.2") == 0 ? TLS1_2_VERSION : TLS1_3_VERSION;
    const char *folder = getenv("ENDWELL_CERTS");
    char path[4096];
    SSL_CTX *ctx = SSL_CTX_new(is_server ? TLS_server_method() : TLS_client_method());
    SSL_CTX_set_min_proto_version(ctx, protocol);
    SSL_CTX_set_max_proto_version(ctx, protocol);
    SSL_CTX_set_keylog_callback(ctx, keep_keys);
    expect(folder != NULL, "ENDWELL_CERTS is not set");
    snprintf(path, sizeof path, "%s/server.pem", folder);
    if (is_server) {
        expect(SSL_CTX_use_certificate_file(ctx, path, SSL_FILETYPE_PEM) == 1, "no certificate");
        snprintf(path, sizeof path, "%s/server.key", folder);
        expect(SSL_CTX_use_PrivateKey_file(ctx, path, SSL_FILETYPE_PEM) == 1, "no key");
    }
    SSL *s = SSL_new(ctx);
    SSL_set_fd(s, fd);
    expect((is_server ? SSL_accept(s) : SSL_connect(s)) == 1, "no handshake");
    return s;
}

static void read_to_the_end(SSL *s)
{
    char buffer[4096];
    while (SSL_read(s, buffer, sizeof buffer) > 0) {
    }
    ERR_clear_error();
}

/* A reset overtakes what the peer has not read yet: it is for after an answer. */
static void cut(int fd)
{
    struct linger now = {1, 0};
    setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
}

/* What is left is to close the descriptor. */
static void go(SSL *s, int fd, const char *way)
{
    int answers = strcmp(way, "answers") == 0 || strcmp(way, "ends") == 0;
    char buffer[16];
    /* What was left unread would make a close a reset. */
    expect(SSL_write(s, "all", 3) == 3 && SSL_read(s, buffer, sizeof buffer) > 0, "no data");
    if (answers) {
        read_to_the_end(s);
    }
    if (strcmp(way, "forgets") == 0 || strcmp(way, "ends") == 0) {
        return;
    }
    if (strcmp(way, "cuts") == 0) {
        cut(fd);
        return;
    }
    if (strcmp(way, "fails") == 0) {
        /* A record that does not decrypt: the peer sends a fatal alert. */
        static const char record[37] = {23, 3, 3, 0, 32};
        expect(write(fd, record, sizeof record) == sizeof record, "write");
        read_to_the_end(s);
        return;
    }
    SSL_shutdown(s);
    if (strcmp(way, "late") == 0) {
        SSL_set_shutdown(s, 0);
        expect(SSL_write(s, "late", 4) == 4, "SSL_write behind close_notify");
    } else if (strcmp(way, "cuts-behind") == 0) {
        read_to_the_end(s);
        cut(fd);
        return;
    }
    if (!answers) {
        shutdown(fd, SHUT_WR);
        read_to_the_end(s);
    }
}

int main(int argc, char **argv)
{
    expect(argc == 6, "usage: client|server FD KEYLOG 1.2|1.3 WAY");
    signal(SIGPIPE, SIG_IGN);
    alarm(SECONDS);
    int fd = atoi(argv[2]);
    key_log = fopen(argv[3], "a");
    expect(key_log != NULL, "no key log");
    go(start(argv[1], fd, argv[4]), fd, argv[5]);
    fclose(key_log);
    close(fd);
    return 0;
}
