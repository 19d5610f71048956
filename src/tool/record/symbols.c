/* dlsym and dlvsym: who asks for functions by their names gets ours, and we get the real ones. */
#include "record.h"

#include <dlfcn.h>
#include <link.h>
#include <string.h>

/* --- What is behind us ------------------------------------------------------------------------- */

struct names {
    const ElfW(Sym) * symbol;
    const char *text;
    const uint32_t *hash;
};

/* On some machines the loader leaves these as they are in the file. */
static const void *placed(const struct link_map *object, ElfW(Addr) at)
{
    const void *found;
    at += at < object->l_addr ? object->l_addr : 0;
    memcpy(&found, &at, sizeof found);
    return found;
}

static struct names names_of(const struct link_map *object)
{
    struct names n = {NULL, NULL, NULL};
    for (const ElfW(Dyn) *d = object->l_ld; d != NULL && d->d_tag != DT_NULL; d++) {
        if (d->d_tag == DT_SYMTAB) {
            n.symbol = placed(object, d->d_un.d_ptr);
        } else if (d->d_tag == DT_STRTAB) {
            n.text = placed(object, d->d_un.d_ptr);
        } else if (d->d_tag == DT_GNU_HASH) {
            n.hash = placed(object, d->d_un.d_ptr);
        }
    }
    return n;
}

/* By itself: a sanitizer's runtime asks us for the functions that it stands before, strcmp among them. */
static bool is_same(const char *a, const char *b)
{
    while (*a != '\0' && *a == *b) {
        a++;
        b++;
    }
    return *a == *b;
}

/* The table: counts of buckets, of symbols left out and of words of a filter; filter, buckets, ends. */
static const ElfW(Sym) * symbol_named(const struct names *n, const char *name)
{
    uint32_t buckets = n->hash[0], first = n->hash[1], wanted = 5381;
    const uint32_t *bucket = n->hash + 4 + n->hash[2] * (sizeof(ElfW(Addr)) / sizeof(uint32_t));
    const uint32_t *chain = bucket + buckets;
    for (const char *c = name; *c != '\0'; c++) {
        wanted = wanted * 33 + (unsigned char)*c;
    }
    for (uint32_t i = buckets > 0 ? bucket[wanted % buckets] : 0; i >= first && i > 0; i++) {
        if ((chain[i - first] | 1) == (wanted | 1) && n->symbol[i].st_shndx != SHN_UNDEF &&
            is_same(n->text + n->symbol[i].st_name, name)) {
            return &n->symbol[i];
        }
        if ((chain[i - first] & 1) != 0) {
            break;
        }
    }
    return NULL;
}

/* Read from the objects themselves: who could be asked for it is watched. */
static void *behind_us(const char *name)
{
    static const char here;
    Dl_info info;
    void *of_address = NULL;
    const struct link_map *object = NULL;
    if (dladdr1(&here, &info, &of_address, RTLD_DL_LINKMAP) != 0) {
        object = ((const struct link_map *)of_address)->l_next;
    }
    for (; object != NULL; object = object->l_next) {
        struct names n = names_of(object);
        const ElfW(Sym) *symbol = NULL;
        if (n.symbol != NULL && n.text != NULL && n.hash != NULL) {
            symbol = symbol_named(&n, name);
        }
        if (symbol != NULL) {
            ElfW(Addr) at = object->l_addr + symbol->st_value;
            void *found;
            memcpy(&found, &at, sizeof found);
            return found;
        }
    }
    return NULL;
}

static void *real_dlsym(void *handle, const char *name)
{
    static void *(*real)(void *, const char *);
    if (real == NULL) {
        void *found = behind_us("dlsym");
        memcpy(&real, &found, sizeof real);
    }
    return real != NULL ? real(handle, name) : NULL;
}

static void *real_dlvsym(void *handle, const char *name, const char *version)
{
    static void *(*real)(void *, const char *, const char *);
    if (real == NULL) {
        void *found = behind_us("dlvsym");
        memcpy(&real, &found, sizeof real);
    }
    return real != NULL ? real(handle, name, version) : NULL;
}

void *real_symbol(const char *name)
{
    return real_dlsym(RTLD_NEXT, name);
}

void *symbol_in(void *handle, const char *name)
{
    return real_dlsym(handle, name);
}

/* --- What is asked of us ----------------------------------------------------------------------- */

#define DECLARE(name, result, arguments) extern result name arguments;
WATCHED(DECLARE)

static void *watched_of_libssl(const char *wanted)
{
    void *found;
    WATCHED(NAMED)
    return NULL;
}

static bool is_of_handle(void *handle, const char *name)
{
    return handle != RTLD_NEXT && handle != RTLD_DEFAULT &&
           (strncmp(name, "SSL_", 4) == 0 || strncmp(name, "gnutls_", 7) == 0);
}

/* Ours for what was found in one of the libraries that we know, or that itself. */
static void *ours_for(void *real, const char *name)
{
    bool of_libssl = strncmp(name, "SSL_", 4) == 0;
    void *ours = of_libssl ? watched_of_libssl(name) : watched_of_gnutls(name);
    Dl_info info;
    return real != NULL && ours != NULL && dladdr(real, &info) != 0 &&
                   (of_libssl ? is_libssl(info.dli_fname) : is_gnutls(info.dli_fname))
               ? ours
               : real;
}

/*
 * Who asks a handle of a library for its functions gets ours. Everything else goes on to libc as the
 * last thing done, by a jump, so that RTLD_NEXT still means what is behind the caller.
 */
__attribute__((optimize("O2"), noinline)) void *dlsym(void *restrict handle,
                                                      const char *restrict name)
{
    return is_of_handle(handle, name) ? ours_for(real_dlsym(handle, name), name)
                                      : real_dlsym(handle, name);
}

__attribute__((optimize("O2"), noinline)) void *
dlvsym(void *restrict handle, const char *restrict name, const char *restrict version)
{
    return is_of_handle(handle, name) ? ours_for(real_dlvsym(handle, name, version), name)
                                      : real_dlvsym(handle, name, version);
}
