/* The functions are asked of a handle by name and version. */
#include "pair.h"

#include <dlfcn.h>
#include <string.h>
#include <unistd.h>

void wrong(struct pair *p)
{
    void *libssl = dlopen("libssl.so.3", RTLD_NOW), *found[2];
    int (*connect_it)(SSL *);
    void (*free_it)(SSL *);
    expect(libssl != NULL, "no libssl.so.3");
    found[0] = dlvsym(libssl, "SSL_connect", "OPENSSL_3.0.0");
    found[1] = dlvsym(libssl, "SSL_free", "OPENSSL_3.0.0");
    memcpy(&connect_it, &found[0], sizeof connect_it);
    memcpy(&free_it, &found[1], sizeof free_it);
    expect(found[0] != NULL && found[1] != NULL, "dlvsym");
    expect(dlvsym(libssl, "SSL_free", "OPENSSL_0.0") == NULL, "a version that is not there");
    expect(dlvsym(RTLD_DEFAULT, "dlvsym", "GLIBC_0") == NULL, "nor there");
    expect(connect_it(p->s) == 1, "SSL_connect");
    free_it(p->s);
    close(p->fd);
}

/* In order, and it cannot be seen but by what was asked for. */
void right(struct pair *p)
{
    void *libssl = dlopen("libssl.so.3", RTLD_NOW), *found;
    int (*shut_down)(SSL *);
    expect(libssl != NULL, "no libssl.so.3");
    found = dlvsym(libssl, "SSL_shutdown", "OPENSSL_3.0.0");
    memcpy(&shut_down, &found, sizeof shut_down);
    expect(found != NULL, "dlvsym");
    shake(p);
    expect(shut_down(p->s) == 0, "SSL_shutdown");
    SSL_free(p->s);
    close(p->fd);
}
