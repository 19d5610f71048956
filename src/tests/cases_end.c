/* What every port has to keep of ends that are no close: cuts, resets, alerts, forged records. */
#include "cases.h"

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#include "frame.h"

/* What ended the connection, in the peer's words, and that the engine had its own. */
static void ended_by_alert(int number)
{
    assert_int_equal(ew_conn_alert(&l.c), number);
    assert_int_not_equal(ew_conn_engine_error(&l.c), 0);
    assert_int_equal(ew_conn_session_kept(&l.c), 0);
    assert_int_equal(ew_conn_alive(&l.c), 0);
}

void the_end_of_the_socket_is_a_cut(void **state)
{
    for (int waiting = 0; waiting < 2; waiting++) {
        link_open(&l, *state);
        if (waiting) {
            assert_int_equal(ew_conn_shutdown(&l.c), 0);
        }
        assert_int_equal(shutdown(l.w.fd, SHUT_WR), 0);
        (waiting ? closing_fails : reading_fails)(EW_ERROR_SSL, EW_REASON_TRUNCATED);
        assert_int_equal(ew_conn_get_shutdown(&l.c), waiting ? EW_SENT_SHUTDOWN : 0);
        if (waiting) {
            assert_int_equal(wire_records(&l.w), 1);
        }
        link_close(&l);
    }
}

void a_cut_within_a_record(void **state)
{
    link_open(&l, *state);
    peer_write(&l, "never complete", 14);
    wire_release(&l.w, 20);
    assert_int_equal(shutdown(l.w.fd, SHUT_RDWR), 0); /* and no alert can be sent either */
    reading_fails(EW_ERROR_SSL, EW_REASON_TRUNCATED);
    link_close(&l);
}

void a_reset_is_a_system_error(void **state)
{
    link_open(&l, *state);
    on_recv.error = ECONNRESET;
    reading_fails(EW_ERROR_SYSCALL, EW_REASON_TRANSPORT);
    assert_int_equal(errno, ECONNRESET);
    link_close(&l);
    link_open(&l, *state);
    on_send.error = EPIPE;
    closing_fails(EW_ERROR_SYSCALL, EW_REASON_TRANSPORT);
    assert_int_equal(errno, EPIPE);
    assert_int_equal(ew_conn_get_shutdown(&l.c), EW_SENT_SHUTDOWN);
    assert_int_equal(ew_conn_session_kept(&l.c), 1);
    link_close(&l);
}

/* The engine answers a bad record with an alert; after our close_notify it must not get out. */
void a_forged_record_is_fatal_and_gets_no_answer_after_the_close(void **state)
{
    link_open(&l, *state);
    assert_int_equal(ew_conn_shutdown(&l.c), 0);
    peer_forges();
    closing_fails(EW_ERROR_SSL, EW_REASON_TLS);
    ended_by_alert(-1); /* by none */
    assert_int_equal(wire_records(&l.w), 1);
    closing_fails(EW_ERROR_SSL, EW_REASON_FATAL);
    link_close(&l);
}

void a_fatal_alert_is_no_close(void **state)
{
    for (int waiting = 0; waiting < 2; waiting++) {
        link_open(&l, *state);
        assert_int_equal(write(l.fd, forged_record, sizeof forged_record), sizeof forged_record);
        peer_reads(&l, "", 0, -2); /* and answers with an alert */
        assert_true(l.w.out_len > 0);
        if (waiting) {
            assert_int_equal(ew_conn_shutdown(&l.c), 0);
        }
        wire_release(&l.w, ALL);
        (waiting ? closing_fails : reading_fails)(EW_ERROR_SSL, EW_REASON_FATAL_ALERT);
        assert_int_equal(ew_conn_get_shutdown(&l.c) & EW_RECEIVED_SHUTDOWN, 0);
        ended_by_alert(SSL_AD_BAD_RECORD_MAC);
        link_close(&l);
    }
}

