/* What the tests share: cmocka, a socket that fails on demand, the list runner. */
#ifndef EW_TESTS_SUPPORT_H
#define EW_TESTS_SUPPORT_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>

#include <cmocka.h>

#include "endwell.h"

/*
 * send and recv of the code under test go through these (linker option --wrap).
 * budget: bytes the socket still takes, then it would block; -1: any.
 * interrupts: how many calls are interrupted first. error: errno of a failure; 0: none.
 */
typedef struct faults {
    long budget;
    int interrupts;
    int error;
    int calls;
} faults;

extern faults on_send;
extern faults on_recv;

void faults_reset(void);

/* Connected stream sockets; ends the test on failure. */
void socket_pair(int fds[2]);
void tcp_pair(int fds[2]); /* on loopback */
void set_nonblocking(int fd);
int is_open(int fd);
void fill(int fd); /* so that waiting for it to take more waits for the peer */
int64_t clock_ms(void);
void wait_ms(int milliseconds);

/* That the detail of its last failure has those words; that it has one, where there are no words. */
void assert_tells(const ew_conn *c, const char *words);

/* Runs a group, ends the program's output with "N passed, N failed". */
#define RUN(tests) run_group(tests, sizeof(tests) / sizeof(tests)[0])
int run_group(const struct CMUnitTest *tests, size_t count);

#endif
