/*
 * The calls of a POSIX system that src/io_posix.c makes, as contracts: send, recv, shutdown, close, poll,
 * clock_gettime, and what it asks a socket when it opens. Written by hand from POSIX.1-2008 and Linux's
 * pages of section 2 and 7; put before the program, as libssl.h is. The system's own headers are kept out,
 * and a buffer is bytes here, where they have `void *`: a compiler converts it, WP would lose it. That
 * names, numbers and types are otherwise those of the system, `make prove-io` asks the compiler.
 *
 * Beside each clause that is not about memory alone:
 *
 *   documented   a page says so, and the clause paraphrases it
 *   observed     the pages say less; it is what the system does
 *   decided      stricter than the page: asks more of the program, and assumes nothing of the system
 *
 * The ghosts are one connected stream socket, and what the kernel has of it. The bytes that leave are
 * those of spec/wire/stream.h: what the program hands to send(2) has to be what the engine made.
 */
#ifndef EW_SOCKETS_H
#define EW_SOCKETS_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "wire/stream.h"

/* Instead of the system's. */
#define __FC_ERRNO
#define __FC_FCNTL
#define __FC_POLL
#define __FC_SOCKET_H__
#define __FC_SYS_TIME_H__
#define __FC_TIME_H
#define __FC_UNISTD

typedef int clockid_t;
typedef unsigned int socklen_t;
typedef unsigned long nfds_t;

struct timespec {
    time_t tv_sec;
    long tv_nsec;
};

struct timeval {
    time_t tv_sec;
    suseconds_t tv_usec;
};

struct linger {
    int l_onoff;
    int l_linger;
};

struct pollfd {
    int fd;
    short events;
    short revents;
};

/* Linux's, of x86-64. */
#define EINTR           4
#define EBADF           9
#define EAGAIN          11
#define EWOULDBLOCK     11
#define ENOMEM          12
#define EBUSY           16
#define EINVAL          22
#define EPIPE           32
#define EPROTO          71
#define EOPNOTSUPP      95
#define ECONNRESET      104
#define ETIMEDOUT       110
#define F_GETFL         3
#define O_NONBLOCK      2048
#define SOCK_STREAM     1
#define SOL_SOCKET      1
#define SO_TYPE         3
#define SO_LINGER       13
#define SO_RCVTIMEO     20
#define SO_SNDTIMEO     21
#define MSG_DONTWAIT    64
#define MSG_NOSIGNAL    16384
#define SHUT_WR         1
#define POLLIN          1
#define POLLOUT         4
#define POLLERR         8
#define CLOCK_MONOTONIC 1

/* errno, as the last call that failed has left it, and how a program reads it. */
/*@ ghost int ew_errnum; */

/*@
  terminates \true;
  exits      \false;
  assigns    \result \from \nothing;
  ensures    valid: \valid_read(\result);
  ensures    ER01_is_read: *\result == ew_errnum; // documented
*/
int *ew_errno(void);

#define errno (*ew_errno())

/* The socket ------------------------------------------------------------------------------------- */

/* Its descriptor; what it is: type, flags, time limits; whether it is still open, and with SO_LINGER. */
/*@ ghost int ew_socket; */
/*@ ghost int ew_type; */
/*@ ghost int ew_flags; */
/*@ ghost int ew_receive_time; */
/*@ ghost int ew_send_time; */
/*@ ghost int ew_open; */
/*@ ghost int ew_lingers; */

/* Which directions have ended: ours by shutdown, the peer's as recv has told. */
/*@ ghost int ew_half_closed; */
/*@ ghost int ew_peer_ended; */

/* Whether send or recv has failed for good: not for want of room or of bytes, nor interrupted. */
/*@ ghost int ew_failed; */

/* What comes in, from the first byte to the last, and how many of them recv has given. */
/*@ ghost const unsigned *ew_source; */
/*@ ghost unsigned long long ew_came; */

/* The length of the last buffer that was given to send or recv, and the events last asked of poll. */
/*@ ghost unsigned long long ew_given; */
/*@ ghost int ew_asked; */

/* As in spec/wire: how often a call may still be interrupted, or a wait end for nothing; the clock in ms. */
/*@ ghost unsigned long long ew_interruptions; */
/*@ ghost unsigned long long ew_early; */
/*@ ghost int64_t ew_clock; */

/* How many ms in all the system has let this thread stand beyond what it had asked for. */
/*@ ghost int64_t ew_late; */

