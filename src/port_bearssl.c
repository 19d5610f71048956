/*
 * Port for BearSSL 0.6.
 *
 *   a record that came in                   outcome of receive
 *   application data, not empty             data (it stays in the engine; take reads it)
 *   application data, empty                 other
 *   alert: warning, close_notify            close_notify
 *   alert: any other warning                other
 *   alert: fatal, of any description        fatal_alert
 *   handshake (a request for another one)   other: the request gets no answer
 *   one that cannot be opened, any other    tls_error
 *   none, or a part of one                  eof, io_error or want_read, as the transport saw it
 *
 * write, flush, send_close_notify: done once the socket has all of it;
 * want_write, io_error; all else is tls_error. handshake: done once the engine
 * takes application data and nothing is left to be sent.
 *
 * Traps, and what is done about them:
 *  - br_ssl_engine_close makes the engine drop all data that comes in from then
 *    on, br_sslio_close waits for the peer besides: neither is called. The alert
 *    is made as a record of the engine's, of type alert, and the engine stays
 *    open, so that the peer's data can be read after our close (K-10, K-15).
 *  - A close_notify from the peer makes the engine answer it at once, drop data
 *    that was accepted for sending, and take no more: the engine does not see
 *    it. The port opens alerts itself, with the engine's keys.
 *  - A warning that is not close_notify is skipped, but no_renegotiation is an
 *    error to the engine: as above.
 *  - A request for another handshake makes the engine answer with a warning, and
 *    refuse data until that is out, also after our close_notify: the engine does
 *    not see it either.
 *  - With one buffer for both directions nothing can be sent while data is
 *    unread: refused by attach.
 *  - The engine sends no alert about a bad record: its peer hears none.
 *  - Its own session cache alone has a call to remove a session: refused with
 *    any other.
 *  - An alert that the port opens leaves the engine without an error: the code is
 *    the one that the engine has for it.
 *  - The fields of the engine that the port uses (`in`, `ibuf`, `ibuf_len`,
 *    `obuf`, `version_in`, `version_min`, `record_type_in`, `record_type_out`,
 *    `session`; and to adopt one `application_data`, `alert`, `ixa`, `ixb`, `ixc`,
 *    `oxa`, `oxc`) are in BearSSL's headers, not in its documented interface.
 */
#include "port_bearssl.h"

#include <string.h>

#include "bearssl_setup.h"
#include "port_common.h"

enum { TYPE_ALERT = 21, TYPE_HANDSHAKE = 22, TYPE_DATA = 23 };
enum { LEVEL_WARNING = 1, CLOSE_NOTIFY = 0, ALERT_LEN = 2 };

/* Sending ------------------------------------------------------------------ */

/* Hands over what the engine has made. */
static uint8_t drained(ew_bearssl *e)
{
    size_t len;
    const unsigned char *bytes = br_ssl_engine_sendrec_buf(e->engine, &len);

    while (bytes != NULL) {
        int n = ew_transport_send(e->transport, bytes, len);

        if (n <= 0) {
            return ew_transport_outcome(e->transport, 1);
        }
        br_ssl_engine_sendrec_ack(e->engine, (size_t)n);
        bytes = br_ssl_engine_sendrec_buf(e->engine, &len);
    }
    return EW_EVENT_DONE;
}

/*
 * Another buffer than the one that was attached: a record that was not all out is lost with the old
 * one. And what resets the context, as other buffers do too, has it go on in the clear.
 */
static uint8_t was_reset(ew_bearssl *e)
{
    return ew_transport_changed(e->transport,
                                EW_WORDS("the context was reset, or its buffers replaced"));
}

/* Begins an engine call once the handshake is over. done: it can be made. */
static uint8_t begin(ew_bearssl *e)
{
    ew_transport_begin(e->transport);
    return (const void *)e->engine->out.vtable == e->keys ? EW_EVENT_DONE : was_reset(e);
}

/* The same for a call that sends: what the engine has made leaves first. */
static uint8_t begin_sending(ew_bearssl *e)
{
    uint8_t result = begin(e);

    return result == EW_EVENT_DONE ? drained(e) : result;
}

