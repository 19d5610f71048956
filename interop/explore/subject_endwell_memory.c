/* The C library's allocator, for every library of this process: those of the engines have no other
 * memory. Where an engine has hooks of its own they end here all the same. */
#include "subject_endwell.h"

#include "heap.h"

#include <errno.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>

bool endwell_in_heap;

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *p, size_t size);
void __libc_free(void *p);

static void *allocate(size_t size)
{
    void *p = heap_malloc(size > 0 ? size : 1, "", 0);
    if (!p)
        errno = ENOMEM;
    return p;
}

void *malloc(size_t size)
{
    return endwell_in_heap ? allocate(size) : __libc_malloc(size);
}

/* What the heap gives is cleared. */
void *calloc(size_t count, size_t size)
{
    if (!endwell_in_heap)
        return __libc_calloc(count, size);
    if (size > 0 && count > SIZE_MAX / size) {
        errno = ENOMEM;
        return NULL;
    }
    return allocate(count * size);
}

/* What an engine got before the heap was there may be wanted again once it is put back. */
void free(void *p)
{
    if (heap_owns(p))
        heap_free(p, "", 0);
    else if (!endwell_in_heap)
        __libc_free(p);
}

void *realloc(void *old, size_t size)
{
    if (heap_owns(old))
        return heap_realloc(old, size, "", 0);
    if (!endwell_in_heap)
        return __libc_realloc(old, size);
    void *new = allocate(size);
    if (new &&old) {
        size_t had = malloc_usable_size(old);
        memcpy(new, old, had < size ? had : size);
    }
    return new;
}
