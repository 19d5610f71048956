/*
 * Endwell: the contracts of src/open.c: what is open is usable and can be ended, and nothing that was seen of
 * a connection before counts for it; what is refused is not open. They are what the contracts of the other calls
 * require (connection.h, closing.h): these hold from the first call on.
 */
#ifndef EW_WIRE_OPENING_H
#define EW_WIRE_OPENING_H

#include "wire/closing.h"

/* What an onlooker has seen of the transport and of the TLS connection that is on it. */
#define EW_SEEN EW_RECORD, ew_pending, ew_gone, ew_our_side_closed, ew_earned

#define EW_NOTHING_SEEN                                                                                                \
    (ew_authenticated == 0 && ew_notice_asked == 0 && ew_notice_out == 0 && ew_failed == 0 && ew_gone == 0 &&          \
     ew_our_side_closed == 0 && ew_earned == 0)

/* Of memory that may hold anything: not open, no call begun, both machines at their start. */
/*@
  predicate is_new(ew_conn *c) =
    c->port == \null && c->in_call == 0 && c->read_buf == \null && c->untold == EW_ANSWER_ONE && c->owed == 0 &&
    c->failure == EW_ANSWER_ONE && at_start(&c->machine) && c->machine.quiet == EW_QUIET_OFF &&
    at_start(&c->orderly);

  predicate can_wait(ew_io *io, integer blocking) = blocking != 0 ==> io->wait != \null && io->now_ms != \null;

  predicate is_apart(ew_conn *c, ew_io *io, ew_port *port) =
    (io != \null ==> \valid_read(io)) && (port != \null ==> \valid_read(port)) &&
    (c != \null ==> \valid(c) && ew_served == c && \separated(c, port) && \separated(c, io)) &&
    (io != \null && port != \null ==> \separated(port, io));
*/

/* What an open leaves, where it succeeds and where it refuses. */
#define EW_OPENED                                                                                                      \
    ensures values: \result == 0 || \result == -1;                                                                     \
    ensures open: \result == 0 ==> is_open(c) && c->port == port && c->engine == engine;                               \
    ensures blocking: \result == 0 ==> (c->blocking != 0 <==> blocking != 0);                                          \
    ensures W5_no_deadline: \result == 0 ==> c->deadline_ms == -1 && c->handshake_expires == -1;                       \
    ensures refused: c != \null && \result == -1 ==> c->port == \null;                                                 \
    ensures idle: c != \null ==> c->in_call == 0;                                                                      \
    EW_STAYS_USABLE                                                                                                    \
    ensures endable: c != \null ==> is_endable(c);                                                                     \
    ensures nothing_seen: \result == 0 ==> EW_NOTHING_SEEN && ew_pending == 0;                                         \
    ensures W7_not_claimed: \result == 0 ==> c->machine.received == EW_RECEIVED_NO;                                    \
    ensures W7_quiet: \result == 0 ==> (c->machine.quiet == EW_QUIET_ON <==> c->transport.quiet != 0);                 \
    ensures W7_refused: c != \null && \result == -1 ==> c->machine.received == EW_RECEIVED_NO;                         \
    ensures W7_refused_quiet: c != \null && \result == -1 ==> c->machine.quiet == EW_QUIET_OFF;                        \
    ensures W8_none_made: \result == 0 ==> !notice_made(&c->machine) && c->machine.sent == EW_SENT_NO;                 \
    ensures in_range: \result == 0 ==> c->machine.quiet <= EW_QUIET_ON;

/* What a port and an io owe ------------------------------------------------------------------------ */

/* A TLS connection that was not seen before, over a transport that is ours from here on (P-10, K-29). */
/*@
  requires   valid: \valid_read(p) && \valid(ew_served) && t == &ew_served->transport;
  requires   not_open: ew_served->port == \null;
  terminates \true;
  exits      \false;
  assigns    EW_PORT_WRITES, EW_SEEN;
  ensures    machine: same_machine{Pre,Post}(ew_served);
  ensures    left_alone: same_call{Pre,Post}(ew_served);
  ensures    P10_nothing_pending: \result == 0 ==> ew_pending == 0;
  ensures    P10_begins: \result == 0 ==> EW_NOTHING_SEEN;
*/
static inline int endwell_port_attach(const ew_port *p, void *engine, ew_transport *t);

/*@
  requires   valid: \valid_read(p) && \valid(ew_served) && t == &ew_served->transport;
  requires   not_open: ew_served->port == \null;
  terminates \true;
  exits      \false;
  assigns    EW_PORT_WRITES, EW_SEEN;
  ensures    machine: same_machine{Pre,Post}(ew_served);
  ensures    left_alone: same_call{Pre,Post}(ew_served);
  ensures    P10_nothing_pending: \result == 0 ==> ew_pending == 0;
  ensures    K29_at_rest: \result == 0 ==> EW_NOTHING_SEEN;
*/
static inline int endwell_port_adopt(const ew_port *p, void *engine, ew_transport *t);

