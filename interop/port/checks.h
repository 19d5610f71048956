/* The contracts of spec/engines/openssl_port.h as checks: checks.py writes them, walk.c asks them. */
#ifndef PORT_CHECKS_H
#define PORT_CHECKS_H

#include "openssl_port.h"

#include "use/tried.h"

/* What the contracts speak of, at one moment: copies of it all, so that a pointer in them is not followed. */
struct port_moment {
    struct ssl_st ssl;
    struct bio_st bio;
    ew_openssl port;
    ew_transport transport;
};

/* A call: its SSL or BIO, its other arguments, and what it returned. */
struct port_call {
    const void *object, *parg, *sess, *given;
    const char *buf;
    long long num, cmd, larg, mode, flags, errcode, result;
};

#define PORT_CLAUSE                                                                                \
    const struct port_moment *then, const struct port_moment *now, const struct port_call *call

/* `when` it applies (NULL: always), `then` has to hold. */
struct port_clause {
    struct tried_clause named;
    int (*when)(PORT_CLAUSE);
    int (*then)(PORT_CLAUSE);
};

/* All that are required, and behind them what is ensured; the last has no function. */
extern const struct port_clause port_clauses[];

/* From and to: of what it requires, and of what it ensures. */
struct port_function {
    int requires[2], ensures[2];
};

extern const struct port_function port_SSL_write, port_ERR_peek_last_error;
/* These are compiled into their callers. */
extern const struct port_function port_ERR_GET_REASON, port_ERR_GET_LIB;

/* What the calls of the port, and of nobody else, go through; NULL: a call that has no SSL and no BIO. */
bool port_watches(const void *object);
const struct port_moment *port_before(const struct port_function *f, const struct port_call *call);
void port_after(const struct port_function *f, const struct port_moment *then,
                struct port_call *call);

/* A byte of memory, as it was at that moment if it is the port's, and of what the application writes. */
char port_byte(const struct port_moment *at, const char *byte);
char port_plain(long long place);

#endif
