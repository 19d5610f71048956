/* Many connections in one process, both ends of each; all there at once. */
#include "pair.h"

#include <stdlib.h>

enum { CONNECTIONS = 1000, ROUNDS = 10 };

static void shake_both(SSL *one, SSL *other)
{
    int done = 0;
    for (int i = 0; i < ROUNDS && !done; i++) {
        int first = SSL_do_handshake(one), second = SSL_do_handshake(other);
        done = first == 1 && second == 1;
    }
    ERR_clear_error();
    expect(done, "no handshake");
}

static void connect_both(SSL_CTX *client, SSL_CTX *server, SSL **end)
{
    BIO *near, *far;
    end[0] = SSL_new(client);
    end[1] = SSL_new(server);
    expect(BIO_new_bio_pair(&near, 0, &far, 0) == 1, "no pair of BIOs");
    SSL_set_bio(end[0], near, near);
    SSL_set_bio(end[1], far, far);
    SSL_set_connect_state(end[0]);
    SSL_set_accept_state(end[1]);
    shake_both(end[0], end[1]);
}

static void all(struct pair *p, int in_order)
{
    static SSL *end[2 * CONNECTIONS];
    SSL_CTX *server = peer_context();
    for (int i = 0; i < CONNECTIONS; i++) {
        connect_both(p->ctx, server, &end[2 * i]);
    }
    for (int i = 0; i < 2 * CONNECTIONS && in_order; i++) {
        expect(SSL_shutdown(end[i]) >= 0, "SSL_shutdown");
    }
    for (int i = 0; i < 2 * CONNECTIONS; i++) {
        SSL_free(end[i]);
    }
    SSL_CTX_free(server);
    shake(p);
    orderly(p);
}

void wrong(struct pair *p)
{
    all(p, 0);
}

void right(struct pair *p)
{
    all(p, 1);
}
