/*
 * poll(2), for the proof of a program that uses it, put before the program as libssl.h is. Frama-C's own
 * contract makes assumptions about memory that no program can meet, so its header is kept out.
 */
#ifndef __FC_POLL
#define __FC_POLL

#define POLLIN  0x001
#define POLLOUT 0x004

typedef unsigned long nfds_t;

struct pollfd {
    int fd;
    short events;
    short revents;
};

/*@
  requires   valid: \valid(fds + (0 .. nfds - 1));
  terminates \true;
  exits      \false;
  assigns    fds[0 .. nfds - 1].revents \from indirect:nfds, indirect:timeout;
  assigns    \result \from indirect:nfds, indirect:timeout;
  ensures    count: -1 <= \result <= nfds;
*/
int poll(struct pollfd *fds, nfds_t nfds, int timeout);

#endif