/*
 * Makes one record of it, or of its first part. How much went in; 0: the engine takes nothing. A
 * record of any other type than data, once it is out, would wake the engine's handshake.
 */
static int make_record(ew_bearssl *e, uint8_t type, const void *buf, int len)
{
    size_t room;
    unsigned char *to = br_ssl_engine_sendapp_buf(e->engine, &room);

    if (to == NULL) {
        return 0;
    }
    len = ew_port_fitting(len, room);
    e->engine->record_type_out = type;
    memcpy(to, buf, (size_t)len);
    br_ssl_engine_sendapp_ack(e->engine, (size_t)len);
    br_ssl_engine_flush(e->engine, 0);
    e->engine->record_type_out = TYPE_DATA;
    return len;
}

/* With nothing to be sent a context that is open takes data. */
static uint8_t takes_nothing(ew_bearssl *e)
{
    return ew_transport_changed(e->transport,
                                EW_WORDS("the engine failed, or its buffers were replaced"));
}

/* Receiving ---------------------------------------------------------------- */

static int failed(const ew_bearssl *e)
{
    return br_ssl_engine_current_state(e->engine) == BR_SSL_CLOSED;
}

/* What the engine failed by, in its own words. */
static uint8_t tls_error(ew_bearssl *e)
{
    e->transport->engine_error = br_ssl_engine_last_error(e->engine);
    return EW_EVENT_TLS_ERROR;
}

/* The number is the engine's to tell, or the port's that opened the alert. */
static uint8_t fatal_alert(ew_bearssl *e, int number)
{
    e->transport->alert = (int16_t)number;
    e->transport->engine_error = BR_ERR_RECV_FATAL_ALERT + number;
    return EW_EVENT_FATAL_ALERT;
}

/* Gives the engine bytes of a record; a count, or one of EW_TRANSPORT_*. */
static int feed(ew_bearssl *e)
{
    size_t len;
    unsigned char *to = br_ssl_engine_recvrec_buf(e->engine, &len);
    int n;

    if (to == NULL) {
        return EW_TRANSPORT_FAILED;
    }
    n = ew_transport_recv(e->transport, to, len);
    if (n > 0) {
        br_ssl_engine_recvrec_ack(e->engine, (size_t)n);
    }
    return n;
}

/* Whether the port opens the record itself. */
static int is_ours(const ew_bearssl *e)
{
    return e->head[0] == TYPE_ALERT || e->head[0] == TYPE_HANDSHAKE;
}

/* A record that the port opens is gathered where the engine would: between records that is free. */
static unsigned char *body(const ew_bearssl *e)
{
    return e->ibuf + EW_HEADER_LEN;
}

/* The header is there, and nothing else. */
static int starts_body(const ew_bearssl *e)
{
    return e->have == EW_HEADER_LEN && e->got == 0;
}

static int fits_body(const ew_bearssl *e)
{
    const br_ssl_engine_context *engine = e->engine;

    return (e->head[1] << 8 | e->head[2]) == engine->version_in &&
           e->len + EW_HEADER_LEN <= engine->ibuf_len &&
           engine->in.vtable->check_length(&engine->in.vtable, e->len);
}

/* The header is read by the port; that of a record of the engine's is then given to it. */
static int take_header(ew_bearssl *e)
{
    int n = ew_transport_recv(e->transport, e->head + e->have, (size_t)EW_HEADER_LEN - e->have);
    size_t len;
    unsigned char *to;

    if (n <= 0) {
        return n;
    }
    e->have = (uint8_t)(e->have + n);
    e->got = 0;
    e->len = (size_t)e->head[3] << 8 | e->head[4];
    if (e->have == EW_HEADER_LEN && !is_ours(e)) {
        to = br_ssl_engine_recvrec_buf(e->engine, &len);
        if (to == NULL || len < EW_HEADER_LEN) {
            return EW_TRANSPORT_FAILED;
        }
        memcpy(to, e->head, EW_HEADER_LEN);
        br_ssl_engine_recvrec_ack(e->engine, EW_HEADER_LEN);
    }
    return n;
}

static int take_body(ew_bearssl *e)
{
    int n =
        is_ours(e) ? ew_transport_recv(e->transport, body(e) + e->got, e->len - e->got) : feed(e);

    e->got += n > 0 ? (size_t)n : 0;
    return n;
}

