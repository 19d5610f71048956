/*
 * Endwell: what no history of an application's calls can break.
 *
 * any_application() is every application, over every port and every io that keep their contracts: it opens a
 * connection and makes any of the public calls, with any arguments, in any order and any number of times; it may
 * open again at any time. Beside that it keeps a record (spec/wire/application.h). W5 to W9 relate the two; they
 * hold after every call, by induction over the history: the loop invariants.
 *
 * Only the contracts of the public calls are used here, and the proofs of the C show that the shipped code keeps
 * them. The io and the port are the same all along, or NULL. A call with NULL for the connection is not in it:
 * there is nothing that it could change. What a callback of the engine's asks for is refused in the call under way.
 */
#include "wire/application.h"

/*@ terminates \true; exits \false; assigns \nothing; */
int any(void);

/*@ terminates \true; exits \false; assigns \nothing; */
size_t any_size(void);

/* Opening -------------------------------------------------------------------------------------- */

static int opens(ew_conn *c, const ew_io *io, const ew_port *port, const ew_io *with,
                 const ew_port *by, void *engine)
{
    int n = ew_conn_open_io(c, with, NULL, any(), by, engine);

    quiet = n == 0 && c->transport.quiet != 0;
    claimed = closed = released = 0;
    return n;
}

static int adopts(ew_conn *c, const ew_io *io, const ew_port *port, const ew_io *with,
                  const ew_port *by, void *engine)
{
    int n = ew_conn_adopt_io(c, with, NULL, any(), by, engine);

    quiet = n == 0 && c->transport.quiet != 0;
    claimed = closed = released = 0;
    return n;
}

/* Data ------------------------------------------------------------------------------------------- */

static int read_alone(ew_conn *c, uint8_t *buf, int len)
{
    return endwell_read_bytes(c, buf, len);
}

static int peek_alone(ew_conn *c, uint8_t *buf, int len)
{
    return endwell_peek_bytes(c, buf, len);
}

static ptrdiff_t write_alone(ew_conn *c, const uint8_t *buf, size_t len)
{
    /*@ ghost ew_given = buf; */
    /*@ ghost ew_given_from = ew_taken; */
    return endwell_write_bytes(c, buf, len);
}

static int reads(ew_conn *c, const ew_io *io, const ew_port *port, uint8_t *buf, int len)
{
    int n = read_alone(c, buf, len);

    if (n > 0) {
        told_read += (unsigned long long)n;
    }
    return n;
}

static int peeks(ew_conn *c, const ew_io *io, const ew_port *port, uint8_t *buf, int len)
{
    return peek_alone(c, buf, len);
}

static ptrdiff_t writes_some(ew_conn *c, const ew_io *io, const ew_port *port, const uint8_t *buf,
                             size_t len)
{
    ptrdiff_t n = write_alone(c, buf, len);

    if (n > 0) {
        told_written += (unsigned long long)n;
    }
    return n;
}

/* The TLS connection ------------------------------------------------------------------------------- */

static int shake_alone(ew_conn *c)
{
    return ew_conn_handshake(c);
}

static int shut_alone(ew_conn *c)
{
    return ew_conn_shutdown(c);
}

static int shakes_hands(ew_conn *c, const ew_io *io, const ew_port *port)
{
    return shake_alone(c);
}

static int shuts_down(ew_conn *c, const ew_io *io, const ew_port *port)
{
    int n = shut_alone(c);

    if (quiet != 0) {
        claimed = 1;
    }
    return n;
}

static int sets_flags(ew_conn *c, const ew_io *io, const ew_port *port, int flags)
{
    int n = ew_conn_set_shutdown(c, flags);

    if (n == 1) {
        claimed = flags == 2 || flags == 3;
    }
    return n;
}

static int sets_quiet(ew_conn *c, const ew_io *io, const ew_port *port, int on)
{
    int n = ew_conn_set_quiet_shutdown(c, on);

    if (n == 1) {
        quiet = on != 0;
    }
    return n;
}

static void sets_deadline(ew_conn *c, const ew_io *io, const ew_port *port, int ms)
{
    ew_conn_set_deadline(c, ms);
}

static int clear_alone(ew_conn *c)
{
    return ew_conn_clear(c);
}

static int clears(ew_conn *c, const ew_io *io, const ew_port *port)
{
    int n = clear_alone(c);

    if (n == 1) {
        claimed = 0;
    }
    return n;
}

/* The end ------------------------------------------------------------------------------------------ */

static int close_alone(ew_conn *c, int ms, size_t bytes)
{
    return ew_conn_close(c, ms, bytes);
}

static int finish_alone(ew_conn *c)
{
    return ew_conn_finish(c);
}

static int abort_alone(ew_conn *c)
{
    return ew_conn_abort(c);
}

static int release_alone(ew_conn *c)
{
    return ew_conn_release(c);
}

static int closes(ew_conn *c, const ew_io *io, const ew_port *port, int ms, size_t bytes)
{
    int n = close_alone(c, ms, bytes);

    if (quiet != 0) {
        claimed = 1;
    }
    if (n >= 0) {
        closed = 1;
    }
    return n;
}

