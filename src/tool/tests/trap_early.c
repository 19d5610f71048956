/* Calls that are not recorded fail, and the class of their value is asked for as it should be. */
#include "pair.h"

#include <unistd.h>

static void fail(struct pair *p)
{
    char buffer[64];
    size_t count;
    shake(p);
    tell(p, PEER_WRITES);
    expect(SSL_read(p->s, buffer, sizeof buffer) == 5, "SSL_read");
    expect(SSL_get_error(p->s, (int)SSL_sendfile(p->s, p->control, 0, 1, 0)) == SSL_ERROR_SSL,
           "SSL_sendfile without the kernel's TLS");
    ERR_clear_error();
    expect(SSL_write(p->s, "all", 3) == 3, "SSL_write");
    expect(SSL_get_error(p->s, SSL_read_early_data(p->s, buffer, 1, &count)) == SSL_ERROR_SSL,
           "SSL_read_early_data of a client");
    ERR_clear_error();
    expect(SSL_write(p->s, "all", 3) == 3, "SSL_write");
    expect(SSL_get_error(p->s, SSL_write_early_data(p->s, "x", 1, &count)) == SSL_ERROR_SSL,
           "SSL_write_early_data after the handshake");
    ERR_clear_error();
}

void wrong(struct pair *p)
{
    fail(p);
    drop(p);
}

void right(struct pair *p)
{
    fail(p);
    orderly(p);
}
