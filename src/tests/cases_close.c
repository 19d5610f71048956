/* What every port has to keep of a close, of what follows it, and of the session. */
#include "cases.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "frame.h"
#include "messages.h"

void we_close_first(void **state)
{
    link_open(&l, *state);
    assert_int_equal(ew_conn_shutdown(&l.c), 0);
    assert_int_equal(ew_conn_get_error(&l.c, 0), EW_ERROR_NONE);
    closing_waits(EW_ERROR_WANT_READ);
    peer_reads(&l, "", 0, 0);
    peer_closes();
    assert_int_equal(ew_conn_end_of_data(&l.c), 0);
    assert_int_equal(ew_conn_shutdown(&l.c), 1);
    assert_int_equal(ew_conn_shutdown(&l.c), 1);
    assert_int_equal(ew_conn_end_of_data(&l.c), 1);
    assert_int_equal(wire_records(&l.w), 1);
    link_close(&l);
}

void the_peer_closes_first(void **state)
{
    link_open(&l, *state);
    peer_write(&l, "last words", 10);
    peer_closes();
    reading_gets("last words");
    reading_ends();
    assert_int_equal(ew_conn_get_error(&l.c, 0), EW_ERROR_ZERO_RETURN);
    assert_int_equal(wire_records(&l.w), 0); /* reading answers nothing */
    assert_int_equal(ew_conn_write(&l.c, "reply", 5), 5);
    assert_int_equal(ew_conn_shutdown(&l.c), 1);
    assert_int_equal(wire_records(&l.w), 2);
    link_close(&l);
}

void a_blocked_write_leaves_before_the_close(void **state)
{
    link_open(&l, *state);
    block_a_write(5000);
    closing_waits(EW_ERROR_WANT_WRITE);
    on_send.budget = 4000;
    closing_waits(EW_ERROR_WANT_WRITE);
    unblock();
    assert_int_equal(ew_conn_shutdown(&l.c), 0);
    peer_reads(&l, big, 5000, 0);
    assert_int_equal(wire_records(&l.w), 2);
    link_close(&l);
}

/* Asked for again while it is blocked, it is the same one. */
void the_notice_is_made_once(void **state)
{
    link_open(&l, *state);
    for (int tries = 0; tries < 5; tries++) {
        on_send.budget = 4;
        closing_waits(EW_ERROR_WANT_WRITE);
    }
    unblock();
    assert_int_equal(ew_conn_shutdown(&l.c), 0);
    closing_waits(EW_ERROR_WANT_READ);
    assert_int_equal(wire_records(&l.w), 1);
    assert_int_equal(l.c.transport.swallowed, 0);
    peer_reads(&l, "", 0, 0);
    link_close(&l);
}

/* The core flushes first; the ports do not depend on it, where the engine lets them. */
void the_notice_follows_what_was_pending(void **state)
{
    const variant *v = *state;
    const ew_port *port = v->other->port;
    uint8_t (*first)(void *) =
        v->other->limits & KEEPS_DATA_BACK ? port->flush : port->send_close_notify;

    link_open(&l, v);
    block_a_write(300);
    assert_int_equal(port->flush(link_object(&l)), EW_EVENT_WANT_WRITE);
    assert_int_equal(first(link_object(&l)), EW_EVENT_WANT_WRITE);
    unblock();
    assert_int_equal(first(link_object(&l)), EW_EVENT_DONE);
    assert_int_equal(port->send_close_notify(link_object(&l)), EW_EVENT_DONE);
    assert_int_equal(wire_records(&l.w), 2);
    peer_reads(&l, big, 300, 0);
    link_close(&l);
}

void the_notice_leaves_byte_by_byte(void **state)
{
    int tries = 0;
    int ret;

    link_open(&l, *state);
    do {
        on_send.budget = 1;
        ret = ew_conn_shutdown(&l.c);
        if (ret < 0) {
            link_failed(&l, ret, EW_ERROR_WANT_WRITE, EW_REASON_NONE);
            assert_int_equal(ew_conn_get_shutdown(&l.c), EW_SENT_SHUTDOWN);
            /* reading in between neither loses nor repeats it */
            reading_waits();
            link_failed(&l, ew_conn_write(&l.c, big, 1), EW_ERROR_SSL, EW_REASON_CLOSED);
        }
    } while (ret < 0 && ++tries < 200);
    unblock();
    assert_int_equal(ret, 0);
    assert_in_range(tries, 20, 90);
    closing_waits(EW_ERROR_WANT_READ);
    peer_reads(&l, "", 0, 0);
    assert_int_equal(wire_records(&l.w), 1);
    link_close(&l);
}

