/* The functions are asked of a handle, as programs do that load libssl when they need it. */
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
    found[0] = dlsym(libssl, "SSL_connect");
    found[1] = dlsym(libssl, "SSL_free");
    memcpy(&connect_it, &found[0], sizeof connect_it);
    memcpy(&free_it, &found[1], sizeof free_it);
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
    found = dlsym(libssl, "SSL_shutdown");
    memcpy(&shut_down, &found, sizeof shut_down);
    expect(found != NULL, "dlsym");
    shake(p);
    expect(shut_down(p->s) == 0, "SSL_shutdown");
    SSL_free(p->s);
    close(p->fd);
}
