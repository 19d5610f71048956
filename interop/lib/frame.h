/* The frame of a tool that tries many cases: they are dealt to shards and to threads, a line says
 * how far they are, and what only ran out of time is tried once more, alone, before it counts. */
#ifndef INTEROP_FRAME_H
#define INTEROP_FRAME_H

#include <cjson/cJSON.h>
#include <stddef.h>
#include <stdint.h>

typedef enum { FRAME_PASSED, FRAME_FINDING, FRAME_LATE } frame_verdict;

/* What each case begins with. A case is copied from process to process: it owns no memory. */
typedef struct {
    int done;
    frame_verdict verdict;
    int again; /* its time ran out beside the others; the verdict is that of the second time */
} frame_case;

/* The cases and their judge. Once as many cases as `most_late` are late, alone too, the rest is not
 * run. */
typedef struct {
    const char *tool, *unit; /* as the progress line has them: "faults", "cells" */
    size_t size;             /* of a case */
    int jobs, seconds, quiet, most_late;
    int once; /* what is late is not tried again */
    void *with;
    void *(*open)(void *with); /* what a thread needs to run cases; NULL: a message says why */
    void (*close)(void *bench);
    frame_verdict (*run)(void *bench, void *one, void *with);
    void (*unended)(void *one, const char *how); /* notes it in the case */
} frame;

/* Runs `count` cases. 0, or -1 if it cannot. A thread that hangs in a case is left behind. */
int frame_run(const frame *f, void *cases, size_t count);

typedef struct {
    size_t passed, findings, late, again; /* again: as frame_case has it, whatever came of it */
} frame_counts;

/* Those that were run. */
frame_counts frame_count(const void *cases, size_t count, size_t size);
/* The closing lines, and the exit status: 0; 1: a finding; 3: there was none, but time ran out. */
enum { FRAME_FOUND = 1, FRAME_CANNOT = 2, FRAME_RAN_OUT = 3 };
int frame_close(const frame_counts *c);
void frame_add_late(cJSON *json, const frame_counts *c);

/* How far it is: a line that changes on a terminal, one each 15 seconds elsewhere. */
typedef struct {
    const char *tool, *unit;
    size_t total;
    long long begun, said;
} frame_line;

void frame_begin(frame_line *l, const char *tool, const char *unit, size_t total);
void frame_say(frame_line *l, size_t done, const char *more);
void frame_end(const frame_line *l);

/* The part of a list that is run here: each of..th case, by its place in the whole list. What is
 * counted of the whole and of the part shows, once all parts are added up, that none is lost or
 * there twice. Names are those of cases. */
typedef struct {
    int which, of; /* 1 .. of; 0 of 0: all */
    double cases, sum, own_cases, own_sum;
} frame_deck;

/* 0, or -1 if it is not K/N. */
int frame_read_shard(frame_deck *d, const char *text);
/* FNV-1a: the same number for a name on every machine. */
uint32_t frame_hash(const char *name);
/* Whether the next case of the list is dealt to this shard. */
int frame_deal(frame_deck *d, const char *name);
/* Nothing if there are no shards. */
void frame_add_deck(cJSON *json, const frame_deck *d);

/* A number in the words of a command, or the end of the program. */
int frame_number(const char *tool, const char *text, int least, int most);

#endif
