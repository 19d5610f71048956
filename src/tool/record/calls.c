/* The calls of libssl that are watched. */
#include "way.h"

#include <errno.h>

enum { ERROR_NONE = 0 };

static bool moves_data(enum call call)
{
    return call >= CALL_READ && call <= CALL_WRITE_EX;
}

static bool is_handshake(enum call call)
{
    return call >= CALL_DO_HANDSHAKE && call <= CALL_ACCEPT;
}

/* --- what needs no line ----------------------------------------------------------------------- */

static bool changed_nothing(const struct way *w)
{
    return w->before.flags == w->after.flags && w->before.quiet == w->after.quiet &&
           w->before.handshake == HANDSHAKE_DONE && w->after.handshake == HANDSHAKE_DONE &&
           w->before.queue.first == 0;
}

/* Data that comes and goes on a connection that is open both ways is counted. */
static bool is_counted(struct way *w)
{
    struct connection *c = w->c;
    bool reads = w->call <= CALL_PEEK_EX;
    ask(w->lib, w->ssl, &w->after);
    if (!moves_data(w->call) || !c->told || !changed_nothing(w) || w->after.flags != 0) {
        return false;
    }
    if (w->value > 0 && (reads || (!c->unsettled && gave_bytes(w)))) {
        c->reads += reads;
        c->writes += !reads;
        return true;
    }
    if (reads && waits_to_read(w->lib, w->ssl) && !finds_end(w)) {
        c->waits++;
        return true;
    }
    return false;
}

/* Before TLS is established only its end matters: done, or failed. */
static bool is_too_early(const struct way *w)
{
    bool waits = w->value <= 0 && w->class != 1 && w->class != 5;
    if (w->call == CALL_CLEAR && !w->c->told) {
        return true; /* nothing was there to clear */
    }
    return (is_handshake(w->call) || moves_data(w->call)) && !w->c->told && waits &&
           w->after.handshake != HANDSHAKE_DONE;
}

/* --- around a call ---------------------------------------------------------------------------- */

/* Whether it is the program's, and there is something to write it to. */
bool begin(struct way *w, void *ssl, enum call call, const void *caller)
{
    w->lib = quick_library_of(ssl);
    w->c = NULL;
    w->quick = false;
    w->ssl = ssl;
    w->call = call;
    w->has_argument = false;
    w->before.retry = false;
    w->after.renegotiates = false;
    if (ssl == NULL || w->lib == NULL || !is_recording() || is_nested(caller)) {
        return false;
    }
    int saved = errno;
    inside++;
    w->c = find_connection(ssl, true);
    if (w->c != NULL) {
        ask(w->lib, ssl, &w->before);
        ask_before(w->lib, w->c, ssl, &w->before);
    }
    inside--;
    errno = saved;
    in_call = w->c;
    return w->c != NULL;
}

static void note_descriptors(const struct way *w)
{
    if (w->lib->SSL_get_rbio(w->ssl) != NULL) {
        carries(w->lib->SSL_get_rfd(w->ssl), w->c);
    }
    if (w->lib->SSL_get_wbio(w->ssl) != NULL) {
        carries(w->lib->SSL_get_wfd(w->ssl), w->c);
    }
}

/* Whether the reads and writes to come can be passed over quickly. */
static void note_open(const struct way *w)
{
    const struct facts *f = &w->after;
    struct connection *c = w->c;
    c->transport = w->lib->SSL_get_rbio(w->ssl);
    c->quiet = f->quiet;
    c->open = w->lib->SSL_get_wbio(w->ssl) == c->transport && f->flags == 0 &&
              f->handshake == HANDSHAKE_DONE && !f->renegotiates && !c->partly &&
              transport_of(w->lib, w->ssl) == TRANSPORT_SOCKET;
}

void end_told(struct way *w)
{
    int saved = errno;
    if (!is_recording()) {
        return;
    }
    inside++;
    w->error = saved;
    w->has_after = true;
    ask(w->lib, w->ssl, &w->after);
    ask_rest(w->lib, w->c, w->ssl, &w->after);
    w->class =
        has_class(w->call) && w->value <= 0 ? w->lib->SSL_get_error(w->ssl, w->value) : ERROR_NONE;
    w->c->open = false;
    if (!is_too_early(w)) {
        note_descriptors(w);
        tell(w);
        note_open(w);
    }
    inside--;
    errno = saved;
}

void end(struct way *w, int value)
{
    in_call = NULL;
    w->value = value;
    if (w->c->ssl != w->ssl) { /* freed by a callback: there is nothing to ask */
        return;
    }
    if (!is_counted(w)) {
        end_told(w);
    }
    if (w->call == CALL_WRITE || w->call == CALL_WRITE_EX) {
        w->c->unsettled = value <= 0;
    }
    if (has_class(w->call)) {
        w->c->last_call = w->call;
        w->c->last_value = value;
    }
}

#define AROUND(which, name, arguments)                                                             \
    struct way w;                                                                                  \
    bool is_ours = begin(&w, s, which, CALLER);                                                    \
    const struct libssl *lib = w.lib != NULL ? w.lib : or_next(w.lib);                             \
    if (lib->name == NULL) {                                                                       \
        return -1;                                                                                 \
    }                                                                                              \
    int value = lib->name arguments;                                                               \
    if (is_ours) {                                                                                 \
        end(&w, value);                                                                            \
    }                                                                                              \
    return value

int SSL_shutdown(void *s)
{
    AROUND(CALL_SHUTDOWN, SSL_shutdown, (s));
}

int SSL_do_handshake(void *s)
{
    AROUND(CALL_DO_HANDSHAKE, SSL_do_handshake, (s));
}

int SSL_connect(void *s)
{
    AROUND(CALL_CONNECT, SSL_connect, (s));
}

