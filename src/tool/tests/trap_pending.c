/* A BIO that does not read yet, over a socket with an error: whoever reads first gets it, and that is the program. */
#include "pair.h"

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>

static int bio_read(BIO *b, char *to, int room)
{
    (void)to;
    (void)room;
    BIO_set_retry_read(b);
    return -1;
}

static long bio_control(BIO *b, int command, long number, void *pointer)
{
    return BIO_next(b) != NULL ? BIO_ctrl(BIO_next(b), command, number, pointer) : 0;
}

static int bio_create(BIO *b)
{
    BIO_set_init(b, 1);
    return 1;
}

static void read_without_reading(struct pair *p)
{
    char byte;
    BIO_METHOD *method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_FILTER, "slow");
    BIO_meth_set_read(method, bio_read);
    BIO_meth_set_ctrl(method, bio_control);
    BIO_meth_set_create(method, bio_create);
    BIO *socket_bio = SSL_get_rbio(p->s);
    BIO_up_ref(socket_bio);
    SSL_set0_rbio(p->s, BIO_push(BIO_new(method), socket_bio));
    for (int i = 0; i < 3; i++) {
        expect(SSL_get_error(p->s, SSL_read(p->s, &byte, 1)) == SSL_ERROR_WANT_READ, "SSL_read");
    }
}

void wrong(struct pair *p)
{
    struct pollfd ready = {.fd = p->fd, .events = 0};
    char byte;
    shake(p);
    tell(p, PEER_RESETS);
    expect(poll(&ready, 1, 100000) == 1 && (ready.revents & POLLERR) != 0, "no reset came");
    read_without_reading(p);
    errno = 0;
    expect(recv(p->fd, &byte, 1, 0) == -1 && errno == ECONNRESET, "the error was taken");
    drop(p);
}

void right(struct pair *p)
{
    wrong(p);
}
