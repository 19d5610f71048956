/* Opening a connection: what io, port and engine have to be for the promises to hold. */
#include "conn.h"
#include "dispatch.h"

/* What an engine may lack is for the calls that need it to say. */
static int is_complete(const ew_port *p)
{
    return p->attach != NULL && p->detach != NULL && p->clear != NULL && p->handshake != NULL &&
           p->flush != NULL && p->send_close_notify != NULL && p->receive != NULL &&
           p->take != NULL && p->write != NULL;
}

static int is_complete_io(const ew_io *io)
{
    return io->send != NULL && io->recv != NULL && io->half_close != NULL && io->close != NULL;
}

int endwell_refused(ew_conn *c, const char *why)
{
    c->number = EW_CAUSE_INVALID;
    return ew_transport_refuse(&c->transport, why);
}

/* Nothing of an earlier connection's counts; what each call begins with is its own to set. */
static void forget_calls(ew_conn *c)
{
    c->result = ENDWELL_ANSWER_NONE;
    c->untold = EW_ANSWER_ONE;
    c->failure = EW_ANSWER_ONE;
    c->blocking = 0;
    c->again = 0;
    c->in_call = 0;
    c->peeks = 0;
    c->port = NULL;
    c->engine = NULL;
    c->read_buf = NULL;
    c->write_buf = NULL;
    c->io_len = 0;
    c->owed = 0;
    c->number = EW_CAUSE_NONE;
    c->unsent = EW_CAUSE_NONE;
}

static void start_machines(ew_conn *c)
{
    ew_init(&c->machine);
    ew_orderly_init(&c->orderly);
}

void endwell_reset(ew_conn *c, const ew_io *io, void *context)
{
    ew_transport_init_io(&c->transport, io, context);
    forget_calls(c);
    start_machines(c);
}

/* The start, over an io of the application's. 0, or -1. */
static int prepare(ew_conn *c, const ew_io *io, void *context, int blocking)
{
    if (c == NULL) {
        return endwell_misuse(c, EW_CAUSE_INVALID);
    }
    endwell_reset(c, io, context);
    if (io == NULL) {
        return endwell_refused(c, EW_WORDS("the io is NULL"));
    }
    if (!is_complete_io(io)) {
        return endwell_refused(c, EW_WORDS("the io lacks a function"));
    }
    if (blocking && (io->wait == NULL || io->now_ms == NULL)) {
        return endwell_refused(
            c, EW_WORDS("the io cannot wait, or has no clock: for nonblocking use only"));
    }
    return 0;
}

/* What the port has to be. 0, or -1. */
static int check_port(ew_conn *c, const ew_port *port, const void *engine)
{
    if (port == NULL || engine == NULL) {
        return endwell_refused(c, EW_WORDS("port or engine is NULL"));
    }
    if (!is_complete(port)) {
        return endwell_refused(c, EW_WORDS("the port lacks a function"));
    }
    return 0;
}

/* The port says no. One that left no error has set errno itself. */
static int refused_by_port(ew_conn *c)
{
    if (c->transport.error != EW_CAUSE_NONE) {
        endwell_note(c, c->transport.error);
    }
    return -1;
}

static void be_established(ew_machine *m)
{
    (void)ew_adopt(m);
}

static void be_quiet(ew_machine *m)
{
    (void)ew_quiet_on(m);
}

/* The engine has the transport now. What its callbacks asked for on the way is not for this connection. */
static int opened(ew_conn *c, int blocking, const ew_port *port, void *engine)
{
    c->blocking = blocking != 0;
    c->port = port;
    c->engine = engine;
    c->result = EW_ANSWER_ZERO;
    c->deadline_ms = -1;
    c->handshake_expires = -1;
    if (c->transport.quiet) {
        be_quiet(&c->machine);
    }
    return 0;
}

/* The engine has shaken hands before. */
static int adopted(ew_conn *c, int blocking, const ew_port *port, void *engine)
{
    be_established(&c->machine);
    return opened(c, blocking, port, engine);
}

int endwell_open_port(ew_conn *c, int blocking, const ew_port *port, void *engine)
{
    if (check_port(c, port, engine) != 0) {
        return -1;
    }
    int attached = endwell_port_attach(port, engine, &c->transport);
    /*@ assert idle: c->in_call == 0; */
    if (attached != 0) {
        return refused_by_port(c);
    }
    return opened(c, blocking, port, engine);
}

int endwell_adopt_port(ew_conn *c, int blocking, const ew_port *port, void *engine)
{
    if (check_port(c, port, engine) != 0) {
        return -1;
    }
    if (port->adopt == NULL) {
        return endwell_refused(
            c, EW_WORDS("the port cannot adopt: its engine does not show what it holds"));
    }
    if (endwell_port_adopt(port, engine, &c->transport) != 0) {
        return refused_by_port(c);
    }
    return adopted(c, blocking, port, engine);
}

int ew_conn_open_io(ew_conn *c, const ew_io *io, void *context, int blocking, const ew_port *port,
                    void *engine)
{
    return prepare(c, io, context, blocking) != 0 ? -1
                                                  : endwell_open_port(c, blocking, port, engine);
}

int ew_conn_adopt_io(ew_conn *c, const ew_io *io, void *context, int blocking, const ew_port *port,
                     void *engine)
{
    return prepare(c, io, context, blocking) != 0 ? -1
                                                  : endwell_adopt_port(c, blocking, port, engine);
}

void ew_conn_set_deadline(ew_conn *c, int milliseconds)
{
    if (c != NULL) {
        c->deadline_ms = milliseconds < 0 ? -1 : milliseconds;
        c->handshake_expires = -1;
    }
}
