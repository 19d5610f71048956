/* The functions are asked of a handle, as programs do that load GnuTLS when they need it. */
#include "pair.h"

#include <dlfcn.h>
#include <string.h>
#include <unistd.h>

void wrong_gnutls(struct pair *p, gnutls_session_t s)
{
    void *gnutls = dlopen("libgnutls.so.30", RTLD_NOW), *found[2];
    int (*handshake)(gnutls_session_t);
    void (*deinit)(gnutls_session_t);
    expect(gnutls != NULL, "no libgnutls.so.30");
    found[0] = dlsym(gnutls, "gnutls_handshake");
    found[1] = dlsym(gnutls, "gnutls_deinit");
    memcpy(&handshake, &found[0], sizeof handshake);
    memcpy(&deinit, &found[1], sizeof deinit);
    expect(handshake(s) == 0, "gnutls_handshake");
    deinit(s);
    close(p->fd);
}

void right_gnutls(struct pair *p, gnutls_session_t s)
{
    wrong_gnutls(p, s);
}
