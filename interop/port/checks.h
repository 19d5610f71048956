/* The contracts of an engine for its port as checks: checks.py writes them, calls.c asks them. */
#ifndef PORT_CHECKS_H
#define PORT_CHECKS_H

#include "use/clause.h"

#include <stdbool.h>

/* What the contracts speak of, at one moment, and a call: moment_openssl.h, moment_mbedtls.h. */
struct port_moment;
struct port_call;

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

/* Each that has a contract, up to one without a name. */
struct port_named {
    const char *name;
    const struct port_function *function;
};

extern const struct port_named port_functions[];

/* What the calls of the port, and of nobody else, go through; NULL: a call that has no object of the engine's. */
bool port_watches(const void *object);
const struct port_moment *port_before(const struct port_function *f, const struct port_call *call);
void port_after(const struct port_function *f, const struct port_moment *then,
                const struct port_call *call);

/* A byte of what the application writes. */
unsigned char port_plain(long long place);

#endif
