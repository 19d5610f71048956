/* The memory of a TLS library, so that a connection can be put back to where it was.
 *
 * Everything the library allocates lies in one mapping; its own data may join it. After
 * heap_freeze() these pages are write protected, and the first write to a page moves it into the
 * working set for good. To save is to copy the working set; to restore is to copy it back. A page
 * outside it was never written, so it holds what it held when the heap was frozen. */
#ifndef EXPLORE_HEAP_H
#define EXPLORE_HEAP_H

#include <stddef.h>
#include <stdint.h>

enum { HEAP_SIZE = 32 << 20, HEAP_PAGE = 4096, HEAP_LEVELS = 64 };

/* Maps the heap. 0, or -1 with errno. */
int heap_open(void);

/* In the shape that CRYPTO_set_mem_functions wants. Freed memory is cleared, so that what was freed
 * cannot tell two states apart. */
void *heap_malloc(size_t size, const char *file, int line);
void *heap_realloc(void *old, size_t size, const char *file, int line);
void heap_free(void *p, const char *file, int line);
int heap_owns(const void *p);

/* What the shared libraries of this process have of data, the system's apart, is put back too: an
 * engine may keep sessions or errors there. 0, or -1 with errno. */
int heap_add_libraries(void);

/* From here on writes are noticed. 0, or -1 with errno. */
int heap_freeze(void);

/* level: 0 .. HEAP_LEVELS - 1. A level may be saved again. */
void heap_save(int level);
void heap_restore(int level);

/* A fingerprint of everything that was written since the heap was frozen. */
uint64_t heap_hash(uint64_t seed);

#endif
