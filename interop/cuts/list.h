/* The list of cells, and what came of them. */
#ifndef FAULT_LIST_H
#define FAULT_LIST_H

#include "cell.h"

typedef struct {
    fault_plan plan;
    fault_outcome outcome;
    int done;
} fault_cell;

typedef struct {
    fault_cell *cells;
    size_t count, room;
} fault_list;

typedef struct {
    const char *certs, *out; /* where the certificate is; where the results go, or NULL */
    const char *seed;        /* chooses the sample */
    int sample;              /* cells of 1000 */
    int jobs, cell_seconds, quiet;
    const fault_defect *defect;
} fault_options;

/* Nothing is done to these: they tell how long the flights are. */
void list_uncut(fault_list *l);
/* What is done to the flights of an uncut cell, each byte in turn; a sample of it. */
void list_cut(fault_list *l, const fault_cell *uncut, const fault_options *o);
void list_free(fault_list *l);

/* Runs the cells from `first` on, in threads. A cell that does not end ends the program: `stuck`
 * is called before. 0, or -1 if it cannot run. */
int list_run(fault_list *l, size_t first, const fault_options *o,
             void (*stuck)(const fault_list *l));

/* Cells with a finding. */
size_t list_found(const fault_list *l);
void report_findings(const fault_list *l);
void report_table(const fault_list *l);
/* Whole or not at all. 0 or -1. */
int report_json(const fault_list *l, double seconds, const char *path);

/* 0 if every defect is found by its name on every engine, 1 if not, 2 if it cannot run. */
int cut_self_test(const fault_options *o);

#endif
