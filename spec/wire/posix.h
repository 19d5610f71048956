/*
 * Endwell: the contract of every function of src/io_posix.c. Its io keeps what an io owes (src/ew_io.h,
 * IO-01 to IO-12) over the calls of spec/engines/sockets.h: what it is given to send is handed to send(2),
 * the same bytes and all of them, and the answer is that of the call.
 *
 * The clauses that the transport and the connection assume of an io (spec/wire/transport.h, wait.h) stand
 * here in the same words: `make prove-io` compares them.
 */
#ifndef EW_WIRE_POSIX_H
#define EW_WIRE_POSIX_H

#include <limits.h>

#include "engines/sockets.h"
#include "endwell.h"
#include "wire/calls.h"

/* As ew_step: called by its header alone. Its contract is in ew_orderly_contracts.h. */
/*@
  terminates \true;
  exits      \false;
  assigns    *m;
*/
ew_orderly_answer ew_orderly_step(ew_orderly_machine *m, uint8_t event);

/* The io ------------------------------------------------------------------------------------------ */

/*@
  predicate is_open(int *fd) = \valid_read(fd) && is_socket(*fd);

  predicate is_clock(integer now) = 0 <= now <= 9223372034707292160;   // as in wait.h
*/

/*@
  requires   valid: \valid(error);
  requires   failed: ew_errnum > 0;
  terminates \true;
  exits      \false;
  assigns    *error;
  ensures    IO07_interrupted: \result == EW_IO_INTERRUPTED <==> ew_errnum == EINTR;
  ensures    IO01_blocked: \result == EW_IO_BLOCKED <==> ew_errnum == EAGAIN;
  ensures    IO06_failed: \result == EW_IO_FAILED <==> ew_errnum != EINTR && ew_errnum != EAGAIN;
  ensures    IO06_why: \result == EW_IO_FAILED ==> *error == ew_errnum && *error > 0;
  ensures    IO06_left: \result != EW_IO_FAILED ==> *error == \old(*error);
*/
static int stopped(int *error);

/*@
  requires   valid: \valid_read(buf + (0 .. len - 1)) && \valid(error);
  requires   open: is_open((int *)fd);
  requires   some: 1 <= len <= INT_MAX;
  requires   IO08_before_the_end: ew_half_closed == 0;
  requires   W3_in_order: \forall integer j; 0 <= j < len ==> buf[j] == made_byte(ew_wire + j);
  requires   lifetime: ew_wire + len <= lifetime;
  terminates \true;
  exits      \false;
  assigns    *error, ew_errnum, ew_given, ew_failed, ew_interruptions, ew_wire;
  ensures    W3_all_of_it: ew_given == len;
  ensures    IO02_count: 1 <= \result <= len ==> ew_wire == \old(ew_wire) + \result;
  ensures    IO02_answers: 1 <= \result <= len || \result == EW_IO_BLOCKED || \result == EW_IO_FAILED ||
               \result == EW_IO_INTERRUPTED;
  ensures    IO06_nothing_done: !(1 <= \result <= len) ==> ew_wire == \old(ew_wire);
  ensures    IO06_why: \result == EW_IO_FAILED ==> *error > 0;
  ensures    IO06_told: \result == EW_IO_FAILED ==> ew_failed == 1;
  ensures    IO06_left: \result != EW_IO_FAILED ==> *error == \old(*error);
  ensures    IO07_interrupted: \result == EW_IO_INTERRUPTED ==> ew_interruptions < \old(ew_interruptions);
*/
static int send_bytes(const int *fd, const uint8_t *buf, size_t len, int *error);

