/* Opening, of connections that somebody else began too, on a port that follows a script. */
#include "support.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "conn_fixture.h"

/* K-29: reading and closing begin at once. */
static void what_is_established_can_be_adopted(void **state)
{
    fake_engine e = {.script = "rdt3w.c.rn"};
    int fds[2];
    ew_conn c;
    char b[4];

    (void)state;
    socket_pair(fds);
    assert_int_equal(ew_conn_adopt(&c, fds[0], &fake_port, &e), 0);
    assert_int_equal(e.adopted, 1);
    assert_int_equal(ew_conn_read(&c, b, 4), 3);
    assert_int_equal(ew_conn_write(&c, "data", 4), 4);
    assert_int_equal(ew_conn_finish(&c), 1);
    assert_int_equal(ew_conn_end_of_data(&c), 1);
    assert_int_equal(ew_conn_clear(&c), 1); /* and after it a handshake, like any other */
    assert_int_equal(ew_conn_write(&c, "data", 4), -1);
    assert_int_equal(ew_conn_get_reason(&c), EW_REASON_HANDSHAKE);
    e.script = "h.";
    assert_int_equal(ew_conn_handshake(&c), 1);
    assert_int_equal(ew_conn_abort(&c), 0);
    close(fds[1]);
}

static void an_adopted_engine_may_be_quiet(void **state)
{
    fake_engine e = {.script = "", .quiet = 1};
    int fds[2];
    ew_conn c;

    (void)state;
    socket_pair(fds);
    assert_int_equal(ew_conn_adopt(&c, fds[0], &fake_port, &e), 0);
    assert_int_equal(ew_conn_shutdown(&c), 1);
    assert_int_equal(ew_conn_abort(&c), 0);
    close(fds[1]);
}

static void adopt_says_what_it_refuses(void **state)
{
    ew_port unable = fake_port;
    ew_port lacking = fake_port;
    fake_engine e = {.script = "", .refuse = 1};
    ew_conn c;
    int fds[2];

    (void)state;
    unable.adopt = NULL;
    lacking.take = NULL;
    socket_pair(fds);
    assert_int_equal(ew_conn_adopt(NULL, fds[0], &fake_port, &e), -1);
    assert_int_equal(errno, EINVAL);
    assert_int_equal(ew_conn_adopt(&c, -1, &fake_port, &e), -1);
    assert_int_equal(errno, EBADF);
    assert_int_equal(ew_conn_adopt(&c, fds[0], NULL, &e), -1);
    assert_int_equal(ew_conn_adopt(&c, fds[0], &fake_port, NULL), -1);
    assert_tells(&c, "NULL");
    assert_int_equal(ew_conn_adopt(&c, fds[0], &lacking, &e), -1);
    assert_tells(&c, "lacks");
    errno = 0;
    assert_int_equal(ew_conn_adopt(&c, fds[0], &unable, &e), -1);
    assert_int_equal(errno, EINVAL);
    assert_tells(&c, "cannot adopt");
    assert_int_equal(e.adopted, 0);
    assert_int_equal(ew_conn_adopt(&c, fds[0], &fake_port, &e), -1);
    assert_int_equal(errno, EINVAL);
    assert_string_equal(ew_conn_detail(&c), "the script says no");
    assert_int_equal(ew_conn_read(&c, &c, 1), -1);
    assert_int_equal(errno, EBADF);
    assert_true(fcntl(fds[0], F_GETFD) >= 0); /* still the caller's */
    e.refuse = 0;
    assert_int_equal(ew_conn_open(&c, fds[0], &unable, &e), 0); /* which is all it lacks */
    assert_int_equal(ew_conn_abort(&c), 0);
    close(fds[1]);
}

static void set_no_wait(void *owner)
{
    ew_conn_set_deadline(owner, 0);
}

/* ew_conn_open: no deadline. One that is set as the engine takes the transport over is not kept. */
static void no_deadline_comes_from_a_callback_of_opening(void **state)
{
    ew_conn c;
    fake_engine e = {.script = "", .callback = set_no_wait, .owner = &c};
    int fds[2];

    (void)state;
    for (int adopt = 0; adopt <= 1; adopt++) {
        socket_pair(fds);
        assert_int_equal((adopt ? ew_conn_adopt : ew_conn_open)(&c, fds[0], &fake_port, &e), 0);
        assert_int_equal(c.deadline_ms, -1);
        assert_int_equal(c.handshake_expires, -1);
        assert_int_equal(ew_conn_abort(&c), 0);
        close(fds[1]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_established_can_be_adopted),
        cmocka_unit_test(an_adopted_engine_may_be_quiet),
        cmocka_unit_test(adopt_says_what_it_refuses),
        cmocka_unit_test(no_deadline_comes_from_a_callback_of_opening),
    };

    return RUN(tests);
}
