#include "support.h"

#include "conn_fixture.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

static void open_on(fixture *f, const int fds[2], const char *script, int nonblocking)
{
    memset(f, 0, sizeof *f);
    faults_reset();
    f->fd = fds[0];
    f->peer = fds[1];
    f->e.script = script;
    if (nonblocking) {
        set_nonblocking(f->fd);
    }
    memset(&f->c, 0x5A, sizeof f->c); /* an application's memory may hold anything */
    assert_int_equal(ew_conn_open(&f->c, f->fd, &fake_port, &f->e), 0);
}

void start(fixture *f, const char *script, int nonblocking)
{
    int fds[2];

    socket_pair(fds);
    open_on(f, fds, script, nonblocking);
}

void start_tcp(fixture *f, const char *script)
{
    int fds[2];

    tcp_pair(fds);
    open_on(f, fds, script, 0);
}

void establish(fixture *f, const char *script, int nonblocking)
{
    start(f, "h.", nonblocking);
    assert_int_equal(ew_conn_handshake(&f->c), 1);
    f->e.script = script;
}

void stop(fixture *f)
{
    assert_string_equal(f->e.script, "");
    if (f->c.port != NULL) {
        assert_int_equal(ew_conn_release(&f->c), f->fd);
        close(f->fd);
    }
    assert_int_equal(f->e.detached, 1);
    close(f->peer);
}

void failed(const fixture *f, int ret, int error, int reason)
{
    assert_int_equal(ret, -1);
    assert_string_equal(ew_error_name(ew_conn_get_error(&f->c, ret)), ew_error_name(error));
    assert_string_equal(ew_reason_name(ew_conn_get_reason(&f->c)), ew_reason_name(reason));
}

void ends_unsent(const fixture *f, int ret)
{
    assert_int_equal(errno, ETIMEDOUT);
    failed(f, ret, EW_ERROR_SYSCALL, EW_REASON_TRANSPORT);
    assert_false(is_open(f->fd));
}