/*@
  requires   valid: \valid(buf + (0 .. len - 1)) && \valid(error);
  requires   apart: \separated(buf + (0 .. len - 1), error);
  requires   open: is_open((int *)fd);
  requires   some: 1 <= len <= INT_MAX;
  requires   lifetime: ew_came + len <= lifetime;
  requires   ended: 0 <= ew_peer_ended <= 1;
  terminates \true;
  exits      \false;
  assigns    buf[0 .. len - 1], *error, ew_errnum, ew_given, ew_failed, ew_interruptions, ew_came,
             ew_peer_ended;
  ensures    all_of_it: ew_given == len;
  ensures    IO03_count: 1 <= \result <= len ==> ew_came == \old(ew_came) + \result;
  ensures    IO03_next: \forall integer j; 0 <= j < \result ==> buf[j] == came_byte(\old(ew_came) + j);
  ensures    IO03_nothing_beyond: \forall integer j; 0 <= j < len && \result <= j ==> buf[j] == \old(buf[j]);
  ensures    IO03_answers: 1 <= \result <= len || \result == EW_IO_BLOCKED || \result == EW_IO_END ||
               \result == EW_IO_FAILED || \result == EW_IO_INTERRUPTED;
  ensures    IO04_takes_none: !(1 <= \result <= len) ==> ew_came == \old(ew_came);
  ensures    IO05_end: \result == EW_IO_END ==> ew_peer_ended == 1 || \old(ew_failed) == 1;
  ensures    IO05_of_the_peer: \result != EW_IO_END ==> ew_peer_ended == \old(ew_peer_ended);
  ensures    IO05_nothing_behind_it: \old(ew_peer_ended) == 1 ==> \result < 0;
  ensures    IO06_why: \result == EW_IO_FAILED ==> *error > 0;
  ensures    IO06_told: \result == EW_IO_FAILED ==> ew_failed == 1;
  ensures    IO06_left: \result != EW_IO_FAILED ==> *error == \old(*error);
  ensures    IO07_interrupted: \result == EW_IO_INTERRUPTED ==> ew_interruptions < \old(ew_interruptions);
*/
static int recv_bytes(const int *fd, uint8_t *buf, size_t len, int *error);

/*@
  requires   open: is_open((int *)fd);
  requires   once: ew_half_closed == 0;
  terminates \true;
  exits      \false;
  assigns    ew_errnum, ew_half_closed;
  ensures    IO08_half_closed: ew_half_closed == 1;
*/
static void end_sending(const int *fd);

/*@
  requires   once: is_open((int *)fd);
  terminates \true;
  exits      \false;
  assigns    ew_errnum, ew_lingers, ew_open;
  ensures    IO09_given_back: ew_open == 0;
  ensures    IO09_resets_nothing: ew_lingers == 0;
*/
static void close_socket(const int *fd);

/*@
  terminates \true;
  exits      \false;
  assigns    ew_errnum, ew_clock, ew_late;
  ensures    clock_ok: \old(clock_ok) ==> clock_ok;
  ensures    lifetime: is_clock(ew_clock);
  ensures    IO12_not_back: \result == ew_clock && ew_clock >= \old(ew_clock);
  ensures    IO12_not_below: \result >= 0;
  ensures    IO11_no_wait: ew_clock - \old(ew_clock) == ew_late - \old(ew_late);
*/
static int64_t monotonic_ms(void);

/*@
  requires   clock: clock_ok;
  requires   end: end <= ages + INT_MAX;
  terminates \true;
  exits      \false;
  assigns    ew_errnum, ew_asked, ew_clock, ew_early, ew_late;
  ensures    clock_ok: clock_ok;
  ensures    asks_nothing: ew_asked == \old(ew_asked);
  ensures    early: ew_early <= \old(ew_early);
  ensures    IO11_until: end >= \old(ew_clock) ==> ew_clock <= end + (ew_late - \old(ew_late));
  ensures    IO11_over: 0 <= end < \old(ew_clock) ==> ew_clock <= \old(ew_clock) + (ew_late - \old(ew_late));
  ensures    IO12_not_back: ew_clock >= \old(ew_clock);
  ensures    late: ew_late >= \old(ew_late);
*/
static void pause_until(int64_t end);