/* Proven with more, and against more, in wire/transport.h. */
/*@
  requires   valid: \valid(t);
  terminates \true;
  exits      \false;
  assigns    t->fd, t->error, t->quiet, t->met, t->ended, t->half_closed, t->gate, t->to_shut, t->fed, t->tail_len,
             t->in.have, t->in.left, t->in.head[0 .. 4], t->out.have, t->out.left,
             t->out.head[0 .. 4], t->swallowed, t->alert, t->engine_error;
  assigns    t->io \from io;
  assigns    t->io_context \from context;
  assigns    t->detail \from \nothing;
  ensures    io: t->io == io && t->io_context == context;
*/
void ew_transport_init_io(ew_transport *t, const ew_io *io, void *context);

/*@
  requires   valid: \valid(t);
  terminates \true;
  exits      \false;
  assigns    t->error;
  assigns    t->detail \from why;
  ensures    refused: \result == -1;
*/
int ew_transport_refuse(ew_transport *t, const char *why);

/* Steps -------------------------------------------------------------------------------------------- */

/*@
  requires   valid: \valid_read(p);
  terminates \true;
  exits      \false;
  assigns    \nothing;
*/
static int is_complete(const ew_port *p);

/*@
  requires   valid: \valid_read(io);
  terminates \true;
  exits      \false;
  assigns    \nothing;
*/
static int is_complete_io(const ew_io *io);

/*@
  requires   valid: \valid(c);
  terminates \true;
  exits      \false;
  assigns    c->number, c->transport.error;
  assigns    c->transport.detail \from why;
  ensures    refused: \result == -1;
*/
int endwell_refused(ew_conn *c, const char *why);

/*@
  requires   valid: \valid(c);
  terminates \true;
  exits      \false;
  assigns    c->result, c->untold, c->failure, c->blocking, c->again, c->in_call, c->peeks,
             c->io_len, c->owed, c->number, c->unsent;
  assigns    c->port, c->engine, c->read_buf, c->write_buf \from \nothing;
  ensures    begun: c->in_call == 0 && c->untold == EW_ANSWER_ONE && c->owed == 0 &&
               c->failure == EW_ANSWER_ONE && c->blocking == 0 && c->peeks == 0 && c->io_len == 0 && c->again == 0;
  ensures    not_open: c->port == \null && c->read_buf == \null && c->write_buf == \null;
*/
static void forget_calls(ew_conn *c);

/*@
  requires   valid: \valid(c);
  terminates \true;
  exits      \false;
  assigns    c->machine, c->orderly;
  ensures    machine: at_start(&c->machine);
  ensures    quiet: c->machine.quiet == EW_QUIET_OFF;
  ensures    close: at_start(&c->orderly);
*/
static void start_machines(ew_conn *c);

/*@
  requires   valid: \valid(c);
  terminates \true;
  exits      \false;
  assigns    *c;
  ensures    not_open: c->port == \null && c->read_buf == \null;
  ensures    begun: c->in_call == 0 && c->again == 0 && c->untold == EW_ANSWER_ONE && c->owed == 0 &&
               c->failure == EW_ANSWER_ONE;
  ensures    machine: at_start(&c->machine);
  ensures    quiet: c->machine.quiet == EW_QUIET_OFF;
  ensures    close: at_start(&c->orderly);
  ensures    io: c->transport.io == io && c->transport.io_context == context;
*/
void endwell_reset(ew_conn *c, const ew_io *io, void *context);

/*@
  requires   apart: (io != \null ==> \valid_read(io)) && (c != \null ==> \valid(c) && \separated(c, io));
  terminates \true;
  exits      \false;
  assigns    *c;
  ensures    values: \result == 0 || \result == -1;
  ensures    begun: c != \null ==> is_new(c) && c->transport.io == io;
  ensures    refused: \result == 0 ==>
               c != \null && io != \null && c->transport.io == io && can_wait((ew_io *)io, blocking);
*/
static int prepare(ew_conn *c, const ew_io *io, void *context, int blocking);

/*@
  requires   valid: \valid(c) && (port != \null ==> \valid_read(port));
  terminates \true;
  exits      \false;
  assigns    c->number, c->transport.error;
  assigns    c->transport.detail \from \nothing;
  ensures    values: \result == 0 || \result == -1;
  ensures    there: \result == 0 ==> port != \null && engine != \null;
*/
static int check_port(ew_conn *c, const ew_port *port, const void *engine);

/*@
  requires   valid: \valid(c);
  terminates \true;
  exits      \false;
  assigns    c->number;
  ensures    refused: \result == -1;
*/
static int refused_by_port(ew_conn *c);

/*@
  requires   valid: \valid(m);
  requires   begun: at_start(m) && m->quiet == EW_QUIET_OFF;
  terminates \true;
  exits      \false;
  assigns    *m;
  ensures    quiet: callable(m) && m->quiet == EW_QUIET_OFF;
  ensures    W8_none_made: !notice_made(m) && m->sent == EW_SENT_NO;
  ensures    W7_not_claimed: m->received == EW_RECEIVED_NO && m->notice_in != EW_NOTICE_IN_SEEN;
*/
static void be_established(ew_machine *m);

