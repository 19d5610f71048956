#define _GNU_SOURCE
#include "library.h"

#include <dlfcn.h>
#include <glob.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

library lib;

/* The one way to raise an error up to 1.1.1, and the other since. */
static void (*put_error)(int, int, int, const char *, int);
static void (*new_error)(void);
static void (*set_error)(int, int, const char *, ...);

void library_raise(void)
{
    if (put_error) {
        put_error(ERR_LIB_USER, 0, 1, "", 0);
        return;
    }
    new_error();
    set_error(ERR_LIB_USER, 1, NULL);
}

/* DIR/libssl.so.N, or the system's. */
static void *load(const char *folder, const char *name, char *why, size_t size)
{
    char pattern[4096];
    glob_t found = {0};
    void *handle = NULL;
    if (!folder) {
        snprintf(pattern, sizeof pattern, "%s.so.3", name);
        handle = dlopen(pattern, RTLD_NOW | RTLD_GLOBAL);
    } else {
        snprintf(pattern, sizeof pattern, "%s/%s.so.[0-9]*", folder, name);
        if (glob(pattern, 0, NULL, &found) == 0)
            handle = dlopen(found.gl_pathv[0], RTLD_NOW | RTLD_GLOBAL);
        globfree(&found);
    }
    if (!handle) {
        const char *said = dlerror();
        snprintf(why, size, "%s: %s", pattern, said ? said : "there is no such file");
    }
    return handle;
}

/* Builds of one series share their names, and the first that was loaded would serve them all. */
static bool lies_in(const char *folder, void *function)
{
    Dl_info where;
    char wanted[PATH_MAX], found[PATH_MAX];
    if (dladdr(function, &where) == 0 || !realpath(folder, wanted) ||
        !realpath(where.dli_fname, found))
        return false;
    return strncmp(found, wanted, strlen(wanted)) == 0;
}

static void take_version(void)
{
    unsigned long number = lib.OpenSSL_version_num();
    unsigned major = (unsigned)(number >> 28), minor = (unsigned)(number >> 20 & 0xff);
    unsigned fix = (unsigned)(number >> 12 & 0xff), patch = (unsigned)(number >> 4 & 0xff);
    if (major < 3) {
        snprintf(lib.version, sizeof lib.version, "%u.%u.%u%c", major, minor, fix,
                 patch ? (char)('a' + patch - 1) : '\0');
        lib.release = (int)(major * 10000 + minor * 100 + fix);
        return;
    }
    const char *before = strchr(lib.OpenSSL_version(OPENSSL_FULL_VERSION_STRING), '-');
    snprintf(lib.version, sizeof lib.version, "%u.%u.%u%.8s", major, minor, patch,
             before ? before : ""); /* the release, "-dev" */
    lib.release = (int)(major * 10000 + minor * 100 + patch);
}

/* What 1.0.2 has with another meaning; see shim_102.c. */
static void take_shim(void *ssl)
{
    void *set_mem = dlsym(ssl, "endwell_set_mem"), *ctrl = dlsym(ssl, "endwell_ctrl");
    void *maker = dlsym(ssl, "endwell_key_maker"), *sign = dlsym(ssl, "endwell_sign");
    if (!set_mem || !ctrl || !maker || !sign)
        return;
    lib.CRYPTO_set_mem_functions = (__typeof__(lib.CRYPTO_set_mem_functions))set_mem;
    lib.SSL_CTX_ctrl = (__typeof__(lib.SSL_CTX_ctrl))ctrl;
    lib.EVP_PKEY_CTX_new_id = (__typeof__(lib.EVP_PKEY_CTX_new_id))maker;
    lib.X509_sign = (__typeof__(lib.X509_sign))sign;
}

const char *library_load(const char *folder)
{
    static char why[4400];
    void *crypto = load(folder, "libcrypto", why, sizeof why);
    void *ssl = crypto ? load(folder, "libssl", why, sizeof why) : NULL;
    if (!ssl)
        return why;
#define X(name)                                                                                    \
    lib.name = (__typeof__(lib.name))dlsym(ssl, #name);                                            \
    if (!lib.name)                                                                                 \
        lib.name = (__typeof__(lib.name))dlsym(crypto, #name);                                     \
    if (!lib.name) {                                                                               \
        snprintf(why, sizeof why, "this libssl has no function %s", #name);                        \
        return why;                                                                                \
    }
    LIBRARY_FUNCTIONS(X)
#undef X
    take_shim(ssl);
    put_error = (__typeof__(put_error))dlsym(crypto, "ERR_put_error");
    new_error = (__typeof__(new_error))dlsym(crypto, "ERR_new");
    set_error = (__typeof__(set_error))dlsym(crypto, "ERR_set_error");
    take_version();
    if (folder && !lies_in(folder, (void *)(uintptr_t)lib.OpenSSL_version_num))
        return "another build's libcrypto is in the way of this one";
    if (lib.release < 10002 || (lib.release > 10002 && lib.release < 10101))
        return "of the releases before 1.1.1 only 1.0.2 is supported, with "
               "interop/explore/old/shim_102.c";
    return NULL;
}
