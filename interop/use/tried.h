/*
 * Contracts on trial: every sequence of steps, as explore has them, and what came of each clause. Who
 * tries an engine says what a step is there, and asks the clauses.
 */
#ifndef USE_TRIED_H
#define USE_TRIED_H

#include "clause.h"
#include "trial.h"

enum { TRIED_LEVELS = 12, TRIED_CLAUSES = 4096, PASS = 0, FINDING = 1, CANNOT_RUN = 2 };

struct tried {
    const char *program, *of, *on; /* whose name is told, what the contracts are of, and tried on */
    const subject *subject;
    const struct tried_clause *(*clause)(int number); /* NULL behind the last */
    const char *(*name)(step s);
    bool (*is_walked)(step s);
    bool (*is_last)(step s); /* a sequence may end with it */
    void (*begin)(setting at);
    void (*save)(int level); /* what is not the library's, nor the wire's */
    void (*restore)(int level);
    bool (*goes_on)(void); /* false: behind this step nothing is tried */
};

/* A clause applied, and held or did not. A call was judged, or no contract allows it. */
void tried_asked(int clause, bool holds);
void tried_call(bool is_allowed);

/* From `settings` beginnings, in a process each: the exit status of the program. */
int tried_all(const struct tried *t, const setting *at, int settings, int depth,
              const char *folder);

#endif
