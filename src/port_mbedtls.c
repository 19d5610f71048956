/*
 * Port for mbedTLS 2.28, and 3.x from 3.3 on.
 *
 *   mbedtls_ssl_read of nothing             outcome of receive
 *   0, and bytes are available              data (they stay; take reads them)
 *   0, and the transport ended              eof
 *   0 otherwise (empty records)             other
 *   -0x7880 PEER_CLOSE_NOTIFY               close_notify
 *   -0x7780 FATAL_ALERT_MESSAGE             fatal_alert
 *   WANT_READ                               want_read if the socket had nothing, other
 *                                           if a record was taken in and meant nothing
 *   WANT_WRITE                              other: an answer to the peer's request for a
 *                                           new handshake is in the way, and not needed
 *   WANT_READ, and a ticket waits           other; want_write if output is in its way
 *                                           (3.x, TLS 1.3)
 *   NET_RECV_FAILED, NET_SEND_FAILED        io_error
 *   ASYNC_IN_PROGRESS, CRYPTO_IN_PROGRESS   suspended
 *   anything else                           tls_error
 *
 * mbedtls_ssl_write, mbedtls_ssl_close_notify: done; want_write, io_error, suspended;
 * all else is tls_error. mbedtls_ssl_handshake: done for 0, else as above.
 *
 * Traps, and what is done about them:
 *  - With output pending mbedtls_ssl_close_notify flushes that, returns 0 and
 *    makes no alert: the output is flushed before it is called.
 *  - Called again it makes another alert: called once; the rest is flushing,
 *    and the transport knows when the alert is out.
 *  - With output pending mbedtls_ssl_write flushes that, whatever it is, and
 *    claims to have written the new data; and if reading has flushed a blocked
 *    record meanwhile, repeating the write sends the data twice: the port keeps
 *    account of the record itself.
 *  - Application data can be written after the close_notify, and a HelloRequest
 *    is answered after it, from inside mbedtls_ssl_read: the core refuses the
 *    first, the transport's gate swallows the second.
 *  - Warnings and HelloRequests are skipped in a loop of mbedTLS's own, which a
 *    flood keeps busy: the transport hands out one record per call.
 *  - Two empty records look like the end of the socket: they never meet in one
 *    call, and the transport knows the end.
 *  - The session cache has no call to remove a session: see drop_session.
 * And of 3.x, with TLS 1.3:
 *  - A ticket that the application wants to hear of ends mbedtls_ssl_read with
 *    WANT_READ, taken in but not worked on: the next call, a write too, goes on
 *    with a handshake and fails with RECEIVED_NEW_SESSION_TICKET. It is worked
 *    on where it was received; while output is blocked mbedTLS cannot, and then
 *    receiving wants to write.
 *  - An error alert of level warning is skipped, although every one is fatal: the
 *    record that was skipped is looked at.
 *  - The session's identifier is the client's choice, and no session of the
 *    server's cache: storing one there that is unfit would remove another's.
 *  - A server that takes early data has mbedtls_ssl_handshake return in its
 *    midst, and the data read by a call of its own: refused when attaching.
 *  - KeyUpdate is not known: it is a tls_error, as mbedTLS has it.
 */
#include "port_mbedtls.h"

#include <string.h>

#include "mbedtls_action.h"
#include "mbedtls_call.h"
#include "mbedtls_setup.h"

/* Attaching ---------------------------------------------------------------- */

void ew_mbedtls_init(ew_mbedtls *e, mbedtls_ssl_context *ssl)
{
    memset(e, 0, sizeof *e);
    e->ssl = ssl;
}

/* 0: the transport is the context's from now on; -1: refused, for this reason or another. */
static int joined(ew_mbedtls *e, ew_transport *t, const char *why)
{
    if (e->transport != NULL) {
        return ew_transport_refuse(t, EW_WORDS("the object is attached to another connection"));
    }
    if (why != NULL) {
        return ew_transport_refuse(t, why);
    }
    e->pending = 0;
    e->open = 0;
    e->transport = t;
    set_bio(e->ssl, t);
    return 0;
}

