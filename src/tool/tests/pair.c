#include "pair.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CANNOT_RUN = 2, SECONDS = 200 };

static int gate_is_shut;

void expect(int ok, const char *what)
{
    if (!ok) {
        fprintf(stderr, "pair: %s\n", what);
        exit(CANNOT_RUN);
    }
}

/* --- the peer --------------------------------------------------------------------------------- */

static int read_to_the_end(SSL *s)
{
    char buffer[4096];
    int n;
    while ((n = SSL_read(s, buffer, sizeof buffer)) > 0) {
    }
    int is_fatal = SSL_get_error(s, n) != SSL_ERROR_ZERO_RETURN;
    ERR_clear_error();
    return is_fatal;
}

static void peer_garbles(int fd)
{
    static const unsigned char record[37] = {23, 3, 3, 0, 32};
    expect(write(fd, record, sizeof record) == sizeof record, "peer: write");
}

static void peer_resets(int fd)
{
    struct linger at_once = {.l_onoff = 1, .l_linger = 0};
    expect(setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once) == 0, "peer: linger");
    raise(SIGKILL); /* it is not the one that is judged */
}

static void peer_obeys(SSL *s, int fd, int control)
{
    int is_fatal = 0;
    char command;
    while (read(control, &command, 1) == 1 && command != PEER_ENDS) {
        switch (command) {
        case PEER_WRITES: expect(SSL_write(s, "hello", 5) == 5, "peer: SSL_write"); break;
        case PEER_DIES: raise(SIGKILL); break;
        case PEER_RESETS: peer_resets(fd); break;
        case PEER_READS: is_fatal = read_to_the_end(s); break;
        default: peer_garbles(fd); break;
        }
        expect(write(control, &command, 1) == 1, "peer: answer");
    }
    is_fatal = is_fatal || read_to_the_end(s);
    if (!is_fatal) {
        SSL_shutdown(s);
        ERR_clear_error();
    }
    SSL_free(s);
    close(fd);
}

static void be_peer(SSL_CTX *ctx, int listener, int control)
{
    int fd = accept(listener, NULL, NULL);
    SSL *s = SSL_new(ctx);
    expect(fd >= 0 && s != NULL && SSL_set_fd(s, fd) == 1, "peer: accept");
    if (SSL_accept(s) == 1) {
        peer_obeys(s, fd, control);
    }
    SSL_CTX_free(ctx);
    exit(0);
}

SSL_CTX *peer_context(void)
{
    const char *folder = getenv("ENDWELL_CERTS");
    char pem[4096], key[4096];
    SSL_CTX *ctx = SSL_CTX_new(TLS_server_method());
    expect(folder != NULL, "ENDWELL_CERTS is not set");
    snprintf(pem, sizeof pem, "%s/server.pem", folder);
    snprintf(key, sizeof key, "%s/server.key", folder);
    expect(SSL_CTX_use_certificate_file(ctx, pem, SSL_FILETYPE_PEM) == 1 &&
               SSL_CTX_use_PrivateKey_file(ctx, key, SSL_FILETYPE_PEM) == 1,
           "no certificate: make certs");
    SSL_CTX_set_num_tickets(ctx, 0);
    return ctx;
}

/* --- our side --------------------------------------------------------------------------------- */

static void open_pair(struct pair *p)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof at;
    int control[2], listener = socket(AF_INET, SOCK_STREAM, 0);
    SSL_CTX *ctx = peer_context();
    expect(bind(listener, (struct sockaddr *)&at, sizeof at) == 0 && listen(listener, 1) == 0 &&
               getsockname(listener, (struct sockaddr *)&at, &length) == 0 &&
               socketpair(AF_UNIX, SOCK_STREAM, 0, control) == 0,
           "no socket");
    p->peer = fork();
    expect(p->peer >= 0, "fork");
    if (p->peer == 0) {
        close(control[0]);
        be_peer(ctx, listener, control[1]);
    }
    close(control[1]);
    close(listener);
    SSL_CTX_free(ctx);
    p->control = control[0];
    p->ctx = SSL_CTX_new(TLS_client_method());
    p->s = SSL_new(p->ctx);
    p->fd = socket(AF_INET, SOCK_STREAM, 0);
    expect(connect(p->fd, (struct sockaddr *)&at, sizeof at) == 0, "connect");
    SSL_set_fd(p->s, p->fd);
    SSL_set_connect_state(p->s);
}

