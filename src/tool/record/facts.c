/* What libssl says of a connection at one moment. Only that is asked which changes nothing. */
#include "way.h"

#include <errno.h>
#include <poll.h>
#include <sys/ioctl.h>

enum { WANT_WRITING = 2, WANT_READING = 3, SHOULD_RETRY = 8 };
enum { IN_EOF = 0x800, BIO_SOCKET = 5 | 0x500, BIO_BUFFER = 9 | 0x200 }; /* <openssl/bio.h> */

void ask(const struct libssl *lib, void *ssl, struct facts *f)
{
    f->flags = lib->SSL_get_shutdown(ssl);
    f->quiet = lib->SSL_get_quiet_shutdown(ssl);
    f->handshake = lib->SSL_is_init_finished(ssl) ? HANDSHAKE_DONE
                   : lib->SSL_in_before(ssl)      ? HANDSHAKE_NONE
                                                  : HANDSHAKE_RUNNING;
}

/*
 * What a buffering BIO took since it was there, and what the transport below it got of that. A
 * flush that fails leaves the rest in it, and libssl is content.
 */
static void ask_held(const struct libssl *lib, struct connection *c, void *out, struct facts *f)
{
    void *last = out;
    f->held = 0;
    if (out == NULL || lib->BIO_method_type(out) != BIO_BUFFER) {
        return;
    }
    for (void *next; (next = lib->BIO_next(last)) != NULL;) {
        last = next;
    }
    uint64_t given = lib->BIO_number_written(out), received = lib->BIO_number_written(last);
    if (c->buffer != out) {
        c->buffer = out;
        c->given = given;
        c->received = received;
    }
    if (given - c->given > received - c->received) {
        f->held = (given - c->given) - (received - c->received);
    }
}

static void ask_bytes(const struct libssl *lib, struct connection *c, void *ssl, struct facts *f)
{
    void *in = lib->SSL_get_rbio(ssl), *out = lib->SSL_get_wbio(ssl);
    f->in = in != NULL ? lib->BIO_number_read(in) : 0;
    f->out = out != NULL ? lib->BIO_number_written(out) : 0;
    ask_held(lib, c, out, f);
}

static void ask_queue(const struct libssl *lib, struct facts *f)
{
    f->queue.first = lib->ERR_peek_error();
    f->queue.last = f->queue.first != 0 ? lib->ERR_peek_last_error() : 0;
    f->unasked = false;
}

static bool waits_to(const struct libssl *lib, void *ssl, int want)
{
    void *bio = want == WANT_WRITING ? lib->SSL_get_wbio(ssl) : lib->SSL_get_rbio(ssl);
    return lib->SSL_want(ssl) == want && bio != NULL && lib->BIO_test_flags(bio, SHOULD_RETRY) != 0;
}

bool waits_to_read(const struct libssl *lib, void *ssl)
{
    return waits_to(lib, ssl, WANT_READING);
}

bool gave_bytes(const struct way *w)
{
    void *out = w->lib->SSL_get_wbio(w->ssl);
    return out != NULL && w->lib->BIO_number_written(out) != w->before.out;
}

enum transport transport_of(const struct libssl *lib, void *ssl)
{
    void *bio = lib->SSL_get_rbio(ssl);
    if (bio != NULL && lib->BIO_method_type(bio) == BIO_SOCKET) {
        return TRANSPORT_SOCKET;
    }
    return bio != NULL && lib->SSL_get_rfd(ssl) >= 0 ? TRANSPORT_DESCRIPTOR : TRANSPORT_OTHER;
}

/*
 * A BIO of the program's own says that it waits: does the socket below it, too? Who reads from it,
 * and be it with MSG_PEEK, takes its error from the program.
 */
static bool has_ended(const struct libssl *lib, void *ssl)
{
    int saved = errno;
    bool ended = false;
    if (transport_of(lib, ssl) == TRANSPORT_DESCRIPTOR) {
        struct pollfd ready = {.fd = lib->SSL_get_rfd(ssl), .events = POLLRDHUP};
        int unread = 0;
        ended = poll(&ready, 1, 0) == 1 && (ready.revents & (POLLRDHUP | POLLERR)) == POLLRDHUP &&
                ioctl(ready.fd, FIONREAD, &unread) == 0 && unread == 0;
    }
    errno = saved;
    return ended;
}

/* Twice is enough to tell that it stays so; a program that goes round and round fills no disk. */
bool finds_end(const struct way *w)
{
    return w->c->ended < 2 && has_ended(w->lib, w->ssl);
}

bool says_end(const struct libssl *lib, void *ssl)
{
    void *bio = lib->SSL_get_rbio(ssl);
    return bio != NULL && lib->BIO_test_flags(bio, IN_EOF) != 0;
}

void ask_before(const struct libssl *lib, struct connection *c, void *ssl, struct facts *f)
{
    ask_bytes(lib, c, ssl, f);
    ask_queue(lib, f);
    f->renegotiates = lib->SSL_renegotiate_pending(ssl) != 0;
    f->retry = false;
    f->ended = c->ended > 0;
}

/* What no call that is passed over needs. */
void ask_rest(const struct libssl *lib, struct connection *c, void *ssl, struct facts *f)
{
    ask_bytes(lib, c, ssl, f);
    ask_queue(lib, f);
    f->renegotiates = lib->SSL_renegotiate_pending(ssl) != 0;
    f->retry = waits_to_read(lib, ssl) || waits_to(lib, ssl, WANT_WRITING);
    f->ended = waits_to_read(lib, ssl) && has_ended(lib, ssl);
    c->ended = !f->ended ? 0 : c->ended < 2 ? c->ended + 1 : 2;
}
