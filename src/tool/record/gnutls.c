/*
 * The calls of GnuTLS that are watched. What libssl says of a connection by its flags GnuTLS does not
 * have: a line has the value, which says what was met, and in which direction it waits.
 */
#include "record.h"

#include <dlfcn.h>
#include <errno.h>
#include <link.h>
#include <string.h>

enum { AGAIN = -28, INTERRUPTED = -52 }; /* <gnutls/gnutls.h> */

#define GNUTLS(X)                                                                                  \
    X(gnutls_init, int, (void **, unsigned))                                                       \
    X(gnutls_deinit, void, (void *))                                                               \
    X(gnutls_handshake, int, (void *))                                                             \
    X(gnutls_rehandshake, int, (void *))                                                           \
    X(gnutls_session_key_update, int, (void *, unsigned))                                          \
    X(gnutls_record_recv, ssize_t, (void *, void *, size_t))                                       \
    X(gnutls_record_send, ssize_t, (void *, const void *, size_t))                                 \
    X(gnutls_record_uncork, int, (void *, unsigned))                                               \
    X(gnutls_bye, int, (void *, int))                                                              \
    X(gnutls_alert_send, int, (void *, int, int))                                                  \
    X(gnutls_alert_send_appropriate, int, (void *, int))
#define ASKED_OF_IT(X)                                                                             \
    X(gnutls_check_version, const char *, (const char *))                                          \
    X(gnutls_record_get_direction, int, (void *))                                                  \
    X(gnutls_transport_get_int2, void, (void *, int *, int *))                                     \
    X(gnutls_protocol_get_version, int, (void *))

#define MEMBER(name, result, arguments) result(*name) arguments;
static struct {
    GNUTLS(MEMBER)
    ASKED_OF_IT(MEMBER)
} real;
static bool is_loaded;

