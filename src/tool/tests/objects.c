/* Thousands of objects of a second libssl, whose SSL_up_ref returns what no other one does. */
#include "pair.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

enum { OBJECTS = 5000, OTHER = 77 };

static struct {
    const SSL_METHOD *(*method)(void);
    SSL_CTX *(*new_context)(const SSL_METHOD *);
    SSL *(*new_ssl)(SSL_CTX *);
    void (*free_ssl)(SSL *);
    int (*up_ref)(SSL *);
} second;

static void find(void *handle, const char *name, void *to)
{
    void *found = dlsym(handle, name);
    expect(found != NULL, name);
    memcpy(to, &found, sizeof found);
}

static void load(void)
{
    void *handle = dlopen(getenv("ENDWELL_MARKED"), RTLD_NOW | RTLD_LOCAL);
    expect(handle != NULL, "no second libssl");
    find(handle, "TLS_client_method", &second.method);
    find(handle, "SSL_CTX_new", &second.new_context);
    find(handle, "SSL_new", &second.new_ssl);
    find(handle, "SSL_free", &second.free_ssl);
    find(handle, "SSL_up_ref", &second.up_ref);
}

static void expect_all_there(SSL *const *object)
{
    for (int i = 0; i < OBJECTS; i++) {
        expect(object[i] == NULL || second.up_ref(object[i]) == OTHER, "a call went elsewhere");
    }
}

void wrong(struct pair *p)
{
    static SSL *object[OBJECTS];
    load();
    SSL_CTX *ctx = second.new_context(second.method());
    for (int i = 0; i < OBJECTS; i++) {
        object[i] = second.new_ssl(ctx);
        expect(object[i] != NULL, "SSL_new");
    }
    expect_all_there(object);
    for (int i = 0; i < OBJECTS; i += 3) {
        second.free_ssl(object[i]);
        object[i] = NULL;
    }
    expect_all_there(object);
    shake(p);
    expect(SSL_up_ref(p->s) == 1, "a call of the first one went elsewhere");
    SSL_free(p->s);
    orderly(p);
}

void right(struct pair *p)
{
    wrong(p);
}
