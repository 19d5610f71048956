#include "handshake_ends.h"

#include <errno.h>
#include <sys/socket.h>

#include "frame.h"

enum { HANDSHAKE_FAILURE = 40, BAD_RECORD_MAC = 20 };

void peer_alerts_in_the_clear(int level, int description)
{
    const uint8_t record[] = {21, 3, 3, 0, 2, (uint8_t)level, (uint8_t)description};

    wire_put(&l.w, record, sizeof record);
    wire_release(&l.w, ALL);
}

static void peer_refuses(void)
{
    peer_alerts_in_the_clear(2, HANDSHAKE_FAILURE);
}

static void peer_closes_early(void)
{
    peer_alerts_in_the_clear(1, 0);
}

static void socket_ends(void)
{
    assert_int_equal(shutdown(l.w.fd, SHUT_WR), 0);
}

static void socket_fails(void)
{
    on_recv.error = ECONNRESET;
}

void each_end_of_a_handshake_is_told(const variant *v, long of_alert)
{
    static const struct {
        void (*happens)(void);
        uint8_t is;
    } ends[] = {
        {peer_refuses, EW_EVENT_FATAL_ALERT}, {peer_closes_early, EW_EVENT_CLOSE_NOTIFY},
        {socket_ends, EW_EVENT_EOF},          {socket_fails, EW_EVENT_IO_ERROR},
        {peer_forges, EW_EVENT_TLS_ERROR},
    };

    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        const ew_port *port = v->other->port;
        int alerted = ends[i].is == EW_EVENT_FATAL_ALERT;
        uint8_t is;

        link_make(&l, v);
        link_attach(&l);
        assert_int_equal(port->handshake(l.us.engine), EW_EVENT_WANT_READ);
        ends[i].happens();
        do {
            is = port->handshake(l.us.engine);
        } while (is == EW_EVENT_OTHER);
        assert_int_equal(is, ends[i].is);
        assert_int_equal(l.c.transport.alert, alerted ? HANDSHAKE_FAILURE : -1);
        if (alerted) {
            assert_int_equal(l.c.transport.engine_error, of_alert);
        } else {
            assert_int_equal(l.c.transport.engine_error != 0, is == EW_EVENT_TLS_ERROR);
        }
        faults_reset();
        link_close(&l);
    }
}

void an_alert_among_the_data_has_its_number(const variant *v, long of_alert)
{
    link_open(&l, v);
    assert_int_equal(ew_conn_alert(&l.c), -1);
    peer_alert(&l, 2, BAD_RECORD_MAC);
    wire_release(&l.w, ALL);
    reading_fails(EW_ERROR_SSL, EW_REASON_FATAL_ALERT);
    assert_int_equal(ew_conn_alert(&l.c), BAD_RECORD_MAC);
    assert_int_equal(ew_conn_engine_error(&l.c), of_alert);
    link_close(&l);
}

int suspensions_of_a_handshake(void)
{
    int suspended = 0;
    int ours = -1;
    int theirs = 0;

    for (int turn = 0; turn < 50 && (ours != 1 || !theirs); turn++) {
        ours = ours == 1 ? 1 : ew_conn_handshake(&l.c);
        if (ours != 1 && ew_conn_get_error(&l.c, ours) == EW_ERROR_SUSPENDED) {
            assert_int_equal(errno, EAGAIN);
            suspended++;
        } else if (ours != 1) {
            assert_int_equal(ew_conn_get_reason(&l.c), EW_REASON_NONE);
        }
        theirs = peer_handshake(&l);
        wire_release(&l.w, ALL);
    }
    assert_int_equal(ours, 1);
    assert_int_equal(theirs, 1);
    wire_fetch(&l.w);
    wire_mark(&l.w);
    return suspended;
}

void all_goes_on(void)
{
    assert_int_equal(ew_conn_write(&l.c, "ours", 4), 4);
    peer_reads(&l, "ours", 4, -1);
    peer_sends("theirs");
    reading_gets("theirs");
    assert_int_equal(ew_conn_shutdown(&l.c), 0);
    peer_reads(&l, "", 0, 0);
    peer_closes();
    assert_int_equal(ew_conn_shutdown(&l.c), 1);
}
