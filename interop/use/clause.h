#ifndef USE_CLAUSE_H
#define USE_CLAUSE_H

/* A clause of a contract that is on trial, and where it stands. */
struct tried_clause {
    const char *function, *label, *place;
};

#endif
