/*
 * Port for OpenSSL 3: TLS 1.2 and TLS 1.3. OpenSSL 4 is refused, when compiled
 * and when opened: neither the kit nor the tests have been run on it.
 *
 * The application makes and configures the SSL, sets its role
 * (SSL_set_connect_state, SSL_set_accept_state), keeps it, and frees it after
 * ew_conn_close or ew_conn_release. While attached, handshake, data and close
 * go through the connection alone.
 *
 * Attaching sets on the SSL: the BIOs, quiet shutdown off (one that was on is
 * the connection's from then on: ew_conn_set_quiet_shutdown),
 * SSL_MODE_ENABLE_PARTIAL_WRITE, SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER,
 * SSL_MODE_AUTO_RETRY, SSL_OP_NO_RENEGOTIATION, SSL_OP_IGNORE_UNEXPECTED_EOF
 * off, read-ahead off, and TLS 1.2 as the oldest version. They have to stay so:
 * a BIO, mode or option of these that is found changed ends the connection
 * (ew_conn_detail). Records have up to 16384 bytes, less if that was agreed on
 * with the peer, and are made one at a time: record sizes, splitting and
 * pipelines that the application sets are overridden. Callbacks are the
 * application's own, the message callback too.
 *
 * The descriptor is the connection's: a BIO that the SSL came with is freed, and
 * does not close it if it owned it (BIO_CLOSE). Nor does one, from detach on,
 * that the application put in the place of the port's.
 *
 * Attaching fails with EINVAL, says why (ew_conn_detail) and has changed
 * nothing: for NULL, DTLS and QUIC, for an SSL whose handshake has begun, that
 * has no role, that allows no version from TLS 1.2 on, and for a BIO that still
 * holds bytes.
 *
 * Adopting takes an SSL whose handshake is done (STARTTLS by SSL_set_fd, say); from
 * then on all of the above holds. It fails for NULL, DTLS, QUIC and versions before
 * TLS 1.2; within a handshake or a message after it; after a close_notify, sent or
 * received; with kTLS in use; with a paused job; and if the SSL or a BIO of its
 * holds anything, be it a part of a record. What the application took from the
 * socket and has not handed to the SSL it alone knows. SSL_CTX_remove_session is
 * for the context that the SSL has now.
 *
 * Suspended is what libssl says by SSL_ERROR_WANT_X509_LOOKUP, _CLIENT_HELLO_CB,
 * _RETRY_VERIFY, _ASYNC and _ASYNC_JOB: by a callback's return, or a job's
 * (SSL_MODE_ASYNC; SSL_get_all_async_fds says what it waits for). A paused job goes
 * on in the same thread, with whichever call comes next; the mode stays set until
 * then, and ew_conn_clear fails. One that is paused when the connection ends is lost,
 * and the SSL is only to be freed.
 *
 * ew_conn_engine_error is the error queue's newest entry (ERR_peek_last_error) when
 * libssl failed. The peer's alert stands only there as well: a callback that empties
 * the queue behind libssl (for removed sessions, say) leaves its number unknown, -1.
 */
#ifndef EW_PORT_OPENSSL_H
#define EW_PORT_OPENSSL_H

#include <openssl/ssl.h>

#include "ew_port.h"

#if defined(OPENSSL_VERSION_NUMBER) && (OPENSSL_VERSION_NUMBER >> 28) != 3
#error "the port is for OpenSSL 3: on other versions neither the kit nor the tests have been run"
#endif

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Caller-owned; the fields are private. It lends the port a record buffer, and
 * that makes it 16 KB: the data of a write that blocked is kept there, so that
 * it can be handed to libssl again without the application.
 *
 * Attaching allocates a BIO and a BIO_METHOD, a few hundred bytes, and detaching frees
 * them. One method for all connections would be a variable of the process, to be made
 * once whatever threads there are, and freed when nobody knows that the last one is
 * gone: that Endwell has none is worth the bytes.
 */
typedef struct ew_openssl {
    SSL *ssl;
    SSL_CTX *session_ctx; /* whose cache the session is in */
    BIO_METHOD *method;
    BIO *bio; /* with a reference of the port's own: its address stays taken */
    ew_transport *transport;
    int open;        /* the handshake is over */
    int pending;     /* data in record, for which SSL_write has to be repeated; 0: none */
    int rest;        /* bytes of the record under way that libssl has still to hand over */
    int flags;       /* of SSL_get_shutdown, when libssl asked for bytes or gave some */
    uint8_t surplus; /* libssl had more than the rest */
    uint8_t blocked; /* in this engine call the BIO asked for another try, or a job was paused */
    uint8_t fresh;   /* of the data that is being written libssl has handed over nothing yet */
    uint8_t told;    /* the record of `pending` is out, which the next write has to say */
    uint8_t job;     /* the action that libssl has a paused job for; 0: none */
    uint8_t job_met; /* what the transport met before the pause, and whether a record came in */
    uint8_t job_fed;
    uint8_t kept;       /* how reading ended while another action was performed; 0: it did not */
    uint8_t notice_len; /* how much of a close_notify the socket did not take; 0: nothing is kept */
    uint8_t notice_out; /* how much of that has left since */
    char notice[EW_ALERT_MAX];
    char byte; /* for SSL_peek, also of a job that goes on later */
    char record[EW_RECORD_MAX];
} ew_openssl;

extern const ew_port ew_openssl_port;

void ew_openssl_init(ew_openssl *e, SSL *ssl);

#ifdef __cplusplus
}
#endif
#endif
