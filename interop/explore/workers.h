/* Processes that share the walk: each has a library and a connection of its own. */
#ifndef EXPLORE_WORKERS_H
#define EXPLORE_WORKERS_H

#include "walk.h"

typedef struct {
    const subject *subject;
    const char *folder; /* of the library; NULL: the system's */
    const page *page;
    board *board;
    leg leg[MOST_LEGS];
    int legs;
    uint64_t seed;         /* of the random walks */
    const sequence *given; /* sequences to play besides */
    int givens;
    int jobs;
    int shard, shards; /* this one of so many: 0 .. shards - 1 */
    bool part;         /* there are others, or there could be */
    bool quiet;
} job;

/* All walks. EXIT_OK; EXIT_FINDING: the library crashed, and the sequence was printed;
 * EXIT_CANNOT_RUN, with a message. What differs is on the board. */
int workers_walk(job *j);

/* Runs `what` in a process that has the library loaded and a connection of that leg open and
 * saved at level 0. `in_heap`: the library's memory is in the heap, and frozen. */
bool worker_run(const job *j, int which, bool in_heap, bool (*what)(trial *t, void *with),
                void *with);

/* The same in this process, which then is good for nothing else. */
bool worker_begin(const job *j, int which, bool in_heap, bool (*what)(trial *t, void *with),
                  void *with);

/* Takes steps out of every finding's sequence. */
bool workers_shrink(job *j);

/* Plays the samples again, each on a fresh connection and without the heap. The number that gave
 * something else, each printed; -1: could not be done. */
int workers_replay(const job *j);

#endif