int SSL_accept(void *s)
{
    AROUND(CALL_ACCEPT, SSL_accept, (s));
}

int SSL_renegotiate(void *s)
{
    AROUND(CALL_RENEGOTIATE, SSL_renegotiate, (s));
}

int SSL_key_update(void *s, int type)
{
    AROUND(CALL_KEY_UPDATE, SSL_key_update, (s, type));
}

int SSL_clear(void *s)
{
    AROUND(CALL_CLEAR, SSL_clear, (s));
}

/* --- calls that move nothing ------------------------------------------------------------------ */

static void tell_question(struct libssl *lib, struct connection *c, void *s, int value, int class)
{
    struct way w = {.lib = lib, .c = c, .ssl = s, .call = CALL_GET_ERROR};
    w.has_argument = w.has_after = true;
    w.argument = value;
    w.value = class;
    ask(lib, s, &w.before);
    ask_rest(lib, c, s, &w.before);
    w.after = w.before;
    tell(&w);
}

static void question(struct libssl *lib, struct connection *c, void *s, int value, int class,
                     uintptr_t caller)
{
    bool is_ours = caller < lib->low || caller >= lib->high; /* not BIO_f_ssl's */
    int saved = errno;
    if (is_ours && c->told && is_recording() && !is_nested((const void *)caller)) {
        inside++;
        tell_question(lib, c, s, value, class);
        inside--;
    }
    errno = saved;
}

/* Only the questions that are asked wrongly are written down. */
int SSL_get_error(const void *s, int value)
{
    struct libssl *lib = quick_library_of(s);
    if (lib == NULL) {
        return or_next(lib)->SSL_get_error != NULL ? or_next(lib)->SSL_get_error(s, value) : 1;
    }
    int class = lib->SSL_get_error(s, value);
    struct connection *c = s != NULL ? quick_find(s, false) : NULL;
    if (c != NULL && (c->last_value != value || (c->last_call == CALL_SHUTDOWN && value == 0))) {
        question(lib, c, (void *)(uintptr_t)s, value, class,
                 (uintptr_t)__builtin_return_address(0));
    }
    return class;
}

void SSL_set_shutdown(void *s, int flags)
{
    struct way w;
    bool is_ours = begin(&w, s, CALL_SET_SHUTDOWN, CALLER);
    const struct libssl *lib = or_next(w.lib);
    if (lib->SSL_set_shutdown != NULL) {
        lib->SSL_set_shutdown(s, flags);
    }
    if (is_ours) {
        w.has_argument = true;
        w.argument = flags;
        end(&w, 0);
    }
}

void SSL_set_quiet_shutdown(void *s, int on)
{
    struct way w;
    bool is_ours = begin(&w, s, CALL_SET_QUIET, CALLER);
    const struct libssl *lib = or_next(w.lib);
    if (lib->SSL_set_quiet_shutdown != NULL) {
        lib->SSL_set_quiet_shutdown(s, on);
    }
    if (is_ours) {
        w.has_argument = true;
        w.argument = on;
        end(&w, 0);
    }
}

int SSL_up_ref(void *s)
{
    struct libssl *lib = library_of(s);
    struct connection *c = lib != NULL && is_recording() ? find_connection(s, false) : NULL;
    if (c != NULL) { /* in a callback, too: SSL_free counts down there */
        c->references++;
    }
    return or_next(lib)->SSL_up_ref != NULL ? or_next(lib)->SSL_up_ref(s) : 0;
}

/* Written down before: there is nothing to ask afterwards. */
void SSL_free(void *s)
{
    struct libssl *lib = library_of(s);
    int saved = errno;
    struct connection *outer = is_nested(CALLER) ? in_call : NULL;
    struct connection *c =
        s != NULL && lib != NULL && is_recording() ? find_connection(s, false) : NULL;
    if (c != NULL && --c->references <= 0) {
        struct way w = {.lib = lib, .c = c, .ssl = s, .call = CALL_FREE};
        inside++;
        if (c->told) {
            ask(lib, s, &w.before);
            ask_rest(lib, c, s, &w.before);
            tell(&w);
        }
        forget_connection(c);
        set_library(s, NULL);
        inside--;
    }
    errno = saved;
    const struct libssl *theirs = or_next(lib);
    if (theirs->SSL_free != NULL) {
        in_call = &no_connection;
        theirs->SSL_free(s);
        in_call = outer;
    }
}

/* --- whose object it is ----------------------------------------------------------------------- */

void *SSL_CTX_new(const void *method)
{
    struct libssl *lib = library_at(method);
    void *ctx = or_next(lib)->SSL_CTX_new != NULL ? or_next(lib)->SSL_CTX_new(method) : NULL;
    set_library(ctx, lib);
    return ctx;
}

void *SSL_CTX_new_ex(void *libctx, const char *properties, const void *method)
{
    struct libssl *lib = library_at(method);
    void *ctx = or_next(lib)->SSL_CTX_new_ex != NULL
                    ? or_next(lib)->SSL_CTX_new_ex(libctx, properties, method)
                    : NULL;
    set_library(ctx, lib);
    return ctx;
}

void *SSL_new(void *ctx)
{
    struct libssl *lib = library_of(ctx);
    struct connection *outer = is_nested(CALLER) ? in_call : NULL;
    in_call = &no_connection;
    void *s = or_next(lib)->SSL_new != NULL ? or_next(lib)->SSL_new(ctx) : NULL;
    in_call = outer;
    set_library(s, lib);
    if (s != NULL && lib != NULL && is_recording()) {
        int saved = errno;
        struct connection *old = find_connection(s, false);
        if (old != NULL) {
            forget_connection(old);
        }
        find_connection(s, true);
        errno = saved;
    }
    return s;
}