static int is_whole(const ew_bearssl *e)
{
    return e->have == EW_HEADER_LEN && e->got == e->len;
}

/* Opens a record that the engine does not see, and that is whole. */
static uint8_t opened(ew_bearssl *e)
{
    br_ssl_engine_context *engine = e->engine;
    size_t len = e->got;
    const unsigned char *text = engine->in.vtable->decrypt(&engine->in.vtable, e->head[0],
                                                           engine->version_in, body(e), &len);

    if (text == NULL || (e->head[0] == TYPE_ALERT && len != ALERT_LEN)) {
        return EW_EVENT_TLS_ERROR;
    }
    if (e->head[0] == TYPE_HANDSHAKE) {
        return EW_EVENT_OTHER;
    }
    if (text[0] != LEVEL_WARNING) {
        return fatal_alert(e, text[1]);
    }
    return text[1] == CLOSE_NOTIFY ? EW_EVENT_CLOSE_NOTIFY : EW_EVENT_OTHER;
}

static int holds_data(const ew_bearssl *e)
{
    size_t len;

    return br_ssl_engine_recvapp_buf(e->engine, &len) != NULL;
}

/* Attaching ---------------------------------------------------------------- */

void ew_bearssl_init_client(ew_bearssl *e, br_ssl_client_context *client)
{
    memset(e, 0, sizeof *e);
    e->client = client;
    e->engine = client == NULL ? NULL : &client->eng;
}

void ew_bearssl_init_server(ew_bearssl *e, br_ssl_server_context *server)
{
    memset(e, 0, sizeof *e);
    e->server = server;
    e->engine = server == NULL ? NULL : &server->eng;
}

/* 0: the transport is the engine's from now on; -1: refused, for this reason or another. */
static int joined(ew_bearssl *e, ew_transport *t, const char *why)
{
    if (e->transport != NULL) {
        return ew_transport_refuse(t, EW_WORDS("the object is attached to another connection"));
    }
    if (why != NULL) {
        return ew_transport_refuse(t, why);
    }
    e->pending = 0;
    e->keys = NULL;
    e->have = 0;
    e->ibuf = e->engine->ibuf;
    e->obuf = e->engine->obuf;
    e->transport = t;
    return 0;
}

static int attach(void *engine, ew_transport *t)
{
    return joined(engine, t, ew_bearssl_not_ready(engine));
}

static int adopt(void *engine, ew_transport *t)
{
    ew_bearssl *e = engine;
    int result = joined(e, t, ew_bearssl_not_open(e));

    if (result == 0) {
        e->keys = e->engine->out.vtable;
    }
    return result;
}

static void detach(void *engine, int session_kept)
{
    ew_bearssl *e = engine;

    ew_bearssl_settle_session(e, session_kept);
    e->transport = NULL;
}

static int clear(void *engine, int session_kept)
{
    ew_bearssl *e = engine;
    char name[sizeof e->engine->server_name];

    ew_bearssl_settle_session(e, session_kept);
    e->pending = 0;
    e->have = 0;
    e->keys = NULL;
    if (e->server != NULL) {
        return br_ssl_server_reset(e->server) ? 0 : -1;
    }
    memcpy(name, e->engine->server_name, sizeof name);
    return br_ssl_client_reset(e->client, name[0] != '\0' ? name : NULL, session_kept) ? 0 : -1;
}

/* Actions ------------------------------------------------------------------ */

/* What ended a handshake: the engine has failed, or it is closed. */
static uint8_t ended(ew_bearssl *e)
{
    int number = br_ssl_engine_last_error(e->engine) - BR_ERR_RECV_FATAL_ALERT;

    return number >= 0 && number <= UINT8_MAX ? fatal_alert(e, number) : tls_error(e);
}