void their_notice_comes_byte_by_byte(void **state)
{
    link_open(&l, *state);
    assert_int_equal(ew_conn_shutdown(&l.c), 0);
    peer_close_notify(&l);
    while (l.w.out_len > 1) {
        wire_release(&l.w, 1);
        closing_waits(EW_ERROR_WANT_READ);
    }
    wire_release(&l.w, 1);
    assert_int_equal(ew_conn_shutdown(&l.c), 1);
    link_close(&l);
}

void quiet_sends_no_byte(void **state)
{
    link_open(&l, *state);
    assert_int_equal(ew_conn_set_quiet_shutdown(&l.c, 1), 1);
    assert_int_equal(ew_conn_shutdown(&l.c), 1);
    assert_int_equal(wire_records(&l.w), 0);
    link_close(&l);
}

void plaintext_follows_a_full_close(void **state)
{
    char b[16];

    link_open(&l, *state);
    if (l.us.kind == OPENSSL) {
        SSL_set_read_ahead(l.us.ssl, 1); /* even an engine that asks for more gets no more */
    }
    peer_close_notify(&l);
    wire_put(&l.w, "PLAIN", 5);
    wire_release(&l.w, ALL);
    assert_int_equal(ew_conn_finish(&l.c), 1);
    assert_int_equal(ew_conn_release(&l.c), l.fd);
    assert_int_equal(read(l.fd, b, sizeof b), 5);
    assert_memory_equal(b, "PLAIN", 5);
    assert_int_equal(wire_records(&l.w), 1);
    wire_mark(&l.w);
    assert_int_equal(write(l.fd, "plain too", 9), 9);
    wire_fetch(&l.w);
    assert_int_equal(l.w.in_len - l.w.mark, 9);
    assert_memory_equal(l.w.in + l.w.mark, "plain too", 9);
    close(l.fd);
    link_close(&l);
}

void another_connection_on_the_same_socket(void **state)
{
    link_open(&l, *state);
    peer_closes();
    assert_int_equal(ew_conn_finish(&l.c), 1);
    peer_reads(&l, "", 0, 0);
    assert_int_equal(SSL_clear(l.peer.ssl), 1);
    assert_int_equal(ew_conn_clear(&l.c), 1);
    link_handshake(&l);
    assert_int_equal(ew_conn_write(&l.c, "again", 5), 5);
    peer_reads(&l, "again", 5, -1);
    assert_int_equal(ew_conn_shutdown(&l.c), 0);
    peer_reads(&l, "", 0, 0);
    link_close(&l);
}

/* CL-01: what one peer sent and nobody read may not be taken for another's. */
void what_was_not_read_is_not_the_next_connections(void **state)
{
    char b[10];

    link_open(&l, *state);
    peer_sends("more than is read of it");
    assert_int_equal(ew_conn_read(&l.c, b, sizeof b), sizeof b);
    assert_int_equal(SSL_clear(l.peer.ssl), 1);
    assert_int_equal(ew_conn_clear(&l.c), 1);
    link_handshake(&l);
    peer_sends("new");
    reading_gets("new");
    link_close(&l);
}

/* The session -------------------------------------------------------------- */

static void closed(void)
{
    assert_int_equal(ew_conn_shutdown(&l.c), 0);
}

static void closed_quietly(void)
{
    assert_int_equal(ew_conn_set_quiet_shutdown(&l.c, 1), 1);
    assert_int_equal(ew_conn_shutdown(&l.c), 1);
}

static void close_failed(void)
{
    on_send.error = EPIPE;
    closing_fails(EW_ERROR_SYSCALL, EW_REASON_TRANSPORT);
}

static void flag_set(void)
{
    assert_int_equal(ew_conn_set_shutdown(&l.c, EW_SENT_SHUTDOWN), 1);
}

static void flag_taken_back(void)
{
    closed();
    assert_int_equal(ew_conn_set_shutdown(&l.c, 0), 1);
}

static void not_closed(void)
{
}

/* A cache for a server of mbedTLS, which has none by itself. */
static void use_cache(mbedtls_ssl_cache_context *cache)
{
    mbedtls_ssl_cache_init(cache);
    if (l.us.kind == MBEDTLS) {
        mbedtls_ssl_conf_session_cache(&l.us.conf, cache, mbedtls_ssl_cache_get,
                                       mbedtls_ssl_cache_set);
    }
}

