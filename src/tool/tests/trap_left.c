/* Twenty connections are left to the exit, each with both its ends; which function made them is the way. */
#include "pair.h"

enum { CONNECTIONS = 20, ROUNDS = 10 };

static void make_both(struct pair *p, SSL_CTX *server, SSL **near, SSL **far)
{
    BIO *one, *other;
    *near = SSL_new(p->ctx);
    *far = SSL_new(server);
    expect(BIO_new_bio_pair(&one, 0, &other, 0) == 1, "no pair of BIOs");
    SSL_set_bio(*near, one, one);
    SSL_set_bio(*far, other, other);
    SSL_set_connect_state(*near);
    SSL_set_accept_state(*far);
}

static __attribute__((noinline)) void shake_here(SSL *near, SSL *far)
{
    for (int i = 0; i < ROUNDS; i++) {
        SSL_do_handshake(near);
        SSL_do_handshake(far);
    }
    ERR_clear_error();
}

static __attribute__((noinline)) void shake_there(SSL *near, SSL *far)
{
    for (int i = 0; i < ROUNDS; i++) {
        SSL_do_handshake(far);
        SSL_do_handshake(near);
    }
    ERR_clear_error();
}

static void leave_all(struct pair *p, void (*shake_both)(SSL *near, SSL *far))
{
    SSL *near, *far;
    SSL_CTX *server = peer_context();
    for (int i = 0; i < CONNECTIONS; i++) {
        make_both(p, server, &near, &far);
        shake_both(near, far);
        expect(SSL_is_init_finished(near) && SSL_is_init_finished(far), "no handshake");
    }
    SSL_CTX_free(server);
    shake(p);
    orderly(p);
}

void wrong(struct pair *p)
{
    leave_all(p, shake_here);
}

void right(struct pair *p)
{
    leave_all(p, shake_there);
}
