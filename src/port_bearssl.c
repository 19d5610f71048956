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

/* What is called with void *, through a pointer, or by a member of a union: one line each. ------- */

static int put_out(ew_transport *t, const unsigned char *buf, size_t len)
{
    return ew_transport_send(t, buf, len);
}

static int get_in(ew_transport *t, unsigned char *buf, size_t len)
{
    return ew_transport_recv(t, buf, len);
}

static void copy_bytes(unsigned char *to, const unsigned char *from, size_t len)
{
    memcpy(to, from, len);
}

/* What the engine sends records by. */
static const void *keys_of(const br_ssl_engine_context *engine)
{
    return engine->out.vtable;
}

static int sends_by(const br_ssl_engine_context *engine, const void *keys)
{
    return engine->out.vtable == keys;
}

/* Whether a record that came in can have that length. */
static int can_have(const br_ssl_engine_context *engine, size_t len)
{
    return engine->in.vtable->check_length(&engine->in.vtable, len);
}

/* Opens a record where it lies. What was in it, and how much; NULL: nobody's with the keys. */
static unsigned char *decrypt(br_ssl_engine_context *engine, uint8_t type, unsigned char *body,
                              size_t *len)
{
    return engine->in.vtable->decrypt(&engine->in.vtable, type, engine->version_in, body, len);
}

/* Sending ------------------------------------------------------------------ */

/* Hands over a part of what the engine has made. A count, 0: there is nothing, or EW_TRANSPORT_*. */
static int hand_over(ew_bearssl *e)
{
    size_t len;
    const unsigned char *bytes = br_ssl_engine_sendrec_buf(e->engine, &len);
    int n;

    if (bytes == NULL) {
        return 0;
    }
    n = put_out(e->transport, bytes, len);
    if (n > 0) {
        br_ssl_engine_sendrec_ack(e->engine, (size_t)n);
    }
    return n;
}