void only_close_notify_is_one(void **state)
{
    const variant *v = *state;
    const struct {
        int level, description, reason;
    } alerts[] = {
        {2, 40, EW_REASON_FATAL_ALERT},
        {2, 0, EW_REASON_FATAL_ALERT},
        {2, 90, EW_REASON_FATAL_ALERT},
        {1, 90, EW_REASON_NONE},
        {1, 41, EW_REASON_NONE},
        {1, 100, v->other->limits & HEEDS_NO_RENEGOTIATION ? EW_REASON_TLS : EW_REASON_NONE}};

    for (size_t i = 0; i < sizeof alerts / sizeof alerts[0]; i++) {
        link_open(&l, v);
        assert_int_equal(ew_conn_shutdown(&l.c), 0);
        peer_alert(&l, alerts[i].level, alerts[i].description);
        peer_closes();
        if (alerts[i].reason == EW_REASON_NONE) {
            assert_int_equal(ew_conn_shutdown(&l.c), 1);
        } else {
            closing_fails(EW_ERROR_SSL, alerts[i].reason);
            ended_by_alert(alerts[i].reason == EW_REASON_FATAL_ALERT ? alerts[i].description : -1);
        }
        link_close(&l);
    }
}

/* Our handshake, until it is over one way or the other. */
static int shakes_hands(void)
{
    int ours = -1;

    for (int turn = 0; turn < 50; turn++) {
        ours = ew_conn_handshake(&l.c);
        if (ours == 1 || ew_conn_get_error(&l.c, ours) != EW_ERROR_WANT_READ) {
            break;
        }
        (void)peer_handshake(&l);
        wire_release(&l.w, ALL);
    }
    return ours;
}

/* A server that speaks another version; a client that does not know who made our certificate. */
void the_peers_alert_ends_the_handshake(void **state)
{
    const variant *v = *state;
    int other = v->version == TLS1_3_VERSION ? TLS1_2_VERSION : TLS1_3_VERSION;

    link_make(&l, v);
    if (v->server) {
        SSL_set_verify(l.peer.ssl, SSL_VERIFY_PEER, NULL);
    } else {
        SSL_set_min_proto_version(l.peer.ssl, 0);
        SSL_set_max_proto_version(l.peer.ssl, other);
        SSL_set_min_proto_version(l.peer.ssl, other);
    }
    link_attach(&l);
    assert_int_equal(ew_conn_alert(&l.c), -1);
    assert_int_equal(ew_conn_engine_error(&l.c), 0);
    if (v->server && v->version == TLS1_3_VERSION && v->other->limits & DEAF_TO_CLEAR_ALERTS) {
        link_failed(&l, shakes_hands(), EW_ERROR_SSL, EW_REASON_HANDSHAKE_FAILED);
        ended_by_alert(-1);
    } else {
        link_failed(&l, shakes_hands(), EW_ERROR_SSL, EW_REASON_FATAL_ALERT);
        ended_by_alert(v->server ? SSL_AD_UNKNOWN_CA : SSL_AD_PROTOCOL_VERSION);
    }
    link_close(&l);
}

void the_end_of_the_socket_ends_the_handshake(void **state)
{
    for (int reset = 0; reset < 2; reset++) {
        link_make(&l, *state);
        link_attach(&l);
        link_failed(&l, ew_conn_handshake(&l.c), EW_ERROR_WANT_READ, EW_REASON_NONE);
        if (reset) {
            on_recv.error = ECONNRESET;
            link_failed(&l, ew_conn_handshake(&l.c), EW_ERROR_SYSCALL, EW_REASON_TRANSPORT);
            assert_int_equal(errno, ECONNRESET);
        } else {
            assert_int_equal(shutdown(l.w.fd, SHUT_WR), 0);
            link_failed(&l, ew_conn_handshake(&l.c), EW_ERROR_SSL, EW_REASON_HANDSHAKE_FAILED);
        }
        assert_int_equal(ew_conn_alert(&l.c), -1);
        link_close(&l);
    }
}