static int attach_to(ew_mbedtls *e, ew_transport *t)
{
    return joined(e, t, ew_mbedtls_not_ready(e->ssl));
}

#if EW_MBEDTLS_SHOWS_ALL
static int adopt_for(ew_mbedtls *e, ew_transport *t)
{
    int result = joined(e, t, ew_mbedtls_not_open(e->ssl));

    if (result == 0) {
        e->open = 1;
    }
    return result;
}
#endif

/*
 * A server's cache can only be added to. So the session is stored again under
 * its identifier as one that no handshake can match: without a cipher suite,
 * and without its secret.
 */
#if defined(MBEDTLS_SSL_SRV_C)
static void drop_session(const mbedtls_ssl_context *ssl)
{
    const mbedtls_ssl_config *conf = ssl->MBEDTLS_PRIVATE(conf);
    const mbedtls_ssl_session *session = ssl->MBEDTLS_PRIVATE(session);
    mbedtls_ssl_session unfit;

    if (conf->MBEDTLS_PRIVATE(endpoint) != MBEDTLS_SSL_IS_SERVER ||
        conf->MBEDTLS_PRIVATE(f_set_cache) == NULL || session == NULL ||
        session->MBEDTLS_PRIVATE(id_len) == 0 || ew_mbedtls_is_tls13(ssl)) {
        return;
    }
    mbedtls_ssl_session_init(&unfit);
    unfit.MBEDTLS_PRIVATE(id_len) = session->MBEDTLS_PRIVATE(id_len);
    memcpy(unfit.MBEDTLS_PRIVATE(id), session->MBEDTLS_PRIVATE(id), unfit.MBEDTLS_PRIVATE(id_len));
    ew_mbedtls_store(conf, &unfit);
    mbedtls_ssl_session_free(&unfit);
}
#else
static void drop_session(const mbedtls_ssl_context *ssl)
{
    (void)ssl; /* a client has no cache */
}
#endif

static void detach_from(ew_mbedtls *e, int session_kept)
{
    if (!session_kept) {
        drop_session(e->ssl);
    }
    mbedtls_ssl_set_bio(e->ssl, NULL, NULL, NULL, NULL);
    e->transport = NULL;
}

static int clear_for_another(ew_mbedtls *e, int session_kept)
{
    if (!session_kept) {
        drop_session(e->ssl);
    }
    e->pending = 0;
    e->open = 0;
    return mbedtls_ssl_session_reset(e->ssl) == 0 ? 0 : -1;
}

/* The port: one line each, with what the connection has as void *. -------- */

static int attach(void *engine, ew_transport *t)
{
    return attach_to(engine, t);
}

#if EW_MBEDTLS_SHOWS_ALL
static int adopt(void *engine, ew_transport *t)
{
    return adopt_for(engine, t);
}
#endif

static void detach(void *engine, int session_kept)
{
    detach_from(engine, session_kept);
}

static int clear(void *engine, int session_kept)
{
    return clear_for_another(engine, session_kept);
}

static uint8_t handshake(void *engine)
{
    return handshake_action(engine);
}

static uint8_t flush(void *engine)
{
    return flush_action(engine);
}

static uint8_t send_close_notify(void *engine)
{
    return close_action(engine);
}

static uint8_t receive(void *engine)
{
    return receive_action(engine);
}

static int take(void *engine, void *buf, int len)
{
    return take_data(engine, buf, len);
}

static uint8_t write_record(void *engine, const void *buf, int len, int *written)
{
    return write_action(engine, buf, len, written);
}

static int peek(void *engine, void *buf, int len)
{
    return peek_data(engine, buf, len);
}

static int pending(const void *engine)
{
    return count_data(engine);
}

const ew_port ew_mbedtls_port = {
    .name = "mbedTLS",
    .attach = attach,
    .detach = detach,
    .clear = clear,
    .handshake = handshake,
    .flush = flush,
    .send_close_notify = send_close_notify,
    .receive = receive,
    .take = take,
    .write = write_record,
#if EW_MBEDTLS_SHOWS_ALL
    .adopt = adopt,
#endif
    .peek = peek,
    .pending = pending,
};
