/* A program with a TLS library of its own and no libssl: it prints what it gets. */
#include <stddef.h>
#include <stdio.h>

const void *own_method(void);
int own_used(void);
void *SSL_CTX_new(const void *method);
void *SSL_new(void *ctx);
int SSL_up_ref(void *s);
int SSL_write(void *s, const void *from, int length);
int SSL_get_error(const void *s, int value);
void SSL_set_shutdown(void *s, int flags);
int SSL_read_early_data(void *s, void *to, size_t length, size_t *got);
int SSL_shutdown(void *s);
void SSL_free(void *s);

int main(void)
{
    size_t got = 0;
    void *s = SSL_new(SSL_CTX_new(own_method()));
    if (s == NULL) {
        puts("no SSL");
        return 1;
    }
    printf("%d %d %d ", SSL_up_ref(s), SSL_write(s, "x", 7), SSL_get_error(s, 3));
    SSL_set_shutdown(s, 10);
    printf("%d %d ", SSL_read_early_data(s, NULL, 9, &got), SSL_shutdown(s));
    SSL_free(s);
    printf("%zu %d\n", got, own_used());
    return 0;
}
