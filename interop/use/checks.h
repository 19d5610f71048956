/* The contracts of spec/engines/libssl.h as checks: checks.py writes them, walk.c asks them. */
#ifndef USE_CHECKS_H
#define USE_CHECKS_H

#define OPENSSL_SUPPRESS_DEPRECATED
#include "libssl.h"

#include "tried.h"

/* What the contracts speak of, at one moment. */
struct use_moment {
    struct ssl_st ssl;
    struct ew_thread thread;
};

/* A call: its arguments besides the connection, and what it returned. */
struct use_call {
    const void *buf;
    long long num, result;
};

#define USE_CLAUSE                                                                                 \
    const struct use_moment *then, const struct use_moment *now, const struct use_call *call

/* `when` it applies, `then` has to hold. */
struct use_clause {
    struct tried_clause named;
    int (*when)(USE_CLAUSE);
    int (*then)(USE_CLAUSE);
};

/* In the order of the contracts; the last has no function. */
extern const struct use_clause use_requires[], use_ensures[];

/* The connection, where a contract compares it with another. */
extern const SSL *const use_self;

#endif
