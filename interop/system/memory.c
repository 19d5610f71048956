#define _GNU_SOURCE
#include "memory.h"

#include <dlfcn.h>
#include <errno.h>
#include <malloc.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *old, size_t size);
void *__libc_memalign(size_t alignment, size_t size);
void __libc_free(void *block);

heap_state heap = {.fail_at = -1};

static int refused(void)
{
    if (!heap.armed || heap.asked++ != heap.fail_at)
        return 0;
    heap.failed = 1;
    errno = ENOMEM;
    return 1;
}

static void *taken(void *block)
{
    if (block) {
        heap.blocks++;
        heap.bytes += (long)malloc_usable_size(block);
    }
    return block;
}

static void given_back(void *block)
{
    if (block) {
        heap.blocks--;
        heap.bytes -= (long)malloc_usable_size(block);
    }
}

void *malloc(size_t size)
{
    return refused() ? NULL : taken(__libc_malloc(size));
}

void *calloc(size_t count, size_t size)
{
    return refused() ? NULL : taken(__libc_calloc(count, size));
}

void *realloc(void *old, size_t size)
{
    void *block;

    if (refused())
        return NULL;
    given_back(old);
    block = __libc_realloc(old, size);
    taken(block ? block : size ? old : NULL);
    return block;
}

void *memalign(size_t alignment, size_t size)
{
    return refused() ? NULL : taken(__libc_memalign(alignment, size));
}

void *aligned_alloc(size_t alignment, size_t size)
{
    return memalign(alignment, size);
}

int posix_memalign(void **block, size_t alignment, size_t size)
{
    *block = memalign(alignment, size);
    return *block ? 0 : ENOMEM;
}

void free(void *block)
{
    given_back(block);
    __libc_free(block);
}

/* GMP ------------------------------------------------------------------------- */

static void *gmp_malloc(size_t size)
{
    return taken(__libc_malloc(size));
}

static void *gmp_realloc(void *old, size_t old_size, size_t size)
{
    (void)old_size;
    given_back(old);
    return taken(__libc_realloc(old, size));
}

static void gmp_free(void *block, size_t size)
{
    (void)size;
    free(block);
}

typedef void set_functions(void *(*)(size_t), void *(*)(void *, size_t, size_t),
                           void (*)(void *, size_t));

void heap_spare_gmp(void)
{
    void *found = dlsym(RTLD_DEFAULT, "__gmp_set_memory_functions");
    set_functions *set;

    memcpy(&set, &found, sizeof set); /* ISO C has no cast from an object to a function */
    if (set)
        set(gmp_malloc, gmp_realloc, gmp_free);
}