/*@
  requires   valid: \valid(error);
  requires   open: is_open((int *)fd);
  requires   clock: clock_ok;
  requires   what: what <= EW_IO_WRITABLE;
  terminates \true;
  exits      \false;
  assigns    *error, ew_errnum, ew_asked, ew_clock, ew_early, ew_late;
  ensures    clock_ok: clock_ok;
  ensures    IO10_readable: what == EW_IO_READABLE ==> ew_asked == POLLIN;
  ensures    IO10_writable: what == EW_IO_WRITABLE ==> ew_asked == POLLOUT;
  ensures    IO10_time_alone: what == EW_IO_NOTHING ==> ew_asked == \old(ew_asked);
  ensures    IO10_answers: \result == 0 || \result == 1 || \result == EW_IO_FAILED;
  ensures    IO10_early: \result == 0 ==> ew_early < \old(ew_early);
  ensures    IO06_why: \result == EW_IO_FAILED ==> *error > 0;
  ensures    IO06_left: \result != EW_IO_FAILED ==> *error == \old(*error);
  ensures    IO11_in_time: ms >= 0 ==> ew_clock <= \old(ew_clock) + ms + (ew_late - \old(ew_late));
  ensures    IO12_not_back: ew_clock >= \old(ew_clock);
  ensures    late: ew_late >= \old(ew_late);
  ensures    lifetime: is_clock(ew_clock);
*/
static int wait_until(const int *fd, uint8_t what, int ms, int *error);

/*@
  requires   valid: \valid_read(fd);
  terminates \true;
  exits      \false;
  assigns    \nothing;
  ensures    the_same: \result == *fd;
*/
static int descriptor(const int *fd);

/*@
  terminates \true;
  exits      \false;
  assigns    \nothing;
  ensures    of_the_system: number >= 0 ==> \result == number;
  ensures    of_ours: EW_CAUSE_RESET <= number < 0 ==> \result > 0;
*/
static int errno_of(int number);

/* A trampoline: what is said of errno when it is written has no contract. */
/*@
  terminates \true;
  exits      \false;
  assigns    ew_errnum;
  ensures    told: number >= 0 ==> ew_errnum == number;
*/
void endwell_tell(int number);

/* Opening ----------------------------------------------------------------------------------------- */

/* The trampolines: getsockopt. */
/*@
  requires   valid: \valid(value) && \valid(len);
  requires   size: *len == sizeof(int);                                        // documented
  requires   type: name == SO_TYPE;                                            // documented
  terminates \true;
  exits      \false;
  assigns    *value, *len, ew_errnum;
  ensures    GO01_why: \result == 0 || ew_errnum > 0;                           // documented
  ensures    GO02_type: \result == 0 && fd == ew_socket ==> *value == ew_type; // documented
*/
static int get_int(int fd, int name, int *value, socklen_t *len);

/*@
  requires   valid: \valid(value) && \valid(len);
  requires   size: *len == sizeof(struct timeval);                             // documented
  requires   time: name == SO_RCVTIMEO || name == SO_SNDTIMEO;                 // documented
  terminates \true;
  exits      \false;
  assigns    *value, *len, ew_errnum;
  ensures    GO03_why: \result == 0 || ew_errnum > 0;                           // documented
  ensures    GO04_time: \result == 0 && fd == ew_socket && value->tv_sec == 0 && value->tv_usec == 0 ==>
               (name == SO_RCVTIMEO ? ew_receive_time : ew_send_time) == 0;    // documented
*/
static int get_time(int fd, int name, struct timeval *value, socklen_t *len);

/*@
  terminates \true;
  exits      \false;
  assigns    ew_errnum;
  ensures    answers: -1 <= \result <= 1;
  ensures    none: fd == ew_socket && \result == 1 ==> ew_receive_time == 0 && ew_send_time == 0;
*/
static int has_no_timeouts(int fd);

