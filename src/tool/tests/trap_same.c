/* What the program sees of each call: it prints that, to be compared. */
#include "pair.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

static void show(struct pair *p, const char *what, int value)
{
    int error = errno;
    printf("%s %d class %d errno %d flags %d oldest %lx\n", what, value, SSL_get_error(p->s, value),
           error, SSL_get_shutdown(p->s), ERR_peek_error());
    errno = 0;
}

void wrong(struct pair *p)
{
    char buffer[64];
    show(p, "shutdown", SSL_shutdown(p->s));
    ERR_clear_error();
    shake(p);
    printf("info %d\n", SSL_get_info_callback(p->s) != NULL);
    set_blocking(p, 0);
    show(p, "read", SSL_read(p->s, buffer, sizeof buffer));
    set_blocking(p, 1);
    tell(p, PEER_GARBLES);
    show(p, "read", SSL_read(p->s, buffer, sizeof buffer));
    show(p, "read", SSL_read(p->s, buffer, sizeof buffer));
    show(p, "shutdown", SSL_shutdown(p->s));
    ERR_clear_error();
    drop(p);
    errno = 0;
    printf("close %d", close(p->fd));
    printf(" errno %d\n", errno);
}

void right(struct pair *p)
{
    shake(p);
    show(p, "write", SSL_write(p->s, "all", 3));
    show(p, "shutdown", SSL_shutdown(p->s));
    tell(p, PEER_ENDS);
    drain(p);
    show(p, "shutdown", SSL_shutdown(p->s));
    drop(p);
}
