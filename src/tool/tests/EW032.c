/* The peer's connection is cut, and the program has asked libssl to take that for a close. */
#include "pair.h"

static void read_on(struct pair *p, uint64_t options)
{
    char buffer[64];
    SSL_set_options(p->s, options);
    shake(p);
    tell(p, PEER_DIES);
    int n = SSL_read(p->s, buffer, sizeof buffer);
    expect(n <= 0, "the peer is still there");
    if (SSL_get_error(p->s, n) == SSL_ERROR_ZERO_RETURN) {
        SSL_shutdown(p->s);
    }
    ERR_clear_error();
    drop(p);
}

void wrong(struct pair *p)
{
    read_on(p, SSL_OP_IGNORE_UNEXPECTED_EOF);
}

void right(struct pair *p)
{
    read_on(p, 0);
}
