#define _GNU_SOURCE
#include "heap.h"

#include <errno.h>
#include <link.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

/* Blocks have sizes of 16 * 2^n or half way between two of them: few lists, little waste. */
enum { CLASSES = 40, HEADER = 16, MOST_AREAS = 64, MOST_PAGES = 4096, EDGES_SIZE = 1 << 16 };

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
    uint8_t *copy, *edges;
    size_t pages, room;
} level;

/* The heap is the first; the others are data of libraries. */
typedef struct {
    uint8_t *at, *frozen; /* frozen: a copy of it as it was */
    size_t size;
} area;

typedef struct {
    uint8_t *at;
    const uint8_t *frozen;
} touched;

static uint8_t *memory;
static area areas[MOST_AREAS];
static int area_count;
/* What shares its pages with something that is none of ours, and is copied as it is. */
static area edges[MOST_AREAS];
static int edge_count;
static size_t edges_size;
static touched working_set[MOST_PAGES];
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
    areas[area_count++] = (area){.at = memory, .size = HEAP_SIZE};
    book()->top = (sizeof(ledger) + HEADER - 1) / HEADER * HEADER;
    return 0;
}

int heap_owns(const void *p)
{
    return memory && (const uint8_t *)p >= memory && (const uint8_t *)p < memory + HEAP_SIZE;
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

/* The data of libraries ---------------------------------------------------------------------- */

static uintptr_t page_of(uintptr_t address)
{
    return address & ~(uintptr_t)(HEAP_PAGE - 1);
}

/* Of these every process has one, and it is not the engine's. */
static bool is_systems(const char *name)
{
    static const char *const systems[] = {"/libc.so", "/ld-linux", "linux-vdso"};
    bool is = name[0] == '\0'; /* the program */
    for (size_t i = 0; i < sizeof systems / sizeof systems[0]; i++)
        is = is || strstr(name, systems[i]);
    return is;
}

static bool add_area(uintptr_t from, uintptr_t to)
{
    if (from >= to)
        return true;
    if (area_count == MOST_AREAS)
        return false;
    areas[area_count++] = (area){.at = (uint8_t *)from, .size = to - from};
    return true;
}

static bool add_edge(uintptr_t from, uintptr_t to)
{
    if (from >= to)
        return true;
    if (edge_count == MOST_AREAS || edges_size + (to - from) > EDGES_SIZE)
        return false;
    edges[edge_count++] = (area){.at = (uint8_t *)from, .size = to - from};
    edges_size += to - from;
    return true;
}

/* Of this thread; beside it stand the system's own data, which are the kernel's, too. */
static bool add_thread_data(uintptr_t from, uintptr_t to)
{
    uintptr_t first = page_of(from + HEAP_PAGE - 1), last = page_of(to);
    if (first >= last)
        return add_edge(from, to);
    return add_edge(from, first) && add_area(first, last) && add_edge(last, to);
}

/* What the loader made read-only once it was done is left out. */
static int add_library(struct dl_phdr_info *info, size_t size, void *context)
{
    uintptr_t from = 0, to = 0, relro = 0;
    bool good = true;
    (void)size, (void)context;
    if (is_systems(info->dlpi_name))
        return 0;
    for (int i = 0; i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *p = &info->dlpi_phdr[i];
        uintptr_t at = info->dlpi_addr + p->p_vaddr, end = at + p->p_memsz;
        uintptr_t own = (uintptr_t)info->dlpi_tls_data;
        if (p->p_type == PT_LOAD && (p->p_flags & PF_W)) {
            from = page_of(at);
            to = page_of(end + HEAP_PAGE - 1);
        }
        if (p->p_type == PT_GNU_RELRO)
            relro = page_of(end);
        if (p->p_type == PT_TLS && own != 0)
            good = add_thread_data(own, own + p->p_memsz) && good;
    }
    return good && add_area(relro > from ? relro : from, to) ? 0 : -1;
}

int heap_add_libraries(void)
{
    if (dl_iterate_phdr(add_library, NULL) == 0)
        return 0;
    errno = ENOBUFS;
    return -1;
}

/* The working set --------------------------------------------------------------------------- */

static const area *area_of(const uint8_t *p)
{
    for (int i = 0; i < area_count; i++)
        if (p >= areas[i].at && p < areas[i].at + areas[i].size)
            return &areas[i];
    return NULL;
}

static void on_fault(int signal_number, siginfo_t *info, void *context)
{
    const area *in = area_of(info->si_addr);
    (void)context;
    if (!in || pages == MOST_PAGES) {
        signal(signal_number, SIG_DFL); /* not ours: the access is repeated, and ends the program */
        return;
    }
    uint8_t *at = (uint8_t *)page_of((uintptr_t)info->si_addr);
    working_set[pages] = (touched){at, in->frozen + (at - in->at)};
    pages++;
    mprotect(at, HEAP_PAGE, PROT_READ | PROT_WRITE);
}

int heap_freeze(void)
{
    struct sigaction action = {.sa_flags = SA_SIGINFO};
    action.sa_sigaction = on_fault;
    for (int i = 0; i < area_count; i++) {
        size_t used = areas[i].at == memory ? book()->top : areas[i].size;
        areas[i].frozen = calloc(1, areas[i].size);
        if (!areas[i].frozen)
            return -1;
        memcpy(areas[i].frozen, areas[i].at, used);
    }
    if (sigaction(SIGSEGV, &action, NULL) != 0)
        return -1;
    for (int i = 0; i < area_count; i++)
        if (mprotect(areas[i].at, areas[i].size, PROT_READ) != 0)
            return -1;
    return 0;
}

static void save_edges(level *l)
{
    size_t at = 0;
    if (!l->edges && !(l->edges = malloc(EDGES_SIZE)))
        abort();
    for (int i = 0; i < edge_count; at += edges[i++].size)
        memcpy(l->edges + at, edges[i].at, edges[i].size);
}

static void restore_edges(const level *l)
{
    size_t at = 0;
    for (int i = 0; i < edge_count; at += edges[i++].size)
        memcpy(edges[i].at, l->edges + at, edges[i].size);
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
    save_edges(l);
    l->pages = pages;
    for (size_t i = 0; i < l->pages; i++)
        memcpy(l->copy + i * HEAP_PAGE, working_set[i].at, HEAP_PAGE);
}

void heap_restore(int at)
{
    const level *l = &levels[at];
    restore_edges(l);
    for (size_t i = 0; i < l->pages; i++)
        memcpy(working_set[i].at, l->copy + i * HEAP_PAGE, HEAP_PAGE);
    for (size_t i = l->pages; i < pages; i++)
        memcpy(working_set[i].at, working_set[i].frozen, HEAP_PAGE);
}

/* Each page counts by its place and its difference from what was frozen: a page that was written
 * and put back counts nothing, in whatever order pages joined the set. */
uint64_t heap_hash(uint64_t seed)
{
    uint64_t sum = seed;
    for (int i = 0; i < edge_count; i++)
        for (size_t b = 0; b < edges[i].size; b++)
            sum = (sum ^ edges[i].at[b]) * 0x100000001b3u;
    for (size_t i = 0; i < pages; i++) {
        const uint64_t *now = (const uint64_t *)working_set[i].at;
        const uint64_t *was = (const uint64_t *)working_set[i].frozen;
        for (size_t w = 0; w < HEAP_PAGE / sizeof *now; w++)
            if (now[w] != was[w]) {
                uint64_t x = (now[w] ^ (uint64_t)((const uint8_t *)(now + w) - memory)) *
                             0x9e3779b97f4a7c15u;
                x ^= x >> 29;
                sum += (x ^ now[w]) * 0xbf58476d1ce4e5b9u;
            }
    }
    return sum;
}