void shake(struct pair *p)
{
    expect(SSL_connect(p->s) == 1, "SSL_connect");
}

void tell(struct pair *p, enum command what)
{
    char c = (char)what;
    expect(write(p->control, &c, 1) == 1, "control");
    expect(what == PEER_ENDS || what == PEER_DIES || what == PEER_RESETS ||
               read(p->control, &c, 1) == 1,
           "the peer failed");
}

void await_data(struct pair *p)
{
    struct pollfd ready = {.fd = p->fd, .events = POLLIN};
    expect(poll(&ready, 1, SECONDS * 1000) == 1, "nothing came");
}

void await_reset(struct pair *p)
{
    struct pollfd ready = {.fd = p->fd, .events = 0};
    int error = 0;
    socklen_t length = sizeof error;
    expect(poll(&ready, 1, SECONDS * 1000) == 1 && (ready.revents & POLLERR) != 0 &&
               getsockopt(p->fd, SOL_SOCKET, SO_ERROR, &error, &length) == 0 && error != 0,
           "no reset came");
}

void set_blocking(struct pair *p, int on)
{
    int flags = fcntl(p->fd, F_GETFL);
    fcntl(p->fd, F_SETFL, on ? flags & ~O_NONBLOCK : flags | O_NONBLOCK);
}

void drain(struct pair *p)
{
    read_to_the_end(p->s);
}

void drop(struct pair *p)
{
    SSL_free(p->s);
    close(p->fd);
}

void orderly(struct pair *p)
{
    tell(p, PEER_ENDS);
    if (SSL_shutdown(p->s) == 0) {
        drain(p);
    }
    drop(p);
}

/* --- a socket without TLS -------------------------------------------------------------------- */

int plain_socket(void)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof at;
    int listener = socket(AF_INET, SOCK_STREAM, 0), fd = socket(AF_INET, SOCK_STREAM, 0);
    struct pollfd ready = {.fd = fd, .events = POLLIN};
    expect(bind(listener, (struct sockaddr *)&at, sizeof at) == 0 && listen(listener, 1) == 0 &&
               getsockname(listener, (struct sockaddr *)&at, &length) == 0 &&
               connect(fd, (struct sockaddr *)&at, sizeof at) == 0,
           "no socket");
    int far = accept(listener, NULL, NULL);
    expect(write(far, "plain text", 10) == 10 && poll(&ready, 1, 1000) == 1, "nothing came");
    close(listener);
    return fd;
}

/* --- the gate --------------------------------------------------------------------------------- */

static int gate_write(BIO *b, const char *from, int length)
{
    BIO_clear_retry_flags(b);
    if (gate_is_shut) {
        BIO_set_retry_write(b);
        return -1;
    }
    int n = BIO_write(BIO_next(b), from, length);
    BIO_copy_next_retry(b);
    return n;
}

static long gate_control(BIO *b, int command, long number, void *pointer)
{
    return BIO_next(b) != NULL ? BIO_ctrl(BIO_next(b), command, number, pointer) : 0;
}

static int gate_create(BIO *b)
{
    BIO_set_init(b, 1);
    return 1;
}

void gate(struct pair *p)
{
    BIO_METHOD *method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_FILTER, "gate");
    BIO_meth_set_write(method, gate_write);
    BIO_meth_set_ctrl(method, gate_control);
    BIO_meth_set_create(method, gate_create);
    BIO *socket_bio = SSL_get_wbio(p->s);
    BIO_up_ref(socket_bio);
    SSL_set0_wbio(p->s, BIO_push(BIO_new(method), socket_bio));
}

void shut_gate(int shut)
{
    gate_is_shut = shut;
}

int main(int argc, char **argv)
{
    struct pair p;
    expect(argc == 2, "usage: PROGRAM wrong|right");
    alarm(SECONDS);
    signal(SIGPIPE, SIG_IGN);
    open_pair(&p);
    (strcmp(argv[1], "wrong") == 0 ? wrong : right)(&p);
    close(p.control);
    SSL_CTX_free(p.ctx);
    waitpid(p.peer, NULL, 0);
    return 0;
}
