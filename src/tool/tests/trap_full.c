/* More connections than the recorder has room for: the one that ends without a word is not seen. */
#include "pair.h"

#include <unistd.h>

enum { MOST = 1 << 14 }; /* p->s has the first place */

void wrong(struct pair *p)
{
    static SSL *held[MOST];
    for (int i = 0; i < MOST; i++) {
        held[i] = SSL_new(p->ctx);
        expect(held[i] != NULL, "SSL_new");
    }
    expect(SSL_set_fd(held[MOST - 1], p->fd) == 1 && SSL_connect(held[MOST - 1]) == 1,
           "SSL_connect");
    for (int i = MOST; i-- > 0;) {
        SSL_free(held[i]);
    }
    drop(p);
}

void right(struct pair *p)
{
    wrong(p);
}
