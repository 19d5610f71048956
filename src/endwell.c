/*
 * The connection: asks the core, performs what it answers through the port, and
 * waits where the socket blocks. What closing means is decided by the core alone.
 */
#include "endwell.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { DRAIN_CHUNK = 1024 };

/* Results ------------------------------------------------------------------ */

static int answer(ew_conn *c, ew_result r)
{
    uint8_t error = ew_error(r);

    c->result = r;
    if (error == EW_ERROR_SYSCALL || error == EW_ERROR_SSL) {
        errno = c->transport.error != 0 ? c->transport.error : EPROTO;
    }
    return ew_value(r);
}

/* A call that the core has no part in: it is not open, or an argument is wrong. */
static int misuse(ew_conn *c, int error)
{
    c->result = EW_RESULT(EW_ACTION_RETURN, -1, EW_ERROR_SSL, EW_REASON_NONE);
    errno = error;
    return -1;
}

static int wants(ew_result r)
{
    return ew_error(r) == EW_ERROR_WANT_READ || ew_error(r) == EW_ERROR_WANT_WRITE;
}

/* Time --------------------------------------------------------------------- */

static int64_t now_ms(void)
{
    struct timespec ts;

    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

/* What poll takes: milliseconds until `expires`; -1: for good. */
static int remaining(int64_t expires)
{
    int64_t left;

    if (expires < 0) {
        return -1;
    }
    left = expires - now_ms();
    return left <= 0 ? 0 : left > INT_MAX ? INT_MAX : (int)left;
}

static void start_call(ew_conn *c)
{
    c->expires = c->deadline_ms < 0 ? -1 : now_ms() + c->deadline_ms;
    c->spared = 0;
}

/*
 * 1: the socket is ready; 0: time is up (ETIMEDOUT), or poll failed, see errno.
 * Once time is up readiness does not count: a flood makes the socket ready for ever.
 */
static int wait_until(int fd, short events, int64_t expires)
{
    struct pollfd p = {.fd = fd, .events = events};
    int n;

    do {
        int left = remaining(expires);

        if (left == 0) {
            errno = ETIMEDOUT;
            return 0;
        }
        n = poll(&p, 1, left);
    } while (n == 0 || (n < 0 && errno == EINTR));
    return n > 0;
}

/* After a result that wants something: 1, repeat the call; 0, give it back. */
static int may_repeat(ew_conn *c, ew_result r)
{
    if (!c->blocking) {
        errno = EAGAIN;
        return 0;
    }
    c->spared = 0;
    return wait_until(c->transport.fd, ew_error(r) == EW_ERROR_WANT_READ ? POLLIN : POLLOUT,
                      c->expires);
}

/* Records that mean nothing come one by one; this is where a flood of them ends. */
static uint8_t spare(ew_conn *c, uint8_t outcome)
{
    if (outcome != EW_EVENT_OTHER || ++c->spared < EW_RECORD_BUDGET) {
        return outcome;
    }
    c->spared = 0;
    return c->blocking && remaining(c->expires) != 0 ? outcome : EW_EVENT_WANT_READ;
}

/* The core's actions ------------------------------------------------------- */

static uint8_t receive(ew_conn *c)
{
    uint8_t outcome = spare(c, c->port->receive(c->engine));

    if (outcome == EW_EVENT_DATA && c->read_buf != NULL) {
        c->io_done = c->port->take(c->engine, c->read_buf, c->io_len);
        if (c->io_done <= 0) {
            return EW_EVENT_TLS_ERROR;
        }
    }
    return outcome;
}

static uint8_t perform(ew_conn *c, uint8_t action)
{
    if (action == EW_ACTION_FLUSH) {
        return c->port->flush(c->engine);
    }
    if (action == EW_ACTION_SEND_CLOSE_NOTIFY) {
        return c->port->send_close_notify(c->engine);
    }
    if (action == EW_ACTION_RECEIVE) {
        return receive(c);
    }
    return c->port->write(c->engine, c->write_buf, c->io_len, &c->io_done);
}

static int run(ew_conn *c, ew_result (*call)(ew_machine *))
{
    ew_result r;

    if (c->port == NULL) {
        return misuse(c, EBADF);
    }
    start_call(c);
    do {
        r = call(&c->machine);
        while (ew_action(r) != EW_ACTION_RETURN) {
            r = ew_step(&c->machine, perform(c, ew_action(r)));
        }
    } while (wants(r) && may_repeat(c, r));
    return answer(c, r);
}

/* The calls ---------------------------------------------------------------- */

int ew_conn_open(ew_conn *c, int fd, const ew_port *port, void *engine)
{
    int type = 0;
    socklen_t len = sizeof type;
    int flags = fcntl(fd, F_GETFL);

    memset(c, 0, sizeof *c);
    ew_init(&c->machine);
    if (flags < 0 || getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &len) != 0) {
        return -1;
    }
    if (type != SOCK_STREAM || port == NULL || engine == NULL) {
        errno = EINVAL;
        return -1;
    }
    ew_transport_init(&c->transport, fd);
    if (port->attach(engine, &c->transport) != 0) {
        return -1;
    }
    c->port = port;
    c->engine = engine;
    c->deadline_ms = -1;
    c->blocking = (flags & O_NONBLOCK) == 0;
    return 0;
}

void ew_conn_set_deadline(ew_conn *c, int milliseconds)
{
    c->deadline_ms = milliseconds < 0 ? -1 : milliseconds;
}

