/* A second libssl in the process: its connections are judged too, by its own functions. */
#include "pair.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void *second;

static void find(const char *name, void *function)
{
    void *found = dlsym(second, name);
    expect(found != NULL, name);
    memcpy(function, &found, sizeof found);
}

void wrong(struct pair *p)
{
    const SSL_METHOD *(*method)(void);
    SSL_CTX *(*new_context)(const SSL_METHOD *);
    SSL *(*new_ssl)(SSL_CTX *);
    int (*set_fd)(SSL *, int), (*connect_it)(SSL *);
    void (*free_it)(SSL *), (*free_context)(SSL_CTX *);
    expect(getenv("ENDWELL_SECOND") != NULL, "ENDWELL_SECOND is not set");
    second = dlopen(getenv("ENDWELL_SECOND"), RTLD_NOW | RTLD_LOCAL);
    expect(second != NULL, "no second libssl");
    find("TLS_client_method", &method);
    find("SSL_CTX_new", &new_context);
    find("SSL_new", &new_ssl);
    find("SSL_set_fd", &set_fd);
    find("SSL_connect", &connect_it);
    find("SSL_free", &free_it);
    find("SSL_CTX_free", &free_context);
    expect(method() != TLS_client_method(), "the second libssl is the first");
    SSL_CTX *context = new_context(method());
    SSL *s = new_ssl(context);
    expect(set_fd(s, p->fd) == 1 && connect_it(s) == 1, "SSL_connect");
    free_it(s);
    free_context(context);
    drop(p);
}

void right(struct pair *p)
{
    wrong(p);
}
