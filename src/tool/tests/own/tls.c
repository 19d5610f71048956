/* Stands for a TLS library of another name whose functions are called as libssl's are. */
#include <stddef.h>

static int used, method;

void *SSL_CTX_new(const void *of)
{
    return of == &method ? &used : NULL;
}

void *SSL_new(void *ctx)
{
    used++;
    return ctx;
}

int SSL_up_ref(void *s)
{
    return s == &used;
}

int SSL_write(void *s, const void *from, int length)
{
    used += from != NULL;
    return s == &used ? length : -2;
}

int SSL_get_error(const void *s, int value)
{
    return s == &used ? 40 + value : -2;
}

void SSL_set_shutdown(void *s, int flags)
{
    *(int *)s += flags;
}

int SSL_read_early_data(void *s, void *to, size_t length, size_t *got)
{
    *got = to == NULL ? length : 0;
    return s == &used ? 2 : -2;
}

int SSL_shutdown(void *s)
{
    return s == &used ? 50 : -2;
}

void SSL_free(void *s)
{
    *(int *)s += 100;
}

const void *own_method(void)
{
    return &method;
}

int own_used(void)
{
    return used;
}
