/* Connections come and go in order in other threads while one waits inside a call on its own. */
#include "pair.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

enum { THREADS = 12, ROUNDS = 10, EXCHANGES = 3 };

struct end {
    SSL_CTX *ctx;
    int fd;
};

/* Half the close each: the side that reads the end first, and the one that says it. */
static void finish(SSL *s, int fd)
{
    char buffer[64];
    int n;
    expect(SSL_shutdown(s) >= 0 && shutdown(fd, SHUT_WR) == 0, "SSL_shutdown");
    while ((n = SSL_read(s, buffer, sizeof buffer)) > 0) {
    }
    expect(SSL_get_error(s, n) == SSL_ERROR_ZERO_RETURN, "no end of the data");
    while (read(fd, buffer, sizeof buffer) > 0) {
    }
    SSL_free(s);
    close(fd);
}

static void *echo(void *end)
{
    struct end *e = end;
    char buffer[64];
    int n;
    SSL *s = SSL_new(e->ctx);
    expect(SSL_set_fd(s, e->fd) == 1 && SSL_accept(s) == 1, "SSL_accept");
    while ((n = SSL_read(s, buffer, sizeof buffer)) > 0) {
        expect(SSL_write(s, buffer, n) == n, "SSL_write");
    }
    finish(s, e->fd);
    return NULL;
}

static void exchange(SSL_CTX *client, SSL_CTX *server, unsigned *seed)
{
    int fd[2];
    pthread_t thread;
    char buffer[64];
    SSL *s = SSL_new(client);
    expect(socketpair(AF_UNIX, SOCK_STREAM, 0, fd) == 0, "no socket");
    struct end e = {server, fd[1]};
    expect(pthread_create(&thread, NULL, echo, &e) == 0, "no thread");
    expect(SSL_set_fd(s, fd[0]) == 1 && SSL_connect(s) == 1, "SSL_connect");
    for (int i = 0; i < EXCHANGES; i++) {
        expect(SSL_write(s, "hello", 5) == 5 && SSL_read(s, buffer, sizeof buffer) == 5, "echo");
        usleep((unsigned)rand_r(seed) % 3000);
    }
    finish(s, fd[0]);
    pthread_join(thread, NULL);
}

static SSL_CTX *server_context;

static void *client(void *context)
{
    static unsigned seeds;
    unsigned seed = __atomic_add_fetch(&seeds, 1, __ATOMIC_RELAXED);
    for (int i = 0; i < ROUNDS; i++) {
        exchange(context, server_context, &seed);
    }
    return NULL;
}

void wrong(struct pair *p)
{
    pthread_t thread[THREADS];
    server_context = peer_context();
    shake(p);
    for (int i = 0; i < THREADS; i++) {
        expect(pthread_create(&thread[i], NULL, client, p->ctx) == 0, "no thread");
    }
    for (int i = 0; i < THREADS; i++) {
        pthread_join(thread[i], NULL);
    }
    SSL_CTX_free(server_context);
    orderly(p);
}

void right(struct pair *p)
{
    wrong(p);
}
