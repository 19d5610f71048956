/* The functions are asked of a handle by name and version. */
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
    found[0] = dlvsym(gnutls, "gnutls_handshake", "GNUTLS_3_4");
    found[1] = dlvsym(gnutls, "gnutls_deinit", "GNUTLS_3_4");
    memcpy(&handshake, &found[0], sizeof handshake);
    memcpy(&deinit, &found[1], sizeof deinit);
    expect(found[0] != NULL && found[1] != NULL, "dlvsym");
    expect(handshake(s) == 0, "gnutls_handshake");
    deinit(s);
    close(p->fd);
}

void right_gnutls(struct pair *p, gnutls_session_t s)
{
    wrong_gnutls(p, s);
}
