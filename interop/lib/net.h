/* Loopback TCP: kernel-chosen ports, bounded waits. */
#ifndef INTEROP_NET_H
#define INTEROP_NET_H

#include <stddef.h>

int net_listen(int *port); /* a listener on 127.0.0.1; -1 on failure */
int net_connect(int port);
int net_accept(int listener, int ms); /* -1 when nobody came in time */
int net_pair(int fds[2]);             /* two ends of one loopback TCP connection */
int net_set_blocking(int fd, int on);
int net_wait(int fd, short events, int ms); /* 1 ready, 0 time is up, -1 failure */
void net_shrink(int fd, int bytes);         /* a small send buffer, so that it fills up soon */
void net_reset(int fd);                     /* close with RST */
long long net_now_ms(void);
void net_sleep_ms(int ms);

#endif
