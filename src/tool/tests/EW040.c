/* A fatal alert comes while SSL_shutdown waits. */
#include "pair.h"

#include <unistd.h>

void wrong(struct pair *p)
{
    shake(p);
    expect(write(p->fd, "\27\3\3\0\40 thirty-two bytes of no meaning .", 37) == 37, "write");
    tell(p, PEER_READS);
    SSL_shutdown(p->s);
    expect(SSL_shutdown(p->s) == 1, "libssl does not take the alert for a close");
    ERR_clear_error();
    drop(p);
}

void right(struct pair *p)
{
    char buffer[64];
    shake(p);
    expect(write(p->fd, "\27\3\3\0\40 thirty-two bytes of no meaning .", 37) == 37, "write");
    tell(p, PEER_READS);
    SSL_shutdown(p->s);
    SSL_read(p->s, buffer, sizeof buffer);
    ERR_clear_error();
    drop(p);
}
