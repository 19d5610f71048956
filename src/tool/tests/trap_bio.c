/* Data goes through BIO_f_ssl, which reads and writes inside libssl: nothing is wrong with that. */
#include "pair.h"

void wrong(struct pair *p)
{
    char buffer[64];
    BIO *b = BIO_new(BIO_f_ssl());
    BIO_set_ssl(b, p->s, BIO_NOCLOSE);
    shake(p);
    expect(BIO_write(b, "all", 3) == 3, "BIO_write");
    tell(p, PEER_WRITES);
    expect(BIO_read(b, buffer, sizeof buffer) == 5, "BIO_read");
    tell(p, PEER_ENDS);
    SSL_shutdown(p->s);
    while (BIO_read(b, buffer, sizeof buffer) > 0) {
    }
    BIO_free(b);
    drop(p);
}

void right(struct pair *p)
{
    wrong(p);
}