#define FIND(name, result, arguments)                                                              \
    found = handle != NULL ? symbol_in(handle, #name) : real_symbol(#name);                        \
    memcpy(&real.name, &found, sizeof found);

bool is_gnutls(const char *path)
{
    const char *slash = path != NULL ? strrchr(path, '/') : NULL;
    return slash != NULL && strncmp(slash, "/libgnutls.so", 13) == 0;
}

static int note_path(struct dl_phdr_info *info, size_t size, void *data)
{
    (void)size;
    if (!is_gnutls(info->dlpi_name)) {
        return 0;
    }
    *(const char **)data = info->dlpi_name;
    return 1;
}

/* Behind us, or wherever it was loaded: it stays so from here on. */
static bool load(void)
{
    const char *path = NULL;
    void *handle = NULL, *found;
    if (is_loaded) {
        return true;
    }
    if (dl_iterate_phdr(note_path, &path) != 0) {
        handle = dlopen(path, RTLD_NOLOAD | RTLD_LAZY);
    }
    GNUTLS(FIND)
    ASKED_OF_IT(FIND)
    is_loaded = real.gnutls_bye != NULL && real.gnutls_check_version != NULL;
    return is_loaded;
}

/* --- the line --------------------------------------------------------------------------------- */

struct passing {
    struct connection *c;
    const char *call;
    void *session;
    long value;
    int argument;
    bool has_argument;
};

static void note_descriptors(const struct passing *p)
{
    int in = -1, out = -1;
    real.gnutls_transport_get_int2(p->session, &in, &out);
    carries(in, p->c);
    carries(out, p->c);
}

/* As SSL_version says it. */
static int version_of(void *session)
{
    int version = real.gnutls_protocol_get_version(session);
    return version >= 1 && version <= 5 ? 0x300 + version - 1 : 0;
}

static void tell_passing(const struct passing *p, bool has_after)
{
    struct line l;
    start_line(&l, "call");
    add_name(&l, &p->c->who);
    add(&l, ",\"lib\":\"gnutls %s\",\"call\":\"%s\"", real.gnutls_check_version(NULL), p->call);
    if (p->c->shared) {
        add(&l, ",\"shared\":true");
    }
    if (p->has_argument) {
        add(&l, ",\"argument\":%d", p->argument);
    }
    if (p->c->reads + p->c->writes + p->c->waits > 0) {
        add(&l, ",\"skipped\":{\"read\":%u,\"write\":%u,\"wait\":%u}", p->c->reads, p->c->writes,
            p->c->waits);
    }
    if (has_after) {
        add(&l, ",\"value\":%ld,\"want\":\"%s\",\"version\":%d", p->value,
            real.gnutls_record_get_direction(p->session) == 0 ? "reading" : "writing",
            version_of(p->session));
    } else {
        int in = -1, out = -1;
        real.gnutls_transport_get_int2(p->session, &in, &out);
        add_state(&l, p->c, out);
    }
    add_backtrace(&l);
    end_line(&l);
    p->c->told = true;
    p->c->reads = p->c->writes = p->c->waits = 0;
}

static bool is_blocked(long value)
{
    return value == AGAIN || value == INTERRUPTED;
}

/* Data that comes and goes is counted; of a handshake only its end matters. */
static bool is_counted(struct passing *p)
{
    bool reads = strcmp(p->call, "gnutls_record_recv") == 0;
    bool writes = strcmp(p->call, "gnutls_record_send") == 0;
    if (!p->c->told) {
        return is_blocked(p->value) && strcmp(p->call, "gnutls_handshake") == 0;
    }
    bool waits = reads && is_blocked(p->value);
    bool moved = p->value > 0 && (reads || (writes && !p->c->unsettled));
    p->c->reads += reads && moved;
    p->c->writes += writes && moved;
    p->c->waits += waits;
    return waits || moved;
}

static struct connection *begin(void *session, const void *caller)
{
    bool is_ours = session != NULL && load() && is_recording() && !is_nested(caller);
    struct connection *c = is_ours ? find_connection(session, true) : NULL;
    in_call = c != NULL ? c : in_call;
    return c;
}

static void end(struct passing *p)
{
    int saved = errno;
    if (p->c == NULL) {
        return;
    }
    in_call = NULL;
    inside++;
    if (!is_counted(p)) {
        note_descriptors(p);
        tell_passing(p, true);
    }
    if (strcmp(p->call, "gnutls_record_send") == 0) {
        p->c->unsettled = p->value < 0;
    }
    inside--;
    errno = saved;
}

/* --- the calls -------------------------------------------------------------------------------- */

#define GOES_BY(name, result, arguments, has, number)                                              \
    struct passing p = {begin(session, CALLER), #name, session, 0, number, has};                   \
    if (!load()) {                                                                                 \
        return -1;                                                                                 \
    }                                                                                              \
    result value = real.name arguments;                                                            \
    p.value = (long)value;                                                                         \
    end(&p);                                                                                       \
    return value

int gnutls_handshake(void *session)
{
    GOES_BY(gnutls_handshake, int, (session), false, 0);
}

int gnutls_rehandshake(void *session)
{
    GOES_BY(gnutls_rehandshake, int, (session), false, 0);
}

int gnutls_session_key_update(void *session, unsigned flags)
{
    GOES_BY(gnutls_session_key_update, int, (session, flags), false, 0);
}

ssize_t gnutls_record_recv(void *session, void *data, size_t size)
{
    GOES_BY(gnutls_record_recv, ssize_t, (session, data, size), false, 0);
}

ssize_t gnutls_record_send(void *session, const void *data, size_t size)
{
    GOES_BY(gnutls_record_send, ssize_t, (session, data, size), true, (int)size);
}

int gnutls_record_uncork(void *session, unsigned flags)
{
    GOES_BY(gnutls_record_uncork, int, (session, flags), false, 0);
}

int gnutls_bye(void *session, int how)
{
    GOES_BY(gnutls_bye, int, (session, how), true, how);
}

int gnutls_alert_send(void *session, int level, int alert)
{
    GOES_BY(gnutls_alert_send, int, (session, level, alert), true, level << 8 | alert);
}

int gnutls_alert_send_appropriate(void *session, int error)
{
    GOES_BY(gnutls_alert_send_appropriate, int, (session, error), true, error);
}

int gnutls_init(void **session, unsigned flags)
{
    int value = load() ? real.gnutls_init(session, flags) : -1;
    if (value == 0 && is_recording()) {
        struct connection *old = find_connection(*session, false);
        if (old != NULL) {
            forget_connection(old);
        }
    }
    return value;
}

/* Written down before: there is nothing to ask afterwards. */
void gnutls_deinit(void *session)
{
    int saved = errno;
    struct connection *outer = is_nested(CALLER) ? in_call : NULL;
    struct connection *c =
        session != NULL && load() && is_recording() ? find_connection(session, false) : NULL;
    if (c != NULL) {
        struct passing p = {c, "gnutls_deinit", session, 0, 0, false};
        inside++;
        if (c->told) {
            tell_passing(&p, false);
        }
        forget_connection(c);
        inside--;
    }
    errno = saved;
    if (load()) {
        in_call = &no_connection;
        real.gnutls_deinit(session);
        in_call = outer;
    }
}

/* --- dlsym ------------------------------------------------------------------------------------ */

void *watched_of_gnutls(const char *wanted)
{
    void *found;
    GNUTLS(NAMED)
    return NULL;
}