/* Hands over all that the engine has made. */
static uint8_t drained(ew_bearssl *e)
{
    int n;

    /*@
      loop invariant ok: port_ok(e);
      loop invariant left: left_alone{Pre,Here}(e);
      loop invariant open: is_open{Pre}(e) <==> is_open(e);
      loop invariant gate: gate_goes_on{Pre,Here}(e);
      loop invariant input: same_input{Pre,Here}(e);
      loop invariant P09_no_input: ew_input <= \at(ew_input, Pre);
      loop assigns n, ew_keys, EW_PORT_SENDS(e);
      loop variant ew_output;
    */
    do {
        n = hand_over(e);
    } while (n > 0);
    if (n < 0) {
        return ew_transport_outcome(e->transport, 1);
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
    if (!sends_by(e->engine, e->keys)) {
        return was_reset(e);
    }
    return EW_EVENT_DONE;
}

/* The same for a call that sends: what the engine has made leaves first. */
static uint8_t begin_sending(ew_bearssl *e)
{
    uint8_t result = begin(e);

    if (result != EW_EVENT_DONE) {
        return result;
    }
    return drained(e);
}

/*
 * Makes a record of what is in the engine's buffer. One of any other type than data, once it is out,
 * would wake the engine's handshake.
 */
static void wrap(ew_bearssl *e, uint8_t type, size_t len)
{
    e->engine->record_type_out = type;
    br_ssl_engine_sendapp_ack(e->engine, len);
    br_ssl_engine_flush(e->engine, 0);
    e->engine->record_type_out = TYPE_DATA;
}

static void fill(ew_bearssl *e, unsigned char *to, const unsigned char *buf, int len)
{
    copy_bytes(to, buf, (size_t)len);
    wrap(e, TYPE_DATA, (size_t)len);
}

/* Makes one record of data, or of its first part. How much went in; 0: the engine takes nothing. */
static int make_record(ew_bearssl *e, const unsigned char *buf, int len)
{
    size_t room;
    unsigned char *to = br_ssl_engine_sendapp_buf(e->engine, &room);

    if (to == NULL) {
        return 0;
    }
    len = ew_port_fitting(len, room);
    fill(e, to, buf, len);
    return len;
}

static void spell_notice(unsigned char *to)
{
    to[0] = LEVEL_WARNING;
    to[1] = CLOSE_NOTIFY;
}

/* Makes the record of our close_notify. 0: the engine takes nothing. */
static int make_alert(ew_bearssl *e)
{
    size_t room;
    unsigned char *to = br_ssl_engine_sendapp_buf(e->engine, &room);

    if (to == NULL || room < ALERT_LEN) {
        return 0;
    }
    spell_notice(to);
    wrap(e, TYPE_ALERT, ALERT_LEN);
    return 1;
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
static uint8_t fatal_alert(ew_bearssl *e, uint8_t number)
{
    e->transport->alert = number;
    e->transport->engine_error = BR_ERR_RECV_FATAL_ALERT + number;
    return EW_EVENT_FATAL_ALERT;
}

/* Gives the engine bytes of a record, `most` at most; a count, or one of EW_TRANSPORT_*. */
static int feed(ew_bearssl *e, size_t most)
{
    size_t len;
    unsigned char *to = br_ssl_engine_recvrec_buf(e->engine, &len);
    int n;

    if (to == NULL) {
        return EW_TRANSPORT_FAILED;
    }
    n = get_in(e->transport, to, len < most ? len : most);
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

/* Asked before each part of the body: an application can say meanwhile that the buffer is shorter. */
static int fits_body(const ew_bearssl *e)
{
    const br_ssl_engine_context *engine = e->engine;

    return 256 * e->head[1] + e->head[2] == engine->version_in &&
           e->len + EW_HEADER_LEN <= engine->ibuf_len && can_have(engine, e->len);
}

/* Whether the record that is coming in, as far as it is there, is one to go on with. */
static int is_broken(const ew_bearssl *e)
{
    if (e->have == EW_HEADER_LEN && is_ours(e) && !fits_body(e)) {
        return 1;
    }
    return failed(e);
}

static void count_header(ew_bearssl *e, int n)
{
    e->have = (uint8_t)(e->have + n);
    e->got = 0;
    e->len = (size_t)256 * e->head[3] + e->head[4];
}

/* Some of the header, which the port reads itself. */
static int take_header(ew_bearssl *e)
{
    int n = get_in(e->transport, e->head + e->have, (size_t)EW_HEADER_LEN - e->have);

    if (n > 0) {
        count_header(e, n);
    }
    return n;
}

static int gather_at(ew_bearssl *e, unsigned char *to)
{
    return get_in(e->transport, to, e->len - e->got);
}

/* Some of the body, for the port or for the engine. */
static int take_part(ew_bearssl *e)
{
    if (is_ours(e)) {
        return gather_at(e, body(e) + e->got);
    }
    return feed(e, e->len - e->got);
}

static int take_body(ew_bearssl *e)
{
    int n = take_part(e);

    if (n > 0) {
        e->got += (size_t)n;
    }
    return n;
}

static int take_some(ew_bearssl *e)
{
    if (e->have < EW_HEADER_LEN) {
        return take_header(e);
    }
    return take_body(e);
}

/* The engine gets a header that the port has read. 0: it takes none. */
static int give_header(ew_bearssl *e)
{
    size_t len;
    unsigned char *to = br_ssl_engine_recvrec_buf(e->engine, &len);

    if (to == NULL || len < EW_HEADER_LEN) {
        return 0;
    }
    copy_bytes(to, e->head, EW_HEADER_LEN);
    br_ssl_engine_recvrec_ack(e->engine, EW_HEADER_LEN);
    return 1;
}

/* The header is there, and nothing else. */
static int starts_body(const ew_bearssl *e)
{
    return e->have == EW_HEADER_LEN && e->got == 0;
}

/* Whether what came in is a record to go on with; the header of the engine's is given to it. */
static int is_accepted(ew_bearssl *e)
{
    if (!is_ours(e) && starts_body(e) && !give_header(e)) {
        return 0;
    }
    return !is_broken(e);
}

static int is_whole(const ew_bearssl *e)
{
    return e->have == EW_HEADER_LEN && e->got == e->len;
}

/* An alert, of two bytes. */
static uint8_t alert_outcome(ew_bearssl *e, const unsigned char *text)
{
    if (text[0] != LEVEL_WARNING) {
        return fatal_alert(e, text[1]);
    }
    if (text[1] != CLOSE_NOTIFY) {
        return EW_EVENT_OTHER;
    }
    return EW_EVENT_CLOSE_NOTIFY;
}

/* Opens a record that the engine does not see, and that is whole. */
static uint8_t opened(ew_bearssl *e)
{
    size_t len = e->got;
    const unsigned char *text = decrypt(e->engine, e->head[0], body(e), &len);

    if (text == NULL) {
        return EW_EVENT_TLS_ERROR;
    }
    if (e->head[0] == TYPE_HANDSHAKE) {
        return EW_EVENT_OTHER;
    }
    if (len != ALERT_LEN) {
        return EW_EVENT_TLS_ERROR;
    }
    return alert_outcome(e, text);
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

/* Actions ------------------------------------------------------------------ */

/* What ended a handshake: the engine has failed, or it is closed. */
static uint8_t ended(ew_bearssl *e)
{
    int code = br_ssl_engine_last_error(e->engine);

    if (code >= BR_ERR_RECV_FATAL_ALERT && code <= BR_ERR_RECV_FATAL_ALERT + UINT8_MAX) {
        return fatal_alert(e, (uint8_t)(code - BR_ERR_RECV_FATAL_ALERT));
    }
    return tls_error(e);
}

static int takes_data(const ew_bearssl *e)
{
    return (br_ssl_engine_current_state(e->engine) & BR_SSL_SENDAPP) != 0;
}

static int is_over(const ew_bearssl *e)
{
    return failed(e) || takes_data(e);
}

/* Has the engine take bytes in, and hands over what it makes of them, until it takes data or failed. */
static uint8_t shake(ew_bearssl *e)
{
    uint8_t result = drained(e);

    /*@
      loop invariant ok: port_ok(e);
      loop invariant left: left_alone{Pre,Here}(e);
      loop invariant open: is_open{Pre}(e) <==> is_open(e);
      loop invariant gate: gate_goes_on{Pre,Here}(e);
      loop invariant input: same_input{Pre,Here}(e);
      loop invariant P09_outcome: ends_sending(result);
      loop invariant P13_flushed: result == EW_EVENT_DONE ==> ew_to_send == 0;
      loop assigns result, ew_keys, EW_PORT_SENDS(e);
      loop variant ew_input;
    */
    while (result == EW_EVENT_DONE && !is_over(e)) {
        if (feed(e, SIZE_MAX) <= 0) {
            return ew_transport_outcome(e->transport, 0);
        }
        result = drained(e);
    }
    return result;
}

static uint8_t handshake_ended(ew_bearssl *e, uint8_t result)
{
    if (result != EW_EVENT_DONE) {
        return result;
    }
    if (!takes_data(e)) {
        return ended(e);
    }
    e->keys = keys_of(e->engine);
    return EW_EVENT_DONE;
}

static uint8_t go_on(ew_bearssl *e)
{
    return handshake_ended(e, shake(e));
}

static int is_as_it_was(const ew_bearssl *e)
{
    return e->engine->obuf == e->obuf && (e->keys == NULL || sends_by(e->engine, e->keys));
}

/* Begins an engine call that may be of the first handshake. done: it can be made. */
static uint8_t begin_handshake(ew_bearssl *e)
{
    const char *why = ew_bearssl_unfit(e);

    ew_transport_begin(e->transport);
    if (why != NULL) {
        return ew_transport_changed(e->transport, why);
    }
    if (!is_as_it_was(e)) {
        return was_reset(e);
    }
    return EW_EVENT_DONE;
}

static uint8_t handshake_action(ew_bearssl *e)
{
    uint8_t result = begin_handshake(e);

    if (result != EW_EVENT_DONE) {
        return result;
    }
    return go_on(e);
}

static uint8_t flush_action(ew_bearssl *e)
{
    return ew_port_flushed(begin_sending(e), &e->pending);
}

/* A record of its own for it, with none pending. */
static uint8_t write_new(ew_bearssl *e, const unsigned char *buf, int len)
{
    e->pending = make_record(e, buf, len);
    if (e->pending == 0) {
        return takes_nothing(e);
    }
    return drained(e);
}

static uint8_t drain_and_write(ew_bearssl *e, const unsigned char *buf, int len)
{
    uint8_t result;

    /*@ assert apart_of_heads: \separated(buf + (0 .. len - 1), e->transport->in.head + (0 .. 4),
          e->transport->out.head + (0 .. 4), e->transport->tail + (0 .. EW_TAIL_MAX - 1)); */
    result = begin_sending(e);
    /*@ assert same_bytes: \forall integer j; 0 <= j < len ==> buf[j] == \at(buf[j], Pre); */
    if (result != EW_EVENT_DONE || e->pending != 0) {
        return result;
    }
    return write_new(e, buf, len);
}

static uint8_t begin_write(ew_bearssl *e, int len)
{
    return ew_port_repeated(e->transport, e->pending, len);
}

static uint8_t write_or_repeat(ew_bearssl *e, const unsigned char *buf, int len)
{
    uint8_t result = begin_write(e, len);

    if (result != EW_EVENT_DONE) {
        return result;
    }
    return drain_and_write(e, buf, len);
}

static uint8_t write_action(ew_bearssl *e, const unsigned char *buf, int len, int *written)
{
    return ew_port_written(write_or_repeat(e, buf, len), &e->pending, written);
}

static int seal_and_alert(ew_bearssl *e)
{
    ew_transport_seal(e->transport);
    return make_alert(e);
}

static uint8_t notice_out(ew_bearssl *e)
{
    return ew_port_closed(e->transport, drained(e));
}

static uint8_t make_notice(ew_bearssl *e)
{
    if (!seal_and_alert(e)) {
        return takes_nothing(e);
    }
    return notice_out(e);
}

static uint8_t close_action(ew_bearssl *e)
{
    uint8_t result = begin_sending(e);

    if (result != EW_EVENT_DONE || ew_transport_is_shut(e->transport)) {
        return result;
    }
    return make_notice(e);
}

/* A record is all there: the port opens it, or the engine has. */
static uint8_t record_ended(ew_bearssl *e)
{
    e->have = 0;
    if (is_ours(e)) {
        return opened(e);
    }
    if (holds_data(e)) {
        return EW_EVENT_DATA;
    }
    return EW_EVENT_OTHER;
}

/* Until the record is all there: done. */
static uint8_t gather(ew_bearssl *e)
{
    /*@
      loop invariant ok: port_ok(e);
      loop invariant left: left_alone{Pre,Here}(e);
      loop invariant open: is_open(e);
      loop invariant gate: same_gate{Pre,Here}(e);
      loop invariant P16_some: goes_on(e);
      loop invariant P16_fits: gathers(e) ==> e->len + EW_HEADER_LEN <= e->engine->ibuf_len;
      loop assigns e->have, e->got, e->len, e->head[0 .. 4], ew_checked, ew_keys, EW_PORT_SENDS(e);
      loop variant 65536 * (EW_HEADER_LEN - e->have) + e->len - e->got;
    */
    do {
        if (take_some(e) <= 0) {
            return ew_transport_outcome(e->transport, 0);
        }
        if (!is_accepted(e)) {
            return tls_error(e);
        }
    } while (!is_whole(e));
    return EW_EVENT_DONE;
}

static uint8_t receive_record(ew_bearssl *e)
{
    uint8_t result = gather(e);

    if (result != EW_EVENT_DONE) {
        return result;
    }
    return record_ended(e);
}

static uint8_t receive_action(ew_bearssl *e)
{
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
    if (is_broken(e)) {
        return tls_error(e);
    }
    return receive_record(e);
}

static int peek_data(ew_bearssl *e, unsigned char *buf, int len)
{
    size_t held;
    const unsigned char *from;

    ew_transport_begin(e->transport);
    from = br_ssl_engine_recvapp_buf(e->engine, &held);
    if (from == NULL) {
        return -1;
    }
    len = ew_port_fitting(len, held);
    copy_bytes(buf, from, (size_t)len);
    return len;
}

static int take_data(ew_bearssl *e, unsigned char *buf, int len)
{
    int n = peek_data(e, buf, len);

    if (n > 0) {
        br_ssl_engine_recvapp_ack(e->engine, (size_t)n);
    }
    return n;
}

static int count_data(const ew_bearssl *e)
{
    size_t held;

    if (br_ssl_engine_recvapp_buf(e->engine, &held) == NULL) {
        return 0;
    }
    return (int)held;
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