/*@
  logic integer came_byte(integer p) = (uint8_t)ew_source[p];

  predicate is_socket(integer fd) = fd == ew_socket && ew_open == 1;

  predicate fails(integer answer, integer why) = answer < 0 && why != EAGAIN && why != EINTR;

  // A hundred thousand years.
  logic integer ages = 4000000000000000;

  predicate clock_ok{L} = 0 <= ew_clock <= ages && 0 <= ew_late <= ages;
*/

/* Bytes ------------------------------------------------------------------------------------------ */

/*@
  requires   valid: \valid_read(buf + (0 .. len - 1));
  requires   the_socket: is_socket(sockfd);                                    // decided
  requires   IO01_does_not_wait: (flags & MSG_DONTWAIT) != 0;                  // documented
  requires   IO06_no_signal: (flags & MSG_NOSIGNAL) != 0;                      // documented
  requires   IO08_before_the_end: ew_half_closed == 0;                         // decided
  requires   W3_in_order: \forall integer j; 0 <= j < len ==> buf[j] == made_byte(ew_wire + j); // decided
  requires   lifetime: ew_wire + len <= lifetime;                              // decided
  terminates \true;
  exits      \false;
  assigns    ew_errnum, ew_wire, ew_given, ew_failed, ew_interruptions;
  ensures    given: ew_given == len;
  ensures    failed: fails(\result, ew_errnum) ==> ew_failed == 1;
  ensures    not_failed: !fails(\result, ew_errnum) ==> ew_failed == \old(ew_failed);
  ensures    SE01_count: -1 <= \result <= len;                                 // documented
  ensures    SE02_taken: \result >= 0 ==> ew_wire == \old(ew_wire) + \result;  // documented
  ensures    SE03_nothing_taken: \result < 0 ==> ew_wire == \old(ew_wire);     // documented
  ensures    SE04_why: \result < 0 ==> ew_errnum > 0;                           // documented
  ensures    SE05_finitely_often: \result < 0 && ew_errnum == EINTR ==>
               ew_interruptions < \old(ew_interruptions);                      // observed
*/
ssize_t send(int sockfd, const uint8_t *buf, size_t len, int flags);

/*@
  requires   valid: \valid(buf + (0 .. len - 1));
  requires   some: 1 <= len;
  requires   the_socket: is_socket(sockfd);                                    // decided
  requires   IO01_does_not_wait: (flags & MSG_DONTWAIT) != 0;                  // documented
  requires   IO04_takes_what_it_gives: flags == MSG_DONTWAIT;                  // documented
  requires   lifetime: ew_came + len <= lifetime;                              // decided
  terminates \true;
  exits      \false;
  assigns    buf[0 .. len - 1], ew_errnum, ew_came, ew_peer_ended, ew_given, ew_failed, ew_interruptions;
  ensures    given: ew_given == len;
  ensures    failed: fails(\result, ew_errnum) ==> ew_failed == 1;
  ensures    not_failed: !fails(\result, ew_errnum) ==> ew_failed == \old(ew_failed);
  ensures    RE01_count: -1 <= \result <= len;                                 // documented
  ensures    RE02_taken: \result >= 0 ==> ew_came == \old(ew_came) + \result;  // documented
  ensures    RE03_next: \forall integer j; 0 <= j < \result ==> buf[j] == came_byte(\old(ew_came) + j); // documented
  ensures    RE04_nothing_beyond: \forall integer j; 0 <= j < len && \result <= j ==>
               buf[j] == \old(buf[j]);                                         // observed
  ensures    RE05_nothing_taken: \result < 0 ==> ew_came == \old(ew_came);     // documented
  ensures    RE06_end: \result == 0 ==> ew_peer_ended == 1 || \old(ew_failed) == 1; // observed
  ensures    RE07_no_other_end: \result != 0 ==> ew_peer_ended == \old(ew_peer_ended); // documented
  ensures    RE08_nothing_behind_it: \old(ew_peer_ended) == 1 ==> \result <= 0; // documented
  ensures    RE09_why: \result < 0 ==> ew_errnum > 0;                           // documented
  ensures    RE10_finitely_often: \result < 0 && ew_errnum == EINTR ==>
               ew_interruptions < \old(ew_interruptions);                      // observed
*/
ssize_t recv(int sockfd, uint8_t *buf, size_t len, int flags);

/* Ends ------------------------------------------------------------------------------------------- */