/* Whether a peer resumes its session after a first connection that ended like this. */
static int resumes(const variant *v, void (*ending)(void))
{
    mbedtls_ssl_cache_context cache;
    SSL_SESSION *session;
    int reused;

    link_make(&l, v);
    use_cache(&cache);
    SSL_CTX_set_options(l.peer.ctx, SSL_OP_NO_TICKET);
    SSL_set_options(l.peer.ssl, SSL_OP_NO_TICKET);
    link_start(&l);
    session = SSL_get1_session(l.peer.ssl);
    SSL_set_shutdown(l.peer.ssl, SSL_SENT_SHUTDOWN);
    ending();
    faults_reset();
    link_renew(&l);
    assert_int_equal(SSL_set_session(l.peer.ssl, session), 1);
    SSL_SESSION_free(session);
    link_start(&l);
    reused = SSL_session_reused(l.peer.ssl);
    link_close(&l);
    mbedtls_ssl_cache_free(&cache);
    return reused;
}

void the_session_follows_the_core(void **state)
{
    assert_int_equal(resumes(*state, closed), 1);
    assert_int_equal(resumes(*state, closed_quietly), 1);
    assert_int_equal(resumes(*state, close_failed), 1);
    assert_int_equal(resumes(*state, flag_set), 1);
    assert_int_equal(resumes(*state, flag_taken_back), 0);
    assert_int_equal(resumes(*state, not_closed), 0);
}

/* Behind a half-close ---------------------------------------------------------- */

/* Three ways to get there although the transport's gate is open. */
enum { CLAIMED, QUIET, SHAKING, WAYS };

static void half_close(const variant *v, int way)
{
    link_make(&l, v);
    if (way == SHAKING) {
        link_attach(&l);
        (void)ew_conn_handshake(&l.c);
    } else {
        link_start(&l);
        if (way == CLAIMED) {
            assert_int_equal(ew_conn_set_shutdown(&l.c, EW_SENT_SHUTDOWN), 1);
        } else {
            assert_int_equal(ew_conn_set_quiet_shutdown(&l.c, 1), 1);
        }
    }
    link_failed(&l, ew_conn_close(&l.c, 60000, 1 << 20), EW_ERROR_WANT_READ, EW_REASON_NONE);
    assert_int_not_equal(l.c.transport.gate, EW_GATE_SHUT);
    wire_mark(&l.w);
    on_send.calls = 0;
    if (way != SHAKING) {
        (void)ew_conn_set_quiet_shutdown(&l.c, 0);
        (void)ew_conn_set_shutdown(&l.c, 0);
    }
}

/* What comes in may make an engine answer: a flight, a KeyUpdate, a refusal, an alert. */
static void peer_goes_on(const variant *v, int way)
{
    if (way == SHAKING) {
        (void)peer_handshake(&l);
    } else if (v->version == TLS1_3_VERSION) {
        peer_says(&l, ask_key_update);
        peer_write(&l, "new key", 7);
    } else if (v->peer == MBEDTLS && !v->server) {
        peer_handshake_message(&l, HELLO_REQUEST, 1);
    }
    wire_put(&l.w, forged_record, sizeof forged_record);
    wire_release(&l.w, ALL);
}

enum { HANDSHAKE, READ, PEEK, WRITE, SHUTDOWN, FINISH, CLEAR, CLOSE, CALLS };

static int call(int which)
{
    char b[8];

    switch (which) {
    case HANDSHAKE: return ew_conn_handshake(&l.c);
    case READ: return ew_conn_read(&l.c, b, sizeof b);
    case PEEK: return ew_conn_peek(&l.c, b, sizeof b);
    case WRITE: return (int)ew_conn_write(&l.c, "late", 4);
    case SHUTDOWN: return ew_conn_shutdown(&l.c);
    case FINISH: return ew_conn_finish(&l.c);
    case CLEAR: return ew_conn_clear(&l.c);
    default: return ew_conn_close(&l.c, 60000, 1 << 20);
    }
}

/* A call that has to send fails; no call keeps the close from its end. */
void nothing_is_sent_behind_a_half_close(void **state)
{
    for (int turn = 0; turn < WAYS * CALLS; turn++) {
        int way = turn / CALLS;
        int which = turn % CALLS;
        int first;

        half_close(*state, way);
        peer_goes_on(*state, way);
        first = call(which);
        if (way != SHAKING && (which == WRITE || which == SHUTDOWN || which == FINISH)) {
            link_failed(&l, first, EW_ERROR_SYSCALL, EW_REASON_TRANSPORT);
            assert_int_equal(errno, EPIPE);
        }
        (void)call(which);
        (void)call(which);
        assert_int_equal(on_send.calls, 0);
        assert_int_equal(wire_records(&l.w), 0);
        close(l.w.fd);
        (void)ew_conn_close(&l.c, 60000, 1 << 20);
        assert_false(is_open(l.fd));
        l.w.fd = -1;
        link_close(&l);
    }
}
