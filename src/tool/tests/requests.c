/*
 * Requests on a connection that is kept open, as a server has them: the request is read, then that there
 * is no other one, then the answer is written. Prints what was allocated in these calls.
 */
#include "pair.h"

#include <stdio.h>
#include <stdlib.h>

enum { REQUESTS = 200 };

static int counts; /* what is allocated now */
static unsigned long allocated;

/* The C library's own, by the names that it has for who puts others in front. */
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *old, size_t size);

void *malloc(size_t size)
{
    allocated += counts != 0;
    return __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
    allocated += counts != 0;
    return __libc_calloc(count, size);
}

void *realloc(void *old, size_t size)
{
    allocated += counts != 0;
    return __libc_realloc(old, size);
}

/* By this name callgrind knows what to count. */
__attribute__((noinline)) void serve_request(SSL *s)
{
    static const char answer[200] = "the answer";
    char request[64];
    counts = 1;
    int length = SSL_read(s, request, sizeof request);
    int more = SSL_read(s, request, sizeof request);
    int written = SSL_write(s, answer, sizeof answer);
    counts = 0;
    expect(length > 0 && more < 0 && written == sizeof answer, "a request");
}

void right(struct pair *p)
{
    shake(p);
    set_blocking(p, 0);
    for (int i = 0; i < REQUESTS; i++) {
        tell(p, PEER_WRITES);
        await_data(p);
        serve_request(p->s);
    }
    set_blocking(p, 1);
    orderly(p);
    printf("%d requests, %lu allocations\n", REQUESTS, allocated);
}

void wrong(struct pair *p)
{
    right(p);
}