static uint8_t handshake(void *engine)
{
    ew_bearssl *e = engine;
    const char *why = ew_bearssl_unfit(e);
    uint8_t result;

    ew_transport_begin(e->transport);
    if (why != NULL) {
        return ew_transport_changed(e->transport, why);
    }
    if (e->engine->obuf != e->obuf ||
        (e->keys != NULL && (const void *)e->engine->out.vtable != e->keys)) {
        return was_reset(e);
    }
    result = drained(e);
    while (result == EW_EVENT_DONE && !failed(e)) {
        if (br_ssl_engine_current_state(e->engine) & BR_SSL_SENDAPP) {
            e->keys = e->engine->out.vtable;
            return EW_EVENT_DONE;
        }
        result = feed(e) > 0 ? drained(e) : ew_transport_outcome(e->transport, 0);
    }
    return result == EW_EVENT_DONE ? ended(e) : result;
}

static uint8_t flush(void *engine)
{
    ew_bearssl *e = engine;

    return ew_port_flushed(begin_sending(e), &e->pending);
}

static uint8_t write_record(void *engine, const void *buf, int len, int *written)
{
    ew_bearssl *e = engine;
    uint8_t result = ew_port_repeated(e->transport, e->pending, len);

    if (result == EW_EVENT_DONE) {
        result = begin_sending(e);
    }
    if (result == EW_EVENT_DONE && e->pending == 0) {
        e->pending = make_record(e, TYPE_DATA, buf, len);
        result = e->pending > 0 ? drained(e) : takes_nothing(e);
    }
    return ew_port_written(result, &e->pending, written);
}

static uint8_t send_close_notify(void *engine)
{
    static const uint8_t alert[ALERT_LEN] = {LEVEL_WARNING, CLOSE_NOTIFY};
    ew_bearssl *e = engine;
    uint8_t result = begin_sending(e);

    if (result != EW_EVENT_DONE || ew_transport_is_shut(e->transport)) {
        return result;
    }
    ew_transport_seal(e->transport);
    if (make_record(e, TYPE_ALERT, alert, ALERT_LEN) != ALERT_LEN) {
        return takes_nothing(e);
    }
    return ew_port_closed(e->transport, drained(e));
}

static uint8_t receive(void *engine)
{
    ew_bearssl *e = engine;

    if (begin(e) != EW_EVENT_DONE) {
        return EW_EVENT_TLS_ERROR;
    }
    if (e->engine->ibuf != e->ibuf) {
        return was_reset(e); /* one that is too small is all that was changed */
    }
    if (failed(e)) { /* by a length that is too small, too: the engine keeps that, and its keys */
        return takes_nothing(e);
    }
    if (holds_data(e)) {
        return EW_EVENT_DATA;
    }
    do {
        int n = e->have < EW_HEADER_LEN ? take_header(e) : take_body(e);

        if (failed(e) || (is_ours(e) && starts_body(e) && !fits_body(e))) {
            return tls_error(e);
        }
        if (n <= 0) {
            return ew_transport_outcome(e->transport, 0);
        }
    } while (!is_whole(e));
    e->have = 0;
    if (is_ours(e)) {
        return opened(e);
    }
    return holds_data(e) ? EW_EVENT_DATA : EW_EVENT_OTHER;
}

static int peek(void *engine, void *buf, int len)
{
    const ew_bearssl *e = engine;
    size_t held;
    const unsigned char *from;

    ew_transport_begin(e->transport);
    from = br_ssl_engine_recvapp_buf(e->engine, &held);
    if (from == NULL) {
        return -1;
    }
    len = ew_port_fitting(len, held);
    memcpy(buf, from, (size_t)len);
    return len;
}

static int take(void *engine, void *buf, int len)
{
    const ew_bearssl *e = engine;
    int n = peek(engine, buf, len);

    if (n > 0) {
        br_ssl_engine_recvapp_ack(e->engine, (size_t)n);
    }
    return n;
}

static int pending(const void *engine)
{
    const ew_bearssl *e = engine;
    size_t held;

    return br_ssl_engine_recvapp_buf(e->engine, &held) != NULL ? (int)held : 0;
}

const ew_port ew_bearssl_port = {
    .name = "BearSSL",
    .attach = attach,
    .detach = detach,
    .clear = clear,
    .handshake = handshake,
    .flush = flush,
    .send_close_notify = send_close_notify,
    .receive = receive,
    .take = take,
    .write = write_record,
    .adopt = adopt,
    .peek = peek,
    .pending = pending,
};
