/* libssl as the walk of interop/explore calls it; each call is shown to the judge as well. */
#define _GNU_SOURCE
#include "fidelity.h"

#include "subject_libssl.c"

#include <dlfcn.h>

/* What the recorder asks besides, in the same library. */
static struct {
    int (*quiet)(const SSL *);
    int (*finished)(const SSL *);
    int (*before)(const SSL *);
    int (*want)(const SSL *);
    int (*pending)(const SSL *);
    int (*flags)(const BIO *, int);
    unsigned long (*newest)(void);
    uint64_t (*in)(BIO *);
    uint64_t (*out)(BIO *);
    BIO *(*transport)(const SSL *);
    unsigned long version;
} recorder;

static void find(void *handle, const char *name, void *function)
{
    void *found = dlsym(handle, name);
    memcpy(function, &found, sizeof found);
}

static const char *load_watched(const char *folder, bool in_heap)
{
    const char *missing = load(folder, in_heap);
    Dl_info info;
    void *address, *handle = NULL;
    memcpy(&address, &lib.SSL_shutdown, sizeof address);
    if (missing == NULL && dladdr(address, &info) != 0) {
        handle = dlopen(info.dli_fname, RTLD_NOLOAD | RTLD_LAZY);
    }
    if (handle == NULL) {
        return missing != NULL ? missing : "the loaded libssl is not found again";
    }
    find(handle, "SSL_get_quiet_shutdown", &recorder.quiet);
    find(handle, "SSL_is_init_finished", &recorder.finished);
    find(handle, "SSL_in_before", &recorder.before);
    find(handle, "SSL_want", &recorder.want);
    find(handle, "SSL_renegotiate_pending", &recorder.pending);
    find(handle, "BIO_test_flags", &recorder.flags);
    find(handle, "ERR_peek_last_error", &recorder.newest);
    find(handle, "BIO_number_read", &recorder.in);
    find(handle, "BIO_number_written", &recorder.out);
    find(handle, "SSL_get_rbio", &recorder.transport);
    recorder.version = lib.OpenSSL_version_num();
    return recorder.quiet != NULL && recorder.finished != NULL && recorder.before != NULL &&
                   recorder.want != NULL && recorder.pending != NULL && recorder.flags != NULL &&
                   recorder.newest != NULL && recorder.in != NULL && recorder.out != NULL &&
                   recorder.transport != NULL
               ? NULL
               : "a function that the recorder needs is missing";
}

static struct moment look(void)
{
    struct moment m = {.flags = lib.SSL_get_shutdown(ours), .quiet = recorder.quiet(ours)};
    m.handshake = recorder.finished(ours) ? 2 : recorder.before(ours) ? 0 : 1;
    m.renegotiates = recorder.pending(ours) != 0;
    m.retry = recorder.flags(recorder.transport(ours), BIO_FLAGS_SHOULD_RETRY) != 0;
    m.oldest = lib.ERR_peek_error();
    m.newest = recorder.newest();
    m.in = recorder.in(recorder.transport(ours));
    m.out = recorder.out(recorder.transport(ours));
    return m;
}

/* The recorder does not look at the queue before a write on a connection that is open both ways. */
static void forget_queue(step s, struct moment *m)
{
    bool writes = s == WRITE || s == WRITE_NOTHING;
    if (writes && m->flags == 0 && m->handshake == 2 && !m->renegotiates) {
        m->unasked = true;
        m->oldest = m->newest = 0;
    }
}

static const char *name_of(step s)
{
    switch (s) {
    case SHUTDOWN: return "SSL_shutdown";
    case READ_SMALL:
    case READ_ALL: return "SSL_read";
    case PEEK: return "SSL_peek";
    case WRITE:
    case WRITE_NOTHING: return "SSL_write";
    case QUIET_ON:
    case QUIET_OFF: return "SSL_set_quiet_shutdown";
    case UPDATE_KEY: return "SSL_key_update";
    case RENEGOTIATE: return "SSL_renegotiate";
    case HANDSHAKE: return "SSL_do_handshake";
    default: return "SSL_set_shutdown";
    }
}

static int argument_of(step s)
{
    if (s == WRITE || s == WRITE_NOTHING) {
        return s == WRITE ? 5 : 0;
    }
    return s == QUIET_ON || s == QUIET_OFF ? s == QUIET_ON : s == SET_7 ? 7 : s - SET_0;
}

static bool has_class(step s)
{
    return s <= WRITE_NOTHING || s == HANDSHAKE;
}

static void show(step s, struct observed *o, const outcome *result)
{
    o->call = name_of(s);
    o->has_argument = (s >= SET_0 && s <= QUIET_OFF) || s == WRITE || s == WRITE_NOTHING;
    o->argument = argument_of(s);
    o->error = errno;
    o->version = recorder.version;
    o->value = result->part[VALUE] == NONE_GIVEN ? 0 : result->part[VALUE];
    o->class = has_class(s) && o->value <= 0 ? lib.SSL_get_error(ours, o->value)
               : has_class(s)                ? SSL_ERROR_NONE
                                             : -1;
    o->want = recorder.want(ours);
    o->after = look();
    judge_saw(o);
}

/* The steps are calls, except that reading all is as many as it takes. */
static void call_watched(step s, outcome *o)
{
    struct observed seen = {0};
    int32_t sum = 0;
    if (s == FREE) {
        call(s, o);
        return;
    }
    do {
        outcome one = no_outcome;
        char buffer[LARGE];
        seen.before = look();
        forget_queue(s, &seen.before);
        errno = 0;
        if (s == READ_ALL) {
            gave(&one, lib.SSL_read(ours, buffer, sizeof buffer));
        } else {
            call(s, &one);
        }
        show(s, &seen, &one);
        sum += one.part[VALUE] > 0 ? one.part[VALUE] : 0;
        *o = one;
    } while (s == READ_ALL && o->part[VALUE] > 0);
    if (s == READ_ALL) {
        o->part[VALUE] = sum > 0 ? sum : o->part[VALUE];
        give_state(o);
    }
}

const subject subject_watched = {
    .name = "libssl, watched",
    .load = load_watched,
    .version = version,
    .release = release,
    .open = open_connection,
    .has = has,
    .call = call_watched,
    .flags = flags,
    .life = state,
    .errors_left = errors_left,
    .clear_errors = clear_errors,
    .leave_error = library_raise,
    .habits = &(const tls_habits){.most_warnings = 5, .heeds_flag = 1},
};