/*@
  requires   the_socket: is_socket(sockfd);                                    // decided
  requires   IO08_our_direction_alone: how == SHUT_WR;                         // documented
  requires   IO08_once: ew_half_closed == 0;                                   // decided
  terminates \true;
  exits      \false;
  assigns    ew_errnum, ew_half_closed;
  ensures    SH01_ends: ew_half_closed == 1;                                   // observed
*/
int shutdown(int sockfd, int how);

/*@
  requires   valid: \valid_read(optval);
  requires   the_socket: is_socket(sockfd);                                    // decided
  requires   linger: level == SOL_SOCKET && optname == SO_LINGER && optlen == sizeof(struct linger); // documented
  terminates \true;
  exits      \false;
  assigns    ew_errnum, ew_lingers;
  ensures    LI01_set: (ew_lingers == 0) <==> (optval->l_onoff == 0);          // observed
*/
int setsockopt(int sockfd, int level, int optname, const struct linger *optval, socklen_t optlen);

/*@
  requires   IO09_once: is_socket(fd);                                         // documented
  requires   IO09_neither_resets_nor_waits: ew_lingers == 0;                   // documented
  terminates \true;
  exits      \false;
  assigns    ew_errnum, ew_open;
  ensures    CL01_given_back: ew_open == 0;                                    // observed
*/
int close(int fd);

/* Time ------------------------------------------------------------------------------------------- */

/*@
  requires   valid: nfds == 0 || (nfds == 1 && \valid(fds));
  requires   the_socket: nfds == 1 ==> is_socket(fds->fd);                     // decided
  requires   clock: clock_ok;                                                  // decided
  terminates \true;
  exits      \false;
  assigns    fds[0 .. nfds - 1].revents, ew_errnum, ew_asked, ew_clock, ew_early, ew_late;
  ensures    clock_ok: clock_ok;                                               // observed
  ensures    PO01_count: -1 <= \result <= nfds;                                // documented
  ensures    PO02_why: \result < 0 ==> ew_errnum > 0;                           // documented
  ensures    asked: nfds == 1 ==> ew_asked == fds->events;
  ensures    not_asked: nfds == 0 ==> ew_asked == \old(ew_asked);
  ensures    PO03_not_back: ew_clock >= \old(ew_clock) && ew_late >= \old(ew_late); // documented
  ensures    PO04_in_time: timeout >= 0 ==>
               ew_clock <= \old(ew_clock) + timeout + (ew_late - \old(ew_late)); // documented
  ensures    PO05_finitely_often: \result <= 0 ==> ew_early < \old(ew_early);   // observed
  ensures    early: ew_early <= \old(ew_early);
*/
int poll(struct pollfd *fds, nfds_t nfds, int timeout);

/*@
  requires   valid: \valid(tp);
  requires   monotonic: clk_id == CLOCK_MONOTONIC;                             // documented
  terminates \true;
  exits      \false;
  assigns    *tp, ew_errnum, ew_clock, ew_late;
  ensures    clock_ok: \old(clock_ok) ==> clock_ok;                            // observed
  ensures    CK01_nanoseconds: 0 <= tp->tv_nsec <= 999999999;                  // documented
  ensures    CK02_seconds: 0 <= tp->tv_sec <= 4000000000000;                   // observed
  ensures    the_clock: ew_clock == tp->tv_sec * 1000 + tp->tv_nsec / 1000000;
  ensures    CK03_not_back: ew_late >= \old(ew_late);                          // documented
  ensures    CK04_takes_no_time: ew_clock - \old(ew_clock) == ew_late - \old(ew_late); // decided
*/
int clock_gettime(clockid_t clk_id, struct timespec *tp);

/* What it asks a socket -------------------------------------------------------------------------- */

/*@
  requires   flags: cmd == F_GETFL;                                            // documented
  terminates \true;
  exits      \false;
  assigns    ew_errnum;
  ensures    FL01_why: \result < 0 ==> ew_errnum > 0;                           // documented
  ensures    FL02_flags: \result >= 0 && fd == ew_socket ==> \result == ew_flags; // documented
*/
int fcntl(int fd, int cmd);

/* Called by two trampolines alone, one for each type of value: spec/wire/posix.h. */
/*@
  terminates \true;
  exits      \false;
  assigns    ew_errnum;
*/
int getsockopt(int sockfd, int level, int optname, void *optval, socklen_t *optlen);

#endif
