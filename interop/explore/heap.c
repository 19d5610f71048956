#define _GNU_SOURCE
#include "heap.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

/* Blocks have sizes of 16 * 2^n or half way between two of them: few lists, little waste. */
enum { CLASSES = 40, HEADER = 16, PAGES = HEAP_SIZE / HEAP_PAGE };

/* What the allocator remembers is in the heap itself, and so is put back with it. */
typedef struct {
    size_t top;
    void *free[CLASSES];
} ledger;

typedef struct {
    uint32_t class;
    uint32_t unused[3];
} header;

typedef struct {
    uint8_t *copy;
    size_t pages, room;
} level;

static uint8_t *memory;
static uint8_t *frozen; /* a copy of the heap as it was */
static uint32_t working_set[PAGES];
static volatile size_t pages;
static level levels[HEAP_LEVELS];

static ledger *book(void)
{
    return (ledger *)memory;
}

/* The allocator ----------------------------------------------------------------------------- */

int heap_open(void)
{
    void *at = mmap(NULL, HEAP_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (at == MAP_FAILED)
        return -1;
    memory = at;
    book()->top = (sizeof(ledger) + HEADER - 1) / HEADER * HEADER;
    return 0;
}

int heap_owns(const void *p)
{
    return (const uint8_t *)p >= memory && (const uint8_t *)p < memory + HEAP_SIZE;
}

static size_t size_of(uint32_t class)
{
    size_t whole = (size_t)32 << (class / 2);
    return class % 2 ? whole + whole / 2 : whole;
}

static uint32_t class_of(size_t size)
{
    uint32_t class = 0;
    while (size_of(class) < size + HEADER)
        class ++;
    return class;
}

void *heap_malloc(size_t size, const char *file, int line)
{
    (void)file;
    (void)line;
    if (size == 0 || size > HEAP_SIZE / 2)
        return NULL;
    uint32_t class = class_of(size);
    ledger *b = book();
    uint8_t *block = b->free[class];
    if (block) {
        memcpy(&b->free[class], block + HEADER, sizeof(void *));
        memset(block + HEADER, 0, sizeof(void *));
    } else {
        if (b->top + size_of(class) > HEAP_SIZE)
            return NULL;
        block = memory + b->top;
        b->top += size_of(class);
        ((header *)block)->class = class;
    }
    return block + HEADER;
}

void heap_free(void *p, const char *file, int line)
{
    (void)file;
    (void)line;
    if (!p)
        return;
    uint8_t *block = (uint8_t *)p - HEADER;
    uint32_t class = ((header *)block)->class;
    memset(p, 0, size_of(class) - HEADER);
    memcpy(p, &book()->free[class], sizeof(void *));
    book()->free[class] = block;
}

void *heap_realloc(void *old, size_t size, const char *file, int line)
{
    if (!old)
        return heap_malloc(size, file, line);
    size_t had = size_of(((header *)((uint8_t *)old - HEADER))->class) - HEADER;
    if (size <= had && size > 0)
        return old;
    void *new = heap_malloc(size, file, line);
    if (new || size == 0) {
        if (new)
            memcpy(new, old, had);
        heap_free(old, file, line);
    }
    return new;
}

/* The working set --------------------------------------------------------------------------- */

static void on_fault(int signal_number, siginfo_t *info, void *context)
{
    (void)context;
    if (!heap_owns(info->si_addr)) {
        signal(signal_number, SIG_DFL); /* not ours: the access is repeated, and ends the program */
        return;
    }
    size_t page = (size_t)((uint8_t *)info->si_addr - memory) / HEAP_PAGE;
    working_set[pages] = (uint32_t)page;
    pages++;
    mprotect(memory + page * HEAP_PAGE, HEAP_PAGE, PROT_READ | PROT_WRITE);
}

int heap_freeze(void)
{
    struct sigaction action = {.sa_flags = SA_SIGINFO};
    action.sa_sigaction = on_fault;
    frozen = malloc(HEAP_SIZE);
    if (!frozen)
        return -1;
    memcpy(frozen, memory, HEAP_SIZE);
    if (sigaction(SIGSEGV, &action, NULL) != 0)
        return -1;
    return mprotect(memory, HEAP_SIZE, PROT_READ);
}

void heap_save(int at)
{
    level *l = &levels[at];
    if (l->room < pages) {
        l->room = pages + 32;
        free(l->copy);
        l->copy = aligned_alloc(HEAP_PAGE, l->room * HEAP_PAGE);
        if (!l->copy)
            abort();
    }
    l->pages = pages;
    for (size_t i = 0; i < l->pages; i++)
        memcpy(l->copy + i * HEAP_PAGE, memory + (size_t)working_set[i] * HEAP_PAGE, HEAP_PAGE);
}

void heap_restore(int at)
{
    const level *l = &levels[at];
    for (size_t i = 0; i < l->pages; i++)
        memcpy(memory + (size_t)working_set[i] * HEAP_PAGE, l->copy + i * HEAP_PAGE, HEAP_PAGE);
    for (size_t i = l->pages; i < pages; i++) {
        size_t from = (size_t)working_set[i] * HEAP_PAGE;
        memcpy(memory + from, frozen + from, HEAP_PAGE);
    }
}

/* Each page counts by its place and its difference from what was frozen: a page that was written
 * and put back counts nothing, in whatever order pages joined the set. */
uint64_t heap_hash(uint64_t seed)
{
    uint64_t sum = seed;
    for (size_t i = 0; i < pages; i++) {
        size_t from = (size_t)working_set[i] * HEAP_PAGE;
        const uint64_t *now = (const uint64_t *)(memory + from);
        const uint64_t *was = (const uint64_t *)(frozen + from);
        for (size_t w = 0; w < HEAP_PAGE / sizeof *now; w++)
            if (now[w] != was[w]) {
                uint64_t x = (now[w] ^ (from + w)) * 0x9e3779b97f4a7c15u;
                x ^= x >> 29;
                sum += (x ^ now[w]) * 0xbf58476d1ce4e5b9u;
            }
    }
    return sum;
}