int ew_conn_handshake(ew_conn *c)
{
    ew_result r;
    uint8_t outcome;

    if (c->port == NULL) {
        return misuse(c, EBADF);
    }
    r = ew_handshake_started(&c->machine);
    if (ew_value(r) < 0) {
        return answer(c, r);
    }
    start_call(c);
    do {
        do {
            outcome = spare(c, c->port->handshake(c->engine));
        } while (outcome == EW_EVENT_OTHER);
        if (outcome == EW_EVENT_DONE) {
            return answer(c, ew_handshake_finished(&c->machine));
        }
        if (outcome != EW_EVENT_WANT_READ && outcome != EW_EVENT_WANT_WRITE) {
            return answer(c, ew_handshake_failed(&c->machine));
        }
        r = EW_RESULT(EW_ACTION_RETURN, -1,
                      outcome == EW_EVENT_WANT_READ ? EW_ERROR_WANT_READ : EW_ERROR_WANT_WRITE,
                      EW_REASON_NONE);
    } while (may_repeat(c, r));
    return answer(c, r);
}

int ew_conn_read(ew_conn *c, void *buf, int len)
{
    int value;

    if (buf == NULL || len < 1) {
        return misuse(c, EINVAL);
    }
    c->read_buf = buf;
    c->io_len = len;
    value = run(c, ew_read);
    c->read_buf = NULL;
    return value > 0 ? c->io_done : value;
}

int ew_conn_write(ew_conn *c, const void *buf, int len)
{
    int value;

    if (buf == NULL || len < 1 || len < c->owed) {
        return misuse(c, EINVAL);
    }
    c->write_buf = buf;
    c->io_len = len < EW_RECORD_MAX ? len : EW_RECORD_MAX;
    value = run(c, ew_write);
    c->write_buf = NULL;
    c->owed = value < 0 && wants(c->result) ? c->io_len : 0;
    return value > 0 ? c->io_done : value;
}

int ew_conn_shutdown(ew_conn *c)
{
    return run(c, ew_shutdown);
}

int ew_conn_finish(ew_conn *c)
{
    int value;

    do {
        value = ew_conn_shutdown(c);
    } while (value == 0);
    return value;
}

int ew_conn_clear(ew_conn *c)
{
    if (c->port == NULL) {
        return misuse(c, EBADF);
    }
    if (c->port->clear(c->engine, ew_session_kept(&c->machine)) != 0) {
        return answer(c, EW_RESULT(EW_ACTION_RETURN, -1, EW_ERROR_SSL, EW_REASON_TLS));
    }
    ew_transport_init(&c->transport, c->transport.fd);
    c->owed = 0;
    return answer(c, ew_clear(&c->machine));
}

/* The end of the connection ------------------------------------------------ */

/*
 * Whether shutdown has something to send before it would wait for the peer. Not
 * so if the application claimed with set_shutdown that the alert was sent.
 */
static int notice_owed(const ew_machine *m)
{
    if (m->notice_out != EW_NOTICE_OUT_NONE) {
        return m->notice_out == EW_NOTICE_OUT_QUEUED;
    }
    return m->sent == EW_SENT_NO || m->output == EW_OUTPUT_PENDING;
}

int ew_conn_release(ew_conn *c)
{
    int fd = c->transport.fd;

    if (c->port == NULL) {
        return misuse(c, EBADF);
    }
    c->port->detach(c->engine, ew_session_kept(&c->machine));
    c->port = NULL;
    return fd;
}

/*
 * 1: the peer ended its side; 0: a bound was reached, or reset; -1: wait, then call again. A reset
 * that an earlier call was told of looks like an end from then on.
 */
static int drain(ew_conn *c)
{
    char dropped[DRAIN_CHUNK];

    while (c->drain_left > 0) {
        size_t len = c->drain_left < sizeof dropped ? c->drain_left : sizeof dropped;
        ssize_t n = recv(c->transport.fd, dropped, len, MSG_DONTWAIT);

        if (n == 0) {
            return c->transport.error == 0;
        }
        if (n > 0) {
            c->drain_left -= (size_t)n;
        } else if (errno != EINTR && errno != EAGAIN && errno != EWOULDBLOCK) {
            return 0;
        }
        if (remaining(c->drain_expires) == 0) {
            return 0;
        }
        if (n < 0 && errno != EINTR && !c->blocking) {
            return -1;
        }
        if (n < 0 && errno != EINTR && !wait_until(c->transport.fd, POLLIN, c->drain_expires)) {
            return 0;
        }
    }
    return 0;
}

int ew_conn_close(ew_conn *c, int drain_ms, size_t drain_max)
{
    int ended;

    if (c->port == NULL) {
        return misuse(c, EBADF);
    }
    if (!c->draining) {
        if (notice_owed(&c->machine) && run(c, ew_shutdown) < 0) {
            if (wants(c->result)) {
                return -1;
            }
            c->failure = c->result;
        }
        shutdown(c->transport.fd, SHUT_WR);
        c->draining = 1;
        c->drain_expires = now_ms() + (drain_ms > 0 ? drain_ms : 0);
        c->drain_left = drain_max;
    }
    ended = drain(c);
    if (ended < 0) {
        errno = EAGAIN;
        return answer(c, EW_RESULT(EW_ACTION_RETURN, -1, EW_ERROR_WANT_READ, EW_REASON_NONE));
    }
    close(ew_conn_release(c));
    if (c->failure != 0) {
        return answer(c, c->failure); /* whatever the drain left in errno, or asked for */
    }
    return answer(c, EW_RESULT(EW_ACTION_RETURN, ended, EW_ERROR_NONE, EW_REASON_NONE));
}
