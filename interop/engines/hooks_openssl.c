/* What an application can do to its SSL behind the connection's back. */
#define _GNU_SOURCE
#include "fuzz/dice.h"
#include "port_openssl.h"
#include "fuzz/subject.h"
#include "fuzz/wire.h"

#include <openssl/bio.h>
#include <openssl/err.h>

extern const tls_engine tls_openssl;

static SSL *ssl_of(void *object)
{
    return ((ew_openssl *)object)->ssl;
}

/* The engine came with BIOs of its own; they own the socket, or not. */
static const char *before(SSL *ssl, int fd)
{
    switch (dice(4)) {
    case 0: SSL_set_fd(ssl, fd); return "SSL_set_fd before open";
    case 1: {
        BIO *bio = BIO_new_socket(fd, BIO_CLOSE);
        SSL_set_bio(ssl, bio, bio);
        return "a BIO that owns the descriptor, before open";
    }
    case 2: SSL_set_read_ahead(ssl, 1); return "SSL_set_read_ahead before open";
    default: SSL_set_max_send_fragment(ssl, 512); return "SSL_set_max_send_fragment before open";
    }
}

static void on_message(int write_p, int version, int type, const void *buf, size_t len, SSL *ssl,
                       void *arg)
{
    (void)write_p, (void)version, (void)type, (void)buf, (void)len, (void)ssl, (void)arg;
}

/* Of such as must change nothing; NULL: another. */
static const char *harmless_ones(SSL *ssl)
{
    switch (dice(5)) {
    case 0:
    case 1: SSL_set_max_send_fragment(ssl, 512 + dice(2000)); return "SSL_set_max_send_fragment";
    case 2: SSL_set_split_send_fragment(ssl, 512); return "SSL_set_split_send_fragment";
    case 3: SSL_set_mode(ssl, SSL_MODE_RELEASE_BUFFERS); return "SSL_MODE_RELEASE_BUFFERS";
    default:
        ERR_raise_data(ERR_LIB_USER, ERR_R_INTERNAL_ERROR, "someone else's");
        return "an error of someone else's";
    }
}

static const char *while_attached(SSL *ssl)
{
    switch (dice(11)) {
    case 10: SSL_set_fd(ssl, wire.ours); return "SSL_set_fd";
    case 0: SSL_clear_mode(ssl, SSL_MODE_ENABLE_PARTIAL_WRITE); return "partial writes off";
    case 1:
        SSL_clear_mode(ssl, SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
        return "moving write buffers off";
    case 2: SSL_clear_mode(ssl, SSL_MODE_AUTO_RETRY); return "auto retry off";
    case 3: SSL_set_quiet_shutdown(ssl, 1); return "SSL_set_quiet_shutdown";
    case 4: SSL_set_read_ahead(ssl, 1); return "SSL_set_read_ahead";
    case 5: SSL_set_shutdown(ssl, (int)dice(4)); return "SSL_set_shutdown";
    case 6: SSL_set_msg_callback(ssl, on_message); return "SSL_set_msg_callback";
    case 7: SSL_set_options(ssl, SSL_OP_IGNORE_UNEXPECTED_EOF); return "unexpected ends ignored";
    case 8: SSL_clear_options(ssl, SSL_OP_NO_RENEGOTIATION); return "renegotiation allowed";
    default:
        if (SSL_is_init_finished(ssl) && SSL_version(ssl) == TLS1_3_VERSION)
            SSL_key_update(ssl,
                           chance(50) ? SSL_KEY_UPDATE_REQUESTED : SSL_KEY_UPDATE_NOT_REQUESTED);
        return "SSL_key_update";
    }
}

static const char *sets(void *object, int fd, int *harmless)
{
    SSL *ssl = ssl_of(object);
    *harmless = fd < 0 && chance(50);
    return fd >= 0 ? before(ssl, fd) : *harmless ? harmless_ones(ssl) : while_attached(ssl);
}

const fuzz_engine fuzz_openssl = {
    .kit = &tls_openssl,
    .sets = sets,
};
