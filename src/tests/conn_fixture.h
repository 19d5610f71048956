/* A connection on the scripted port. */
#ifndef EW_TESTS_CONN_FIXTURE_H
#define EW_TESTS_CONN_FIXTURE_H

#include "endwell.h"
#include "fake_port.h"

typedef struct fixture {
    ew_conn c;
    fake_engine e;
    int fd;
    int peer;
} fixture;

/* Opened, the script being what comes first; or established, what comes after. */
void start(fixture *f, const char *script, int nonblocking);
void establish(fixture *f, const char *script, int nonblocking);

/* As start, blocking, over TCP. */
void start_tcp(fixture *f, const char *script);

/* The script must be at its end. Releases the connection unless that was done. */
void stop(fixture *f);

/* ret is -1, for this error and this reason. */
void failed(const fixture *f, int ret, int error, int reason);

/* A close that returned `ret` has closed the descriptor, and could not send in time. */
void ends_unsent(const fixture *f, int ret);

#endif
