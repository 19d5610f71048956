/* Another TLS connection on the same socket: ew_conn_clear. In steps, each of which is proved by itself. */
#include "conn.h"
#include "dispatch.h"

static void begin_anew(ew_machine *m)
{
    (void)ew_clear(m);
    (void)ew_handshake(m);
}

/*
 * The engine could not be reset, so nothing can follow on this connection: to
 * the core that is a handshake in which the engine failed.
 */
static void fail_at_start(ew_machine *m)
{
    begin_anew(m);
    (void)ew_step(m, EW_EVENT_TLS_ERROR);
}

static int give_up(ew_conn *c)
{
    fail_at_start(&c->machine);
    return endwell_answer(c, EW_ANSWER_TLS);
}

/* 0, or -1: the engine could not be reset. */
static int clear_engine(ew_conn *c)
{
    int result;

    c->in_call = 1;
    result = endwell_port_clear(c->port, c->engine, ew_session_kept(&c->machine));
    c->in_call = 0;
    return result;
}

/* Whether anything can follow on this socket; if not, the error's text says why. */
static int can_follow(ew_conn *c, int is_half_closed)
{
    if (is_half_closed) {
        (void)ew_transport_changed(
            &c->transport, EW_WORDS("our side of the socket is closed: nothing can follow on it"));
        return 0;
    }
    if (!ew_transport_is_between_records(&c->transport)) {
        (void)ew_transport_changed(
            &c->transport, EW_WORDS("the socket stands inside a record: nothing can follow on it"));
        return 0;
    }
    return 1;
}

static ew_answer start_again(ew_machine *m)
{
    return ew_clear(m);
}

static int reopen(ew_conn *c)
{
    ew_transport_reopen(&c->transport);
    return endwell_answer(c, start_again(&c->machine));
}

static int follow(ew_conn *c)
{
    return clear_engine(c) != 0 ? give_up(c) : reopen(c);
}

static int follow_or_fail(ew_conn *c, int is_half_closed)
{
    return can_follow(c, is_half_closed) ? follow(c) : give_up(c);
}

/* Of the connection before nothing is owed, or left to be told. */
static int start_over(ew_conn *c, int is_half_closed)
{
    c->owed = 0;
    c->handshake_expires = -1;
    c->again = 0;
    c->untold = EW_ANSWER_ONE;
    return follow_or_fail(c, is_half_closed);
}

/* The close begins anew, unless it has ended our side. */
static ew_orderly_answer reuse(ew_orderly_machine *m)
{
    return ew_orderly_reuse(m);
}

static ew_orderly_answer reuse_close(ew_conn *c)
{
    return reuse(&c->orderly);
}

int ew_conn_clear(ew_conn *c)
{
    ew_orderly_answer a;

    if (!endwell_is_open(c)) {
        return -1;
    }
    a = reuse_close(c);
    return a == EW_ORDERLY_ANSWER_CORRUPT ? endwell_answer(c, EW_ANSWER_CORRUPT)
                                          : start_over(c, ew_orderly_value(a) < 0);
}
