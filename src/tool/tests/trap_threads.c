/* Threads that read and write while another one forgets SSL_shutdown: no line is torn. */
#include "pair.h"

#include <pthread.h>
#include <unistd.h>

enum { THREADS = 8, ROUNDS = 200 };

/* Each call of a connection that was never established fails, and is written down. */
static void *busy(void *context)
{
    for (int i = 0; i < ROUNDS; i++) {
        SSL *s = SSL_new(context);
        SSL_set_shutdown(s, SSL_RECEIVED_SHUTDOWN);
        SSL_free(s);
    }
    return NULL;
}

void wrong(struct pair *p)
{
    pthread_t thread[THREADS];
    shake(p);
    for (int i = 0; i < THREADS; i++) {
        expect(pthread_create(&thread[i], NULL, busy, p->ctx) == 0, "no thread");
    }
    for (int i = 0; i < THREADS; i++) {
        pthread_join(thread[i], NULL);
    }
    drop(p);
}

void right(struct pair *p)
{
    wrong(p);
}
