#include "support.h"

#include "adopted.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "frame.h"

long own_send(const void *buf, size_t len)
{
    return send(l.fd, buf, len, MSG_NOSIGNAL);
}

long own_recv(void *buf, size_t len)
{
    return recv(l.fd, buf, len, 0);
}

void adopted_begin(const variant *v, const own_calls *own)
{
    link_make(&l, v);
    link_wire(&l);
    (void)link_engine(&l);
    own->begin();
}

void adopted_handshake(const own_calls *own)
{
    int ours = 0, theirs = 0;

    for (int turn = 0; turn < 50 && (ours != 1 || theirs != 1); turn++) {
        if (ours != 1) {
            ours = own->handshake();
        }
        theirs = peer_handshake(&l);
        wire_release(&l.w, ALL);
    }
    assert_int_equal(ours, 1);
    assert_int_equal(theirs, 1);
    wire_mark(&l.w);
}

/* And the connection is none. */
void adopted_refused(const own_calls *own, const char *words)
{
    errno = 0;
    assert_int_equal(ew_conn_adopt(&l.c, l.fd, own->port, link_object(&l)), -1);
    assert_int_equal(errno, EINVAL);
    assert_tells(&l.c, words);
    assert_null(l.c.port);
}

static void uses(const own_calls *own)
{
    char got[8];

    peer_sends("first");
    assert_int_equal(own->receive(got, 5), 1);
    assert_memory_equal(got, "first", 5);
    assert_int_equal(own->write("second", 6), 1);
    peer_reads(&l, "second", 6, -1);
}

void adopted_goes_on(const variant *v, const own_calls *own, int used)
{
    adopted_begin(v, own);
    adopted_handshake(own);
    if (used) {
        uses(own);
    }
    peer_sends("waits in the socket");
    assert_int_equal(ew_conn_adopt(&l.c, l.fd, own->port, link_object(&l)), 0);
    reading_gets("waits in the socket");
    reading_waits();
    assert_int_equal(ew_conn_write(&l.c, "data", 4), 4);
    peer_reads(&l, "data", 4, -1);
    assert_int_equal(ew_conn_shutdown(&l.c), 0);
    peer_reads(&l, "", 0, 0); /* it sees our close_notify */
    assert_int_equal(wire_records(&l.w), 2 + used);
    peer_sends("late");
    peer_closes();
    reading_gets("late");
    assert_int_equal(ew_conn_shutdown(&l.c), 1);
    assert_int_equal(ew_conn_session_kept(&l.c), 1);
    link_close(&l);
}

static void comes_to(moment m, const own_calls *own)
{
    char got[8];

    switch (m) {
    case HALF_WAY: assert_int_equal(own->handshake(), 0); break;
    case HOLDS_DATA:
        peer_sends("held");
        assert_int_equal(own->receive(got, 0), 1);
        break;
    case HOLDS_REST:
        peer_sends("held");
        assert_int_equal(own->receive(got, 3), 1);
        break;
    case HALF_HEAD:
    case HALF_IN:
        peer_write(&l, "held", 4);
        wire_release(&l.w, m == HALF_HEAD ? 2 : 20);
        assert_int_equal(own->receive(got, 0), 0);
        break;
    case HALF_OUT:
        on_send.budget = 10;
        assert_int_equal(own->write("half of it", 10), 0);
        unblock();
        break;
    case HAS_CLOSED: assert_int_equal(own->close(), 1); break;
    case HEARD_CLOSE:
        peer_closes();
        assert_int_equal(own->receive(got, 0), 0);
        break;
    default: break;
    }
}

void adopted_is_refused(const variant *v, const own_calls *own)
{
    for (moment m = BEFORE; m < MOMENTS; m++) {
        adopted_begin(v, own);
        if (m > HALF_WAY) {
            adopted_handshake(own);
        }
        comes_to(m, own);
        adopted_refused(own, own->refusals[m]);
        adopted_refused(own, own->refusals[m]); /* it was left as it was */
        link_close(&l);
        close(l.fd);
    }
}
