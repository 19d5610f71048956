/* A callback of the handshake takes a reference to its own connection and gives it back. */
#include "pair.h"

static void take_and_give(const SSL *s, int where, int value)
{
    (void)value;
    if ((where & SSL_CB_HANDSHAKE_START) != 0) {
        SSL_up_ref((SSL *)s);
        SSL_free((SSL *)s);
    }
}

void wrong(struct pair *p)
{
    SSL_set_info_callback(p->s, take_and_give);
    shake(p);
    drop(p);
}

void right(struct pair *p)
{
    SSL_set_info_callback(p->s, take_and_give);
    shake(p);
    orderly(p);
}