static int finishes(ew_conn *c, const ew_io *io, const ew_port *port)
{
    int n = finish_alone(c);

    if (quiet != 0) {
        claimed = 1;
    }
    return n;
}

static int aborts(ew_conn *c, const ew_io *io, const ew_port *port)
{
    int n = abort_alone(c);

    if (quiet != 0) {
        claimed = 1;
    }
    if (n >= 0) {
        closed = 1;
    }
    return n;
}

static int releases(ew_conn *c, const ew_io *io, const ew_port *port)
{
    int n = release_alone(c);

    if (quiet != 0) {
        claimed = 1;
    }
    if (n >= 0) {
        released = 1;
    }
    return n;
}

/* Questions ---------------------------------------------------------------------------------------- */

static int asks_for_all(const ew_conn *c, const ew_io *io, const ew_port *port, int ret)
{
    (void)ew_conn_get_error(c, ret);
    (void)ew_conn_get_reason(c);
    (void)ew_conn_error_number(c);
    (void)ew_conn_detail(c);
    (void)ew_conn_get_shutdown(c);
    (void)ew_conn_session_kept(c);
    (void)ew_conn_alive(c);
    (void)ew_conn_alert(c);
    (void)ew_conn_engine_error(c);
    (void)ew_conn_pending(c);
    (void)ew_conn_timeout(c);
    return ew_conn_end_of_data(c);
}

/* Any of them, at any time ------------------------------------------------------------------------- */

static int any_count(int most, unsigned long long used)
{
    int n = any();

    return n <= most && (n < 1 || used <= LIFE - (unsigned long long)n) ? n : 0;
}

static size_t any_length(int most, unsigned long long used)
{
    size_t n = any_size();

    return n > PTRDIFF_MAX || (most > 0 && n <= (size_t)most && used <= LIFE - n) ? n : 0;
}

static const ew_io *io_or_none(const ew_io *io)
{
    return any() != 0 ? io : NULL;
}

static const ew_port *port_or_none(const ew_port *port)
{
    return any() != 0 ? port : NULL;
}

static uint8_t *buf_or_none(uint8_t *buf)
{
    return any() != 0 ? buf : NULL;
}

static void sets_up(ew_conn *c, const ew_io *io, const ew_port *port, void *engine)
{
    int step = any();

    if (step == 0) {
        (void)opens(c, io, port, io_or_none(io), port_or_none(port), engine);
    } else if (step == 1) {
        (void)adopts(c, io, port, io_or_none(io), port_or_none(port), engine);
    } else {
        (void)shakes_hands(c, io, port);
    }
}

static void changes(ew_conn *c, const ew_io *io, const ew_port *port)
{
    int step = any();

    if (step == 0) {
        (void)sets_flags(c, io, port, any());
    } else if (step == 1) {
        (void)sets_quiet(c, io, port, any());
    } else {
        sets_deadline(c, io, port, any());
    }
}

static void transfers(ew_conn *c, const ew_io *io, const ew_port *port, uint8_t *buf, int most)
{
    int step = any();

    if (step == 0) {
        (void)reads(c, io, port, buf_or_none(buf), any_count(most, told_read));
    } else if (step == 1) {
        (void)peeks(c, io, port, buf_or_none(buf), any_count(most, told_read));
    } else {
        (void)writes_some(c, io, port, buf_or_none(buf), any_length(most, told_written));
    }
}

static void shuts(ew_conn *c, const ew_io *io, const ew_port *port)
{
    int step = any();

    if (step == 0) {
        (void)shuts_down(c, io, port);
    } else if (step == 1) {
        (void)finishes(c, io, port);
    } else {
        (void)clears(c, io, port);
    }
}

static void ends(ew_conn *c, const ew_io *io, const ew_port *port)
{
    int step = any();

    if (step == 0) {
        (void)closes(c, io, port, any(), any_size());
    } else if (step == 1) {
        (void)aborts(c, io, port);
    } else {
        (void)releases(c, io, port);
    }
}

static void is_at_it(ew_conn *c, const ew_io *io, const ew_port *port, void *engine, uint8_t *buf,
                     int most)
{
    int step = any();

    if (step == 0) {
        sets_up(c, io, port, engine);
    } else if (step == 1) {
        changes(c, io, port);
    } else {
        transfers(c, io, port, buf, most);
    }
}

static void calls(ew_conn *c, const ew_io *io, const ew_port *port, void *engine, uint8_t *buf,
                  int most)
{
    int step = any();

    if (step == 0) {
        is_at_it(c, io, port, engine, buf, most);
    } else if (step == 1) {
        shuts(c, io, port);
    } else {
        ends(c, io, port);
    }
}

void any_application(ew_conn *c, const ew_io *io, const ew_port *port, void *engine, uint8_t *buf,
                     int most)
{
    (void)opens(c, io, port, io_or_none(io), port_or_none(port), engine);

    /*@
      HOLDS(loop invariant)
      loop assigns ASSIGNS, ew_given, ew_given_from, buf[0 .. most - 1];
    */
    for (;;) {
        calls(c, io, port, engine, buf, most);
        (void)asks_for_all(c, io, port, any());
    }
}