/* Of the connection: what it does with them is not said here. */
/*@
  terminates \true;
  exits      \false;
  assigns    *c, ew_errnum;
  ensures    refused: \result == -1;
*/
int endwell_misuse(ew_conn *c, int number);

/*@
  requires   valid: \valid(c);
  terminates \true;
  exits      \false;
  assigns    *c, ew_errnum;
  ensures    refused: \result == -1;
*/
int endwell_refused(ew_conn *c, const char *why);

/*@
  requires   valid: \valid(c);
  terminates \true;
  exits      \false;
  assigns    *c, ew_errnum;
  ensures    refused: \result == -1;
*/
static int system_error(ew_conn *c);

/*@
  requires   valid: \valid(c);
  terminates \true;
  exits      \false;
  assigns    *c, ew_errnum;
  ensures    answers: -1 <= \result <= 1;
  ensures    a_stream: fd == ew_socket && \result >= 0 ==> ew_type == SOCK_STREAM;
  ensures    blocks: fd == ew_socket && \result == 1 ==> (ew_flags & O_NONBLOCK) == 0;
  ensures    does_not: fd == ew_socket && \result == 0 ==> (ew_flags & O_NONBLOCK) != 0;
  ensures    IO01_no_timeouts: fd == ew_socket && \result == 1 ==> ew_receive_time == 0 && ew_send_time == 0;
*/
static int check_socket(ew_conn *c, int fd);

/* What is given the address of the descriptor as a context, and the trampolines that give it. */
/*@
  requires   valid: \valid(t);
  terminates \true;
  exits      \false;
  assigns    *t;
*/
void ew_transport_init_io(ew_transport *t, const ew_io *io, void *context);

/*@
  requires   valid: \valid(c);
  terminates \true;
  exits      \false;
  assigns    *c;
*/
void endwell_reset(ew_conn *c, const ew_io *io, void *context);

/*@
  requires   valid: \valid(t);
  terminates \true;
  exits      \false;
  assigns    *t;
*/
static void start_transport(ew_transport *t);

/*@
  requires   valid: \valid(c);
  terminates \true;
  exits      \false;
  assigns    *c;
*/
static void start(ew_conn *c);

/*@
  requires   valid: \valid(t);
  terminates \true;
  exits      \false;
  assigns    *t;
  ensures    of_this: t->fd == fd;
*/
void ew_transport_init(ew_transport *t, int fd);

/*@
  requires   valid: c == \null || \valid(c);
  terminates \true;
  exits      \false;
  assigns    *c, ew_errnum;
  ensures    answers: -1 <= \result <= 1;
  ensures    there: \result >= 0 ==> c != \null;
  ensures    a_stream: fd == ew_socket && \result >= 0 ==> ew_type == SOCK_STREAM;
  ensures    IO01_no_timeouts: fd == ew_socket && \result == 1 ==> ew_receive_time == 0 && ew_send_time == 0;
*/
static int prepare(ew_conn *c, int fd);

/*@
  requires   valid: \valid(c);
  requires   checked: 0 <= blocking <= 1;
  terminates \true;
  exits      \false;
  assigns    *c, ew_errnum;
*/
int endwell_open_port(ew_conn *c, int blocking, const ew_port *port, void *engine);

/*@
  requires   valid: \valid(c);
  requires   checked: 0 <= blocking <= 1;
  terminates \true;
  exits      \false;
  assigns    *c, ew_errnum;
*/
int endwell_adopt_port(ew_conn *c, int blocking, const ew_port *port, void *engine);

/*@
  requires   valid: c == \null || \valid(c);
  terminates \true;
  exits      \false;
  assigns    *c, ew_errnum;
*/
int ew_conn_open(ew_conn *c, int fd, const ew_port *port, void *engine);

/*@
  requires   valid: c == \null || \valid(c);
  terminates \true;
  exits      \false;
  assigns    *c, ew_errnum;
*/
int ew_conn_adopt(ew_conn *c, int fd, const ew_port *port, void *engine);

#endif
