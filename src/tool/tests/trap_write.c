/* A write that blocks, behind an old error. */
#include "pair.h"

static void fill(struct pair *p, int stale)
{
    static const char much[65536];
    int n;
    shake(p);
    set_blocking(p, 0);
    do {
        if (stale) {
            ERR_raise(ERR_LIB_USER, 7);
        }
        n = SSL_write(p->s, much, sizeof much);
    } while (n > 0);
    expect(SSL_get_error(p->s, n) == (stale ? SSL_ERROR_SSL : SSL_ERROR_WANT_WRITE), "blocked");
    ERR_clear_error();
    set_blocking(p, 1);
    tell(p, PEER_ENDS);
    expect(SSL_write(p->s, much, sizeof much) > 0, "the rest");
    SSL_shutdown(p->s);
    drain(p);
    drop(p);
}

void wrong(struct pair *p)
{
    fill(p, 1);
}

void right(struct pair *p)
{
    fill(p, 0);
}
