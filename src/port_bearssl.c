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

#include "bearssl_action.h"
#include "bearssl_call.h"
#include "bearssl_setup.h"

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

static int attach_to(ew_bearssl *e, ew_transport *t)
{
    return joined(e, t, ew_bearssl_not_ready(e));
}

static int adopt_for(ew_bearssl *e, ew_transport *t)
{
    int result = joined(e, t, ew_bearssl_not_open(e));

    if (result == 0) {
        e->keys = keys_of(e->engine);
    }
    return result;
}

static void detach_from(ew_bearssl *e, int session_kept)
{
    ew_bearssl_settle_session(e, session_kept);
    e->transport = NULL;
}

static int clear_for_another(ew_bearssl *e, int session_kept)
{
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

/* The port: one line each, with what the connection has as void *. -------- */

static int attach(void *engine, ew_transport *t)
{
    return attach_to(engine, t);
}

static int adopt(void *engine, ew_transport *t)
{
    return adopt_for(engine, t);
}

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
