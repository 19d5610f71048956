/* Which libssl there is, linked or loaded later, and where its functions are. */
#include "record.h"

#include <dlfcn.h>
#include <link.h>
#include <pthread.h>
#include <string.h>

enum { MOST_LIBRARIES = 4, MOST_OBJECTS = 1 << 16 };

static struct libssl library[MOST_LIBRARIES];
static int libraries;
struct libssl *only_library;
static unsigned long long seen_loads; /* how many objects had been loaded at the last look */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

/* Objects of another libssl than the first one: where each is, or a place further on. */
static struct {
    const void *object;
    struct libssl *lib;
} belongs[MOST_OBJECTS];
static size_t objects;

#define FIND(name, result, arguments)                                                              \
    found = symbol_in(handle, #name);                                                              \
    memcpy(&lib->name, &found, sizeof found);
#define HAS(name, result, arguments) &&lib->name != NULL
#define FIND_NEXT(name, result, arguments)                                                         \
    found = symbol_in(RTLD_NEXT, #name);                                                           \
    memcpy(&to->name, &found, sizeof found);

static void load(struct libssl *lib)
{
    /* It stays loaded from here on: what was found in it is called later. */
    void *handle = dlopen(lib->path, RTLD_NOLOAD | RTLD_LAZY), *found;
    if (handle == NULL) {
        return;
    }
    WATCHED(FIND)
    ASKED(FIND)
    if (lib->SSL_shutdown != NULL && lib->SSL_get_error != NULL ASKED(HAS)) {
        lib->version = lib->OpenSSL_version_num();
        libraries++;
        only_library = libraries == 1 ? &library[0] : NULL;
    }
}

bool is_libssl(const char *path)
{
    const char *slash = path != NULL ? strrchr(path, '/') : NULL;
    return slash != NULL && strncmp(slash, "/libssl", 7) == 0 && strstr(slash, ".so") != NULL &&
           (slash[7] == '.' || slash[7] == '-');
}

struct found {
    int count;
    struct libssl lib[MOST_LIBRARIES];
};

static int consider(struct dl_phdr_info *info, size_t size, void *data)
{
    struct found *found = data;
    (void)size;
    if (!is_libssl(info->dlpi_name) || found->count == MOST_LIBRARIES ||
        strlen(info->dlpi_name) >= sizeof found->lib[0].path) {
        return 0;
    }
    struct libssl *lib = &found->lib[found->count++];
    memcpy(lib->path, info->dlpi_name, strlen(info->dlpi_name) + 1);
    lib->low = (uintptr_t)-1;
    for (int i = 0; i < info->dlpi_phnum; i++) {
        uintptr_t start = info->dlpi_addr + info->dlpi_phdr[i].p_vaddr;
        if (info->dlpi_phdr[i].p_type == PT_LOAD) {
            lib->low = start < lib->low ? start : lib->low;
            lib->high = start + info->dlpi_phdr[i].p_memsz > lib->high
                            ? start + info->dlpi_phdr[i].p_memsz
                            : lib->high;
        }
    }
    return 0;
}

static int count_loads(struct dl_phdr_info *info, size_t size, void *data)
{
    (void)size;
    *(unsigned long long *)data = info->dlpi_adds;
    return 1;
}

/* Looks again whenever something was loaded since. */
static void look_for_libraries(void)
{
    unsigned long long loads = 0;
    dl_iterate_phdr(count_loads, &loads);
    if (loads == seen_loads) {
        return;
    }
    static struct found found;
    memset(&found, 0, sizeof found);
    dl_iterate_phdr(consider, &found);
    for (int i = 0; i < found.count && libraries < MOST_LIBRARIES; i++) {
        bool is_known = false;
        for (int k = 0; k < libraries; k++) {
            is_known |= library[k].low == found.lib[i].low;
        }
        if (!is_known) {
            library[libraries] = found.lib[i];
            load(&library[libraries]);
        }
    }
    seen_loads = loads;
}

static size_t home_of(const void *object)
{
    return (size_t)(((uintptr_t)object >> 4) * 2654435761u) % MOST_OBJECTS;
}

/* Its place; where it has none, the free one that it would get. There is always a free one. */
static size_t place_of(const void *object)
{
    size_t at = home_of(object);
    while (belongs[at].object != NULL && belongs[at].object != object) {
        at = (at + 1) % MOST_OBJECTS;
    }
    return at;
}

static struct libssl *owner_of(const void *object)
{
    size_t at = place_of(object);
    return belongs[at].object != NULL ? belongs[at].lib : &library[0];
}

/* Those behind it move up: no search may meet a gap. */
static void forget_object(const void *object)
{
    size_t gap = place_of(object);
    if (belongs[gap].object == NULL) {
        return;
    }
    objects--;
    belongs[gap].object = NULL;
    for (size_t at = (gap + 1) % MOST_OBJECTS; belongs[at].object != NULL;
         at = (at + 1) % MOST_OBJECTS) {
        size_t far = (at - home_of(belongs[at].object)) % MOST_OBJECTS;
        if (far >= (at - gap) % MOST_OBJECTS) {
            belongs[gap] = belongs[at];
            belongs[at].object = NULL;
            gap = at;
        }
    }
}

void set_library(const void *object, struct libssl *lib)
{
    if (libraries < 2 || object == NULL) {
        return;
    }
    pthread_mutex_lock(&lock);
    forget_object(object);
    if (lib != NULL && lib != &library[0] && objects < MOST_OBJECTS - 1) {
        size_t at = place_of(object);
        belongs[at].object = object;
        belongs[at].lib = lib;
        objects++;
    }
    pthread_mutex_unlock(&lock);
}

struct libssl *library_of(const void *object)
{
    if (libraries == 1) {
        return &library[0];
    }
    pthread_mutex_lock(&lock);
    look_for_libraries();
    struct libssl *lib = libraries > 0 ? owner_of(object) : NULL;
    pthread_mutex_unlock(&lock);
    return lib;
}

/* Called for each new context: the moment to see that another one was loaded. */
struct libssl *library_at(const void *address)
{
    pthread_mutex_lock(&lock);
    look_for_libraries();
    pthread_mutex_unlock(&lock);
    struct libssl *lib = library_of(NULL);
    for (int i = 0; i < libraries; i++) {
        if ((uintptr_t)address >= library[i].low && (uintptr_t)address < library[i].high) {
            return &library[i];
        }
    }
    return lib;
}

/* A library of another name has the functions, as BoringSSL in a file of its own. */
const struct libssl *or_next(const struct libssl *lib)
{
    static struct libssl next;
    static unsigned long long seen = 0;
    unsigned long long loads = 0;
    if (lib != NULL) {
        return lib;
    }
    pthread_mutex_lock(&lock);
    dl_iterate_phdr(count_loads, &loads);
    if (loads != seen) {
        struct libssl *to = &next;
        void *found;
        WATCHED(FIND_NEXT)
        seen = loads;
    }
    pthread_mutex_unlock(&lock);
    return &next;
}
