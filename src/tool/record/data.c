/*
 * The calls that move data. Most of them move it on a connection that is open both ways and change
 * nothing; these are only counted, and have to cost little.
 */
#include "way.h"

static bool is_read(enum call call)
{
    return call <= CALL_PEEK_EX;
}

/*
 * Where the connection was open both ways when it was told of last, what only watched calls change is
 * as it was then. To look at the queue costs most: before a write it is left out.
 */
static inline bool begin_quickly(struct way *w, void *ssl, enum call call)
{
    struct libssl *lib = only_library;
    struct connection *c = last_found;
    if (lib == NULL || c == NULL || c->ssl != ssl || !c->open || in_call != NULL || inside > 0) {
        return false;
    }
    if (!is_read(call) && c->unsettled) {
        return false; /* what is wrong with its repetition stands in the queue */
    }
    void *bio = is_read(call) ? lib->SSL_get_rbio(ssl) : lib->SSL_get_wbio(ssl);
    if (bio != c->transport || (is_read(call) && lib->ERR_peek_error() != 0)) {
        return false;
    }
    w->before.in = is_read(call) ? lib->BIO_number_read(bio) : 0;
    w->before.out = is_read(call) ? 0 : lib->BIO_number_written(bio);
    w->lib = lib;
    w->c = c;
    w->ssl = ssl;
    w->call = call;
    in_call = c;
    return true;
}

/* It did change something: what it was before, and the line. */
__attribute__((noinline)) static void tell_quick(struct way *w, int argument)
{
    struct facts *f = &w->before;
    f->flags = 0;
    f->quiet = w->c->quiet;
    f->handshake = HANDSHAKE_DONE;
    f->renegotiates = f->retry = f->ended = false;
    f->unasked = !is_read(w->call);
    f->queue = (struct error_queue){0, 0};
    f->held = 0;
    w->has_argument = f->unasked;
    w->argument = argument;
    w->quick = true;
    end_told(w);
}

static inline void end_quickly(struct way *w, int value, int argument)
{
    const struct libssl *lib = w->lib;
    struct connection *c = w->c;
    bool reads = is_read(w->call);
    bool is_open = lib->SSL_get_shutdown(w->ssl) == 0 && lib->SSL_is_init_finished(w->ssl);
    in_call = NULL;
    w->value = value;
    if (is_open && value > 0 && reads) {
        c->reads++;
    } else if (is_open && value > 0) {
        c->writes++;
    } else if (is_open && reads && value <= 0 && waits_to_read(lib, w->ssl)) {
        c->waits++;
    } else {
        tell_quick(w, argument);
    }
    if (!reads) {
        c->unsettled = value <= 0;
    }
    c->last_call = w->call;
    c->last_value = value;
}

/* length: what a write was given. */
#define MOVES(which, name, arguments, length)                                                      \
    struct way w;                                                                                  \
    if (begin_quickly(&w, s, which)) {                                                             \
        int result = w.lib->name arguments;                                                        \
        end_quickly(&w, result, (int)(length));                                                    \
        return result;                                                                             \
    }                                                                                              \
    bool is_ours = begin(&w, s, which, CALLER);                                                    \
    const struct libssl *lib = or_next(w.lib);                                                     \
    if (lib->name == NULL) {                                                                       \
        return -1;                                                                                 \
    }                                                                                              \
    w.has_argument = !is_read(which);                                                              \
    w.argument = (int)(length);                                                                    \
    int value = lib->name arguments;                                                               \
    if (is_ours) {                                                                                 \
        end(&w, value);                                                                            \
    }                                                                                              \
    return value

int SSL_read(void *s, void *buffer, int length)
{
    MOVES(CALL_READ, SSL_read, (s, buffer, length), length);
}

int SSL_read_ex(void *s, void *buffer, size_t length, size_t *got)
{
    MOVES(CALL_READ_EX, SSL_read_ex, (s, buffer, length, got), length);
}

int SSL_peek(void *s, void *buffer, int length)
{
    MOVES(CALL_PEEK, SSL_peek, (s, buffer, length), length);
}

int SSL_peek_ex(void *s, void *buffer, size_t length, size_t *got)
{
    MOVES(CALL_PEEK_EX, SSL_peek_ex, (s, buffer, length, got), length);
}

int SSL_write(void *s, const void *buffer, int length)
{
    MOVES(CALL_WRITE, SSL_write, (s, buffer, length), length);
}

int SSL_write_ex(void *s, const void *buffer, size_t length, size_t *written)
{
    MOVES(CALL_WRITE_EX, SSL_write_ex, (s, buffer, length, written), length);
}
