/* The cells and their results. */
#ifndef FAULT_LIST_H
#define FAULT_LIST_H

#include "cell.h"
#include "frame.h"

typedef struct {
    frame_case base;
    fault_plan plan;
    fault_outcome outcome;
} fault_cell;

/* The finding of a cell that did not end, or not in time. */
#define FAULT_HANGS "hang"

typedef struct {
    fault_cell *cells;
    size_t count, room;
} fault_list;

typedef struct {
    const char *certs, *out; /* where the certificate is; where the results go, or NULL */
    const char *seed;        /* chooses the sample */
    int sample;              /* cells of 1000 */
    int jobs, cell_seconds, quiet;
    int most_late; /* cells that may run out of time before the rest is left */
    int once;      /* and are not tried again */
    const fault_defect *defect;
} fault_options;

/* Nothing is done to these: they tell how long the flights are. Those that are dealt to us. */
void list_uncut(fault_list *l, frame_deck *deck);
/* What is done to the flights of an uncut cell, each byte in turn; a sample of it. */
void list_cut(fault_list *l, const fault_cell *uncut, const fault_options *o);
void list_free(fault_list *l);

/* Runs the cells from `first` on. 0, or -1 if it cannot run. */
int list_run(fault_list *l, size_t first, const fault_options *o);

frame_counts list_counts(const fault_list *l);
void report_findings(const fault_list *l);
void report_table(const fault_list *l);
/* Whole or not at all. 0 or -1. */
int report_json(const fault_list *l, const frame_deck *deck, const fault_options *o,
                double seconds);

/* 0 if every defect is found by its name on every engine, 1 if not, 2 if it cannot run. */
int cut_self_test(const fault_options *o);

#endif