/*@
  requires   valid: \valid(m);
  requires   at_rest: callable(m) && m->quiet == EW_QUIET_OFF;
  terminates \true;
  exits      \false;
  assigns    *m;
  ensures    quiet: callable(m) && m->quiet == EW_QUIET_ON;
  ensures    W8_none_made: !notice_made(m) <==> !\old(notice_made(m));
  ensures    flags: m->sent == \old(m->sent) && m->received == \old(m->received);
  ensures    W7_notice: m->notice_in == \old(m->notice_in);
*/
static void be_quiet(ew_machine *m);

/*@
  requires   valid: \valid(c) && \valid_read(port) && \valid_read(c->transport.io);
  requires   served: ew_served == c && \separated(c, port, c->transport.io);
  requires   clock: is_clock(ew_clock) && can_wait(c->transport.io, blocking);
  requires   begun: c->in_call == 0 && c->read_buf == \null && c->untold == EW_ANSWER_ONE && c->owed == 0;
  requires   close: at_start(&c->orderly);
  requires   at_rest: callable(&c->machine) && c->machine.quiet == EW_QUIET_OFF;
  requires   none_made: !notice_made(&c->machine) && c->machine.sent == EW_SENT_NO &&
               c->machine.received == EW_RECEIVED_NO && c->machine.notice_in != EW_NOTICE_IN_SEEN;
  requires   nothing_seen: EW_NOTHING_SEEN && ew_pending == 0;
  terminates \true;
  exits      \false;
  assigns    c->machine, c->blocking, c->result, c->deadline_ms, c->handshake_expires;
  assigns    c->port \from port;
  assigns    c->engine \from engine;
  ensures    io: c->transport.io == \old(c->transport.io);
  EW_OPENED
*/
static int opened(ew_conn *c, int blocking, const ew_port *port, void *engine);

/*@
  requires   valid: \valid(c) && \valid_read(port) && \valid_read(c->transport.io);
  requires   served: ew_served == c && \separated(c, port, c->transport.io);
  requires   clock: is_clock(ew_clock) && can_wait(c->transport.io, blocking);
  requires   begun: c->in_call == 0 && c->read_buf == \null && c->untold == EW_ANSWER_ONE && c->owed == 0;
  requires   close: at_start(&c->orderly);
  requires   machine: at_start(&c->machine) && c->machine.quiet == EW_QUIET_OFF;
  requires   nothing_seen: EW_NOTHING_SEEN && ew_pending == 0;
  terminates \true;
  exits      \false;
  assigns    c->machine, c->blocking, c->result, c->deadline_ms, c->handshake_expires;
  assigns    c->port \from port;
  assigns    c->engine \from engine;
  ensures    io: c->transport.io == \old(c->transport.io);
  EW_OPENED
*/
static int adopted(ew_conn *c, int blocking, const ew_port *port, void *engine);

/* The calls ---------------------------------------------------------------------------------------- */

#define EW_OPENS                                                                                                       \
    requires apart: is_apart(c, c->transport.io, (ew_port *)port) && c != \null && c->transport.io != \null;           \
    requires clock: is_clock(ew_clock) && can_wait(c->transport.io, blocking);                                         \
    requires begun: is_new(c);                                                                                         \
    terminates \true;                                                                                                  \
    exits      \false;                                                                                                 \
    assigns    EW_PORT_WRITES, EW_SEEN, c->machine, c->blocking;                                                       \
    assigns    c->port \from port;                                                                                     \
    assigns    c->engine \from engine;                                                                                 \
    ensures    io: c->transport.io == \old(c->transport.io);                                                           \
    EW_OPENED

/*@
  EW_OPENS
*/
int endwell_open_port(ew_conn *c, int blocking, const ew_port *port, void *engine);

/*@
  EW_OPENS
*/
int endwell_adopt_port(ew_conn *c, int blocking, const ew_port *port, void *engine);

#define EW_OPENS_OVER                                                                                                  \
    requires apart: is_apart(c, (ew_io *)io, (ew_port *)port);                                                         \
    requires clock: is_clock(ew_clock);                                                                                \
    terminates \true;                                                                                                  \
    exits      \false;                                                                                                 \
    assigns    *c, EW_SEEN;                                                                                            \
    ensures    io: c != \null ==> c->transport.io == io;                                                               \
    EW_OPENED

/*@
  EW_OPENS_OVER
*/
int ew_conn_open_io(ew_conn *c, const ew_io *io, void *context, int blocking, const ew_port *port,
                    void *engine);

/*@
  EW_OPENS_OVER
*/
int ew_conn_adopt_io(ew_conn *c, const ew_io *io, void *context, int blocking, const ew_port *port,
                     void *engine);

/*@
  requires   usable: is_usable(c);
  requires   endable: c != \null ==> is_endable(c);
  terminates \true;
  exits      \false;
  assigns    c->deadline_ms, c->handshake_expires;
  EW_STAYS_USABLE
  ensures    endable: c != \null ==> is_endable(c);
*/
void ew_conn_set_deadline(ew_conn *c, int milliseconds);

#endif
