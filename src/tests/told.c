#include "support.h"

#include "told.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "frame.h"

/* In the midst of a handshake: we have said hello, or, as a server, listen. */
static void begin(const variant *v)
{
    link_make(&l, v);
    link_attach(&l);
    link_failed(&l, ew_conn_handshake(&l.c), EW_ERROR_WANT_READ, EW_REASON_NONE);
    assert_int_equal(ew_conn_alert(&l.c), -1);
    assert_int_equal(ew_conn_engine_error(&l.c), 0);
}

void told_of_an_alert_in_the_handshake(const variant *v, int number, long code)
{
    const uint8_t alert[] = {21, 3, 3, 0, 2, 2, (uint8_t)number};

    begin(v);
    if (v->server) { /* which hears a hello first, and answers it */
        (void)peer_handshake(&l);
        wire_release(&l.w, ALL);
        link_failed(&l, ew_conn_handshake(&l.c), EW_ERROR_WANT_READ, EW_REASON_NONE);
    }
    wire_put(&l.w, alert, sizeof alert);
    wire_release(&l.w, ALL);
    link_failed(&l, ew_conn_handshake(&l.c), EW_ERROR_SSL, EW_REASON_FATAL_ALERT);
    assert_int_equal(ew_conn_alert(&l.c), number);
    assert_int_equal(ew_conn_engine_error(&l.c), code);
    link_close(&l);
}

void told_of_an_alert(const variant *v, int number, long code)
{
    link_open(&l, v);
    peer_alert(&l, 1, 90); /* a warning is none */
    wire_release(&l.w, ALL);
    reading_waits();
    assert_int_equal(ew_conn_alert(&l.c), -1);
    peer_alert(&l, 2, number);
    wire_release(&l.w, ALL);
    reading_fails(EW_ERROR_SSL, EW_REASON_FATAL_ALERT);
    assert_int_equal(ew_conn_alert(&l.c), number);
    assert_int_equal(ew_conn_engine_error(&l.c), code);
    link_renew(&l);
    link_start(&l);
    assert_int_equal(ew_conn_alert(&l.c), -1);
    assert_int_equal(ew_conn_engine_error(&l.c), 0);
    link_close(&l);
}

void told_of_nonsense(const variant *v, long code_of_nonsense, long code_of_forgery)
{
    begin(v);
    wire_put(&l.w, "GET / HTTP/1.0\r\n\r\n", 18);
    wire_release(&l.w, ALL);
    link_failed(&l, ew_conn_handshake(&l.c), EW_ERROR_SSL, EW_REASON_HANDSHAKE_FAILED);
    assert_int_equal(ew_conn_alert(&l.c), -1);
    assert_int_equal(ew_conn_engine_error(&l.c), code_of_nonsense);
    link_close(&l);
    link_open(&l, v);
    peer_forges();
    reading_fails(EW_ERROR_SSL, EW_REASON_TLS);
    assert_int_equal(ew_conn_alert(&l.c), -1);
    assert_int_equal(ew_conn_engine_error(&l.c), code_of_forgery);
    link_close(&l);
}

/* The connection says handshake_failed of both: the port is asked. */
void told_of_the_socket(const variant *v)
{
    begin(v);
    assert_int_equal(shutdown(l.w.fd, SHUT_WR), 0);
    assert_int_equal(l.c.port->handshake(l.c.engine), EW_EVENT_EOF);
    link_close(&l);
    begin(v);
    on_recv.error = ECONNRESET;
    assert_int_equal(l.c.port->handshake(l.c.engine), EW_EVENT_IO_ERROR);
    on_recv.error = 0;
    assert_int_equal(ew_conn_alert(&l.c), -1);
    link_close(&l);
}
